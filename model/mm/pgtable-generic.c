/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: mm/pgtable-generic.c, mm/memory.c (__pte_alloc(), pmd_install())
 * Departs in:  one table deposited per PMD table; no highmem
 */
#include <linux/mmu_gather.h>

pgtable_t pte_alloc_one(struct mm_struct *mm)
{
	pgtable_t pte = alloc_page(GFP_KERNEL | __GFP_ZERO);

	(void)mm;
	if (pte)
		pagetable_ctor(pte, 1);
	return pte;
}

/* The caller knows that nobody can be in the table. */
void pte_free(struct mm_struct *mm, pgtable_t pte)
{
	(void)mm;
	pagetable_ctor(pte, 0);
	__free_pages(pte, 0);
}

static void pte_free_now(struct rcu_head *head)
{
	struct page *page = container_of(head, struct page, rcu_head);

	pte_free(NULL, page);
}

/*
 * Free a table that was reachable a moment ago: walkers under rcu_read_lock()
 * or with interrupts off may still be in it.
 */
void pte_free_defer(struct mm_struct *mm, pgtable_t pgtable)
{
	(void)mm;
	call_rcu(&pgtable->rcu_head, pte_free_now);
}

static void pmd_install(struct mm_struct *mm, pmd_t *pmd, pgtable_t *pte)
{
	spinlock_t *ptl = pmd_lock(mm, pmd);

	if (likely(pmd_none(*pmd))) {	/* has another one populated it? */
		/*
		 * The zeroed table before the entry that leads to it. Pairs
		 * with the address dependency of walkers without locks.
		 */
		smp_wmb();
		pmd_populate(mm, pmd, *pte);
		*pte = NULL;
	}
	spin_unlock(ptl);
}

int __pte_alloc(struct mm_struct *mm, pmd_t *pmd)
{
	pgtable_t new = pte_alloc_one(mm);

	if (!new)
		return -1;

	pmd_install(mm, pmd, &new);
	if (new)
		pte_free(mm, new);
	return 0;
}

/*
 * Find the table under an entry that nobody keeps still. Returns inside
 * rcu_read_lock(): the table stays, even if it is no longer what *@pmd says;
 * pte_unmap() leaves it.
 */
pte_t *__pte_offset_map(pmd_t *pmd, unsigned long addr, pmd_t *pmdvalp)
{
	unsigned long flags __maybe_unused;
	pmd_t pmdval;

	rcu_read_lock();
#ifdef CONFIG_GUP_GET_PXX_LOW_HIGH
	/*
	 * As in ptep_get_lockless(): the interrupt of
	 * pmdp_get_lockless_sync() must not come between the halves.
	 */
	local_irq_save(flags);
#endif
	pmdval = pmdp_get_lockless(pmd);
#ifdef CONFIG_GUP_GET_PXX_LOW_HIGH
	local_irq_restore(flags);
#endif
	if (pmdvalp)
		*pmdvalp = pmdval;
	if (unlikely(pmd_none(pmdval) || !pmd_present(pmdval)))
		goto nomap;
	if (unlikely(pmd_trans_huge(pmdval)))
		goto nomap;
	if (unlikely(pmd_bad(pmdval)))
		goto nomap;
	return (pte_t *)pmd_page_vaddr(pmdval) + TABLE_INDEX(addr, PAGE_SHIFT);
nomap:
	rcu_read_unlock();
	return NULL;
}

pte_t *pte_offset_map_nolock(struct mm_struct *mm, pmd_t *pmd,
			     unsigned long addr, spinlock_t **ptlp)
{
	pmd_t pmdval;
	pte_t *pte;

	pte = __pte_offset_map(pmd, addr, &pmdval);
	if (likely(pte))
		*ptlp = pte_lockptr(mm, &pmdval);
	return pte;
}

/*
 * As above with the table's lock held. The lock is in the table's page, so it
 * can only be taken after the table was found; whether the table is still the
 * one in use is looked at once more under the lock.
 */
pte_t *pte_offset_map_lock(struct mm_struct *mm, pmd_t *pmd,
			   unsigned long addr, spinlock_t **ptlp)
{
	spinlock_t *ptl;
	pmd_t pmdval;
	pte_t *pte;

again:
	pte = __pte_offset_map(pmd, addr, &pmdval);
	if (unlikely(!pte))
		return pte;
	ptl = pte_lockptr(mm, &pmdval);
	spin_lock(ptl);
	if (likely(pmd_same(pmdval, pmdp_get_lockless(pmd)))) {
		*ptlp = ptl;
		return pte;
	}
	pte_unmap_unlock(pte, ptl);
	goto again;
}

/*
 * Take the table out. When this returns no MMU uses it or what it maps; code
 * that walks without locks may still be in it.
 */
pmd_t pmdp_collapse_flush(struct vm_area_struct *vma, unsigned long address,
			  pmd_t *pmdp)
{
	pmd_t pmd;

	VM_BUG_ON(address & ~HPAGE_PMD_MASK);
	pmd = pmdp_huge_get_and_clear(vma->vm_mm, address, pmdp);

	/* The range maps small pages: flush all of them. */
	flush_tlb_range(vma, address, address + HPAGE_PMD_SIZE);
	return pmd;
}

/* Under the PMD lock: the table comes back when the huge entry goes. */
void pgtable_trans_huge_deposit(struct mm_struct *mm, pmd_t *pmdp,
				pgtable_t pgtable)
{
	(void)mm;
	virt_to_page(pmdp)->pmd_huge_pte = pgtable;
}

pgtable_t pgtable_trans_huge_withdraw(struct mm_struct *mm, pmd_t *pmdp)
{
	pgtable_t pgtable = virt_to_page(pmdp)->pmd_huge_pte;

	(void)mm;
	virt_to_page(pmdp)->pmd_huge_pte = NULL;
	return pgtable;
}

pmd_t *mm_find_pmd(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	pud_t *pud;

	if (!pgd_present(*pgd))
		return NULL;
	pud = pud_offset(pgd, address);
	if (!pud_present(*pud))
		return NULL;
	return pmd_offset(pud, address);
}
