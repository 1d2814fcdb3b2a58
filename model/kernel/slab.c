/* SPDX-License-Identifier: MIT */
/*
 * slab - kernel objects, from jemalloc arenas over a fixed region
 *
 * Two arenas: one for what a scenario sets up once, one for what a run
 * allocates. Their extents are cut from HEAP by a bump pointer, so the same
 * calls give the same addresses in every run and every process, and objects
 * are simulated memory like everything else. A run that allocated nothing
 * costs nothing to reset.
 *
 * jemalloc is linked with a je_ prefix: the sanitizers keep their malloc.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define JEMALLOC_NO_RENAME
#include <jemalloc/jemalloc.h>

#include "../include/linux/gfp.h"
#include "../sim/log.h"
#include "kernel.h"

#define SETUP_SIZE	(HEAP_SIZE / 2)

/* Extents of the size asked for, given back at once: no growth, no cache. */
const char *je_malloc_conf = "retain:false,dirty_decay_ms:0,muzzy_decay_ms:0,"
			     "narenas:1,tcache:false";

/* jemalloc's own bookkeeping asks for whole huge pages: those lie elsewhere. */
#define METADATA_MIN	(1u << 20)

/* The region an arena's extents come from. */
struct region {
	extent_hooks_t hooks;	/* first: jemalloc hands it back to us */
	u32 start, size, used;
	unsigned int arena;
};

static struct region setup_region, run_region;
static u32 live;
static bool run_touched;
static u32 freed_view;	/* as in page_alloc.c */

static void *extent_metadata(size_t size, size_t align, bool *zero, bool *commit)
{
	char *p = mmap(NULL, size + align, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	*zero = *commit = true;
	return (void *)(((u64)p + align - 1) & ~(align - 1));
}

static void *extent_alloc(extent_hooks_t *hooks, void *addr, size_t size,
			  size_t align, bool *zero, bool *commit,
			  unsigned int arena)
{
	struct region *r = (struct region *)hooks;
	u32 off = (u32)((r->start + r->used + align - 1) & ~(align - 1));

	(void)addr;
	(void)arena;
	if (size >= METADATA_MIN)
		return extent_metadata(size, align, zero, commit);
	if (off + size > r->start + r->size)
		return NULL;
	r->used = (u32)(off + size - r->start);
	if (*zero)
		memset(mem_ptr(off), 0, size);
	*commit = true;
	return mem_ptr(off);
}

/* Extents are given back all at once, by region_reset(). */
static bool extent_keep(extent_hooks_t *hooks, void *addr, size_t size,
			bool committed, unsigned int arena)
{
	(void)hooks;
	(void)addr;
	(void)size;
	(void)committed;
	(void)arena;
	return false;
}

static void extent_destroy(extent_hooks_t *hooks, void *addr, size_t size,
			   bool committed, unsigned int arena)
{
	extent_keep(hooks, addr, size, committed, arena);
}

static bool extent_whole(extent_hooks_t *hooks, void *addr, size_t size,
			 size_t a, size_t b, bool committed, unsigned int arena)
{
	(void)a;
	(void)b;
	(void)hooks;
	(void)addr;
	(void)size;
	(void)committed;
	(void)arena;
	return false;
}

static bool extent_merge(extent_hooks_t *hooks, void *a, size_t size_a, void *b,
			 size_t size_b, bool committed, unsigned int arena)
{
	(void)hooks;
	(void)a;
	(void)size_a;
	(void)b;
	(void)size_b;
	(void)committed;
	(void)arena;
	return false;
}

static void region_init(struct region *r, u32 start, u32 size)
{
	extent_hooks_t *hooks = &r->hooks;
	size_t len = sizeof(r->arena);

	r->hooks = (extent_hooks_t){
		.alloc = extent_alloc,
		.dalloc = extent_keep,
		.destroy = extent_destroy,
		.split = extent_whole,
		.merge = extent_merge,
	};
	r->start = start;
	r->size = size;
	if (je_mallctl("arenas.create", &r->arena, &len, &hooks, sizeof(hooks)))
		BUG("jemalloc refuses an arena");
}

static void region_reset(struct region *r)
{
	char name[40];

	snprintf(name, sizeof(name), "arena.%u.reset", r->arena);
	if (je_mallctl(name, NULL, NULL, NULL, 0))
		BUG("jemalloc cannot reset its arena");
	r->used = 0;
}

static void *region_alloc(struct region *r, size_t size)
{
	return je_mallocx(size ? size : 1, MALLOCX_ARENA(r->arena) |
			  MALLOCX_TCACHE_NONE | MALLOCX_ALIGN(64));
}

void slab_init(void)
{
	static bool done;

	if (done)
		return;
	region_init(&setup_region, HEAP_OFF, SETUP_SIZE);
	region_init(&run_region, HEAP_OFF + SETUP_SIZE, HEAP_SIZE - SETUP_SIZE);
	done = true;
}

void *slab_setup_alloc(size_t size)
{
	void *p = region_alloc(&setup_region, size);

	if (!p)
		BUG("no memory for a scenario's setup");
	memset(p, 0, size);
	return p;
}

void slab_setup_reset(void)
{
	region_reset(&setup_region);
}

u32 slab_live(void)
{
	return live;
}

u32 slab_reset(void)
{
	u32 leaked = live;

	if (run_touched)
		region_reset(&run_region);
	run_touched = false;
	freed_view = 0;
	live = 0;
	return leaked;
}

void *kmalloc(size_t size, gfp_t gfp)
{
	void *p;

	(void)gfp;
	sim_point(sim.cur, 0, false);
	if (fault(FAULT_KMALLOC))
		return NULL;
	p = region_alloc(&run_region, size);
	if (p) {
		mem_see(sim.cur, freed_view);
		live++;
		run_touched = true;
	}
	return p;
}

void kfree(const void *p)
{
	if (!p)
		return;
	sim_point(sim.cur, (u32)mem_off(p), true);
	mem_atomic(sim.cur, (u32)mem_off(p));
	freed_view = max_u32(freed_view, mem_seen(sim.cur));
	je_dallocx((void *)p, MALLOCX_ARENA(run_region.arena) |
		   MALLOCX_TCACHE_NONE);
	live--;
}
