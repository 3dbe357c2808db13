/* multipart.c - the cases of http/multipart */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/multipart.h"

static const struct range_set two = {2, {{0, 1}, {98, 2}}};
static const struct range_set far = {
    3, {{9, 1}, {UINT64_MAX - 2, 2}, {1000, 9000}}};
static const struct range_set none = {0};

#define B "12345678901234567890"

static const struct {
    struct multipart multipart;
    const char *framing; /* all that is not a range's bytes */
} cases[] = {
    {{&two, {"text/html", 9}, 100, 12345678901234567890U},
     "\r\n--" B "\r\nContent-Type: text/html\r\n"
     "Content-Range: bytes 0-0/100\r\n\r\n"
     "\r\n--" B "\r\nContent-Type: text/html\r\n"
     "Content-Range: bytes 98-99/100\r\n\r\n"
     "\r\n--" B "--\r\n"},
    {{&two, {NULL, 0}, 100, 7},
     "\r\n--00000000000000000007\r\nContent-Range: bytes 0-0/100\r\n\r\n"
     "\r\n--00000000000000000007\r\nContent-Range: bytes 98-99/100\r\n\r\n"
     "\r\n--00000000000000000007--\r\n"},
    {{&far, {NULL, 0}, UINT64_MAX, 0},
     "\r\n--00000000000000000000\r\n"
     "Content-Range: bytes 9-9/18446744073709551615\r\n\r\n"
     "\r\n--00000000000000000000\r\nContent-Range: bytes "
     "18446744073709551613-18446744073709551614/18446744073709551615\r\n\r\n"
     "\r\n--00000000000000000000\r\n"
     "Content-Range: bytes 1000-9999/18446744073709551615\r\n\r\n"
     "\r\n--00000000000000000000--\r\n"},
    {{&none, {"a/b", 3}, 1, 0}, "\r\n--00000000000000000000--\r\n"},
};

static void writes_what_it_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct multipart *m = &cases[i].multipart;
        struct buf buf = {0};
        uint64_t length = 0;

        for (unsigned k = 0; k < m->set->count; k++) {
            multipart_put_part(&buf, m, k);
            length += m->set->ranges[k].len;
        }
        multipart_put_end(&buf, m);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].framing)));
        assert_int_equal(multipart_length(m), length + buf.len);
        buf_close(&buf);
    }
}

static void names_its_boundary(void **state)
{
    struct buf buf = {0};

    (void)state;
    multipart_put_type(&buf, &cases[1].multipart);
    assert_true(
        str_equals(buf_str(&buf),
                   STR("multipart/byteranges; boundary=00000000000000000007")));
    buf_close(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_counts),
        cmocka_unit_test(names_its_boundary),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
