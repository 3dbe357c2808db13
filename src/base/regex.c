/* regex.c - PCRE2 behind a small contract; nobody else includes it */
#include <errno.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/regex.h"

/* What one match may cost. A pattern that backtracks without end ("(a+)+$")
 * stops here after some milliseconds, instead of a worker. */
enum { STEPS_MAX = 200000, HEAP_MAX_KIB = 4096 };

struct regex {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
    unsigned groups;
    unsigned names;
    unsigned name_size;
    const unsigned char *name_table;
};

static int compile(struct regex *r, struct str pattern, bool nocase,
                   struct regex_error *error)
{
    uint32_t options = nocase ? PCRE2_CASELESS : 0;
    PCRE2_SPTR text = (PCRE2_SPTR)(pattern.at ? pattern.at : "");
    int code;
    size_t offset;

    r->code = pcre2_compile(text, pattern.len, options, &code, &offset, NULL);
    if (r->code)
        return 0;
    if (code == PCRE2_ERROR_HEAP_FAILED)
        return -ENOMEM;
    pcre2_get_error_message(code, (PCRE2_UCHAR *)error->text,
                            sizeof(error->text));
    error->offset = offset;
    return -EINVAL;
}

static int prepare(struct regex *r)
{
    r->match = pcre2_match_data_create_from_pattern(r->code, NULL);
    r->limits = pcre2_match_context_create(NULL);
    if (!r->match || !r->limits)
        return -ENOMEM;
    pcre2_set_match_limit(r->limits, STEPS_MAX);
    pcre2_set_heap_limit(r->limits, HEAP_MAX_KIB);
    pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE); /* refused: interpreted */
    pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &r->groups);
    pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &r->names);
    pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &r->name_size);
    pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &r->name_table);
    return 0;
}

int regex_new(struct regex **into, struct str pattern, bool nocase,
              struct regex_error *error)
{
    struct regex *r = calloc(1, sizeof(*r));
    int err;

    if (!r)
        return -ENOMEM;
    err = compile(r, pattern, nocase, error);
    if (err == 0)
        err = prepare(r);
    if (err < 0) {
        regex_free(r);
        return err;
    }
    *into = r;
    return 0;
}

void regex_free(struct regex *r)
{
    if (!r)
        return;
    pcre2_match_context_free(r->limits);
    pcre2_match_data_free(r->match);
    pcre2_code_free(r->code);
    free(r);
}

unsigned regex_groups(const struct regex *r)
{
    return r->groups;
}

/* An entry is the group's number in two bytes and the name with its NUL. */
struct str regex_name(const struct regex *r, unsigned at, unsigned *group)
{
    const unsigned char *entry;

    if (at >= r->names)
        return (struct str){NULL, 0};
    entry = r->name_table + (size_t)at * r->name_size;
    *group = (unsigned)(entry[0] << 8 | entry[1]);
    return str_of((const char *)entry + 2);
}

static void fill_groups(const struct regex *r, struct str subject,
                        unsigned count, struct str *groups, unsigned room)
{
    const size_t *bounds = pcre2_get_ovector_pointer(r->match);

    for (unsigned i = 0; i < room; i++) {
        groups[i] = (struct str){NULL, 0};
        /* \K in a lookahead can put the start behind the end. */
        if (i < count && bounds[2 * i] != PCRE2_UNSET &&
            bounds[2 * i] <= bounds[2 * i + 1])
            groups[i] = str_between(subject.at + bounds[2 * i],
                                    subject.at + bounds[2 * i + 1]);
    }
}

static int match(const struct regex *r, struct str subject, uint32_t options)
{
    return pcre2_match(r->code, (PCRE2_SPTR)subject.at, subject.len, 0, options,
                       r->match, r->limits);
}

enum regex_verdict regex_match(const struct regex *r, struct str subject,
                               struct str *groups, unsigned room)
{
    int found;

    if (!subject.at)
        subject = STR("");
    found = match(r, subject, 0);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
        found = match(r, subject, PCRE2_NO_JIT); /* slower, on the heap */
    if (found == PCRE2_ERROR_NOMATCH ||
        (found <= PCRE2_ERROR_UTF8_ERR1 && found >= PCRE2_ERROR_UTF8_ERR21))
        return REGEX_MISSES; /* what is no UTF-8 has no characters to match */
    if (found < 0)
        return REGEX_EXCEEDED;
    fill_groups(r, subject, (unsigned)found, groups, room);
    return REGEX_MATCHES;
}
