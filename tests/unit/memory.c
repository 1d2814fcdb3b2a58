/* SPDX-License-Identifier: MIT */
/* Versions of memory: what was there when, and what is there after a run. */
#include "lab.h"

#define OFF	VAR_OFF(0)

static void writes_1_2_3(void)
{
	for (u64 i = 1; i <= 3; i++)
		WRITE_ONCE(*X, i);
}

static void test_each_store_is_a_version(void **state)
{
	(void)state;
	lab_setup("sc");
	mem_poke(OFF, 77, 8);
	CAST(writes_1_2_3);
	RUN_DULL();
	assert_int_equal(mem_at(OFF, 8, 0, NULL, NULL), 77);
	for (u32 ts = 1; ts <= 3; ts++)
		assert_int_equal(mem_at(OFF, 8, ts, NULL, NULL), ts);
}

static void test_a_version_ends_where_the_next_begins(void **state)
{
	u32 start, end;

	(void)state;
	lab_setup("sc");
	CAST(writes_1_2_3);
	RUN_DULL();
	mem_at(OFF, 8, 2, &start, &end);
	assert_int_equal(start, 2);
	assert_int_equal(end, 3);
	mem_at(OFF, 8, 3, &start, &end);
	assert_int_equal(end, ~0u);
}

static void test_what_nobody_wrote_was_always_there(void **state)
{
	u32 start, end;

	(void)state;
	lab_setup("sc");
	mem_poke(VAR_OFF(1), 5, 8);
	CAST(writes_1_2_3);
	RUN_DULL();
	assert_int_equal(mem_at(VAR_OFF(1), 8, 2, &start, &end), 5);
	assert_int_equal(start, 0);
	assert_int_equal(end, ~0u);
}

static void writes_halves(void)
{
	WRITE_ONCE(*LOW(X), 1);		/* time 1 */
	WRITE_ONCE(*HIGH(X), 2);	/* time 2 */
	WRITE_ONCE(*LOW(X), 3);		/* time 3 */
}

/* On a 32-bit machine a 64-bit entry is as young as its younger half. */
static void test_an_entry_of_two_cells_changes_with_either(void **state)
{
	u32 start, end;

	(void)state;
	lab_setup("sc32");
	CAST(writes_halves);
	RUN_DULL();
	assert_int_equal(mem_at(OFF, 8, 2, &start, &end), 2UL << 32 | 1);
	assert_int_equal(start, 2);
	assert_int_equal(end, 3);
	assert_int_equal(mem_at(OFF, 8, 1, &start, &end), 1);
	assert_int_equal(start, 1);
	assert_int_equal(end, 2);
}

static void writes_bytes(void)
{
	WRITE_ONCE(*((volatile u8 *)X + 2), (u8)0xaa);
	WRITE_ONCE(*((volatile u16 *)X + 2), (u16)0xbbcc);
}

static void test_a_small_store_is_a_version_of_its_whole_cell(void **state)
{
	(void)state;
	lab_setup("sc");
	mem_poke(OFF, 0x1111111111111111, 8);
	CAST(writes_bytes);
	RUN_DULL();
	assert_int_equal(mem_at(OFF, 8, 1, NULL, NULL), 0x1111111111aa1111);
	assert_int_equal(mem_at(OFF, 8, 2, NULL, NULL), 0x1111bbcc11aa1111);
}

static void loads_between(void)
{
	r[0] = READ_ONCE(*X);
	WRITE_ONCE(*X, 5);
	r[1] = READ_ONCE(*X);
}

static void test_a_load_says_which_version_it_read(void **state)
{
	const struct event *ev;

	(void)state;
	lab_setup("sc");
	CAST(loads_between);
	RUN_DULL();
	assert_int_equal(log_event(0)->ver, 0);
	ev = log_event(2);
	assert_int_equal(versions[ev->ver].val, 5);
	assert_int_equal(versions[ev->ver].ev, 1);
}

static void test_a_run_starts_from_the_baseline(void **state)
{
	(void)state;
	lab_setup("sc");
	mem_poke(OFF, 9, 8);
	CAST(loads_between);
	RUN_DULL();
	RUN_DULL();
	assert_int_equal(r[0], 9);
}

static void test_reset_takes_back_what_was_written(void **state)
{
	(void)state;
	lab_setup("sc32");
	mem_poke(OFF, 0x1234567887654321, 8);
	CAST(writes_halves);
	RUN_DULL();
	sim_reset();
	assert_int_equal(mem_peek(OFF, 8), 0x1234567887654321);
}

static void delayed_then_stuck(void)
{
	WRITE_ONCE(*X, 1);
	sim_block(1);
}

/* A store that never became visible leaves nothing behind either. */
static void test_a_store_left_in_the_buffer_is_forgotten(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(delayed_then_stuck);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_int_equal(log_count(EV_COMMIT), 0);
	CAST(loads_between);
	RUN_DULL();
	assert_int_equal(log_count(EV_COMMIT), 0);
	assert_int_equal(r[0], 0);
}

static void many_stores(void)
{
	for (u64 i = 0; i < 40; i++)
		WRITE_ONCE(*VAR(i % 8), i);
}

static void test_buffered_stores_become_visible_in_order(void **state)
{
	u64 next = 0;

	(void)state;
	lab_setup("tso");
	CAST(many_stores);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1), DEV(DELAY, 0, 20, 9));
	for (u32 i = 0; i < event_log.nr; i++)
		if (event_log.ev[i].type == EV_COMMIT ||
		    event_log.ev[i].type == EV_STORE)
			assert_int_equal(event_log.ev[i].val, next++);
	assert_int_equal(next, 40);
}

static void test_a_delay_is_counted_in_own_steps(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(writes_1_2_3);
	/* In the buffer for the second store, out before the third. */
	RUN_WITH(DEV(DELAY, 0, 1, 1));
	assert_int_equal(log_event(2)->type, EV_COMMIT);
	assert_int_equal(log_event(2)->val, 1);
	RUN_WITH(DEV(DELAY, 0, 1, 2));
	assert_int_equal(log_event(2)->type, EV_STORE_BUF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_store_is_a_version),
		cmocka_unit_test(test_a_version_ends_where_the_next_begins),
		cmocka_unit_test(test_what_nobody_wrote_was_always_there),
		cmocka_unit_test(test_an_entry_of_two_cells_changes_with_either),
		cmocka_unit_test(test_a_small_store_is_a_version_of_its_whole_cell),
		cmocka_unit_test(test_a_load_says_which_version_it_read),
		cmocka_unit_test(test_a_run_starts_from_the_baseline),
		cmocka_unit_test(test_reset_takes_back_what_was_written),
		cmocka_unit_test(test_a_store_left_in_the_buffer_is_forgotten),
		cmocka_unit_test(test_buffered_stores_become_visible_in_order),
		cmocka_unit_test(test_a_delay_is_counted_in_own_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
