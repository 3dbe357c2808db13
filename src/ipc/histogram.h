/* histogram.h - how long things took, in buckets of constant relative width
 *
 * Eight buckets for every power of two from 8 us on, one for each microsecond
 * below: a figure read from it is at most 1/8 too great. What took 67 s or
 * longer (2^26 us) shares the last bucket. One writer; anyone reads. */
#ifndef PRONG_IPC_HISTOGRAM_H
#define PRONG_IPC_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 193 };

/* In shared memory. The zero value is empty. */
struct histogram {
    _Atomic uint64_t buckets[HISTOGRAM_BUCKETS];
    _Atomic uint64_t sum_us;
    _Atomic uint64_t max_us;
};

/* A copy of one, or the difference of two, to calculate with. */
struct histogram_copy {
    uint64_t buckets[HISTOGRAM_BUCKETS];
    uint64_t sum_us;
    uint64_t max_us;
};

/* The bucket that counts `us`. */
unsigned histogram_bucket(uint64_t us);

/* The greatest value that a bucket counts; UINT64_MAX for the last one. */
uint64_t histogram_edge(unsigned bucket);

void histogram_add(struct histogram *h, uint64_t us);

void histogram_read(const struct histogram *h, struct histogram_copy *into);

/* Within shared memory; nobody writes `from` meanwhile. */
void histogram_copy(struct histogram *into, const struct histogram *from);

/* Adds a copy to a sum; the maxima merge. */
void histogram_merge(struct histogram_copy *sum,
                     const struct histogram_copy *more);

/* Takes what was counted before off: `late` becomes the time between. Its
 * max_us becomes the edge of its highest bucket, no more than it was. */
void histogram_subtract(struct histogram_copy *late,
                        const struct histogram_copy *early);

uint64_t histogram_count(const struct histogram_copy *h);

/* The value that `per_10000` of 10,000 did not exceed: 5000 is the median. The
 * upper edge of its bucket, at most max_us; 0 when nothing was counted. */
uint64_t histogram_quantile(const struct histogram_copy *h, unsigned per_10000);

#endif
