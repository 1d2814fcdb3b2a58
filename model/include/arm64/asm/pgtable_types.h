/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/arm64/include/asm/pgtable-types.h, pgtable-hwdef.h
 * Departs in:  4K pages and four levels only
 */
#ifndef ASM_ARM64_PGTABLE_TYPES_H
#define ASM_ARM64_PGTABLE_TYPES_H

#include <linux/types.h>
#include <fmt/arm64_bits.h>
#include <fmt/frames.h>

#define PTRS_LG2	ARM64_PTRS_LG2
#define PAGE_SHIFT	FRAME_LG2
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))
#define PMD_SHIFT	(PAGE_SHIFT + PTRS_LG2)
#define PUD_SHIFT	(PMD_SHIFT + PTRS_LG2)
#define PGDIR_SHIFT	(PUD_SHIFT + PTRS_LG2)

typedef u64 pteval_t;
typedef u64 pmdval_t;

typedef struct { pteval_t pte; } pte_t;
typedef struct { pmdval_t pmd; } pmd_t;
typedef struct { u64 pud; } pud_t;
typedef struct { u64 pgd; } pgd_t;

#define pte_val(x)	((x).pte)
#define pmd_val(x)	((x).pmd)
#define pud_val(x)	((x).pud)
#define pgd_val(x)	((x).pgd)

#define __pte(x)	((pte_t) { .pte = (x) })
#define __pmd(x)	((pmd_t) { .pmd = (x) })

#endif
