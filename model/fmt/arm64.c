/* SPDX-License-Identifier: MIT */
/*
 * arm64 - VMSAv8-64 stage 1, three granules
 *
 * Basis: DDI0487 D8. Bits and what is scaled: arm64_bits.h.
 *
 * Hardware sets AF if the agent has HA, and clears AP2 of an entry with DBM if
 * it has HD; else both fault. An entry with DBM and AP2 is "writable-clean":
 * software may write through it, once it is dirty. With FEAT_HAFT (an option)
 * entries that lead to tables have an AF too.
 *
 * Not modelled: hierarchical limits but that of writing, stage 2, NS, GP,
 * FEAT_S1PIE (permissions by index), FEAT_D128, the 4K granule with DS = 1,
 * level -1.
 */
#include "arm64_bits.h"
#include "fmt.h"

#define LG2_4K	12
#define LG2_16K	14
#define LG2_64K	16

/*
 * The manual's level is 4 minus ours. Blocks, D8.3: 4K at its levels 1 and
 * 2; 16K at 2, with DS = 1 also at 1; 64K at 2, with 52-bit addresses also at
 * 1. For these three machines that is the same.
 */
#define BLOCK_LEVEL_MAX	3

/* --- what does not depend on the granule ---------------------------------- */

static bool valid(u64 e, u32 level)
{
	if ((e & ARM64_TYPE) == ARM64_TYPE)
		return true;		/* a table, or a page at level 1 */
	return (e & ARM64_TYPE) == ARM64_VALID && level > 1 &&
	       level <= BLOCK_LEVEL_MAX;
}

static bool leaf(u64 e, u32 level)
{
	return level == 1 || !(e & ARM64_TABLE);
}

static bool can_store(u64 e) { return !(e & ARM64_AP2); }

static bool can_dirty(u64 e)
{
	return (e & (ARM64_DBM | ARM64_AP2)) == (ARM64_DBM | ARM64_AP2);
}

static bool table_write(u64 e, u32 level)
{
	(void)level;
	return !(e & ARM64_APTABLE_RO);
}

static bool writes(u64 e) { return can_store(e) || can_dirty(e); }
static bool young(u64 e) { return e & ARM64_AF; }
static bool global(u64 e) { return !(e & ARM64_NG); }

static bool dirty(u64 e)
{
	return (e & (ARM64_DBM | ARM64_AP2)) == ARM64_DBM ||
	       (e & ARM64_SW_DIRTY);
}

static u64 mk_young(u64 e) { return e | ARM64_AF; }

/* R-AD-5: one update sets AF and clears AP2. Without DBM, AP2 is a right. */
static u64 mk_dirty(u64 e)
{
	return (e & ARM64_DBM ? e & ~ARM64_AP2 : e) | ARM64_AF;
}

/*
 * R-TLB-3, RXFXTY, IWZCBG: whatever gives no translation, address size
 * or access flag fault; permission faults do not count. The AF of tables
 * matters to agents with FEAT_HAFT only.
 */
static bool cacheable(u64 e, u32 level)
{
	return valid(e, level) && (!leaf(e, level) || young(e));
}

static u64 leaf_bits(u32 level, u32 flags)
{
	u64 e = ARM64_VALID | ARM64_AP1;

	if (level == 1)
		e |= ARM64_TABLE;
	if (flags & FMT_YOUNG)
		e |= ARM64_AF;
	if (!(flags & FMT_GLOBAL))
		e |= ARM64_NG;
	if (flags & FMT_WRITE)
		e |= ARM64_DBM | (flags & FMT_DIRTY ? 0 : ARM64_AP2);
	else
		e |= ARM64_AP2 | (flags & FMT_DIRTY ? ARM64_SW_DIRTY : 0);
	return e;
}

static const char *rights(u64 e)
{
	if (can_dirty(e))
		return "rw-clean";
	return can_store(e) ? "rw" : "ro";
}

/* --- what does ------------------------------------------------------------ */

static u64 oa_pfn(u64 e, u32 lg2)
{
	switch (lg2) {
	case LG2_16K:
		return ((e & ARM64_OA_16K) | (e & ARM64_OA_16K_HI) << 42) >> 14;
	case LG2_64K:
		return ((e & ARM64_OA_64K) | (e & ARM64_OA_64K_HI) << 36) >> 16;
	default:
		return (e & ARM64_OA_4K) >> 12;
	}
}

static u64 pfn_oa(u64 pfn, u32 lg2)
{
	u64 oa = pfn << lg2;

	switch (lg2) {
	case LG2_16K:
		return (oa & ARM64_OA_16K) | (oa >> 42 & ARM64_OA_16K_HI);
	case LG2_64K:
		return (oa & ARM64_OA_64K) | (oa >> 36 & ARM64_OA_64K_HI);
	default:
		return oa & ARM64_OA_4K;
	}
}

static u64 shareability(u32 lg2) { return lg2 == LG2_16K ? 0 : ARM64_SH; }
static u64 nt_bit(u32 lg2) { return lg2 == LG2_4K ? ARM64_NT_4K : ARM64_NT; }

