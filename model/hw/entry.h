/* SPDX-License-Identifier: MIT */
/*
 * entry - versions of a descriptor that a walk may use; for mmu.c, see entry.c
 */
#ifndef HW_ENTRY_H
#define HW_ENTRY_H

#include "hw.h"

#define CACHED_MAX	4	/* versions of an entry to choose from */
#define ENTRIES_MAX	16	/* exploring: all, up to this */
#define MIXES_MAX	3	/* made of two that contradict */

/**
 * struct walk - one walk, on its way down
 * @level: where it is
 * @since: time since which the upper levels have led here
 * @view: what a read of the next descriptor is ordered after
 * @seen: newest descriptor used so far
 * @read_only: an upper level takes away the right to write (R-TLB-10)
 * @root: tables that it walks; @past: not those installed now: what it uses
 *	first must be cached (R-TLB-8)
 */
struct walk {
	struct agent *a;
	u64 va;
	bool write, newest, past, read_only;
	u32 root, level, since, view, seen;
};

/**
 * struct entry - a version that may be used
 * @start, @end: times between which it was the newest
 * @memory: a read of memory may return it (R-SMMU-8): the newest, as a rule
 * @fault: what the walk ends with
 * @update: hardware has to set a bit in it first
 * @drain: only once the agent's stores are visible
 * @view: what the access is ordered after
 * @limit: the access must be ordered before this (R-INV-6)
 */
struct entry {
	u64 val;
	u32 slot, start, end;
	bool newest, memory, update, drain;
	enum mmu_fault fault;
	u32 view, limit;
};

/** walk_begin() - @addr_view: view with which the address was got */
void walk_begin(struct walk *w, u32 addr_view);

/** walk_down() - go to the table that @e leads to */
void walk_down(struct walk *w, const struct entry *e);

/**
 * entry_list() - versions of @slot that @w may use, newest first
 * @group: it is another member's slot: only contiguous ones count (R-CONT-1)
 * @max: at most so many, up to ENTRIES_MAX
 *
 * Return: how many; 0: none at this moment.
 */
u32 entry_list(const struct walk *w, u32 slot, bool group, struct entry *list,
	       u32 max);

/**
 * entry_mixes() - append what a machine may make of two of them (R-BBM-4)
 * @list: has room for MIXES_MAX more than @n
 *
 * Return: how many there are now.
 */
u32 entry_mixes(const struct walk *w, struct entry *list, u32 n);

/** entry_table_ages() - does @a set accessed bits of entries to tables? */
bool entry_table_ages(const struct agent *a);

#endif
