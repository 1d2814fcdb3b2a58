/* SPDX-License-Identifier: MIT */
/*
 * Unmarked accesses, compiled with the flags of code under test: each is an
 * event, sees what its agent is to see, and may be torn.
 */
#include "lab.h"

#include "plain_code.h"

#define P		((u64 *)X)
#define PAIR		((struct halves *)X)
#define VALUE		0x1122334455667788UL

static void setup(const char *model)
{
	lab_setup(model);
	mem_poke(VAR_OFF(0), VALUE, 8);
}

/* --- events --------------------------------------------------------------- */

static void reads_all_sizes(void)
{
	r[0] = plain_read8(P);
	r[1] = plain_read4((u32 *)P);
	r[2] = plain_read2((u16 *)P);
	r[3] = plain_read1((u8 *)P);
}

static void test_a_plain_read_is_an_event_with_its_value(void **state)
{
	static const u64 want[] = { VALUE, 0x55667788, 0x7788, 0x88 };

	(void)state;
	setup("sc");
	CAST(reads_all_sizes);
	RUN_DULL();
	for (u32 i = 0; i < 4; i++) {
		assert_int_equal(log_event(i)->type, EV_LOAD);
		assert_int_equal(log_event(i)->size, 8u >> i);
		assert_int_equal(log_event(i)->flags & EVF_PLAIN, EVF_PLAIN);
		assert_int_equal(log_event(i)->val, want[i]);
		assert_int_equal(r[i], want[i]);
	}
}

static void writes_all_sizes(void)
{
	plain_write8(P, 1);
	plain_write4((u32 *)P, 2);
	plain_write1((u8 *)P, 3);
}

static void test_a_plain_write_is_an_event_with_both_values(void **state)
{
	static const struct { u64 old, val; u32 size; } want[] = {
		{ VALUE, 1, 8 }, { 1, 2, 4 }, { 2, 3, 1 },
	};

	(void)state;
	setup("sc");
	CAST(writes_all_sizes);
	RUN_DULL();
	for (u32 i = 0; i < 3; i++) {
		assert_int_equal(log_event(i)->type, EV_STORE);
		assert_int_equal(log_event(i)->flags & EVF_PLAIN, EVF_PLAIN);
		assert_int_equal(log_event(i)->size, want[i].size);
		assert_int_equal(log_event(i)->old, want[i].old);
		assert_int_equal(log_event(i)->val, want[i].val);
	}
	assert_int_equal(mem_peek(VAR_OFF(0), 8), 3);
}

static void uses_its_stack(void)
{
	r[0] = plain_local(41);
}

static void test_the_stack_is_nobodys_business(void **state)
{
	(void)state;
	setup("sc");
	CAST(uses_its_stack);
	RUN_DULL();
	assert_int_equal(r[0], 42);
	assert_int_equal(log_count(EV_LOAD) + log_count(EV_STORE), 0);
}

static void reads_twice_then_marks(void)
{
	plain_read8(P);
	plain_read8(P);
	WRITE_ONCE(*Y, 1);
}

static void reads_once_then_marks(void)
{
	plain_read8(P);
	WRITE_ONCE(*Y, 1);
}

/* A compiler may merge two of them: no schedule shifts, no hash changes. */
static void test_plain_accesses_do_not_count_in_the_hash(void **state)
{
	u64 hash;

	(void)state;
	setup("sc");
	CAST(reads_twice_then_marks);
	RUN_DULL();
	hash = event_log_hash(&event_log);
	CAST(reads_once_then_marks);
	RUN_DULL();
	assert_true(event_log_hash(&event_log) == hash);
}

/* --- what others see ------------------------------------------------------ */

static void writes_then_marks(void) { plain_write_then_mark(P, 1, Y); }
static void marked_reads(void) { r[0] = READ_ONCE(*Y); r[1] = READ_ONCE(*X); }
static bool mark_without_write(void) { return r[0] && r[1] != 1; }
static bool write_without_mark(void) { return !r[0] && r[1] == 1; }

static void test_a_plain_write_is_done_before_the_step_after_it(void **state)
{
	(void)state;
	setup("sc");
	CAST(writes_then_marks, marked_reads);
	expect_never(mark_without_write);
}

static void test_others_run_between_a_plain_write_and_the_next_step(void **state)
{
	(void)state;
	setup("sc");
	CAST(writes_then_marks, marked_reads);
	expect_sometimes(write_without_mark);
}

static void reads_twice(void)
{
	plain_read_mark_read(P, Y, &r[0], &r[1]);
}

static void writes_once(void) { WRITE_ONCE(*X, 1); }
static bool values_differ(void) { return r[0] == VALUE && r[1] == 1; }

static void test_a_plain_read_is_made_anew_each_time(void **state)
{
	(void)state;
	setup("sc");
	CAST(reads_twice, writes_once);
	expect_sometimes(values_differ);
}

/* --- injection ------------------------------------------------------------ */

static void writes_and_reads_back(void)
{
	WRITE_ONCE(*X, 5);
	r[0] = plain_read8(P);
	r[1] = READ_ONCE(*Y);
}

