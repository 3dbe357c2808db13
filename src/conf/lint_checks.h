/* lint_checks.h - the checks of the rows that need a file of their own */
#ifndef PRONG_CONF_LINT_CHECKS_H
#define PRONG_CONF_LINT_CHECKS_H

#include "conf/lint.h"

/* The location whose files a path of the server is looked for in; NULL when it
 * is in nobody's, or nobody gets them. */
const struct location *lint_find_files(const struct server *server,
                                       struct str path);

void lint_check_alias(struct lint *lint, const struct location *around,
                      const struct location *l);
void lint_check_glued_alias(struct lint *lint, const struct location *around,
                            const struct location *l);
void lint_check_fallback(struct lint *lint, const struct server *server);
void lint_check_file_tests(struct lint *lint, const struct location *around,
                           const struct location *l);
void lint_check_shadows(struct lint *lint, const struct location *around,
                        const struct location *l);

#endif
