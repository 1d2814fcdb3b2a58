/* SPDX-License-Identifier: MIT */
/*
 * What x86_64.c and x86_pae.c share: same bits, different depth and word.
 *
 * Who includes it defines FMT, the format that describe() speaks of,
 * HUGE_LEVEL_MAX, above which PS is reserved, and RIGHTS_LEVEL_MAX, above which
 * R/W is.
 */
#ifndef FMT_X86_H
#define FMT_X86_H

#include "fmt.h"
#include "x86_bits.h"

static bool x86_leaf(u64 e, u32 level) { return level == 1 || (e & X86_PS); }
static u64 x86_pfn(u64 e) { return (e & X86_PFN_MASK) >> FRAME_LG2; }
static bool x86_write(u64 e) { return e & X86_RW; }
static bool x86_young(u64 e) { return e & X86_A; }
static bool x86_dirty(u64 e) { return e & X86_D; }
static bool x86_global(u64 e) { return e & X86_G; }

static bool x86_table_write(u64 e, u32 level)
{
	return level > RIGHTS_LEVEL_MAX || (e & X86_RW);
}

static u64 x86_mk_young(u64 e) { return e | X86_A; }
static u64 x86_mk_dirty(u64 e) { return e | X86_A | X86_D; }

/* At level 1 bit 7 is PAT. */
static bool x86_valid(u64 e, u32 level)
{
	return (e & X86_P) && !(level > HUGE_LEVEL_MAX && (e & X86_PS));
}

/* Not PAT: where that is depends on the level, and Linux leaves it clear. */
static u64 x86_attrs(u64 e) { return e & (X86_PWT | X86_PCD); }

static bool x86_can_store(u64 e)
{
	return (e & (X86_RW | X86_D)) == (X86_RW | X86_D);
}

static bool x86_can_dirty(u64 e)
{
	return (e & (X86_RW | X86_D)) == X86_RW;
}

/* R-TLB-3: usable and accessed, SDM 4.10.2.3 and 4.10.3.1. */
static bool x86_cacheable(u64 e, u32 level)
{
	return x86_valid(e, level) && (e & X86_A);
}

static u64 x86_mk_leaf(u64 pfn, u32 level, u32 flags)
{
	return pfn << FRAME_LG2 | X86_P | X86_US |
	       (level > 1 ? X86_PS : 0) |
	       (flags & FMT_WRITE ? X86_RW : 0) |
	       (flags & FMT_YOUNG ? X86_A : 0) |
	       (flags & FMT_DIRTY ? X86_D : 0) |
	       (flags & FMT_GLOBAL ? X86_G : 0);
}

/* Accessed, as Linux makes them; bit 6 is ignored there. */
static u64 x86_mk_table(u64 pfn, u32 level)
{
	(void)level;
	return pfn << FRAME_LG2 | X86_P | X86_RW | X86_US | X86_A | X86_D;
}

static void x86_describe(u64 e, u32 level, char *buf, size_t size)
{
	fmt_describe(&FMT, e, level, e & X86_RW ? "rw" : "ro", "", buf, size);
}

#define X86_FMT_OPS						\
	.page_lg2 = FRAME_LG2, .ptrs_lg2 = X86_PTRS_LG2,	\
	.dirty_bits = X86_D,					\
	.ad = AD_ALWAYS, .young_tables = true,			\
	.valid = x86_valid, .leaf = x86_leaf,			\
	.pfn = x86_pfn, .write = x86_write,			\
	.can_store = x86_can_store, .can_dirty = x86_can_dirty,	\
	.table_write = x86_table_write,				\
	.young = x86_young, .dirty = x86_dirty,			\
	.mk_young = x86_mk_young, .mk_dirty = x86_mk_dirty,	\
	.cont = fmt_never_at, .no_block = fmt_never_at,		\
	.global = x86_global, .attrs = x86_attrs,		\
	.cacheable = x86_cacheable,				\
	.mk_leaf = x86_mk_leaf, .mk_table = x86_mk_table,	\
	.describe = x86_describe

#endif
