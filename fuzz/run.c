/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../model/hw/hw.h"
#include "../model/kernel/kernel.h"
#include "../oracles/oracle.h"

#define STEPS_MAX	10000	/* many times what any workload takes */

struct selection selection;

static struct schedule workload;	/* DEV_OP records of the runs to come */

/* The ops of each agent, as the workload records leave them. */
struct slots {
	u8 op[CPUS_MAX][OPS_MAX];
	u16 arg[CPUS_MAX][OPS_MAX];
	u8 nr[CPUS_MAX];
};

static u32 nr_idle;			/* agents that do nothing */
static struct slots default_slots, slots;
static bool slots_changed;

/* --- selecting ----------------------------------------------------------- */

const struct mutant *mutant_find(const char *name)
{
	for (const struct mutant *m = mutants; m->name; m++)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}

static const struct scenario *in_unit(const struct unit *u, const char *name)
{
	for (const struct scenario *const *s = u->scenarios; *s; s++)
		if (!strcmp((*s)->name, name))
			return *s;
	return NULL;
}

const struct scenario *scenario_find(const char *name)
{
	return in_unit(units[0], name);
}

bool scenario_has_format(const struct scenario *s, const char *fmt)
{
	for (const char *const *f = s->formats; *f; f++)
		if (!strcmp(*f, fmt))
			return true;
	return false;
}

static const struct unit *find_unit(const char *fmt, const char *mutant)
{
	for (const struct unit *const *u = units; *u; u++)
		if (!strcmp((*u)->fmt, fmt) && !strcmp((*u)->mutant, mutant))
			return *u;
	return NULL;
}

static const char *given(const char *s)
{
	return s && *s ? s : NULL;
}

static bool fmt_has_model(const struct fmt *f, const char *model)
{
	for (const char *const *m = f->models; *m; m++)
		if (!strcmp(*m, model))
			return true;
	return false;
}

static const char *weakest(const struct fmt *f)
{
	const char *name = NULL;

	for (const char *const *m = f->models; *m; m++)
		name = *m;
	return name;
}

static int resolve(const struct run_config *c, struct selection *sel, char *err,
		   size_t size)
{
	const char *name = given(c->scenario), *fmt = given(c->format);
	const char *model = given(c->model), *mutant = given(c->mutant);
	const char *machine = given(c->machine);
	const struct scenario *s;

	sel->mutant = NULL;
	if (mutant) {
		sel->mutant = mutant_find(mutant);
		if (!sel->mutant) {
			snprintf(err, size, "unknown mutant '%s'; see 'interleaf list mutants'",
				 mutant);
			return -EINVAL;
		}
		name = name ? name : sel->mutant->scenario;
		fmt = fmt ? fmt : sel->mutant->format;
	}
	s = name ? scenario_find(name) : units[0]->scenarios[0];
	if (!s) {
		snprintf(err, size, "unknown scenario '%s'; see 'interleaf list scenarios'",
			 name);
		return -EINVAL;
	}
	fmt = fmt ? fmt : s->formats[0];
	sel->fmt = fmt_find(fmt);
	if (!sel->fmt) {
		snprintf(err, size, "unknown format '%s'; see 'interleaf list formats'",
			 fmt);
		return -EINVAL;
	}
	if (!scenario_has_format(s, fmt)) {
		snprintf(err, size, "scenario '%s' does not run with format '%s'; see 'interleaf list scenarios'",
			 s->name, fmt);
		return -EINVAL;
	}
	model = model ? model : weakest(sel->fmt);
	sel->model = mem_model_find(model);
	if (!sel->model) {
		snprintf(err, size, "unknown model '%s'; see 'interleaf list models'",
			 model);
		return -EINVAL;
	}
	if (!fmt_has_model(sel->fmt, model)) {
		snprintf(err, size, "format '%s' has no machine with model '%s'; see 'interleaf list formats'",
			 fmt, model);
		return -EINVAL;
	}
	sel->unit = find_unit(fmt, mutant ? mutant : "");
	if (!sel->unit) {
		snprintf(err, size, "mutant '%s' is not built for format '%s'",
			 mutant ? mutant : "", fmt);
		return -EINVAL;
	}
	sel->scenario = in_unit(sel->unit, s->name);
	if (machine && !strcmp(machine, "none"))
		machine = NULL;
	if (machine_check(machine, sel->fmt, err, size))
		return -EINVAL;
	snprintf(sel->machine, sizeof(sel->machine), "%s",
		 machine ? machine : "");
	return 0;
}

