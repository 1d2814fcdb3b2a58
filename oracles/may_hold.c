/* SPDX-License-Identifier: MIT */
#include "may_hold.h"

#include <string.h>

#define INVALIDATIONS_MAX	64

/**
 * struct invalidation - one that reached a CPU at time @ts
 * @level: the only one it is for, or 0
 * @leaf: entries that lead to tables stay
 * @tagged: entries that are global stay
 */
struct invalidation {
	u64 start, end;
	u32 ts;
	u8 level;
	bool leaf, tagged;
};

static struct invalidation invs[AGENTS_MAX][INVALIDATIONS_MAX];
static u32 nr_invs[AGENTS_MAX];

struct held_stores held_stores_of[AGENTS_MAX];

void may_hold_begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++) {
		nr_invs[i] = 0;
		held_stores_of[i].nr = 0;
	}
}

/* --- TLBs ---------------------------------------------------------------- */

void may_hold_invalidated(const struct event *ev)
{
	u32 cpu = ev->agent, n = nr_invs[cpu];

	if (n == INVALIDATIONS_MAX) {
		invs[cpu][n - 1] = (struct invalidation){
			.end = ~0UL, .ts = sim.now
		};
		return;
	}
	invs[cpu][n] = (struct invalidation){
		.start = ev->val, .end = ev->old, .ts = sim.now,
		.level = ev->size, .leaf = ev->flags & EVF_LEAF,
		.tagged = ev->off != 0,
	};
	nr_invs[cpu]++;
}

/* R-INV-2, R-TLB-7, R-TLB-8 */
static bool takes(const struct invalidation *i, const struct held *h)
{
	const struct fmt *f = oracle_world.fmt;
	bool leads;

	if (i->start >= h->va + h->size || h->va >= i->end)
		return false;
	if (likely(!i->leaf && !i->level && !i->tagged))
		return true;
	leads = held_leads(h);
	if ((i->leaf && leads) || (i->level && i->level != h->level))
		return false;
	return !i->tagged || leads || !f->global(h->val);
}

u32 may_hold_floor(const struct held *h, u32 cpu)
{
	for (u32 n = nr_invs[cpu]; n--;)
		if (takes(&invs[cpu][n], h))
			return invs[cpu][n].ts;
	return 0;
}

bool may_hold(const struct held *h, u32 cpu)
{
	const struct frame_state *s = frame_state(off_frame(h->slot));
	u32 floor;

	if (!oracle_world.fmt->cacheable(h->val, h->level))
		return false;
	floor = may_hold_floor(h, cpu);
	/*
	 * A table that is linked no more counts as if it were until the next
	 * invalidation: the entry that led to it may be cached itself.
	 */
	return floor < h->end && s->linked_since < h->end &&
	       floor < s->linked_until;
}

bool may_hold_any(const struct held *h, u32 *cpu)
{
	for (*cpu = 0; *cpu < oracle_world.nr_cpus; ++*cpu)
		if (may_hold(h, *cpu))
			return true;
	return false;
}

bool held_stores(u64 e)
{
	const struct fmt *f = oracle_world.fmt;

	return f->can_store(e) || (f->can_dirty(e) && oracle_world.hw_dirty);
}

/* --- versions ------------------------------------------------------------ */

void held_at(struct held *h, u32 slot, u32 ts)
{
	const struct frame_state *s = frame_state(off_frame(slot));

	h->slot = slot;
	h->level = s->level;
	h->va = slot_va(s, slot);
	h->size = 1UL << fmt_shift(oracle_world.fmt, s->level);
	h->val = mem_at(slot, 8, ts, &h->start, &h->end);
}

bool held_older(struct held *h)
{
	if (!h->start)
		return false;
	h->val = mem_at(h->slot, 8, h->start - 1, &h->start, &h->end);
	return true;
}

static u32 event_at(u32 cell, u32 ts)
{
	for (u32 v = mem_version(cell); v; v = versions[v].prev)
		if (versions[v].ts == ts)
			return versions[v].ev;
	return ~0u;
}

u32 held_event(const struct held *h, u32 none)
{
	u32 ev = ~0u;

	if (h->start)
		ev = event_at(h->slot, h->start);
	if (h->start && ev == ~0u)
		ev = event_at(h->slot + 4, h->start);
	return ev == ~0u ? none : ev;
}

/* --- store buffers ------------------------------------------------------- */

void may_hold_buffered(const struct event *ev)
{
	struct held_stores *h = &held_stores_of[ev->agent];

	if (h->nr < HELD_STORES)
		h->ev[h->nr++] = event_index(ev);
}

static bool same_store(const struct event *a, const struct event *b)
{
	return a->off == b->off && a->size == b->size && a->val == b->val;
}

/* An accessed or dirty update that comes late is none of these. */
void may_hold_committed(const struct event *ev)
{
	struct held_stores *h = &held_stores_of[ev->agent];

	for (u32 i = 0; i < h->nr; i++) {
		if (!same_store(&event_log.ev[h->ev[i]], ev))
			continue;
		h->nr--;
		memmove(&h->ev[i], &h->ev[i + 1],
			(h->nr - i) * sizeof(h->ev[0]));
		return;
	}
}

/*
 * On a weak machine the write of an atomic may become visible late. One that
 * is visible by now has made a version: in this event, or in that of a store
 * that had to come first.
 */
void may_hold_rmw(const struct event *ev)
{
	u32 cell = ev->off & ~((1u << sim.cell_lg2) - 1);

	if (!(ev->flags & EVF_FAILED) &&
	    (!mem_version(cell) ||
	     versions[mem_version(cell)].ev < event_index(ev)))
		may_hold_buffered(ev);
}
