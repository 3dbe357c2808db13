/* stubstatus.c - nginx's page of seven figures, which exporters read
 *
 * Its text is nginx's to the byte, blanks at the ends of lines included. */
#include "content/stubstatus.h"

#include "base/buf.h"
#include "content/connections.h"

static void print(struct buf *page, const struct env *env)
{
    uint64_t accepted = connections_sum(env, COUNTER_connections);
    uint64_t dropped = connections_sum(env, COUNTER_connections_dropped);
    uint64_t reading = connections_sum(env, COUNTER_reading);
    uint64_t writing = connections_sum(env, COUNTER_writing);
    uint64_t waiting = connections_sum(env, COUNTER_idle);
    /* This one is counted once its answer is on its way. */
    uint64_t requests = connections_sum(env, COUNTER_requests) + 1;

    buf_put(page, STR("Active connections: "));
    buf_put_number(page, reading + writing + waiting);
    buf_put(page, STR(" \nserver accepts handled requests\n "));
    buf_put_number(page, accepted);
    buf_put_char(page, ' ');
    buf_put_number(page, accepted - dropped);
    buf_put_char(page, ' ');
    buf_put_number(page, requests);
    buf_put(page, STR(" \nReading: "));
    buf_put_number(page, reading);
    buf_put(page, STR(" Writing: "));
    buf_put_number(page, writing);
    buf_put(page, STR(" Waiting: "));
    buf_put_number(page, waiting);
    buf_put(page, STR(" \n"));
}

enum http_status stubstatus_answer(struct exchange *x)
{
    char memory[400];
    struct buf page = buf_over(memory, sizeof(memory));
    struct str text;

    if (x->method != METHOD_GET && x->method != METHOD_HEAD)
        return HTTP_METHOD_NOT_ALLOWED;
    print(&page, x->env);
    text = arena_copy(&x->arena, buf_str(&page));
    if (!text.at)
        return HTTP_UNAVAILABLE;
    x->response.content_type = STR("text/plain");
    x->response.content_length = (int64_t)text.len;
    body_memory(x, text);
    exchange_settle(x, HTTP_OK);
    return HTTP_NONE;
}
