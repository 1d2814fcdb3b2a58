/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/arm64/include/asm/pgtable.h
 * Departs in:  user mappings only; no contiguous entries (contpte), no
 *              PTE_PRESENT_INVALID; barriers of set_pte() are emitted at once,
 *              there is no lazy MMU mode; no MTE, no uffd bits
 *
 * An entry is dirty in one of two ways: hardware, which has cleared PTE_RDONLY
 * of a writable entry, or software, which has set PTE_DIRTY.
 */
#ifndef ASM_ARM64_PGTABLE_H
#define ASM_ARM64_PGTABLE_H

#include <linux/mm_types.h>
#include <asm-generic/memory_model.h>
#include <asm/barrier.h>
#include <asm/pgtable-prot.h>
#include <asm/tlbflush.h>

/* --- what an entry says --------------------------------------------------- */

static inline bool pte_none(pte_t pte) { return !pte_val(pte); }
static inline bool pte_valid(pte_t pte) { return pte_val(pte) & PTE_VALID; }
static inline bool pte_present(pte_t pte) { return pte_valid(pte); }
static inline bool pte_young(pte_t pte) { return pte_val(pte) & PTE_AF; }
static inline bool pte_write(pte_t pte) { return pte_val(pte) & PTE_WRITE; }
static inline bool pte_rdonly(pte_t pte) { return pte_val(pte) & PTE_RDONLY; }
static inline bool pte_user(pte_t pte) { return pte_val(pte) & PTE_USER; }

static inline bool pte_hw_dirty(pte_t pte)
{
	return pte_write(pte) && !pte_rdonly(pte);
}

static inline bool pte_sw_dirty(pte_t pte) { return pte_val(pte) & PTE_DIRTY; }

static inline bool pte_dirty(pte_t pte)
{
	return pte_sw_dirty(pte) || pte_hw_dirty(pte);
}

static inline bool pte_valid_not_user(pte_t pte)
{
	return pte_valid(pte) && !pte_user(pte);
}

