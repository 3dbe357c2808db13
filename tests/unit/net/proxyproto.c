/* proxyproto.c - the cases of net/proxyproto */
#include "net/proxyproto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define IPV4                                                                   \
    "\x01\x02\x03\x04"                                                         \
    "\x05\x06\x07\x08"                                                         \
    "\x10\x01"                                                                 \
    "\x01\xbb"
#define ONE "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"
#define TWO "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\2"

struct row {
    struct str bytes;
    enum proxyproto_verdict verdict;
    const char *said; /* "SOURCE DESTINATION LENGTH", "- LENGTH", or why */
};

#define X100                                                                   \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"         \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

/* clang-format off */
static const struct row ROWS[] = {
    {STR("PROXY TCP4 1.2.3.4 5.6.7.8 4097 443\r\nGET /"), PROXYPROTO_DONE,
     "1.2.3.4:4097 5.6.7.8:443 37"},
    {STR("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"),
     PROXYPROTO_DONE, "255.255.255.255:65535 255.255.255.255:65535 56"},
    {STR("PROXY TCP6 ::1 2001:db8::2 1 2\r\n"), PROXYPROTO_DONE,
     "[::1]:1 [2001:db8::2]:2 32"},
    {STR("PROXY UNKNOWN\r\n"), PROXYPROTO_DONE, "- 15"},
    {STR("PROXY UNKNOWN ffff::1 what ever\r\nGET"), PROXYPROTO_DONE, "- 33"},
    {STR(""), PROXYPROTO_MORE, ""},
    {STR("P"), PROXYPROTO_MORE, ""},
    {STR("PROXY"), PROXYPROTO_MORE, ""},
    {STR("PROXY TCP4 1.2.3.4 5.6.7.8 4097 443\r"), PROXYPROTO_MORE, ""},
    {STR("PROXY TCP4 1.2.3.4 5.6.7.8 4097 443\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4 1.2.3.4 5.6.7.8 4097\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4 1.2.3.4 5.6.7.8 4097 443 \r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4 1.2.3.4 5.6.7.8 65536 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4 1.2.3.4  5.6.7.8 1 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4 1.2.3.256 5.6.7.8 1 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4 ::1 ::2 1 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP6 1.2.3.4 5.6.7.8 1 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP6 [::1] ::2 1 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP5 1.2.3.4 5.6.7.8 1 443\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY TCP4\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY \r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY UNKNOWN " X100), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXY UNKNOWN " X100 "\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("GET / HTTP/1.1\r\n"), PROXYPROTO_BROKEN, "broken header"},
    {STR("PROXX"), PROXYPROTO_BROKEN, "broken header"},
    {STR("\r\nPROXY"), PROXYPROTO_BROKEN, "broken header"},

    {STR(SIGNATURE "\x21\x11\0\x0c" IPV4 "GET"), PROXYPROTO_DONE,
     "1.2.3.4:4097 5.6.7.8:443 28"},
    {STR(SIGNATURE "\x21\x11\0\x10" IPV4 "\x05\0\1x"), PROXYPROTO_DONE,
     "1.2.3.4:4097 5.6.7.8:443 32"},
    {STR(SIGNATURE "\x21\x21\0\x24" ONE TWO "\0\x50\0\x51"), PROXYPROTO_DONE,
     "[::1]:80 [::2]:81 52"},
    {STR(SIGNATURE "\x20\0\0\0"), PROXYPROTO_DONE, "- 16"},
    {STR(SIGNATURE "\x20\x11\0\x0c" IPV4), PROXYPROTO_DONE, "- 28"},
    {STR(SIGNATURE "\x21\x12\0\x0c" IPV4), PROXYPROTO_DONE, "- 28"},
    {STR(SIGNATURE "\x21\x31\0\1x"), PROXYPROTO_DONE, "- 17"},
    {STR("\r\n\r\n"), PROXYPROTO_MORE, ""},
    {STR(SIGNATURE), PROXYPROTO_MORE, ""},
    {STR(SIGNATURE "\x21\x11\0"), PROXYPROTO_MORE, ""},
    {STR(SIGNATURE "\x21\x11\0\x0c\1\2\3"), PROXYPROTO_MORE, ""},
    {STR(SIGNATURE "\x21\x11\x0f\xf0" IPV4), PROXYPROTO_MORE, ""},
    {STR(SIGNATURE "\x21\x11\x0f\xf1" IPV4), PROXYPROTO_BROKEN, "header is too large"},
    {STR(SIGNATURE "\x31\x11\0\x0c" IPV4), PROXYPROTO_BROKEN,
     "unknown PROXY protocol version"},
    {STR(SIGNATURE "\x21\x11\0\x0b" IPV4), PROXYPROTO_BROKEN,
     "header is too short for its addresses"},
    {STR(SIGNATURE "\x21\x21\0\x0c" IPV4), PROXYPROTO_BROKEN,
     "header is too short for its addresses"},
    {STR("\r\n\r\n\0\r\nQUIT\r\n"), PROXYPROTO_BROKEN, "broken header"},
};
/* clang-format on */

