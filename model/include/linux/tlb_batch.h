/* SPDX-License-Identifier: MIT */
/*
 * Flushes put off while pages are unmapped one by one (R-INV-10).
 *
 * Reclaim clears entries under the PTL and flushes later, before it frees the
 * pages. Until then CPUs may use what is not in the tables any more, and the
 * next one that holds the PTL finds no entry where there is a translation. So
 * each mm counts what was put off, and who relies on "no entry, so no access"
 * flushes first:
 *
 *	reclaim				mprotect, munmap ...
 *	spin_lock(ptl)
 *	entry cleared
 *	set_tlb_ubc_flush_pending()
 *	spin_unlock(ptl)
 *					spin_lock(ptl)
 *					flush_tlb_batched_pending()
 *					entry: none
 *	try_to_unmap_flush()
 *
 * tlb_flush_batched: low half, how often something was put off; high half, up
 * to which of them all is flushed.
 *
 * Modelled on: mm/rmap.c
 * Departs in:  the batch is the caller's, not the task's; the count does not
 *              come near its limit in a run
 */
#ifndef LINUX_TLB_BATCH_H
#define LINUX_TLB_BATCH_H

#include <linux/mm_types.h>
#include <asm/tlbflush.h>

#define TLB_FLUSH_BATCH_FLUSHED_SHIFT	16
#define TLB_FLUSH_BATCH_PENDING_MASK	\
	((1 << (TLB_FLUSH_BATCH_FLUSHED_SHIFT - 1)) - 1)

/**
 * struct tlbflush_unmap_batch
 * @flush_required: something was put off
 * @writable: of a dirty entry: a store may still be on its way
 */
struct tlbflush_unmap_batch {
	struct arch_tlbflush_unmap_batch arch;
	bool flush_required, writable;
};

/* Under the PTL, after the entry was cleared. */
static inline void
set_tlb_ubc_flush_pending(struct tlbflush_unmap_batch *tlb_ubc,
			  struct mm_struct *mm, bool dirty, unsigned long uaddr)
{
	arch_tlbbatch_add_pending(&tlb_ubc->arch, mm, uaddr);
	tlb_ubc->flush_required = true;
	/* After the entry's change; the PTL orders both for the next one. */
	barrier();
	atomic_inc(&mm->tlb_flush_batched);
	if (dirty)
		tlb_ubc->writable = true;
}

/* Before the pages are freed or written back. */
static inline void try_to_unmap_flush(struct tlbflush_unmap_batch *tlb_ubc)
{
	if (!tlb_ubc->flush_required)
		return;
	arch_tlbbatch_flush(&tlb_ubc->arch);
	tlb_ubc->flush_required = false;
	tlb_ubc->writable = false;
}

static inline void
try_to_unmap_flush_dirty(struct tlbflush_unmap_batch *tlb_ubc)
{
	if (tlb_ubc->writable)
		try_to_unmap_flush(tlb_ubc);
}

/* Under the PTL: after it, no entry means no translation. */
static inline void flush_tlb_batched_pending(struct mm_struct *mm)
{
	int batch = atomic_read(&mm->tlb_flush_batched);
	int pending = batch & TLB_FLUSH_BATCH_PENDING_MASK;
	int flushed = batch >> TLB_FLUSH_BATCH_FLUSHED_SHIFT;

	if (pending == flushed)
		return;
	flush_tlb_mm(mm);
	/*
	 * If more was put off meanwhile, under another PTL, this fails, and
	 * the next one flushes again.
	 */
	atomic_cmpxchg(&mm->tlb_flush_batched, batch,
		       pending | pending << TLB_FLUSH_BATCH_FLUSHED_SHIFT);
}

#endif
