/* SPDX-License-Identifier: MIT */
/*
 * Runs of the scenarios: each starts from the same memory, to the byte, however
 * the ones before it ended; each does the same when it is done again.
 */
#include "lab.h"

#include <stdlib.h>
#include <string.h>

static u8 *before;

static void select_run(const char *scenario, const char *mutant)
{
	struct run_config c = { .scenario = scenario, .mutant = mutant };
	char err[256];

	assert_int_equal(run_select(&c, err, sizeof(err)), 0);
}

static void reset(void)
{
	sim_reset();
	page_alloc_reset();
	slab_reset();
}

static void remember(void)
{
	if (!before)
		before = malloc(SIM_SIZE);
	assert_non_null(before);
	reset();
	memcpy(before, mem_ptr(0), SIM_SIZE);
}

static void expect_nothing_changed(void)
{
	const u8 *now = mem_ptr(0);

	reset();
	for (u32 off = 0; off < SIM_SIZE; off++) {
		if (now[off] == before[off])
			continue;
		print_error("byte %#x is %#x, was %#x\n", off, now[off],
			    before[off]);
		fail();
	}
}

static u32 run_mix(u32 runs)
{
	u32 failed = 0;

	strategy_mix.init(4);
	while (runs--) {
		struct run_result res;

		strategy_mix.next();
		run_once(NULL, strategy_mix.ops, &res);
		failed += res.verdict == VERDICT_FAIL;
		strategy_mix.observe(&res);
	}
	run_workload(NULL);
	return failed;
}

static void test_reset_restores_every_byte(void **state)
{
	(void)state;
	for (const struct scenario *const *sc = units[0]->scenarios; *sc; sc++) {
		select_run((*sc)->name, NULL);
		remember();
		assert_int_equal(run_mix(3000), 0);
		expect_nothing_changed();
	}
}

static void test_reset_restores_every_byte_after_runs_that_failed(void **state)
{
	u32 failed = 0;

	(void)state;
	for (const struct mutant *m = mutants; m->name; m++) {
		select_run(NULL, m->name);
		remember();
		failed += run_mix(3000);
		expect_nothing_changed();
	}
	assert_true(failed > 100);
}

static u64 dull_hash(void)
{
	struct run_result res;

	run_once(NULL, NULL, &res);
	return run_hash();
}

/* What an earlier run did must not show: neither in memory nor in oracles. */
static void test_a_run_does_not_depend_on_the_runs_before_it(void **state)
{
	(void)state;
	for (const struct mutant *m = mutants; m->name; m++) {
		u64 hash;

		select_run(NULL, m->name);
		hash = dull_hash();
		run_mix(500);
		assert_true(dull_hash() == hash);
	}
}

static void test_a_scenario_is_the_same_when_it_is_selected_again(void **state)
{
	u64 hash;

	(void)state;
	select_run("gup-fast-vs-collapse", NULL);
	hash = dull_hash();
	select_run("pae-lockless-vs-set", NULL);
	run_mix(100);
	select_run("gup-fast-vs-collapse", NULL);
	assert_true(dull_hash() == hash);
}

static void test_the_same_run_is_the_same_log_byte_for_byte(void **state)
{
	static struct event first[EVENT_MAX];
	u32 nr;

	(void)state;
	for (const struct scenario *const *sc = units[0]->scenarios; *sc; sc++) {
		static struct schedule s;
		struct run_result res;

		select_run((*sc)->name, NULL);
		run_mix(37);
		run_schedule(&s);
		run_once(&s, NULL, &res);
		nr = event_log.nr;
		memcpy(first, event_log.ev, nr * sizeof(*first));
		run_once(&s, NULL, &res);
		assert_int_equal(event_log.nr, nr);
		for (u32 i = 0; i < nr; i++)
			assert_memory_equal(&first[i], &event_log.ev[i],
					    offsetof(struct event, pc));
	}
}

static void test_any_bytes_are_a_run_of_any_scenario(void **state)
{
	static struct schedule s;
	struct rng rng = { 23 };
	u8 bytes[400];

	(void)state;
	for (const struct scenario *const *sc = units[0]->scenarios; *sc; sc++) {
		select_run((*sc)->name, NULL);
		for (u32 run = 0; run < 1000; run++) {
			struct run_result res;

			for (u32 i = 0; i < sizeof(bytes); i++)
				bytes[i] = (u8)(rng_next(&rng) >>
						(rng_next(&rng) % 9));
			schedule_decode(&s, bytes, rng_below(&rng, 400));
			run_once(&s, NULL, &res);
			assert_int_equal(res.verdict, VERDICT_PASS);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reset_restores_every_byte),
		cmocka_unit_test(test_reset_restores_every_byte_after_runs_that_failed),
		cmocka_unit_test(test_a_run_does_not_depend_on_the_runs_before_it),
		cmocka_unit_test(test_a_scenario_is_the_same_when_it_is_selected_again),
		cmocka_unit_test(test_the_same_run_is_the_same_log_byte_for_byte),
		cmocka_unit_test(test_any_bytes_are_a_run_of_any_scenario),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
