/* SPDX-License-Identifier: MIT */
/*
 * pct - probabilistic concurrency testing
 *
 * Basis: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler
 * with probabilistic guarantees of finding bugs", ASPLOS 2010. Each agent gets
 * a random priority; the highest runs. At d - 1 random steps k_1 ... k_(d-1),
 * not sorted, the running agent's priority becomes d - i. A bug of depth d is
 * found with probability at least 1 / (n * k^(d-1)). d is drawn per run.
 *
 * Departs in: k, the length of a run, is what the last run took; a spinning
 * agent gives way (sim_relax()) and drops below all others.
 */
#include "strategy.h"

#define DEPTH_MAX	6

static struct rng rng;
static struct noise noise;
static u32 change[DEPTH_MAX], nr_changes;
static u32 depth, length;

static void init(u64 seed)
{
	rng.s = seed * 0x9fb21c651e98df25UL;
	length = 64;
}

static u32 next_change(void)
{
	u32 at = ~0u;

	for (u32 i = 0; i < nr_changes; i++)
		if (change[i] > sim.steps)
			at = min_u32(at, change[i]);
	return at;
}

static void begin(void)
{
	noise_draw(&noise, &rng);
	depth = 1 + rng_below(&rng, DEPTH_MAX);
	nr_changes = depth - 1;
	for (u32 i = 0; i < nr_changes; i++)
		change[i] = 1 + rng_below(&rng, length);
	for (u32 i = 0; i < sim.nr_agents; i++)
		sim.agent[i].prio = depth + i;
	for (u32 i = sim.nr_agents; i > 1; i--) {
		u32 j = rng_below(&rng, i), p = sim.agent[j].prio;

		sim.agent[j].prio = sim.agent[i - 1].prio;
		sim.agent[i - 1].prio = p;
	}
	/* Ask at once: the first agent need not be the highest. */
	sim.switch_at = 1;
}

static u32 pick(enum dev_kind kind, u32 n)
{
	return noise_pick(&noise, &rng, kind, n);
}

static u32 pick_next(u32 n, bool forced)
{
	struct agent *a = sim.cur;
	u32 best = 0;

	for (u32 i = 0; i < nr_changes; i++)
		if (!forced && change[i] == sim.steps)
			a->prio = depth - 1 - i;
	/* Forced though it could run: it spins. */
	if (forced && a->state == AGENT_BLOCKED && !a->wait)
		a->prio = 0;
	for (u32 i = 1; i < n; i++)
		if (sim.agent[sim_alternative(i)].prio >
		    sim.agent[sim_alternative(best)].prio)
			best = i;
	sim.switch_at = next_change();
	return best;
}

static bool next(void)
{
	return true;
}

static void observe(const struct run_result *r)
{
	length = r->steps ? r->steps : 1;
}

static const struct strategy_ops ops = { begin, pick, pick_next };

const struct strategy strategy_pct = {
	.name = "pct",
	.summary = "random priorities, lowered at d - 1 random steps; d per run",
	.init = init,
	.ops = &ops,
	.next = next,
	.observe = observe,
};
