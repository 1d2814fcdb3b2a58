/* SPDX-License-Identifier: MIT */
/* Modelled on: arch/arm64/include/asm/tlb.h, tlb_flush() */
#ifndef ASM_ARM64_TLB_H
#define ASM_ARM64_TLB_H

#include <linux/mmu_gather.h>

/* Entries that lead to tables stay cached if no table is freed. */
static inline void tlb_flush(struct mmu_gather *tlb)
{
	__flush_tlb_range(tlb->mm, tlb->start, tlb->end, !tlb->freed_tables);
}

#endif
