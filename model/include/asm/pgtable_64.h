/* SPDX-License-Identifier: MIT */
/* Modelled on: arch/x86/include/asm/pgtable_64.h */
#ifndef ASM_PGTABLE_64_H
#define ASM_PGTABLE_64_H

static inline void native_set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(*ptep, pte);
}

static inline void native_set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(*pmdp, pmd);
}

static inline void native_pte_clear(pte_t *ptep)
{
	native_set_pte(ptep, __pte(0));
}

static inline void native_pmd_clear(pmd_t *pmdp)
{
	native_set_pmd(pmdp, __pmd(0));
}

static inline pte_t native_ptep_get_and_clear(pte_t *ptep)
{
	return __pte(xchg(&ptep->pte, 0));
}

static inline pmd_t native_pmdp_get_and_clear(pmd_t *pmdp)
{
	return __pmd(xchg(&pmdp->pmd, 0));
}

#endif
