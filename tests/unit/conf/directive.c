/* directive.c - the table of directives, and the manual page that is held to
 * it */
#include "conf/directive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"

typedef void check_row(const struct directive *row, void *with);

static void each_row(check_row *check, void *with)
{
    for (size_t t = 0; t < directive_table_count; t++) {
        for (size_t i = 0; i < directive_tables[t]->count; i++)
            check(&directive_tables[t]->rows[i], with);
    }
}

static bool is_obeyed(const struct directive *row)
{
    return row->class == DIRECTIVE_DONE || row->class == DIRECTIVE_OWN;
}

/* ---- the rows ---- */

struct known {
    struct arena arena;
    struct dict names;
};

static void check_sense(const struct directive *row, void *with)
{
    struct known *known = with;

    if (dict_get(&known->names, str_of(row->name)))
        fail_msg("two rows are called \"%s\"", row->name);
    dict_put(&known->names, &known->arena, str_of(row->name), known);
    assert_true(row->contexts != 0);
    assert_true(row->shape != 0);
    assert_int_equal(row->set != NULL, is_obeyed(row));
    if (row->class == DIRECTIVE_WARNED || row->class == DIRECTIVE_REFUSED)
        assert_non_null(row->mend);
    if (row->target != TARGET_NONE)
        assert_true(is_obeyed(row));
    /* A default is given to whoever keeps it for inheritance. */
    if (row->fallback && row->target != TARGET_NONE)
        assert_true(row->size > 0);
}

static void rows_make_sense(void **state)
{
    struct known known = {0};

    (void)state;
    each_row(check_sense, &known);
    assert_true(known.names.count > 250);
    arena_close(&known.arena);
}

static void finds(void **state)
{
    static const struct {
        const char *name, *row;
    } cases[] = {
        {"root", "root"},
        {"proxy_pass", "proxy_pass"},
        {"proxy_set_header", "proxy_*"},
        {"proxy_temp_path", "proxy_temp_path"},
        {"brotli_static", "brotli_static"},
        {"brotli_types", "brotli_*"},
        {"http2", "http2"},
        {"http2_push", "http2_*"},
        {"http3_hq", "http3_*"},
        {"ssl", "ssl"},
        {"ssl_certificate", "ssl_*"},
        {"ssl_stapling", "ssl_stapling*"},
        {"ssl_stapling_verify", "ssl_stapling*"},
        {"geoip_country", "geoip*"},
        {"geo", "geo"},
        {"gzip_types", "gzip_types"},
        {"gzip_static", "gzip_static"},
        {"access_by_lua_block", "*_by_lua*"},
        {"more_set_headers", "more_*"},
        {"perl_set", "perl_set"},
        {"perl_x", "perl*"},
        {"nosuch", NULL},
        {"", NULL},
        {"Root", NULL},
    };
    struct arena arena = {0};
    struct directive_index index;

    (void)state;
    assert_int_equal(directive_index_open(&index, &arena), 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct directive *row =
            directive_find(&index, str_of(cases[i].name));

        assert_int_equal(row != NULL, cases[i].row != NULL);
        if (row)
            assert_string_equal(row->name, cases[i].row);
    }
    arena_close(&arena);
}

