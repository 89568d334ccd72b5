/* Vectors of floats, as wide as this processor has them, and what is computed with them.
 *
 * An operation of each lane is the same on every processor (one rounding for a·b + c); sums over lanes differ with
 * their number.
 */
#ifndef R1_VECTORS_H
#define R1_VECTORS_H

#include <stdint.h>
#include <string.h>

#include "threads.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#define W 16
#define PANEL 4 /* vectors of columns that a product holds in registers, beside some rows (`tiles.h`) */
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define W 8
#define PANEL 2
#elif defined(__aarch64__)
#include <arm_neon.h>
#define W 4
#define PANEL 4
#else
#define W 4
#define PANEL 2
#endif

typedef float vec __attribute__((vector_size(4 * W)));
typedef int32_t ivec __attribute__((vector_size(4 * W)));
typedef uint32_t uvec __attribute__((vector_size(4 * W)));

INLINE vec load(const float *p) { vec v; memcpy(&v, p, sizeof v); return v; }
INLINE void store(float *p, vec v) { memcpy(p, &v, sizeof v); }

#if defined(__AVX512F__)
INLINE vec all(float v) { return (vec)_mm512_set1_ps(v); }
INLINE vec fused(vec a, vec b, vec c) { return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
INLINE vec larger(vec a, vec b) { return (vec)_mm512_max_ps((__m512)a, (__m512)b); }
INLINE float largest(vec v) { return _mm512_reduce_max_ps((__m512)v); }
INLINE vec load_bf16(const uint16_t *p) {
    return (vec)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16);
}
#else
#if defined(__AVX2__) && defined(__FMA__)
INLINE vec all(float v) { return (vec)_mm256_set1_ps(v); }
INLINE vec fused(vec a, vec b, vec c) { return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
INLINE vec larger(vec a, vec b) { return (vec)_mm256_max_ps((__m256)a, (__m256)b); }
INLINE vec load_bf16(const uint16_t *p) {
    return (vec)_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p)), 16);
}
#else
INLINE vec all(float v) { vec r; for (int i = 0; i < W; i++) r[i] = v; return r; }
INLINE vec larger(vec a, vec b) {
    ivec more = a > b;
    return (vec)((more & (ivec)a) | (~more & (ivec)b));
}
#if defined(__aarch64__)
INLINE vec fused(vec a, vec b, vec c) { return (vec)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b); }
#else
INLINE vec fused(vec a, vec b, vec c) { return a * b + c; }
#endif
INLINE vec load_bf16(const uint16_t *p) {
    uvec v;
    for (int i = 0; i < W; i++) v[i] = (uint32_t)p[i] << 16;
    return (vec)v;
}
#endif
INLINE float largest(vec v) {
    float most = v[0];
    for (int i = 1; i < W; i++) most = v[i] > most ? v[i] : most;
    return most;
}
#endif

INLINE float total(vec v) {
    float lanes[W];
    store(lanes, v);
    for (int half = W / 2; half; half /= 2)
        for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

INLINE vec either(ivec mask, vec a, vec b) { return (vec)((mask & (ivec)a) | (~mask & (ivec)b)); }

/* eˣ within two units of the last place, for x up to 88 (e⁸⁸ above it); 0 below -87, where floats end. NaN stays.
 * x is n·ln 2 + r with |r| <= 0.35; eʳ is the polynomial of Cephes' expf. */
INLINE vec exponential(vec x) {
    const vec magic = all(12582912.0f); /* 1.5·2²³: what is added to it is rounded to a whole number */
    const ivec tiny = x < all(-87.0f);
    x = either(x > all(88.0f), all(88.0f), x);
    x = either(tiny, all(-87.0f), x);
    const vec shifted = fused(x, all(1.44269504088896341f), magic), n = shifted - magic;
    vec r = fused(n, all(-0.693359375f), x);
    r = fused(n, all(2.12194440e-4f), r);
    vec p = all(1.9875691500e-4f);
    p = fused(p, r, all(1.3981999507e-3f));
    p = fused(p, r, all(8.3334519073e-3f));
    p = fused(p, r, all(4.1665795894e-2f));
    p = fused(p, r, all(1.6666665459e-1f));
    p = fused(p, r, all(5.0000001201e-1f));
    p = fused(p, r * r, r + all(1.0f));
    const uvec power = ((uvec)shifted - (uvec)magic + 127u) << 23;
    return either(tiny, all(0.0f), p * (vec)power);
}

#endif
