/* The small steps between linear layers (`steps.h`) as calls, for passes whose linear layers aren't ours. */
#include "steps.h"

#define ALONE (1 << 15) /* numbers that one thread has done before another is awake */

typedef struct {
    float *x;
    const float *added, *weight;
    float *out;
    int64_t n, columns;
    float epsilon;
    int threads;
} step_t;

static void norms(void *data) {
    const step_t *s = data;
    const member_t m = member(s->threads, 0);
    for (int64_t row = share_from(&m, s->n); row < share_to(&m, s->n); row++) {
        float *x = s->x + row * s->columns;
        if (s->added)
            for (int64_t i = 0; i < s->columns; i++) x[i] += s->added[row * s->columns + i];
        norm_some(x, norm_scale(x, s->columns, s->epsilon), s->weight, s->out + row * s->columns, s->columns);
    }
}

static void gates(void *data) {
    const step_t *s = data;
    const member_t m = member(s->threads, 0);
    for (int64_t row = share_from(&m, s->n); row < share_to(&m, s->n); row++) {
        const float *gate = s->x + row * 2 * s->columns;
        gate_some(gate, gate + s->columns, s->out + row * s->columns, s->columns);
    }
}

static void run(void (*work)(void *), step_t *s) {
    if (!r1_parallel || s->n < 2 || s->n * s->columns < ALONE) s->threads = 1;
    together(work, s, s->threads);
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
