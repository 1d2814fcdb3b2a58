/* SPDX-License-Identifier: MIT */
/*
 * bench - how fast the selected scenario runs, and in how much memory
 *
 * Figures, never a test: they belong to the machine they were taken on.
 */
#ifndef FUZZ_BENCH_H
#define FUZZ_BENCH_H

#include "strategy/strategy.h"

/**
 * struct bench - what bench() measured
 * @failed: runs that an oracle objected to; correct code has none
 * @peak_rss_kib: of the process that ran it and nothing else
 */
struct bench {
	u64 runs, events, failed;
	double seconds;
	long peak_rss_kib;
};

static inline double bench_runs_per_s(const struct bench *b)
{
	return (double)b->runs / b->seconds;
}

static inline double bench_events_per_s(const struct bench *b)
{
	return (double)b->events / b->seconds;
}

static inline double bench_ns_per_event(const struct bench *b)
{
	return b->events ? b->seconds * 1e9 / (double)b->events : 0;
}

/**
 * bench() - measure one scenario in a process of its own
 * @c: what to select there
 * @s: who thinks up schedules; NULL: nobody, every run is the dull one
 * @seconds: how long
 *
 * Return: 0, or a negative errno when the process did not come back with
 * figures; it has said why.
 */
int bench(const struct run_config *c, const struct strategy *s, u64 seed,
	  double seconds, struct bench *b);

#endif
