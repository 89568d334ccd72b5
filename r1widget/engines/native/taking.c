/* Blocks of GGUF to ours: the same integers, in other places. github.com/ggml-org/ggml, src/ggml-quants.c, tells how they lie. */
#include "packing.h"

typedef struct {
    int layout;
    const uint8_t *stored;
    int64_t columns;
} stored_t;

INLINE int64_t stored_size(int layout, int64_t columns) {
    switch (layout) {
        case Q8_0: return columns / GROUP * 34;
        case Q4_0: return columns / GROUP * 18;
        case Q4_1: return columns / GROUP * 20;
        case Q4_K: return columns / SUPER * 144;
        default: return columns / SUPER * 210;
    }
}

/* Half of the columns in the low halves of the bytes, the other half in the high ones. */
INLINE void nibbles(const uint8_t *p, uint8_t *values, const int count) {
    for (int i = 0; i < count; i++) {
        values[i] = p[i] & 15;
        values[count + i] = p[i] >> 4;
    }
}

static void of_groups(int layout, const uint8_t *p, int64_t groups, super_t *s) {
    for (int64_t g = 0; g < groups; g++) {
        uint8_t *values = s->values + g * GROUP;
        s->scales[g] = load_half(p);
        if (layout == Q8_0) {
            for (int i = 0; i < GROUP; i++) values[i] = p[2 + i] ^ 128;
            p += 34;
        } else if (layout == Q4_0) {
            nibbles(p + 2, values, 16);
            p += 18;
        } else {
            s->minima[g] = load_half(p + 2);
            nibbles(p + 4, values, 16);
            p += 20;
        }
    }
}

static void of_4_k(const uint8_t *p, super_t *s) {
    const uint8_t *packed = p + 4; /* eight scales and eight minima of six bits */
    s->d = load_half(p);
    s->dmin = load_half(p + 2) ^ 0x8000;
    for (int g = 0; g < 4; g++) {
        s->own[g] = packed[g] & 63;
        s->own_minima[g] = packed[g + 4] & 63;
        s->own[g + 4] = (packed[g + 8] & 15) | packed[g] >> 6 << 4;
        s->own_minima[g + 4] = packed[g + 8] >> 4 | packed[g + 4] >> 6 << 4;
    }
    for (int k = 0; k < 4; k++) nibbles(p + 16 + 32 * k, s->values + 64 * k, 32);
}

static void of_6_k(const uint8_t *p, super_t *s) {
    memcpy(s->own, p + 192, 16);
    s->d = load_half(p + 208);
    for (int k = 0; k < 2; k++) {
        const uint8_t *low = p + 64 * k, *above = p + 128 + 32 * k;
        uint8_t *values = s->values + 128 * k;
        for (int i = 0; i < 32; i++) {
            values[i] = (low[i] & 15) | (above[i] & 3) << 4;
            values[i + 32] = (low[i + 32] & 15) | (above[i] >> 2 & 3) << 4;
            values[i + 64] = low[i] >> 4 | (above[i] >> 4 & 3) << 4;
            values[i + 96] = low[i + 32] >> 4 | above[i] >> 6 << 4;
        }
    }
}

static void taken(const void *data, int64_t row, int64_t rows, int64_t column, int64_t columns, super_t *s) {
    const stored_t *t = data;
    for (int64_t lane = 0; lane < rows; lane++) {
        const uint8_t *p = t->stored + (row + lane) * stored_size(t->layout, t->columns) + stored_size(t->layout, column);
        if (t->layout == Q4_K)
            of_4_k(p, s + lane);
        else if (t->layout == Q6_K)
            of_6_k(p, s + lane);
        else
            of_groups(t->layout, p, columns / GROUP, s + lane);
    }
}

/* Rows as a GGUF file has them, one behind the other, to blocks. Columns are a multiple of what shares a scale there. */
PUBLIC void r1_take(int layout, const uint8_t *stored, int64_t rows, int64_t columns, uint8_t *blocks, int threads) {
    const stored_t t = {layout, stored, columns};
    put_all(layout, taken, &t, rows, columns, blocks, threads);
}
