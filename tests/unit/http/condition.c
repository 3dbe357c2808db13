/* condition.c - the cases of http/condition */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/condition.h"

#define MODIFIED "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER "Sun, 06 Nov 1994 08:49:38 GMT"
#define TAG "\"2ebc9821-10\""

enum { SECONDS = 784111777, YES = 1, NO = 0 };

/* A request whose head is these lines. */
static void make_request(struct request *r, const char *fields)
{
    struct str rest = str_of(fields);

    *r = (struct request){.head = rest, .minor = 1};
    (void)str_cut(&rest, '\n');
    while (rest.len > 2) {
        struct str line = str_cut(&rest, '\n');
        struct str name = str_cut(&line, ':');

        message_field(r, name, str_trim((struct str){line.at, line.len - 1}));
    }
}

#define LINES(lines) "GET / HTTP/1.1\r\n" lines "\r\n"
#define IM "If-Match: "
#define INM "If-None-Match: "
#define IMS "If-Modified-Since: "
#define IUS "If-Unmodified-Since: "
#define E "\r\n"

static void checks_in_order(void **state)
{
    static const struct {
        const char *fields;
        enum http_status status;
    } cases[] = {
        {LINES(""), 0},
        {LINES(IM TAG E), 0},
        {LINES(IM "*" E), 0},
        {LINES(IM "\"a\", " TAG E), 0},
        {LINES(IM "\"a\"" E IM TAG E), 0},
        {LINES(IM "\"a,b\"," TAG E), 0},
        {LINES(IM "\"a\"" E), 412},
        {LINES(IM "W/" TAG E), 412},
        {LINES(IM "2ebc9821-10" E), 412},
        {LINES(IM E), 412},
        {LINES(IUS MODIFIED E), 0},
        {LINES(IUS AFTER E), 0},
        {LINES(IUS BEFORE E), 412},
        {LINES(IUS "yesterday" E), 0},
        {LINES(IM TAG E IUS BEFORE E), 0},
        {LINES(INM TAG E), 304},
        {LINES(INM "W/" TAG E), 304},
        {LINES(INM "*" E), 304},
        {LINES(INM "\"a\", W/\"b\" ,,\t" TAG E), 304},
        {LINES(INM "\"a\"" E "X: y" E INM TAG E), 304},
        {LINES(INM "\"a\"" E), 0},
        {LINES(INM "w/" TAG E), 0},
        {LINES(INM "2ebc9821-10" E), 0},
        {LINES(INM "\"2ebc9821-10" E), 0},
        {LINES(INM "\"x" TAG E), 0},
        {LINES(INM E), 0},
        {LINES(IMS MODIFIED E), 304},
        {LINES(IMS "Sunday, 06-Nov-94 08:49:37 GMT" E), 304},
        {LINES(IMS "Sun Nov  6 08:49:37 1994" E), 304},
        {LINES(IMS BEFORE E), 0},
        {LINES(IMS AFTER E), 0},
        {LINES(IMS "0" E), 0},
        {LINES(IMS E), 0},
        {LINES(INM "\"a\"" E IMS MODIFIED E), 0},
        {LINES(INM TAG E IMS BEFORE E), 304},
        {LINES(IM "\"a\"" E INM TAG E), 412},
        {LINES(IM TAG E INM TAG E), 304},
        {LINES(IUS BEFORE E IMS MODIFIED E), 412},
        {LINES(IUS AFTER E IMS MODIFIED E), 304},
    };
    struct validators v = {.etag = STR(TAG), .modified = SECONDS};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request r;
        enum http_status status;

        make_request(&r, cases[i].fields);
        status = condition_check(&r, &v);
        if (status != cases[i].status)
            fail_msg("%s: %d", cases[i].fields, (int)status);
    }
}

static void obeys_the_directive(void **state)
{
    static const struct {
        const char *fields;
        enum condition_since since;
        enum http_status status;
    } cases[] = {
        {LINES(IMS MODIFIED E), SINCE_BEFORE, 304},
        {LINES(IMS AFTER E), SINCE_BEFORE, 304},
        {LINES(IMS BEFORE E), SINCE_BEFORE, 0},
        {LINES(IMS MODIFIED E), SINCE_OFF, 0},
        {LINES(INM "\"a\"" E), SINCE_OFF, 0},
        {LINES(INM TAG E), SINCE_OFF, 304},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct validators v = {STR(TAG), SECONDS, 0, cases[i].since};
        struct request r;

        make_request(&r, cases[i].fields);
        assert_int_equal(condition_check(&r, &v), cases[i].status);
    }
}

/* etag off: only "*" can name what has no tag. */
static void works_without_a_tag(void **state)
{
    static const struct {
        const char *fields;
        enum http_status status;
    } cases[] = {
        {LINES(IM TAG E), 412},    {LINES(IM "*" E), 0},
        {LINES(IM "\"\"" E), 412}, {LINES(INM TAG E), 0},
        {LINES(INM "*" E), 304},   {LINES(INM E), 0},
    };
    struct validators v = {.modified = SECONDS};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct request r;

        make_request(&r, cases[i].fields);
        assert_int_equal(condition_check(&r, &v), cases[i].status);
    }
}

static void judges_if_range(void **state)
{
    static const struct {
        const char *fields;
        int64_t now;
        bool allows;
    } cases[] = {
        {LINES(""), SECONDS, YES},
        {LINES("If-Range: " TAG E), SECONDS, YES},
        {LINES("If-Range: W/" TAG E), SECONDS, NO},
        {LINES("If-Range: \"a\"" E), SECONDS, NO},
        {LINES("If-Range: \"a\", " TAG E), SECONDS, NO},
        {LINES("If-Range: " TAG ", \"a\"" E), SECONDS, NO},
        {LINES("If-Range: *" E), SECONDS, NO},
        {LINES("If-Range:" E), SECONDS, NO},
        {LINES("If-Range: " MODIFIED E), SECONDS + 1, YES},
        {LINES("If-Range: " MODIFIED E), SECONDS, NO},
        {LINES("If-Range: " BEFORE E), SECONDS + 9, NO},
        {LINES("If-Range: " AFTER E), SECONDS + 9, NO},
        {LINES("If-Range: soon" E), SECONDS + 9, NO},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct validators v = {STR(TAG), SECONDS, cases[i].now, SINCE_EXACT};
        struct request r;

        make_request(&r, cases[i].fields);
        if (condition_allows_range(&r, &v) != cases[i].allows)
            fail_msg("%s", cases[i].fields);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_in_order),
        cmocka_unit_test(obeys_the_directive),
        cmocka_unit_test(works_without_a_tag),
        cmocka_unit_test(judges_if_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