static bool has_nt(u64 e, u32 level, u32 lg2)
{
	return level > 1 && leaf(e, level) && (e & nt_bit(lg2));
}

/* A block's nT is among the address bits that its alignment leaves unused. */
static u64 leaf_pfn(u64 e, u32 lg2)
{
	return e & ARM64_TABLE ? oa_pfn(e, lg2) :
				 oa_pfn(e & ~nt_bit(lg2), lg2);
}

/*
 * "The Contiguous bit": 4K at the manual's levels 1 to 3, the others at 2 and
 * 3.
 */
static u32 cont_level_max(u32 lg2) { return lg2 == LG2_4K ? 3 : 2; }

static bool has_cont(u64 e, u32 level, u32 lg2)
{
	return (e & ARM64_CONT) && leaf(e, level) &&
	       level <= cont_level_max(lg2);
}

static void describe(const struct fmt *f, u64 e, u32 level, char *buf,
		     size_t size)
{
	const char *nt = f->no_block(e, level) ? " nT" : "";

	fmt_describe(f, e, level, rights(e), nt, buf, size);
}

/* The functions of one granule. */
#define GRANULE(fmt, lg2)						\
static u64 fmt##_pfn(u64 e) { return leaf_pfn(e, lg2); }		\
static u64 fmt##_attrs(u64 e)						\
{									\
	return e & (ARM64_ATTR | shareability(lg2));			\
}									\
static bool fmt##_no_block(u64 e, u32 level)				\
{									\
	return has_nt(e, level, lg2);					\
}									\
static bool fmt##_cont(u64 e, u32 level)				\
{									\
	return has_cont(e, level, lg2);					\
}									\
static u64 fmt##_mk_leaf(u64 pfn, u32 level, u32 flags)			\
{									\
	return pfn_oa(pfn, lg2) | leaf_bits(level, flags) |		\
	       (shareability(lg2) & ARM64_SH_INNER) |			\
	       (flags & FMT_CONT && level <= cont_level_max(lg2) ?	\
		ARM64_CONT : 0);					\
}									\
/* With the AF that Linux sets too, for agents with FEAT_HAFT. */	\
static u64 fmt##_mk_table(u64 pfn, u32 level)				\
{									\
	(void)level;							\
	return pfn_oa(pfn, lg2) | ARM64_TYPE | ARM64_AF;		\
}									\
static void fmt##_describe(u64 e, u32 level, char *buf, size_t size)	\
{									\
	describe(&fmt_##fmt, e, level, buf, size);			\
}

GRANULE(arm64, LG2_4K)
GRANULE(arm64_16k, LG2_16K)
GRANULE(arm64_64k, LG2_64K)

#define ARM64_FMT(fmt, lg2)						\
	.name = #fmt,							\
	.word = 8, .ptrs_lg2 = ARM64_PTRS_LG2, .page_lg2 = lg2,		\
	.models = { "sc", "tso", "weak" },				\
	.dirty_bits = ARM64_DBM | ARM64_SW_DIRTY,			\
	.ad = AD_OPTION, .table_af_option = true, .bbm = true,		\
	.broadcast = true,						\
	.valid = valid, .leaf = leaf, .pfn = fmt##_pfn,			\
	.write = writes,						\
	.can_store = can_store, .can_dirty = can_dirty,			\
	.table_write = table_write,					\
	.young = young, .dirty = dirty,					\
	.mk_young = mk_young, .mk_dirty = mk_dirty,			\
	.cont = fmt##_cont, .global = global,				\
	.no_block = fmt##_no_block, .attrs = fmt##_attrs,		\
	.cacheable = cacheable,						\
	.mk_leaf = fmt##_mk_leaf, .mk_table = fmt##_mk_table,		\
	.describe = fmt##_describe

const struct fmt fmt_arm64 = {
	ARM64_FMT(arm64, LG2_4K),
	.summary = "Arm stage 1, 4K granule, 48-bit addresses",
	.levels = 4,
	.level_name = { "", "pte", "pmd", "pud", "pgd" },
	.cont_lg2 = { 0, ARM64_CONT_LG2, ARM64_CONT_LG2, ARM64_CONT_LG2 },
};

const struct fmt fmt_arm64_16k = {
	ARM64_FMT(arm64_16k, LG2_16K),
	.summary = "Arm stage 1, 16K granule, 52-bit addresses (LPA2)",
	.levels = 4,
	.level_name = { "", "pte", "pmd", "pud", "pgd" },
	.cont_lg2 = { 0, ARM64_CONT_LG2, ARM64_CONT_LG2 },
};

const struct fmt fmt_arm64_64k = {
	ARM64_FMT(arm64_64k, LG2_64K),
	.summary = "Arm stage 1, 64K granule, 52-bit addresses (LPA)",
	.levels = 3,
	.level_name = { "", "pte", "pmd", "pgd" },
	.cont_lg2 = { 0, ARM64_CONT_LG2, ARM64_CONT_LG2 },
};
