/* SPDX-License-Identifier: MIT */
/*
 * entry - versions of a descriptor that a walk may use: R-WALK-1 to R-WALK-6,
 * R-TLB-1 to R-TLB-6, R-TLB-10, R-INV-5, R-INV-6, R-AD-7, R-AD-11
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

	if (!hw.fmt->table_write(e->val, w->level) && rule(R_TLB_10))
		w->read_only = true;
	/* R-WALK-6: a lower descriptor is read after the one that led to it. */
	if (!rule(R_WALK_6))
		return;
	/* Below a cached entry memory may be read again (R-TLB-4). */
	w->past = false;
	w->since = max_u32(w->since, since);
	w->seen = max_u32(w->seen, e->start);
}

/* R-AD-11: on arm64, if it sets those of pages, and has FEAT_HAFT. */
bool entry_table_ages(const struct agent *a)
{
	return hw.fmt->young_tables ||
	       (hw.fmt->table_af_option && hw.haft && hw_sets_young(a) &&
		rule(R_AD_11));
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
	if (w->write && (w->read_only ||
			 (!f->can_store(e) &&
			  !(f->can_dirty(e) && hw_sets_dirty(w->a)))))
		return MMU_F_PERMISSION;
	return MMU_F_NONE;
}

static bool wants_update(const struct walk *w, const struct entry *e, bool leaf)
{
	const struct fmt *f = hw.fmt;
	/* R-AD-7: memory is not looked at for the sake of a cached entry. */
	u64 val = rule(R_AD_7) ? e->val : mem_peek(e->slot, 8);
	bool ages = f->mk_young(val) != val;

	if (e->fault == MMU_F_TRANSLATION || e->fault == MMU_F_ACCESS)
		return false;
	if (!leaf)
		return entry_table_ages(w->a) && ages;
	/* R-AD-10: x86 sets nothing on the way to a fault (SDM 4.8). */
	if (e->fault && f->ad == AD_ALWAYS && rule(R_AD_10))
		return false;
	return (hw_sets_young(w->a) && ages && rule(R_AD_1)) ||
	       (w->write && !e->fault && !f->can_store(val));
}

/* May a TLB hold what is not valid? Not on most machines (R-TLB-3). */
static bool caches_faults(void)
{
	return (hw.fmt->cache_invalid && !hw.svvptc && rule(R_RV_1)) ||
	       !rule(R_TLB_3);
}

