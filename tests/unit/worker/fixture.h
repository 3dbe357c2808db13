/* fixture.h - a worker in a process of its own, with a site, a port, a
 * scoreboard, and clients that speak byte by byte */
#ifndef PRONG_TESTS_WORKER_FIXTURE_H
#define PRONG_TESTS_WORKER_FIXTURE_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "ipc/channel.h"
#include "ipc/doorbell.h"
#include "ipc/role.h"
#include "ipc/scoreboard.h"
#include "net/listener.h"
#include "os/process.h"
#include "worker/worker.h"

enum {
    FIXTURE_PATIENCE_MS = 10000,
    FIXTURE_WORKERS = 4,
    FIXTURE_LISTENERS = 2,
    FIXTURE_ROOM = 1 << 20,
};

struct fixture {
    char dir[64];
    char board_name[SCOREBOARD_NAME];
    struct conf *conf;
    struct scoreboard *board;
    struct listener listeners[FIXTURE_LISTENERS];
    struct address address; /* of the server on a port */
    struct slot *slots[FIXTURE_WORKERS];
    pid_t pids[FIXTURE_WORKERS];
    int lifeline;    /* our end: its close is the master's death */
    int lifeline_in; /* the workers' */
    unsigned workers;
};

static inline uint64_t fixture_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Waits for a condition, not for a time. */
#define FIXTURE_UNTIL(condition)                                               \
    do {                                                                       \
        uint64_t fixture_began = fixture_now();                                \
                                                                               \
        while (!(condition)) {                                                 \
            assert_true(fixture_now() - fixture_began < FIXTURE_PATIENCE_MS);  \
            usleep(1000);                                                      \
        }                                                                      \
    } while (0)

static inline int fixture_hostname(char *into, size_t room)
{
    snprintf(into, room, "test");
    return 0;
}

static inline unsigned fixture_processors(void)
{
    return 1;
}

static inline int fixture_no_name(const char *name, gid_t *group)
{
    (void)name;
    (void)group;
    return -ENOENT;
}

static inline int fixture_nobody(const char *name, uid_t *user, gid_t *group)
{
    (void)name;
    (void)user;
    (void)group;
    return -ENOENT;
}

static inline int fixture_reach(const char *path, const char *name, uid_t user,
                                gid_t group, char *blocker)
{
    (void)path;
    (void)name;
    (void)user;
    (void)group;
    (void)blocker;
    return 0;
}

static inline int fixture_addresses(const char *host, uint16_t port,
                                    struct address **list, unsigned *count)
{
    *list = malloc(sizeof(**list));
    if (!*list)
        return -ENOMEM;
    *count = 1;
    return address_parse(*list, str_of(host), port);
}

static inline void fixture_put_file(struct fixture *f, const char *name,
                                    const char *fill, size_t size)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", f->dir, name);
    file = fopen(path, "we");
    assert_non_null(file);
    for (size_t i = 0; i < size; i++)
        fputc(fill[i % strlen(fill)], file);
    fclose(file);
}

/* A port that was free a moment ago. */
static inline uint16_t fixture_port(void)
{
    struct address a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address_parse(&a, STR("127.0.0.1"), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&a.name, a.len), 0);
    getsockname(fd, (struct sockaddr *)&a.name, &a.len);
    close(fd);
    return address_port(&a);
}

static inline void fixture_conf(struct fixture *f, const char *in_main,
                                const char *in_http)
{
    static const struct conf_lookups lookups = {
        .user = fixture_nobody,
        .group = fixture_no_name,
        .addresses = fixture_addresses,
        .processors = fixture_processors,
        .hostname = fixture_hostname,
        .reach = fixture_reach,
    };
    char text[4096];
    char prefix[80];
    struct conf_request request = {.prefix = prefix, .file = "none.conf"};
    int n;

    snprintf(prefix, sizeof(prefix), "%s/", f->dir);
    n = snprintf(text, sizeof(text),
                 "error_log error.log; pid none.pid; %s\n"
                 "http { root %s; %s\n"
                 "server { listen 127.0.0.1:%u; } }\n",
                 in_main, f->dir, in_http, fixture_port());
    request.text = (struct str){text, (size_t)n};
    assert_int_equal(conf_load(&f->conf, &request), 0);
    assert_int_equal(conf_resolve(f->conf, &lookups), 0);
}

static inline void fixture_child(struct fixture *f, unsigned i, int ready,
                                 int channel)
{
    static const struct role row = {
        .id = ROLE_WORKER, .name = "worker", .title = "worker process"};
    static const struct process_title title;
    struct role_listener listeners[FIXTURE_LISTENERS];
    struct role_context context = {
        .role = &row,
        .title = &title,
        .conf = f->conf,
        .board = f->board,
        .slot = f->slots[i],
        .index = i,
        .channel = channel,
        .lifeline = f->lifeline_in,
        .ready = ready,
        .doorbell = DOORBELL_NONE,
        .producers = -1,
        .listeners = listeners,
        .listener_count = f->conf->listener_count,
        .stdout_fd = -1,
        .stderr_fd = -1,
    };

    for (unsigned k = 0; k < f->conf->listener_count; k++)
        listeners[k] = (struct role_listener){f->listeners[k].fds[0], k};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(f->lifeline);
    _exit(worker_run(&context));
}

