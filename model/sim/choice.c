/* SPDX-License-Identifier: MIT */
#include "choice.h"

#include <string.h>

/* Deviations of a run; the rest of a schedule's records are its workload. */
#define TAKEN_MAX	(SCHEDULE_MAX - CPUS_MAX * OPS_MAX)

/* The schedule being replayed, sorted by agent and place. */
static struct deviation replay[SCHEDULE_MAX];
static u32 nr_replay;
static const struct schedule *to_replay;

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

void choice_begin(const struct schedule *s, const struct strategy_ops *ops)
{
	to_replay = s;
	sim.strategy = ops;
	sim.replay = s && s->nr;
	sim.asks = sim.replay || ops ? ~0u : 0;
	sim.taken.nr = 0;
}

void choice_start(void)
{
	if (sim.replay) {
		sort_replay(to_replay);
		hand_out_replay();
	}
	if (sim.strategy)
		sim.strategy->begin();
}

/* Note an answer that is not dull. Return: the answer, or 0 if it cannot be. */
static u32 record(const struct agent *a, enum dev_kind kind, u32 value)
{
	struct deviation *d;

	if (sim.taken.nr == TAKEN_MAX) {
		/* More could not be saved: the rest of the run is dull. */
		sim.replay = false;
		sim.asks = 0;
		sim.strategy = NULL;
		return 0;
	}
	d = &sim.taken.dev[sim.taken.nr++];
	d->kind = (u8)kind;
	d->agent = a->id;
	d->op = (u8)KEY_OP(a->key);
	d->step = (u16)KEY_STEP(a->key);
	d->sub = (u8)KEY_SUB(a->key);
	d->value = (u16)value;
	return value;
}

/* Take up the records of the schedule for this very place. */
void choice_collect(struct agent *a)
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
	else if (sim.strategy)
		v = sim.strategy->pick(kind, n);
	return v ? record(a, kind, v) : 0;
}

void sim_substep(struct agent *a)
{
	a->key += (a->key & 0xff) != 0xff;
	if (unlikely(a->key >= a->next_key))
		choice_collect(a);
}

u32 choice_next(struct agent *a, u32 n, bool forced)
{
	u32 v = 0;

	if (sim.replay)
		v = replayed(a, DEV_SWITCH, n);
	else if (sim.strategy)
		v = sim.strategy->pick_next(n, forced);
	return v ? record(a, DEV_SWITCH, v) : 0;
}
