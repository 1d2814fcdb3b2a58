/* SPDX-License-Identifier: MIT */
/*
 * may_hold - who may still hold what: TLBs old entries, buffers stores
 *
 * For oracles that object to what is possible, not to what was seen. All of it
 * comes from the log: which invalidations reached whom, which versions an entry
 * had, which stores have become visible.
 *
 * The tables of oracle_world are installed on all CPUs all the time: no scenario
 * switches contexts. In doubt nobody holds it. An invalidation that is for one tag counts for
 * every entry that is not global, and one of more than are kept counts as one
 * of everything.
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
 * may_hold() - may the TLB of @cpu hold @h now? (R-TLB-1, R-TLB-3)
 * It is cacheable, and after the last invalidation that reached @cpu and takes
 * it away there was a time at which it was there, in a table that was linked.
 */
bool may_hold(const struct held *h, u32 cpu);

/** may_hold_any() - may any CPU? @cpu: set to the first */
bool may_hold_any(const struct held *h, u32 *cpu);

/** may_hold_floor() - time of the last invalidation on @cpu that takes @h */
u32 may_hold_floor(const struct held *h, u32 cpu);

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
void may_hold_buffered(const struct event *ev);
void may_hold_committed(const struct event *ev);
void may_hold_rmw(const struct event *ev);

#endif
