/* SPDX-License-Identifier: MIT */
/*
 * minimize - the least that still fails by the same rule
 *
 * Each record means something by itself, so this is subset search: drop ops,
 * drop deviations in halves, quarters ... and one by one, then bring values
 * towards 0, until a whole round changes nothing. What remains is 1-minimal:
 * without any one op that runs, or any one deviation, the same rule does not
 * fail.
 *
 * The least subset of a clumsy schedule is still clumsy. So pairs are dropped
 * as well, a pair is replaced by one deviation elsewhere, and the bounded
 * strategy looks for another way with fewer, each for a limited time. After a
 * success it all begins again.
 *
 * An op of the default workload goes by a record that empties its slot, and
 * only if it runs before the failure: else it is no part of it.
 */
#ifndef FUZZ_MINIMIZE_H
#define FUZZ_MINIMIZE_H

#include "run.h"

/* Size of a schedule: ops that run, deviations, all records. */
struct schedule_size {
	u32 ops, deviations, records;
};

/**
 * struct minimized - what minimize() did
 * @before, @after: sizes; @runs: it took
 */
struct minimized {
	struct schedule_size before, after;
	u64 runs;
};

/**
 * minimize() - make a failing schedule 1-minimal
 * @s: schedule of the selected scenario; replaced
 * @m: filled
 *
 * The last run is that of the result, for run_hash() and reports.
 *
 * Return: false when @s does not fail; then it is left alone.
 */
bool minimize(struct schedule *s, struct run_result *r, struct minimized *m);

#endif
