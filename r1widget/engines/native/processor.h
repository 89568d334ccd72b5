/* What a processor must be able to do for `products.c`, as functions that are one instruction or a few.
 *
 * A `bytes`, `ints` or `floats` is 64 bytes: 16 lanes of four bytes, or of one number. `dot4` multiplies the four weights of
 * each lane, which are unsigned, by the same four activations, and adds them to the lane's sum. Weights of which the highest
 * bit is used (`wide`) are value + OFFSET8, once `dot4` has them.
 */
#ifndef R1_PROCESSOR_H
#define R1_PROCESSOR_H

#include <stdint.h>
#include <string.h>

#include "threads.h"

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include <immintrin.h>
#define NAME "avx512-vnni"
#define TILE 12 /* rows of x whose sums are held in registers */
#define PAIRS 2 /* ... and of how many times 16 rows of weights, where x has many */
#define PAIRED 6 /* ... for so many rows of x */
typedef __m512i bytes;
typedef __m512i ints;
typedef __m512 floats;
INLINE bytes load_bytes(const uint8_t *p) { return _mm512_loadu_si512(p); }
INLINE void store_bytes(uint8_t *p, bytes v) { _mm512_storeu_si512(p, v); }
INLINE bytes low_half(bytes v) { return _mm512_and_si512(v, _mm512_set1_epi8(15)); }
INLINE bytes high_half(bytes v) { return _mm512_and_si512(_mm512_srli_epi16(v, 4), _mm512_set1_epi8(15)); }
INLINE bytes above4(bytes low, bytes v) { return _mm512_or_si512(low, _mm512_and_si512(v, _mm512_set1_epi8(0x30))); }
INLINE bytes joined0(bytes low, bytes v) { return above4(low, _mm512_slli_epi16(v, 4)); } /* two bits of v above four */
INLINE bytes joined1(bytes low, bytes v) { return above4(low, _mm512_slli_epi16(v, 2)); }
INLINE bytes joined2(bytes low, bytes v) { return above4(low, v); }
INLINE bytes joined3(bytes low, bytes v) { return above4(low, _mm512_srli_epi16(v, 2)); }
INLINE ints all_ints(int32_t v) { return _mm512_set1_epi32(v); }
INLINE ints dot4(ints sum, bytes weights, int32_t x, int wide) {
    (void)wide;
    return _mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi32(x));
}
INLINE floats to_floats(ints v) { return _mm512_cvtepi32_ps(v); }
INLINE floats load_halves(const uint8_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
INLINE floats load_unsigned(const uint8_t *p) { return to_floats(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p))); }
INLINE floats load_signed(const uint8_t *p) { return to_floats(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p))); }
INLINE floats all_floats(float v) { return _mm512_set1_ps(v); }
INLINE floats product(floats a, floats b) { return _mm512_mul_ps(a, b); }
INLINE floats load_floats(const float *p) { return _mm512_loadu_ps(p); }
INLINE void store_floats(float *p, floats v) { _mm512_storeu_ps(p, v); }
INLINE floats no_floats(void) { return _mm512_setzero_ps(); }
INLINE floats times(floats a, float b) { return _mm512_mul_ps(a, _mm512_set1_ps(b)); }
INLINE floats times_plus(floats a, floats b, floats c) { return _mm512_fmadd_ps(a, b, c); }
#define OFFSET8 128
INLINE float half_to_float(uint16_t v) { return _cvtsh_ss(v); }
INLINE uint16_t float_to_half(float v) { return _cvtss_sh(v, 0); }

