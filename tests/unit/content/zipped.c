/* zipped.c - the cases of content/zipped: what goes in comes out */
#include "content/zipped.h"

#include <errno.h>

#include "fixture.h"

enum { LARGE = 1000000 };

static void begin(struct fixture *f)
{
    exchange_reset(&f->x);
    f->x.server = &f->server;
    f->x.location = &f->server.whole;
    f->x.method = METHOD_GET;
    f->server.whole.settings.gzip_comp_level.value = 1;
}

/* What is hard to make smaller, and what is easy. */
static char *make_text(size_t len, bool hard)
{
    uint32_t seed = 12345;
    char *text = malloc(len ? len : 1);

    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525 + 1013904223;
        text[i] = hard ? (char)(seed >> 24) : 'x';
    }
    return text;
}

static void check_round(struct fixture *f, size_t len, bool hard)
{
    char *text = make_text(len, hard);
    struct buf out = {0};

    begin(f);
    f->x.response.content_length = (int64_t)len;
    body_memory(&f->x, (struct str){text, len});
    assert_int_equal(zipped_encode(&f->x), 0);
    assert_int_equal(zipped_decode(&f->x), 0); /* bodies nest */
    fixture_body(f, &out);
    assert_int_equal(out.len, len);
    assert_true(len == 0 || memcmp(out.data, text, len) == 0);
    assert_int_equal(f->x.coded_from, len);
    assert_true(hard || f->x.coded_to < 30 + len / 50);
    buf_close(&out);
    free(text);
}

static void rounds(void **state)
{
    static const size_t sizes[] = {0,     1,     2,     100,   500,  32767,
                                   32768, 32769, 65536, 99999, LARGE};
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        check_round(f, sizes[i], true);
        check_round(f, sizes[i], false);
    }
    fixture_free(f);
}

static void reads_files(void **state)
{
    struct fixture *f = fixture_new();
    char *text = make_text(LARGE, true);
    struct buf out = {0};
    enum file_kind kind;

    (void)state;
    fixture_write(f, "/a", text, LARGE, 1);
    begin(f);
    assert_int_equal(file_open(&f->x.file, fixture_path(f, "/a"), true, &kind),
                     0);
    assert_int_equal(body_file(&f->x, 0, LARGE), 0);
    f->x.response.content_length = LARGE;
    assert_int_equal(zipped_encode(&f->x), 0);
    assert_int_equal(zipped_decode(&f->x), 0);
    fixture_body(f, &out);
    assert_int_equal(out.len, LARGE);
    assert_memory_equal(out.data, text, LARGE);
    buf_close(&out);
    free(text);
    fixture_free(f);
}

/* However easy it is to make smaller: no call does more than a buffer's work,
 * so each takes in 32 KiB at most. */
static void works_in_turns(void **state)
{
    struct fixture *f = fixture_new();
    char *text = make_text(LARGE, false);
    struct piece piece;
    uint64_t before = 0;
    unsigned calls = 0;

    (void)state;
    begin(f);
    body_memory(&f->x, (struct str){text, LARGE});
    f->x.response.content_length = -1;
    assert_int_equal(zipped_encode(&f->x), 0);
    do {
        assert_int_equal(body_next(&f->x, &piece), 0);
        assert_true(f->x.coded_from - before <= 32768);
        assert_true(piece.kind == PIECE_END || piece.is_costly);
        before = f->x.coded_from;
        calls++;
    } while (piece.kind != PIECE_END);
    assert_true(calls >= LARGE / 32768);
    assert_int_equal(body_next(&f->x, &piece), 0);
    assert_int_equal(piece.kind, PIECE_END);
    free(text);
    fixture_free(f);
}

/* The file ends, or errs, before the coding does. */
static int drain(struct fixture *f)
{
    struct piece piece;
    int err;

    do
        err = body_next(&f->x, &piece);
    while (err == 0 && piece.kind != PIECE_END);
    return err;
}

static void finds_damage(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        int err;
    } cases[] = {
        {"", 0, 0},
        {"no gzip", 7, -EBADMSG},
        {"\x1f\x8b", 2, -EBADMSG},
        {"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0", 21,
         0}, /* "a" */
        {"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0", 20,
         -EBADMSG},
        {"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe9\x01\0\0\0", 21,
         -EBADMSG},
        {"\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43\xbe\xb7\xe8\x01\0\0\0x",
         22, -EBADMSG},
    };
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin(f);
        body_memory(&f->x, (struct str){cases[i].bytes, cases[i].len});
        assert_int_equal(zipped_decode(&f->x), 0);
        if (drain(f) != cases[i].err)
            fail_msg("case %zu", i);
    }
    fixture_free(f);
}

static void notices_a_shrunk_file(void **state)
{
    struct fixture *f = fixture_new();
    char *text = make_text(LARGE, true);
    enum file_kind kind;

    (void)state;
    fixture_write(f, "/a", text, LARGE, 1);
    begin(f);
    assert_int_equal(file_open(&f->x.file, fixture_path(f, "/a"), true, &kind),
                     0);
    assert_int_equal(body_file(&f->x, 0, LARGE), 0);
    assert_int_equal(zipped_encode(&f->x), 0);
    assert_int_equal(truncate(fixture_path(f, "/a"), 5000), 0);
    assert_int_equal(drain(f), -EIO);
    free(text);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds),
        cmocka_unit_test(reads_files),
        cmocka_unit_test(works_in_turns),
        cmocka_unit_test(finds_damage),
        cmocka_unit_test(notices_a_shrunk_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
