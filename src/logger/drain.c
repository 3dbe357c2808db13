/* drain.c - from the rings of all slots to the outputs */
#include "logger/drain.h"

#include <errno.h>
#include <string.h>

#include "ipc/logring.h"
#include "ipc/scoreboard.h"
#include "ipc/slot.h"
#include "logger/datagram.h"

/* A ring holds some thousand records at most: so many batches take all that was
 * there, and a busy worker cannot keep the logger at its own ring. */
enum { ROUNDS = 16 };

/* How much of a ring the lines of blocked outputs may hold. */
enum { KEPT_MAX = LOGRING_SIZE / 2 };

static bool is_empty(const struct logring *ring)
{
    struct logring_cursor cursor = logring_begin(ring);

    return cursor.at == cursor.end;
}

static void give_up(struct drain *d, struct logring *ring, unsigned number,
                    const struct logring_record *record)
{
    int i = outputs_find(&d->outputs, record->log);

    logring_settle(ring, record->at);
    slot_add(d->own, COUNTER_log_dropped, 1);
    if (i < 0) {
        d->unknown++;
    } else {
        struct output *o = &d->outputs.list[i];

        o->lost++;
        if (o->part.is_set && o->part.slot == number &&
            o->part.at == record->at) {
            o->part.is_set = false;
            o->is_torn = true;
        }
    }
}

/* Fills the batch with what can be written now. LOGRING_RECORD: it is full and
 * there may be more. */
static enum logring_verdict gather(struct drain *d, struct logring *ring,
                                   unsigned number)
{
    struct logring_cursor cursor = logring_begin(ring);
    struct logring_record record;
    enum logring_verdict verdict;

    batch_reset(&d->batch);
    while ((verdict = logring_peek(ring, &cursor, &record)) == LOGRING_RECORD) {
        int i;

        if (record.settled)
            continue;
        i = outputs_find(&d->outputs, record.log);
        if (i < 0)
            give_up(d, ring, number, &record);
        else if (!d->outputs.list[i].is_blocked &&
                 !batch_add(&d->batch, (unsigned)i, record.at, record.text))
            break;
    }
    return verdict;
}

/* A write that ends early: of a disk the next one says why. */
static void block(struct drain *d, struct output *o, ssize_t n)
{
    o->is_blocked = true;
    if (n < 0)
        o->error = (int)-n;
    else
        o->error = o->is_stream ? EAGAIN : ENOSPC;
    if (o->error != EAGAIN)
        slot_add(d->own, COUNTER_log_errors, 1);
    if (d->blocked)
        d->blocked(d, o);
}

/* Ends the beginning of a line that was given up, so that the next one does not
 * hang on to it. */
static bool mend(struct drain *d, struct output *o)
{
    struct iovec newline = {(char *)"\n", 1};
    ssize_t n;

    if (!o->is_torn)
        return true;
    n = output_write(o, &newline, 1);
    if (n == 1)
        o->is_torn = false;
    else
        block(d, o, n);
    return n == 1;
}

static void written(struct drain *d, struct logring *ring, uint64_t at)
{
    logring_settle(ring, at);
    slot_add(d->own, COUNTER_log_records, 1);
    slot_add(d->own, COUNTER_log_written, 1);
}

/* A refusal from the network is about the message before. */
static void note_refusal(struct drain *d, struct output *o, int err)
{
    if (err != -ECONNREFUSED || o->syslog.unix_path.len > 0)
        return;
    o->lost++;
    slot_add(d->own, COUNTER_log_dropped, 1);
}

static void send_each(struct drain *d, struct logring *ring, unsigned number)
{
    const struct batch_write *w = &d->write;
    struct output *o = &d->outputs.list[w->output];

    for (unsigned i = 0; i < w->count; i++) {
        struct logring_cursor cursor = logring_begin(ring);
        struct logring_record record;
        int err;

        cursor.at = w->at[i];
        if (logring_peek(ring, &cursor, &record) != LOGRING_RECORD)
            return;
        err = datagram_send(o, &record, d->hostname);
        if (err == -EMSGSIZE) {
            give_up(d, ring, number, &record);
        } else if (err < 0) {
            note_refusal(d, o, err);
            block(d, o, err);
            return;
        } else {
            written(d, ring, w->at[i]);
            slot_add(d->own, COUNTER_log_bytes, record.text.len);
        }
    }
}

static void lose(struct drain *d, const struct logring_record *record, int err)
{
    size_t len = strnlen(record->text.at, record->text.len);

    if (len >= sizeof(d->stray_path))
        len = sizeof(d->stray_path) - 1;
    memcpy(d->stray_path, record->text.at, len);
    d->stray_path[len] = '\0';
    d->stray_error = -err;
    d->strays++;
    slot_add(d->own, COUNTER_log_errors, 1);
}

/* A file that cannot be had holds up nobody: its lines are lost, and counted.
 */
static void write_each(struct drain *d, struct logring *ring, unsigned number)
{
    const struct batch_write *w = &d->write;

    for (unsigned i = 0; i < w->count; i++) {
        struct logring_cursor cursor = logring_begin(ring);
        struct logring_record record;
        int err;

        cursor.at = w->at[i];
        if (logring_peek(ring, &cursor, &record) != LOGRING_RECORD)
            return;
        err = paths_write(&d->paths, record.text);
        if (err < 0) {
            lose(d, &record, err);
            give_up(d, ring, number, &record);
        } else {
            written(d, ring, w->at[i]);
            slot_add(d->own, COUNTER_log_bytes, record.text.len);
        }
    }
}

