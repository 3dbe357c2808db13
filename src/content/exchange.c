/* exchange.c - one request and its answer: its beginning and its end */
#include "content/exchange.h"

#include "content/auth.h"
#include "ipc/slot.h"

static const struct response NOTHING = {
    .last_modified = -1,
    .content_length = -1,
};

void exchange_close_file(struct exchange *x)
{
    if (x->file.is_open && x->env->slot)
        slot_gauge_add(x->env->slot, COUNTER_files_open, -1);
    file_close(&x->file);
}

void exchange_drop_content(struct exchange *x)
{
    body_close(x);
    exchange_close_file(x);
}

void exchange_clear_answer(struct exchange *x)
{
    exchange_drop_content(x);
    x->response = NOTHING;
}

void exchange_moved(struct exchange *x, const char *from, size_t len,
                    const char *to)
{
    message_moved(&x->request, from, len, to);
    message_moved_text(&x->args, from, len, to);
}

void exchange_settle(struct exchange *x, unsigned status)
{
    bool own = x->refused == 0 || x->refused == HTTP_OK;

    x->response.status = own ? status : x->refused;
    x->phase = PHASE_SETTLED;
}

void exchange_reset(struct exchange *x)
{
    struct env *env = x->env;
    const struct peer *peer = x->peer;
    struct trace *trace = x->trace;
    struct arena arena = x->arena;

    auth_forget(x);
    exchange_clear_answer(x);
    arena_reset(&arena);
    *x = (struct exchange){
        .env = env,
        .peer = peer,
        .trace = trace,
        .arena = arena,
        .response = NOTHING,
    };
}

void exchange_close(struct exchange *x)
{
    auth_forget(x);
    exchange_clear_answer(x);
    arena_close(&x->arena);
}
