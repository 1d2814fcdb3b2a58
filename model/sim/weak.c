/* SPDX-License-Identifier: MIT */
/*
 * weak - loads, atomics and fences of a weak machine: R-LD-1 to R-LD-6,
 * R-RMW-1 to R-RMW-5, R-F-*, R-DEP-2, R-DEP-3, R-LK-2
 *
 * A load may return any version of its cell that nothing it is ordered after
 * has superseded. What it is ordered after is a number, a time of sim.now: the
 * agent's floor (raised by fences and acquires), the newest version of the cell
 * that it knows, and the view with which it got the address.
 *
 * Multi-copy atomic: a store that anybody else sees, everybody may see. A load
 * never passes a later store (R-NM-1), so data and control dependencies to
 * stores need nothing.
 *
 * Litmus tests know the views of their registers (agent.exact). Kernel code
 * does not: for it, a value that leads to memory (mem_refers) leaves a view
 * with that memory. That orders a little more than hardware does.
 */
#include "weak.h"

#include "log.h"

#define STALE_MAX	8	/* versions to choose from; exploring: all */

u32 (*mem_refers)(u32 off, u64 val, struct span span[4]);

/* --- address dependencies ------------------------------------------------ */

static u32 dep_view(const struct agent *a, u32 off)
{
	u32 view = 0;

	for (u32 i = 0; i < a->nr_dep; i++)
		if (a->dep[i].start <= off && off < a->dep[i].end)
			view = max_u32(view, a->dep[i].view);
	return view;
}

static void note_dep(struct agent *a, const struct span *s, u32 view)
{
	struct dep *d;

	for (u32 i = 0; i < a->nr_dep; i++) {
		d = &a->dep[i];
		if (d->start == s->start && d->end == s->end) {
			d->view = max_u32(d->view, view);
			return;
		}
	}
	if (a->nr_dep < DEPS_MAX) {
		d = &a->dep[a->nr_dep++];
	} else {
		d = &a->dep[a->next_dep++ % DEPS_MAX];
		mem_see(a, d->view);		/* R-DEP-3: stronger */
	}
	*d = (struct dep){ s->start, s->end, view };
}

static void note_deps(struct agent *a, u32 off, u64 val, u32 view)
{
	struct span span[4];
	u32 n = mem_refers ? mem_refers(off, val, span) : 0;

	while (n--)
		note_dep(a, &span[n], view);
}

/* --- loads --------------------------------------------------------------- */

static u64 part_of(const struct version *v, u32 off, u32 size)
{
	return mem_cut(v->val >> (8 * (off - v->cell)), size);
}

static bool is_release(const struct sb_entry *e, const void *arg)
{
	(void)arg;
	return e->rel;
}

/* What a load of @off must not be older than. */
static u32 floor_of(struct agent *a, u32 off, u32 flags)
{
	u32 view = a->exact ? a->addr_view :
		   a->nr_dep ? dep_view(a, off) : 0;

	view = max_u32(view, a->v.fl);
	if (unlikely(flags & MEM_RCSC)) {
		mem_drain_some(a, is_release, NULL);	/* R-LD-6 */
		view = max_u32(view, a->v.rel);
	}
	return view;
}

/* R-LD-2: version of the cell that the load returns; 0: none in this run. */
static u32 pick_version(struct agent *a, u32 cell, u32 floor, u32 flags)
{
	u32 newest = mem_version(cell), n = 1, v, k;

	if (!newest || flags & MEM_NEWEST)
		return newest;
	floor = max_u32(floor, *mem_coh(cell, a));
	for (v = newest; versions[v].ts > floor && versions[v].prev;
	     v = versions[v].prev)
		n++;
	if (likely(n == 1))
		return newest;
	if (!sim.explore)
		n = min_u32(n, STALE_MAX);
	for (k = choose(DEV_STALE, n), v = newest; k; k--)
		v = versions[v].prev;
	return v;
}

static void loaded(struct agent *a, u32 off, u64 val, u32 view, u32 flags)
{
	a->got = view;
	/* R-INV-6: what is ordered after the invalidation is not early. */
	if (unlikely(view >= a->limit))
		sim.blocked = true;
	if (a->v.rd < view && !(flags & MEM_NORET))
		a->v.rd = view;
	if (flags & MEM_ACQ)
		mem_see(a, view);
	if (!a->exact && view > a->v.fl)
		note_deps(a, off, val, view);
}

static u64 load_event(struct agent *a, u32 off, u64 val, u32 ver, u32 size,
		      u32 flags, u64 pc)
{
	struct event *ev = event_new(EV_LOAD, a);

	ev->val = val;
	ev->old = 0;
	ev->off = off;
	ev->ver = ver;
	ev->size = (u8)size;
	ev->flags = (u8)(flags | (flags & MEM_ACQ ? EVF_ORDER : 0));
	ev->pc = pc;
	event_done_mem(ev);
	return val;
}

