/* What is asked of all logits at once: the largest ones, and the sums that make probabilities of them. A vocabulary has 150,000, which
 * one thread reads in less time than it takes to wake a second one. */
#include "vectors.h"

#define STRETCH 2048 /* numbers whose sums are taken in single precision */

/* The `count` largest of x (n), the largest first, and where they are; of equals the first ones. NaN is none of them; places
 * that are left have -∞ and -1. */
PUBLIC void r1_top(const float *x, int64_t n, int64_t count, float *values, int64_t *places) {
    for (int64_t k = 0; k < count; k++) {
        values[k] = -__builtin_inff();
        places[k] = -1;
    }
    int64_t found = 0;
    for (int64_t i = 0; count && i < n; i += W) {
        const int64_t here = n - i < W ? n - i : W;
        if (here == W && found == count) { /* nearly always none of them is large enough */
            const ivec more = load(x + i) > all(values[count - 1]);
            int32_t any = 0;
            for (int k = 0; k < W; k++) any |= more[k];
            if (!any) continue;
        }
        for (int64_t k = i; k < i + here; k++) {
            const float value = x[k];
            if (value != value || (found == count && value <= values[count - 1])) continue;
            int64_t low = 0, high = found; /* behind all that are as large */
            while (low < high) {
                const int64_t middle = (low + high) / 2;
                if (values[middle] >= value)
                    low = middle + 1;
                else
                    high = middle;
            }
            found += found < count;
            memmove(values + low + 1, values + low, (size_t)(found - low - 1) * 4);
            memmove(places + low + 1, places + low, (size_t)(found - low - 1) * 8);
            values[low] = value;
            places[low] = k;
        }
    }
}

/* Σ w and Σ w·y, with y = (x − most) / temperature and w = eʸ. Where x is -∞, its weight is 0 and so is w·y. */
PUBLIC void r1_sums(const float *x, int64_t n, float most, float temperature, double *sums) {
    const vec base = all(most), scale = all(1.0f / temperature), least_of_all = all(-1e4f);
    sums[0] = sums[1] = 0;
    for (int64_t start = 0; start < n; start += STRETCH) {
        const int64_t end = n - start < STRETCH ? n : start + STRETCH;
        vec weights = all(0), products = all(0);
        for (int64_t i = start; i < end; i += W) {
            vec y;
            if (end - i >= W) {
                y = load(x + i);
            } else {
                float rest[W];
                for (int k = 0; k < W; k++) rest[k] = i + k < end ? x[i + k] : -__builtin_inff();
                y = load(rest);
            }
            y = (y - base) * scale;
            y = either(y < least_of_all, least_of_all, y);
            const vec w = exponential(y);
            weights += w;
            products = fused(w, y, products);
        }
        sums[0] += total(weights);
        sums[1] += total(products);
    }
}
