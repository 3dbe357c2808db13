/* logger.h - the process that brings log lines from the rings to the files
 *
 * It sleeps on the doorbell, its channel and the producers' pipe, and once a
 * second (every 50 ms without a queue) looks at every ring, also those of slots
 * whose owner died. What it takes it writes first and only then gives the room
 * back, so a killed logger loses nothing: its successor writes again what was
 * not given back (at least once).
 *
 * A destination that takes nothing (a full disk, a pipe that nobody reads) is
 * set aside and tried again once a second or when it is writable. Its lines
 * stay in the rings while these are at most half full; then the oldest of them
 * are given up and counted (log_dropped of the logger's slot), so that lines
 * for the other destinations always find room. `health=log-blocked` stands for
 * as long. One error line a minute at most says so.
 *
 * The logger takes no signal: it ends when the last producer has ended (the
 * producers' pipe), after one more look at every ring, and never before; but
 * for CHANNEL_QUIT, which says that another logger takes its place at once. */
#ifndef PRONG_LOGGER_LOGGER_H
#define PRONG_LOGGER_LOGGER_H

struct role_context;

/* Returns the exit status: 0, or 2 when it could not begin. */
int logger_run(struct role_context *context);

#endif
