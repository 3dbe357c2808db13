/* lexer.c - the cases of conf/lexer */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/lexer.h"

/* The whole text as one line: words in <>, then how each directive ended. */
static void print_all(struct buf *into, struct lexer *x)
{
    for (;;) {
        enum lexer_end end = lexer_next(x);

        for (unsigned i = 0; i < x->count && end != LEXER_ERROR; i++) {
            buf_printf(into, "<%.*s>", STR_ARG(x->words[i]));
            assert_int_equal(x->words[i].at[x->words[i].len], '\0');
        }
        switch (end) {
        case LEXER_DIRECTIVE:
            buf_put_char(into, ';');
            break;
        case LEXER_BLOCK_OPEN:
            buf_put_char(into, '{');
            break;
        case LEXER_BLOCK_CLOSE:
            buf_put_char(into, '}');
            break;
        case LEXER_EOF:
            buf_put_char(into, '.');
            return;
        case LEXER_ERROR:
            buf_printf(into, "!%.*s:%u", STR_ARG(x->why), x->line);
            return;
        case LEXER_NO_MEMORY:
            fail();
        }
    }
}

static void check(const char *text, const char *wanted)
{
    struct arena arena = {0};
    struct buf got = {0};
    struct lexer x;

    /* Memory of exactly that size, so that a read behind it shows. */
    char *copy = malloc(strlen(text) + 1);

    memcpy(copy, text, strlen(text) + 1);
    lexer_open(&x, (struct str){copy, strlen(text)}, &arena);
    print_all(&got, &x);
    buf_put_char(&got, '\0');
    assert_string_equal(got.data, wanted);
    buf_close(&got);
    arena_close(&arena);
    free(copy);
}

static void words(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {"", "."},
        {" \t\r\n", "."},
        {"# only a comment", "."},
        {"# a ; { }\nb;", "<b>;."},
        {"a b  c;", "<a><b><c>;."},
        {"a{b;}", "<a>{<b>;}."},
        {"a { b; } # c\n", "<a>{<b>;}."},
        {"a#b;", "<a#b>;."},
        {"a #b;\nc;", "<a><c>;."},
        {"a \"b c\" 'd;{}' ;", "<a><b c><d;{}>;."},
        {"a \"\" '';", "<a><><>;."},
        {"a \"it's\" 'a \"b\"';", "<a><it's><a \"b\">;."},
        {"a b\\ c;", "<a><b\\ c>;."},
        {"a \"b\\\"c\" 'd\\'e';", "<a><b\"c><d'e>;."},
        {"a \"\\t\\r\\n\\\\\\d\";", "<a><\t\r\n\\\\d>;."},
        {"a b\\;c;", "<a><b\\;c>;."},
        {"a \\\"b\\\";", "<a><\"b\">;."},
        {"a ${b}c;", "<a><${b}c>;."},
        {"a $b{c;}", "<a><$b>{<c>;}."},
        {"a x${b}${c};", "<a><x${b}${c}>;."},
        {"a b}c;", "<a><b}c>;."},
        {"a \"b\nc\";", "<a><b\nc>;."},
        {"if ($a = \"b\") {}", "<if><($a><=><b><)>{}."},
        {"a 'b'{}", "<a><b>{}."},
        {"}", "}."},
        {"a\nb\nc;d;", "<a><b><c>;<d>;."},
        {"a \xff\x01;", "<a><\xff\x01>;."},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(cases[i].text, cases[i].wanted);
}

