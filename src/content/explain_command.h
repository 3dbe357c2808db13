/* explain_command.h - "prong explain [METHOD] URL": its arguments, its output
 */
#ifndef PRONG_CONTENT_EXPLAIN_COMMAND_H
#define PRONG_CONTENT_EXPLAIN_COMMAND_H

#include "conf/conf.h"

/* argv[0] is "explain". What was said before it stands in `request`; -c, -p and
 * -g may stand behind it as well. 0 when the request was explained, whatever
 * the answer is; 1 for a bad command or configuration, which was logged; 2 when
 * prong itself failed. */
int explain_command(struct conf_request *request,
                    const struct conf_lookups *lookups, int argc, char **argv);

#endif
