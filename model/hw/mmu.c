/* SPDX-License-Identifier: MIT */
/*
 * mmu - an agent's page walker and its accessed/dirty updates
 *
 * One user access is one instruction. Its steps:
 *
 *	fetch	read one descriptor, both halves at once (R-T32-4); or use an
 *		older one that may still be cached (R-TLB-4, DEV_CACHED), or
 *		another one of a contiguous group (R-CONT-2, DEV_MEMBER)
 *	update	set accessed, or dirty for a store: one atomic RMW that does
 *		nothing if the descriptor changed since (R-AD-1, R-AD-3)
 *	access	the load or store, together with the last update (R-AD-4)
 *
 * Interrupts and invalidations are taken between instructions: one that
 * arrives in the middle restarts the walk.
 *
 * Which versions of a descriptor may be used, and what the access is ordered
 * after then, is entry.c's business.
 *
 * Not modelled: instruction fetch; supervisor and no-execute rights.
 */
#include "entry.h"

#include "../sim/log.h"

static u32 cached_max(void)
{
	return sim.explore ? ENTRIES_MAX : CACHED_MAX;
}

static void note_walk(struct agent *a, const struct walk *w,
		      const struct entry *e)
{
	struct event *ev = event_new(EV_WALK, a);

	ev->val = e->val;
	ev->old = w->va;
	ev->off = e->slot;
	ev->ver = mem_version(e->slot & ~7u);
	ev->size = (u8)w->level;
	ev->flags = EVF_HW | (e->newest ? 0 : EVF_STALE);
	ev->pc = 0;
	event_done(ev);
}

/*
 * R-CONT-2: which member of a contiguous group the entry comes from, even if
 * this one is not contiguous (R-CONT-3). Not asked where none is.
 */
static u32 member_slot(const struct walk *w, u32 own)
{
	const struct fmt *f = hw.fmt;
	u32 n = 1u << f->cont_lg2[w->level], first = own & ~(8 * n - 1), pick;
	bool any = false;

	if (n == 1 || !rule(R_CONT_2))
		return own;
	if (!rule(R_CONT_3) && !f->cont(mem_peek(own, 8), w->level))
		return own;
	for (u32 i = 0; i < n; i++)
		any |= f->cont(mem_peek(first + 8 * i, 8), w->level) ||
		       mem_version(first + 8 * i);
	if (!any)
		return own;
	pick = choose(DEV_MEMBER, n);
	return first + (own - first + 8 * pick) % (8 * n);
}

/*
 * Take the entry that this walk uses at its level, as one step. Look at
 * a->restart afterwards.
 */
static void fetch(struct agent *a, struct walk *w, u32 own, struct entry *e)
{
	struct entry list[ENTRIES_MAX + MIXES_MAX];
	u32 n, slot;

	if (!sim.explore)
		sim_point(a, own, false);
	if (a->restart)
		return;
	/* R-X86-1: own stores to the slots of the walk are visible to it. */
	if (!sim.stale && a->is_cpu && rule(R_X86_1))
		mem_drain(a);
	slot = w->newest ? own : member_slot(w, own);
	n = entry_list(w, slot, slot != own, list, w->newest ? 1 : cached_max());
	if (!n && slot != own)
		n = entry_list(w, own, false, list, cached_max());
	if (!n && w->past && !sim.explore) {
		a->restart = 1;		/* nothing of it is cached */
		return;
	}
	if (!n) {
		sim.blocked = true;
		return;
	}
	n = entry_mixes(w, list, n);
	*e = list[choose(DEV_CACHED, n)];
	if (e->drain && !sim.explore) {
		/* R-WALK-4: a fault waits for the agent's own stores. */
		mem_drain(a);
		a->restart = 1;
		return;
	}
	note_walk(a, w, e);
}

/* --- accessed and dirty --------------------------------------------------- */

/* R-AD-6: on a weak machine the update may become visible late. */
static void write_update(struct agent *a, u32 slot, u64 val, u64 va)
{
	if (!sim.stale) {
		mem_commit(slot, val, 8);
		return;
	}
	if (sim.explore && rule(R_AD_6)) {
		mem_buffer_hw(a, slot, val, va, 0);
		return;
	}
	if (!sim.explore) {
		u32 delay;

		sim_substep(a);
		delay = mem_rmw_delay();
		if (delay && rule(R_AD_6)) {
			mem_buffer_hw(a, slot, val, va, delay);
			return;
		}
	}
	mem_commit(slot, val, 8);
	a->v.hw = sim.now;
}

struct target { u32 slot; bool write; };

