/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/arm64/include/asm/pgtable-hwdef.h, pgtable-prot.h
 * Departs in:  normal memory, which is index 0 of MAIR; no GP, no POE, no
 *              PTE_SPECIAL, no PTE_PRESENT_INVALID
 */
#ifndef ASM_ARM64_PGTABLE_PROT_H
#define ASM_ARM64_PGTABLE_PROT_H

#include <asm/pgtable_types.h>

#define PTE_VALID	ARM64_VALID
#define PTE_TYPE_MASK	ARM64_TYPE
#define PTE_TYPE_PAGE	ARM64_TYPE
#define PTE_USER	ARM64_AP1
#define PTE_RDONLY	ARM64_AP2
#define PTE_SHARED	ARM64_SH_INNER
#define PTE_AF		ARM64_AF
#define PTE_NG		ARM64_NG
#define PTE_DBM		ARM64_DBM
#define PTE_ADDR_MASK	ARM64_OA_4K

#define PMD_TYPE_MASK	ARM64_TYPE
#define PMD_TYPE_TABLE	ARM64_TYPE
#define PMD_TYPE_SECT	ARM64_VALID
#define PMD_TABLE_AF	ARM64_AF

/* Software's: a page that may be written; one that was, and must be kept. */
#define PTE_WRITE	PTE_DBM
#define PTE_DIRTY	ARM64_SW_DIRTY

/* Writable entries begin read-only: "writable-clean" to the hardware. */
#define PAGE_READONLY	(PTE_TYPE_PAGE | PTE_AF | PTE_SHARED | PTE_USER | \
			 PTE_RDONLY | PTE_NG)
#define PAGE_SHARED	(PAGE_READONLY | PTE_WRITE)

#endif
