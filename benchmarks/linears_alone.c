/* The linear layers of a pass one after another in one region of threads, as `pass.c` has them, and nothing between them.
 *
 * They all read the same x, so what one gives isn't what the next one gets: how long they take doesn't depend on that.
 */
#include "linears.h"

typedef struct {
    const linear_t *const *linears;
    int64_t count, n;
    int threads;
    const float *x;
    float *y;
    void *rooms[2];
    product_t products[2]; /* one is computed while the next one is begun */
    meeting_t meeting;
} linears_t;

static void begin(linears_t *l, int64_t i) {
    if (i < l->count) linear_begin(l->products + i % 2, l->linears[i], l->x, l->y, l->n, 0, l->threads, l->rooms[i % 2]);
}

static void run(void *data) {
    linears_t *l = data;
    const member_t me = member(l->threads, &l->meeting), *m = &me;
    for (int64_t i = 0; i < l->count; i++) {
        linear_quantise(l->products + i % 2, share_from(m, l->n), share_to(m, l->n));
        meet(m);
        if (m->number == 0) begin(l, i + 1);
        linear_multiply(l->products + i % 2, (int)m->number);
        meet(m);
    }
}

/* On x (n, the most columns) into y (n, the most rows), each layer over the one before. Scratch as for the largest of them. */
PUBLIC void linears_alone(const linear_t *const *linears, int64_t count, const float *x, float *y, int64_t n, int threads, void *scratch,
                          void *other_scratch) {
    linears_t l = {linears, count, n, r1_parallel ? threads : 1, x, y, {scratch, other_scratch}};
    begin(&l, 0);
    together(run, &l, l.threads);
}
