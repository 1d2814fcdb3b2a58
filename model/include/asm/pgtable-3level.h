/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/x86/include/asm/pgtable-3level.h
 *
 * A 64-bit entry is written in two halves. The present bit is in the low one,
 * so the order decides what the page walker and lockless readers can see.
 */
#ifndef ASM_PGTABLE_3LEVEL_H
#define ASM_PGTABLE_3LEVEL_H

/*
 * Only for entries that are not present now:
 *
 *	writer			page walker, ptep_get_lockless()
 *	high
 *	smp_wmb()
 *				not present: high does not matter
 *	low, present
 *				high is the one that belongs to it
 */
static inline void native_set_pte(pte_t *ptep, pte_t pte)
{
	ptep->pte_high = pte.pte_high;
	smp_wmb();
	ptep->pte_low = pte.pte_low;
}

static inline void native_set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	pmdp->pmd_high = pmd.pmd_high;
	smp_wmb();
	pmdp->pmd_low = pmd.pmd_low;
}

/*
 * The other way round: not present first.
 */
static inline void native_pte_clear(pte_t *ptep)
{
	ptep->pte_low = 0;
	smp_wmb();
	ptep->pte_high = 0;
}

static inline void native_pmd_clear(pmd_t *pmdp)
{
	pmdp->pmd_low = 0;
	smp_wmb();
	pmdp->pmd_high = 0;
}

/*
 * The exchange of the low word makes the entry not present and takes accessed
 * and dirty bits with it in one step; after that nobody changes the high word.
 */
static inline pte_t native_ptep_get_and_clear(pte_t *ptep)
{
	pte_t res;

	res.pte_low = xchg(&ptep->pte_low, 0);
	res.pte_high = ptep->pte_high;
	ptep->pte_high = 0;

	return res;
}

static inline pmd_t native_pmdp_get_and_clear(pmd_t *pmdp)
{
	pmd_t res;

	res.pmd_low = xchg(&pmdp->pmd_low, 0);
	res.pmd_high = pmdp->pmd_high;
	pmdp->pmd_high = 0;

	return res;
}

#endif
