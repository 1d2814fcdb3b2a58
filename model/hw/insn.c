/* SPDX-License-Identifier: MIT */
/*
 * insn - instructions that deal with address spaces and TLBs: R-INV-9,
 * R-X86-5, R-X86-6, R-RV-1, R-S390-1, R-PPC-1
 *
 * Each is a step: what it does to this CPU's TLB and, of s390's, to all others
 * is done when it returns.
 */
#include "../include/asm/tlb_insn.h"
#include "../kernel/kernel.h"
#include "../sim/log.h"
#include "hw.h"

#define CALLER	((u64)__builtin_return_address(0))

static const struct tlb_scope everything = { .end = ~0UL, .asid = ASID_ALL };

void write_root(u32 root, u16 asid)
{
	sim_point(sim.cur, 0, false);
	ctx_install(sim.cur, root, asid);
}

/* Stores first, then the invalidation, then walks that see them. */
static void local_flush(const struct tlb_scope *s, u64 pc)
{
	struct agent *a = sim.cur;
	struct tlb_scope issued = *s;

	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	flush_issue(a, &issued, 1u << a->id, pc);
	tlb_invalidate_scope(a, &issued, false);
	a->v.tlbi = max_u32(a->v.tlbi, sim.now);
	if (!sim.stale)
		return;
	mem_fence(a, FENCE_DSB, pc);
	mem_fence(a, FENCE_ISB, pc);
}

static struct tlb_scope by_address(unsigned long start, unsigned long end)
{
	return (struct tlb_scope){
		.start = start, .end = end, .asid = ASID_ALL,
		.leaf = hw.leaf_only,
	};
}

void local_flush_tlb_all(void)
{
	local_flush(&everything, CALLER);
}

void local_flush_tlb_range(unsigned long start, unsigned long end)
{
	struct tlb_scope s = by_address(start, end);

	local_flush(&s, CALLER);
}

void local_flush_tlb_page(unsigned long addr)
{
	struct tlb_scope s = by_address(addr, addr + 1);

	local_flush(&s, CALLER);
}

/* --- x86 ----------------------------------------------------------------- */

void write_cr3(const struct mm_struct *mm, u16 pcid, bool noflush)
{
	struct agent *a = sim.cur;
	struct tlb_scope s = { .end = ~0UL, .asid = pcid };

	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	ctx_install(a, mm_root(mm), pcid);
	if (!noflush)
		tlb_invalidate_scope(a, &s, false);
}

void invlpg(unsigned long addr)
{
	struct agent *a = sim.cur;
	struct tlb_scope s = {
		.start = addr, .end = addr + 1, .asid = ctx_asid(a),
		.tables = rule(R_INV_9), .globals = true,
	};

	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	flush_issue(a, &s, 1u << a->id, CALLER);
	tlb_invalidate_scope(a, &s, false);
}

/* --- riscv --------------------------------------------------------------- */

void sbi_remote_sfence_vma(u32 hart_mask, unsigned long start,
			   unsigned long size)
{
	struct agent *a = sim.cur;
	struct tlb_scope s = size == -1UL ? everything :
					    by_address(start, start + size);

	/* The ecall is an exception: what is earlier comes first. */
	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	mem_fence(a, FENCE_MB, CALLER);
	tlbi_by_trap(a, &s, hart_mask, CALLER);
	sim_point(a, 0, false);
	tlbi_sync(a, CALLER);
}

/* --- s390 ---------------------------------------------------------------- */

static bool through_range(const struct sb_entry *e, const void *arg)
{
	const struct tlb_scope *s = arg;

	return e->tslot && e->tva >= s->start && e->tva < s->end;
}

/* In the step that changes the entry: nobody can cache it in between. */
void tlb_purge(struct agent *a, const struct tlb_scope *s, bool local)
{
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *to = &sim.agent[i];

		if (!to->is_cpu || (local && to != a))
			continue;
		if (to != a)
			mem_drain_some(to, through_range, s);
		tlb_invalidate_scope(to, s, to != a);
	}
}

