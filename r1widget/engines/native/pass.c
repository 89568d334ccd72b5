/* The layers of a pass in one region of threads: norms, linear layers, attention and gates of all rows, one after the other.
 *
 * Between two steps the threads meet (`meet`), which takes less than a microsecond, where to wake them takes five. What
 * goes into a linear layer is made and rounded a few groups of columns at a time, shared out over rows and columns, so that
 * a single row has all threads too. A step computes what its own call would (`attention.c`, `steps.c`, `linears.c`), in
 * the same order, so bits don't depend on threads or company here either.
 */
#include "attention.h"
#include "layouts.h"
#include "linears.h"
#include "steps.h"

#define PIECE 16  /* groups that are made before they are rounded */
#define LINE 8    /* counters to a line of memory */

/* One layer's weights. Norms of queries and keys may be nothing. */
typedef struct {
    const float *input_norm, *query_norm, *key_norm, *inner_norm;
    const linear_t *qkv, *o, *gate_up, *down;
} layer_t;

typedef struct {
    const layer_t *layers;
    const float *norm;
    const linear_t *head;
} network_t;

/* Layers first … last of a pass over `batch`, on x (rows, hidden), in place; behind them the logits (count, vocabulary) of
 * the `wanted` rows, where there are some. */
typedef struct {
    const network_t *network;
    const batch_t *batch;
    int64_t first, last;
    float *x;
    const int64_t *wanted;
    int64_t count;
    float *logits;
} pass_t;

typedef struct {
    const pass_t *p;
    int threads;
    attention_t attention;
    product_t products[2]; /* one is computed while the next one is begun */
    void *rooms[2];
    float *mixed, *seen, *inner; /* what comes out of qkv, attention, gate and up; all (rows, …) */
    int64_t *taken;              /* of each layer's attention, LINE apart */
    meeting_t meeting;
} region_t;

enum { QKV, O, GATE_UP, DOWN, STEPS };
enum { NORMED, SEEN, GATED };

/* The product of a step: STEPS to a layer, then the head. */
static void begin(region_t *r, int64_t step) {
    const pass_t *p = r->p;
    const int64_t layer = p->first + step / STEPS, rows = r->attention.rows;
    const linear_t *linear;
    float *y;
    int adds = 0;
    if (layer < p->last) {
        const layer_t *l = p->network->layers + layer;
        const linear_t *const linears[] = {l->qkv, l->o, l->gate_up, l->down};
        float *const ys[] = {r->mixed, p->x, r->inner, p->x};
        linear = linears[step % STEPS];
        y = ys[step % STEPS];
        adds = y == p->x;
    } else {
        if (!p->count || step % STEPS) return;
        linear = p->network->head;
        y = p->logits;
    }
    linear_begin(r->products + step % 2, linear, 0, y, layer < p->last ? rows : p->count, 0, r->threads, r->rooms[step % 2]);
    r->products[step % 2].adds = adds;
}

/* This thread's share of what goes into a product. */
static void fill(const region_t *r, const member_t *m, const product_t *to, const int kind, const float *weight, const int64_t *rows) {
    const int64_t columns = to->linear->columns, groups = divided_up(columns, GROUP), end = share_to(m, to->n * groups);
    for (int64_t at = share_from(m, to->n * groups); at < end;) {
        const int64_t row = at / groups, until = least(end, (row + 1) * groups);
        const float *x = kind == SEEN ? r->seen + row * columns : kind == GATED ? r->inner + row * 2 * columns : r->p->x + (rows ? rows[row] : row) * columns;
        const float scale = kind == NORMED ? norm_scale(x, columns, r->p->batch->epsilon) : 0;
        while (at < until) {
            float made[PIECE * GROUP];
            const int64_t group = at - row * groups, some = least(PIECE, until - at), first = group * GROUP;
            const int64_t count = least(some * GROUP, columns - first);
            if (kind == NORMED) norm_some(x + first, scale, weight + first, made, count);
            if (kind == GATED) gate_some(x + first, x + columns + first, made, count);
            linear_put(to, row, group, kind == SEEN ? x + first : made, count);
            at += some;
        }
    }
}

/* A linear layer. All have met before, and have met when it ends. */
static void through(region_t *r, const member_t *m, int64_t step, const int kind, const float *weight, const int64_t *rows) {
    product_t *now = r->products + step % 2;
    fill(r, m, now, kind, weight, rows);
    meet(m);
    if (m->number == 0) begin(r, step + 1); /* in the other's place, which nobody reads any more */
    linear_multiply(now, (int)m->number);
    meet(m);
}

static void run(void *data) {
    region_t *r = data;
    const pass_t *p = r->p;
    const member_t me = member(r->threads, &r->meeting), *m = &me;
    int64_t step = 0;
    for (int64_t layer = p->first; layer < p->last; layer++) {
        const layer_t *l = p->network->layers + layer;
        const looking_t looking = {&r->attention, layer, r->mixed, l->query_norm, l->key_norm, r->seen,
                                   r->taken + (layer - p->first) * LINE};
        through(r, m, step++, NORMED, l->input_norm, 0);
        r1_attention_prepare(&looking, m);
        meet(m);
        r1_attention_look(&looking, m);
        meet(m);
        through(r, m, step++, SEEN, 0, 0);
        through(r, m, step++, NORMED, l->inner_norm, 0);
        through(r, m, step++, GATED, 0, 0);
    }
    if (p->count) through(r, m, step, NORMED, p->network->norm, p->wanted);
}

INLINE int64_t larger_of(int64_t a, int64_t b) { return a > b ? a : b; }

/* Where everything is in scratch, and how much there is of it. */
static int64_t lay(region_t *r, void *scratch) {
    const pass_t *p = r->p;
    const layer_t *l = p->network->layers; /* all have the same shapes */
    const linear_t *const linears[] = {l->qkv, l->o, l->gate_up, l->down};
    int64_t rows = 0, room = 0;
    for (int64_t i = 0; i < p->batch->n; i++) rows += p->batch->sequences[i].count;
    for (int k = 0; k < STEPS; k++) room = larger_of(room, linear_scratch(rows, linears[k]->columns, r->threads));
    if (p->count) room = larger_of(room, linear_scratch(p->count, p->network->head->columns, r->threads));
    uintptr_t at = (uintptr_t)scratch;
#define PLACE(what, bytes) what = (void *)at, at += (uintptr_t)padded(bytes)
    PLACE(r->taken, (p->last - p->first) * LINE * 8);
    PLACE(r->rooms[0], room);
    PLACE(r->rooms[1], room);
    PLACE(r->mixed, rows * l->qkv->rows * 4);
    PLACE(r->seen, rows * l->o->columns * 4);
    PLACE(r->inner, rows * l->gate_up->rows * 4);
    void *attention;
    PLACE(attention, r1_attention_room(p->batch, r->threads));
    if (scratch) r1_attention_begin(&r->attention, p->batch, attention);
    return (int64_t)(at - (uintptr_t)scratch);
}

/* Bytes of scratch that `r1_pass` needs. */
PUBLIC int64_t r1_pass_scratch(const pass_t *p, int threads) {
    region_t r = {.p = p, .threads = r1_parallel ? threads : 1};
    return 64 + lay(&r, 0);
}

PUBLIC void r1_pass(const pass_t *p, int threads, void *scratch) {
    region_t r = {.p = p, .threads = r1_parallel ? threads : 1};
    lay(&r, aligned(scratch));
    memset(r.taken, 0, (size_t)((p->last - p->first) * LINE * 8));
    begin(&r, 0);
    together(run, &r, r.threads);
}
