/* parser.c - the cases of http/parser: each is fed whole, byte by byte, and in
 * two parts cut at every place, and must come out the same */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/parser.h"

static const struct parser_limits limits = {.line = 80, .head = 320};

struct result {
    enum parser_verdict verdict;
    enum http_status status;
    size_t taken;
    uint64_t body;
    char digest[1024];
};

static void digest_request(struct result *result, const struct request *r)
{
    snprintf(result->digest, sizeof(result->digest),
             "%.*s|%.*s|%.*s|%s%.*s|%.*s:%u|1.%d%s%s|%llu|%.*s",
             STR_ARG(r->method_text), STR_ARG(r->target), STR_ARG(r->path),
             r->args.at ? "?" : "", STR_ARG(r->args), STR_ARG(r->host),
             r->host_port, r->minor, r->keep_alive ? " keep" : "",
             r->chunked ? " chunked" : "",
             (unsigned long long)r->content_length,
             STR_ARG(r->fields[FIELD_USER_AGENT]));
}

/* Feeds what a connection would have read: `cuts` are the ends of its reads.
 * The head is fed from memory of its own each time, as large as it is, so that
 * a sanitizer sees a span that was kept too long. */
struct feed {
    struct parser parser;
    struct request request;
    struct arena arena;
    struct str input;
    char *memory;
    uint64_t body_max;
    struct result result;
};

static char *copy_of(struct str text)
{
    char *copy = malloc(text.len > 0 ? text.len : 1);

    assert_non_null(copy);
    memcpy(copy, text.at, text.len);
    return copy;
}

static bool feed_until(struct feed *f, size_t end)
{
    struct str text = {f->input.at + f->result.taken, end - f->result.taken};
    char *copy = copy_of(text);
    bool in_head = f->parser.phase == PARSER_IN_HEAD;
    size_t taken = 77777;

    f->result.verdict =
        parser_feed(&f->parser, (struct str){copy, text.len}, &taken);
    assert_true(taken <= text.len);
    f->result.taken += taken;
    if (f->result.verdict == PARSER_HEAD) {
        assert_true(in_head);
        f->memory = copy;
        digest_request(&f->result, &f->request);
        if (!parser_limit_body(&f->parser, f->body_max)) {
            f->result.verdict = PARSER_REFUSED;
            f->parser.status = HTTP_CONTENT_TOO_LARGE;
        } else {
            return feed_until(f, end);
        }
        return true;
    }
    free(copy);
    return f->result.verdict != PARSER_MORE;
}

static struct result run(struct str input, uint64_t body_max, size_t first,
                         size_t step)
{
    struct feed f = {.input = input, .body_max = body_max};
    size_t end = first;

    parser_open(&f.parser, &f.request, &f.arena, &limits);
    while (!feed_until(&f, end) && end < input.len)
        end = input.len - end < step ? input.len : end + step;
    f.result.status = f.parser.status;
    f.result.body = f.parser.body;
    if (f.result.verdict == PARSER_REFUSED) {
        size_t taken;

        assert_int_not_equal(f.result.status, HTTP_NONE);
        assert_int_equal(parser_feed(&f.parser, STR("x"), &taken),
                         PARSER_REFUSED);
    }
    arena_close(&f.arena);
    free(f.memory);
    return f.result;
}

/* What is behind this is another message, which must not be touched. */
#define REST "GET /next HTTP/1.1\r\nHost: next\r\n\r\n"
#define H "Host: a\r\n"
#define CHUNKED "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
/* clang-format off */
#define IN(text) {text, sizeof(text) - 1}
#define IS_CHUNKED "POST|/|/||a:0|1.1 keep chunked|0|"
#define PLAIN "GET|/|/||a:0|1.1 keep|0|"
#define D(path, args) "GET|" path args "|" path "|" args "|a:0|1.1 keep|0|"

