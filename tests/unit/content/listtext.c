/* listtext.c - the cases of content/listtext */
#include "content/listtext.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"

static const struct listing_entry entries[] = {
    {.name = {"dir", 3}, .is_directory = true, .size = 4096, .modified = 0},
    {.name = {"a\"\\<&>'\x01\x1f\n\t\b\f\r\v\x7f\xc3\xbc", 18},
     .size = 12345678901,
     .modified = 1700000000},
    {.name = {"pipe", 4}, .is_other = true, .modified = 1700000000},
};

static void check(enum conf_autoindex format, const char *callback,
                  unsigned count, const char *wanted)
{
    struct buf text = {0};

    listtext_begin(&text, format, str_of(callback));
    for (unsigned i = 0; i < count; i++)
        listtext_entry(&text, format, &entries[i], i + 1 == count);
    listtext_end(&text, format, str_of(callback));
    buf_put_char(&text, '\0');
    assert_string_equal(text.data, wanted);
    buf_close(&text);
}

#define JSON_ROWS                                                              \
    "{ \"name\":\"dir\", \"type\":\"directory\", "                             \
    "\"mtime\":\"Thu, 01 Jan 1970 00:00:00 GMT\" },\r\n"                       \
    "{ \"name\":\"a\\\"\\\\<&>'\\u0001\\u001F\\n\\t\\b\\f\\r\\u000B\x7f\xc3"   \
    "\xbc\", \"type\":\"file\", "                                              \
    "\"mtime\":\"Tue, 14 Nov 2023 22:13:20 GMT\", \"size\":12345678901 "       \
    "},\r\n"                                                                   \
    "{ \"name\":\"pipe\", \"type\":\"other\", "                                \
    "\"mtime\":\"Tue, 14 Nov 2023 22:13:20 GMT\" }\r\n"

static void makes_json(void **state)
{
    (void)state;
    check(CONF_AUTOINDEX_JSON, "", 0, "[\r\n]");
    check(CONF_AUTOINDEX_JSON, "", 3, "[\r\n" JSON_ROWS "]");
    check(CONF_AUTOINDEX_JSONP, "", 0, "[\r\n]");
    check(CONF_AUTOINDEX_JSONP, "f.g", 0, "/* callback */\r\nf.g([\r\n]);");
    check(CONF_AUTOINDEX_JSONP, "f", 3,
          "/* callback */\r\nf([\r\n" JSON_ROWS "]);");
}

static void makes_xml(void **state)
{
    (void)state;
    check(CONF_AUTOINDEX_XML, "", 0,
          "<?xml version=\"1.0\"?>\r\n<list>\r\n</list>\r\n");
    check(CONF_AUTOINDEX_XML, "", 3,
          "<?xml version=\"1.0\"?>\r\n<list>\r\n"
          "<directory mtime=\"1970-01-01T00:00:00Z\">dir</directory>\r\n"
          "<file mtime=\"2023-11-14T22:13:20Z\" size=\"12345678901\">"
          "a&quot;\\&lt;&amp;&gt;'\x01\x1f\n\t\b\f\r\v\x7f\xc3\xbc</file>\r\n"
          "<other mtime=\"2023-11-14T22:13:20Z\">pipe</other>\r\n"
          "</list>\r\n");
}

static void takes_callbacks(void **state)
{
    static const struct {
        const char *args, *name; /* NULL: refused */
    } cases[] = {
        {"", ""},
        {"x=y", ""},
        {"callback", ""},
        {"callback=", ""},
        {"callback=f", "f"},
        {"x&callback=a.B_9&callback=b", "a.B_9"},
        {"CALLBACK=f", "f"},
        {"callback=a-b", NULL},
        {"callback=a%62", NULL},
        {"callback=a(", NULL},
        {"callback=\xc3\xbc", NULL},
    };
    char args[256] = "callback=";
    struct str name;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool good = listtext_callback(str_of(cases[i].args), &name);

        assert_int_equal(good, cases[i].name != NULL);
        if (good)
            assert_true(str_equals(name, str_of(cases[i].name)));
    }
    memset(args + 9, 'a', 128);
    assert_true(listtext_callback(str_of(args), &name));
    args[9 + 128] = 'a';
    assert_false(listtext_callback(str_of(args), &name));
}

static void names_types(void **state)
{
    static const struct {
        enum conf_autoindex format;
        const char *callback, *type;
    } cases[] = {
        {CONF_AUTOINDEX_HTML, "", "text/html; charset=utf-8"},
        {CONF_AUTOINDEX_JSON, "", "application/json"},
        {CONF_AUTOINDEX_XML, "", "text/xml; charset=utf-8"},
        {CONF_AUTOINDEX_JSONP, "", "application/json"},
        {CONF_AUTOINDEX_JSONP, "f", "application/javascript"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(str_equals(
            listtext_type(cases[i].format, str_of(cases[i].callback)),
            str_of(cases[i].type)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(makes_json),
        cmocka_unit_test(makes_xml),
        cmocka_unit_test(takes_callbacks),
        cmocka_unit_test(names_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
