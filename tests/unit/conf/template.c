/* template.c - the cases of conf/template */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/template.h"

/* Literals as they are; variables as [number:rest]. */
static void print_parts(struct buf *into, const struct template *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        const struct template_part *part = &t->parts[i];

        if (part->is_variable)
            buf_printf(into, "[%d:%.*s]", (int)part->variable,
                       STR_ARG(part->text));
        else
            buf_put(into, part->text);
    }
    buf_put_char(into, '\0');
}

static void check_parts(const char *text, const char *wanted)
{
    struct arena arena = {0};
    struct template t = {0};
    struct buf got = {0};
    struct template_scope scope = {.arena = &arena};

    assert_int_equal(template_parse(&t, str_of(text), &scope), 0);
    print_parts(&got, &t);
    assert_string_equal(got.data, wanted);
    assert_true(str_equals(t.source, str_of(text)));
    buf_close(&got);
    arena_close(&arena);
}

static const char *wanted(struct buf *memory, enum variable variable,
                          const char *rest)
{
    buf_reset(memory);
    buf_printf(memory, "a[%d:%s]b", (int)variable, rest);
    buf_put_char(memory, '\0');
    return memory->data;
}

static void knows_variables(void **state)
{
    static const struct {
        const char *text;
        enum variable variable;
        const char *rest;
    } cases[] = {
        {"a${uri}b", VARIABLE_uri, ""},
        {"a${URI}b", VARIABLE_uri, ""},
        {"a${request_uri}b", VARIABLE_request_uri, ""},
        {"a${https}b", VARIABLE_https, ""},
        {"a${http_referer}b", VARIABLE_HTTP, "referer"},
        {"a${http_X_Forwarded_For}b", VARIABLE_HTTP, "x_forwarded_for"},
        {"a${sent_http_etag}b", VARIABLE_SENT_HTTP, "etag"},
        {"a${arg_q}b", VARIABLE_ARG, "q"},
        {"a${cookie_Id}b", VARIABLE_COOKIE, "id"},
        {"a${sent_trailer_x}b", VARIABLE_SENT_TRAILER, "x"},
        {"a${proxy_protocol_addr}b", VARIABLE_proxy_protocol_addr, ""},
        {"a${proxy_protocol_tlv_ssl_cn}b", VARIABLE_PROXY_PROTOCOL_TLV,
         "ssl_cn"},
        {"a${upstream_addr}b", VARIABLE_EMPTY, ""},
        {"a${http2}b", VARIABLE_EMPTY, ""},
        {"a${ssl_protocol}b", VARIABLE_EMPTY, ""},
        {"a$1b", VARIABLE_CAPTURE, ""},
        {"a${1}b", VARIABLE_CAPTURE, ""},
    };
    struct buf memory = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check_parts(cases[i].text,
                    wanted(&memory, cases[i].variable, cases[i].rest));
    buf_close(&memory);
}

static void cuts(void **state)
{
    struct buf b = {0};

    (void)state;
    check_parts("", "");
    check_parts("plain", "plain");
    buf_printf(&b, "[%d:][%d:]-[%d:]", VARIABLE_uri, VARIABLE_args,
               VARIABLE_host);
    buf_put_char(&b, '\0');
    check_parts("$uri$args-$host", b.data);
    buf_close(&b);
}

static void refuses(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"$", "invalid variable name"},
        {"a$-", "invalid variable name"},
        {"$$", "invalid variable name"},
        {"${}", "invalid variable name"},
        {"${", "the closing bracket in \"\" variable is missing"},
        {"${uri", "the closing bracket in \"uri\" variable is missing"},
        {"${uri-}", "the closing bracket in \"uri\" variable is missing"},
        {"$nosuch", "unknown \"nosuch\" variable"},
        {"$uri2", "unknown \"uri2\" variable"},
        {"$0", "unknown \"0\" variable"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct template t = {0};
        struct template_scope scope = {.arena = &arena};

        assert_int_equal(template_parse(&t, str_of(cases[i].text), &scope),
                         -EINVAL);
        assert_true(str_equals(scope.why, str_of(cases[i].why)));
        assert_int_equal(t.count, 0);
        arena_close(&arena);
    }
}

static void tells_constants(void **state)
{
    struct arena arena = {0};
    struct template t = {0};
    struct template_scope scope = {.arena = &arena};

    (void)state;
    assert_true(template_is_constant(&t));
    assert_int_equal(template_text(&t).len, 0);
    assert_int_equal(template_parse(&t, STR("/a"), &scope), 0);
    assert_true(template_is_constant(&t));
    assert_string_equal(template_text(&t).at, "/a");
    assert_int_equal(template_parse(&t, STR("$uri"), &scope), 0);
    assert_false(template_is_constant(&t));
    assert_int_equal(template_parse(&t, STR("/a$uri"), &scope), 0);
    assert_false(template_is_constant(&t));
    arena_close(&arena);
}

/* What nobody knows is the configuration's own, one row a name. */
static void refers_to_the_users(void **state)
{
    struct arena arena = {0};
    struct uservar_table users = {0};
    struct template_scope scope = {
        .arena = &arena, .users = &users, .place = {"/c", 3}};
    struct template t = {0};
    struct uservar *v;

    (void)state;
    assert_int_equal(template_parse(&t, STR("$a-$B$A$3$upstream_x"), &scope),
                     0);
    assert_int_equal(t.count, 6);
    assert_int_equal(t.parts[0].variable, VARIABLE_USER);
    assert_int_equal(t.parts[0].index, t.parts[3].index);
    assert_int_not_equal(t.parts[0].index, t.parts[2].index);
    assert_int_equal(t.parts[4].variable, VARIABLE_CAPTURE);
    assert_int_equal(t.parts[4].index, 3);
    v = uservar_find(&users, STR("b"));
    assert_non_null(v);
    assert_int_equal(v->kind, USERVAR_UNKNOWN);
    assert_int_equal(v->used.line, 3);
    assert_int_equal(uservar_find(&users, STR("upstream_x"))->kind,
                     USERVAR_EMPTY);
    /* What is defined goes before a family of names. */
    v = uservar_refer(&users, &arena, STR("arg_x"), scope.place);
    uservar_define(v, USERVAR_SET, NULL, scope.place);
    assert_int_equal(template_parse(&t, STR("$arg_x$arg_y"), &scope), 0);
    assert_int_equal(t.parts[0].variable, VARIABLE_USER);
    assert_int_equal(t.parts[1].variable, VARIABLE_ARG);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_variables),
        cmocka_unit_test(cuts),
        cmocka_unit_test(refuses),
        cmocka_unit_test(tells_constants),
        cmocka_unit_test(refers_to_the_users),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
