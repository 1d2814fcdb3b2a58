/* SPDX-License-Identifier: MIT */
/*
 * Descriptors of Arm's VMSAv8-64, stage 1. Basis: DDI0487 D8.3, "Translation
 * table descriptor formats", with a figure for each granule; other sections are
 * named by their titles, their numbers change from issue to issue.
 *
 * Three machines, one per granule, and with them the three layouts of a
 * 52-bit output address:
 *
 *	arm64		4K, OA[47:12] in place (TCR_ELx.DS = 0)
 *	arm64_16k	16K, FEAT_LPA2 (DS = 1): OA[49:14] in place,
 *			OA[51:50] in bits [9:8], so no SH field
 *	arm64_64k	64K, FEAT_LPA: OA[47:16] in place, OA[51:48] in [15:12]
 *
 * Departs in: tables of 2^3 entries instead of 2^9, 2^11, 2^13, and contiguous
 * groups of 4 instead of 16, 32, 128. A block is 8 or 64 pages, so its
 * OA reaches lower than the manual's: with the 4K granule into bit 16, where
 * the manual has nT, which is in bit 12 instead (ARM64_NT_4K). All other bits
 * are where the manual has them.
 */
#ifndef FMT_ARM64_BITS_H
#define FMT_ARM64_BITS_H

/* Type: 0b11 table, or page at the last level; 0b01 block, invalid there. */
#define ARM64_VALID	(1ULL << 0)
#define ARM64_TABLE	(1ULL << 1)	/* table or page, not block */
#define ARM64_TYPE	(ARM64_VALID | ARM64_TABLE)

/* Leaf attributes: "Block descriptor and Page descriptor formats". */
#define ARM64_ATTR	(7ULL << 2)	/* AttrIndx: memory type, by MAIR_ELx */
#define ARM64_NS	(1ULL << 5)	/* non-secure */

/* "Stage 1 data accesses permissions": AP[2:1]. */
#define ARM64_AP1	(1ULL << 6)	/* EL0 may access */
#define ARM64_AP2	(1ULL << 7)	/* read-only */

/* "Stage 1 Shareability attributes"; with DS = 1 in TCR_ELx instead. */
#define ARM64_SH	(3ULL << 8)
#define ARM64_SH_INNER	(3ULL << 8)

/* "The Access flag"; in table descriptors with FEAT_HAFT. */
#define ARM64_AF	(1ULL << 10)

/* "Global and process-specific translation table entries". */
#define ARM64_NG	(1ULL << 11)

/* "Support levels for changing table or block size": with level 1, a TLB does
 * not hold this block as a whole. The 4K granule's has moved, see above. */
#define ARM64_NT	(1ULL << 16)
#define ARM64_NT_4K	(1ULL << 12)

/* "Hardware management of the dirty state": AP2 says "not dirty". */
#define ARM64_DBM	(1ULL << 51)

/* "The Contiguous bit". */
#define ARM64_CONT	(1ULL << 52)

/* "Stage 1 instruction execution permissions"; nothing here looks at them. */
#define ARM64_PXN	(1ULL << 53)
#define ARM64_UXN	(1ULL << 54)

/* [58:55] are software's. Linux: asm/pgtable-prot.h, PTE_DIRTY. */
#define ARM64_SW_DIRTY	(1ULL << 55)

/* "Hierarchical control of data access permissions", in table descriptors:
 * APTable[1]; no writes below. */
#define ARM64_APTABLE_RO	(1ULL << 62)

/* Output and next-level table address: figures of D8.3. */
#define ARM64_OA_4K	0x0000fffffffff000ULL	/* OA[47:12] */
#define ARM64_OA_16K	0x0003ffffffffc000ULL	/* OA[49:14] */
#define ARM64_OA_16K_HI	0x0000000000000300ULL	/* OA[51:50] */
#define ARM64_OA_64K	0x0000ffffffff0000ULL	/* OA[47:16] */
#define ARM64_OA_64K_HI	0x000000000000f000ULL	/* OA[51:48] */

#define ARM64_PTRS_LG2	3
#define ARM64_CONT_LG2	2

#endif
