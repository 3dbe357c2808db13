/* geo_reader.h - the block "geo" of a configuration */
#ifndef PRONG_CONF_GEO_READER_H
#define PRONG_CONF_GEO_READER_H

struct reader;

/* The setter of the block. */
int geo_reader_set(struct reader *r, void *field);

#endif
