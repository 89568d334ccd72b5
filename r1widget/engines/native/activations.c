/* What goes into a linear layer, rounded to 8 bits: `linear_quantise` and `linear_put` of `linears.h`. */
#include <string.h>

#include "bf16.h"
#include "linears.h"
#include "products.h"

/* A group of one row of x: 8-bit values, their scale, and what their sums are multiplied by. */
INLINE void quantise_group(const float *x, int8_t *values, float *scale, float *sum, int32_t *offsets) {
    int32_t bits[GROUP], most = 0, totals[2] = {0, 0};
    memcpy(bits, x, sizeof bits);
    for (int i = 0; i < GROUP; i++) {
        int32_t size = bits[i] & 0x7FFFFFFF; /* ordered as the floats are; NaN above all */
        most = size > most ? size : most;
    }
    float largest;
    memcpy(&largest, &most, 4);
    if (most >= 0x7F800000) { /* no integer stands for an infinity or a NaN: what comes of this group is a NaN */
        memset(values, 0, GROUP);
        memset(offsets, 0, 4 * sizeof *offsets);
        *scale = *sum = __builtin_nanf("");
        return;
    }
    float inverse = largest < 1e-30f ? 0.0f : 127.0f / largest;
    for (int half = 0; half < 2; half++)
        for (int i = half * GROUP / 2; i < (half + 1) * GROUP / 2; i++) {
            int32_t value = (int32_t)__builtin_rintf(x[i] * inverse);
            values[i] = (int8_t)value;
            totals[half] += value;
        }
    *scale = largest < 1e-30f ? 0.0f : largest / 127.0f;
    *sum = *scale * (float)(totals[0] + totals[1]);
    offsets[0] = -8 * (totals[0] + totals[1]);
    offsets[1] = -OFFSET8 * (totals[0] + totals[1]);
    offsets[2] = -32 * totals[0];
    offsets[3] = -32 * totals[1];
}

/* Where the groups of a row are, and how far apart. */
INLINE activations_t row_of(const product_t *p, int64_t row, int64_t *step) {
    const int64_t groups = groups_of(p->linear->columns);
    const int64_t start = row / p->chunk * p->chunk, rows = least(p->chunk, p->n - start);
    const int64_t most = tile_of(rows), tile = (row - start) / most * most;
    *step = least(most, rows - tile);
    return moved(p->a, (start + tile) * groups + row - start - tile);
}

static void quantise_row(const product_t *p, int64_t row) {
    const int64_t columns = p->linear->columns, groups = groups_of(columns);
    int64_t step;
    const activations_t a = row_of(p, row, &step);
    for (int64_t g = 0; g < groups; g++) {
        float buffer[GROUP];
        const float *x = (const float *)p->x + row * columns + g * GROUP;
        const int64_t left = columns - g * GROUP;
        if (p->bf16 || left < GROUP) {
            const int count = (int)least(left, GROUP);
            const uint16_t *halves = (const uint16_t *)p->x + row * columns + g * GROUP;
            if (!p->bf16)
                for (int i = 0; i < count; i++) buffer[i] = x[i];
            else if (count == GROUP)
                for (int i = 0; i < GROUP; i++) buffer[i] = from_bf16(halves[i]);
            else
                for (int i = 0; i < count; i++) buffer[i] = from_bf16(halves[i]);
            for (int i = count; i < GROUP; i++) buffer[i] = 0.0f;
            x = buffer;
        }
        const int64_t i = g * step;
        quantise_group(x, a.values + i * GROUP, a.scales + i, a.sums + i, a.offsets + 4 * i);
    }
}

void linear_quantise(const product_t *p, int64_t first, int64_t last) {
    for (int64_t row = first; row < last; row++) quantise_row(p, row);
}

void linear_put(const product_t *p, int64_t row, int64_t group, const float *x, int64_t count) {
    int64_t step;
    const activations_t a = row_of(p, row, &step);
    for (int64_t at = 0; at < count; at += GROUP, group++) {
        float rest[GROUP] = {0};
        if (count - at < GROUP) memcpy(rest, x + at, (size_t)(count - at) * 4);
        const int64_t i = group * step;
        quantise_group(count - at < GROUP ? rest : x + at, a.values + i * GROUP, a.scales + i, a.sums + i, a.offsets + 4 * i);
    }
}
