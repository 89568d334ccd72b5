/* Attention of new positions over the caches of all sequences of a pass, for one layer: norms and rotation of queries
 * and keys, the new keys and values into the caches, and what the new positions see. Online softmax over blocks of
 * keys (Dao et al. 2022, arXiv:2205.14135), long sequences in parts that are put together (Flash-Decoding, Dao et al.
 * 2023), and query heads that share a key head in one go (Ainslie et al. 2023, arXiv:2305.13245).
 *
 * A row is a query head of a new position. Blocks of BLOCK keys and parts of PART keys begin at multiples of these
 * sizes, parts are folded into the first in order, and within a block each row's sums run over the keys in order, as
 * far as the row may look. So a row's bits depend on its own sequence up to its own position: not on the threads, not
 * on who else is in the pass, and not on how many new positions come with it.
 *
 * Keys and values lie in pages, which sequences may share (PagedAttention, Kwon et al. 2023, arXiv:2309.06180). A page
 * has a multiple of BLOCK positions, so a block lies in one page and is read as if all of them lay in a row.
 */
#include <stddef.h>

#include "vectors.h"

#define BLOCK 64
#define PART 512
#define ROWS 96   /* rows of a unit: 1.5B has six heads to a key head, so 16 positions are read together */
#define MOST 256  /* size of a head */
#define ALONE (1 << 18) /* products that one thread has done before another is awake */
#define LINES 2   /* of memory that are called for with every row of a product */
#define FEW 32    /* new positions whose keys the calling thread rotates alone */

typedef struct {
    void *const *pages; /* each (layers, keys and values, key heads, page, size) */
    int64_t start, count;
} sequence_t;

typedef struct {
    const sequence_t *sequences;
    const float *rotary; /* (positions, 2, size): cosines and sines, the first half of the sines negative */
    int64_t n;
    int32_t page_bits; /* a page has 1 << page_bits positions, BLOCK at least */
    int32_t heads, key_heads, size;
    int32_t cache_bf16, stream_bf16;
    float epsilon;
} pass_t;

/* Positions first … first + count of a sequence, and one key head. */
typedef struct {
    const sequence_t *sequence;
    int64_t row; /* the first position's in the pass */
    int64_t first, count, key_head;
    int64_t parts, slot; /* how many parts of keys they see, and where the first one's sums are */
    int64_t open; /* parts not yet done */
} unit_t;

typedef struct {
    int32_t unit, part; /* part -1: all, one after the other */
} item_t;

typedef struct {
    const pass_t *p;
    const uint16_t *mixed16;
    const float *mixed32, *query_norm, *key_norm;
    void *out;
    int64_t layer, rows, units, items, slots, taken, own;
    int threads, ready;
    float *queries; /* (key heads, rows, group, size), rotated and scaled */
    unit_t *unit;
    item_t *item;
    float *slot;
} call_t;

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
INLINE int64_t group_of(const pass_t *p) { return p->heads / p->key_heads; }
INLINE int64_t positions_of(const pass_t *p) { return ROWS / group_of(p); }
/* A slot: largest scores, sums of weights, sums of weighted values. */
INLINE int64_t slot_of(const pass_t *p) { return ROWS * ((int64_t)p->size + 2); }

/* Where the keys (0) or values (1) of a key head are from a position on, to the end of its page. */
INLINE char *place(const pass_t *p, const sequence_t *s, int64_t layer, int values, int64_t key_head, int64_t position) {
    const int64_t page = position >> p->page_bits, heads_before = (layer * 2 + values) * p->key_heads + key_head;
    const int64_t row = (heads_before << p->page_bits) + position - (page << p->page_bits);
    return (char *)s->pages[page] + row * p->size * (p->cache_bf16 ? 2 : 4);
}

/* --- New keys and values -------------------------------------------------------------------------------------------- */

