/* SPDX-License-Identifier: MIT */
#include "minimize.h"

#include <string.h>

#include "probe.h"
#include "strategy/strategy.h"

/*
 * How long to look for fewer deviations, in all and each time: half a second.
 * That is all schedules of two deviations, unless ops are long.
 */
#define ADD_ONE_RUNS	100000
#define SHORTER_RUNS	100000

#define SLOT_BIT(agent, slot)	(1ULL << ((agent) * OPS_MAX + (slot)))
_Static_assert(AGENTS_MAX * OPS_MAX <= 64, "a slot is a bit");

/**
 * struct search - where the search is
 * @best: the least so far that fails; @ran: slots whose op runs in it
 * @rule: by which it must fail
 * @r: of the last run
 * @runs: so far; @added: those of add_one()
 */
struct search {
	struct schedule best;
	u64 ran;
	char rule[64];
	struct run_result *r;
	u64 runs;
	u32 added;
};

static bool is_op(const struct deviation *d)
{
	return d->kind % DEV_NR == DEV_OP;
}

static u64 slot_of(const struct deviation *d)
{
	return SLOT_BIT(d->agent % selection.scenario->nr_cpus,
			d->op % OPS_MAX);
}

/* --- sizes --------------------------------------------------------------- */

static u64 slots_that_ran(void)
{
	u64 mask = 0;

	for (u32 i = 0; i < event_log.nr; i++) {
		const struct event *ev = &event_log.ev[i];

		if (ev->type == EV_OP_BEGIN)
			mask |= SLOT_BIT(ev->agent, KEY_OP(ev->key));
	}
	return mask;
}

static u32 nr_deviations(const struct schedule *s)
{
	u32 n = 0;

	for (u32 i = 0; i < s->nr; i++)
		n += !is_op(&s->dev[i]);
	return n;
}

static struct schedule_size size_of(const struct schedule *s, u64 ran)
{
	return (struct schedule_size){
		.ops = (u32)__builtin_popcountll(ran),
		.deviations = nr_deviations(s),
		.records = s->nr,
	};
}

/* How far from dull the answers are, whatever their number. */
static u64 weight(const struct schedule *s)
{
	u64 sum = 0;

	for (u32 i = 0; i < s->nr; i++) {
		const struct deviation *d = &s->dev[i];

		sum += d->op;
		sum += is_op(d) ? d->step : d->value;
	}
	return sum;
}

/* --- candidates ---------------------------------------------------------- */

/*
 * Does @c fail by the same rule? Then it becomes what the run used of it:
 * records that no question asked for are gone.
 */
static bool fails(struct search *x, struct schedule *c)
{
	run_once(c, NULL, x->r);
	x->runs++;
	if (x->r->verdict != VERDICT_FAIL || strcmp(x->r->fail.rule, x->rule))
		return false;
	run_schedule(c);
	return true;
}

static void accept(struct search *x, const struct schedule *c)
{
	x->best = *c;
	x->ran = slots_that_ran();
}

static bool accept_if_fails(struct search *x, struct schedule *c)
{
	if (!fails(x, c))
		return false;
	accept(x, c);
	return true;
}

/* As above, but the result must be smaller: ops count most. */
static bool accept_if_smaller(struct search *x, struct schedule *c)
{
	struct schedule_size was = size_of(&x->best, x->ran), is;

	if (!fails(x, c))
		return false;
	is = size_of(c, slots_that_ran());
	if (is.ops != was.ops ? is.ops > was.ops :
	    is.deviations != was.deviations ? is.deviations > was.deviations :
	    is.records != was.records ? is.records > was.records :
	    weight(c) >= weight(&x->best))
		return false;
	accept(x, c);
	return true;
}

/* As above, but no op may run that did not before: it was dropped. */
static bool accept_if_no_more_runs(struct search *x, struct schedule *c)
{
	if (!fails(x, c) || slots_that_ran() & ~x->ran)
		return false;
	accept(x, c);
	return true;
}

