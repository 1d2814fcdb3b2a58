/* SPDX-License-Identifier: MIT */
/*
 * invalidations-in-order - entries change, then TLBs, then the op is over
 *
 * Contract:
 *	early	an invalidation is issued when all stores of its issuer to
 *		entries that it covers are visible. Else a walker reads the old
 *		entry once more after it, and nothing takes that away
 *	open	when an op ends, what it invalidated has been delivered to all
 *		whom it was meant for, unless the op said (EV_DEFERS) that
 *		somebody else will wait for it
 *
 * Judged:      each invalidation issued, for stores and atomics in the issuer's
 *              buffer; each end of an op
 * Not judged:  stores of other agents: whoever invalidates for them has
 *              synchronized with them, or has not, and then other oracles see
 *              what comes of it
 *              entries that lead to tables, if the invalidation leaves those
 *              alone; accessed and dirty updates that come late
 *              stores that only give more rights, or take away the accessed
 *              bit: a walker that is late with them does no harm
 *              tables that are not linked
 * Basis:       Arm ARM, "TLB maintenance requirements and the TLB maintenance
 *              instructions" and "Ordering and completion of TLB maintenance
 *              instructions"; arch/arm64/include/asm/tlbflush.h, dsb(ishst)
 *              before and dsb(ish) after; R-INV-1, R-INV-7, R-INV-8,
 *              O-INV-EARLY, O-INV-OPEN
 * Mutants:     none: flushes of strong machines cannot be got wrong in code
 *              under test; tests/oracles has logs
 */
#include "may_hold.h"

#define OPEN_MAX	32

/* Invalidations issued and not delivered to all: number, mask, event. */
struct open {
	u32 nr, ev;
	u8 to;
};

static struct open opens[AGENTS_MAX][OPEN_MAX];
static u32 nr_open[AGENTS_MAX];

/* The op whose invalidations may be delivered later: serial number. */
static u64 defers[AGENTS_MAX];

static void begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++)
		nr_open[i] = 0;
}

/* --- early --------------------------------------------------------------- */

/* The entry around @store's bytes, once it is visible. */
static u64 entry_after(const struct event *store, u64 before)
{
	u32 shift = 8 * (store->off & 7);
	u64 mask;

	if (store->size == 8)
		return store->val;
	mask = (1UL << (8 * store->size)) - 1;
	return (before & ~(mask << shift)) | (store->val & mask) << shift;
}

/* Does it matter when somebody uses the entry @before longer than @after? */
static bool narrows(u64 before, u64 after, u32 level)
{
	const struct fmt *f = oracle_world.fmt;

	return !f->valid(after, level) || f->pfn(after) != f->pfn(before) ||
	       f->leaf(after, level) != f->leaf(before, level) ||
	       f->attrs(after) != f->attrs(before) ||
	       (f->can_store(before) && !f->can_store(after));
}

static bool covers(const struct event *inv, const struct event *store)
{
	const struct fmt *f = oracle_world.fmt;
	const struct frame_state *s;
	u64 va, before;

	if (store->off < FRAMES_OFF)
		return false;
	s = frame_state(off_frame(store->off));
	if (!s->level || s->linked_until != ~0u ||
	    (inv->size && inv->size != s->level))
		return false;
	before = mem_peek(store->off & ~7u, 8);
	if (!f->cacheable(before, s->level) ||
	    !narrows(before, entry_after(store, before), s->level) ||
	    (inv->flags & EVF_LEAF && !f->leaf(before, s->level)))
		return false;
	va = slot_va(s, store->off & ~7u);
	return inv->val < va + (1UL << fmt_shift(f, s->level)) &&
	       va < inv->old;
}

static void judge_early(const struct event *ev)
{
	const struct held_stores *h = &held_stores_of[ev->agent];

	for (u32 i = 0; i < h->nr; i++) {
		const struct event *st = &event_log.ev[h->ev[i]];

		if (covers(ev, st))
			oracle_fail(&oracle_invalidations_in_order,
				    "invalidation-before-store",
				    "R-INV-7 O-INV-EARLY", ev, h->ev[i],
				    "%#lx is invalidated while its new entry waits in the store buffer",
				    (unsigned long)slot_va(frame_state(
						off_frame(st->off)),
						st->off & ~7u));
	}
}

/* --- open ---------------------------------------------------------------- */

static void issued(const struct event *ev)
{
	u32 a = ev->agent;

	if (unlikely(held_stores_of[a].nr))
		judge_early(ev);
	/* More than are counted: not judged. */
	if ((ev->ver & 0xff) && nr_open[a] < OPEN_MAX)
		opens[a][nr_open[a]++] = (struct open){
			ev->ver >> 8, event_index(ev), (u8)ev->ver
		};
}

static void reached(u32 a, u32 i, u32 cpu)
{
	opens[a][i].to &= (u8)~(1u << cpu);
	if (!opens[a][i].to)
		opens[a][i] = opens[a][--nr_open[a]];
}

static void delivered(const struct event *ev)
{
	if (!ev->ver)
		return;			/* the CPU's own, after a fault */
	for (u32 a = 0; a < AGENTS_MAX; a++) {
		for (u32 i = 0; i < nr_open[a]; i++) {
			if (opens[a][i].nr != ev->ver >> 8)
				continue;
			reached(a, i, ev->agent);
			return;
		}
	}
}

static void deferred(const struct event *ev)
{
	defers[ev->agent] = op_states[ev->agent].serial;
}

static void op_ends(const struct event *ev)
{
	u32 a = ev->agent, cpu = 0;

	if (likely(!nr_open[a]))
		return;
	if (defers[a] == op_states[a].serial) {
		nr_open[a] = 0;
		return;
	}
	while (!(opens[a][0].to & 1u << cpu))
		cpu++;
	oracle_fail(&oracle_invalidations_in_order, "invalidation-left-open",
		    "R-INV-1 R-INV-8 O-INV-OPEN", ev, opens[a][0].ev,
		    "the op ends, and what it invalidated has not reached cpu%u",
		    cpu);
}

const struct oracle oracle_invalidations_in_order = {
	.name = "invalidations-in-order",
	.summary = "entries change, then TLBs, then the op is over",
	.begin = begin,
	.on = {
		{ EV_TLBI, issued },
		{ EV_TLBI_DONE, delivered },
		{ EV_DEFERS, deferred },
		{ EV_OP_END, op_ends },
	},
};
