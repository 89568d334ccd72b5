/* Linear layers on weights of 4 or 8 bits: y = x·Wᵀ + b for x of 1 to thousands of rows.
 *
 * Weights lie in blocks of 16 output rows × GROUP columns. A vector has 16 lanes of four bytes; a lane is an output
 * row, its bytes are consecutive columns. One instruction (`dot4`) multiplies the 16 rows' next four weights by the same
 * four activations and adds them into 16 sums. A group has one scale for each row, of 16 bits.
 *
 *   8 bits: byte c of row r is value + 128.      blocks[r / 16][group][quad][r % 16][4]
 *   4 bits: nibbles hold value + 8; byte i of a lane has column 8·octet + i in its low half, + 4 in its high half.
 *
 * Activations are quantised here, to 8 bits with a scale for each row and group. The offset of the weights is taken
 * off again through the sum of a group's activations.
 *
 * The sum over a row's groups is always taken in order, in one float32, with one fused operation a group. So a row's
 * result has the same bits whatever other rows come with it and whatever thread computes it.
 *
 * Nothing is linked: threads are those of the OpenMP library that torch has loaded (`r1_threads`). No memory is taken.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "threads.h"

#define LANES 16
#define GROUP 32               /* columns that share a scale: 4.5 bits a weight, as in llama.cpp's Q4_0 */
#define QUADS (GROUP / 4)
#define BLOCK (LANES * GROUP)  /* weights in a block */
#define PIECE 16               /* groups of two blocks whose weights, unpacked, stay in the innermost cache: 16 kB */
#define FEW (2 * TILE)         /* rows of x up to which weights aren't unpacked into memory */
#define CHUNK 512              /* most rows of x at a time */
#define SOON (16 << 10)        /* activations that one thread quantises in a few microseconds */
#define NEAR (512 << 10)       /* bytes of activations that stay in a core's second cache */

/* --- What a processor must be able to do ------------------------------------------------------------------------- */

#if defined(__AVX512VNNI__) && defined(__AVX512BW__) && defined(__AVX512VL__)
#include <immintrin.h>
#define NAME "avx512-vnni"
#define TILE 8 /* rows of x whose sums are held in registers */
#define PAIRED 6 /* ... where two blocks of weights are multiplied at a time */
typedef __m512i bytes;
typedef __m512i ints;
typedef __m512 floats;
INLINE bytes load_bytes(const uint8_t *p) { return _mm512_loadu_si512(p); }
INLINE bytes low_half(bytes v) { return _mm512_and_si512(v, _mm512_set1_epi8(15)); }
INLINE bytes high_half(bytes v) { return _mm512_and_si512(_mm512_srli_epi16(v, 4), _mm512_set1_epi8(15)); }
INLINE ints all_ints(int32_t v) { return _mm512_set1_epi32(v); }
INLINE ints dot4(ints sum, bytes weights, int32_t x, int bits) {
    (void)bits;
    return _mm512_dpbusd_epi32(sum, weights, _mm512_set1_epi32(x));
}
INLINE floats to_floats(ints v) { return _mm512_cvtepi32_ps(v); }
INLINE floats load_halves(const uint16_t *p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p)); }
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
#define PAIRED 4
typedef struct { __m256i a, b; } bytes;
typedef struct { __m256i a, b; } ints;
typedef struct { __m256 a, b; } floats;
INLINE bytes load_bytes(const uint8_t *p) {
    bytes v = {_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 32))};
    return v;
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
INLINE ints all_ints(int32_t v) { ints r = {_mm256_set1_epi32(v), _mm256_set1_epi32(v)}; return r; }
#ifdef __AVXVNNI__
#define NAME "avx2-vnni"
#define OFFSET8 128
INLINE __m256i dot4_of_8(__m256i sum, __m256i w, __m256i x, int bits) {
    (void)bits;
    return _mm256_dpbusd_avx_epi32(sum, w, x);
}
#else
#define NAME "avx2"
#define OFFSET8 0 /* two products of an unsigned and a signed byte overflow 16 bits, so the weights get their signs back */
INLINE __m256i dot4_of_8(__m256i sum, __m256i w, __m256i x, int bits) {
    __m256i pairs;
    if (bits == 8) {
        w = _mm256_xor_si256(w, _mm256_set1_epi8(-128));
        pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(x, w));
    } else {
        pairs = _mm256_maddubs_epi16(w, x);
    }
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}
#endif
INLINE ints dot4(ints sum, bytes w, int32_t x, int bits) {
    const __m256i v = _mm256_set1_epi32(x);
    ints r = {dot4_of_8(sum.a, w.a, v, bits), dot4_of_8(sum.b, w.b, v, bits)};
    return r;
}
INLINE floats to_floats(ints v) { floats r = {_mm256_cvtepi32_ps(v.a), _mm256_cvtepi32_ps(v.b)}; return r; }
INLINE floats load_halves(const uint16_t *p) {
    floats r = {_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p)), _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(p + 8)))};
    return r;
}
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
#define PAIRED 4
#define OFFSET8 0 /* this processor multiplies signed bytes */
typedef struct { uint8x16_t v[4]; } bytes;
typedef struct { int32x4_t v[4]; } ints;
typedef struct { float32x4_t v[4]; } floats;
#define EACH for (int i = 0; i < 4; i++)
INLINE bytes load_bytes(const uint8_t *p) { bytes r; EACH r.v[i] = vld1q_u8(p + 16 * i); return r; }
INLINE bytes low_half(bytes v) { EACH v.v[i] = vandq_u8(v.v[i], vdupq_n_u8(15)); return v; }
INLINE bytes high_half(bytes v) { EACH v.v[i] = vshrq_n_u8(v.v[i], 4); return v; }
INLINE ints all_ints(int32_t v) { ints r; EACH r.v[i] = vdupq_n_s32(v); return r; }
INLINE ints dot4(ints sum, bytes w, int32_t x, int bits) {
    const int8x16_t v = vreinterpretq_s8_s32(vdupq_n_s32(x));
    EACH {
        uint8x16_t u = bits == 8 ? veorq_u8(w.v[i], vdupq_n_u8(128)) : w.v[i];
        sum.v[i] = vdotq_s32(sum.v[i], vreinterpretq_s8_u8(u), v);
    }
    return sum;
}
INLINE floats to_floats(ints v) { floats r; EACH r.v[i] = vcvtq_f32_s32(v.v[i]); return r; }
INLINE floats load_halves(const uint16_t *p) {
    floats r;
    EACH r.v[i] = vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(p + 4 * i)));
    return r;
}
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

