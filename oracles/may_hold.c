/* SPDX-License-Identifier: MIT */
#include "may_hold.h"

#include <string.h>

#define INVALIDATIONS_MAX	64
#define CONTEXTS_MAX		16

/**
 * struct invalidation - one that reached a CPU at time @ts
 * @tag: 0, or 1 + the only one it is for: entries that are global stay
 * @level: the only one it is for, or 0
 * @leaf: entries that lead to tables stay
 */
struct invalidation {
	u64 start, end;
	u32 ts, tag;
	u8 level;
	bool leaf;
};

static struct invalidation invs[AGENTS_MAX][INVALIDATIONS_MAX];
static u32 nr_invs[AGENTS_MAX];

/**
 * struct context - tables that a CPU had between @from and @to
 */
struct context {
	u32 root, tag, from, to;
};

static struct context contexts[AGENTS_MAX][CONTEXTS_MAX];
static u32 nr_contexts[AGENTS_MAX];
static bool lazy[AGENTS_MAX];

/* Do CPUs ever have others than the tables of oracle_world in this run? */
static bool switches;

struct held_stores held_stores_of[AGENTS_MAX];

static void begin_switches(void)
{
	const struct oracle_world *w = &oracle_world;

	switches = true;
	for (u32 cpu = 0; cpu < w->nr_cpus; cpu++) {
		contexts[cpu][0] = (struct context){
			.root = w->first ? w->first : w->root, .to = ~0u
		};
		nr_contexts[cpu] = 1;
	}
}

void may_hold_begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++) {
		nr_invs[i] = 0;
		held_stores_of[i].nr = 0;
		lazy[i] = false;
	}
	switches = false;
	if (unlikely(oracle_world.first))
		begin_switches();
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
		.tag = ev->off, .level = ev->size,
		.leaf = ev->flags & EVF_LEAF,
	};
	nr_invs[cpu]++;
}

/* R-INV-2, R-TLB-7, R-TLB-8; @tag: with which @h was cached */
static bool takes(const struct invalidation *i, const struct held *h, u32 tag)
{
	const struct fmt *f = oracle_world.fmt;
	bool leads;

	if (i->start >= h->va + h->size || h->va >= i->end)
		return false;
	if (likely(!i->leaf && !i->level && !i->tag))
		return true;
	leads = held_leads(h);
	if ((i->leaf && leads) || (i->level && i->level != h->level))
		return false;
	if (i->tag && switches && i->tag != tag + 1)
		return false;
	return !i->tag || leads || !f->global(h->val);
}

/* Time of the last invalidation on @cpu that takes @h away. */
static u32 floor_of(const struct held *h, u32 cpu, u32 tag)
{
	for (u32 n = nr_invs[cpu]; n--;)
		if (takes(&invs[cpu][n], h, tag))
			return invs[cpu][n].ts;
	return 0;
}

static bool held_by_context(const struct held *h, u32 cpu);

bool may_hold(const struct held *h, u32 cpu)
{
	const struct frame_state *s = frame_state(off_frame(h->slot));
	u32 floor;

	if (!oracle_world.fmt->cacheable(h->val, h->level))
		return false;
	if (unlikely(switches))
		return held_by_context(h, cpu);
	floor = floor_of(h, cpu, 0);
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

/* --- contexts ------------------------------------------------------------ */

void may_hold_switched(const struct event *ev)
{
	struct context *c = contexts[ev->agent];
	u32 *nr = &nr_contexts[ev->agent];

	if (ev->agent >= oracle_world.nr_cpus)
		return;			/* a device */
	if (!switches)
		begin_switches();
	if (*nr == CONTEXTS_MAX) {
		/* What was cached long ago is forgotten: objects less. */
		memmove(c, c + 1, (CONTEXTS_MAX - 1) * sizeof(*c));
		--*nr;
	}
	c[*nr - 1].to = sim.now;
	c[(*nr)++] = (struct context){
		.root = ev->off, .tag = (u32)ev->val, .from = sim.now, .to = ~0u
	};
	lazy[ev->agent] = false;
}

void may_hold_lazy(const struct event *ev)
{
	if (ev->agent >= oracle_world.nr_cpus)
		return;
	if (!switches)
		begin_switches();
	lazy[ev->agent] = ev->val;
}

/* Was the table that @h is in one of those under @root at time @ts? */
static bool under(const struct held *h, u32 root, u32 ts)
{
	const struct fmt *f = oracle_world.fmt;
	u32 table = root;

	for (u32 level = f->levels; level > h->level; level--) {
		u64 e = mem_at(fmt_slot(f, table, h->va, level), 8, ts, NULL,
			       NULL);
		u32 frame = pfn_frame(f->pfn(e));

		if (!f->valid(e, level) || f->leaf(e, level) ||
		    frame >= NR_FRAMES)
			return false;
		table = frame_off(frame);
	}
	return off_frame(table) == off_frame(h->slot);
}

/* Could the CPU cache @h while @c was installed, and has it kept it since? */
static bool cached_in(const struct held *h, const struct context *c, u32 cpu)
{
	const struct frame_state *s = frame_state(off_frame(h->slot));
	u32 since = max_u32(h->start, c->from), until = min_u32(h->end, c->to);
	u32 floor = floor_of(h, cpu, c->tag);

	if (since >= until || floor >= until)
		return false;
	/* The top table is linked nowhere. */
	if (off_frame(h->slot) == off_frame(c->root))
		return true;
	since = max_u32(since, s->linked_since);
	return since < until && c->from < s->linked_until &&
	       floor < s->linked_until &&
	       under(h, c->root, min_u32(since, s->linked_until - 1));
}

bool may_hold_switches(void)
{
	return switches;
}

/* From the log: only runs with contexts ask. */
static bool irqs_off(u32 cpu)
{
	for (u32 i = event_log.nr; i--;) {
		const struct event *ev = &event_log.ev[i];

		if (ev->agent == cpu && ev->type == EV_IRQ_OFF)
			return true;
		if (ev->agent == cpu && ev->type == EV_IRQ_ON)
			return false;
	}
	return false;
}

/* R-TLB-1, R-TLB-8: and does the context that is installed now use it? */
static bool held_by_context(const struct held *h, u32 cpu)
{
	const struct context *c = contexts[cpu], *now;
	bool global = !held_leads(h) && oracle_world.fmt->global(h->val);

	if (lazy[cpu] || irqs_off(cpu))
		return false;
	now = &c[nr_contexts[cpu] - 1];
	for (; c <= now; c++)
		if ((c->tag == now->tag || (global && c->root == now->root)) &&
		    cached_in(h, c, cpu))
			return true;
	return false;
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
