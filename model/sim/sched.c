/* SPDX-License-Identifier: MIT */
#include "sim.h"

#include <string.h>

#include "log.h"
#include "mem.h"

struct sim sim;
struct fail sim_fail_info;

static const struct strategy_ops *strategy;

/* The schedule being replayed, sorted by agent and place. */
static struct deviation replay[SCHEDULE_MAX];
static u32 nr_replay;

struct delivery {
	void (*fn)(struct agent *to, u32 arg);
	bool (*ready)(struct agent *to);
	struct agent *to;
	u32 arg, due;
};

static struct delivery in_flight[64];
static u32 nr_in_flight;

/* Wants the CPU once all that is due has been delivered. */
static struct agent *preemptor;

/* Who may run next at this step; [0] is the dull answer. */
static u8 alternative[AGENTS_MAX];

static void set_horizon(void)
{
	u32 h = min_u32(sim.switch_at, sim.late_at);

	sim.horizon = min_u32(h, sim.budget);
}

/* --- preparing a run ----------------------------------------------------- */

static void sort_replay(const struct schedule *s)
{
	static u64 order[SCHEDULE_MAX];
	u32 n = 0;

	for (u32 i = 0; i < s->nr; i++) {
		const struct deviation *d = &s->dev[i];
		u64 k;
		u32 j;

		if (d->kind % DEV_NR == DEV_OP)
			continue;
		k = (u64)(d->agent % sim.nr_agents) << 48 |
		    (u64)dev_key(d) << 12 | i;
		for (j = n++; j && order[j - 1] > k; j--)
			order[j] = order[j - 1];
		order[j] = k;
	}
	for (u32 i = 0; i < n; i++) {
		replay[i] = s->dev[order[i] & 0xfff];
		replay[i].kind %= DEV_NR;
		replay[i].agent %= sim.nr_agents;
	}
	nr_replay = n;
}

static void hand_out_replay(void)
{
	u32 i = 0;

	for (u32 n = 0; n < sim.nr_agents; n++) {
		struct agent *a = &sim.agent[n];

		a->dev_i = (u16)i;
		while (i < nr_replay && replay[i].agent == n)
			i++;
		a->dev_end = (u16)i;
		a->next_key = a->dev_i < a->dev_end ?
			      dev_key(&replay[a->dev_i]) : NO_KEY;
	}
}

static const struct schedule *to_replay;

void sim_begin(const struct schedule *s, const struct strategy_ops *ops,
	       u32 budget)
{
	to_replay = s;
	strategy = ops;
	sim.replay = s && s->nr;
	sim.asks = sim.replay || ops ? ~0u : 0;
	sim.cur = NULL;
	sim.steps = 0;
	sim.now = 0;
	if (!++sim.run)
		BUG("run counter wrapped");
	sim.runnable = 0;
	sim.switch_at = ~0u;
	sim.late_at = ~0u;
	sim.budget = budget;
	sim.nr_agents = 0;
	sim.nr_cpus = 0;
	sim.resume = 0xff;
	sim.verdict = VERDICT_PASS;
	sim.taken.nr = 0;
	event_log.nr = 0;
	nr_in_flight = 0;
	preemptor = NULL;
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
	a->steps = 0;
	a->wait = 0;
	a->nr_sb = a->sb_head = 0;
	a->pend_mask = 0;
	a->has_inj = a->has_early = 0;
	a->nr_ops = 0;
	a->op = 0;
	a->main = main;
	a->entered = false;
	a->state = AGENT_READY;
	sim.runnable |= 1u << a->id;
	sim.nr_cpus += cpu;
	return a;
}

/* --- deliveries ---------------------------------------------------------- */

static bool deliver_if(u32 i, bool force)
{
	struct delivery d = in_flight[i];

	if ((d.due > sim.steps && !force) || (d.ready && !d.ready(d.to)))
		return false;
	for (u32 j = i + 1; j < nr_in_flight; j++)
		in_flight[j - 1] = in_flight[j];
	nr_in_flight--;
	d.fn(d.to, d.arg);
	return true;
}

static void set_late_at(void)
{
	sim.late_at = ~0u;
	for (u32 i = 0; i < nr_in_flight; i++)
		if (in_flight[i].due > sim.steps)
			sim.late_at = min_u32(sim.late_at, in_flight[i].due);
	set_horizon();
}

void sim_preempt_soon(struct agent *to)
{
	sim_wake_agent(to);
	preemptor = to;
}

static void preempt_now(void)
{
	struct agent *to = preemptor;

	preemptor = NULL;
	if (to && sim.cur)
		sim_preempt(to);
}

/* Deliver what is due; with @force, also what was meant to come later. */
static bool deliver(const struct agent *only, bool force)
{
	bool any = false;

	for (u32 i = 0; i < nr_in_flight;) {
		if (only && in_flight[i].to != only)
			i++;
		else if (deliver_if(i, force))
			any = true;
		else
			i++;
	}
	set_late_at();
	return any;
}

void sim_deliver(void (*fn)(struct agent *to, u32 arg), struct agent *to,
		 u32 arg, bool (*ready)(struct agent *to))
{
	u32 late = choose(DEV_LATE, LATE_MAX);

	if (!late && (!ready || ready(to))) {
		fn(to, arg);
		preempt_now();
		return;
	}
	SIM_BUG_ON(nr_in_flight == ARRAY_SIZE(in_flight));
	in_flight[nr_in_flight++] = (struct delivery){
		fn, ready, to, arg, sim.steps + late
	};
	set_late_at();
}

void sim_deliver_ready(struct agent *a)
{
	if (nr_in_flight) {
		deliver(a, false);
		preempt_now();
	}
}

