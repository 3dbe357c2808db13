/* doorbell.c - the cases of ipc/doorbell */
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/doorbell.h"

/* A machine may have no queues; then these cases prove nothing. */
static mqd_t open_or_skip(void)
{
    mqd_t queue = doorbell_open();

    if (queue == DOORBELL_NONE)
        skip();
    return queue;
}

static unsigned names(const struct doorbell_heard *heard)
{
    unsigned n = 0;

    for (unsigned i = 0; i < DOORBELL_SLOTS; i++)
        n += doorbell_names(heard, i);
    return n;
}

static void hears_what_was_rung(void **state)
{
    static const struct {
        enum doorbell_kind kind;
        unsigned slot;
        unsigned names;
        bool sweep;
    } cases[] = {
        {DOORBELL_RECORDS, 0, 1, false},  {DOORBELL_RECORDS, 63, 1, false},
        {DOORBELL_ERROR, 64, 1, false},   {DOORBELL_CRASH, 255, 1, false},
        {DOORBELL_RECORDS, 256, 0, true}, /* no such slot: look at all */
        {DOORBELL_RELOAD, 0, 0, true},
    };
    mqd_t queue = open_or_skip();
    struct doorbell_heard heard;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(doorbell_ring(queue, cases[i].kind, cases[i].slot));
        doorbell_drain(queue, &heard);
        assert_int_equal(heard.messages, 1);
        assert_int_equal(names(&heard), cases[i].names);
        assert_int_equal(heard.sweep, cases[i].sweep);
        if (cases[i].names)
            assert_true(doorbell_names(&heard, cases[i].slot));
        doorbell_drain(queue, &heard);
        assert_int_equal(heard.messages, 0);
        assert_false(heard.sweep);
    }
    assert_false(doorbell_ring(queue, DOORBELL_KINDS, 0));
    doorbell_close(queue);
}

static void the_urgent_overtakes(void **state)
{
    static const unsigned order[] = {3, 2, 1};
    mqd_t queue = open_or_skip();
    struct doorbell_heard heard;
    unsigned priority;
    char bytes[64];

    (void)state;
    assert_true(doorbell_ring(queue, DOORBELL_RECORDS, 1));
    assert_true(doorbell_ring(queue, DOORBELL_ERROR, 2));
    assert_true(doorbell_ring(queue, DOORBELL_CRASH, 3));
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        ssize_t len = mq_receive(queue, bytes, sizeof(bytes), &priority);
        uint16_t message[2];

        assert_int_equal(len, sizeof(message));
        memcpy(message, bytes, sizeof(message));
        assert_int_equal(message[1], order[i]);
    }
    doorbell_drain(queue, &heard);
    assert_int_equal(heard.messages, 0);
    doorbell_close(queue);
}

static void a_full_queue_is_noticed(void **state)
{
    mqd_t queue = open_or_skip();
    struct doorbell_heard heard;
    unsigned rung = 0;

    (void)state;
    while (doorbell_ring(queue, DOORBELL_RECORDS, 7))
        assert_true(++rung < 100000);
    assert_int_equal(errno, EAGAIN);
    assert_true(rung >= 4);
    doorbell_drain(queue, &heard);
    assert_int_equal(heard.messages, rung);
    assert_true(heard.sweep);
    assert_true(doorbell_ring(queue, DOORBELL_RECORDS, 7));
    doorbell_drain(queue, &heard);
    assert_false(heard.sweep);
    doorbell_close(queue);
}

static void junk_means_a_sweep(void **state)
{
    mqd_t queue = open_or_skip();
    static const uint16_t junk[] = {0xffff, 3};
    struct doorbell_heard heard;

    (void)state;
    assert_int_equal(mq_send(queue, (const char *)junk, sizeof(junk), 9), 0);
    assert_int_equal(mq_send(queue, "x", 1, 0), 0);
    assert_int_equal(mq_send(queue, "", 0, 0), 0);
    doorbell_drain(queue, &heard);
    assert_int_equal(heard.messages, 3);
    assert_int_equal(names(&heard), 0);
    assert_true(heard.sweep);
    doorbell_close(queue);
}

static void a_child_rings_and_poll_wakes(void **state)
{
    mqd_t queue = open_or_skip();
    struct pollfd wait = {.fd = (int)queue, .events = POLLIN};
    struct doorbell_heard heard;
    pid_t child;
    int status;

    (void)state;
    assert_int_equal(poll(&wait, 1, 0), 0);
    child = fork();
    if (child == 0)
        _exit(doorbell_ring(queue, DOORBELL_RECORDS, 42) ? 0 : 1);
    assert_true(child > 0);
    assert_int_equal(poll(&wait, 1, 10000), 1);
    doorbell_drain(queue, &heard);
    assert_true(doorbell_names(&heard, 42));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    doorbell_close(queue);
}

/* The name is gone at once, so the same process can make another. */
static void leaves_no_name_behind(void **state)
{
    mqd_t first = open_or_skip(), second = doorbell_open();
    struct doorbell_heard heard;

    (void)state;
    assert_true(second != DOORBELL_NONE);
    assert_true(doorbell_ring(first, DOORBELL_RECORDS, 1));
    doorbell_drain(second, &heard);
    assert_int_equal(heard.messages, 0);
    doorbell_close(first);
    doorbell_close(second);
}

static void no_queue_is_no_error(void **state)
{
    struct doorbell_heard heard = {.messages = 5};

    (void)state;
    assert_false(doorbell_ring(DOORBELL_NONE, DOORBELL_RECORDS, 1));
    doorbell_drain(DOORBELL_NONE, &heard);
    assert_int_equal(heard.messages, 0);
    assert_false(heard.sweep);
    doorbell_close(DOORBELL_NONE);
}

/* Where the system gives none, the caller is told why. */
static void refusal_says_why(void **state)
{
    struct rlimit none = {0, 0};
    pid_t child = fork();
    int status;

    (void)state;
    if (child == 0) {
        setrlimit(RLIMIT_MSGQUEUE, &none);
        if (getuid() == 0 && setuid(65534) < 0)
            _exit(2);
        if (doorbell_open() != DOORBELL_NONE)
            _exit(1);
        _exit(errno == EMFILE || errno == ENOSYS || errno == EACCES ? 0 : 3);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hears_what_was_rung),
        cmocka_unit_test(the_urgent_overtakes),
        cmocka_unit_test(a_full_queue_is_noticed),
        cmocka_unit_test(junk_means_a_sweep),
        cmocka_unit_test(a_child_rings_and_poll_wakes),
        cmocka_unit_test(leaves_no_name_behind),
        cmocka_unit_test(no_queue_is_no_error),
        cmocka_unit_test(refusal_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
