/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs, each a word in memory.
 *
 * Modelled on: include/linux/cpumask.h, include/linux/bitops.h
 * Departs in:  one word; set and clear are atomics that return nothing and so
 *              order nothing, except where every atomic does (x86)
 */
#ifndef LINUX_CPUMASK_H
#define LINUX_CPUMASK_H

#include <linux/compiler.h>

typedef struct cpumask { u32 bits; } cpumask_t;

unsigned int nr_cpus(void);
#define nr_cpu_ids	nr_cpus()

static inline u32 cpumask_bits(const struct cpumask *m)
{
	return READ_ONCE(m->bits);
}

static inline void cpumask_set_cpu(unsigned int cpu, struct cpumask *m)
{
	machine_rmw(&m->bits, (1u << cpu), sizeof(m->bits),
		    (enum machine_rmw)(MACHINE_OR | MACHINE_NORET));
}

static inline void cpumask_clear_cpu(unsigned int cpu, struct cpumask *m)
{
	machine_rmw(&m->bits, ~(1u << cpu), sizeof(m->bits),
		    (enum machine_rmw)(MACHINE_AND | MACHINE_NORET));
}

static inline bool cpumask_test_cpu(unsigned int cpu, const struct cpumask *m)
{
	return cpumask_bits(m) & (1u << cpu);
}

static inline bool cpumask_test_and_set_cpu(unsigned int cpu, struct cpumask *m)
{
	return machine_rmw(&m->bits, (1u << cpu), sizeof(m->bits), MACHINE_OR) &
	       (1u << cpu);
}

static inline bool cpumask_test_and_clear_cpu(unsigned int cpu,
					      struct cpumask *m)
{
	return machine_rmw(&m->bits, ~(1u << cpu), sizeof(m->bits), MACHINE_AND) &
	       (1u << cpu);
}

/* Not atomic, as in the kernel. */
static inline void cpumask_or(struct cpumask *dst, const struct cpumask *a,
			      const struct cpumask *b)
{
	u32 bits = READ_ONCE(a->bits);

	bits |= READ_ONCE(b->bits);
	WRITE_ONCE(dst->bits, bits);
}

static inline void cpumask_clear(struct cpumask *m)
{
	WRITE_ONCE(m->bits, 0);
}

static inline void cpumask_setall(struct cpumask *m)
{
	WRITE_ONCE(m->bits, (1u << nr_cpu_ids) - 1);
}

static inline bool cpumask_empty(const struct cpumask *m)
{
	return !cpumask_bits(m);
}

/* Is any CPU but @cpu in it? */
static inline bool cpumask_any_other(const struct cpumask *m, unsigned int cpu)
{
	return cpumask_bits(m) & ~(1u << cpu);
}

#define for_each_possible_cpu(cpu)					\
	for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)

#endif
