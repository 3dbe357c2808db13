/* directive.h - what a row of the table of directives is
 *
 * One row holds all that is known of a directive: where it may stand, what it
 * takes, how it is treated, who stores it where, and its default as text. The
 * rows are data: the reader obeys them, the manual page is held to them. */
#ifndef PRONG_CONF_DIRECTIVE_H
#define PRONG_CONF_DIRECTIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/dict.h"

struct reader;

/* Where a directive may stand. */
enum {
    IN_MAIN = 1 << 0,
    IN_EVENTS = 1 << 1,
    IN_HTTP = 1 << 2,
    IN_SERVER = 1 << 3,
    IN_LOCATION = 1 << 4,
    IN_SERVER_IF = 1 << 5,
    IN_LOCATION_IF = 1 << 6,
    IN_LIMIT_EXCEPT = 1 << 7,

    IN_HS = IN_HTTP | IN_SERVER,
    IN_SL = IN_SERVER | IN_LOCATION,
    IN_HSL = IN_HS | IN_LOCATION,
    IN_HSLI = IN_HSL | IN_LOCATION_IF,
    IN_HSLX = IN_HSL | IN_LIMIT_EXCEPT,
    IN_SL_IF = IN_SL | IN_SERVER_IF | IN_LOCATION_IF,
    IN_ANY = IN_MAIN | IN_EVENTS | IN_HSLX | IN_SL_IF,
};

/* What it takes: a number of arguments (bits 0 to 7), and how it ends. */
enum {
    ARGS_0 = 1 << 0,
    ARGS_1 = 1 << 1,
    ARGS_2 = 1 << 2,
    ARGS_3 = 1 << 3,
    ARGS_4 = 1 << 4,
    ARGS_1_2 = ARGS_1 | ARGS_2,
    ARGS_1_3 = ARGS_1_2 | ARGS_3,
    ARGS_1_4 = ARGS_1_3 | ARGS_4,
    ARGS_1_MORE = 1 << 8,
    ARGS_2_MORE = 1 << 9,
    ARGS_ANY = 1 << 10,
    ENDS_IN_BLOCK = 1 << 11, /* "{" and not ";" */
    ENDS_EITHER = 1 << 12,
    RAW_BLOCK = 1 << 13, /* what stands in the block is another language */
};

enum directive_class {
    DIRECTIVE_DONE,    /* M: nginx's meaning */
    DIRECTIVE_OWN,     /* prong's own */
    DIRECTIVE_IGNORED, /* I: without a word */
    DIRECTIVE_WARNED,  /* W: does nothing, and says so once a name */
    DIRECTIVE_REFUSED, /* R: an error, or 501 under "unsupported stub;" */
    DIRECTIVE_LATER,   /* M in a later version: an error until then */
};

/* In which struct a value is kept. */
enum directive_target {
    TARGET_NONE,
    TARGET_MAIN,     /* struct main_settings */
    TARGET_SETTINGS, /* struct settings */
    TARGET_SERVER,   /* struct server_settings */
};

/* What a setter may need to know beyond the words. */
struct directive_word {
    const char *name; /* NULL ends the list */
    int value;
};

struct directive_bounds {
    uint64_t min, max;
};

struct directive {
    const char *name; /* a "*" in it stands for any text: a family of names */
    enum directive_class class;
    unsigned contexts;
    unsigned shape;
    /* Stores the value of the directive that the reader has just read. `field`
     * is NULL for TARGET_NONE. 0, -EINVAL (logged), -ENOMEM. */
    int (*set)(struct reader *r, void *field);
    enum directive_target target;
    uint16_t offset;   /* what is inherited: `size` bytes from here */
    uint16_t size;     /* 0: nothing is */
    uint16_t place_at; /* the struct place that tells whether it was written */
    bool repeats;      /* may stand several times on one level */
    bool declares;     /* of R: answers nothing itself, others may use it */
    bool is_pass;      /* hands a location over to another server */
    bool beside_pass;  /* a setting that only matters beside a *_pass */
    const char *fallback; /* the default as it would be written; NULL: none */
    union {
        const struct directive_word *words;
        const struct directive_bounds *bounds;
        const char *mend; /* W: why it is ignored; R: what to do instead */
    };
};

/* A member that has its own place, and a run of members whose place stands
 * somewhere in the struct. */
#define FIELD(kind, type, member)                                              \
    .target = (kind), .offset = offsetof(type, member),                        \
    .size = sizeof(((type *)0)->member),                                       \
    .place_at = offsetof(type, member.place)
#define FIELDS(kind, type, first, last, where)                                 \
    .target = (kind), .offset = offsetof(type, first),                         \
    .size = offsetof(type, last) + sizeof(((type *)0)->last) -                 \
            offsetof(type, first),                                             \
    .place_at = offsetof(type, where)

#define NO_FIELD .target = TARGET_NONE

struct directive_table {
    const char *subject;
    const struct directive *rows;
    size_t count;
};

/* Every row there is, by subject. */
extern const struct directive_table *const directive_tables[];
extern const size_t directive_table_count;

/* Rows by name; fill it once, look up often. */
struct directive_index {
    struct dict exact;
    const struct directive **families;
    size_t family_count;
};

/* 0 or -ENOMEM. */
int directive_index_open(struct directive_index *index, struct arena *arena);

/* The row of the name (ended by NUL), or of the family that it belongs to, or
 * NULL. */
const struct directive *directive_find(const struct directive_index *index,
                                       struct str name);

/* The known name that is nearest to an unknown one and may stand in one of the
 * `contexts`, or NULL when none is near. */
const char *directive_nearest(struct str name, unsigned contexts);

/* Does the row take so many arguments? */
bool directive_takes(const struct directive *row, unsigned args);

/* "main", "http" ... for one of the bits IN_*. */
const char *directive_context_name(unsigned context);

#endif
