/* SPDX-License-Identifier: MIT */
#include "deliver.h"
#include "state.h"

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

void deliver_begin(void)
{
	nr_in_flight = 0;
	preemptor = NULL;
}

static bool deliver_if(u32 i, bool force)
{
	struct delivery d = in_flight[i];

	if ((d.due > sim.marks && !force) || (d.ready && !d.ready(d.to)))
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
		if (in_flight[i].due > sim.marks)
			sim.late_at = min_u32(sim.late_at, in_flight[i].due);
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
	u32 late = sim.explore ? 1 : choose(DEV_LATE, LATE_MAX);

	if (!late && (!ready || ready(to))) {
		fn(to, arg);
		preempt_now();
		return;
	}
	SIM_BUG_ON(nr_in_flight == ARRAY_SIZE(in_flight));
	in_flight[nr_in_flight++] = (struct delivery){
		fn, ready, to, arg, sim.marks + late
	};
	set_late_at();
}

void sim_deliver_after(void (*fn)(struct agent *to, u32 arg), struct agent *to,
		       u32 arg, u32 steps)
{
	SIM_BUG_ON(nr_in_flight == ARRAY_SIZE(in_flight));
	in_flight[nr_in_flight++] = (struct delivery){
		fn, NULL, to, arg, sim.marks + steps
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

u32 deliver_nr(void)
{
	return nr_in_flight;
}

void deliver_one(u32 i)
{
	struct delivery d = in_flight[i];

	if (d.ready && !d.ready(d.to)) {
		sim.blocked = true;
		return;
	}
	for (u32 j = i + 1; j < nr_in_flight; j++)
		in_flight[j - 1] = in_flight[j];
	nr_in_flight--;
	d.fn(d.to, d.arg);
}

void deliver_state(struct state *s)
{
	state_of(s, nr_in_flight);
	for (u32 i = 0; i < nr_in_flight; i++) {
		state_of(s, in_flight[i].fn);
		state_of(s, in_flight[i].ready);
		state_of(s, in_flight[i].to);
		state_of(s, in_flight[i].arg);
		in_flight[i].due = 0;
	}
}

void deliver_due(void)
{
	deliver(NULL, false);
	preempt_now();
}

bool deliver_forced(void)
{
	bool any = nr_in_flight && deliver(NULL, true);

	/* Nobody runs who could be preempted. */
	preemptor = NULL;
	return any;
}
