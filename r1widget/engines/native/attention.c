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

#include "attention.h"
#include "tiles.h"

#define PART 512
#define ROWS 96   /* rows of a unit: 1.5B has six heads to a key head, so 16 positions are read together */
#define MOST 256  /* size of a head */
#define ALONE (1 << 18) /* products that one thread has done before another is awake */

/* Positions first … first + count of a sequence, and one key head. */
struct unit {
    const sequence_t *sequence;
    int64_t row; /* the first position's in the pass */
    int64_t first, count, key_head;
    int64_t parts, slot; /* how many parts of keys they see, and where the first one's sums are */
    int64_t open; /* parts not yet done */
};

struct item {
    int32_t unit, part; /* part -1: all, one after the other */
};

INLINE int64_t group_of(const batch_t *b) { return b->heads / b->key_heads; }
INLINE int64_t positions_of(const batch_t *b) { return ROWS / group_of(b); }
/* A slot: largest scores, sums of weights, sums of weighted values. */
INLINE int64_t slot_of(const batch_t *b) { return ROWS * ((int64_t)b->size + 2); }

/* Where the keys (0) or values (1) of a key head are from a position on, to the end of its page. */
INLINE char *place(const batch_t *b, const sequence_t *s, int64_t layer, int values, int64_t key_head, int64_t position) {
    const int64_t page = position >> b->page_bits, heads_before = (layer * 2 + values) * b->key_heads + key_head;
    const int64_t row = (heads_before << b->page_bits) + position - (page << b->page_bits);
    return (char *)s->pages[page] + row * b->size * (b->cache_bf16 ? 2 : 4);
}

/* --- New keys and values -------------------------------------------------------------------------------------------- */

/* One head of one position: normed where it has a norm, rotated, scaled. */
INLINE void rotate(const batch_t *b, float *x, const float *norm, const float *rotary, float scale) {
    const int64_t size = b->size, half = size / 2;
    if (norm) {
        vec squares = all(0);
        for (int64_t i = 0; i < size; i += W) squares = fused(load(x + i), load(x + i), squares);
        const float root = 1.0f / __builtin_sqrtf(total(squares) / (float)size + b->epsilon);
        for (int64_t i = 0; i < size; i++) x[i] = x[i] * root * norm[i];
    }
    for (int64_t i = 0; i < half; i++) {
        const float a = x[i], c = x[half + i];
        x[i] = (a * rotary[i] + c * rotary[size + i]) * scale;
        x[half + i] = (c * rotary[half + i] + a * rotary[size + half + i]) * scale;
    }
}

static void put(const batch_t *b, void *to, const float *x) {
    if (b->cache_bf16)
        for (int64_t i = 0; i < b->size; i++) ((uint16_t *)to)[i] = to_bf16(x[i]);
    else
        memcpy(to, x, (size_t)b->size * 4);
}

static void take(const looking_t *l, int64_t at, float *x) {
    const int64_t size = l->a->b->size;
    if (l->a->b->stream_bf16)
        for (int64_t i = 0; i < size; i++) x[i] = from_bf16(((const uint16_t *)l->mixed)[at + i]);
    else
        memcpy(x, (const float *)l->mixed + at, (size_t)size * 4);
}

/* Heads from … to of a row: of the queries, keys and values, one behind the other. */
static void prepare(const looking_t *l, const sequence_t *s, int64_t row, int64_t position, int64_t from, int64_t to) {
    const batch_t *b = l->a->b;
    const int64_t size = b->size, group = group_of(b), heads = b->heads + 2 * b->key_heads;
    const float *rotary = b->rotary + position * 2 * size, scale = 1.0f / __builtin_sqrtf((float)size);
    for (int64_t head = from; head < to; head++) {
        const int64_t at = (row * heads + head) * size;
        if (head < b->heads) {
            float *x = l->a->queries + ((head / group * l->a->rows + row) * group + head % group) * size;
            take(l, at, x);
            rotate(b, x, l->query_norm, rotary, scale);
        } else {
            float x[MOST];
            const int is_key = head < b->heads + b->key_heads;
            const int64_t key_head = (head - b->heads) % b->key_heads;
            take(l, at, x);
            if (is_key) rotate(b, x, l->key_norm, rotary, 1.0f);
            put(b, place(b, s, l->layer, !is_key, key_head, position), x);
        }
    }
}