/* --- Threads ------------------------------------------------------------------------------------------------------- */

void (*r1_parallel)(void (*)(void *), void *, unsigned, unsigned);
void (*r1_barrier)(void);
int (*r1_number)(void);
int (*r1_count)(void);

/* The functions GOMP_parallel, GOMP_barrier, omp_get_thread_num and omp_get_num_threads of the library torch uses. */
PUBLIC void r1_threads(void *parallel, void *barrier, void *number, void *count) {
    memcpy(&r1_parallel, &parallel, sizeof parallel);
    memcpy(&r1_barrier, &barrier, sizeof barrier);
    memcpy(&r1_number, &number, sizeof number);
    memcpy(&r1_count, &count, sizeof count);
}

PUBLIC const char *r1_name(void) { return NAME; }

/* --- A call --------------------------------------------------------------------------------------------------------- */

typedef struct {
    const uint8_t *quants;
    const uint16_t *scales;
    const float *bias; /* or nothing */
    int64_t rows, columns;
    int32_t bits;
} weights_t;

/* Quantised activations of a chunk, in tiles of some rows and a last one of fewer: [group][row of the tile]. */
typedef struct {
    int8_t *values;
    float *scales;
    int32_t *sums; /* what the weights' offset adds, to be taken off */
} activations_t;

typedef struct {
    const weights_t *w;
    const void *x;
    void *y;
    int64_t n, chunk;
    int bf16;
    activations_t a;
    int threads;
    int quantised;  /* already, by the thread that calls */
    int64_t grain;  /* blocks of weights that a thread takes at a time */
    int64_t taken;  /* how many have been */
} call_t;

INLINE int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t chunk_of(int64_t n, int64_t columns) {
    int64_t rows = NEAR / (columns + 1) / TILE * TILE;
    rows = rows < 4 * TILE ? 4 * TILE : rows > CHUNK ? CHUNK : rows;
    return least(n, rows);
}

