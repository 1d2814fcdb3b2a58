/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: kernel/events/core.c, perf_get_pgtable_size()
 * Departs in:  hands out the entry instead of the size of its page
 *
 * A walk without locks that acts on the entry it finds without looking twice.
 */
#include <linux/mm.h>

static bool walk(struct mm_struct *mm, unsigned long addr, pte_t **ptepp,
		 pte_t *ptep_val)
{
	pgd_t *pgdp = pgd_offset(mm, addr);
	pgd_t pgd = READ_ONCE(*pgdp);
	pte_t *ptep;
	pud_t *pudp;
	pud_t pud;
	pmd_t *pmdp;
	pmd_t pmd;

	if (!pgd_present(pgd))
		return false;

	pudp = pud_offset_lockless(pgdp, pgd, addr);
	pud = READ_ONCE(*pudp);
	if (!pud_present(pud))
		return false;

	pmdp = pmd_offset_lockless(pudp, pud, addr);
	pmd = pmdp_get_lockless(pmdp);
	if (!pmd_present(pmd) || pmd_leaf(pmd))
		return false;

	ptep = pte_offset_map(&pmd, addr);
	if (!ptep)
		return false;
	*ptep_val = ptep_get_lockless(ptep);
	*ptepp = ptep;
	pte_unmap(ptep);
	return pte_present(*ptep_val);
}

/*
 * Read the entry for @addr. Interrupts are off over the walk: tables stay, and
 * an entry cannot be cleared, flushed and set again while it is read in halves.
 */
bool lockless_pte(struct mm_struct *mm, unsigned long addr, pte_t **ptep,
		  pte_t *pte)
{
	unsigned long flags;
	bool present;

	local_irq_save(flags);
	present = walk(mm, addr, ptep, pte);
	local_irq_restore(flags);

	return present;
}