/* One head of one position: normed where it has a norm, rotated, scaled. */
INLINE void rotate(const pass_t *p, float *x, const float *norm, const float *rotary, float scale) {
    const int64_t size = p->size, half = size / 2;
    if (norm) {
        vec squares = all(0);
        for (int64_t i = 0; i < size; i += W) squares = fused(load(x + i), load(x + i), squares);
        const float root = 1.0f / __builtin_sqrtf(total(squares) / (float)size + p->epsilon);
        for (int64_t i = 0; i < size; i++) x[i] = x[i] * root * norm[i];
    }
    for (int64_t i = 0; i < half; i++) {
        const float a = x[i], b = x[half + i];
        x[i] = (a * rotary[i] + b * rotary[size + i]) * scale;
        x[half + i] = (b * rotary[half + i] + a * rotary[size + half + i]) * scale;
    }
}

static void put(const pass_t *p, void *to, const float *x) {
    if (p->cache_bf16)
        for (int64_t i = 0; i < p->size; i++) ((uint16_t *)to)[i] = to_bf16(x[i]);
    else
        memcpy(to, x, (size_t)p->size * 4);
}

static void take(const call_t *c, int64_t at, float *x) {
    const int64_t size = c->p->size;
    if (c->mixed16)
        for (int64_t i = 0; i < size; i++) x[i] = from_bf16(c->mixed16[at + i]);
    else
        memcpy(x, c->mixed32 + at, (size_t)size * 4);
}

static void prepare(const call_t *c, const sequence_t *s, int64_t row, int64_t position) {
    const pass_t *p = c->p;
    const int64_t size = p->size, group = group_of(p), heads = p->heads + 2 * p->key_heads;
    const float *rotary = p->rotary + position * 2 * size, scale = 1.0f / __builtin_sqrtf((float)size);
    for (int64_t head = 0; head < heads; head++) {
        const int64_t at = (row * heads + head) * size;
        if (head < p->heads) {
            float *x = c->queries + ((head / group * c->rows + row) * group + head % group) * size;
            take(c, at, x);
            rotate(p, x, c->query_norm, rotary, scale);
        } else {
            float x[MOST];
            const int is_key = head < p->heads + p->key_heads;
            const int64_t key_head = (head - p->heads) % p->key_heads;
            take(c, at, x);
            if (is_key) rotate(p, x, c->key_norm, rotary, 1.0f);
            put(p, place(p, s, c->layer, !is_key, key_head, position), x);
        }
    }
}

static void prepare_all(const call_t *c, int64_t number, int64_t count) {
    int64_t row = 0;
    for (const sequence_t *s = c->p->sequences; s < c->p->sequences + c->p->n; s++)
        for (int64_t i = 0; i < s->count; i++, row++)
            if (row % count == number) prepare(c, s, row, s->start + i);
}

/* --- Products ------------------------------------------------------------------------------------------------------- */

/* sums (tile, vectors·W) += a (tile, count) · b (count, vectors·W); one fused operation for each product, in order.
 * Meanwhile LINES·count lines from `ahead` on come nearer: all at once they would hold up the products. */
INLINE void multiply(const int tile, const int vectors, const int bf16, const float *a, int64_t a_step, const void *b,
                     int64_t b_step, int64_t count, float *sums, int64_t step, const char *ahead) {
    vec sum[TILE][PANEL];
    for (int t = 0; t < tile; t++)
        for (int v = 0; v < vectors; v++) sum[t][v] = load(sums + t * step + v * W);
    for (int64_t i = 0; i < count; i++) {
        vec row[PANEL];
        if (ahead)
            for (int k = 0; k < LINES; k++) __builtin_prefetch(ahead + (i * LINES + k) * 64, 0, 3);
        for (int v = 0; v < vectors; v++)
            row[v] = bf16 ? load_bf16((const uint16_t *)b + i * b_step + v * W) : load((const float *)b + i * b_step + v * W);
        for (int t = 0; t < tile; t++) {
            const vec x = all(a[t * a_step + i]);
            for (int v = 0; v < vectors; v++) sum[t][v] = fused(x, row[v], sum[t][v]);
        }
    }
    for (int t = 0; t < tile; t++)
        for (int v = 0; v < vectors; v++) store(sums + t * step + v * W, sum[t][v]);
}