/*
 * R-AD-6: of two updates of one slot the first comes first. An atomic of the
 * agent's own that has read the slot and not written it yet is no obstacle:
 * Arm's model allows the update to fall in between (coRmwWExpNExp).
 */
static bool own_update(const struct sb_entry *e, const void *arg)
{
	const struct target *t = arg;

	return e->hw && e->off == t->slot && t->write;
}

/* Atomic update of the newest version; false: it is not the same any more. */
static bool update(struct agent *a, u32 slot, u32 level, u64 seen, bool write,
		   u64 va)
{
	const struct fmt *f = hw.fmt;
	struct target t = { slot, write };
	u64 now, val;
	struct event *ev;

	mem_force_rmw(a, slot, 8);		/* R-CM-3 */
	if (a->nr_sb) {
		mem_make_room(a);
		mem_drain_some(a, own_update, &t);
	}
	now = mem_peek(slot, 8);
	if (!fmt_same(f, now, seen) && rule(R_AD_3))
		return false;
	if (!rule(R_AD_3))
		now = seen;
	val = write ? f->mk_dirty(now) : f->mk_young(now);
	if (write && !rule(R_AD_5))
		val = (val & ~f->mk_young(0)) | (now & f->mk_young(0));
	if (val == now)
		return true;
	ev = event_new(EV_WALK_AD, a);
	ev->val = val;
	ev->old = now;
	ev->off = slot;
	ev->ver = 0;
	ev->size = (u8)level;
	ev->flags = EVF_HW;
	ev->pc = 0;
	write_update(a, slot, val, va);
	event_done(ev);
	return true;
}

/* --- the walk ------------------------------------------------------------ */

/* R-CONT-1: the page of the address, whichever member of a group it is from. */
static u32 page_data(u64 entry, u32 level, u64 va)
{
	u64 pfn = rule(R_CONT_1) ? fmt_page_pfn(hw.fmt, entry, level, va) :
				   hw.fmt->pfn(entry);

	return frame_off(pfn_frame(pfn) % NR_FRAMES);
}

/* The leaf has been found: its update, and what the access needs to know. */
static void end_walk(struct agent *a, struct walk *w, const struct entry *e,
		     struct mmu_use *u)
{
	bool dirties = w->write && !e->fault;
	/* R-AD-8: the member that was read, and no other. */
	u32 slot = rule(R_AD_8) ? e->slot : u->slot;

	if (e->update && !update(a, slot, w->level, e->val, dirties, w->va)) {
		u->restart = true;
		return;
	}
	u->slot = e->slot;
	u->fault = e->fault;
	u->view = e->view;
	u->off = page_data(e->val, w->level, w->va);
	a->limit = e->limit;
	a->tva = w->va;
	a->tslot = e->slot;
	a->tver = e->start;
}

/* R-TLB-8: other tables with the same tag, of which entries may be cached. */
static void choose_root(struct agent *a, struct walk *w)
{
	u32 roots[CACHED_MAX], n = ctx_other_roots(a, roots, CACHED_MAX), pick;

	w->root = ctx_root(a);
	if (!n || w->newest)
		return;
	if (!sim.explore)
		sim_substep(a);
	pick = choose(DEV_CACHED, 1 + n);
	if (pick) {
		w->root = roots[pick - 1];
		w->past = true;
	}
}

void mmu_translate(struct agent *a, struct mmu_use *u)
{
	const struct fmt *f = hw.fmt;
	struct walk w = { .a = a, .va = u->va, .write = u->write,
			  .newest = u->newest, .level = f->levels };
	struct entry e;
	u32 table;

	u->restart = false;
	u->fault = MMU_F_NONE;
	walk_begin(&w, u->view);
	choose_root(a, &w);
	table = w.root;
	for (;; w.level--) {
		bool leaf;

		u->slot = fmt_slot(f, table, w.va, w.level);
		fetch(a, &w, u->slot, &e);
		if (a->restart || sim.blocked) {
			u->restart = a->restart;
			a->restart = 0;
			return;
		}
		leaf = f->leaf(e.val, w.level);
		if (e.fault == MMU_F_TRANSLATION ||
		    e.fault == MMU_F_CONFLICT || leaf || w.level == 1) {
			end_walk(a, &w, &e, u);
			return;
		}
		if (e.update && !update(a, e.slot, w.level, e.val, false, w.va)) {
			u->restart = true;
			return;
		}
		walk_down(&w, &e);
		table = frame_off(pfn_frame(f->pfn(e.val)) % NR_FRAMES);
	}
}

