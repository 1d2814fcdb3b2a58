/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/arm64/include/asm/tlbflush.h
 * Departs in:  one instruction for a range of any length; one address space
 *              for all ASIDs; no level hints; no MMU notifiers, no errata
 *
 *	dsb(ishst)	the new entries first: a walker could fetch the old ones
 *			again after the invalidation
 *	tlbi
 *	dsb(ish)	no CPU uses, or is still using, an old translation
 */
#ifndef ASM_ARM64_TLBFLUSH_H
#define ASM_ARM64_TLBFLUSH_H

#include <linux/mm_types.h>
#include <asm/barrier.h>

#define __tlbi_vae1is	MACHINE_TLBI_BROADCAST
#define __tlbi_vale1is	(MACHINE_TLBI_BROADCAST | MACHINE_TLBI_LEAF)

#define __tlbi_range(op, start, end)					\
	machine_tlbi(start, end, (enum machine_tlbi)(__tlbi_##op))

static inline void __flush_tlb_range_nosync(struct mm_struct *mm,
					    unsigned long start,
					    unsigned long end, bool last_level)
{
	(void)mm;
	dsb(ishst);
	if (last_level)
		__tlbi_range(vale1is, start, end);
	else
		__tlbi_range(vae1is, start, end);
}

static inline void __flush_tlb_range(struct mm_struct *mm, unsigned long start,
				     unsigned long end, bool last_level)
{
	__flush_tlb_range_nosync(mm, start, end, last_level);
	dsb(ish);
}

/* Not the last level only: collapse flushes entries that lead to tables. */
static inline void flush_tlb_range(struct vm_area_struct *vma,
				   unsigned long start, unsigned long end)
{
	__flush_tlb_range(vma->vm_mm, start, end, false);
}

static inline void flush_tlb_page(struct vm_area_struct *vma,
				  unsigned long addr)
{
	__flush_tlb_range(vma->vm_mm, addr, addr + PAGE_SIZE, true);
}

#endif
