/* SPDX-License-Identifier: MIT */
/*
 * rcu - readers and grace periods: R-RCU-1 to R-RCU-4
 *
 * A grace period ends when every CPU that was in a reader when it began has
 * left its outermost one: as early as is legal, because early reuse is what
 * finds bugs (DEV_LATE puts it off). Sections with interrupts off are readers.
 * Callbacks run on an agent of their own, at once when they are due.
 */
#include "../include/linux/rcupdate.h"
#include "../sim/log.h"
#include "kernel.h"

#define CALLER	((u64)__builtin_return_address(0))
#define CALLBACKS_MAX	64

struct callback {
	struct rcu_head *head;
	void (*func)(struct rcu_head *head);
	u32 readers;		/* CPUs it waits for */
	bool waiting, ready;
};

static struct callback callbacks[CALLBACKS_MAX];
static u32 nr_callbacks, nr_waiting, nr_left;
static struct agent *worker;

void rcu_begin(struct agent *agent)
{
	nr_callbacks = nr_waiting = nr_left = 0;
	worker = agent;
}

u32 rcu_pending(void)
{
	return nr_left;
}

static void ready(struct agent *to, u32 n)
{
	callbacks[n].ready = true;
	if (callbacks[n].head)
		sim_preempt_soon(to);
	else
		sim_wake(WAIT_RCU | n << 16);
}

static void grace_period_over(u32 n)
{
	callbacks[n].waiting = false;
	nr_waiting--;
	sim_deliver(ready, worker, n, NULL);
}

void rcu_left(struct agent *a)
{
	if (likely(!nr_waiting) || rcu_reader(a))
		return;
	/* R-RCU-2: what the reader stored is visible before it has left. */
	mem_drain(a);
	for (u32 n = 0; n < nr_callbacks; n++) {
		struct callback *cb = &callbacks[n];

		if (!cb->waiting)
			continue;
		cb->readers &= ~(1u << a->id);
		if (!cb->readers) {
			sim_substep(sim.cur);
			grace_period_over(n);
		}
	}
}

static u32 start(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct callback *cb = &callbacks[nr_callbacks];

	SIM_BUG_ON(nr_callbacks == CALLBACKS_MAX);
	*cb = (struct callback){ head, func, 0, true, false };
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *a = &sim.agent[i];

		if (a->is_cpu && rcu_reader(a))
			cb->readers |= 1u << i;
		else
			mem_drain(a);	/* R-RCU-3: stores of past readers */
	}
	nr_waiting++;
	nr_left++;
	return nr_callbacks++;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct agent *a = sim.cur;
	u32 n;

	sim_point(a, 0, false);
	mem_drain(a);
	n = start(head, func);
	event_note(EV_RCU_CALL, a, (u32)mem_off(head), callbacks[n].readers, 0,
		   0, 0, CALLER);
	if (!callbacks[n].readers)
		grace_period_over(n);
}

void synchronize_rcu(void)
{
	struct agent *a = sim.cur;
	u32 n;

	sim_point(a, 0, false);
	mem_drain(a);
	n = start(NULL, NULL);
	event_note(EV_RCU_CALL, a, 0, callbacks[n].readers, 0, 0, 0, CALLER);
	if (!callbacks[n].readers)
		grace_period_over(n);
	while (!callbacks[n].ready) {
		event_note(EV_BLOCK, a, WAIT_RCU, callbacks[n].readers, 0, 0, 0,
			   CALLER);
		sim_block(WAIT_RCU | n << 16);
	}
	nr_left--;
}

void rcu_read_lock(void)
{
	struct agent *a = sim.cur;

	if (!a)
		return;
	sim_point(a, 0, false);
	a->rcu_depth++;
	event_note(EV_RCU_LOCK, a, 0, a->rcu_depth, 0, 0, 0, CALLER);
}

void rcu_read_unlock(void)
{
	struct agent *a = sim.cur;

	if (!a)
		return;
	sim_point(a, 0, false);
	event_note(EV_RCU_UNLOCK, a, 0, a->rcu_depth, 0, 0, 0, CALLER);
	if (!a->rcu_depth)
		return;			/* unbalanced: for the lock oracle */
	a->rcu_depth--;
	rcu_left(a);
}

void rcu_agent_main(void)
{
	struct agent *a = sim.cur;

	for (u32 op = 0;; op++) {
		u32 n;

		for (n = 0; n < nr_callbacks; n++)
			if (callbacks[n].ready && callbacks[n].head)
				break;
		if (n == nr_callbacks) {
			sim_block(WAIT_RCU_WORK);
			continue;
		}
		sim_op_begin(a, op & 0xff);
		event_note(EV_RCU_RUN, a, (u32)mem_off(callbacks[n].head), n,
			   0, 0, 0, (u64)callbacks[n].func);
		struct rcu_head *head = callbacks[n].head;

		callbacks[n].head = NULL;
		nr_left--;
		callbacks[n].func(head);
		if (a->attn)
			sim_attention(a);
		mem_drain(a);
	}
}