static inline void fixture_fork(struct fixture *f, unsigned i)
{
    int ready[2];
    int channel[2];
    struct role_ready record;

    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    assert_int_equal(channel_open(channel), 0);
    assert_int_equal(
        scoreboard_claim(f->board, ROLE_WORKER, 1, fixture_now(), &f->slots[i]),
        0);
    f->pids[i] = fork();
    assert_true(f->pids[i] >= 0);
    if (f->pids[i] == 0) {
        close(ready[0]);
        close(channel[0]);
        fixture_child(f, i, ready[1], channel[1]);
    }
    close(ready[1]);
    close(channel[1]);
    slot_begin(f->slots[i], f->pids[i]);
    assert_int_equal(read(ready[0], &record, sizeof(record)), sizeof(record));
    assert_int_equal(record.error, 0);
    close(ready[0]);
    /* channel[0] stays open: the worker would take its end for a death */
}

static inline void fixture_open(struct fixture *f, unsigned workers,
                                const char *in_main, const char *in_http)
{
    struct listener_failure failure;
    enum scoreboard_origin origin;
    sigset_t all;
    int ends[2];

    *f = (struct fixture){.workers = workers};
    snprintf(f->dir, sizeof(f->dir), "/tmp/worker-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    sigfillset(&all);
    sigdelset(&all, SIGINT);
    sigprocmask(SIG_BLOCK, &all, NULL);
    fixture_put_file(f, "small", "0123456789", 1000);
    fixture_put_file(f, "large", "abcdefghijklmnop", 300000);
    fixture_put_file(f, "huge", "abcdefghijklmnop", 8000000);
    fixture_conf(f, in_main, in_http);
    assert_in_range(f->conf->listener_count, 1, FIXTURE_LISTENERS);
    for (unsigned i = 0; i < f->conf->listener_count; i++) {
        const struct conf_listener *wanted = f->conf->listeners[i];

        assert_int_equal(
            listener_open(&f->listeners[i], wanted, 1, NULL, &failure), 0);
        if (wanted->address.name.ss_family == AF_INET)
            f->address = wanted->address;
    }
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    f->lifeline_in = ends[0];
    f->lifeline = ends[1];
    scoreboard_name(f->board_name, str_of(f->dir));
    assert_int_equal(
        scoreboard_create(&f->board, f->board_name, (gid_t)-1, &origin), 0);
    for (unsigned i = 0; i < workers; i++)
        fixture_fork(f, i);
}

/* Its exit status. */
static inline int fixture_reap(struct fixture *f, unsigned i)
{
    int status = -1;

    if (f->pids[i] <= 0)
        return -1;
    assert_int_equal(waitpid(f->pids[i], &status, 0), f->pids[i]);
    f->pids[i] = 0;
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static inline void fixture_close(struct fixture *f)
{
    static const char *const files[] = {"small", "large", "huge", "other"};
    char path[128];

    for (unsigned i = 0; i < f->workers; i++) {
        if (f->pids[i] > 0)
            kill(f->pids[i], SIGTERM);
        if (f->pids[i] > 0)
            assert_int_equal(fixture_reap(f, i), 0);
    }
    close(f->lifeline);
    close(f->lifeline_in);
    for (unsigned i = 0; i < FIXTURE_LISTENERS; i++)
        listener_close(&f->listeners[i], true);
    scoreboard_close(f->board);
    shm_unlink(f->board_name);
    conf_free(f->conf);
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        snprintf(path, sizeof(path), "%s/%s", f->dir, files[i]);
        unlink(path);
    }
    rmdir(f->dir);
}

/* ---- clients ---- */

static inline int client_open(const struct fixture *f)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(fd >= 0);
    assert_int_equal(
        connect(fd, (const struct sockaddr *)&f->address.name, f->address.len),
        0);
    return fd;
}

static inline void client_send(int fd, const char *text)
{
    assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static inline bool client_has_input(int fd, int patience_ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return poll(&p, 1, patience_ms) == 1;
}

struct reply {
    unsigned status;
    size_t length; /* of the body */
    bool close;    /* Connection: close */
    char head[4096];
    char *body; /* FIXTURE_ROOM * 8 bytes, shared by all replies */
};

static inline size_t client_read(int fd, char *into, size_t room)
{
    ssize_t n;

    assert_true(client_has_input(fd, FIXTURE_PATIENCE_MS));
    n = recv(fd, into, room, 0);
    return n < 0 ? 0 : (size_t)n;
}

/* One answer with a Content-Length; false at a clean end of the stream. */
static inline bool client_reply(int fd, struct reply *r, bool has_body)
{
    static char body[8 * FIXTURE_ROOM];
    size_t len = 0;
    const char *field;

    *r = (struct reply){.body = body};
    while (len < 4 || memcmp(r->head + len - 4, "\r\n\r\n", 4) != 0) {
        assert_true(len < sizeof(r->head) - 1);
        if (client_read(fd, r->head + len, 1) == 0) {
            assert_int_equal(len, 0);
            return false;
        }
        len++;
    }
    assert_int_equal(sscanf(r->head, "HTTP/1.1 %u", &r->status), 1);
    field = strstr(r->head, "Content-Length: ");
    if (field)
        r->length = strtoul(field + 16, NULL, 10);
    r->close = strstr(r->head, "Connection: close") != NULL;
    assert_true(r->length < sizeof(body));
    for (len = 0; has_body && len < r->length;) {
        size_t n = client_read(fd, body + len, r->length - len);

        if (n == 0) {
            r->length = len; /* cut */
            return true;
        }
        len += n;
    }
    return true;
}

/* The end of the stream, not a reset. */
static inline void client_sees_end(int fd)
{
    char byte;

    assert_true(client_has_input(fd, FIXTURE_PATIENCE_MS));
    assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

static inline uint64_t fixture_total(const struct fixture *f,
                                     enum counter which)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < f->workers; i++)
        sum += slot_get(f->slots[i], which);
    return sum;
}

#endif
