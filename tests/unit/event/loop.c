/* loop: who is called, who is not any more */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "event/loop.h"
#include "event/signals.h"

struct probe {
    struct watcher watcher;
    struct loop *loop;
    int other_end;
    unsigned calls;
    uint32_t events;
    struct probe *forgets; /* when called */
    uint32_t again;
};

static void ready(struct watcher *watcher, uint32_t events)
{
    struct probe *p = CONTAINER_OF(watcher, struct probe, watcher);

    p->calls++;
    p->events = events;
    if (p->forgets)
        loop_forget(p->loop, &p->forgets->watcher);
    if (p->again) {
        loop_again(p->loop, watcher, p->again);
        p->again = 0;
    }
}

static void open_probe(struct probe *p, struct loop *loop, uint16_t interest)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends),
                     0);
    *p = (struct probe){.loop = loop, .other_end = ends[1]};
    p->watcher = (struct watcher){.fd = ends[0], .ready = ready};
    assert_int_equal(loop_watch(loop, &p->watcher, interest), 0);
}

static void close_probe(struct probe *p)
{
    loop_forget(p->loop, &p->watcher);
    close(p->watcher.fd);
    if (p->other_end >= 0)
        close(p->other_end);
}

static void poke(struct probe *p)
{
    assert_int_equal(write(p->other_end, "x", 1), 1);
}

static int open_loop(void **state)
{
    static struct loop loop;

    *state = &loop;
    return loop_open(&loop, &loop_epoll);
}

static int close_loop(void **state)
{
    loop_close(*state);
    return 0;
}

static void level_is_told_as_long_as_it_lasts(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ);
    loop_turn(*state, 0);
    assert_int_equal(p.calls, 0);
    poke(&p);
    loop_turn(*state, 1000);
    loop_turn(*state, 1000);
    assert_int_equal(p.calls, 2);
    assert_int_equal(p.events, LOOP_READ);
    close_probe(&p);
}

static void edge_is_told_once(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ | LOOP_EDGE);
    poke(&p);
    loop_turn(*state, 1000);
    loop_turn(*state, 0);
    assert_int_equal(p.calls, 1);
    poke(&p);
    loop_turn(*state, 1000);
    assert_int_equal(p.calls, 2);
    close_probe(&p);
}

static void the_interest_changes(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ);
    assert_int_equal(loop_change(*state, &p.watcher, LOOP_READ | LOOP_WRITE),
                     0);
    loop_turn(*state, 1000);
    assert_int_equal(p.events, LOOP_WRITE);
    assert_int_equal(loop_change(*state, &p.watcher, LOOP_READ), 0);
    loop_turn(*state, 0);
    assert_int_equal(p.calls, 1);
    close_probe(&p);
}

static void the_peer_goes(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ);
    close(p.other_end);
    p.other_end = -1;
    loop_turn(*state, 1000);
    assert_int_equal(p.events, LOOP_READ | LOOP_HANGUP);
    close_probe(&p);
}

static void forgotten_in_the_same_batch(void **state)
{
    struct probe p[2];

    open_probe(&p[0], *state, LOOP_READ);
    open_probe(&p[1], *state, LOOP_READ);
    p[0].forgets = &p[1];
    p[1].forgets = &p[0];
    poke(&p[0]);
    poke(&p[1]);
    loop_turn(*state, 1000);
    assert_int_equal(p[0].calls + p[1].calls, 1);
    loop_turn(*state, 0);
    assert_int_equal(p[0].calls + p[1].calls, 2);
    close_probe(&p[0]);
    close_probe(&p[1]);
}

static void again_is_once_more_in_the_next_turn(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ | LOOP_EDGE);
    poke(&p);
    p.again = LOOP_WRITE;
    loop_turn(*state, 1000);
    assert_int_equal(p.calls, 1);
    loop_turn(*state, -1); /* must not wait */
    assert_int_equal(p.calls, 2);
    assert_int_equal(p.events, LOOP_WRITE);
    loop_turn(*state, 0);
    assert_int_equal(p.calls, 2);
    close_probe(&p);
}

