/* SPDX-License-Identifier: MIT */
#include "sim.h"

#include <string.h>

#include "choice.h"
#include "deliver.h"
#include "log.h"
#include "mem.h"

struct sim sim;
struct fail sim_fail_info;

/* Who may run next at this step; [0] is the dull answer. */
static u8 alternative[AGENTS_MAX];

/* --- preparing a run ----------------------------------------------------- */

void sim_begin(const struct schedule *s, const struct strategy_ops *ops,
	       u32 budget)
{
	choice_begin(s, ops);
	deliver_begin();
	sim.cur = NULL;
	sim.steps = sim.marks = 0;
	sim.now = 0;
	if (!(u32)++sim.run)
		mem_forget_stamps();
	sim.runnable = 0;
	sim.switch_at = ~0u;
	sim.late_at = ~0u;
	sim.budget = budget;
	sim.nr_agents = 0;
	sim.nr_cpus = 0;
	sim.resume = 0xff;
	sim.nr_rmw = 0;
	sim.explore = sim.blocked = false;
	sim.queued = sim.stale;
	sim.verdict = VERDICT_PASS;
	event_log.nr = 0;
}

void sim_explore(const struct strategy_ops *ops)
{
	sim.explore = true;
	sim.queued = sim.buffer;
	sim.strategy = ops;
	/* When stores and deliveries arrive is not a question here. */
	sim.asks = ~(1u << DEV_DELAY | 1u << DEV_LATE | 1u << DEV_HW |
		     1u << DEV_SWITCH | 1u << DEV_FAULT);
}

struct agent *sim_add_agent(void (*main)(void), bool cpu)
{
	struct agent *a = &sim.agent[sim.nr_agents];

	SIM_BUG_ON(sim.nr_agents == AGENTS_MAX);
	a->id = sim.nr_agents++;
	a->key = 0;
	a->next_key = NO_KEY;
	a->attn = 0;
	a->is_cpu = cpu;
	a->irq_off = a->rcu_depth = a->in_insn = a->restart = 0;
	a->in_exception = 0;
	a->steps = 0;
	a->wait = 0;
	a->nr_sb = 0;
	a->nr_dep = a->next_dep = 0;
	a->exact = 0;
	a->limit = ~0u;
	a->tslot = 0;
	if (sim.stale)
		memset(&a->v, 0, sizeof(a->v));
	a->pend_mask = 0;
	a->has_inj = a->has_early = 0;
	a->op = 0;
	a->main = main;
	a->entered = false;
	a->state = AGENT_READY;
	sim.runnable |= 1u << a->id;
	sim.nr_cpus += cpu;
	return a;
}

/* --- choosing who runs --------------------------------------------------- */

static u32 list_alternatives(const struct agent *a, bool forced)
{
	u32 n = 0, first = a->id, others, m;

	if (!forced)
		alternative[n++] = a->id;
	else if (sim.resume != 0xff && (sim.runnable & (1u << sim.resume)))
		alternative[n++] = (u8)(first = sim.resume);
	others = sim.runnable & ~(1u << first);
	for (m = others & ~((2u << a->id) - 1); m; m &= m - 1)
		alternative[n++] = (u8)__builtin_ctz(m);
	for (m = others & ((2u << a->id) - 1); m; m &= m - 1)
		alternative[n++] = (u8)__builtin_ctz(m);
	return n;
}

u32 sim_alternative(u32 i)
{
	return alternative[i];
}

static void agent_entry(void);

static void switch_to(struct agent *from, struct agent *to)
{
	sim.cur = to;
	if (unlikely(!to->entered)) {
		to->entered = true;
		/* One that ended its last run properly waits to start again. */
		if (!to->parked)
			fiber_init(&to->fiber, agent_entry);
		to->parked = false;
	}
	fiber_switch(from ? &from->fiber : &sim.main, &to->fiber);
}

static void leave_run(struct agent *a)
{
	sim.cur = NULL;
	sim.asks = 0;
	fiber_switch(&a->fiber, &sim.main);
}

static _Noreturn void stuck(struct agent *a, enum stuck why)
{
	event_note(EV_STUCK, a, 0, why, 0, 0, 0, 0);
	/* Nobody watches: the run just ends; here, even if @a had finished. */
	sim.cur->parked = false;
	leave_run(sim.cur);
	BUG("a stuck run was resumed");
}

/* Who runs now that @a cannot. */
static u32 next_agent(struct agent *a)
{
	u32 n = list_alternatives(a, true);

	return n > 1 && sim.asks ? alternative[choice_next(a, n, true)] :
				   alternative[0];
}

/* The running agent cannot go on: somebody else must. */
static void schedule_away(struct agent *a)
{
	u32 n;

	if (sim.steps >= sim.budget)
		stuck(a, STUCK_LIVELOCK);
	while (!sim.runnable && deliver_forced())
		;
	if (!sim.runnable) {
		for (u32 i = 0; i < sim.nr_agents; i++)
			if (sim.agent[i].state == AGENT_BLOCKED &&
			    sim.agent[i].is_cpu)
				stuck(&sim.agent[i], STUCK_DEADLOCK);
		event_note(EV_END, a, 0, 0, 0, 0, 0, 0);
		leave_run(a);
		return;
	}
	sim_substep(a);
	n = next_agent(a);
	sim_set_horizon();
	if (sim.resume == n)
		sim.resume = 0xff;
	if (n != a->id)
		switch_to(a, &sim.agent[n]);
}

