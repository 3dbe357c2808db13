# libcrypto and libcrypt: what passwords are hashed with.

AC_DEFUN([PRONG_CRYPTO], [
    PKG_CHECK_MODULES([CRYPTO], [libcrypto], [],
        [AC_MSG_ERROR([OpenSSL is missing (Debian: libssl-dev)])])
    prong_crypto_version=`$PKG_CONFIG --modversion libcrypto`
    AC_CHECK_HEADERS([crypt.h], [],
        [AC_MSG_ERROR([crypt.h is missing (Debian: libcrypt-dev)])])
    prong_crypto_saved_libs=$LIBS
    AC_SEARCH_LIBS([crypt_r], [crypt], [],
        [AC_MSG_ERROR([crypt_r is missing (Debian: libcrypt-dev)])])
    LIBS=$prong_crypto_saved_libs
    AS_IF([test "$ac_cv_search_crypt_r" = "none required"], [],
        [CRYPTO_LIBS="$CRYPTO_LIBS $ac_cv_search_crypt_r"])
])
