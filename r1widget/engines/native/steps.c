/* The small steps between linear layers, in float32: a sum and its norm, and the gate. Rows are independent. */
#include "vectors.h"

#define ALONE (1 << 15) /* numbers that one thread has done before another is awake */

typedef struct {
    float *x;
    const float *added, *weight;
    float *out;
    int64_t n, columns;
    float epsilon;
    int threads;
} step_t;

static void norm_row(const step_t *s, int64_t row) {
    float *x = s->x + row * s->columns, *out = s->out + row * s->columns;
    vec squares[4] = {all(0), all(0), all(0), all(0)};
    float rest = 0;
    int64_t i = 0;
    if (s->added) {
        const float *added = s->added + row * s->columns;
        for (int64_t k = 0; k < s->columns; k++) x[k] += added[k];
    }
    for (; i + 4 * W <= s->columns; i += 4 * W)
        for (int k = 0; k < 4; k++) {
            const vec v = load(x + i + k * W);
            squares[k] = fused(v, v, squares[k]);
        }
    for (; i < s->columns; i++) rest += x[i] * x[i];
    const float sum = total((squares[0] + squares[1]) + (squares[2] + squares[3])) + rest;
    const float scale = 1.0f / __builtin_sqrtf(sum / (float)s->columns + s->epsilon);
    for (i = 0; i < s->columns; i++) out[i] = x[i] * scale * s->weight[i];
}

static void gate_row(const step_t *s, int64_t row) {
    const float *gate = s->x + row * 2 * s->columns, *up = gate + s->columns;
    float *out = s->out + row * s->columns;
    for (int64_t i = 0; i < s->columns; i += W) {
        float g[W] = {0}, u[W] = {0}, r[W];
        const int64_t count = s->columns - i < W ? s->columns - i : W;
        memcpy(g, gate + i, (size_t)count * 4);
        memcpy(u, up + i, (size_t)count * 4);
        const vec v = load(g);
        store(r, v / (all(1.0f) + exponential(-v)) * load(u));
        memcpy(out + i, r, (size_t)count * 4);
    }
}

static void gate_row_whole(const step_t *s, int64_t row) {
    const float *gate = s->x + row * 2 * s->columns, *up = gate + s->columns;
    float *out = s->out + row * s->columns;
    for (int64_t i = 0; i < s->columns; i += W) {
        const vec v = load(gate + i);
        store(out + i, v / (all(1.0f) + exponential(-v)) * load(up + i));
    }
}

INLINE void rows(const step_t *s, int64_t *first, int64_t *last) {
    const int64_t count = s->threads > 1 ? r1_count() : 1, number = s->threads > 1 ? r1_number() : 0;
    *first = s->n * number / count;
    *last = s->n * (number + 1) / count;
}

static void norms(void *data) {
    int64_t row, last;
    for (rows(data, &row, &last); row < last; row++) norm_row(data, row);
}

static void gates(void *data) {
    const step_t *s = data;
    int64_t row, last;
    for (rows(s, &row, &last); row < last; row++) (s->columns % W ? gate_row : gate_row_whole)(s, row);
}

static void run(void (*work)(void *), step_t *s) {
    if (!r1_parallel || s->n < 2 || s->n * s->columns < ALONE) s->threads = 1;
    if (s->threads > 1)
        r1_parallel(work, s, (unsigned)s->threads, 0);
    else
        work(s);
}

/* x += added, where there is something; out = x / √(mean of x² + epsilon) · weight. All (n, columns). */
PUBLIC void r1_norm(float *x, const float *added, const float *weight, float *out, int64_t n, int64_t columns,
                    float epsilon, int threads) {
    step_t s = {x, added, weight, out, n, columns, epsilon, threads};
    run(norms, &s);
}

/* out (n, columns) = silu(x's first half) · x's second half, x (n, 2·columns). */
PUBLIC void r1_gate(float *x, float *out, int64_t n, int64_t columns, int threads) {
    step_t s = {x, 0, 0, out, n, columns, 0, threads};
    run(gates, &s);
}