/* R-LD-1. Return: false when no own store is waiting. */
static bool forward(struct agent *a, u32 off, u32 size, u32 flags, u64 *val,
		    u32 floor)
{
	bool part;
	struct sb_entry *e = mem_youngest(a, off, size, &part);

	if (!e)
		return false;
	if (part || (e->rmw && flags & MEM_ACQ)) {
		mem_drain(a);
		return false;
	}
	*val = mem_forwarded(e, off, size);
	loaded(a, off, *val, max_u32(floor, e->fwd), flags);
	return true;
}

/* Newest version of all cells of an access, and what it is ordered after. */
static u32 newest_view(const struct agent *a, u32 off, u32 size, u32 floor)
{
	u32 bytes = 1u << sim.cell_lg2;

	for (u32 c = mem_cell(off); c < off + size; c += bytes) {
		u32 ts = mem_newest_ts(c), *coh = mem_coh(c, a);

		floor = max_u32(floor, ts);
		*coh = max_u32(*coh, ts);
	}
	return floor;
}

/* R-T32-3: a locked read of both halves, by a compare-and-exchange that fails. */
static u64 load_cells(struct agent *a, u32 off, u32 size, u32 flags, u64 pc)
{
	u64 val = mem_peek(off, size);

	loaded(a, off, val, newest_view(a, off, size, a->v.fl), flags);
	return load_event(a, off, val, mem_version(off), size, flags, pc);
}

u64 mem_load_weak(struct agent *a, u32 off, u32 size, u32 flags, u64 pc)
{
	u32 cell = mem_cell(off), floor = floor_of(a, off, flags), v;
	u64 val;

	if (unlikely(size > 1u << sim.cell_lg2))
		return load_cells(a, off, size, flags, pc);
	if (unlikely(a->nr_sb) && forward(a, off, size, flags, &val, floor))
		return load_event(a, off, val, mem_version(cell), size,
				  flags | EVF_FORWARD, pc);
	v = pick_version(a, cell, floor, flags);
	if (v) {
		u32 *coh = mem_coh(cell, a);

		val = part_of(&versions[v], off, size);
		*coh = max_u32(*coh, versions[v].ts);
		if (v != mem_version(cell))
			flags |= EVF_STALE;
	} else {
		val = mem_peek(off, size);
	}
	loaded(a, off, val, max_u32(floor, versions[v].ts), flags);
	return load_event(a, off, val, v, size, flags, pc);
}

/* --- atomics ------------------------------------------------------------- */

struct bytes { u32 off, size; };

static bool on_cell(const struct sb_entry *e, const void *arg)
{
	const struct bytes *b = arg;

	return mem_cell(e->off) <= b->off + b->size - 1 &&
	       mem_cell(b->off) <= e->off + e->size - 1u;
}

/* Nobody's store to the cell waits behind what the atomic reads. */
static void own_cell(struct agent *a, u32 off, u32 size)
{
	struct bytes b = { off, size };

	if (a->nr_sb)
		mem_drain_some(a, on_cell, &b);
	mem_force_rmw(a, off, size);
}

struct write { u16 wep; bool rel; };

static bool precedes_write(const struct sb_entry *e, const void *arg)
{
	const struct write *w = arg;

	return !e->hw && (w->rel || e->wep < w->wep);
}

/*
 * While another atomic waits, this one's write does not (mem_rmw_delay()). So
 * what comes before the write is made visible before the read: it may force the
 * other atomic, and with it a store to the very cell that is about to be read.
 */
static void push_ahead(struct agent *a, u32 flags)
{
	struct write w = { a->v.wep, flags & MEM_REL };

	if (!a->nr_sb || sim.explore)
		return;
	mem_make_room(a);
	if (sim.nr_rmw)
		mem_drain_some(a, precedes_write, &w);
}

void mem_rmw_prepare(struct agent *a, u32 off, u32 size, u32 flags)
{
	push_ahead(a, flags);
	own_cell(a, off, size);
	/* R-RMW-4: CASAL and its like follow all that is earlier. */
	if (flags & MEM_FULL || (flags & MEM_ACQ && flags & MEM_REL))
		mem_drain_stepwise(a);
	/* Others may have run meanwhile. */
	own_cell(a, off, size);
}

u32 mem_rmw_delay(void)
{
	return sim.nr_rmw ? 0 : choose(DEV_DELAY, DELAY_MAX);
}

