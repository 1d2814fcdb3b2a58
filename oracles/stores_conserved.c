/* SPDX-License-Identifier: MIT */
/*
 * stores-conserved - nobody overwrites an entry that came after the last look
 *
 * Contract: an entry is changed on the strength of what it was. An op that
 * looked at a slot, and stores to it with a plain store, has seen the entry that
 * it replaces: what another agent made of the slot in between would be lost, and
 * the table or page it led to with it.
 *
 *	CPU0				CPU1
 *	reads the entry: none
 *					stores an entry, leads to table A
 *	stores an entry, leads to table B: A is lost
 *
 * Judged:      each plain store that replaces a present entry by a present one
 *              that leads elsewhere, in a table that is linked, if the entry
 *              replaced was made by another agent after the storing op's last
 *              look at the slot
 * Not judged:  atomics: they look and store in one step
 *              ops that never looked at the slot: they know otherwise
 *              clearing: whoever tears down may know that nobody is left
 *              entries that are stored in halves (32-bit machines)
 *              accessed and dirty bits that a store drops (O-AD-OVERWRITE): a
 *              dirty bit means a store that dirty-conserved keeps account of,
 *              and it may be remembered elsewhere; a lost accessed bit costs
 *              time
 * Basis:       mm/memory.c, pmd_install() and do_anonymous_page(): "has another
 *              one populated it?"; Documentation/mm/split_page_table_lock.rst;
 *              O-LOST-STORE
 * Mutants:     pmd-install-without-look, fault-installs-without-look
 */
#include "may_hold.h"

static bool concerns(void)
{
	return oracle_world.fmt->word == 8;
}

/* The last look at @slot by @ev's op before it, or NULL. */
static const struct event *last_look(const struct event *ev, u32 slot)
{
	for (u32 n = event_index(ev); n-- > op_states[ev->agent].begin_ev;) {
		const struct event *e = &event_log.ev[n];

		if (e->agent == ev->agent && (e->off & ~7u) == slot &&
		    (e->type == EV_LOAD || e->type == EV_RMW))
			return e;
	}
	return NULL;
}

/*
 * The version that made the entry what it was before its newest one: hardware's
 * updates do not count.
 */
static u32 maker(u32 slot)
{
	u32 v = mem_version(slot), older;
	u64 e;

	if (!v || !versions[v].prev)
		return 0;
	v = versions[v].prev;
	e = versions[v].val;
	for (older = versions[v].prev;
	     older && fmt_same(oracle_world.fmt, versions[older].val, e);
	     older = versions[v].prev)
		v = older;
	return versions[v].ts ? v : 0;
}

static bool replaces(const struct event *ev, u32 level)
{
	const struct fmt *f = oracle_world.fmt;
	u64 was = ev->old, is = ev->val;

	return f->valid(was, level) && f->valid(is, level) &&
	       f->pfn(was) != f->pfn(is);
}

static void judge(const struct event *ev)
{
	const struct event *look = last_look(ev, ev->off);
	u32 v = maker(ev->off), made = versions[v].ev;

	if (!look || !v || event_log.ev[made].agent == ev->agent)
		return;
	/* What it read, not when: a stale load sees less. */
	if (look->flags & EVF_FORWARD || versions[look->ver].ts >= versions[v].ts)
		return;
	/* An atomic reads the newest. */
	if (look->type == EV_RMW && event_index(look) > made)
		return;
	oracle_fail(&oracle_stores_conserved, "store-lost", "O-LOST-STORE", ev,
		    made,
		    "the %s entry for %#lx is overwritten by an op that has not seen it",
		    oracle_world.fmt->level_name[
			    frame_state(off_frame(ev->off))->level],
		    (unsigned long)slot_va(frame_state(off_frame(ev->off)),
					   ev->off));
}

static void stored(const struct event *ev)
{
	const struct frame_state *s;

	if (ev->off < FRAMES_OFF || ev->size != 8)
		return;
	s = frame_state(off_frame(ev->off));
	if (s->level && s->linked_until == ~0u && replaces(ev, s->level))
		judge(ev);
}

const struct oracle oracle_stores_conserved = {
	.name = "stores-conserved",
	.summary = "nobody overwrites an entry that came after the last look",
	.concerns = concerns,
	.on = { { EV_STORE, stored }, { EV_COMMIT, stored } },
};
