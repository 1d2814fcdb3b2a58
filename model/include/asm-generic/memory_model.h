/* SPDX-License-Identifier: MIT */
/*
 * Where memory is
 *
 * Modelled on: include/asm-generic/memory_model.h, arch page.h
 * Departs in:  a page and its struct page are where fmt/frames.h has them
 */
#ifndef ASM_GENERIC_MEMORY_MODEL_H
#define ASM_GENERIC_MEMORY_MODEL_H

#include <linux/mm_types.h>

#define SIM_VA_BASE	0x200000000000UL

static inline struct page *pfn_to_page(unsigned long pfn)
{
	return (struct page *)(SIM_VA_BASE +
			       frame_page_off(pfn_frame(pfn) % NR_FRAMES));
}

static inline unsigned int page_frame(const struct page *page)
{
	return (unsigned int)(((unsigned long)page - SIM_VA_BASE - PAGES_OFF) >>
			      PAGE_LG2);
}

static inline unsigned long page_to_pfn(const struct page *page)
{
	return frame_pfn(page_frame(page));
}

static inline void *page_address(const struct page *page)
{
	return (void *)(SIM_VA_BASE + frame_off(page_frame(page)));
}

static inline struct page *virt_to_page(const void *p)
{
	unsigned int off = (unsigned int)((unsigned long)p - SIM_VA_BASE);

	return (struct page *)(SIM_VA_BASE + frame_page_off(off_frame(off)));
}

static inline void *pfn_to_virt(unsigned long pfn)
{
	return page_address(pfn_to_page(pfn));
}

#endif
