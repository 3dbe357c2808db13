/* template.h - text with $variables in it, cut into its parts once */
#ifndef PRONG_CONF_TEMPLATE_H
#define PRONG_CONF_TEMPLATE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "conf/place.h"
#include "conf/uservar.h"
#include "conf/variables.h"

struct template_part {
    bool is_variable;
    enum variable variable; /* where it is one */
    struct str text;        /* the literal, or the rest of a prefixed name */
    unsigned index;         /* of a capture, or of a user's variable */
};

/* The zero value is the empty template. One that holds no variable has at most
 * one part: template_is_constant and `parts[0].text` are the fast path. */
struct template
{
    struct str source; /* as written */
    struct template_part *parts;
    unsigned count;
};

/* Where a template stands while it is parsed. */
struct template_scope {
    struct arena *arena;
    struct uservar_table *users; /* NULL: there are none */
    struct place place;
    struct str why; /* of a refusal; arena or static */
};

/* Cuts the text into parts that live in the arena. 0, -ENOMEM, or -EINVAL with
 * nginx's wording of what is wrong in `why`. Names that nobody knows become
 * rows of `users`, if there is such a table. */
int template_parse(struct template *into, struct str text,
                   struct template_scope *scope);

/* Is it the name of a variable that prong gives a value itself, and of which
 * kind? Families count as well ($http_..., $arg_...), those that are always
 * empty do not. */
bool template_is_builtin(struct str name, enum variable *which);

/* A part for one variable, as "$name" would be in a template. 0, -EINVAL,
 * -ENOMEM. */
int template_variable(struct template_part *part, struct str name,
                      struct template_scope *scope);

bool template_is_constant(const struct template *t);

/* The whole text of a constant template. */
struct str template_text(const struct template *t);

#endif
