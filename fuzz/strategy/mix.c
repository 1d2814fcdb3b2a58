/* SPDX-License-Identifier: MIT */
/*
 * mix - all strategies in turn: no single one is enough
 *
 * PCT of depth 2 never finds a race that needs two switches back and forth;
 * random needs thousands of runs for a deep one; enumeration finds shallow ones
 * first and for certain. Each run is one strategy's; each keeps its own state.
 *
 * One run in eight is of a workload put together from the scenario's ops at
 * random, instead of the default one: races that nobody thought of.
 */
#include "strategy.h"

#include <string.h>

static const struct strategy *const turns[] = {
	&strategy_bounded, &strategy_random, &strategy_pct, &strategy_random,
	&strategy_pos, &strategy_pct, &strategy_random, &strategy_pct,
};
#define COMPOSED	(ARRAY_SIZE(turns) - 1)	/* never bounded's turn */
#define COMPOSED_OPS	4			/* per CPU, at most */

static u32 turn;
static const struct strategy *now;
static struct rng rng;
static struct schedule composed;

static void init(u64 seed)
{
	strategy_random.init(seed);
	strategy_pct.init(seed);
	strategy_pos.init(seed);
	strategy_bounded.init(seed);
	rng.s = seed * 0xa0761d6478bd642fUL;
	turn = 0;
	run_workload(NULL);
}

/* The slots beyond the new workload must not keep the default's ops. */
static void compose_cpu(u32 cpu, u32 nr_ops)
{
	u32 len = rng_below(&rng, COMPOSED_OPS + 1);

	for (u32 slot = 0; slot < OPS_MAX; slot++) {
		composed.dev[composed.nr++] = (struct deviation){
			.kind = DEV_OP, .agent = (u8)cpu, .op = (u8)slot,
			.step = (u16)rng_below(&rng, 4),
			.value = slot < len ?
				 (u16)(2 + rng_below(&rng, nr_ops)) : 1,
		};
	}
}

static void compose(void)
{
	u32 nr_ops = 0;

	while (strcmp(run_op_name(nr_ops), "?"))
		nr_ops++;
	composed.nr = 0;
	for (u32 cpu = 0; cpu < selection.scenario->nr_cpus; cpu++)
		compose_cpu(cpu, nr_ops);
	run_workload(&composed);
}

static bool next(void)
{
	u32 t;

	do {
		t = turn++ % ARRAY_SIZE(turns);
		now = turns[t];
	} while (!now->next());
	if (t == COMPOSED)
		compose();
	else
		run_workload(NULL);
	return true;
}

static void observe(const struct run_result *r)
{
	if (now->observe)
		now->observe(r);
}

static const char *status(void)
{
	return strategy_bounded.status();
}

static void begin(void) { now->ops->begin(); }
static u32 pick(enum dev_kind kind, u32 n) { return now->ops->pick(kind, n); }
static u32 pick_next(u32 n, bool forced)
{
	return now->ops->pick_next(n, forced);
}

static const struct strategy_ops ops = { begin, pick, pick_next };

const struct strategy strategy_mix = {
	.name = "mix",
	.summary = "all of them in turn, and workloads of random ops",
	.init = init,
	.ops = &ops,
	.next = next,
	.observe = observe,
	.status = status,
};
