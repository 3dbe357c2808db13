/* signals.c - what does a signal to the master mean? */
#include "master/signals.h"

#include <signal.h>

bool signals_is_terminal(uint32_t signal, int32_t code)
{
    return code == SI_KERNEL && (signal == SIGINT || signal == SIGQUIT ||
                                 signal == SIGHUP || signal == SIGWINCH);
}

enum signals_meaning signals_read(uint32_t signal, int32_t code,
                                  bool lost_terminal)
{
    bool is_terminal = signals_is_terminal(signal, code);

    switch (signal) {
    case SIGTERM:
    case SIGINT:
        return SIGNALS_STOP;
    case SIGQUIT:
        return SIGNALS_QUIT;
    case SIGHUP:
        /* A terminal that goes away says so twice: the kernel to the
         * foreground group, and a shell to its jobs before it ends. */
        return is_terminal || lost_terminal ? SIGNALS_QUIT : SIGNALS_RELOAD;
    case SIGUSR1:
        return SIGNALS_REOPEN;
    case SIGUSR2:
        return SIGNALS_UPGRADE;
    case SIGWINCH:
        return is_terminal ? SIGNALS_NOTHING : SIGNALS_DRAIN_WORKERS;
    case SIGCHLD:
        return SIGNALS_REAP;
    default:
        return SIGNALS_NOTHING;
    }
}
