/* SPDX-License-Identifier: MIT */
#include "mem.h"

#include <string.h>
#include <sys/mman.h>

#include "log.h"
#include "state.h"
#include "weak.h"

struct version versions[VERSIONS_MAX];
struct cell cells[SIM_SIZE >> 2];
u32 nr_versions = 1;
void (*mem_unlock_visible)(u32 off);

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif

void mem_init(void)
{
	static bool done;
	void *p;

	if (done)
		return;
	p = mmap((void *)SIM_BASE, SIM_SIZE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
		 MAP_FIXED_NOREPLACE, -1, 0);
	if (p != (void *)SIM_BASE)
		BUG("cannot map simulated memory at %#lx", SIM_BASE);
	done = true;
}

/* --- versions ------------------------------------------------------------ */

static inline u64 cell_value(u32 cell)
{
	return mem_peek(cell, 1u << sim.cell_lg2);
}

static inline void new_version(u32 cell, u32 ts)
{
	struct cell *c = &cells[cell >> 2];
	struct version *v = &versions[nr_versions];

	v->val = cell_value(cell);
	v->ts = ts;
	v->prev = c->ver;
	v->cell = cell;
	v->ev = event_log.nr ? event_log.nr - 1 : 0;
	c->ver = nr_versions++;
}

void mem_versions_full(void)
{
	BUG("too many stores in one run for VERSIONS_MAX");
}

void mem_commit(u32 off, u64 val, u32 size)
{
	u32 bytes = 1u << sim.cell_lg2;
	u32 first = off & ~(bytes - 1), last = (off + size - 1) & ~(bytes - 1);

	if (unlikely(nr_versions > VERSIONS_MAX - 8))
		mem_versions_full();
	for (u32 cell = first; cell <= last; cell += bytes) {
		struct cell *c = &cells[cell >> 2];

		if (c->run != (u32)sim.run) {
			c->run = (u32)sim.run;
			c->ver = 0;
			new_version(cell, 0);
			if (sim.stale)
				mem_forget_views(cell);
		}
	}
	mem_poke(off, val, size);
	/* Both halves of a locked 64-bit access share one time (R-T32-3). */
	sim.now++;
	for (u32 cell = first; cell <= last; cell += bytes)
		new_version(cell, sim.now);
}

void mem_reset(void)
{
	u32 bytes = 1u << sim.cell_lg2;

	/* The first version of each touched cell is what it was before. */
	for (u32 i = 1; i < nr_versions; i++)
		if (!versions[i].ts)
			mem_poke(versions[i].cell, versions[i].val, bytes);
	nr_versions = 1;
}

/* Memory as it was before the run. */
static void undo_all(void)
{
	for (u32 i = 1; i < nr_versions; i++) {
		if (versions[i].ts)
			continue;
		mem_poke(versions[i].cell, versions[i].val,
			 1u << sim.cell_lg2);
		cells[versions[i].cell >> 2].run = 0;
	}
	nr_versions = 1;
}

static void redo(u32 cell, u64 val, u32 ts)
{
	struct cell *c = &cells[cell >> 2];
	struct version *v = &versions[nr_versions];

	if (!ts) {
		c->run = (u32)sim.run;
		c->ver = 0;
	}
	*v = (struct version){ val, ts, c->ver, cell, 0 };
	c->ver = nr_versions++;
	mem_poke(cell, val, 1u << sim.cell_lg2);
}

void mem_state(struct state *s)
{
	u32 nr = nr_versions;

	state_of(s, sim.now);
	state_of(s, nr);
	if (!s->saving)
		undo_all();
	for (u32 i = 1; i < nr; i++) {
		struct version *v = &versions[i];
		u32 cell = v->cell, ts = v->ts;
		u64 val = v->val;

		state_of(s, cell);
		state_of(s, ts);
		state_of(s, val);
		if (!s->saving)
			redo(cell, val, ts);
		if (sim.stale && !ts)
			state_bytes(s, mem_coherence[cell >> 2],
				    sim.nr_agents * (u32)sizeof(u32));
	}
}

