# llhttp comes from pkg-config where the system has it so, else it is compiled
# from the C sources that Debian installs with node-llhttp.

AC_DEFUN([PRONG_LLHTTP], [
    AC_ARG_WITH([llhttp-source], [AS_HELP_STRING([--with-llhttp-source=DIR],
        [compile llhttp from DIR (llhttp.c api.c http.c llhttp.h) and do not
         ask pkg-config])], [], [with_llhttp_source=])
    AC_ARG_WITH([llhttp-include], [AS_HELP_STRING([--with-llhttp-include=DIR],
        [the folder of llhttp.h, if not that of the sources])], [],
        [with_llhttp_include=$with_llhttp_source])

    prong_llhttp_from=
    AS_IF([test -z "$with_llhttp_source"],
        [PKG_CHECK_MODULES([LLHTTP], [libllhttp],
            [prong_llhttp_from="the system's library"
             prong_llhttp_version=`$PKG_CONFIG --modversion libllhttp`],
            [with_llhttp_source=/usr/share/llhttp
             with_llhttp_include=/usr/share/include/llhttp])])
    AS_IF([test -z "$prong_llhttp_from"], [_PRONG_LLHTTP_SOURCE])
    AM_CONDITIONAL([LLHTTP_FROM_SOURCE], [test -n "$LLHTTP_SOURCE"])
    AC_SUBST([LLHTTP_SOURCE])
])

AC_DEFUN([_PRONG_LLHTTP_SOURCE], [
    AC_MSG_CHECKING([for the sources of llhttp])
    for prong_file in "$with_llhttp_source/llhttp.c" \
        "$with_llhttp_source/api.c" "$with_llhttp_source/http.c" \
        "$with_llhttp_include/llhttp.h"
    do
        AS_IF([test ! -r "$prong_file"],
            [AC_MSG_RESULT([no])
             AC_MSG_ERROR([llhttp is missing: no libllhttp in pkg-config and no
             $prong_file (Debian: node-llhttp)])])
    done
    AC_MSG_RESULT([$with_llhttp_source])
    LLHTTP_SOURCE=$with_llhttp_source
    LLHTTP_CFLAGS="-isystem $with_llhttp_include"
    LLHTTP_LIBS=
    prong_llhttp_from="compiled strict from $with_llhttp_source"
    prong_llhttp_version=`$AWK '/define LLHTTP_VERSION_/ { v = v s $''3; s = "." }
        END { print v }' "$with_llhttp_include/llhttp.h"`
])
