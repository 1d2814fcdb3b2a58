/* SPDX-License-Identifier: MIT */
/*
 * gup-fast-vs-retract
 *
 * Question: can a page table be freed while GUP-fast is in it?
 *
 *	CPU0 gup_fast()			CPU1 retract_page_tables()
 *	---------------			--------------------------
 *	interrupts off
 *	read PMD
 *					clear PTEs, clear PMD, flush
 *					call_rcu(free the table)
 *	read PTE: in the table, none
 *	interrupts on			... now it is freed
 *
 * TLBs are invalidated by broadcast: the flush does not wait for CPU0.
 *
 * Result:  Never
 * Mutants: collapse-free-table-no-ipi
 */
#include "scenario.h"

#define BASE	PUD_SIZE

static struct folio *file;

static void setup(void)
{
	world_init(BASE, 1);
	world.va[0] = BASE;
	world.va[1] = BASE + PAGE_SIZE;
	world.nr_va = 2;
	file = world_file(FILE_FRAME);
	world_map_folio(BASE, file, 0);
	world_watch_pmd(BASE);
	world_watch_pte(BASE);
}

static u64 retract(unsigned int arg)
{
	u64 ret;

	mmap_read_lock(world.mm);
	ret = !retract_page_tables(world.vma, world_va(arg) & HPAGE_PMD_MASK,
				   file);
	mmap_read_unlock(world.mm);
	return ret;
}

const struct scenario scenario_gup_fast_vs_retract = {
	.name = "gup-fast-vs-retract",
	.summary = "can a page table be freed while GUP-fast is in it?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.broadcast = true,
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "gup_fast", op_gup_fast },
		{ "retract", retract },
		{ "fault", op_user_load },
		{ "rcu_walk", op_rcu_walk },
		{ "zap", op_zap },
	},
	.work = { { 0, 0, 0 }, { 1, 1, 0 } },
	.nr_work = 2,
};

/*
 * rcu-walk-vs-retract
 *
 * Question: is an interrupt to every CPU enough to free a table that walkers
 * use under rcu_read_lock()?
 *
 *	CPU0 __pte_offset_map()		CPU1 retract_page_tables()
 *	-----------------------		--------------------------
 *	rcu_read_lock()
 *	read PMD
 *					clear PTEs, clear PMD, flush
 *	takes the interrupt		interrupt all CPUs
 *					call_rcu(free the table)
 *	read PTE: in the table, none
 *	rcu_read_unlock()		... now it is freed
 *
 * Result:  Never, because the table waits for RCU, not for the interrupt
 * Mutants: ipi-is-not-rcu, gup-fast-takes-ptl
 */
const struct scenario scenario_rcu_walk_vs_retract = {
	.name = "rcu-walk-vs-retract",
	.summary = "can a page table be freed under rcu_read_lock()?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "rcu_walk", op_rcu_walk },
		{ "retract", retract },
		{ "fault", op_user_load },
		{ "gup_fast", op_gup_fast },
		{ "zap", op_zap },
	},
	.work = { { 0, 0, 0 }, { 0, 3, 0 }, { 1, 1, 0 } },
	.nr_work = 3,
};
