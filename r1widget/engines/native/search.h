/* `search`: the integers and scales that stand for numbers, of one row and at most 256 of its columns. */
#ifndef R1_SEARCH_H
#define R1_SEARCH_H

#include "layouts.h"

/* They, in any layout (`layouts.h`). What a layout hasn't is left alone. */
typedef struct {
    uint8_t values[SUPER];   /* bytes, nibbles or six bits, as they are stored: with their offset */
    uint16_t scales[8];      /* Q8_0, Q4_0, Q4_1: for each 32 columns */
    uint16_t minima[8];      /* Q4_1 */
    uint16_t d, dmin;        /* Q4_K, Q6_K: the scale of scales; of minima, which is negative */
    uint8_t own[16];         /* Q4_K: scales, for each 32 columns; Q6_K: for each 16, signed */
    uint8_t own_minima[8];   /* Q4_K */
} super_t;

/* `w` has 256 numbers, zeros from `columns` on. `importance` has as many, the weights of the squared errors, or is nothing.
 * What isn't finite comes out as anything. */
void search(int layout, const float *w, const float *importance, int64_t columns, super_t *out);

#endif
