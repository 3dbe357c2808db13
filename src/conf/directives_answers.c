/* directives_answers.c - what answers say beyond the file: fields added to the
 * head, how long they keep, what they are coded in */
#include <errno.h>

#include "conf/directives.h"
#include "conf/expires.h"
#include "conf/fields.h"
#include "conf/setters.h"
#include "conf/types.h"
#include "http/condition.h"

static int take_expires(struct reader *r, struct conf_expires *e,
                        struct str text)
{
    struct template value = {0};
    int err = reader_template(r, text, &value);
    const char *why;

    if (err < 0)
        return err;
    if (!template_is_constant(&value)) {
        e->value = value;
        return 0;
    }
    why = expires_parse(e, text);
    return why ? reader_error(r, "%s", why) : 0;
}

static int set_expires(struct reader *r, void *field)
{
    struct conf_expires e = {r->place, CONF_EXPIRES_ACCESS, 0, {{0}, NULL, 0}};
    int err;

    if (r->count == 3) {
        if (!str_equals(r->words[1], STR("modified")))
            return reader_error(r, "invalid value \"%.*s\"",
                                STR_ARG(r->words[1]));
        e.kind = CONF_EXPIRES_MODIFIED;
    }
    err = take_expires(r, &e, r->words[r->count - 1]);
    if (err == 0)
        *(struct conf_expires *)field = e;
    return err;
}

static int set_charset(struct reader *r, void *field)
{
    struct conf_template charset = {.place = r->place};
    int err = reader_template(r, r->words[1], &charset.value);

    if (err == 0)
        *(struct conf_template *)field = charset;
    return err;
}

static const struct directive_word inherits[] = {
    {"on", CONF_FIELDS_ON},
    {"off", CONF_FIELDS_OFF},
    {"merge", CONF_FIELDS_MERGE},
    {NULL, 0},
};
static const struct directive_word since[] = {
    {"off", SINCE_OFF},
    {"exact", SINCE_EXACT},
    {"before", SINCE_BEFORE},
    {NULL, 0},
};

/* clang-format off */
static const struct directive rows[] = {
    {"add_header", DIRECTIVE_DONE, IN_HSLI, ARGS_2 | ARGS_3, fields_add,
     FIELDS(TARGET_SETTINGS, struct settings, headers, headers_place,
            headers_place),
     .repeats = true},
    {"add_header_inherit", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, add_header_inherit),
     .fallback = "on", .words = inherits},
    {"add_trailer", DIRECTIVE_DONE, IN_HSLI, ARGS_2 | ARGS_3, fields_add,
     FIELDS(TARGET_SETTINGS, struct settings, trailers, trailers_place,
            trailers_place),
     .repeats = true},
    {"add_trailer_inherit", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, add_trailer_inherit),
     .fallback = "on", .words = inherits},
    {"charset", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_charset,
     FIELD(TARGET_SETTINGS, struct settings, charset),
     .fallback = "off"},
    {"charset_types", DIRECTIVE_DONE, IN_HSL, ARGS_1_MORE, types_set,
     FIELD(TARGET_SETTINGS, struct settings, charset_types),
     .repeats = true,
     .fallback = "text/html text/xml text/plain text/vnd.wap.wml "
                 "application/javascript application/rss+xml"},
    {"chunked_transfer_encoding", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, chunked_transfer_encoding),
     .fallback = "on"},
    {"expires", DIRECTIVE_DONE, IN_HSLI, ARGS_1_2, set_expires,
     FIELD(TARGET_SETTINGS, struct settings, expires),
     .fallback = "off"},
    {"if_modified_since", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, if_modified_since),
     .fallback = "exact", .words = since},
    {"override_charset", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, override_charset),
     .fallback = "off"},
};
/* clang-format on */

const struct directive_table directives_answers = {"answers", rows,
                                                   ARRAY_LEN(rows)};
