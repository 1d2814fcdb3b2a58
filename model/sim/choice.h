/* SPDX-License-Identifier: MIT */
/*
 * choice - the only source of chance
 *
 * Everything that could go two ways asks choose() (sim.h); the scheduler asks
 * choice_next(). The answer is looked up in the schedule that is replayed, or
 * thought up by a strategy. Answers that are not dull are noted in sim.taken:
 * that is the schedule of the run, however it was found.
 *
 * Not here: weights, seeds. Those belong to the strategies (fuzz/strategy).
 */
#ifndef SIM_CHOICE_H
#define SIM_CHOICE_H

#include "sim.h"

/** choice_begin() - a run begins that replays @s, or else asks @ops */
void choice_begin(const struct schedule *s, const struct strategy_ops *ops);

/** choice_start() - its agents are known: hand out the schedule's records */
void choice_start(void);

/** choice_collect() - take up the records for the very place where @a is */
void choice_collect(struct agent *a);

/**
 * choice_next() - who runs next?
 * @a: the running agent
 * @n: alternatives, see sim_alternative()
 * @forced: it cannot go on
 */
u32 choice_next(struct agent *a, u32 n, bool forced);

#endif
