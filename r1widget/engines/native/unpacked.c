/* Blocks of weights, unpacked into memory, times many rows of x: each is then read as often as there are tiles of rows.
 *
 * Sums are taken in the order that `products.c` has.
 */
#include "blocks.h"
#include "products.h"

#define QUADS (GROUP / 4)

INLINE void unpack_as(const int layout, const uint8_t *block, int64_t groups, unpacked_t *u) {
    const uint8_t *w = block + head_size(layout, groups);
    for (int64_t g = 0; g < groups; g++) {
        const scales_t own = scales_of(layout, block, groups, g);
        store_floats(u->scales[g][0], own.first);
        store_floats(u->scales[g][1], own.second);
    }
    u->weights = layout == Q8_0 ? w : u->room;
    if (layout != Q8_0)
        for (int64_t g = 0; g < groups; g++)
#pragma GCC unroll 4
            for (int octet = 0; octet < 4; octet++) {
                bytes first, second;
                weights_of(layout, w + g * group_size(layout), octet, &first, &second);
                store_bytes(u->room + g * BYTES + octet * 128, first);
                store_bytes(u->room + g * BYTES + octet * 128 + 64, second);
            }
}

void unpack(int layout, const uint8_t *block, int64_t groups, unpacked_t *u) {
    switch (layout) {
        case Q8_0: unpack_as(Q8_0, block, groups, u); break;
        case Q4_0: unpack_as(Q4_0, block, groups, u); break;
        case Q4_1: unpack_as(Q4_1, block, groups, u); break;
        case Q4_K: unpack_as(Q4_K, block, groups, u); break;
        case Q6_K: unpack_as(Q6_K, block, groups, u); break;
    }
}

/* Two times 16 rows at a time, where there are registers for it: what is read of x serves both, and reading is what takes
 * longest. */
INLINE void multiply_paired(const int tile, const int pairs, const int layout, const unpacked_t *u, const activations_t a, int64_t groups,
                            floats *sums, int64_t stride) {
    const int parts = layout == Q6_K ? 2 : 1, minima = layout == Q4_K;
    const int8_t *values = a.values;
    const float *scales = a.scales, *totals = a.sums;
    const int32_t *offsets = a.offsets;
    floats total[PAIRS][PAIRED];
    const uint8_t *w[PAIRS];
    for (int p = 0; p < pairs; p++) {
        w[p] = u[p].weights;
        for (int m = 0; m < tile; m++) total[p][m] = sums[p * stride + m];
    }
    for (int64_t g = 0; g < groups; g++) {
        for (int part = 0; part < parts; part++) {
            ints sum[PAIRS][PAIRED];
            for (int p = 0; p < pairs; p++)
                for (int m = 0; m < tile; m++) sum[p][m] = begin(layout, offsets + 4 * m, part);
#pragma GCC unroll 8
            for (int q = part * QUADS / parts; q < (part + 1) * QUADS / parts; q++) {
                bytes own[PAIRS];
                for (int p = 0; p < pairs; p++) own[p] = load_bytes(w[p] + q * 64);
                for (int m = 0; m < tile; m++)
                    for (int p = 0; p < pairs; p++) sum[p][m] = dot4(sum[p][m], own[p], four(values + m * GROUP + q * 4), layout == Q8_0);
            }
            for (int p = 0; p < pairs; p++) {
                const floats scale = load_floats(u[p].scales[g][part]);
                for (int m = 0; m < tile; m++) total[p][m] = times_plus(to_floats(sum[p][m]), times(scale, scales[m]), total[p][m]);
            }
        }
        for (int p = 0; p < pairs; p++) {
            if (minima) {
                const floats minimum = load_floats(u[p].scales[g][1]);
                for (int m = 0; m < tile; m++) total[p][m] = times_plus(minimum, all_floats(totals[m]), total[p][m]);
            }
            w[p] += BYTES;
        }
        values += tile * GROUP, scales += tile, totals += tile, offsets += 4 * tile;
    }
    for (int p = 0; p < pairs; p++)
        for (int m = 0; m < tile; m++) sums[p * stride + m] = total[p][m];
}

#define UNPACKED(count, pairs) case count: multiply_paired(count, pairs, layout, u, a, groups, sums, stride); break;
INLINE void multiply_paired_any(const int layout, int64_t tile, int64_t pairs, const unpacked_t *u, const activations_t a, int64_t groups,
                                floats *sums, int64_t stride) {
    (void)pairs;
#if PAIRS >= 2
    if (pairs == 2) {
        switch (tile) { UNPACKED(1, 2) UNPACKED(2, 2) UNPACKED(3, 2) UNPACKED(4, 2) UNPACKED(5, 2) UNPACKED(6, 2) }
        return;
    }
    switch (tile) { UNPACKED(5, 1) UNPACKED(6, 1) }
#endif
    switch (tile) { UNPACKED(1, 1) UNPACKED(2, 1) UNPACKED(3, 1) UNPACKED(4, 1) }
}

void multiply_unpacked(int layout, int64_t tile, int64_t pairs, const unpacked_t *u, activations_t a, int64_t groups, floats *sums,
                       int64_t stride) {
    switch (layout) { /* what is unpacked differs in its offset, in having minima, and in how many columns share a scale */
        case Q8_0: multiply_paired_any(Q8_0, tile, pairs, u, a, groups, sums, stride); break;
        case Q4_0: multiply_paired_any(Q4_0, tile, pairs, u, a, groups, sums, stride); break;
        case Q4_1:
        case Q4_K: multiply_paired_any(Q4_K, tile, pairs, u, a, groups, sums, stride); break;
        case Q6_K: multiply_paired_any(Q6_K, tile, pairs, u, a, groups, sums, stride); break;
    }
}
