/* body.c - the cases of content/body */
#include <errno.h>

#include "content/body.h"
#include "content/file.h"
#include "fixture.h"

enum { LARGE = 100000 };

static void open_file(struct fixture *f, size_t size)
{
    char *bytes = malloc(size + 1);
    enum file_kind kind;

    assert_non_null(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)('a' + i % 26);
    fixture_write(f, "/f", bytes, size, 1000);
    free(bytes);
    file_close(&f->x.file);
    assert_int_equal(file_open(&f->x.file, fixture_path(f, "/f"), false, &kind),
                     0);
}

static void is_empty_at_first(void **state)
{
    struct fixture *f = fixture_new();
    struct piece piece;

    (void)state;
    assert_int_equal(body_next(&f->x, &piece), 0);
    assert_int_equal(piece.kind, PIECE_END);
    body_memory(&f->x, STR(""));
    assert_int_equal(body_next(&f->x, &piece), 0);
    assert_int_equal(piece.kind, PIECE_END);
    fixture_free(f);
}

static void yields_a_text_once(void **state)
{
    struct fixture *f = fixture_new();
    struct piece piece;

    (void)state;
    body_memory(&f->x, STR("hello"));
    assert_int_equal(body_next(&f->x, &piece), 0);
    assert_int_equal(piece.kind, PIECE_MEMORY);
    assert_true(str_equals(piece.memory, STR("hello")));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(body_next(&f->x, &piece), 0);
        assert_int_equal(piece.kind, PIECE_END);
    }
    fixture_free(f);
}

static void yields_any_part_of_a_file(void **state)
{
    static const struct {
        size_t size;
        uint64_t at;
        uint64_t len;
        enum piece_kind kind;
    } cases[] = {
        {0, 0, 0, PIECE_END},
        {1, 0, 1, PIECE_MEMORY},
        {1000, 999, 1, PIECE_MEMORY},
        {16384, 0, 16384, PIECE_MEMORY},
        {16385, 0, 16385, PIECE_FILE},
        {LARGE, 5, LARGE - 10, PIECE_FILE},
        {LARGE, LARGE - 7, 7, PIECE_MEMORY},
    };
    struct fixture *f = fixture_new();
    struct buf got = {0};
    struct piece piece;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        open_file(f, cases[i].size);
        body_close(&f->x);
        assert_int_equal(body_file(&f->x, cases[i].at, cases[i].len), 0);
        fixture_body(f, &got);
        assert_int_equal(got.len, cases[i].len);
        for (size_t b = 0; b < got.len; b++)
            assert_int_equal(got.data[b], 'a' + (cases[i].at + b) % 26);
        body_close(&f->x);
        assert_int_equal(body_file(&f->x, cases[i].at, cases[i].len), 0);
        assert_int_equal(body_next(&f->x, &piece), 0);
        assert_int_equal(piece.kind, cases[i].kind);
    }
    buf_close(&got);
    fixture_free(f);
}

static void notices_that_a_file_shrank(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    open_file(f, 1000);
    assert_int_equal(truncate(fixture_path(f, "/f"), 10), 0);
    assert_int_equal(body_file(&f->x, 0, 1000), -ESTALE);
    assert_null(f->x.body.ops);
    fixture_free(f);
}

static void sends_ranges_as_parts(void **state)
{
    struct range_set set = {3, {{0, 3}, {50, 1}, {20000, 30000}}};
    struct fixture *f = fixture_new();
    struct buf got = {0};

    (void)state;
    open_file(f, LARGE);
    assert_int_equal(body_multipart(&f->x, &set, STR("text/plain")), 0);
    assert_true(str_starts_with(f->x.response.content_type,
                                STR("multipart/byteranges; boundary=")));
    fixture_body(f, &got);
    assert_int_equal(got.len, f->x.response.content_length);
    assert_true(got.len > 30004);
    assert_true(fixture_has(
        buf_str(&got), "Content-Range: bytes 0-2/100000\r\n\r\nabc\r\n--"));
    assert_true(fixture_has(buf_str(&got),
                            "Content-Range: bytes 50-50/100000\r\n\r\ny\r\n"));
    assert_true(fixture_has(buf_str(&got), "Content-Type: text/plain\r\n"));
    assert_memory_equal(got.data + got.len - 4, "--\r\n", 4);
    buf_close(&got);
    fixture_free(f);
}

static void chooses_another_boundary_each_time(void **state)
{
    struct range_set set = {2, {{0, 3}, {5, 3}}};
    struct fixture *f = fixture_new();
    char first[128];

    (void)state;
    open_file(f, 100);
    assert_int_equal(body_multipart(&f->x, &set, STR("")), 0);
    snprintf(first, sizeof(first), "%s", f->x.response.content_type.at);
    f->peer.requests++;
    assert_int_equal(body_multipart(&f->x, &set, STR("")), 0);
    assert_string_not_equal(first, f->x.response.content_type.at);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_empty_at_first),
        cmocka_unit_test(yields_a_text_once),
        cmocka_unit_test(yields_any_part_of_a_file),
        cmocka_unit_test(notices_that_a_file_shrank),
        cmocka_unit_test(sends_ranges_as_parts),
        cmocka_unit_test(chooses_another_boundary_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
