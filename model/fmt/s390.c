/* SPDX-License-Identifier: MIT */
/*
 * s390 - region-second, region-third, segment and page tables
 *
 * Basis: Principles of Operation, chapter 3; bits, and what is scaled, in
 * s390_bits.h. Kernel names: p4d, pud, pmd, pte. Linux grows and shrinks the
 * number of levels with the address space; it is four here.
 *
 * Hardware keeps accessed and changed state in storage keys, which are not
 * modelled; young and dirty are Linux's bits, and what sets them is a fault:
 * an entry that is not dirty has P set, one that is not young has I set and so
 * is not valid.
 *
 * Functions that are not told the level are for valid entries. Of the others,
 * a page-table entry with I and no dirty bit cannot be told from the segment
 * entry of a large page.
 *
 * Not modelled: table lengths and offsets, region-first tables, storage keys,
 * page status tables, protection by entries that lead to tables.
 */
#include <stdio.h>

#include "fmt.h"
#include "s390_bits.h"

static u64 type_of_level(u32 level) { return (u64)(level - 2) << 2; }

static bool leaf(u64 e, u32 level)
{
	return level == 1 || (level <= 3 && (e & S390_LARGE));
}

/* The wrong type, and a bit that must be zero, are exceptions of their own. */
static bool valid(u64 e, u32 level)
{
	if (level == 1)
		return !(e & (S390_PAGE_INVALID | S390_PAGE_ZERO));
	return !(e & S390_TABLE_INVALID) &&
	       (e & S390_TT) == type_of_level(level);
}

/* Dirty is where the types of tables without large pages are. */
static bool large(u64 e)
{
	return (e & S390_LARGE) && !(e & S390_PAGE_DIRTY);
}

static u64 pfn(u64 e)
{
	return (e & (large(e) ? S390_LARGE_ORIGIN : S390_PAGE_ORIGIN)) >>
	       FRAME_LG2;
}

static bool can_store(u64 e) { return !(e & S390_PROTECT); }

/* P of segments and regions. */
static bool table_write(u64 e, u32 level)
{
	(void)level;
	return can_store(e);
}

static bool writes(u64 e)
{
	return can_store(e) ||
	       (e & (large(e) ? S390_LARGE_WRITE : S390_PAGE_WRITE));
}

static bool young(u64 e)
{
	return e & (large(e) ? S390_LARGE_YOUNG : S390_PAGE_YOUNG);
}

static bool dirty(u64 e)
{
	return e & (large(e) ? S390_LARGE_DIRTY : S390_PAGE_DIRTY);
}

/* As Linux has them: who may write, but is clean, has P. */
static u64 mk_leaf(u64 pfn, u32 level, u32 flags)
{
	bool stores = (flags & FMT_WRITE) && (flags & FMT_DIRTY);
	u64 e = pfn << FRAME_LG2 | (stores ? 0 : S390_PROTECT);

	if (level == 1)
		return e | S390_PAGE_PRESENT | S390_PAGE_READ |
		       (flags & FMT_WRITE ? S390_PAGE_WRITE : 0) |
		       (flags & FMT_YOUNG ? S390_PAGE_YOUNG : 0) |
		       (flags & FMT_DIRTY ? S390_PAGE_DIRTY : 0);
	return e | S390_LARGE | type_of_level(level) | S390_LARGE_READ |
	       (flags & FMT_WRITE ? S390_LARGE_WRITE : 0) |
	       (flags & FMT_YOUNG ? S390_LARGE_YOUNG : 0) |
	       (flags & FMT_DIRTY ? S390_LARGE_DIRTY : 0);
}

static u64 mk_table(u64 pfn, u32 level)
{
	return pfn << FRAME_LG2 | type_of_level(level) |
	       (level > 2 ? S390_TL : 0);
}

static const char *rights(u64 e)
{
	if (can_store(e))
		return "rw";
	return writes(e) ? "rw-clean" : "ro";
}

/* Entries that are not young are not valid either: say what is in them. */
static void describe(u64 e, u32 level, char *buf, size_t size)
{
	u64 shown = e & ~S390_PAGE_INVALID;

	if (level > 1 || valid(e, level) || e == fmt_s390.none[1]) {
		fmt_describe(&fmt_s390, e, level, rights(e), "", buf, size);
		return;
	}
	snprintf(buf, size, "not present, pfn %llx %s%s%s",
		 (unsigned long long)pfn(shown), rights(shown),
		 young(shown) ? " young" : "", dirty(shown) ? " DIRTY" : "");
}

const struct fmt fmt_s390 = {
	.name = "s390",
	.summary = "region, segment and page tables; no accessed or dirty bits",
	.word = 8,
	.levels = 4,
	.ptrs_lg2 = S390_PTRS_LG2,
	.page_lg2 = FRAME_LG2,
	.level_name = { "", "pte", "pmd", "pud", "p4d" },
	.none = { 0, S390_PAGE_INVALID, S390_TABLE_INVALID | S390_TT_SEGMENT,
		  S390_TABLE_INVALID | S390_TT_REGION3,
		  S390_TABLE_INVALID | S390_TT_REGION2 },
	.models = { "sc", "tso" },
	.dirty_bits = S390_PAGE_DIRTY | S390_LARGE_DIRTY,
	.ad = AD_NEVER, .broadcast = true,
	.valid = valid,
	.leaf = leaf,
	.pfn = pfn,
	.write = writes,
	.can_store = can_store,
	.can_dirty = fmt_never,
	.table_write = table_write,
	.young = young,
	.dirty = dirty,
	.mk_young = fmt_same_entry,
	.mk_dirty = fmt_same_entry,
	.cont = fmt_never_at,
	.global = fmt_never,
	.no_block = fmt_never_at,
	.attrs = fmt_zero,
	.cacheable = valid,	/* R-TLB-3: no TLB entry from an invalid one */
	.mk_leaf = mk_leaf,
	.mk_table = mk_table,
	.describe = describe,
};
