/* SPDX-License-Identifier: MIT */
/*
 * hunt - run a strategy until an oracle objects
 *
 * With several jobs each is a process of its own, with a seed of its own;
 * the first find ends them all. What a job knows is in memory it shares with
 * the parent, so a job that dies takes nothing along.
 *
 * One job, one seed and a number of runs give the same result every time. A
 * limit of time, or several jobs, do not: the finds themselves replay all the
 * same.
 *
 * Not here: what is done with a find (cmd_run.c).
 */
#ifndef FUZZ_HUNT_H
#define FUZZ_HUNT_H

#include "strategy/strategy.h"

#define HUNT_STATUS_MAX	128

/**
 * struct hunt_limits - how long, and by how many
 * @runs, @seconds: whichever comes first; 0: no limit
 * @seed: of the first job; the others count on from it
 */
struct hunt_limits {
	u64 runs, seed;
	double seconds;
	u32 jobs;
};

/**
 * struct hunt_find - the run that an oracle objected to
 * @schedule: the effective one; @hash: of that run's log
 * @seed: of the job that found it; @run: how many runs that took it
 */
struct hunt_find {
	struct schedule schedule;
	char rule[64];
	u64 hash, seed, run;
};

/**
 * struct hunt_result - what came of it
 * @runs, @seconds: of all jobs together
 * @leaked: kernel objects that passing runs allocated and did not free
 * @exhausted: the strategy has nothing left
 * @interrupted: the user had enough
 * @status: what the strategy says it covered; may be empty
 * @find: if @found
 */
struct hunt_result {
	u64 runs, leaked;
	double seconds;
	bool found, exhausted, interrupted;
	char status[HUNT_STATUS_MAX];
	struct hunt_find find;
};

/** hunt() - hunt in the selected scenario */
void hunt(const struct strategy *s, const struct hunt_limits *l,
	  struct hunt_result *res);

#endif