void r1_attention_prepare(const looking_t *l, const member_t *m) {
    const batch_t *b = l->a->b;
    const int64_t heads = b->heads + 2 * b->key_heads, from = share_from(m, l->a->rows * heads), to = share_to(m, l->a->rows * heads);
    int64_t at = 0;
    for (const sequence_t *s = b->sequences; s < b->sequences + b->n; s++)
        for (int64_t i = 0; i < s->count; i++, at += heads) {
            const int64_t first = from > at ? from - at : 0;
            if (first < heads && at < to) prepare(l, s, at / heads, s->start + i, first, least(heads, to - at));
        }
}

/* --- Looking -------------------------------------------------------------------------------------------------------- */

/* What the unit's rows see of one part of the keys, into a slot. */
static void look(const looking_t *l, const unit_t *u, int64_t part, float *slot) {
    const batch_t *b = l->a->b;
    const int64_t size = b->size, group = group_of(b), rows = u->count * group, wide = b->cache_bf16 ? 2 : 4;
    const float *queries = l->a->queries + (u->key_head * l->a->rows + u->row) * group * size;
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
        const char *values = place(b, u->sequence, l->layer, 1, u->key_head, from), *ahead = values;
        int64_t bytes_ahead = count * size * wide;
        turn_round(place(b, u->sequence, l->layer, 0, u->key_head, from), b->cache_bf16, size, count, round);
        memset(scores, 0, (size_t)(rows * BLOCK) * 4);
        for (int64_t r = 0; r < rows; r += TILE)
            product(least(TILE, rows - r), 0, columns, queries + r * size, size, round, BLOCK, size, scores + r * BLOCK, BLOCK, ahead,
                    r ? 0 : bytes_ahead);
        const int64_t next = from + BLOCK;
        ahead = next < end ? place(b, u->sequence, l->layer, 0, u->key_head, next) : 0;
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
            product(tile, b->cache_bf16, size, scores + r * BLOCK, BLOCK, values, size, common,
                    seen + r * size, size, ahead, r ? 0 : bytes_ahead);
            for (int64_t k = 1; k < tile; k++) {
                const int64_t own = least(count, u->first + (r + k) / group + 1 - from);
                if (own > common)
                    product(1, b->cache_bf16, size, scores + (r + k) * BLOCK + common, BLOCK,
                            values + common * size * wide, size, own - common, seen + (r + k) * size, size,
                            ahead, 0);
            }
        }
    }
    for (int64_t r = 0; r < rows; r++) sum[r] = total(sums[r]);
}

/* Add what was seen of a later part. Rows that see nothing of it stay as they are. */
static void fold(const batch_t *b, const unit_t *u, int64_t part, float *slot, const float *other) {
    const int64_t size = b->size, group = group_of(b);
    for (int64_t r = 0; r < u->count * group; r++) {
        if (u->first + r / group < part * PART) continue;
        const float most = slot[r] > other[r] ? slot[r] : other[r], base = most == -__builtin_inff() ? 0.0f : most;
        const vec mine = exponential(all(slot[r] - base)), others = exponential(all(other[r] - base));
        float *seen = slot + 2 * ROWS + r * size;
        const float *more = other + 2 * ROWS + r * size;
        for (int64_t i = 0; i < size; i += W) store(seen + i, fused(load(more + i), others, load(seen + i) * mine));
        slot[ROWS + r] = slot[ROWS + r] * mine[0] + other[ROWS + r] * others[0];
        slot[r] = most;
    }
}

static void finish(const looking_t *l, const unit_t *u, const float *slot) {
    const batch_t *b = l->a->b;
    const int64_t size = b->size, group = group_of(b);
    for (int64_t r = 0; r < u->count * group; r++) {
        const int64_t at = ((u->row + r / group) * b->heads + u->key_head * group + r % group) * size;
        const float whole = 1.0f / slot[ROWS + r], *seen = slot + 2 * ROWS + r * size;
        if (b->stream_bf16)
            for (int64_t i = 0; i < size; i++) ((uint16_t *)l->out)[at + i] = to_bf16(seen[i] * whole);
        else
            for (int64_t i = 0; i < size; i++) ((float *)l->out)[at + i] = seen[i] * whole;
    }
}

