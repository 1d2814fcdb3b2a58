/* SPDX-License-Identifier: MIT */
/*
 * collapse-vs-fault
 *
 * Question: while khugepaged replaces small pages by a huge one, do faults and
 * stores of other threads find either the old pages or the new one?
 *
 *	CPU0 user store			CPU1 collapse_huge_page()
 *	---------------			-------------------------
 *					mmap_lock for writing
 *					clear PMD, flush
 *	MMU: PMD is empty, fault
 *	waits for mmap_lock
 *					copy, set the huge PMD
 *					unlock
 *	spurious: try again
 *
 * Result:  Never lost, never an empty entry filled twice
 * Mutants: collapse-keeps-mmap-read, collapse-without-flush
 */
#include "scenario.h"

#define BASE	PUD_SIZE

static void setup(void)
{
	world_init(BASE, 1);
	world.va[0] = BASE;
	world.va[1] = BASE + PAGE_SIZE;
	world.nr_va = 2;
	world_map(BASE, 70, PAGE_SHARED);
	world_watch_pmd(BASE);
	world_watch_pte(BASE);
}

const struct scenario scenario_collapse_vs_fault = {
	.name = "collapse-vs-fault",
	.summary = "do faults and stores survive a collapse under them?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "user_store", op_user_store },
		{ "collapse", op_collapse },
		{ "user_load", op_user_load },
		{ "zap", op_zap },
		{ "gup_fast", op_gup_fast },
	},
	.work = { { 0, 0, 1 }, { 0, 0, 0 }, { 1, 1, 0 } },
	.nr_work = 3,
};
