/* Which integers and scales stand for numbers best: those with the least squared error, each column's times its importance.
 *
 * Each candidate is a scale (and a minimum); the integers that it gives are then fitted with those that suit them best (least
 * squares), and the candidate with the least error wins. A vector has a column's numbers of 16 rows.
 *
 * Where the importance is known of pairs of columns too, the error of one is carried on to those behind it, which make up for
 * it as far as they go along with it (GPTQ, Frantar et al. 2022, arXiv:2210.17323; in the form of LDLQ, Chee et al. 2023,
 * arXiv:2307.13304): integers are then found a column at a time, and scales when their group's turn comes.
 */
#include "search.h"

#include <string.h>

#include "processor.h"

typedef float rows_t __attribute__((vector_size(64)));
typedef int32_t marks_t __attribute__((vector_size(64)));

#define CANDIDATES 12
#define BEHIND 8      /* columns at a time to which errors are carried */
#define HALF 65504.0f /* the largest that 16 bits hold */
#define ROOM 1.02f    /* scales may be that much larger when their turn comes than they seemed before */

INLINE rows_t all(float v) { return v + (rows_t){0}; }
INLINE rows_t chosen(marks_t which, rows_t a, rows_t b) { return (rows_t)(((marks_t)a & which) | ((marks_t)b & ~which)); }
INLINE rows_t lesser(rows_t a, rows_t b) { return chosen(a < b, a, b); }
INLINE rows_t greater(rows_t a, rows_t b) { return chosen(a > b, a, b); }
INLINE rows_t size_of(rows_t v) { return greater(v, -v); }
INLINE rows_t inverse(rows_t v) { return chosen(v == all(0), all(0), all(1) / chosen(v == all(0), all(1), v)); }

INLINE rows_t rounded(rows_t v, float least_, float most) {
    const rows_t whole = all(12582912.0f); /* 1.5 · 2^23: there a float has no digits behind the point */
    return lesser(greater(v, all(least_)), all(most)) + whole - whole;
}

/* The scale of integers of `least_` to `most`: value = scale · integer. */
static void symmetric(const rows_t *w, const float *importance, int64_t count, float least_, float most, rows_t *scale) {
    const int candidates = most > 8 ? 8 : CANDIDATES;
    const float step = most > 8 ? 0.5f : 0.25f;
    rows_t largest = all(0), best = all(0);
    for (int64_t i = 0; i < count; i++) largest = chosen(size_of(w[i]) > size_of(largest), w[i], largest);
    const rows_t of_one = inverse(largest);
    *scale = largest / all(least_);
    for (int k = 0; k < candidates; k++) {
        const rows_t factor = of_one * all(least_ + step * (float)(k - 1)); /* the largest goes near the end of the range */
        rows_t products = all(0), squares = all(0);
        for (int64_t i = 0; i < count; i++) {
            const rows_t v = rounded(w[i] * factor, least_, most), weighted = v * all(importance[i]);
            products += weighted * w[i];
            squares += weighted * v;
        }
        const rows_t fitted = products * inverse(squares), gain = fitted * products;
        *scale = chosen(gain > best, fitted, *scale);
        best = greater(gain, best);
    }
}

/* The scale and minimum, which is at most 0, of nibbles: value = scale · nibble + minimum. */
static void affine(const rows_t *w, const float *importance, int64_t count, rows_t *scale, rows_t *minimum) {
    rows_t low = all(0), high = w[0], w1 = all(0), best = all(-1e38f), n = all(0);
    for (int64_t i = 0; i < count; i++) {
        low = lesser(low, w[i]);
        high = greater(high, w[i]);
        w1 += w[i] * all(importance[i]);
        n += all(importance[i]);
    }
    const rows_t of_one = inverse(high - low);
    *scale = (high - low) / all(15);
    *minimum = low;
    for (int k = 0; k < CANDIDATES; k++) {
        const rows_t factor = of_one * all(13.75f + 0.25f * (float)k);
        rows_t v1 = all(0), v2 = all(0), vw = all(0);
        for (int64_t i = 0; i < count; i++) {
            const rows_t v = rounded((w[i] - low) * factor, 0, 15), weighted = v * all(importance[i]);
            v1 += weighted;
            v2 += weighted * v;
            vw += weighted * w[i];
        }
        const rows_t determinant = n * v2 - v1 * v1, of_it = inverse(determinant);
        const rows_t b = (v2 * w1 - v1 * vw) * of_it;
        const marks_t alone = (b > all(0)) | (determinant <= n * v2 * all(1e-6f));
        const rows_t fitted = chosen(alone, vw * inverse(v2), (n * vw - v1 * w1) * of_it), below = chosen(alone, all(0), b);
        const rows_t gain = fitted * vw + below * w1; /* of what a weight of 0 would have of error */
        const marks_t better = (gain > best) & (fitted > all(0));
        *scale = chosen(better, fitted, *scale);
        *minimum = chosen(better, below, *minimum);
        best = chosen(better, gain, best);
    }
}

/* Columns that share a scale. */
INLINE int64_t width_of(int layout) { return layout == Q6_K ? 16 : GROUP; }

static void fit(int layout, const rows_t *w, const float *importance, int64_t count, rows_t *scale, rows_t *minimum) {
    *minimum = all(0);
    switch (layout) {
        case Q8_0:
            *scale = all(0);
            for (int64_t i = 0; i < count; i++) *scale = greater(*scale, size_of(w[i]) / all(127));
            break;
        case Q4_0: symmetric(w, importance, count, -8, 7, scale); break;
        case Q6_K: symmetric(w, importance, count, -32, 31, scale); break;
        default: affine(w, importance, count, scale, minimum);
    }
}

