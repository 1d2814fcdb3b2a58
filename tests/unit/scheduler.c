/* SPDX-License-Identifier: MIT */
/* Who runs when: the dull run, and what each record of a schedule does to it. */
#include "lab.h"

#include <string.h>

static void three_stores(void)
{
	for (u64 i = 1; i <= 3; i++)
		WRITE_ONCE(*VAR(sim.cur->id), i);
}

static void test_a_dull_run_does_one_agent_after_another(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores, three_stores);
	RUN_DULL();
	assert_string_equal(log_agents(), "000111222");
}

/* A switch comes before the step that names it; then the dull order again. */
static void test_a_switch_happens_before_its_step(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores);
	RUN_WITH(DEV(SWITCH, 0, 2, 1));
	assert_string_equal(log_agents(), "011100");
}

static void test_a_switch_picks_its_agent_by_value(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores, three_stores);
	RUN_WITH(DEV(SWITCH, 0, 2, 2));
	assert_string_equal(log_agents(), "022200111");
}

static void test_a_value_is_taken_modulo_the_alternatives(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores);
	RUN_WITH(DEV(SWITCH, 0, 2, 7));
	assert_string_equal(log_agents(), "011100");
}

static void test_a_switch_of_another_agent_waits_for_that_agent(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores, three_stores);
	RUN_WITH(DEV(SWITCH, 1, 3, 1));
	assert_string_equal(log_agents(), "000112221");
}

static void two_ops(void)
{
	for (u32 op = 0; op < 2; op++) {
		sim_op_begin(sim.cur, op);
		WRITE_ONCE(*VAR(sim.cur->id), 1);
		WRITE_ONCE(*VAR(sim.cur->id), 2);
	}
}

static void test_a_switch_in_the_second_op_leaves_the_first_alone(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(two_ops, two_ops);
	RUN_WITH({ .kind = DEV_SWITCH, .op = 1, .step = 2, .value = 1 });
	assert_string_equal(log_agents(), "00011110");
}

static void test_step_0_is_before_the_op(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(two_ops, two_ops);
	RUN_WITH({ .kind = DEV_SWITCH, .op = 1, .step = 0, .value = 1 });
	assert_string_equal(log_agents(), "00111100");
}

static void test_records_may_come_in_any_order(void **state)
{
	u64 hash;

	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores, three_stores);
	RUN_WITH(DEV(SWITCH, 0, 2, 1), DEV(SWITCH, 1, 2, 1),
		 DEV(SWITCH, 2, 3, 1));
	hash = event_log_hash(&event_log);
	RUN_WITH(DEV(SWITCH, 2, 3, 1), DEV(SWITCH, 0, 2, 1),
		 DEV(SWITCH, 1, 2, 1));
	assert_true(event_log_hash(&event_log) == hash);
}

static bool has_record(const struct schedule *s, const struct deviation *d)
{
	for (u32 i = 0; i < s->nr; i++)
		if (s->dev[i].kind == d->kind && s->dev[i].agent == d->agent &&
		    dev_key(&s->dev[i]) == dev_key(d))
			return true;
	return false;
}

static void without(struct schedule *s, const struct schedule *from, u32 gone)
{
	s->nr = 0;
	for (u32 i = 0; i < from->nr; i++)
		if (i != gone)
			s->dev[s->nr++] = from->dev[i];
}

/* Whatever still happens is one of the records left, at its own place. */
static void test_deleting_a_record_leaves_the_others_meaning(void **state)
{
	static struct schedule found, left;

	(void)state;
	lab_setup("tso");
	CAST(three_stores, three_stores, three_stores);
	strategy_random.init(11);
	for (u32 run = 0; run < 500; run++) {
		strategy_random.next();
		lab_run(NULL, strategy_random.ops);
		found = sim.taken;
		for (u32 gone = 0; gone < found.nr; gone++) {
			without(&left, &found, gone);
			lab_run(&left, NULL);
			for (u32 i = 0; i < sim.taken.nr; i++)
				assert_true(has_record(&left,
						       &sim.taken.dev[i]));
		}
	}
}

/* --- blocking ------------------------------------------------------------ */

#define SOMETHING	42

static void waits(void)
{
	WRITE_ONCE(*X, 1);
	sim_block(SOMETHING);
	WRITE_ONCE(*X, 2);
}

static void wakes(void)
{
	WRITE_ONCE(*Y, 1);
	sim_wake(SOMETHING);
	WRITE_ONCE(*Y, 2);
}

static void test_a_blocked_agent_goes_on_when_woken(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(waits, wakes);
	RUN_DULL();
	assert_string_equal(log_agents(), "0110");
	assert_int_equal(log_count(EV_STUCK), 0);
}

static void wakes_others(void)
{
	sim_wake(SOMETHING + 1);
	WRITE_ONCE(*Y, 1);
}

static void test_waiting_for_one_another_is_a_deadlock(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(waits, wakes_others);
	RUN_DULL();
	assert_int_equal(log_count(EV_STUCK), 1);
	assert_int_equal(log_event(event_log.nr - 1)->val, STUCK_DEADLOCK);
}