static void suggests(void **state)
{
    static const struct {
        const char *name;
        unsigned context;
        const char *nearest;
    } cases[] = {
        {"rot", IN_LOCATION, "root"},
        {"rooot", IN_SERVER, "root"},
        {"servername", IN_SERVER, "server_name"},
        {"keepalive_timout", IN_HTTP, "keepalive_timeout"},
        {"woker_processes", IN_MAIN, "worker_processes"},
        {"woker_processes", IN_HTTP, NULL},
        {"autoindx", IN_LOCATION, "autoindex"},
        {"xyzzy", IN_LOCATION, NULL},
        {"", IN_MAIN, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *nearest =
            directive_nearest(str_of(cases[i].name), cases[i].context);

        assert_int_equal(nearest != NULL, cases[i].nearest != NULL);
        if (nearest)
            assert_string_equal(nearest, cases[i].nearest);
    }
}

static void counts_arguments(void **state)
{
    static const struct {
        unsigned shape, takes; /* a bit for each number of arguments */
    } cases[] = {
        {ARGS_0, 1},
        {ARGS_1_2, 6},
        {ARGS_1_4, 30},
        {ARGS_1_MORE, 0x3fe},
        {ARGS_2_MORE, 0x3fc},
        {ARGS_ANY, 0x3ff},
        {ARGS_0 | ENDS_IN_BLOCK, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct directive row = {.shape = cases[i].shape};

        for (unsigned n = 0; n < 10; n++)
            assert_int_equal(directive_takes(&row, n), cases[i].takes >> n & 1);
    }
}

/* ---- the manual page ---- */

static struct str read_manual(struct arena *arena)
{
    const char *source = getenv("srcdir");
    struct str path =
        arena_printf(arena, "%s/doc/prong.conf.5", source ? source : ".");
    FILE *file = fopen(path.at, "r");
    struct buf text = {0};
    struct str copy;
    int c;

    assert_non_null(file);
    while ((c = getc(file)) != EOF)
        buf_put_char(&text, (char)c);
    fclose(file);
    copy = arena_copy(arena, buf_str(&text));
    buf_close(&text);
    return copy;
}

static void put_contexts(struct buf *into, const struct directive *row)
{
    const char *comma = "";

    for (unsigned bit = IN_MAIN; bit <= IN_LIMIT_EXCEPT; bit <<= 1) {
        if (!(row->contexts & bit))
            continue;
        buf_printf(into, "%s%s", comma, directive_context_name(bit));
        comma = ", ";
    }
}

/* What the builder chose may be another text than the manual's. */
static bool is_built_in(const struct directive *row)
{
    static const char *const names[] = {"pid", "user", "error_log",
                                        "access_log"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcmp(names[i], row->name) == 0)
            return true;
    }
    return false;
}

/* The page must say of it what the row says. */
static void check_described(const struct directive *row, const char *manual)
{
    struct buf wanted = {0};
    const char *at;

    buf_printf(&wanted, "\n.It Ic %s%c", row->name,
               row->shape == ARGS_0 ? '\n' : ' ');
    buf_put_char(&wanted, '\0');
    at = strstr(manual, wanted.data);
    if (!at)
        fail_msg("the manual does not describe \"%s\"", row->name);
    buf_reset(&wanted);
    buf_printf(&wanted, "\nContexts: ");
    put_contexts(&wanted, row);
    buf_printf(&wanted, ".\n.br\n");
    if (row->fallback && !is_built_in(row))
        buf_printf(&wanted, "Default: %s\n", row->fallback);
    at = strchr(at + 1, '\n');
    if (!at || strncmp(at, wanted.data, wanted.len) != 0)
        fail_msg("the manual says otherwise of \"%s\": %.*s", row->name,
                 STR_ARG(buf_str(&wanted)));
    if (!row->fallback && strncmp(at + wanted.len, "Default:", 8) == 0)
        fail_msg("the manual knows a default of \"%s\"", row->name);
    buf_close(&wanted);
}

/* Is the name listed in the section of its class? */
static void check_listed(const struct directive *row, const char *manual)
{
    static const char *const sections[] = {
        [DIRECTIVE_IGNORED] = "\n.Ss What is accepted\n",
        [DIRECTIVE_WARNED] = "\n.Ss What is warned of\n",
        [DIRECTIVE_REFUSED] = "\n.Ss What is refused\n",
        [DIRECTIVE_LATER] = "\n.Ss What comes later\n",
    };
    const char *from = strstr(manual, sections[row->class]);
    const char *to = from ? strstr(from + 1, "\n.S") : NULL;
    struct buf name = {0};
    const char *at;

    assert_non_null(to);
    buf_printf(&name, "\n.Ic %s ", row->name);
    buf_put_char(&name, '\0');
    at = strstr(from, name.data);
    if (!at || at > to)
        fail_msg("the manual does not list \"%s\"", row->name);
    buf_close(&name);
}

static void check_manual(const struct directive *row, void *with)
{
    if (is_obeyed(row))
        check_described(row, with);
    else
        check_listed(row, with);
}

static void manual_knows_every_row(void **state)
{
    struct arena arena = {0};
    struct str manual = read_manual(&arena);
    char *text = malloc(manual.len + 1);

    (void)state;
    memcpy(text, manual.at, manual.len + 1);
    each_row(check_manual, text);
    free(text);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_make_sense),
        cmocka_unit_test(finds),
        cmocka_unit_test(suggests),
        cmocka_unit_test(counts_arguments),
        cmocka_unit_test(manual_knows_every_row),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
