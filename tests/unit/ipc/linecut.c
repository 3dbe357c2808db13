/* linecut.c - the cases of ipc/linecut */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "ipc/linecut.h"

struct record {
    struct linecut_taker taker;
    struct buf seen;
};

/* "w<line>", "o<length>" or "l<line>", each followed by '|'. */
static void take(struct linecut_taker *taker, struct str line,
                 enum linecut_kind kind)
{
    struct record *r = (struct record *)taker;

    buf_put_char(&r->seen, "wol"[kind]);
    if (kind == LINECUT_OVERLONG)
        buf_put_number(&r->seen, line.len);
    else
        buf_put(&r->seen, line);
    buf_put_char(&r->seen, '|');
}

/* '!' stands for the close of the last writer. */
static void play(struct linecut *l, const char *script, size_t step,
                 struct record *r)
{
    size_t len = strlen(script);

    for (size_t at = 0; at < len;) {
        size_t n = strcspn(script + at, "!");

        if (n > step)
            n = step;
        if (n == 0) {
            linecut_end(l, &r->taker);
            at++;
            continue;
        }
        linecut_feed(l, (struct str){script + at, n}, &r->taker);
        at += n;
    }
}

static void cuts_lines_however_they_come(void **state)
{
    static const struct {
        const char *script;
        const char *seen;
    } cases[] = {
        {"reload\n", "wreload|"},
        {"a\nb\n\nc\n", "wa|wb|w|wc|"},
        {"reload", ""},
        {"reload!", "lreload|"},
        {"sto!p\n!", "lsto|wp|"},
        {"a\nb!c\n", "wa|lb|wc|"},
        {"!!", ""},
        {"\n!", "w|"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (size_t step = 1; step < 8; step++) {
            char memory[256];
            struct record r = {{take}, buf_over(memory, sizeof(memory))};
            struct linecut l = {0};

            play(&l, cases[i].script, step, &r);
            assert_true(str_equals(buf_str(&r.seen), str_of(cases[i].seen)));
        }
    }
}

static void bounds_a_line(void **state)
{
    static char many[3 * PIPE_BUF];
    static const struct {
        size_t len;
        bool closes;
        const char *seen;
    } cases[] = {
        {PIPE_BUF + 1, false, "o4096|wok|"},
        {3 * PIPE_BUF, false, "o4096|wok|"},
        {PIPE_BUF + 1, true, "o4096|w|wok|"},
    };

    (void)state;
    assert_int_equal(PIPE_BUF, 4096);
    memset(many, 'x', sizeof(many));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char memory[256];
        struct record r = {{take}, buf_over(memory, sizeof(memory))};
        struct linecut l = {0};

        linecut_feed(&l, (struct str){many, cases[i].len}, &r.taker);
        assert_int_equal(r.seen.len, 0);
        if (cases[i].closes)
            linecut_end(&l, &r.taker);
        linecut_feed(&l, STR("\nok\n"), &r.taker);
        assert_true(str_equals(buf_str(&r.seen), str_of(cases[i].seen)));
    }
}

static void a_line_of_the_whole_room_is_whole(void **state)
{
    static char many[PIPE_BUF];
    char memory[PIPE_BUF + 16];
    struct record r = {{take}, buf_over(memory, sizeof(memory))};
    struct linecut l = {0};

    (void)state;
    memset(many, 'x', sizeof(many));
    linecut_feed(&l, (struct str){many, sizeof(many)}, &r.taker);
    linecut_feed(&l, STR("\n"), &r.taker);
    assert_int_equal(r.seen.len, PIPE_BUF + 2);
    assert_int_equal(memory[0], 'w');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_lines_however_they_come),
        cmocka_unit_test(bounds_a_line),
        cmocka_unit_test(a_line_of_the_whole_room_is_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
