/* SPDX-License-Identifier: MIT */
/*
 * scenario - one experiment: a question, a world, who does what
 *
 * A scenario file states its question and draws the race in its header, sets
 * up the world once (setup()), and lists the ops that agents can run. The
 * default workload runs without any record in the schedule; fuzzers compose
 * other workloads from the same ops.
 *
 * Ops are the harness: they call code under test like a system call, a fault
 * or a daemon would, and tell the oracles what they act on (observed(),
 * pinned()). Code under test makes no such calls.
 */
#ifndef SCENARIO_H
#define SCENARIO_H

#include <linux/mmu_gather.h>

#include "api.h"

extern struct world world;

/** world_init() - a new mm with @tables PMD entries populated from @base */
void world_init(unsigned long base, unsigned int tables);
/** world_map() - map frame @frame at @va; @page holds the mapping's reference */
void world_map(unsigned long va, u32 frame, pteval_t prot);
/** world_change() - make another entry of the one at @va, as @change says */
void world_change(unsigned long va, pte_t (*change)(pte_t pte));
/* A huge block that is not the first to be allocated. */
#define FILE_FRAME	(112 + HPAGE_PMD_NR)
/** world_file() - a huge folio of the page cache at @frame, not mapped yet */
struct folio *world_file(u32 frame);
/** world_map_folio() - map page @n of @folio by a small entry at @va */
void world_map_folio(unsigned long va, struct folio *folio, u32 n);
/** world_leftover() - free frame @frame was a table that mapped @old at @va */
void world_leftover(u32 frame, unsigned long va, u32 old);
pmd_t *world_pmd(unsigned long va);
pte_t *world_pte(unsigned long va);
/** world_watch_pte(), world_watch_pmd() - explain shows this entry */
void world_watch_pte(unsigned long va);
void world_watch_pmd(unsigned long va);
/** world_object() - zeroed simulated memory for the scenario's own use */
void *world_object(size_t size);
/** world_frame() - take frame @frame out of the allocator */
struct page *world_frame(u32 frame);

/* Address that op argument @arg means. */
static inline unsigned long world_va(unsigned int arg)
{
	return world.va[arg % world.nr_va];
}

/* --- what ops tell the oracles ------------------------------------------- */

/** observed() - this op acts on @val as the entry at @entry, at @level */
__attribute__((noinline))
void observed(const void *entry, u64 val, unsigned int level);
/** pinned() - a lockless pin of @page for @va succeeded; until unpinned() */
__attribute__((noinline))
void pinned(struct page *page, unsigned long va, bool write);
__attribute__((noinline))
void unpinned(struct page *page);
/** pause_here() - a step that does nothing: others may run */
void pause_here(void);

/* --- ops that many scenarios share --------------------------------------- */

u64 op_gup_fast(unsigned int arg);
u64 op_collapse(unsigned int arg);
u64 op_zap(unsigned int arg);
u64 op_user_load(unsigned int arg);
u64 op_user_store(unsigned int arg);
/* Walk without a lock, interrupts off, and act on the entry found. */
u64 op_lockless_walk(unsigned int arg);
/* Walk under rcu_read_lock() and act on the entry found. */
u64 op_rcu_walk(unsigned int arg);
/* Read without a lock, interrupts on; act on it if it is the same under it. */
u64 op_read_recheck(unsigned int arg);

#endif
