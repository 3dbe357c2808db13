/* logger.c - the logger as a process: real rings, a real queue, real files; its
 * life, its death and its successor */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/channel.h"
#include "ipc/doorbell.h"
#include "world.h"

static void brings_lines_to_their_files(void **state)
{
    char *text;

    (void)state;
    world_start();
    assert_true(world_put(0, LOG_A, "one\n"));
    assert_true(world_put(1, LOG_B, "two\n"));
    assert_true(world_put(0, LOG_B, "three\n"));
    assert_true(world_put(0, LOG_A, "four\n"));
    world_ring(0);
    world_ring(1);
    world_await_size(w.paths[LOG_A], 9);
    world_await_size(w.paths[LOG_B], 10);
    text = world_read_file(w.paths[LOG_A]);
    assert_string_equal(text, "one\nfour\n");
    free(text);
    world_await_counter(COUNTER_log_written, 4);
    assert_int_equal(slot_get(w.own, COUNTER_log_bytes), 19);
    assert_int_equal(slot_get(w.own, COUNTER_log_dropped), 0);
    assert_int_equal(logring_fill(&w.writers[0]->log), 0);
}

/* Nobody rings: the sweep finds them, also in the ring of a dead owner. */
static void sweeps_what_nobody_rang_for(void **state)
{
    (void)state;
    world_start();
    assert_true(world_put(0, LOG_A, "one\n"));
    assert_true(world_put(1, LOG_A, "two\n"));
    scoreboard_release(w.board, w.writers[1]);
    world_await_size(w.paths[LOG_A], 8);
}

static void does_without_a_queue(void **state)
{
    uint64_t begun;

    (void)state;
    doorbell_close(w.doorbell);
    w.doorbell = DOORBELL_NONE;
    world_start();
    begun = world_now_ms();
    for (unsigned i = 0; i < 8; i++) {
        assert_true(world_put(0, LOG_A, "one\n"));
        world_await_size(w.paths[LOG_A], 4 * (off_t)(i + 1));
    }
    /* eight times the 50 ms, not eight times the second */
    assert_true(world_now_ms() - begun < 4000);
}

static void writes_the_last_word_before_it_ends(void **state)
{
    (void)state;
    world_start();
    for (unsigned i = 0; i < 1500; i++)
        world_put_numbered(0, LOG_A, i, 60);
    world_end();
    assert_int_equal(world_count_in(w.paths[LOG_A], 1500, 60).distinct, 1500);
    assert_int_equal(world_count_in(w.paths[LOG_A], 1500, 60).lines, 1500);
}

