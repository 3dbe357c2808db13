/* message.c - the cases of http/message beside those of http/parser */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "http/message.h"

static const char head[] = "GET / HTTP/1.1\r\n"
                           "Host: a\r\n"
                           "Cookie: 1\r\n"
                           "X-Other:  x y \r\n"
                           "Empty:\r\n"
                           "COOKIE:2\r\n"
                           "User-Agent: first\r\n"
                           "user-agent: second\r\n"
                           "\r\n"
                           "Cookie: behind\r\n";

/* What the parser would have made of the head. */
static void make_request(struct request *r, struct str text)
{
    struct message_cursor cursor = {0};

    *r = (struct request){.head = text,
                          .minor = 1,
                          .method = METHOD_GET,
                          .method_text = STR("GET"),
                          .target = STR("/")};
    while (message_next(r, &cursor))
        message_field(r, cursor.name, cursor.value);
}

static void walks_all_lines(void **state)
{
    static const char *const want[] = {
        "Host=a",   "Cookie=1",         "X-Other=x y",       "Empty=",
        "COOKIE=2", "User-Agent=first", "user-agent=second",
    };
    struct message_cursor cursor = {0};
    struct request r;
    size_t i = 0;

    (void)state;
    make_request(&r, STR(head));
    while (message_next(&r, &cursor)) {
        struct buf buf = {0};

        buf_printf(&buf, "%.*s=%.*s", STR_ARG(cursor.name),
                   STR_ARG(cursor.value));
        assert_true(i < ARRAY_LEN(want));
        assert_true(str_equals(buf_str(&buf), str_of(want[i++])));
        buf_close(&buf);
    }
    assert_int_equal(i, ARRAY_LEN(want));
}

static void walks_the_lines_of_a_field(void **state)
{
    struct message_cursor cursor = {0};
    struct request r;

    (void)state;
    make_request(&r, STR(head));
    assert_true(message_next_of(&r, FIELD_COOKIE, &cursor));
    assert_true(str_equals(cursor.value, STR("1")));
    assert_true(message_next_of(&r, FIELD_COOKIE, &cursor));
    assert_true(str_equals(cursor.value, STR("2")));
    assert_false(message_next_of(&r, FIELD_COOKIE, &cursor));
    cursor = (struct message_cursor){0};
    assert_true(message_next_of(&r, FIELD_HOST, &cursor));
    assert_true(str_equals(cursor.value, STR("a")));
    assert_false(message_next_of(&r, FIELD_HOST, &cursor));
    cursor = (struct message_cursor){0};
    assert_false(message_next_of(&r, FIELD_RANGE, &cursor));
}

static void finds_by_name(void **state)
{
    struct request r;

    (void)state;
    make_request(&r, STR(head));
    assert_true(str_equals(message_find(&r, STR("x-other")), STR("x y")));
    assert_true(str_equals(message_find(&r, STR("cookie")), STR("1")));
    assert_non_null(message_find(&r, STR("empty")).at);
    assert_null(message_find(&r, STR("x")).at);
    assert_null(message_find(&r, STR("GET / HTTP/1.1")).at);
    assert_true(str_equals(r.fields[FIELD_USER_AGENT], STR("first")));
    assert_null(r.fault);
}

/* Each of our fields, in odd case, and what a second line of it means. */
static void knows_its_fields(void **state)
{
#define ONCE true
#define LIST false
#define FIRST false
#define ROW(name, text, repeats) {FIELD_##name, text, repeats},
    static const struct {
        enum request_field field;
        const char *name;
        bool once;
    } rows[] = {MESSAGE_FIELDS(ROW)};
#undef ROW

    (void)state;
    assert_int_equal(ARRAY_LEN(rows), FIELD_COUNT);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct request r = {0};
        char name[32];
        size_t len = strlen(rows[i].name);

        memcpy(name, rows[i].name, len);
        name[0] = (char)(name[0] ^ 0x20);
        message_field(&r, (struct str){name, len}, STR(" v "));
        assert_true(str_equals(r.fields[rows[i].field], STR("v")));
        assert_int_equal(r.repeated, 0);
        message_field(&r, str_of(rows[i].name), STR("w"));
        assert_true(str_equals(r.fields[rows[i].field], STR("v")));
        assert_int_equal(r.repeated, 1U << rows[i].field);
        assert_int_equal(r.fault != NULL, rows[i].once);
    }
}

static void decides_persistence(void **state)
{
    static const struct {
        const char *fields;
        unsigned char minor;
        bool keep_alive;
    } cases[] = {
        {"", 1, true},
        {"", 0, false},
        {"Connection: close\r\n", 1, false},
        {"Connection: Close\r\n", 1, false},
        {"Connection: closed\r\n", 1, true},
        {"Connection: upgrade ,\tclose\r\n", 1, false},
        {"Connection: upgrade\r\nConnection: close\r\n", 1, false},
        {"Connection: keep-alive\r\n", 0, true},
        {"Connection: Keep-Alive\r\n", 0, true},
        {"Connection: keep-alive, close\r\n", 0, false},
        {"Connection: close, keep-alive\r\n", 1, false},
        {"Connection: x\r\nConnection: keep-alive\r\n", 0, true},
        {"Connection:\r\n", 1, true},
        {"Keep-Alive: timeout=5\r\n", 0, false},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};
        struct request r;

        buf_printf(&buf, "GET / HTTP/1.%u\r\nHost: a\r\n%s\r\n", cases[i].minor,
                   cases[i].fields);
        make_request(&r, buf_str(&buf));
        r.minor = cases[i].minor;
        assert_int_equal(message_check(&r, &arena), HTTP_NONE);
        if (r.keep_alive != cases[i].keep_alive)
            fail_msg("%s", cases[i].fields);
        buf_close(&buf);
    }
    arena_close(&arena);
}