static void agent_entry(void)
{
	for (;;) {
		struct agent *a = sim.cur;

		a->main();
		mem_drain_stepwise(a);
		/* And what no fence waits for (R-AD-6, R-CH-4). */
		mem_drain(a);
		a->state = AGENT_DONE;
		a->parked = true;
		sim.runnable &= ~(1u << a->id);
		schedule_away(a);
	}
}

/* Which hardware transitions are enabled, and one of them; set by model/hw. */
u32 (*sim_hw_enabled)(void);
void (*sim_hw_step)(struct agent *a, u32 n);

static void hardware(struct agent *a)
{
	u32 v = choose(DEV_HW, 1 + sim_hw_enabled());

	if (v)
		sim_hw_step(a, v - 1);
}

void sim_point_slow(struct agent *a)
{
	u32 n;

	if (a->key >= a->next_key)
		choice_collect(a);
	if (sim.steps >= sim.budget)
		stuck(a, STUCK_LIVELOCK);
	if (sim.marks >= sim.late_at)
		deliver_due();
	if (sim_hw_enabled)
		hardware(a);
	n = list_alternatives(a, false);
	if (n > 1) {
		u32 v;

		v = sim.replay || sim.steps >= sim.switch_at ?
		    choice_next(a, n, false) : 0;
		sim_set_horizon();
		if (v)
			switch_to(a, &sim.agent[alternative[v]]);
		return;
	}
	/* Alone: nothing to ask until somebody wakes. */
	if (!sim_hw_enabled)
		sim.switch_at = ~0u;
	sim_set_horizon();
}

void sim_op_begin(struct agent *a, u32 op)
{
	if (unlikely(a->attn))
		sim_attention(a);
	a->op = (u8)op;
	a->key = KEY(op, 0, 0);
	a->steps++;
	a->next_off = 0;
	a->next_write = 0;
	sim.steps++;
	sim.marks++;
	if (unlikely(a->key >= a->next_key || sim.steps >= sim.horizon ||
		     sim.marks >= sim.late_at))
		sim_point_slow(a);
}

/* --- blocking ------------------------------------------------------------ */

void sim_block(u32 wait)
{
	struct agent *a = sim.cur;

	a->state = AGENT_BLOCKED;
	a->wait = wait;
	sim.runnable &= ~(1u << a->id);
	schedule_away(a);
}

void sim_wake_agent(struct agent *a)
{
	a->state = AGENT_READY;
	sim.runnable |= 1u << a->id;
	if (sim.strategy && sim.switch_at > sim.steps + 1) {
		/* It may be the one that the strategy wants to run. */
		sim.switch_at = sim.steps + 1;
		sim_set_horizon();
	}
}

void sim_wake(u32 wait)
{
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *a = &sim.agent[i];

		if (a->state == AGENT_BLOCKED && a->wait == wait)
			sim_wake_agent(a);
	}
}

void sim_preempt(struct agent *to)
{
	struct agent *a = sim.cur;

	if (to->state == AGENT_BLOCKED)
		sim_wake_agent(to);
	if (!a || a == to || !(sim.runnable & (1u << a->id)))
		return;
	if (sim.resume == 0xff)
		sim.resume = a->id;
	switch_to(a, to);
}

void sim_relax(void)
{
	struct agent *a = sim.cur;
	u32 n;

	if (!a)
		return;
	sim_point(a, 0, false);
	if (sim.runnable & ~(1u << a->id)) {
		/*
		 * Spinning: whoever it waits for goes first. Not a deviation:
		 * a retry loop that starved its partner would never end.
		 */
		sim.runnable &= ~(1u << a->id);
		sim.resume = 0xff;
		a->state = AGENT_BLOCKED;
		a->wait = 0;
		sim_substep(a);
		n = next_agent(a);
		sim.runnable |= 1u << a->id;
		a->state = AGENT_READY;
		sim_set_horizon();
		switch_to(a, &sim.agent[n]);
	}
}

/* --- the run ------------------------------------------------------------- */

void sim_run(void)
{
	choice_start();
	sim_set_horizon();
	switch_to(NULL, &sim.agent[0]);
}

_Noreturn void sim_fail(const struct fail *f)
{
	struct agent *a = sim.cur;

	sim_fail_info = *f;
	sim.verdict = VERDICT_FAIL;
	SIM_BUG_ON(!a);
	a->parked = false;
	leave_run(a);
	BUG("a failed run was resumed");
}

/* A run may end in the middle of a plain access: the bytes are not ours yet. */
static void forget_plain(struct agent *a)
{
	plain_forget_ranges(a);
	if (a->attn & ATTN_INJECT)
		mem_poke(a->inj_off, a->inj_val, a->inj_size);
	if (a->attn & ATTN_PLAIN)
		mem_poke(a->pw_off, a->pw_old, a->pw_size);
	a->attn = 0;
}

void sim_reset(void)
{
	sim.cur = NULL;
	for (u32 i = 0; i < sim.nr_agents; i++)
		if (unlikely(sim.agent[i].attn))
			forget_plain(&sim.agent[i]);
	mem_reset();
}