static inline unsigned long pte_pfn(pte_t pte)
{
	return (pte_val(pte) & PTE_ADDR_MASK) >> PAGE_SHIFT;
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

/* --- making another of it ------------------------------------------------- */

static inline pte_t set_pte_bit(pte_t pte, pteval_t bits)
{
	return __pte(pte_val(pte) | bits);
}

static inline pte_t clear_pte_bit(pte_t pte, pteval_t bits)
{
	return __pte(pte_val(pte) & ~bits);
}

static inline pte_t pte_mkold(pte_t pte) { return clear_pte_bit(pte, PTE_AF); }
static inline pte_t pte_mkyoung(pte_t pte) { return set_pte_bit(pte, PTE_AF); }

/* Stores need no more faults nor updates once it is both. */
static inline pte_t pte_mkdirty(pte_t pte)
{
	pte = set_pte_bit(pte, PTE_DIRTY);
	return pte_write(pte) ? clear_pte_bit(pte, PTE_RDONLY) : pte;
}

static inline pte_t pte_mkwrite(pte_t pte)
{
	pte = set_pte_bit(pte, PTE_WRITE);
	return pte_sw_dirty(pte) ? clear_pte_bit(pte, PTE_RDONLY) : pte;
}

static inline pte_t pte_mkclean(pte_t pte)
{
	return set_pte_bit(clear_pte_bit(pte, PTE_DIRTY), PTE_RDONLY);
}

/* What hardware knows of dirtiness goes with PTE_WRITE: keep it. */
static inline pte_t pte_wrprotect(pte_t pte)
{
	if (pte_hw_dirty(pte))
		pte = set_pte_bit(pte, PTE_DIRTY);
	return set_pte_bit(clear_pte_bit(pte, PTE_WRITE), PTE_RDONLY);
}

/* --- PMD entries: the same bits in a block -------------------------------- */

static inline pte_t pmd_pte(pmd_t pmd) { return __pte(pmd_val(pmd)); }
static inline pmd_t pte_pmd(pte_t pte) { return __pmd(pte_val(pte)); }

static inline bool pmd_none(pmd_t pmd) { return !pmd_val(pmd); }
static inline bool pmd_present(pmd_t pmd) { return pte_present(pmd_pte(pmd)); }

static inline bool pmd_table(pmd_t pmd)
{
	return (pmd_val(pmd) & PMD_TYPE_MASK) == PMD_TYPE_TABLE;
}

static inline bool pmd_bad(pmd_t pmd) { return !pmd_table(pmd); }

static inline bool pmd_leaf(pmd_t pmd)
{
	return pmd_present(pmd) && !pmd_table(pmd);
}

static inline bool pmd_trans_huge(pmd_t pmd) { return pmd_leaf(pmd); }
static inline bool pmd_write(pmd_t pmd) { return pte_write(pmd_pte(pmd)); }
static inline bool pmd_dirty(pmd_t pmd) { return pte_dirty(pmd_pte(pmd)); }

static inline pmd_t pmd_mkdirty(pmd_t pmd)
{
	return pte_pmd(pte_mkdirty(pmd_pte(pmd)));
}

static inline unsigned long pmd_pfn(pmd_t pmd)
{
	return (pmd_val(pmd) & PTE_ADDR_MASK) >> PAGE_SHIFT;
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
	return pfn_pmd(page_to_pfn(page),
		       (prot & ~PMD_TYPE_MASK) | PMD_TYPE_SECT);
}

static inline bool pud_present(pud_t pud) { return pud_val(pud) & PTE_VALID; }
static inline bool pgd_present(pgd_t pgd) { return pgd_val(pgd) & PTE_VALID; }

static inline void *pud_page_vaddr(pud_t pud)
{
	return pfn_to_virt((pud_val(pud) & PTE_ADDR_MASK) >> PAGE_SHIFT);
}

static inline void *pgd_page_vaddr(pgd_t pgd)
{
	return pfn_to_virt((pgd_val(pgd) & PTE_ADDR_MASK) >> PAGE_SHIFT);
}

/* --- entries in tables ---------------------------------------------------- */

/*
 * A new valid entry must be visible to the walker before this CPU uses it: its
 * fault would not be taken again.
 */
static inline void emit_pte_barriers(void)
{
	dsb(ishst);
	isb();
}

/*
 * Not for user entries: their faults are taken again, and whoever removes or
 * restricts one has the barriers in its TLB flush.
 */
static inline void set_pte(pte_t *ptep, pte_t pte)
{
	WRITE_ONCE(*ptep, pte);
	if (pte_valid_not_user(pte))
		emit_pte_barriers();
}

static inline void pte_clear(struct mm_struct *mm, unsigned long addr,
			     pte_t *ptep)
{
	(void)mm;
	(void)addr;
	set_pte(ptep, __pte(0));
}

static inline void set_pmd(pmd_t *pmdp, pmd_t pmd)
{
	WRITE_ONCE(*pmdp, pmd);
	if (pmd_present(pmd))
		emit_pte_barriers();
}

static inline void pmd_clear(pmd_t *pmdp)
{
	set_pmd(pmdp, __pmd(0));
}

static inline void set_pmd_at(struct mm_struct *mm, unsigned long addr,
			      pmd_t *pmdp, pmd_t pmd)
{
	(void)mm;
	(void)addr;
	/* As __set_pte_at(): the entry is a user's. */
	set_pte((pte_t *)pmdp, pmd_pte(pmd));
}

static inline void pmd_populate(struct mm_struct *mm, pmd_t *pmd, pgtable_t pte)
{
	(void)mm;
	set_pmd(pmd, pfn_pmd(page_to_pfn(pte), PMD_TYPE_TABLE | PMD_TABLE_AF));
}

/*
 * Atomic against the MMU, and ordered by nothing but that: the flush that
 * follows begins with a barrier.
 */
static inline pte_t ptep_get_and_clear(struct mm_struct *mm,
				       unsigned long addr, pte_t *ptep)
{
	(void)mm;
	(void)addr;
	return __pte(xchg_relaxed(&pte_val(*ptep), 0));
}

static inline pmd_t pmdp_huge_get_and_clear(struct mm_struct *mm,
					    unsigned long addr, pmd_t *pmdp)
{
	return pte_pmd(ptep_get_and_clear(mm, addr, (pte_t *)pmdp));
}

/* The MMU may set PTE_AF or clear PTE_RDONLY meanwhile: start from that then. */
static inline void ptep_set_wrprotect(struct mm_struct *mm, unsigned long addr,
				      pte_t *ptep)
{
	pte_t old = READ_ONCE(*ptep), was;

	(void)mm;
	(void)addr;
	for (;;) {
		was = old;
		pte_val(old) = cmpxchg_relaxed(&pte_val(*ptep), pte_val(was),
					       pte_val(pte_wrprotect(was)));
		if (pte_val(old) == pte_val(was))
			return;
	}
}

static inline bool ptep_test_and_clear_young(struct vm_area_struct *vma,
					     unsigned long addr, pte_t *ptep)
{
	pte_t old = READ_ONCE(*ptep), was;

	(void)vma;
	(void)addr;
	do {
		was = old;
		pte_val(old) = cmpxchg_relaxed(&pte_val(*ptep), pte_val(was),
					       pte_val(pte_mkold(was)));
	} while (pte_val(old) != pte_val(was));

	return pte_young(was);
}

/*
 * Modelled on: arch/arm64/mm/fault.c, __ptep_set_access_flags()
 *
 * Add rights, and accessed and dirty state, from @entry; never take any away
 * that the MMU has given meanwhile. PTE_RDONLY is the one bit whose permissive
 * state is clear.
 */
static inline bool ptep_set_access_flags(struct vm_area_struct *vma,
					 unsigned long addr, pte_t *ptep,
					 pte_t entry, bool dirty)
{
	const pteval_t add = pte_val(entry) & (PTE_AF | PTE_WRITE | PTE_DIRTY);
	const pteval_t drop = ~pte_val(entry) & PTE_RDONLY;
	pteval_t old = pte_val(READ_ONCE(*ptep)), was;

	if (old == pte_val(entry))
		return false;
	do {
		was = old;
		old = cmpxchg_relaxed(&pte_val(*ptep), was,
				      (was | add) & ~drop);
	} while (old != was);

	/* A read-only translation may be cached. */
	if (dirty)
		flush_tlb_page(vma, addr);
	return true;
}

#endif
