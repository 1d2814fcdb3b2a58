/* SPDX-License-Identifier: MIT */
/*
 * lab - a bare machine with a few agents, for tests of the model
 *
 * Agents are functions in the kernel's spelling. They leave what they found in
 * r[]; the test judges when the run is over, because no assertion may jump off
 * an agent's stack.
 *
 * Include it before anything else: it brings cmocka and the kernel's headers.
 */
#ifndef TESTS_LAB_H
#define TESTS_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <linux/mmu_gather.h>

#include "../../fuzz/strategy/strategy.h"
#include "../../model/hw/hw.h"
#include "../../model/kernel/kernel.h"
#include "../../model/sim/log.h"

/* Shared variables of the agents, zero in the beginning; r[] is the test's. */
#define VAR_OFF(n)	(0x1000u + 64 * (n))
#define VAR(n)		((volatile u64 *)(SIM_BASE + VAR_OFF(n)))
#define X		VAR(0)
#define Y		VAR(1)
#define Z		VAR(2)
#define LOW(p)		((volatile u32 *)(p))
#define HIGH(p)		((volatile u32 *)(p) + 1)

extern u64 r[8];

typedef void (*agent_fn)(void);

/** lab_setup() - an empty machine: "sc", "tso", "sc32" or "tso32" */
void lab_setup(const char *model);

/** lab_cast() - who takes part in the runs to come: CPUs 0, 1 ... */
void lab_cast(u32 nr, const agent_fn *fns);
#define CAST(...)							\
	lab_cast(sizeof((agent_fn[]){ __VA_ARGS__ }) / sizeof(agent_fn), \
		 (const agent_fn[]){ __VA_ARGS__ })

/** lab_devices - adds further agents to the run being prepared; may be NULL */
extern void (*lab_devices)(void);

/** lab_run() - one run, reset before it and left as it ends */
void lab_run(const struct schedule *s, const struct strategy_ops *ops);

/** lab_run_with() - one run with these records */
void lab_run_with(u32 nr, const struct deviation *devs);
#define RUN_WITH(...)							\
	lab_run_with(sizeof((struct deviation[]){ __VA_ARGS__ }) /	\
		     sizeof(struct deviation),				\
		     (const struct deviation[]){ __VA_ARGS__ })
#define RUN_DULL()	lab_run(NULL, NULL)

/* Step @s of op 0 of agent @a. */
#define DEV(k, a, s, v)	{ .kind = DEV_##k, .agent = a, .step = s, .value = v }

/**
 * lab_ever() - is there a schedule after which @outcome holds?
 * Tries all of them, few deviations first. Where that is too many, also a lot
 * of random ones.
 */
bool lab_ever(bool (*outcome)(void));
#define expect_sometimes(outcome)	assert_true(lab_ever(outcome))
#define expect_never(outcome)		assert_false(lab_ever(outcome))

/* --- reading the log of the last run ------------------------------------- */

#define NOT_THERE	(~0u)

/** log_find() - first event of @type by @agent from index @from on */
u32 log_find(u32 from, enum event_type type, u32 agent);
u32 log_count(enum event_type type);
/** log_agents() - who made memory accesses, one digit each, in order */
const char *log_agents(void);
const struct event *log_event(u32 index);

#endif
