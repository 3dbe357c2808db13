/* channel.c - the cases of ipc/channel */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/channel.h"
#include "ipc/role.h"

static int open_pair(void **state)
{
    static int ends[2];

    signal(SIGPIPE, SIG_DFL); /* a send must not raise it */
    *state = ends;
    return channel_open(ends);
}

static int close_pair(void **state)
{
    int *ends = *state;

    close(ends[0]);
    close(ends[1]);
    return 0;
}

static unsigned count_descriptors(void)
{
    unsigned n = 0;

    for (int fd = 0; fd < 256; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static bool same_file(int a, int b)
{
    struct stat x, y;

    return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_ino == y.st_ino &&
           x.st_dev == y.st_dev;
}

static void carries_every_field(void **state)
{
    int *ends = *state;
    static const struct channel_message cases[] = {
        {.verb = CHANNEL_STOP, .fd = -1},
        {.verb = CHANNEL_QUIT, .fd = -1, .serial = UINT32_MAX},
        {.verb = CHANNEL_LOGS, .fd = -1, .serial = 7, .count = 70000},
        {.verb = CHANNEL_DONE, .fd = -1, .serial = 9, .result = -ENOSPC},
        {.verb = CHANNEL_REOPEN, .fd = -1, .text = "why not"},
        {.verb = CHANNEL_DONE, .fd = -1, .number = UINT16_MAX},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct channel_message *sent = &cases[i];
        struct channel_message got;

        memset(&got, 0xa5, sizeof(got));
        assert_int_equal(channel_send(ends[i % 2], sent), 0);
        assert_int_equal(channel_receive(ends[1 - i % 2], &got), 0);
        assert_int_equal(got.verb, sent->verb);
        assert_int_equal(got.serial, sent->serial);
        assert_int_equal(got.result, sent->result);
        assert_int_equal(got.count, sent->count);
        assert_int_equal(got.number, sent->number);
        assert_int_equal(got.fd, -1);
        assert_string_equal(got.text, sent->text);
        assert_int_equal(channel_receive(ends[1 - i % 2], &got), -EAGAIN);
    }
}

static void carries_the_longest_text(void **state)
{
    int *ends = *state;
    static struct channel_message sent = {.verb = CHANNEL_REOPEN, .fd = -1};
    static struct channel_message got;

    memset(sent.text, 'x', sizeof(sent.text)); /* no NUL: it is cut */
    assert_int_equal(channel_send(ends[0], &sent), 0);
    assert_int_equal(channel_receive(ends[1], &got), 0);
    assert_int_equal(strlen(got.text), CHANNEL_TEXT_MAX - 1);
}

static void brings_a_descriptor(void **state)
{
    int *ends = *state;
    struct channel_message message = {.verb = CHANNEL_LOG, .number = 3};
    int file = open("/", O_RDONLY | O_CLOEXEC);
    unsigned before = count_descriptors();

    message.fd = file;
    strcpy(message.text, "/var/log/a.log");
    assert_int_equal(channel_send(ends[0], &message), 0);
    assert_int_equal(channel_receive(ends[1], &message), 0);
    assert_int_equal(message.number, 3);
    assert_true(message.fd >= 0 && message.fd != file);
    assert_true(same_file(message.fd, file));
    assert_true((fcntl(message.fd, F_GETFD) & FD_CLOEXEC) != 0);
    close(message.fd);
    close(file);
    assert_int_equal(count_descriptors(), before - 1);
}

static void refuses_to_send_nonsense(void **state)
{
    int *ends = *state;
    struct channel_message message = {.verb = CHANNEL_VERBS, .fd = -1};

    assert_int_equal(channel_send(ends[0], &message), -EINVAL);
    message.verb = (enum channel_verb)0;
    assert_int_equal(channel_send(ends[0], &message), -EINVAL);
    message.verb = CHANNEL_LOG; /* without a descriptor */
    assert_int_equal(channel_send(ends[0], &message), -EINVAL);
    message.verb = CHANNEL_QUIT; /* with one */
    message.fd = ends[0];
    assert_int_equal(channel_send(ends[0], &message), -EINVAL);
    assert_int_equal(channel_receive(ends[1], &message), -EAGAIN);
}

/* What a broken or hostile peer puts on the wire, by hand. */
static void send_raw(int socket, const void *bytes, size_t len, unsigned fds)
{
    struct iovec part = {(void *)bytes, len};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(4 * sizeof(int))];
    } control = {0};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};

    if (fds > 0) {
        struct cmsghdr *c = &control.align;
        int list[4] = {0, 0, 0, 0};

        packet.msg_control = control.bytes;
        packet.msg_controllen = CMSG_SPACE(fds * sizeof(int));
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(fds * sizeof(int));
        memcpy(CMSG_DATA(c), list, fds * sizeof(int));
    }
    assert_int_equal(sendmsg(socket, &packet, MSG_NOSIGNAL), (ssize_t)len);
}

/* The head as it stands in channel.c: verb, serial, result, count, number and
 * text length. */
struct wire {
    uint32_t words[4];
    uint16_t number;
    uint16_t text_len;
    char text[8192];
};