static const struct {
    struct str input;   /* of this message */
    const char *digest; /* NULL: refused or more */
    enum http_status status;
    uint64_t body;
} cases[] = {
    {IN("GET / HTTP/1.1\r\n" H "\r\n"), PLAIN, 0, 0},
    {IN("GET /a?b HTTP/1.1\r\n" H "\r\n"), D("/a", "?b"), 0, 0},
    {IN("GET /a?b?c#d?e HTTP/1.1\r\n" H "\r\n"),
     "GET|/a?b?c#d?e|/a|?b?c|a:0|1.1 keep|0|", 0, 0},
    {IN("GET /a#d HTTP/1.1\r\n" H "\r\n"), "GET|/a#d|/a||a:0|1.1 keep|0|", 0,
     0},
    {IN("GET /? HTTP/1.1\r\n" H "\r\n"), D("/", "?"), 0, 0},
    {IN("HEAD /%41\"<>\\^`{|} HTTP/1.0\r\n\r\n"),
     "HEAD|/%41\"<>\\^`{|}|/%41\"<>\\^`{|}||:0|1.0|0|", 0, 0},
    {IN("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"),
     "GET|/|/||:0|1.0 keep|0|", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "Connection: x, CLOSE\r\n\r\n"),
     "GET|/|/||a:0|1.1|0|", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "User-Agent:\t wget  \r\n\r\n"),
     PLAIN "wget", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "User-Agent: \xc3\xa4\r\n\r\n"),
     "GET|/|/||a:0|1.1 keep|0|\xc3\xa4", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "Empty:\r\nUser-Agent: u\r\n\r\n"),
     PLAIN "u", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "Empty:  \t \r\nUser-Agent: u\r\n\r\n"),
     PLAIN "u", 0, 0},
    /* empty lines before it, and bare line feeds */
    {IN("\r\n\nGET / HTTP/1.1\r\n" H "\r\n"), PLAIN, 0, 0},
    {IN("GET / HTTP/1.0\n\n"), "GET|/|/||:0|1.0|0|", 0, 0},
    {IN("GET / HTTP/1.1\nHost: a\nUser-Agent: u\n\n"),
     PLAIN "u", 0, 0},
    {IN("GET / HTTP/1.1\r\nHost: a\nUser-Agent: u\r\n\r\n"),
     PLAIN "u", 0, 0},
    {IN("GET / HTTP/1.1\nHost: a\n\r\n"), PLAIN, 0, 0},
    {IN("GET / HTTP/1.1\r\nHost: a\r\n\n"), PLAIN, 0, 0},
    {IN("GET / HTTP/1.1\nHost: a\nA: b\rc\n\n"), NULL, 400, 0},
    {IN("GET / HTTP/1.1\nHost: a\nA: b\n c\n\n"), NULL, 400, 0},
    {IN("GET / HTTP/1.1\nHost\n: a\n\n"), NULL, 400, 0},
    /* bodies */
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nabcde"),
     "POST|/|/||a:0|1.1 keep|5|", 0, 5},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"),
     "POST|/|/||a:0|1.1 keep|0|", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "Content-Length: 3 \r\n\r\nGET"),
     "GET|/|/||a:0|1.1 keep|3|", 0, 3},
    {IN("POST / HTTP/1.1\nHost: a\nContent-Length: 2\n\n\n\n"),
     "POST|/|/||a:0|1.1 keep|2|", 0, 2},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 10\r\n\r\n0123456789"),
     "POST|/|/||a:0|1.1 keep|10|", 0, 10},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 11\r\n\r\n0123456789x"),
     "POST|/|/||a:0|1.1 keep|11|", 413, 0},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551616\r\n\r\n"),
     NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: +1\r\n\r\nx"), NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 0x1\r\n\r\nx"), NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n"), NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 1, 1\r\n\r\nx"), NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H "Content-Length: 1 1\r\n\r\nx"), NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H
        "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy"),
     NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H
        "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx"),
     NULL, 400, 0},
    {IN(CHUNKED "0\r\n\r\n"), IS_CHUNKED, 0, 0},
    {IN(CHUNKED "3\r\nabc\r\n0\r\n\r\n"), IS_CHUNKED,
     0, 3},
    {IN(CHUNKED "5;a=\"b;c\"\r\n01234\r\n005\r\n56789\r\n00\r\nX: y\r\n\r\n"),
     IS_CHUNKED, 0, 10},
    {IN(CHUNKED "a\r\n0123456789\r\n1\r\nx\r\n0\r\n\r\n"),
     IS_CHUNKED, 413, 11},
    {IN("POST / HTTP/1.1\nHost: a\nTransfer-Encoding: \tCHUNKED\n\n"
        "1\r\nx\r\n0\r\n\r\n"),
     IS_CHUNKED, 0, 1},
