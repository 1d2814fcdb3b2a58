/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/x86/include/asm/pgtable_types.h, pgtable-3level_types.h,
 *              pgtable_64_types.h
 */
#ifndef ASM_PGTABLE_TYPES_H
#define ASM_PGTABLE_TYPES_H

#include <linux/types.h>
#include <fmt/frames.h>
#include <fmt/x86_bits.h>

#define PTRS_LG2	X86_PTRS_LG2
#define PAGE_SHIFT	FRAME_LG2
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PMD_SHIFT	(PAGE_SHIFT + PTRS_LG2)
#define PUD_SHIFT	(PMD_SHIFT + PTRS_LG2)

typedef u64 pteval_t;
typedef u64 pmdval_t;

#ifdef CONFIG_X86_PAE
#define __PAGETABLE_PUD_FOLDED	1
#define CONFIG_GUP_GET_PXX_LOW_HIGH 1
#define PGDIR_SHIFT	PUD_SHIFT

typedef union {
	struct { u32 pte_low, pte_high; };
	pteval_t pte;
} pte_t;
typedef union {
	struct { u32 pmd_low, pmd_high; };
	pmdval_t pmd;
} pmd_t;
#else
#define PGDIR_SHIFT	(PUD_SHIFT + PTRS_LG2)

typedef struct { pteval_t pte; } pte_t;
typedef struct { pmdval_t pmd; } pmd_t;
#endif
typedef struct { u64 pud; } pud_t;
typedef struct { u64 pgd; } pgd_t;

#define pte_val(x)	((x).pte)
#define pmd_val(x)	((x).pmd)
#define pud_val(x)	((x).pud)
#define pgd_val(x)	((x).pgd)

#define __pte(x)	((pte_t) { .pte = (x) })
#define __pmd(x)	((pmd_t) { .pmd = (x) })

#endif
