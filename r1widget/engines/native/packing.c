/* Numbers to blocks of weights, and back. The layouts are told in `layouts.h`. */
#include "packing.h"
#include "processor.h"

INLINE uint32_t load4(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

INLINE void store4(uint8_t *p, uint32_t v) { memcpy(p, &v, 4); }
INLINE void store_half(uint8_t *p, uint16_t v) { memcpy(p, &v, 2); }

#define LOW 0x0F0F0F0Fu
#define TWO 0x03030303u

/* --- A row of a block ------------------------------------------------------------------------------------------------ */

static void put_scales(int layout, uint8_t *head, int64_t groups, int64_t first, int64_t count, int lane, const super_t *s) {
    uint8_t *own = head + supers_size(layout, groups) + first * (layout == Q4_1 ? 64 : 32);
    if (layout == Q4_K) {
        store_half(head + first / 8 * 64 + 2 * lane, s->d);
        store_half(head + first / 8 * 64 + 32 + 2 * lane, s->dmin);
    } else if (layout == Q6_K) {
        store_half(head + first / 8 * 32 + 2 * lane, s->d);
    }
    for (int64_t g = 0; g < count; g++) {
        if (layout == Q4_K) {
            own[g * 32 + lane] = s->own[g];
            own[g * 32 + 16 + lane] = s->own_minima[g];
        } else if (layout == Q6_K) {
            own[g * 32 + lane] = s->own[2 * g];
            own[g * 32 + 16 + lane] = s->own[2 * g + 1];
        } else if (layout == Q4_1) {
            store_half(own + g * 64 + 2 * lane, s->scales[g]);
            store_half(own + g * 64 + 32 + 2 * lane, s->minima[g]);
        } else {
            store_half(own + g * 32 + 2 * lane, s->scales[g]);
        }
    }
}

static void get_scales(int layout, const uint8_t *head, int64_t groups, int64_t first, int64_t count, int lane, super_t *s) {
    const uint8_t *own = head + supers_size(layout, groups) + first * (layout == Q4_1 ? 64 : 32);
    if (layout == Q4_K) {
        s->d = load_half(head + first / 8 * 64 + 2 * lane);
        s->dmin = load_half(head + first / 8 * 64 + 32 + 2 * lane);
    } else if (layout == Q6_K) {
        s->d = load_half(head + first / 8 * 32 + 2 * lane);
    }
    for (int64_t g = 0; g < count; g++) {
        if (layout == Q4_K) {
            s->own[g] = own[g * 32 + lane];
            s->own_minima[g] = own[g * 32 + 16 + lane];
        } else if (layout == Q6_K) {
            s->own[2 * g] = own[g * 32 + lane];
            s->own[2 * g + 1] = own[g * 32 + 16 + lane];
        } else if (layout == Q4_1) {
            s->scales[g] = load_half(own + g * 64 + 2 * lane);
            s->minima[g] = load_half(own + g * 64 + 32 + 2 * lane);
        } else {
            s->scales[g] = load_half(own + g * 32 + 2 * lane);
        }
    }
}

/* At most 256 columns of one row into a block of `groups` groups: `count` of them, from the group `first` on. */
static void put(int layout, uint8_t *block, int64_t groups, int64_t first, int64_t count, int lane, const super_t *s) {
    uint8_t *w = block + head_size(layout, groups) + first * group_size(layout) + 4 * lane;
    put_scales(layout, block, groups, first, count, lane, s);
    for (int64_t g = 0; g < count; g++, w += group_size(layout)) {
        const uint8_t *values = s->values + g * GROUP;
        if (layout == Q8_0) {
            for (int q = 0; q < 8; q++) store4(w + q * 64, load4(values + 4 * q));
            continue;
        }
        for (int octet = 0; octet < 4; octet++)
            store4(w + octet * 64, (load4(values + 8 * octet) & LOW) | (load4(values + 8 * octet + 4) & LOW) << 4);
        if (layout == Q6_K)
            for (int half = 0; half < 2; half++) {
                uint32_t above = 0;
                for (int k = 0; k < 4; k++) above |= (load4(values + 16 * half + 4 * k) >> 4 & TWO) << 2 * k;
                store4(w + BYTES / 2 + half * 64, above);
            }
    }
}

/* ... and back. */
static void get(int layout, const uint8_t *block, int64_t groups, int64_t first, int64_t count, int lane, super_t *s) {
    const uint8_t *w = block + head_size(layout, groups) + first * group_size(layout) + 4 * lane;
    get_scales(layout, block, groups, first, count, lane, s);
    for (int64_t g = 0; g < count; g++, w += group_size(layout)) {
        uint8_t *values = s->values + g * GROUP;
        if (layout == Q8_0) {
            for (int q = 0; q < 8; q++) store4(values + 4 * q, load4(w + q * 64));
            continue;
        }
        for (int octet = 0; octet < 4; octet++) {
            store4(values + 8 * octet, load4(w + octet * 64) & LOW);
            store4(values + 8 * octet + 4, load4(w + octet * 64) >> 4 & LOW);
        }
        if (layout == Q6_K)
            for (int q = 0; q < 8; q++) {
                const uint32_t above = load4(w + BYTES / 2 + q / 4 * 64) >> 2 * (q % 4) & TWO;
                store4(values + 4 * q, load4(values + 4 * q) | above << 4);
            }
    }
}

/* What a row's integers and scales stand for. GGUF's own reader rounds the same products and sums in the same places. */
static void numbers(int layout, const super_t *s, int64_t columns, float *out) {
    for (int64_t i = 0; i < columns; i++) {
        const int64_t g = i / GROUP;
        const float value = (float)s->values[i];
        switch (layout) {
            case Q8_0: out[i] = half_to_float(s->scales[g]) * (value - 128); break;
            case Q4_0: out[i] = half_to_float(s->scales[g]) * (value - 8); break;
            case Q4_1: out[i] = half_to_float(s->scales[g]) * value + half_to_float(s->minima[g]); break;
            case Q4_K:
                out[i] = half_to_float(s->d) * (float)s->own[g] * value + half_to_float(s->dmin) * (float)s->own_minima[g];
                break;
            case Q6_K: out[i] = half_to_float(s->d) * (float)(int8_t)s->own[i / 16] * (value - 32); break;
        }
    }
}

/* --- All rows ---------------------------------------------------------------------------------------------------------- */

typedef struct {
    int layout, threads;
    maker_t of;
    const void *data;
    int64_t rows, columns;
    uint8_t *blocks; /* or what is read */
    float *out;      /* nothing where blocks are made */
} packing_t;

static void sixteen(const packing_t *p, int64_t sixteenth) {
    const int64_t groups = groups_of(p->columns);
    uint8_t *block = p->blocks + sixteenth * rows_size(p->layout, p->columns);
    for (int64_t start = 0; start < groups; start += GROUPS) {
        const int64_t wide = least(GROUPS, groups - start);
        if (!p->out) memset(block, 0, (size_t)block_size(p->layout, wide));
        for (int64_t first = 0; first < wide; first += SUPER / GROUP) {
            const int64_t row = sixteenth * LANES, rows = least(LANES, p->rows - row), column = (start + first) * GROUP;
            const int64_t columns = least(SUPER, p->columns - column), count = groups_of(columns);
            super_t s[LANES];
            if (!p->out) p->of(p->data, row, rows, column, columns, s);
            for (int lane = 0; lane < rows; lane++)
                if (p->out) {
                    get(p->layout, block, wide, first, count, lane, s);
                    numbers(p->layout, s, columns, p->out + (row + lane) * p->columns + column);
                } else {
                    put(p->layout, block, wide, first, count, lane, s + lane);
                }
        }
        block += block_size(p->layout, wide);
    }
}

static void share(void *data) {
    const packing_t *p = data;
    const member_t m = member(p->threads, 0);
    const int64_t all = divided_up(p->rows, LANES);
    for (int64_t k = share_from(&m, all); k < share_to(&m, all); k++) sixteen(p, k);
}

static void run(packing_t *p) {
    if (!r1_parallel) p->threads = 1;
    together(share, p, p->threads);
}

void put_all(int layout, maker_t of, const void *data, int64_t rows, int64_t columns, uint8_t *blocks, int threads) {
    packing_t p = {layout, threads, of, data, rows, columns, blocks, 0};
    run(&p);
}

typedef struct {
    int layout;
    const float *weights, *importance, *carried;
    int64_t columns;
} numbers_t;

static void searched(const void *data, int64_t row, int64_t rows, int64_t column, int64_t columns, super_t *s) {
    const numbers_t *n = data;
    search(n->layout, n->weights + row * n->columns + column, n->columns, rows, columns, n->importance ? n->importance + column : 0,
           n->carried ? n->carried + column * SUPER : 0, s);
}

/* `weights` (rows, columns) float32 to blocks; `importance` (columns) says how much a squared error counts in each, or nothing;
 * `carried` (columns, filled up to a multiple of 256; 256), what the error of a column adds to those behind it, or nothing. */
PUBLIC void r1_pack(int layout, const float *weights, const float *importance, const float *carried, int64_t rows,
                    int64_t columns, uint8_t *blocks, int threads) {
    const numbers_t n = {layout, weights, importance, carried, columns};
    put_all(layout, searched, &n, rows, columns, blocks, threads);
}

/* The numbers (rows, columns) that blocks stand for. */
PUBLIC void r1_unpack(int layout, const uint8_t *blocks, int64_t rows, int64_t columns, float *out, int threads) {
    packing_t p = {layout, threads, 0, 0, rows, columns, (uint8_t *)blocks, out};
    run(&p);
}

/* Bytes of 16 rows. */
PUBLIC int64_t r1_size(int layout, int64_t columns) { return rows_size(layout, columns); }
