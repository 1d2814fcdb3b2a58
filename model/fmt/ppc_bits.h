/* SPDX-License-Identifier: MIT */
/*
 * Table entries of 64-bit powerpc: Power ISA 3.0B book III, "Radix Tree
 * Translation", page directory and page-table entry; "Paged Hash Page Table
 * Translation", hash page-table entry. Bit 0 is the manual's leftmost: its bit
 * n is 1 << (63 - n) here. Pages are 4 KiB.
 *
 * Linux keeps the entries of both in one shape (book3s/64/pgtable.h), so that
 * a radix PTE and the PTE that a hash entry is made from share these bits.
 *
 * Departs in: tables of 2^3 entries instead of 2^13 and 2^9; what a directory
 * entry says about the size of the next table (NLS) is what it would be. Bits
 * are where the manual and Linux have them.
 */
#ifndef FMT_PPC_BITS_H
#define FMT_PPC_BITS_H

/* Both kinds of entry. */
#define PPC_V		0x8000000000000000ULL	/* bit 0: valid */
#define PPC_LEAF	0x4000000000000000ULL	/* bit 1: maps a page */

/* Page-table entry. */
#define PPC_RPN		0x01fffffffffff000ULL	/* bits 7 to 51 */
#define PPC_R		0x0000000000000100ULL	/* bit 55: referenced */
#define PPC_C		0x0000000000000080ULL	/* bit 56: changed */
#define PPC_ATT		0x0000000000000030ULL	/* bits 58, 59: memory type */
#define PPC_PRIVILEGED	0x0000000000000008ULL	/* bits 60 to 63: EAA */
#define PPC_READ	0x0000000000000004ULL
#define PPC_WRITE	0x0000000000000002ULL
#define PPC_EXEC	0x0000000000000001ULL

/* Page directory entry. */
#define PPC_NLB		0x0fffffffffffff00ULL	/* bits 4 to 55: next table */
#define PPC_NLS		0x000000000000001fULL	/* bits 59 to 63: its size */
#define PPC_NLS_LINUX	9ULL			/* pud, pmd and pte tables */

/*
 * Linux's additions on hash (hash-4k.h): is there a hash entry for this PTE,
 * in which slot of which group; and a lock on PTE and hash entry together.
 */
#define PPC_H_PAGE_BUSY		0x0000000000000040ULL
#define PPC_H_PAGE_HASHPTE	0x1000000000000000ULL
#define PPC_H_PAGE_F_SECOND	0x0100000000000000ULL
#define PPC_H_PAGE_F_GIX	0x00e0000000000000ULL
#define PPC_H_RPN		0x001ffffffffff000ULL	/* what that leaves */

/* Hash page-table entry, first doubleword. */
#define PPC_HPTE_V_AVPN		0x3fffffffffffff80ULL
#define PPC_HPTE_V_BOLTED	0x10ULL		/* bits 57 to 60: software's */
#define PPC_HPTE_V_LOCK		0x08ULL
#define PPC_HPTE_V_LARGE	0x04ULL		/* bit 61: L */
#define PPC_HPTE_V_SECONDARY	0x02ULL		/* bit 62: H, which hash */
#define PPC_HPTE_V_VALID	0x01ULL		/* bit 63: V */

/* Second doubleword. */
#define PPC_HPTE_R_RPN		0x0ffffffffffff000ULL
#define PPC_HPTE_R_R		0x100ULL	/* bit 55 */
#define PPC_HPTE_R_C		0x080ULL	/* bit 56 */
#define PPC_HPTE_R_WIMG		0x078ULL	/* bits 57 to 60 */
#define PPC_HPTE_R_PP		0x003ULL	/* bits 62, 63: rights */
#define PPC_HPTE_PP_RW		0x002ULL	/* for users, in Linux */
#define PPC_HPTE_PP_RO		0x003ULL

#define PPC_HPTES_PER_GROUP	8

#define PPC_PTRS_LG2	3

#endif
