/* SPDX-License-Identifier: MIT */
/*
 * bounded - every schedule of at most d deviations, d = 0, 1, 2 ...
 *
 * A run is determined by its deviations, and so is the list of questions that
 * it asks. A deviation is "question number q is answered v"; a schedule is a
 * list of them with rising q. For a bound d all lists of length d are tried,
 * depth first: a list of length i was run before its extensions, and that run
 * told how many questions there are after its last deviation, with how many
 * answers each.
 */
#include "strategy.h"

#include <stdio.h>

#define DEPTH_MAX	8
#define QUESTIONS_MAX	4096

struct answer { u32 q, v; };

static struct answer prefix[DEPTH_MAX];
static u32 len;			/* of the prefix of the run to come */
static u32 bound;
static bool any;		/* a schedule of exactly bound deviations */
static bool started, exhausted;
static bool truncated;		/* a run asked more than is kept */

/* Alternatives of each question in the run of the first i answers. */
static u8 alternatives[DEPTH_MAX + 1][QUESTIONS_MAX];
static u32 nr_questions[DEPTH_MAX + 1];

static u32 question, at;	/* in the present run */

static void init(u64 seed)
{
	(void)seed;
	len = bound = 0;
	any = started = exhausted = truncated = false;
}

static void begin(void)
{
	question = at = 0;
	sim.switch_at = 1;
}

static u32 pick(enum dev_kind kind, u32 n)
{
	u32 q = question++;

	(void)kind;
	if (q < QUESTIONS_MAX) {
		alternatives[len][q] = (u8)n;
		nr_questions[len] = question;
	} else {
		truncated = true;
	}
	if (at < len && prefix[at].q == q)
		return prefix[at++].v % n;
	return 0;
}

static u32 pick_next(u32 n, bool forced)
{
	(void)forced;
	sim.switch_at = sim.steps + 1;
	return pick(DEV_SWITCH, n);
}

/* Extend the prefix by its first possible answer. */
static bool descend(void)
{
	u32 q = len ? prefix[len - 1].q + 1 : 0;

	if (len == bound || q >= nr_questions[len])
		return false;
	prefix[len] = (struct answer){ q, 1 };
	len++;
	return true;
}

/* The next answer at the last place where there is one. */
static bool advance(void)
{
	for (; len; len--) {
		struct answer *a = &prefix[len - 1];

		if (++a->v < alternatives[len - 1][a->q])
			return true;
		a->v = 1;
		if (++a->q < nr_questions[len - 1])
			return true;
	}
	return false;
}

static bool next(void)
{
	if (exhausted)
		return false;
	if (started && !descend() && !advance()) {
		if (!any || bound == DEPTH_MAX) {
			exhausted = true;
			return false;
		}
		bound++;
		any = false;
		len = 0;
	}
	started = true;
	any |= len == bound;
	nr_questions[len] = 0;
	return true;
}

static const char *status(void)
{
	static char buf[80];

	if (truncated)
		return NULL;
	if (exhausted && bound < DEPTH_MAX)
		return "all schedules there are";
	if (!bound)
		return NULL;
	snprintf(buf, sizeof(buf), "all schedules of at most %u deviation%s",
		 bound - 1, bound == 2 ? "" : "s");
	return buf;
}

static const struct strategy_ops ops = { begin, pick, pick_next };

const struct strategy strategy_bounded = {
	.name = "bounded",
	.summary = "every schedule of at most d deviations, d = 0, 1, 2 ...",
	.init = init,
	.ops = &ops,
	.next = next,
	.status = status,
};
