/* SPDX-License-Identifier: MIT */
/*
 * buffer - stores that are not visible yet, see buffer.c
 *
 * Not here: who may ask for a delay (mem.h), views of loads (weak.c).
 */
#ifndef SIM_BUFFER_H
#define SIM_BUFFER_H

#include "sim.h"

/* Order of an access, above the event's flags (EVF_*). */
enum {
	MEM_ACQ		= BIT(8),	/* acquire: RCpc */
	MEM_RCSC	= BIT(9),	/* with MEM_ACQ: LDAR (R-LD-6) */
	MEM_REL		= BIT(10),
	MEM_FULL	= BIT(11),	/* smp_mb() before and after */
	MEM_NORET	= BIT(12),	/* an atomic that returns nothing */
	/* BIT(13): MEM_NEWEST, weak.h */
	MEM_ATS		= BIT(14),	/* by a device that translated it itself */
};

/* The cell that @off lies in: what is atomic. */
static inline u32 mem_cell(u32 off)
{
	return off & ~((1u << sim.cell_lg2) - 1);
}

/* The low @size bytes of @val. */
static inline u64 mem_cut(u64 val, u32 size)
{
	return size < 8 ? val & ((1UL << (8 * size)) - 1) : val;
}

/*
 * What makes stores visible:
 *
 *			whose		which			others may run
 *	mem_drain	anybody's	all			no
 *	_stepwise	the runner's	all but MMU updates	between two
 *	_due		the runner's	whose time has come	no
 *	_some		anybody's	those that the caller	no
 *					names, and what they follow
 *
 * While all executions are explored none does: if there are any, the step under
 * way is blocked.
 */

/**
 * mem_drain() - make all of @a's stores visible, in one step
 * Exploring: the step under way is blocked if there are any.
 */
void mem_drain(struct agent *a);

/** mem_drain_stepwise() - as mem_drain(), for the running agent: others may
 * run between two stores */
__noinline void mem_drain_steps(struct agent *a);
static inline void mem_drain_stepwise(struct agent *a)
{
	if (unlikely(a->nr_sb))
		mem_drain_steps(a);
}

/** mem_drain_due() - make those visible whose time has come */
void mem_drain_due(struct agent *a);

/** mem_drain_some() - make those visible that @which says, and what they must
 * follow */
void mem_drain_some(struct agent *a, bool (*which)(const struct sb_entry *e,
						    const void *arg),
		    const void *arg);

/** mem_force_rmw() - make an atomic of another agent on these bytes visible */
void mem_force_rmw(struct agent *a, u32 off, u32 size);

/** mem_may_commit() - may entry @i become visible now? (R-CM-2) */
bool mem_may_commit(const struct agent *a, u32 i);
/** mem_commit_entry() - it does */
void mem_commit_entry(struct agent *a, u32 i);

/**
 * mem_make_room() - see to it that one more entry fits (R-CM-4)
 * An atomic does so before it reads: what goes may take others' stores along.
 */
void mem_make_room(struct agent *a);

/* A store; with @delay 0 it becomes visible at once if nothing waits. */
void mem_buffer(struct agent *a, u32 off, u64 val, u32 size, u32 delay,
		u32 flags, u64 pc);
/* The write of an atomic that has been read; its event is the caller's. */
void mem_buffer_rmw(struct agent *a, u32 off, u64 val, u32 size, u32 delay,
		    u32 fwd, u32 flags);
/* An accessed/dirty update of @slot, translated for @va (R-AD-6). */
void mem_buffer_hw(struct agent *a, u32 slot, u64 val, u64 va, u32 delay);
/* As a store for spin_unlock(): may wait behind buffered stores. */
void mem_unlock(struct agent *a, u32 off, u64 pc);


/**
 * mem_mmio_store() - a store to a device's register (R-CM-5)
 * An ordinary store; the device acts on it once it is visible.
 */
void mem_mmio_store(struct agent *a, u32 off, u64 val, u32 size, u64 pc);
/** mem_mmio_load() - a load of one: never stale, after own stores to it */
u64 mem_mmio_load(struct agent *a, u32 off, u32 size, u64 pc);
/* The device; set by model/hw. */
extern void (*mem_mmio_visible)(u32 off);

/* Youngest own entry that holds any of these bytes; @part: not all of them. */
struct sb_entry *mem_youngest(struct agent *a, u32 off, u32 size, bool *part);
u64 mem_forwarded(const struct sb_entry *e, u32 off, u32 size);
/* Value for a load that finds stores of its own in the buffer. */
__noinline bool mem_forward(struct agent *a, u32 off, u32 size, u64 *val);

#endif
