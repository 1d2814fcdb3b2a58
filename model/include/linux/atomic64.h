/* SPDX-License-Identifier: MIT */
/* 64-bit atomics, and those without order: see Documentation/atomic_t.txt. */
#ifndef LINUX_ATOMIC64_H
#define LINUX_ATOMIC64_H

#include <linux/atomic.h>

typedef struct { s64 counter; } __attribute__((aligned(8))) atomic64_t;

static inline s64 atomic64_read(const atomic64_t *v)
{
	return READ_ONCE(v->counter);
}

static inline void atomic64_set(atomic64_t *v, s64 i)
{
	WRITE_ONCE(v->counter, i);
}

static inline s64 atomic64_inc_return(atomic64_t *v)
{
	return (s64)machine_rmw(&v->counter, 1, 8, MACHINE_ADD) + 1;
}

static inline s64 atomic64_add_return_relaxed(s64 i, atomic64_t *v)
{
	return (s64)machine_rmw(&v->counter, (machine_u64)i, 8,
				(enum machine_rmw)(MACHINE_ADD |
						   MACHINE_RELAXED)) + i;
}

static inline s64 atomic64_xchg_relaxed(atomic64_t *v, s64 i)
{
	return (s64)machine_rmw(&v->counter, (machine_u64)i, 8,
				(enum machine_rmw)(MACHINE_XCHG |
						   MACHINE_RELAXED));
}

static inline s64 atomic64_cmpxchg_relaxed(atomic64_t *v, s64 old, s64 new)
{
	return (s64)machine_cmpxchg_ord(&v->counter, (machine_u64)old,
					(machine_u64)new, 8, MACHINE_RELAXED);
}

static inline int atomic_cmpxchg(atomic_t *v, int old, int new)
{
	return cmpxchg(&v->counter, old, new);
}

#endif
