/* entity.c - the cases of content/entity that no request can bring about */
#include "content/entity.h"
#include "content/file.h"
#include "fixture.h"

static void open_file(struct fixture *f, const char *head)
{
    static const char bytes[1000];
    enum file_kind kind;

    assert_int_equal(fixture_request(f, head), HTTP_NONE);
    f->x.server = &f->server;
    f->x.location = &f->server.whole;
    f->x.path = STR("/f.txt");
    f->x.method = f->x.request.method;
    fixture_write(f, "/f.txt", bytes, sizeof(bytes), 1000);
    assert_int_equal(
        file_open(&f->x.file, fixture_path(f, "/f.txt"), false, &kind), 0);
}

static void tells_of_the_file_as_it_is_now(void **state)
{
    static const struct {
        const char *head;
        off_t size;
        enum http_status verdict;
        unsigned status;
        int64_t length;
    } cases[] = {
        {"GET / HTTP/1.0\r\n\r\n", 1000, HTTP_NONE, 200, 1000},
        {"GET / HTTP/1.0\r\n\r\n", 10, HTTP_NONE, 200, 10},
        {"GET / HTTP/1.0\r\n\r\n", 0, HTTP_NONE, 200, 0},
        {"GET / HTTP/1.0\r\nRange: bytes=5-99\r\n\r\n", 10, HTTP_NONE, 206, 5},
        {"GET / HTTP/1.0\r\nRange: bytes=50-99\r\n\r\n", 10,
         HTTP_RANGE_NOT_SATISFIABLE, 200, 10},
    };
    struct fixture *f = fixture_new();
    struct buf body = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        open_file(f, cases[i].head);
        /* The name is looked up before; the file shrinks behind our back. */
        assert_int_equal(truncate(fixture_path(f, "/f.txt"), cases[i].size), 0);
        assert_int_equal(entity_answer(&f->x), cases[i].verdict);
        if (cases[i].verdict != HTTP_NONE)
            continue;
        assert_int_equal(f->x.response.status, cases[i].status);
        assert_int_equal(f->x.response.content_length, cases[i].length);
        fixture_body(f, &body);
        assert_int_equal(body.len, cases[i].length);
        assert_false(f->x.file.is_open);
    }
    buf_close(&body);
    fixture_free(f);
}

static void types_follow_the_path(void **state)
{
    static const struct {
        struct str path;
        struct str type;
    } cases[] = {
        {{"/a.txt", 6}, {"text/plain", 10}},
        {{"/a.HTML", 7}, {"text/html", 9}},
        {{"/a.b/c", 6}, {"application/octet-stream", 24}},
        {{"/", 1}, {"application/octet-stream", 24}},
    };
    struct fixture *f = fixture_new();

    (void)state;
    f->x.location = &f->server.whole;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->x.path = cases[i].path;
        assert_true(str_equals(entity_type(&f->x), cases[i].type));
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_of_the_file_as_it_is_now),
        cmocka_unit_test(types_follow_the_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
