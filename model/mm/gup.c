/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: mm/gup.c, gup_fast() and below
 * Departs in:  one page per call; no FOLL_PIN accounting, no anon-exclusive
 *              and no longterm checks; no hugetlb
 *
 * Walk the tables with interrupts off and no lock. What keeps that safe:
 *
 *	tables	are freed after a grace period, and interrupts-off sections
 *		are readers; or after an interrupt that this CPU must take
 *	pages	are pinned first and believed afterwards, if the entries that
 *		led to them are still the same
 */
#include <linux/mm.h>

static struct folio *try_get_folio(struct page *page)
{
	struct folio *folio;

retry:
	folio = page_folio(page);
	if (unlikely(!folio_try_get(folio)))
		return NULL;

	/*
	 * Now the folio cannot be freed or split. But before that:
	 *
	 *	here			elsewhere
	 *	page_folio()
	 *				split, page freed, mapped again
	 *	folio_try_get()
	 *
	 * and the reference is on a folio that page is no part of.
	 */
	if (unlikely(page_folio(page) != folio)) {
		folio_put(folio);
		goto retry;
	}

	return folio;
}

static int gup_fast_pte_range(pmd_t pmd, pmd_t *pmdp, unsigned long addr,
			      unsigned int flags, struct page **pagep)
{
	struct folio *folio;
	struct page *page;
	pte_t pte, *ptep;
	int ret = 0;

	ptep = pte_offset_map(&pmd, addr);
	if (!ptep)
		return 0;

	pte = ptep_get_lockless(ptep);
	if (!pte_present(pte))
		goto unmap;
	if ((flags & FOLL_WRITE) && !pte_write(pte))
		goto unmap;

	page = pte_page(pte);
	folio = try_get_folio(page);
	if (!folio)
		goto unmap;

	/*
	 * The reference is a full barrier. Pairs with collapse_huge_page(),
	 * which clears the PMD entry (full barrier) and then looks at the
	 * references: either it sees ours, or we see its clear here.
	 */
	if (unlikely(pmd_val(pmd) != pmd_val(*pmdp)) ||
	    unlikely(pte_val(pte) != pte_val(ptep_get(ptep)))) {
		folio_put(folio);
		goto unmap;
	}

	*pagep = page;
	ret = 1;
unmap:
	pte_unmap(ptep);
	return ret;
}

static int gup_fast_pmd_leaf(pmd_t orig, pmd_t *pmdp, unsigned long addr,
			     unsigned int flags, struct page **pagep)
{
	struct folio *folio;
	struct page *page;

	if ((flags & FOLL_WRITE) && !pmd_write(orig))
		return 0;

	page = pmd_page(orig) + TABLE_INDEX(addr, PAGE_SHIFT);
	folio = try_get_folio(page);
	if (!folio)
		return 0;

	if (unlikely(pmd_val(orig) != pmd_val(*pmdp))) {
		folio_put(folio);
		return 0;
	}

	*pagep = page;
	return 1;
}

static int gup_fast_pmd_range(pud_t *pudp, pud_t pud, unsigned long addr,
			      unsigned int flags, struct page **pagep)
{
	pmd_t *pmdp = pmd_offset_lockless(pudp, pud, addr);
	pmd_t pmd = pmdp_get_lockless(pmdp);

	if (!pmd_present(pmd))
		return 0;
	if (unlikely(pmd_leaf(pmd)))
		return gup_fast_pmd_leaf(pmd, pmdp, addr, flags, pagep);

	return gup_fast_pte_range(pmd, pmdp, addr, flags, pagep);
}

static int gup_fast_pud_range(pgd_t *pgdp, pgd_t pgd, unsigned long addr,
			      unsigned int flags, struct page **pagep)
{
	pud_t *pudp = pud_offset_lockless(pgdp, pgd, addr);
	pud_t pud = READ_ONCE(*pudp);

	if (unlikely(!pud_present(pud)))
		return 0;

	return gup_fast_pmd_range(pudp, pud, addr, flags, pagep);
}

static int gup_fast_pgd_range(struct mm_struct *mm, unsigned long addr,
			      unsigned int flags, struct page **pagep)
{
	pgd_t *pgdp = pgd_offset(mm, addr);
	pgd_t pgd = READ_ONCE(*pgdp);

	if (!pgd_present(pgd))
		return 0;

	return gup_fast_pud_range(pgdp, pgd, addr, flags, pagep);
}

/*
 * Return: 1 with a reference on *@page, or 0: the caller takes the slow way.
 */
int get_user_pages_fast_only(struct mm_struct *mm, unsigned long start,
			     unsigned int gup_flags, struct page **page)
{
	unsigned long flags;
	int ret;

	/*
	 * Holds up the interrupt that whoever frees or replaces tables sends
	 * (and waits for), and counts as an RCU reader.
	 */
	local_irq_save(flags);
	ret = gup_fast_pgd_range(mm, start, gup_flags, page);
	local_irq_restore(flags);

	return ret;
}