#define ARGUMENTS const float *a, int64_t a_step, const void *b, int64_t b_step, int64_t count, float *sums, int64_t step, const char *ahead
#define CASE(tile) case tile: multiply(tile, vectors, bf16, a, a_step, b, b_step, count, sums, step, ahead); break;
INLINE void multiply_any(int64_t tile, const int vectors, const int bf16, ARGUMENTS) {
    switch (tile) { CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) }
}
static void wide32(int64_t tile, ARGUMENTS) { multiply_any(tile, PANEL, 0, a, a_step, b, b_step, count, sums, step, ahead); }
static void wide16(int64_t tile, ARGUMENTS) { multiply_any(tile, PANEL, 1, a, a_step, b, b_step, count, sums, step, ahead); }
static void slim32(int64_t tile, ARGUMENTS) { multiply_any(tile, 1, 0, a, a_step, b, b_step, count, sums, step, ahead); }
static void slim16(int64_t tile, ARGUMENTS) { multiply_any(tile, 1, 1, a, a_step, b, b_step, count, sums, step, ahead); }

/* The same for any number of columns, a multiple of W. `ahead` has so many bytes. */
static void product(int64_t tile, int bf16, int64_t columns, ARGUMENTS, int64_t bytes_ahead) {
    int64_t at = 0;
    const char *from = b, *end = ahead + bytes_ahead;
    const int64_t width = bf16 ? 2 : 4;
    for (; at + PANEL * W <= columns; at += PANEL * W, ahead += count * LINES * 64)
        (bf16 ? wide16 : wide32)(tile, a, a_step, from + at * width, b_step, count, sums + at, step, ahead < end ? ahead : 0);
    for (; at < columns; at += W)
        (bf16 ? slim16 : slim32)(tile, a, a_step, from + at * width, b_step, count, sums + at, step, 0);
}

/* --- Keys, transposed ----------------------------------------------------------------------------------------------- */

