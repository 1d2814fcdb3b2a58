/* SPDX-License-Identifier: MIT */
/*
 * ppc_radix - powerpc's radix tree, 4 KiB pages
 *
 * Basis: Power ISA 3.0B book III, "Radix Tree Translation", "Reference and
 * Change Recording"; bits, and what is scaled, in ppc_bits.h.
 *
 * Hardware sets R and C with an atomic update; directory entries have neither.
 *
 * Not modelled: partition scope, the process table, NLS (every table has the
 * one size), SAO and the guarded types' ordering.
 */
#include "fmt.h"
#include "ppc_bits.h"

/* 2 MiB and 1 GiB; the root maps no pages. */
#define HUGE_LEVEL_MAX	3

static bool leaf(u64 e, u32 level) { return level == 1 || (e & PPC_LEAF); }

static bool valid(u64 e, u32 level)
{
	if (!(e & PPC_V))
		return false;
	return e & PPC_LEAF ? level <= HUGE_LEVEL_MAX : level > 1;
}

static u64 pfn(u64 e)
{
	return (e & (e & PPC_LEAF ? PPC_RPN : PPC_NLB)) >> FRAME_LG2;
}

static bool writes(u64 e) { return e & PPC_WRITE; }
static bool young(u64 e) { return e & PPC_R; }
static bool dirty(u64 e) { return e & PPC_C; }
static u64 attrs(u64 e) { return e & PPC_ATT; }
static u64 mk_young(u64 e) { return e | PPC_R; }
static u64 mk_dirty(u64 e) { return e | PPC_R | PPC_C; }

static bool can_store(u64 e)
{
	return (e & (PPC_WRITE | PPC_C)) == (PPC_WRITE | PPC_C);
}

static bool can_dirty(u64 e)
{
	return (e & (PPC_WRITE | PPC_C)) == PPC_WRITE;
}

/* R-TLB-3: a translation is used, and kept, with R set only. */
static bool cacheable(u64 e, u32 level)
{
	return valid(e, level) && (!leaf(e, level) || young(e));
}

static u64 mk_leaf(u64 pfn, u32 level, u32 flags)
{
	(void)level;
	return PPC_V | PPC_LEAF | pfn << FRAME_LG2 | PPC_READ |
	       (flags & FMT_WRITE ? PPC_WRITE : 0) |
	       (flags & FMT_YOUNG ? PPC_R : 0) |
	       (flags & FMT_DIRTY ? PPC_C : 0);
}

static u64 mk_table(u64 pfn, u32 level)
{
	(void)level;
	return PPC_V | pfn << FRAME_LG2 | PPC_NLS_LINUX;
}

static void describe(u64 e, u32 level, char *buf, size_t size)
{
	fmt_describe(&fmt_ppc_radix, e, level, writes(e) ? "rw" : "ro", "",
		     buf, size);
}

const struct fmt fmt_ppc_radix = {
	.name = "ppc_radix",
	.summary = "powerpc radix tree, 4 KiB pages",
	.word = 8,
	.levels = 4,
	.ptrs_lg2 = PPC_PTRS_LG2,
	.page_lg2 = FRAME_LG2,
	.level_name = { "", "pte", "pmd", "pud", "pgd" },
	.models = { "sc", "tso", "weak" },
	.dirty_bits = PPC_C,
	.ad = AD_ALWAYS, .broadcast = true,
	.valid = valid,
	.leaf = leaf,
	.pfn = pfn,
	.write = writes,
	.can_store = can_store,
	.can_dirty = can_dirty,
	.table_write = fmt_always_at,
	.young = young,
	.dirty = dirty,
	.mk_young = mk_young,
	.mk_dirty = mk_dirty,
	.cont = fmt_never_at,
	.global = fmt_never,
	.no_block = fmt_never_at,
	.attrs = attrs,
	.cacheable = cacheable,
	.mk_leaf = mk_leaf,
	.mk_table = mk_table,
	.describe = describe,
};
