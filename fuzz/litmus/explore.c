/* SPDX-License-Identifier: MIT */
/*
 * explore - all executions of a litmus test, each state visited once
 *
 * From a state every transition is tried: a step of a thread, with every
 * answer to every question it asks; a buffered store that becomes visible; an
 * invalidation that arrives; an accessed bit set by speculation. A state is
 * what engine_state() writes; states are told apart by a 128-bit hash.
 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "../../model/sim/deliver.h"
#include "../../model/sim/log.h"
#include "engine.h"

/* --- answers to the questions of one step: all of them in turn ------------ */

#define QUESTIONS_MAX	16

static u32 answer[QUESTIONS_MAX], of[QUESTIONS_MAX], asked, known;

static u32 pick(enum dev_kind kind, u32 n)
{
	(void)kind;
	SIM_BUG_ON(asked == QUESTIONS_MAX);
	if (asked == known)
		answer[known++] = 0;
	of[asked] = n;
	return answer[asked++];
}

static void first_answers(void)
{
	known = asked = 0;
}

/* Return: false when all have been given. */
static bool next_answers(void)
{
	known = asked;
	asked = 0;
	while (known) {
		if (++answer[known - 1] < of[known - 1])
			return true;
		known--;
	}
	return false;
}

static const struct strategy_ops all_answers = { .pick = pick };

/* --- states -------------------------------------------------------------- */

static void thread_state(struct state *s, u32 n)
{
	struct lit_run_thread *th = &lit_run.thread[n];
	u32 nr = lit_run.t->thread[n].nr_regs;

	state_bytes(s, th->reg, nr * (u32)sizeof(th->reg[0]));
	state_bytes(s, th->view, nr * (u32)sizeof(th->view[0]));
	state_of(s, th->pc);
	state_of(s, th->done);
	state_of(s, th->fault);
	state_of(s, th->fault_ins);
	state_of(s, th->fault_loc);
	state_of(s, th->gp);
}

static void machine_state(struct state *s)
{
	mem_state(s);
	agents_state(s);
	deliver_state(s);
	rcu_state(s);
	tlb_state(s);
	for (u32 n = 0; n < lit_run.t->nr_threads; n++)
		thread_state(s, n);
}

struct pending { u32 len; u8 *bytes; };

/* States to be expanded, and hashes of all that were ever seen. */
static struct pending *stack;
static u32 nr_stack, max_stack;
static XXH128_hash_t *seen;
static u64 nr_seen, max_seen;

static u64 place_of(XXH128_hash_t h)
{
	u64 i = h.low64 & (max_seen - 1);

	while ((seen[i].low64 | seen[i].high64) && !XXH128_isEqual(seen[i], h))
		i = (i + 1) & (max_seen - 1);
	return i;
}

static void grow_seen(void)
{
	XXH128_hash_t *old = seen;
	u64 n = max_seen;

	max_seen = n ? 2 * n : 1 << 12;
	seen = calloc(max_seen, sizeof(*seen));
	if (!seen)
		BUG("out of memory for %lu states", max_seen);
	for (u64 i = 0; i < n; i++)
		if (old[i].low64 | old[i].high64)
			seen[place_of(old[i])] = old[i];
	free(old);
}

/* Return: false when the state was seen before. */
static bool is_new(const struct state *s)
{
	XXH128_hash_t h = XXH3_128bits(s->buf, s->len);
	u64 i;

	if (2 * (nr_seen + 1) > max_seen)
		grow_seen();
	i = place_of(h);
	if (XXH128_isEqual(seen[i], h))
		return false;
	seen[i] = h;
	nr_seen++;
	return true;
}

static void push_state(void)
{
	static u8 buf[STATE_MAX];
	struct state s = { buf, 0, true };
	struct pending *p;

	machine_state(&s);
	if (!is_new(&s))
		return;
	if (nr_stack == max_stack) {
		max_stack = max_stack ? 2 * max_stack : 256;
		stack = realloc(stack, max_stack * sizeof(*stack));
	}
	p = stack ? &stack[nr_stack++] : NULL;
	if (p)
		p->bytes = malloc(s.len);
	if (!p || !p->bytes)
		BUG("out of memory for %lu states", nr_seen);
	p->len = s.len;
	memcpy(p->bytes, buf, s.len);
}

static void load_state(const struct pending *p)
{
	struct state s = { p->bytes, 0, false };

	machine_state(&s);
	event_log.nr = 0;
	sim.taken.nr = 0;
	sim.blocked = false;
}

/* --- transitions --------------------------------------------------------- */

static void all_steps(const struct pending *from, u32 n)
{
	first_answers();
	do {
		load_state(from);
		sim.cur = &sim.agent[n];
		lit_exec(n);
		sim.cur = NULL;
		if (sim.blocked)
			continue;
		lit_local(n);
		push_state();
	} while (next_answers());
}

static void all_commits(const struct pending *from, u32 n)
{
	struct agent *a = &sim.agent[n];

	for (u32 i = 0; load_state(from), i < a->nr_sb; i++) {
		if (!mem_may_commit(a, i))
			continue;
		mem_commit_entry(a, i);
		push_state();
	}
}

static void all_deliveries(const struct pending *from)
{
	for (u32 i = 0; load_state(from), i < deliver_nr(); i++) {
		deliver_one(i);
		if (!sim.blocked)
			push_state();
	}
}

static void all_speculation(const struct pending *from)
{
	u32 n = sim_hw_enabled ? sim_hw_enabled() : 0;

	for (u32 i = 0; i < n; i++) {
		load_state(from);
		sim_hw_step(&sim.agent[0], i);
		if (!sim.blocked)
			push_state();
	}
}

static bool is_final(void)
{
	for (u32 n = 0; n < lit_run.t->nr_threads; n++)
		if (!lit_run.thread[n].done || sim.agent[n].nr_sb)
			return false;
	return true;
}

static void expand(const struct pending *p, lit_final_fn fn, void *arg)
{
	bool done[LIT_THREADS];

	load_state(p);
	if (is_final()) {
		struct lit_final f;

		lit_collect(&f);
		fn(&f, arg);
		/* MMUs go on speculating. */
		all_speculation(p);
		return;
	}
	for (u32 n = 0; n < lit_run.t->nr_threads; n++)
		done[n] = lit_run.thread[n].done;
	for (u32 n = 0; n < lit_run.t->nr_threads; n++) {
		if (!done[n])
			all_steps(p, n);
		all_commits(p, n);
	}
	all_deliveries(p);
	all_speculation(p);
}

bool lit_explore(const struct lit_test *t, const struct lit_machine *m,
		 u64 states_max, lit_final_fn fn, void *arg, u64 *states)
{
	bool complete = true;

	lit_machine_up(t, m);
	lit_machine_begin(NULL, NULL);
	sim_explore(&all_answers);
	for (u32 n = 0; n < t->nr_threads; n++)
		lit_local(n);
	nr_stack = 0;
	nr_seen = 0;
	free(seen);
	seen = NULL;
	max_seen = 0;
	push_state();
	while (nr_stack) {
		struct pending p = stack[--nr_stack];

		if (complete && nr_seen <= states_max)
			expand(&p, fn, arg);
		else
			complete = false;
		free(p.bytes);
	}
	*states = nr_seen;
	lit_machine_down();
	return complete;
}
