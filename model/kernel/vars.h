/* SPDX-License-Identifier: MIT */
/*
 * vars - variables of the kernel that CPUs race for
 *
 * They lie in simulated memory, so that every model applies to them. What one
 * CPU has for itself, or what a lock protects, is the environment's own.
 */
#ifndef KERNEL_VARS_H
#define KERNEL_VARS_H

#include "../include/linux/mm_types.h"
#include "../sim/mem.h"

/* arm64 has 8 or 16: rollovers would be too long to explore. */
#define ASID_BITS		2
#define NUM_USER_ASIDS		(1u << ASID_BITS)
#define ASID_FIRST_VERSION	(1 << ASID_BITS)

/**
 * struct kernel_vars
 * @is_lazy: x86, by CPU: a kernel thread runs on a user's tables
 * @asid_generation, @active_asids, @flush_pending: arm64, see
 *	model/hw/context.c
 * @reserved_pg_dir: a table of nothing
 */
struct kernel_vars {
	u64 is_lazy[CPUS_MAX] __cell;
	spinlock_t asid_lock __cell;
	atomic64_t asid_generation;
	atomic64_t active_asids[CPUS_MAX];
	struct cpumask flush_pending __cell;
	u64 reserved_pg_dir[8] __attribute__((aligned(64)));
};

#define kvars	((struct kernel_vars *)mem_ptr(KERNEL_OFF))

#endif
