/* setters.h - stores the values that come in kinds: the `set` of most rows
 *
 * Each takes the directive at hand and the field of its kind. */
#ifndef PRONG_CONF_SETTERS_H
#define PRONG_CONF_SETTERS_H

#include "conf/reader.h"

int set_flag(struct reader *r, void *field);   /* struct conf_flag */
int set_choice(struct reader *r, void *field); /* struct conf_choice, `words` */
int set_bits(struct reader *r, void *field);   /* conf_choice, or-ed `words` */
int set_number(struct reader *r, void *field); /* conf_number, `bounds` */
int set_size(struct reader *r, void *field);   /* conf_number, `bounds` */
int set_time(struct reader *r, void *field);   /* conf_number, `bounds` */
int set_text(struct reader *r, void *field);   /* struct conf_text */
int set_path(struct reader *r, void *field);   /* conf_text, absolute */
int set_fifo(struct reader *r, void *field);   /* struct conf_path, or "off" */

#endif
