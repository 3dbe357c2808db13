/* directives.h - the tables of rows, one file a subject */
#ifndef PRONG_CONF_DIRECTIVES_H
#define PRONG_CONF_DIRECTIVES_H

#include "conf/directive.h"

extern const struct directive_table directives_process;  /* m: surroundings */
extern const struct directive_table directives_main;     /* m and e */
extern const struct directive_table directives_http;     /* blocks, servers */
extern const struct directive_table directives_location; /* what is served */
extern const struct directive_table directives_answers;  /* head, coding */
extern const struct directive_table directives_variables;
extern const struct directive_table directives_coding; /* gzip and its kin */
extern const struct directive_table directives_client; /* connections */
extern const struct directive_table directives_peer;   /* real_ip */
extern const struct directive_table directives_log;
extern const struct directive_table directives_rewrite;
extern const struct directive_table directives_route;   /* which location */
extern const struct directive_table directives_access;  /* who may come in */
extern const struct directive_table directives_limit;   /* and how often */
extern const struct directive_table directives_ignored; /* I */
extern const struct directive_table directives_warned;  /* W */
extern const struct directive_table directives_refused; /* R */
extern const struct directive_table directives_later;   /* M, not yet */

#endif
