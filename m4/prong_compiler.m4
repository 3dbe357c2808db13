# How our own code is compiled: the style's warnings and sanitizers.

AC_DEFUN([PRONG_WARNINGS], [
    AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror],
        [a warning in prong's own code is an error])], [], [enable_werror=no])
    WARNING_CFLAGS="-Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wvla"
    AS_IF([test "$enable_werror" = yes],
        [WARNING_CFLAGS="$WARNING_CFLAGS -Werror"])
    AC_SUBST([WARNING_CFLAGS])
])

AC_DEFUN([_PRONG_TRY_FLAGS], [
    AC_MSG_CHECKING([whether $CC works with $1])
    prong_saved_cflags=$CFLAGS
    CFLAGS="$CFLAGS $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()],
        [AC_MSG_RESULT([yes])],
        [AC_MSG_RESULT([no])
         AC_MSG_ERROR([$CC cannot link with $1 (Debian: $2)])])
    CFLAGS=$prong_saved_cflags
])

AC_DEFUN([PRONG_SANITIZERS], [
    AC_ARG_ENABLE([sanitizers], [AS_HELP_STRING([--enable-sanitizers],
        [AddressSanitizer and UndefinedBehaviorSanitizer, fatal])],
        [], [enable_sanitizers=no])
    prong_sanitizers=no
    SANITIZE_CFLAGS=
    AS_IF([test "$enable_sanitizers" = yes], [
        SANITIZE_CFLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
        _PRONG_TRY_FLAGS([$SANITIZE_CFLAGS], [libasan8 and libubsan1, or libclang-rt-14-dev])
        prong_sanitizers="address, undefined"
    ])
    AC_SUBST([SANITIZE_CFLAGS])
])
