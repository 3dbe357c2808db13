/* meaning.c - what does a signal to the master mean? */
#include "master/meaning.h"

#include <signal.h>

bool meaning_is_terminal(uint32_t signal, int32_t code)
{
    return code == SI_KERNEL && (signal == SIGINT || signal == SIGQUIT ||
                                 signal == SIGHUP || signal == SIGWINCH);
}

enum meaning meaning_of(uint32_t signal, int32_t code, bool lost_terminal)
{
    bool is_terminal = meaning_is_terminal(signal, code);

    switch (signal) {
    case SIGTERM:
    case SIGINT:
        return MEANS_STOP;
    case SIGQUIT:
        return MEANS_QUIT;
    case SIGHUP:
        /* A terminal that goes away says so twice: the kernel to the
         * foreground group, and a shell to its jobs before it ends. */
        return is_terminal || lost_terminal ? MEANS_QUIT : MEANS_RELOAD;
    case SIGUSR1:
        return MEANS_REOPEN;
    case SIGUSR2:
        return MEANS_UPGRADE;
    case SIGWINCH:
        return is_terminal ? MEANS_NOTHING : MEANS_DRAIN_WORKERS;
    case SIGCHLD:
        return MEANS_REAP;
    default:
        return MEANS_NOTHING;
    }
}
