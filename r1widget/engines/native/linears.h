/* Linear layers as other files of the library see them: y = x·Wᵀ + b, computed by one thread or by several of a region.
 *
 * A layer is some segments, one below the other, which read the same x and may have different layouts (`layouts.h`).
 * Several threads compute one like this; between the steps everything that is written must be seen by all:
 *
 *     one of them      linear_begin(&p, …)
 *     - a barrier, unless that one goes on alone -
 *     any of them      linear_quantise(&p, first, last)      each row of x once, shared out as the caller likes; or
 *                      linear_put(&p, row, group, x, count)  each group of each row once, where x isn't there as a whole
 *     - a barrier -
 *     each of them     linear_multiply(&p, its number)
 *     - a barrier -    before y is read, or x, the scratch or p are used again
 *
 * No barrier is inside. Fewer threads than were told to `linear_begin` may come, even one: work that nobody has begun is
 * taken by whoever is free. A row's result has the same bits however it was shared out.
 */
#ifndef R1_LINEARS_H
#define R1_LINEARS_H

#include <stdint.h>

#include "threads.h"

typedef struct {
    const uint8_t *blocks; /* rows are filled up to a multiple of 16 */
    int64_t rows;
    int32_t layout;
} segment_t;

typedef struct {
    const segment_t *segments;
    int64_t count, rows, columns; /* rows of all segments */
    const float *bias;            /* rows, or nothing */
} linear_t;

/* x, rounded to 8 bits, in tiles of some rows and a last one of fewer: [group][row of the tile], of 32 columns each. */
typedef struct {
    int8_t *values;
    float *scales;
    float *sums;      /* scale · sum of the values: what a minimum is multiplied by */
    int32_t *offsets; /* what the weights' offset adds, to be taken off: of 8, of OFFSET8, and of 32 for each 16 columns. [group][row][4] */
} activations_t;

/* A product that is being computed. */
typedef struct {
    const linear_t *linear;
    const void *x;
    void *y;
    int64_t n;
    int32_t bf16, threads;
    int32_t adds; /* to what is in y, float32: set behind `linear_begin` */
    int64_t chunk, grain, items; /* rows of x at a time, blocks of weights at a time, and how many such pieces of work */
    int64_t blocks;
    activations_t a;
    int64_t *taken;
} product_t;

/* Bytes of scratch for n rows of x; on any address. */
int64_t linear_scratch(int64_t n, int64_t columns, int threads);

/* x (n, columns) and y (n, rows) are both float32, or both bfloat16. Takes a few hundred nanoseconds. */
void linear_begin(product_t *p, const linear_t *linear, const void *x, void *y, int64_t n, int bf16, int threads, void *scratch);
void linear_quantise(const product_t *p, int64_t first, int64_t last);
/* `count` columns of a row from a group on, float32. */
void linear_put(const product_t *p, int64_t row, int64_t group, const float *x, int64_t count);
void linear_multiply(const product_t *p, int number);

#endif
