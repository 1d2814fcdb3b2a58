/* SPDX-License-Identifier: MIT */
/*
 * pae-lockless-vs-set
 *
 * Question: does a lockless read of a 64-bit entry in two halves, and does the
 * page walker, see an entry that is being set either not at all or whole?
 *
 *	CPU0 ptep_get_lockless()	CPU1 set_pte()
 *	------------------------	--------------
 *	low
 *					high
 *					low, present
 *	high
 *	low again, differs: retry
 *
 * Result:  Never a mixture
 * Mutants: pae-lockless-missing-rmb, pae-set-order
 */
#include "scenario.h"

#define BASE	PUD_SIZE

static pte_t *ptep;		/* where the entry is */

static void setup(void)
{
	world_init(BASE, 1);
	world.va[0] = BASE;
	world.nr_va = 1;
	world_frame(70);	/* above 4 GiB: its high word is not zero */
	world_frame(6);		/* same low word, below 4 GiB */
	world_watch_pte(BASE);
	ptep = world_pte(BASE);
}

static u64 read_lockless(unsigned int arg)
{
	unsigned long flags;
	pte_t pte;

	(void)arg;
	local_irq_save(flags);
	pte = ptep_get_lockless(ptep);
	local_irq_restore(flags);
	if (!pte_present(pte))
		return 0;
	observed(ptep, pte_val(pte), 1);
	return 1;
}

/* As a fault maps a page. */
static u64 set(unsigned int arg)
{
	static const u32 frame[] = { 70, 6 };

	spin_lock(ptlock_ptr(virt_to_page(ptep)));
	if (pte_none(ptep_get(ptep)))
		set_pte_at(world.mm, BASE, ptep,
			   pfn_pte(frame_pfn(frame[arg % 2]), PAGE_SHARED));
	spin_unlock(ptlock_ptr(virt_to_page(ptep)));
	return 0;
}

static u64 clear_flush(unsigned int arg)
{

	(void)arg;
	spin_lock(ptlock_ptr(virt_to_page(ptep)));
	if (pte_present(ptep_get(ptep))) {
		pte_clear(world.mm, BASE, ptep);
		flush_tlb_page(world.vma, BASE);
	}
	spin_unlock(ptlock_ptr(virt_to_page(ptep)));
	return 0;
}

const struct scenario scenario_pae_lockless_vs_set = {
	.name = "pae-lockless-vs-set",
	.summary = "is an entry that is being set seen not at all or whole?",
	.formats = { "x86_pae" },
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "read", read_lockless },
		{ "set", set },
		{ "clear", clear_flush },
		{ "user_load", op_user_load },
	},
	.work = { { 0, 0, 0 }, { 1, 1, 0 } },
	.nr_work = 2,
};
