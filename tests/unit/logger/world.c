/* world.c - all that a logger needs around it: a scoreboard, a queue, files */
#include "world.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/channel.h"
#include "ipc/doorbell.h"
#include "logger/logger.h"

struct world w;

uint64_t world_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void world_nap(void)
{
    static const struct timespec pause = {.tv_nsec = 2000000};

    nanosleep(&pause, NULL);
}

/* ---- the world ---- */

void world_open_log(unsigned number, const char *stem)
{
    snprintf(w.paths[number], sizeof(w.paths[number]), "%s/%s", w.dir, stem);
    w.logs[number] = (struct role_log){
        .number = (uint16_t)number,
        .fd = open(w.paths[number], O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC,
                   0644),
        .path = w.paths[number],
    };
    assert_true(w.logs[number].fd >= 0);
}

static void be_the_logger(void)
{
    struct role_context context = {
        .conf = &w.conf,
        .board = w.board,
        .slot = w.own,
        .channel = w.channel[1],
        .lifeline = -1,
        .ready = w.ready[1],
        .doorbell = w.doorbell,
        .producers = w.producers[0],
        .logs = w.logs,
        .log_count = LOGS,
        .stdout_fd = 1,
        .stderr_fd = 2,
    };
    struct rlimit limit;

    close(w.channel[0]);
    close(w.producers[1]);
    close(w.ready[0]);
    if (w.not_its)
        close(w.not_its);
    if (w.file_limit) {
        getrlimit(RLIMIT_FSIZE, &limit);
        limit.rlim_cur = w.file_limit;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    slot_begin(w.own, getpid());
    _exit(logger_run(&context));
}

int world_try(void)
{
    struct role_ready record;

    assert_int_equal(pipe(w.ready), 0);
    w.logger = fork();
    if (w.logger == 0)
        be_the_logger();
    assert_true(w.logger > 0);
    close(w.ready[1]);
    assert_int_equal(read(w.ready[0], &record, sizeof(record)), sizeof(record));
    close(w.ready[0]);
    return record.error;
}

void world_start(void)
{
    assert_int_equal(world_try(), 0);
}

void world_kill(int signal_number)
{
    kill(w.logger, signal_number);
    assert_int_equal(waitpid(w.logger, NULL, 0), w.logger);
    w.logger = 0;
    scoreboard_renew(w.board, w.own, 0, world_now_ms());
}

int world_open(void **state)
{
    enum scoreboard_origin origin;
    struct slot **claimed[] = {&w.own, &w.writers[0], &w.writers[1]};

    (void)state;
    w = (struct world){.producers = {-1, -1}};
    snprintf(w.name, sizeof(w.name), "/prong-logger.%d", getpid());
    snprintf(w.dir, sizeof(w.dir), "/tmp/prong-logger.XXXXXX");
    assert_non_null(mkdtemp(w.dir));
    assert_int_equal(scoreboard_create(&w.board, w.name, (gid_t)-1, &origin),
                     0);
    for (size_t i = 0; i < ARRAY_LEN(claimed); i++)
        assert_int_equal(scoreboard_claim(w.board,
                                          i ? ROLE_WORKER : ROLE_LOGGER, 1,
                                          world_now_ms(), claimed[i]),
                         0);
    w.doorbell = doorbell_open();
    assert_int_equal(channel_open(w.channel), 0);
    assert_int_equal(pipe(w.producers), 0);
    world_open_log(LOG_FOR_ERRORS, "error.log");
    world_open_log(LOG_A, "a.log");
    world_open_log(LOG_B, "b.log");
    w.conf_logs[0] = (struct conf_log){.number = LOG_FOR_ERRORS};
    w.error_logs[0] =
        (struct conf_error_log){.log = &w.conf_logs[0], .level = LOG_NOTICE};
    w.conf.error_logs = w.error_logs;
    w.conf.error_log_count = 1;
    return 0;
}

static void remove_folder(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(path);
}

int world_close(void **state)
{
    (void)state;
    if (w.logger > 0) {
        kill(w.logger, SIGKILL);
        waitpid(w.logger, NULL, 0);
    }
    for (unsigned i = 0; i < LOGS; i++)
        close(w.logs[i].fd);
    close(w.channel[0]);
    close(w.channel[1]);
    close(w.producers[0]);
    if (w.producers[1] >= 0)
        close(w.producers[1]);
    doorbell_close(w.doorbell);
    scoreboard_close(w.board);
    shm_unlink(w.name);
    remove_folder(w.dir);
    return 0;
}

/* ---- what workers do ---- */

bool world_put(unsigned writer, uint16_t log, const char *text)
{
    struct logring_record record = {
        .log = log, .time_ms = world_now_ms(), .text = str_of(text)};

    return logring_write(&w.writers[writer]->log, &record);
}

void world_ring(unsigned writer)
{
    doorbell_ring(w.doorbell, DOORBELL_RECORDS,
                  scoreboard_number(w.board, w.writers[writer]));
}

/* "a 17 …\n", of `len` bytes. Waits for room. */
void world_put_numbered(unsigned writer, uint16_t log, unsigned n, size_t len)
{
    uint64_t begun = world_now_ms();
    char text[512];

    memset(text, '.', sizeof(text));
    text[snprintf(text, sizeof(text), "%u", n)] = ' ';
    text[len - 1] = '\n';
    text[len] = '\0';
    while (!world_put(writer, log, text)) {
        world_ring(writer);
        assert_true(world_now_ms() - begun < PATIENCE_MS);
        world_nap();
    }
}

/* ---- what stands in the files ---- */

char *world_read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *text;

    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    text = calloc(1, (size_t)st.st_size + 1);
    assert_non_null(text);
    assert_int_equal(pread(fd, text, (size_t)st.st_size, 0), st.st_size);
    close(fd);
    return text;
}

