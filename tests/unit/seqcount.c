/* SPDX-License-Identifier: MIT */
/* Seqcounts: what each of their barriers is for. */
#include "lab.h"

#include <linux/seqlock.h>

#define SEQ	((seqcount_t *)VAR(4))
#define SEQL	((seqlock_t *)VAR(5))

static void writes(void)
{
	write_seqcount_begin(SEQ);
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*Y, 1);
	write_seqcount_end(SEQ);
}

/* As writes(), with barriers that hold the compiler only. */
static void writes_without_wmb(void)
{
	WRITE_ONCE(SEQ->sequence, 1);
	barrier();
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*Y, 1);
	barrier();
	WRITE_ONCE(SEQ->sequence, 2);
}

static void read_data(void)
{
	r[0] = READ_ONCE(*X);
	r[1] = READ_ONCE(*Y);
}

/* r[2]: nobody was there meanwhile. */
static void reads(void)
{
	unsigned int seq = read_seqcount_begin(SEQ);

	read_data();
	r[2] = !read_seqcount_retry(SEQ, seq);
}

static void reads_without_rmb_at_the_end(void)
{
	unsigned int seq = read_seqcount_begin(SEQ);

	read_data();
	r[2] = !__read_seqcount_retry(SEQ, seq);
}

static void reads_without_rmb_at_the_start(void)
{
	unsigned int seq = __read_seqcount_begin(SEQ);

	read_data();
	r[2] = !read_seqcount_retry(SEQ, seq);
}

static bool mixed(void) { return r[2] && r[0] != r[1]; }
static bool read_new(void) { return r[2] && r[0] && r[1]; }
static bool read_old(void) { return r[2] && !r[0] && !r[1]; }
static bool told_to_retry(void) { return !r[2]; }

static const char *const models[] = { "sc", "tso", "weak" };

static void test_a_reader_that_need_not_retry_has_no_mix(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(models); i++) {
		lab_setup(models[i]);
		CAST(writes, reads);
		expect_sometimes(read_old);
		expect_sometimes(read_new);
		expect_sometimes(told_to_retry);
		expect_never(mixed);
	}
}

static void mixes_on_weak_only(agent_fn writer, agent_fn reader)
{
	lab_setup("tso");
	CAST(writer, reader);
	expect_never(mixed);
	lab_setup("weak");
	CAST(writer, reader);
	expect_sometimes(mixed);
}

static void test_without_rmb_before_the_second_look_it_may(void **state)
{
	(void)state;
	mixes_on_weak_only(writes, reads_without_rmb_at_the_end);
}

static void test_without_rmb_after_the_first_look_it_may(void **state)
{
	(void)state;
	mixes_on_weak_only(writes, reads_without_rmb_at_the_start);
}

static void test_without_wmb_in_the_writer_it_may(void **state)
{
	(void)state;
	mixes_on_weak_only(writes_without_wmb, reads);
}

/* --- who begins while a writer is there ----------------------------------- */

static void reads_during_a_write(void)
{
	unsigned int seq;

	raw_write_seqcount_begin(SEQ);
	seq = raw_seqcount_begin(SEQ);
	r[0] = read_seqcount_retry(SEQ, seq);
	seq = read_seqcount_begin(SEQ);		/* waits in vain */
	r[1] = read_seqcount_retry(SEQ, seq);
	raw_write_seqcount_end(SEQ);
	r[2] = read_seqcount_retry(SEQ, seq);
}

static void test_who_does_not_wait_for_a_writer_has_to_retry(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(reads_during_a_write);
	RUN_DULL();
	assert_int_equal(r[0], 1);
	assert_int_equal(r[1], 1);
	assert_int_equal(r[2], 1);
}

static void reads_until_it_succeeds(void)
{
	unsigned int seq;

	for (int tries = 0; tries < 10; tries++) {
		seq = read_seqcount_begin(SEQ);
		read_data();
		r[2] = !read_seqcount_retry(SEQ, seq);
		if (r[2])
			return;
	}
}

static void test_a_reader_that_repeats_succeeds(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(writes, reads_until_it_succeeds);
	expect_never(told_to_retry);
	expect_never(mixed);
}

/* --- barriers alone, and a lock for the writers ----------------------------- */

/* Y is old only if X was. */
static void writes_with_barrier(void)
{
	WRITE_ONCE(*X, 1);
	raw_write_seqcount_barrier(SEQ);
	WRITE_ONCE(*Y, 1);
}

static void reads_backwards(void)
{
	unsigned int seq = read_seqcount_begin(SEQ);

	r[1] = READ_ONCE(*Y);
	r[0] = READ_ONCE(*X);
	r[2] = !read_seqcount_retry(SEQ, seq);
}

static bool new_then_old(void) { return r[2] && r[1] && !r[0]; }

static void test_a_write_barrier_makes_who_mixes_retry(void **state)
{
	(void)state;
	lab_setup("weak");
	CAST(writes_with_barrier, reads_backwards);
	expect_never(new_then_old);
}

static void adds_one(void)
{
	u64 val;

	write_seqlock(SEQL);
	val = READ_ONCE(*X);
	WRITE_ONCE(*X, val + 1);
	write_sequnlock(SEQL);
}

static bool lost_update(void) { return mem_peek(VAR_OFF(0), 8) != 2; }

static void test_a_seqlock_excludes_writers(void **state)
{
	(void)state;
	lab_setup("weak");
	CAST(adds_one, adds_one);
	expect_never(lost_update);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reader_that_need_not_retry_has_no_mix),
		cmocka_unit_test(test_without_rmb_before_the_second_look_it_may),
		cmocka_unit_test(test_without_rmb_after_the_first_look_it_may),
		cmocka_unit_test(test_without_wmb_in_the_writer_it_may),
		cmocka_unit_test(test_who_does_not_wait_for_a_writer_has_to_retry),
		cmocka_unit_test(test_a_reader_that_repeats_succeeds),
		cmocka_unit_test(test_a_write_barrier_makes_who_mixes_retry),
		cmocka_unit_test(test_a_seqlock_excludes_writers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
