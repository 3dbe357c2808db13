/* listing.c - the cases of content/listing */
#include <errno.h>

#include "content/listing.h"
#include "fixture.h"

static void reads_the_order_from_the_arguments(void **state)
{
    static const struct {
        const char *args;
        enum listing_key key;
        bool descending;
    } cases[] = {
        {NULL, LISTING_BY_NAME, false},
        {"", LISTING_BY_NAME, false},
        {"C=N&O=A", LISTING_BY_NAME, false},
        {"C=S&O=D", LISTING_BY_SIZE, true},
        {"O=D&C=M", LISTING_BY_TIME, true},
        {"C=M", LISTING_BY_TIME, false},
        {"C=S;O=D", LISTING_BY_NAME, false},
        {"C=XX&O=DD", LISTING_BY_NAME, false},
        {"C=&O", LISTING_BY_NAME, false},
        {"xC=S&C=", LISTING_BY_NAME, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct listing_order order = listing_order_of(str_of(cases[i].args));

        assert_int_equal(order.key, cases[i].key);
        assert_int_equal(order.descending, cases[i].descending);
    }
}

static void fill(struct fixture *f)
{
    fixture_write(f, "/v10.txt", "ab", 2, 100);
    fixture_write(f, "/v9.txt", "abc", 3, 300);
    fixture_write(f, "/b.txt", "ab", 2, 200);
    fixture_write(f, "/.secret", "x", 1, 100);
    fixture_mkdir(f, "/zdir");
    fixture_mkdir(f, "/adir");
    fixture_mkdir(f, "/.git");
    assert_int_equal(mkfifo(fixture_path(f, "/fifo"), 0600), 0);
    assert_int_equal(symlink("gone", fixture_path(f, "/dangling")), 0);
}

static void assert_names(const struct listing *l, const char *expected)
{
    char memory[256];
    struct buf names = buf_over(memory, sizeof(memory) - 1);

    for (size_t i = 0; i < l->count; i++) {
        buf_put(&names, l->entries[i].name);
        buf_put(&names, l->entries[i].is_directory ? STR("/ ") : STR(" "));
    }
    memory[names.len] = 0;
    assert_string_equal(memory, expected);
}

static void lists_what_can_be_fetched_in_order(void **state)
{
    static const struct {
        struct listing_order order;
        const char *names;
    } cases[] = {
        {{LISTING_BY_NAME, false}, "adir/ zdir/ b.txt v9.txt v10.txt "},
        {{LISTING_BY_NAME, true}, "zdir/ adir/ v10.txt v9.txt b.txt "},
        {{LISTING_BY_SIZE, false}, "adir/ zdir/ b.txt v10.txt v9.txt "},
        {{LISTING_BY_SIZE, true}, "adir/ zdir/ v9.txt b.txt v10.txt "},
    };
    struct fixture *f = fixture_new();
    struct listing l = {0};

    (void)state;
    fill(f);
    assert_int_equal(listing_read(&l, fixture_path(f, "/"), false), 0);
    assert_int_equal(l.count, 5);
    assert_false(l.is_cut);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        listing_sort(&l, cases[i].order);
        assert_names(&l, cases[i].names);
    }
    listing_sort(&l, (struct listing_order){LISTING_BY_TIME, false});
    assert_int_equal(l.entries[2].modified, 100);
    assert_int_equal(l.entries[4].modified, 300);
    listing_close(&l);
    assert_null(l.entries);
    fixture_free(f);
}

static void tells_why_it_cannot_read(void **state)
{
    struct fixture *f = fixture_new();
    struct listing l = {0};

    (void)state;
    fixture_write(f, "/a.txt", "ab", 2, 100);
    assert_int_equal(listing_read(&l, fixture_path(f, "/none"), false),
                     -ENOENT);
    assert_int_equal(listing_read(&l, fixture_path(f, "/a.txt"), false),
                     -ENOTDIR);
    assert_int_equal(listing_read(&l, f->root, false), 0);
    assert_int_equal(l.count, 1);
    listing_close(&l);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_order_from_the_arguments),
        cmocka_unit_test(lists_what_can_be_fetched_in_order),
        cmocka_unit_test(tells_why_it_cannot_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
