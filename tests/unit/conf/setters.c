/* setters.c - the values that come in kinds, as they are stored */
#include "conf/setters.h"

#include "loading.h"

/* A reader of one directive. */
struct stand {
    struct reader reader;
    struct conf conf;
    struct directive row;
    struct str words[2];
};

static void stand_open(struct stand *s, const char *word)
{
    *s = (struct stand){.row = {.name = "x"}};
    s->conf.prefix = STR("/p/");
    s->words[0] = STR("x");
    s->words[1] = str_of(word);
    s->reader.conf = &s->conf;
    s->reader.arena = &s->conf.arena;
    s->reader.row = &s->row;
    s->reader.place = (struct place){"/c", 9};
    s->reader.words = s->words;
    s->reader.count = 2;
}

static void check_number(int (*set)(struct reader *, void *), const char *word,
                         const struct directive_bounds *bounds, uint64_t wanted)
{
    struct conf_number n = {.value = UINT64_MAX};
    struct stand s;

    stand_open(&s, word);
    s.row.bounds = bounds;
    assert_int_equal(set(&s.reader, &n), wanted == UINT64_MAX ? -EINVAL : 0);
    assert_int_equal(n.value, wanted);
    assert_int_equal(place_is_set(n.place), wanted != UINT64_MAX);
    assert_int_equal(s.reader.errors, wanted == UINT64_MAX);
    arena_close(&s.conf.arena);
}

static void numbers(void **state)
{
    static const struct directive_bounds bounds = {2, 1024};
    struct catcher c;

    (void)state;
    catch_open(&c);
    check_number(set_number, "7", NULL, 7);
    check_number(set_number, "x", NULL, UINT64_MAX);
    check_number(set_number, "1", &bounds, UINT64_MAX);
    check_number(set_number, "2", &bounds, 2);
    check_number(set_number, "1025", &bounds, UINT64_MAX);
    check_number(set_size, "1k", &bounds, 1024);
    check_number(set_size, "2k", &bounds, UINT64_MAX);
    check_number(set_size, "", NULL, UINT64_MAX);
    check_number(set_time, "1s", &bounds, 1000);
    check_number(set_time, "2s", &bounds, UINT64_MAX);
    check_number(set_time, "1q", NULL, UINT64_MAX);
    catch_close(&c);
}

static void flags_and_choices(void **state)
{
    static const struct directive_word words[] = {
        {"one", 1}, {"two", 2}, {NULL, 0}};
    struct conf_flag flag = {0};
    struct conf_choice choice = {0};
    struct catcher c;
    struct stand s;

    (void)state;
    catch_open(&c);
    stand_open(&s, "on");
    assert_int_equal(set_flag(&s.reader, &flag), 0);
    assert_true(flag.on && flag.place.line == 9);
    s.words[1] = STR("maybe");
    assert_int_equal(set_flag(&s.reader, &flag), -EINVAL);
    assert_true(flag.on);
    s.row.words = words;
    s.words[1] = STR("two");
    assert_int_equal(set_choice(&s.reader, &choice), 0);
    assert_int_equal(choice.value, 2);
    s.words[1] = STR("three");
    assert_int_equal(set_choice(&s.reader, &choice), -EINVAL);
    assert_int_equal(choice.value, 2);
    assert_string_equal(catch_said(&c),
                        "[emerg] invalid value \"maybe\" in \"x\" directive, "
                        "it must be \"on\" or \"off\" in /c:9\n"
                        "[emerg] invalid value \"three\" in /c:9\n");
    catch_close(&c);
    arena_close(&s.conf.arena);
}

static void paths(void **state)
{
    struct conf_text text = {0};
    struct conf_path fifo = {0};
    struct stand s;

    (void)state;
    stand_open(&s, "run/x");
    assert_int_equal(set_path(&s.reader, &text), 0);
    assert_string_equal(text.text.at, "/p/run/x");
    assert_int_equal(set_fifo(&s.reader, &fifo), 0);
    assert_string_equal(fifo.path.at, "/p/run/x");
    s.words[1] = STR("/x");
    assert_int_equal(set_path(&s.reader, &text), 0);
    assert_string_equal(text.text.at, "/x");
    s.words[1] = STR("off");
    assert_int_equal(set_fifo(&s.reader, &fifo), 0);
    assert_int_equal(fifo.path.len, 0);
    assert_true(place_is_set(fifo.place));
    assert_int_equal(set_text(&s.reader, &text), 0);
    assert_string_equal(text.text.at, "off");
    arena_close(&s.conf.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers),
        cmocka_unit_test(flags_and_choices),
        cmocka_unit_test(paths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
