/* SPDX-License-Identifier: MIT */
/*
 * translations-end - no CPU can use a page's old translation once it is freed
 *
 * Contract: the release point of a translation is the free of the page it
 * leads to. Before that, using it is legal, however long after the entry was
 * changed; from then on no TLB may hold it.
 *
 * Judged:      at each free of a page, for each CPU and each version of each
 *              leaf entry that led to the page: could it still be cached there
 *              (R-TLB-1)? No lucky access is needed. Also each user access that
 *              lands in a frame that is free (exhibited).
 * Not judged:  stale use before the free: narrowed rights, other contents
 *              entries that no store of this run touched
 *              accesses through half an entry: entries-are-whole
 *              entries in a table that has been linked anew, or freed and
 *              reused as something else
 * Basis:       Intel SDM volume 3, 4.10.2 and 4.10.4; Documentation/core-api/
 *              cachetlb.rst; mm/mmu_gather.c; R-TLB-1, R-TLB-3, O-STALE-1,
 *              O-STALE-2
 * Mutants:     zap-frees-before-flush, flush-without-first-dsb,
 *              flush-without-last-dsb, pmd-install-without-wmb
 */
#include "oracle.h"

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

#define INVALIDATIONS_MAX	64

static struct { u64 start, end; u32 ts; } inv[AGENTS_MAX][INVALIDATIONS_MAX];
static u32 nr_inv[AGENTS_MAX];

/* The last entry that a CPU's MMU used. */
static u32 leaf_slot[AGENTS_MAX];

static void begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++)
		nr_inv[i] = 0;
}

static void invalidated(const struct event *ev)
{
	u32 cpu = ev->agent, n = nr_inv[cpu];

	if (n == INVALIDATIONS_MAX) {
		/* More than are kept: as if this one covered everything. */
		inv[cpu][n - 1].start = 0;
		inv[cpu][n - 1].end = ~0UL;
		inv[cpu][n - 1].ts = sim.now;
		return;
	}
	inv[cpu][n].start = ev->val;
	inv[cpu][n].end = ev->old;
	inv[cpu][n].ts = sim.now;
	nr_inv[cpu]++;
}

/* Time of the last invalidation on @cpu that covers the range, or 0. */
static u32 floor_of(u32 cpu, u64 va, u64 size)
{
	for (u32 n = nr_inv[cpu]; n--;)
		if (inv[cpu][n].start < va + size && va < inv[cpu][n].end)
			return inv[cpu][n].ts;
	return 0;
}

/* Version @v: does it end, and was it a leaf that led to [frame, +nr)? */
static bool led_to(const struct version *v, u32 frame, u32 nr, u32 *end)
{
	const struct fmt *f = oracle_world.fmt;
	u32 slot = v->cell & ~7u, table = off_frame(slot), first, pages;
	const struct frame_state *s;
	u64 e;

	if (v->cell < FRAMES_OFF || table >= NR_FRAMES)
		return false;
	s = frame_state(table);
	if (!s->level)
		return false;
	e = mem_at(slot, 8, v->ts, NULL, end);
	if (!f->cacheable(e, s->level) || !f->leaf(e, s->level))
		return false;
	first = pfn_frame(f->pfn(e));
	pages = fmt_pages(f, s->level);
	return first < frame + nr && frame < first + pages;
}

static void judge_version(const struct event *ev, const struct version *v,
			  u32 frame, u32 end)
{
	u32 slot = v->cell & ~7u;
	const struct frame_state *s = frame_state(off_frame(slot));
	u64 va = slot_va(s, slot);
	u64 size = 1UL << fmt_shift(oracle_world.fmt, s->level);

	for (u32 cpu = 0; cpu < oracle_world.nr_cpus; cpu++) {
		u32 floor = floor_of(cpu, va, size);

		/* It was current, and reachable, since the last invalidation. */
		if (floor < end && s->linked_since < end &&
		    floor < s->linked_until)
			oracle_fail(&oracle_translations_end,
				    "freed-page-in-tlb",
				    "R-TLB-1 R-TLB-3 O-STALE-1", ev, v->ev,
				    "pfn %lx is freed, but cpu%u may still translate %#lx to it",
				    frame_pfn(frame), cpu, (unsigned long)va);
	}
}

static void judge_free(const struct event *ev)
{
	u32 frame = off_frame(ev->off), nr = 1u << ev->size, end;

	if (frame_state(frame)->level)
		return;			/* a table: tables-outlive-walks */
	for (u32 i = 1; i < nr_versions; i++)
		if (led_to(&versions[i], frame, nr, &end))
			judge_version(ev, &versions[i], frame, end);
}

static void walked(const struct event *ev)
{
	leaf_slot[ev->agent] = ev->off;
}

static void judge_access(const struct event *ev)
{
	u32 frame = off_frame(ev->off);
	const struct frame_state *s = frame_state(frame);

	if (!s->live && !entry_half_written(leaf_slot[ev->agent]))
		oracle_fail(&oracle_translations_end, "access-to-freed-page",
			    "R-TLB-4 O-STALE-2", ev, s->died,
			    "user access to pfn %lx, which has been freed",
			    frame_pfn(frame));
}

const struct oracle oracle_translations_end = {
	.name = "translations-end",
	.summary = "no CPU can use a page's old translation once it is freed",
	.begin = begin,
	.on = {
		{ EV_TLBI_DONE, invalidated },
		{ EV_PAGE_FREE, judge_free },
		{ EV_WALK, walked },
		{ EV_ACCESS, judge_access },
	},
};
