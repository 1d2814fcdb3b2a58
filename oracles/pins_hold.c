/* SPDX-License-Identifier: MIT */
/*
 * pins-hold - a page that GUP-fast returned is the one mapped, and stays
 *
 * Contract: when a lockless pin of page p for address va succeeds
 *
 *	mapped	at some instant of the call the tables mapped va to p, with the
 *		right asked for
 *	held	the call took a reference on the folio that p belongs to now
 *	stays	from success to unpin, p is neither freed nor moved elsewhere
 *		(collapse, migration): the owner of the pin would be left with a
 *		page that nobody sees any more
 *
 * Judged:      each success, and each free and move of a page while it is pinned
 * Not judged:  unmapping by the owner (zap, truncate) while a pin is held: the
 *              page lives on
 *              pins that were taken back: falling back is always legal
 *              references taken on the wrong page and dropped again
 * Basis:       Documentation/core-api/pin_user_pages.rst; mm/gup.c,
 *              gup_fast_pte_range()
 * Mutants:     gupfast-collapse-pmd-recheck, gupfast-compound-head-split
 */
#include "oracle.h"

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

#define REFS_MAX	8
#define PINS_MAX	16

/* What an agent's present op has done. */
struct caller {
	u64 op;			/* serial number: whose these are */
	u32 nr_refs;
	struct { u8 head; s64 nr; } ref[REFS_MAX];
};

static struct caller callers[AGENTS_MAX];

/* Pins of all agents, until they are given back. */
static struct { u32 frame, ev; u8 agent; } pins[PINS_MAX];
static u32 nr_pins;

/* Last time that a frame's content was moved away, by run and generation. */
static struct { u64 run; u32 gen, ev; } moves[NR_FRAMES];

static void begin(void)
{
	nr_pins = 0;
}

static struct caller *caller(const struct event *ev)
{
	struct caller *c = &callers[ev->agent];

	if (c->op != op_states[ev->agent].serial) {
		c->op = op_states[ev->agent].serial;
		c->nr_refs = 0;
	}
	return c;
}

static void count_ref(struct caller *c, u32 head, s64 nr)
{
	for (u32 i = 0; i < c->nr_refs; i++) {
		if (c->ref[i].head == head) {
			c->ref[i].nr += nr;
			return;
		}
	}
	if (c->nr_refs == REFS_MAX)
		return;
	c->ref[c->nr_refs].head = (u8)head;
	c->ref[c->nr_refs++].nr = nr;
}

static bool holds_ref(const struct caller *c, u32 head)
{
	for (u32 i = 0; i < c->nr_refs; i++)
		if (c->ref[i].head == head)
			return c->ref[i].nr > 0;
	/* More folios than are counted: not judged. */
	return c->nr_refs == REFS_MAX;
}

/* Did the tables, as they were at @ts, map @va to @frame? */
static bool mapped_at(u32 ts, u64 va, u32 frame, bool write, u32 *since)
{
	const struct fmt *f = oracle_world.fmt;
	u32 table = oracle_world.root;

	*since = 0;
	for (u32 level = f->levels;; level--) {
		u32 slot = fmt_slot(f, table, va, level), start, found;
		u64 e = mem_at(slot, 8, ts, &start, NULL);

		*since = max_u32(*since, start);
		if (!f->valid(e, level))
			return false;
		found = pfn_frame(f->pfn(e));
		if (found >= NR_FRAMES)
			return false;
		if (f->leaf(e, level)) {
			found += fmt_page_index(f, va, level);
			return found == frame && (!write || f->write(e));
		}
		table = frame_off(found);
	}
}

/* Back from now to the beginning of the call, one state of the path a time. */
static bool was_mapped(u32 begin_ts, u64 va, u32 frame, bool write)
{
	u32 ts = sim.now, since;

	for (;;) {
		if (mapped_at(ts, va, frame, write, &since))
			return true;
		if (since <= begin_ts)
			return false;
		ts = since - 1;
	}
}

static void pinned(const struct event *ev)
{
	const struct op_state *op = &op_states[ev->agent];
	const struct caller *c = caller(ev);
	u32 frame = off_frame(ev->off), head = frame_state(frame)->head;

	if (!was_mapped(op->begin_ts, ev->val, frame, ev->flags & EVF_WRITE))
		oracle_fail(&oracle_pins_hold, "pin-of-unmapped-page", "O-PIN",
			    ev, op->begin_ev,
			    "pinned pfn %lx was never mapped at %#lx during the call",
			    frame_pfn(frame), (unsigned long)ev->val);
	if (!holds_ref(c, head))
		oracle_fail(&oracle_pins_hold, "pin-without-reference", "O-PIN",
			    ev, op->begin_ev,
			    "pinned pfn %lx, but the reference is on something else",
			    frame_pfn(frame));
	if (moves[frame].run == oracle_run &&
	    moves[frame].gen == frame_state(frame)->gen)
		oracle_fail(&oracle_pins_hold, "pin-of-moved-page", "O-PIN O-MOVED",
			    ev, moves[frame].ev,
			    "pinned pfn %lx, whose content has moved elsewhere",
			    frame_pfn(frame));
	if (nr_pins < PINS_MAX) {
		pins[nr_pins].frame = frame;
		pins[nr_pins].ev = event_index(ev);
		pins[nr_pins++].agent = ev->agent;
	}
}

static void unpinned(const struct event *ev)
{
	for (u32 n = 0; n < nr_pins; n++) {
		if (pins[n].frame != off_frame(ev->off) ||
		    pins[n].agent != ev->agent)
			continue;
		pins[n] = pins[--nr_pins];
		return;
	}
}

static void judge_gone(const struct event *ev, u32 nr, const char *rule,
		       const char *how)
{
	for (u32 n = 0; n < nr_pins; n++)
		if (pins[n].frame - off_frame(ev->off) < nr)
			oracle_fail(&oracle_pins_hold, rule, "O-PIN O-MOVED",
				    ev, pins[n].ev,
				    "pfn %lx is %s while it is pinned",
				    frame_pfn(pins[n].frame), how);
}

static void moved(const struct event *ev)
{
	u32 frame = off_frame(ev->off);

	moves[frame].run = oracle_run;
	moves[frame].gen = frame_state(frame)->gen;
	moves[frame].ev = event_index(ev);
	judge_gone(ev, 1, "pin-of-moved-page", "moved");
}

static void freed(const struct event *ev)
{
	judge_gone(ev, 1u << ev->size, "pinned-page-freed", "freed");
}

static void got(const struct event *ev)
{
	if (!(ev->flags & EVF_FAILED))
		count_ref(caller(ev), off_frame(ev->off), 1);
}

static void put(const struct event *ev)
{
	count_ref(caller(ev), off_frame(ev->off), -1);
}

const struct oracle oracle_pins_hold = {
	.name = "pins-hold",
	.summary = "a page that GUP-fast returned is the one mapped, and stays",
	.begin = begin,
	.on = {
		{ EV_PAGE_GET, got },
		{ EV_PAGE_PUT, put },
		{ EV_PINNED, pinned },
		{ EV_UNPINNED, unpinned },
		{ EV_PAGE_MOVE, moved },
		{ EV_PAGE_FREE, freed },
	},
};
