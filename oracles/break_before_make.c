/* SPDX-License-Identifier: MIT */
/*
 * break-before-make - no TLB can hold two entries that contradict each other
 *
 * Contract: where the architecture asks for it (arm64), an entry that differs
 * from an older one for the same address in more than its rights is made only
 * when no CPU can hold the old one any more: invalid, invalidate, then the new
 * entry. What counts as different:
 *
 *	attributes	memory type, cacheability, shareability
 *	address		if a store can go through either, or the contents of the
 *			two pages differ
 *	size		block or table; allowed at level 2 of support, and
 *			at level 1 if the block has nT
 *	scope		an entry for all address spaces over one for this one
 *
 * Judged:      each new version of an entry that a TLB may hold, in a table that
 *              is linked: against older ones of its slot that some CPU may
 *              still hold, and against what such a one led to or leads to now,
 *              one table down
 * Not judged:  rights, accessed and dirty bits: those never need it
 *              the Contiguous bit: groups-agree
 *              entries made while another op that broke the old one has yet
 *              to invalidate it: zap_pte_range() against a fault, which Linux
 *              allows
 *              entries that MMUs may write through only once they are dirty,
 *              where no MMU sets dirty bits
 *              tables below a cached block or table that are changed later,
 *              tables two levels down
 *              what a page held before it was linked as a table; a table
 *              that has been linked elsewhere since
 *              where CPUs switch between tables, old entries under a tag that
 *              is not installed at that moment, or on a CPU with interrupts off
 *              what CPUs make of a contradiction (R-BBM-4): it is not needed
 * Basis:       Arm ARM, "Using break-before-make when updating translation table
 *              entries" and "Support levels for changing table or block size";
 *              R-BBM-1, R-BBM-2, R-BBM-3, R-BBM-5, R-TLB-1, O-BBM
 * Mutants:     none: no code under test has entries of arm64 yet; tests/oracles
 *              has logs
 */
#include "may_hold.h"

#include <string.h>

static bool concerns(void)
{
	return oracle_world.fmt->bbm;
}

#define object(ev, old, what) \
	oracle_fail(&oracle_break_before_make, "no-break-before-make", \
		    "R-BBM-1 R-BBM-2 R-TLB-1 O-BBM", ev, \
		    held_event(old, event_index(ev)), \
		    "%#lx changes its %s, and a TLB may still hold the old entry", \
		    (unsigned long)(old)->va, what)

static bool same_content(u64 a, u64 b)
{
	u32 f = pfn_frame(a), g = pfn_frame(b);

	return f < NR_FRAMES && g < NR_FRAMES &&
	       !memcmp(mem_ptr(frame_off(f)), mem_ptr(frame_off(g)),
		       1u << FRAME_LG2);
}

/* Does any page of [va, +size), which both map, move by it? */
static bool moves(const struct held *old, const struct held *new, u64 va,
		  u64 size)
{
	const struct fmt *f = oracle_world.fmt;
	bool stores = held_stores(old->val) || held_stores(new->val);

	for (u64 at = va; at < va + size; at += 1UL << f->page_lg2) {
		u64 a = fmt_page_pfn(f, old->val, old->level, at);
		u64 b = fmt_page_pfn(f, new->val, new->level, at);

		if (a != b && (stores || !same_content(a, b)))
			return true;
	}
	return false;
}

/* R-BBM-2, for two leaves that overlap, of whatever size. */
static const char *differs(const struct held *old, const struct held *new)
{
	const struct fmt *f = oracle_world.fmt;
	const struct held *small = old->size < new->size ? old : new;

	if (f->attrs(old->val) != f->attrs(new->val))
		return "memory type";
	if (f->global(new->val) && !f->global(old->val))
		return "scope";
	return moves(old, new, small->va, small->size) ? "address" : NULL;
}

static void judge_leaves(const struct event *ev, const struct held *old,
			 const struct held *new)
{
	const char *what = differs(old, new);

	if (what)
		object(ev, old, what);
}

/* R-BBM-3 */
static bool may_resize(const struct held *block)
{
	const struct fmt *f = oracle_world.fmt;

	return oracle_world.bbm >= 2 ||
	       (oracle_world.bbm == 1 && f->no_block(block->val, block->level));
}

/* The table that @h leads to, if it is still one, in that place; or 0. */
static u32 table_under(const struct held *h)
{
	u32 frame = pfn_frame(oracle_world.fmt->pfn(h->val));
	const struct frame_state *s;

	if (frame >= NR_FRAMES)
		return 0;
	s = frame_state(frame);
	return s->live && s->level == h->level - 1 && s->va == h->va ?
	       frame_off(frame) : 0;
}