void r1_attention_look(const looking_t *l, const member_t *m) {
    const attention_t *a = l->a;
    const int64_t step = slot_of(a->b);
    for (;;) {
        const int64_t taken = __atomic_fetch_add(l->taken, 1, __ATOMIC_RELAXED);
        if (taken >= a->items) break;
        const item_t item = a->item[a->items - 1 - taken]; /* what sees most comes first */
        unit_t *u = a->unit + item.unit;
        if (item.part < 0) {
            float *slot = a->slot + (a->slots + 2 * m->number) * step;
            look(l, u, 0, slot);
            for (int64_t part = 1; part < u->parts; part++) {
                look(l, u, part, slot + step);
                fold(a->b, u, part, slot, slot + step);
            }
            finish(l, u, slot);
            continue;
        }
        float *slot = a->slot + u->slot * step;
        look(l, u, item.part, slot + item.part * step);
        if (__atomic_sub_fetch(&u->open, 1, __ATOMIC_ACQ_REL) == 0) { /* the last one to come puts all together */
            for (int64_t part = 1; part < u->parts; part++) fold(a->b, u, part, slot, slot + part * step);
            finish(l, u, slot);
            u->open = u->parts; /* for the next layer, before which all meet */
        }
    }
}

/* --- A pass --------------------------------------------------------------------------------------------------------- */

/* Cut the pass into units and items; only counted where there is no room for them yet. */
static void cut(attention_t *a) {
    const batch_t *b = a->b;
    const int64_t most = positions_of(b);
    a->rows = a->units = a->items = a->slots = 0;
    for (const sequence_t *s = b->sequences; s < b->sequences + b->n; s++) {
        for (int64_t first = 0; first < s->count; first += most)
            for (int64_t head = 0; head < b->key_heads; head++) {
                const int64_t count = least(most, s->count - first);
                unit_t u = {s, a->rows + first, s->start + first, count, head, 0, a->slots, 0};
                u.parts = u.open = divided_up(u.first + u.count, PART);
                const int is_whole = s->count > most; /* enough units to keep the threads busy */
                if (a->unit) a->unit[a->units] = u;
                for (int64_t part = 0; part < (is_whole ? 1 : u.parts); part++, a->items++)
                    if (a->item) a->item[a->items] = (item_t){(int32_t)a->units, is_whole ? -1 : (int32_t)part};
                a->slots += is_whole ? 0 : u.parts;
                a->units++;
            }
        a->rows += s->count;
    }
}

int64_t r1_attention_room(const batch_t *b, int threads) {
    attention_t a = {.b = b};
    cut(&a);
    return padded(a.rows * b->heads * b->size * 4) + padded(a.units * (int64_t)sizeof(unit_t)) +
           padded(a.items * (int64_t)sizeof(item_t)) + (a.slots + 2 * (threads > 1 ? threads : 1)) * slot_of(b) * 4;
}

void r1_attention_begin(attention_t *a, const batch_t *b, void *scratch) {
    *a = (attention_t){.b = b};
    char *at = scratch;
    cut(a);
    a->queries = (float *)at;
    at += padded(a->rows * b->heads * b->size * 4);
    a->unit = (unit_t *)at;
    at += padded(a->units * (int64_t)sizeof(unit_t));
    a->item = (item_t *)at;
    at += padded(a->items * (int64_t)sizeof(item_t));
    a->slot = (float *)at;
    cut(a);
}

/* --- A call of its own ---------------------------------------------------------------------------------------------- */

typedef struct {
    const looking_t *l;
    meeting_t meeting;
    int threads;
} call_t;

static void work(void *data) {
    call_t *c = data;
    const member_t m = member(c->threads, &c->meeting);
    r1_attention_prepare(c->l, &m);
    meet(&m);
    r1_attention_look(c->l, &m);
}

PUBLIC int64_t r1_attend_scratch(const batch_t *b, int threads) { return 64 + r1_attention_room(b, threads); }

/* One layer of a pass by itself; see `looking_t`. */
PUBLIC void r1_attend(const batch_t *b, int64_t layer, const void *mixed, const float *query_norm, const float *key_norm,
                      void *out, int threads, void *scratch) {
    attention_t a;
    int64_t taken = 0, products = 0;
    r1_attention_begin(&a, b, aligned(scratch));
    const looking_t l = {&a, layer, mixed, query_norm, key_norm, out, &taken};
    for (int64_t i = 0; i < b->n; i++)
        products += b->sequences[i].count * (b->sequences[i].start + b->sequences[i].count) * b->heads * b->size;
    call_t c = {.l = &l, .threads = !r1_parallel || products < ALONE ? 1 : threads};
    together(work, &c, c.threads);
}