static void survives_a_hostile_peer(void **state)
{
    int *ends = *state;
    static const struct {
        uint32_t verb;
        uint16_t text_len;
        size_t len; /* of what is sent */
        unsigned fds;
    } cases[] = {
        {CHANNEL_QUIT, 0, 1, 0},          /* half a head */
        {CHANNEL_QUIT, 0, 19, 0},         /* one byte short */
        {CHANNEL_QUIT, 5, 20, 0},         /* text that is not there */
        {CHANNEL_QUIT, 4, 25, 0},         /* more than it says */
        {CHANNEL_QUIT, 65535, 30, 0},     /* far more than is there */
        {CHANNEL_QUIT, 8172, 8192, 0},    /* longer than any of ours */
        {0, 0, 20, 0},                    /* no verb */
        {CHANNEL_VERBS, 0, 20, 0},        /* no verb of ours */
        {UINT32_MAX, 0, 20, 0},           /* nor this */
        {CHANNEL_LOG, 0, 20, 0},          /* a log without a file */
        {CHANNEL_LOG, 0, 20, 2},          /* two files */
        {CHANNEL_LOG, 0, 20, 4},          /* four */
        {CHANNEL_QUIT, 0, 20, 1},         /* a file nobody asked for */
        {CHANNEL_QUIT, 0, 3, 1},          /* and one on half a head */
        {CHANNEL_LOG, UINT16_MAX, 20, 1}, /* a file and a lie */
    };
    unsigned before = count_descriptors();

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        static struct wire wire;
        struct channel_message got;

        wire.words[0] = cases[i].verb;
        wire.text_len = cases[i].text_len;
        send_raw(ends[0], &wire, cases[i].len, cases[i].fds);
        assert_int_equal(channel_receive(ends[1], &got), -EPROTO);
        assert_int_equal(count_descriptors(), before);

        /* and the next message is understood */
        assert_int_equal(channel_answer(ends[0], 5, -1), 0);
        assert_int_equal(channel_receive(ends[1], &got), 0);
        assert_int_equal(got.verb, CHANNEL_DONE);
        assert_int_equal(got.serial, 5);
        assert_int_equal(got.result, -1);
    }
}

static void a_dead_peer_is_told(void **state)
{
    int *ends = *state;
    struct channel_message message = {.verb = CHANNEL_QUIT, .fd = -1};
    int err;

    assert_int_equal(channel_answer(ends[1], 1, 0), 0);
    close(ends[1]);
    /* what it said before it died can still be read */
    assert_int_equal(channel_receive(ends[0], &message), 0);
    assert_int_equal(channel_receive(ends[0], &message), -EPIPE);
    message = (struct channel_message){.verb = CHANNEL_QUIT, .fd = -1};
    err = channel_send(ends[0], &message);
    assert_true(err == -EPIPE || err == -ECONNRESET);
    ends[1] = dup(ends[0]);
}

static void a_deaf_peer_blocks_nobody(void **state)
{
    int *ends = *state;
    struct channel_message message = {.verb = CHANNEL_QUIT, .fd = -1};
    unsigned sent = 0, got = 0;
    int err;

    while ((err = channel_send(ends[0], &message)) == 0)
        assert_true(++sent < 1000000);
    assert_int_equal(err, -EAGAIN);
    assert_true(sent > 0);
    while (channel_receive(ends[1], &message) == 0)
        got++;
    assert_int_equal(got, sent);
}

static void sends_a_table_in_pieces(void **state)
{
    enum { LOGS = 2000 };
    int *ends = *state;
    static struct role_log logs[LOGS];
    struct channel_message message;
    unsigned sent = 0, got = 0, again = 0;
    int err = 0;

    for (unsigned i = 0; i < LOGS; i++)
        logs[i] = (struct role_log){(uint16_t)i, ends[0], i % 2 ? "/x" : ""};
    do {
        err = channel_send_logs(ends[0], logs, LOGS, 77, &sent);
        again += err == -EAGAIN;
        assert_true(err == 0 || err == -EAGAIN);
        while (channel_receive(ends[1], &message) == 0) {
            assert_int_equal(message.serial, 77);
            if (message.verb == CHANNEL_LOGS)
                break;
            assert_int_equal(message.verb, CHANNEL_LOG);
            assert_int_equal(message.number, got);
            assert_string_equal(message.text, got % 2 ? "/x" : "");
            assert_true(message.fd >= 0);
            close(message.fd);
            got++;
        }
    } while (err == -EAGAIN);
    assert_true(again > 0); /* the case means something */
    assert_int_equal(got, LOGS);
    assert_int_equal(message.verb, CHANNEL_LOGS);
    assert_int_equal(message.count, LOGS);
    /* once more with the same arguments says nothing twice */
    assert_int_equal(channel_send_logs(ends[0], logs, LOGS, 77, &sent), 0);
    assert_int_equal(channel_receive(ends[1], &message), -EAGAIN);
}

static void leaves_out_what_is_not_open(void **state)
{
    int *ends = *state;
    struct role_log logs[] = {{1, -1, ""}, {2, ends[0], "/x"}, {3, -1, "/y"}};
    struct channel_message message;
    unsigned sent = 0;

    assert_int_equal(channel_send_logs(ends[0], logs, 3, 1, &sent), 0);
    assert_int_equal(channel_receive(ends[1], &message), 0);
    assert_int_equal(message.number, 2);
    close(message.fd);
    assert_int_equal(channel_receive(ends[1], &message), 0);
    assert_int_equal(message.verb, CHANNEL_LOGS);
    assert_int_equal(message.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(carries_every_field, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(carries_the_longest_text, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(brings_a_descriptor, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(refuses_to_send_nonsense, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(survives_a_hostile_peer, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(a_dead_peer_is_told, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(a_deaf_peer_blocks_nobody, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(sends_a_table_in_pieces, open_pair,
                                        close_pair),
        cmocka_unit_test_setup_teardown(leaves_out_what_is_not_open, open_pair,
                                        close_pair),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
