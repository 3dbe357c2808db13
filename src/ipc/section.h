/* section.h - the master's section of the scoreboard: what it says of the whole
 *
 * The master alone writes it. It keeps a copy of its own, changes that, and
 * scoreboard_publish shows it whole: two copies stand in shared memory by turns
 * and a count says which is the good one. A reader takes that and looks whether
 * the count still stands (scoreboard_section does so); a master killed while
 * publishing leaves the one before in force. Nobody ever sees half a text. */
#ifndef PRONG_IPC_SECTION_H
#define PRONG_IPC_SECTION_H

#include <stdint.h>

#include "base/str.h"

enum {
    SECTION_TEXT = 200,
    SECTION_PATH = 256,
    SECTION_NAME = 16,
    SECTION_COMMANDS = 8,
    SECTION_GENERATIONS = 8,
    SECTION_LISTENS = 64,
};

/* What is not well; the report names the worst that holds (the last here). */
enum section_health {
    SECTION_DEGRADED = 1 << 0,      /* a slot is waiting after crashes */
    SECTION_RELOAD_FAILED = 1 << 1, /* the last reload did not take */
    SECTION_ROLLED_BACK = 1 << 2,
    SECTION_STALLED = 1 << 3,
    SECTION_LOG_BLOCKED = 1 << 4,
};

/* How a verb went. `begun` and `ended` count; who waits remembers `begun`
 * before asking and has the verdict when `ended` is greater than that. Equal:
 * idle. */
struct section_verdict {
    uint64_t begun;
    uint64_t ended;
    int32_t error;          /* of the last that ended: 0 or -errno */
    uint32_t generation;    /* reload: that serves since */
    char why[SECTION_TEXT]; /* "" when it went well */
};

struct section_command {
    int64_t time; /* CLOCK_REALTIME, seconds */
    char verb[SECTION_NAME * 2];
    char by[SECTION_NAME];     /* "fifo", "signal", "socket" */
    char result[SECTION_NAME]; /* "ok", "failed", "refused" */
    char why[SECTION_TEXT];
};

struct section_listen {
    char addr[128];
    uint32_t queue;     /* connections that wait to be accepted */
    uint32_t queue_max; /* the backlog */
};

/* A generation before the current one that still has workers. */
struct section_generation {
    uint64_t number;   /* 0: the row is unused */
    uint64_t since_ms; /* CLOCK_MONOTONIC: when its drain began */
};

struct section {
    char version[SECTION_NAME * 2];
    char conf[SECTION_PATH];
    int32_t pid;
    uint32_t uid;
    uint64_t start_time; /* of the process: see os/identity.h */
    uint64_t started_ms; /* CLOCK_MONOTONIC */
    uint64_t generation; /* that serves */
    uint32_t workers;    /* wanted now */
    uint32_t configured;
    uint32_t health; /* of enum section_health */
    uint32_t stopping;
    uint64_t connections_max; /* what all serving workers may hold together */
    uint64_t respawns;
    uint64_t crashes;
    uint64_t reloads_ok;
    uint64_t reloads_failed;
    uint64_t commands_count; /* ever; the last is commands[(count - 1) % 8] */
    struct section_verdict reload;
    struct section_verdict reopen;
    struct section_verdict stop; /* stop and quit: begun only */
    struct section_command commands[SECTION_COMMANDS];
    struct section_generation generations[SECTION_GENERATIONS];
    uint32_t listen_count; /* of all; the first 64 have a row */
    struct section_listen listens[SECTION_LISTENS];
};

/* Puts a text into a field of `room` bytes: cut where it is too long, at a
 * whole UTF-8 character, and ended by NUL. */
void section_text(char *field, size_t room, struct str text);

/* Adds a command; the oldest of eight goes. */
void section_command(struct section *section,
                     const struct section_command *command);

/* A verb begins, or ends with a result (0 or -errno) and its reason. */
void section_begin(struct section_verdict *verdict);
void section_end(struct section_verdict *verdict, int error, struct str why);

/* Makes what was read from shared memory safe to print: texts ended, counts
 * within their bounds. */
void section_check(struct section *section);

/* "ok", "degraded", "reload-failed", …: the worst. */
const char *section_health_name(uint32_t health);

#endif
