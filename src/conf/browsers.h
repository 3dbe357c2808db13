/* browsers.h - which browsers the configuration calls modern, and which not */
#ifndef PRONG_CONF_BROWSERS_H
#define PRONG_CONF_BROWSERS_H

#include <stdint.h>

#include "base/str.h"
#include "conf/place.h"

struct reader;

/* A browser's version stands `add` bytes behind where `mark` begins, which is
 * looked for from `skip` on. */
struct browser_kind {
    const char *name;
    struct str mark;
    size_t skip;
    size_t add;
};

/* From this version on (1.2.3 is 1020300) it is modern. */
struct browser_modern {
    const struct browser_kind *kind;
    uint64_t version;
};

struct conf_moderns {
    struct place place;
    struct browser_modern *rows; /* Opera first, then in the order of kinds */
    unsigned count;
};

struct conf_ancients {
    struct place place;
    struct str *texts;
    unsigned count;
};

/* The kind that is to be asked first. */
const struct browser_kind *browsers_opera(void);

/* Reads "1.2.3" at the beginning of the text; what follows it is left in
 * `rest`. */
uint64_t browsers_version(struct str text, struct str *rest);

/* The setters of modern_browser and ancient_browser. */
int browsers_set_modern(struct reader *r, void *field);
int browsers_set_ancient(struct reader *r, void *field);

#endif
