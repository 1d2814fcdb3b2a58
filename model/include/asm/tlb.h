/* SPDX-License-Identifier: MIT */
/* Modelled on: arch/x86/include/asm/tlb.h, tlb_flush() */
#ifndef ASM_TLB_H
#define ASM_TLB_H

#include <linux/mmu_gather.h>

static inline void tlb_flush(struct mmu_gather *tlb)
{
	flush_tlb_gathered(tlb->mm, tlb->start, tlb->end, tlb->freed_tables);
}

#endif
