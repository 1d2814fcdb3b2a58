/* SPDX-License-Identifier: MIT */
/*
 * zap-vs-user
 *
 * Question: when user mappings are zapped while other CPUs use them, is each
 * page free of old translations when it is freed, is no store forgotten, and
 * does every access come to an end?
 *
 *	CPU0 user store			CPU1 zap_page_range()
 *	---------------			---------------------
 *	MMU: reads PTE
 *					clear PTE, keep the dirty bit
 *	MMU: PTE changed, walk again
 *	fault				flush
 *					free the page
 *	map a new page, store
 *
 * Result:  Never
 * Mutants: zap-frees-before-flush, zap-reads-then-clears, zap-without-ptl,
 *          fault-retries-none-pmd, flush-without-first-dsb,
 *          flush-without-last-dsb, fault-installs-without-look,
 *          pmd-install-without-look
 */
#include "scenario.h"

#define BASE	PUD_SIZE

static void setup(void)
{
	world_init(BASE, 1);
	world.va[0] = BASE;
	world.va[1] = BASE + PAGE_SIZE;
	world.va[2] = BASE + PMD_SIZE;	/* no table yet */
	world.nr_va = 3;
	world_map(BASE, 70, PAGE_SHARED);
	/* Old: its accessed bit is the MMUs' to set, at any time. */
	world_map(BASE + PAGE_SIZE, 71, PAGE_SHARED);
	world_change(BASE + PAGE_SIZE, pte_mkold);
	world_watch_pte(BASE);
}

const struct scenario scenario_zap_vs_user = {
	.name = "zap-vs-user",
	.summary = "does zapping lose a store, or free a page that is still used?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.hw = true,
	.nr_cpus = 3,
	.setup = setup,
	.ops = {
		{ "user_store", op_user_store },
		{ "user_load", op_user_load },
		{ "zap", op_zap },
		{ "gup_fast", op_gup_fast },
		{ "collapse", op_collapse },
	},
	.work = { { 0, 0, 0 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 2 } },
	.nr_work = 4,
};
