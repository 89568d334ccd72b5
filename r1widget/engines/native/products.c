/* 16 rows of weights times some rows of x, for each layout (`layouts.h`).
 *
 * The sum over a row's groups is always taken in order, in one float32, with one fused operation for what shares a scale and
 * one for a minimum: so a row's result has the same bits whatever other rows come with it.
 */
#include "products.h"

#define QUADS (GROUP / 4)
#define AHEAD 2048 /* bytes: how far before they are needed weights are asked for */

typedef struct {
    floats first, second;
} scales_t;

/* The scale of a group, and its minimum, or the scale of its second 16 columns. */
INLINE scales_t scales_of(const int layout, const uint8_t *head, int64_t groups, int64_t g) {
    scales_t s;
    if (layout == Q4_1) {
        s.first = load_halves(head + g * 64);
        s.second = load_halves(head + g * 64 + 32);
    } else if (layout == Q4_K) {
        const uint8_t *super = head + g / 8 * 64, *own = head + supers_size(layout, groups) + g * 32;
        s.first = product(load_halves(super), load_unsigned(own));
        s.second = product(load_halves(super + 32), load_unsigned(own + 16));
    } else if (layout == Q6_K) {
        const uint8_t *own = head + supers_size(layout, groups) + g * 32;
        const floats super = load_halves(head + g / 8 * 32);
        s.first = product(super, load_signed(own));
        s.second = product(super, load_signed(own + 16));
    } else {
        s.first = load_halves(head + g * 32);
        s.second = s.first;
    }
    return s;
}

/* Columns 8·octet to 8·octet + 7 of a group, a byte each. */
INLINE void weights_of(const int layout, const uint8_t *group, const int octet, bytes *first, bytes *second) {
    if (layout == Q8_0) {
        *first = load_bytes(group + octet * 128);
        *second = load_bytes(group + octet * 128 + 64);
        return;
    }
    const bytes both = load_bytes(group + octet * 64);
    *first = low_half(both);
    *second = high_half(both);
    if (layout == Q6_K) {
        const bytes above = load_bytes(group + BYTES / 2 + octet / 2 * 64);
        *first = octet % 2 ? joined2(*first, above) : joined0(*first, above);
        *second = octet % 2 ? joined3(*second, above) : joined1(*second, above);
    }
}

INLINE int32_t four(const int8_t *values) {
    int32_t x;
    memcpy(&x, values, 4);
    return x;
}

/* What a sum of integers begins with. */
INLINE ints begin(const int layout, const int32_t *offsets, int half) {
    return layout == Q4_1 || layout == Q4_K ? all_ints(0) : all_ints(offsets[layout == Q8_0 ? 1 : layout == Q4_0 ? 0 : 2 + half]);
}

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
        for (int64_t g = 0; g < count; g++) {
            for (int64_t line = 0; line < group_size(layout); line += 64) prefetch(w + AHEAD + line);
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

/* --- Many rows of x --------------------------------------------------------------------------------------------------- */

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
