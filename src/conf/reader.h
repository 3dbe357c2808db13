/* reader.h - reads the files and obeys the rows, one directive at a time
 *
 * Holds what is known while a configuration is being read: where the reader
 * stands, on which level values are stored, what has to be said at the end. */
#ifndef PRONG_CONF_READER_H
#define PRONG_CONF_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/dict.h"
#include "conf/directive.h"
#include "conf/lexer.h"

/* One pair of braces, and the whole file around them. */
struct level {
    unsigned context; /* one bit of IN_* */
    struct level *parent;
    struct main_settings *main;
    struct settings *settings;
    struct server_settings *server_settings;
    struct server *server;           /* in a server and below */
    struct location *location;       /* in a location */
    struct rewrite_program *program; /* where rewrite and its kin go */
    struct location **locations;     /* in order of appearance */
    size_t location_count;
    /* In a block that holds no directives (types): takes each of its lines. */
    int (*entry)(struct reader *r);
    void *entry_data;
    bool has_pass; /* a *_pass stands here or below */
};

/* What a W or R row has to be told about. */
struct note {
    struct note *next; /* in order of appearance */
    unsigned more;     /* how many of this name came later */
    const struct directive *row;
    struct str name;
    struct place place;
    struct level *level;
};

struct note_list {
    struct note *first;
    struct note *last;
};

/* A file that is being read, and the one that includes it. */
struct input {
    struct input *parent;
    dev_t device;
    ino_t inode;
};

/* Deeper than any configuration, shallower than any stack. */
#define READER_DEPTH_MAX 100

struct reader {
    struct conf *conf;
    const struct conf_request *request;
    struct arena *arena;
    struct directive_index directives;
    struct str conf_dir; /* where relative includes begin; with a slash */

    struct input *input;
    struct lexer *lexer;
    const char *file; /* place_command_line: -g; NULL: a default */
    struct level *level;
    const struct directive *row; /* the one being obeyed */
    struct place place;          /* where it stands */
    struct str *words;           /* words[0] is its name */
    unsigned count;
    bool block_pending; /* its "{" was read and nobody has taken the block */

    struct level main;
    struct settings top;                 /* what stands outside of http */
    struct settings http;                /* ... and in it, outside of servers */
    struct server_settings http_servers; /* what servers inherit */
    bool has_http, has_events;

    struct dict logs;    /* by path: struct conf_log */
    struct dict formats; /* by name: struct conf_log_format */
    struct dict sources; /* by path: struct conf_source */
    struct note_list warned;
    struct note_list refused;

    unsigned errors;
    unsigned depth;
    bool stopped; /* nothing that follows can be understood */
};

/* Says "TEXT in FILE:LINE" at emerg, counts it, returns -EINVAL. */
int reader_error(struct reader *r, const char *format, ...) ATTR_PRINTF(2, 3);
/* The same with a hint for people behind the place. */
int reader_error_hint(struct reader *r, struct str hint, const char *format,
                      ...) ATTR_PRINTF(3, 4);
/* The same at another place. */
int reader_error_at(struct reader *r, struct place place, const char *format,
                    ...) ATTR_PRINTF(3, 4);
void reader_warn(struct reader *r, const char *format, ...) ATTR_PRINTF(2, 3);

/* Reads a text on the current level, as if from `file`. */
int reader_text(struct reader *r, struct str text, const char *file);

/* Reads the block of the directive at hand on a level of its own, up to its
 * closing brace. */
int reader_block(struct reader *r, struct level *level);

/* Stores a row's value on a level as if the words had been written there, but
 * with the place of a default. */
int reader_default(struct reader *r, const struct directive *row,
                   struct level *level, struct str words);

/* A level in the arena for the block of the directive at hand; it begins with
 * what the level around it knows. NULL when memory ran out. */
struct level *reader_level(struct reader *r, unsigned context);

/* The struct that the row keeps its value in on this level, or NULL. */
void *reader_target(const struct directive *row, const struct level *level);

/* An absolute path in the arena, ended by NUL, relative ones beginning at the
 * prefix or at `base`; `at` is NULL when memory ran out. */
struct str reader_path(struct reader *r, struct str base, struct str path);

/* Parses a template of the directive at hand: 0, -EINVAL (logged), -ENOMEM. */
int reader_template(struct reader *r, struct str text, struct template *into);

/* A regular expression of the directive at hand, compiled: 0, -EINVAL
 * (logged), -ENOMEM. */
int reader_pattern(struct reader *r, struct str text, bool nocase,
                   const struct pattern **into);

/* The row of the configuration's own variable "$name", which the directive at
 * hand defines; NULL when memory ran out or the name may not be taken: `err`
 * says which, and the latter was logged. */
struct uservar *reader_uservar(struct reader *r, struct str word, int *err);

/* Lists the destination among conf->logs, if it is not there. 0, -EINVAL
 * (logged) when there are too many, -ENOMEM. */
int reader_keep_log(struct reader *r, struct conf_log *log);

/* As array_grow, in the reader's arena. */
void *reader_grow(struct reader *r, void *array, size_t count, size_t size);

#endif
