/* Products of a few rows with keys or values as they lie in memory, float32 or bfloat16, and keys turned round for them. */
#ifndef R1_TILES_H
#define R1_TILES_H

#include "bf16.h"
#include "vectors.h"

#define BLOCK 64 /* keys that are looked at together */
#define TILE 6   /* rows whose sums a product holds in registers */
#define LINES 2  /* of memory that are called for with every row of a product */

/* sums (tile, vectors·W) += a (tile, count) · b (count, vectors·W); one fused operation for each product, in order.
 * Meanwhile LINES·count lines from `ahead` on come nearer: all at once they would hold up the products. */
INLINE void multiply(const int tile, const int vectors, const int bf16, const float *a, int64_t a_step, const void *b,
                     int64_t b_step, int64_t count, float *sums, int64_t step, const char *ahead) {
    vec sum[TILE][PANEL];
    for (int t = 0; t < tile; t++)
        for (int v = 0; v < vectors; v++) sum[t][v] = load(sums + t * step + v * W);
    for (int64_t i = 0; i < count; i++) {
        vec row[PANEL];
        if (ahead)
            for (int k = 0; k < LINES; k++) __builtin_prefetch(ahead + (i * LINES + k) * 64, 0, 3);
        for (int v = 0; v < vectors; v++)
            row[v] = bf16 ? load_bf16((const uint16_t *)b + i * b_step + v * W) : load((const float *)b + i * b_step + v * W);
        for (int t = 0; t < tile; t++) {
            const vec x = all(a[t * a_step + i]);
            for (int v = 0; v < vectors; v++) sum[t][v] = fused(x, row[v], sum[t][v]);
        }
    }
    for (int t = 0; t < tile; t++)
        for (int v = 0; v < vectors; v++) store(sums + t * step + v * W, sum[t][v]);
}

#define ARGUMENTS const float *a, int64_t a_step, const void *b, int64_t b_step, int64_t count, float *sums, int64_t step, const char *ahead
#define CASE(tile) case tile: multiply(tile, vectors, bf16, a, a_step, b, b_step, count, sums, step, ahead); break;
INLINE void multiply_any(int64_t tile, const int vectors, const int bf16, ARGUMENTS) {
    switch (tile) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) }
}
static void wide32(int64_t tile, ARGUMENTS) { multiply_any(tile, PANEL, 0, a, a_step, b, b_step, count, sums, step, ahead); }
static void wide16(int64_t tile, ARGUMENTS) { multiply_any(tile, PANEL, 1, a, a_step, b, b_step, count, sums, step, ahead); }
static void slim32(int64_t tile, ARGUMENTS) { multiply_any(tile, 1, 0, a, a_step, b, b_step, count, sums, step, ahead); }
static void slim16(int64_t tile, ARGUMENTS) { multiply_any(tile, 1, 1, a, a_step, b, b_step, count, sums, step, ahead); }

/* The same for any number of columns, a multiple of W. `ahead` has so many bytes. */
static void product(int64_t tile, int bf16, int64_t columns, ARGUMENTS, int64_t bytes_ahead) {
    int64_t at = 0;
    const char *from = b, *end = ahead + bytes_ahead;
    const int64_t width = bf16 ? 2 : 4;
    for (; at + PANEL * W <= columns; at += PANEL * W, ahead += count * LINES * 64)
        (bf16 ? wide16 : wide32)(tile, a, a_step, from + at * width, b_step, count, sums + at, step, ahead < end ? ahead : 0);
    for (; at < columns; at += W)
        (bf16 ? slim16 : slim32)(tile, a, a_step, from + at * width, b_step, count, sums + at, step, 0);
}

#if defined(__AVX512F__)
INLINE void transpose16(__m512i r[16]) {
    __m512i t[16], u[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        u[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        const __m512i a = _mm512_shuffle_i32x4(u[i], u[4 + i], 0x88), b = _mm512_shuffle_i32x4(u[8 + i], u[12 + i], 0x88);
        const __m512i c = _mm512_shuffle_i32x4(u[i], u[4 + i], 0xdd), d = _mm512_shuffle_i32x4(u[8 + i], u[12 + i], 0xdd);
        r[i] = _mm512_shuffle_i32x4(a, b, 0x88);
        r[4 + i] = _mm512_shuffle_i32x4(c, d, 0x88);
        r[8 + i] = _mm512_shuffle_i32x4(a, b, 0xdd);
        r[12 + i] = _mm512_shuffle_i32x4(c, d, 0xdd);
    }
}
#endif

/* `count` keys of (…, size) as (size, BLOCK) in float32. What fills the last 16 is the last key again. */
static void turn_round(const void *keys, int bf16, int64_t size, int64_t count, float *out) {
    for (int64_t j = 0; j < count; j += 16) {
        const int64_t last = count - 1;
        int64_t i = 0;
#if defined(__AVX512F__)
        const __m512i high = _mm512_set1_epi32((int)0xFFFF0000);
        for (; i + (bf16 ? 32 : 16) <= size; i += bf16 ? 32 : 16) {
            __m512i r[16];
            for (int k = 0; k < 16; k++) {
                const int64_t at = least(j + k, last) * size + i;
                r[k] = bf16 ? _mm512_loadu_si512((const uint16_t *)keys + at) : _mm512_loadu_si512((const float *)keys + at);
            }
            transpose16(r);
            for (int k = 0; k < 16; k++) {
                if (bf16) { /* two neighbours in one lane */
                    _mm512_storeu_si512(out + (i + 2 * k) * BLOCK + j, _mm512_slli_epi32(r[k], 16));
                    _mm512_storeu_si512(out + (i + 2 * k + 1) * BLOCK + j, _mm512_and_si512(r[k], high));
                } else {
                    _mm512_storeu_si512(out + (i + k) * BLOCK + j, r[k]);
                }
            }
        }
#endif
        for (; i < size; i++)
            for (int k = 0; k < 16; k++) {
                const int64_t at = least(j + k, last) * size + i;
                out[i * BLOCK + j + k] = bf16 ? from_bf16(((const uint16_t *)keys)[at]) : ((const float *)keys)[at];
            }
    }
}

#endif
