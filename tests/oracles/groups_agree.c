/* SPDX-License-Identifier: MIT */
#include "log.h"

/* VA is in the second group of its table: entries 4 to 7, frames 68 to 71. */
#define FIRST	4
#define MEMBERS	4
#define FRAME	68
#define START	0x4000UL
#define END	0x8000UL
#define RW	(FMT_WRITE | FMT_DIRTY | FMT_YOUNG)
#define ATTR	(1UL << 2)	/* another memory type, DDI0487 D8.3 */

static u32 slot(u32 n) { return log_table_off(PTE_TABLE, FIRST + n); }

static void begin(u32 flags, u32 level_of_support)
{
	log_begin(&fmt_arm64);
	for (u32 i = 0; flags && i < MEMBERS; i++)
		mem_poke(slot(i), log_leaf(FRAME + i, 1, flags), 8);
	oracle_world.bbm = (u8)level_of_support;
	log_weak();
	log_judge(&oracle_groups_agree);
}

static void set(u32 n, u64 e) { log_store(CPU0, slot(n), e, 8); }

static void set_all(u32 flags)
{
	for (u32 i = 0; i < MEMBERS; i++)
		set(i, flags ? log_leaf(FRAME + i, 1, flags) : 0);
}

static void flush(void) { log_flush(START, END); }

static void test_a_group_made_of_nothing_is_legal(void **state)
{
	(void)state;
	begin(0, 0);
	set_all(RW | FMT_CONT);
	expect_pass();
}

static void test_folding_with_a_flush_between_is_legal(void **state)
{
	(void)state;
	begin(RW, 0);
	set_all(0);
	flush();
	set_all(RW | FMT_CONT);
	expect_pass();
}

static void test_folding_in_place_is_caught(void **state)
{
	(void)state;
	begin(RW, 0);
	set(0, log_leaf(FRAME, 1, RW | FMT_CONT));
	expect_fail("group-disagrees");
}

static void test_folding_without_the_flush_is_caught(void **state)
{
	(void)state;
	begin(RW, 0);
	set_all(0);
	set_all(RW | FMT_CONT);
	expect_fail("group-disagrees");
}

static void test_unfolding_with_too_short_a_flush_is_caught(void **state)
{
	(void)state;
	begin(RW | FMT_CONT, 0);
	set_all(0);
	log_flush(START, START + 0x1000);
	set_all(RW);
	expect_fail("group-disagrees");
}

static void test_level_one_may_fold_in_place(void **state)
{
	(void)state;
	begin(RW, 1);
	set_all(RW | FMT_CONT);
	set_all(RW);
	expect_pass();
}

static void test_a_member_of_another_place_is_caught(void **state)
{
	(void)state;
	begin(0, 2);
	set(0, log_leaf(FRAME, 1, RW | FMT_CONT));
	set(1, log_leaf(PAGE_B, 1, RW | FMT_CONT));
	expect_fail("group-disagrees");
}

static void test_a_member_of_another_memory_type_is_caught(void **state)
{
	(void)state;
	begin(RW | FMT_CONT, 2);
	set(1, log_leaf(FRAME + 1, 1, RW | FMT_CONT) | ATTR);
	expect_fail("group-disagrees");
}

/* Another group in its place, and a TLB holds the old one. */
static void test_a_group_replaced_without_a_flush_is_caught(void **state)
{
	(void)state;
	begin(RW | FMT_CONT, 2);
	set_all(0);
	for (u32 i = 0; i < MEMBERS; i++)
		set(i, log_leaf(4 + i, 1, RW | FMT_CONT));
	expect_fail("group-disagrees");
}

static void test_rights_and_ages_are_not_judged(void **state)
{
	(void)state;
	begin(RW | FMT_CONT, 0);
	set(1, log_leaf(FRAME + 1, 1, FMT_YOUNG | FMT_CONT));
	set(2, log_leaf(FRAME + 2, 1, FMT_CONT));
	expect_pass();
}

static void test_members_that_are_not_valid_do_not_count(void **state)
{
	(void)state;
	begin(RW | FMT_CONT, 0);
	set(1, 0);
	set(3, 0);
	expect_pass();
}

static void test_the_next_group_is_another(void **state)
{
	(void)state;
	begin(RW | FMT_CONT, 0);
	log_store(CPU0, log_table_off(PTE_TABLE, 3), log_leaf(PAGE_B, 1, RW), 8);
	expect_pass();
}

static void test_x86_is_not_judged(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_groups_agree);
	log_store(CPU0, log_pte(), log_entry(PAGE_A, P_RW | ACC), 8);
	expect_pass();
}

run(t(test_a_group_made_of_nothing_is_legal),
    t(test_folding_with_a_flush_between_is_legal),
    t(test_folding_in_place_is_caught),
    t(test_folding_without_the_flush_is_caught),
    t(test_unfolding_with_too_short_a_flush_is_caught),
    t(test_level_one_may_fold_in_place),
    t(test_a_member_of_another_place_is_caught),
    t(test_a_member_of_another_memory_type_is_caught),
    t(test_a_group_replaced_without_a_flush_is_caught),
    t(test_rights_and_ages_are_not_judged),
    t(test_members_that_are_not_valid_do_not_count),
    t(test_the_next_group_is_another),
    t(test_x86_is_not_judged))
