/* SPDX-License-Identifier: MIT */
/*
 * groups-agree - the members of a contiguous group say the same
 *
 * Contract: a TLB may make one entry for a whole group from any one member that
 * has the Contiguous bit (on riscv, Svnapot). So of all members that a TLB may
 * hold, those in memory now and older ones alike
 *
 *	bit	either all have it or none; at level 1 of support for changes
 *		without break-before-make they may differ while it is changed
 *	place	what those with the bit make of one address is the same page,
 *		and of the same memory type
 *
 * Judged:      each change of an entry in a table that is linked: the members of
 *              its group in memory against each other and against what some CPU
 *              may still hold of the others. Entries that no TLB may hold
 *              (not valid, or not accessed) do not count
 * Not judged:  rights, accessed and dirty bits: hardware and software change
 *              those one by one
 *              members without the bit among themselves; the same page changed
 *              otherwise: break-before-make
 *              where CPUs switch between tables, old entries under a tag that
 *              is not installed at that moment, or on a CPU with interrupts off
 * Basis:       Arm ARM, "The Contiguous bit", RQTRPM, RNGLXZ, RJQQTC, RSKQHL;
 *              RISC-V privileged ISA, Svnapot; R-CONT-1 to R-CONT-5, R-TLB-1,
 *              O-CONT
 * Mutants:     none: no code under test has groups yet; tests/oracles has logs
 */
#include "may_hold.h"

static bool concerns(void)
{
	for (u32 l = 1; l <= FMT_LEVELS_MAX; l++)
		if (oracle_world.fmt->cont_lg2[l])
			return true;
	return false;
}

static bool in_group(const struct held *h)
{
	return oracle_world.fmt->cont(h->val, h->level);
}

/* Is there an address for which a TLB may find both, and they disagree? */
static const char *disagree(const struct held *a, const struct held *b)
{
	const struct fmt *f = oracle_world.fmt;

	if (in_group(a) != in_group(b)) {
		/* R-CONT-5: a format without these levels has none. */
		return f->bbm && !oracle_world.bbm ? "the Contiguous bit" :
						     NULL;
	}
	if (!in_group(a))
		return NULL;
	if (f->attrs(a->val) != f->attrs(b->val))
		return "their memory type";
	return fmt_page_pfn(f, a->val, a->level, a->va) !=
	       fmt_page_pfn(f, b->val, b->level, a->va) ? "their address" : NULL;
}

static void judge_pair(const struct event *ev, const struct held *now,
		       const struct held *other)
{
	const char *what = disagree(now, other);

	if (what)
		oracle_fail(&oracle_groups_agree, "group-disagrees",
			    "R-CONT-3 R-CONT-4 R-CONT-5 O-CONT", ev,
			    held_event(other, event_index(ev)),
			    "entries of the group of %#lx do not agree on %s: those for %#lx and %#lx",
			    (unsigned long)now->va, what,
			    (unsigned long)now->va, (unsigned long)other->va);
}

/* May a TLB hold @old where it meets @now? A group's entry spans the group. */
static bool may_meet(const struct held *old, const struct held *now)
{
	struct held h = *old;
	u32 cpu;

	if (in_group(old) && !in_group(now))
		h.va = now->va;
	return may_hold_any(&h, &cpu);
}

/* The entry in memory at @now against one member, as it is and was. */
static void judge_member(const struct event *ev, const struct held *now,
			 u32 slot)
{
	struct held h;

	held_newest(&h, slot);
	if (slot != now->slot && oracle_world.fmt->cacheable(h.val, h.level))
		judge_pair(ev, now, &h);
	while (held_older(&h))
		if (may_meet(&h, now))
			judge_pair(ev, now, &h);
}

static void judge_group(const struct event *ev, u32 first, u32 n)
{
	const struct fmt *f = oracle_world.fmt;

	for (u32 i = 0; i < n; i++) {
		struct held now;

		held_newest(&now, first + 8 * i);
		if (!f->cacheable(now.val, now.level) || held_leads(&now))
			continue;
		for (u32 j = 0; j < n; j++)
			judge_member(ev, &now, first + 8 * j);
	}
}

static void changed(const struct event *ev)
{
	const struct fmt *f = oracle_world.fmt;
	u32 slot = ev->off & ~7u, n;
	const struct frame_state *s;

	if (ev->off < FRAMES_OFF)
		return;
	s = frame_state(off_frame(slot));
	if (!s->level || s->linked_until != ~0u || !f->cont_lg2[s->level])
		return;
	n = 1u << f->cont_lg2[s->level];
	judge_group(ev, slot & ~(8 * n - 1), n);
}

const struct oracle oracle_groups_agree = {
	.name = "groups-agree",
	.summary = "the members of a contiguous group say the same",
	.concerns = concerns,
	.on = {
		{ EV_STORE, changed },
		{ EV_COMMIT, changed },
		{ EV_RMW, changed },
		{ EV_WALK_AD, changed },
	},
};