#if defined(__AVX512F__)
INLINE void transpose16(__m512i r[16]) {
    __m512i t[16], u[16];
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
        t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    }
    for (int i = 0; i < 16; i += 4) {
        u[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
        u[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
        u[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
        u[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
    }
    for (int i = 0; i < 4; i++) {
        const __m512i a = _mm512_shuffle_i32x4(u[i], u[4 + i], 0x88), b = _mm512_shuffle_i32x4(u[8 + i], u[12 + i], 0x88);
        const __m512i c = _mm512_shuffle_i32x4(u[i], u[4 + i], 0xdd), d = _mm512_shuffle_i32x4(u[8 + i], u[12 + i], 0xdd);
        r[i] = _mm512_shuffle_i32x4(a, b, 0x88);
        r[4 + i] = _mm512_shuffle_i32x4(c, d, 0x88);
        r[8 + i] = _mm512_shuffle_i32x4(a, b, 0xdd);
        r[12 + i] = _mm512_shuffle_i32x4(c, d, 0xdd);
    }
}
#endif

/* `count` keys of (…, size) as (size, BLOCK) in float32. What fills the last 16 is the last key again. */
static void turn_round(const void *keys, int bf16, int64_t size, int64_t count, float *out) {
    for (int64_t j = 0; j < count; j += 16) {
        const int64_t last = count - 1;
        int64_t i = 0;
#if defined(__AVX512F__)
        const __m512i high = _mm512_set1_epi32((int)0xFFFF0000);
        for (; i + (bf16 ? 32 : 16) <= size; i += bf16 ? 32 : 16) {
            __m512i r[16];
            for (int k = 0; k < 16; k++) {
                const int64_t at = least(j + k, last) * size + i;
                r[k] = bf16 ? _mm512_loadu_si512((const uint16_t *)keys + at) : _mm512_loadu_si512((const float *)keys + at);
            }
            transpose16(r);
            for (int k = 0; k < 16; k++) {
                if (bf16) { /* two neighbours in one lane */
                    _mm512_storeu_si512(out + (i + 2 * k) * BLOCK + j, _mm512_slli_epi32(r[k], 16));
                    _mm512_storeu_si512(out + (i + 2 * k + 1) * BLOCK + j, _mm512_and_si512(r[k], high));
                } else {
                    _mm512_storeu_si512(out + (i + k) * BLOCK + j, r[k]);
                }
            }
        }
#endif
        for (; i < size; i++)
            for (int k = 0; k < 16; k++) {
                const int64_t at = least(j + k, last) * size + i;
                out[i * BLOCK + j + k] = bf16 ? from_bf16(((const uint16_t *)keys)[at]) : ((const float *)keys)[at];
            }
    }
}

/* --- Looking -------------------------------------------------------------------------------------------------------- */

/* What the unit's rows see of one part of the keys, into a slot. */
static void look(const call_t *c, const unit_t *u, int64_t part, float *slot) {
    const pass_t *p = c->p;
    const int64_t size = p->size, group = group_of(p), rows = u->count * group, wide = p->cache_bf16 ? 2 : 4;
    const float *queries = c->queries + (u->key_head * c->rows + u->row) * group * size;
    float *most = slot, *sum = slot + ROWS, *seen = slot + 2 * ROWS;
    float round[MOST * BLOCK] __attribute__((aligned(64))), scores[ROWS * BLOCK] __attribute__((aligned(64)));
    vec sums[ROWS];
    const int64_t end = least((part + 1) * PART, u->first + u->count);
    for (int64_t r = 0; r < rows; r++) {
        most[r] = -__builtin_inff();
        sums[r] = all(0);
    }
    memset(seen, 0, (size_t)(rows * size) * 4);
    for (int64_t from = part * PART; from < end; from += BLOCK) {
        const int64_t count = least(BLOCK, end - from), columns = divided_up(count, 16) * 16;
        const char *values = place(p, u->sequence, c->layer, 1, u->key_head, from), *ahead = values;
        int64_t bytes_ahead = count * size * wide;
        turn_round(place(p, u->sequence, c->layer, 0, u->key_head, from), p->cache_bf16, size, count, round);
        memset(scores, 0, (size_t)(rows * BLOCK) * 4);
        for (int64_t r = 0; r < rows; r += TILE)
            product(least(TILE, rows - r), 0, columns, queries + r * size, size, round, BLOCK, size, scores + r * BLOCK, BLOCK, ahead,
                    r ? 0 : bytes_ahead);
        const int64_t next = from + BLOCK;
        ahead = next < end ? place(p, u->sequence, c->layer, 0, u->key_head, next) : 0;
        bytes_ahead = next < end ? (least(end, next + BLOCK) - next) * size * wide : 0;
        for (int64_t r = 0; r < rows; r++) {
            const int64_t visible = least(count, u->first + r / group + 1 - from);
            float *score = scores + r * BLOCK;
            if (visible <= 0) continue;
            for (int64_t i = visible; i < columns; i++) score[i] = -__builtin_inff();
            vec best = load(score);
            for (int64_t i = W; i < columns; i += W) best = larger(load(score + i), best);
            const float before = most[r], block = largest(best), now = block > before ? block : before;
            const float base = now == -__builtin_inff() ? 0.0f : now; /* or −∞ − −∞, where nothing has a weight */
            vec all_weights = all(0);
            for (int64_t i = 0; i < columns; i += W) {
                const vec weights = exponential(load(score + i) - all(base));
                store(score + i, weights);
                all_weights += weights;
            }
            if (now != before) {
                const vec shrink = exponential(all(before - base));
                sums[r] *= shrink;
                for (int64_t i = 0; i < size; i += W) store(seen + r * size + i, load(seen + r * size + i) * shrink);
                most[r] = now;
            }
            sums[r] += all_weights;
        }
        for (int64_t r = 0; r < rows; r += TILE) {
            const int64_t tile = least(TILE, rows - r);
            /* The first row of a tile sees least. What the others see beyond is added row by row: a weight of zero
             * would do as well, but for values that aren't finite. */
            int64_t common = u->first + r / group + 1 - from;
            common = common < 0 ? 0 : least(common, count);
            product(tile, p->cache_bf16, size, scores + r * BLOCK, BLOCK, values, size, common,
                    seen + r * size, size, ahead, r ? 0 : bytes_ahead);
            for (int64_t k = 1; k < tile; k++) {
                const int64_t own = least(count, u->first + (r + k) / group + 1 - from);
                if (own > common)
                    product(1, p->cache_bf16, size, scores + (r + k) * BLOCK + common, BLOCK,
                            values + common * size * wide, size, own - common, seen + (r + k) * size, size,
                            ahead, 0);
            }
        }
    }
    for (int64_t r = 0; r < rows; r++) sum[r] = total(sums[r]);
}

/* Add what was seen of a later part. Rows that see nothing of it stay as they are. */
static void fold(const pass_t *p, const unit_t *u, int64_t part, float *slot, const float *other) {
    const int64_t size = p->size, group = group_of(p);
    for (int64_t r = 0; r < u->count * group; r++) {
        if (u->first + r / group < part * PART) continue;
        const float a = slot[r], b = other[r], most = a > b ? a : b, base = most == -__builtin_inff() ? 0.0f : most;
        const vec mine = exponential(all(a - base)), others = exponential(all(b - base));
        float *seen = slot + 2 * ROWS + r * size;
        const float *more = other + 2 * ROWS + r * size;
        for (int64_t i = 0; i < size; i += W) store(seen + i, fused(load(more + i), others, load(seen + i) * mine));
        slot[ROWS + r] = slot[ROWS + r] * mine[0] + other[ROWS + r] * others[0];
        slot[r] = most;
    }
}

static void finish(const call_t *c, const unit_t *u, const float *slot) {
    const pass_t *p = c->p;
    const int64_t size = p->size, group = group_of(p);
    for (int64_t r = 0; r < u->count * group; r++) {
        const int64_t at = ((u->row + r / group) * p->heads + u->key_head * group + r % group) * size;
        const float whole = 1.0f / slot[ROWS + r], *seen = slot + 2 * ROWS + r * size;
        if (p->stream_bf16)
            for (int64_t i = 0; i < size; i++) ((uint16_t *)c->out)[at + i] = to_bf16(seen[i] * whole);
        else
            for (int64_t i = 0; i < size; i++) ((float *)c->out)[at + i] = seen[i] * whole;
    }
}

static void work(void *data) {
    call_t *c = data;
    const int64_t count = c->threads > 1 ? r1_count() : 1, number = c->threads > 1 ? r1_number() : 0;
    const int64_t step = slot_of(c->p);
    if (!c->ready) {
        prepare_all(c, number, count);
        if (count > 1) r1_barrier();
    }
    for (;;) {
        const int64_t taken = __atomic_fetch_add(&c->taken, 1, __ATOMIC_RELAXED);
        if (taken >= c->items) break;
        const item_t item = c->item[c->items - 1 - taken]; /* what sees most comes first */
        unit_t *u = c->unit + item.unit;
        if (item.part < 0) {
            float *slot = c->slot + (c->own + 2 * number) * step;
            look(c, u, 0, slot);
            for (int64_t part = 1; part < u->parts; part++) {
                look(c, u, part, slot + step);
                fold(c->p, u, part, slot, slot + step);
            }
            finish(c, u, slot);
            continue;
        }
        float *slot = c->slot + u->slot * step;
        look(c, u, item.part, slot + item.part * step);
        if (__atomic_sub_fetch(&u->open, 1, __ATOMIC_ACQ_REL) == 0) { /* the last one to come puts all together */
            for (int64_t part = 1; part < u->parts; part++) fold(c->p, u, part, slot, slot + part * step);
            finish(c, u, slot);
        }
    }
}

/* --- A call --------------------------------------------------------------------------------------------------------- */

/* Cut the pass into units and items; only counted where there is no room for them yet. */
static void cut(call_t *c) {
    const pass_t *p = c->p;
    const int64_t most = positions_of(p);
    c->rows = c->units = c->items = c->slots = 0;
    for (const sequence_t *s = p->sequences; s < p->sequences + p->n; s++) {
        for (int64_t first = 0; first < s->count; first += most)
            for (int64_t head = 0; head < p->key_heads; head++) {
                const int64_t count = least(most, s->count - first);
                unit_t u = {s, c->rows + first, s->start + first, count, head, 0, c->slots, 0};
                u.parts = u.open = divided_up(u.first + u.count, PART);
                const int together = s->count > most; /* enough units to keep the threads busy */
                if (c->unit) c->unit[c->units] = u;
                for (int64_t part = 0; part < (together ? 1 : u.parts); part++, c->items++)
                    if (c->item) c->item[c->items] = (item_t){(int32_t)c->units, together ? -1 : (int32_t)part};
                c->slots += together ? 0 : u.parts;
                c->units++;
            }
        c->rows += s->count;
    }
    c->own = c->slots;
}

INLINE int64_t padded(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }

/* Bytes of scratch that `r1_attend` needs for this pass, on so many threads. */
PUBLIC int64_t r1_attend_scratch(const pass_t *p, int threads) {
    call_t c = {.p = p};
    cut(&c);
    return 64 + padded(c.rows * p->heads * p->size * 4) + padded(c.units * (int64_t)sizeof(unit_t)) +
           padded(c.items * (int64_t)sizeof(item_t)) + (c.slots + 2 * (threads > 1 ? threads : 1)) * slot_of(p) * 4;
}

/* `mixed` (rows, heads + 2·key heads, size) to `out` (rows, heads, size); rows are the sequences' new positions, one
 * sequence after the other. Both float32, or both bfloat16. Norms are float32 of `size`, or nothing. */
PUBLIC void r1_attend(const pass_t *p, int64_t layer, const void *mixed, const float *query_norm, const float *key_norm,
                      void *out, int threads, void *scratch) {
    call_t c = {.p = p, .layer = layer, .query_norm = query_norm, .key_norm = key_norm, .out = out, .threads = threads};
    if (p->stream_bf16)
        c.mixed16 = mixed;
    else
        c.mixed32 = mixed;
    char *at = (char *)(((uintptr_t)scratch + 63) & ~(uintptr_t)63);
    cut(&c);
    c.queries = (float *)at;
    at += padded(c.rows * p->heads * p->size * 4);
    c.unit = (unit_t *)at;
    at += padded(c.units * (int64_t)sizeof(unit_t));
    c.item = (item_t *)at;
    at += padded(c.items * (int64_t)sizeof(item_t));
    c.slot = (float *)at;
    cut(&c);
    int64_t products = 0;
    for (int64_t i = 0; i < p->n; i++)
        products += p->sequences[i].count * (p->sequences[i].start + p->sequences[i].count) * p->heads * p->size;
    if (!r1_parallel || products < ALONE) c.threads = 1;
    if (c.threads <= 1) c.threads = 1;
    if (c.threads == 1 || c.rows <= FEW) {
        prepare_all(&c, 0, 1);
        c.ready = 1;
    }
    if (c.threads > 1)
        r1_parallel(work, &c, (unsigned)c.threads, 0);
    else
        work(&c);
}
