/* SPDX-License-Identifier: MIT */
/*
 * frames - where things lie in simulated memory
 *
 * Page frames come in two banks, 4 GiB apart in physical address: frame n of
 * bank 1 differs from frame n of bank 0 in the high word of its address only.
 * That is what a torn 64-bit entry gets wrong on a 32-bit machine.
 */
#ifndef FMT_FRAMES_H
#define FMT_FRAMES_H

#define FRAME_LG2	12
#define BANK_FRAMES	64
#define NR_BANKS	2
#define NR_FRAMES	(BANK_FRAMES * NR_BANKS)

/* Offsets from SIM_BASE. */
#define HEAP_OFF	0x000000u		/* kernel objects: jemalloc */
#define HEAP_SIZE	0x180000u
#define PAGES_OFF	0x180000u		/* struct page array */
#define PAGE_LG2	6			/* sizeof(struct page) */
#define PAGE_PTL		32			/* its lock word */
#define KERNEL_OFF	0x190000u		/* the kernel's own variables */
#define FRAMES_OFF	0x200000u		/* the frames themselves */

/* Page frame number of the first frame of a bank: below 4 GiB, above it. */
#define BANK_PFN(b)	(((unsigned long)(b) << 20) + 0x40)

static inline unsigned long frame_pfn(unsigned int frame)
{
	return BANK_PFN(frame / BANK_FRAMES) + frame % BANK_FRAMES;
}

/* NR_FRAMES or more when there is no memory at @pfn. */
static inline unsigned int pfn_frame(unsigned long pfn)
{
	unsigned long bank = pfn >> 20, n = (pfn & 0xfffff) - 0x40;

	return bank < NR_BANKS && n < BANK_FRAMES ?
	       (unsigned int)(bank * BANK_FRAMES + n) : NR_FRAMES;
}

static inline unsigned int frame_off(unsigned int frame)
{
	return FRAMES_OFF + (frame << FRAME_LG2);
}

/* Frame that holds offset @off, or NR_FRAMES and more. */
static inline unsigned int off_frame(unsigned int off)
{
	return (off - FRAMES_OFF) >> FRAME_LG2;
}

static inline unsigned int frame_page_off(unsigned int frame)
{
	return PAGES_OFF + (frame << PAGE_LG2);
}

#endif
