/* SPDX-License-Identifier: MIT */
#ifndef LINUX_ATOMIC_H
#define LINUX_ATOMIC_H

#include <linux/compiler.h>

#define ATOMIC_INIT(i)	{ (i) }

static inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static inline void atomic_set(atomic_t *v, int i)
{
	WRITE_ONCE(v->counter, i);
}

static inline int atomic_add_return(int i, atomic_t *v)
{
	return (int)machine_rmw(&v->counter, (machine_u64)i, sizeof(int),
				MACHINE_ADD) + i;
}

static inline void atomic_add(int i, atomic_t *v)
{
	machine_rmw(&v->counter, (machine_u64)i, sizeof(int),
		    (enum machine_rmw)(MACHINE_ADD | MACHINE_NORET));
}

static inline void atomic_inc(atomic_t *v) { atomic_add(1, v); }
static inline void atomic_dec(atomic_t *v) { atomic_add(-1, v); }

static inline bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_add_return(-1, v) == 0;
}

#endif
