/* links.h - a walk along a path that follows no symbolic link, or none of
 * another owner (the directive disable_symlinks) */
#ifndef PRONG_CONTENT_LINKS_H
#define PRONG_CONTENT_LINKS_H

#include <stddef.h>

#include "conf/answers.h"
#include "content/file.h"

/* How to walk: the first `trusted` bytes of the path may hold any links. */
struct links {
    enum conf_symlinks how;
    size_t trusted;
};

/* As file_look and file_open; -ELOOP for a link that may not be followed, or
 * -ENOTDIR where none may and it stands for a directory on the way. */
int links_look(const char *path, struct links links, enum file_kind *kind);
int links_open(struct file *f, const char *path, struct links links,
               enum file_kind *kind);

/* How much of the path `from` names: all of `from` where the path begins with
 * it at a slash, else nothing. */
size_t links_trusted(struct str path, struct str from);

#endif
