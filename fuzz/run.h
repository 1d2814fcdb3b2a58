/* SPDX-License-Identifier: MIT */
/*
 * run - one scenario, one schedule, one verdict
 *
 * run_select() builds a scenario's world once; run_once() runs it as often as
 * one likes, each time from the same baseline. After run_once() memory, log
 * and fibers stay as the run left them, for reports; the next run resets them.
 *
 * Not here: where schedules come from (strategy/), what they look like on disk
 * (file.h), text for people (explain.h, report.h).
 */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include "../model/fmt/fmt.h"
#include "../model/sim/log.h"
#include "../model/sim/sim.h"
#include "options.h"
#include "scenarios/api.h"

/* A row of the mutant table, generated from tests/mutants at build time. */
struct mutant {
	const char *name;	/* slug: the patch's file name */
	const char *id;		/* catalogue entry, "-" if it has none */
	const char *subject;	/* what it does wrong, one line */
	const char *scenario;	/* that can show it; the first is the default */
	const char *format;
	const char *model;	/* weakest needed: the lowest that shows it */
	const char *oracle;
	const char *rule;	/* rule-id expected, several separated by "|" */
	const char *fix;	/* kernel commit, or "-" */
};

extern const struct mutant mutants[];		/* ends with a NULL name */
extern const struct unit *const units[];	/* NULL-terminated */

const struct mutant *mutant_find(const char *name);

/**
 * struct run_config - what to run; NULL or "" means the default
 * @scenario: default: the mutant's, else the first
 * @format: default: the mutant's, else the scenario's first
 * @model: default: the format's weakest
 * @machine: options of the machine, see options.h; default: none
 * @mutant: default: none, correct code
 * @nr_idle: agents besides the scenario's that never have anything to do: for
 *	measuring what one costs
 */
struct run_config {
	const char *scenario, *format, *model, *machine, *mutant;
	u32 nr_idle;
};

/* What is selected now. */
struct selection {
	const struct unit *unit;
	const struct scenario *scenario;
	const struct fmt *fmt;
	const struct mem_model *model;
	char machine[MACHINE_NAME_MAX];
	const struct mutant *mutant;	/* NULL: correct code */
};

extern struct selection selection;

/** scenario_find() - scenario called @name in the unmutated units, or NULL */
const struct scenario *scenario_find(const char *name);
/** scenario_has_format() - is @fmt on @s's list? */
bool scenario_has_format(const struct scenario *s, const char *fmt);

/**
 * run_select() - choose and set up a scenario
 * @c: what; strings are not kept
 * @err: on failure one line that names the subject and says what to do
 *
 * Return: 0, or -EINVAL for an unknown or impossible combination.
 */
int run_select(const struct run_config *c, char *err, size_t err_size);

/**
 * struct run_result - outcome of one run
 * @verdict: VERDICT_FAIL when an oracle objected; then @fail says why
 * @steps: scheduling points; @events: events logged
 * @leaked: kernel objects that a run that passed did not free
 */
struct run_result {
	enum verdict verdict;
	u32 steps, events, leaked;
	struct fail fail;
};

/**
 * run_once() - run the selected scenario from its baseline
 * @s: schedule to replay, with its workload records; NULL for none
 * @ops: strategy that thinks up deviations when @s is NULL; or NULL
 * @r: result
 *
 * The answers that were not dull are in sim.taken; with the workload records
 * of @s they make the run's effective schedule, see run_schedule().
 */
void run_once(const struct schedule *s, const struct strategy_ops *ops,
	      struct run_result *r);

/**
 * run_workload() - run @w's DEV_OP records instead of the default workload in
 * the strategy-driven runs to come; NULL for the default
 */
void run_workload(const struct schedule *w);

/**
 * run_schedule() - the effective schedule of the last run
 * @s: its workload records, then what was taken, in order of the run
 */
void run_schedule(struct schedule *s);

/** run_hash() - log hash of the last run */
u64 run_hash(void);

/** run_op_name() - name of scenario op @n, or "?" */
const char *run_op_name(u32 n);

/** run_agent_name() - "cpu0" ... or "rcu"; static storage */
const char *run_agent_name(u32 agent);
/** run_nr_agents() - CPUs of the selected scenario, and the rcu agent */
u32 run_nr_agents(void);

#endif
