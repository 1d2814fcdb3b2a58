/* SPDX-License-Identifier: MIT */
/*
 * TLB invalidation (model/hw/flush.c): by interrupt as x86 does it, or by
 * broadcast as arm64 and x86 with INVLPGB do, as the machine of the run has it.
 * Each returns when no CPU can use an old translation any more (R-INV-4).
 */
#ifndef ASM_TLBFLUSH_H
#define ASM_TLBFLUSH_H

#include <linux/mm_types.h>

void flush_tlb_page(struct vm_area_struct *vma, unsigned long addr);
void flush_tlb_range(struct vm_area_struct *vma, unsigned long start,
		     unsigned long end);
void flush_tlb_mm_range(struct mm_struct *mm, unsigned long start,
			unsigned long end);

#endif