static void sees_it(void) { r[2] = READ_ONCE(*X); r[3] = plain_read8(P); }

/* Agent 0 reads its own buffered store; then agent 1 reads the old value. */
static void test_a_read_sees_its_own_buffered_store_and_others_do_not(void **state)
{
	(void)state;
	setup("tso");
	CAST(writes_and_reads_back, sees_it);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1), DEV(SWITCH, 0, 2, 1));
	assert_int_equal(log_event(1)->flags,
			 EVF_PLAIN | EVF_FORWARD);
	assert_int_equal(r[0], 5);
	assert_int_equal(r[2], VALUE);
	assert_int_equal(r[3], VALUE);
}

/* --- tearing -------------------------------------------------------------- */

static void reads_halves(void) { r[0] = plain_read_halves(PAIR); }
static void reads_halves_rmb(void) { r[0] = plain_read_halves_rmb(PAIR); }
static void reads_halves_barrier(void) { r[0] = plain_read_halves_barrier(PAIR); }
static void reads_halves_mb(void) { r[0] = plain_read_halves_mb(PAIR); }

/* High, then low: a reader of low, then high, sees both or the old low. */
static void writes_high_then_low(void)
{
	WRITE_ONCE(*HIGH(X), 2);
	WRITE_ONCE(*LOW(X), 1);
}

#define OLD_HIGH	(VALUE >> 32)
static bool new_low_old_high(void) { return r[0] == (OLD_HIGH << 32 | 1); }

static void test_the_compiler_may_load_the_high_half_first(void **state)
{
	(void)state;
	setup("sc32");
	CAST(reads_halves, writes_high_then_low);
	expect_sometimes(new_low_old_high);
}

static void test_the_halves_are_not_torn_on_a_64_bit_machine(void **state)
{
	(void)state;
	setup("tso");
	CAST(reads_halves, writes_high_then_low);
	expect_never(new_low_old_high);
}

static void test_a_read_barrier_keeps_the_halves_in_order(void **state)
{
	(void)state;
	setup("sc32");
	CAST(reads_halves_rmb, writes_high_then_low);
	expect_never(new_low_old_high);
}

static void test_a_compiler_barrier_keeps_the_halves_in_order(void **state)
{
	(void)state;
	setup("sc32");
	CAST(reads_halves_barrier, writes_high_then_low);
	expect_never(new_low_old_high);
}

static void test_a_full_barrier_keeps_the_halves_in_order(void **state)
{
	(void)state;
	setup("sc32");
	CAST(reads_halves_mb, writes_high_then_low);
	expect_never(new_low_old_high);
}

static void test_the_half_read_early_is_one_load_more_not_two(void **state)
{
	(void)state;
	setup("sc32");
	CAST(reads_halves);
	RUN_WITH({ .kind = DEV_TEAR, .sub = 1, .value = 1 });
	assert_int_equal(log_count(EV_LOAD), 2);
	assert_int_equal(log_event(0)->off, VAR_OFF(0) + 4);
	assert_int_equal(log_event(1)->off, VAR_OFF(0));
	assert_int_equal(r[0], VALUE);
}

static void writes_whole(void) { plain_write8(P, 2UL << 32 | 1); }
static bool half_written(void)
{
	return r[0] == (OLD_HIGH << 32 | 1) ||
	       r[0] == (2UL << 32 | (u32)VALUE);
}

static void locked_read(void) { r[0] = cmpxchg(X, 0, 0); }

static void test_a_plain_64_bit_write_is_two_on_a_32_bit_machine(void **state)
{
	(void)state;
	setup("sc32");
	CAST(locked_read, writes_whole);
	expect_sometimes(half_written);
}

static void test_a_plain_64_bit_write_is_one_on_a_64_bit_machine(void **state)
{
	(void)state;
	setup("tso");
	CAST(locked_read, writes_whole);
	expect_never(half_written);
}

/* --- structures ----------------------------------------------------------- */

#define FROM		((struct words *)VAR(1))

static struct words copied;

static void copies_in(void)
{
	static const struct words some = { { 1, 2, 3, 4 } };

	plain_copy((struct words *)P, &some);
	WRITE_ONCE(*Y, 1);
}

static void test_a_structure_is_written_word_by_word(void **state)
{
	(void)state;
	setup("sc");
	CAST(copies_in);
	RUN_DULL();
	for (u32 i = 0; i < 4; i++) {
		assert_int_equal(log_event(i)->type, EV_STORE);
		assert_int_equal(log_event(i)->off, VAR_OFF(0) + 8 * i);
		assert_int_equal(log_event(i)->val, i + 1);
		assert_int_equal(mem_peek(VAR_OFF(0) + 8 * i, 8), i + 1);
	}
	sim_reset();
	assert_int_equal(mem_peek(VAR_OFF(0), 8), VALUE);
	for (u32 i = 1; i < 4; i++)
		assert_int_equal(mem_peek(VAR_OFF(0) + 8 * i, 8), 0);
}