/* What put_numbered wrote, all lines of `len` bytes, numbers below `max`. */
struct counted world_count_in(const char *path, unsigned max, size_t len)
{
    char *text = world_read_file(path), *seen = calloc(1, max);
    struct counted c = {0};
    struct str rest = str_of(text);
    uint64_t before = 0;

    while (rest.len > 0) {
        struct str line = str_cut(&rest, '\n');
        struct str digits = str_cut(&(struct str){line.at, line.len}, ' ');
        uint64_t n = max;

        c.lines++;
        if (line.len != len - 1 || !str_number(digits, &n) || n >= max) {
            c.odd++;
            continue;
        }
        c.backwards += n < before;
        before = n;
        c.distinct += !seen[n];
        seen[n] = 1;
    }
    free(seen);
    free(text);
    return c;
}

void world_await_size(const char *path, off_t size)
{
    uint64_t begun = world_now_ms();
    struct stat st = {0};

    while (stat(path, &st) < 0 || st.st_size < size) {
        assert_true(world_now_ms() - begun < PATIENCE_MS);
        world_nap();
    }
    assert_int_equal(st.st_size, size);
}

void world_await_counter(enum counter which, uint64_t at_least)
{
    uint64_t begun = world_now_ms();

    while (slot_get(w.own, which) < at_least) {
        assert_true(world_now_ms() - begun < PATIENCE_MS);
        world_nap();
    }
}

void world_await_text(const char *path, const char *wanted)
{
    uint64_t begun = world_now_ms();
    bool found = false;

    while (!found) {
        char *text = world_read_file(path);

        found = strstr(text, wanted) != NULL;
        free(text);
        assert_true(world_now_ms() - begun < PATIENCE_MS);
        world_nap();
    }
}

/* The last producer ends. */
void world_end(void)
{
    int status;

    close(w.producers[1]);
    w.producers[1] = -1;
    assert_int_equal(waitpid(w.logger, &status, 0), w.logger);
    w.logger = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}
