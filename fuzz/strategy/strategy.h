/* SPDX-License-Identifier: MIT */
/*
 * strategy - who thinks up schedules when no schedule is given
 *
 * A strategy only answers questions; what it answered is recorded as
 * deviations, so a run it found is saved, replayed, minimized and explained
 * like any other.
 */
#ifndef FUZZ_STRATEGY_H
#define FUZZ_STRATEGY_H

#include "../run.h"

/**
 * struct strategy - see above
 * @init: start afresh; equal seeds give equal runs
 * @ops: handed to run_once() for each run
 * @next: prepare the next run; false: nothing is left
 * @status: what has been covered, for people; NULL when there is nothing to say
 * @observe: told how the run went; may be NULL
 */
struct strategy {
	const char *name, *summary;
	void (*init)(u64 seed);
	const struct strategy_ops *ops;
	bool (*next)(void);
	const char *(*status)(void);
	void (*observe)(const struct run_result *r);
};

extern const struct strategy strategy_random, strategy_pct, strategy_pos,
	strategy_bounded, strategy_mix;

/* NULL-terminated; the first is the default. */
extern const struct strategy *const strategies[];

/** strategy_find() - strategy called @name, or NULL */
const struct strategy *strategy_find(const char *name);

/* --- for strategies ------------------------------------------------------ */

/** struct rng - splitmix64 */
struct rng { u64 s; };

static inline u64 rng_next(struct rng *r)
{
	u64 z = (r->s += 0x9e3779b97f4a7c15UL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
	return z ^ (z >> 31);
}

/* Uniform in [0, n). */
static inline u32 rng_below(struct rng *r, u32 n)
{
	return (u32)(((rng_next(r) >> 32) * n) >> 32);
}

/*
 * Noise: answers to all questions but "who runs next", at a rate per kind that
 * is drawn for each run. Most runs have none of most kinds: a race needs its
 * few deviations undisturbed.
 */
struct noise {
	u16 rate[DEV_NR];	/* of 1024 */
};

void noise_draw(struct noise *n, struct rng *r);
u32 noise_pick(const struct noise *n, struct rng *r, enum dev_kind kind, u32 nr);

#endif
