/* What `packing.c` and `taking.c` share: a row's place among the 16 of a block. */
#ifndef R1_PACKING_H
#define R1_PACKING_H

#include "search.h"

/* At most 256 columns of one row into a block of `groups` groups: `count` of them, from the group `first` on. */
void put(int layout, uint8_t *block, int64_t groups, int64_t first, int64_t count, int lane, const super_t *s);

/* Calls `of(data, row, rows, column, columns, s)` for at most 16 rows and 256 columns, on all threads, and puts what it makes. */
typedef void (*maker_t)(const void *data, int64_t row, int64_t rows, int64_t column, int64_t columns, super_t *s);
void put_all(int layout, maker_t of, const void *data, int64_t rows, int64_t columns, uint8_t *blocks, int threads);

#endif
