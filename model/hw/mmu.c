/* SPDX-License-Identifier: MIT */
/*
 * mmu - a CPU's page walker and its accessed/dirty updates
 *
 * One user access is one instruction. Its steps:
 *
 *	fetch	read one descriptor, both halves at once (R-T32-4); or use an
 *		older one that may still be cached (R-TLB-4, DEV_CACHED)
 *	update	set accessed, or dirty for a store: one atomic RMW that does
 *		nothing if the descriptor changed since (R-AD-1, R-AD-3)
 *	access	the load or store, together with the last update (R-AD-4)
 *
 * Interrupts and invalidations are taken between instructions: one that
 * arrives in the middle restarts the walk.
 *
 * Not modelled: instruction fetch; supervisor and no-execute rights; large
 * page splintering (R-TLB-7); A bits of table entries are set like those of
 * leaves (R-AD-1), never cleared by anybody here.
 */
#include "hw.h"

#include "../sim/log.h"

#define CACHED_MAX	4	/* versions of an entry to choose from */

/*
 * Take the entry of @slot that this walk uses, as one step. @since: time since
 * which the upper levels have led here. Look at a->restart afterwards.
 *
 * Return: it is not the newest one.
 */
static bool fetch(struct agent *a, u64 va, u32 level, u32 slot, u32 since,
		  struct tlb_use *use)
{
	struct event *ev;
	u32 n = 1, pick;

	sim_point(a, slot, false);
	if (a->restart)
		return false;
	/* R-X86-1: own stores to the slots of the walk are visible to it. */
	mem_drain(a);
	while (n < CACHED_MAX &&
	       tlb_may_hold(a, va, level, slot, since, n, use))
		n++;
	pick = choose(DEV_CACHED, n);
	if (pick)
		tlb_may_hold(a, va, level, slot, since, pick, use);
	else
		use->val = mem_at(slot, 8, ~0u - 1, &use->start, NULL);
	ev = event_new(EV_WALK, a);
	ev->val = use->val;
	ev->old = va;
	ev->off = slot;
	ev->ver = mem_version(slot & ~7u);
	ev->size = (u8)level;
	ev->flags = EVF_HW | (pick ? EVF_STALE : 0);
	ev->pc = 0;
	event_done(ev);
	return pick;
}

/* Atomic update of the newest version; false: it is not the same any more. */
static bool update(struct agent *a, u32 slot, u32 level, u64 seen, bool write)
{
	const struct fmt *f = hw.fmt;
	u64 now = mem_peek(slot, 8), val;
	struct event *ev;

	if (!fmt_same(f, now, seen))
		return false;
	val = write ? f->mk_dirty(now) : f->mk_young(now);
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
	mem_commit(slot, val, 8);
	event_done(ev);
	return true;
}

static u32 page_data(const struct fmt *f, u64 entry, u32 level, u64 va)
{
	return frame_off((pfn_frame(f->pfn(entry)) +
			  fmt_page_index(f, va, level)) % NR_FRAMES);
}

static void access(struct agent *a, u32 off, u64 va, bool write, u64 *val)
{
	u32 size = hw.fmt->word;

	if (write)
		mem_store(a, off, *val, size, EVF_HW, 0);
	else
		*val = mem_load(a, off, size, EVF_HW, 0);
	event_note(EV_ACCESS, a, off, va, 0, size,
		   EVF_HW | (write ? EVF_WRITE : 0), 0);
}

/* RESTART: the world changed under the walk. */
enum walk_result { WALK_OK, WALK_FAULT, WALK_RESTART };

static enum walk_result walk(struct agent *a, u64 va, bool write, u64 *val,
			     u32 *slot)
{
	const struct fmt *f = hw.fmt;
	u32 table = hw.root, since = 0;

	for (u32 level = f->levels; level; level--) {
		struct tlb_use use;
		bool leaf, cached;
		u64 e;

		*slot = fmt_slot(f, table, va, level);
		cached = fetch(a, va, level, *slot, since, &use);
		if (a->restart)
			return WALK_RESTART;
		e = use.val;
		leaf = f->leaf(e, level);
		if (!f->valid(e, level) || (leaf && write && !f->write(e)))
			return WALK_FAULT;
		/* A dirty cached entry lets the CPU write without a look at
		 * memory (R-AD-7); a clean one does not. */
		if (!(cached && (!leaf || !write || f->dirty(e))) &&
		    !update(a, *slot, level, e, leaf && write))
			return WALK_RESTART;
		if (leaf) {
			access(a, page_data(f, e, level, va), va, write, val);
			return WALK_OK;
		}
		since = max_u32(since, tlb_led_since(*slot, level, &use));
		table = frame_off(pfn_frame(f->pfn(e)) % NR_FRAMES);
	}
	return WALK_FAULT;
}

/* Can other CPUs still change what this one faults on? */
static bool others_run(const struct agent *a)
{
	return sim.runnable & ~(1u << a->id) & ((1u << sim.nr_cpus) - 1);
}

enum mmu_result mmu_access(u64 va, bool write, u64 *val)
{
	struct agent *a = sim.cur;
	enum walk_result r;
	u32 slot = 0;

	do {
		a->in_insn = 1;
		a->restart = 0;
		r = walk(a, va, write, val, &slot);
		a->in_insn = 0;
	} while (r == WALK_RESTART);
	if (r == WALK_OK)
		return MMU_OK;
	/* R-WALK-8: one retry sees memory. */
	tlb_invalidate(a, va >> hw.fmt->page_lg2 << hw.fmt->page_lg2, va + 1);
	event_note(EV_PGFAULT, a, slot, va, others_run(a), 0,
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
	return sim.nr_cpus * hw.nr_va;
}

static void speculative_walk(struct agent *running, u32 n)
{
	struct agent *a = &sim.agent[n % sim.nr_cpus];
	const struct fmt *f = hw.fmt;
	u64 va = hw.va[n / sim.nr_cpus];
	u32 table = hw.root;

	(void)running;
	for (u32 level = f->levels; level; level--) {
		u32 slot = fmt_slot(f, table, va, level);
		u64 e = mem_peek(slot, 8);

		if (!f->valid(e, level))
			return;
		update(a, slot, level, e, false);
		if (f->leaf(e, level))
			return;
		table = frame_off(pfn_frame(f->pfn(e)) % NR_FRAMES);
	}
}

void hw_begin(void)
{
	tlb_begin();
	sim_hw_enabled = hw.speculates ? walks_enabled : NULL;
	sim_hw_step = speculative_walk;
}
