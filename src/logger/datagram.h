/* datagram.h - one record of a log ring to a syslog server */
#ifndef PRONG_LOGGER_DATAGRAM_H
#define PRONG_LOGGER_DATAGRAM_H

#include "base/str.h"

struct logring_record;
struct output;

/* Sends the record as a message of its own, without waiting. 0 or -errno;
 * -EMSGSIZE: it never will go. -ECONNREFUSED of a network socket is about the
 * message before this one: that is lost. Connects anew to a unix socket whose
 * server came back. */
int datagram_send(struct output *o, const struct logring_record *record,
                  struct str hostname);

#endif
