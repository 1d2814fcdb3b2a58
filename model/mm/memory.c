/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: mm/memory.c, handle_mm_fault() and zap_pte_range()
 * Departs in:  anonymous memory only, no copy on write, no swap, no per-VMA
 *              lock; a huge entry is zapped whole
 */
#include <linux/mmu_gather.h>

struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address;
	unsigned int flags;
	pmd_t *pmd;
	pte_t *pte;
	pte_t orig_pte;
	spinlock_t *ptl;
};

static unsigned int do_anonymous_page(struct vm_fault *vmf)
{
	struct mm_struct *mm = vmf->vma->vm_mm;
	struct page *page;
	pte_t entry;

	if (pmd_none(pmdp_get_lockless(vmf->pmd)) && __pte_alloc(mm, vmf->pmd))
		return VM_FAULT_OOM;

	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	if (!page)
		return VM_FAULT_OOM;

	entry = pte_mkdirty(mk_pte(page, PAGE_SHARED));
	vmf->pte = pte_offset_map_lock(mm, vmf->pmd, vmf->address, &vmf->ptl);
	if (!vmf->pte)
		goto release;		/* huge by now, or gone again */
	if (!pte_none(ptep_get(vmf->pte)))
		goto unlock;		/* somebody else was faster */

	folio_add_rmap(page_folio(page));
	set_pte_at(mm, vmf->address, vmf->pte, entry);
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	return 0;

unlock:
	pte_unmap_unlock(vmf->pte, vmf->ptl);
release:
	folio_put(page_folio(page));
	return 0;
}

static unsigned int handle_pte_fault(struct vm_fault *vmf)
{
	struct mm_struct *mm = vmf->vma->vm_mm;
	unsigned int ret = 0;
	pte_t entry;

	vmf->pte = pte_offset_map_nolock(mm, vmf->pmd, vmf->address, &vmf->ptl);
	if (!vmf->pte)
		return do_anonymous_page(vmf);

	/*
	 * Interrupts are on: on a machine that reads it in halves this may be
	 * a mixture. It is only a hint; pte_same() below decides.
	 */
	vmf->orig_pte = ptep_get_lockless(vmf->pte);
	if (pte_none(vmf->orig_pte)) {
		/* The table may go away: find it again when it is needed. */
		pte_unmap(vmf->pte);
		vmf->pte = NULL;
		return do_anonymous_page(vmf);
	}

	spin_lock(vmf->ptl);
	entry = vmf->orig_pte;
	if (unlikely(!pte_same(ptep_get(vmf->pte), entry)))
		goto unlock;		/* changed since: fault again if need be */
	if (vmf->flags & FAULT_FLAG_WRITE) {
		if (!pte_write(entry)) {
			ret = VM_FAULT_SIGSEGV;
			goto unlock;
		}
		entry = pte_mkdirty(entry);
	}
	entry = pte_mkyoung(entry);
	/*
	 * For MMUs that leave accessed and dirty bits to us. If nothing is to
	 * be changed the fault was spurious: the MMU saw what has changed
	 * meanwhile.
	 */
	ptep_set_access_flags(vmf->vma, vmf->address, vmf->pte, entry,
			      vmf->flags & FAULT_FLAG_WRITE);
unlock:
	pte_unmap_unlock(vmf->pte, vmf->ptl);
	return ret;
}

/*
 * Caller holds mmap_lock. Return: 0 when the access may be tried again.
 */
unsigned int handle_mm_fault(struct vm_area_struct *vma, unsigned long address,
			     unsigned int flags)
{
	struct vm_fault vmf = {
		.vma = vma, .address = address & PAGE_MASK, .flags = flags,
	};
	pmd_t orig_pmd;

	vmf.pmd = mm_find_pmd(vma->vm_mm, address);
	if (!vmf.pmd)
		return VM_FAULT_SIGSEGV;

	orig_pmd = pmdp_get_lockless(vmf.pmd);
	if (pmd_none(orig_pmd))
		return do_anonymous_page(&vmf);
	if (pmd_trans_huge(orig_pmd))
		return 0;		/* spurious */

	return handle_pte_fault(&vmf);
}

static void zap_pte_range(struct mmu_gather *tlb, struct vm_area_struct *vma,
			  pmd_t *pmd, unsigned long addr, unsigned long end)
{
	struct mm_struct *mm = tlb->mm;
	spinlock_t *ptl;
	pte_t *start_pte, *pte;

	(void)vma;
	start_pte = pte = pte_offset_map_lock(mm, pmd, addr, &ptl);
	if (!pte)
		return;

	for (; addr != end; pte++, addr += PAGE_SIZE) {
		struct folio *folio;
		pte_t ptent = ptep_get(pte);

		if (!pte_present(ptent))
			continue;

		/* The MMU may have made it dirty since: use what was there. */
		ptent = ptep_get_and_clear(mm, addr, pte);
		tlb_flush_entry(tlb, addr, PAGE_SIZE);
		folio = page_folio(pte_page(ptent));
		if (pte_dirty(ptent))
			folio_mark_dirty(folio);
		folio_remove_rmap(folio);
		tlb_remove_page(tlb, pte_page(ptent));
	}
	pte_unmap_unlock(start_pte, ptl);
}

static bool zap_huge_pmd(struct mmu_gather *tlb, struct vm_area_struct *vma,
			 pmd_t *pmd, unsigned long addr)
{
	struct mm_struct *mm = tlb->mm;
	spinlock_t *ptl = pmd_lock(mm, pmd);
	struct folio *folio;
	pgtable_t pgtable;
	pmd_t orig_pmd;

	(void)vma;
	if (!pmd_trans_huge(pmdp_get_lockless(pmd))) {
		spin_unlock(ptl);
		return false;
	}
	orig_pmd = pmdp_huge_get_and_clear(mm, addr, pmd);
	tlb_flush_entry(tlb, addr, HPAGE_PMD_SIZE);
	pgtable = pgtable_trans_huge_withdraw(mm, pmd);
	folio = page_folio(pmd_page(orig_pmd));
	if (pmd_dirty(orig_pmd))
		folio_mark_dirty(folio);
	folio_remove_rmap(folio);
	spin_unlock(ptl);
	/* Nobody has been able to reach it since the collapse. */
	if (pgtable)
		pte_free(mm, pgtable);
	tlb_remove_page(tlb, pmd_page(orig_pmd));
	return true;
}

/* Caller holds mmap_lock, for reading at least. */
void zap_page_range(struct vm_area_struct *vma, unsigned long start,
		    unsigned long end)
{
	struct mm_struct *mm = vma->vm_mm;
	struct mmu_gather tlb;
	unsigned long addr, next;

	tlb_gather_mmu(&tlb, mm);
	for (addr = start; addr != end; addr = next) {
		pmd_t *pmd = mm_find_pmd(mm, addr);
		pmd_t pmdval;

		next = pmd_addr_end(addr, end);
		if (!pmd)
			continue;
		pmdval = pmdp_get_lockless(pmd);
		if (pmd_none(pmdval))
			continue;
		if (pmd_trans_huge(pmdval) &&
		    zap_huge_pmd(&tlb, vma, pmd, addr & HPAGE_PMD_MASK))
			continue;
		zap_pte_range(&tlb, vma, pmd, addr, next);
	}
	tlb_finish_mmu(&tlb);
}
