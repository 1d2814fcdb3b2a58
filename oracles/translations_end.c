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
 *              Where CPUs switch between tables, also the first user access
 *              of each CPU after a free: an entry is found whose tag was not
 *              installed when the page was freed, and is used again without
 *              an invalidation
 * Not judged:  stale use before the free: narrowed rights, other contents
 *              entries that no store of this run touched
 *              where CPUs switch, an entry under a tag that is not installed,
 *              or on a CPU that is lazy or has interrupts off, as long as it
 *              stays so: kernels invalidate before they use it
 *              an entry of other tables that is used because they had the same
 *              tag, before its page is freed
 *              accesses through half an entry: entries-are-whole
 *              entries in a table that has been linked anew, or freed and
 *              reused as something else
 * Basis:       Intel SDM volume 3, 4.10.2 and 4.10.4; Documentation/core-api/
 *              cachetlb.rst; mm/mmu_gather.c; R-TLB-1, R-TLB-3, R-TLB-8,
 *              O-STALE-1, O-STALE-2
 * Mutants:     zap-frees-before-flush, flush-without-last-dsb,
 *              pmd-install-without-wmb
 */
#include "may_hold.h"

/* The last entry that a CPU's MMU used. */
static u32 leaf_slot[AGENTS_MAX];

/*
 * Contexts: may hold what it was not judged for when the page was freed; has
 * made no user access since.
 */
static bool away[AGENTS_MAX];

static void begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++)
		away[i] = false;
}

/* Version @v: was it a leaf that led to [frame, +nr)? */
static bool led_to(const struct version *v, u32 frame, u32 nr, struct held *h)
{
	const struct fmt *f = oracle_world.fmt;
	u32 slot = v->cell & ~7u, table = off_frame(slot), first, pages;

	if (v->cell < FRAMES_OFF || table >= NR_FRAMES ||
	    !frame_state(table)->level)
		return false;
	held_at(h, slot, v->ts);
	if (!f->cacheable(h->val, h->level) || !f->leaf(h->val, h->level))
		return false;
	first = pfn_frame(f->pfn(h->val));
	pages = fmt_pages(f, h->level);
	return first < frame + nr && frame < first + pages;
}

static void judge_free(const struct event *ev)
{
	u32 frame = off_frame(ev->off), nr = 1u << ev->size, cpu;
	struct held h;

	if (frame_state(frame)->level)
		return;			/* a table: tables-outlive-walks */
	if (unlikely(may_hold_switches()))
		for (cpu = 0; cpu < oracle_world.nr_cpus; cpu++)
			away[cpu] = true;
	for (u32 i = 1; i < nr_versions; i++)
		if (led_to(&versions[i], frame, nr, &h) &&
		    may_hold_any(&h, &cpu))
			oracle_fail(&oracle_translations_end,
				    "freed-page-in-tlb",
				    "R-TLB-1 R-TLB-3 O-STALE-1", ev,
				    versions[i].ev,
				    "pfn %lx is freed, but cpu%u may still translate %#lx to it",
				    frame_pfn(frame), cpu, (unsigned long)h.va);
}

/* A page among those that @h leads to that has been freed since @v, or none. */
static u32 freed_since(const struct held *h, const struct version *v)
{
	const struct fmt *f = oracle_world.fmt;
	u32 frame = pfn_frame(f->pfn(h->val));
	u32 end = min_u32(frame + fmt_pages(f, h->level), NR_FRAMES);

	for (; frame < end; frame++)
		if (frame_state(frame)->died > v->ev)
			return frame;
	return NR_FRAMES;
}

/*
 * What was freed while @ev's CPU was away: it comes back to a tag, and all that
 * is cached under it.
 */
static void judge_return(const struct event *ev)
{
	for (u32 i = 1; i < nr_versions; i++) {
		struct held h;
		u32 frame;

		if (!led_to(&versions[i], 0, NR_FRAMES, &h))
			continue;
		frame = freed_since(&h, &versions[i]);
		if (frame == NR_FRAMES || !may_hold(&h, ev->agent))
			continue;
		oracle_fail(&oracle_translations_end, "freed-page-in-tlb",
			    "R-TLB-1 R-TLB-8 O-STALE-1", ev,
			    frame_state(frame)->died,
			    "pfn %lx has been freed, but cpu%u is back and may still translate %#lx to it",
			    frame_pfn(frame), ev->agent, (unsigned long)h.va);
	}
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
	if (unlikely(away[ev->agent])) {
		away[ev->agent] = false;
		judge_return(ev);
	}
}

const struct oracle oracle_translations_end = {
	.name = "translations-end",
	.summary = "no CPU can use a page's old translation once it is freed",
	.begin = begin,
	.on = {
		{ EV_PAGE_FREE, judge_free },
		{ EV_WALK, walked },
		{ EV_ACCESS, judge_access },
	},
};
