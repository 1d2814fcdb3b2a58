/* SPDX-License-Identifier: MIT */
/*
 * ppc_hash - Linux's page table on powerpc with a hash table, 4 KiB pages
 *
 * Basis: arch/powerpc/include/asm/book3s/64/hash-4k.h, hash.h, pgtable.h;
 * bits in ppc_bits.h.
 *
 * No hardware reads these tables. They are what software walks (GUP, the hash
 * fault handler), and what the hash table's entries are made from: those are
 * the TLB that hardware looks into, filled and invalidated by software
 * (R-PPC-1). So nothing here is cacheable, hardware changes no bit, and a user
 * access is outside this format: ppc_hpte.h decodes the entries, the look-up
 * is not modelled yet.
 *
 * A PTE says of itself whether it has a hash entry (HASHPTE), in which slot,
 * and that somebody is at work on both (BUSY). A store needs a PTE that is
 * dirty: the hash entry of a clean one is made read-only.
 *
 * Not modelled: large pages, which have slot arrays of their own beside the
 * table (64 KiB configurations); segments.
 */
#include <stdio.h>

#include "fmt.h"
#include "ppc_bits.h"

static bool leaf(u64 e, u32 level) { return level == 1 || (e & PPC_LEAF); }

static bool valid(u64 e, u32 level)
{
	return (e & PPC_V) && (level == 1) == !!(e & PPC_LEAF);
}

static u64 pfn(u64 e)
{
	return (e & (e & PPC_LEAF ? PPC_H_RPN : PPC_NLB)) >> FRAME_LG2;
}

static bool writes(u64 e) { return e & PPC_WRITE; }
static bool young(u64 e) { return e & PPC_R; }
static bool dirty(u64 e) { return e & PPC_C; }
static u64 attrs(u64 e) { return e & PPC_ATT; }

static bool can_store(u64 e)
{
	return (e & (PPC_WRITE | PPC_C)) == (PPC_WRITE | PPC_C);
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
	return PPC_V | pfn << FRAME_LG2;
}

static void describe(u64 e, u32 level, char *buf, size_t size)
{
	char more[24] = "";

	if (leaf(e, level))
		snprintf(more, sizeof(more), "%s%s",
			 e & PPC_H_PAGE_HASHPTE ? " hashpte" : "",
			 e & PPC_H_PAGE_BUSY ? " busy" : "");
	fmt_describe(&fmt_ppc_hash, e, level, writes(e) ? "rw" : "ro", more,
		     buf, size);
}

const struct fmt fmt_ppc_hash = {
	.name = "ppc_hash",
	.summary = "powerpc hash: the tables that only software walks",
	.word = 8,
	.levels = 4,
	.ptrs_lg2 = PPC_PTRS_LG2,
	.page_lg2 = FRAME_LG2,
	.level_name = { "", "pte", "pmd", "pud", "pgd" },
	.models = { "sc", "tso", "weak" },
	.dirty_bits = PPC_C,
	.ad = AD_NEVER, .broadcast = true,
	.software = true,
	.valid = valid,
	.leaf = leaf,
	.pfn = pfn,
	.write = writes,
	.can_store = can_store,
	.can_dirty = fmt_never,
	.table_write = fmt_always_at,
	.young = young,
	.dirty = dirty,
	.mk_young = fmt_same_entry,
	.mk_dirty = fmt_same_entry,
	.cont = fmt_never_at,
	.global = fmt_never,
	.no_block = fmt_never_at,
	.attrs = attrs,
	.cacheable = fmt_never_at,
	.mk_leaf = mk_leaf,
	.mk_table = mk_table,
	.describe = describe,
};
