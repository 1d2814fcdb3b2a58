/* SPDX-License-Identifier: MIT */
/*
 * space - address spaces for tests: an mm, its tables in any format, one page
 */
#ifndef TESTS_SPACE_H
#define TESTS_SPACE_H

#include "lab.h"

#include <linux/mmu_context.h>

#define VA_		0x5000UL
#define SPACES		4
#define MM(n)		((struct mm_struct *)VAR(8 + (n)))
#define DATA(frame)	(0x1000UL + (frame))

/* Frames: tables of space n, from the top down; its page; one to move to. */
#define TABLES(n)	(16u + 8 * (n))
#define PAGE_OF(n)	(80u + (n))
#define PAGE_NEW	90u

static inline u32 space_slot(u32 n, u32 level)
{
	return fmt_slot(hw.fmt, frame_off(TABLES(n) + hw.fmt->levels - level),
			VA_, level);
}

#define ENTRY(n)	((volatile u64 *)mem_ptr(space_slot(n, 1)))

static inline u64 space_leaf(u32 frame)
{
	return hw.fmt->mk_leaf(frame_pfn(frame), 1,
			       FMT_WRITE | FMT_YOUNG | FMT_DIRTY);
}

/* mm @n with one page at VA_, used by nobody yet. */
static inline void space_build(u32 n)
{
	for (u32 l = hw.fmt->levels; l; l--) {
		u32 frame = TABLES(n) + hw.fmt->levels - l;
		u64 e = l > 1 ? hw.fmt->mk_table(frame_pfn(frame + 1), l) :
				space_leaf(PAGE_OF(n));

		for (u32 i = 0; i < 1u << hw.fmt->ptrs_lg2; i++)
			mem_poke(frame_off(frame) + 8 * i, hw.fmt->none[l], 8);
		mem_poke(space_slot(n, l), e, 8);
	}
	mem_poke(frame_off(PAGE_OF(n)), DATA(PAGE_OF(n)), 8);
	mem_poke(frame_off(PAGE_NEW), DATA(PAGE_NEW), 8);
	memset(MM(n), 0, sizeof(*MM(n)));
	MM(n)->pgd = mem_ptr(frame_off(TABLES(n)));
	init_new_context(NULL, MM(n));
}

static inline void space_setup(const char *model, const struct fmt *fmt)
{
	lab_setup(model);
	hw.fmt = fmt;
	for (u32 n = 0; n < SPACES; n++)
		space_build(n);
	hw.root = frame_off(TABLES(0));
}

/* What a load of VA_ finds: data, or 0 for a fault. */
static inline u64 space_load(void)
{
	u64 val = 0;

	return mmu_access(VA_, false, &val) == MMU_OK ? val : 0;
}

#endif
