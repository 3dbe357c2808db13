/* unsupported.c - what prong does not do is said, whatever stands around it */
#include "conf/unsupported.h"

#include "conf/directives.h"
#include "loading.h"

#define HTTP(text) "events {}\nhttp {\n" text "\n}\n"
#define SERVER(text) HTTP("server {\n" text "\n}")
#define PROXY                                                                  \
    "is not supported: prong serves files; put a proxy in front, or set "      \
    "\"unsupported stub;\" to answer 501 in this location, in /c:"
#define NOT_HANDED                                                             \
    "is ignored: prong hands no request to another server, in /c:"

struct row {
    const char *text;
    const char *said;
    int err;
};

static void check(const struct row *row)
{
    struct catcher c;
    struct conf *conf;

    catch_open(&c);
    assert_int_equal(load_text(&conf, row->text), row->err);
    assert_string_equal(catch_said(&c), row->said);
    conf_free(conf);
    catch_close(&c);
}

static void each_class(void **state)
{
    static const struct row rows[] = {
        /* I: silent, but where it may not stand */
        {SERVER("types_hash_max_size 4;"), "", 0},
        {SERVER("ssl_certificate x;"), "", 0},
        {SERVER("multi_accept on;"),
         "[emerg] \"multi_accept\" directive is not allowed here in /c:4\n",
         -EINVAL},
        {SERVER("output_buffers 1;"),
         "[emerg] invalid number of arguments in \"output_buffers\" directive "
         "in /c:4\n",
         -EINVAL},
        /* W: once a name */
        {SERVER("resolver a;\nresolver b;\nresolver_timeout 1;\nresolver c;"),
         "[warn] \"resolver\" is ignored: prong asks no name server, in /c:4 "
         "and 2 more\n"
         "[warn] \"resolver_timeout\" is ignored: prong asks no name server, "
         "in /c:6\n",
         0},
        {"master_process off; events {}",
         "[warn] \"master_process\" is ignored: prong always has a master, in "
         "/c:1\n",
         0},
        {"master_process on; events {}", "", 0},
        {SERVER("brotli on; brotli_static off;"),
         "[warn] \"brotli\" is ignored: answers are only larger, in /c:4\n", 0},
        {SERVER("proxy_set_header a b;"),
         "[warn] \"proxy_set_header\" " NOT_HANDED "4\n", 0},
        {HTTP("load_module x;"),
         "[emerg] \"load_module\" directive is not allowed here in /c:3\n",
         -EINVAL},
        /* R: every use, after all other reasons */
        {SERVER("location / {\nproxy_pass a;\n}\nlocation /b {\nproxy_pass b; "
                "}\nrooot;"),
         "[emerg] unknown directive \"rooot\" in /c:9, did you mean \"root\"?\n"
         "[emerg] \"proxy_pass\" " PROXY "5\n"
         "[emerg] \"proxy_pass\" " PROXY "8\n",
         -EINVAL},
        {HTTP("upstream a {\nserver b;\nkeepalive 3; }"),
         "[emerg] \"upstream\" is not supported: prong serves files; put a "
         "proxy in front, or set \"unsupported stub;\" to skip it, in /c:3\n",
         -EINVAL},
        {SERVER("ssi off;"), "", 0},
        {SERVER("ssi on;"),
         "[emerg] \"ssi\" is not supported: prong sends files as they are, or "
         "set \"unsupported stub;\" to answer 501 in this location, in /c:4\n",
         -EINVAL},
        {SERVER("location / { content_by_lua_block { ngx.say('}{') -- it's\n"
                "} }"),
         "[emerg] \"content_by_lua_block\" is not supported: prong runs no "
         "code, or set \"unsupported stub;\" to answer 501 in this location, "
         "in /c:4\n",
         -EINVAL},
        /* a setting says nothing beside what it sets */
        {SERVER("proxy_set_header a b;\nlocation / { proxy_pass a; }"),
         "[emerg] \"proxy_pass\" " PROXY "5\n", -EINVAL},
        /* M of a later version */
        {"events {}\nhttp {}\ncontrol_socket /x;\n",
         "[emerg] \"control_socket\" is not supported by this version of prong "
         "in /c:3\n",
         -EINVAL},
        {SERVER("gzip off; satisfy all; auth_basic off;"), "", 0},
        {"worker_cpu_affinity 12;\nevents {}",
         "[emerg] invalid character \"2\" in \"worker_cpu_affinity\" in "
         "/c:1\n",
         -EINVAL},
        {"worker_priority low;\nevents {}",
         "[emerg] \"worker_priority\" directive invalid number in /c:1\n",
         -EINVAL},
        {"worker_cpu_affinity auto 01; worker_priority -5; env A=b; env C;\n"
         "working_directory /; events {}",
         "", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check(&rows[i]);
}

static void stubs(void **state)
{
    static const char text[] = SERVER(
        "root /a; location /x { location /x/y {} proxy_pass a; }\n"
        "proxy_set_header a b;\nlocation /z { proxy_pass b; }") "stream {}"
                                                                "unsupported "
                                                                "stub;";
    struct catcher c;
    struct conf *conf;
    const struct location *whole;

    (void)state;
    catch_open(&c);
    assert_int_equal(load_text(&conf, text), 0);
    assert_string_equal(
        catch_said(&c),
        "[warn] \"proxy_pass\" is not supported: its locations answer 501, in "
        "/c:4 and 1 more\n"
        "[warn] \"stream\" is ignored: \"unsupported stub\" skips it, in "
        "/c:9\n");
    whole = &conf->servers[0]->whole;
    assert_int_equal(whole->settings.unsupported.text.len, 0);
    assert_int_equal(whole->inside.prefix_count, 2);
    assert_string_equal(whole->inside.prefixes[0]->settings.unsupported.text.at,
                        "proxy_pass");
    assert_string_equal(whole->inside.prefixes[0]
                            ->inside.prefixes[0]
                            ->settings.unsupported.text.at,
                        "proxy_pass");
    assert_int_equal(whole->inside.prefixes[1]->settings.unsupported.place.line,
                     6);
    conf_free(conf);
    catch_close(&c);
}

/* ---- every row of a table, in every place and form that it may have ---- */

/* What opens the context of a bit IN_*, on the first two lines, and closes it
 * again; {NULL} where this version has no such block. */
struct frame {
    unsigned context;
    const char *open, *close;
};

static const struct frame frames[] = {
    {IN_MAIN, "\n\n", "\nevents {}\n"},
    {IN_EVENTS, "\nevents {\n", "\n}\n"},
    {IN_HTTP, "events {}\nhttp {\n", "\n}\n"},
    {IN_SERVER, "events {}\nhttp { server {\n", "\n} }\n"},
    {IN_LOCATION, "events {}\nhttp { server { location / {\n", "\n} } }\n"},
};

struct use {
    const struct directive *row;
    const struct frame *frame;
    unsigned args;
    bool block;
};

static void write_name(struct buf *b, const struct directive *row)
{
    for (const char *c = row->name; *c; c++) {
        if (*c == '*')
            buf_put(b, STR("x_y"));
        else
            buf_put_char(b, *c);
    }
}

static void write_use(struct buf *b, const struct use *use, const char *word)
{
    write_name(b, use->row);
    for (unsigned i = 0; i < use->args; i++)
        buf_printf(b, " %s", word);
    buf_put(b, use->block ? STR(" {\n}\n") : STR(";\n"));
}

static int load_use(const struct use *use, const char *before, const char *word,
                    unsigned times)
{
    struct buf text = {0};
    struct conf *conf;
    int err;

    buf_printf(&text, "%s%s", before, use->frame->open);
    for (unsigned i = 0; i < times; i++)
        write_use(&text, use, word);
    buf_printf(&text, "%s", use->frame->close);
    buf_put_char(&text, '\0');
    err = load_text(&conf, text.data);
    conf_free(conf);
    buf_close(&text);
    return err;
}

/* Loads the use so many times and holds what is said to `want`, in which "%"
 * stands for the name and "#" for the row's mend. */
static void hold(const struct use *use, const char *before, const char *word,
                 unsigned times, const char *want)
{
    struct buf expected = {0};
    struct catcher c;
    int err;

    for (const char *at = want; *at; at++) {
        if (*at == '%')
            write_name(&expected, use->row);
        else if (*at == '#')
            buf_printf(&expected, "%s", use->row->mend);
        else
            buf_put_char(&expected, *at);
    }
    buf_put_char(&expected, '\0');
    catch_open(&c);
    err = load_use(use, before, word, times);
    assert_string_equal(catch_said(&c), expected.data);
    assert_int_equal(
        err, str_starts_with(str_of(want), STR("[emerg]")) ? -EINVAL : 0);
    catch_close(&c);
    buf_close(&expected);
}

static void each_use(const struct directive *row, void (*judge)(struct use *))
{
    struct use use = {.row = row};

    for (size_t f = 0; f < ARRAY_LEN(frames); f++) {
        use.frame = &frames[f];
        if (!(row->contexts & use.frame->context))
            continue;
        for (use.args = 0; use.args < 9; use.args++) {
            use.block = row->shape & ENDS_IN_BLOCK;
            if (directive_takes(row, use.args))
                judge(&use);
            use.block = true;
            if (row->shape & ENDS_EITHER)
                judge(&use);
        }
    }
}

/* The same where it may not stand, and with a number that it does not take. */
static void each_misuse(const struct directive *row)
{
    struct use use = {.row = row, .block = row->shape & ENDS_IN_BLOCK};
    unsigned takes = 0;

    while (!directive_takes(row, takes))
        takes++;
    for (size_t f = 0; f < ARRAY_LEN(frames); f++) {
        use.frame = &frames[f];
        use.args = takes;
        if (!(row->contexts & use.frame->context)) {
            hold(&use, "", "a", 1,
                 "[emerg] \"%\" directive is not allowed here in /c:3\n");
            continue;
        }
        for (use.args = 0; use.args < 9; use.args++) {
            if (!directive_takes(row, use.args))
                hold(&use, "", "a", 1,
                     "[emerg] invalid number of arguments in \"%\" directive "
                     "in /c:3\n");
        }
    }
}

static void each_row(const struct directive_table *table,
                     void (*judge)(struct use *))
{
    assert_true(table->count > 20);
    for (size_t i = 0; i < table->count; i++) {
        each_use(&table->rows[i], judge);
        each_misuse(&table->rows[i]);
    }
}

static bool may_answer(const struct use *use)
{
    return !use->row->declares &&
           use->row->contexts &
               (IN_LOCATION | IN_LOCATION_IF | IN_LIMIT_EXCEPT);
}

static void check_refused(struct use *use)
{
    assert_true(strlen(use->row->mend) > 5);
    if (use->args == 1 && !use->block)
        hold(use, "", "off", 3, "");
    if (!may_answer(use)) {
        hold(use, "", "a", 1,
             "[emerg] \"%\" is not supported: #, or set \"unsupported stub;\" "
             "to skip it, in /c:3\n");
        hold(use, "unsupported stub;", "a", 1,
             "[warn] \"%\" is ignored: \"unsupported stub\" skips it, in "
             "/c:3\n");
        return;
    }
    hold(use, "", "a", 1,
         "[emerg] \"%\" is not supported: #, or set \"unsupported stub;\" to "
         "answer 501 in this location, in /c:3\n");
    hold(use, "unsupported stub;", "a", 1,
         "[warn] \"%\" is not supported: its locations answer 501, in "
         "/c:3\n");
}

static void check_ignored(struct use *use)
{
    hold(use, "", "a", 1, "");
    hold(use, "", "on", 3, "");
}

static void check_warned(struct use *use)
{
    assert_true(strlen(use->row->mend) > 5);
    hold(use, "", "a", 1, "[warn] \"%\" is ignored: #, in /c:3\n");
    hold(use, "", "a", 2, "[warn] \"%\" is ignored: #, in /c:3 and 1 more\n");
    hold(use, "", "a", 9, "[warn] \"%\" is ignored: #, in /c:3 and 8 more\n");
}

static void every_refused(void **state)
{
    (void)state;
    each_row(&directives_refused, check_refused);
}

static void every_ignored(void **state)
{
    (void)state;
    each_row(&directives_ignored, check_ignored);
}

static void every_warned(void **state)
{
    (void)state;
    each_row(&directives_warned, check_warned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_class),    cmocka_unit_test(stubs),
        cmocka_unit_test(every_refused), cmocka_unit_test(every_ignored),
        cmocka_unit_test(every_warned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
