/* lint.c - the walk and what comments silence */
#include "conf/lint.h"

#include "linting.h"

#define SERVER(text) "events {}\nhttp {\n" text "\n}"

static void comments_silence(void **state)
{
    static const struct {
        const char *text;
        const char *found;
    } rows[] = {
        {SERVER("server { root a; }"), "P03:3 "},
        {SERVER("server { root a; } # prong: allow P03"), ""},
        {SERVER("server { # prong: allow P03\nroot a; }"), ""},
        {SERVER("# prong: allow P03\nserver { root a; }"), ""},
        {SERVER("# prong: allow P06,P03, P08\nserver { root a; }"), ""},
        {SERVER("# prong: allow P06\nserver { root a; }"), "P03:4 "},
        /* one that stands behind something is about its own line */
        {SERVER("sendfile on; # prong: allow P03\nserver { root a; }"),
         "P03:4 "},
        /* one that stands alone is about the next line only */
        {SERVER("# prong: allow P03\n\nserver { root a; }"), "P03:5 "},
        {SERVER("# prong: allow P03\nserver { root a; }\nserver { root a; }"),
         "P03:5 "},
        {SERVER("# prong: allow P3\nserver { root a; }"), "P00:3 P03:4 "},
        {SERVER("# prong: allows P03\nserver { root a; }"), "P00:3 P03:4 "},
        {SERVER("# prong: allow\n"), ""},
        {SERVER("# prong:\n"), "P00:3 "},
        {SERVER("# prong: allow P99 # prong: allow P00\n"), "P00:3 P00:3 "
                                                            "P00:3 P00:3 "},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_findings(rows[i].text, NULL, rows[i].found);
}

static void codes_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < lint_row_count; i++) {
        const struct lint_row *row = &lint_rows[i];

        assert_ptr_equal(lint_find(str_of(row->code)), row);
        assert_true(row->title && row->mend);
        assert_true(row->server || row->location || row->comment);
    }
    assert_null(lint_find(STR("P")));
    assert_null(lint_find(STR("")));
}

static void words_are_cut(void **state)
{
    struct str rest = STR(" ,a, \tbc,");
    struct str word;

    (void)state;
    assert_true(lint_next_word(&rest, &word));
    assert_true(str_equals(word, STR("a")));
    assert_true(lint_next_word(&rest, &word));
    assert_true(str_equals(word, STR("bc")));
    assert_false(lint_next_word(&rest, &word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comments_silence),
        cmocka_unit_test(codes_are_told_apart),
        cmocka_unit_test(words_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
