/* SPDX-License-Identifier: MIT */
/*
 * hunt - a litmus test run by the fuzzing engine: random schedules
 *
 * Threads are fibers here, and every question is the engine's: what it reaches
 * shows that the machine's weakness can be reached through a schedule.
 */
#include "engine.h"

#include "../strategy/strategy.h"

/* Steps after the last instruction: buffered stores become visible one by
 * one, and others may run between them. */
static void last_stores(struct agent *a)
{
	do {
		sim_point(a, 0, true);
	} while (a->nr_sb);
}

static void thread_main(void)
{
	struct agent *a = sim.cur;
	u32 n = a->id;

	sim_op_begin(a, 0);
	for (lit_local(n); !lit_run.thread[n].done; lit_local(n)) {
		sim_point(a, 0, lit_next(n)->op != LIT_LOAD);
		lit_exec(n);
		if (lit_run.thread[n].done)
			break;
	}
	last_stores(a);
}

u64 lit_hunt(const struct lit_test *t, const struct lit_machine *m, u64 runs,
	     u64 seed, bool (*fn)(const struct lit_final *f, void *arg),
	     void *arg)
{
	struct lit_final f;
	u64 n = 0;

	lit_machine_up(t, m);
	strategy_random.init(seed);
	while (n < runs) {
		n++;
		strategy_random.next();
		lit_machine_begin(strategy_random.ops, thread_main);
		sim_run();
		/* A thread that waits for ever: not a final state. */
		for (u32 i = 0; i < t->nr_threads; i++)
			if (!lit_run.thread[i].done)
				goto next;
		lit_collect(&f);
		if (fn(&f, arg))
			break;
next:		;
	}
	lit_machine_down();
	return n;
}