/* Bytes of scratch that a call with n rows of x needs. */
PUBLIC int64_t r1_scratch(int64_t n, int64_t columns) {
    int64_t groups = divided_up(columns, GROUP), chunk = chunk_of(n, columns);
    return chunk * groups * (GROUP + 8) + 192;
}

INLINE float from_bf16(uint16_t v) {
    uint32_t bits = (uint32_t)v << 16;
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

INLINE uint16_t to_bf16(float f) {
    uint32_t bits;
    memcpy(&bits, &f, 4);
    uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    return (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? 0x7FC0 : rounded); /* a NaN stays one */
}

/* A group of one row of x: 8-bit values, their scale, and their sum times the weights' offset. */
INLINE void quantise_group(const float *x, int8_t *values, float *scale, int32_t *sum, int32_t offset) {
    int32_t bits[GROUP], most = 0, total = 0;
    memcpy(bits, x, sizeof bits);
    for (int i = 0; i < GROUP; i++) {
        int32_t size = bits[i] & 0x7FFFFFFF; /* ordered as the floats are; NaN above all, so it isn't lost */
        most = size > most ? size : most;
    }
    float largest;
    memcpy(&largest, &most, 4);
    float inverse = largest < 1e-30f ? 0.0f : 127.0f / largest;
    for (int i = 0; i < GROUP; i++) {
        int32_t value = (int32_t)__builtin_rintf(x[i] * inverse);
        values[i] = (int8_t)value;
        total += value;
    }
    *scale = largest < 1e-30f ? 0.0f : largest / 127.0f;
    *sum = -offset * total;
}

/* How many of a chunk's rows are multiplied together: as many as go, and no poor rest, so ten are five and five. */
INLINE int64_t tile_of(int64_t rows) {
    return divided_up(rows, divided_up(rows, rows <= FEW ? TILE : PAIRED));
}

static void quantise_row(const call_t *c, int64_t row, int64_t chunk_start, int64_t chunk_rows) {
    const int64_t columns = c->w->columns, groups = divided_up(columns, GROUP);
    const int64_t most = tile_of(chunk_rows), at = row - chunk_start, tile = at / most * most, place = at % most;
    const int64_t width = least(most, chunk_rows - tile);
    const int32_t offset = c->w->bits == 8 ? OFFSET8 : 8;
    int8_t *values = c->a.values + tile * groups * GROUP;
    float *scales = c->a.scales + tile * groups;
    int32_t *sums = c->a.sums + tile * groups;
    for (int64_t g = 0; g < groups; g++) {
        float buffer[GROUP];
        const float *x = (const float *)c->x + row * columns + g * GROUP;
        const int64_t left = columns - g * GROUP;
        if (c->bf16 || left < GROUP) {
            const int count = (int)least(left, GROUP);
            const uint16_t *halves = (const uint16_t *)c->x + row * columns + g * GROUP;
            if (!c->bf16)
                for (int i = 0; i < count; i++) buffer[i] = x[i];
            else if (count == GROUP)
                for (int i = 0; i < GROUP; i++) buffer[i] = from_bf16(halves[i]);
            else
                for (int i = 0; i < count; i++) buffer[i] = from_bf16(halves[i]);
            for (int i = count; i < GROUP; i++) buffer[i] = 0.0f;
            x = buffer;
        }
        const int64_t i = g * width + place;
        quantise_group(x, values + i * GROUP, scales + i, sums + i, offset);
    }
}

/* `tile` rows of x times 16 rows of weights over some groups, added to `sums`. kind: 4: packed nibbles; 1: nibbles
 * that are unpacked to bytes; 8: bytes. */
INLINE void multiply(const int tile, const int kind, const uint8_t *w, const uint16_t *scales, const activations_t a,
                     int64_t groups, floats *sums) {
    const int8_t *values = a.values;
    floats total[TILE];
    for (int m = 0; m < tile; m++) total[m] = sums[m];
    for (int64_t g = 0; g < groups; g++) {
        ints part[TILE];
        for (int m = 0; m < tile; m++) part[m] = all_ints(a.sums[g * tile + m]);
#pragma GCC unroll 32
        for (int q = 0; q < QUADS; q += 2) {
            bytes first, second;
            if (kind == 4) {
                bytes both = load_bytes(w + q * 32);
                first = low_half(both);
                second = high_half(both);
            } else {
                first = load_bytes(w + q * 64);
                second = load_bytes(w + q * 64 + 64);
            }
            for (int m = 0; m < tile; m++) {
                int32_t x;
                memcpy(&x, values + m * GROUP + q * 4, 4);
                part[m] = dot4(part[m], first, x, kind);
            }
            for (int m = 0; m < tile; m++) {
                int32_t x;
                memcpy(&x, values + m * GROUP + q * 4 + 4, 4);
                part[m] = dot4(part[m], second, x, kind);
            }
        }
        const floats scale = load_halves(scales);
        for (int m = 0; m < tile; m++)
            total[m] = times_plus(to_floats(part[m]), times(scale, a.scales[g * tile + m]), total[m]);
        w += kind == 4 ? BLOCK / 2 : BLOCK;
        scales += LANES;
        values += tile * GROUP;
    }
    for (int m = 0; m < tile; m++) sums[m] = total[m];
}

#define CASE(count) case count: multiply(count, kind, w, scales, a, groups, sums); break;
INLINE void multiply_any(int64_t tile, const int kind, const uint8_t *w, const uint16_t *scales, const activations_t a,
                         int64_t groups, floats *sums) {
    switch (tile) {
        CASE(1) CASE(2) CASE(3) CASE(4)
#if TILE >= 8
        CASE(5) CASE(6) CASE(7) CASE(8)
#endif
    }
}
static void multiply4(int64_t tile, const uint8_t *w, const uint16_t *scales, const activations_t a, int64_t groups, floats *sums) {
    multiply_any(tile, 4, w, scales, a, groups, sums);
}
static void multiply1(int64_t tile, const uint8_t *w, const uint16_t *scales, const activations_t a, int64_t groups, floats *sums) {
    multiply_any(tile, 1, w, scales, a, groups, sums);
}
static void multiply8(int64_t tile, const uint8_t *w, const uint16_t *scales, const activations_t a, int64_t groups, floats *sums) {
    multiply_any(tile, 8, w, scales, a, groups, sums);
}

#if TILE >= 8
/* The same with two blocks of weights at a time: what is read of x serves both, and reading is what takes longest. */
INLINE void multiply_two(const int tile, const uint8_t *w0, const uint8_t *w1, const uint16_t *scales0, const uint16_t *scales1,
                         const int kind, const activations_t a, int64_t groups, floats *sums0, floats *sums1) {
    const int8_t *values = a.values;
    floats total0[PAIRED], total1[PAIRED];
    for (int m = 0; m < tile; m++) total0[m] = sums0[m], total1[m] = sums1[m];
    for (int64_t g = 0; g < groups; g++) {
        ints part0[PAIRED], part1[PAIRED];
        for (int m = 0; m < tile; m++) part0[m] = part1[m] = all_ints(a.sums[g * tile + m]);
#pragma GCC unroll 32
        for (int q = 0; q < QUADS; q++) {
            const bytes first = load_bytes(w0 + q * 64), second = load_bytes(w1 + q * 64);
            for (int m = 0; m < tile; m++) {
                int32_t x;
                memcpy(&x, values + m * GROUP + q * 4, 4);
                part0[m] = dot4(part0[m], first, x, kind);
                part1[m] = dot4(part1[m], second, x, kind);
            }
        }
        const floats scale0 = load_halves(scales0), scale1 = load_halves(scales1);
        for (int m = 0; m < tile; m++) {
            const float own = a.scales[g * tile + m];
            total0[m] = times_plus(to_floats(part0[m]), times(scale0, own), total0[m]);
            total1[m] = times_plus(to_floats(part1[m]), times(scale1, own), total1[m]);
        }
        w0 += BLOCK, w1 += BLOCK;
        scales0 += LANES, scales1 += LANES;
        values += tile * GROUP;
    }
    for (int m = 0; m < tile; m++) sums0[m] = total0[m], sums1[m] = total1[m];
}

#define TWO(count) case count: multiply_two(count, w0, w1, scales0, scales1, kind, a, groups, sums0, sums1); break;
INLINE void multiply_two_any(int64_t tile, const uint8_t *w0, const uint8_t *w1, const uint16_t *scales0, const uint16_t *scales1,
                             const int kind, const activations_t a, int64_t groups, floats *sums0, floats *sums1) {
    switch (tile) { TWO(1) TWO(2) TWO(3) TWO(4) TWO(5) TWO(6) }
}
static void multiply_two1(int64_t tile, const uint8_t *w0, const uint8_t *w1, const uint16_t *scales0, const uint16_t *scales1,
                          const activations_t a, int64_t groups, floats *sums0, floats *sums1) {
    multiply_two_any(tile, w0, w1, scales0, scales1, 1, a, groups, sums0, sums1);
}
static void multiply_two8(int64_t tile, const uint8_t *w0, const uint8_t *w1, const uint16_t *scales0, const uint16_t *scales1,
                          const activations_t a, int64_t groups, floats *sums0, floats *sums1) {
    multiply_two_any(tile, w0, w1, scales0, scales1, 8, a, groups, sums0, sums1);
}
#endif

INLINE activations_t moved(activations_t a, int64_t groups_of_rows) {
    activations_t r = {a.values + groups_of_rows * GROUP, a.scales + groups_of_rows, a.sums + groups_of_rows};
    return r;
}

/* 16 results of one row of x: bias, type, and the edge of the matrix. */
INLINE void finish(const call_t *c, int64_t row, int64_t block, floats sum) {
    float out[LANES];
    store_floats(out, sum);
    const int64_t first = block * LANES, count = least(LANES, c->w->rows - first);
    if (c->w->bias)
        for (int64_t i = 0; i < count; i++) out[i] += c->w->bias[first + i];
    const int64_t at = row * c->w->rows + first;
    if (!c->bf16) {
        memcpy((float *)c->y + at, out, (size_t)count * 4);
    } else if (count == LANES) {
        uint16_t *y = (uint16_t *)c->y + at;
        for (int i = 0; i < LANES; i++) y[i] = to_bf16(out[i]);
    } else {
        for (int64_t i = 0; i < count; i++) ((uint16_t *)c->y)[at + i] = to_bf16(out[i]);
    }
}

/* 16 rows of weights times few rows of x: the weights go from the innermost cache through the registers, once or twice. */
static void few(const call_t *c, int64_t start, int64_t rows, int64_t block) {
    const weights_t *w = c->w;
    const int64_t groups = divided_up(w->columns, GROUP), most = tile_of(rows);
    const uint16_t *scales = w->scales + block * groups * LANES;
    for (int64_t m = 0; m < rows; m += most) {
        const int64_t tile = least(most, rows - m);
        const activations_t a = moved(c->a, m * groups);
        floats sums[TILE];
        for (int64_t k = 0; k < tile; k++) sums[k] = no_floats();
        if (w->bits == 8)
            multiply8(tile, w->quants + block * groups * BLOCK, scales, a, groups, sums);
        else
            multiply4(tile, w->quants + block * groups * (BLOCK / 2), scales, a, groups, sums);
        for (int64_t k = 0; k < tile; k++) finish(c, start + m + k, block, sums[k]);
    }
}

/* A piece of a block's weights as bytes; unpacked into `room` where they are nibbles. */
INLINE const uint8_t *piece_of(const weights_t *w, int64_t first, int64_t count, uint8_t *room) {
    if (w->bits == 8) return w->quants + first * BLOCK;
    const uint8_t *packed = w->quants + first * (BLOCK / 2);
    for (int64_t i = 0; i < count * BLOCK / 2; i += 64)
        for (int k = 0; k < 64; k++) {
            room[2 * i + k] = packed[i + k] & 15;
            room[2 * i + 64 + k] = packed[i + k] >> 4;
        }
    return room;
}

/* One or two times 16 rows of weights times many rows of x: a piece of the weights, unpacked, stays near while all rows
 * pass. */
static void many(const call_t *c, int64_t start, int64_t rows, int64_t block, int64_t blocks) {
    const weights_t *w = c->w;
    const int64_t groups = divided_up(w->columns, GROUP), most = tile_of(rows);
    floats sums[2][CHUNK];
    uint8_t room[2][PIECE * BLOCK] __attribute__((aligned(64)));
    for (int64_t k = 0; k < blocks; k++)
        for (int64_t m = 0; m < rows; m++) sums[k][m] = no_floats();
    for (int64_t g = 0; g < groups; g += PIECE) {
        const int64_t count = least(PIECE, groups - g);
        const uint8_t *pieces[2] = {0};
        const uint16_t *scales[2] = {0};
        for (int64_t k = 0; k < blocks; k++) {
            const int64_t first = (block + k) * groups + g;
            pieces[k] = piece_of(w, first, count, room[k]);
            scales[k] = w->scales + first * LANES;
        }
        for (int64_t m = 0; m < rows; m += most) {
            const int64_t tile = least(most, rows - m);
            const activations_t a = moved(c->a, m * groups + g * tile);
#if TILE >= 8
            if (blocks == 2) {
                (w->bits == 8 ? multiply_two8 : multiply_two1)(tile, pieces[0], pieces[1], scales[0], scales[1], a, count,
                                                               sums[0] + m, sums[1] + m);
                continue;
            }
#endif
            for (int64_t k = 0; k < blocks; k++)
                (w->bits == 8 ? multiply8 : multiply1)(tile, pieces[k], scales[k], a, count, sums[k] + m);
        }
    }
    for (int64_t k = 0; k < blocks; k++)
        for (int64_t m = 0; m < rows; m++) finish(c, start + m, block + k, sums[k][m]);
}

/* Blocks are taken as they come, some at a time: a thread that the system holds up holds up nothing else. */
static void work(void *data) {
    call_t *c = data;
    const int64_t count = c->threads > 1 ? r1_count() : 1, number = c->threads > 1 ? r1_number() : 0;
    const int64_t blocks = divided_up(c->w->rows, LANES);
    for (int64_t start = 0; start < c->n; start += c->chunk) {
        const int64_t rows = least(c->chunk, c->n - start);
        if (!c->quantised) {
            for (int64_t m = start + rows * number / count; m < start + rows * (number + 1) / count; m++)
                quantise_row(c, m, start, rows);
            if (count > 1) r1_barrier();
        }
        for (;;) {
            int64_t block = __atomic_fetch_add(&c->taken, c->grain, __ATOMIC_RELAXED);
            const int64_t end = least(blocks, block + c->grain);
            if (block >= blocks) break;
            if (rows <= FEW)
                for (; block < end; block++) few(c, start, rows, block);
            else
                for (; block < end; block += 2) many(c, start, rows, block, least(2, end - block));
        }
        if (start + rows < c->n) {
            if (count > 1) r1_barrier(); /* nobody reads the scratch or counts any more */
            if (number == 0) __atomic_store_n(&c->taken, 0, __ATOMIC_RELAXED);
        }
    }
}

/* y (n, rows) = x (n, columns) · Wᵀ + bias; both float32, or both bfloat16. */
PUBLIC void r1_linear(const weights_t *w, const void *x, void *y, int64_t n, int bf16, int threads, void *scratch) {
    const int64_t groups = divided_up(w->columns, GROUP);
    call_t c = {.w = w, .x = x, .y = y, .n = n, .chunk = chunk_of(n, w->columns), .bf16 = bf16, .threads = threads};
    uintptr_t at = ((uintptr_t)scratch + 63) & ~(uintptr_t)63;
    c.a.values = (int8_t *)at;
    at += (uintptr_t)(c.chunk * groups * GROUP);
    c.a.scales = (float *)at;
    c.a.sums = (int32_t *)(at + (uintptr_t)(c.chunk * groups * 4));
    if (!r1_parallel || n * w->rows * w->columns < (1 << 19)) c.threads = 1; /* waking a thread takes longer */
    if (c.threads <= 1) {
        c.threads = 1;
        c.grain = divided_up(w->rows, LANES);
        work(&c);
        return;
    }
    c.grain = divided_up(w->rows, LANES) / (8 * c.threads);
    c.grain = c.grain < 1 ? 1 : c.grain > 16 ? 16 : c.grain;
    if (n * w->columns <= SOON && c.chunk == n) { /* takes less time than to meet the others */
        for (int64_t m = 0; m < n; m++) quantise_row(&c, m, 0, n);
        c.quantised = 1;
    }
    r1_parallel(work, &c, (unsigned)c.threads, 0);
}

/* --- Packing -------------------------------------------------------------------------------------------------------- */

typedef struct {
    const float *weights;
    int64_t rows, columns;
    int32_t bits;
    uint8_t *quants;
    uint16_t *scales;
    int threads;
} packing_t;

/* The scale of a group that makes its squared error small, and its values. Each candidate is a scale that puts the
 * largest weight near the end of the range; the values it gives are then fitted with the scale that suits them best
 * (least squares), and the candidate with the least error wins. */
static uint16_t quantise4(const float *w, int8_t *values) {
    float largest = 0, best = -1, chosen = 0;
    for (int i = 0; i < GROUP; i++) {
        float size = w[i] < 0 ? -w[i] : w[i];
        if (size > (largest < 0 ? -largest : largest)) largest = w[i];
    }
    if (largest == 0) {
        memset(values, 0, GROUP);
        return 0;
    }
    for (int candidate = 0; candidate < 11; candidate++) {
        const float inverse = -(5.75f + 0.25f * (float)candidate) / largest; /* the largest goes to -5.75 … -8.25 */
        float products[4] = {0, 0, 0, 0}, squares[4] = {0, 0, 0, 0};
        for (int i = 0; i < GROUP; i += 4)
            for (int k = 0; k < 4; k++) {
                float v = __builtin_rintf(w[i + k] * inverse);
                v = v < -8 ? -8 : v;
                v = v > 7 ? 7 : v;
                products[k] += v * w[i + k];
                squares[k] += v * v;
            }
        const float product = products[0] + products[1] + products[2] + products[3];
        const float square = squares[0] + squares[1] + squares[2] + squares[3];
        if (square > 0 && product * product > best * square) {
            best = product * product / square;
            chosen = product / square;
        }
    }
    const uint16_t half = float_to_half(chosen);
    const float scale = half_to_float(half), inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < GROUP; i++) {
        float v = __builtin_rintf(w[i] * inverse);
        v = v < -8 ? -8 : v;
        v = v > 7 ? 7 : v;
        values[i] = (int8_t)v;
    }
    return half;
}

