/* SPDX-License-Identifier: MIT */
#include "log.h"

static void test_an_assertion_that_fires_is_a_failure(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_asserts_hold);
	event_bug_text = "!pmd_none(pmd)";
	log_note(CPU1, EV_BUG, 0, 42);
	expect_fail("kernel-bug");
}

static void test_no_assertion_is_no_failure(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_asserts_hold);
	log_op_begins(CPU0);
	log_op_ends(CPU0);
	expect_pass();
}

/* Whether anything else is wrong is for others to say. */
static void test_what_no_assertion_says_is_not_judged(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_judge(&oracle_asserts_hold);
	log_free(CPU0, PAGE_A, 0);
	log_user_load(CPU1, PAGE_A);
	expect_pass();
}

run(t(test_an_assertion_that_fires_is_a_failure),
    t(test_no_assertion_is_no_failure),
    t(test_what_no_assertion_says_is_not_judged))
