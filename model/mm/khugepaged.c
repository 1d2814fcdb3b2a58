/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: mm/khugepaged.c, collapse_huge_page(),
 *              collapse_pte_mapped_thp()
 * Departs in:  pages are not locked, not on an LRU and not swapped; no
 *              anon_vma: nobody else walks by rmap; no userfaultfd
 */
#include <linux/mmu_gather.h>

static void release_pte_pages(struct page **pages)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++)
		pages[i] = NULL;
}

/*
 * The entries cannot be reached any more, neither by MMUs nor by faults. Are
 * all references to the pages those of these mappings?
 */
static bool __collapse_huge_page_isolate(pte_t *pte, struct page **pages)
{
	int none = 0;

	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		pte_t pteval = ptep_get(pte + i);
		struct folio *folio;
		struct page *page;

		pages[i] = NULL;
		if (pte_none(pteval)) {
			if (++none == HPAGE_PMD_NR)
				return false;
			continue;
		}
		if (!pte_present(pteval) || !pte_write(pteval))
			goto fail;
		page = pte_page(pteval);
		folio = page_folio(page);
		/*
		 * Anybody else, like GUP-fast, who got a reference before the
		 * entry was cleared is seen here; who comes later sees the
		 * cleared entry. Pairs with gup_fast_pte_range().
		 */
		if (folio_ref_count(folio) != folio_mapcount(folio))
			goto fail;
		pages[i] = page;
	}
	return true;
fail:
	release_pte_pages(pages);
	return false;
}

static void __collapse_huge_page_copy(struct mm_struct *mm, pte_t *pte,
				      unsigned long address,
				      struct page **pages, struct page *hpage)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		struct page *page = pages[i];

		if (!page)
			continue;	/* hpage was allocated zeroed */
		copy_user_highpage(hpage + i, page);
		pte_clear(mm, address + (unsigned long)i * PAGE_SIZE, pte + i);
		folio_remove_rmap(page_folio(page));
		folio_put(page_folio(page));
	}
}

/* Replace small pages by a huge one. Return: 0 when it did. */
int collapse_huge_page(struct vm_area_struct *vma, unsigned long address)
{
	struct page *pages[HPAGE_PMD_NR], *hpage;
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *pmd_ptl, *pte_ptl;
	pmd_t *pmd, _pmd;
	bool isolated;
	int ret = -1;
	pte_t *pte;

	hpage = alloc_pages(GFP_KERNEL | __GFP_ZERO, HPAGE_PMD_ORDER);
	if (!hpage)
		return ret;

	/* No faults from here on. */
	mmap_write_lock(mm);
	pmd = mm_find_pmd(mm, address);
	if (!pmd)
		goto out_up_write;
	_pmd = pmdp_get_lockless(pmd);
	if (pmd_none(_pmd) || pmd_trans_huge(_pmd))
		goto out_up_write;

	pmd_ptl = pmd_lock(mm, pmd);
	_pmd = pmdp_collapse_flush(vma, address, pmd);
	spin_unlock(pmd_ptl);
	/* GUP-fast that got into the table before has left it now. */
	tlb_remove_table_sync_one();

	pte = pte_offset_map_lock(mm, &_pmd, address, &pte_ptl);
	isolated = __collapse_huge_page_isolate(pte, pages);
	spin_unlock(pte_ptl);

	if (unlikely(!isolated)) {
		pte_unmap(pte);
		spin_lock(pmd_ptl);
		VM_BUG_ON(!pmd_none(*pmd));
		pmd_populate(mm, pmd, pmd_pgtable(_pmd));
		spin_unlock(pmd_ptl);
		goto out_up_write;
	}

	__collapse_huge_page_copy(mm, pte, address, pages, hpage);
	pte_unmap(pte);

	/* The copied content before the entry that shows it. */
	smp_wmb();

	folio_add_rmap(page_folio(hpage));
	spin_lock(pmd_ptl);
	VM_BUG_ON(!pmd_none(*pmd));
	pgtable_trans_huge_deposit(mm, pmd, pmd_pgtable(_pmd));
	set_pmd_at(mm, address, pmd,
		   pmd_mkdirty(mk_huge_pmd(hpage, PAGE_SHARED)));
	spin_unlock(pmd_ptl);
	hpage = NULL;
	ret = 0;
out_up_write:
	mmap_write_unlock(mm);
	if (hpage)
		folio_put(page_folio(hpage));
	return ret;
}

/* Do the small entries map nothing but pages of @folio, each in its place? */
static bool maps_only(pte_t *pte, struct folio *folio)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		pte_t pteval = ptep_get(pte + i);

		if (pte_present(pteval) && pte_page(pteval) != &folio->page + i)
			return false;
	}
	return true;
}

static void unmap_ptes(struct mm_struct *mm, unsigned long address, pte_t *pte)
{
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		pte_t pteval;
		struct folio *folio;

		if (pte_none(ptep_get(pte + i)))
			continue;
		pteval = ptep_get_and_clear(mm, address, pte + i);
		folio = page_folio(pte_page(pteval));
		if (pte_dirty(pteval))
			folio_mark_dirty(folio);
		folio_remove_rmap(folio);
		/* Not the last one: the page cache's is left. */
		folio_put(folio);
	}
}

/*
 * The small entries map @folio of the page cache, which is huge already: drop
 * them, then the table. Faults find the folio in the page cache again.
 *
 * Caller holds mmap_lock, for reading: faults and walkers are about.
 */
int retract_page_tables(struct vm_area_struct *vma, unsigned long address,
			struct folio *folio)
{
	struct mm_struct *mm = vma->vm_mm;
	spinlock_t *pml, *ptl;
	pmd_t *pmd, pgt_pmd;
	pte_t *pte;
	int ret = -1;

	pmd = mm_find_pmd(mm, address);
	if (!pmd)
		return ret;

	pml = pmd_lock(mm, pmd);
	pte = pte_offset_map_nolock(mm, pmd, address, &ptl);
	if (!pte)
		goto out_unlock_pmd;
	spin_lock_nested(ptl, SINGLE_DEPTH_NESTING);
	if (!maps_only(pte, folio))
		goto out_unlock_pte;
	/* All of them under both locks: nobody maps anything meanwhile. */
	unmap_ptes(mm, address, pte);
	pgt_pmd = pmdp_collapse_flush(vma, address, pmd);
	pmdp_get_lockless_sync();
	ret = 0;
out_unlock_pte:
	pte_unmap_unlock(pte, ptl);
out_unlock_pmd:
	spin_unlock(pml);

	/*
	 * Walkers that found the table before may still be in it, with
	 * interrupts off (GUP-fast) or in rcu_read_lock().
	 */
	if (!ret)
		pte_free_defer(mm, pmd_pgtable(pgt_pmd));
	return ret;
}