static u64 replace(u64 *entry, unsigned int level, unsigned long addr,
		   bool (*change)(u64 *e, const void *arg), const void *arg,
		   bool local, u64 pc)
{
	struct agent *a = sim.cur;
	u32 off = (u32)mem_off(entry), shift = fmt_shift(hw.fmt, level);
	struct tlb_scope s = { .start = addr >> shift << shift,
			       .asid = ASID_ALL };
	u64 old, val;

	s.end = s.start + (1UL << shift);
	sim_point(a, off, true);
	mem_drain_stepwise(a);		/* serialises */
	mem_force_rmw(a, off, 8);
	old = val = mem_peek(off, 8);
	flush_issue(a, &s, local ? 1u << a->id : ~0u, pc);
	if (change(&val, arg)) {
		struct event *ev = event_new(EV_RMW, a);

		*ev = (struct event){ .val = val, .old = old, .off = off,
				      .key = ev->key, .type = EV_RMW,
				      .agent = a->id, .size = 8, .pc = pc };
		mem_commit_own(a, off, val, 8);
		event_done(ev);
		tlb_purge(a, &s, local);
	}
	mem_see(a, mem_seen(a));
	return old;
}

/* The invalid bit is all that is set in an entry of an empty table. */
static bool invalidate(u64 *e, const void *arg)
{
	*e |= hw.fmt->none[*(const unsigned int *)arg];
	return true;
}

u64 ipte(u64 *ptep, unsigned long addr, bool local)
{
	unsigned int level = 1;

	return replace(ptep, 1, addr, invalidate, &level, local, CALLER);
}

u64 idte(u64 *entry, unsigned int level, unsigned long addr, bool local)
{
	return replace(entry, level, addr, invalidate, &level, local, CALLER);
}

struct exchange { u64 old, new; };

static bool exchange(u64 *e, const void *arg)
{
	const struct exchange *x = arg;

	if (*e != x->old)
		return false;
	*e = x->new;
	return true;
}

bool crdte(u64 *entry, unsigned int level, unsigned long addr, u64 old,
	   u64 new)
{
	struct exchange x = { old, new };

	return replace(entry, level, addr, exchange, &x, false, CALLER) == old;
}

/* --- powerpc ------------------------------------------------------------- */

/* CPUs that have sent a tlbie since their last tlbsync: R-PPC-1. */
static u32 in_sequence;

void insn_begin(void)
{
	in_sequence = 0;
}

void ptesync(void)
{
	struct agent *a = sim.cur;

	sim_point(a, 0, false);
	if (in_sequence & 1u << a->id) {
		/* No tlbsync before it: waits for stores only. */
		mem_fence(a, sim.stale ? FENCE_DSB : FENCE_MB, CALLER);
		return;
	}
	tlbi_sync(a, CALLER);
}

void tlbie(unsigned long start, unsigned long end, unsigned int ric)
{
	struct agent *a = sim.cur;
	struct tlb_scope s = {
		.start = start, .end = end, .asid = ASID_ALL,
		.leaf = ric == RIC_FLUSH_TLB && hw.leaf_only,
	};
	bool lost;

	sim_point(a, 0, false);
	lost = hw.tlbie_bug && !(in_sequence & 1u << a->id) &&
	       fault(FAULT_TLBIE);
	in_sequence |= 1u << a->id;
	tlbi(a, &s, !lost, CALLER);
}

/* Orders accesses to memory; tlbie and tlbsync are in order anyway here. */
void eieio(void)
{
	sim_point(sim.cur, 0, false);
	if (sim.stale)
		mem_fence(sim.cur, FENCE_WMB, CALLER);
}

void tlbsync(void)
{
	sim_point(sim.cur, 0, false);
	in_sequence &= ~(1u << sim.cur->id);
}
