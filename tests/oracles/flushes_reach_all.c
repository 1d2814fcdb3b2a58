/* SPDX-License-Identifier: MIT */
#include "log.h"

static u32 since;

static void begin(void)
{
	log_begin(&fmt_arm64);
	mem_poke(log_pte(),
		 log_leaf(PAGE_A, 1, FMT_WRITE | FMT_DIRTY | FMT_YOUNG), 8);
	log_weak();
	log_judge(&oracle_flushes_reach_all);
	log_op_begins(CPU0);
}

static void unmap(u32 cpu) { log_store(cpu, log_pte(), 0, 8); }
static void call(void) { since = sim.now; }
static void returns(void) { log_flushed(CPU0, VA, VA + 0x1000, since); }

static void test_a_flush_that_reaches_all_keeps_its_promise(void **state)
{
	(void)state;
	begin();
	unmap(CPU0);
	call();
	log_flush(VA, VA + 0x1000);
	returns();
	expect_pass();
}

static void test_a_cpu_left_out_is_caught(void **state)
{
	(void)state;
	begin();
	unmap(CPU0);
	call();
	log_invalidated(CPU0, VA, VA + 0x1000);
	log_invalidated(CPU2, VA, VA + 0x1000);
	returns();
	expect_fail("flush-left-translation");
}

static void test_a_range_cut_short_is_caught(void **state)
{
	(void)state;
	begin();
	unmap(CPU0);
	call();
	log_flush(VA - 0x1000, VA);
	returns();
	expect_fail("flush-left-translation");
}

/* The caller's own store becomes visible after the invalidation. */
static void test_an_own_store_that_was_late_is_caught(void **state)
{
	(void)state;
	begin();
	log_store_waits(CPU0, log_pte(), 0, 8);
	call();
	log_flush(VA, VA + 0x1000);
	log_store_visible(CPU0);
	returns();
	expect_fail("flush-left-translation");
}

static void test_what_another_replaces_meanwhile_is_not_judged(void **state)
{
	(void)state;
	begin();
	call();
	log_flush(VA, VA + 0x1000);
	unmap(CPU1);
	returns();
	expect_pass();
}

static void test_an_entry_that_is_still_there_is_not_judged(void **state)
{
	(void)state;
	begin();
	log_store(CPU0, log_pte(), log_leaf(PAGE_B, 1, FMT_YOUNG), 8);
	call();
	log_flush(VA, VA + 0x1000);
	returns();
	expect_pass();
}

static void test_entries_to_tables_are_not_judged(void **state)
{
	(void)state;
	begin();
	log_store(CPU0, log_pmd(), 0, 8);
	call();
	returns();
	expect_pass();
}

/* Strong machines make no such promise in the log; nobody listens there. */
static void test_strong_machines_are_not_judged(void **state)
{
	(void)state;
	begin();
	mem_model_set(mem_model_find("tso"));
	log_judge(&oracle_flushes_reach_all);
	unmap(CPU0);
	call();
	returns();
	expect_pass();
}

run(t(test_a_flush_that_reaches_all_keeps_its_promise),
    t(test_a_cpu_left_out_is_caught),
    t(test_a_range_cut_short_is_caught),
    t(test_an_own_store_that_was_late_is_caught),
    t(test_what_another_replaces_meanwhile_is_not_judged),
    t(test_an_entry_that_is_still_there_is_not_judged),
    t(test_entries_to_tables_are_not_judged),
    t(test_strong_machines_are_not_judged))
