/* SPDX-License-Identifier: MIT */
#include "log.h"

static void begin(void)
{
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, P_RW | ACC);
	log_judge(&oracle_tables_outlive_walks);
	log_op_begins(CPU0);
	log_op_begins(CPU1);
}

/* CPU1 takes the PTE table out and frees it. */
static void unlink_and_free(void)
{
	log_store(CPU1, log_pmd(), 0, 8);
	log_free(CPU1, PTE_TABLE, 0);
}

static void test_walking_a_live_table_is_legal(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	log_load(CPU0, log_pte(), 8);
	log_walk(CPU1, log_pmd(), 2);
	log_walk(CPU1, log_pte(), 1);
	expect_pass();
}

static void test_an_unlinked_table_may_still_be_walked(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	log_store(CPU1, log_pmd(), 0, 8);
	log_load(CPU0, log_pte(), 8);
	log_walk(CPU0, log_pte(), 1);
	expect_pass();
}

static void test_reading_a_freed_table_is_caught(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	unlink_and_free();
	log_load(CPU0, log_pte(), 8);
	expect_fail("freed-table-walked");
}

static void test_writing_to_a_freed_table_is_caught(void **state)
{
	(void)state;
	begin();
	unlink_and_free();
	log_store(CPU0, log_pte(), 0, 8);
	expect_fail("freed-table-walked");
}

/* The frame is a table again, but not the one this op was led to. */
static void test_reading_a_reused_table_is_caught(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	unlink_and_free();
	log_alloc(CPU1, PTE_TABLE);
	log_table(CPU1, PTE_TABLE, 1);
	log_load(CPU0, log_pte(), 8);
	expect_fail("freed-table-walked");
}

static void test_who_looked_it_up_anew_is_right(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	unlink_and_free();
	log_alloc(CPU1, PTE_TABLE);
	log_table(CPU1, PTE_TABLE, 1);
	log_store(CPU1, log_pmd(), log_entry(PTE_TABLE, P_RW), 8);
	log_load(CPU0, log_pmd(), 8);
	log_load(CPU0, log_pte(), 8);
	expect_pass();
}

static void test_another_op_owes_nothing_to_the_last_one(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	unlink_and_free();
	log_alloc(CPU1, PTE_TABLE);
	log_op_begins(CPU0);
	log_load(CPU0, log_pte(), 8);
	expect_pass();
}

static void test_an_mmu_in_a_freed_table_is_caught(void **state)
{
	(void)state;
	begin();
	unlink_and_free();
	log_walk(CPU0, log_pte(), 1);
	expect_fail("freed-table-walked-by-mmu");
}

static void test_an_mmu_in_a_table_reused_as_data_is_caught(void **state)
{
	(void)state;
	begin();
	unlink_and_free();
	log_alloc(CPU1, PTE_TABLE);
	log_walk(CPU0, log_pte(), 1);
	expect_fail("freed-table-walked-by-mmu");
}

static void test_a_pointer_that_is_not_used_is_not_judged(void **state)
{
	(void)state;
	begin();
	log_load(CPU0, log_pmd(), 8);
	unlink_and_free();
	log_op_ends(CPU0);
	expect_pass();
}

static void test_an_mmu_in_a_table_of_the_same_level_is_not_judged(void **state)
{
	(void)state;
	begin();
	unlink_and_free();
	log_alloc(CPU1, PTE_TABLE);
	log_table(CPU1, PTE_TABLE, 1);
	log_walk(CPU0, log_pte(), 1);
	expect_pass();
}

static void test_a_table_allocated_by_the_op_itself_is_its_own(void **state)
{
	(void)state;
	begin();
	log_load(CPU1, log_pmd(), 8);
	unlink_and_free();
	log_alloc(CPU1, PTE_TABLE);
	log_store(CPU1, log_pte(), 0, 8);
	expect_pass();
}

run(t(test_walking_a_live_table_is_legal),
    t(test_an_unlinked_table_may_still_be_walked),
    t(test_reading_a_freed_table_is_caught),
    t(test_writing_to_a_freed_table_is_caught),
    t(test_reading_a_reused_table_is_caught),
    t(test_who_looked_it_up_anew_is_right),
    t(test_another_op_owes_nothing_to_the_last_one),
    t(test_an_mmu_in_a_freed_table_is_caught),
    t(test_an_mmu_in_a_table_reused_as_data_is_caught),
    t(test_a_pointer_that_is_not_used_is_not_judged),
    t(test_an_mmu_in_a_table_of_the_same_level_is_not_judged),
    t(test_a_table_allocated_by_the_op_itself_is_its_own))
