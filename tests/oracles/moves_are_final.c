/* SPDX-License-Identifier: MIT */
#include "log.h"

static void begin(u64 bits)
{
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, bits);
	log_judge(&oracle_moves_are_final);
	log_op_begins(CPU0);
}

static void move(void) { log_move(CPU0, PAGE_A, PAGE_B); }

static void test_unmap_flush_move_is_legal(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	log_take(CPU0, log_pte());
	log_flush(VA, VA + 0x1000);
	move();
	expect_pass();
}

/* As collapse does it: the table goes out, its entries stay. */
static void test_a_table_taken_out_and_flushed_will_do(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	log_take(CPU0, log_pmd());
	log_flush(VA & ~0x3fffUL, (VA & ~0x3fffUL) + 0x4000);
	move();
	expect_pass();
}

static void test_a_page_still_mapped_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	move();
	expect_fail("page-moved-while-writable");
}

static void test_a_move_without_a_flush_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	log_take(CPU0, log_pte());
	move();
	expect_fail("page-moved-while-writable");
}

static void test_a_table_taken_out_and_not_flushed_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	log_take(CPU0, log_pmd());
	move();
	expect_fail("page-moved-while-writable");
}

/* The MMU may still make it dirty. */
static void test_a_clean_entry_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	move();
	expect_fail("page-moved-while-writable");
}

static void test_a_page_in_a_huge_one_is_caught(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	mem_poke(log_pmd(), log_entry(HUGE, P_RW | ACC | DIRTY | HUGE_PS), 8);
	log_judge(&oracle_moves_are_final);
	log_move(CPU0, HUGE + 2, PAGE_B);
	expect_fail("page-moved-while-writable");
}

static void test_a_store_on_its_way_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	log_user_store_waits(CPU1, PAGE_A);
	log_take(CPU0, log_pte());
	log_flush(VA, VA + 0x1000);
	move();
	expect_fail("page-moved-while-writable");
}

static void test_one_that_has_arrived_is_legal(void **state)
{
	(void)state;
	begin(P_RW | ACC | DIRTY);
	log_user_store_waits(CPU1, PAGE_A);
	log_take(CPU0, log_pte());
	log_store_visible(CPU1);
	log_flush(VA, VA + 0x1000);
	move();
	expect_pass();
}

static void test_readers_are_not_judged(void **state)
{
	(void)state;
	begin(P_RO | ACC);
	move();
	expect_pass();
}

/* Writable once it is dirty, and no MMU makes it so. */
static void test_clean_entries_without_hardware_are_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	oracle_world.hw_dirty = false;
	move();
	expect_pass();
}

run(t(test_unmap_flush_move_is_legal),
    t(test_a_table_taken_out_and_flushed_will_do),
    t(test_a_page_still_mapped_is_caught),
    t(test_a_move_without_a_flush_is_caught),
    t(test_a_table_taken_out_and_not_flushed_is_caught),
    t(test_a_clean_entry_is_caught),
    t(test_a_page_in_a_huge_one_is_caught),
    t(test_a_store_on_its_way_is_caught),
    t(test_one_that_has_arrived_is_legal),
    t(test_readers_are_not_judged),
    t(test_clean_entries_without_hardware_are_not_judged))
