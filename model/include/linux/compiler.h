/* SPDX-License-Identifier: MIT */
/*
 * Marked accesses and barriers, in the kernel's spelling.
 * Basis: Documentation/memory-barriers.txt, tools/memory-model.
 */
#ifndef LINUX_COMPILER_H
#define LINUX_COMPILER_H

#include <linux/types.h>
#include <machine.h>

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define __maybe_unused	__attribute__((unused))
#define BIT(n)		(1UL << (n))

#define READ_ONCE(x) ({							\
	machine_u64 __r = machine_load(&(x), sizeof(x));		\
	__typeof__(x) __v;						\
	__builtin_memcpy((void *)&__v, &__r, sizeof(__v));		\
	__v;								\
})

#define WRITE_ONCE(x, val) do {						\
	__typeof__(x) __v = (val);					\
	machine_u64 __r = 0;						\
	__builtin_memcpy(&__r, (void *)&__v, sizeof(__v));		\
	machine_store(&(x), __r, sizeof(x));				\
} while (0)

#define barrier()	machine_fence(MACHINE_BARRIER)
#define smp_mb()	machine_fence(MACHINE_MB)
#define smp_rmb()	machine_fence(MACHINE_RMB)
#define smp_wmb()	machine_fence(MACHINE_WMB)
#define cpu_relax()	machine_relax()

#define smp_load_acquire(p) ({						\
	machine_u64 __r = machine_load_acquire((p), sizeof(*(p)));	\
	__typeof__(*(p)) __v;						\
	__builtin_memcpy((void *)&__v, &__r, sizeof(__v));		\
	__v;								\
})

#define smp_store_release(p, val) do {					\
	__typeof__(*(p)) __v = (val);					\
	machine_u64 __r = 0;						\
	__builtin_memcpy(&__r, (void *)&__v, sizeof(__v));		\
	machine_store_release((p), __r, sizeof(*(p)));			\
} while (0)

#define __xchg_order(p, v, order) ({					\
	__typeof__(*(p)) __n = (v), __o;				\
	machine_u64 __r = 0;						\
	__builtin_memcpy(&__r, (void *)&__n, sizeof(__n));		\
	__r = machine_rmw((p), __r, sizeof(*(p)),			\
			  (enum machine_rmw)(MACHINE_XCHG | (order)));	\
	__builtin_memcpy((void *)&__o, &__r, sizeof(__o));		\
	__o;								\
})

#define __cmpxchg_order(p, old, new, order) ({				\
	__typeof__(*(p)) __e = (old), __n = (new), __o;			\
	machine_u64 __er = 0, __nr = 0;					\
	__builtin_memcpy(&__er, (void *)&__e, sizeof(__e));		\
	__builtin_memcpy(&__nr, (void *)&__n, sizeof(__n));		\
	__er = machine_cmpxchg_ord((p), __er, __nr, sizeof(*(p)),	\
				   (order));				\
	__builtin_memcpy((void *)&__o, &__er, sizeof(__o));		\
	__o;								\
})

#define xchg(p, v)		__xchg_order(p, v, 0)
#define xchg_relaxed(p, v)	__xchg_order(p, v, MACHINE_RELAXED)
#define cmpxchg(p, old, new)	__cmpxchg_order(p, old, new, 0)
#define cmpxchg_relaxed(p, old, new)					\
	__cmpxchg_order(p, old, new, MACHINE_RELAXED)

#define try_cmpxchg(p, oldp, new) ({					\
	__typeof__(*(p)) __want = *(oldp);				\
	__typeof__(*(p)) __found = cmpxchg((p), __want, (new));		\
	bool __ok = __found == __want;					\
	if (!__ok)							\
		*(oldp) = __found;					\
	__ok;								\
})

#define BUG_ON(c)							\
	do { if (unlikely(c)) machine_bug(#c, __FILE__, __LINE__); } while (0)
#define VM_BUG_ON(c)	BUG_ON(c)
#define WARN_ON_ONCE(c) ({						\
	bool __c = (c);							\
	if (unlikely(__c))						\
		machine_bug(#c, __FILE__, __LINE__);			\
	__c;								\
})

#endif
