/* SPDX-License-Identifier: MIT */
/*
 * gup-fast-vs-split
 *
 * Question: can GUP-fast return a page with a reference on something else?
 *
 *	CPU0 gup_fast()			CPU1
 *	---------------			----
 *	read PTE: tail page
 *	head = its compound head
 *					truncate: unmap, split, free
 *					fault: maps the old head elsewhere
 *					fault: maps the old tail here, again
 *	take a reference on head
 *	PTE is the same
 *	but the page's head is not: retry
 *
 * Result:  Never
 * Mutants: gupfast-compound-head-split
 */
#include "scenario.h"

#define BASE	PUD_SIZE

static struct folio **cache;

static void setup(void)
{
	struct folio *file;

	world_init(BASE, 1);
	world.va[0] = BASE;
	world.va[1] = BASE + PAGE_SIZE;
	world.nr_va = 2;
	cache = world_object(sizeof(*cache));
	*cache = file = world_file(FILE_FRAME);
	world_map_folio(BASE, file, 0);
	world_map_folio(BASE + PAGE_SIZE, file, 1);
	world_watch_pte(BASE + PAGE_SIZE);
}

static u64 truncate(unsigned int arg)
{
	u64 ret;

	(void)arg;
	mmap_read_lock(world.mm);
	ret = !truncate_folio(world.vma, BASE, cache);
	mmap_read_unlock(world.mm);
	return ret;
}

const struct scenario scenario_gup_fast_vs_split = {
	.name = "gup-fast-vs-split",
	.summary = "can GUP-fast return a page it holds no reference on?",
	.formats = { "x86_64", "x86_pae", "arm64" },
	.broadcast = true,
	.nr_cpus = 2,
	.setup = setup,
	.ops = {
		{ "gup_fast", op_gup_fast },
		{ "truncate", truncate },
		{ "fault", op_user_load },
		{ "zap", op_zap },
		{ "user_store", op_user_store },
	},
	.work = { { 0, 0, 1 }, { 1, 1, 0 }, { 1, 2, 0 }, { 1, 2, 1 },
		  { 1, 3, 0 } },
	.nr_work = 5,
};
