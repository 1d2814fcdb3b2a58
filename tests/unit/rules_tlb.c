/* SPDX-License-Identifier: MIT */
/* R-TLB: what may be cached, under which tag, and for which addresses. */
#include "rules.h"

#include <string.h>

static bool old_page(void) { return r[0] == DATA_A; }
static bool new_page(void) { return r[0] == DATA_B; }
static bool faulted(void) { return r[1] == FAULT; }
static bool went_through(void) { return r[1] == OK; }

#define OLD_IS_USED(invalidation)					\
	"init pte(x) = page(x)\n"					\
	"thread P0\n"							\
	invalidation							\
	"	store pte(x), page(x, valid=0)\n"			\
	"	dsb\n"							\
	"	isb\n"							\
	"	r0 = load x\n"						\
	"exists ~fault(P0, x)"

/* An invalidation while it is still current does not help: it is read again. */
static void r_tlb_1_an_old_entry_is_usable_until_invalidated(void **state)
{
	(void)state;
	litmus_sometimes(base, OLD_IS_USED(""));
	litmus_sometimes(base, OLD_IS_USED("tlbi x\n dsb\n isb\n"));
}

/* The only access is the last one. */
static void r_tlb_2_whether_or_not_it_was_used_before(void **state)
{
	(void)state;
	litmus_sometimes(ets2,
		"init pte(x) = page(x, valid=0)\n"
		"thread P0\n"
		"	store pte(x), page(y)\n"
		"	dsb\n"
		"	tlbi x\n"
		"	dsb\n"
		"	isb\n"
		"	store pte(x), page(z, valid=0)\n"
		"	dsb\n"
		"	isb\n"
		"	r0 = load x\n"
		"exists ~fault(P0, x)");
}

static void widen_and_store(void)
{
	WRITE_ONCE(*PTE, map(PAGE_A, 1, RW));
	r[1] = store(VA_);
}

static void r_tlb_3_what_gives_no_translation_is_not_cached(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(x, valid=0)\n"
		"thread P0\n"
		"	store pte(x), page(x)\n"
		"	dsb\n"
		"	isb\n"
		"	r0 = load x\n"
		"exists fault(P0, x)");
	/* x86: nor what is not accessed. */
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, 0), 8);
	CAST(widen_and_store);
	expect_never(faulted);
}

static void r_tlb_3_what_has_not_the_right_is(void **state)
{
	(void)state;
	litmus_sometimes(base,
		"init pte(x) = page(x, db=0)\n"
		"thread P0\n"
		"	store pte(x), page(x)\n"
		"	dsb\n"
		"	isb\n"
		"	store x, 1\n"
		"exists fault(P0, x)");
}

/* The table that was unlinked is read again: if it has been freed, too. */
static void r_tlb_4_below_a_cached_entry_memory_is_read(void **state)
{
	(void)state;
	litmus_sometimes(ets2,
		"init pmd(x) = table(x), y = 1\n"
		"thread P0\n"
		"	store pmd(x), 0\n"
		"	dsb\n"
		"	store pte(x), page(y)\n"
		"thread P1\n"
		"	r0 = load pmd(x)\n"
		"	dsb\n"
		"	isb\n"
		"	r1 = load x\n"
		"exists P1:r0 = 0 /\\ P1:r1 = 1");
}

static void r_tlb_5_old_and_new_are_used_in_turn(void **state)
{
	(void)state;
	litmus_sometimes(ets2,
		"init pte(x) = page(x), y = 1\n"
		"thread P0\n"
		"	store pte(x), page(y)\n"
		"thread P1\n"
		"	r0 = load x\n"
		"	r1 = load x\n"
		"	r2 = load x\n"
		"exists P1:r0 = 1 /\\ P1:r1 = 0 /\\ P1:r2 = 1");
}

#define NEW_THEN_OLD(invalidation)					\
	"init pte(x) = page(x), y = 1\n"				\
	"thread P0\n"							\
	"	r0 = load x\n"						\
	"	r1 = load x\n"						\
	"thread P1\n"							\
	"	store pte(x), page(x, valid=0)\n"			\
	invalidation							\
	"	store pte(x), page(y)\n"				\
	"exists P0:r0 = 1 /\\ P0:r1 = 0 /\\ ~fault(P0, x)"

static void r_tlb_6_never_older_than_an_invalidation_known_of(void **state)
{
	(void)state;
	litmus_sometimes(base, NEW_THEN_OLD(""));
	litmus_never(base, NEW_THEN_OLD("dsb\n tlbi x\n dsb\n"));
}

/* --- a block -------------------------------------------------------------- */

static void drop_block(void)
{
	WRITE_ONCE(*PMD, 0);
	r[1] = load(VA_);
}

static void drop_block_and_invalidate_another_page(void)
{
	WRITE_ONCE(*PMD, 0);
	INVALIDATE(.start = VA_ + NEXT, .end = VA_ + NEXT + 1,
		   .asid = ASID_ALL);
	r[1] = load(VA_);
}

/* Whatever parts of it are cached: any of its addresses takes all of them. */
static void r_tlb_7_a_block_goes_as_a_whole(void **state)
{
	(void)state;
	tables("sc", &fmt_arm64);
	mem_poke(slot(2), map(PAGE_A, 2, RW), 8);
	CAST(drop_block);
	expect_sometimes(went_through);
	CAST(drop_block_and_invalidate_another_page);
	expect_never(went_through);
}

