/* rewrite.h - what rewrite, set, if, break and return make of a server or a
 * location: a program of steps, run by content in the order of the file */
#ifndef PRONG_CONF_REWRITE_H
#define PRONG_CONF_REWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/pattern.h"
#include "conf/place.h"
#include "conf/template.h"

struct location;

enum rewrite_kind {
    REWRITE_SET,
    REWRITE_IF,
    REWRITE_RULE,
    REWRITE_BREAK,
    REWRITE_RETURN,
};

enum rewrite_test {
    TEST_VALUE,  /* neither empty nor "0" */
    TEST_EQUALS, /* = */
    TEST_MATCHES,
    TEST_FILE,      /* -f */
    TEST_DIRECTORY, /* -d */
    TEST_EXISTS,    /* -e */
    TEST_EXECUTES,  /* -x */
};

struct rewrite_if {
    enum rewrite_test test;
    bool negated;
    struct template subject;
    struct template other;         /* = */
    const struct pattern *pattern; /* ~ */
    unsigned skip; /* how many steps follow that are inside of it */
    /* Whose settings count from here on when it is true; NULL in a server. */
    const struct location *location;
};

struct rewrite_rule {
    const struct pattern *pattern;
    struct template path; /* up to its "?", or the whole target of a redirect */
    struct template args; /* behind it */
    bool has_args;
    bool keeps_args;   /* those that there are go behind the new ones */
    bool ends;         /* last, break, or a redirect */
    bool breaks;       /* break: the location stays */
    uint16_t redirect; /* 301 or 302; 0: goes on here */
};

struct rewrite_return {
    uint16_t status;
    struct template text; /* a body, or for 301 302 303 307 308 the URL */
};

/* uservar: its index, or VARIABLE_args among the built-in ones. */
struct rewrite_set {
    struct template_part target;
    struct template value;
};

struct rewrite_step {
    enum rewrite_kind kind;
    struct place place;
    union {
        const struct rewrite_set *set;
        struct rewrite_if *condition;
        const struct rewrite_rule *rule;
        const struct rewrite_return *answer;
    };
};

/* The zero value does nothing. */
struct rewrite_program {
    struct rewrite_step *steps;
    unsigned count;
};

#endif
