/* template.h - text with $variables in it, cut into its parts once */
#ifndef PRONG_CONF_TEMPLATE_H
#define PRONG_CONF_TEMPLATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "conf/variables.h"

struct template_part {
    bool is_variable;
    enum variable variable; /* where it is one */
    struct str text;        /* the literal, or the rest of a prefixed name */
};

/* The zero value is the empty template. One that holds no variable has at most
 * one part: template_is_constant and `parts[0].text` are the fast path. */
struct template
{
    struct str source; /* as written */
    struct template_part *parts;
    unsigned count;
};

/* Cuts the text into parts that live in the arena. 0, -ENOMEM, or -EINVAL with
 * nginx's wording of what is wrong in `why` (arena). */
int template_parse(struct template *into, struct str text, struct arena *arena,
                   struct str *why);

bool template_is_constant(const struct template *t);

/* The whole text of a constant template. */
struct str template_text(const struct template *t);

#endif
