/* SPDX-License-Identifier: MIT */
/*
 * Is somebody between clearing entries and flushing them?
 *
 * Whoever finds an entry that forbids something, and wants to conclude that no
 * CPU does it any more, must ask: the flush may be still to come.
 *
 *	zap				another that holds the PTL
 *	inc_tlb_flush_pending()
 *	spin_lock(ptl)
 *	entry changed
 *	spin_unlock(ptl)
 *					spin_lock(ptl)
 *					entry: changed already
 *					mm_tlb_flush_pending(): true
 *					must flush
 *	flush
 *	dec_tlb_flush_pending()
 *
 * The increment comes before the entry's change, the lock orders the two for
 * whoever sees the change under the same lock. The flush orders itself before
 * the decrement: so who reads 0 knows that it is over.
 *
 * Modelled on: include/linux/mm_types.h, include/linux/mm_inline.h
 */
#ifndef LINUX_MM_INLINE_H
#define LINUX_MM_INLINE_H

#include <linux/mm_types.h>

/* Does this kernel's mmu_gather keep the count? No step. */
bool tlb_flush_pending_in_use(void);

static inline void inc_tlb_flush_pending(struct mm_struct *mm)
{
	atomic_inc(&mm->tlb_flush_pending);
}

static inline void dec_tlb_flush_pending(struct mm_struct *mm)
{
	atomic_dec(&mm->tlb_flush_pending);
}

/* Caller holds the PTL under which the entry was changed. */
static inline bool mm_tlb_flush_pending(struct mm_struct *mm)
{
	return atomic_read(&mm->tlb_flush_pending);
}

/* Is it somebody else than the caller, who has incremented it? */
static inline bool mm_tlb_flush_nested(struct mm_struct *mm)
{
	return atomic_read(&mm->tlb_flush_pending) > 1;
}

#endif
