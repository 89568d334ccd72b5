/* `search`: the integers and scales that stand for numbers, of at most 16 rows and 256 of their columns. */
#ifndef R1_SEARCH_H
#define R1_SEARCH_H

#include "layouts.h"

/* Those of a row, in any layout (`layouts.h`). What a layout hasn't is left alone. */
typedef struct {
    uint8_t values[SUPER];   /* bytes, nibbles or six bits, as they are stored: with their offset */
    uint16_t scales[8];      /* Q8_0, Q4_0, Q4_1: for each 32 columns */
    uint16_t minima[8];      /* Q4_1 */
    uint16_t d, dmin;        /* Q4_K, Q6_K: the scale of scales; of minima, which is negative */
    uint8_t own[16];         /* Q4_K: scales, for each 32 columns; Q6_K: for each 16, signed */
    uint8_t own_minima[8];   /* Q4_K */
} super_t;

/* `w` has `rows` rows of `columns` numbers, one each `stride` numbers. `importance` has `columns` numbers, the weights of the
 * squared errors, or is nothing. `carried` is nothing, or (256, 256): what an error of the column k adds to the column j > k
 * before that is rounded is at [k][j]. What isn't finite counts as 0. */
void search(int layout, const float *w, int64_t stride, int64_t rows, int64_t columns, const float *importance,
            const float *carried, super_t *out);

#endif
