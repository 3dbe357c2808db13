/* place.c - the cases of conf/place */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/place.h"

static void prints(void **state)
{
    static const struct {
        struct place place;
        const char *text;
    } cases[] = {
        {{NULL, 0}, "by default"},
        {{"/a", 0}, "by default"},
        {{"/a", 7}, "in /a:7"},
        {{place_command_line, 1}, "in command line"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};

        place_print(&b, cases[i].place);
        assert_true(str_equals(buf_str(&b), str_of(cases[i].text)));
        buf_close(&b);
    }
    assert_false(place_is_set((struct place){"/a", 0}));
    assert_true(place_is_set((struct place){"/a", 1}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
