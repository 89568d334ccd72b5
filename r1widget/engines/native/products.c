/* 16 rows of weights times a few rows of x, for each layout (`layouts.h`).
 *
 * The sum over a row's groups is always taken in order, in one float32, with one fused operation for what shares a scale and
 * one for a minimum: so a row's result has the same bits whatever other rows come with it.
 */
#include "blocks.h"
#include "products.h"

/* Bytes: how far before they are needed weights are asked for. One thread of a Zen 5 read them no slower than a plain loop reads
 * memory, at one row of x as at four; with 2,048 it took 1.3 to 2.5 times as long, and left to the processor 1.6 to 7 times. */
#define AHEAD 8192

INLINE void multiply_tile(const int tile, const int layout, const uint8_t *w, const activations_t a, int64_t groups, floats *sums) {
    const int parts = layout == Q6_K ? 2 : 1, minima = layout == Q4_1 || layout == Q4_K;
    const int8_t *values = a.values;
    const float *scales = a.scales, *totals = a.sums;
    const int32_t *offsets = a.offsets;
    floats total[TILE];
    for (int m = 0; m < tile; m++) total[m] = sums[m];
    for (; groups > 0; groups -= GROUPS) {
        const int64_t count = least(groups, GROUPS);
        const uint8_t *head = w;
        w += head_size(layout, count);
        for (const uint8_t *line = head; line < w; line += 64) prefetch(line + AHEAD);
        for (int64_t g = 0; g < count; g++) {
            for (int64_t line = 0; line < group_size(layout); line += 64) prefetch(w + line + AHEAD);
            const scales_t own = scales_of(layout, head, count, g);
            for (int part = 0; part < parts; part++) {
                ints sum[TILE];
                for (int m = 0; m < tile; m++) sum[m] = begin(layout, offsets + 4 * m, part);
#pragma GCC unroll 4
                for (int octet = part * 4 / parts; octet < (part + 1) * 4 / parts; octet++) {
                    bytes first, second;
                    weights_of(layout, w, octet, &first, &second);
                    for (int m = 0; m < tile; m++) sum[m] = dot4(sum[m], first, four(values + m * GROUP + octet * 8), layout == Q8_0);
                    for (int m = 0; m < tile; m++) sum[m] = dot4(sum[m], second, four(values + m * GROUP + octet * 8 + 4), layout == Q8_0);
                }
                for (int m = 0; m < tile; m++)
                    total[m] = times_plus(to_floats(sum[m]), times(part ? own.second : own.first, scales[m]), total[m]);
            }
            if (minima)
                for (int m = 0; m < tile; m++) total[m] = times_plus(own.second, all_floats(totals[m]), total[m]);
            w += group_size(layout);
            values += tile * GROUP, scales += tile, totals += tile, offsets += 4 * tile;
        }
    }
    for (int m = 0; m < tile; m++) sums[m] = total[m];
}

#define TILED(count) case count: multiply_tile(count, layout, w, a, groups, sums); break;
INLINE void multiply_any(const int layout, int64_t tile, const uint8_t *w, const activations_t a, int64_t groups, floats *sums) {
    switch (tile) {
        TILED(1) TILED(2) TILED(3) TILED(4)
#if TILE >= 12
        TILED(5) TILED(6) TILED(7) TILED(8) TILED(9) TILED(10) TILED(11) TILED(12)
#endif
    }
}

void multiply(int layout, int64_t tile, const uint8_t *w, activations_t a, int64_t groups, floats *sums) {
    switch (layout) {
        case Q8_0: multiply_any(Q8_0, tile, w, a, groups, sums); break;
        case Q4_0: multiply_any(Q4_0, tile, w, a, groups, sums); break;
        case Q4_1: multiply_any(Q4_1, tile, w, a, groups, sums); break;
        case Q4_K: multiply_any(Q4_K, tile, w, a, groups, sums); break;
        case Q6_K: multiply_any(Q6_K, tile, w, a, groups, sums); break;
    }
}
