/* SPDX-License-Identifier: MIT */
/*
 * mem - simulated memory: real memory at a fixed address, with a history
 *
 * A pointer in the code under test is an ordinary pointer. Every committed
 * store appends a version; a cell knows its newest one. The versions are at
 * once the history that MMUs with cached translations read (R-TLB-1), what a
 * load reports as "read from", and the undo list of the run.
 *
 * Rules: R-ST-1, R-CM-1, R-CM-2 (FIFO), R-CM-4, R-LD-1, R-LD-4, R-RMW-7,
 * R-F-MB, R-T32-1 to R-T32-3; see docs/machine.md.
 *
 * Not here: what lies where (fmt/frames.h), plain accesses (plain.c).
 */
#ifndef SIM_MEM_H
#define SIM_MEM_H

#include "buffer.h"
#include "log.h"

#define SIM_BASE	0x200000000000UL
#define SIM_SIZE	0x280000u
#define VERSIONS_MAX	(1u << 16)

struct version {
	u64 val;		/* the whole cell */
	u32 ts;			/* 0: the value before the run */
	u32 prev;		/* older version of this cell, or 0 */
	u32 cell;
	u32 ev;			/* event that made it */
};

struct cell {
	u32 run;		/* low half of the run that touched it last */
	u32 ver;		/* newest version */
};

extern struct version versions[VERSIONS_MAX];
extern struct cell cells[SIM_SIZE >> 2];
extern u32 nr_versions;

enum fence {
	FENCE_MB, FENCE_RMB, FENCE_WMB, FENCE_COMPILER,
	FENCE_ISB, FENCE_DSB, FENCE_DSB_LD, FENCE_DSB_ST,
};
enum rmw_op { RMW_XCHG, RMW_ADD, RMW_AND, RMW_OR, RMW_XOR };

/* Newest version of a cell that each agent knows (weak models). */
extern u32 mem_coherence[SIM_SIZE >> 2][AGENTS_MAX];

static inline u32 *mem_coh(u32 cell, const struct agent *a)
{
	return &mem_coherence[cell >> 2][a->id];
}

static inline void *mem_ptr(u32 off)
{
	return (void *)(SIM_BASE + off);
}

/* Offset of @p, or SIM_SIZE and more when it is not simulated memory. */
static inline u64 mem_off(const volatile void *p)
{
	return (u64)p - SIM_BASE;
}

static inline u64 mem_peek(u32 off, u32 size)
{
	const void *p = mem_ptr(off);

	switch (size) {
	case 1: return *(const u8 *)p;
	case 2: return *(const u16 *)p;
	case 4: return *(const u32 *)p;
	default: return *(const u64 *)p;
	}
}

static inline void mem_poke(u32 off, u64 val, u32 size)
{
	void *p = mem_ptr(off);

	switch (size) {
	case 1: *(u8 *)p = (u8)val; break;
	case 2: *(u16 *)p = (u16)val; break;
	case 4: *(u32 *)p = (u32)val; break;
	default: *(u64 *)p = val;
	}
}

/** mem_init() - map simulated memory; once per process */
void mem_init(void);

/** mem_commit() - make a store visible: new version, no event */
void mem_commit(u32 off, u64 val, u32 size);

/** mem_version() - index of the newest version of the cell at @off, or 0 */
static inline u32 mem_version(u32 off)
{
	const struct cell *c = &cells[off >> 2];

	return c->run == (u32)sim.run ? c->ver : 0;
}

/**
 * mem_at() - value of an aligned entry as it was at time @ts
 * @off: its offset; @size: 4 or 8
 * @end: set to the time at which that value ended, ~0 if it has not; may be
 *	NULL
 * @start: set to the time at which it began; may be NULL
 */
u64 mem_at(u32 off, u32 size, u32 ts, u32 *start, u32 *end);

/** mem_newest_ts() - time of the newest version of the cell at @off */
static inline u32 mem_newest_ts(u32 off)
{
	return versions[mem_version(off)].ts;
}

__cold void mem_versions_full(void);
/* Nobody has seen any version of this cell yet. */
__noinline void mem_forget_views(u32 cell);

/* mem_commit() for a store of a whole cell that knows what was there. */
static __always_inline void mem_commit_cell(u32 off, u64 old, u64 val, u32 size)
{
	struct cell *c = &cells[off >> 2];
	struct version *v = &versions[nr_versions];

	if (unlikely(nr_versions > VERSIONS_MAX - 8))
		mem_versions_full();
	if (c->run != (u32)sim.run) {
		*v++ = (struct version){ old, 0, 0, off, 0 };
		c->run = (u32)sim.run;
		c->ver = nr_versions++;
		if (sim.stale)
			mem_forget_views(off);
	}
	*v = (struct version){
		val, ++sim.now, c->ver, off, event_log.nr - 1
	};
	c->ver = nr_versions++;
	mem_poke(off, val, size);
}

/* mem_commit() of a 32-bit word that is aligned: locks, counts. */
static __always_inline void mem_commit_word(u32 off, u32 val)
{
	if (sim.split64)
		mem_commit_cell(off, mem_peek(off, 4), val, 4);
	else
		mem_commit_cell(off & ~7u, mem_peek(off & ~7u, 8),
				off & 4 ? (u64)val << 32 | mem_peek(off & ~7u, 4)
					: (u64)mem_peek(off + 4, 4) << 32 | val, 8);
}

u64 mem_load_weak(struct agent *a, u32 off, u32 size, u32 flags, u64 pc);

/** mem_commit_own() - make a store of @a visible at once: no event */
void mem_commit_own(struct agent *a, u32 off, u64 val, u32 size);

