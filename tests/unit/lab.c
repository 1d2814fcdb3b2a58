/* SPDX-License-Identifier: MIT */
#include "lab.h"

#include <string.h>

#define STEPS_MAX	3000
#define ALL_RUNS_MAX	150000	/* of an enumeration that has not ended */
#define RANDOM_RUNS	60000
#define VARS		16

u64 r[8];
void (*lab_devices)(void);

static agent_fn cast[CPUS_MAX];
static u32 nr_cast;

void lab_setup(const char *model)
{
	mem_init();
	slab_init();
	sim_reset();
	slab_reset();
	event_watch_clear();
	sim.cur = NULL;
	sim.split64 = strstr(model, "32");
	sim.cell_lg2 = sim.split64 ? 2 : 3;
	mem_model_set(mem_model_find(strcmp(model, "sc32") ? model : "sc"));
	memset(&hw, 0, sizeof(hw));
	kernel_setup();
	hw.fmt = sim.split64 ? &fmt_x86_pae : &fmt_x86_64;
	for (u32 i = 0; i < VARS; i++)
		mem_poke(VAR_OFF(i), 0, 8);
	page_alloc_init(hw.fmt->ptrs_lg2);
	page_alloc_baseline();
	nr_cast = 0;
	lab_devices = NULL;
}

void lab_cast(u32 nr, const agent_fn *fns)
{
	nr_cast = nr;
	memcpy(cast, fns, nr * sizeof(*fns));
}

static void agent_main(void)
{
	struct agent *a = sim.cur;

	cast[a->id]();
	/* A CPU does not stop after its last instruction. */
	sim_point(a, 0, false);
}

void lab_run(const struct schedule *s, const struct strategy_ops *ops)
{
	struct agent *rcu;

	sim_reset();
	page_alloc_reset();
	slab_reset();
	memset(r, 0, sizeof(r));
	sim_begin(s, ops, STEPS_MAX);
	for (u32 i = 0; i < nr_cast; i++)
		sim_add_agent(agent_main, true);
	rcu = sim_add_agent(rcu_agent_main, false);
	rcu->state = AGENT_BLOCKED;
	rcu->wait = WAIT_RCU_WORK;
	sim.runnable &= ~(1u << rcu->id);
	irq_begin();
	rcu_begin(rcu);
	lock_begin();
	hw_begin();
	if (lab_devices)
		lab_devices();
	sim_run();
}

void lab_run_with(u32 nr, const struct deviation *devs)
{
	static struct schedule s;

	s.nr = nr;
	memcpy(s.dev, devs, nr * sizeof(*devs));
	lab_run(&s, NULL);
}

static bool found_by(const struct strategy *st, u32 runs, bool (*outcome)(void),
		     bool *all)
{
	*all = false;
	st->init(1);
	while (runs--) {
		if (!st->next()) {
			*all = !strcmp(st->status(), "all schedules there are");
			return false;
		}
		lab_run(NULL, st->ops);
		if (outcome())
			return true;
		if (st->observe)
			st->observe(&(struct run_result){ .steps = sim.steps });
	}
	return false;
}

bool lab_ever(bool (*outcome)(void))
{
	bool all;

	if (found_by(&strategy_bounded, ALL_RUNS_MAX, outcome, &all))
		return true;
	return !all && (found_by(&strategy_random, RANDOM_RUNS, outcome, &all) ||
			found_by(&strategy_pct, RANDOM_RUNS, outcome, &all));
}

u32 log_find(u32 from, enum event_type type, u32 agent)
{
	for (u32 i = from; i < event_log.nr; i++)
		if (event_log.ev[i].type == type &&
		    event_log.ev[i].agent == agent)
			return i;
	return NOT_THERE;
}

u32 log_count(enum event_type type)
{
	u32 n = 0;

	for (u32 i = 0; i < event_log.nr; i++)
		n += event_log.ev[i].type == type;
	return n;
}

const char *log_agents(void)
{
	static char buf[64];
	u32 n = 0;

	for (u32 i = 0; i < event_log.nr && n < sizeof(buf) - 1; i++)
		if (event_log.ev[i].type >= EV_LOAD &&
		    event_log.ev[i].type <= EV_RMW)
			buf[n++] = (char)('0' + event_log.ev[i].agent);
	buf[n] = '\0';
	return buf;
}

const struct event *log_event(u32 index)
{
	assert_true(index < event_log.nr);
	return &event_log.ev[index];
}
