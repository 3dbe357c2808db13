/* murmur.c - the cases of base/murmur */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/murmur.h"

/* What nginx's split_clients goes by; tests/http/test_map.py compares more. */
static void hashes(void **state)
{
    static const struct {
        const char *text;
        uint32_t hash;
    } cases[] = {
        {"", 0},
        {"a", 0x92685f5e},
        {"ab", 0x1aa14063},
        {"abc", 0x13577c9b},
        {"abcd", 0x26873021},
        {"127.0.0.1", 0xb6131d91},
        {"\xff\xfe\xfd", 0x3d614590},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (murmur_hash(str_of(cases[i].text)) != cases[i].hash)
            fail_msg("%s: %x", cases[i].text,
                     murmur_hash(str_of(cases[i].text)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
