/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: include/linux/pgtable.h
 * Departs in:  four levels at most; folded levels are folded as in
 *              asm-generic/pgtable-nop4d.h
 */
#ifndef LINUX_PGTABLE_H
#define LINUX_PGTABLE_H

#include <linux/mm_types.h>
#include <asm/pgtable.h>

#define PTRS_PER_TABLE		(1UL << PTRS_LG2)
#define TABLE_INDEX(addr, shift) (((addr) >> (shift)) & (PTRS_PER_TABLE - 1))

#define PUD_SIZE	(1UL << PUD_SHIFT)
#define PMD_SIZE	(1UL << PMD_SHIFT)
#define PMD_MASK	(~(PMD_SIZE - 1))
#define HPAGE_PMD_ORDER	(PMD_SHIFT - PAGE_SHIFT)
#define HPAGE_PMD_NR	(1 << HPAGE_PMD_ORDER)
#define HPAGE_PMD_SIZE	PMD_SIZE
#define HPAGE_PMD_MASK	PMD_MASK

#define addr_end(addr, end, size) ({					\
	unsigned long __b = ((addr) + (size)) & ~((size) - 1);		\
	(__b - 1 < (end) - 1) ? __b : (end);				\
})
#define pgd_addr_end(addr, end)	addr_end(addr, end, 1UL << PGDIR_SHIFT)
#define pud_addr_end(addr, end)	addr_end(addr, end, 1UL << PUD_SHIFT)
#define pmd_addr_end(addr, end)	addr_end(addr, end, 1UL << PMD_SHIFT)

static inline bool pte_same(pte_t a, pte_t b)
{
	return pte_val(a) == pte_val(b);
}

static inline bool pmd_same(pmd_t a, pmd_t b)
{
	return pmd_val(a) == pmd_val(b);
}

static inline pgd_t *pgd_offset(struct mm_struct *mm, unsigned long addr)
{
	return mm->pgd + TABLE_INDEX(addr, PGDIR_SHIFT);
}

/* Take the value of an entry that somebody may be changing. */
static inline pte_t *pte_offset_kernel(pmd_t *pmd, unsigned long addr)
{
	return (pte_t *)pmd_page_vaddr(*pmd) + TABLE_INDEX(addr, PAGE_SHIFT);
}

static inline pmd_t *pmd_offset_lockless(pud_t *pudp, pud_t pud,
					 unsigned long addr)
{
#ifdef __PAGETABLE_PUD_FOLDED
	(void)pudp;
#endif
	(void)pudp;
	return (pmd_t *)pud_page_vaddr(pud) + TABLE_INDEX(addr, PMD_SHIFT);
}

static inline pmd_t *pmd_offset(pud_t *pud, unsigned long addr)
{
	return pmd_offset_lockless(pud, *pud, addr);
}

static inline pud_t *pud_offset_lockless(pgd_t *pgdp, pgd_t pgd,
					 unsigned long addr)
{
#ifdef __PAGETABLE_PUD_FOLDED
	(void)pgd;
	(void)addr;
	return (pud_t *)pgdp;
#else
	(void)pgdp;
	return (pud_t *)pgd_page_vaddr(pgd) + TABLE_INDEX(addr, PUD_SHIFT);
#endif
}

static inline pud_t *pud_offset(pgd_t *pgd, unsigned long addr)
{
	return pud_offset_lockless(pgd, *pgd, addr);
}

/*
 * In the kernel's generic version this is a plain READ_ONCE(); an architecture
 * that cannot read an entry at once has its own in asm/pgtable.h.
 */
#ifndef ptep_get
static inline pte_t ptep_get(pte_t *ptep)
{
	return READ_ONCE(*ptep);
}
#endif

#ifndef pmdp_get
static inline pmd_t pmdp_get(pmd_t *pmdp)
{
	return READ_ONCE(*pmdp);
}
#endif

#ifdef CONFIG_GUP_GET_PXX_LOW_HIGH
/*
 * For walks without the table's lock, on a machine that reads an entry in two
 * halves:
 *
 *	reader			writer, none -> present
 *	low  (present)
 *				has set high before low, pairs with the
 *				smp_wmb() in native_set_pte()
 *	smp_rmb()
 *	high
 *	smp_rmb()
 *	low again		a clear in between changed it
 *
 * The caller must have interrupts off: that holds up the flush between a clear
 * and the next set, so that at most one change fits between the two reads of
 * low. Without it the same low word may come back with another high one.
 */
static inline pte_t ptep_get_lockless(pte_t *ptep)
{
	pte_t pte;

	do {
		pte.pte_low = ptep->pte_low;
		smp_rmb();
		pte.pte_high = ptep->pte_high;
		smp_rmb();
	} while (unlikely(pte.pte_low != ptep->pte_low));

	return pte;
}

static inline pmd_t pmdp_get_lockless(pmd_t *pmdp)
{
	pmd_t pmd;

	do {
		pmd.pmd_low = pmdp->pmd_low;
		smp_rmb();
		pmd.pmd_high = pmdp->pmd_high;
		smp_rmb();
	} while (unlikely(pmd.pmd_low != pmdp->pmd_low));

	return pmd;
}

void tlb_remove_table_sync_one(void);
#define pmdp_get_lockless_sync() tlb_remove_table_sync_one()
#else
static inline pte_t ptep_get_lockless(pte_t *ptep)
{
	return ptep_get(ptep);
}

static inline pmd_t pmdp_get_lockless(pmd_t *pmdp)
{
	return pmdp_get(pmdp);
}

static inline void pmdp_get_lockless_sync(void)
{
}
#endif

static inline void set_pte_at(struct mm_struct *mm, unsigned long addr,
			      pte_t *ptep, pte_t pte)
{
	(void)mm;
	(void)addr;
	set_pte(ptep, pte);
}

#endif