static void write_one(struct drain *d, struct logring *ring, unsigned number)
{
    const struct batch_write *w = &d->write;
    struct output *o = &d->outputs.list[w->output];
    size_t rest = 0;
    unsigned whole;
    ssize_t n;

    if (o->is_by_path) {
        write_each(d, ring, number);
        return;
    }
    if (o->is_syslog) {
        send_each(d, ring, number);
        return;
    }
    if (!mend(d, o))
        return;
    n = output_write(o, w->parts, w->count);
    whole = n < 0 ? 0 : batch_reach(w, (size_t)n, &rest);
    for (unsigned i = 0; i < whole; i++)
        written(d, ring, w->at[i]);
    if (n > 0)
        slot_add(d->own, COUNTER_log_bytes, (uint64_t)n);
    if (whole == w->count)
        return;
    if (rest > 0)
        o->part = (struct output_part){true, number, w->at[whole], rest};
    block(d, o, n);
}

/* Moves the tail over what is settled from there on, gives up what fills more
 * than `keep` of the ring, and ends what makes no sense. */
static void release(struct drain *d, struct logring *ring, unsigned number,
                    size_t keep)
{
    struct logring_cursor cursor = logring_begin(ring);
    const uint64_t begin = cursor.at;
    struct logring_cursor done = cursor;
    struct logring_record record;
    enum logring_verdict verdict;

    while ((verdict = logring_peek(ring, &cursor, &record)) == LOGRING_RECORD) {
        if (!record.settled) {
            int i = outputs_find(&d->outputs, record.log);
            bool is_new = i >= 0 && !d->outputs.list[i].is_blocked;

            if (logring_fill(ring) - (done.at - begin) <= keep ||
                (is_new && keep > 0))
                break;
            give_up(d, ring, number, &record);
        }
        done = cursor;
    }
    if (done.at != begin)
        logring_consume(ring, &done);
    if (verdict == LOGRING_CORRUPT) {
        logring_discard(ring);
        slot_add(d->own, COUNTER_log_corrupt, 1);
    }
}

/* A logger that outlived its master drains every ring until the last of its own
 * producers has ended: a ring has one consumer. */
static bool is_anothers(const struct drain *d)
{
    return scoreboard_has_orphan(d->board, ROLE_LOGGER);
}

void drain_slot(struct drain *d, unsigned number)
{
    struct slot *slot = scoreboard_slot(d->board, number);
    enum logring_verdict verdict = LOGRING_RECORD;

    if (!slot)
        return;
    logring_listen(&slot->log);
    if (is_empty(&slot->log) || is_anothers(d))
        return;
    for (unsigned i = 0; i < ROUNDS && verdict == LOGRING_RECORD; i++) {
        verdict = gather(d, &slot->log, number);
        while (batch_next(&d->batch, &d->write))
            write_one(d, &slot->log, number);
        /* what precedes the nonsense is written, or its output is stuck */
        release(d, &slot->log, number,
                verdict == LOGRING_CORRUPT ? 0 : (size_t)KEPT_MAX);
    }
}

void drain_all(struct drain *d)
{
    unsigned slots = scoreboard_slots(d->board);

    for (unsigned i = 0; i < slots; i++)
        drain_slot(d, i);
}

/* The record that an output took half of, unless its ring was discarded
 * meanwhile. */
static bool find_part(const struct output_part *part,
                      const struct logring *ring, struct logring_record *record)
{
    struct logring_cursor cursor = logring_begin(ring);

    if (part->at - cursor.at >= cursor.end - cursor.at)
        return false;
    cursor.at = part->at;
    return logring_peek(ring, &cursor, record) == LOGRING_RECORD &&
           record->at == part->at && record->text.len > part->done;
}

/* Writes the rest of the line that the output took half of; true when nothing
 * of it is left. */
static bool finish_part(struct drain *d, struct output *o)
{
    struct slot *slot = scoreboard_slot(d->board, o->part.slot);
    struct logring_record record;
    struct iovec rest;
    ssize_t n;

    if (!o->part.is_set)
        return true;
    if (!slot || !find_part(&o->part, &slot->log, &record)) {
        o->part.is_set = false;
        o->is_torn = true;
        return true;
    }
    rest.iov_base = (char *)record.text.at + o->part.done;
    rest.iov_len = record.text.len - o->part.done;
    n = output_write(o, &rest, 1);
    if (n > 0) {
        o->part.done += (size_t)n;
        slot_add(d->own, COUNTER_log_bytes, (uint64_t)n);
    }
    if (n != (ssize_t)rest.iov_len) {
        block(d, o, n);
        return false;
    }
    o->part.is_set = false;
    written(d, &slot->log, record.at);
    return true;
}

bool drain_retry(struct drain *d, struct output *o)
{
    if (!finish_part(d, o))
        return false;
    o->is_blocked = false;
    o->error = 0;
    return true;
}

bool drain_is_done(const struct drain *d)
{
    unsigned slots = scoreboard_slots(d->board);

    for (unsigned i = 0; i < slots; i++) {
        const struct slot *slot = scoreboard_slot(d->board, i);

        if (slot && !is_empty(&slot->log))
            return false;
    }
    return true;
}

void drain_give_up(struct drain *d)
{
    unsigned slots = is_anothers(d) ? 0 : scoreboard_slots(d->board);

    for (unsigned i = 0; i < slots; i++) {
        struct slot *slot = scoreboard_slot(d->board, i);

        if (slot && !is_empty(&slot->log))
            release(d, &slot->log, i, 0);
    }
}
