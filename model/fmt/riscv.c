/* SPDX-License-Identifier: MIT */
/*
 * riscv - Sv39 and Sv48
 *
 * Basis: RISC-V Privileged Architecture, "Virtual Address Translation Process"
 * and the extensions that riscv_bits.h names. Bits and what is scaled are
 * there.
 *
 * Hardware sets A and D under Svadu (an option); else both fault (Svade).
 * Without Svvptc entries that are not valid may be cached (R-RV-1).
 *
 * Not modelled: T-Head's memory types, pointer masking, two-stage translation.
 */
#include "fmt.h"
#include "riscv_bits.h"

#define RWX	(RISCV_R | RISCV_W | RISCV_X)

static u64 ppn(u64 e) { return (e & RISCV_PPN) >> RISCV_PPN_SHIFT; }

static bool leaf(u64 e, u32 level) { return level == 1 || (e & RWX); }

/* Step 3 of the translation process, and the reserved bits of tables. */
static bool valid_table(u64 e)
{
	return !(e & (RISCV_A | RISCV_D | RISCV_U | RISCV_PBMT | RISCV_N));
}

/* Step 5 and Svnapot: a superpage is aligned, a group is of the one size. */
static bool valid_leaf(u64 e, u32 level)
{
	u64 low = (1ULL << (RISCV_PTRS_LG2 * (level - 1))) - 1;

	if ((e & RISCV_PBMT) == RISCV_PBMT || (ppn(e) & low))
		return false;
	if (e & RISCV_N)
		return level == 1 && (ppn(e) & RISCV_NAPOT_LOW) == RISCV_NAPOT;
	return true;
}

static bool valid(u64 e, u32 level)
{
	if (!(e & RISCV_V) || (e & RISCV_RSVD) ||
	    (e & (RISCV_R | RISCV_W)) == RISCV_W)
		return false;
	if (!(e & RWX))
		return level > 1 && valid_table(e);
	return valid_leaf(e, level);
}

static u64 pfn(u64 e)
{
	return e & RISCV_N ? ppn(e) & ~(u64)RISCV_NAPOT_LOW : ppn(e);
}

static bool writes(u64 e) { return e & RISCV_W; }
static bool young(u64 e) { return e & RISCV_A; }
static bool dirty(u64 e) { return e & RISCV_D; }
static bool global(u64 e) { return e & RISCV_G; }
static u64 attrs(u64 e) { return e & RISCV_PBMT; }
static u64 mk_young(u64 e) { return e | RISCV_A; }
static u64 mk_dirty(u64 e) { return e | RISCV_A | RISCV_D; }

static bool can_store(u64 e)
{
	return (e & (RISCV_W | RISCV_D)) == (RISCV_W | RISCV_D);
}

static bool can_dirty(u64 e)
{
	return (e & (RISCV_W | RISCV_D)) == RISCV_W;
}

static bool cont(u64 e, u32 level) { return level == 1 && (e & RISCV_N); }

/*
 * R-TLB-3, with Svvptc. A leaf that is not accessed cannot be used as it is:
 * step 7 faults, or makes it accessed.
 */
static bool cacheable(u64 e, u32 level)
{
	return valid(e, level) && (!leaf(e, level) || young(e));
}

static u64 mk_leaf(u64 pfn, u32 level, u32 flags)
{
	u64 e = RISCV_V | RISCV_R | RISCV_U;

	if (level == 1 && (flags & FMT_CONT)) {
		e |= RISCV_N;
		pfn = (pfn & ~(u64)RISCV_NAPOT_LOW) | RISCV_NAPOT;
	}
	return e | pfn << RISCV_PPN_SHIFT |
	       (flags & FMT_WRITE ? RISCV_W : 0) |
	       (flags & FMT_YOUNG ? RISCV_A : 0) |
	       (flags & FMT_DIRTY ? RISCV_D : 0) |
	       (flags & FMT_GLOBAL ? RISCV_G : 0);
}

static u64 mk_table(u64 pfn, u32 level)
{
	(void)level;
	return pfn << RISCV_PPN_SHIFT | RISCV_V;
}

/* What it says is the same for both depths. */
static void describe(u64 e, u32 level, char *buf, size_t size)
{
	fmt_describe(&fmt_riscv_sv48, e, level, writes(e) ? "rw" : "ro", "",
		     buf, size);
}

#define RISCV_FMT							\
	.word = 8, .ptrs_lg2 = RISCV_PTRS_LG2, .page_lg2 = FRAME_LG2,	\
	.cont_lg2 = { 0, RISCV_CONT_LG2 },				\
	.models = { "sc", "tso", "weak" },				\
	.dirty_bits = RISCV_D,						\
	.ad = AD_OPTION, .cache_invalid = true,				\
	.valid = valid, .leaf = leaf, .pfn = pfn,			\
	.write = writes,						\
	.can_store = can_store, .can_dirty = can_dirty,			\
	.table_write = fmt_always_at,					\
	.young = young, .dirty = dirty,					\
	.mk_young = mk_young, .mk_dirty = mk_dirty,			\
	.cont = cont, .global = global,					\
	.no_block = fmt_never_at, .attrs = attrs,			\
	.cacheable = cacheable,						\
	.mk_leaf = mk_leaf, .mk_table = mk_table,			\
	.describe = describe

const struct fmt fmt_riscv_sv39 = {
	RISCV_FMT,
	.name = "riscv_sv39",
	.summary = "RISC-V, 3 levels",
	.levels = 3,
	.level_name = { "", "pte", "pmd", "pgd" },
};

const struct fmt fmt_riscv_sv48 = {
	RISCV_FMT,
	.name = "riscv_sv48",
	.summary = "RISC-V, 4 levels",
	.levels = 4,
	.level_name = { "", "pte", "pmd", "pud", "pgd" },
};
