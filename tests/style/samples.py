"""What each check of the style must find, and one tree that it must spare.

A bad sample is a tree of files, and the places of the findings in it.
"""

LONG_BODY = "void f(void)\n{\n" + "    g();\n" * 59 + "}\n"
LONGEST_BODY = "void f(void)\n{\n" + "    g();\n" * 58 + "}\n"

HEADER = """#ifndef A_H
#define A_H

#include <stddef.h>

#include "base/str.h"

struct a {
    size_t n;
};

#endif
"""

GOOD = {
    "src/base/str.h": "/* str.h - text */\nstruct str {\n    int n;\n};\n",
    "src/base/regex.c": "#include <pcre2.h>\n",
    "src/http/parser.c": "#include <llhttp.h>\n",
    "src/conf/a.h": HEADER,
    "src/master/master.c": '#include "conf/a.h"\n\n#include "config.h"\n',
    "src/prong.c": '#include "http/a.h"\n#include "master/a.h"\n',
    "src/base/long.c": LONGEST_BODY + "\n#if A\n#endif\n",
    "src/base/full.c": "int a;\n" * 500,
    "README.md": "All of it is done, no TODO is left.\n",
    "tests/unit/base/full.c": "int a;\n",
    "Makefile.am": """A = \\
\tsrc/base/str.h src/base/regex.c src/http/parser.c src/conf/a.h \\
\tsrc/master/master.c src/prong.c src/base/long.c src/base/full.c
B = tests/unit/base/full
""",
}

BAD = {
    "includes point left only": [
        ({"src/base/a.c": '#include "http/a.h"\n'}, ["src/base/a.c:1"]),
        ({"src/http/a.h": '#include "base/b.h"\n#include "net/b.h"\n'},
         ["src/http/a.h:2"]),
        ({"src/content/a.c": '#include "worker/a.h"\n'},
         ["src/content/a.c:1"]),
        ({"src/worker/a.c": '#include "logger/a.h"\n'}, ["src/worker/a.c:1"]),
        ({"src/master/a.c": '#include "http/a.h"\n#include "content/a.h"\n'},
         ["src/master/a.c:1", "src/master/a.c:2"]),
        ({"src/base/a.c": '#include "str.h"\n'}, ["src/base/a.c:1"]),
        ({"src/util/a.c": "int a;\n"}, ["src/util/a.c:1"]),
    ],
    "one includer for a library": [
        ({"src/http/message.c": "#include <llhttp.h>\n"},
         ["src/http/message.c:1"]),
        ({"src/conf/a.h": "int a;\n#include <pcre2.h>\n"}, ["src/conf/a.h:2"]),
    ],
    "every header compiles alone": [
        ({"src/base/a.h": "int a;\nsize_t b;\n"}, ["src/base/a.h:2"]),
        ({"src/base/a.h": '#include "base/none.h"\n'}, ["src/base/a.h:1"]),
    ],
    "no function over 60 lines": [
        ({"src/base/a.c": "int a;\n" + LONG_BODY + LONG_BODY},
         ["src/base/a.c:3", "src/base/a.c:65"]),
    ],
    "no file over 500 lines": [
        ({"src/base/a.c": "int a;\n" * 501}, ["src/base/a.c:501"]),
    ],
    "no conditional inside a function": [
        ({"src/base/a.c": "void f(void)\n{\n#ifdef A\n    g();\n#endif\n}\n"},
         ["src/base/a.c:3", "src/base/a.c:5"]),
    ],
    "nothing is left unfinished": [
        ({"src/base/a.c": "/* TODO: more */\n"}, ["src/base/a.c:1"]),
        ({"tests/http/a.py": "\n# FIXME\n"}, ["tests/http/a.py:2"]),
        ({"bootstrap": "# XXX\n", "doc/a.md": "HACK: a\n"},
         ["bootstrap:1", "doc/a.md:1"]),
    ],
    "every file is listed": [
        ({"Makefile.am": "A = src/base/ab.c\n", "src/base/ab.c": "\n",
          "src/base/b.c": "\n", "tests/fuzz/a.c": "\n"},
         ["src/base/b.c:1", "tests/fuzz/a.c:1"]),
        ({"Makefile.am": "A += a.c\nB += a.c\nA += a.c\n"},
         ["Makefile.am:3"]),
    ],
    "formatted by clang-format": [
        ({"src/base/a.c": "int a;\nint  b;\n"}, ["src/base/a.c:2"]),
        ({"tests/unit/base/a.c": "void f(void) {\n    g();\n}\n"},
         ["tests/unit/base/a.c:1"]),
    ],
}
