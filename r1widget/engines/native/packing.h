/* What `packing.c` and `taking.c` share: rows, however they are made, to their places in blocks. */
#ifndef R1_PACKING_H
#define R1_PACKING_H

#include <string.h>

#include "search.h"

/* Two bytes that are a float16. */
INLINE uint16_t load_half(const uint8_t *p) {
    uint16_t v;
    memcpy(&v, p, 2);
    return v;
}

/* Calls `of(data, row, rows, column, columns, s)` for at most 16 rows and 256 columns, on all threads, and puts what it makes. */
typedef void (*maker_t)(const void *data, int64_t row, int64_t rows, int64_t column, int64_t columns, super_t *s);
void put_all(int layout, maker_t of, const void *data, int64_t rows, int64_t columns, uint8_t *blocks, int threads);

#endif
