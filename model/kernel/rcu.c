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

/**
 * struct grace_period - one that somebody waits for
 * @head, @func: callback; NULL: synchronize_rcu()
 * @readers: CPUs it waits for
 */
struct grace_period {
	struct rcu_head *head;
	void (*func)(struct rcu_head *head);
	u32 readers;
	bool waiting, ready;
};

static struct grace_period gps[CALLBACKS_MAX];
static u32 nr_gps, nr_waiting, nr_left;
static u32 begun_view;		/* what updaters had seen when theirs began */
static struct agent *worker;

void rcu_begin(struct agent *agent)
{
	nr_gps = nr_waiting = nr_left = 0;
	begun_view = 0;
	worker = agent;
}

u32 rcu_pending(void)
{
	return nr_left;
}

static bool of_reader(const struct sb_entry *e, const void *arg)
{
	(void)arg;
	return e->rcu;
}

u32 rcu_gp_begin(struct agent *a)
{
	struct grace_period *gp = &gps[nr_gps];

	SIM_BUG_ON(nr_gps == CALLBACKS_MAX);
	*gp = (struct grace_period){ .waiting = true };
	mem_see(a, mem_seen(a));
	begun_view = max_u32(begun_view, a->v.fl);	/* R-RCU-1 */
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *b = &sim.agent[i];

		if (b->is_cpu && rcu_reader(b))
			gp->readers |= 1u << i;
	}
	nr_waiting++;
	return nr_gps++;
}

bool rcu_gp_over(u32 n)
{
	return !gps[n].readers;
}

void rcu_gp_end(struct agent *a)
{
	/* R-RCU-3: stores of past readers are visible, and what they saw. */
	for (u32 i = 0; i < sim.nr_agents; i++)
		mem_drain_some(&sim.agent[i], of_reader, NULL);
	for (u32 i = 0; i < sim.nr_agents; i++)
		mem_see(a, sim.agent[i].v.rcu);
	mem_see(a, mem_seen(a));
}

void rcu_state(struct state *s)
{
	state_of(s, nr_gps);
	state_of(s, nr_waiting);
	state_of(s, begun_view);
	for (u32 i = 0; i < nr_gps; i++)
		state_of(s, gps[i].readers);
}

static void ready(struct agent *to, u32 n)
{
	gps[n].ready = true;
	if (gps[n].head)
		sim_preempt_soon(to);
	else
		sim_wake(WAIT_RCU | n << 16);
}

static void grace_period_over(u32 n)
{
	gps[n].waiting = false;
	nr_waiting--;
	for (u32 i = 0; i < sim.nr_agents; i++)
		mem_drain_some(&sim.agent[i], of_reader, NULL);
	sim_deliver(ready, worker, n, NULL);
}

/* R-RCU-2: mark what the reader leaves behind; it orders nothing by itself. */
static void mark_leaving(struct agent *a)
{
	for (u32 i = 0; i < a->nr_sb; i++)
		a->sb[i].rcu = 1;
	a->v.rcu = max_u32(a->v.rcu, mem_seen(a));
}

void rcu_entered(struct agent *a)
{
	mem_see(a, begun_view);
}

void rcu_left(struct agent *a)
{
	if (rcu_reader(a))
		return;
	mark_leaving(a);
	if (likely(!nr_waiting))
		return;
	for (u32 n = 0; n < nr_gps; n++) {
		struct grace_period *gp = &gps[n];

		if (!gp->waiting || !(gp->readers & 1u << a->id))
			continue;
		gp->readers &= ~(1u << a->id);
		if (!gp->readers && !sim.explore) {
			sim_substep(sim.cur);
			grace_period_over(n);
		}
	}
}

/* Begin one on behalf of @a; it may be over at once. */
static u32 start(struct agent *a, struct rcu_head *head,
		 void (*func)(struct rcu_head *head), u64 pc)
{
	u32 n;

	sim_point(a, 0, false);
	mem_drain_stepwise(a);
	n = rcu_gp_begin(a);
	gps[n].head = head;
	gps[n].func = func;
	nr_left++;
	event_note(EV_RCU_CALL, a, head ? (u32)mem_off(head) : 0,
		   gps[n].readers, 0, 0, 0, pc);
	if (!gps[n].readers)
		grace_period_over(n);
	return n;
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	start(sim.cur, head, func, CALLER);
}

void synchronize_rcu(void)
{
	struct agent *a = sim.cur;
	u32 n = start(a, NULL, NULL, CALLER);

	while (!gps[n].ready) {
		event_note(EV_BLOCK, a, WAIT_RCU, gps[n].readers, 0, 0, 0,
			   CALLER);
		sim_block(WAIT_RCU | n << 16);
	}
	rcu_gp_end(a);
	nr_left--;
}

void rcu_read_lock(void)
{
	struct agent *a = sim.cur;

	if (!a)
		return;
	sim_point(a, 0, false);
	if (!rcu_reader(a))
		rcu_entered(a);
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
		struct rcu_head *head;
		u32 n;

		for (n = 0; n < nr_gps; n++)
			if (gps[n].ready && gps[n].head)
				break;
		if (n == nr_gps) {
			sim_block(WAIT_RCU_WORK);
			continue;
		}
		sim_op_begin(a, op & 0xff);
		head = gps[n].head;
		event_note(EV_RCU_RUN, a, (u32)mem_off(head), n, 0, 0, 0,
			   (u64)gps[n].func);
		rcu_gp_end(a);
		/* The callback sees what its caller had seen. */
		mem_see(a, begun_view);
		gps[n].head = NULL;
		nr_left--;
		gps[n].func(head);
		if (a->attn)
			sim_attention(a);
		mem_drain_stepwise(a);
	}
}
