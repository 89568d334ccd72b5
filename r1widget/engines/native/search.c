/* Which integers and scales stand for a row's numbers best: those with the least squared error, each column's times its importance.
 *
 * Each candidate is a scale (and a minimum); the integers that it gives are then fitted with those that suit them best (least
 * squares), and the candidate with the least error wins.
 */
#include "search.h"

#include <string.h>

#include "processor.h"

INLINE float rounded(float v, float least_, float most) {
    v = __builtin_rintf(v);
    v = v < least_ ? least_ : v;
    return v > most ? most : v;
}

/* Integers of `least_` to `most` and one scale: value = scale · integer. The scale is returned. */
INLINE float symmetric(const float *w, const float *importance, int64_t count, float least_, float most, int candidates, float step,
                       float *integers) {
    float largest = 0, best = -1, chosen = 0;
    for (int64_t i = 0; i < count; i++)
        if ((w[i] < 0 ? -w[i] : w[i]) > (largest < 0 ? -largest : largest)) largest = w[i];
    for (int64_t i = 0; i < count; i++) integers[i] = 0;
    if (largest == 0) return 0;
    for (int k = 0; k < candidates; k++) {
        const float inverse = (least_ + step * (float)(k - 1)) / largest; /* the largest goes near the end of the range */
        float products = 0, squares = 0;
        for (int64_t i = 0; i < count; i++) {
            const float v = rounded(w[i] * inverse, least_, most), weight = importance ? importance[i] : 1;
            products += weight * v * w[i];
            squares += weight * v * v;
        }
        if (squares > 0 && products * products > best * squares) {
            best = products * products / squares;
            chosen = products / squares;
        }
    }
    return chosen;
}

static void symmetric_values(const float *w, int64_t count, float scale, float least_, float most, uint8_t *values) {
    const float inverse = scale == 0 ? 0 : 1 / scale;
    for (int64_t i = 0; i < count; i++) values[i] = (uint8_t)(int)(rounded(w[i] * inverse, least_, most) - least_);
}

/* Nibbles with a scale and a minimum, which is at most 0. */
static void affine(const float *w, const float *importance, int64_t count, float *scale, float *minimum) {
    float low = 0, high = w[0], best = 1e38f;
    for (int64_t i = 0; i < count; i++) low = w[i] < low ? w[i] : low, high = w[i] > high ? w[i] : high;
    *scale = 0, *minimum = low;
    if (high <= low) return;
    for (int k = 0; k < 16; k++) {
        const float inverse = (14.0f + 0.125f * (float)k) / (high - low);
        float n = 0, v1 = 0, v2 = 0, w1 = 0, vw = 0;
        for (int64_t i = 0; i < count; i++) {
            const float v = rounded((w[i] - low) * inverse, 0, 15), weight = importance ? importance[i] : 1;
            n += weight, v1 += weight * v, v2 += weight * v * v, w1 += weight * w[i], vw += weight * v * w[i];
        }
        const float determinant = n * v2 - v1 * v1;
        float a = determinant > 0 ? (n * vw - v1 * w1) / determinant : 0, b = determinant > 0 ? (v2 * w1 - v1 * vw) / determinant : 0;
        if (b > 0 || determinant <= 0) b = 0, a = v2 > 0 ? vw / v2 : 0;
        float error = 0;
        for (int64_t i = 0; i < count; i++) {
            const float v = a > 0 ? rounded((w[i] - b) / a, 0, 15) : 0, d = w[i] - a * v - b;
            error += (importance ? importance[i] : 1) * d * d;
        }
        if (a > 0 && error < best) best = error, *scale = a, *minimum = b;
    }
}

static void affine_values(const float *w, int64_t count, float scale, float minimum, uint8_t *values) {
    const float inverse = scale == 0 ? 0 : 1 / scale;
    for (int64_t i = 0; i < count; i++) values[i] = (uint8_t)(int)rounded((w[i] - minimum) * inverse, 0, 15);
}

