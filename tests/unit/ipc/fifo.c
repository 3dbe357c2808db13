/* fifo.c - the cases of ipc/fifo, on real FIFOs in a directory of its own */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/fifo.h"

struct place {
    char directory[32];
    char path[64];
    char why_memory[512], note_memory[512];
    struct buf why, note;
};

static int set_up(void **state)
{
    struct place *p = calloc(1, sizeof(*p));

    assert_non_null(p);
    strcpy(p->directory, "/tmp/prong-unit-XXXXXX");
    assert_non_null(mkdtemp(p->directory));
    snprintf(p->path, sizeof(p->path), "%s/x.ctl", p->directory);
    p->why = buf_over(p->why_memory, sizeof(p->why_memory));
    p->note = buf_over(p->note_memory, sizeof(p->note_memory));
    *state = p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    int err = rmdir(p->directory); /* fails if anything was left behind */

    free(p);
    return err;
}

static int open_control(struct place *p, struct fifo *f)
{
    return fifo_open(f, FIFO_CONTROL, str_of(p->path), (gid_t)-1, -1, &p->why,
                     &p->note);
}

static bool says(const struct buf *b, const char *part)
{
    return memmem(b->data, b->len, part, strlen(part)) != NULL;
}

static void put(const char *path, size_t len)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    while (len-- > 0)
        fputc(len % 2 ? 'x' : '"', f);
    assert_int_equal(fclose(f), 0);
}

static void makes_and_removes(void **state)
{
    struct place *p = *state;
    struct fifo f;
    struct stat st;
    char bytes[8];
    mode_t before = umask(0777);
    int fd;

    assert_int_equal(open_control(p, &f), 0);
    umask(before);
    assert_int_equal(p->why.len + p->note.len, 0);
    assert_int_equal(stat(p->path, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    assert_int_equal(st.st_mode & 07777, FIFO_CONTROL_MODE);
    assert_int_equal(fifo_check(&f), 0);
    assert_int_equal(read(f.fd, bytes, sizeof(bytes)), 0); /* no writer yet */
    fd = open(p->path, O_WRONLY | O_NONBLOCK);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "ping", 4), 4);
    close(fd);
    assert_int_equal(read(f.fd, bytes, sizeof(bytes)), 4);
    fifo_close(&f);
    assert_int_equal(access(p->path, F_OK), -1);
    fifo_close(&f);
}

static void is_off(void **state)
{
    struct place *p = *state;
    struct fifo f;

    assert_int_equal(
        fifo_open(&f, FIFO_STATS, STR(""), (gid_t)-1, -1, &p->why, &p->note),
        0);
    assert_int_equal(fifo_check(&f), 0);
    fifo_close(&f);
}

static void replaces_what_echo_left(void **state)
{
    struct place *p = *state;
    struct fifo f;

    put(p->path, FIFO_ECHO_MAX);
    assert_int_equal(open_control(p, &f), 0);
    assert_true(says(&p->note, "was a file, not a FIFO: it held \"x\\\"x"));
    fifo_close(&f);
}

static void removes_nothing_else(void **state)
{
    struct place *p = *state;
    struct fifo f;

    put(p->path, FIFO_ECHO_MAX + 1);
    assert_int_equal(open_control(p, &f), -EEXIST);
    assert_true(says(&p->why, "something else stands there"));
    assert_int_equal(unlink(p->path), 0);

    assert_int_equal(symlink("/nowhere", p->path), 0);
    assert_int_equal(open_control(p, &f), -EEXIST);
    assert_int_equal(unlink(p->path), 0);

    assert_int_equal(mkdir(p->path, 0700), 0);
    assert_int_equal(open_control(p, &f), -EEXIST);
    assert_int_equal(rmdir(p->path), 0);

    assert_int_equal(chmod(p->directory, 01777), 0);
    assert_int_equal(open_control(p, &f), -EPERM);
    assert_true(says(&p->why, "everybody may write its directory"));
    fifo_close(&f);
}

