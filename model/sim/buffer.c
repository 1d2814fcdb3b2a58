/* SPDX-License-Identifier: MIT */
/*
 * buffer - stores that are not visible yet: R-ST-1, R-CM-1 to R-CM-4, R-LD-1
 *
 * One buffer an agent. Under TSO it is first in, first out; a weak machine
 * commits in any order that R-CM-2 allows. Nothing here asks a question: when
 * an entry leaves by itself was decided when it came in (@due).
 *
 * While all executions are explored (sim.explore) nothing leaves by itself and
 * nobody is made to wait: a step that would have to is marked as blocked, and
 * the commits are transitions of their own.
 */
#include "buffer.h"

#include <string.h>

#include "log.h"
#include "mem.h"
#include "state.h"

u32 mem_coherence[SIM_SIZE >> 2][AGENTS_MAX];

static void no_device(u32 off)
{
	(void)off;
}

void (*mem_mmio_visible)(u32 off) = no_device;

/* Do the two touch a common cell? */
static bool same_cell(const struct sb_entry *a, const struct sb_entry *b)
{
	u32 a_end = mem_cell(a->off + a->size - 1u);
	u32 b_end = mem_cell(b->off + b->size - 1u);

	return mem_cell(a->off) <= b_end && mem_cell(b->off) <= a_end;
}

/*
 * First entry that must become visible before entry @i of @a, or -1: R-CM-2
 * (a) to (c), and R-AD-6 for hardware updates of the same slot.
 */
static int precedes(const struct agent *a, u32 i)
{
	const struct sb_entry *e = &a->sb[i], *f;

	if (e->hw)
		return -1;
	for (u32 j = 0; j < a->nr_sb; j++) {
		f = &a->sb[j];
		if (f->hw ? same_cell(e, f) :
		    j < i && (sim.fifo || e->rel || f->wep < e->wep ||
			      same_cell(e, f)))
			return (int)j;
	}
	return -1;
}

static int pending_rmw(const struct agent *a, u32 off, u32 size)
{
	struct sb_entry e = { .off = off, .size = (u8)size };

	for (u32 i = 0; i < a->nr_sb; i++)
		if (a->sb[i].rmw && same_cell(&a->sb[i], &e))
			return (int)i;
	return -1;
}

static void know_own(struct agent *a, u32 off, u32 size)
{
	for (u32 c = mem_cell(off); c < off + size; c += 1u << sim.cell_lg2)
		*mem_coh(c, a) = sim.now;
	a->v.wr = sim.now;
}

void mem_commit_own(struct agent *a, u32 off, u64 val, u32 size)
{
	if (sim.stale)
		mem_force_rmw(a, off, size);	/* R-CM-3 */
	mem_commit(off, val, size);
	if (sim.stale)
		know_own(a, off, size);
}

static void learn_commit(struct agent *a, const struct sb_entry *e)
{
	struct views *v = &a->v;

	if (e->hw) {
		v->hw = sim.now;
		return;
	}
	know_own(a, e->off, e->size);
	if (e->wep < v->wep)
		v->st = sim.now;
	if (e->rcu)
		v->rcu = sim.now;
	if (e->rel)
		v->rel = sim.now;
}

/* Take entry @i out and make it visible (R-CM-1); its event is the caller's. */
static struct sb_entry commit_quietly(struct agent *a, u32 i)
{
	struct sb_entry e = a->sb[i];

	a->nr_sb--;
	memmove(&a->sb[i], &a->sb[i + 1], (a->nr_sb - i) * sizeof(e));
	if (!a->nr_sb)
		a->attn &= (u8)~ATTN_BUFFER;
	sim.nr_rmw -= e.rmw;
	mem_commit(e.off, e.val, e.size);
	if (sim.stale)
		learn_commit(a, &e);
	return e;
}

/* As the log has it; strong machines do without order. */
static u32 event_flags(const struct sb_entry *e)
{
	return e->flags | (sim.stale && e->rel ? EVF_ORDER : 0);
}