static void search_4_k(const float *w, const float *importance, int64_t columns, super_t *s) {
    float scales[8] = {0}, minima[8] = {0}, scale = 0, minimum = 0;
    for (int64_t g = 0; g * GROUP < columns; g++) {
        affine(w + g * GROUP, importance ? importance + g * GROUP : 0, least(GROUP, columns - g * GROUP), scales + g, minima + g);
        scale = scales[g] > scale ? scales[g] : scale;
        minimum = minima[g] < minimum ? minima[g] : minimum;
    }
    s->d = float_to_half(scale / 255);
    s->dmin = float_to_half(minimum / 255);
    const float d = half_to_float(s->d), dmin = half_to_float(s->dmin);
    for (int64_t g = 0; g * GROUP < columns; g++) {
        s->own[g] = d > 0 ? (uint8_t)(int)rounded(scales[g] / d, 0, 255) : 0;
        s->own_minima[g] = dmin < 0 ? (uint8_t)(int)rounded(minima[g] / dmin, 0, 255) : 0;
        affine_values(w + g * GROUP, GROUP, d * s->own[g], dmin * s->own_minima[g], s->values + g * GROUP);
    }
}

static void search_6_k(const float *w, const float *importance, int64_t columns, super_t *s) {
    float scales[16] = {0}, largest = 0, integers[16];
    for (int64_t g = 0; g * 16 < columns; g++) {
        scales[g] = symmetric(w + g * 16, importance ? importance + g * 16 : 0, least(16, columns - g * 16), -32, 31, 9, 0.5f, integers);
        if ((scales[g] < 0 ? -scales[g] : scales[g]) > (largest < 0 ? -largest : largest)) largest = scales[g];
    }
    s->d = float_to_half(largest / -128);
    const float d = half_to_float(s->d);
    for (int64_t g = 0; g < 16; g++) {
        s->own[g] = d != 0 ? (uint8_t)(int8_t)rounded(scales[g] / d, -128, 127) : 0;
        symmetric_values(w + g * 16, 16, d * (float)(int8_t)s->own[g], -32, 31, s->values + g * 16);
    }
}

static uint16_t search_8_0(const float *w, uint8_t *values) {
    float largest = 0;
    for (int i = 0; i < GROUP; i++) {
        float size = w[i] < 0 ? -w[i] : w[i];
        largest = size > largest ? size : largest;
    }
    const uint16_t half = float_to_half(largest / 127);
    const float scale = half_to_float(half), inverse = scale == 0 ? 0 : 1 / scale;
    for (int i = 0; i < GROUP; i++) values[i] = (uint8_t)(int)(rounded(w[i] * inverse, -127, 127) + 128);
    return half;
}

void search(int layout, const float *w, const float *importance, int64_t columns, super_t *s) {
    if (layout == Q4_K) {
        search_4_k(w, importance, columns, s);
        return;
    }
    if (layout == Q6_K) {
        search_6_k(w, importance, columns, s);
        return;
    }
    for (int64_t g = 0; g * GROUP < columns; g++) {
        const float *own = w + g * GROUP, *weights = importance ? importance + g * GROUP : 0;
        uint8_t *values = s->values + g * GROUP;
        const int64_t count = least(GROUP, columns - g * GROUP);
        float scale, minimum, integers[GROUP];
        switch (layout) {
            case Q8_0: s->scales[g] = search_8_0(own, values); break;
            case Q4_0:
                scale = symmetric(own, weights, count, -8, 7, 11, 0.25f, integers);
                s->scales[g] = float_to_half(scale);
                symmetric_values(own, GROUP, half_to_float(s->scales[g]), -8, 7, values);
                break;
            case Q4_1:
                affine(own, weights, count, &scale, &minimum);
                s->scales[g] = float_to_half(scale);
                s->minima[g] = float_to_half(minimum);
                affine_values(own, GROUP, half_to_float(s->scales[g]), half_to_float(s->minima[g]), values);
                break;
        }
    }
}
