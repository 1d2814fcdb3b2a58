/* SPDX-License-Identifier: MIT */
/*
 * Table entries of s390: z/Architecture Principles of Operation, chapter 3,
 * "Dynamic Address Translation", figures of the region, segment and page-table
 * entries. Bit 0 is the manual's leftmost: its bit n is 1 << (63 - n) here.
 *
 * "Invalid" is a bit that is set, and another one in page tables than above
 * them; zero is a valid page-table entry. What says "large page" above is
 * "invalid" below.
 *
 * Linux's own bits are those of arch/s390/include/asm/pgtable.h. Of the two
 * places that the write bit of large pages has had there, 0x0002 and 0x8000,
 * the latter is in the address of a page as small as ours.
 *
 * Departs in: tables of 2^3 entries instead of 2^8 and 2^11, so that large
 * pages are 8 and 64 small ones and their address begins at bit 15 and 18 from
 * the right. Access control, AV, F and change-override of large pages are not
 * there. All other bits are where the manual and Linux have them.
 */
#ifndef FMT_S390_BITS_H
#define FMT_S390_BITS_H

/* Page-table entry; all levels have P in the same place. */
#define S390_PAGE_ORIGIN	0xfffffffffffff000ULL
#define S390_PAGE_ZERO		0x800ULL	/* bit 52, must be zero */
#define S390_PAGE_INVALID	0x400ULL	/* bit 53, I */
#define S390_PROTECT		0x200ULL	/* bit 54, P: no stores */
#define S390_NOEXEC		0x100ULL	/* bit 55, IEP */

/* Its bits 56 to 63 are software's. Linux: */
#define S390_PAGE_PRESENT	0x001ULL
#define S390_PAGE_YOUNG		0x004ULL
#define S390_PAGE_DIRTY		0x008ULL
#define S390_PAGE_READ		0x010ULL
#define S390_PAGE_WRITE		0x020ULL

/* Region and segment-table entries. */
#define S390_TABLE_ORIGIN	0xfffffffffffff000ULL
#define S390_LARGE		0x400ULL	/* bit 53, FC: maps a page */
#define S390_TABLE_INVALID	0x020ULL	/* bit 58, I */
#define S390_TT			0x00cULL	/* bits 60, 61: type */
#define S390_TT_SEGMENT		0x000ULL
#define S390_TT_REGION3		0x004ULL
#define S390_TT_REGION2		0x008ULL
#define S390_TL			0x003ULL	/* bits 62, 63: length */

/* Large pages: their origin and, below it, what Linux adds. */
#define S390_LARGE_ORIGIN	0xffffffffffff8000ULL
#define S390_LARGE_DIRTY	0x2000ULL
#define S390_LARGE_YOUNG	0x1000ULL
#define S390_LARGE_WRITE	0x0002ULL
#define S390_LARGE_READ		0x0001ULL

#define S390_PTRS_LG2	3

#endif
