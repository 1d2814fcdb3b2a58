/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MM_H
#define LINUX_MM_H

#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>
#include <asm/tlbflush.h>

/* --- pages and folios ---------------------------------------------------- */

static inline struct folio *page_folio(struct page *page)
{
	unsigned long head = READ_ONCE(page->compound_head);

	return (struct folio *)(head & 1 ? (struct page *)(head - 1) : page);
}

static inline unsigned long folio_pfn(struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

/*
 * References (model/kernel/page_alloc.c). Full barriers, like the kernel's
 * value-returning atomics.
 */
void folio_get(struct folio *folio);
void folio_put(struct folio *folio);
bool folio_try_get(struct folio *folio);	/* fails at zero */
int folio_ref_count(const struct folio *folio);
/* Succeeds when exactly @count references are left: nobody can get one now. */
bool folio_ref_freeze(struct folio *folio, int count);
void folio_ref_unfreeze(struct folio *folio, int count);

void folio_mark_dirty(struct folio *folio);
bool folio_test_dirty(struct folio *folio);

/* The frozen folio becomes 2^@order pages of their own (prep is atomic). */
void split_page_frozen(struct folio *folio, unsigned int order);

/* Copy user content; the copy takes the original's place from here on. */
void copy_user_highpage(struct page *to, struct page *from);

static inline int folio_mapcount(struct folio *folio)
{
	return atomic_read(&folio->page._mapcount);
}

static inline void folio_add_rmap(struct folio *folio)
{
	atomic_inc(&folio->page._mapcount);
}

static inline void folio_remove_rmap(struct folio *folio)
{
	atomic_dec(&folio->page._mapcount);
}

/* --- locks --------------------------------------------------------------- */

/* Split locks: each table carries the lock for its entries in its page. */
static inline spinlock_t *ptlock_ptr(struct page *table)
{
	return &table->ptl;
}

static inline spinlock_t *pte_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	(void)mm;
	return ptlock_ptr(pmd_page(*pmd));
}

static inline spinlock_t *pmd_lockptr(struct mm_struct *mm, pmd_t *pmd)
{
	(void)mm;
	return ptlock_ptr(virt_to_page(pmd));
}

static inline spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)
{
	spinlock_t *ptl = pmd_lockptr(mm, pmd);

	spin_lock(ptl);
	return ptl;
}

/* --- tables -------------------------------------------------------------- */

/* The page becomes a table of @level (1 = PTE table) or stops being one. */
void pagetable_ctor(struct page *page, int level);

pgtable_t pte_alloc_one(struct mm_struct *mm);
void pte_free(struct mm_struct *mm, pgtable_t pte);
void pte_free_defer(struct mm_struct *mm, pgtable_t pgtable);
int __pte_alloc(struct mm_struct *mm, pmd_t *pmd);

pte_t *__pte_offset_map(pmd_t *pmd, unsigned long addr, pmd_t *pmdvalp);
pte_t *pte_offset_map_nolock(struct mm_struct *mm, pmd_t *pmd,
			     unsigned long addr, spinlock_t **ptlp);
pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd,
			   unsigned long addr, spinlock_t **ptlp);

static inline pte_t *pte_offset_map(pmd_t *pmd, unsigned long addr)
{
	return __pte_offset_map(pmd, addr, NULL);
}

static inline void pte_unmap(pte_t *pte)
{
	(void)pte;
	rcu_read_unlock();
}

static inline void pte_unmap_unlock(pte_t *pte, spinlock_t *ptl)
{
	spin_unlock(ptl);
	pte_unmap(pte);
}

pmd_t pmdp_collapse_flush(struct vm_area_struct *vma, unsigned long address,
			  pmd_t *pmdp);
void pgtable_trans_huge_deposit(struct mm_struct *mm, pmd_t *pmdp,
				pgtable_t pgtable);
pgtable_t pgtable_trans_huge_withdraw(struct mm_struct *mm, pmd_t *pmdp);

pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long address);

/* --- operations ---------------------------------------------------------- */

#define FOLL_WRITE	0x1u

#define FAULT_FLAG_WRITE	0x1u
#define VM_FAULT_OOM		0x1u
#define VM_FAULT_SIGSEGV	0x2u
#define VM_FAULT_RETRY		0x4u

int get_user_pages_fast_only(struct mm_struct *mm, unsigned long start,
			     unsigned int gup_flags, struct page **page);
bool lockless_pte(struct mm_struct *mm, unsigned long addr, pte_t **ptep,
		  pte_t *pte);
unsigned int handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			     unsigned int flags);
void zap_page_range(struct vm_area_struct *vma, unsigned long start,
		    unsigned long end);
int collapse_huge_page(struct vm_area_struct *vma, unsigned long address);
int retract_page_tables(struct vm_area_struct *vma, unsigned long address,
			struct folio *folio);
int truncate_folio(struct vm_area_struct *vma, unsigned long address,
		   struct folio **cache);

#endif