/* --- tags ----------------------------------------------------------------- */

static u32 root_of(u32 root)
{
	return frame_off(table_of(root, hw.fmt->levels));
}

/* What was current only while another tag was installed. */
static void change_and_take_another_tag(void)
{
	ctx_install(sim.cur, hw.root, 1);
	WRITE_ONCE(*PTE, map(PAGE_B, 1, RW));
	ctx_install(sim.cur, hw.root, 2);
	r[1] = load(VA_);
}

static void change_and_keep_the_tag(void)
{
	ctx_install(sim.cur, hw.root, 1);
	WRITE_ONCE(*PTE, map(PAGE_B, 1, RW));
	r[1] = load(VA_);
}

static void take_other_tables_with_the_same_tag(void)
{
	ctx_install(sim.cur, hw.root, 1);
	ctx_install(sim.cur, root_of(1), 1);
	r[1] = load(VA_);
}

static void take_other_tables_with_another_tag(void)
{
	ctx_install(sim.cur, hw.root, 1);
	ctx_install(sim.cur, root_of(1), 2);
	r[1] = load(VA_);
}

/* Tables 0 have the page, tables 1 are empty. */
static void r_tlb_8_entries_are_of_one_tag(void **state)
{
	(void)state;
	tables("sc", &fmt_arm64);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	CAST(change_and_keep_the_tag);
	expect_sometimes(old_page);
	CAST(change_and_take_another_tag);
	expect_sometimes(new_page);
	expect_never(old_page);
}

static void r_tlb_8_a_tag_used_again_finds_old_entries(void **state)
{
	(void)state;
	tables("sc", &fmt_arm64);
	memset(mem_ptr(root_of(1)), 0, 1u << FRAME_LG2);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	CAST(take_other_tables_with_another_tag);
	expect_never(old_page);
	CAST(take_other_tables_with_the_same_tag);
	expect_sometimes(old_page);
}

/* --- entries that lead to tables ------------------------------------------ */

static void unlink_table(void)
{
	WRITE_ONCE(*PMD, 0);
	r[1] = load(VA_);
}

static void unlink_table_and_invalidate_another_page(void)
{
	WRITE_ONCE(*PMD, 0);
	INVALIDATE(.start = VA_ + NEXT, .end = VA_ + NEXT + 1,
		   .asid = ASID_ALL);
	r[1] = load(VA_);
}

static void r_tlb_9_they_go_with_any_address_below(void **state)
{
	(void)state;
	tables("sc", &fmt_arm64);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	CAST(unlink_table);
	expect_sometimes(went_through);
	CAST(unlink_table_and_invalidate_another_page);
	expect_never(went_through);
}

static void just_store(void)
{
	r[1] = store(VA_);
}

static void widen_table_and_store(void)
{
	WRITE_ONCE(*PMD, link_to(2));
	r[1] = store(VA_);
}

/* x86: R/W of the upper level is clear; that may be cached, too. */
static void r_tlb_10_every_level_must_allow_the_write(void **state)
{
	(void)state;
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	mem_poke(slot(2), link_to(2) & ~2UL, 8);
	CAST(just_store);
	expect_never(went_through);
	CAST(widen_table_and_store);
	expect_sometimes(went_through);
	expect_sometimes(faulted);
}

/* APTable of DDI0487 D8.4, P of a segment. */
static void r_tlb_10_arm64_and_s390_too(void **state)
{
	static const struct { const struct fmt *f; u64 read_only; } is[] = {
		{ &fmt_arm64, 1UL << 62 }, { &fmt_s390, 0x200 },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(is); i++) {
		tables("sc", is[i].f);
		mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
		CAST(just_store);
		expect_never(faulted);
		mem_poke(slot(2), link_to(2) | is[i].read_only, 8);
		expect_never(went_through);
	}
}

/* R/W is reserved there: SDM 4.4.1. */
static void r_tlb_10_but_not_the_top_level_of_pae(void **state)
{
	(void)state;
	tables("sc32", &fmt_x86_pae);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	mem_poke(slot(3), link_to(3) & ~2UL, 8);
	CAST(just_store);
	expect_never(faulted);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_tlb_1_an_old_entry_is_usable_until_invalidated),
		cmocka_unit_test(r_tlb_2_whether_or_not_it_was_used_before),
		cmocka_unit_test(r_tlb_3_what_gives_no_translation_is_not_cached),
		cmocka_unit_test(r_tlb_3_what_has_not_the_right_is),
		cmocka_unit_test(r_tlb_4_below_a_cached_entry_memory_is_read),
		cmocka_unit_test(r_tlb_5_old_and_new_are_used_in_turn),
		cmocka_unit_test(r_tlb_6_never_older_than_an_invalidation_known_of),
		cmocka_unit_test(r_tlb_7_a_block_goes_as_a_whole),
		cmocka_unit_test(r_tlb_8_entries_are_of_one_tag),
		cmocka_unit_test(r_tlb_8_a_tag_used_again_finds_old_entries),
		cmocka_unit_test(r_tlb_9_they_go_with_any_address_below),
		cmocka_unit_test(r_tlb_10_every_level_must_allow_the_write),
		cmocka_unit_test(r_tlb_10_arm64_and_s390_too),
		cmocka_unit_test(r_tlb_10_but_not_the_top_level_of_pae),
	};

	rules_drop(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
