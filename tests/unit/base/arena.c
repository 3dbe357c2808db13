/* arena.c - the cases of base/arena */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"

static bool is_zeroed(const char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (memory[i] != 0)
            return false;
    return true;
}

/* Blocks of every size are aligned, zeroed, and nobody else's. */
static void allocates(void **state)
{
    static const size_t sizes[] = {0,    1,    15,   16,    17, 100,
                                   4000, 4096, 5000, 70000, 1,  4048};
    char *blocks[ARRAY_LEN(sizes)];
    struct arena a = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        blocks[i] = arena_alloc(&a, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        assert_true(is_zeroed(blocks[i], sizes[i]));
        memset(blocks[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        for (size_t j = 0; j < sizes[i]; j++)
            assert_int_equal(blocks[i][j], i + 1);
    assert_ptr_not_equal(blocks[0], blocks[1]);
    arena_close(&a);
    assert_null(a.chunks);
    arena_close(&a);
    arena_close(NULL);
}

static void zeroes_again_after_reset(void **state)
{
    struct arena a = {0};
    char *first = arena_alloc(&a, 200);
    char *again;

    (void)state;
    assert_non_null(first);
    memset(first, 'x', 200);
    assert_non_null(arena_alloc(&a, 100000));
    arena_reset(&a);
    again = arena_alloc(&a, 200);
    assert_ptr_equal(again, first); /* the small chunk was kept */
    assert_true(is_zeroed(again, 200));
    arena_close(&a);
}

static void keeps_no_large_chunk(void **state)
{
    struct arena a = {0};

    (void)state;
    arena_reset(&a);
    assert_null(a.chunks);
    assert_non_null(arena_alloc(&a, 100000));
    arena_reset(&a);
    assert_null(a.chunks);
    arena_close(&a);
}

/* Of a large arena little is lost: what it takes is about what was asked. */
static void takes_larger_chunks_for_much(void **state)
{
    struct arena a = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        char *memory = arena_alloc(&a, 2100);

        assert_non_null(memory);
        assert_true(is_zeroed(memory, 2100));
        memset(memory, 0xff, 2100);
    }
    assert_true(a.count < 60); /* of one page each it were a thousand */
    arena_reset(&a);
    assert_int_equal(a.count, 1);
    assert_non_null(arena_alloc(&a, 2100));
    assert_int_equal(a.count, 1);
    arena_close(&a);
}

static void refuses_what_overflows(void **state)
{
    struct arena a = {0};

    (void)state;
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_alloc(&a, SIZE_MAX - 20));
    assert_null(arena_alloc_array(&a, SIZE_MAX / 2, 3));
    assert_null(arena_copy(&a, (struct str){"x", SIZE_MAX}).at);
    assert_non_null(arena_alloc_array(&a, 10, 8));
    arena_close(&a);
}

static void copies(void **state)
{
    struct arena a = {0};
    struct str copy = arena_copy(&a, (struct str){"abcdef", 3});

    (void)state;
    assert_int_equal(copy.len, 3);
    assert_string_equal(copy.at, "abc");
    copy = arena_copy(&a, (struct str){NULL, 0});
    assert_string_equal(copy.at, "");
    arena_close(&a);
}

static void prints(void **state)
{
    struct arena a = {0};
    struct str text = arena_printf(&a, "%s:%d", "file", 7);

    (void)state;
    assert_string_equal(text.at, "file:7");
    assert_int_equal(text.len, 6);
    text = arena_printf(&a, "%0*d", 9000, 1);
    assert_int_equal(text.len, 9000);
    assert_int_equal(text.at[8999], '1');
    arena_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocates),
        cmocka_unit_test(zeroes_again_after_reset),
        cmocka_unit_test(keeps_no_large_chunk),
        cmocka_unit_test(takes_larger_chunks_for_much),
        cmocka_unit_test(refuses_what_overflows),
        cmocka_unit_test(copies),
        cmocka_unit_test(prints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
