/* The small steps between linear layers, in float32: the norm, and the gate. Rows are independent. */
#ifndef R1_STEPS_H
#define R1_STEPS_H

#include "vectors.h"

/* What a row is multiplied by to be normed: 1 / √(mean of x² + epsilon). */
INLINE float norm_scale(const float *x, int64_t columns, float epsilon) {
    vec squares[4] = {all(0), all(0), all(0), all(0)};
    float rest = 0;
    int64_t i = 0;
    for (; i + 4 * W <= columns; i += 4 * W)
        for (int k = 0; k < 4; k++) {
            const vec v = load(x + i + k * W);
            squares[k] = fused(v, v, squares[k]);
        }
    for (; i < columns; i++) rest += x[i] * x[i];
    const float sum = total((squares[0] + squares[1]) + (squares[2] + squares[3])) + rest;
    return 1.0f / __builtin_sqrtf(sum / (float)columns + epsilon);
}

/* out = x · scale · weight */
INLINE void norm_some(const float *x, float scale, const float *weight, float *out, int64_t count) {
    for (int64_t i = 0; i < count; i++) out[i] = x[i] * scale * weight[i];
}

/* out = silu(gate) · up */
INLINE void gate_some(const float *gate, const float *up, float *out, int64_t count) {
    int64_t i = 0;
    for (; i + W <= count; i += W) {
        const vec v = load(gate + i);
        store(out + i, v / (all(1.0f) + exponential(-v)) * load(up + i));
    }
    if (i < count) {
        float g[W] = {0}, u[W] = {0}, r[W];
        memcpy(g, gate + i, (size_t)(count - i) * 4);
        memcpy(u, up + i, (size_t)(count - i) * 4);
        const vec v = load(g);
        store(r, v / (all(1.0f) + exponential(-v)) * load(u));
        memcpy(out + i, r, (size_t)(count - i) * 4);
    }
}

#endif
