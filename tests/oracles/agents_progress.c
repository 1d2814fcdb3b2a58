/* SPDX-License-Identifier: MIT */
#include "log.h"

static void faults(u32 times, bool others_run)
{
	while (times--)
		log_fault_taken(CPU0, log_pte(), VA, others_run);
}

static void test_one_access_that_faults_for_ever_is_a_failure(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_agents_progress);
	faults(20, false);
	expect_fail("endless-fault");
}

static void test_a_spurious_fault_is_legal(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_agents_progress);
	faults(2, false);
	log_user_load(CPU0, PAGE_A);
	expect_pass();
}

static void test_faults_on_an_entry_that_changes_are_progress(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_agents_progress);
	for (u64 i = 0; i < 20; i++) {
		log_store(CPU0, log_pte(), i << 12, 8);
		faults(1, false);
	}
	expect_pass();
}

static void test_a_change_of_the_high_half_is_progress_too(void **state)
{
	(void)state;
	log_begin(&fmt_x86_pae);
	log_judge(&oracle_agents_progress);
	for (u64 i = 0; i < 20; i++) {
		log_store(CPU0, log_pte() + 4, i, 4);
		faults(1, false);
	}
	expect_pass();
}

static void test_faults_while_others_can_run_are_not_judged(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_agents_progress);
	faults(50, true);
	expect_pass();
}

static void test_a_deadlock_is_a_failure(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_agents_progress);
	log_note(CPU0, EV_STUCK, 0, STUCK_DEADLOCK);
	expect_fail("deadlock");
}

static void test_an_exhausted_budget_is_a_livelock(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_agents_progress);
	log_note(CPU0, EV_STUCK, 0, STUCK_LIVELOCK);
	expect_fail("livelock");
}

run(t(test_one_access_that_faults_for_ever_is_a_failure),
    t(test_a_spurious_fault_is_legal),
    t(test_faults_on_an_entry_that_changes_are_progress),
    t(test_a_change_of_the_high_half_is_progress_too),
    t(test_faults_while_others_can_run_are_not_judged),
    t(test_a_deadlock_is_a_failure),
    t(test_an_exhausted_budget_is_a_livelock))
