/* SPDX-License-Identifier: MIT */
#include "log.h"

/* VA is mapped to page A, clean; both formats have the same contract. */
static void begin(u64 bits)
{
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, P_RW | ACC | bits);
	log_judge(&oracle_dirty_conserved);
}

static void user_stores(void)
{
	log_hw_update(CPU1, log_pte(), 1, DIRTY);
	log_user_store(CPU1, PAGE_A);
}

/*
 *	CPU1	MMU sets dirty, store retires
 *	CPU0	takes the entry, marks the page, op ends
 */
static void test_dirty_in_hand_is_not_forgotten(void **state)
{
	(void)state;
	begin(0);
	log_op_begins(CPU0);
	user_stores();
	log_take(CPU0, log_pte());
	log_page_dirty(CPU0, PAGE_A);
	log_op_ends(CPU0);
	expect_pass();
}

static void test_overwriting_a_dirty_entry_is_caught(void **state)
{
	(void)state;
	begin(0);
	user_stores();
	log_store(CPU0, log_pte(), 0, 8);
	expect_fail("store-forgotten");
}

static void test_a_store_that_sets_no_dirty_bit_is_caught(void **state)
{
	(void)state;
	begin(0);
	log_user_store(CPU1, PAGE_A);
	expect_fail("store-forgotten");
}

static void test_a_dirty_entry_dropped_from_the_hand_is_caught(void **state)
{
	(void)state;
	begin(0);
	log_op_begins(CPU0);
	user_stores();
	log_take(CPU0, log_pte());
	log_op_ends(CPU0);
	expect_fail("store-forgotten");
}

/* A plain overwrite loses nothing that its op has seen to be dirty. */
static void test_an_entry_read_dirty_and_overwritten_is_in_hand(void **state)
{
	(void)state;
	begin(0);
	log_op_begins(CPU0);
	user_stores();
	log_load(CPU0, log_pte(), 8);
	log_store(CPU0, log_pte(), 0, 8);
	log_page_dirty(CPU0, PAGE_A);
	log_op_ends(CPU0);
	expect_pass();
}

/*
 *	CPU0	reads the entry, clean
 *	CPU1	MMU sets dirty, store retires
 *	CPU0	overwrites it
 */
static void test_an_entry_read_clean_and_overwritten_dirty_is_caught(void **state)
{
	(void)state;
	begin(0);
	log_op_begins(CPU0);
	log_load(CPU0, log_pte(), 8);
	user_stores();
	log_store(CPU0, log_pte(), 0, 8);
	expect_fail("store-forgotten");
}

static void test_another_dirty_entry_remembers_as_well(void **state)
{
	(void)state;
	begin(DIRTY);
	mem_poke(log_table_off(PTE_TABLE, 3),
		 log_entry(PAGE_A, P_RW | ACC | DIRTY), 8);
	log_user_store(CPU1, PAGE_A);
	log_store(CPU0, log_pte(), 0, 8);
	expect_pass();
}

static void test_write_protecting_a_dirty_entry_keeps_it_dirty(void **state)
{
	(void)state;
	begin(DIRTY);
	log_user_store(CPU1, PAGE_A);
	log_store(CPU0, log_pte(), log_entry(PAGE_A, P_RO | ACC | DIRTY), 8);
	expect_pass();
}

static void test_a_dirty_huge_entry_remembers_all_its_pages(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	mem_poke(log_pmd(), log_entry(HUGE, P_RW | ACC | DIRTY | HUGE_PS), 8);
	log_judge(&oracle_dirty_conserved);
	log_user_store(CPU1, HUGE + 3);
	expect_pass();
	log_store(CPU0, log_pmd(), 0, 8);
	expect_fail("store-forgotten");
}

/* R-AD-6: the store may be visible before the update that it made. */
static void test_an_update_on_its_way_remembers(void **state)
{
	u64 val;

	(void)state;
	begin(0);
	val = log_hw_update_late(CPU1, log_pte(), 1, DIRTY);
	log_user_store(CPU1, PAGE_A);
	log_hw_update_arrives(CPU1, log_pte(), val);
	log_user_store(CPU1, PAGE_A);
	expect_pass();
}

static void test_an_update_that_has_arrived_is_on_its_way_no_more(void **state)
{
	u64 val;

	(void)state;
	begin(0);
	val = log_hw_update_late(CPU1, log_pte(), 1, DIRTY);
	log_user_store(CPU1, PAGE_A);
	log_hw_update_arrives(CPU1, log_pte(), val);
	log_store(CPU0, log_pte(), 0, 8);
	expect_fail("store-forgotten");
}

static void test_a_copy_needs_to_be_remembered_in_its_turn(void **state)
{
	(void)state;
	begin(DIRTY);
	log_op_begins(CPU0);
	log_user_store(CPU1, PAGE_A);
	log_take(CPU0, log_pte());
	log_move(CPU0, PAGE_A, PAGE_B);
	expect_pass();
	log_op_ends(CPU0);
	expect_fail("store-forgotten");
}

static void test_a_page_that_is_freed_is_not_judged(void **state)
{
	(void)state;
	begin(DIRTY);
	log_op_begins(CPU0);
	log_user_store(CPU1, PAGE_A);
	log_take(CPU0, log_pte());
	log_free(CPU0, PAGE_A, 0);
	log_op_ends(CPU0);
	expect_pass();
}

static void test_a_page_declared_clean_is_not_judged(void **state)
{
	(void)state;
	begin(DIRTY);
	log_user_store(CPU1, PAGE_A);
	log_page_clean(CPU0, PAGE_A);
	log_store(CPU0, log_pte(), 0, 8);
	expect_pass();
}

static void test_a_dirty_mark_that_nobody_needs_is_not_judged(void **state)
{
	(void)state;
	begin(DIRTY);
	log_store(CPU0, log_pte(), 0, 8);
	expect_pass();
}

static void test_clearing_half_an_entry_forgets_it_as_well(void **state)
{
	(void)state;
	log_begin(&fmt_x86_pae);
	log_map(PAGE_A, P_RW | ACC | DIRTY);
	log_judge(&oracle_dirty_conserved);
	log_user_store(CPU1, PAGE_A);
	log_store(CPU0, log_pte(), 0, 4);
	expect_fail("store-forgotten");
}

run(t(test_dirty_in_hand_is_not_forgotten),
    t(test_overwriting_a_dirty_entry_is_caught),
    t(test_a_store_that_sets_no_dirty_bit_is_caught),
    t(test_a_dirty_entry_dropped_from_the_hand_is_caught),
    t(test_an_entry_read_dirty_and_overwritten_is_in_hand),
    t(test_an_entry_read_clean_and_overwritten_dirty_is_caught),
    t(test_another_dirty_entry_remembers_as_well),
    t(test_write_protecting_a_dirty_entry_keeps_it_dirty),
    t(test_a_dirty_huge_entry_remembers_all_its_pages),
    t(test_an_update_on_its_way_remembers),
    t(test_an_update_that_has_arrived_is_on_its_way_no_more),
    t(test_a_copy_needs_to_be_remembered_in_its_turn),
    t(test_a_page_that_is_freed_is_not_judged),
    t(test_a_page_declared_clean_is_not_judged),
    t(test_a_dirty_mark_that_nobody_needs_is_not_judged),
    t(test_clearing_half_an_entry_forgets_it_as_well))
