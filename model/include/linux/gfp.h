/* SPDX-License-Identifier: MIT */
/* Page and object allocation (model/kernel/page_alloc.c, slab.c). */
#ifndef LINUX_GFP_H
#define LINUX_GFP_H

#include <linux/mm_types.h>

#define GFP_KERNEL	0x1u
#define __GFP_ZERO	0x2u
#define __GFP_ACCOUNT	0x0u

/**
 * alloc_pages() - take 2^@order pages off the free list
 *
 * The page freed last is taken first. Return: the head page with one
 * reference, or NULL: a fault point.
 */
struct page *alloc_pages(gfp_t gfp, unsigned int order);
#define alloc_page(gfp)	alloc_pages(gfp, 0)
/** __free_pages() - give pages back whatever their reference count */
void __free_pages(struct page *page, unsigned int order);

void *kmalloc(size_t size, gfp_t gfp);
void kfree(const void *p);

#endif