#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__)
#include <immintrin.h>
#define TILE 4
#define PAIRS 1
#define PAIRED 4
typedef struct { __m256i a, b; } bytes;
typedef struct { __m256i a, b; } ints;
typedef struct { __m256 a, b; } floats;
INLINE bytes load_bytes(const uint8_t *p) {
    bytes v = {_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 32))};
    return v;
}
INLINE void store_bytes(uint8_t *p, bytes v) {
    _mm256_storeu_si256((__m256i *)p, v.a);
    _mm256_storeu_si256((__m256i *)(p + 32), v.b);
}
INLINE bytes low_half(bytes v) {
    const __m256i mask = _mm256_set1_epi8(15);
    bytes r = {_mm256_and_si256(v.a, mask), _mm256_and_si256(v.b, mask)};
    return r;
}
INLINE bytes high_half(bytes v) {
    const __m256i mask = _mm256_set1_epi8(15);
    bytes r = {_mm256_and_si256(_mm256_srli_epi16(v.a, 4), mask), _mm256_and_si256(_mm256_srli_epi16(v.b, 4), mask)};
    return r;
}
INLINE bytes above4(bytes low, __m256i a, __m256i b) {
    const __m256i mask = _mm256_set1_epi8(0x30);
    bytes r = {_mm256_or_si256(low.a, _mm256_and_si256(a, mask)), _mm256_or_si256(low.b, _mm256_and_si256(b, mask))};
    return r;
}
INLINE bytes joined0(bytes low, bytes v) { return above4(low, _mm256_slli_epi16(v.a, 4), _mm256_slli_epi16(v.b, 4)); }
INLINE bytes joined1(bytes low, bytes v) { return above4(low, _mm256_slli_epi16(v.a, 2), _mm256_slli_epi16(v.b, 2)); }
INLINE bytes joined2(bytes low, bytes v) { return above4(low, v.a, v.b); }
INLINE bytes joined3(bytes low, bytes v) { return above4(low, _mm256_srli_epi16(v.a, 2), _mm256_srli_epi16(v.b, 2)); }
INLINE ints all_ints(int32_t v) { ints r = {_mm256_set1_epi32(v), _mm256_set1_epi32(v)}; return r; }
#ifdef __AVXVNNI__
#define NAME "avx2-vnni"
#define OFFSET8 128
INLINE __m256i dot4_of_8(__m256i sum, __m256i w, __m256i x, int wide) {
    (void)wide;
    return _mm256_dpbusd_avx_epi32(sum, w, x);
}
#else
#define NAME "avx2"
#define OFFSET8 0 /* two products of an unsigned and a signed byte overflow 16 bits, so the weights get their signs back */
INLINE __m256i dot4_of_8(__m256i sum, __m256i w, __m256i x, int wide) {
    __m256i pairs;
    if (wide) {
        w = _mm256_xor_si256(w, _mm256_set1_epi8(-128));
        pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
    } else {
        pairs = _mm256_maddubs_epi16(w, x);
    }
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
#endif
INLINE ints dot4(ints sum, bytes w, int32_t x, int wide) {
    const __m256i v = _mm256_set1_epi32(x);
    ints r = {dot4_of_8(sum.a, w.a, v, wide), dot4_of_8(sum.b, w.b, v, wide)};
    return r;
}
INLINE floats to_floats(ints v) { floats r = {_mm256_cvtepi32_ps(v.a), _mm256_cvtepi32_ps(v.b)}; return r; }
INLINE floats load_halves(const uint8_t *p) {
    floats r = {_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)), _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 16)))};
    return r;
}
INLINE floats load_unsigned(const uint8_t *p) {
    ints v = {_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)), _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(p + 8)))};
    return to_floats(v);
}
INLINE floats load_signed(const uint8_t *p) {
    ints v = {_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p)), _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(p + 8)))};
    return to_floats(v);
}
INLINE floats all_floats(float v) { floats r = {_mm256_set1_ps(v), _mm256_set1_ps(v)}; return r; }
INLINE floats product(floats a, floats b) { floats r = {_mm256_mul_ps(a.a, b.a), _mm256_mul_ps(a.b, b.b)}; return r; }
INLINE floats load_floats(const float *p) { floats r = {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; return r; }
INLINE void store_floats(float *p, floats v) { _mm256_storeu_ps(p, v.a); _mm256_storeu_ps(p + 8, v.b); }
INLINE floats no_floats(void) { floats r = {_mm256_setzero_ps(), _mm256_setzero_ps()}; return r; }
INLINE floats times(floats v, float b) {
    floats r = {_mm256_mul_ps(v.a, _mm256_set1_ps(b)), _mm256_mul_ps(v.b, _mm256_set1_ps(b))};
    return r;
}
INLINE floats times_plus(floats a, floats b, floats c) {
    floats r = {_mm256_fmadd_ps(a.a, b.a, c.a), _mm256_fmadd_ps(a.b, b.b, c.b)};
    return r;
}
INLINE float half_to_float(uint16_t v) { return _cvtsh_ss(v); }
INLINE uint16_t float_to_half(float v) { return _cvtss_sh(v, 0); }

#elif defined(__ARM_FEATURE_DOTPROD) && defined(__aarch64__)
#include <arm_neon.h>
#define NAME "neon-dotprod"
#define TILE 4
#define PAIRS 1
#define PAIRED 4
#define OFFSET8 0 /* this processor multiplies signed bytes */
typedef struct { uint8x16_t v[4]; } bytes;
typedef struct { int32x4_t v[4]; } ints;
typedef struct { float32x4_t v[4]; } floats;
#define EACH for (int i = 0; i < 4; i++)
INLINE bytes load_bytes(const uint8_t *p) { bytes r; EACH r.v[i] = vld1q_u8(p + 16 * i); return r; }
INLINE void store_bytes(uint8_t *p, bytes v) { EACH vst1q_u8(p + 16 * i, v.v[i]); }
INLINE bytes low_half(bytes v) { EACH v.v[i] = vandq_u8(v.v[i], vdupq_n_u8(15)); return v; }
INLINE bytes high_half(bytes v) { EACH v.v[i] = vshrq_n_u8(v.v[i], 4); return v; }
INLINE uint8x16_t above4(uint8x16_t low, uint8x16_t v) { return vorrq_u8(low, vandq_u8(v, vdupq_n_u8(0x30))); }
INLINE bytes joined0(bytes low, bytes v) { EACH low.v[i] = above4(low.v[i], vshlq_n_u8(v.v[i], 4)); return low; }
INLINE bytes joined1(bytes low, bytes v) { EACH low.v[i] = above4(low.v[i], vshlq_n_u8(v.v[i], 2)); return low; }
INLINE bytes joined2(bytes low, bytes v) { EACH low.v[i] = above4(low.v[i], v.v[i]); return low; }
INLINE bytes joined3(bytes low, bytes v) { EACH low.v[i] = above4(low.v[i], vshrq_n_u8(v.v[i], 2)); return low; }
INLINE ints all_ints(int32_t v) { ints r; EACH r.v[i] = vdupq_n_s32(v); return r; }
INLINE ints dot4(ints sum, bytes w, int32_t x, int wide) {
    const int8x16_t v = vreinterpretq_s8_s32(vdupq_n_s32(x));
    EACH {
        uint8x16_t u = wide ? veorq_u8(w.v[i], vdupq_n_u8(128)) : w.v[i];
        sum.v[i] = vdotq_s32(sum.v[i], vreinterpretq_s8_u8(u), v);
    }
    return sum;
}
INLINE floats to_floats(ints v) { floats r; EACH r.v[i] = vcvtq_f32_s32(v.v[i]); return r; }
INLINE floats load_halves(const uint8_t *p) {
    floats r;
    EACH r.v[i] = vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p + 8 * i)));
    return r;
}
INLINE floats load_unsigned(const uint8_t *p) {
    const uint8x16_t v = vld1q_u8(p);
    const uint16x8_t a = vmovl_u8(vget_low_u8(v)), b = vmovl_u8(vget_high_u8(v));
    floats r = {{vcvtq_f32_u32(vmovl_u16(vget_low_u16(a))), vcvtq_f32_u32(vmovl_u16(vget_high_u16(a))),
                 vcvtq_f32_u32(vmovl_u16(vget_low_u16(b))), vcvtq_f32_u32(vmovl_u16(vget_high_u16(b)))}};
    return r;
}
INLINE floats load_signed(const uint8_t *p) {
    const int8x16_t v = vreinterpretq_s8_u8(vld1q_u8(p));
    const int16x8_t a = vmovl_s8(vget_low_s8(v)), b = vmovl_s8(vget_high_s8(v));
    floats r = {{vcvtq_f32_s32(vmovl_s16(vget_low_s16(a))), vcvtq_f32_s32(vmovl_s16(vget_high_s16(a))),
                 vcvtq_f32_s32(vmovl_s16(vget_low_s16(b))), vcvtq_f32_s32(vmovl_s16(vget_high_s16(b)))}};
    return r;
}
INLINE floats all_floats(float v) { floats r; EACH r.v[i] = vdupq_n_f32(v); return r; }
INLINE floats product(floats a, floats b) { EACH a.v[i] = vmulq_f32(a.v[i], b.v[i]); return a; }
INLINE floats load_floats(const float *p) { floats r; EACH r.v[i] = vld1q_f32(p + 4 * i); return r; }
INLINE void store_floats(float *p, floats v) { EACH vst1q_f32(p + 4 * i, v.v[i]); }
INLINE floats no_floats(void) { floats r; EACH r.v[i] = vdupq_n_f32(0); return r; }
INLINE floats times(floats a, float b) { EACH a.v[i] = vmulq_n_f32(a.v[i], b); return a; }
INLINE floats times_plus(floats a, floats b, floats c) { EACH c.v[i] = vfmaq_f32(c.v[i], a.v[i], b.v[i]); return c; }
INLINE float half_to_float(uint16_t v) { __fp16 h; memcpy(&h, &v, 2); return (float)h; }
INLINE uint16_t float_to_half(float v) { __fp16 h = (__fp16)v; uint16_t r; memcpy(&r, &h, 2); return r; }

#else
#error "no kernel for this processor"
#endif


INLINE void prefetch(const uint8_t *p) { __builtin_prefetch(p); }

#endif