#define BAD_CHUNKS(body) \
    {IN(CHUNKED body), IS_CHUNKED, 400, UINT64_MAX}
    BAD_CHUNKS("3\nabc\r\n0\r\n\r\n"), BAD_CHUNKS("3\r\nabc\n0\r\n\r\n"),
    BAD_CHUNKS("3\r\nabcd\r\n0\r\n\r\n"), BAD_CHUNKS("3\r\nabc\r\n0\n\r\n"),
    BAD_CHUNKS("3\r\nabc\r\n0\r\n\n"), BAD_CHUNKS("0\r\nX: y\n\r\n"),
    BAD_CHUNKS("0\r\nX: y\r\n\n"), BAD_CHUNKS("\r\n0\r\n\r\n"),
    BAD_CHUNKS("3 \r\nabc\r\n0\r\n\r\n"), BAD_CHUNKS("0x3\r\nabc\r\n0\r\n\r\n"),
    BAD_CHUNKS("-1\r\n"), BAD_CHUNKS("g\r\n"), BAD_CHUNKS("3\r\r\nabc\r\n"),
    BAD_CHUNKS("3;a\nb\r\nabc\r\n"), BAD_CHUNKS("3;a=\"\n\"\r\nabc\r\n"),
    BAD_CHUNKS("3;a\rabc\r\n0\r\n\r\n"), BAD_CHUNKS("10000000000000000\r\n"),
    BAD_CHUNKS("0\r\nX y\r\n\r\n"), BAD_CHUNKS("0\r\nX\001: y\r\n\r\n"),
    /* smuggling */
    {IN("POST / HTTP/1.1\r\n" H
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     NULL, 400, 0},
    {IN("POST / HTTP/1.1\r\n" H
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"),
     NULL, 400, 0},
    {IN("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), NULL,
     400, 0},
#define BAD_CODING(value) \
    {IN("POST / HTTP/1.1\r\n" H "Transfer-Encoding:" value                  \
           "\r\n\r\n0\r\n\r\n"),                                               \
            NULL, 400, 0}
    BAD_CODING(" gzip"), BAD_CODING(" gzip, chunked"), BAD_CODING(""),
    BAD_CODING(" chunked, gzip"), BAD_CODING(" chunked, chunked"),
    BAD_CODING(" xchunked"), BAD_CODING(" chunked;a=b"),
    BAD_CODING(" ,chunked"),
    BAD_CODING(" chunked\r\nTransfer-Encoding: chunked"),
    BAD_CODING("\r\n chunked"), BAD_CODING(" identity"),
    BAD_CODING(" \"chunked\""), BAD_CODING(" chunked\v"),
    BAD_CODING(" chunked\r\nTransfer-Encoding:"),
#define BAD_HEAD(fields) \
    {IN("GET / HTTP/1.1\r\n" H fields "\r\n"), NULL, 400, 0}
    BAD_HEAD("A: b\r\n c\r\n"), BAD_HEAD("A: b\r\n\tc\r\n"),
    BAD_HEAD("A:\r\n b\r\n"), BAD_HEAD("A:\r\n \r\n"),
    BAD_HEAD("A: b\r\n \r\n"), BAD_HEAD("A : b\r\n"), BAD_HEAD("A\t: b\r\n"),
    BAD_HEAD(" A: b\r\n"), BAD_HEAD(": b\r\n"), BAD_HEAD("A\r\n"),
    BAD_HEAD("A b: c\r\n"), BAD_HEAD("A(: c\r\n"), BAD_HEAD("A: b\rc\r\n"),
    BAD_HEAD("A: b\r\r\n"), BAD_HEAD("A: b\0c\r\n"), BAD_HEAD("A\0: c\r\n"),
    BAD_HEAD("A: \x7f\r\n"), BAD_HEAD("A: \x1b\r\n"),
    BAD_HEAD("\xc3\xa4: b\r\n"), BAD_HEAD("Host: a\r\n"),
    BAD_HEAD("If-Range: a\r\nif-range: b\r\n"),
    {IN("GET / HTTP/1.1\r\n Host: a\r\n\r\n"), NULL, 400, 0},
    {IN("GET / HTTP/1.1\r\n\r\n"), NULL, 400, 0}, {IN("GET /\r\n"), NULL, 400, 0},
    {IN("GET / HTTP/1.1\r\nHost:\r\n\r\n"), NULL, 400, 0},
    {IN("GET / HTTP/1.0\r\nHost: a/b\r\n\r\n"), NULL, 400, 0},
    /* the request line */
    {IN("GET http://H.x:81/a?b HTTP/1.1\r\n" H "\r\n"),
     "GET|http://H.x:81/a?b|/a|?b|h.x:81|1.1 keep|0|", 0, 0},
    {IN("GET HTTPS://h HTTP/1.1\r\n" H "\r\n"),
     "GET|HTTPS://h|/||h:0|1.1 keep|0|", 0, 0},
    {IN("GET http://h?b HTTP/1.1\r\n" H "\r\n"),
     "GET|http://h?b|/|?b|h:0|1.1 keep|0|", 0, 0},
    {IN("GET http://h/ HTTP/1.1\r\n\r\n"), NULL, 400, 0},
    {IN("GET http://h/ HTTP/1.1\r\nHost: <\r\n\r\n"), NULL, 400, 0},
#define BAD_LINE(line, status) {IN(line "\r\n" H "\r\n"), NULL, status, 0}
    BAD_LINE("GET http://u@h/ HTTP/1.1", 400),
    BAD_LINE("GET http:///a HTTP/1.1", 400),
    BAD_LINE("GET ftp://h/a HTTP/1.1", 400),
    {IN("OPTIONS * HTTP/1.1\r\n" H "\r\n"), "OPTIONS|*|*||a:0|1.1 keep|0|", 0,
     0},
    BAD_LINE("GET * HTTP/1.1", 400), BAD_LINE("OPTIONS *a HTTP/1.1", 400),
    {IN("CONNECT h:443 HTTP/1.1\r\n" H "\r\n"), "CONNECT|h:443|||h:443|1.1|0|",
     0, 0},
    {IN("CONNECT h:443 HTTP/1.1\r\n" H "Content-Length: 2\r\n\r\nxy"),
     "CONNECT|h:443|||h:443|1.1|2|", 0, 2},
    {IN("CONNECT h:443 HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\n"),
     "CONNECT|h:443|||h:443|1.1 chunked|0|", 400, 0},
    {IN("TRACE / HTTP/1.1\r\n" H "\r\n"), "TRACE|/|/||a:0|1.1 keep|0|", 0, 0},
    {IN("GET / HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
     "GET|/|/||a:0|1.1 keep|0|", 0, 0},
    {IN("POST / HTTP/1.1\r\n" H "Upgrade: h2c\r\nConnection: Upgrade\r\n"
        "Transfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n"),
     IS_CHUNKED, 0, 2},
    BAD_LINE("GET a HTTP/1.1", 400), BAD_LINE("GET ?a HTTP/1.1", 400),
    BAD_LINE("GET /a b HTTP/1.1", 400), BAD_LINE("GET /\x01 HTTP/1.1", 400),
    BAD_LINE("GET /\xc3\xa4 HTTP/1.1", 400), BAD_LINE("GET /\0 HTTP/1.1", 400),
    BAD_LINE("GET / HTTP/0.9", 400), BAD_LINE("GET / HTTP/1.2", 505),
    BAD_LINE("GET / HTTP/2.0", 505),
    {IN("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), NULL, 505, 0},
    BAD_LINE("GET / HTTP/11", 400), BAD_LINE("GET / HTTP/1.1 ", 400),
    BAD_LINE("GET / http/1.1", 400), BAD_LINE("GET / ICE/1.0", 400),
    BAD_LINE("SOURCE / ICE/1.0", 400), BAD_LINE("DESCRIBE / RTSP/1.0", 400),
    BAD_LINE("DESCRIBE / HTTP/1.1", 501), BAD_LINE("BREW / HTTP/1.1", 501),
    BAD_LINE("GETX / HTTP/1.1", 501), BAD_LINE("get / HTTP/1.1", 501),
    BAD_LINE("B{} / HTTP/1.1", 400), BAD_LINE("GET\t/ HTTP/1.1", 400),
    BAD_LINE(" GET / HTTP/1.1", 400), BAD_LINE("\rGET / HTTP/1.1", 400),
    {IN("\x16\x03\x01\x02"), NULL, 400, 0}, {IN("G\r\n"), NULL, 400, 0},
    /* clang-format on */
};

static void comes_out_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str all = {0};
        char text[1024];

        memcpy(text, cases[i].input.at, cases[i].input.len);
        memcpy(text + cases[i].input.len, REST, sizeof(REST));
        all = (struct str){text, cases[i].input.len + sizeof(REST) - 1};
        for (size_t first = 1; first <= all.len; first++) {
            struct result got = run(all, 10, first, first == 1 ? 1 : all.len);
            enum parser_verdict verdict =
                cases[i].status ? PARSER_REFUSED : PARSER_END;

            if (got.verdict != verdict || got.status != cases[i].status ||
                strcmp(got.digest, cases[i].digest ? cases[i].digest : ""))
                fail_msg("case %zu (%.*s) cut at %zu: verdict %d status %d %s",
                         i, STR_ARG(cases[i].input), first, (int)got.verdict,
                         (int)got.status, got.digest);
            if (verdict == PARSER_END) {
                assert_int_equal(got.taken, cases[i].input.len);
                assert_int_equal(got.body, cases[i].body);
            }
        }
    }
}

/* A refusal does not wait for what will not help: the first part alone. */
static void refuses_early(void **state)
{
    static const struct {
        const char *input;
        enum http_status status; /* 0: MORE */
    } early[] = {
        {"\x16", 400},
        {"GET /\x01", 400},
        {"GET /a HTTP/9", 0},
        {"GET /a\r\n", 400},
        {"GET /a HTTP/2.0\r\n", 505},
        {"BREW /", 0},
        {"BREW / HTTP/1.1\r\n", 501},
        {"BREW /\r\n", 400},
        {"{", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\nA: b\n", 0},
        {"", 0},
        {"\r", 0},
        {"\r\n", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(early); i++) {
        struct str input = str_of(early[i].input);
        struct result got = run(input, 0, input.len, 1);

        if (got.status != early[i].status)
            fail_msg("%s: %d", early[i].input, (int)got.status);
    }
}

/* Whatever came so far, nothing in the request points into it. */
static void forgets_what_may_move(void **state)
{
    static const struct request empty;
    static const char head[] = "GET /a HTTP/1.1\r\nHost: a\r\n"
                               "User-Agent: u\r\n\r\n";
    struct feed f = {0};
    size_t taken;

    (void)state;
    parser_open(&f.parser, &f.request, &f.arena, &limits);
    for (size_t len = 0; len < sizeof(head) - 1; len++) {
        assert_int_equal(
            parser_feed(&f.parser, (struct str){head, len}, &taken),
            PARSER_MORE);
        assert_memory_equal(&f.request, &empty, sizeof(empty));
    }
    parser_give_up(&f.parser, STR("\r\nGET /a HTTP/1.1\r\nHo"));
    assert_true(str_equals(f.request.line, STR("GET /a HTTP/1.1")));
    assert_true(str_equals(f.request.method_text, STR("GET")));
    arena_close(&f.arena);
}

static struct result run_repeated(const char *begin, size_t count, char c,
                                  const char *end)
{
    char text[1024];
    int len = snprintf(text, sizeof(text), "%s", begin);
    struct result whole, bytes;

    memset(text + len, c, count);
    len += (int)count;
    len += snprintf(text + len, sizeof(text) - (size_t)len, "%s", end);
    whole = run((struct str){text, (size_t)len}, 0, (size_t)len, 1);
    bytes = run((struct str){text, (size_t)len}, 0, 1, 1);
    assert_int_equal(whole.status, bytes.status);
    assert_int_equal(whole.verdict, bytes.verdict);
    return whole;
}

/* limits: lines of 80 bytes with their CRLF, heads of 320. */
static void keeps_limits(void **state)
{
    static const char line_end[] = " HTTP/1.1\r\nHost: a\r\n\r\n";
    struct result got;

    (void)state;
    got = run_repeated("GET /", 80 - 5 - 11, 'x', line_end);
    assert_int_equal(got.verdict, PARSER_END);
    got = run_repeated("GET /", 80 - 5 - 11 + 1, 'x', line_end);
    assert_int_equal(got.status, HTTP_URI_TOO_LONG);
    got = run_repeated("GET /", 500, 'x', "");
    assert_int_equal(got.status, HTTP_URI_TOO_LONG);
    got = run_repeated("GET / HTTP/1.1\r\nHost: a\r\nA:", 80 - 4, 'x',
                       "\r\n\r\n");
    assert_int_equal(got.verdict, PARSER_END);
    got = run_repeated("GET / HTTP/1.1\r\nHost: a\r\nA:", 80 - 3, 'x',
                       "\r\n\r\n");
    assert_int_equal(got.status, HTTP_FIELDS_TOO_LARGE);
    got = run_repeated("GET / HTTP/1.1\r\nHost: a\r\nA:", 500, 'x', "");
    assert_int_equal(got.status, HTTP_FIELDS_TOO_LARGE);
    /* empty lines before the request do not fill anything */
    got = run_repeated("", 900, '\n', "GET / HTTP/1.0\r\n\r\n");
    assert_int_equal(got.verdict, PARSER_END);
}

static void keeps_the_heads_limit(void **state)
{
    char text[1024] = "GET / HTTP/1.1\r\nHost: a\r\n";

    (void)state;
    for (int i = 0; i < 29; i++)
        strcat(text, "A: 123456\n");
    strcat(text, "\r\n"); /* 317 bytes */
    assert_int_equal(run(str_of(text), 0, strlen(text), 1).verdict, PARSER_END);
    assert_int_equal(run(str_of(text), 0, 1, 1).verdict, PARSER_END);
    text[strlen(text) - 2] = '\0';
    strcat(text, "B: 4\r\n\r\n");
    assert_int_equal(run(str_of(text), 0, strlen(text), 1).status,
                     HTTP_FIELDS_TOO_LARGE);
    assert_int_equal(run(str_of(text), 0, 1, 1).status, HTTP_FIELDS_TOO_LARGE);
}

/* Extensions and trailers without end would be a body that nothing limits. */
static void limits_chunk_framing(void **state)
{
    struct result got;

    (void)state;
    got = run_repeated(CHUNKED "1;", 300, 'x', "\r\na\r\n0\r\n\r\n");
    assert_int_equal(got.verdict, PARSER_END);
    got = run_repeated(CHUNKED "1;", 330, 'x', "\r\na\r\n0\r\n\r\n");
    assert_int_equal(got.status, HTTP_BAD_REQUEST);
    got = run_repeated(CHUNKED "1\r\na\r\n0\r\nX: ", 330, 'x', "");
    assert_int_equal(got.status, HTTP_BAD_REQUEST);
}

/* Many chunks of a byte are within the limits: framing is counted anew. */
static void takes_many_chunks(void **state)
{
    char text[1024] = CHUNKED;

    (void)state;
    for (int i = 0; i < 100; i++)
        strcat(text, "1\r\nx\r\n");
    strcat(text, "0\r\n\r\n");
    assert_int_equal(run(str_of(text), 0, 1, 1).body, 100);
    assert_int_equal(run(str_of(text), 100, strlen(text), 1).verdict,
                     PARSER_END);
    assert_int_equal(run(str_of(text), 99, 60, 7).status,
                     HTTP_CONTENT_TOO_LARGE);
}

static void takes_pipelined_requests(void **state)
{
    static const char two[] = "GET /1 HTTP/1.1\r\n" H "\r\n"
                              "GET /2 HTTP/1.1\r\n" H "\r\n";
    struct str rest = STR(two);

    (void)state;
    for (int i = 1; i <= 2; i++) {
        struct feed f = {0};
        size_t taken;

        parser_open(&f.parser, &f.request, &f.arena, &limits);
        assert_int_equal(parser_feed(&f.parser, rest, &taken), PARSER_HEAD);
        assert_int_equal(taken, sizeof(two) / 2);
        assert_int_equal(f.request.path.at[1], '0' + i);
        rest = str_from(rest, taken);
        assert_int_equal(parser_feed(&f.parser, rest, &taken), PARSER_END);
        assert_int_equal(taken, 0);
        arena_close(&f.arena);
    }
    assert_int_equal(rest.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comes_out_the_same),
        cmocka_unit_test(refuses_early),
        cmocka_unit_test(forgets_what_may_move),
        cmocka_unit_test(keeps_limits),
        cmocka_unit_test(keeps_the_heads_limit),
        cmocka_unit_test(limits_chunk_framing),
        cmocka_unit_test(takes_many_chunks),
        cmocka_unit_test(takes_pipelined_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