static void writes_then_copies_out(void)
{
	for (u64 i = 0; i < 4; i++)
		WRITE_ONCE(FROM->word[i], i + 1);
	plain_copy(&copied, FROM);
	r[0] = READ_ONCE(*X);
}

static void test_a_copy_has_the_own_stores_that_wait(void **state)
{
	(void)state;
	setup("tso");
	CAST(writes_then_copies_out);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	for (u32 i = 0; i < 4; i++)
		assert_int_equal(copied.word[i], i + 1);
	assert_true(log_find(0, EV_COMMIT, 0) > log_find(0, EV_LOAD, 0));
}

static void copies_over_itself(void)
{
	WRITE_ONCE(FROM->word[0], 1);
	plain_copy((struct words *)P, FROM);
}

static void test_a_copy_within_memory_is_reads_and_then_writes(void **state)
{
	(void)state;
	setup("tso");
	CAST(copies_over_itself);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_int_equal(mem_peek(VAR_OFF(0), 8), 1);
	assert_int_equal(log_count(EV_LOAD), 4);
	sim_reset();
	assert_int_equal(mem_peek(VAR_OFF(0), 8), VALUE);
}

/* --- not aligned ---------------------------------------------------------- */

#define ODD		((struct odd *)X)

static void writes_odd(void)
{
	WRITE_ONCE(*X, 0);
	plain_write_odd(ODD, VALUE);
	r[0] = plain_read_odd(ODD);
	WRITE_ONCE(*Y, 1);
}

static void test_a_word_across_two_cells(void **state)
{
	static const char *const models[] = { "sc", "tso", "weak" };

	(void)state;
	for (u32 i = 0; i < 3; i++) {
		setup(models[i]);
		CAST(writes_odd);
		RUN_DULL();
		assert_true(r[0] == VALUE);
		assert_int_equal(mem_at(VAR_OFF(0), 8, ~0u - 1, NULL, NULL),
				 mem_peek(VAR_OFF(0), 8));
		sim_reset();
		assert_int_equal(mem_peek(VAR_OFF(0), 8), VALUE);
		assert_int_equal(mem_peek(VAR_OFF(0) + 8, 8), 0);
	}
}

/* --- runs that end in the middle ------------------------------------------ */

static void objects_in_the_middle(void)
{
	plain_write8(P, 99);
	sim_fail(&(struct fail){ .rule = "test" });
}

static void test_reset_undoes_a_write_that_had_not_become_one(void **state)
{
	(void)state;
	setup("sc");
	CAST(objects_in_the_middle);
	RUN_DULL();
	assert_int_equal(sim.verdict, VERDICT_FAIL);
	sim_reset();
	assert_int_equal(mem_peek(VAR_OFF(0), 8), VALUE);
}

static void objects_after_injection(void)
{
	WRITE_ONCE(*X, 5);
	r[0] = plain_read8(P);
	sim_fail(&(struct fail){ .rule = "test" });
}

static void test_reset_undoes_a_value_that_was_injected(void **state)
{
	(void)state;
	setup("tso");
	CAST(objects_after_injection);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_int_equal(r[0], 5);
	sim_reset();
	assert_int_equal(mem_peek(VAR_OFF(0), 8), VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_read_is_an_event_with_its_value),
		cmocka_unit_test(test_a_plain_write_is_an_event_with_both_values),
		cmocka_unit_test(test_the_stack_is_nobodys_business),
		cmocka_unit_test(test_plain_accesses_do_not_count_in_the_hash),
		cmocka_unit_test(test_a_plain_write_is_done_before_the_step_after_it),
		cmocka_unit_test(test_others_run_between_a_plain_write_and_the_next_step),
		cmocka_unit_test(test_a_plain_read_is_made_anew_each_time),
		cmocka_unit_test(test_a_read_sees_its_own_buffered_store_and_others_do_not),
		cmocka_unit_test(test_the_compiler_may_load_the_high_half_first),
		cmocka_unit_test(test_the_halves_are_not_torn_on_a_64_bit_machine),
		cmocka_unit_test(test_a_read_barrier_keeps_the_halves_in_order),
		cmocka_unit_test(test_a_compiler_barrier_keeps_the_halves_in_order),
		cmocka_unit_test(test_a_full_barrier_keeps_the_halves_in_order),
		cmocka_unit_test(test_the_half_read_early_is_one_load_more_not_two),
		cmocka_unit_test(test_a_plain_64_bit_write_is_two_on_a_32_bit_machine),
		cmocka_unit_test(test_a_plain_64_bit_write_is_one_on_a_64_bit_machine),
		cmocka_unit_test(test_a_structure_is_written_word_by_word),
		cmocka_unit_test(test_a_copy_has_the_own_stores_that_wait),
		cmocka_unit_test(test_a_copy_within_memory_is_reads_and_then_writes),
		cmocka_unit_test(test_a_word_across_two_cells),
		cmocka_unit_test(test_reset_undoes_a_write_that_had_not_become_one),
		cmocka_unit_test(test_reset_undoes_a_value_that_was_injected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
