/* fifo.c - whatever is written into the control FIFO, and in whatever pieces,
 * comes out as the same lines, and a command that is read prints as itself */
#include <stdlib.h>

#include "base/buf.h"
#include "ipc/command.h"
#include "ipc/linecut.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct record {
    struct linecut_taker taker;
    struct buf seen;
};

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static void try_command(struct str line)
{
    char why_memory[512], text_memory[64];
    struct buf why = buf_over(why_memory, sizeof(why_memory));
    struct buf text = buf_over(text_memory, sizeof(text_memory));
    struct command first, second;

    if (!command_parse(&first, line, &why)) {
        for (size_t i = 0; i < why.len; i++)
            expect(why.data[i] >= 0x20 && why.data[i] <= 0x7e);
        return;
    }
    command_print(&text, &first);
    expect(command_parse(&second, buf_str(&text), &why));
    expect(first.verb == second.verb && first.amount == second.amount &&
           first.is_relative == second.is_relative &&
           first.level == second.level);
}

static void take(struct linecut_taker *taker, struct str line,
                 enum linecut_kind kind)
{
    struct record *r = (struct record *)taker;

    expect(line.len <= PIPE_BUF);
    buf_put_char(&r->seen, "wol"[kind]);
    buf_put(&r->seen, line);
    buf_put_char(&r->seen, '\n');
    if (kind != LINECUT_OVERLONG)
        try_command(line);
}

/* In pieces of `step`, and to the close of the last writer. */
static void play(struct record *r, struct str bytes, size_t step)
{
    struct linecut l = {0};

    *r = (struct record){.taker = {take}};
    for (size_t at = 0; at < bytes.len; at += step) {
        struct str piece = str_from(bytes, at);

        if (piece.len > step)
            piece.len = step;
        linecut_feed(&l, piece, &r->taker);
    }
    linecut_end(&l, &r->taker);
    linecut_end(&l, &r->taker); /* and nothing is left */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes;
    struct record whole, pieces;

    if (size == 0)
        return 0;
    bytes = (struct str){(const char *)data + 1, size - 1};
    play(&whole, bytes, bytes.len > 0 ? bytes.len : 1);
    play(&pieces, bytes, (size_t)data[0] + 1);
    expect(str_equals(buf_str(&whole.seen), buf_str(&pieces.seen)));
    buf_close(&whole.seen);
    buf_close(&pieces.seen);
    return 0;
}