static void commit(struct agent *a, u32 i, enum event_type type)
{
	u64 old = mem_peek(a->sb[i].off, a->sb[i].size);
	struct event *ev = event_new(type, a);
	struct sb_entry e = commit_quietly(a, i);

	ev->off = e.off;
	ev->size = e.size;
	ev->val = e.val;
	ev->old = old;
	ev->ver = 0;
	ev->flags = (u8)(event_flags(&e) |
			 (type == EV_COMMIT ? EVF_HW : 0));
	ev->pc = e.pc;
	event_done_mem(ev);
	if (e.tell == TELL_LOCK)
		mem_unlock_visible(e.off);
	else if (unlikely(e.tell))
		mem_mmio_visible(e.off);
}

/* Where @e is now, or @a->nr_sb: it has become visible. */
static u32 where(const struct agent *a, const struct sb_entry *e)
{
	u32 i = 0;

	while (i < a->nr_sb && memcmp(&a->sb[i], e, sizeof(*e)))
		i++;
	return i;
}

/* R-CM-3: what must come first is made to. */
static void commit_forced(struct agent *a, u32 i)
{
	struct sb_entry e;
	int j;

	while ((j = precedes(a, i)) >= 0) {
		memcpy(&e, &a->sb[i], sizeof(e));
		commit_forced(a, (u32)j);
		/* A device that was told may have forced more. */
		i = where(a, &e);
		if (i == a->nr_sb)
			return;
	}
	mem_force_rmw(a, a->sb[i].off, a->sb[i].size);
	commit(a, i, EV_COMMIT);
}

void mem_force_rmw(struct agent *a, u32 off, u32 size)
{
	for (u32 n = 0; sim.nr_rmw && n < sim.nr_agents; n++) {
		struct agent *b = &sim.agent[n];
		int i = b == a ? -1 : pending_rmw(b, off, size);

		if (i < 0)
			continue;
		if (sim.explore)
			sim.blocked = true;
		else
			commit_forced(b, (u32)i);
		return;
	}
}

bool mem_may_commit(const struct agent *a, u32 i)
{
	if (precedes(a, i) >= 0)
		return false;
	for (u32 n = 0; sim.nr_rmw && n < sim.nr_agents; n++)
		if (&sim.agent[n] != a &&
		    pending_rmw(&sim.agent[n], a->sb[i].off, a->sb[i].size) >= 0)
			return false;
	return true;
}

void mem_commit_entry(struct agent *a, u32 i)
{
	commit(a, i, EV_COMMIT);
}

/* May entry @i be the next of all, or of all but hardware's updates? */
static bool can_be_next(const struct agent *a, u32 i, bool hw)
{
	int j = precedes(a, i);

	/* A store to a slot takes the update of that slot along. */
	return hw ? j < 0 : !a->sb[i].hw && (j < 0 || a->sb[j].hw);
}

/*
 * The entry that goes next when all must: due first, then in order. A fence
 * does not wait for hardware's updates (R-AD-6): without @hw they are left out.
 */
static u32 next_to_go(const struct agent *a, bool hw)
{
	u32 best = STORE_BUFFER;

	for (u32 i = 0; i < a->nr_sb; i++)
		if (can_be_next(a, i, hw) &&
		    (best == STORE_BUFFER || a->sb[i].due < a->sb[best].due))
			best = i;
	return best;
}

void mem_drain(struct agent *a)
{
	if (!a->nr_sb)
		return;
	if (sim.explore) {
		for (u32 i = 0; i < a->nr_sb; i++)
			sim.blocked |= !a->sb[i].hw;
		return;
	}
	while (a->nr_sb)
		commit_forced(a, next_to_go(a, true));
}

void mem_drain_steps(struct agent *a)
{
	u32 i;

	if (sim.explore) {
		mem_drain(a);
		return;
	}
	while ((i = next_to_go(a, false)) < STORE_BUFFER) {
		commit_forced(a, i);
		if (a->nr_sb)
			sim_subpoint(a, 0, true);
	}
}