static uint16_t quantise8(const float *w, int8_t *values) {
    float largest = 0;
    for (int i = 0; i < GROUP; i++) {
        float size = w[i] < 0 ? -w[i] : w[i];
        largest = size > largest ? size : largest;
    }
    const uint16_t half = float_to_half(largest / 127);
    const float scale = half_to_float(half), inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < GROUP; i++) {
        float v = __builtin_rintf(w[i] * inverse);
        v = v < -127 ? -127 : v;
        v = v > 127 ? 127 : v;
        values[i] = (int8_t)v;
    }
    return half;
}

static void pack_block(const packing_t *p, int64_t block) {
    const int64_t groups = divided_up(p->columns, GROUP);
    for (int64_t g = 0; g < groups; g++) {
        uint8_t *out = p->quants + (block * groups + g) * (p->bits == 8 ? BLOCK : BLOCK / 2);
        for (int r = 0; r < LANES; r++) {
            float w[GROUP] = {0};
            int8_t values[GROUP];
            const int64_t row = block * LANES + r;
            if (row < p->rows)
                memcpy(w, p->weights + row * p->columns + g * GROUP, (size_t)least(GROUP, p->columns - g * GROUP) * 4);
            p->scales[(block * groups + g) * LANES + r] = p->bits == 8 ? quantise8(w, values) : quantise4(w, values);
            for (int i = 0; i < GROUP; i++) {
                if (p->bits == 8) {
                    out[i / 4 * 64 + r * 4 + i % 4] = (uint8_t)(values[i] + 128);
                } else if (i % 8 < 4) {
                    out[i / 8 * 64 + r * 4 + i % 4] = (uint8_t)((values[i] + 8) | (values[i + 4] + 8) << 4);
                }
            }
        }
    }
}

static void pack_blocks(void *data) {
    const packing_t *p = data;
    const int64_t count = p->threads > 1 ? r1_count() : 1, number = p->threads > 1 ? r1_number() : 0;
    const int64_t blocks = divided_up(p->rows, LANES);
    for (int64_t block = blocks * number / count; block < blocks * (number + 1) / count; block++) pack_block(p, block);
}

/* `weights` (rows, columns) float32 to blocks; rows and columns that fill the last blocks are zeros. */
PUBLIC void r1_pack(const float *weights, int64_t rows, int64_t columns, int bits, uint8_t *quants, uint16_t *scales, int threads) {
    packing_t p = {weights, rows, columns, bits, quants, scales, r1_parallel ? threads : 1};
    if (p.threads > 1)
        r1_parallel(pack_blocks, &p, (unsigned)p.threads, 0);
    else
        pack_blocks(&p);
}
