/* What lies in a block (`layouts.h`): scales, and weights as bytes. */
#ifndef R1_BLOCKS_H
#define R1_BLOCKS_H

#include "layouts.h"
#include "processor.h"

typedef struct {
    floats first, second;
} scales_t;

/* The scale of a group, and its minimum, or the scale of its second 16 columns. */
INLINE scales_t scales_of(const int layout, const uint8_t *head, int64_t groups, int64_t g) {
    scales_t s;
    if (layout == Q4_1) {
        s.first = load_halves(head + g * 64);
        s.second = load_halves(head + g * 64 + 32);
    } else if (layout == Q4_K) {
        const uint8_t *super = head + g / 8 * 64, *own = head + supers_size(layout, groups) + g * 32;
        s.first = product(load_halves(super), load_unsigned(own));
        s.second = product(load_halves(super + 32), load_unsigned(own + 16));
    } else if (layout == Q6_K) {
        const uint8_t *own = head + supers_size(layout, groups) + g * 32;
        const floats super = load_halves(head + g / 8 * 32);
        s.first = product(super, load_signed(own));
        s.second = product(super, load_signed(own + 16));
    } else {
        s.first = load_halves(head + g * 32);
        s.second = s.first;
    }
    return s;
}

/* Columns 8·octet to 8·octet + 7 of a group, a byte each. */
INLINE void weights_of(const int layout, const uint8_t *group, const int octet, bytes *first, bytes *second) {
    if (layout == Q8_0) {
        *first = load_bytes(group + octet * 128);
        *second = load_bytes(group + octet * 128 + 64);
        return;
    }
    const bytes both = load_bytes(group + octet * 64);
    *first = low_half(both);
    *second = high_half(both);
    if (layout == Q6_K) {
        const bytes above = load_bytes(group + BYTES / 2 + octet / 2 * 64);
        *first = octet % 2 ? joined2(*first, above) : joined0(*first, above);
        *second = octet % 2 ? joined3(*second, above) : joined1(*second, above);
    }
}

INLINE int32_t four(const int8_t *values) {
    int32_t x;
    memcpy(&x, values, 4);
    return x;
}

/* What a sum of integers begins with. */
INLINE ints begin(const int layout, const int32_t *offsets, int half) {
    return layout == Q4_1 || layout == Q4_K ? all_ints(0) : all_ints(offsets[layout == Q8_0 ? 1 : layout == Q4_0 ? 0 : 2 + half]);
}

#endif
