/* browser.c - the cases of content/browser and conf/browsers */
#include "content/browser.h"
#include "conf/reader.h"
#include "fixture.h"

#define IE6 "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"
#define OPERA "Mozilla/4.0 (compatible; MSIE 6.0; X11) Opera 7.50  [en]"
#define FIREFOX "Mozilla/5.0 (X11; U; Linux; rv:1.7.8) Gecko/2005 Firefox/1.0.4"
#define SAFARI "Mozilla/5.0 (Macintosh) AppleWebKit/418 Safari/417.9.3"
#define NETSCAPE "Mozilla/4.72 [en] (X11; U; Linux)"

/* The location of a configuration with these directives in it. */
static struct conf *load(const char *directives)
{
    struct conf *conf = NULL;
    char text[1024];
    struct conf_request request = {.file = "/c", .prefix = "/tmp"};

    snprintf(text, sizeof(text), "events {} http { server { %s } }",
             directives);
    request.text = str_of(text);
    assert_int_equal(conf_load(&conf, &request), 0);
    return conf;
}

static void judges(void **state)
{
    static const struct {
        const char *directives, *agent;
        bool modern;
    } cases[] = {
        {"", IE6, false},
        {"", NULL, false},
        {"modern_browser unlisted;", IE6, true},
        {"modern_browser unlisted;", NULL, true},
        {"modern_browser msie 5.5;", IE6, true},
        {"modern_browser MSIE 6.0;", IE6, true},
        {"modern_browser msie 6.1;", IE6, false},
        {"modern_browser opera 7.5;", OPERA, true},
        {"modern_browser opera 8;", OPERA, false},
        {"modern_browser gecko 1.7.8;", FIREFOX, true},
        {"modern_browser gecko 1.7.9;", FIREFOX, false},
        {"modern_browser safari 417.9;", SAFARI, true},
        {"modern_browser safari 418;", SAFARI, false},
        {"modern_browser konqueror 3;", SAFARI, false},
        {"modern_browser safari 1; modern_browser gecko 1;", FIREFOX, true},
        {"modern_browser msie 5;", OPERA, false},
        {"modern_browser msie 5; modern_browser opera 7;", OPERA, true},
        {"modern_browser msie 5; modern_browser opera 8;", OPERA, false},
        {"modern_browser msie 7; modern_browser unlisted;", IE6, false},
        {"modern_browser unlisted; ancient_browser MSIE;", IE6, false},
        {"modern_browser unlisted; ancient_browser MSIE;", SAFARI, true},
        {"modern_browser unlisted; ancient_browser netscape4;", NETSCAPE,
         false},
        {"modern_browser unlisted;", NETSCAPE, true},
        {"ancient_browser x;", SAFARI, false},
        {"modern_browser msie 1;", "MSIE", false},
        {"modern_browser msie 1;", "Mozilla/4.0 (compatible; MSIE ", false},
        {"modern_browser safari 1;", "", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct conf *conf = load(cases[i].directives);

        if (browser_is_modern(&conf->servers[0]->whole.settings,
                              str_of(cases[i].agent)) != cases[i].modern)
            fail_msg("%s: %s", cases[i].directives, cases[i].agent);
        conf_free(conf);
    }
}

static void gives_values(void **state)
{
    struct fixture *f = fixture_new();
    struct conf *conf = load("modern_browser msie 5; modern_browser_value m;");

    (void)state;
    f->x.location = &conf->servers[0]->whole;
    f->x.request.fields[FIELD_USER_AGENT] = STR(IE6);
    assert_true(str_equals(browser_value(&f->x, true), STR("m")));
    assert_int_equal(browser_value(&f->x, false).len, 0);
    assert_true(browser_is_msie(&f->x));
    f->x.request.fields[FIELD_USER_AGENT] = STR(OPERA);
    assert_true(str_equals(browser_value(&f->x, true), STR("")));
    assert_true(str_equals(browser_value(&f->x, false), STR("1")));
    assert_false(browser_is_msie(&f->x));
    f->x.request.fields[FIELD_USER_AGENT] = STR(SAFARI);
    assert_true(str_equals(browser_value(&f->x, false), STR("1")));
    assert_false(browser_is_msie(&f->x));
    conf_free(conf);
    fixture_free(f);
}

static void reads_versions(void **state)
{
    struct str rest;

    (void)state;
    assert_int_equal(browsers_version(STR("4000.99.99.99"), &rest), 4000999999);
    assert_int_equal(rest.len, 0);
    assert_int_equal(browsers_version(STR("1.2.3.4.5"), &rest), 1020304);
    assert_int_equal(browsers_version(STR("7.50  [en]"), &rest), 7500000);
    assert_true(str_equals(rest, STR("  [en]")));
    assert_int_equal(browsers_version(STR(""), &rest), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges),
        cmocka_unit_test(gives_values),
        cmocka_unit_test(reads_versions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
