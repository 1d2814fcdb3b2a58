/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/x86/include/asm/pgtable.h
 * Departs in:  user mappings only; no protection keys, no soft-dirty, no
 *              shadow stacks (SavedDirty)
 */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <linux/mm_types.h>
#include <asm-generic/memory_model.h>

#define _PAGE_PRESENT	X86_P
#define _PAGE_RW	X86_RW
#define _PAGE_USER	X86_US
#define _PAGE_ACCESSED	X86_A
#define _PAGE_DIRTY	X86_D
#define _PAGE_PSE	X86_PS
#define PTE_PFN_MASK	X86_PFN_MASK

#define _PAGE_TABLE	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | \
			 _PAGE_ACCESSED | _PAGE_DIRTY)
#define PAGE_SHARED	(_PAGE_PRESENT | _PAGE_RW | _PAGE_USER | _PAGE_ACCESSED)
#define PAGE_READONLY	(_PAGE_PRESENT | _PAGE_USER | _PAGE_ACCESSED)

/* --- entries ------------------------------------------------------------- */

static inline bool pte_none(pte_t pte) { return !pte_val(pte); }
static inline bool pte_present(pte_t pte) { return pte_val(pte) & _PAGE_PRESENT; }
static inline bool pte_write(pte_t pte) { return pte_val(pte) & _PAGE_RW; }
static inline bool pte_dirty(pte_t pte) { return pte_val(pte) & _PAGE_DIRTY; }
static inline bool pte_young(pte_t pte) { return pte_val(pte) & _PAGE_ACCESSED; }
static inline pte_t pte_mkold(pte_t pte) { return __pte(pte_val(pte) & ~_PAGE_ACCESSED); }
static inline pte_t pte_mkyoung(pte_t pte) { return __pte(pte_val(pte) | _PAGE_ACCESSED); }
static inline pte_t pte_mkdirty(pte_t pte) { return __pte(pte_val(pte) | _PAGE_DIRTY); }
static inline pte_t pte_mkwrite(pte_t pte) { return __pte(pte_val(pte) | _PAGE_RW); }

static inline unsigned long pte_pfn(pte_t pte)
{
	return (pte_val(pte) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline struct page *pte_page(pte_t pte)
{
	return pfn_to_page(pte_pfn(pte));
}

static inline pte_t pfn_pte(unsigned long pfn, pteval_t prot)
{
	return __pte(((pteval_t)pfn << PAGE_SHIFT) | prot);
}

static inline pte_t mk_pte(struct page *page, pteval_t prot)
{
	return pfn_pte(page_to_pfn(page), prot);
}

/*
 * Low word only on a 32-bit machine: the high one may be there already, or
 * still, while the entry is none.
 */
static inline bool pmd_none(pmd_t pmd)
{
#ifdef CONFIG_X86_PAE
	return !pmd.pmd_low;
#else
	return !pmd_val(pmd);
#endif
}

static inline bool pmd_present(pmd_t pmd) { return pmd_val(pmd) & _PAGE_PRESENT; }
static inline bool pmd_leaf(pmd_t pmd) { return pmd_val(pmd) & _PAGE_PSE; }
static inline bool pmd_trans_huge(pmd_t pmd) { return pmd_leaf(pmd); }
static inline bool pmd_write(pmd_t pmd) { return pmd_val(pmd) & _PAGE_RW; }
static inline bool pmd_dirty(pmd_t pmd) { return pmd_val(pmd) & _PAGE_DIRTY; }
static inline pmd_t pmd_mkdirty(pmd_t pmd) { return __pmd(pmd_val(pmd) | _PAGE_DIRTY); }

static inline bool pmd_bad(pmd_t pmd)
{
	return (pmd_val(pmd) & ~PTE_PFN_MASK) != _PAGE_TABLE;
}

static inline unsigned long pmd_pfn(pmd_t pmd)
{
	return (pmd_val(pmd) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline struct page *pmd_page(pmd_t pmd)
{
	return pfn_to_page(pmd_pfn(pmd));
}

static inline void *pmd_page_vaddr(pmd_t pmd)
{
	return pfn_to_virt(pmd_pfn(pmd));
}

static inline pgtable_t pmd_pgtable(pmd_t pmd)
{
	return pmd_page(pmd);
}

static inline pmd_t pfn_pmd(unsigned long pfn, pmdval_t prot)
{
	return __pmd(((pmdval_t)pfn << PAGE_SHIFT) | prot);
}

static inline pmd_t mk_huge_pmd(struct page *page, pmdval_t prot)
{
	return pfn_pmd(page_to_pfn(page), prot | _PAGE_PSE);
}

static inline bool pud_present(pud_t pud) { return pud_val(pud) & _PAGE_PRESENT; }
static inline bool pgd_present(pgd_t pgd) { return pgd_val(pgd) & _PAGE_PRESENT; }

static inline void *pud_page_vaddr(pud_t pud)
{
	return pfn_to_virt((pud_val(pud) & PTE_PFN_MASK) >> PAGE_SHIFT);
}

static inline void *pgd_page_vaddr(pgd_t pgd)
{
	return pfn_to_virt((pgd_val(pgd) & PTE_PFN_MASK) >> PAGE_SHIFT);
}

#ifdef CONFIG_X86_PAE
#include <asm/pgtable-3level.h>
#else
#include <asm/pgtable_64.h>
#endif

#define set_pte(ptep, pte)	native_set_pte(ptep, pte)
#define set_pmd(pmdp, pmd)	native_set_pmd(pmdp, pmd)

static inline void pte_clear(struct mm_struct *mm, unsigned long addr,
			     pte_t *ptep)
{
	(void)mm;
	(void)addr;
	native_pte_clear(ptep);
}

/* Atomic against the MMU: a dirty bit it sets is either in the result or not
 * set at all. */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm,
				       unsigned long addr, pte_t *ptep)
{
	(void)mm;
	(void)addr;
	return native_ptep_get_and_clear(ptep);
}

/*
 * Modelled on: arch/x86/mm/pgtable.c, ptep_set_access_flags()
 *
 * @entry has all that the MMU could add meanwhile.
 */
static inline bool ptep_set_access_flags(struct vm_area_struct *vma,
					 unsigned long addr, pte_t *ptep,
					 pte_t entry, bool dirty)
{
	bool changed = pte_val(*ptep) != pte_val(entry);

	(void)vma;
	(void)addr;
	if (changed && dirty)
		set_pte(ptep, entry);
	return changed;
}

static inline pmd_t pmdp_huge_get_and_clear(struct mm_struct *mm,
					    unsigned long addr, pmd_t *pmdp)
{
	(void)mm;
	(void)addr;
	return native_pmdp_get_and_clear(pmdp);
}

static inline void set_pmd_at(struct mm_struct *mm, unsigned long addr,
			      pmd_t *pmdp, pmd_t pmd)
{
	(void)mm;
	(void)addr;
	set_pmd(pmdp, pmd);
}

static inline void pmd_clear(pmd_t *pmdp)
{
	native_pmd_clear(pmdp);
}

static inline void pmd_populate(struct mm_struct *mm, pmd_t *pmd, pgtable_t pte)
{
	(void)mm;
	set_pmd(pmd, pfn_pmd(page_to_pfn(pte), _PAGE_TABLE));
}

#endif
