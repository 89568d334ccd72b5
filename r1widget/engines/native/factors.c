/* What an error in one column adds to those behind it (`search.h`), from the second moments of what is multiplied by them.
 *
 * LAPACK can take moments apart too, but its results depend on the number of threads.
 */
#include "layouts.h"

#define SMALLEST 1e-30f

/* Symmetric h (256, 256) to U, with D on its diagonal: h = U·D·Uᵀ, where U has nothing below its diagonal and ones on it. */
static void factor(float *h) {
    float column[SUPER];
    for (int64_t k = SUPER - 1; k >= 0; k--) {
        const float d = h[k * SUPER + k] > SMALLEST ? h[k * SUPER + k] : SMALLEST;
        h[k * SUPER + k] = d;
        for (int64_t j = 0; j < k; j++) {
            column[j] = h[j * SUPER + k];
            h[k * SUPER + j] = 0;
        }
        for (int64_t i = 0; i < k; i++) {
            const float u = column[i] / d;
            h[i * SUPER + k] = u;
            for (int64_t j = i; j < k; j++) h[i * SUPER + j] -= u * column[j];
        }
    }
}

typedef struct {
    float *moments;
    int64_t count;
    int threads;
} factors_t;

static void share(void *data) {
    const factors_t *f = data;
    const member_t m = member(f->threads, 0);
    for (int64_t k = share_from(&m, f->count); k < share_to(&m, f->count); k++) factor(f->moments + k * SUPER * SUPER);
}

PUBLIC void r1_factor(float *moments, int64_t count, int threads) {
    factors_t f = {moments, count, r1_parallel ? threads : 1};
    together(share, &f, f.threads);
}
