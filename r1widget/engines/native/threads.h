/* Threads for all of the library: those of the OpenMP library that torch has loaded (`r1_threads`). Nothing is linked. */
#ifndef R1_THREADS_H
#define R1_THREADS_H

#include <stdint.h>

#ifdef _WIN32
#define PUBLIC __declspec(dllexport)
#else
#define PUBLIC __attribute__((visibility("default")))
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
/* Sizes and addresses of memory, up to whole lines. */
INLINE int64_t padded(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }
INLINE void *aligned(void *at) { return (void *)(((uintptr_t)at + 63) & ~(uintptr_t)63); }

extern void (*r1_parallel)(void (*)(void *), void *, unsigned, unsigned);
extern int (*r1_number)(void);
extern int (*r1_count)(void);

/* Where the threads of a region meet; zeros before the first meeting. In lines of its own, as each who comes writes there. */
typedef struct {
    int32_t here, round, asleep;
} __attribute__((aligned(128))) meeting_t;

/* One of a region's threads. */
typedef struct {
    int64_t number, count;
    meeting_t *meeting;
} member_t;

/* The calling thread, in a region that may have been begun with `threads`, or in none. */
INLINE member_t member(int threads, meeting_t *meeting) {
    member_t m = {threads > 1 ? r1_number() : 0, threads > 1 ? r1_count() : 1, meeting};
    return m;
}

/* Run by `threads`, or by the calling one alone where there are none. */
INLINE void together(void (*work)(void *), void *data, int threads) {
    if (threads > 1)
        r1_parallel(work, data, (unsigned)threads, 0);
    else
        work(data);
}

/* Wait for all others; what they have written is seen afterwards. */
void r1_meet(meeting_t *at, int64_t count);
INLINE void meet(const member_t *m) {
    if (m->count > 1) r1_meet(m->meeting, m->count);
}

/* The share of `all` that is this thread's: from … to. */
INLINE int64_t share_from(const member_t *m, int64_t all) { return all * m->number / m->count; }
INLINE int64_t share_to(const member_t *m, int64_t all) { return all * (m->number + 1) / m->count; }

#endif