/* The log is told why; what memory could not hold is nobody's fault. */
static void names_the_fault(void **state)
{
    static const struct {
        const char *target, *fields;
        bool absolute;
        const char *fault;
    } cases[] = {
        {"/", "Host: a\r\n", false, NULL},
        {"http://b/", "Host: a\r\n", true, NULL},
        {"/", "", false,
         "client sent HTTP/1.1 request without \"Host\" header"},
        {"/", "Host: a b\r\n", false, "client sent invalid host"},
        {"http://b c/", "Host: a\r\n", true, "client sent invalid host"},
        {"/", "Host: a\r\nHost: a\r\n", false,
         "client sent duplicate header line"},
        {"/", "Host: a\r\nTransfer-Encoding: gzip\r\n", false,
         "client sent unknown \"Transfer-Encoding\""},
        {"/", "Host: a\r\nContent-Length: x\r\n", false,
         "client sent invalid \"Content-Length\" header"},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *fault = cases[i].fault;
        struct buf buf = {0};
        struct request r;

        buf_printf(&buf, "GET %s HTTP/1.1\r\n%s\r\n", cases[i].target,
                   cases[i].fields);
        make_request(&r, buf_str(&buf));
        r.target = str_of(cases[i].target);
        assert_int_equal(message_check(&r, &arena),
                         fault ? HTTP_BAD_REQUEST : HTTP_NONE);
        assert_int_equal(r.absolute, cases[i].absolute);
        assert_int_equal(r.fault != NULL, fault != NULL);
        if (fault)
            assert_string_equal(r.fault, fault);
        buf_close(&buf);
    }
    arena_close(&arena);
}

static void reads_expectations(void **state)
{
    static const struct {
        const char *fields;
        unsigned char minor;
        enum expectation expect;
    } cases[] = {
        {"", 1, EXPECT_NOTHING},
        {"Expect: 100-continue\r\n", 1, EXPECT_CONTINUE},
        {"Expect: 100-Continue\r\n", 1, EXPECT_CONTINUE},
        {"Expect: 100-continue\r\n", 0, EXPECT_NOTHING},
        {"Expect: tea\r\n", 1, EXPECT_UNKNOWN},
        {"Expect: tea\r\n", 0, EXPECT_NOTHING},
        {"Expect: 100-continue, tea\r\n", 1, EXPECT_UNKNOWN},
        {"Expect:\r\n", 1, EXPECT_UNKNOWN},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};
        struct request r;

        buf_printf(&buf, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n",
                   cases[i].fields);
        make_request(&r, buf_str(&buf));
        r.minor = cases[i].minor;
        assert_int_equal(message_check(&r, &arena), HTTP_NONE);
        assert_int_equal(r.expect, cases[i].expect);
        buf_close(&buf);
    }
    arena_close(&arena);
}

static void tells_usual_names(void **state)
{
    (void)state;
    assert_true(message_is_usual_name(STR("X-Forwarded-4"), false));
    assert_true(message_is_usual_name(STR("a_b"), true));
    assert_false(message_is_usual_name(STR("a_b"), false));
    assert_false(message_is_usual_name(STR("a.b"), true));
    assert_false(message_is_usual_name(STR("a{"), true));
    assert_false(message_is_usual_name(STR("@"), true));
    assert_false(message_is_usual_name(STR("\xc1"), true));
}

/* Every text that is not in an arena follows the bytes of the head. */
static void follows_its_bytes(void **state)
{
    static const char text[] = "GET /p?q HTTP/1.1\r\nHost: a\r\n"
                               "User-Agent: b\r\n\r\n";
    char copy[sizeof(text)];
    struct request r = {0};
    struct request before;
    struct str elsewhere = STR("x");

    (void)state;
    r.method_text = (struct str){text, 3};
    r.target = (struct str){text + 4, 4};
    r.path = (struct str){text + 4, 2};
    r.args = (struct str){text + 7, 1};
    r.line = (struct str){text, 17};
    r.head = (struct str){text, sizeof(text) - 1};
    r.fields[FIELD_HOST] = (struct str){text + 25, 1};
    r.fields[FIELD_USER_AGENT] = (struct str){text + 40, 1};
    r.host = elsewhere;
    before = r;
    memcpy(copy, text, sizeof(text));
    message_moved(&r, text, sizeof(text) - 1, copy);
    assert_ptr_equal(r.method_text.at, copy);
    assert_ptr_equal(r.target.at, copy + 4);
    assert_ptr_equal(r.path.at, copy + 4);
    assert_ptr_equal(r.args.at, copy + 7);
    assert_ptr_equal(r.line.at, copy);
    assert_ptr_equal(r.head.at, copy);
    assert_ptr_equal(r.fields[FIELD_HOST].at, copy + 25);
    assert_ptr_equal(r.fields[FIELD_USER_AGENT].at, copy + 40);
    assert_ptr_equal(r.host.at, elsewhere.at);
    assert_null(r.fields[FIELD_RANGE].at);
    message_moved(&r, copy, sizeof(text) - 1, text);
    assert_memory_equal(&r, &before, sizeof(r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walks_all_lines),
        cmocka_unit_test(walks_the_lines_of_a_field),
        cmocka_unit_test(finds_by_name),
        cmocka_unit_test(knows_its_fields),
        cmocka_unit_test(decides_persistence),
        cmocka_unit_test(names_the_fault),
        cmocka_unit_test(reads_expectations),
        cmocka_unit_test(tells_usual_names),
        cmocka_unit_test(follows_its_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