static void spins_for_ever(void)
{
	for (;;)
		cpu_relax();
}

static void test_a_run_beyond_its_budget_is_a_livelock(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(spins_for_ever, three_stores);
	RUN_DULL();
	assert_int_equal(log_event(event_log.nr - 1)->type, EV_STUCK);
	assert_int_equal(log_event(event_log.nr - 1)->val, STUCK_LIVELOCK);
}

static void two_spin(void)
{
	spins_for_ever();
}

static void test_two_that_spin_are_a_livelock_too(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(two_spin, two_spin);
	RUN_DULL();
	assert_int_equal(log_event(event_log.nr - 1)->val, STUCK_LIVELOCK);
}

static void spins_until_set(void)
{
	while (!READ_ONCE(*X))
		cpu_relax();
}

static void sets(void)
{
	WRITE_ONCE(*X, 1);
}

static bool got_stuck(void)
{
	return log_count(EV_STUCK);
}

static void test_who_spins_never_starves_its_partner(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(spins_until_set, sets);
	expect_never(got_stuck);
}

/* --- deliveries ---------------------------------------------------------- */

static void arrives(struct agent *to, u32 arg)
{
	event_note(EV_IPI_DONE, to, 0, arg, 0, 0, 0, 0);
}

static void sends(void)
{
	WRITE_ONCE(*X, 1);
	sim_deliver(arrives, &sim.agent[1], 5, NULL);
	for (u64 i = 2; i <= 5; i++)
		WRITE_ONCE(*X, i);
}

/* Value of X when the delivery was made. */
static u64 x_at_delivery(void)
{
	u32 done = log_find(0, EV_IPI_DONE, 1);

	while (done-- && log_event(done)->type != EV_STORE)
		;
	return log_event(done)->val;
}

static void test_a_dull_delivery_is_made_at_once(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(sends, sets);
	RUN_DULL();
	assert_int_equal(x_at_delivery(), 1);
}

static void test_a_late_delivery_is_made_steps_later(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(sends, three_stores);
	RUN_WITH(DEV(LATE, 0, 1, 3));
	assert_int_equal(x_at_delivery(), 3);
}

static void test_what_is_in_flight_arrives_before_the_end(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(sends, sets);
	RUN_WITH(DEV(LATE, 0, 1, LATE_MAX - 1));
	assert_int_equal(log_count(EV_IPI_DONE), 1);
}

static bool after_two_steps(struct agent *to)
{
	return to->steps > 2;
}

static void sends_to_unready(void)
{
	sim_deliver(arrives, &sim.agent[1], 5, after_two_steps);
	WRITE_ONCE(*X, 1);
}

static void becomes_ready(void)
{
	for (u64 i = 0; i < 4; i++) {
		WRITE_ONCE(*Y, i);
		sim_deliver_ready(sim.cur);
	}
}

static void test_a_delivery_waits_until_it_can_be_taken(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(sends_to_unready, becomes_ready);
	RUN_DULL();
	/* After the third store of its target, which makes it ready. */
	assert_int_equal(log_event(log_find(0, EV_IPI_DONE, 1) - 1)->val, 2);
}

/* --- identity ------------------------------------------------------------ */

static void test_the_hash_tells_orders_apart(void **state)
{
	u64 dull;

	(void)state;
	lab_setup("sc");
	CAST(three_stores, three_stores);
	RUN_DULL();
	dull = event_log_hash(&event_log);
	RUN_WITH(DEV(SWITCH, 0, 2, 1));
	assert_false(event_log_hash(&event_log) == dull);
	RUN_DULL();
	assert_true(event_log_hash(&event_log) == dull);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_dull_run_does_one_agent_after_another),
		cmocka_unit_test(test_a_switch_happens_before_its_step),
		cmocka_unit_test(test_a_switch_picks_its_agent_by_value),
		cmocka_unit_test(test_a_value_is_taken_modulo_the_alternatives),
		cmocka_unit_test(test_a_switch_of_another_agent_waits_for_that_agent),
		cmocka_unit_test(test_a_switch_in_the_second_op_leaves_the_first_alone),
		cmocka_unit_test(test_step_0_is_before_the_op),
		cmocka_unit_test(test_records_may_come_in_any_order),
		cmocka_unit_test(test_deleting_a_record_leaves_the_others_meaning),
		cmocka_unit_test(test_a_blocked_agent_goes_on_when_woken),
		cmocka_unit_test(test_waiting_for_one_another_is_a_deadlock),
		cmocka_unit_test(test_a_run_beyond_its_budget_is_a_livelock),
		cmocka_unit_test(test_two_that_spin_are_a_livelock_too),
		cmocka_unit_test(test_who_spins_never_starves_its_partner),
		cmocka_unit_test(test_a_dull_delivery_is_made_at_once),
		cmocka_unit_test(test_a_late_delivery_is_made_steps_later),
		cmocka_unit_test(test_what_is_in_flight_arrives_before_the_end),
		cmocka_unit_test(test_a_delivery_waits_until_it_can_be_taken),
		cmocka_unit_test(test_the_hash_tells_orders_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