static u32 nr_slots(void)
{
	return 1u << oracle_world.fmt->ptrs_lg2;
}

/* May a TLB hold what was in @slot against @new, which is a leaf? */
static void judge_slot(const struct event *ev, u32 slot, const struct held *new)
{
	struct held old;
	u32 cpu;

	held_newest(&old, slot);
	do {
		if (!may_hold_any(&old, &cpu))
			continue;
		if (!held_leads(&old))
			judge_leaves(ev, &old, new);
		else if (!may_resize(new))
			object(ev, &old, "size");
	} while (held_older(&old));
}

/* A block where a table was: what the table led to may be cached as well. */
static void block_over_table(const struct event *ev, const struct held *old,
			     const struct held *new)
{
	u32 table = table_under(old), cpu;

	if (!may_resize(new) && may_hold_any(old, &cpu))
		object(ev, old, "size");
	for (u32 i = 0; table && i < nr_slots(); i++) {
		struct held h;

		held_newest(&h, table + 8 * i);
		do {
			if (!may_hold_any(&h, &cpu))
				continue;
			if (!may_resize(new))
				object(ev, &h, "size");
			if (!held_leads(&h))
				judge_leaves(ev, &h, new);
		} while (held_older(&h));
	}
}

/* A table where a block was: what it leads to must be what the block was. */
static void table_over_block(const struct event *ev, const struct held *old,
			     const struct held *new)
{
	const struct fmt *f = oracle_world.fmt;
	u32 table = table_under(new), cpu;

	if (!may_hold_any(old, &cpu))
		return;
	if (!may_resize(old))
		object(ev, old, "size");
	for (u32 i = 0; table && i < nr_slots(); i++) {
		struct held h;

		held_newest(&h, table + 8 * i);
		if (f->cacheable(h.val, h.level) && !held_leads(&h))
			judge_leaves(ev, old, &h);
	}
}

/* Another table: entry by entry, what the old one led to. */
static void table_over_table(const struct event *ev, const struct held *old,
			     const struct held *new)
{
	const struct fmt *f = oracle_world.fmt;
	u32 from = table_under(old), to = table_under(new);

	if (!from || !to || from == to)
		return;
	for (u32 i = 0; i < nr_slots(); i++) {
		struct held h;

		held_newest(&h, to + 8 * i);
		if (f->cacheable(h.val, h.level) && !held_leads(&h))
			judge_slot(ev, from + 8 * i, &h);
	}
}

static void judge_version(const struct event *ev, const struct held *old,
			  const struct held *new)
{
	const struct fmt *f = oracle_world.fmt;
	u32 cpu;

	if (!f->cacheable(old->val, old->level))
		return;
	if (held_leads(old) && held_leads(new))
		table_over_table(ev, old, new);
	else if (held_leads(old))
		block_over_table(ev, old, new);
	else if (held_leads(new))
		table_over_block(ev, old, new);
	else if (may_hold_any(old, &cpu))
		judge_leaves(ev, old, new);
}

/* Not valid by the work of another op, which may be about to invalidate. */
static bool broken_elsewhere(const struct event *ev, const struct held *h)
{
	const struct event *by;
	u32 n = held_event(h, ~0u);

	if (n == ~0u || oracle_world.fmt->valid(h->val, h->level))
		return false;
	by = &event_log.ev[n];
	return by->agent != ev->agent || KEY_OP(by->key) != KEY_OP(ev->key);
}

static void changed(const struct event *ev)
{
	const struct frame_state *s;
	struct held new, old;

	if (ev->off < FRAMES_OFF)
		return;
	s = frame_state(off_frame(ev->off));
	if (!s->level || s->linked_until != ~0u)
		return;
	held_newest(&new, ev->off & ~7u);
	if (!oracle_world.fmt->cacheable(new.val, new.level))
		return;
	old = new;
	while (held_older(&old) && old.start >= s->linked_since &&
	       !broken_elsewhere(ev, &old))
		judge_version(ev, &old, &new);
}

const struct oracle oracle_break_before_make = {
	.name = "break-before-make",
	.summary = "no TLB can hold two entries that contradict each other",
	.concerns = concerns,
	.on = {
		{ EV_STORE, changed },
		{ EV_COMMIT, changed },
		{ EV_RMW, changed },
		{ EV_WALK_AD, changed },
	},
};
