/* transport: bytes over a socket pair, and files that end early */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/transport.h"

struct pair {
    struct transport near;
    int far;
};

static int open_pair(void **state)
{
    static struct pair pair;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0)
        return -1;
    pair = (struct pair){.near = {.ops = &transport_plain, .fd = ends[0]},
                         .far = ends[1]};
    *state = &pair;
    return 0;
}

static int close_pair(void **state)
{
    struct pair *p = *state;

    transport_close(&p->near);
    transport_close(&p->near); /* does nothing to a closed one */
    if (p->far >= 0)
        close(p->far);
    return 0;
}

static int file_of(const char *text)
{
    int fd = memfd_create("transport", MFD_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    return fd;
}

static void assert_far_reads(struct pair *p, const char *text)
{
    char got[64];
    ssize_t n = recv(p->far, got, sizeof(got), 0);

    assert_int_equal(n, strlen(text));
    assert_memory_equal(got, text, strlen(text));
}

static void pieces_arrive_in_order(void **state)
{
    struct pair *p = *state;
    struct iovec pieces[] = {{(void *)(uintptr_t) "one ", 4},
                             {(void *)(uintptr_t) "two", 3}};

    assert_int_equal(transport_write(&p->near, pieces, 1, true), 4);
    assert_int_equal(transport_write(&p->near, pieces, 2, false), 7);
    assert_far_reads(p, "one one two");
}

static void reading(void **state)
{
    struct pair *p = *state;
    char got[8];

    assert_int_equal(transport_read(&p->near, got, sizeof(got)), -EAGAIN);
    assert_int_equal(send(p->far, "abc", 3, 0), 3);
    assert_int_equal(transport_read(&p->near, got, 2), 2);
    assert_int_equal(transport_read(&p->near, got, 2), 1);
    close(p->far);
    p->far = -1;
    assert_int_equal(transport_read(&p->near, got, 2), 0);
}

static void writing_to_nobody_is_an_error_not_a_signal(void **state)
{
    struct pair *p = *state;
    struct iovec piece = {(void *)(uintptr_t) "x", 1};

    close(p->far);
    p->far = -1;
    assert_int_equal(transport_write(&p->near, &piece, 1, false), -EPIPE);
}

static void a_full_socket_says_so(void **state)
{
    struct pair *p = *state;
    static char much[1 << 16];
    struct iovec piece = {much, sizeof(much)};
    ssize_t n;
    int file;

    do
        n = transport_write(&p->near, &piece, 1, false);
    while (n > 0);
    assert_int_equal(n, -EAGAIN);
    file = file_of("x");
    assert_int_equal(transport_send_file(&p->near, file, 0, 1), -EAGAIN);
    assert_int_equal(transport_copy_file(&p->near, file, 0, 1), -EAGAIN);
    close(file);
}

typedef ssize_t sender(struct transport *, int, uint64_t, size_t);

static void sends(struct pair *p, sender *send_by)
{
    int file = file_of("0123456789");

    assert_int_equal(send_by(&p->near, file, 3, 4), 4);
    assert_far_reads(p, "3456");
    assert_int_equal(send_by(&p->near, file, 0, 0), 0);
    assert_int_equal(send_by(&p->near, file, 8, 5), 2);
    assert_far_reads(p, "89");
    assert_int_equal(send_by(&p->near, file, 10, 3), -EIO);
    assert_int_equal(ftruncate(file, 2), 0);
    assert_int_equal(send_by(&p->near, file, 4, 3), -EIO);
    close(file);
}

static void a_file_by_sendfile(void **state)
{
    sends(*state, transport_plain.send_file);
}

static void a_file_by_copying(void **state)
{
    sends(*state, transport_copy_file);
}

static void the_end_is_seen(void **state)
{
    struct pair *p = *state;
    char got[1];

    assert_int_equal(transport_end(&p->near), 0);
    assert_int_equal(recv(p->far, got, 1, 0), 0);
    assert_int_equal(send(p->far, "y", 1, 0), 1);
    assert_int_equal(transport_read(&p->near, got, 1), 1);
}

#define WITH_PAIR(test)                                                        \
    cmocka_unit_test_setup_teardown(test, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_PAIR(pieces_arrive_in_order),
        WITH_PAIR(reading),
        WITH_PAIR(writing_to_nobody_is_an_error_not_a_signal),
        WITH_PAIR(a_full_socket_says_so),
        WITH_PAIR(a_file_by_sendfile),
        WITH_PAIR(a_file_by_copying),
        WITH_PAIR(the_end_is_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
