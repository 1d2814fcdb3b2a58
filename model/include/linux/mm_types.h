/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: include/linux/mm_types.h
 * Departs in:  one reference and one map count per folio; the fields that the
 *              code under test uses, each in an 8-byte cell of its own, so
 *              that no two of them are ordered by sharing one (but see mm)
 */
#ifndef LINUX_MM_TYPES_H
#define LINUX_MM_TYPES_H

#include <linux/atomic64.h>
#include <linux/cpumask.h>
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

/**
 * typedef mm_context_t - an architecture's part of an mm
 * @tlb_gen: changes of its tables that need a flush, so far (x86)
 * @id: ASID and generation (arm64); 0: none yet
 */
typedef union {
	atomic64_t tlb_gen;
	atomic64_t id;
} mm_context_t;

struct mmu_notifier_subscriptions;
struct vm_area_struct;

/**
 * struct mm_struct
 * @cpu_bitmap: CPUs that may have translations of it
 * @mm_lock_seq: VMAs with this number are write-locked; see linux/mmap_lock.h
 * @tlb_flush_pending: mmu_gathers under way; see linux/mm_inline.h
 * @tlb_flush_batched: flushes put off; see linux/tlb_batch.h
 * @vma: the VMA there is: in the kernel, a maple tree of them
 *
 * Two pairs share a cell: nothing relies on an order within a pair.
 */
struct mm_struct {
	pgd_t *pgd __cell;
	struct rw_semaphore mmap_lock __cell;
	spinlock_t page_table_lock __cell;
	struct cpumask cpu_bitmap __cell;
	int mm_lock_seq;
	atomic_t tlb_flush_pending __cell;
	atomic_t tlb_flush_batched;
	mm_context_t context __cell;
	struct mmu_notifier_subscriptions *notifier_subscriptions __cell;
	struct vm_area_struct *vma __cell;
};
/* One object of the allocator's, as before it had the later ones. */
_Static_assert(sizeof(struct mm_struct) == 64, "where setups have theirs");

static inline struct cpumask *mm_cpumask(struct mm_struct *mm)
{
	return &mm->cpu_bitmap;
}

#define VM_WRITE	0x2UL

/**
 * struct vm_area_struct
 * @vm_lock_seq: write-locked while the same as the mm's; see
 *	linux/mmap_lock.h
 * @vm_lock: readers hold it; writers only to wait for them
 * @detached: not the mm's any more
 */
struct vm_area_struct {
	unsigned long vm_start __cell, vm_end __cell;
	struct mm_struct *vm_mm __cell;
	unsigned long vm_flags __cell;
	int vm_lock_seq __cell;
	struct rw_semaphore vm_lock __cell;
	bool detached __cell;
};

#endif
