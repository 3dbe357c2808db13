/* startline.h - a request line's method and version (RFC 9112 section 3)
 *
 * llhttp decides what a line may hold; here is what it cannot say: which of
 * 400, 501 and 505 a line deserves that it refuses, and the versions that it
 * takes and prong does not. */
#ifndef PRONG_HTTP_STARTLINE_H
#define PRONG_HTTP_STARTLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "http/message.h"
#include "http/status.h"

/* Reads a whole line into line, method, method_text and minor. HTTP_NONE; 400:
 * the method is no token, there is no version, or it is 0.9; 501: a method that
 * nobody knows; 505: not HTTP/1.0 or HTTP/1.1. */
enum http_status startline_read(struct request *r, struct str line);

/* The beginning of a line was refused at one of its bytes: may the whole line
 * yet turn out to name an unknown method or version? */
bool startline_is_open(struct str line, size_t refused_at);

/* What the log says of a line refused with that status. */
const char *startline_fault(enum http_status status);

#endif
