/* SPDX-License-Identifier: MIT */
/*
 * flush - TLB invalidation as the kernel calls it
 *
 * FLUSH_IPI	 invalidate here, interrupt the others, wait for all of them
 *		 (R-INV-9): a CPU with interrupts off holds the caller up.
 *		 With tlb_gen and lazy mode it is x86_tlb.c that does it
 * FLUSH_BROADCAST  send it to all CPUs, wait until it has reached them all
 *		 (R-INV-1, R-INV-4): nobody is held up, and no code with
 *		 interrupts off is waited for
 * FLUSH_SBI	 have the firmware of the harts do it, and wait (R-RV-1):
 *		 interrupts do not matter, the mask does
 * FLUSH_IDTE	 all CPUs in one step (R-S390-1)
 * FLUSH_TLBIE	 a broadcast between ptesyncs (R-PPC-1)
 *
 * Modelled on: arch/x86/mm/tlb.c, arch/arm64/include/asm/tlbflush.h,
 *              arch/riscv/mm/tlbflush.c, arch/s390/include/asm/tlbflush.h,
 *              arch/powerpc/mm/book3s64/radix_tlb.c
 * Departs in:  a range is one invalidation, however long it is
 */
#include "../include/asm/tlbflush.h"
#include "../include/linux/mmu_notifier.h"
#include "../kernel/kernel.h"
#include "../sim/log.h"
#include "hw.h"

#define CALLER	((u64)__builtin_return_address(0))

static struct tlb_scope sent[64];
static u32 nr_sent;

void flush_begin(void)
{
	nr_sent = 0;
}

void flush_issue(struct agent *a, struct tlb_scope *s, u32 to, u64 pc)
{
	s->nr = (u16)++nr_sent;
	s->to = (u8)to & tlb_cpus();
	tlb_note(EV_TLBI, a, s, pc);
}

static void on_ipi(struct agent *to, u32 n)
{
	tlb_invalidate_scope(to, &sent[n], false);
}

static void by_interrupt(struct agent *a, u32 mask, const struct tlb_scope *s,
			 u64 pc)
{
	u32 n = nr_sent % ARRAY_SIZE(sent);

	sent[n] = *s;
	/* R-INV-9: INVLPG drops all that leads to tables. */
	sent[n].tables = !hw.leaf_only && rule(R_INV_9);
	flush_issue(a, &sent[n], mask | 1u << a->id, pc);
	tlb_invalidate_scope(a, &sent[n], false);
	ipi_send_all(mask, on_ipi, n, pc);
}

static void at_once(struct agent *a, const struct tlb_scope *s, u64 pc)
{
	struct tlb_scope issued = *s;

	flush_issue(a, &issued, ~0u, pc);
	tlb_purge(a, &issued, false);
}

/*
 * What the kernel relies on from here on, for oracles. On strong machines it is
 * kept as the code above says, and their logs do without.
 */
static void promise(struct agent *a, const struct tlb_scope *s, u32 since,
		    u64 pc)
{
	struct event *ev;

	if (!sim.stale)
		return;
	ev = event_new(EV_FLUSHED, a);
	ev->val = s->start;
	ev->old = s->end;
	ev->off = ev->size = ev->flags = 0;
	ev->ver = since;
	ev->pc = pc;
	event_done(ev);
}

static void by_tlbie(const struct tlb_scope *s)
{
	unsigned int ric = s->leaf ? RIC_FLUSH_TLB : RIC_FLUSH_ALL;

	ptesync();
	tlbie(s->start, s->end, ric);
	if (hw.tlbie_bug && kernel_does(STEP_TLBIE_FIXUP)) {
		/* fixup_tlbie_va_range() */
		ptesync();
		tlbie(s->start, s->end, ric);
	}
	eieio();
	tlbsync();
	ptesync();
}

/**
 * flush() - no CPU uses old translations when it returns
 * @mm: whose; NULL: any
 * @s: which, of all tags
 * @freed_tables: tables that it led to are about to be freed
 */
