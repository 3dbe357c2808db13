/* autoindex.c - the cases of content/autoindex */
#include "content/autoindex.h"
#include "fixture.h"

static void list(struct fixture *f, const char *dir, const char *args,
                 struct buf *page)
{
    exchange_reset(&f->x);
    f->x.server = &f->server;
    f->x.location = &f->server.whole;
    f->x.path = str_of(dir);
    f->x.args = str_of(args);
    f->x.filename = str_of(fixture_path(f, dir));
    assert_int_equal(autoindex_answer(&f->x), HTTP_NONE);
    fixture_body(f, page);
    assert_int_equal(f->x.response.content_length, page->len);
    assert_false(memmem(page->data, page->len, "<script", 7));
}

static void shows_names_safely(void **state)
{
    static const char *const expected[] = {
        ("<a href=\"a%20b%26c.txt\">a b&amp;c.txt</a></td><td>1234</td>"
         "<td>2001-09-09 01:46</td>"),
        "<a href=\"%3Cimg%20src=x%3E\">&lt;img src=x&gt;</a>",
        "<a href=\"x%3Ay\">x:y</a>",
        "<a class=\"d\" href=\"sub/\">sub/</a></td><td>-</td>",
        "<a class=\"d\" href=\"../\">../</a>",
        "<title>Index of /d/</title>",
        "<a href=\"./../\">/</a><a href=\"./\">d/</a>",
        "4 entries",
    };
    struct fixture *f = fixture_new();
    struct buf page = {0};
    char bytes[1234] = {0};

    (void)state;
    f->server.whole.settings.autoindex_exact_size.on = true;
    fixture_mkdir(f, "/d");
    fixture_mkdir(f, "/d/sub");
    fixture_write(f, "/d/a b&c.txt", bytes, sizeof(bytes), 1000000000);
    fixture_write(f, "/d/<img src=x>", "", 0, 1000000000);
    fixture_write(f, "/d/x:y", "", 0, 1000000000);
    fixture_write(f, "/d/.hidden", "", 0, 1000000000);
    list(f, "/d/", NULL, &page);
    for (size_t i = 0; i < ARRAY_LEN(expected); i++)
        if (!fixture_has(buf_str(&page), expected[i]))
            fail_msg("no %s in %s", expected[i], strstr(page.data, "<tbody"));
    assert_false(fixture_has(buf_str(&page), "hidden"));
    buf_close(&page);
    fixture_free(f);
}

static void has_nothing_above_the_root(void **state)
{
    struct fixture *f = fixture_new();
    struct buf page = {0};

    (void)state;
    list(f, "/", NULL, &page);
    assert_false(fixture_has(buf_str(&page), "../"));
    assert_true(fixture_has(buf_str(&page), "<a href=\"./\">/</a></h1>"));
    assert_true(fixture_has(buf_str(&page), "0 entries"));
    buf_close(&page);
    fixture_free(f);
}

static void shows_sizes_for_people(void **state)
{
    static const struct {
        off_t size;
        const char *shown;
    } cases[] = {
        {0, "<td>0</td>"},
        {1023, "<td>1023</td>"},
        {1024, "<td>1.0K</td>"},
        {1536, "<td>1.5K</td>"},
        {10239, "<td>9.9K</td>"},
        {10240, "<td>10K</td>"},
        {1048575, "<td>1023K</td>"},
        {1048576, "<td>1.0M</td>"},
        {5368709120, "<td>5.0G</td>"},
    };
    struct fixture *f = fixture_new();
    struct buf page = {0};

    (void)state;
    fixture_write(f, "/f", "", 0, 1000);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(truncate(fixture_path(f, "/f"), cases[i].size), 0);
        list(f, "/", NULL, &page);
        assert_true(fixture_has(buf_str(&page), cases[i].shown));
    }
    buf_close(&page);
    fixture_free(f);
}

static void turns_the_order_round(void **state)
{
    struct fixture *f = fixture_new();
    struct buf page = {0};
    const char *one;

    (void)state;
    fixture_write(f, "/one", "1", 1, 1000);
    fixture_write(f, "/two", "22", 2, 1000);
    list(f, "/", "C=S&O=A", &page);
    assert_true(fixture_has(buf_str(&page),
                            "<th aria-sort=\"ascending\"><a "
                            "href=\"?C=S&amp;O=D\">Size &uarr;</a>"));
    assert_true(fixture_has(buf_str(&page), "<a href=\"?C=N&amp;O=A\">Name<"));
    list(f, "/", "C=S&O=D", &page);
    assert_true(fixture_has(buf_str(&page), "href=\"?C=S&amp;O=A\""));
    one = memmem(page.data, page.len, ">one<", 5);
    assert_true(one > (char *)memmem(page.data, page.len, ">two<", 5));
    buf_close(&page);
    fixture_free(f);
}

/* The page is larger than the buffer many times over. */
static void streams_ten_thousand_names(void **state)
{
    struct fixture *f = fixture_new();
    struct buf page = {0};
    char name[32];

    (void)state;
    for (int i = 0; i < 10000; i++) {
        snprintf(name, sizeof(name), "/file%d", i);
        fixture_write(f, name, "", 0, 1000);
    }
    list(f, "/", NULL, &page);
    assert_true(page.len > 600000);
    assert_true(fixture_has(buf_str(&page), ">file9999<"));
    assert_true(fixture_has(buf_str(&page), "10000 entries"));
    buf_close(&page);
    fixture_free(f);
}

static void tells_why_not(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    f->x.location = &f->server.whole;
    f->x.path = STR("/none/");
    f->x.filename = str_of(fixture_path(f, "/none/"));
    assert_int_equal(autoindex_answer(&f->x), HTTP_NOT_FOUND);
    assert_true(fixture_has(buf_str(&f->logged), "opendir() \""));
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_names_safely),
        cmocka_unit_test(has_nothing_above_the_root),
        cmocka_unit_test(shows_sizes_for_people),
        cmocka_unit_test(turns_the_order_round),
        cmocka_unit_test(streams_ten_thousand_names),
        cmocka_unit_test(tells_why_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
