/* Linear layers: blocks of weights are shared out among threads, which multiply them by x as `activations.c` has rounded it. No
 * memory is taken. See `linears.h`.
 */
#include "linears.h"

#include <string.h>

#include "bf16.h"
#include "products.h"

#define CHUNK 512         /* most rows of x at a time */
#define NEAR (512 << 10)  /* bytes of activations that stay in a core's second cache */
#define SOON (16 << 10)   /* activations that one thread quantises in a few microseconds */
#define PIECE (64 << 10)  /* bytes of weights that a thread takes at a time */
#define LINE 8            /* numbers of a cache line, so that threads don't write to the same */

PUBLIC const char *r1_name(void) { return NAME; }

/* 16 results of one row of x: bias, type, and the edge of the segment. */
INLINE void finish(const product_t *p, int64_t row, int64_t first, int64_t count, floats sum) {
    float out[LANES];
    store_floats(out, sum);
    const float *bias = p->linear->bias;
    if (bias)
        for (int64_t i = 0; i < count; i++) out[i] += bias[first + i];
    const int64_t at = row * p->linear->rows + first;
    if (p->adds) {
        for (int64_t i = 0; i < count; i++) ((float *)p->y)[at + i] += out[i];
    } else if (!p->bf16) {
        memcpy((float *)p->y + at, out, (size_t)count * 4);
    } else if (count == LANES) {
        uint16_t *y = (uint16_t *)p->y + at;
        for (int i = 0; i < LANES; i++) y[i] = to_bf16(out[i]);
    } else {
        for (int64_t i = 0; i < count; i++) ((uint16_t *)p->y)[at + i] = to_bf16(out[i]);
    }
}

/* Some blocks of 16 rows of one segment: where their results go, and how many there are. */
typedef struct {
    const segment_t *segment;
    int64_t block, first, count;
} place_t;

INLINE place_t place_of(const linear_t *linear, int64_t block) {
    const segment_t *segment = linear->segments;
    int64_t first = 0;
    for (; block >= divided_up(segment->rows, LANES); segment++) {
        block -= divided_up(segment->rows, LANES);
        first += segment->rows;
    }
    place_t r = {segment, block, first + block * LANES, least(LANES, segment->rows - block * LANES)};
    return r;
}

/* 16 rows of weights times few rows of x: the weights go from memory through the registers, once or twice. */
static void few(const product_t *p, int64_t start, int64_t rows, place_t at) {
    const int64_t columns = p->linear->columns, groups = groups_of(columns), most = tile_of(rows);
    const uint8_t *weights = at.segment->blocks + at.block * rows_size(at.segment->layout, columns);
    for (int64_t m = 0; m < rows; m += most) {
        const int64_t tile = least(most, rows - m);
        floats sums[TILE];
        for (int64_t k = 0; k < tile; k++) sums[k] = no_floats();
        multiply(at.segment->layout, tile, weights, moved(p->a, (start + m) * groups), groups, sums);
        for (int64_t k = 0; k < tile; k++) finish(p, start + m + k, at.first, at.count, sums[k]);
    }
}

/* Once or twice 16 rows of weights times many rows of x: a block of the weights, unpacked, stays near while all rows pass. */
static void many(const product_t *p, int64_t start, int64_t rows, const place_t *at, int64_t pairs) {
    const int64_t columns = p->linear->columns, groups = groups_of(columns), most = tile_of(rows);
    const int layout = at->segment->layout;
    floats sums[PAIRS][CHUNK];
    unpacked_t room[PAIRS] __attribute__((aligned(64)));
    const uint8_t *weights[PAIRS];
    for (int64_t k = 0; k < pairs; k++) {
        weights[k] = at->segment->blocks + at[k].block * rows_size(layout, columns);
        for (int64_t m = 0; m < rows; m++) sums[k][m] = no_floats();
    }
    for (int64_t g = 0; g < groups; g += GROUPS) {
        const int64_t count = least(GROUPS, groups - g);
        for (int64_t k = 0; k < pairs; k++) {
            unpack(layout, weights[k], count, &room[k]);
            weights[k] += block_size(layout, count);
            for (int64_t line = 0; line < block_size(layout, count); line += 64) prefetch(weights[k] + line); /* the next ones */
        }
        for (int64_t m = 0; m < rows; m += most) {
            const int64_t tile = least(most, rows - m);
            multiply_unpacked(layout, tile, pairs, room, moved(p->a, (start + m) * groups + g * tile), count, &sums[0][m], CHUNK);
        }
    }
    for (int64_t k = 0; k < pairs; k++)
        for (int64_t m = 0; m < rows; m++) finish(p, start + m, at[k].first, at[k].count, sums[k][m]);
}

