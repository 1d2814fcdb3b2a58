/* SPDX-License-Identifier: MIT */
/*
 * context - ASIDs with generations, and what happens when they run out
 *
 * An mm's id is an ASID and the generation it was given in. One of the present
 * generation is good as it is (fast path); when there are none left a new
 * generation begins (rollover): ASIDs that are in use on a CPU are reserved
 * for it, all others are free again, and every CPU invalidates its whole TLB
 * before it uses one of the new generation.
 *
 *	rollover			switch, fast path
 *	generation += 1			active = active_asids[cpu]
 *	reserved = xchg(active, 0)	generation: as the mm's
 *					cmpxchg(active, asid) fails: slow path
 *
 * Modelled on: arch/arm64/mm/context.c: check_and_switch_context(),
 *              new_context(), flush_context()
 * Departs in:  4 ASIDs, ASID 0 kept for nobody, so 2 CPUs at most; no pinned
 *              ASIDs; a CPU's TLB is flushed under the lock as it is there, but
 *              the map and the reserved ASIDs, which the lock protects, are not
 *              simulated memory
 */
#include "../include/asm/tlb_insn.h"
#include "../include/linux/irqflags.h"
#include "../include/linux/mm_types.h"
#include "../kernel/kernel.h"
#include "../kernel/vars.h"
#include "hw.h"

#define ASID_MASK	(~0ULL << ASID_BITS)

static s64 reserved_asids[CPUS_MAX];
static u32 asid_map, cur_idx;

void context_begin(void)
{
	memset(reserved_asids, 0, sizeof(reserved_asids));
	asid_map = 0;
	cur_idx = 1;
}

static u32 ctxid2asid(s64 id) { return (u32)((u64)id & ~ASID_MASK); }

static s64 asid2ctxid(u32 asid, s64 generation)
{
	return generation | asid;
}

static bool asid_gen_match(s64 asid)
{
	s64 generation = atomic64_read(&kvars->asid_generation);

	return !((u64)(asid ^ generation) >> ASID_BITS);
}

static bool test_and_set_asid(u32 asid)
{
	bool was = asid_map & 1u << asid;

	asid_map |= 1u << asid;
	return was;
}

static void flush_context(void)
{
	asid_map = 0;
	for (u32 cpu = 0; cpu < sim.nr_cpus; cpu++) {
		/* Whoever is on the fast path now fails its cmpxchg. */
		s64 asid = atomic64_xchg_relaxed(&kvars->active_asids[cpu],
						 0);

		/* 0: two rollovers, and no switch there in between. */
		if (!asid)
			asid = reserved_asids[cpu];
		test_and_set_asid(ctxid2asid(asid));
		reserved_asids[cpu] = asid;
	}
	cpumask_setall(&kvars->flush_pending);
}

/* Is it in use on some CPU? Then it keeps its number: all of them learn it. */
static bool check_update_reserved_asid(s64 asid, s64 newasid)
{
	bool hit = false;

	for (u32 cpu = 0; cpu < sim.nr_cpus; cpu++) {
		if (reserved_asids[cpu] != asid)
			continue;
		hit = true;
		reserved_asids[cpu] = newasid;
	}
	return hit;
}

static u32 find_free_asid(u32 from)
{
	while (from < NUM_USER_ASIDS && asid_map & 1u << from)
		from++;
	return from;
}

static s64 new_context(s64 asid)
{
	s64 generation = atomic64_read(&kvars->asid_generation);
	u32 n;

	if (asid) {
		s64 newasid = asid2ctxid(ctxid2asid(asid), generation);

		if (check_update_reserved_asid(asid, newasid))
			return newasid;
		/* The old number, if nobody has it in this generation. */
		if (!test_and_set_asid(ctxid2asid(asid)))
			return newasid;
	}
	n = find_free_asid(cur_idx);
	if (n == NUM_USER_ASIDS) {
		generation = atomic64_add_return_relaxed(ASID_FIRST_VERSION,
					&kvars->asid_generation);
		flush_context();
		n = find_free_asid(1);
	}
	SIM_BUG_ON(n == NUM_USER_ASIDS);
	test_and_set_asid(n);
	cur_idx = n;
	return asid2ctxid(n, generation);
}

static void take_slow_path(struct mm_struct *mm, u32 cpu)
{
	struct kernel_vars *v = kvars;
	unsigned long flags;
	s64 asid;

	local_irq_save(flags);
	spin_lock(&v->asid_lock);
	asid = atomic64_read(&mm->context.id);
	if (!asid_gen_match(asid)) {
		asid = new_context(asid);
		atomic64_set(&mm->context.id, asid);
	}
	if (cpumask_test_and_clear_cpu(cpu, &v->flush_pending) &&
	    kernel_does(STEP_ROLLOVER_FLUSH))
		local_flush_tlb_all();
	atomic64_set(&v->active_asids[cpu], asid);
	spin_unlock(&v->asid_lock);
	local_irq_restore(flags);
}

void arm64_switch_mm(struct agent *a, struct mm_struct *next)
{
	struct kernel_vars *v = kvars;
	s64 asid, active;

	SIM_BUG_ON(sim.nr_cpus >= NUM_USER_ASIDS - 1);
	if (!next) {
		write_root(mm_root(NULL), 0);	/* cpu_set_reserved_ttbr0() */
		return;
	}
	asid = atomic64_read(&next->context.id);
	active = atomic64_read(&v->active_asids[a->id]);
	/* active 0: a rollover has been; fails, too, if one comes right now. */
	if (!active || !asid_gen_match(asid) ||
	    !atomic64_cmpxchg_relaxed(&v->active_asids[a->id], active, asid))
		take_slow_path(next, a->id);
	asid = atomic64_read(&next->context.id);
	write_root(mm_root(next), (u16)ctxid2asid(asid));
	mem_fence(a, FENCE_ISB, 0);
}
