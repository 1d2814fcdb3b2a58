/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: mm/mmu_gather.c
 * Departs in:  one bundle of pages, flushed when full; the batch of tables is
 *              a kmalloc()ed object; no delayed rmap; tlb_flush_pending only
 *              where the kernel of the run keeps it
 *
 * Order is the point of it: entries were cleared; then the TLBs are flushed;
 * then pages are freed. Tables are freed after the flush *and* when no walker
 * without locks can still be in them: after a grace period or, without memory
 * for a batch, after every CPU has taken an interrupt.
 */
#include <linux/mm_inline.h>
#include <linux/mmu_gather.h>

#include <asm/tlb.h>

/* Not of an mm that is not there. */
static bool counts(const struct mmu_gather *tlb)
{
	return tlb->mm && tlb_flush_pending_in_use();
}

void tlb_gather_mmu(struct mmu_gather *tlb, struct mm_struct *mm)
{
	tlb->mm = mm;
	tlb->batch = NULL;
	tlb->start = ~0UL;
	tlb->end = 0;
	tlb->nr = 0;
	tlb->freed_tables = false;
	if (counts(tlb))
		inc_tlb_flush_pending(mm);
}

void tlb_flush_entry(struct mmu_gather *tlb, unsigned long addr,
		     unsigned long size)
{
	if (addr < tlb->start)
		tlb->start = addr;
	if (addr + size > tlb->end)
		tlb->end = addr + size;
}

static void tlb_flush_mmu_tlbonly(struct mmu_gather *tlb)
{
	if (!tlb->end)
		return;
	tlb_flush(tlb);
	tlb->start = ~0UL;
	tlb->end = 0;
	tlb->freed_tables = false;
}

static void tlb_remove_table_smp_sync(void *arg)
{
	(void)arg;
}

void tlb_remove_table_sync_one(void)
{
	smp_call_function(tlb_remove_table_smp_sync, NULL, 1);
}

static void free_table(struct page *table)
{
	pagetable_ctor(table, 0);
	__free_pages(table, 0);
}

static void tlb_remove_table_rcu(struct rcu_head *head)
{
	struct mmu_table_batch *batch =
		container_of(head, struct mmu_table_batch, rcu);

	for (unsigned long i = 0; i < batch->nr; i++)
		free_table(batch->tables[i]);
	kfree(batch);
}

static void tlb_table_flush(struct mmu_gather *tlb)
{
	if (!tlb->batch)
		return;
	tlb_flush_mmu_tlbonly(tlb);
	call_rcu(&tlb->batch->rcu, tlb_remove_table_rcu);
	tlb->batch = NULL;
}

void tlb_remove_table(struct mmu_gather *tlb, struct page *table)
{
	tlb->freed_tables = true;
	if (!tlb->batch) {
		tlb->batch = kmalloc(sizeof(*tlb->batch), GFP_KERNEL);
		if (!tlb->batch) {
			/* Both kinds of walker: MMUs, then irq-off code. */
			tlb_flush_mmu_tlbonly(tlb);
			tlb_remove_table_sync_one();
			/* Walkers under rcu_read_lock() do not take part. */
			synchronize_rcu();
			free_table(table);
			return;
		}
		tlb->batch->nr = 0;
	}
	tlb->batch->tables[tlb->batch->nr++] = table;
	if (tlb->batch->nr == MMU_TABLE_BATCH)
		tlb_table_flush(tlb);
}

void tlb_flush_mmu(struct mmu_gather *tlb)
{
	tlb_flush_mmu_tlbonly(tlb);
	tlb_table_flush(tlb);
	for (unsigned int i = 0; i < tlb->nr; i++)
		folio_put(page_folio(tlb->pages[i]));
	tlb->nr = 0;
}

void tlb_remove_page(struct mmu_gather *tlb, struct page *page)
{
	tlb->pages[tlb->nr++] = page;
	if (tlb->nr == MMU_GATHER_BUNDLE)
		tlb_flush_mmu(tlb);
}

/*
 * Somebody else is unmapping too. Of entries that we found cleared we know
 * nothing: flush everything before our caller believes that they are gone.
 */
static void flush_for_others(struct mmu_gather *tlb)
{
	if (!mm_tlb_flush_nested(tlb->mm))
		return;
	tlb->start = 0;
	tlb->end = ~0UL;
	tlb->freed_tables = true;
}

void tlb_finish_mmu(struct mmu_gather *tlb)
{
	if (counts(tlb))
		flush_for_others(tlb);
	tlb_flush_mmu(tlb);
	if (counts(tlb))
		dec_tlb_flush_pending(tlb->mm);
}
