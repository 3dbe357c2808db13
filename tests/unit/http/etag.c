/* etag.c - the cases of http/etag */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/etag.h"

static void writes(void **state)
{
    static const struct {
        int64_t seconds;
        uint32_t nanoseconds;
        uint64_t size;
        const char *tag;
    } cases[] = {
        {0, 0, 0, "\"0-0\""},
        {784111777, 0, 16, "\"2ebc98a1-10\""},
        {784111777, 1, 16, "\"2ebc98a1-10-1\""},
        {784111777, 999999999, 16, "\"2ebc98a1-10-3b9ac9ff\""},
        {-1, 0, 0, "\"ffffffffffffffff-0\""},
        {INT64_MIN, 999999999, UINT64_MAX,
         "\"8000000000000000-ffffffffffffffff-3b9ac9ff\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char room[ETAG_MAX];
        struct buf buf = buf_over(room, sizeof(room));

        etag_put(&buf, cases[i].seconds, cases[i].nanoseconds, cases[i].size);
        assert_false(buf.failed);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].tag)));
    }
}

static void reads_lists(void **state)
{
    static const struct {
        const char *list;
        const char *tags; /* joined by blanks, weak ones with a ~ */
    } cases[] = {
        {"", ""},
        {"\"a\"", "\"a\" "},
        {"\"\"", "\"\" "},
        {"W/\"a\"", "~\"a\" "},
        {"\"a\", W/\"b\",\"c\"", "\"a\" ~\"b\" \"c\" "},
        {" ,\t, \"a\" ,", "\"a\" "},
        {"\"a, b\"", "\"a, b\" "},
        {"\"a\\\" x", "\"a\\\" "}, /* no escapes in a tag */
        {"a", ""},
        {"\"a", ""},
        {"\"", ""},
        {"W/", ""},
        {"w/\"a\"", ""},
        {"W/a, \"b\"", ""},
        {"\"a\" b, \"c\"", "\"a\" "},
        {"*", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str list = str_of(cases[i].list);
        struct buf got = {0};
        struct str tag;
        bool weak;

        while (etag_next(&list, &tag, &weak))
            buf_printf(&got, "%s%.*s ", weak ? "~" : "", STR_ARG(tag));
        if (!str_equals(buf_str(&got), str_of(cases[i].tags)))
            fail_msg("%s", cases[i].list);
        buf_close(&got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes),
        cmocka_unit_test(reads_lists),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
