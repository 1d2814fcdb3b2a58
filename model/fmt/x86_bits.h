/* SPDX-License-Identifier: MIT */
/*
 * Paging entries of x86: Intel SDM volume 3, tables 4-9 to 4-11 (PAE) and 4-15
 * to 4-20 (4-level). The two formats share these bits.
 *
 * Departs in: tables of PTRS_LG2 index bits instead of nine, so that a huge
 * page is four small ones and a collapse is short enough to explore. Entry
 * bits, entry size, page size and the number of levels are the manual's.
 */
#ifndef FMT_X86_BITS_H
#define FMT_X86_BITS_H

#define X86_P		0x001ULL	/* present */
#define X86_RW		0x002ULL	/* writes allowed */
#define X86_US		0x004ULL	/* user */
#define X86_PWT		0x008ULL	/* memory type, with PCD and PAT */
#define X86_PCD		0x010ULL
#define X86_A		0x020ULL	/* accessed */
#define X86_D		0x040ULL	/* dirty (leaf) */
#define X86_PS		0x080ULL	/* leaf above the last level */
#define X86_G		0x100ULL	/* global */
#define X86_PFN_MASK	0x000ffffffffff000ULL

#define X86_PTRS_LG2	2

#endif