void mmu_used(struct agent *a, const struct mmu_use *u)
{
	tlb_use(a, u->slot, u->view);
}

void mmu_forget(struct agent *a)
{
	a->limit = ~0u;
	a->tslot = 0;
}

static void access(struct agent *a, const struct mmu_use *u, u64 *val)
{
	u32 size = hw.fmt->word;

	/* The update has asked for a delay of its own: a place for this one. */
	if (sim.stale && !sim.explore)
		sim_substep(a);
	a->exact = 1;
	a->addr_view = u->view;
	a->data_view = a->v.rd;
	if (u->write)
		mem_store(a, u->off, *val, size, EVF_HW, 0);
	else
		*val = mem_load(a, u->off, size, EVF_HW, 0);
	a->exact = 0;
	event_note(EV_ACCESS, a, u->off, u->va, 0, size,
		   EVF_HW | (u->write ? EVF_WRITE : 0), 0);
}

/* Can other CPUs still change what this one faults on? */
static bool others_run(const struct agent *a)
{
	return sim.runnable & ~(1u << a->id) & ((1u << sim.nr_cpus) - 1);
}

/*
 * R-F-ISB: entering and leaving an exception are context synchronizations. So
 * walks after the handler has seen a valid entry do not fault on an older one,
 * also without FEAT_ETS2.
 */
static void exception(struct agent *a, bool enter)
{
	struct views *v = &a->v;

	if (enter || a->in_exception)
		v->cse = max_u32(v->cse, max_u32(v->dsb, v->rd));
	a->in_exception = enter;
}

enum mmu_result mmu_access(u64 va, bool write, u64 *val)
{
	struct agent *a = sim.cur;
	struct mmu_use u = { .va = va, .write = write };
	u32 page = hw.fmt->page_lg2;

	exception(a, false);
	do {
		a->in_insn = 1;
		a->restart = 0;
		u.view = 0;
		mmu_translate(a, &u);
		a->in_insn = 0;
	} while (u.restart);
	if (!u.fault) {
		access(a, &u, val);
		mmu_forget(a);
		return MMU_OK;
	}
	mmu_forget(a);
	/* R-WALK-8: one retry sees memory. Arm promises that only for what is
	 * never cached; its kernels flush or retry. */
	if (hw.fmt->ad == AD_ALWAYS && rule(R_WALK_8))
		tlb_invalidate(a, va >> page << page, va + 1);
	exception(a, true);
	event_note(EV_PGFAULT, a, u.slot, va, others_run(a), 0,
		   EVF_HW | (write ? EVF_WRITE : 0), 0);
	return MMU_FAULT;
}

/*
 * Speculation (R-WALK-7, R-AD-2): any CPU may walk for any address at any time
 * and set accessed bits on the way. It shows in nothing else: what such a walk
 * may leave in a TLB is counted as cached anyway (R-TLB-2).
 */
static u32 walks_enabled(void)
{
	return rule(R_WALK_7) ? sim.nr_cpus * hw.nr_va : 0;
}

static void speculative_walk(struct agent *running, u32 n)
{
	struct agent *a = &sim.agent[n % sim.nr_cpus];
	const struct fmt *f = hw.fmt;
	u64 va = hw.va[n / sim.nr_cpus];
	u32 table = ctx_root(a);

	(void)running;
	if (!hw_sets_young(a) || !rule(R_AD_2))
		return;
	for (u32 level = f->levels; level; level--) {
		u32 slot = fmt_slot(f, table, va, level);
		u64 e = mem_peek(slot, 8);
		/* R-AD-4: dirty is never set by speculation. */
		u64 young = rule(R_AD_4) ? f->mk_young(e) : f->mk_dirty(e);
		bool leaf = f->leaf(e, level);

		if (!f->valid(e, level))
			return;
		if ((leaf || entry_table_ages(a)) && young != e) {
			mem_force_rmw(NULL, slot, 8);
			if (sim.blocked || mem_peek(slot, 8) != e)
				return;
			event_note(EV_WALK_AD, a, slot, young, e, level, EVF_HW,
				   0);
			mem_commit(slot, young, 8);
		}
		if (leaf)
			return;
		table = frame_off(pfn_frame(f->pfn(e)) % NR_FRAMES);
	}
}

void hw_begin(void)
{
	ctx_begin();
	clean_begin();
	tlb_begin();
	tlbi_begin();
	switch_begin();
	flush_begin();
	sim_hw_enabled = hw.speculates ? walks_enabled : NULL;
	sim_hw_step = speculative_walk;
	mem_dsb = tlbi_sync;
}
