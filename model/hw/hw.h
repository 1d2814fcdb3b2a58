/* SPDX-License-Identifier: MIT */
/*
 * hw - the agents that software does not write: MMUs and their TLBs
 *
 * Not here: entry bits (fmt), interrupts (model/kernel/irq.c).
 */
#ifndef HW_H
#define HW_H

#include "../fmt/fmt.h"
#include "../sim/mem.h"

/** enum flush_kind - how this machine invalidates other CPUs' TLBs */
enum flush_kind {
	FLUSH_IPI,		/* x86: interrupt them (R-INV-9) */
	FLUSH_BROADCAST,	/* arm64, INVLPGB: in flight until sync (R-INV-1) */
};

/**
 * struct hw - the machine of a run
 * @fmt: entry format of its page tables
 * @root: offset of the top table installed on every CPU
 * @flush: how TLBs are invalidated
 * @va, @nr_va: addresses that a speculative walk may touch (R-WALK-7)
 * @speculates: whether such walks are among the choices of a run
 */
struct hw {
	const struct fmt *fmt;
	u32 root;
	enum flush_kind flush;
	const u64 *va;
	u32 nr_va;
	bool speculates;
};

extern struct hw hw;

/** hw_begin() - a run begins: nothing invalidated yet */
void hw_begin(void);

/** tlb_begin() - forget all invalidations; part of hw_begin() */
void tlb_begin(void);

/* --- TLB: what may be cached (R-TLB-1) ----------------------------------- */

/**
 * tlb_invalidate() - an invalidation of [@start, @end) reaches @a
 * Old versions of entries that cover the range are unusable there from now on.
 */
void tlb_invalidate(struct agent *a, u64 start, u64 end);

/** tlb_floor() - time of the last invalidation at @a that covers @va, or 0 */
u32 tlb_floor(const struct agent *a, u64 va, u64 size);

/**
 * struct tlb_use - an entry that a walk may use
 * @val: its value; @start: time since which the slot had it
 */
struct tlb_use {
	u64 val;
	u32 start;
};

/**
 * tlb_may_hold() - may @a's TLB hold an entry of @slot other than the newest?
 * @a: CPU
 * @va: address that is translated; @level: of the slot
 * @slot: offset of the entry
 * @since: time since which the walk's upper levels have led to this slot
 * @i: which one: 1 is the newest of them
 * @use: set to the entry
 *
 * Return: false when there are fewer than @i.
 */
bool tlb_may_hold(const struct agent *a, u64 va, u32 level, u32 slot, u32 since,
		  u32 i, struct tlb_use *use);

/**
 * tlb_led_since() - time since which @slot has led to the table that @use says
 * Changes of accessed bits on the way do not count.
 */
u32 tlb_led_since(u32 slot, u32 level, const struct tlb_use *use);

/* --- MMU ----------------------------------------------------------------- */

enum mmu_result { MMU_OK, MMU_FAULT };

/**
 * mmu_access() - one user load or store by the running CPU
 * @va: address; @write: a store
 * @val: value stored, or where the loaded one goes
 *
 * Return: MMU_FAULT: not mapped, or not with that right.
 */
enum mmu_result mmu_access(u64 va, bool write, u64 *val);

#endif
