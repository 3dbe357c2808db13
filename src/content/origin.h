/* origin.h - which line of the configuration put a field into an answer */
#ifndef PRONG_CONTENT_ORIGIN_H
#define PRONG_CONTENT_ORIGIN_H

#include "content/explain.h"

/* Fills the field's place and origin, once the answer is settled: what a step
 * told of it, else the setting that it comes from. */
void origin_find(const struct explain *e, struct explain_field *field);

#endif
