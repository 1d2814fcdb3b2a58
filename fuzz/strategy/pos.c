/* SPDX-License-Identifier: MIT */
/*
 * pos - partial order sampling
 *
 * Basis: Yuan, Yang, Gu, "Partial order aware concurrency sampling", CAV 2018.
 * Every pending access has a random priority and the highest is done. After
 * it, the agent's next access and all pending accesses that conflict with it
 * (same word, one of them a write) draw new ones.
 */
#include "strategy.h"

static struct rng rng;
static struct noise noise;
static u32 done_off;		/* the access that was done last */
static bool done_write;

static void init(u64 seed)
{
	rng.s = seed * 0xd6e8feb86659fd93UL;
}

static u32 draw(void)
{
	return (u32)(rng_next(&rng) >> 32);
}

static void begin(void)
{
	noise_draw(&noise, &rng);
	for (u32 i = 0; i < sim.nr_agents; i++) {
		sim.agent[i].prio = draw();
		sim.agent[i].next_off = 0;
	}
	done_off = 0;
	sim.switch_at = 1;
}

static u32 pick(enum dev_kind kind, u32 n)
{
	return noise_pick(&noise, &rng, kind, n);
}

static bool conflicts(const struct agent *a)
{
	return done_off && a->next_off >> 3 == done_off >> 3 &&
	       (done_write || a->next_write);
}

static u32 pick_next(u32 n, bool forced)
{
	struct agent *chosen;
	u32 best = 0;

	sim.cur->prio = draw();
	for (u32 i = 0; i < n; i++) {
		struct agent *a = &sim.agent[sim_alternative(i)];

		if (a != sim.cur && conflicts(a))
			a->prio = draw();
		if (a->prio > sim.agent[sim_alternative(best)].prio)
			best = i;
	}
	chosen = &sim.agent[sim_alternative(best)];
	done_off = chosen->next_off;
	done_write = chosen->next_write;
	sim.switch_at = sim.steps + 1;
	(void)forced;
	return best;
}

static bool next(void)
{
	return true;
}

static const struct strategy_ops ops = { begin, pick, pick_next };

const struct strategy strategy_pos = {
	.name = "pos",
	.summary = "random priorities per access; conflicting ones re-draw",
	.init = init,
	.ops = &ops,
	.next = next,
};