static void flush(struct mm_struct *mm, const struct tlb_scope *s,
		  bool freed_tables, u64 pc)
{
	struct agent *a = sim.cur;
	struct tlb_scope own = *s;
	u32 since = sim.now;

	if (!a)
		return;
	/* A locked instruction or dsb precedes it: stores first (R-INV-7). */
	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	own.asid = mm_flush_asid(mm);
	own.leaf |= hw.leaf_only && !freed_tables;
	switch (hw.flush) {
	case FLUSH_IPI:
		if (mm && hw.mm == MM_X86)
			x86_flush(a, mm, 0, s, freed_tables, pc);
		else
			by_interrupt(a, mm_targets(mm), &own, pc);
		break;
	case FLUSH_SBI:
		tlbi_by_trap(a, &own, mm_targets(mm) | 1u << a->id, pc);
		sim_point(a, 0, false);
		tlbi_sync(a, pc);
		break;
	case FLUSH_IDTE:
		at_once(a, &own, pc);
		break;
	case FLUSH_TLBIE:
		by_tlbie(&own);
		break;
	case FLUSH_BROADCAST:
		tlbi(a, &own, true, pc);
		/* The wait (dsb, TLBSYNC) is a step: others may go on. */
		sim_point(a, 0, false);
		tlbi_sync(a, pc);
		break;
	}
	/* Not of what a hint, or a flush of leaves, may have left. */
	if (!own.level && !own.leaf && own.asid == ASID_ALL && !hw.masked)
		promise(a, s, since, pc);
	/* Those who walk the same tables, but take no part in the above. */
	if (mm)
		mmu_notifier_arch_invalidate_secondary_tlbs(mm, s->start,
							    s->end);
}

static void flush_range(struct mm_struct *mm, unsigned long start,
			unsigned long end, bool freed_tables, u64 pc)
{
	struct tlb_scope s = { .start = start, .end = end, .asid = ASID_ALL };

	flush(mm, &s, freed_tables, pc);
}

static struct mm_struct *mm_of(const struct vm_area_struct *vma)
{
	return vma ? vma->vm_mm : NULL;
}

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	flush_range(mm_of(vma), addr, addr + PAGE_SIZE, false, CALLER);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	flush_range(mm_of(vma), start, end, false, CALLER);
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end)
{
	flush_range(mm, start, end, false, CALLER);
}

void flush_tlb_gathered(struct mm_struct *mm, unsigned long start,
			unsigned long end, bool freed_tables)
{
	flush_range(mm, start, end, freed_tables, CALLER);
}

void flush_tlb_mm(struct mm_struct *mm)
{
	flush_range(mm, 0, ~0UL, true, CALLER);
}

void flush_tlb_all(void)
{
	flush_range(NULL, 0, ~0UL, true, CALLER);
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	flush_range(NULL, start, end, true, CALLER);
}

void __flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, bool last_level, int level)
{
	struct tlb_scope s = {
		.start = start, .end = end, .asid = ASID_ALL,
		.leaf = last_level, .level = (u8)level,
	};

	flush(mm_of(vma), &s, !last_level, CALLER);
}

/* --- put off -------------------------------------------------------------- */

static void send_now(struct agent *a, struct mm_struct *mm, unsigned long addr,
		     u64 pc)
{
	struct tlb_scope s = { .start = addr, .end = addr + PAGE_SIZE,
			       .asid = mm_flush_asid(mm) };

	sim_point(a, 0, false);
	mem_drain_stepwise(a);		/* dsb(ishst) */
	tlbi(a, &s, true, pc);
}

void arch_tlbbatch_add_pending(struct arch_tlbflush_unmap_batch *batch,
			       struct mm_struct *mm, unsigned long uaddr)
{
	unsigned long addr = uaddr & PAGE_MASK;

	if (hw.flush == FLUSH_BROADCAST) {
		send_now(sim.cur, mm, addr, CALLER);
		batch->cpus = ~0u;
	} else if (hw.mm == MM_X86) {
		/* Full barrier: who joins later finds itself behind. */
		atomic64_inc_return(&mm->context.tlb_gen);
		batch->cpus |= cpumask_bits(mm_cpumask(mm));
	} else {
		batch->cpus |= mm_targets(mm);
	}
	mmu_notifier_arch_invalidate_secondary_tlbs(mm, addr, addr + PAGE_SIZE);
}

void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch)
{
	struct tlb_scope s = { .end = ~0UL, .asid = ASID_ALL };
	struct agent *a = sim.cur;

	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	if (hw.flush == FLUSH_BROADCAST)
		tlbi_sync(a, CALLER);
	else if (hw.flush == FLUSH_IPI && hw.mm == MM_X86)
		x86_flush(a, NULL, batch->cpus, &s, false, CALLER);
	else if (hw.flush == FLUSH_IPI)
		by_interrupt(a, batch->cpus, &s, CALLER);
	else
		flush(NULL, &s, true, CALLER);
	batch->cpus = 0;
}
