/* types.c - the cases of conf/types */
#include "conf/types.h"

#include <stdio.h>

#include "loading.h"

static struct conf *load_types(const char *http)
{
    char text[256];
    struct conf *conf;

    snprintf(text, sizeof(text), "events {} http { %s server { } }", http);
    assert_int_equal(load_text(&conf, text), 0);
    return conf;
}

static void holds(void **state)
{
    static const struct {
        const char *http, *type;
        bool held;
    } cases[] = {
        {"", "text/html", true},
        {"", "TEXT/HTML", true},
        {"", "text/html; charset=utf-8", true},
        {"", "text/html ;x", true},
        {"", "text/plain", false},
        {"", "", false},
        {"gzip_types text/css;", "text/css", true},
        {"gzip_types text/css;", "text/html", true},
        {"gzip_types Text/CSS;", "text/css", true},
        {"gzip_types text/css; gzip_types a/b;", "a/b", true},
        {"gzip_types text/css; gzip_types a/b;", "text/css", true},
        {"gzip_types text/css;", "text/cs", false},
        {"gzip_types *;", "any/thing", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct conf *conf = load_types(cases[i].http);
        const struct settings *s = &conf->servers[0]->whole.settings;

        if (types_hold(&s->gzip_types, str_of(cases[i].type)) != cases[i].held)
            fail_msg("%s %s", cases[i].http, cases[i].type);
        conf_free(conf);
    }
}

static void warns_of_doubles(void **state)
{
    struct catcher c;

    (void)state;
    catch_open(&c);
    conf_free(load_types("gzip_types a/b text/html a/B;"));
    assert_non_null(
        strstr(catch_said(&c), "duplicate MIME type \"text/html\""));
    assert_non_null(strstr(catch_said(&c), "duplicate MIME type \"a/B\""));
    catch_close(&c);
    catch_open(&c);
    conf_free(load_types("gzip_types a/b;"));
    assert_int_equal(strlen(catch_said(&c)), 0);
    catch_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds),
        cmocka_unit_test(warns_of_doubles),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