/* mem_commit_own() of a 32-bit word that is aligned. */
static __always_inline void mem_commit_own_word(struct agent *a, u32 off,
						u32 val)
{
	if (unlikely(sim.stale))
		mem_commit_own(a, off, val, 4);
	else
		mem_commit_word(off, val);
}

/*
 * The doors, for callers that have an offset and have passed sim_point().
 */
static __always_inline u64 mem_load(struct agent *a, u32 off, u32 size,
				    u32 flags, u64 pc)
{
	struct event *ev;
	u64 val;

	if (sim.stale)
		return mem_load_weak(a, off, size, flags, pc);
	if (unlikely(a->nr_sb) && mem_forward(a, off, size, &val))
		flags |= EVF_FORWARD;
	else
		val = mem_peek(off, size);
	ev = event_new(EV_LOAD, a);
	ev->val = val;
	ev->old = 0;
	ev->off = off;
	ev->ver = mem_version(mem_cell(off));
	ev->size = (u8)size;
	ev->flags = (u8)flags;
	ev->pc = pc;
	event_done_mem(ev);
	return val;
}

#define DELAY_MAX	16	/* alternatives of DEV_DELAY */

static __always_inline void mem_store(struct agent *a, u32 off, u64 val,
				      u32 size, u32 flags, u64 pc)
{
	struct event *ev;
	u64 old;

	if (sim.buffer) {
		u32 delay = choose(DEV_DELAY, DELAY_MAX);

		if (unlikely(delay || a->nr_sb || sim.queued)) {
			mem_buffer(a, off, val, size, delay, flags, pc);
			return;
		}
	}
	old = mem_peek(off, size);
	ev = event_new(EV_STORE, a);
	ev->val = val;
	ev->old = old;
	ev->off = off;
	ev->ver = 0;
	ev->size = (u8)size;
	ev->flags = (u8)flags;
	ev->pc = pc;
	if (size == 1u << sim.cell_lg2)
		mem_commit_cell(off, old, val, size);
	else
		mem_commit(off, val, size);
	event_done_mem(ev);
}

/** mem_combine() - what an atomic @op makes of @old and @val */
u64 mem_combine(u64 old, u64 val, u32 size, enum rmw_op op);

/**
 * mem_rmw() - atomic read-modify-write (R-RMW-1 to R-RMW-4, R-RMW-7)
 * @flags: EVF_* and MEM_*; without MEM_FULL a weak machine may let its write
 *	wait
 *
 * Return: the old value.
 */
u64 mem_rmw(struct agent *a, u32 off, u64 val, u32 size, enum rmw_op op,
	    u32 flags, u64 pc);

/**
 * mem_cmpxchg() - atomic compare and exchange (R-RMW-5)
 * Return: the value found; equal to @old iff @val was stored.
 */
u64 mem_cmpxchg(struct agent *a, u32 off, u64 old, u64 val, u32 size,
		u32 flags, u64 pc);

/**
 * mem_fence() - the running agent's fence, in the step it is in: R-F-*
 * DSB waits for hardware updates too; who issues invalidations waits for those
 * itself (hw).
 */
void mem_fence(struct agent *a, enum fence fence, u64 pc);

/*
 * mem_dsb - a full DSB of the code under test: FENCE_DSB, once the invalidations
 * that @a issued are complete. Set by who knows of them; NULL: there are none.
 */
extern void (*mem_dsb)(struct agent *a, u64 pc);

/* --- views: what orders loads on a weak machine --------------------------- */

/** mem_see() - no later load of @a returns what was superseded by @view */
static inline void mem_see(struct agent *a, u32 view)
{
	if (sim.stale && a->v.fl < view)
		a->v.fl = view;
}

/** mem_seen() - all that @a has seen and made visible */
static inline u32 mem_seen(const struct agent *a)
{
	return max_u32(a->v.rd, a->v.wr);
}

/* What must be visible before an atomic on these bytes reads: R-RMW-1. */
void mem_rmw_prepare(struct agent *a, u32 off, u32 size, u32 flags);

/**
 * mem_rmw_delay() - how long the write of an atomic waits (R-RMW-3)
 * One at a time: two could wait for each other's cells for ever (R-CM-3).
 */
u32 mem_rmw_delay(void);

/** mem_acquired() - @a read the newest version of @off, as an acquire does */
void mem_acquired(struct agent *a, u32 off);

/**
 * mem_atomic() - @a is about to do an atomic step of the environment on @off
 * Its stores are visible and it has read the newest version: with
 * mem_commit_own() this is a fully ordered atomic.
 */
void mem_atomic(struct agent *a, u32 off);

/** mem_lock_order(), mem_unlock_order() - R-LK-2 */
void mem_lock_order(struct agent *a);
void mem_unlock_order(struct agent *a);

/**
 * mem_refers - what a value leads to, for address dependencies (R-DEP-2)
 * @off: cell it was read from; @span: filled with up to 4 ranges
 *
 * Return: how many. NULL: nothing does.
 */
struct span { u32 start, end; };
extern u32 (*mem_refers)(u32 off, u64 val, struct span span[4]);

/* An access outside simulated memory: legal, unless it is to address zero. */
__cold void mem_wild(const volatile void *p, u64 pc);

/* A run ends before @a has copied its structure: plain.c. */
void plain_forget_ranges(struct agent *a);

/* A 64-bit access on a 32-bit machine: two, with a step between (R-T32-2). */
u64 mem_load_halves(struct agent *a, u32 off, u32 flags, u64 pc);
void mem_store_halves(struct agent *a, u32 off, u64 val, u32 flags, u64 pc);

/* Called when an unlock becomes visible; set by the lock code. */
extern void (*mem_unlock_visible)(u32 off);

void mem_reset(void);

/* The low half of sim.run came round: no cell may look touched by chance. */
void mem_forget_stamps(void);

#endif
