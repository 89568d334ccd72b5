/* Calls every function of the library on shapes at all edges, each time with buffers of just the size that it asks for; run
 * with the compiler's sanitizers, which end the program where something is read or written that isn't there, or two threads
 * touch the same. Its own threads stand for OpenMP's, whose library the sanitizers don't see through. Says what differs.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "pass.c" /* its structures are its own */

const char *r1_name(void);
void r1_threads(void *parallel, void *number, void *count);
void r1_pack(int layout, const float *weights, const float *importance, const float *carried, int64_t rows, int64_t columns,
             uint8_t *blocks, int threads);
void r1_unpack(int layout, const uint8_t *blocks, int64_t rows, int64_t columns, float *out, int threads);
void r1_take(int layout, const uint8_t *stored, int64_t rows, int64_t columns, uint8_t *blocks, int threads);
void r1_factor(float *moments, int64_t count, int threads);
int64_t r1_scratch(int64_t n, int64_t columns, int threads);
void r1_linear(const linear_t *linear, const void *x, void *y, int64_t n, int bf16, int threads, void *scratch);
int64_t r1_attend_scratch(const batch_t *b, int threads);
void r1_attend(const batch_t *b, int64_t layer, const void *mixed, const float *query_norm, const float *key_norm, void *out,
               int threads, void *scratch);
void r1_norm(float *x, const float *added, const float *weight, float *out, int64_t n, int64_t columns, float epsilon, int threads);
void r1_gate(float *x, float *out, int64_t n, int64_t columns, int threads);
void r1_top(const float *x, int64_t n, int64_t count, float *values, int64_t *places);
void r1_sums(const float *x, int64_t n, float most, float temperature, double *sums);

#define MANY 5 /* threads; more than cores, on most machines that run this */
static int failures;

/* --- Threads --------------------------------------------------------------------------------------------------------- */

static __thread int own_number, own_count = 1;

typedef struct {
    void (*work)(void *);
    void *data;
    int number, count;
} start_t;

static void *started(void *at) {
    start_t *s = at;
    own_number = s->number, own_count = s->count;
    s->work(s->data);
    return 0;
}

/* As GOMP_parallel: one thread fewer than was asked for where it's four, as a limit of the system would have it. */
static void parallel(void (*work)(void *), void *data, unsigned asked, unsigned flags) {
    (void)flags;
    const int count = asked == 4 ? 3 : (int)asked;
    pthread_t threads[MANY];
    start_t starts[MANY];
    for (int k = 0; k < count; k++) starts[k] = (start_t){work, data, k, count};
    for (int k = 1; k < count; k++) pthread_create(threads + k, 0, started, starts + k);
    started(starts);
    for (int k = 1; k < count; k++) pthread_join(threads[k], 0);
    own_number = 0, own_count = 1;
}

static int number(void) { return own_number; }
static int count(void) { return own_count; }

/* --- Numbers --------------------------------------------------------------------------------------------------------- */

static __thread uint32_t seed = 1;
static float noise(void) {
    seed = seed * 1664525u + 1013904223u;
    return (float)(int32_t)seed / 2147483648.0f;
}

static void *room(int64_t bytes) { return calloc(1, (size_t)bytes + !bytes); }

static float *noises(int64_t n) {
    float *x = room(n * 4);
    for (int64_t i = 0; i < n; i++) x[i] = noise();
    return x;
}

static void same(const char *what, const void *a, const void *b, int64_t bytes) {
    if (!memcmp(a, b, (size_t)bytes)) return;
    printf("%s differs\n", what);
    failures++;
}

/* --- Linear layers --------------------------------------------------------------------------------------------------- */

static uint8_t *packed(int layout, int64_t rows, int64_t columns, const float *carried) {
    uint8_t *blocks = room(divided_up(rows, LANES) * rows_size(layout, columns));
    float *weights = noises(rows * columns), *importance = noises(columns);
    for (int64_t i = 0; i < columns; i++) importance[i] = importance[i] * importance[i];
    r1_pack(layout, weights, carried ? importance : 0, carried, rows, columns, blocks, 2);
    free(weights), free(importance);
    return blocks;
}

static void multiplied(const linear_t *linear, int64_t n, float *x) {
    float *y = room(n * linear->rows * 4), *other = room(n * linear->rows * 4);
    uint16_t *narrow = room(n * linear->columns * 2), *narrow_y = room(n * linear->rows * 2);
    static const int threads[] = {1, 2, MANY};
    for (int k = 0; k < 3; k++) {
        void *scratch = room(r1_scratch(n, linear->columns, threads[k]));
        r1_linear(linear, x, k ? other : y, n, 0, threads[k], scratch);
        if (k) same("a product on several threads", y, other, n * linear->rows * 4);
        r1_linear(linear, narrow, narrow_y, n, 1, threads[k], scratch);
        free(scratch);
    }
    free(y), free(other), free(narrow), free(narrow_y);
}

