/* head.c - the cases of http/head */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/head.h"

#define TEXT(text)                                                             \
    {                                                                          \
        text, sizeof(text) - 1                                                 \
    }

static const struct head_field extra[] = {
    {TEXT("X-A"), TEXT("b")},
    {TEXT("X-B"), TEXT("\nc\r\nEvil: 1\n\r\n\0\x7f\td")},
};

static const struct {
    struct head head;
    const char *text;
} cases[] = {
    {{.status = 200}, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"},
    {{.status = 200, .keep_alive = true, .keep_alive_s = 20},
     "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n"
     "Keep-Alive: timeout=20\r\n\r\n"},
    {{.status = 200, .keep_alive_s = 20},
     "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"},
    {{.status = 299}, "HTTP/1.1 299 \r\nConnection: close\r\n\r\n"},
    {{.status = 200,
      .keep_alive = true,
      .has_length = true,
      .has_modified = true,
      .accept_ranges = true,
      .server = TEXT("prong/1"),
      .date = TEXT("Fri, 20 Nov 2026 07:06:11 GMT"),
      .type = TEXT("text/html"),
      .length = UINT64_MAX,
      .modified = 784111777,
      .etag = TEXT("\"a-b\"")},
     "HTTP/1.1 200 OK\r\n"
     "Server: prong/1\r\n"
     "Date: Fri, 20 Nov 2026 07:06:11 GMT\r\n"
     "Content-Type: text/html\r\n"
     "Content-Length: 18446744073709551615\r\n"
     "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
     "Connection: keep-alive\r\n"
     "ETag: \"a-b\"\r\n"
     "Accept-Ranges: bytes\r\n"
     "\r\n"},
    {{.status = 301,
      .has_length = true,
      .type = TEXT("text/html"),
      .location = TEXT("http://a/b/\r\nSet-Cookie: x")},
     "HTTP/1.1 301 Moved Permanently\r\n"
     "Content-Type: text/html\r\n"
     "Content-Length: 0\r\n"
     "Location: http://a/b/  Set-Cookie: x\r\n"
     "Connection: close\r\n"
     "\r\n"},
    {{.status = 405,
      .allow = TEXT("GET, HEAD"),
      .range = TEXT("bytes */9"),
      .extra = extra,
      .extra_count = 2},
     "HTTP/1.1 405 Method Not Allowed\r\n"
     "Connection: close\r\n"
     "Content-Range: bytes */9\r\n"
     "Allow: GET, HEAD\r\n"
     "X-A: b\r\n"
     "X-B:  c  Evil: 1     \td\r\n"
     "\r\n"},
};

static void writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};

        head_write(&buf, &cases[i].head);
        buf_put_char(&buf, '\0');
        assert_string_equal(buf.data, cases[i].text);
        buf_close(&buf);
    }
}

/* Prepared lines say the same as the values they were made of. */
static void writes_what_was_prepared(void **state)
{
    struct head head = cases[4].head;
    struct buf prepared = {0};
    struct buf buf = {0};

    (void)state;
    head_put_entity(&prepared, &head);
    head.prepared = buf_str(&prepared);
    head_write(&buf, &head);
    buf_put_char(&buf, '\0');
    assert_string_equal(buf.data,
                        "HTTP/1.1 200 OK\r\n"
                        "Server: prong/1\r\n"
                        "Date: Fri, 20 Nov 2026 07:06:11 GMT\r\n"
                        "Content-Type: text/html\r\n"
                        "Content-Length: 18446744073709551615\r\n"
                        "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                        "ETag: \"a-b\"\r\n"
                        "Accept-Ranges: bytes\r\n"
                        "Connection: keep-alive\r\n"
                        "\r\n");
    buf_close(&buf);
    buf_close(&prepared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes),
        cmocka_unit_test(writes_what_was_prepared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
