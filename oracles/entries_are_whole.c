/* SPDX-License-Identifier: MIT */
/*
 * entries-are-whole - nobody acts on an entry that never was one
 *
 * Contract: a present entry that software acts on without looking again, or
 * that an MMU walks through, is a value that the slot had at one instant while
 * it was being read, and not the mixture in the middle of an update:
 *
 *	mixture	 between two half-word stores of one op to one slot, a present
 *		 entry whose frame is neither the one before nor the one after
 *
 * Accessed and dirty bits may differ: the MMU sets them meanwhile.
 *
 * Judged:      entries that ops say they act on (EV_OBSERVED), from the
 *              beginning of the op on; every descriptor an MMU uses
 * Not judged:  entries that are not present: a reader that sees none is right
 *              or will look again
 *              values read and thrown away (a re-check failed)
 *              mixtures with the frame of the old or the new entry
 * Basis:       include/linux/pgtable.h, comment above ptep_get_lockless();
 *              R-T32-2, R-T32-4, R-T32-5, O-TORN
 * Mutants:     pae-lockless-missing-rmb, pae-set-order, pae-clear-order,
 *              pae-lockless-irqs-on, pae-pmd-read-atomic
 */
#include "oracle.h"

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

#define SUSPECTS_MAX	8

/*
 * A value was used while the newest store to its slot was half an entry. If the
 * same op now stores the other half, it was the middle of an update.
 */
struct suspect {
	u32 slot;
	u32 used, store;	/* events */
	u64 val, before;
	u32 op;			/* of the store's agent */
	u8 agent;
};

static struct suspect suspects[SUSPECTS_MAX];
static u32 nr_suspects;

static void begin(void)
{
	nr_suspects = 0;
}

/* The value without the bits that an MMU changes on its own. */
static u64 frozen(u64 e)
{
	return oracle_world.fmt->mk_dirty(e);
}

static bool half_store(const struct event *ev)
{
	return (ev->type == EV_STORE || ev->type == EV_COMMIT) && ev->size == 4;
}

/* Event that made the newest change to @slot, or NULL. */
static const struct event *newest_store(u32 slot)
{
	u32 lo = software_version(slot), hi = software_version(slot + 4);
	u32 v = versions[lo].ts > versions[hi].ts || !hi ? lo : hi;

	return v && versions[v].ts ? &event_log.ev[versions[v].ev] : NULL;
}

static void suspect(const struct event *ev, u64 val)
{
	const struct event *st;

	if (nr_suspects == SUSPECTS_MAX)
		return;
	st = newest_store(ev->off);
	if (!st || !half_store(st))
		return;
	for (u32 i = 0; i < nr_suspects; i++)
		if (suspects[i].store == event_index(st))
			return;
	suspects[nr_suspects++] = (struct suspect){
		.slot = ev->off, .used = event_index(ev),
		.store = event_index(st), .val = val,
		.before = entry_before(st), .op = KEY_OP(st->key),
		.agent = st->agent,
	};
}

static bool is_mixture(u32 level, u64 before, u64 val, u64 after)
{
	const struct fmt *f = oracle_world.fmt;

	return f->valid(val, level) && f->pfn(val) != f->pfn(before) &&
	       f->pfn(val) != f->pfn(after);
}

static void judge_suspects(const struct event *ev)
{
	u32 slot = ev->off & ~7u;

	for (u32 i = 0; i < nr_suspects;) {
		const struct suspect s = suspects[i];
		const struct event *st = &event_log.ev[s.store];

		if (s.slot != slot) {
			i++;
			continue;
		}
		suspects[i] = suspects[--nr_suspects];
		if (!half_store(ev) || ev->agent != s.agent ||
		    KEY_OP(ev->key) != s.op || ev->off == st->off ||
		    !is_mixture(event_log.ev[s.used].size, s.before, s.val,
				mem_peek(slot, 8)))
			continue;
		oracle_fail(&oracle_entries_are_whole, "torn-entry",
			    "R-T32-2 R-T32-5 O-TORN", &event_log.ev[s.used],
			    s.store, "entry used in the middle of an update: pfn %llx was never meant",
			    (unsigned long long)oracle_world.fmt->pfn(s.val));
	}
}

/* Was [start, end) the middle of an update? */
static bool was_middle(u32 slot, u32 level, u32 start, u32 end)
{
	const struct event *st = NULL, *next = NULL;

	if (oracle_world.fmt->word == 8 || !start || end == ~0u)
		return false;
	for (u32 half = 0; half <= 4; half += 4) {
		for (u32 v = mem_version(slot + half); v; v = versions[v].prev) {
			if (versions[v].ts == start)
				st = &event_log.ev[versions[v].ev];
			if (versions[v].ts == end)
				next = &event_log.ev[versions[v].ev];
		}
	}
	return st && next && half_store(st) && half_store(next) &&
	       st->agent == next->agent && st->off != next->off &&
	       KEY_OP(st->key) == KEY_OP(next->key) &&
	       is_mixture(level, mem_at(slot, 8, start - 1, NULL, NULL),
			  mem_at(slot, 8, start, NULL, NULL),
			  mem_at(slot, 8, end, NULL, NULL));
}

static void judge_observed(const struct event *ev)
{
	u32 ts = sim.now, start, end;

	if (!oracle_world.fmt->valid(ev->val, ev->size))
		return;
	do {
		u64 was = mem_at(ev->off, 8, ts, &start, &end);

		if (frozen(was) == frozen(ev->val) &&
		    !was_middle(ev->off, ev->size, start, end)) {
			if (end == ~0u && oracle_world.fmt->word == 4)
				suspect(ev, ev->val);
			return;
		}
		ts = start - 1;
	} while (start > op_states[ev->agent].begin_ts);
	oracle_fail(&oracle_entries_are_whole, "torn-entry",
		    "R-T32-2 O-TORN", ev, op_states[ev->agent].begin_ev,
		    "the op acts on an entry with pfn %llx, which it never was",
		    (unsigned long long)oracle_world.fmt->pfn(ev->val));
}

/* A cached entry: was it never more than the middle of an update? */
static void judge_cached(const struct event *ev)
{
	u32 ts = sim.now, start, end;
	bool middle = false;

	do {
		u64 was = mem_at(ev->off, 8, ts, &start, &end);

		if (was == ev->val &&
		    !was_middle(ev->off, ev->size, start, end))
			return;
		middle |= was == ev->val;
		ts = start - 1;
	} while (start);
	if (middle)
		oracle_fail(&oracle_entries_are_whole, "torn-entry",
			    "R-T32-5 R-TLB-1 O-TORN", ev, event_index(ev),
			    "the TLB holds the middle of an update: pfn %llx was never meant",
			    (unsigned long long)oracle_world.fmt->pfn(ev->val));
}

static void walked(const struct event *ev)
{
	const struct fmt *f = oracle_world.fmt;

	if (f->word == 8 || !f->valid(ev->val, ev->size))
		return;
	if (ev->flags & EVF_STALE)
		judge_cached(ev);
	else
		suspect(ev, ev->val);
}

static void stored(const struct event *ev)
{
	if (unlikely(nr_suspects))
		judge_suspects(ev);
}

const struct oracle oracle_entries_are_whole = {
	.name = "entries-are-whole",
	.summary = "nobody acts on an entry that never was one",
	.begin = begin,
	.on = {
		{ EV_OBSERVED, judge_observed },
		{ EV_WALK, walked },
		{ EV_STORE, stored },
		{ EV_COMMIT, stored },
		{ EV_RMW, stored },
		{ EV_WALK_AD, stored },
	},
};