static void linears(void) {
    static const int64_t shapes[][2] = {{1, 1}, {16, 32}, {17, 33}, {50, 31}, {1, 7}, {40, 600}, {33, 256}, {100, 545}, {700, 1056}};
    static const int64_t rows[] = {0, 1, 2, 11, 12, 13, 24, 25, 31, 130};
    float *carried = noises(3 * SUPER * SUPER);
    for (int64_t i = 0; i < 3 * SUPER * SUPER; i++) carried[i] *= 0.01f;
    for (int s = 0; s < 9; s++) {
        const int64_t height = shapes[s][0], columns = shapes[s][1];
        segment_t segments[LAYOUTS];
        for (int layout = 0; layout < LAYOUTS; layout++) {
            segments[layout] = (segment_t){packed(layout, height, columns, columns < 2 * SUPER ? carried : 0), height, layout};
            float *numbers = room(height * columns * 4);
            r1_unpack(layout, segments[layout].blocks, height, columns, numbers, 3);
            free(numbers);
        }
        float *bias = noises(LAYOUTS * height);
        const linear_t linear = {segments, LAYOUTS, LAYOUTS * height, columns, bias};
        for (int k = 0; k < 10; k++) {
            float *x = noises(rows[k] * columns);
            if (rows[k] > 2)
                for (int64_t i = 0; i < columns; i++) x[i] = i % 3 == 0 ? __builtin_nanf("") : i % 3 == 1 ? __builtin_inff() : -3e38f;
            multiplied(&linear, rows[k], x);
            free(x);
        }
        free(bias);
        for (int layout = 0; layout < LAYOUTS; layout++) free((void *)segments[layout].blocks);
    }
    r1_factor(carried, 3, 2);
    free(carried);
}

/* Every byte is chance, the scales too. */
static void taken(void) {
    static const int64_t unit[] = {32, 32, 32, 256, 256}, bytes[] = {34, 18, 20, 144, 210};
    for (int layout = 0; layout < LAYOUTS; layout++)
        for (int64_t rows = 1; rows < 40; rows += 16) {
            const int64_t columns = unit[layout] * 3, size = rows * 3 * bytes[layout];
            uint8_t *stored = room(size), *blocks = room(divided_up(rows, LANES) * rows_size(layout, columns));
            for (int64_t i = 0; i < size; i++) stored[i] = (uint8_t)(int)(noise() * 127);
            r1_take(layout, stored, rows, columns, blocks, 3);
            free(stored), free(blocks);
        }
}

/* --- Attention, and a pass ------------------------------------------------------------------------------------------- */

#define PAGE_BITS 7

/* Sequences of these lengths, and room for what comes; pages (layers, 2, key heads, page, size). */
static void sequences(sequence_t *s, const int64_t *starts, const int64_t *counts, int64_t n, int64_t page) {
    for (int64_t i = 0; i < n; i++) {
        const int64_t pages = divided_up(starts[i] + counts[i], 1 << PAGE_BITS);
        void **of = room(pages * (int64_t)sizeof(void *));
        for (int64_t k = 0; k < pages; k++) {
            of[k] = room(page);
            for (int64_t j = 0; j < page / 4; j++) ((float *)of[k])[j] = 0.5f;
        }
        s[i] = (sequence_t){of, starts[i], counts[i]};
    }
}

static void released(sequence_t *s, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = 0; k < divided_up(s[i].start + s[i].count, 1 << PAGE_BITS); k++) free(s[i].pages[k]);
        free((void *)s[i].pages);
    }
}

static void attended(int64_t heads, int64_t key_heads, int64_t size, int bf16) {
    static const int64_t starts[] = {0, 1, 700, 63, 511}, counts[] = {3, 1, 2, 100, 0};
    const int64_t rows = 106, all = (heads + 2 * key_heads) * size;
    sequence_t s[5];
    sequences(s, starts, counts, 5, 2 * 2 * key_heads * (size << PAGE_BITS) * (bf16 ? 2 : 4));
    float *rotary = noises(702 * 2 * size), *norm = noises(size), *mixed = noises(rows * all), *out[2];
    const batch_t b = {s, rotary, 5, PAGE_BITS, (int32_t)heads, (int32_t)key_heads, (int32_t)size, bf16, bf16, 1e-6f};
    for (int k = 0; k < 2; k++) {
        const int threads = k ? MANY : 1;
        void *scratch = room(r1_attend_scratch(&b, threads));
        out[k] = room(rows * heads * size * (bf16 ? 2 : 4));
        r1_attend(&b, 1, mixed, norm, k ? norm : norm, out[k], threads, scratch);
        free(scratch);
    }
    same("attention on several threads", out[0], out[1], rows * heads * size * (bf16 ? 2 : 4));
    released(s, 5);
    free(rotary), free(norm), free(mixed), free(out[0]), free(out[1]);
}

static linear_t *linear(int layout, int64_t rows, int64_t columns) {
    segment_t *segment = room(sizeof *segment);
    linear_t *made = room(sizeof *made);
    *segment = (segment_t){packed(layout, rows, columns, 0), rows, layout};
    *made = (linear_t){segment, 1, rows, columns, 0};
    return made;
}

static void let_go(const linear_t *l) {
    free((void *)l->segments->blocks), free((void *)l->segments), free((void *)l);
}

