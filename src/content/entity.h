/* entity.h - a file as an answer: its validators, the conditions that the
 * request makes, the ranges that it asks for (RFC 9110 sections 8.8, 13, 14) */
#ifndef PRONG_CONTENT_ENTITY_H
#define PRONG_CONTENT_ENTITY_H

#include "content/exchange.h"
#include "http/status.h"

/* The media type that the location gives to the path. */
struct str entity_type(const struct exchange *x);

/* Settles the answer from x->file, which is open: 200, 206 or 304, or the
 * status of an error_page. HTTP_NONE; or 412, 416, 500, 503 to refuse with. */
enum http_status entity_answer(struct exchange *x);

/* The conditions on a text that has neither date nor tag: HTTP_NONE, 304 or
 * 412. */
enum http_status entity_check_text(const struct exchange *x);

#endif
