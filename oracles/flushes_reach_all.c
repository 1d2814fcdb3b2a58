/* SPDX-License-Identifier: MIT */
/*
 * flushes-reach-all - after a flush no CPU uses what was old before it
 *
 * Contract: when flush_tlb_page() or flush_tlb_range() returns (EV_FLUSHED), no
 * CPU may use a translation of the range that had been replaced when the call
 * began, or that the caller itself had replaced before it in program order.
 *
 * Judged:      each promise, for each version of each leaf entry in the range
 *              that a store of this run replaced: could it still be cached
 *              somewhere (R-TLB-1)?
 * Not judged:  entries that lead to tables: flush_tlb_page() keeps those
 *              what others replace while the call lasts
 *              where CPUs switch between tables, what is cached under a tag
 *              that is not installed when the call returns, or on a CPU with
 *              interrupts off: translations-end, once the page is freed
 *              tables that are linked no more, or have been linked anew
 *              promises on strong machines: none is noted there. The flush is
 *              one call of the environment, and waits for all
 * Basis:       Documentation/core-api/cachetlb.rst; R-TLB-1, R-TLB-3, R-INV-2,
 *              R-INV-4, O-STALE-3
 * Mutants:     none: code under test does not implement flushes; tests/oracles
 *              has logs
 */
#include "may_hold.h"

static bool concerns(void)
{
	return sim.stale && !oracle_world.fmt->software;
}

/* Was the version that @h was followed by the caller's work? */
static bool replaced_by(const struct held *h, const struct event *flush)
{
	struct held next;
	u32 ev;

	held_at(&next, h->slot, h->end);
	ev = held_event(&next, ~0u);
	return ev != ~0u && event_log.ev[ev].agent == flush->agent &&
	       event_log.ev[ev].type != EV_WALK_AD &&
	       event_log.ev[ev].pc;
}

static void judge_version(const struct event *ev, const struct held *h)
{
	u32 cpu;

	if (h->end > ev->ver && !replaced_by(h, ev))
		return;
	if (may_hold_any(h, &cpu))
		oracle_fail(&oracle_flushes_reach_all, "flush-left-translation",
			    "R-TLB-1 R-INV-2 O-STALE-3", ev,
			    held_event(h, event_index(ev)),
			    "%#lx has been flushed, but cpu%u may still use an old entry",
			    (unsigned long)h->va, cpu);
}

static void judge(const struct event *ev)
{
	for (u32 i = 1; i < nr_versions; i++) {
		u32 slot = versions[i].cell & ~7u, table = off_frame(slot);
		const struct frame_state *s;
		struct held h;

		if (versions[i].cell < FRAMES_OFF || table >= NR_FRAMES)
			continue;
		s = frame_state(table);
		if (!s->level || s->linked_until != ~0u)
			continue;
		held_at(&h, slot, versions[i].ts);
		if (h.end != ~0u && !held_leads(&h) && h.va < ev->old &&
		    ev->val < h.va + h.size)
			judge_version(ev, &h);
	}
}

const struct oracle oracle_flushes_reach_all = {
	.name = "flushes-reach-all",
	.summary = "after a flush no CPU uses what was old before it",
	.concerns = concerns,
	.on = { { EV_FLUSHED, judge } },
};
