/* Threads for all of the library: those of the OpenMP library that torch has loaded (`r1_threads`). Nothing is linked. */
#ifndef R1_THREADS_H
#define R1_THREADS_H

#ifdef _WIN32
#define PUBLIC __declspec(dllexport)
#else
#define PUBLIC __attribute__((visibility("default")))
#endif
#define INLINE static inline __attribute__((always_inline))

extern void (*r1_parallel)(void (*)(void *), void *, unsigned, unsigned);
extern void (*r1_barrier)(void);
extern int (*r1_number)(void);
extern int (*r1_count)(void);

#endif
