/* SPDX-License-Identifier: MIT */
/* Grace periods: as early as is legal, and no earlier. */
#include "lab.h"

#define HEAD	((struct rcu_head *)VAR(4))

/* Exact at any step, unlike shared memory. */
static bool reading, called, ran, was_reading, too_early;

static void forget(void)
{
	reading = called = ran = was_reading = too_early = false;
}

static void callback(struct rcu_head *head)
{
	(void)head;
	ran = true;
	too_early = was_reading && reading;
}

static void two_steps(void)
{
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*X, 2);
}

static void reader(void)
{
	forget();
	rcu_read_lock();
	reading = true;
	two_steps();
	reading = false;
	rcu_read_unlock();
	two_steps();
}

static void nested_reader(void)
{
	forget();
	rcu_read_lock();
	reading = true;
	rcu_read_lock();
	rcu_read_unlock();
	two_steps();
	reading = false;
	rcu_read_unlock();
}

static void irq_reader(void)
{
	unsigned long flags;

	forget();
	local_irq_save(flags);
	reading = true;
	two_steps();
	reading = false;
	local_irq_restore(flags);
	two_steps();
}

static void calls(void)
{
	WRITE_ONCE(*Y, 1);
	was_reading = reading;
	called = true;
	call_rcu(HEAD, callback);
	WRITE_ONCE(*Y, 2);
}

static void synchronizes(void)
{
	WRITE_ONCE(*Y, 1);
	was_reading = reading;
	synchronize_rcu();
	too_early = was_reading && reading;
	ran = true;
}

static bool premature(void) { return too_early; }
static bool was_there(void) { return was_reading; }
static bool never_ran(void) { return !ran; }

static void test_the_reader_is_sometimes_there(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reader, calls);
	expect_sometimes(was_there);
}

static void test_a_callback_waits_for_readers(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reader, calls);
	expect_never(premature);
}

static void test_a_callback_waits_for_the_outermost_section(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(nested_reader, calls);
	expect_never(premature);
}

static void test_a_callback_waits_for_sections_with_irqs_off(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(irq_reader, calls);
	expect_never(premature);
}

static void test_synchronize_rcu_waits_for_readers(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reader, synchronizes);
	expect_never(premature);
}

static void test_synchronize_rcu_waits_for_sections_with_irqs_off(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(irq_reader, synchronizes);
	expect_never(premature);
}

static void test_every_callback_runs_in_the_end(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reader, calls);
	expect_never(never_ran);
	assert_int_equal(rcu_pending(), 0);
}

static void test_every_synchronize_rcu_returns(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reader, synchronizes);
	expect_never(never_ran);
}

/* --- as early as is legal -------------------------------------------------- */

static void calls_alone(void)
{
	forget();
	call_rcu(HEAD, callback);
	r[0] = ran;
}

static void test_without_readers_a_callback_runs_at_once(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(calls_alone);
	RUN_DULL();
	assert_int_equal(r[0], 1);
}

static void test_the_end_of_a_grace_period_can_be_put_off(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(calls_alone, two_steps);
	RUN_WITH(DEV(LATE, 0, 1, 2));
	assert_int_equal(r[0], 0);
	assert_true(ran);
}

static void leaves(void)
{
	forget();
	rcu_read_lock();
	WRITE_ONCE(*X, 1);
	rcu_read_unlock();
	r[0] = ran;
}

/* Agent 1 calls in the middle of the section; leaving it is what ends it. */
static void test_the_last_reader_out_ends_the_grace_period(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(leaves, calls);
	RUN_WITH(DEV(SWITCH, 0, 2, 1));
	assert_int_equal(was_reading, 0);
	assert_int_equal(r[0], 1);
}

static void reads_after(void)
{
	WRITE_ONCE(*X, 1);
	rcu_read_lock();
	r[0] = called && !ran;
	WRITE_ONCE(*X, 2);
	r[1] = ran;
	rcu_read_unlock();
}

static void calls_with_reader(void)
{
	forget();
	rcu_read_lock();
	WRITE_ONCE(*Y, 1);
	rcu_read_unlock();
}

static bool ran_inside_later_section(void) { return r[0] && r[1]; }

/* Cpu0 is waited for, cpu2's section began after the call and is not. */
static void test_a_section_begun_after_the_call_is_not_waited_for(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(calls_with_reader, calls, reads_after);
	expect_sometimes(ran_inside_later_section);
}

static void publishes(void)
{
	WRITE_ONCE(*X, 1);
	call_rcu(HEAD, callback);
}

static void test_call_rcu_makes_buffered_stores_visible(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(publishes);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_true(log_find(0, EV_COMMIT, 0) < log_find(0, EV_RCU_CALL, 0));
}

/*
 * R-RCU-2, R-RCU-3: what a reader stored is visible when its grace period is
 * over, store buffer or not.
 *
 *	CPU0				CPU1
 *	rcu_read_lock()
 *	r3 = Y: 0
 *	X = 1, in the store buffer
 *	rcu_read_unlock()
 *					Y = 1
 *					synchronize_rcu()
 *					r0 = X: must be 1
 */
static void storing_reader(void)
{
	rcu_read_lock();
	r[3] = READ_ONCE(*Y);
	WRITE_ONCE(*X, 1);
	rcu_read_unlock();
	r[4] = READ_ONCE(*Z);
	r[5] = READ_ONCE(*Z);
}

static void storing_irq_off_reader(void)
{
	unsigned long flags;

	local_irq_save(flags);
	r[3] = READ_ONCE(*Y);
	WRITE_ONCE(*X, 1);
	local_irq_restore(flags);
	r[4] = READ_ONCE(*Z);
	r[5] = READ_ONCE(*Z);
}

static void waiting_updater(void)
{
	WRITE_ONCE(*Y, 1);
	smp_mb();
	synchronize_rcu();
	r[0] = READ_ONCE(*X);
	r[1] = 1;
}

static bool readers_store_is_missed(void)
{
	return r[1] && !r[3] && !r[0];
}

static void test_a_grace_period_covers_the_readers_stores(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(storing_reader, waiting_updater);
	assert_false(lab_ever(readers_store_is_missed));
	CAST(storing_irq_off_reader, waiting_updater);
	assert_false(lab_ever(readers_store_is_missed));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_grace_period_covers_the_readers_stores),
		cmocka_unit_test(test_the_reader_is_sometimes_there),
		cmocka_unit_test(test_a_callback_waits_for_readers),
		cmocka_unit_test(test_a_callback_waits_for_the_outermost_section),
		cmocka_unit_test(test_a_callback_waits_for_sections_with_irqs_off),
		cmocka_unit_test(test_synchronize_rcu_waits_for_readers),
		cmocka_unit_test(test_synchronize_rcu_waits_for_sections_with_irqs_off),
		cmocka_unit_test(test_every_callback_runs_in_the_end),
		cmocka_unit_test(test_every_synchronize_rcu_returns),
		cmocka_unit_test(test_without_readers_a_callback_runs_at_once),
		cmocka_unit_test(test_the_end_of_a_grace_period_can_be_put_off),
		cmocka_unit_test(test_the_last_reader_out_ends_the_grace_period),
		cmocka_unit_test(test_a_section_begun_after_the_call_is_not_waited_for),
		cmocka_unit_test(test_call_rcu_makes_buffered_stores_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
