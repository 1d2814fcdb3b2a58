/* SPDX-License-Identifier: MIT */
#include "log.h"

static void begin(u64 bits)
{
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, bits);
	log_judge(&oracle_pins_hold);
	log_op_begins(CPU0);
}

static void pin(u32 frame, bool write)
{
	log_get(CPU0, frame);
	log_pinned(CPU0, frame, VA, write);
}

static void test_a_pin_of_the_mapped_page_is_legal(void **state)
{
	(void)state;
	begin(P_RW);
	pin(PAGE_A, true);
	log_unpinned(CPU0, PAGE_A);
	log_put(CPU0, PAGE_A);
	log_op_ends(CPU0);
	expect_pass();
}

/* Linearizable: any instant of the call will do. */
static void test_a_page_mapped_at_some_instant_of_the_call_will_do(void **state)
{
	(void)state;
	begin(P_RW);
	log_store(CPU1, log_pte(), log_entry(PAGE_B, P_RW), 8);
	log_store(CPU1, log_pte(), 0, 8);
	pin(PAGE_B, true);
	expect_pass();
}

static void test_a_page_never_mapped_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	pin(PAGE_B, false);
	expect_fail("pin-of-unmapped-page");
}

static void test_a_page_mapped_before_the_call_only_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	log_store(CPU1, log_pte(), 0, 8);
	log_op_begins(CPU0);
	pin(PAGE_A, false);
	expect_fail("pin-of-unmapped-page");
}

/* A load may return what nothing that the CPU has seen supersedes. */
static void test_a_weak_machine_sees_what_was_mapped_before_the_call(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_weak();
	log_map(PAGE_A, P_RW);
	log_judge(&oracle_pins_hold);
	log_store(CPU1, log_pte(), 0, 8);
	log_op_begins(CPU0);
	pin(PAGE_A, false);
	expect_pass();
}

static void test_a_weak_machine_does_not_unsee(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_weak();
	log_map(PAGE_A, P_RW);
	log_judge(&oracle_pins_hold);
	log_store(CPU1, log_pte(), 0, 8);
	log_sees_all(CPU0);
	log_op_begins(CPU0);
	pin(PAGE_A, false);
	expect_fail("pin-of-unmapped-page");
}

static void test_a_page_in_an_unlinked_table_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	log_store(CPU1, log_pmd(), 0, 8);
	log_op_begins(CPU0);
	pin(PAGE_A, false);
	expect_fail("pin-of-unmapped-page");
}

static void test_a_write_pin_needs_the_right_to_write(void **state)
{
	(void)state;
	begin(P_RO);
	pin(PAGE_A, false);
	expect_pass();
	pin(PAGE_A, true);
	expect_fail("pin-of-unmapped-page");
}

static void test_a_pin_without_a_reference_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	log_pinned(CPU0, PAGE_A, VA, true);
	expect_fail("pin-without-reference");
}

static void test_a_reference_on_another_folio_does_not_do(void **state)
{
	(void)state;
	begin(P_RW);
	log_get(CPU0, PAGE_B);
	log_pinned(CPU0, PAGE_A, VA, true);
	expect_fail("pin-without-reference");
}

/* The reference was taken on the head that the page had before the split. */
static void test_a_reference_on_the_former_head_does_not_do(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_map(HUGE + 2, P_RW);
	log_judge(&oracle_pins_hold);
	log_op_begins(CPU0);
	log_get(CPU0, HUGE);
	log_split(CPU1, HUGE, 2);
	log_pinned(CPU0, HUGE + 2, VA, true);
	expect_fail("pin-without-reference");
}

static void test_a_reference_on_the_head_pins_a_tail(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_map(HUGE + 2, P_RW);
	log_judge(&oracle_pins_hold);
	log_op_begins(CPU0);
	log_get(CPU0, HUGE);
	log_pinned(CPU0, HUGE + 2, VA, true);
	expect_pass();
}

static void test_freeing_a_pinned_page_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	pin(PAGE_A, true);
	log_free(CPU1, PAGE_A, 0);
	expect_fail("pinned-page-freed");
}

static void test_moving_a_pinned_page_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	pin(PAGE_A, true);
	log_move(CPU1, PAGE_A, PAGE_B);
	expect_fail("pin-of-moved-page");
}

static void test_pinning_a_page_that_has_moved_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	log_move(CPU1, PAGE_A, PAGE_B);
	pin(PAGE_A, true);
	expect_fail("pin-of-moved-page");
}

static void test_what_happens_after_unpin_is_legal(void **state)
{
	(void)state;
	begin(P_RW);
	pin(PAGE_A, true);
	log_unpinned(CPU0, PAGE_A);
	log_move(CPU1, PAGE_A, PAGE_B);
	log_free(CPU1, PAGE_A, 0);
	expect_pass();
}

static void test_unmapping_a_pinned_page_is_not_judged(void **state)
{
	(void)state;
	begin(P_RW);
	pin(PAGE_A, true);
	log_store(CPU1, log_pte(), 0, 8);
	expect_pass();
}

static void test_a_pin_that_was_taken_back_is_not_judged(void **state)
{
	(void)state;
	begin(P_RW);
	log_get(CPU0, PAGE_B);
	log_put(CPU0, PAGE_B);
	log_op_ends(CPU0);
	expect_pass();
}

run(t(test_a_pin_of_the_mapped_page_is_legal),
    t(test_a_page_mapped_at_some_instant_of_the_call_will_do),
    t(test_a_page_never_mapped_is_caught),
    t(test_a_page_mapped_before_the_call_only_is_caught),
    t(test_a_weak_machine_sees_what_was_mapped_before_the_call),
    t(test_a_weak_machine_does_not_unsee),
    t(test_a_page_in_an_unlinked_table_is_caught),
    t(test_a_write_pin_needs_the_right_to_write),
    t(test_a_pin_without_a_reference_is_caught),
    t(test_a_reference_on_another_folio_does_not_do),
    t(test_a_reference_on_the_former_head_does_not_do),
    t(test_a_reference_on_the_head_pins_a_tail),
    t(test_freeing_a_pinned_page_is_caught),
    t(test_moving_a_pinned_page_is_caught),
    t(test_pinning_a_page_that_has_moved_is_caught),
    t(test_what_happens_after_unpin_is_legal),
    t(test_unmapping_a_pinned_page_is_not_judged),
    t(test_a_pin_that_was_taken_back_is_not_judged))