static void again_joins_what_the_kernel_says(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ);
    poke(&p);
    loop_again(*state, &p.watcher, LOOP_WRITE);
    loop_turn(*state, 1000);
    assert_int_equal(p.calls, 1);
    assert_int_equal(p.events, LOOP_READ | LOOP_WRITE);
    close_probe(&p);
}

static void again_is_dropped_when_forgotten(void **state)
{
    struct probe p;

    open_probe(&p, *state, LOOP_READ);
    loop_again(*state, &p.watcher, LOOP_READ);
    loop_forget(*state, &p.watcher);
    loop_turn(*state, 0);
    assert_int_equal(p.calls, 0);
    close_probe(&p);
}

static void dropped_and_closed(void **state)
{
    struct probe p[2];

    open_probe(&p[0], *state, LOOP_READ);
    open_probe(&p[1], *state, LOOP_READ);
    poke(&p[0]);
    poke(&p[1]);
    loop_again(*state, &p[1].watcher, LOOP_READ);
    loop_drop(*state, &p[1].watcher);
    close(p[1].watcher.fd);
    loop_turn(*state, 1000);
    loop_turn(*state, 0);
    assert_int_equal(p[0].calls, 2);
    assert_int_equal(p[1].calls, 0);
    close(p[1].other_end);
    close_probe(&p[0]);
}

static unsigned timer_calls;

static void timer_expired(struct timer *timer)
{
    (void)timer;
    timer_calls++;
}

static void a_timer_ends_the_waiting(void **state)
{
    struct loop *loop = *state;
    struct timer timer = {.expired = timer_expired};
    uint64_t before = loop_clock(loop);

    timer_calls = 0;
    loop_timer_set(loop, &timer, 20);
    while (!timer_calls)
        assert_int_equal(loop_turn(loop, -1), 0);
    assert_true(loop->now_us - before >= 19000);
    loop_timer_set(loop, &timer, 0);
    loop_timer_cancel(loop, &timer);
    loop_turn(loop, 0);
    assert_int_equal(timer_calls, 1);
}

struct signal_probe {
    struct signals signals;
    int number;
    bool from_process;
};

static void arrived(struct signals *signals,
                    const struct signalfd_siginfo *info)
{
    struct signal_probe *p =
        CONTAINER_OF(signals, struct signal_probe, signals);

    p->number = (int)info->ssi_signo;
    p->from_process = signals_from_process(info);
    signals_close(signals);
}

static void a_signal_arrives_as_a_descriptor(void **state)
{
    struct signal_probe p = {.signals.arrived = arrived};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    assert_int_equal(signals_open(&p.signals, *state, &set), 0);
    kill(getpid(), SIGUSR1);
    loop_turn(*state, 1000);
    assert_int_equal(p.number, SIGUSR1);
    assert_true(p.from_process);
    signals_close(&p.signals);
}

static void the_terminal_is_told_apart(void **state)
{
    struct signalfd_siginfo info = {.ssi_code = SI_KERNEL};

    (void)state;
    assert_false(signals_from_process(&info));
    info.ssi_code = SI_QUEUE;
    assert_true(signals_from_process(&info));
}

#define WITH_LOOP(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_loop, close_loop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_LOOP(level_is_told_as_long_as_it_lasts),
        WITH_LOOP(edge_is_told_once),
        WITH_LOOP(the_interest_changes),
        WITH_LOOP(the_peer_goes),
        WITH_LOOP(forgotten_in_the_same_batch),
        WITH_LOOP(again_is_once_more_in_the_next_turn),
        WITH_LOOP(again_joins_what_the_kernel_says),
        WITH_LOOP(again_is_dropped_when_forgotten),
        WITH_LOOP(dropped_and_closed),
        WITH_LOOP(a_timer_ends_the_waiting),
        WITH_LOOP(a_signal_arrives_as_a_descriptor),
        cmocka_unit_test(the_terminal_is_told_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
