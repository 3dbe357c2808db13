/* batch.c - which log records become which writev */
#include "logger/batch.h"

bool batch_add(struct batch *b, unsigned output, uint64_t at, struct str text)
{
    if (b->count == BATCH_RECORDS)
        return false;
    b->records[b->count++] =
        (struct batch_record){.output = output, .at = at, .text = text};
    return true;
}

static void give(struct batch_record *record, struct batch_write *w)
{
    record->given = true;
    w->at[w->count] = record->at;
    w->parts[w->count++] =
        (struct iovec){(void *)record->text.at, record->text.len};
}

bool batch_next(struct batch *b, struct batch_write *w)
{
    while (b->first < b->count && b->records[b->first].given)
        b->first++;
    if (b->first == b->count)
        return false;
    w->output = b->records[b->first].output;
    w->count = 0;
    for (unsigned i = b->first; i < b->count; i++)
        if (b->records[i].output == w->output)
            give(&b->records[i], w);
    return true;
}

unsigned batch_reach(const struct batch_write *w, size_t written, size_t *rest)
{
    unsigned whole = 0;

    while (whole < w->count && written >= w->parts[whole].iov_len)
        written -= w->parts[whole++].iov_len;
    *rest = whole < w->count ? written : 0;
    return whole;
}
