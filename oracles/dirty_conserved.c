/* SPDX-License-Identifier: MIT */
/*
 * dirty-conserved - a store through a mapping is never forgotten
 *
 * Contract: from the moment a user store becomes visible until its page is
 * declared clean or discarded, somebody remembers it:
 *
 *	pte	a leaf entry that maps the page is dirty
 *	page	the folio was marked dirty
 *	hand	an agent took a dirty entry out of the table with one atomic
 *		step, or read it dirty before it overwrote it, and its op has
 *		not ended yet
 *	mmu	an MMU has made the entry dirty, and on a weak machine that is
 *		not visible yet; nobody changes the entry before it is (R-AD-6)
 *
 * Judged:      after each user store, each change of an entry, each end of op
 * Not judged:  a page that is freed: anonymous memory may be thrown away
 *              dirty marks that nobody needs: they cost a writeback
 * Basis:       Intel SDM volume 3, 4.8; mm/memory.c, zap_pte_range();
 *              mm/rmap.c, try_to_unmap_one(); R-AD-3, R-AD-4, O-AD-LOST,
 *              O-AD-OVERWRITE
 * Mutants:     zap-reads-then-clears
 */
#include "oracle.h"

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

#define DEBTS_MAX	16
#define HAND_MAX	8
#define LATE_UPDATES_MAX	8

/* Pages with a store that has to be remembered, and the last such store. */
static struct { u32 frame, ev; } debts[DEBTS_MAX];
static u32 nr_debts;

/* First frame and number of frames of the dirty entries in an agent's hand. */
static struct { u32 frame, nr; } hands[AGENTS_MAX][HAND_MAX];
static u32 nr_hand[AGENTS_MAX];

/* Updates on their way: slot, first frame and number of frames of the entry. */
static struct { u32 slot, frame, nr; } late[LATE_UPDATES_MAX];
static u32 nr_late;

static void begin(void)
{
	nr_debts = nr_late = 0;
	for (u32 i = 0; i < AGENTS_MAX; i++)
		nr_hand[i] = 0;
}

static bool in_hand(u32 frame)
{
	for (u32 a = 0; a < AGENTS_MAX; a++) {
		if (nr_hand[a] == HAND_MAX)
			return true;	/* more than are counted: not judged */
		for (u32 i = 0; i < nr_hand[a]; i++)
			if (frame - hands[a][i].frame < hands[a][i].nr)
				return true;
	}
	return false;
}

static void take_in_hand(u32 agent, u32 frame, u32 nr)
{
	if (nr_hand[agent] == HAND_MAX)
		return;
	hands[agent][nr_hand[agent]].frame = frame;
	hands[agent][nr_hand[agent]++].nr = nr;
}

/* Is @e, in a table of @level, a dirty entry; and for which frames? */
static bool dirty_leaf(u64 e, u32 level, u32 *frame, u32 *nr)
{
	const struct fmt *f = oracle_world.fmt;

	if (!f->valid(e, level) || !f->leaf(e, level) || !f->dirty(e))
		return false;
	*frame = pfn_frame(f->pfn(e));
	*nr = fmt_pages(f, level);
	return true;
}

static bool in_table(u32 table, u32 level, u32 frame)
{
	for (u32 i = 0; i < 1u << oracle_world.fmt->ptrs_lg2; i++) {
		u32 first, nr;

		if (dirty_leaf(mem_peek(frame_off(table) + 8 * i, 8), level,
			       &first, &nr) && frame - first < nr)
			return true;
	}
	return false;
}

static bool in_some_pte(u32 frame)
{
	for_each_table(t) {
		const struct frame_state *s = frame_state(t);

		if (s->live && (s->level == 1 || s->level == 2) &&
		    in_table(t, s->level, frame))
			return true;
	}
	return false;
}

static bool on_its_way(u32 frame)
{
	for (u32 i = 0; i < nr_late; i++)
		if (frame - late[i].frame < late[i].nr)
			return true;
	return nr_late == LATE_UPDATES_MAX;	/* not judged */
}

static bool remembered(u32 frame)
{
	return frame_state(frame_state(frame)->head)->dirty ||
	       in_hand(frame) || in_some_pte(frame) || on_its_way(frame);
}

static void forgotten(const struct event *ev, u32 frame, u32 store)
{
	oracle_fail(&oracle_dirty_conserved, "store-forgotten",
		    "R-AD-3 R-AD-4 O-AD-LOST", ev, store,
		    "nobody remembers the store to pfn %lx", frame_pfn(frame));
}

static void open_debt(u32 frame, u32 ev)
{
	for (u32 i = 0; i < nr_debts; i++) {
		if (debts[i].frame == frame) {
			debts[i].ev = ev;
			return;
		}
	}
	if (nr_debts == DEBTS_MAX)
		return;
	debts[nr_debts].frame = frame;
	debts[nr_debts++].ev = ev;
}

