/* SPDX-License-Identifier: MIT */
/* Who thinks up schedules: what each strategy promises. */
#include "lab.h"

#include <string.h>

static void two_stores(void)
{
	WRITE_ONCE(*VAR(sim.cur->id), 1);
	WRITE_ONCE(*VAR(sim.cur->id), 2);
}

/* --- bounded -------------------------------------------------------------- */

#define SEEN_MAX	64

static u64 seen[SEEN_MAX];
static u32 nr_seen;

static void see(u64 what)
{
	for (u32 i = 0; i < nr_seen; i++)
		if (seen[i] == what)
			return;
	assert_true(nr_seen < SEEN_MAX);
	seen[nr_seen++] = what;
}

static u64 word_of(const char *s)
{
	u64 w = 0;

	for (; *s; s++)
		w = w * 16 + (u64)(*s - '0' + 1);
	return w;
}

static u64 schedule_id(void)
{
	u64 id = 1;

	for (u32 i = 0; i < sim.taken.nr; i++) {
		const struct deviation *d = &sim.taken.dev[i];

		id = id * 1000003 + ((u64)d->agent << 40 | dev_key(d));
		id = id * 1000003 + d->value;
	}
	return id;
}

static void enumerate(u64 (*what)(void))
{
	nr_seen = 0;
	strategy_bounded.init(0);
	while (strategy_bounded.next()) {
		lab_run(NULL, strategy_bounded.ops);
		see(what());
	}
}

static u64 order(void) { return word_of(log_agents()); }

/* 0011 0101 0110 1001 1010 1100 */
static void test_bounded_finds_all_six_orders_of_two_by_two_steps(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(two_stores, two_stores);
	enumerate(order);
	assert_int_equal(nr_seen, 6);
}

/*
 * The lab's agents take a third step, which does nothing. With c steps left to
 * the running agent and o to the other, each step asks "stay or switch":
 *
 *	N(0, o) = 1,  N(c, o) = N(c - 1, o) + N(o, c - 1),  N(3, 3) = 35
 */
static void test_bounded_runs_every_schedule(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(two_stores, two_stores);
	enumerate(schedule_id);
	assert_int_equal(nr_seen, 35);
}

static void test_bounded_says_when_it_has_them_all(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(two_stores, two_stores);
	enumerate(order);
	assert_string_equal(strategy_bounded.status(), "all schedules there are");
	assert_false(strategy_bounded.next());
}

static void test_bounded_begins_with_the_dull_run(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(two_stores, two_stores);
	strategy_bounded.init(0);
	assert_true(strategy_bounded.next());
	lab_run(NULL, strategy_bounded.ops);
	assert_int_equal(sim.taken.nr, 0);
}

static void test_bounded_tries_few_deviations_first(void **state)
{
	u32 most = 0;

	(void)state;
	lab_setup("tso");
	CAST(two_stores, two_stores);
	strategy_bounded.init(0);
	for (u32 run = 0; run < 5000 && strategy_bounded.next(); run++) {
		lab_run(NULL, strategy_bounded.ops);
		assert_true(sim.taken.nr <= most + 1);
		if (sim.taken.nr > most)
			most = sim.taken.nr;
	}
	assert_true(most >= 2);
}

/* --- pct ------------------------------------------------------------------ */

static void ten_stores(void)
{
	for (u64 i = 0; i < 10; i++)
		WRITE_ONCE(*VAR(sim.cur->id), i);
}

/* How often an agent was left and came back: "0110" is once. */
static u32 preemptions(void)
{
	const char *s = log_agents();
	u32 n = 0;

	for (; s[0] && s[1]; s++)
		n += s[0] != s[1] && strchr(s + 1, s[0]);
	return n;
}

static void pct_histogram(u32 count[16])
{
	memset(count, 0, 16 * sizeof(*count));
	lab_setup("sc");
	CAST(ten_stores, ten_stores);
	strategy_pct.init(3);
	for (u32 run = 0; run < 3000; run++) {
		struct run_result res = { 0 };

		strategy_pct.next();
		lab_run(NULL, strategy_pct.ops);
		count[min_u32(preemptions(), 15)]++;
		res.steps = sim.steps;
		strategy_pct.observe(&res);
	}
}

/* d - 1 change points, and d is 6 at most. */
static void test_pct_preempts_five_times_at_most(void **state)
{
	u32 count[16];

	(void)state;
	pct_histogram(count);
	for (u32 n = 6; n < 16; n++)
		assert_int_equal(count[n], 0);
}

/* With d = 1, a sixth of the runs, nobody is preempted. */
static void test_pct_preempts_nobody_when_d_is_1(void **state)
{
	u32 count[16];

	(void)state;
	pct_histogram(count);
	assert_true(count[0] >= 3000 / 6);
	assert_true(count[1] > 0);
}

static void test_pct_starts_with_any_agent(void **state)
{
	u32 first = 0;

	(void)state;
	lab_setup("sc");
	CAST(ten_stores, ten_stores, ten_stores);
	strategy_pct.init(3);
	for (u32 run = 0; run < 100; run++) {
		strategy_pct.next();
		lab_run(NULL, strategy_pct.ops);
		first |= 1u << (*log_agents() - '0');
	}
	assert_int_equal(first, 7);
}

