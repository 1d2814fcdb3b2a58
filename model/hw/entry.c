/* SPDX-License-Identifier: MIT */
/*
 * entry - versions of a descriptor that a walk may use: R-WALK-1 to R-WALK-6,
 * R-TLB-1 to R-TLB-6, R-INV-5, R-INV-6, R-AD-7, R-AD-11
 *
 * Either the newest committed one, or an older one that the agent's TLB may
 * still hold; a fault is never cached, so an older entry that faults must be
 * one that a load could still return (R-WALK-3).
 *
 * Where R-INV-6 is exact, an old version may be used even after its
 * invalidation has arrived, by an access that could have been executed before:
 * all that it is ordered after, and the data it returns, must be older than
 * the invalidation. That is the entry's limit.
 */
#include "entry.h"

void walk_begin(struct walk *w, u32 addr_view)
{
	const struct views *v = &w->a->v;

	w->view = max_u32(v->cse, addr_view);
	if (hw.ets >= 2)
		w->view = max_u32(w->view, v->dsb);
	w->since = w->seen = 0;
}

void walk_down(struct walk *w, const struct entry *e)
{
	u32 since = tlb_led_since(e->slot, w->level, e->val, e->start);

	/* R-WALK-6: a lower descriptor is read after the one that led to it. */
	if (!rule(R_WALK_6))
		return;
	/* Below a cached entry memory may be read again (R-TLB-4). */
	w->past = false;
	w->since = max_u32(w->since, since);
	w->seen = max_u32(w->seen, e->start);
}

bool entry_table_ages(void)
{
	return hw.fmt->young_tables || (hw.fmt->table_af_option && hw.haft);
}

static enum mmu_fault judge(const struct walk *w, u64 e, bool leaf)
{
	const struct fmt *f = hw.fmt;

	if (!f->valid(e, w->level) || (!leaf && w->level == 1))
		return MMU_F_TRANSLATION;
	if (!leaf)
		return MMU_F_NONE;
	if (f->ad == AD_OPTION && !f->young(e) && !hw_sets_young(w->a))
		return MMU_F_ACCESS;
	if (w->write && !f->can_store(e) &&
	    !(f->can_dirty(e) && hw_sets_dirty(w->a)))
		return MMU_F_PERMISSION;
	return MMU_F_NONE;
}

static bool wants_update(const struct walk *w, const struct entry *e, bool leaf)
{
	const struct fmt *f = hw.fmt;

	if (e->fault == MMU_F_TRANSLATION || e->fault == MMU_F_ACCESS)
		return false;
	if (!leaf)
		return entry_table_ages() && f->mk_young(e->val) != e->val;
	/* x86 sets nothing on the way to a fault (SDM 4.8). */
	if (e->fault)
		return f->ad == AD_OPTION && hw_sets_young(w->a) &&
		       f->mk_young(e->val) != e->val;
	return (hw_sets_young(w->a) && f->mk_young(e->val) != e->val) ||
	       (w->write && !f->can_store(e->val));
}

static bool cacheable(u64 e, u32 level, bool leaf)
{
	const struct fmt *f = hw.fmt;

	if (!rule(R_TLB_3))
		return f->valid(e, level);
	if (f->cache_invalid && !hw.svvptc)
		return true;		/* R-RV-1 */
	/* R-AD-11 */
	if (!leaf && f->table_af_option && hw.haft && !f->young(e) &&
	    rule(R_AD_11))
		return false;
	return f->cacheable(e, level);
}

static bool stores_wait(const struct agent *a)
{
	for (u32 i = 0; i < a->nr_sb; i++)
		if (!a->sb[i].hw)
			return true;
	return false;
}

/* Does a store wait that a write barrier puts before what comes now? */
static bool barrier_waits(const struct agent *a)
{
	for (u32 i = 0; i < a->nr_sb; i++)
		if (!a->sb[i].hw && a->sb[i].wep < a->v.wep)
			return true;
	return false;
}

/* What a fault on a store is ordered after, besides its translation. */
static u32 fault_floor(const struct walk *w, u32 view)
{
	const struct views *v = &w->a->v;

	view = max_u32(view, v->fl);
	return w->write ? max_u32(view, v->st) : view;
}

/*
 * The agent's stores must be visible first. Exploring: not now. Else @e says
 * so, and the walk starts over once they are.
 */
static bool wait_for_stores(struct entry *e)
{
	e->drain = true;
	return !sim.explore;
}

