/* Threads for all of the library: those of the OpenMP library that torch has loaded (`r1_threads`). Nothing is linked. */
#ifndef R1_THREADS_H
#define R1_THREADS_H

#include <stdint.h>

#ifdef _WIN32
#define PUBLIC __declspec(dllexport)
#define YIELD() ((void)0) /* there is one thread */
#else
#include <sched.h>
#define PUBLIC __attribute__((visibility("default")))
#define YIELD() sched_yield()
#endif
#define INLINE static inline __attribute__((always_inline))

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
INLINE int64_t divided_up(int64_t a, int64_t b) { return (a + b - 1) / b; }
/* Sizes and addresses of memory, up to whole lines. */
INLINE int64_t padded(int64_t bytes) { return (bytes + 63) & ~(int64_t)63; }
INLINE void *aligned(void *at) { return (void *)(((uintptr_t)at + 63) & ~(uintptr_t)63); }

extern void (*r1_parallel)(void (*)(void *), void *, unsigned, unsigned);
extern void (*r1_barrier)(void);
extern int (*r1_number)(void);
extern int (*r1_count)(void);

/* Where the threads of a region meet; zeros before the first meeting. In lines of its own. */
typedef struct {
    int32_t here, round;
    char rest[120];
} meeting_t;

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

#define SPINS 2000 /* some tens of microseconds: longer than others take, unless the system holds them up */

INLINE void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Wait for all others; what they have written is seen afterwards. A pass meets 250 times, so this doesn't sleep: it takes
 * 0.2 µs where all come at once. */
INLINE void meet(const member_t *m) {
    if (m->count == 1) return;
    meeting_t *at = m->meeting;
    const int32_t round = __atomic_load_n(&at->round, __ATOMIC_RELAXED); /* it can't end without this thread */
    if (__atomic_add_fetch(&at->here, 1, __ATOMIC_ACQ_REL) == m->count) {
        __atomic_store_n(&at->here, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&at->round, round + 1, __ATOMIC_RELEASE);
        return;
    }
    for (int spins = 0; __atomic_load_n(&at->round, __ATOMIC_ACQUIRE) == round; spins++) {
        if (spins < SPINS)
            pause_briefly();
        else
            YIELD();
    }
}

/* The share of `all` that is this thread's: from … to. */
INLINE int64_t share_from(const member_t *m, int64_t all) { return all * m->number / m->count; }
INLINE int64_t share_to(const member_t *m, int64_t all) { return all * (m->number + 1) / m->count; }

#endif
