/* SPDX-License-Identifier: MIT */
#include "log.h"

#define TO_SPARE	log_leads(SPARE_TABLE, 2)
#define TO_OTHER	log_leads(PAGE_B, 2)

static void begin(void)
{
	log_begin(&fmt_x86_64);
	mem_poke(log_pmd(), 0, 8);
	log_judge(&oracle_stores_conserved);
	log_op_begins(CPU0);
	log_op_begins(CPU1);
}

static void looks(u32 cpu) { log_load(cpu, log_pmd(), 8); }
static void installs(u32 cpu, u64 e) { log_store(cpu, log_pmd(), e, 8); }

static void test_looking_again_is_legal(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	installs(CPU1, TO_SPARE);
	looks(CPU0);
	installs(CPU0, TO_OTHER);
	expect_pass();
}

static void test_a_table_overwritten_unseen_is_caught(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	installs(CPU1, TO_SPARE);
	installs(CPU0, TO_OTHER);
	expect_fail("store-lost");
}

static void test_a_page_overwritten_unseen_is_caught(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_stores_conserved);
	log_op_begins(CPU0);
	log_op_begins(CPU1);
	log_load(CPU0, log_pte(), 8);
	log_store(CPU1, log_pte(), log_entry(PAGE_A, P_RW), 8);
	log_hw_update(CPU1, log_pte(), 1, ACC);
	log_store(CPU0, log_pte(), log_entry(PAGE_B, P_RW), 8);
	expect_fail("store-lost");
}

/* It waited, and overwrites what came meanwhile. */
static void test_a_late_store_is_caught(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	log_store_waits(CPU0, log_pmd(), TO_OTHER, 8);
	installs(CPU1, TO_SPARE);
	log_store_visible(CPU0);
	expect_fail("store-lost");
}

static void test_an_atomic_looks_by_itself(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	installs(CPU1, TO_SPARE);
	log_exchange(CPU0, log_pmd(), TO_OTHER);
	expect_pass();
}

static void test_own_entries_may_be_overwritten(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	installs(CPU0, TO_SPARE);
	installs(CPU0, TO_OTHER);
	expect_pass();
}

static void test_who_never_looked_is_not_judged(void **state)
{
	(void)state;
	begin();
	installs(CPU1, TO_SPARE);
	installs(CPU0, TO_OTHER);
	expect_pass();
}

static void test_a_look_of_an_earlier_op_does_not_count(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	log_op_ends(CPU0);
	log_op_begins(CPU0);
	installs(CPU1, TO_SPARE);
	installs(CPU0, TO_OTHER);
	expect_pass();
}

static void test_clearing_is_not_judged(void **state)
{
	(void)state;
	begin();
	looks(CPU0);
	installs(CPU1, TO_SPARE);
	installs(CPU0, 0);
	expect_pass();
}

static void test_halves_are_not_judged(void **state)
{
	(void)state;
	log_begin(&fmt_x86_pae);
	log_judge(&oracle_stores_conserved);
	log_op_begins(CPU0);
	log_load(CPU0, log_pte(), 4);
	log_store(CPU1, log_pte(), log_entry(PAGE_A, P_RW), 8);
	log_store(CPU0, log_pte(), log_entry(PAGE_B, P_RW), 8);
	expect_pass();
}

run(t(test_looking_again_is_legal),
    t(test_a_table_overwritten_unseen_is_caught),
    t(test_a_page_overwritten_unseen_is_caught),
    t(test_a_late_store_is_caught),
    t(test_an_atomic_looks_by_itself),
    t(test_own_entries_may_be_overwritten),
    t(test_who_never_looked_is_not_judged),
    t(test_a_look_of_an_earlier_op_does_not_count),
    t(test_clearing_is_not_judged),
    t(test_halves_are_not_judged))