/* The schedule without @nr records from @at on. */
static void without(struct schedule *c, const struct schedule *s, u32 at,
		    u32 nr)
{
	c->nr = s->nr - nr;
	memcpy(c->dev, s->dev, at * sizeof(*s->dev));
	memcpy(c->dev + at, s->dev + at + nr,
	       (s->nr - at - nr) * sizeof(*s->dev));
}

/* --- ops ----------------------------------------------------------------- */

static u64 default_slots(void)
{
	const struct scenario *s = selection.scenario;
	u32 nr[SCENARIO_CPUS_MAX] = { 0 };
	u64 mask = 0;

	for (u32 i = 0; i < s->nr_work; i++)
		mask |= SLOT_BIT(s->work[i].cpu, nr[s->work[i].cpu]++);
	return mask;
}

/* The schedule without the op in one slot, wherever it comes from. */
static bool empty_slot(struct schedule *c, const struct schedule *s, u32 slot)
{
	u64 bit = 1ULL << slot;

	c->nr = 0;
	if (default_slots() & bit)
		c->dev[c->nr++] = (struct deviation){
			.kind = DEV_OP, .agent = (u8)(slot / OPS_MAX),
			.op = (u8)(slot % OPS_MAX), .value = 1
		};
	for (u32 i = 0; i < s->nr; i++) {
		if (is_op(&s->dev[i]) && slot_of(&s->dev[i]) == bit)
			continue;
		if (c->nr == SCHEDULE_MAX)
			return false;
		c->dev[c->nr++] = s->dev[i];
	}
	return true;
}

static bool drop_ops(struct search *x)
{
	bool any = false;

	/* Late slots first: what comes after needs what came before. */
	for (u32 slot = AGENTS_MAX * OPS_MAX; slot--;) {
		struct schedule c;

		if (x->ran & (1ULL << slot) && empty_slot(&c, &x->best, slot))
			any |= accept_if_fails(x, &c);
	}
	return any;
}

/* The default workload may do as well as the one that was thought up. */
static bool drop_workload(struct search *x)
{
	struct schedule c;

	c.nr = 0;
	for (u32 i = 0; i < x->best.nr; i++)
		if (!is_op(&x->best.dev[i]))
			c.dev[c.nr++] = x->best.dev[i];
	return c.nr < x->best.nr && accept_if_smaller(x, &c);
}

static bool drop_op_records(struct search *x)
{
	bool any = false;

	for (u32 i = x->best.nr; i--;) {
		struct schedule c;

		/* A record accepted may have taken others with it. */
		if (i >= x->best.nr || !is_op(&x->best.dev[i]))
			continue;
		without(&c, &x->best, i, 1);
		any |= accept_if_no_more_runs(x, &c);
	}
	return any;
}

/* --- moving ops to the first slots --------------------------------------- */

/* The ops that ran, by agent, in order; and the slot each had. */
struct line_up {
	struct scenario_work op[AGENTS_MAX][OPS_MAX];
	u8 slot[AGENTS_MAX][OPS_MAX];
	u8 nr[AGENTS_MAX];
};

/* From the log of the last run. */
static void read_line_up(struct line_up *l)
{
	memset(l, 0, sizeof(*l));
	for (u32 i = 0; i < event_log.nr; i++) {
		const struct event *ev = &event_log.ev[i];
		u8 a = ev->agent;

		if (ev->type != EV_OP_BEGIN)
			continue;
		l->slot[a][l->nr[a]] = (u8)KEY_OP(ev->key);
		l->op[a][l->nr[a]++] = (struct scenario_work){
			a, (u8)ev->off, (u16)ev->val
		};
	}
}

/* What the default workload has in a slot, or NULL. */
static const struct scenario_work *default_op(u32 agent, u32 slot)
{
	const struct scenario *s = selection.scenario;

	for (u32 i = 0; i < s->nr_work; i++)
		if (s->work[i].cpu == agent && !slot--)
			return &s->work[i];
	return NULL;
}