void mem_drain_due(struct agent *a)
{
	for (u32 i = 0; i < a->nr_sb;) {
		if (a->sb[i].due > a->steps || precedes(a, i) >= 0) {
			i++;
			continue;
		}
		commit_forced(a, i);
		i = 0;
	}
}

void mem_drain_some(struct agent *a, bool (*which)(const struct sb_entry *e,
						    const void *arg),
		    const void *arg)
{
	for (u32 i = 0; i < a->nr_sb;) {
		if (!which(&a->sb[i], arg)) {
			i++;
			continue;
		}
		if (sim.explore) {
			sim.blocked = true;
			return;
		}
		commit_forced(a, i);
		i = 0;
	}
}

void mem_make_room(struct agent *a)
{
	if (a->nr_sb == STORE_BUFFER)
		commit_forced(a, next_to_go(a, true));
}

static struct sb_entry *push(struct agent *a, u32 off, u64 val, u32 size,
			     u32 flags, u64 pc)
{
	struct sb_entry *e;

	mem_make_room(a);
	e = &a->sb[a->nr_sb++];
	memset(e, 0, sizeof(*e));
	a->attn |= ATTN_BUFFER;
	e->off = off;
	e->val = val;
	e->size = (u8)size;
	e->wep = a->v.wep;
	e->fwd = a->exact ? max_u32(a->data_view, a->addr_view) : a->v.rd;
	e->tva = a->tva;
	e->tslot = a->tslot;
	e->tver = a->tver;
	e->flags = (u8)flags;
	e->rel = !!(flags & MEM_REL);
	e->ats = !!(flags & MEM_ATS);
	e->pc = pc;
	return e;
}

static void stay(struct agent *a, struct sb_entry *e, u32 delay)
{
	struct event *ev;

	e->due = a->steps + delay;
	ev = event_new(EV_STORE_BUF, a);
	ev->val = e->val;
	ev->old = 0;
	ev->off = e->off;
	ev->ver = 0;
	ev->size = e->size;
	ev->flags = event_flags(e);
	ev->pc = e->pc;
	event_done_mem(ev);
}

void mem_buffer(struct agent *a, u32 off, u64 val, u32 size, u32 delay,
		u32 flags, u64 pc)
{
	struct sb_entry *e = push(a, off, val, size, flags, pc);
	u32 i = a->nr_sb - 1u;

	/* A weak machine lets it pass the ones that wait, if nothing orders. */
	if (!delay && !sim.explore && !sim.fifo && precedes(a, i) < 0) {
		mem_force_rmw(a, off, size);
		commit(a, i, EV_STORE);
		return;
	}
	stay(a, e, delay);
}

void mem_buffer_rmw(struct agent *a, u32 off, u64 val, u32 size, u32 delay,
		    u32 fwd, u32 flags)
{
	struct sb_entry *e = push(a, off, val, size, flags, 0);
	u32 i = a->nr_sb - 1u;
	struct sb_entry me;
	int j;

	e->rmw = 1;
	e->fwd = fwd;
	sim.nr_rmw++;
	if (delay || sim.explore) {
		e->due = a->steps + delay;
		return;
	}
	while ((j = precedes(a, i)) >= 0) {
		memcpy(&me, &a->sb[i], sizeof(me));
		commit_forced(a, (u32)j);
		i = where(a, &me);
		if (i == a->nr_sb)
			return;
	}
	commit_quietly(a, i);
}

void mem_buffer_hw(struct agent *a, u32 slot, u64 val, u64 va, u32 delay)
{
	struct sb_entry *e;

	for (u32 i = 0; i < a->nr_sb; i++)
		if (a->sb[i].hw && a->sb[i].off == slot)
			return;			/* two are one (R-AD-6) */
	e = push(a, slot, val, 8, EVF_HW, 0);
	e->hw = e->rmw = 1;
	e->fwd = 0;
	e->rel = 0;
	e->tva = va;
	e->tslot = slot;
	e->due = a->steps + delay;
	sim.nr_rmw++;
}

