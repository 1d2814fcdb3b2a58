/* SPDX-License-Identifier: MIT */
#include "log.h"

/* Low halves of A and B are the same; their high ones differ. */
#define A	log_entry(70, P_RW | ACC)
#define B	log_entry(6, P_RW | ACC)
#define LOW(e)	((u32)(e))
#define HIGH(e)	((e) >> 32)

static void begin(u64 entry)
{
	log_begin(&fmt_x86_pae);
	mem_poke(log_pte(), entry, 8);
	log_judge(&oracle_entries_are_whole);
	log_op_begins(CPU0);
	log_op_begins(CPU1);
}

static void high(u64 e) { log_store(CPU1, log_pte() + 4, HIGH(e), 4); }
static void low(u64 e) { log_store(CPU1, log_pte(), LOW(e), 4); }

static void test_an_entry_that_is_there_may_be_acted_on(void **state)
{
	(void)state;
	begin(A);
	log_observed(CPU0, log_pte(), A, 1);
	expect_pass();
}

static void test_an_entry_that_was_there_since_the_op_began_may_be(void **state)
{
	(void)state;
	begin(A);
	log_exchange(CPU1, log_pte(), B);
	log_exchange(CPU1, log_pte(), 0);
	log_observed(CPU0, log_pte(), B, 1);
	expect_pass();
}

static void test_an_entry_from_before_the_op_is_caught(void **state)
{
	(void)state;
	begin(A);
	log_exchange(CPU1, log_pte(), 0);
	log_op_begins(CPU0);
	log_observed(CPU0, log_pte(), A, 1);
	expect_fail("torn-entry");
}

static void test_the_low_half_with_no_high_half_is_caught(void **state)
{
	(void)state;
	begin(0);
	high(A);
	low(A);
	log_observed(CPU0, log_pte(), LOW(A), 1);
	expect_fail("torn-entry");
}

/* Present with the wrong high half, in the middle of an update. */
static void test_the_middle_of_an_update_is_caught_when_it_ends(void **state)
{
	(void)state;
	begin(0);
	low(A);
	log_walk(CPU0, log_pte(), 1);
	expect_pass();
	high(A);
	expect_fail("torn-entry");
}

static void test_an_op_that_acted_on_the_middle_is_caught_too(void **state)
{
	(void)state;
	begin(0);
	low(A);
	log_observed(CPU0, log_pte(), LOW(A), 1);
	high(A);
	expect_fail("torn-entry");
}

static void test_high_first_is_whole_at_every_instant(void **state)
{
	(void)state;
	begin(0);
	high(A);
	log_walk(CPU0, log_pte(), 1);
	low(A);
	log_walk(CPU0, log_pte(), 1);
	log_observed(CPU0, log_pte(), A, 1);
	expect_pass();
}

static void test_accessed_and_dirty_bits_may_differ(void **state)
{
	(void)state;
	begin(A);
	log_observed(CPU0, log_pte(), A | DIRTY, 1);
	log_observed(CPU0, log_pte(), A & ~ACC, 1);
	expect_pass();
}

static void test_entries_not_present_are_not_judged(void **state)
{
	(void)state;
	begin(A);
	log_observed(CPU0, log_pte(), B & ~1UL, 1);
	expect_pass();
}

static void test_a_mixture_with_the_old_frame_is_not_judged(void **state)
{
	(void)state;
	begin(A);
	low(A | DIRTY);			/* frame is still A's */
	log_walk(CPU0, log_pte(), 1);
	high(A);
	expect_pass();
}

static void test_two_updates_by_two_ops_are_no_mixture(void **state)
{
	(void)state;
	begin(0);
	low(A);
	log_walk(CPU0, log_pte(), 1);
	log_op_begins(CPU1);
	high(A);
	expect_pass();
}

static void test_a_value_from_a_tlb_is_not_judged_here(void **state)
{
	(void)state;
	begin(0);
	low(A);
	log_walk_stale(CPU0, log_pte(), 1, B);
	high(A);
	expect_pass();
}

static void test_a_64_bit_machine_writes_whole_entries(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_entries_are_whole);
	log_op_begins(CPU0);
	log_store(CPU1, log_pte(), A, 8);
	log_observed(CPU0, log_pte(), LOW(A), 1);
	expect_fail("torn-entry");
}

run(t(test_an_entry_that_is_there_may_be_acted_on),
    t(test_an_entry_that_was_there_since_the_op_began_may_be),
    t(test_an_entry_from_before_the_op_is_caught),
    t(test_the_low_half_with_no_high_half_is_caught),
    t(test_the_middle_of_an_update_is_caught_when_it_ends),
    t(test_an_op_that_acted_on_the_middle_is_caught_too),
    t(test_high_first_is_whole_at_every_instant),
    t(test_accessed_and_dirty_bits_may_differ),
    t(test_entries_not_present_are_not_judged),
    t(test_a_mixture_with_the_old_frame_is_not_judged),
    t(test_two_updates_by_two_ops_are_no_mixture),
    t(test_a_value_from_a_tlb_is_not_judged_here),
    t(test_a_64_bit_machine_writes_whole_entries))