void mem_rmw_weak(struct agent *a, u32 off, u64 val, u32 size, u32 flags)
{
	bool at_once = flags & MEM_FULL || (flags & MEM_ACQ && flags & MEM_REL);
	u32 view = newest_view(a, off, size, floor_of(a, off, flags));
	u32 fwd = a->exact ? max_u32(view, a->data_view) : a->v.rd;

	if (flags & MEM_NORET)
		flags &= ~(u32)MEM_ACQ;
	loaded(a, off, mem_peek(off, size), view, flags);
	if (at_once) {
		mem_commit_own(a, off, val, size);
		if (flags & MEM_REL)
			a->v.rel = sim.now;
		mem_see(a, flags & MEM_FULL ? mem_seen(a) : a->v.wr);
		return;
	}
	mem_buffer_rmw(a, off, val, size, mem_rmw_delay(), fwd, flags);
}

bool mem_cmpxchg_fails(struct agent *a, u32 off, u64 want, u32 size, u32 flags,
		       u64 pc, u64 *found)
{
	u32 cell = mem_cell(off), newest, floor, n = 0, k, v;

	own_cell(a, off, size);
	newest = mem_version(cell);
	floor = max_u32(floor_of(a, off, flags), *mem_coh(cell, a));
	if (!newest || size > 1u << sim.cell_lg2)
		return false;
	/* Older versions that are not the expected value. */
	for (v = newest; versions[v].ts > floor && versions[v].prev;) {
		v = versions[v].prev;
		n += part_of(&versions[v], off, size) != want;
	}
	if (!sim.explore)
		n = min_u32(n, STALE_MAX);
	k = choose(DEV_STALE, 1 + n);
	if (!k)
		return false;
	for (v = newest; k; k -= part_of(&versions[v], off, size) != want)
		v = versions[v].prev;
	*found = part_of(&versions[v], off, size);
	*mem_coh(cell, a) = max_u32(*mem_coh(cell, a), versions[v].ts);
	loaded(a, off, *found, max_u32(floor, versions[v].ts),
	       mem_failed_order(flags));
	load_event(a, off, *found, v, size,
		   (flags & 0xff) | EVF_FAILED | EVF_STALE, pc);
	return true;
}

/* --- fences -------------------------------------------------------------- */

static bool is_hw(const struct sb_entry *e, const void *arg)
{
	(void)arg;
	return e->hw;
}

static void order(struct agent *a, enum fence fence)
{
	struct views *v = &a->v;

	switch (fence) {
	case FENCE_MB:
		mem_see(a, mem_seen(a));
		break;
	case FENCE_RMB:
		mem_see(a, v->rd);
		break;
	case FENCE_WMB:
		v->wep++;
		v->st = max_u32(v->st, v->wr);
		break;
	case FENCE_ISB:
		/* Kernel code: what a branch depended on is not known. */
		v->cse = max_u32(v->cse, max_u32(v->dsb, a->exact ? v->cap :
								    v->rd));
		mem_see(a, v->cse);
		break;
	case FENCE_DSB:
		v->dsb = max_u32(v->dsb, max_u32(mem_seen(a),
						 max_u32(v->tlbi, v->hw)));
		mem_see(a, v->dsb);
		break;
	case FENCE_DSB_LD:
		v->dsb = max_u32(v->dsb, v->rd);
		mem_see(a, v->dsb);
		break;
	case FENCE_DSB_ST:
		v->dsb = max_u32(v->dsb, v->wr);
		mem_see(a, v->dsb);
		break;
	case FENCE_COMPILER:
		break;
	}
}

void mem_fence(struct agent *a, enum fence fence, u64 pc)
{
	if (fence == FENCE_MB || fence == FENCE_DSB || fence == FENCE_DSB_ST)
		mem_drain_stepwise(a);
	if (fence == FENCE_DSB)
		mem_drain_some(a, is_hw, NULL);
	if (sim.stale)
		order(a, fence);
	event_note(EV_FENCE, a, 0, fence, 0, 0, 0, pc);
}

/* --- the environment's own atomics, locks ---------------------------------- */

void mem_atomic(struct agent *a, u32 off)
{
	if (!sim.stale) {
		mem_drain_stepwise(a);
		return;
	}
	mem_rmw_prepare(a, off, 4, MEM_FULL);
	mem_acquired(a, off);
	mem_see(a, mem_seen(a));
}

void mem_acquired(struct agent *a, u32 off)
{
	u32 view;

	if (!sim.stale)
		return;
	view = newest_view(a, off, 4, a->v.fl);
	a->v.rd = max_u32(a->v.rd, view);
	mem_see(a, view);
}

/* R-LK-2: accesses before an unlock come before those after the next lock. */
void mem_unlock_order(struct agent *a)
{
	a->v.ul = max_u32(a->v.ul, a->v.rd);
	a->v.unlocked = 1;
}

void mem_lock_order(struct agent *a)
{
	mem_see(a, a->v.ul);
	a->v.wep = (u16)(a->v.wep + a->v.unlocked);
	a->v.unlocked = 0;
}
