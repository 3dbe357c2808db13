/* answers.h - what a location says of its answers: fields added to the head,
 * how long they keep, what they are coded in */
#ifndef PRONG_CONF_ANSWERS_H
#define PRONG_CONF_ANSWERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "conf/place.h"
#include "conf/template.h"

/* ---- add_header, add_trailer ---- */

struct conf_field {
    struct place place;
    struct str name; /* as written */
    struct template value;
    bool always; /* whatever the status is */
};

/* What one level adds, and behind it what it takes over from the level around
 * (add_header_inherit merge). */
struct conf_fields {
    struct conf_field *rows;
    unsigned count;
    const struct conf_fields *outer; /* or NULL */
};

enum conf_fields_inherit {
    CONF_FIELDS_ON, /* where the level adds nothing of its own */
    CONF_FIELDS_OFF,
    CONF_FIELDS_MERGE,
};

/* ---- expires ---- */

enum conf_expires_kind {
    CONF_EXPIRES_OFF,
    CONF_EXPIRES_EPOCH,
    CONF_EXPIRES_MAX,
    CONF_EXPIRES_ACCESS,   /* seconds after the answer */
    CONF_EXPIRES_MODIFIED, /* seconds after the last change */
    CONF_EXPIRES_DAILY,    /* at this second of the day, local time */
};

struct conf_expires {
    struct place place;
    enum conf_expires_kind kind;
    int64_t seconds;
    /* Read anew for each answer; empty source: kind and seconds are it. */
    struct template value;
};

/* ---- media types that something applies to ---- */

struct conf_types {
    struct place place;
    struct str *names; /* lower case */
    unsigned count;
    bool any; /* "*" */
};

enum conf_autoindex {
    CONF_AUTOINDEX_HTML,
    CONF_AUTOINDEX_JSON,
    CONF_AUTOINDEX_JSONP,
    CONF_AUTOINDEX_XML,
};

/* ---- disable_symlinks ---- */

enum conf_symlinks {
    CONF_SYMLINKS_FOLLOWED,
    CONF_SYMLINKS_REFUSED,
    CONF_SYMLINKS_SAME_OWNER, /* followed where link and target share one */
};

struct conf_disable_symlinks {
    struct place place;
    enum conf_symlinks how;
    struct template from; /* what may hold any; empty source: nothing */
};

/* ---- content codings ---- */

/* gzip_static and its kin. */
enum conf_static { CONF_STATIC_OFF, CONF_STATIC_ON, CONF_STATIC_ALWAYS };

/* gzip_proxied: which answers to a proxy may be coded; bits. */
enum {
    CONF_PROXIED_OFF = 0,
    CONF_PROXIED_EXPIRED = 1 << 0,
    CONF_PROXIED_NO_CACHE = 1 << 1,
    CONF_PROXIED_NO_STORE = 1 << 2,
    CONF_PROXIED_PRIVATE = 1 << 3,
    CONF_PROXIED_NO_LAST_MODIFIED = 1 << 4,
    CONF_PROXIED_NO_ETAG = 1 << 5,
    CONF_PROXIED_AUTH = 1 << 6,
    CONF_PROXIED_ANY = 1 << 7,
};

struct pattern;

/* gzip_disable: whose User-Agent matches gets nothing coded. */
struct conf_patterns {
    struct place place;
    const struct pattern **rows;
    unsigned count;
    bool msie6; /* the word for old browsers */
};

#endif
