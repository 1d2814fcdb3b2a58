/* SPDX-License-Identifier: MIT */
/*
 * TLB invalidation (model/hw/flush.c): by interrupt as x86 does it, by
 * broadcast as arm64 and x86 with INVLPGB do, by firmware (riscv), by one
 * instruction (s390), as the machine of the run has it. Each returns when no
 * CPU can use an old translation any more (R-INV-4), and tells the mm's
 * notifiers.
 *
 * Modelled on: arch/ARCH/include/asm/tlbflush.h
 * Departs in:  flush_tlb_range() has the page size for stride; an mm of NULL
 *              is all there are
 */
#ifndef ASM_TLBFLUSH_H
#define ASM_TLBFLUSH_H

#include <linux/mm_types.h>
#include <asm/tlb_insn.h>

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr);
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end);
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end);
/* For tlb_flush(): @freed_tables: entries that lead to tables must go. */
void flush_tlb_gathered(struct mm_struct *mm, unsigned long start,
			unsigned long end, bool freed_tables);
void flush_tlb_mm(struct mm_struct *mm);
void flush_tlb_all(void);
void flush_tlb_kernel_range(unsigned long start, unsigned long end);

/* Where the entry is in the tables, for __flush_tlb_range(). */
#define TLBI_TTL_UNKNOWN	0

/**
 * __flush_tlb_range() - for a caller who knows what has changed
 * @last_level: only leaves: entries that lead to tables may stay cached
 * @level: of the leaves, counted from the PTE, which is 1; only those go
 */
void __flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		       unsigned long end, bool last_level, int level);

/* Flushes that are put off: linux/tlb_batch.h. */

/** struct arch_tlbflush_unmap_batch - @cpus: still to be flushed */
struct arch_tlbflush_unmap_batch {
	u32 cpus;
};

/**
 * arch_tlbbatch_add_pending() - the entry for @uaddr was cleared
 * To be flushed at arch_tlbbatch_flush() at the latest. By broadcast the
 * invalidation is sent at once, and only the wait put off.
 */
void arch_tlbbatch_add_pending(struct arch_tlbflush_unmap_batch *batch,
			       struct mm_struct *mm, unsigned long uaddr);
void arch_tlbbatch_flush(struct arch_tlbflush_unmap_batch *batch);

#endif
