/* SPDX-License-Identifier: MIT */
/*
 * Page-table entries of RISC-V: Privileged Architecture, "Sv39" and "Sv48"
 * (same entries, different depth), "Svnapot", "Svpbmt", "Svadu", "Svvptc".
 *
 * Departs in: tables of 2^3 entries instead of 2^9, and groups of 4 instead of
 * 16 under Svnapot. The manual has one size of group, 64 KiB, and its frame
 * number ends in 1000: the lowest bit set says that 2^4 pages belong together,
 * as the reserved encodings would for other sizes. A group of 2^2 therefore
 * ends in 10 here, which is what Linux's pte_mknapot() makes of order 2; and
 * 1000, like all other patterns, is reserved. All other bits are where the
 * manual has them.
 */
#ifndef FMT_RISCV_BITS_H
#define FMT_RISCV_BITS_H

/* Figure "Sv39 page-table entry". */
#define RISCV_V		(1ULL << 0)	/* valid */
#define RISCV_R		(1ULL << 1)	/* readable; R = W = X = 0: a table */
#define RISCV_W		(1ULL << 2)	/* writable; W without R is reserved */
#define RISCV_X		(1ULL << 3)
#define RISCV_U		(1ULL << 4)	/* user */
#define RISCV_G		(1ULL << 5)	/* global */
#define RISCV_A		(1ULL << 6)	/* accessed; reserved in tables */
#define RISCV_D		(1ULL << 7)	/* dirty; reserved in tables */
#define RISCV_RSW	(3ULL << 8)	/* software's */
#define RISCV_PPN	(0xfffffffffffULL << 10)
#define RISCV_RSVD	(0x7fULL << 54)	/* page fault when set */
#define RISCV_PBMT	(3ULL << 61)	/* Svpbmt: memory type; 3 is reserved */
#define RISCV_N		(1ULL << 63)	/* Svnapot: member of a group */

#define RISCV_PPN_SHIFT	10

#define RISCV_PTRS_LG2	3
#define RISCV_CONT_LG2	2
/* How the frame number of a group's members ends, and in how many bits. */
#define RISCV_NAPOT	2
#define RISCV_NAPOT_LOW	3

#endif
