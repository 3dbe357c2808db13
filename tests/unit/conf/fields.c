/* fields.c - the cases of conf/fields: what levels add and take over */
#include "conf/fields.h"

#include <stdio.h>

#include "loading.h"

/* The names of a list, with what it takes over behind them. */
static const char *names_of(const struct conf_fields *list)
{
    static char text[256];
    struct buf into = buf_over(text, sizeof(text));

    for (; list; list = list->outer)
        for (unsigned i = 0; i < list->count; i++)
            buf_printf(&into, "%.*s%s ", STR_ARG(list->rows[i].name),
                       list->rows[i].always ? "!" : "");
    buf_put_char(&into, '\0');
    assert_false(into.failed);
    return text;
}

static void levels(void **state)
{
    static const struct {
        const char *http, *server, *location, *wanted;
    } cases[] = {
        {"", "", "", ""},
        {"add_header A a; add_header B b always;", "", "", "A B! "},
        {"add_header A a;", "add_header B b;", "", "B "},
        {"add_header A a;", "", "add_header C c;", "C "},
        {"add_header A a; add_header_inherit merge;", "add_header B b;",
         "add_header C c;", "C B A "},
        {"add_header A a; add_header_inherit merge;", "", "add_header C c;",
         "C A "},
        {"add_header A a; add_header_inherit merge;", "", "", "A "},
        {"add_header A a;", "add_header B b;",
         "add_header C c; add_header_inherit merge;", "C B "},
        {"add_header A a;", "", "add_header_inherit off;", ""},
        {"add_header A a;", "add_header_inherit off;", "", ""},
        {"add_header A a;", "add_header_inherit off;", "add_header C c;", "C "},
        {"add_header A a; add_header_inherit merge;",
         "add_header B b; add_header_inherit on;", "add_header C c;", "C "},
        {"add_header A a;", "add_header_inherit off;", "add_header_inherit on;",
         ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[512];
        struct conf *conf;
        const struct location *l;

        snprintf(text, sizeof(text),
                 "events {} http { %s server { %s location / { %s } } }",
                 cases[i].http, cases[i].server, cases[i].location);
        assert_int_equal(load_text(&conf, text), 0);
        l = conf->servers[0]->whole.inside.prefixes[0];
        assert_string_equal(names_of(l->settings.headers), cases[i].wanted);
        conf_free(conf);
    }
}

static void refuses(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"add_header A;", "invalid number of arguments in \"add_header\""},
        {"add_header A b c;", "invalid parameter \"c\""},
        {"add_header A b always x;", "invalid number of arguments"},
        {"add_header A $none;", "unknown \"none\" variable"},
        {"add_header_inherit yes;", "invalid value \"yes\""},
        {"expires never;", "invalid value"},
        {"expires changed 1h;", "invalid value \"changed\""},
        {"expires modified @1h;", "daily time cannot be used"},
        {"if_modified_since on;", "invalid value \"on\""},
    };
    struct catcher c;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[256];
        struct conf *conf;

        catch_open(&c);
        snprintf(text, sizeof(text), "events {} http { %s server { } }",
                 cases[i].text);
        assert_int_equal(load_text(&conf, text), -EINVAL);
        if (!strstr(catch_said(&c), cases[i].why))
            fail_msg("%s: %s", cases[i].text, catch_said(&c));
        catch_close(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels),
        cmocka_unit_test(refuses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
