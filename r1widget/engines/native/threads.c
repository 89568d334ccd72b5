/* Threads: whose they are, and how those of a region meet (`threads.h`). */
#include "threads.h"

#include <string.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif !defined(_WIN32)
#include <sched.h>
#endif

#define SPINS 2000 /* some tens of microseconds: longer than the others take, unless the system holds them up */

void (*r1_parallel)(void (*)(void *), void *, unsigned, unsigned);
int (*r1_number)(void);
int (*r1_count)(void);

/* The functions GOMP_parallel, omp_get_thread_num and omp_get_num_threads of the library torch uses. */
PUBLIC void r1_threads(void *parallel, void *number, void *count) {
    memcpy(&r1_parallel, &parallel, sizeof parallel);
    memcpy(&r1_number, &number, sizeof number);
    memcpy(&r1_count, &count, sizeof count);
}

INLINE void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Sleep until the round is over, where the system can say that; else let others run. Windows has one thread, and waits for none. */
INLINE void wait_long(meeting_t *at, int32_t round) {
#if defined(__linux__)
    __atomic_fetch_add(&at->asleep, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &at->round, FUTEX_WAIT_PRIVATE, round, 0, 0, 0); /* not where the round is another one already */
    __atomic_fetch_sub(&at->asleep, 1, __ATOMIC_SEQ_CST);
#elif !defined(_WIN32)
    (void)at, (void)round;
    sched_yield();
#else
    (void)at, (void)round;
#endif
}

/* A pass meets 250 times. Where all come at once that takes 0.2 µs. Who waits longer sleeps: it isn't its turn that is lacking but
 * another's, whom the system holds up, and who has slept is woken before those that used up theirs. */
void r1_meet(meeting_t *at, int64_t count) {
    const int32_t round = __atomic_load_n(&at->round, __ATOMIC_RELAXED); /* it can't end without this thread */
    if (__atomic_add_fetch(&at->here, 1, __ATOMIC_ACQ_REL) == count) {
        __atomic_store_n(&at->here, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&at->round, round + 1, __ATOMIC_SEQ_CST);
#if defined(__linux__)
        if (__atomic_load_n(&at->asleep, __ATOMIC_SEQ_CST)) syscall(SYS_futex, &at->round, FUTEX_WAKE_PRIVATE, 1 << 30, 0, 0, 0);
#endif
        return;
    }
    for (int spins = 0; __atomic_load_n(&at->round, __ATOMIC_ACQUIRE) == round;) {
        if (spins < SPINS)
            spins++, pause_briefly();
        else
            wait_long(at, round);
    }
}
