/* SPDX-License-Identifier: MIT */
/*
 * random - switch to any agent after a random number of steps
 *
 * The mean distance between switches is drawn per run, from every other step
 * to a few per run: races with a wide window and races with a narrow one need
 * different rates.
 */
#include "strategy.h"

static struct rng rng;
static struct noise noise;
static u32 mask;		/* distance is 1 to mask + 1 */
static u32 next_at;

static void init(u64 seed)
{
	rng.s = seed * 0x2545f4914f6cdd1dUL;
}

static void draw_distance(void)
{
	next_at = sim.steps + 1 + ((u32)rng_next(&rng) & mask);
	sim.switch_at = next_at;
}

static void begin(void)
{
	noise_draw(&noise, &rng);
	mask = (4u << rng_below(&rng, 6)) - 1;
	draw_distance();
}

static u32 pick(enum dev_kind kind, u32 n)
{
	return noise_pick(&noise, &rng, kind, n);
}

static u32 pick_next(u32 n, bool forced)
{
	u32 v;

	if (!forced && sim.steps < next_at) {
		sim.switch_at = next_at;
		return 0;
	}
	v = forced ? rng_below(&rng, n) : 1 + rng_below(&rng, n - 1);
	draw_distance();
	return v;
}

static bool next(void)
{
	return true;
}

static const struct strategy_ops ops = { begin, pick, pick_next };

const struct strategy strategy_random = {
	.name = "random",
	.summary = "switch after random distances, drawn from a rate per run",
	.init = init,
	.ops = &ops,
	.next = next,
};