void mem_unlock(struct agent *a, u32 off, u64 pc)
{
	u32 delay = sim.stale ? choose(DEV_DELAY, DELAY_MAX) : 0;

	if (sim.buffer && unlikely(a->nr_sb || sim.explore || delay)) {
		struct sb_entry *e = push(a, off, 0, 4, MEM_REL, pc);

		/* Not before the stores of the critical section. */
		e->tell = TELL_LOCK;
		e->fwd = a->v.rd;
		stay(a, e, delay);
		return;
	}
	mem_commit_word(off, 0);
	if (sim.stale) {
		know_own(a, off, 4);
		a->v.rel = sim.now;
	}
	mem_unlock_visible(off);
}

static bool to_device(const struct sb_entry *e, const void *arg)
{
	(void)arg;
	return e->tell == TELL_DEVICE;
}

void mem_mmio_store(struct agent *a, u32 off, u64 val, u32 size, u64 pc)
{
	u32 delay = sim.buffer ? choose(DEV_DELAY, DELAY_MAX) : 0, i;
	struct sb_entry *e;
	struct event *ev;

	if (sim.buffer && (delay || a->nr_sb || sim.queued)) {
		e = push(a, off, val, size, 0, pc);
		e->tell = TELL_DEVICE;
		i = a->nr_sb - 1u;
		if (!delay && !sim.explore && !sim.fifo && precedes(a, i) < 0)
			commit(a, i, EV_STORE);
		else
			stay(a, e, delay);
		return;
	}
	ev = event_new(EV_STORE, a);
	ev->val = val;
	ev->old = mem_peek(off, size);
	ev->off = off;
	ev->ver = 0;
	ev->size = (u8)size;
	ev->flags = 0;
	ev->pc = pc;
	mem_commit(off, val, size);
	event_done_mem(ev);
	mem_mmio_visible(off);
}

u64 mem_mmio_load(struct agent *a, u32 off, u32 size, u64 pc)
{
	/* Accesses to one device stay in order. */
	if (a->nr_sb)
		mem_drain_some(a, to_device, NULL);
	event_note(EV_LOAD, a, off, mem_peek(off, size), 0, size, 0, pc);
	if (sim.stale)
		a->v.rd = max_u32(a->v.rd, mem_newest_ts(off & ~7u));
	return mem_peek(off, size);
}

void agents_state(struct state *s)
{
	state_of(s, sim.nr_rmw);
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *a = &sim.agent[i];

		state_of(s, a->v);
		state_of(s, a->rcu_depth);
		state_of(s, a->irq_off);
		state_of(s, a->nr_sb);
		state_bytes(s, a->sb, a->nr_sb * (u32)sizeof(a->sb[0]));
	}
}

struct sb_entry *mem_youngest(struct agent *a, u32 off, u32 size, bool *part)
{
	for (u32 i = a->nr_sb; i--;) {
		struct sb_entry *e = &a->sb[i];

		if (e->hw || off + size <= e->off || e->off + e->size <= off)
			continue;
		*part = off < e->off || off + size > e->off + e->size;
		return e;
	}
	return NULL;
}

u64 mem_forwarded(const struct sb_entry *e, u32 off, u32 size)
{
	return mem_cut(e->val >> (8 * (off - e->off)), size);
}

/*
 * R-LD-1 where loads are not stale: the youngest own entry that holds all
 * bytes wins. One that holds only some of them has to become visible first.
 */
bool mem_forward(struct agent *a, u32 off, u32 size, u64 *val)
{
	bool part;
	struct sb_entry *e = mem_youngest(a, off, size, &part);

	if (!e)
		return false;
	if (part) {
		mem_drain(a);
		return false;
	}
	*val = mem_forwarded(e, off, size);
	return true;
}
