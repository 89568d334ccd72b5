/* 16 rows of weights times some rows of x. Others call `linears.h`. */
#ifndef R1_PRODUCTS_H
#define R1_PRODUCTS_H

#include "layouts.h"
#include "linears.h"
#include "processor.h"

#define FEW (2 * TILE) /* rows of x up to which weights aren't unpacked into memory */

/* How many of a chunk's rows are multiplied together: as many as go, and no poor rest, so 14 are seven and seven. */
INLINE int64_t tile_of(int64_t rows) { return divided_up(rows, divided_up(rows, rows <= FEW ? TILE : PAIRED)); }

/* Weights of a block, unpacked: a byte each, and floats. */
typedef struct {
    uint8_t room[GROUPS * BYTES];
    float scales[GROUPS][2][LANES]; /* and minima, or the scales of the second 16 columns */
    const uint8_t *weights;         /* in the room, or where they were bytes already */
} unpacked_t;

/* `sums` (tile) += `groups` groups of 16 rows of weights, which begin at a block, times `tile` rows of x, at most TILE. */
void multiply(int layout, int64_t tile, const uint8_t *weights, activations_t a, int64_t groups, floats *sums);

/* The same with one block of each of `pairs` times 16 rows (at most PAIRS), unpacked. `tile` is at most PAIRED; the sums of each 16
 * rows are `stride` behind those of the 16 before. */
void multiply_unpacked(int layout, int64_t tile, int64_t pairs, const unpacked_t *u, activations_t a, int64_t groups,
                       floats *sums, int64_t stride);

void unpack(int layout, const uint8_t *block, int64_t groups, unpacked_t *u);

/* Activations from a group on, counted over the rows of a tile. */
INLINE activations_t moved(activations_t a, int64_t groups) {
    activations_t r = {a.values + groups * GROUP, a.scales + groups, a.sums + groups, a.offsets + 4 * groups};
    return r;
}

#endif
