/* SPDX-License-Identifier: MIT */
/*
 * moves-are-final - a page is moved when nobody can write it any more
 *
 * Contract: from the moment a page's content is copied to its new place
 * (collapse, migration) the old place is dead: no CPU may have a translation
 * that lets it write there, and no store to it may still be on its way. What
 * comes later would be written to a page that nobody looks at.
 *
 * Judged:      each move: for each CPU and each version of each leaf entry that
 *              leads to the page, could it be cached and let a store through
 *              (R-TLB-1, R-AD-7)? Each user store that other CPUs buffer
 * Not judged:  pins: pins-hold; devices
 *              where CPUs switch between tables, entries under a tag that is
 *              not installed at that moment, or on a CPU that is lazy or has
 *              interrupts off
 *              copies for another purpose (copy on write): only EV_PAGE_MOVE
 *              writers who lose the race on purpose (the entry that they use is
 *              compared again): there is no such code
 *              entries that MMUs may write through only once they are dirty,
 *              where no MMU sets dirty bits
 * Basis:       mm/khugepaged.c, collapse_huge_page(); mm/migrate.c,
 *              Documentation/mm/page_migration.rst; R-TLB-1, R-TLB-2, R-INV-4,
 *              O-MOVED
 * Mutants:     collapse-without-flush
 */
#include "may_hold.h"

static bool leads_to(u64 e, u32 level, u32 frame)
{
	const struct fmt *f = oracle_world.fmt;

	return f->valid(e, level) &&
	       frame - pfn_frame(f->pfn(e)) < fmt_pages(f, level) &&
	       f->leaf(e, level);
}

static void still_writable(const struct event *ev, const struct held *h,
			   u32 cpu)
{
	oracle_fail(&oracle_moves_are_final, "page-moved-while-writable",
		    "R-TLB-1 R-TLB-2 O-MOVED", ev,
		    held_event(h, event_index(ev)),
		    "pfn %lx is moved, but cpu%u may still write it at %#lx",
		    frame_pfn(off_frame(ev->off)), cpu, (unsigned long)h->va);
}

static void judge_slot(const struct event *ev, u32 slot, u32 frame)
{
	u32 level = frame_state(off_frame(slot))->level;
	u32 ts = ~0u - 1, start, cpu;
	struct held h;

	for (;; ts = start - 1) {
		u64 e = mem_at(slot, 8, ts, &start, NULL);

		if (leads_to(e, level, frame) && held_stores(e)) {
			held_at(&h, slot, ts);
			if (may_hold_any(&h, &cpu))
				still_writable(ev, &h, cpu);
		}
		if (!start)
			return;
	}
}

static void judge_buffers(const struct event *ev, u32 frame)
{
	for (u32 a = 0; a < AGENTS_MAX; a++) {
		const struct held_stores *h = &held_stores_of[a];

		for (u32 i = 0; a != ev->agent && i < h->nr; i++) {
			const struct event *st = &event_log.ev[h->ev[i]];

			/* A user's: the code under test has an address. */
			if (off_frame(st->off) == frame &&
			    (st->flags & EVF_HW) && !st->pc)
				oracle_fail(&oracle_moves_are_final,
					    "page-moved-while-writable",
					    "R-ST-1 R-INV-4 O-MOVED", ev,
					    h->ev[i],
					    "pfn %lx is moved, but a store to it waits in a store buffer",
					    frame_pfn(frame));
		}
	}
}

static void judge_table(const struct event *ev, u32 t, u32 level, u32 frame)
{
	for (u32 i = 0; i < 1u << oracle_world.fmt->ptrs_lg2; i++) {
		u32 slot = frame_off(t) + 8 * i;
		u64 e = mem_peek(slot, 8);

		/* Most slots are as the run found them, and lead elsewhere. */
		if (mem_version(slot) || mem_version(slot + 4) ||
		    (e != oracle_world.fmt->none[level] &&
		     leads_to(e, level, frame)))
			judge_slot(ev, slot, frame);
	}
}

static void judge(const struct event *ev)
{
	u32 frame = off_frame(ev->off);

	judge_buffers(ev, frame);
	/* The top table maps nothing; a freed one is somebody else's case. */
	for_each_table(t) {
		const struct frame_state *s = frame_state(t);

		if (s->live && s->level < oracle_world.fmt->levels)
			judge_table(ev, t, s->level, frame);
	}
}

const struct oracle oracle_moves_are_final = {
	.name = "moves-are-final",
	.summary = "a page is moved when nobody can write it any more",
	.on = { { EV_PAGE_MOVE, judge } },
};
