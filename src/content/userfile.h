/* userfile.h - names and hashed passwords, a line each: "name:hash[:more]" */
#ifndef PRONG_CONTENT_USERFILE_H
#define PRONG_CONTENT_USERFILE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* All of the file, as it is now. 0 or -errno; -EFBIG for more than 16 MiB,
 * -EINVAL for what is no file. */
int userfile_read(const char *path, struct buf *into);

/* What stands for a name, and the first hash of the file whoever it is of: to
 * be checked in its place, so that an unknown name takes as long. */
struct userfile_entry {
    struct str hash;
    struct str first; /* empty: the file names nobody */
    bool found;
};

/* The first line of that name counts; one that begins with "#" is a comment. */
struct userfile_entry userfile_find(struct str text, struct str user);

#endif