static void passed(void) {
    enum { HIDDEN = 80, INNER = 200, HEADS = 4, KEY_HEADS = 2, SIZE = 16, WORDS = 50, ALL_LAYERS = 3 };
    static const int64_t cases[][3][2] = {{{0, 1}, {0, 0}, {0, 0}}, {{600, 1}, {5, 3}, {0, 40}}, {{0, 0}, {0, 0}, {0, 0}}};
    float *norm = noises(HIDDEN), *rotary = noises(700 * 2 * SIZE);
    layer_t layers[ALL_LAYERS];
    for (int k = 0; k < ALL_LAYERS; k++)
        layers[k] = (layer_t){norm, norm, norm, norm, linear(k, (HEADS + 2 * KEY_HEADS) * SIZE, HIDDEN), linear(Q4_0, HIDDEN, HEADS * SIZE),
                              linear(Q4_K, 2 * INNER, HIDDEN), linear(Q6_K, HIDDEN, INNER)};
    const network_t network = {layers, norm, linear(Q6_K, WORDS, HIDDEN)};
    for (int c = 0; c < 3; c++) {
        static const int threads[] = {1, 2, 4, MANY};
        float *logits[4];
        const int64_t starts[] = {cases[c][0][0], cases[c][1][0], cases[c][2][0]}, counts[] = {cases[c][0][1], cases[c][1][1], cases[c][2][1]};
        const int64_t rows = counts[0] + counts[1] + counts[2], wanted[] = {rows - 1, 0}, some = rows ? 2 : 0;
        float *embedded = noises(rows * HIDDEN);
        for (int k = 0; k < 4; k++) {
            sequence_t s[3];
            sequences(s, starts, counts, 3, ALL_LAYERS * 2 * KEY_HEADS * (SIZE << PAGE_BITS) * 4);
            const batch_t b = {s, rotary, 3, PAGE_BITS, HEADS, KEY_HEADS, SIZE, 0, 0, 1e-6f};
            float *x = room(rows * HIDDEN * 4);
            memcpy(x, embedded, (size_t)(rows * HIDDEN) * 4);
            logits[k] = room(some * WORDS * 4);
            for (int64_t first = 0; first < ALL_LAYERS; first += k + 1) {
                const int64_t last = least(first + k + 1, ALL_LAYERS);
                const pass_t p = {&network, &b, first, last, x, wanted, last == ALL_LAYERS ? some : 0, logits[k]};
                void *scratch = room(r1_pass_scratch(&p, threads[k]));
                r1_pass(&p, threads[k], scratch);
                free(scratch);
            }
            if (k) same("a pass on several threads", logits[0], logits[k], some * WORDS * 4);
            released(s, 3);
            free(x);
        }
        for (int k = 0; k < 4; k++) free(logits[k]);
        free(embedded);
    }
    for (int k = 0; k < ALL_LAYERS; k++) let_go(layers[k].qkv), let_go(layers[k].o), let_go(layers[k].gate_up), let_go(layers[k].down);
    let_go(network.head);
    free(norm), free(rotary);
}

/* --- The rest -------------------------------------------------------------------------------------------------------- */

static void stepped(void) {
    for (int64_t columns = 1; columns < 1500; columns = columns * 3 + 1)
        for (int64_t n = 0; n < 100; n = n * 5 + 1) {
            float *x = noises(n * 2 * columns), *weight = noises(columns), *out = room(n * columns * 4);
            r1_gate(x, out, n, columns, 3);
            r1_norm(x, x + n * columns, weight, out, n, columns, 1e-6f, 3);
            free(x), free(weight), free(out);
        }
}

static void scanned(void) {
    for (int64_t n = 0; n < 3000; n = n * 3 + 1)
        for (int64_t some = 0; some < 300; some = some * 16 + 1) {
            float *x = noises(n), *values = room(some * 4);
            int64_t *places = room(some * 8);
            double sums[2];
            if (n > 2) x[2] = __builtin_nanf("");
            r1_top(x, n, some, values, places);
            r1_sums(x, n, 1, 0.5f, sums);
            free(x), free(values), free(places);
        }
}

/* Two threads call at once, each with threads of its own. */
static void *calling(void *unused) {
    (void)unused;
    passed();
    return 0;
}

int main(void) {
    r1_threads((void *)parallel, (void *)number, (void *)count);
    linears();
    taken();
    for (int bf16 = 0; bf16 < 2; bf16++) {
        attended(2, 2, 64, bf16), attended(6, 1, 80, bf16), attended(7, 1, 96, bf16), attended(12, 2, 128, bf16);
        attended(1, 1, 256, bf16), attended(96, 1, 16, bf16), attended(4, 4, 48, bf16);
    }
    passed();
    stepped();
    scanned();
    pthread_t others[2];
    for (int k = 0; k < 2; k++) pthread_create(others + k, 0, calling, 0);
    for (int k = 0; k < 2; k++) pthread_join(others[k], 0);
    if (failures) return 1;
    printf("all is well with %s\n", r1_name());
    return 0;
}
