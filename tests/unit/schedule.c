/* SPDX-License-Identifier: MIT */
/* A schedule is any bytes: nothing can be wrong with them. */
#include "lab.h"

#include <string.h>

static struct schedule s;

static void test_no_bytes_are_no_records(void **state)
{
	(void)state;
	schedule_decode(&s, "", 0);
	assert_int_equal(s.nr, 0);
}

static void test_fields_lie_where_the_format_says(void **state)
{
	static const u8 bytes[8] = { 1, 2, 3, 4, 0x34, 0x12, 0x78, 0x56 };

	(void)state;
	schedule_decode(&s, bytes, sizeof(bytes));
	assert_int_equal(s.nr, 1);
	assert_int_equal(s.dev[0].kind, 1);
	assert_int_equal(s.dev[0].agent, 2);
	assert_int_equal(s.dev[0].op, 3);
	assert_int_equal(s.dev[0].sub, 4);
	assert_int_equal(s.dev[0].step, 0x1234);
	assert_int_equal(s.dev[0].value, 0x5678);
}

static void test_a_short_tail_is_padded_with_zeroes(void **state)
{
	static const u8 bytes[11] = { 1, 1, 1, 1, 1, 1, 1, 1, 9, 8, 7 };

	(void)state;
	memset(&s, 0xff, sizeof(s));
	schedule_decode(&s, bytes, sizeof(bytes));
	assert_int_equal(s.nr, 2);
	assert_memory_equal(&s.dev[1],
			    (&(struct deviation){ .kind = 9, .agent = 8, .op = 7 }),
			    sizeof(struct deviation));
}

static void test_records_beyond_the_last_are_ignored(void **state)
{
	static u8 bytes[8 * SCHEDULE_MAX + 100];

	(void)state;
	schedule_decode(&s, bytes, sizeof(bytes));
	assert_int_equal(s.nr, SCHEDULE_MAX);
}

static void test_encoding_gives_the_bytes_back(void **state)
{
	static u8 bytes[8 * SCHEDULE_MAX], again[8 * SCHEDULE_MAX];
	struct rng rng = { 3 };

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (u8)rng_next(&rng);
	schedule_decode(&s, bytes, sizeof(bytes));
	assert_int_equal(schedule_encode(&s, again), sizeof(bytes));
	assert_memory_equal(bytes, again, sizeof(bytes));
}

static void two_stores(void)
{
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*Y, 1);
}

/* Field by field, all bytes there are: nothing but a run may come of it. */
static void test_any_bytes_run_to_the_end(void **state)
{
	struct rng rng = { 5 };
	u8 bytes[123];

	(void)state;
	lab_setup("tso");
	CAST(two_stores, two_stores, two_stores);
	for (u32 run = 0; run < 5000; run++) {
		u32 size = rng_below(&rng, sizeof(bytes));

		for (u32 i = 0; i < size; i++)
			bytes[i] = (u8)(rng_next(&rng) >> (rng_next(&rng) & 7));
		schedule_decode(&s, bytes, size);
		lab_run(&s, NULL);
		assert_int_equal(log_count(EV_END), 1);
	}
}

static void test_every_kind_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (u32 i = 0; i < DEV_NR; i++)
		for (u32 j = 0; j < i; j++)
			assert_string_not_equal(dev_kind_name(i),
						dev_kind_name(j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_bytes_are_no_records),
		cmocka_unit_test(test_fields_lie_where_the_format_says),
		cmocka_unit_test(test_a_short_tail_is_padded_with_zeroes),
		cmocka_unit_test(test_records_beyond_the_last_are_ignored),
		cmocka_unit_test(test_encoding_gives_the_bytes_back),
		cmocka_unit_test(test_any_bytes_run_to_the_end),
		cmocka_unit_test(test_every_kind_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
