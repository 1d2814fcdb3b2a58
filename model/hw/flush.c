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

struct range { u64 start, end; struct agent *from; };

static struct range ranges[64];
static u32 nr_ranges;
static u8 awaited[AGENTS_MAX];

static u32 new_range(struct agent *a, u64 start, u64 end)
{
	u32 n = nr_ranges++ % ARRAY_SIZE(ranges);

	ranges[n] = (struct range){ start, end, a };
	return n;
}

static void on_ipi(struct agent *to, u32 n)
{
	tlb_invalidate(to, ranges[n].start, ranges[n].end);
}

static void arrives(struct agent *to, u32 n)
{
	/* R-INV-4: stores translated through what goes away come first. */
	mem_drain(to);
	tlb_invalidate(to, ranges[n].start, ranges[n].end);
	if (!--awaited[ranges[n].from->id])
		sim_wake(WAIT_TLBI | ranges[n].from->id);
}

static void broadcast(struct agent *a, u32 n, u64 pc)
{
	awaited[a->id] = 0;
	for (u32 i = 0; i < sim.nr_agents; i++)
		awaited[a->id] += sim.agent[i].is_cpu;
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *to = &sim.agent[i];

		if (!to->is_cpu)
			continue;
		sim_substep(a);
		sim_deliver(arrives, to, n, NULL);
	}
	/* The wait (dsb, TLBSYNC) is a step: others may go on meanwhile. */
	sim_point(a, 0, false);
	mem_drain(a);
	while (awaited[a->id]) {
		event_note(EV_BLOCK, a, WAIT_TLBI, awaited[a->id], 0, 0, 0, pc);
		sim_block(WAIT_TLBI | a->id);
	}
	event_note(EV_FENCE, a, 0, FENCE_MB, 0, 0, 0, pc);
}

static void flush(u64 start, u64 end, u64 pc)
{
	struct agent *a = sim.cur;
	u32 n;

	if (!a)
		return;
	/* A locked instruction or dsb precedes it: stores first (R-INV-7). */
	sim_point(a, 0, false);
	mem_drain(a);
	event_note(EV_TLBI, a, 0, start, end, 0, 0, pc);
	n = new_range(a, start, end);
	if (hw.flush == FLUSH_BROADCAST) {
		broadcast(a, n, pc);
		return;
	}
	tlb_invalidate(a, start, end);
	ipi_send_all(~0u, on_ipi, n, pc);
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