/* --- the world ----------------------------------------------------------- */

static void learn_baseline(void)
{
	oracle_world.fmt = selection.fmt;
	oracle_world.root = hw.root;
	oracle_world.nr_cpus = selection.scenario->nr_cpus;
	oracle_world.hw_dirty = selection.fmt->ad == AD_ALWAYS || hw.hd;
	for (u32 f = 0; f < NR_FRAMES; f++) {
		oracle_world.frame[f].live = page_generation(f) != 0;
		oracle_world.frame[f].order = (u8)page_order(f);
	}
	oracle_world_learn();
}

static void build_world(void)
{
	const struct scenario *s = selection.scenario;

	sim.cur = NULL;
	slab_setup_reset();
	kernel_setup();
	hw = (struct hw){ .fmt = selection.fmt };
	page_alloc_init(hw.fmt->ptrs_lg2);
	/* No machine with 32-bit words invalidates by broadcast. */
	hw.flush = hw.fmt->broadcast || (s->broadcast && hw.fmt->word == 8) ?
		   FLUSH_BROADCAST : FLUSH_IPI;
	hw.ha = hw.hd = ~0u;
	hw.ets = 2;
	s->setup();
	hw.root = selection.unit->world->root;
	hw.va = selection.unit->world->va;
	hw.nr_va = selection.unit->world->nr_va;
	hw.speculates = s->hw;
	mem_refers = selection.model->stale ? hw_refers : NULL;
	page_alloc_baseline();
	memset(&oracle_world, 0, sizeof(oracle_world));
	machine_apply(selection.machine);
	learn_baseline();
}

static void read_default_workload(void)
{
	const struct scenario *s = selection.scenario;

	memset(&default_slots, 0, sizeof(default_slots));
	memset(default_slots.op, OP_NONE, sizeof(default_slots.op));
	for (u32 i = 0; i < s->nr_work; i++) {
		const struct scenario_work *w = &s->work[i];
		u32 n = default_slots.nr[w->cpu]++;

		SIM_BUG_ON(n == OPS_MAX || w->cpu >= s->nr_cpus);
		default_slots.op[w->cpu][n] = w->op;
		default_slots.arg[w->cpu][n] = w->arg;
	}
	slots = default_slots;
	slots_changed = false;
}

int run_select(const struct run_config *c, char *err, size_t err_size)
{
	int ret = resolve(c, &selection, err, err_size);

	if (ret)
		return ret;
	mem_init();
	slab_init();
	sim_reset();
	slab_reset();
	sim.split64 = selection.fmt->word == 4;
	sim.cell_lg2 = sim.split64 ? 2 : 3;
	mem_model_set(selection.model);
	workload.nr = 0;
	nr_idle = c->nr_idle;
	build_world();
	read_default_workload();
	return 0;
}

/* --- one run ------------------------------------------------------------- */

static u32 nr_scenario_ops(void)
{
	u32 n = 0;

	while (n < SCENARIO_OPS_MAX && selection.scenario->ops[n].fn)
		n++;
	return n;
}

/* DEV_OP: value 1 empties the slot, 2 + n runs op n; step is its argument. */
static void apply_op(struct slots *s, const struct deviation *d)
{
	u32 cpu = d->agent % selection.scenario->nr_cpus;
	u32 slot = d->op % OPS_MAX;

	if (!d->value)
		return;
	s->op[cpu][slot] = d->value == 1 ? OP_NONE :
			   (u8)((d->value - 2u) % nr_scenario_ops());
	s->arg[cpu][slot] = d->step;
	if (slot >= s->nr[cpu])
		s->nr[cpu] = (u8)(slot + 1);
}

static void set_slots(const struct schedule *s)
{
	if (slots_changed)
		slots = default_slots;
	slots_changed = false;
	for (u32 i = 0; s && i < s->nr; i++) {
		if (s->dev[i].kind % DEV_NR != DEV_OP)
			continue;
		apply_op(&slots, &s->dev[i]);
		slots_changed = true;
	}
}

