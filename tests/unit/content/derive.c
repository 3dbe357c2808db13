/* derive.c - the cases of content/derive, and of the blocks that it obeys */
#include "../conf/loading.h"
#include "content/variable.h"
#include "fixture.h"

/* A configuration whose server returns `text`, after these blocks. */
static struct conf *load(const char *blocks, const char *text)
{
    struct conf *conf = NULL;
    char all[2048];
    struct conf_request request = {.file = "/c", .prefix = "/tmp"};

    snprintf(all, sizeof(all),
             "events {} http { %s server { return 200 \"%s\"; } }", blocks,
             text);
    request.text = str_of(all);
    return conf_load(&conf, &request) == 0 ? conf : NULL;
}

static const struct template *text_of(const struct conf *conf)
{
    return &conf->servers[0]->whole.rewrite.steps[0].answer->text;
}

static void check(const char *blocks, const char *text, const char *args,
                  const char *wanted)
{
    struct fixture *f = fixture_new();
    struct conf *conf = load(blocks, text);
    struct str value;

    assert_non_null(conf);
    f->env.conf = conf;
    f->env.log_line = NULL;
    f->x.location = &conf->servers[0]->whole;
    f->x.args = str_of(args);
    value = variable_text(&f->x, text_of(conf));
    if (!str_equals(value, str_of(wanted)))
        fail_msg("%s, %s: \"%.*s\"", blocks, args, STR_ARG(value));
    fixture_free(f);
    conf_free(conf);
}

#define MAP(lines) "map $arg_a $m { " lines " }"