void mem_forget_stamps(void)
{
	memset(cells, 0, sizeof(cells));
	sim.run++;
}

static u64 cell_at(u32 cell, u32 ts, u32 *start, u32 *end)
{
	u32 v = mem_version(cell);

	if (!v)
		return cell_value(cell);
	while (versions[v].ts > ts) {
		*end = versions[v].ts;
		v = versions[v].prev;
	}
	if (versions[v].ts > *start)
		*start = versions[v].ts;
	return versions[v].val;
}

u64 mem_at(u32 off, u32 size, u32 ts, u32 *start, u32 *end)
{
	u32 bytes = 1u << sim.cell_lg2, s = 0, e = ~0u;
	u64 val = cell_at(off, ts, &s, &e);

	if (size > bytes) {
		u32 e2 = ~0u;

		val |= cell_at(off + 4, ts, &s, &e2) << 32;
		e = min_u32(e, e2);
	}
	if (start)
		*start = s;
	if (end)
		*end = e;
	return val;
}

void mem_forget_views(u32 cell)
{
	memset(mem_coherence[cell >> 2], 0, sizeof(mem_coherence[0]));
}

/* --- the doors ----------------------------------------------------------- */

u64 mem_combine(u64 old, u64 val, u32 size, enum rmw_op op)
{
	switch (op) {
	case RMW_XCHG: break;
	case RMW_ADD: val = old + val; break;
	case RMW_AND: val = old & val; break;
	case RMW_OR: val = old | val; break;
	case RMW_XOR: val = old ^ val; break;
	}
	return mem_cut(val, size);
}

static u64 rmw_done(struct agent *a, u32 off, u64 old, u64 val, u32 size,
		    u32 flags, u64 pc)
{
	struct event *ev = event_new(EV_RMW, a);

	ev->val = val;
	ev->old = old;
	ev->off = off;
	ev->ver = mem_version(mem_cell(off));
	ev->size = (u8)size;
	ev->flags = (u8)flags;
	ev->pc = pc;
	if (!(flags & EVF_FAILED)) {
		if (sim.stale) {
			if (flags & (MEM_REL | MEM_FULL))
				ev->flags |= EVF_ORDER;
			mem_rmw_weak(a, off, val, size, flags);
		} else {
			mem_commit(off, val, size);
		}
	}
	event_done_mem(ev);
	return old;
}

u64 mem_rmw(struct agent *a, u32 off, u64 val, u32 size, enum rmw_op op,
	    u32 flags, u64 pc)
{
	u64 old;

	if (sim.stale)
		mem_rmw_prepare(a, off, size, flags);
	else if (unlikely(a->nr_sb))
		mem_drain_stepwise(a);	/* R-RMW-7: every one is locked */
	old = mem_peek(off, size);
	return rmw_done(a, off, old, mem_combine(old, val, size, op), size, flags,
			pc);
}

u64 mem_cmpxchg(struct agent *a, u32 off, u64 want, u64 val, u32 size,
		u32 flags, u64 pc)
{
	u64 old;

	want = mem_cut(want, size);
	val = mem_cut(val, size);
	if (sim.stale) {
		if (mem_cmpxchg_fails(a, off, want, size, flags, pc, &old))
			return old;
		/* One that fails orders nothing, and so waits for nothing. */
		if (mem_peek(off, size) == want)
			mem_rmw_prepare(a, off, size, flags);
	} else if (unlikely(a->nr_sb)) {
		mem_drain_stepwise(a);
	}
	old = mem_peek(off, size);
	if (old == want)
		return rmw_done(a, off, old, val, size, flags, pc);
	if (sim.stale)
		return mem_load_weak(a, off, size, (flags & 0xff) | EVF_FAILED |
				     MEM_NEWEST | mem_failed_order(flags), pc);
	return rmw_done(a, off, old, old, size, flags | EVF_FAILED, pc);
}
