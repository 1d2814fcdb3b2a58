/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: include/asm-generic/tlb.h
 * Departs in:  one batch of pages
 */
#ifndef LINUX_MMU_GATHER_H
#define LINUX_MMU_GATHER_H

#include <linux/mm.h>

#define MMU_GATHER_BUNDLE	8
#define MMU_TABLE_BATCH		4

struct mmu_table_batch {
	struct rcu_head rcu;
	unsigned long nr;
	struct page *tables[MMU_TABLE_BATCH];
};

struct mmu_gather {
	struct mm_struct *mm;
	struct mmu_table_batch *batch;
	unsigned long start, end;
	bool freed_tables;	/* tables as well as pages */
	unsigned int nr;
	struct page *pages[MMU_GATHER_BUNDLE];
};

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm);
/* Remember that [@addr, @addr + @size) was unmapped. */
void tlb_flush_entry(struct mmu_gather *tlb, unsigned long addr,
		     unsigned long size);
/* Free @page after the flush. */
void tlb_remove_page(struct mmu_gather *tlb, struct page *page);
/* Free @table after the flush and when no lockless walker can be in it. */
void tlb_remove_table(struct mmu_gather *tlb, struct page *table);
void tlb_flush_mmu(struct mmu_gather *tlb);
void tlb_finish_mmu(struct mmu_gather *tlb);

/* Wait for all CPUs that walk tables with interrupts off. */
void tlb_remove_table_sync_one(void);

#endif
