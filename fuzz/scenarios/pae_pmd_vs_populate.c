/* SPDX-License-Identifier: MIT */
/*
 * pae-pmd-vs-populate
 *
 * Question: does a walker that reads a PMD entry in two halves, while a fault
 * on another CPU puts a table there, find no table or the right one?
 *
 *	CPU0 __pte_offset_map()		CPU1 do_anonymous_page()
 *	-----------------------		------------------------
 *	high, 0
 *					high
 *					low, present
 *	low, present			table below 4 GiB: not the one
 *
 * Result:  Never
 * Mutants: pae-pmd-read-atomic
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
	world_watch_pmd(HOLE);
}

const struct scenario scenario_pae_pmd_vs_populate = {
	.name = "pae-pmd-vs-populate",
	.summary = "does a walker ever take half a PMD entry for a table?",
	.formats = { "x86_pae" },
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "walk", op_rcu_walk },
		{ "fault", op_user_load },
		{ "zap", op_zap },
	},
	.work = { { 0, 0, 0 }, { 1, 1, 0 } },
	.nr_work = 2,
};