static void piece(const product_t *p, int64_t number) {
    const int64_t in_chunk = divided_up(p->blocks, p->grain);
    const int64_t start = number / in_chunk * p->chunk, rows = least(p->chunk, p->n - start);
    int64_t block = number % in_chunk * p->grain;
    const int64_t end = least(p->blocks, block + p->grain);
    while (block < end) {
        place_t at[2] = {place_of(p->linear, block)};
        if (rows <= FEW) {
            few(p, start, rows, at[0]);
            block++;
            continue;
        }
        int64_t pairs = 1;
        if (PAIRS == 2 && block + 1 < end) {
            at[1] = place_of(p->linear, block + 1);
            pairs = at[1].segment == at[0].segment ? 2 : 1;
        }
        many(p, start, rows, at, pairs);
        block += pairs;
    }
}

/* --- A call --------------------------------------------------------------------------------------------------------- */

static int64_t chunk_of(int64_t n, int64_t columns) {
    int64_t rows = NEAR / (columns + 1) / 8 * 8;
    rows = rows < 4 * TILE ? 4 * TILE : rows > CHUNK ? CHUNK : rows;
    return least(n, rows);
}

int64_t linear_scratch(int64_t n, int64_t columns, int threads) {
    return n * groups_of(columns) * (GROUP + 24) + threads * LINE * 8 + 64;
}

void linear_begin(product_t *p, const linear_t *linear, const void *x, void *y, int64_t n, int bf16, int threads, void *scratch) {
    const int64_t all = n * groups_of(linear->columns);
    int64_t most = 0;
    *p = (product_t){.linear = linear, .x = x, .y = y, .n = n, .bf16 = bf16, .threads = threads < 1 ? 1 : threads};
    p->chunk = chunk_of(n, linear->columns);
    for (int64_t k = 0; k < linear->count; k++) {
        const int64_t size = rows_size(linear->segments[k].layout, linear->columns);
        p->blocks += divided_up(linear->segments[k].rows, LANES);
        most = size > most ? size : most;
    }
    p->grain = least(PIECE / most, p->blocks / (4 * p->threads)) / 2 * 2; /* even: two blocks may be multiplied together */
    p->grain = p->grain < 1 ? p->chunk > FEW ? 2 : 1 : p->grain;
    p->items = divided_up(p->blocks, p->grain) * (n ? divided_up(n, p->chunk) : 0);
    uintptr_t at = ((uintptr_t)scratch + 63) & ~(uintptr_t)63;
    p->taken = (int64_t *)at;
    at += (uintptr_t)(p->threads * LINE * 8);
    p->a.values = (int8_t *)at;
    p->a.scales = (float *)(at + (uintptr_t)(all * GROUP));
    p->a.sums = p->a.scales + all;
    p->a.offsets = (int32_t *)(p->a.sums + all);
    for (int64_t k = 0; k < p->threads; k++) p->taken[k * LINE] = p->items * k / p->threads;
}

/* A thread has a run of pieces, so that it reads one stream; when that is done, it helps the others: one that the system
 * holds up holds up nothing else. */
void linear_multiply(const product_t *p, int number) {
    for (int64_t k = 0; k < p->threads; k++) {
        const int64_t whose = (number + k) % p->threads, end = p->items * (whose + 1) / p->threads;
        for (;;) {
            const int64_t next = __atomic_fetch_add(&p->taken[whose * LINE], 1, __ATOMIC_RELAXED);
            if (next >= end) break;
            piece(p, next);
        }
    }
}

typedef struct {
    product_t product;
    meeting_t meeting;
} call_t;

static void work(void *data) {
    call_t *c = data;
    const product_t *p = &c->product;
    const member_t m = member(p->threads, &c->meeting);
    if (p->n * p->linear->columns > SOON) {
        linear_quantise(p, share_from(&m, p->n), share_to(&m, p->n));
        meet(&m);
    }
    linear_multiply(p, (int)m.number);
}

PUBLIC int64_t r1_scratch(int64_t n, int64_t columns, int threads) { return linear_scratch(n, columns, threads); }

/* y (n, rows) = x (n, columns) · Wᵀ + bias; both float32, or both bfloat16. */
PUBLIC void r1_linear(const linear_t *linear, const void *x, void *y, int64_t n, int bf16, int threads, void *scratch) {
    call_t c = {.meeting = {0}};
    if (!r1_parallel || n * linear->rows * linear->columns < (1 << 19)) threads = 1; /* waking a thread takes longer */
    linear_begin(&c.product, linear, x, y, n, bf16, threads, scratch);
    if (n * linear->columns <= SOON) linear_quantise(&c.product, 0, n); /* takes less time than to meet the others */
    together(work, &c, threads);
}
