# PCRE2: the regular expressions of locations, server names, maps and rewrites.

AC_DEFUN([PRONG_PCRE2], [
    PKG_CHECK_MODULES([PCRE2], [libpcre2-8], [],
        [AC_MSG_ERROR([PCRE2 is missing (Debian: libpcre2-dev)])])
    prong_pcre2_version=`$PKG_CONFIG --modversion libpcre2-8`
])