static bool cacheable(const struct walk *w, u64 e, bool leaf)
{
	const struct fmt *f = hw.fmt;

	if (caches_faults())
		return true;
	if (!leaf && entry_table_ages(w->a) && !f->young(e))
		return false;
	return f->cacheable(e, w->level);
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
	/* An SMMU reads what is visible, in order (R-SMMU-1). */
	if (!sim.stale || !a->is_cpu)
		return e->memory;
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

	if (!sim.stale || !a->is_cpu)
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
	if (e->memory && !w->past)
		return true;
	if (!until || !cacheable(w, e->val, leaf) || !rule(R_TLB_1))
		return false;
	/* R-TLB-2: it need not have been used before. */
	if (!rule(R_TLB_2) && tlb_used(w->a, e->slot) < e->start)
		return false;
	/* R-TLB-4: of any level, and from there on down in memory. */
	if (!rule(R_TLB_4) && !leaf)
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

/* R-SMMU-8: was it still in a cache that @a does not look into? */
static bool unclean(const struct agent *a, const struct entry *e)
{
	return unlikely(hw.noncoherent >> a->id & 1) && rule(R_SMMU_8) &&
	       e->end > clean_time(e->slot);
}

static bool may_use(const struct walk *w, struct entry *e)
{
	const struct fmt *f = hw.fmt;
	bool valid = f->valid(e->val, w->level);
	bool leaf = valid && f->leaf(e->val, w->level), remote = false;
	struct tlb_entry t = {
		.va = w->va, .level = w->level, .table = valid && !leaf,
		.global = leaf && f->global(e->val), .asid = ctx_asid(w->a),
		.cont = leaf && f->cont(e->val, w->level),
	};
	u32 until = ~0u, inv = 0;

	e->memory = e->newest || unclean(w->a, e);
	/* What nothing led to is in no TLB. */
	if (!e->memory && e->end <= w->since)
		return false;
	if (!e->memory || w->past) {
		until = ctx_held_until(w->a, w->root, t.global, e->start,
				       e->end);
		inv = tlb_dropped(w->a, &t, until, &remote);
	}

	e->fault = judge(w, e->val, leaf);
	e->update = wants_update(w, e, leaf);
	e->drain = false;
	e->view = w->view;
	e->limit = ~0u;
	if ((e->fault == MMU_F_TRANSLATION || e->fault == MMU_F_ACCESS) &&
	    !caches_faults())
		return may_fault(w, e, inv, remote);
	/* R-AD-3: an update goes to the newest version or not at all. */
	if (e->update && sim.stale && !e->newest && rule(R_AD_3))
		return false;
	if (!may_hold(w, e, leaf, until, inv, remote))
		return false;
	return e->fault != MMU_F_PERMISSION || may_deny(w, e, inv, remote);
}

/* Of another slot only what is contiguous counts, and valid (R-CONT-3). */
static bool counts(const struct walk *w, const struct entry *e, bool group)
{
	return !group || (hw.fmt->cont(e->val, w->level) &&
			  (hw.fmt->valid(e->val, w->level) ||
			   !rule(R_CONT_3)));
}

/* Tests of R-WALK-1 only: a walk that looks into the store buffer. */
static u64 own_store(const struct walk *w, u32 slot, u64 val)
{
	bool part;
	const struct sb_entry *e = mem_youngest(w->a, slot, 8, &part);

	return e ? e->val : val;
}

u32 entry_list(const struct walk *w, u32 slot, bool group, struct entry *list,
	       u32 max)
{
	u32 n = 0, ts = 0, end = ~0u;
	struct entry e = { .slot = slot, .newest = true };

	e.val = mem_at(slot, 8, ~0u - 1, &ts, NULL);
	if (!rule(R_WALK_1))
		e.val = own_store(w, slot, e.val);
	/* Back through the versions; each ended where the next one began. */
	for (;;) {
		e.start = ts;
		e.end = end;
		if (counts(w, &e, group) && may_use(w, &e))
			list[n++] = e;
		if (n == max || !ts)
			return n;
		/* R-CONT-5: what was cached from the others counts, too. */
		if (group && !rule(R_CONT_5))
			return n;
		end = ts;
		if (end <= w->since && !unclean(w->a, &(struct entry){
						.slot = slot, .end = end }))
			return n;
		e.val = mem_at(slot, 8, ts - 1, &ts, NULL);
		e.newest = false;
	}
}

/* --- break-before-make ---------------------------------------------------- */

/* R-BBM-2, as far as the entries themselves tell. */
static bool contradict(const struct entry *a, const struct entry *b, u32 level)
{
	const struct fmt *f = hw.fmt;

	if (!f->cacheable(a->val, level) || !f->cacheable(b->val, level) ||
	    a->update || b->update)
		return false;
	if (f->leaf(a->val, level) != f->leaf(b->val, level))
		return true;
	if (!f->leaf(a->val, level))
		return false;
	return f->attrs(a->val) != f->attrs(b->val) ||
	       (f->pfn(a->val) != f->pfn(b->val) &&
		(f->write(a->val) || f->write(b->val)));
}

/* The page of one, all the rest of the other. */
static struct entry amalgam(const struct walk *w, const struct entry *page,
			    const struct entry *rest)
{
	const struct fmt *f = hw.fmt;
	struct entry e = *rest;

	e.val ^= f->mk_leaf(f->pfn(rest->val), w->level, 0) ^
		 f->mk_leaf(f->pfn(page->val), w->level, 0);
	e.newest = false;
	e.view = max_u32(page->view, rest->view);
	e.limit = min_u32(page->limit, rest->limit);
	return e;
}

u32 entry_mixes(const struct walk *w, struct entry *list, u32 n)
{
	const struct entry *old;
	u32 i = 1;

	if (!hw.mixes || !hw.fmt->bbm || !rule(R_BBM_4))
		return n;
	while (i < n && !contradict(&list[0], &list[i], w->level))
		i++;
	if (i >= n)
		return n;
	old = &list[i];
	if (hw.fmt->leaf(old->val, w->level) &&
	    hw.fmt->leaf(list[0].val, w->level)) {
		list[n++] = amalgam(w, old, &list[0]);
		list[n++] = amalgam(w, &list[0], old);
	}
	list[n] = *old;
	list[n++].fault = MMU_F_CONFLICT;
	return n;
}
