/* SPDX-License-Identifier: MIT */
/*
 * gup-fast-vs-collapse
 *
 * Question: can GUP-fast pin a page that khugepaged has found unpinned and
 * moves into a huge page?
 *
 *	CPU0 gup_fast()			CPU1 collapse_huge_page()
 *	---------------			-------------------------
 *	read PMD, PTE
 *					clear PMD, flush (no interrupt)
 *					references == mappings: go on
 *	take a reference
 *	PTE is the same ...
 *	but the PMD is not: drop it
 *					copy, clear PTE, huge PMD
 *
 * TLBs are invalidated by broadcast, so the flush does not wait for CPU0. In
 * today's kernel two things each close the window: the second look at the PMD,
 * and the interrupt that collapse sends after the flush.
 *
 * Result:  Never
 * Mutants: gupfast-collapse-pmd-recheck
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
	world_change(BASE, pte_mkdirty);
	world_watch_pmd(BASE);
	world_watch_pte(BASE);
}

const struct scenario scenario_gup_fast_vs_collapse = {
	.name = "gup-fast-vs-collapse",
	.summary = "can GUP-fast pin a page that collapse moves away?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.broadcast = true,
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "gup_fast", op_gup_fast },
		{ "collapse", op_collapse },
		{ "zap", op_zap },
		{ "user_store", op_user_store },
		{ "user_load", op_user_load },
	},
	.work = { { 0, 0, 0 }, { 1, 1, 0 } },
	.nr_work = 2,
};
