/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: include/linux/mm_types.h
 * Departs in:  one reference and one map count per folio; the fields that the
 *              code under test uses, each in an 8-byte cell of its own, so
 *              that no two of them are ordered by sharing one
 */
#ifndef LINUX_MM_TYPES_H
#define LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/spinlock.h>
#include <asm/pgtable_types.h>

#define __cell	__attribute__((aligned(8)))

#define PG_dirty	0	/* bit numbers in page->flags */

/**
 * struct page - a page frame, or (as struct ptdesc in the kernel) a table
 * @flags: PG_*
 * @compound_head: 1 | address of the head page, for a tail
 * @_refcount, @_mapcount: as in the kernel, but the map count starts at 0
 * @ptl: split page-table lock, for a page that is a table
 * @rcu_head: for tables freed after a grace period
 * @pmd_huge_pte: table deposited for the huge entry in this PMD table
 */
struct page {
	unsigned long flags __cell;
	unsigned long compound_head __cell;
	atomic_t _refcount __cell;
	atomic_t _mapcount __cell;
	spinlock_t ptl __cell;
	union {
		struct rcu_head rcu_head __cell;
		struct page *pmd_huge_pte __cell;
	};
} __attribute__((aligned(64)));
_Static_assert(sizeof(struct page) == 64, "PAGE_LG2 in fmt/frames.h");
_Static_assert(offsetof(struct page, ptl) == PAGE_PTL, "as in fmt/frames.h");

struct folio { struct page page; };

typedef struct page *pgtable_t;

struct mm_struct {
	pgd_t *pgd __cell;
	struct rw_semaphore mmap_lock __cell;
	spinlock_t page_table_lock __cell;
};

#define VM_WRITE	0x2UL

struct vm_area_struct {
	unsigned long vm_start __cell, vm_end __cell;
	struct mm_struct *vm_mm __cell;
	unsigned long vm_flags __cell;
};

#endif
