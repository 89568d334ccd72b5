/* Attention of a pass, for whoever has a region of threads: `begin` once a pass, by one of them; in each layer `prepare`,
 * by all; when all have met, `look`, by all; and when all have met again, what was seen is there. */
#ifndef R1_ATTENTION_H
#define R1_ATTENTION_H

#include "threads.h"

/* A sequence that holds `start` positions, to which `count` are added. */
typedef struct {
    void *const *pages; /* each (layers, keys and values, key heads, page, size) */
    int64_t start, count;
} sequence_t;

/* The sequences of a pass, and what they and their caches are like. Rows are their new positions, one sequence after the
 * other. */
typedef struct {
    const sequence_t *sequences;
    const float *rotary; /* (positions, 2, size): cosines and sines, the first half of the sines negative */
    int64_t n;
    int32_t page_bits; /* a page has 1 << page_bits positions, BLOCK at least */
    int32_t heads, key_heads, size;
    int32_t cache_bf16, stream_bf16;
    float epsilon;
} batch_t;

typedef struct unit unit_t;
typedef struct item item_t;

/* A pass, cut up for the threads. */
typedef struct {
    const batch_t *b;
    int64_t rows, units, items, slots;
    float *queries; /* (key heads, rows, group, size), rotated and scaled */
    unit_t *unit;
    item_t *item;
    float *slot;
} attention_t;

/* One layer. `mixed` (rows, heads + 2·key heads, size) to `out` (rows, heads, size), both float32, or both bfloat16.
 * Norms are float32 of `size`, or nothing. `taken` counts the items that have been: 0 before the layer. */
typedef struct {
    const attention_t *a;
    int64_t layer;
    const void *mixed;
    const float *query_norm, *key_norm;
    void *out;
    int64_t *taken;
} looking_t;

/* Bytes of scratch for a pass on so many threads. */
int64_t r1_attention_room(const batch_t *b, int threads);
void r1_attention_begin(attention_t *a, const batch_t *b, void *scratch);
void r1_attention_prepare(const looking_t *l, const member_t *m);
void r1_attention_look(const looking_t *l, const member_t *m);

#endif