static void print(struct buf *into, const struct proxyproto *p)
{
    if (p->has_addresses) {
        address_print(into, &p->source);
        buf_put_char(into, ' ');
        address_print(into, &p->destination);
    } else {
        buf_put_char(into, '-');
    }
    buf_printf(into, " %zu", p->length);
}

static void reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        const struct row *row = &ROWS[i];
        struct proxyproto p = {.length = 7};
        const char *why = "";
        char memory[200];
        struct buf said = buf_over(memory, sizeof(memory));

        if (proxyproto_parse(row->bytes, &p, &why) != row->verdict)
            fail_msg("row %zu: another verdict", i);
        if (row->verdict == PROXYPROTO_DONE)
            print(&said, &p);
        else
            assert_int_equal(p.length, 7);
        if (row->verdict == PROXYPROTO_BROKEN)
            buf_put(&said, str_of(why));
        if (!str_equals(buf_str(&said), str_of(row->said)))
            fail_msg("row %zu: \"%.*s\"", i, STR_ARG(buf_str(&said)));
    }
}

/* Whatever is whole is "more" one byte before, and the same with all behind. */
static void reads_bit_by_bit(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        struct proxyproto p;
        const char *why;

        if (ROWS[i].verdict != PROXYPROTO_DONE)
            continue;
        assert_int_equal(proxyproto_parse(ROWS[i].bytes, &p, &why),
                         PROXYPROTO_DONE);
        for (size_t len = 0; len < p.length; len++) {
            struct str part = {ROWS[i].bytes.at, len};

            assert_int_equal(proxyproto_parse(part, &p, &why), PROXYPROTO_MORE);
        }
    }
}

#define TLS_INSIDE                                                             \
    "\x21\0\7TLSv1.3"                                                          \
    "\x22\0\3c.d"

static void finds_extras(void **state)
{
    static const struct str bytes =
        STR(SIGNATURE "\x21\x11\0\x36" IPV4 "\x01\0\2h2"
                      "\x02\0\3a.b"
                      "\x20\0\x15\7\0\0\1\2" TLS_INSIDE "\xea\0\1!"
                      "\x30\0\xff!");
    static const struct {
        const char *name, *value;
    } rows[] = {
        {"alpn", "h2"},       {"0x01", "h2"},
        {"authority", "a.b"}, {"ssl_version", "TLSv1.3"},
        {"ssl_cn", "c.d"},    {"0xEa", "!"},
        {"ssl_cipher", NULL}, {"unique_id", NULL},
        {"netns", NULL}, /* longer than what is there */
        {"0x1", NULL},        {"0xzz", NULL},
        {"what", NULL},
    };
    struct proxyproto p;
    const char *why;
    uint32_t result = 0;

    (void)state;
    assert_int_equal(proxyproto_parse(bytes, &p, &why), PROXYPROTO_DONE);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str value = proxyproto_extra(&p, str_of(rows[i].name));

        if (!str_equals(value, str_of(rows[i].value)) ||
            !value.at != !rows[i].value)
            fail_msg("%s: \"%.*s\"", rows[i].name, STR_ARG(value));
    }
    assert_true(proxyproto_verify(&p, &result));
    assert_int_equal(result, 0x102);
    p.extras = STR("\x20\0\1\1");
    assert_false(proxyproto_verify(&p, &result));
    assert_null(proxyproto_extra(&p, STR("ssl_cn")).at);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads),
        cmocka_unit_test(reads_bit_by_bit),
        cmocka_unit_test(finds_extras),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
