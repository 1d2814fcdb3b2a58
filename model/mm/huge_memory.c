/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: mm/huge_memory.c, split_huge_page_to_list();
 *              mm/truncate.c, truncate_inode_partial_folio()
 * Departs in:  the folio is mapped in one place, by small entries; all of it is
 *              truncated
 */
#include <linux/mmu_gather.h>

/* Remove the small entries that map @folio. */
static void unmap_folio(struct vm_area_struct *vma, unsigned long address,
			struct folio *folio)
{
	struct mm_struct *mm = vma->vm_mm;
	pmd_t *pmd = mm_find_pmd(mm, address);
	bool unmapped = false;
	spinlock_t *ptl;
	pte_t *pte;

	if (!pmd)
		return;
	pte = pte_offset_map_lock(mm, pmd, address, &ptl);
	if (!pte)
		return;
	for (int i = 0; i < HPAGE_PMD_NR; i++) {
		pte_t pteval = ptep_get(pte + i);

		if (!pte_present(pteval) ||
		    page_folio(pte_page(pteval)) != folio)
			continue;
		pteval = ptep_get_and_clear(mm, address, pte + i);
		if (pte_dirty(pteval))
			folio_mark_dirty(folio);
		folio_remove_rmap(folio);
		/* Not the last one: the page cache's is left. */
		folio_put(folio);
		unmapped = true;
	}
	if (unmapped)
		flush_tlb_range(vma, address, address + HPAGE_PMD_SIZE);
	pte_unmap_unlock(pte, ptl);
}

/*
 * Truncate a folio of the page cache, mapped at @address: unmap, split, drop
 * the page cache's references. Caller holds mmap_lock for reading.
 *
 * Return: 0 when it was split, so that its pages are freed one by one.
 */
int truncate_folio(struct vm_area_struct *vma, unsigned long address,
		   struct folio **cache)
{
	struct folio *folio = xchg(cache, NULL);

	if (!folio)
		return -1;		/* somebody else truncates it */

	unmap_folio(vma, address, folio);

	/* Somebody looks at it just now: it goes as a whole, later. */
	if (!folio_ref_freeze(folio, 1)) {
		folio_put(folio);
		return -1;
	}

	split_page_frozen(folio, HPAGE_PMD_ORDER);
	/* From the tail: the head is the last to go. */
	for (int i = HPAGE_PMD_NR - 1; i >= 0; i--)
		folio_put(page_folio(&folio->page + i));
	return 0;
}
