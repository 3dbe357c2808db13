/* startline.c - the cases of http/startline */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/startline.h"

static void reads(void **state)
{
    static const struct {
        const char *line;
        enum http_status status;
    } cases[] = {
        {"GET / HTTP/1.1", 0},
        {"GET / HTTP/1.0", 0},
        {"POST  /  HTTP/1.1", 0},
        {"GET / HTTP/1.2", 505},
        {"GET / HTTP/1.9", 505},
        {"GET / HTTP/2.0", 505},
        {"GET / HTTP/3.7", 505},
        {"GET / HTTP/0.9", 400},
        {"GET / HTTP/1.", 400},
        {"GET / HTTP/1.10", 400},
        {"GET / HTTP/1,1", 400},
        {"GET / HTTP/x.1", 400},
        {"GET / http/1.1", 400},
        {"GET / HTTP/1.1 ", 400},
        {"GET /", 400},
        {"GET", 400},
        {"BREW / HTTP/1.1", 501},
        {"get / HTTP/1.0", 501},
        {"BREW / HTTP/2.0", 505},
        {"BREW /", 400},
        {"BREW", 400},
        {"B(EW / HTTP/1.1", 400},
        {" / HTTP/1.1", 400},
        {"", 400},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request r = {0};
        struct str line = str_of(cases[i].line);
        enum http_status status = startline_read(&r, line);

        if (status != cases[i].status)
            fail_msg("%s: %d", cases[i].line, (int)status);
        assert_true(str_equals(r.line, line));
    }
}

static void says_why(void **state)
{
    (void)state;
    assert_string_equal(startline_fault(HTTP_NOT_IMPLEMENTED),
                        "client sent unknown method");
    assert_string_equal(startline_fault(HTTP_VERSION_NOT_SUPPORTED),
                        "client sent unsupported version");
    assert_string_equal(startline_fault(HTTP_BAD_REQUEST),
                        "client sent invalid request line");
}

static void waits_for_the_line(void **state)
{
    static const struct {
        const char *line;
        size_t refused_at;
        bool open;
    } cases[] = {
        {"B", 0, true},
        {"GET", 3, true},
        {"GETX", 3, true},
        {"GETX /", 3, true},
        {"get / HT", 0, true},
        {"B(", 0, false},
        {"B( /", 0, false},
        {" /", 0, false},
        {"", 0, false},
        {"\x16", 0, false},
        {"GET\t", 3, false},
        {"GET /\x01", 5, false},
        {"GET /\x01 HTTP/1.1", 5, false},
        {"GET / b", 6, false},
        {"GET / HTTP/2", 11, true},
        {"GET / HTTP/1.2", 13, true},
        {"GET / HTTP/1.2x", 13, true},
        {"GET / HTTP/1.2", 99, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (startline_is_open(str_of(cases[i].line), cases[i].refused_at) !=
            cases[i].open)
            fail_msg("%s", cases[i].line);
}

static void fills_the_request(void **state)
{
    struct request r = {0};

    (void)state;
    assert_int_equal(startline_read(&r, STR("HEAD /a HTTP/1.1")), HTTP_NONE);
    assert_int_equal(r.method, METHOD_HEAD);
    assert_true(str_equals(r.method_text, STR("HEAD")));
    assert_int_equal(r.minor, 1);
    assert_int_equal(startline_read(&r, STR("PUT /a HTTP/1.0")), HTTP_NONE);
    assert_int_equal(r.method, METHOD_OTHER);
    assert_int_equal(r.minor, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(says_why),
        cmocka_unit_test(waits_for_the_line),
        cmocka_unit_test(fills_the_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
