/* output.c - what becomes of the lines when one of the logs takes nothing */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/str.h"
#include "world.h"

/* A file that may not grow takes half a line and then nothing, as one on a full
 * disk does. Then there is room again. */
static void a_full_disk_loses_nothing_that_fits(void **state)
{
    enum { TOTAL = 400, LEN = 100 };
    struct rlimit limit;
    struct counted c;

    (void)state;
    w.file_limit = 4050; /* in the middle of a line */
    world_start();
    for (unsigned i = 0; i < TOTAL; i++)
        world_put_numbered(0, LOG_A, i, LEN);
    assert_true(world_put(0, LOG_B, "not held up\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 4050);
    world_await_size(w.paths[LOG_B], 12);
    world_await_counter(COUNTER_logs_blocked, 1);
    world_await_text(w.paths[LOG_FOR_ERRORS], "[crit]");
    world_await_text(w.paths[LOG_FOR_ERRORS],
                     "a.log\" failed (27: File too large)");
    assert_int_equal(prlimit(w.logger, RLIMIT_FSIZE, NULL, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(prlimit(w.logger, RLIMIT_FSIZE, &limit, NULL), 0);
    world_await_size(w.paths[LOG_A], TOTAL * LEN);
    c = world_count_in(w.paths[LOG_A], TOTAL, LEN);
    assert_int_equal(c.distinct, TOTAL);
    assert_int_equal(c.odd + c.backwards, 0);
    assert_int_equal(slot_get(w.own, COUNTER_log_dropped), 0);
    world_await_text(w.paths[LOG_FOR_ERRORS], "takes lines again");
    while (slot_get(w.own, COUNTER_logs_blocked) != 0)
        world_nap();
}

/* A full disk that stays: the ring never fills up with lines for it, what goes
 * elsewhere always gets through, and every line is written or counted. */
static void a_full_disk_blocks_no_other_log(void **state)
{
    enum { TOTAL = 6000, LEN = 100 };
    uint64_t lost;
    struct counted a, b;
    struct rlimit limit;

    (void)state;
    w.file_limit = 150 * LEN + 50;
    world_start();
    for (unsigned i = 0; i < TOTAL; i++)
        world_put_numbered(0, i % 60 ? LOG_A : LOG_B, i, LEN);
    world_ring(0);
    world_await_size(w.paths[LOG_B], TOTAL / 60 * LEN);
    b = world_count_in(w.paths[LOG_B], TOTAL, LEN);
    assert_int_equal(b.distinct, TOTAL / 60);
    assert_int_equal(b.backwards, 0);
    getrlimit(RLIMIT_FSIZE, &limit);
    assert_int_equal(prlimit(w.logger, RLIMIT_FSIZE, &limit, NULL), 0);
    world_end();
    lost = slot_get(w.own, COUNTER_log_dropped);
    a = world_count_in(w.paths[LOG_A], TOTAL, LEN);
    assert_true(lost > 0);
    assert_int_equal(a.distinct + lost, TOTAL - TOTAL / 60);
    assert_int_equal(a.backwards, 0);
    /* the half line that stood there may have been given up: then it ends with
     * a newline of its own */
    assert_true(a.odd <= 1);
}

static void make_fifo(unsigned number)
{
    close(w.logs[number].fd);
    unlink(w.paths[number]);
    assert_int_equal(mkfifo(w.paths[number], 0600), 0);
    w.logs[number].fd =
        open(w.paths[number], O_RDWR | O_NONBLOCK | O_APPEND | O_CLOEXEC);
    assert_true(w.logs[number].fd >= 0);
}

/* Reads lines of put_numbered until `last` has come; how many they were. */
static unsigned read_numbered(int fd, unsigned last, size_t len)
{
    uint64_t begun = world_now_ms();
    unsigned lines = 0;
    uint64_t n = 0;

    do {
        char text[512];
        struct str line;
        size_t got = 0;

        while (got < len) {
            ssize_t more = read(fd, text + got, len - got);

            if (more > 0)
                got += (size_t)more;
            else
                world_nap();
            assert_true(world_now_ms() - begun < PATIENCE_MS);
        }
        line = (struct str){text, len};
        assert_true(str_number(str_cut(&line, ' '), &n));
        assert_int_equal(text[len - 1], '\n');
        lines++;
    } while (n != last);
    return lines;
}

static void a_fifo_that_nobody_reads(void **state)
{
    enum { TOTAL = 780, LEN = 100 }; /* more than a pipe, less than half more */
    int fd;

    (void)state;
    make_fifo(LOG_A);
    world_start();
    for (unsigned i = 0; i < TOTAL; i++) {
        world_put_numbered(0, LOG_A, i, LEN);
        if (i % 50 == 0)
            world_ring(0);
    }
    assert_true(world_put(0, LOG_B, "not held up\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_B], 12);
    world_await_counter(COUNTER_logs_blocked, 1);
    world_await_text(w.paths[LOG_FOR_ERRORS], "nobody reads");
    fd = open(w.paths[LOG_A], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_int_equal(read_numbered(fd, TOTAL - 1, LEN), TOTAL);
    assert_int_equal(slot_get(w.own, COUNTER_log_dropped), 0);
    /* a slow reader after that is no trouble: nothing waits for the tick */
    world_put_numbered(0, LOG_A, TOTAL, LEN);
    world_ring(0);
    assert_int_equal(read_numbered(fd, TOTAL, LEN), 1);
    close(fd);
}

/* Standard error as inherited: a blocking pipe that is shared with others. */
static void a_blocking_pipe_does_not_block(void **state)
{
    enum { TOTAL = 780, LEN = 100 };
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    w.not_its = ends[0];
    close(w.logs[LOG_A].fd);
    w.logs[LOG_A].fd = ends[1];
    w.logs[LOG_A].path = "";
    world_start();
    for (unsigned i = 0; i < TOTAL; i++)
        world_put_numbered(0, LOG_A, i, LEN);
    assert_true(world_put(0, LOG_B, "not held up\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_B], 12);
    assert_int_equal(read_numbered(ends[0], TOTAL - 1, LEN), TOTAL);
    /* nobody is left to read: an error, and no signal */
    close(ends[0]);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    world_put_numbered(0, LOG_A, 0, LEN);
    world_ring(0);
    world_await_text(w.paths[LOG_FOR_ERRORS],
                     "\"standard stream\" failed (32: Broken pipe)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_full_disk_loses_nothing_that_fits),
        CASE(a_full_disk_blocks_no_other_log),
        CASE(a_fifo_that_nobody_reads),
        CASE(a_blocking_pipe_does_not_block),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