static void add_op(struct schedule *c, u32 agent, u32 slot, u32 value, u32 arg)
{
	if (c->nr < SCHEDULE_MAX)
		c->dev[c->nr++] = (struct deviation){
			.kind = DEV_OP, .agent = (u8)agent, .op = (u8)slot,
			.value = (u16)value, .step = (u16)arg
		};
}

/* Slots that a record is about, or whose op ran. */
static u64 slots_in_use(const struct search *x)
{
	u64 mask = x->ran;

	for (u32 i = 0; i < x->best.nr; i++)
		if (is_op(&x->best.dev[i]))
			mask |= slot_of(&x->best.dev[i]);
	return mask;
}

/*
 * Records for the ops of one agent in its first slots; none in those that are
 * then left over. Ops that the failure did not wait for stay where they are.
 */
static void line_up_agent(struct schedule *c, const struct line_up *l,
			  u32 agent, u64 in_use)
{
	for (u32 slot = 0; slot < OPS_MAX; slot++) {
		const struct scenario_work *d = default_op(agent, slot);
		const struct scenario_work *w = &l->op[agent][slot];

		if (slot >= l->nr[agent]) {
			if (d && (in_use & SLOT_BIT(agent, slot)))
				add_op(c, agent, slot, 1, 0);
		} else if (!d || d->op != w->op || d->arg != w->arg) {
			add_op(c, agent, slot, 2u + w->op, w->arg);
		}
	}
}

static void move_deviations(struct schedule *c, const struct schedule *s,
			    const struct line_up *l)
{
	for (u32 i = 0; i < s->nr && c->nr < SCHEDULE_MAX; i++) {
		struct deviation d = s->dev[i];

		if (is_op(&d))
			continue;
		for (u32 n = 0; n < l->nr[d.agent]; n++) {
			if (l->slot[d.agent][n] != d.op)
				continue;
			d.op = (u8)n;
			break;
		}
		c->dev[c->nr++] = d;
	}
}

/* As if the ops that were dropped had never been there. */
static bool line_up(struct search *x)
{
	struct schedule c = x->best;
	struct line_up l;

	if (!fails(x, &c))
		return false;
	read_line_up(&l);
	c.nr = 0;
	for (u32 agent = 0; agent < selection.scenario->nr_cpus; agent++)
		line_up_agent(&c, &l, agent, slots_in_use(x));
	move_deviations(&c, &x->best, &l);
	return accept_if_smaller(x, &c);
}

/* --- deviations ---------------------------------------------------------- */

/* Workload records come first in an effective schedule. */
static u32 first_deviation(const struct schedule *s)
{
	u32 i = 0;

	while (i < s->nr && is_op(&s->dev[i]))
		i++;
	return i;
}

static bool drop_chunks(struct search *x, u32 chunk)
{
	u32 i = first_deviation(&x->best);
	bool any = false;

	while (i < x->best.nr) {
		struct schedule c;

		without(&c, &x->best, i, min_u32(chunk, x->best.nr - i));
		if (accept_if_fails(x, &c))
			any = true;
		else
			i += chunk;
	}
	return any;
}

static bool drop_deviations(struct search *x)
{
	bool any = false;

	for (u32 chunk = nr_deviations(&x->best); chunk; chunk /= 2)
		any |= drop_chunks(x, chunk);
	return any;
}

static bool lower_one(struct search *x, u32 i)
{
	bool op = is_op(&x->best.dev[i]);
	u32 is = op ? x->best.dev[i].step : x->best.dev[i].value;
	const u32 want[] = { op ? 0 : 1, is / 2, is - 1 };

	for (u32 n = 0; n < ARRAY_SIZE(want); n++) {
		struct schedule c = x->best;

		if (want[n] >= is || (!op && !want[n]))
			continue;
		*(op ? &c.dev[i].step : &c.dev[i].value) = (u16)want[n];
		if (accept_if_smaller(x, &c))
			return true;
	}
	return false;
}

