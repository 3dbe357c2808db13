/* referer.c - the cases of content/referer and conf/referers */
#include "content/referer.h"
#include "../conf/loading.h"
#include "fixture.h"

static struct conf *load(const char *directives)
{
    struct conf *conf = NULL;
    char text[1024];
    struct conf_request request = {.file = "/c", .prefix = "/tmp"};

    snprintf(text, sizeof(text),
             "events {} http { server { server_name s.test .dot.test "
             "~^re[0-9]; %s } }",
             directives);
    request.text = str_of(text);
    return conf_load(&conf, &request) == 0 ? conf : NULL;
}

static void judges(void **state)
{
    static const struct {
        const char *directives, *referer;
        bool valid;
    } cases[] = {
        {"", "http://any.test/", true},
        {"", NULL, true},
        {"valid_referers a.test;", NULL, false},
        {"valid_referers none a.test;", NULL, true},
        {"valid_referers a.test;", "http://a.test/x", true},
        {"valid_referers a.test;", "https://A.TEST:8080/x", true},
        {"valid_referers a.test;", "http://b.test/x", false},
        {"valid_referers a.test;", "http://a.test", true},
        {"valid_referers a.test;", "ftp://a.test/x", false},
        {"valid_referers a.test;", "a.test", false},
        {"valid_referers blocked a.test;", "a.test", true},
        {"valid_referers blocked a.test;", "", true},
        {"valid_referers *.test;", "http://a.test/x", true},
        {"valid_referers a.*;", "http://a.org/x", true},
        {"valid_referers .a.test;", "http://b.a.test/x", true},
        {"valid_referers a.test/in/;", "http://a.test/in/x", true},
        {"valid_referers a.test/in/;", "http://a.test:80/in/x", true},
        {"valid_referers a.test/in/;", "http://a.test/out/x", false},
        {"valid_referers a.test/in/;", "http://a.test", false},
        {"valid_referers server_names;", "http://s.test/", true},
        {"valid_referers server_names;", "http://t.test/", false},
        {"valid_referers server_names;", "http://dot.test/", true},
        {"valid_referers server_names;", "http://a.dot.test/", true},
        {"valid_referers server_names;", "http://re7.test/", true},
        {"valid_referers server_names;", "http://rex.test/", false},
        {"valid_referers ~goo.le\\.;", "https://www.GOOGLE.com/", true},
        {"valid_referers ~^www\\.goo;", "https://www.google.com/", true},
        {"valid_referers ~^http;", "https://www.google.com/", false},
        {"valid_referers a.test; valid_referers b.test;", "http://a.test/",
         true},
        {"valid_referers a.test; valid_referers b.test;", "http://b.test/",
         true},
    };
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct conf *conf = load(cases[i].directives);

        assert_non_null(conf);
        f->x.location = &conf->servers[0]->whole;
        f->x.request.fields[FIELD_REFERER] = str_of(cases[i].referer);
        if (referer_is_valid(&f->x) != cases[i].valid)
            fail_msg("%s: %s", cases[i].directives, cases[i].referer);
        conf_free(conf);
    }
    fixture_free(f);
}

static void a_long_host_is_none(void **state)
{
    struct fixture *f = fixture_new();
    struct conf *conf = load("valid_referers *.test;");
    char url[400] = "http://";

    (void)state;
    memset(url + 7, 'a', 300);
    memcpy(url + 307, ".test/", 7);
    f->x.location = &conf->servers[0]->whole;
    f->x.request.fields[FIELD_REFERER] = str_of(url);
    assert_false(referer_is_valid(&f->x));
    conf_free(conf);
    fixture_free(f);
}

static void refuses(void **state)
{
    static const char *const cases[] = {
        "valid_referers \"\";",       "valid_referers a.test a.test;",
        "valid_referers a*b;",        "valid_referers ~;",
        "valid_referers ~(;",         "modern_browser x 1;",
        "modern_browser msie 1x;",    "modern_browser listed;",
        "modern_browser msie 1 2 3;",
    };
    struct catcher c;

    (void)state;
    catch_open(&c);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (load(cases[i]))
            fail_msg("%s", cases[i]);
    }
    catch_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges),
        cmocka_unit_test(a_long_host_is_none),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
