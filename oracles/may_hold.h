/* SPDX-License-Identifier: MIT */
/*
 * may_hold - who may still hold what: TLBs old entries, buffers stores
 *
 * For oracles that object to what is possible, not to what was seen. All of it
 * comes from the log: which invalidations reached whom, which versions an entry
 * had, which stores have become visible.
 *
 * Contexts: until a run installs others, all CPUs have the tables of
 * oracle_world (root, or first), with tag 0. From then on each CPU has a log of
 * its own: it may have cached what was current, in tables that it had
 * installed, while it had them; and uses it as long as the tag it was cached
 * with is installed, with whatever tables. So an entry of a tag that is not
 * installed is not held; it is held again once the tag is back and nothing has
 * invalidated it. That is how far x86 and arm64 rely on it: they invalidate
 * when a tag is used again, not when a page of an mm that is not installed is
 * freed.
 *
 * For the same reason, in such runs, who is lazy (EV_LAZY) or has interrupts off
 * holds nothing for the moment: x86 takes a CPU out of the mask of an mm first,
 * and installs other tables after that, with interrupts off all the time.
 *
 * In doubt nobody holds it. In a run without contexts an invalidation that is
 * for one tag counts for every entry that is not global. One of more than are
 * kept counts as one of everything; of more contexts the oldest are forgotten.
 */
#ifndef MAY_HOLD_H
#define MAY_HOLD_H

#include "oracle.h"

/**
 * struct held - one version of an entry, as a TLB may hold it
 * @slot, @level: where it was
 * @val: what it was
 * @start, @end: times between which it was that
 * @va, @size: what it translates; narrow them down to ask for a part
 */
struct held {
	u64 val, va, size;
	u32 slot, level, start, end;
};

/** held_at() - @h becomes what was in @slot of a table at time @ts */
void held_at(struct held *h, u32 slot, u32 ts);

/** held_newest() - what is in it now */
static inline void held_newest(struct held *h, u32 slot)
{
	held_at(h, slot, ~0u - 1);
}

/** held_older() - @h becomes the version before it; false: there is none */
bool held_older(struct held *h);

/** held_event() - event that made it, or @none: it was there before the run */
u32 held_event(const struct held *h, u32 none);

/**
 * may_hold() - may the TLB of @cpu hold @h now? (R-TLB-1, R-TLB-3, R-TLB-8)
 * It is cacheable, and after the last invalidation that reached @cpu and takes
 * it away there was a time at which it was there, in a table that was linked,
 * below tables that were installed, with the tag that is installed now.
 */
bool may_hold(const struct held *h, u32 cpu);

/** may_hold_any() - may any CPU? @cpu: set to the first */
bool may_hold_any(const struct held *h, u32 *cpu);

/** may_hold_switches() - do CPUs have different tables in this run? */
bool may_hold_switches(void);

/** held_leads() - does it lead to a table? */
static inline bool held_leads(const struct held *h)
{
	const struct fmt *f = oracle_world.fmt;

	return f->valid(h->val, h->level) && !f->leaf(h->val, h->level);
}

/** held_stores() - may a store go through @e, if only once it is dirty? */
bool held_stores(u64 e);

#define HELD_STORES	16	/* R-CM-4 */

/** struct held_stores - stores of an agent that are not visible yet: events */
struct held_stores {
	u32 nr;
	u32 ev[HELD_STORES];
};

extern struct held_stores held_stores_of[AGENTS_MAX];

/* For oracle.c: before any oracle sees the event. */
void may_hold_begin(void);
void may_hold_invalidated(const struct event *ev);
void may_hold_switched(const struct event *ev);
void may_hold_lazy(const struct event *ev);
void may_hold_buffered(const struct event *ev);
void may_hold_committed(const struct event *ev);
void may_hold_rmw(const struct event *ev);

#endif