static void heeds_no_signal_and_no_stop(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT,  SIGQUIT, SIGHUP,
                                  SIGUSR1, SIGUSR2, SIGPIPE, SIGWINCH};
    struct channel_message message = {.verb = CHANNEL_STOP, .fd = -1};

    (void)state;
    world_start();
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        kill(w.logger, signals[i]);
    assert_int_equal(channel_send(w.channel[0], &message), 0);
    assert_true(world_put(0, LOG_A, "still here\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 11);
    world_end();
}

static void makes_room_for_another_one(void **state)
{
    struct channel_message message = {.verb = CHANNEL_QUIT, .fd = -1};
    int status;

    (void)state;
    world_start();
    assert_true(world_put(0, LOG_A, "one\n"));
    assert_int_equal(channel_send(w.channel[0], &message), 0);
    assert_int_equal(waitpid(w.logger, &status, 0), w.logger);
    assert_int_equal(status, 0);
    w.logger = 0;
    scoreboard_renew(w.board, w.own, 0, world_now_ms());
    world_start();
    assert_true(world_put(0, LOG_A, "two\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 8);
    world_end();
}

static void leaves_what_waits_to_the_next_one(void **state)
{
    struct channel_message quit = {.verb = CHANNEL_QUIT, .fd = -1};

    (void)state;
    w.file_limit = 2050; /* in the middle of a line */
    world_start();
    for (unsigned i = 0; i < 100; i++)
        world_put_numbered(0, LOG_A, i, 100);
    assert_int_equal(channel_send(w.channel[0], &quit), 0);
    assert_int_equal(waitpid(w.logger, NULL, 0), w.logger);
    w.logger = 0;
    assert_int_equal(slot_get(w.own, COUNTER_log_dropped), 0);
    w.file_limit = 0;
    world_start();
    world_end();
    assert_int_equal(world_count_in(w.paths[LOG_A], 100, 100).distinct, 100);
    assert_int_equal(world_count_in(w.paths[LOG_A], 100, 100).odd, 1);
}

static void outlives_its_master(void **state)
{
    (void)state;
    world_start();
    close(w.channel[0]);
    assert_true(world_put(0, LOG_A, "one\n"));
    world_await_size(w.paths[LOG_A], 4);
    assert_true(world_put(0, LOG_A, "two\n"));
    world_end();
    world_await_size(w.paths[LOG_A], 8);
    w.channel[0] = dup(w.channel[1]);
}

static void killed_and_replaced_it_loses_no_line(void **state)
{
    enum { TOTAL = 30000, LEN = 90, KILL_EACH = 1500 };
    struct counted a, b;

    (void)state;
    world_start();
    for (unsigned i = 0; i < TOTAL; i++) {
        world_put_numbered(i % WRITERS, i % 3 ? LOG_A : LOG_B, i, LEN);
        if (i % 300 == 0)
            world_ring(i % WRITERS);
        if (i % KILL_EACH == KILL_EACH - 1) {
            world_kill(SIGKILL);
            world_start();
        }
    }
    world_end();
    a = world_count_in(w.paths[LOG_A], TOTAL, LEN);
    b = world_count_in(w.paths[LOG_B], TOTAL, LEN);
    assert_int_equal(a.distinct + b.distinct, TOTAL);
    /* at least once; a write that the kill cut short leaves half a line on a
     * line of its own */
    assert_true(a.lines + b.lines >= TOTAL);
    assert_true(a.odd + b.odd <= 2 * TOTAL / KILL_EACH);
}

static void stopped_it_holds_nobody_up(void **state)
{
    unsigned accepted = 0, refused = 0;

    (void)state;
    world_start();
    kill(w.logger, SIGSTOP);
    for (unsigned i = 0; i < 5000; i++) {
        bool taken =
            world_put(0, LOG_A, "a line of some length, as lines are\n");

        accepted += taken;
        refused += !taken;
        world_ring(0);
    }
    assert_true(refused > 0 && accepted > 1000);
    kill(w.logger, SIGCONT);
    world_await_size(w.paths[LOG_A], (off_t)accepted * 36);
    assert_true(world_put(0, LOG_A, "a line of some length, as lines are\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], (off_t)(accepted + 1) * 36);
}

/* Waits for the answer to `serial` and returns its result. */
static int await_answer(uint32_t serial)
{
    struct pollfd p = {.fd = w.channel[0], .events = POLLIN};
    struct channel_message answer;

    assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
    assert_int_equal(channel_receive(w.channel[0], &answer), 0);
    assert_int_equal(answer.verb, CHANNEL_DONE);
    assert_int_equal(answer.serial, serial);
    return answer.result;
}

/* Does the logger hold a file of this inode? */
static bool holds(ino_t inode)
{
    char path[64];
    DIR *dir;
    struct dirent *entry;
    bool found = false;

    snprintf(path, sizeof(path), "/proc/%d/fd", w.logger);
    dir = opendir(path);
    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        struct stat st;

        if (fstatat(dirfd(dir), entry->d_name, &st, 0) == 0)
            found = found || st.st_ino == inode;
    }
    closedir(dir);
    return found;
}

static void reopens_whole_and_says_so(void **state)
{
    char old[160];
    struct stat st;
    unsigned sent = 0;

    (void)state;
    world_start();
    assert_true(world_put(0, LOG_A, "before\n"));
    assert_int_equal(stat(w.paths[LOG_A], &st), 0);
    assert_true(snprintf(old, sizeof(old), "%s.1", w.paths[LOG_A]) > 0);
    assert_int_equal(rename(w.paths[LOG_A], old), 0);
    close(w.logs[LOG_A].fd);
    /* the other descriptor of the old file is this process's: it had it
     * before the fork */
    world_open_log(LOG_A, "a.log");
    assert_int_equal(channel_send_logs(w.channel[0], w.logs, LOGS, 5, &sent),
                     0);
    assert_int_equal(await_answer(5), 0);
    assert_false(holds(st.st_ino));
    world_await_size(old, 7);
    assert_true(world_put(0, LOG_A, "after\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 6);
    world_await_size(old, 7);
}

static void reopens_under_load_without_loss(void **state)
{
    enum { TOTAL = 20000, LEN = 100, TIMES = 10 };
    unsigned distinct = 0, lines = 0, odd = 0;

    (void)state;
    world_start();
    for (unsigned i = 0, serial = 1; i < TOTAL; i++) {
        unsigned sent = 0;
        char stem[32], old[160];

        world_put_numbered(i % WRITERS, LOG_A, i, LEN);
        if (i % (TOTAL / TIMES) != 0)
            continue;
        snprintf(stem, sizeof(stem), "old.%u", serial);
        snprintf(old, sizeof(old), "%s/%s", w.dir, stem);
        assert_int_equal(rename(w.paths[LOG_A], old), 0);
        close(w.logs[LOG_A].fd);
        world_open_log(LOG_A, "a.log");
        assert_int_equal(
            channel_send_logs(w.channel[0], w.logs, LOGS, serial, &sent), 0);
        assert_int_equal(await_answer(serial), 0);
        serial++;
    }
    world_end();
    for (unsigned i = 0; i <= TIMES; i++) {
        char path[160];
        struct counted c;

        snprintf(path, sizeof(path), "%s/%s%.0u", w.dir, i ? "old." : "a.log",
                 i);
        c = world_count_in(path, TOTAL, LEN);
        distinct += c.distinct;
        lines += c.lines;
        odd += c.odd;
    }
    assert_int_equal(distinct, TOTAL);
    assert_int_equal(lines, TOTAL);
    assert_int_equal(odd, 0);
}

/* Half a table, or one of another serial, changes nothing. */
static void takes_a_whole_table_or_none(void **state)
{
    struct channel_message commit = {
        .verb = CHANNEL_LOGS, .serial = 9, .count = LOGS, .fd = -1};
    struct channel_message row = {.verb = CHANNEL_LOG, .serial = 8};
    unsigned sent = 0;

    (void)state;
    world_start();
    assert_int_equal(channel_send(w.channel[0], &commit), 0);
    assert_int_equal(await_answer(9), -EPROTO);
    row.fd = w.logs[LOG_B].fd;
    assert_int_equal(channel_send(w.channel[0], &row), 0);
    assert_int_equal(channel_send(w.channel[0], &row), 0); /* twice the same */
    commit.serial = 8;
    commit.count = 2;
    assert_int_equal(channel_send(w.channel[0], &commit), 0);
    assert_int_equal(await_answer(8), -EPROTO);
    assert_true(world_put(0, LOG_A, "one\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 4);
    /* and the next whole one is taken */
    assert_int_equal(channel_send(w.channel[0], &row), 0);
    assert_int_equal(channel_send_logs(w.channel[0], w.logs, LOGS, 10, &sent),
                     0);
    assert_int_equal(await_answer(10), 0);
}

static void a_log_that_is_not_open_holds_nobody_up(void **state)
{
    (void)state;
    world_start();
    assert_true(world_put(0, 77, "where to?\n"));
    assert_true(world_put(0, LOG_A, "one\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 4);
    world_await_counter(COUNTER_log_dropped, 1);
    world_await_text(w.paths[LOG_FOR_ERRORS],
                     "1 log lines for a log that is not");
}

static void a_senseless_ring_holds_nobody_up(void **state)
{
    (void)state;
    assert_true(world_put(0, LOG_A, "one\n"));
    assert_true(world_put(0, LOG_A, "two\n"));
    w.writers[0]->log.words[4] = UINT64_MAX; /* where "two" begins */
    assert_true(world_put(1, LOG_B, "three\n"));
    world_start();
    world_await_size(w.paths[LOG_A], 4);
    world_await_size(w.paths[LOG_B], 6);
    world_await_counter(COUNTER_log_corrupt, 1);
    assert_true(world_put(0, LOG_A, "four\n"));
    world_ring(0);
    world_await_size(w.paths[LOG_A], 9);
}

/* A ring has one consumer. */
static void leaves_the_rings_to_one_that_outlived_its_master(void **state)
{
    struct slot *orphan = NULL;
    uint64_t beat;

    (void)state;
    assert_int_equal(scoreboard_claim(w.board, ROLE_LOGGER, 0, 1, &orphan), 0);
    slot_state_set(orphan, SLOT_ORPHANED);
    world_start();
    assert_true(world_put(0, LOG_A, "one\n"));
    for (unsigned sweeps = 0; sweeps < 2; sweeps++) {
        beat = w.own->heartbeat_ms;
        world_ring(0);
        for (uint64_t begun = world_now_ms();
             w.own->heartbeat_ms == beat &&
             world_now_ms() - begun < PATIENCE_MS;)
            world_nap();
    }
    assert_int_equal(logring_fill(&w.writers[0]->log), 32);
    slot_state_set(orphan, SLOT_FREE); /* the master saw it end */
    world_await_size(w.paths[LOG_A], 4);
}

static void refuses_two_logs_of_one_number(void **state)
{
    int status;

    (void)state;
    w.logs[LOG_B].number = LOG_A;
    assert_int_equal(world_try(), -EEXIST);
    assert_int_equal(waitpid(w.logger, &status, 0), w.logger);
    w.logger = 0;
    assert_int_equal(WEXITSTATUS(status), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(brings_lines_to_their_files),
        CASE(sweeps_what_nobody_rang_for),
        CASE(does_without_a_queue),
        CASE(writes_the_last_word_before_it_ends),
        CASE(heeds_no_signal_and_no_stop),
        CASE(makes_room_for_another_one),
        CASE(leaves_what_waits_to_the_next_one),
        CASE(outlives_its_master),
        CASE(killed_and_replaced_it_loses_no_line),
        CASE(stopped_it_holds_nobody_up),
        CASE(reopens_whole_and_says_so),
        CASE(reopens_under_load_without_loss),
        CASE(takes_a_whole_table_or_none),
        CASE(a_log_that_is_not_open_holds_nobody_up),
        CASE(a_senseless_ring_holds_nobody_up),
        CASE(leaves_the_rings_to_one_that_outlived_its_master),
        CASE(refuses_two_logs_of_one_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
