/* How weights lie: in blocks of 16 rows × 512 columns, each with all that it needs, so that one stream is read.
 *
 * A vector has 16 lanes of four bytes; a lane is a row, its bytes are consecutive columns. A block begins with the scales of
 * its groups of 32 columns, and then has the groups' weights. Both are multiples of 64 bytes. The last block of a row has
 * fewer groups where columns end; rows and columns that fill a block up are zeros.
 *
 *     Q8_0  scales f16 [group][row]; bytes, which are value + 128, [group][quad of columns][row][4]
 *     Q4_0  scales f16 [group][row]; nibbles, value + 8, [group][octet][row][4]: column 8·octet + i low, + 4 high
 *     Q4_1  scale and minimum f16 [group][2][row]; nibbles
 *     Q4_K  f16 [256 columns][2][row], of which the second is negative; u8 [group][2][row]; nibbles.
 *           A scale is the product of two firsts, a minimum that of two seconds; a weight is scale · nibble + minimum
 *     Q6_K  f16 [256 columns][row]; int8 [group][2][row], for 16 columns each; nibbles, then the two bits above them,
 *           [group][2][row][4]: quad 4·i + k at bits 2k of byte i. Six bits are value + 32
 *
 * Each holds exactly what GGUF's type of this name holds.
 */
#ifndef R1_LAYOUTS_H
#define R1_LAYOUTS_H

#include <stdint.h>

#include "threads.h"

enum { Q8_0, Q4_0, Q4_1, Q4_K, Q6_K, LAYOUTS };

#define LANES 16
#define GROUP 32    /* columns that share a scale, in weights and in x */
#define SUPER 256   /* columns that share the scales of scales */
#define GROUPS 16   /* of a block */
#define BYTES (LANES * GROUP) /* of a group's weights where each is a byte */

INLINE int64_t groups_of(int64_t columns) { return divided_up(columns, GROUP); }

/* Bytes of a block's scales that come before those of single groups. */
INLINE int64_t supers_size(int layout, int64_t groups) {
    return layout == Q4_K ? divided_up(groups, 8) * 64 : layout == Q6_K ? divided_up(groups, 8) * 32 : 0;
}

/* Bytes with which a block of so many groups begins. */
INLINE int64_t head_size(int layout, int64_t groups) {
    return divided_up(supers_size(layout, groups) + groups * (layout == Q4_1 ? 64 : 32), 64) * 64;
}

/* Bytes of the weights of a group. */
INLINE int64_t group_size(int layout) { return layout == Q8_0 ? BYTES : layout == Q6_K ? BYTES * 3 / 4 : BYTES / 2; }

INLINE int64_t block_size(int layout, int64_t groups) { return head_size(layout, groups) + groups * group_size(layout); }

/* Bytes of 16 rows. */
INLINE int64_t rows_size(int layout, int64_t columns) {
    const int64_t groups = groups_of(columns), rest = groups % GROUPS;
    return groups / GROUPS * block_size(layout, GROUPS) + (rest ? block_size(layout, rest) : 0);
}

#endif
