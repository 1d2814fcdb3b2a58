/* SPDX-License-Identifier: MIT */
#include "probe.h"

static const struct schedule *followed;
static struct question *asked;
static u32 nr_asked;

static void begin(void)
{
	nr_asked = 0;
	sim.switch_at = 1;
}

static u32 pick(enum dev_kind kind, u32 n)
{
	const struct agent *a = sim.cur;

	if (nr_asked < QUESTIONS_MAX)
		asked[nr_asked++] = (struct question){
			a->key, a->id, (u8)kind, (u8)n
		};
	for (u32 i = 0; i < followed->nr; i++) {
		const struct deviation *d = &followed->dev[i];

		if (d->kind == kind && d->agent == a->id &&
		    dev_key(d) == a->key)
			return d->value % n;
	}
	return 0;
}

static u32 pick_next(u32 n, bool forced)
{
	(void)forced;
	sim.switch_at = sim.steps + 1;
	return pick(DEV_SWITCH, n);
}

u32 probe(const struct schedule *s, struct question *q, struct run_result *r)
{
	static const struct strategy_ops ops = { begin, pick, pick_next };

	followed = s;
	asked = q;
	run_workload(s);
	run_once(NULL, &ops, r);
	run_workload(NULL);
	return nr_asked;
}

struct deviation probe_answer(const struct question *q, u32 value)
{
	return (struct deviation){
		.kind = q->kind, .agent = q->agent, .op = (u8)KEY_OP(q->key),
		.sub = (u8)KEY_SUB(q->key), .step = (u16)KEY_STEP(q->key),
		.value = (u16)value
	};
}
