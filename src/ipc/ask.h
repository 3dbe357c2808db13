/* ask.h - a verb for a running master, and its verdict
 *
 * The master is found by the lock beside its pid file, told through the control
 * FIFO where that can be written, else by signal, and its verdict is read from
 * the scoreboard. */
#ifndef PRONG_IPC_ASK_H
#define PRONG_IPC_ASK_H

#include "ipc/command.h"

struct ask {
    enum command_verb verb;   /* stop, quit, reload or reopen */
    const char *pid_path;     /* absolute */
    const char *control_fifo; /* "" where there is none */
};

/* Asks and waits until it is done; says what it waits for after two seconds,
 * and one line on success. Returns the exit status: 0, 1 when the master
 * refused or there is none, 2 when the verdict cannot be known. */
int ask_master(const struct ask *ask);

#endif