/* --- pos ------------------------------------------------------------------ */

static void one_store(void) { WRITE_ONCE(*X, 100); }

static void seven_to_the_same(void)
{
	for (u64 i = 0; i < 7; i++)
		WRITE_ONCE(*X, i);
}

static void seven_elsewhere(void)
{
	for (u64 i = 0; i < 7; i++)
		WRITE_ONCE(*Y, i);
}

/* Runs of 4000 in which agent 0's only store comes last. */
static u32 comes_last(agent_fn rival)
{
	u32 n = 0;

	lab_setup("sc");
	CAST(one_store, rival);
	strategy_pos.init(9);
	for (u32 run = 0; run < 4000; run++) {
		strategy_pos.next();
		lab_run(NULL, strategy_pos.ops);
		n += !strcmp(log_agents(), "11111110");
	}
	return n;
}

/*
 * An access that keeps its priority is overtaken seven times with probability
 * 1/8 at least; one that draws anew each time, with 1/128.
 */
static void test_pos_draws_again_for_accesses_that_conflict(void **state)
{
	(void)state;
	assert_true(comes_last(seven_elsewhere) >
		    4 * comes_last(seven_to_the_same));
}

/* --- all of them, on a real scenario -------------------------------------- */

static void select_scenario(const char *name, const char *mutant)
{
	struct run_config c = { .scenario = name, .mutant = mutant };
	char err[256];

	assert_int_equal(run_select(&c, err, sizeof(err)), 0);
}

static u64 hash_of_runs(const struct strategy *st, u64 seed, u32 runs)
{
	u64 all = 0;

	st->init(seed);
	while (runs-- && st->next()) {
		struct run_result res;

		run_once(NULL, st->ops, &res);
		all = all * 31 + run_hash();
		if (st->observe)
			st->observe(&res);
	}
	run_workload(NULL);
	return all;
}

static void test_equal_seeds_give_equal_runs(void **state)
{
	(void)state;
	select_scenario("gup-fast-vs-collapse", NULL);
	for (const struct strategy *const *st = strategies; *st; st++) {
		u64 first = hash_of_runs(*st, 7, 300);

		assert_true(hash_of_runs(*st, 7, 300) == first);
	}
}

static void test_other_seeds_give_other_runs(void **state)
{
	(void)state;
	select_scenario("gup-fast-vs-collapse", NULL);
	for (const struct strategy *const *st = strategies; *st; st++)
		if (*st != &strategy_bounded)
			assert_false(hash_of_runs(*st, 7, 300) ==
				     hash_of_runs(*st, 8, 300));
}

#define REPLAYS	100

static void replay_what_was_taken(const struct strategy *st, u32 runs)
{
	static struct schedule s;

	st->init(5);
	while (runs-- && st->next()) {
		struct run_result found, again;
		u64 hash;

		run_once(NULL, st->ops, &found);
		hash = run_hash();
		run_schedule(&s);
		run_once(&s, NULL, &again);
		if (again.verdict != found.verdict || run_hash() != hash)
			print_error("%s of %s: run %u is another when it is replayed\n",
				    st->name, selection.scenario->name, runs);
		assert_int_equal(again.verdict, found.verdict);
		assert_true(run_hash() == hash);
		if (st->observe)
			st->observe(&found);
	}
	run_workload(NULL);
}

static void replay_in_each_format(const struct scenario *sc, u32 runs)
{
	for (const char *const *f = sc->formats; *f; f++) {
		struct run_config c = { .scenario = sc->name, .format = *f };
		char err[256];

		assert_int_equal(run_select(&c, err, sizeof(err)), 0);
		for (const struct strategy *const *st = strategies; *st; st++)
			replay_what_was_taken(*st, runs);
	}
}

static void test_what_a_strategy_did_can_be_replayed(void **state)
{
	(void)state;
	for (const struct scenario *const *sc = units[0]->scenarios; *sc; sc++)
		replay_in_each_format(*sc, REPLAYS);
}

static void test_what_found_a_mutant_can_be_replayed(void **state)
{
	(void)state;
	for (const struct mutant *m = mutants; m->name; m++) {
		select_scenario(NULL, m->name);
		for (const struct strategy *const *st = strategies; *st; st++)
			replay_what_was_taken(*st, 60);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounded_finds_all_six_orders_of_two_by_two_steps),
		cmocka_unit_test(test_bounded_runs_every_schedule),
		cmocka_unit_test(test_bounded_says_when_it_has_them_all),
		cmocka_unit_test(test_bounded_begins_with_the_dull_run),
		cmocka_unit_test(test_bounded_tries_few_deviations_first),
		cmocka_unit_test(test_pct_preempts_five_times_at_most),
		cmocka_unit_test(test_pct_preempts_nobody_when_d_is_1),
		cmocka_unit_test(test_pct_starts_with_any_agent),
		cmocka_unit_test(test_pos_draws_again_for_accesses_that_conflict),
		cmocka_unit_test(test_equal_seeds_give_equal_runs),
		cmocka_unit_test(test_other_seeds_give_other_runs),
		cmocka_unit_test(test_what_a_strategy_did_can_be_replayed),
		cmocka_unit_test(test_what_found_a_mutant_can_be_replayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
