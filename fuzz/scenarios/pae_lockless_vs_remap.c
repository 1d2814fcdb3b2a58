/* SPDX-License-Identifier: MIT */
/*
 * pae-lockless-vs-remap
 *
 * Question: does a lockless read of an entry in two halves see a whole one,
 * while the entry is unmapped, flushed and mapped again, twice?
 *
 *	CPU0 lockless_pte()		CPU1
 *	-------------------		----
 *	local_irq_save()
 *	low of A
 *					clear A, flush: interrupt for CPU0 ...
 *	high of A, low of A again
 *	local_irq_restore()
 *					... taken: set B
 *					clear B, flush, set A
 *
 * With interrupts on both changes fit between the two reads of low, and the
 * high word may be B's. A reader that looks again under the lock (read_recheck)
 * may read with interrupts on: that is legal, and silent.
 *
 * Result:  Never a mixture
 * Mutants: pae-lockless-irqs-on, pae-clear-order
 */
#include "scenario.h"

#define BASE	PUD_SIZE
#define FRAME_A	70		/* above 4 GiB */
#define FRAME_B	7		/* below */

static pte_t *ptep;		/* where the entry is */

static void setup(void)
{
	world_init(BASE, 1);
	world.va[0] = BASE;
	world.nr_va = 1;
	world_map(BASE, FRAME_A, PAGE_SHARED);
	world_frame(FRAME_B);
	world_watch_pte(BASE);
	ptep = world_pte(BASE);
}

/* Map the other page, as migration would. */
static u64 remap(unsigned int arg)
{
	spinlock_t *ptl = ptlock_ptr(virt_to_page(ptep));
	u32 frame = arg % 2 ? FRAME_A : FRAME_B;

	spin_lock(ptl);
	ptep_get_and_clear(world.mm, BASE, ptep);
	flush_tlb_page(world.vma, BASE);
	set_pte_at(world.mm, BASE, ptep, pfn_pte(frame_pfn(frame), PAGE_SHARED));
	spin_unlock(ptl);
	return 0;
}

static u64 unmap(unsigned int arg)
{
	spinlock_t *ptl = ptlock_ptr(virt_to_page(ptep));

	(void)arg;
	spin_lock(ptl);
	pte_clear(world.mm, BASE, ptep);
	flush_tlb_page(world.vma, BASE);
	spin_unlock(ptl);
	return 0;
}

const struct scenario scenario_pae_lockless_vs_remap = {
	.name = "pae-lockless-vs-remap",
	.summary = "is an entry that is mapped anew twice ever seen in a mixture?",
	.formats = { "x86_pae" },
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "walk", op_lockless_walk },
		{ "remap", remap },
		{ "unmap", unmap },
		{ "read_recheck", op_read_recheck },
		{ "user_load", op_user_load },
	},
	.work = { { 0, 0, 0 }, { 0, 3, 0 }, { 1, 1, 0 }, { 1, 1, 1 },
		  { 1, 2, 0 } },
	.nr_work = 5,
};
