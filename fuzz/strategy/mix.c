/* SPDX-License-Identifier: MIT */
/*
 * mix - all strategies in turn: no single one is enough
 *
 * PCT of depth 2 never finds a race that needs two switches back and forth;
 * random needs thousands of runs for a deep one; enumeration finds shallow ones
 * first and for certain. Each run is one strategy's; each keeps its own state.
 */
#include "strategy.h"

static const struct strategy *const turns[] = {
	&strategy_bounded, &strategy_random, &strategy_pct, &strategy_random,
	&strategy_pos, &strategy_pct, &strategy_random, &strategy_pct,
};

static u32 turn;
static const struct strategy *now;

static void init(u64 seed)
{
	strategy_random.init(seed);
	strategy_pct.init(seed);
	strategy_pos.init(seed);
	strategy_bounded.init(seed);
	turn = 0;
}

static bool next(void)
{
	do {
		now = turns[turn++ % ARRAY_SIZE(turns)];
	} while (!now->next());
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
	.summary = "all of them in turn: no single one is enough",
	.init = init,
	.ops = &ops,
	.next = next,
	.observe = observe,
	.status = status,
};