static void refuses(void **state)
{
    static const struct {
        const char *text, *wanted;
    } cases[] = {
        {";", "!unexpected \";\":1"},
        {"\n{", "!unexpected \"{\":2"},
        {"a }", "!unexpected \"}\":1"},
        {"a \"b\"c;", "!unexpected \"c\":1"},
        {"a \"b\"#;", "!unexpected \"#\":1"},
        {"a \"b\"'c';", "!unexpected \"'\":1"},
        {"a", "!unexpected end of file, expecting \";\" or \"}\":1"},
        {"a ", "!unexpected end of file, expecting \";\" or \"}\":1"},
        {"a;b\n", "<a>;!unexpected end of file, expecting \";\" or \"}\":2"},
        {"a \"b;\n", "!unexpected end of file, expecting \";\" or \"}\":2"},
        {"a '", "!unexpected end of file, expecting \";\" or \"}\":1"},
        {"a \\", "!unexpected end of file, expecting \";\" or \"}\":1"},
        {"a ${", "!unexpected end of file, expecting \";\" or \"}\":1"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(cases[i].text, cases[i].wanted);
}

/* Whether a word of so many letters is taken. */
static bool takes(size_t len, const char *open, const char *close)
{
    struct arena arena = {0};
    struct buf text = {0};
    struct lexer x;
    bool taken;

    buf_printf(&text, "\na %s", open);
    for (size_t i = 0; i < len; i++)
        buf_put_char(&text, 'x');
    buf_printf(&text, "%s;", close);
    lexer_open(&x, buf_str(&text), &arena);
    taken = lexer_next(&x) == LEXER_DIRECTIVE;
    if (!taken) {
        assert_true(str_starts_with(x.why, STR("too long parameter")));
        assert_int_equal(x.line, 2);
    }
    arena_close(&arena);
    buf_close(&text);
    return taken;
}

static void bounds_words(void **state)
{
    (void)state;
    assert_true(takes(LEXER_WORD_MAX, "", ""));
    assert_false(takes(LEXER_WORD_MAX + 1, "", ""));
    assert_true(takes(LEXER_WORD_MAX, "'", "'"));
    assert_false(takes(LEXER_WORD_MAX + 1, "\"", "\""));
    assert_false(takes(LEXER_WORD_MAX + 1, "\"", ""));
}

static void counts_lines(void **state)
{
    struct arena arena = {0};
    struct lexer x;

    (void)state;
    lexer_open(&x, STR("a\n\n'b\n' #;\n c;\nd {\n}\n"), &arena);
    assert_int_equal(lexer_next(&x), LEXER_DIRECTIVE);
    assert_int_equal(x.line, 5);
    assert_int_equal(lexer_next(&x), LEXER_BLOCK_OPEN);
    assert_int_equal(x.line, 6);
    assert_int_equal(lexer_next(&x), LEXER_BLOCK_CLOSE);
    assert_int_equal(x.line, 7);
    assert_int_equal(lexer_next(&x), LEXER_EOF);
    arena_close(&arena);
}

static void ends_an_argument(void **state)
{
    struct arena arena = {0};
    struct lexer x;

    (void)state;
    lexer_open(&x, STR("daemon off"), &arena);
    x.is_argument = true;
    assert_int_equal(lexer_next(&x), LEXER_ERROR);
    assert_true(
        str_equals(x.why, STR("unexpected end of parameter, expecting \";\"")));
    arena_close(&arena);
}

static void skips_other_languages(void **state)
{
    static const struct {
        const char *text;
        bool closed;
    } cases[] = {
        {"}b;", true},
        {" if { x = '}' } }b;", true},
        {" -- it's {\n }b;", true},
        {" s = \"\\\"}\" }b;", true},
        {" // }\n}b;", true},
        {" { }", false},
        {"", false},
        {"'", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct arena arena = {0};
        struct lexer x;

        lexer_open(&x, str_of(cases[i].text), &arena);
        assert_int_equal(lexer_skip_raw(&x), cases[i].closed);
        if (cases[i].closed) {
            assert_int_equal(lexer_next(&x), LEXER_DIRECTIVE);
            assert_string_equal(x.words[0].at, "b");
        }
        arena_close(&arena);
    }
}

/* Comments that speak to prong are kept, the newest first. */
static void check_comments(const char *text, const char *wanted)
{
    struct arena arena = {0};
    struct buf all = {0};
    struct buf got = {0};
    struct lexer x;

    lexer_open(&x, str_of(text), &arena);
    print_all(&all, &x);
    for (const struct lexer_comment *c = x.comments; c; c = c->next)
        buf_printf(&got, "%u%s<%.*s>", c->line, c->alone ? "+" : "",
                   STR_ARG(c->text));
    buf_put_char(&got, '\0');
    assert_string_equal(got.data, wanted);
    buf_close(&all);
    buf_close(&got);
    arena_close(&arena);
}

static void comments(void **state)
{
    (void)state;
    check_comments("# a\na b; # prong\n#prong\n", "");
    check_comments("a b; # prong: allow P03 \r\n", "1<allow P03>");
    check_comments("\n \t#prong:allow P01\na {\n#  prong:  x",
                   "4+<x>2+<allow P01>");
    check_comments("a\n# prong: x\n b;# prong:", "3<>2+<x>");
    check_comments("a \"# prong: no\"; b# prong: no\n;", "");
    check_comments("# a # prong: no", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(refuses),
        cmocka_unit_test(bounds_words),
        cmocka_unit_test(counts_lines),
        cmocka_unit_test(ends_an_argument),
        cmocka_unit_test(skips_other_languages),
        cmocka_unit_test(comments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