/* R-WALK-3, R-WALK-4: a fault that no TLB holds, read from memory. */
static bool may_fault(const struct walk *w, struct entry *e, u32 inv,
		      bool remote)
{
	const struct agent *a = w->a;
	u32 floor = w->view;

	if (w->past)
		return false;
	if (!sim.stale)
		return e->newest;
	if (!rule(R_WALK_3))
		floor = 0;
	if (hw.ets >= 2 && rule(R_WALK_4)) {
		if (stores_wait(a))
			return wait_for_stores(e);
		floor = max_u32(floor, mem_seen(a));
	}
	if (inv && (!hw.exact_inv || w->view >= inv))
		return false;
	if (w->write && barrier_waits(a))
		return wait_for_stores(e);
	/* R-INV-4b: a fault is a use of what it was read from. */
	if (inv && remote && rule(R_INV_4B) &&
	    fault_floor(w, max_u32(w->view, e->start)) >= inv)
		return false;
	return e->end > max_u32(floor, w->seen);
}

/* R-WALK-5: FEAT_ETS3 does for permission faults what ETS2 does for others. */
static bool may_deny(const struct walk *w, struct entry *e, u32 inv,
		     bool remote)
{
	const struct agent *a = w->a;
	u32 floor = e->view;

	if (!sim.stale)
		return true;
	if (hw.ets >= 3 && rule(R_WALK_5)) {
		if (stores_wait(a))
			return wait_for_stores(e);
		floor = max_u32(floor, mem_seen(a));
		if (inv && e->end <= floor && inv <= floor)
			return false;
	}
	if (barrier_waits(a))
		return wait_for_stores(e);
	return !(inv && remote && rule(R_INV_4B) &&
		 fault_floor(w, floor) >= inv);
}

/* R-TLB-1: may the agent's TLB hold it, and the access use it? */
static bool may_hold(const struct walk *w, struct entry *e, bool leaf,
		     u32 until, u32 inv, bool remote)
{
	e->view = max_u32(w->view, max_u32(e->start, w->seen));
	e->limit = ~0u;
	if (e->newest && !w->past)
		return true;
	if (!until || !cacheable(e->val, w->level, leaf) || !rule(R_TLB_1))
		return false;
	if (!inv)
		return true;
	/* R-INV-6s, or one's own invalidation is complete (R-INV-5). */
	if (!hw.exact_inv)
		return !rule(R_INV_6S);
	if (w->view >= inv && rule(R_INV_5))
		return false;
	if (!remote)
		return true;
	if (tlb_used(w->a, e->slot) >= inv && rule(R_TLB_6))
		return false;
	if (!rule(R_INV_6))
		return true;
	e->limit = inv;
	return e->view < inv && !(leaf && w->write && !e->fault);
}

static bool may_use(const struct walk *w, struct entry *e)
{
	const struct fmt *f = hw.fmt;
	bool valid = f->valid(e->val, w->level);
	bool leaf = valid && f->leaf(e->val, w->level), remote = false;
	struct tlb_entry t = {
		.va = w->va, .level = w->level, .table = valid && !leaf,
		.global = leaf && f->global(e->val), .asid = ctx_asid(w->a),
	};
	u32 until = ~0u, inv = 0;

	if (!e->newest || w->past) {
		until = ctx_held_until(w->a, w->root, e->start, e->end);
		inv = tlb_dropped(w->a, &t, until, &remote);
	}

	e->fault = judge(w, e->val, leaf);
	e->update = wants_update(w, e, leaf);
	e->drain = false;
	e->view = w->view;
	e->limit = ~0u;
	if ((e->fault == MMU_F_TRANSLATION || e->fault == MMU_F_ACCESS) &&
	    !(f->cache_invalid && !hw.svvptc))
		return may_fault(w, e, inv, remote);
	/* R-AD-3: an update goes to the newest version or not at all. */
	if (e->update && sim.stale && !e->newest)
		return false;
	if (!may_hold(w, e, leaf, until, inv, remote))
		return false;
	return e->fault != MMU_F_PERMISSION || may_deny(w, e, inv, remote);
}

u32 entry_list(const struct walk *w, u32 slot, bool group, struct entry *list,
	       u32 max)
{
	u32 n = 0, ts = 0, end = ~0u;
	struct entry e = { .slot = slot, .newest = true };

	e.val = mem_at(slot, 8, ~0u - 1, &ts, NULL);
	/* Back through the versions; each ended where the next one began. */
	for (;;) {
		e.start = ts;
		e.end = end;
		if ((!group || hw.fmt->cont(e.val, w->level)) && may_use(w, &e))
			list[n++] = e;
		if (n == max || !ts || ts <= w->since)
			return n;
		end = ts;
		e.val = mem_at(slot, 8, ts - 1, &ts, NULL);
		e.newest = false;
	}
}