bool sim_deliver_pending(const struct agent *a)
{
	for (u32 i = 0; i < nr_in_flight; i++)
		if (in_flight[i].to == a)
			return true;
	return false;
}

/* --- choosing who runs --------------------------------------------------- */

static void record(const struct agent *a, enum dev_kind kind, u32 value)
{
	struct deviation *d;

	if (sim.taken.nr == SCHEDULE_MAX) {
		/* A run this odd cannot be saved: finish it dully. */
		sim.replay = false;
		sim.asks = 0;
		strategy = NULL;
		return;
	}
	d = &sim.taken.dev[sim.taken.nr++];
	d->kind = (u8)kind;
	d->agent = a->id;
	d->op = (u8)KEY_OP(a->key);
	d->step = (u16)KEY_STEP(a->key);
	d->sub = (u8)KEY_SUB(a->key);
	d->value = (u16)value;
}

/* Take up the records of the schedule for this very place. */
static void collect(struct agent *a)
{
	const struct deviation *d = &replay[a->dev_i];
	const struct deviation *end = &replay[a->dev_end];

	for (; d < end && dev_key(d) < a->key; d++)
		;
	if (d < end && dev_key(d) == a->key) {
		a->pend_key = a->key;
		a->pend_mask = 0;
		for (; d < end && dev_key(d) == a->key; d++) {
			a->pend[d->kind] = d->value;
			a->pend_mask |= (u16)(1 << d->kind);
		}
	}
	a->dev_i = (u16)(d - replay);
	a->next_key = d < end ? dev_key(d) : NO_KEY;
}

static u32 replayed(struct agent *a, enum dev_kind kind, u32 n)
{
	if (!(a->pend_mask & (1 << kind)) || a->pend_key != a->key)
		return 0;
	a->pend_mask &= (u16)~(1 << kind);
	return a->pend[kind] % n;
}

u32 choose_slow(enum dev_kind kind, u32 n)
{
	struct agent *a = sim.cur;
	u32 v = 0;

	if (sim.replay)
		v = replayed(a, kind, n);
	else if (strategy)
		v = strategy->pick(kind, n);
	if (v)
		record(a, kind, v);
	return v;
}

void sim_substep(struct agent *a)
{
	a->key += (a->key & 0xff) != 0xff;
	if (unlikely(a->key >= a->next_key))
		collect(a);
}

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

static u32 pick_next(struct agent *a, u32 n, bool forced)
{
	u32 v = 0;

	if (sim.replay)
		v = replayed(a, DEV_SWITCH, n);
	else if (strategy)
		v = strategy->pick_next(n, forced);
	if (v)
		record(a, DEV_SWITCH, v);
	return v;
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
	/* Nobody watches: the run just ends. */
	leave_run(sim.cur);
	BUG("a stuck run was resumed");
}

/* Who runs now that @a cannot. */
static u32 next_agent(struct agent *a)
{
	u32 n = list_alternatives(a, true);

	return n > 1 && sim.asks ? alternative[pick_next(a, n, true)] :
				   alternative[0];
}

/* The running agent cannot go on: somebody else must. */
static void schedule_away(struct agent *a)
{
	u32 n;

	if (sim.steps >= sim.budget)
		stuck(a, STUCK_LIVELOCK);
	while (!sim.runnable && nr_in_flight && deliver(NULL, true))
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
	preemptor = NULL;
	sim_substep(a);
	n = next_agent(a);
	set_horizon();
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
		collect(a);
	if (sim.steps >= sim.budget)
		stuck(a, STUCK_LIVELOCK);
	if (sim.steps >= sim.late_at) {
		deliver(NULL, false);
		preempt_now();
	}
	if (sim_hw_enabled)
		hardware(a);
	n = list_alternatives(a, false);
	if (n > 1) {
		u32 v;

		if (sim.replay)
			v = pick_next(a, n, false);
		else
			v = sim.steps >= sim.switch_at ?
			    pick_next(a, n, false) : 0;
		set_horizon();
		if (v)
			switch_to(a, &sim.agent[alternative[v]]);
		return;
	}
	/* Alone: nothing to ask until somebody wakes. */
	if (!sim_hw_enabled)
		sim.switch_at = ~0u;
	set_horizon();
}

void sim_attention(struct agent *a);

void sim_op_begin(struct agent *a, u32 op)
{
	if (unlikely(a->attn))
		sim_attention(a);
	a->op = (u8)op;
	a->key = KEY(op, 0, 0);
	a->steps++;
	a->next_off = 0;
	a->next_write = 0;
	if (unlikely(a->key >= a->next_key || ++sim.steps >= sim.horizon))
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
	if (strategy && sim.switch_at > sim.steps + 1) {
		/* It may be the one that the strategy wants to run. */
		sim.switch_at = sim.steps + 1;
		set_horizon();
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
		set_horizon();
		switch_to(a, &sim.agent[n]);
	}
}

/* --- the run ------------------------------------------------------------- */

void sim_run(void)
{
	if (sim.replay) {
		sort_replay(to_replay);
		hand_out_replay();
	}
	if (strategy)
		strategy->begin();
	set_horizon();
	switch_to(NULL, &sim.agent[0]);
}

_Noreturn void sim_fail(const struct fail *f)
{
	struct agent *a = sim.cur;

	sim_fail_info = *f;
	sim.verdict = VERDICT_FAIL;
	SIM_BUG_ON(!a);
	leave_run(a);
	BUG("a failed run was resumed");
}

/* A run may end in the middle of a plain access: the bytes are not ours yet. */
static void forget_plain(struct agent *a)
{
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
