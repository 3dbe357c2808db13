/* request.c - from a client's bytes to what they ask of a file: however the
 * bytes are cut, the same comes out, and what comes out is safe */
#include <stdlib.h>

#include "http/condition.h"
#include "http/date.h"
#include "http/parser.h"
#include "http/path.h"
#include "http/range.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct parser_limits limits = {.line = 128, .head = 512};

static void expect(bool claim)
{
    if (!claim)
        abort();
}

/* A clean path stays below its root, and a Location made of it leads back. */
static void try_path(struct arena *arena, struct str raw, bool merge)
{
    struct buf escaped = {0};
    struct str path, again;

    if (path_clean(raw, merge, arena, &path) != HTTP_NONE)
        return;
    expect(path.len <= raw.len && path.at[0] == '/');
    expect(path.at[path.len] == '\0' && !str_find(path, '\0'));
    expect(!memmem(path.at, path.len, "/../", 4));
    expect(!memmem(path.at, path.len, "/./", 3));
    expect(!str_ends_with(path, STR("/..")) && !str_ends_with(path, STR("/.")));
    expect(!merge || !memmem(path.at, path.len, "//", 2));
    path_put_escaped(&escaped, path);
    expect(!str_starts_with(buf_str(&escaped), STR("//")));
    for (size_t i = 0; i < escaped.len; i++)
        expect(escaped.data[i] > 0x20 && escaped.data[i] < 0x7f);
    expect(path_clean(buf_str(&escaped), merge, arena, &again) == HTTP_NONE);
    expect(str_equals(path, again));
    buf_close(&escaped);
}

static void try_ranges(struct str value, uint64_t size)
{
    struct range_set set = {0};
    uint64_t sum = 0;

    if (range_parse(value, size, &set) != RANGE_PARTIAL)
        return;
    expect(set.count > 0 && set.count <= RANGE_MAX);
    for (unsigned i = 0; i < set.count; i++) {
        struct range range = set.ranges[i];

        expect(range.len > 0 && range.at < size);
        expect(range.len <= size - range.at);
        sum += range.len;
        expect(sum >= range.len && sum <= size);
    }
}

static void try_conditions(const struct request *r)
{
    struct validators v = {STR("\"a-b\""), 784111777, 784111778, SINCE_EXACT};
    enum http_status status = condition_check(r, &v);

    expect(status == HTTP_NONE || status == HTTP_NOT_MODIFIED ||
           status == HTTP_PRECONDITION_FAILED);
    (void)condition_allows_range(r, &v);
}

static void try_date(struct str text)
{
    char again[DATE_LEN];
    int64_t first, second;

    if (!date_parse(text, 784111777, &first))
        return;
    date_write(again, first);
    expect(date_parse((struct str){again, DATE_LEN}, 0, &second));
    expect(first == second || first > 253402300799);
}

static void try_host(struct str host)
{
    for (size_t i = 0; i < host.len; i++)
        expect(host.at[i] > 0x20 && host.at[i] < 0x7f &&
               !strchr("/\\\"<>?#@ABCXYZ", host.at[i]));
}

static void try_request(const struct request *r, struct arena *arena)
{
    struct message_cursor cursor = {0};

    expect(r->minor <= 1 && r->method != METHOD_UNKNOWN);
    expect(!r->chunked || r->content_length == 0);
    expect(r->host.len > 0 || r->minor == 0);
    try_host(r->host);
    try_path(arena, r->path, true);
    try_path(arena, r->path, false);
    try_ranges(r->fields[FIELD_RANGE], 0);
    try_ranges(r->fields[FIELD_RANGE], 10);
    try_ranges(r->fields[FIELD_RANGE], UINT64_MAX);
    try_conditions(r);
    try_date(r->fields[FIELD_IF_MODIFIED_SINCE]);
    while (message_next(r, &cursor))
        expect(cursor.name.len > 0 && !str_find(cursor.value, '\r'));
}

static void touch(struct str text)
{
    unsigned char sum = 0;

    for (size_t i = 0; i < text.len; i++)
        sum = (unsigned char)(sum + text.at[i]);
    (void)*(volatile unsigned char *)&sum;
}

/* What a log reads, whatever the verdict: a sanitizer sees what is stale. */
static void read_all(const struct request *r)
{
    touch(r->line);
    touch(r->method_text);
    touch(r->target);
    touch(r->host);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        touch(r->fields[i]);
}

struct result {
    enum parser_verdict verdict;
    size_t taken;
    uint64_t body;
    bool chunked;
};

/* One message, read `step` bytes at a time into memory that moves. */
static struct result run(struct str input, size_t step)
{
    struct result result = {.verdict = PARSER_MORE};
    struct request request;
    struct arena arena = {0};
    struct parser p;
    char *kept = NULL;
    size_t end = 0;

    parser_open(&p, &request, &arena, &limits);
    while (result.verdict == PARSER_HEAD ||
           (result.verdict == PARSER_MORE && end < input.len)) {
        struct str fed;
        char *copy;
        size_t taken;

        if (result.verdict == PARSER_MORE)
            end = input.len - end < step ? input.len : end + step;
        fed = (struct str){input.at + result.taken, end - result.taken};
        copy = malloc(fed.len + 1);
        expect(copy != NULL);
        memcpy(copy, fed.at, fed.len);
        result.verdict = parser_feed(&p, (struct str){copy, fed.len}, &taken);
        expect(taken <= fed.len);
        if (p.phase == PARSER_IN_HEAD)
            read_all(&request);
        result.taken += taken;
        if (result.verdict == PARSER_HEAD) {
            kept = copy;
            try_request(&request, &arena);
            (void)parser_limit_body(&p, 64);
        } else {
            free(copy);
        }
    }
    result.body = p.body;
    result.chunked = request.chunked;
    expect((result.verdict == PARSER_REFUSED) == (p.status != HTTP_NONE));
    arena_close(&arena);
    free(kept);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = {(const char *)data, size};
    struct result whole = run(input, size);

    for (size_t step = 1; step <= 7; step += 3) {
        struct result cut = run(input, step);

        /* What is wrong behind the first read shows only once it is whole. */
        expect(whole.verdict == cut.verdict ||
               (whole.verdict == PARSER_REFUSED && cut.verdict == PARSER_MORE));
        if (whole.verdict != PARSER_END)
            continue;
        expect(whole.taken == cut.taken && whole.body == cut.body);
        expect(!whole.chunked || (input.at[whole.taken - 1] == '\n' &&
                                  input.at[whole.taken - 2] == '\r'));
    }
    return 0;
}
