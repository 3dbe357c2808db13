/* role.c - how does a child tell the master that it serves? */
#include "ipc/role.h"

#include <stdio.h>
#include <unistd.h>

#include "os/process.h"

void role_report(struct role_context *context, int error, const char *why)
{
    struct role_ready record = {.error = error};
    ssize_t n;

    if (context->ready < 0)
        return;
    snprintf(record.why, sizeof(record.why), "%s", why ? why : "");
    /* One write below PIPE_BUF is whole or nothing, and an empty pipe has the
     * room; a master that is gone is the lifeline's business. */
    n = write(context->ready, &record, sizeof(record));
    (void)n;
    close(context->ready);
    context->ready = -1;
}

void role_title(const struct role_context *context, const char *suffix)
{
    char text[256];

    snprintf(text, sizeof(text), "prong: %s%s", context->role->title, suffix);
    process_title_set(context->title, text);
}
