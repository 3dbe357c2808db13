/* batch.c - the cases of logger/batch */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "logger/batch.h"

/* One write as text: "0:a b" is output 0 with the parts "a" and "b". */
static void print(const struct batch_write *w, char *into, size_t room)
{
    size_t len = (size_t)snprintf(into, room, "%u:", w->output);

    for (unsigned i = 0; i < w->count; i++)
        len += (size_t)snprintf(into + len, room - len, "%s%.*s", i ? " " : "",
                                (int)w->parts[i].iov_len,
                                (const char *)w->parts[i].iov_base);
}

static void sorts_by_output(void **state)
{
    static const struct {
        const char *records; /* output, text, output, text, … */
        const char *writes[4];
    } cases[] = {
        {"", {NULL}},
        {"0a", {"0:a"}},
        {"0a0b0c", {"0:a b c"}},
        {"0a1b", {"0:a", "1:b"}},
        {"1a0b", {"1:a", "0:b"}},
        {"0a1b0c1d0e", {"0:a c e", "1:b d"}},
        {"2a0b1c2d0e", {"2:a d", "0:b e", "1:c"}},
        {"9a9b1c9d1e", {"9:a b d", "1:c e"}},
    };
    static struct batch b;
    static struct batch_write w;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *r = cases[i].records;
        unsigned n = 0;

        batch_reset(&b);
        for (uint64_t at = 100; *r; r += 2, at += 7)
            assert_true(batch_add(&b, (unsigned)(*r - '0'), at,
                                  (struct str){r + 1, 1}));
        while (batch_next(&b, &w)) {
            char text[64];

            print(&w, text, sizeof(text));
            assert_non_null(cases[i].writes[n]);
            assert_string_equal(text, cases[i].writes[n++]);
        }
        assert_true(n == ARRAY_LEN(cases[i].writes) || !cases[i].writes[n]);
        assert_false(batch_next(&b, &w));
    }
}

static void keeps_where_a_record_began(void **state)
{
    static struct batch b;
    static struct batch_write w;

    (void)state;
    batch_reset(&b);
    batch_add(&b, 1, 10, STR("a"));
    batch_add(&b, 2, UINT64_MAX, STR("b"));
    batch_add(&b, 1, 30, STR("c"));
    assert_true(batch_next(&b, &w));
    assert_int_equal(w.at[0], 10);
    assert_int_equal(w.at[1], 30);
    assert_true(batch_next(&b, &w));
    assert_true(w.at[0] == UINT64_MAX);
}

static void says_when_it_is_full(void **state)
{
    static struct batch b;
    static struct batch_write w;
    unsigned given = 0;

    (void)state;
    batch_reset(&b);
    for (unsigned i = 0; i < BATCH_RECORDS; i++)
        assert_true(batch_add(&b, i % 3, i, STR("x")));
    assert_false(batch_add(&b, 0, 0, STR("x")));
    while (batch_next(&b, &w))
        given += w.count;
    assert_int_equal(given, BATCH_RECORDS);
    batch_reset(&b);
    assert_false(batch_next(&b, &w));
    assert_true(batch_add(&b, 0, 0, STR("x")));
}

static void knows_how_far_a_write_came(void **state)
{
    static const struct {
        const char *texts[3];
        size_t written;
        unsigned whole;
        size_t rest;
    } cases[] = {
        {{"aaa", "bb", "c"}, 0, 0, 0},
        {{"aaa", "bb", "c"}, 1, 0, 1},
        {{"aaa", "bb", "c"}, 3, 1, 0},
        {{"aaa", "bb", "c"}, 4, 1, 1},
        {{"aaa", "bb", "c"}, 5, 2, 0},
        {{"aaa", "bb", "c"}, 6, 3, 0},
        {{"aaa", "bb", "c"}, 99, 3, 0}, /* no kernel says so */
        {{"", "", "c"}, 0, 2, 0},       /* empty ones are whole at once */
        {{NULL}, 0, 0, 0},
    };
    static struct batch b;
    static struct batch_write w;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t rest = 77;

        batch_reset(&b);
        w.count = 0;
        for (unsigned t = 0; t < 3 && cases[i].texts[t]; t++)
            batch_add(&b, 0, t, str_of(cases[i].texts[t]));
        batch_next(&b, &w);
        assert_int_equal(batch_reach(&w, cases[i].written, &rest),
                         cases[i].whole);
        assert_int_equal(rest, cases[i].rest);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorts_by_output),
        cmocka_unit_test(keeps_where_a_record_began),
        cmocka_unit_test(says_when_it_is_full),
        cmocka_unit_test(knows_how_far_a_write_came),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
