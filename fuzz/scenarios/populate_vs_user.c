/* SPDX-License-Identifier: MIT */
/*
 * populate-vs-user
 *
 * Question: does whoever finds a new page table find it empty?
 *
 *	CPU0 do_anonymous_page()	CPU1 user load
 *	------------------------	--------------
 *	alloc a table: clear it
 *	smp_wmb()
 *	set PMD
 *					MMU: reads PMD: table
 *					reads PTE: none, fault
 *
 * The memory of the new table still holds what it held before, entries of pages
 * that have been freed, until the stores that clear it are visible.
 *
 * Result:  Never anything but empty, or the entry of the fault
 * Mutants: pmd-install-without-wmb
 */
#include "scenario.h"

#define BASE	PUD_SIZE
#define HOLE	(BASE + PMD_SIZE)	/* no table yet */

static void setup(void)
{
	world_init(BASE, 1);
	world.va[0] = HOLE;
	world.va[1] = HOLE + PAGE_SIZE;
	world.nr_va = 2;
	/* The frame that is allocated next was a table; frame 80 is free. */
	world_leftover(64, HOLE, 80);
	world_leftover(64, HOLE + PAGE_SIZE, 81);
	world_watch_pmd(HOLE);
}

const struct scenario scenario_populate_vs_user = {
	.name = "populate-vs-user",
	.summary = "does whoever finds a new page table find it empty?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "user_load", op_user_load },
		{ "user_store", op_user_store },
		{ "gup_fast", op_gup_fast },
		{ "zap", op_zap },
	},
	.work = { { 0, 0, 0 }, { 1, 0, 1 } },
	.nr_work = 2,
};