static void maps(void **state)
{
    static const struct {
        const char *block, *args, *value;
    } cases[] = {
        {MAP("x 1; y 2;"), "a=x", "1"},
        {MAP("x 1; y 2;"), "a=Y", "2"},
        {MAP("X 1;"), "a=x", "1"},
        {MAP("x 1;"), "a=z", ""},
        {MAP("default d; x 1;"), "a=z", "d"},
        {MAP("default d; '' e;"), "b=z", "e"},
        {MAP("default d; ~^$ e;"), "b=z", "d"},
        {MAP("x $arg_b;"), "a=x&b=q", "q"},
        {MAP("x <$arg_b-$arg_a>;"), "a=x&b=q", "<q-x>"},
        {MAP("~^(.)(.) $2$1;"), "a=xyz", "yx"},
        {MAP("~^(?<one>.) '${one}!';"), "a=xyz", "x!"},
        {MAP("~X 1;"), "a=x", ""},
        {MAP("~*X 1;"), "a=x", "1"},
        {MAP("~. 1; x 2;"), "a=x", "2"},
        {MAP("~. 1; ~x 2;"), "a=x", "1"},
        {MAP("\\~x 1;"), "a=~x", "1"},
        {MAP("\\default 1; default 2;"), "a=default", "1"},
        {MAP("*.x 1;"), "a=q.x", ""},
        {MAP("hostnames; *.x 1;"), "a=q.x", "1"},
        {MAP("hostnames; *.x 1;"), "a=q.x.", "1"},
        {MAP("hostnames; .x 1; q.* 2;"), "a=q.y", "2"},
        {MAP("hostnames; .x 1; q.* 2;"), "a=q.x", "1"},
        {"map $n $m { default <$n>; } map $arg_a $n { x 1; }", "a=x", "<1>"},
        {"map $n $m { default $n; } map $m $n { default $m; }", "a=x", ""},
        {MAP("volatile; default $arg_a;"), "a=x", "x"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(cases[i].block, "$m", cases[i].args, cases[i].value);
}

/* A long subject is looked up all the same. */
static void maps_long_texts(void **state)
{
    char block[1024], args[512], name[301];

    (void)state;
    memset(name, 'x', 300);
    name[300] = '\0';
    snprintf(block, sizeof(block), "map $arg_a $m { %s found; }", name);
    snprintf(args, sizeof(args), "a=%s", name);
    check(block, "$m", args, "found");
    args[302] = '\0';
    args[301] = 'y';
    check(block, "$m", args, "");
}

static void splits(void **state)
{
    (void)state;
    check("split_clients $arg_a $m { 100% all; }", "$m", "a=1", "all");
    check("split_clients $arg_a $m { * all; }", "$m", "a=1", "all");
    check("split_clients $arg_a $m { 0.01% one; * rest; }", "$m", "a=abc",
          "rest");
    check("split_clients $arg_a $m { 0.01% one; }", "$m", "a=abc", "");
}

static void knows_places(void **state)
{
    static const struct {
        const char *block, *args, *value;
    } cases[] = {
        {"geo $m { default d; 192.0.2.0/24 n; }", "", "n"},
        {"geo $m { default d; 192.0.2.7 h; 192.0.2.0/24 n; }", "", "h"},
        {"geo $m { default d; 192.0.3.0/24 n; }", "", "d"},
        {"geo $m { 192.0.3.0/24 n; }", "", ""},
        {"geo $m { default d; 192.0.2.0/24 n; delete 192.0.2.0/24; }", "", "d"},
        {"geo $arg_a $m { default d; 10.0.0.0/8 n; }", "a=10.1.2.3", "n"},
        {"geo $arg_a $m { default d; ::1 n; }", "a=::1", "n"},
        {"geo $arg_a $m { default d; 10.0.0.0/8 n; }", "a=x", "d"},
        {"geo $arg_a $m { 255.255.255.255 none; }", "a=x", "none"},
        {"geo $m { ranges; 192.0.2.0-192.0.2.9 n; default d; }", "", "n"},
        {"geo $m { ranges; 192.0.2.0-192.0.2.6 n; default d; }", "", "d"},
        {"geo $m { proxy 192.0.2.7; default d; 10.0.0.1 one; 10.0.0.2 two; }",
         "", "two"},
        {"geo $m { proxy 192.0.2.7; proxy 10.0.0.2; default d; 10.0.0.1 one; "
         "10.0.0.2 two; }",
         "", "two"},
        {"geo $m { proxy 192.0.2.7; proxy 10.0.0.2; proxy_recursive; "
         "default d; 10.0.0.1 one; 10.0.0.2 two; }",
         "", "one"},
        {"geo $m { proxy 192.0.2.0/24; proxy 10.0.0.0/8; proxy_recursive; "
         "default d; 10.0.0.1 one; 10.0.0.2 two; }",
         "", "one"},
        {"geo $m { proxy 192.0.2.8; default d; 192.0.2.7 me; 10.0.0.1 one; }",
         "", "me"},
    };
    static const char head[] = "GET / HTTP/1.1\r\nHost: a\r\n"
                               "X-Forwarded-For: nobody, 10.0.0.1:80\r\n"
                               "X-Forwarded-For: 10.0.0.2\r\n\r\n";

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct fixture *f = fixture_new();
        struct conf *conf = load(cases[i].block, "$m");
        struct str value;

        assert_non_null(conf);
        assert_int_equal(fixture_request(f, head), HTTP_NONE);
        f->env.conf = conf;
        f->x.location = &conf->servers[0]->whole;
        f->x.args = str_of(cases[i].args);
        value = variable_text(&f->x, text_of(conf));
        if (!str_equals(value, str_of(cases[i].value)))
            fail_msg("%s: \"%.*s\"", cases[i].block, STR_ARG(value));
        fixture_free(f);
        conf_free(conf);
    }
}

static void keeps_values(void **state)
{
    struct fixture *f = fixture_new();
    struct conf *conf =
        load(MAP("default $arg_a;") " map $arg_a $v { volatile; default "
                                    "$arg_a; }",
             "$m$v");

    (void)state;
    assert_non_null(conf);
    f->env.conf = conf;
    f->x.location = &conf->servers[0]->whole;
    f->x.args = STR("a=1");
    assert_true(str_equals(variable_text(&f->x, text_of(conf)), STR("11")));
    f->x.args = STR("a=2");
    assert_true(str_equals(variable_text(&f->x, text_of(conf)), STR("12")));
    fixture_free(f);
    conf_free(conf);
}

static void refuses(void **state)
{
    static const struct {
        const char *block, *said;
    } cases[] = {
        {MAP("default 1; default 2;"), "duplicate default map parameter"},
        {MAP("a;"), "invalid number of the map parameters"},
        {MAP("a b c;"), "invalid number of the map parameters"},
        {MAP("a 1; A 2;"), "conflicting parameter \"A\""},
        {MAP("hostnames; a*b 1;"), "invalid hostname or wildcard \"a*b\""},
        {MAP("~( 1;"), "pcre2_compile() failed"},
        {MAP("a $nosuch;"), "unknown \"nosuch\" variable"},
        {MAP("a $;"), "invalid variable name"},
        {"map $arg_a m { a 1; }", "invalid variable name \"m\""},
        {"map $arg_a $uri { a 1; }", "the duplicate \"uri\" variable"},
        {"map $arg_a $m { a { 1; } }", "unexpected \"{\""},
        {"split_clients $arg_a $m { 60% a; 41% b; }",
         "percent total is greater than 100%"},
        {"split_clients $arg_a $m { * a; 1% b; }",
         "percent total is greater than 100%"},
        {"split_clients $arg_a $m { 5 a; }", "invalid percent value \"5\""},
        {"split_clients $arg_a $m { 0% a; }", "invalid percent value \"0%\""},
        {"split_clients $arg_a $m { 1.234% a; }",
         "invalid percent value \"1.234%\""},
        {"geo $m { x 1; }", "invalid network \"x\""},
        {"geo $m { 10.0.0.0/33 1; }", "invalid network \"10.0.0.0/33\""},
        {"geo $m { default 1; ranges; }",
         "the \"ranges\" directive must be the first directive inside"},
        {"geo $m { ranges; 10.0.0.0 1; }", "invalid range \"10.0.0.0\""},
        {"geo $m { ranges; 10.0.0.2-10.0.0.1 1; }",
         "invalid range \"10.0.0.2-10.0.0.1\""},
        {"geo $m { ranges; 10.0.0.2-10.0.0.5 1; 10.0.0.4-10.0.0.6 2; }",
         "range \"10.0.0.4-10.0.0.6\" overlaps \"10.0.0.2-10.0.0.5\""},
        {"geo $m { nothing; }", "invalid number of the geo parameters"},
        {"geo m { default 1; }", "invalid variable name \"m\""},
        {"geo a $m { default 1; }", "invalid variable name \"a\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct catcher c;

        catch_open(&c);
        assert_null(load(cases[i].block, "$m"));
        if (!strstr(catch_said(&c), cases[i].said))
            fail_msg("%s: %s", cases[i].block, catch_said(&c));
        catch_close(&c);
    }
}

static void warns(void **state)
{
    static const struct {
        const char *block, *said;
    } cases[] = {
        {"geo $m { 10.0.0.0/8 a; 10.0.0.0/8 b; }",
         "duplicate network \"10.0.0.0/8\", value: \"b\", old value: \"a\""},
        {"geo $m { 10.0.0.1/8 a; }",
         "low address bits of 10.0.0.1/8 are meaningless"},
        {"geo $m { delete 10.0.0.0/8; }",
         "no network \"10.0.0.0/8\" to delete"},
        {"geo $m { ranges; delete 10.0.0.0-10.0.0.1; }",
         "no address range \"10.0.0.0-10.0.0.1\" to delete"},
        {"geo $m { ranges; default a; default b; }",
         "duplicate default geo range value: \"b\", old value: \"a\""},
        {"geo $m { ranges; 10.0.0.0-10.0.0.1 a; 10.0.0.0-10.0.0.1 b; }",
         "duplicate range \"10.0.0.0-10.0.0.1\", value: \"b\", old value: "
         "\"a\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct catcher c;
        struct conf *conf;

        catch_open(&c);
        conf = load(cases[i].block, "$m");
        assert_non_null(conf);
        if (!strstr(catch_said(&c), cases[i].said))
            fail_msg("%s: %s", cases[i].block, catch_said(&c));
        conf_free(conf);
        catch_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps),         cmocka_unit_test(maps_long_texts),
        cmocka_unit_test(splits),       cmocka_unit_test(knows_places),
        cmocka_unit_test(keeps_values), cmocka_unit_test(refuses),
        cmocka_unit_test(warns),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