static bool close_debt(u32 frame)
{
	for (u32 i = 0; i < nr_debts; i++) {
		if (debts[i].frame == frame) {
			debts[i] = debts[--nr_debts];
			return true;
		}
	}
	return false;
}

static void user_store(const struct event *ev, u32 frame)
{
	if (!remembered(frame))
		forgotten(ev, frame, event_index(ev));
	open_debt(frame, event_index(ev));
}

/* Has the op that overwrites this entry seen that it is dirty? */
static bool read_dirty(const struct event *ev)
{
	for (u32 n = event_index(ev); n-- > op_states[ev->agent].begin_ev;) {
		const struct event *e = &event_log.ev[n];

		if (e->agent != ev->agent || e->off != (ev->off & ~7u))
			continue;
		if (e->type == EV_LOAD &&
		    (e->val & oracle_world.fmt->dirty_bits))
			return true;
		/* An atomic whose write was not visible until now. */
		if (e->type == EV_RMW &&
		    (e->old & oracle_world.fmt->dirty_bits))
			return true;
	}
	return false;
}

/* An entry changed: whoever was remembered by it needs somebody else now. */
static void entry_changed(const struct event *ev, u32 level)
{
	u64 now = mem_peek(ev->off & ~7u, 8);
	u32 frame, nr, frame2, nr2;

	u64 before = entry_before(ev);

	if (likely(!(before & oracle_world.fmt->dirty_bits)) ||
	    !dirty_leaf(before, level, &frame, &nr))
		return;
	if (dirty_leaf(now, level, &frame2, &nr2) && frame2 == frame)
		return;
	if (ev->type == EV_RMW || read_dirty(ev)) {
		take_in_hand(ev->agent, frame, nr);
		return;
	}
	for (u32 i = 0; i < nr_debts; i++)
		if (debts[i].frame - frame < nr && !remembered(debts[i].frame))
			forgotten(ev, debts[i].frame, debts[i].ev);
}

/* An MMU updates an entry; visible at once, or later by an EV_COMMIT. */
static void updated(const struct event *ev)
{
	u32 frame, nr;

	if (mem_peek(ev->off, 8) == ev->val || nr_late == LATE_UPDATES_MAX ||
	    !dirty_leaf(ev->val, ev->size, &frame, &nr))
		return;
	/* Two of one CPU that wait are one; another CPU's ends the wait. */
	for (u32 i = 0; i < nr_late; i++)
		if (late[i].slot == ev->off)
			return;
	late[nr_late].slot = ev->off;
	late[nr_late].frame = frame;
	late[nr_late++].nr = nr;
}

static void no_longer_late(const struct event *ev)
{
	for (u32 i = 0; i < nr_late; i++) {
		if (ev->type != EV_COMMIT || late[i].slot != ev->off)
			continue;
		late[i] = late[--nr_late];
		return;
	}
}

static void stored(const struct event *ev)
{
	u32 frame = off_frame(ev->off);
	const struct frame_state *s;

	if (ev->off < FRAMES_OFF)
		return;
	if (unlikely(nr_late))
		no_longer_late(ev);
	s = frame_state(frame);
	if (s->level == 1 || s->level == 2)
		entry_changed(ev, s->level);
	else if (!s->level && (ev->flags & EVF_HW) && s->live && !ev->pc)
		user_store(ev, frame);
}

static void op_ends(const struct event *ev)
{
	if (!nr_hand[ev->agent])
		return;
	nr_hand[ev->agent] = 0;
	for (u32 i = 0; i < nr_debts; i++)
		if (!remembered(debts[i].frame))
			forgotten(ev, debts[i].frame, debts[i].ev);
}

/* The copy has it now, and who copies will map it. */
static void moved(const struct event *ev)
{
	u32 copy = off_frame((u32)ev->old);

	if (!close_debt(off_frame(ev->off)))
		return;
	open_debt(copy, event_index(ev));
	take_in_hand(ev->agent, copy, 1);
}

static void freed(const struct event *ev)
{
	for (u32 i = 0; i < 1u << ev->size; i++)
		close_debt(off_frame(ev->off) + i);
}

static void cleaned(const struct event *ev)
{
	close_debt(off_frame(ev->off));
}

const struct oracle oracle_dirty_conserved = {
	.name = "dirty-conserved",
	.summary = "a store through a mapping is never forgotten",
	.begin = begin,
	.on = {
		{ EV_STORE, stored },
		{ EV_COMMIT, stored },
		{ EV_RMW, stored },
		{ EV_WALK_AD, updated },
		{ EV_OP_END, op_ends },
		{ EV_PAGE_MOVE, moved },
		{ EV_PAGE_FREE, freed },
		{ EV_PAGE_CLEAN, cleaned },
	},
};