INLINE uint16_t half_of(float v) { return float_to_half(v > HALF ? HALF : v < -HALF ? -HALF : v); }
INLINE int code(float v, float of, int least_, int most) {
    const float scaled = of == 0 ? 0 : v / of;
    return scaled <= (float)least_ ? least_ : scaled >= (float)most ? most : (int)__builtin_rintf(scaled);
}

/* The scales of scales, from those of all groups. */
static void begin(int layout, int64_t groups, const rows_t *scales, const rows_t *minima, float room, super_t *out) {
    for (int lane = 0; lane < LANES; lane++) {
        float scale = 0, minimum = 0, size = 0;
        for (int64_t g = 0; g < groups; g++) {
            const float own = scales[g][lane] < 0 ? -scales[g][lane] : scales[g][lane];
            if (own > size) size = own, scale = scales[g][lane];
            if (minima[g][lane] < minimum) minimum = minima[g][lane];
        }
        out[lane].d = half_of(scale * room / (layout == Q6_K ? -128 : 255));
        out[lane].dmin = half_of(minimum * room / 255);
    }
}

/* A group's scales as they are stored, and what they come to. */
static void store(int layout, int64_t g, rows_t *scales, rows_t *minima, super_t *out) {
    for (int lane = 0; lane < LANES; lane++) {
        super_t *s = out + lane;
        const float scale = (*scales)[lane], minimum = (*minima)[lane], d = half_to_float(s->d), dmin = half_to_float(s->dmin);
        switch (layout) {
            case Q4_K:
                s->own[g] = (uint8_t)code(scale, d, 0, 255);
                s->own_minima[g] = (uint8_t)code(minimum, dmin, 0, 255);
                (*scales)[lane] = d * s->own[g];
                (*minima)[lane] = dmin * s->own_minima[g];
                break;
            case Q6_K:
                s->own[g] = (uint8_t)(int8_t)code(scale, d, -128, 127);
                (*scales)[lane] = d * (float)(int8_t)s->own[g];
                break;
            default:
                s->scales[g] = half_of(scale);
                (*scales)[lane] = half_to_float(s->scales[g]);
                if (layout == Q4_1) {
                    s->minima[g] = half_of(minimum);
                    (*minima)[lane] = half_to_float(s->minima[g]);
                }
        }
    }
}

/* The errors of a group's columns, added to those behind it. */
static void carry(const rows_t *errors, const float *carried, int64_t first, int64_t last, rows_t *w) {
    for (int64_t j = last; j < SUPER; j += BEHIND) {
        rows_t sums[BEHIND];
        for (int i = 0; i < BEHIND; i++) sums[i] = w[j + i];
        for (int64_t k = first; k < last; k++)
            for (int i = 0; i < BEHIND; i++) sums[i] += errors[k - first] * all(carried[k * SUPER + j + i]);
        for (int i = 0; i < BEHIND; i++) w[j + i] = sums[i];
    }
}

/* Integers of the columns `first` to `last`, of which all have one scale. */
static void integers(int layout, const rows_t *original, rows_t *w, int64_t first, int64_t last, rows_t scale, rows_t minimum,
                     const float *carried, super_t *out) {
    static const float least_[] = {-127, -8, 0, 0, -32}, most[] = {127, 7, 15, 15, 31}, offset[] = {128, 8, 0, 0, 32};
    const rows_t of_one = inverse(scale);
    rows_t errors[GROUP];
    for (int64_t k = first; k < last; k++) {
        const rows_t v = rounded((w[k] - minimum) * of_one, least_[layout], most[layout]), stored = v + all(offset[layout]);
        for (int lane = 0; lane < LANES; lane++) out[lane].values[k] = (uint8_t)(int)stored[lane];
        if (!carried) continue;
        errors[k - first] = original[k] - (v * scale + minimum);
        for (int64_t j = k + 1; j < last; j++) w[j] += errors[k - first] * all(carried[k * SUPER + j]);
    }
    if (carried) carry(errors, carried, first, last, w);
}

void search(int layout, const float *w, int64_t stride, int64_t rows, int64_t columns, const float *importance,
            const float *carried, super_t *out) {
    const int64_t width = width_of(layout), groups = groups_of(columns) * (GROUP / width);
    rows_t original[SUPER], adjusted[SUPER], scales[16], minima[16];
    float matters[SUPER];
    for (int64_t i = 0; i < SUPER; i++) matters[i] = i >= columns ? 0 : importance ? importance[i] : 1;
    memset(original, 0, sizeof original);
    for (int64_t row = 0; row < rows; row++)
        for (int64_t i = 0; i < columns; i++) original[i][row] = w[row * stride + i] - w[row * stride + i] == 0 ? w[row * stride + i] : 0;
    memcpy(adjusted, original, sizeof original);
    if (layout == Q8_0) carried = 0;
    for (int64_t g = 0; g < groups; g++) {
        const int64_t first = g * width;
        fit(layout, original + first, matters + first, least(width, columns - first), scales + g, minima + g);
    }
    if (layout == Q4_K || layout == Q6_K) begin(layout, groups, scales, minima, carried ? ROOM : 1, out);
    for (int64_t g = 0; g < groups; g++) {
        const int64_t first = g * width;
        if (carried && g) fit(layout, adjusted + first, matters + first, least(width, columns - first), scales + g, minima + g);
        store(layout, g, scales + g, minima + g, out);
        integers(layout, original, adjusted, first, first + width, scales[g], minima[g], carried, out);
    }
}