static bool lower_values(struct search *x)
{
	bool any = false;

	for (u32 i = 0; i < x->best.nr;) {
		if (lower_one(x, i))
			any = true;
		else
			i++;
	}
	return any;
}

/* --- fewer deviations by another way ------------------------------------- */

/* Try @c with one more deviation, anywhere. */
static bool add_one(struct search *x, struct schedule *c)
{
	static struct question q[QUESTIONS_MAX];
	u32 nr = x->added < ADD_ONE_RUNS ? probe(c, q, x->r) : 0;

	x->runs += nr != 0;
	for (u32 i = 0; i < nr; i++) {
		for (u32 value = 1; value < q[i].nr; value++) {
			struct schedule more = *c;

			x->added++;
			more.dev[more.nr++] = probe_answer(&q[i], value);
			if (accept_if_smaller(x, &more))
				return true;
		}
	}
	return false;
}

/*
 * Two switches are often one detour, there and back: neither can go alone. Or
 * one deviation elsewhere does what two do here.
 */
static bool replace_pair(struct search *x,
			 bool (*try)(struct search *x, struct schedule *c))
{
	for (u32 i = first_deviation(&x->best); i < x->best.nr; i++) {
		struct schedule one, two;

		without(&one, &x->best, i, 1);
		for (u32 j = i; j < one.nr; j++) {
			without(&two, &one, j, 1);
			if (try(x, &two))
				return true;
		}
	}
	return false;
}

/* Do the same ops fail by the same rule with fewer deviations, elsewhere? */
static bool find_shorter(struct search *x)
{
	const struct strategy *s = &strategy_bounded;
	u32 was = nr_deviations(&x->best);
	struct schedule c;
	bool found = false;

	run_workload(&x->best);
	s->init(0);
	for (u32 n = 0; !found && n < SHORTER_RUNS && s->next(); n++) {
		run_once(NULL, s->ops, x->r);
		x->runs++;
		if (sim.taken.nr >= was)
			break;
		found = x->r->verdict == VERDICT_FAIL &&
			!strcmp(x->r->fail.rule, x->rule);
	}
	if (found)
		run_schedule(&c);
	run_workload(NULL);
	return found && accept_if_smaller(x, &c);
}

/* The cheap ways first. */
static bool fewer(struct search *x)
{
	return replace_pair(x, accept_if_smaller) || find_shorter(x) ||
	       replace_pair(x, add_one);
}

/* --- the search ---------------------------------------------------------- */

static bool round_of(struct search *x)
{
	bool any = drop_ops(x);

	any |= drop_deviations(x);
	any |= drop_op_records(x);
	any |= lower_values(x);
	return any;
}

/*
 * A round without a change has tried to drop each part in vain. Rounds come
 * to an end: a slot once emptied stays so unless its op would not run anyway,
 * and all else makes something smaller.
 */
static void search(struct search *x)
{
	do {
		while (round_of(x))
			;
	} while (line_up(x) || fewer(x));
}

/*
 * The least that was found must still fail when asked once more, and no part
 * of it may be idle: else records do not mean the same in every run.
 */
static void verify(struct search *x)
{
	struct schedule c = x->best;

	if (!fails(x, &c) || c.nr != x->best.nr)
		BUG("the minimized schedule does not fail by %s", x->rule);
}

bool minimize(struct schedule *s, struct run_result *r, struct minimized *m)
{
	struct search x = { .r = r };

	run_once(s, NULL, r);
	if (r->verdict != VERDICT_FAIL)
		return false;
	strncpy(x.rule, r->fail.rule, sizeof(x.rule) - 1);
	m->before = size_of(s, slots_that_ran());
	run_schedule(&x.best);
	x.ran = slots_that_ran();
	drop_workload(&x);
	search(&x);
	verify(&x);
	m->after = size_of(&x.best, x.ran);
	m->runs = x.runs + 1;
	*s = x.best;
	return true;
}
