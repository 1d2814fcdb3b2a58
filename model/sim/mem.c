/* SPDX-License-Identifier: MIT */
#include "mem.h"

#include <string.h>
#include <sys/mman.h>

#include "log.h"

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

/* --- the store buffer (R-ST-1, R-CM-2 with FIFO) ------------------------- */

static struct sb_entry *sb_at(struct agent *a, u32 i)
{
	return &a->sb[(a->sb_head + i) % STORE_BUFFER];
}

static void sb_commit_head(struct agent *a)
{
	struct sb_entry *e = sb_at(a, 0);
	struct event *ev = event_new(EV_COMMIT, a);

	a->sb_head = (a->sb_head + 1) % STORE_BUFFER;
	if (!--a->nr_sb)
		a->attn &= (u8)~ATTN_BUFFER;
	ev->off = e->off;
	ev->size = e->size;
	ev->val = e->val;
	ev->old = mem_peek(e->off, e->size);
	ev->ver = 0;
	ev->flags = e->flags | EVF_HW;
	ev->pc = e->pc;
	mem_commit(e->off, e->val, e->size);
	event_done_mem(ev);
	if (e->unlock)
		mem_unlock_visible(e->off);
}

void mem_drain(struct agent *a)
{
	while (a->nr_sb)
		sb_commit_head(a);
}

void mem_drain_due(struct agent *a)
{
	while (a->nr_sb && sb_at(a, 0)->due <= a->steps)
		sb_commit_head(a);
}

static struct sb_entry *sb_push(struct agent *a, u32 off, u64 val, u32 size,
				u32 delay, u32 flags, u64 pc)
{
	struct sb_entry *e;

	if (a->nr_sb == STORE_BUFFER)
		sb_commit_head(a);
	e = sb_at(a, a->nr_sb++);
	a->attn |= ATTN_BUFFER;
	e->off = off;
	e->val = val;
	e->size = (u8)size;
	e->due = a->steps + delay;
	e->unlock = 0;
	e->flags = (u8)flags;
	e->pc = pc;
	event_note(EV_STORE_BUF, a, off, val, 0, size, flags, pc);
	return e;
}

void mem_buffer(struct agent *a, u32 off, u64 val, u32 size, u32 delay,
		u32 flags, u64 pc)
{
	sb_push(a, off, val, size, delay, flags, pc);
}

/*
 * R-LD-1: the youngest own entry that holds all bytes wins. One that holds
 * only some of them has to become visible first.
 */
bool mem_forward(struct agent *a, u32 off, u32 size, u64 *val)
{
	for (u32 i = a->nr_sb; i--;) {
		const struct sb_entry *e = sb_at(a, i);

		if (off + size <= e->off || e->off + e->size <= off)
			continue;
		if (off < e->off || off + size > e->off + e->size) {
			mem_drain(a);
			return false;
		}
		*val = e->val >> (8 * (off - e->off));
		if (size < 8)
			*val &= (1UL << (8 * size)) - 1;
		return true;
	}
	return false;
}

/* --- the doors ----------------------------------------------------------- */

u64 mem_rmw(struct agent *a, u32 off, u64 val, u32 size, enum rmw_op op,
	    u32 flags, u64 pc)
{
	struct event *ev;
	u64 old;

	if (unlikely(a->nr_sb))
		mem_drain(a);		/* R-RMW-7: every one is locked */
	old = mem_peek(off, size);
	switch (op) {
	case RMW_XCHG: break;
	case RMW_ADD: val = old + val; break;
	case RMW_AND: val = old & val; break;
	case RMW_OR: val = old | val; break;
	case RMW_XOR: val = old ^ val; break;
	}
	if (size < 8)
		val &= (1UL << (8 * size)) - 1;
	ev = event_new(EV_RMW, a);
	ev->val = flags & EVF_FAILED ? old : val;
	ev->old = old;
	ev->off = off;
	ev->ver = mem_version(off & ~((1u << sim.cell_lg2) - 1));
	ev->size = (u8)size;
	ev->flags = (u8)flags;
	ev->pc = pc;
	if (!(flags & EVF_FAILED))
		mem_commit(off, val, size);
	event_done_mem(ev);
	return old;
}

void mem_unlock(struct agent *a, u32 off, u64 pc)
{
	if (unlikely(a->nr_sb)) {
		/* Not before the stores of the critical section. */
		sb_push(a, off, 0, 4, 0, 0, pc)->unlock = 1;
		return;
	}
	mem_commit_word(off, 0);
	mem_unlock_visible(off);
}
