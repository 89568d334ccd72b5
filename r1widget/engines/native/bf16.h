/* bfloat16, which is the upper half of a float32, as single numbers. */
#ifndef R1_BF16_H
#define R1_BF16_H

#include <stdint.h>
#include <string.h>

#include "threads.h"

INLINE float from_bf16(uint16_t v) {
    uint32_t bits = (uint32_t)v << 16;
    float f;
    memcpy(&f, &bits, 4);
    return f;
}

INLINE uint16_t to_bf16(float f) {
    uint32_t bits;
    memcpy(&bits, &f, 4);
    uint32_t rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
    return (uint16_t)((bits & 0x7FFFFFFF) > 0x7F800000 ? 0x7FC0 : rounded); /* a NaN stays one */
}

#endif
