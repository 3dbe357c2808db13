/* world.h - all that a logger needs around it: a scoreboard, a queue, files */
#ifndef PRONG_TESTS_LOGGER_WORLD_H
#define PRONG_TESTS_LOGGER_WORLD_H

#include <mqueue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "conf/conf.h"
#include "ipc/role.h"
#include "ipc/scoreboard.h"

enum { WRITERS = 2, LOGS = 3, PATIENCE_MS = 20000 };
enum { LOG_FOR_ERRORS, LOG_A, LOG_B };

/* Everything that the master would have. */
struct world {
    char name[SCOREBOARD_NAME];
    char dir[64];
    struct scoreboard *board;
    struct slot *own; /* the logger's */
    struct slot *writers[WRITERS];
    mqd_t doorbell;
    int channel[2];
    int producers[2];
    int ready[2];
    pid_t logger; /* 0: none runs */
    struct role_log logs[LOGS];
    char paths[LOGS][128];
    struct conf_log conf_logs[1];
    struct conf_error_log error_logs[1];
    struct conf conf;
    rlim_t file_limit; /* of the logger; 0: none */
    int not_its;       /* a descriptor that it must not inherit; 0: none */
};

extern struct world w;

uint64_t world_now_ms(void);
void world_nap(void);

/* Opens (again) the destination of this number. */
void world_open_log(unsigned number, const char *stem);

/* Starts a logger and waits until it says that it serves, or why it cannot:
 * -errno. */
int world_try(void);
void world_start(void);

/* The logger dies of it; its slot is made ready for the next. */
void world_kill(int signal_number);

/* Setup and teardown of a case. */
int world_open(void **state);
int world_close(void **state);

/* What a worker does: one line into its ring; false when that is full. */
bool world_put(unsigned writer, uint16_t log, const char *text);
void world_ring(unsigned writer);

/* "17 ....\n" of `len` bytes. Waits for room. */
void world_put_numbered(unsigned writer, uint16_t log, unsigned n, size_t len);

/* All of it, ended by NUL; to be freed. */
char *world_read_file(const char *path);

struct counted {
    unsigned lines;
    unsigned distinct;
    unsigned backwards; /* a number below the one before */
    unsigned odd;       /* lines that are not ours whole */
};

/* What world_put_numbered wrote there, lines of `len` bytes with numbers below
 * `max`. */
struct counted world_count_in(const char *path, unsigned max, size_t len);

/* Wait, with a limit, until it is so. */
void world_await_size(const char *path, off_t size);
void world_await_counter(enum counter which, uint64_t at_least);
void world_await_text(const char *path, const char *wanted);

/* The last producer ends; so must the logger, with status 0. */
void world_end(void);

#define CASE(name)                                                             \
    cmocka_unit_test_setup_teardown(name, world_open, world_close)

#endif
