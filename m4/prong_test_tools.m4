# The tools of "make check". A missing one is said here and fails the check.

AC_DEFUN([PRONG_TEST_TOOLS], [
    PKG_CHECK_MODULES([CMOCKA], [cmocka], [prong_cmocka="cmocka"],
        [prong_cmocka="cmocka is missing (Debian: libcmocka-dev)"])

    # The first python3 on PATH may be one without pytest.
    AC_ARG_VAR([PYTHON], [a Python 3 that has pytest])
    AC_MSG_CHECKING([for a Python with pytest])
    prong_pytest="pytest is missing (Debian: python3-pytest)"
    prong_python=
    for prong_candidate in "$PYTHON" python3 /usr/bin/python3; do
        AS_IF([test -n "$prong_candidate" &&
               "$prong_candidate" -c 'import pytest' >/dev/null 2>&1],
            [prong_python=$prong_candidate
             prong_pytest="pytest with $prong_python"
             break])
    done
    AC_MSG_RESULT([${prong_python:-no}])
    PYTHON=${prong_python:-python3}

    AC_CHECK_PROGS([CLANG_FORMAT], [clang-format-14 clang-format])
    prong_clang_format=${CLANG_FORMAT:-"clang-format is missing (Debian: clang-format)"}
])
