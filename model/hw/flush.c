/* SPDX-License-Identifier: MIT */
/*
 * flush - TLB invalidation as the kernel calls it
 *
 * FLUSH_IPI	 invalidate here, interrupt the others, wait for all of them
 *		 (R-INV-9): a CPU with interrupts off holds the caller up
 * FLUSH_BROADCAST  send it to all CPUs, wait until it has reached them all
 *		 (R-INV-1, R-INV-4): nobody is held up, and no code with
 *		 interrupts off is waited for
 */
#include "../include/asm/tlbflush.h"
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

static void on_ipi(struct agent *to, u32 n)
{
	tlb_invalidate_scope(to, &sent[n], false);
}

static void by_interrupt(struct agent *a, u64 start, u64 end, u64 pc)
{
	u32 n = nr_sent++ % ARRAY_SIZE(sent);

	sent[n] = tlb_scope_of(start, end);
	sent[n].nr = (u16)nr_sent;
	sent[n].to = tlb_cpus();
	tlb_note(EV_TLBI, a, &sent[n], pc);
	tlb_invalidate_scope(a, &sent[n], false);
	ipi_send_all(~0u, on_ipi, n, pc);
}

/*
 * What the kernel relies on from here on, for oracles. On strong machines it is
 * kept as the code above says, and their logs do without.
 */
static void promise(struct agent *a, u64 start, u64 end, u32 since, u64 pc)
{
	struct event *ev;

	if (!sim.stale)
		return;
	ev = event_new(EV_FLUSHED, a);
	ev->val = start;
	ev->old = end;
	ev->off = ev->size = ev->flags = 0;
	ev->ver = since;
	ev->pc = pc;
	event_done(ev);
}

static void flush(u64 start, u64 end, u64 pc)
{
	struct agent *a = sim.cur;
	struct tlb_scope s = { .start = start, .end = end, .asid = ASID_ALL };
	u32 since = sim.now;

	if (!a)
		return;
	/* A locked instruction or dsb precedes it: stores first (R-INV-7). */
	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	if (hw.flush == FLUSH_IPI) {
		by_interrupt(a, start, end, pc);
		promise(a, start, end, since, pc);
		return;
	}
	tlbi(a, &s, true, pc);
	/* The wait (dsb, TLBSYNC) is a step: others may go on meanwhile. */
	sim_point(a, 0, false);
	tlbi_sync(a, pc);
	promise(a, start, end, since, pc);
}

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr)
{
	(void)vma;
	flush(addr, addr + PAGE_SIZE, CALLER);
}

void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end)
{
	(void)vma;
	flush(start, end, CALLER);
}

void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end)
{
	(void)mm;
	flush(start, end, CALLER);
}
