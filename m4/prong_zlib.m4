# zlib: gzip and gunzip on the fly.

AC_DEFUN([PRONG_ZLIB], [
    PKG_CHECK_MODULES([ZLIB], [zlib], [],
        [AC_MSG_ERROR([zlib is missing (Debian: zlib1g-dev)])])
    prong_zlib_version=`$PKG_CONFIG --modversion zlib`
])