/* An op is over: what it wrote must be out before it counts as done. */
static void finish_op(struct agent *a)
{
	if (likely(!a->attn))
		return;
	/* Others may still run while its last stores are on their way. */
	sim_point(a, 0, false);
	mem_drain(a);
}

static void cpu_main(void)
{
	struct agent *a = sim.cur;
	const struct scenario *s = selection.scenario;

	for (u32 slot = 0; slot < slots.nr[a->id]; slot++) {
		u32 op = slots.op[a->id][slot], arg = slots.arg[a->id][slot];
		u64 ret;

		if (op == OP_NONE)
			continue;
		sim_op_begin(a, slot);
		event_note(EV_OP_BEGIN, a, op, arg, 0, 0, 0, 0);
		ret = s->ops[op].fn(arg);
		finish_op(a);
		event_note(EV_OP_END, a, op, ret, 0, 0, 0, 0);
	}
	/* Whatever comes now is keyed behind the last op. */
	a->key = KEY(OPS_MAX, 0, 0);
}

static const struct schedule *replayed;

#define WAIT_FOR_EVER	(~0u)

static void idle_main(void)
{
	BUG("an idle agent was woken");
}

/* An agent that has nothing to do until somebody wakes it. */
static struct agent *add_waiting(void (*main)(void), u32 wait)
{
	struct agent *a = sim_add_agent(main, false);

	a->state = AGENT_BLOCKED;
	a->wait = wait;
	sim.runnable &= ~(1u << a->id);
	return a;
}

void run_once(const struct schedule *s, const struct strategy_ops *ops,
	      struct run_result *r)
{
	const struct scenario *sc = selection.scenario;
	struct agent *rcu;

	sim_reset();
	page_alloc_reset();
	slab_reset();
	replayed = s ? s : &workload;
	set_slots(replayed);

	sim_begin(s, s ? NULL : ops, sc->steps_max ? sc->steps_max : STEPS_MAX);
	for (u32 i = 0; i < sc->nr_cpus; i++)
		sim_add_agent(cpu_main, true);
	rcu = add_waiting(rcu_agent_main, WAIT_RCU_WORK);
	for (u32 i = 0; i < nr_idle; i++)
		add_waiting(idle_main, WAIT_FOR_EVER);
	irq_begin();
	rcu_begin(rcu);
	lock_begin();
	hw_begin();
	oracles_begin();
	sim_run();

	r->verdict = sim.verdict;
	r->steps = sim.steps;
	r->events = event_log.nr;
	r->leaked = r->verdict == VERDICT_PASS ? slab_live() : 0;
	if (unlikely(r->verdict == VERDICT_FAIL))
		r->fail = sim_fail_info;
}

void run_workload(const struct schedule *w)
{
	workload.nr = 0;
	for (u32 i = 0; w && i < w->nr; i++)
		if (w->dev[i].kind % DEV_NR == DEV_OP)
			workload.dev[workload.nr++] = w->dev[i];
}

void run_schedule(struct schedule *s)
{
	struct schedule out;

	out.nr = 0;
	for (u32 i = 0; i < replayed->nr && out.nr < SCHEDULE_MAX; i++)
		if (replayed->dev[i].kind % DEV_NR == DEV_OP &&
		    replayed->dev[i].value)
			out.dev[out.nr++] = replayed->dev[i];
	for (u32 i = 0; i < sim.taken.nr && out.nr < SCHEDULE_MAX; i++)
		out.dev[out.nr++] = sim.taken.dev[i];
	memcpy(s, &out, offsetof(struct schedule, dev[out.nr]));
}

u64 run_hash(void)
{
	return event_log_hash(&event_log);
}

const char *run_op_name(u32 n)
{
	return n < nr_scenario_ops() ? selection.scenario->ops[n].name : "?";
}

u32 run_nr_agents(void)
{
	return selection.scenario->nr_cpus + 1u;
}

const char *run_agent_name(u32 agent)
{
	static const char *const cpu[] = {
		"cpu0", "cpu1", "cpu2", "cpu3", "cpu4", "cpu5"
	};

	if (agent < selection.scenario->nr_cpus)
		return cpu[agent];
	return agent == selection.scenario->nr_cpus ? "rcu" : "?";
}