static void leaves_a_name_that_is_not_its_own(void **state)
{
    struct place *p = *state;
    struct fifo f;

    assert_int_equal(open_control(p, &f), 0);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(fifo_check(&f), -ENOENT);
    put(p->path, 3);
    assert_int_equal(fifo_check(&f), -EEXIST);
    fifo_close(&f);
    assert_int_equal(unlink(p->path), 0);
}

/* Events of watches that are gone may stand before it. */
static bool was_opened(const struct fifo *f, int inotify)
{
    _Alignas(struct inotify_event) char memory[512];
    ssize_t got = read(inotify, memory, sizeof(memory));
    bool found = false;

    for (ssize_t at = 0; at < got;) {
        struct inotify_event event;

        memcpy(&event, memory + at, sizeof(event));
        found |= event.wd == f->watch && (event.mask & IN_OPEN) != 0;
        at += (ssize_t)(sizeof(event) + event.len);
    }
    return found;
}

static void forget_events(int inotify)
{
    char memory[512];

    while (read(inotify, memory, sizeof(memory)) > 0)
        ;
}

/* Each reader has a pipe of its own, whatever stood in it before. */
static void turns_for_each_reader(void **state)
{
    struct place *p = *state;
    int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    struct fifo f;
    char bytes[16];

    signal(SIGPIPE, SIG_IGN);
    assert_true(inotify >= 0);
    assert_int_equal(fifo_open(&f, FIFO_STATS, str_of(p->path), (gid_t)-1,
                               inotify, &p->why, &p->note),
                     0);
    assert_false(was_opened(&f, inotify)); /* our own open is none */
    for (int i = 0; i < 3; i++) {
        int reader = open(p->path, O_RDONLY | O_NONBLOCK);
        int late, out;

        assert_true(reader >= 0);
        assert_true(was_opened(&f, inotify));
        assert_int_equal(write(f.fd, "junk", 4), 4);
        out = fifo_turn(&f);
        assert_true(out >= 0);
        late = open(p->path, O_RDONLY | O_NONBLOCK); /* of the fresh one */
        assert_int_equal(write(out, "snapshot", 8), 8);
        close(out);
        assert_int_equal(read(reader, bytes, sizeof(bytes)), 8);
        assert_memory_equal(bytes, "snapshot", 8);
        assert_int_equal(read(reader, bytes, sizeof(bytes)), 0);
        assert_int_equal(read(late, bytes, sizeof(bytes)), -1);
        assert_int_equal(errno, EAGAIN);
        close(reader);
        close(late);
        assert_true(was_opened(&f, inotify)); /* the late one */
        out = fifo_turn(&f);
        assert_true(out >= 0); /* though he has left */
        assert_int_equal(write(out, "x", 1), -1);
        assert_int_equal(errno, EPIPE);
        close(out);
        forget_events(inotify);
    }
    fifo_close(&f);
    close(inotify);
}

static void turns_over_nothing_of_others(void **state)
{
    struct place *p = *state;
    int inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    struct fifo f;
    struct stat st;

    assert_int_equal(fifo_open(&f, FIFO_STATS, str_of(p->path), (gid_t)-1,
                               inotify, &p->why, &p->note),
                     0);
    assert_int_equal(unlink(p->path), 0);
    put(p->path, 3);
    assert_int_equal(fifo_turn(&f), -EEXIST);
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_size, 3);
    assert_int_equal(unlink(p->path), 0);
    assert_int_equal(fifo_turn(&f), -ENOENT); /* a fresh one is there again */
    assert_int_equal(fifo_check(&f), 0);
    fifo_close(&f);
    close(inotify);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(makes_and_removes),
        CASE(is_off),
        CASE(replaces_what_echo_left),
        CASE(removes_nothing_else),
        CASE(leaves_a_name_that_is_not_its_own),
        CASE(turns_for_each_reader),
        CASE(turns_over_nothing_of_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
