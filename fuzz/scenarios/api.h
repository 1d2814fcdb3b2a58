/* SPDX-License-Identifier: MIT */
/*
 * api - what the fuzzer's side sees of a scenario, without kernel headers
 */
#ifndef SCENARIO_API_H
#define SCENARIO_API_H

#define SCENARIO_OPS_MAX	12
#define SCENARIO_WORK_MAX	12
#define SCENARIO_CPUS_MAX	4
#define SCENARIO_VAS_MAX	8

struct mm_struct;
struct vm_area_struct;

/**
 * struct scenario_op - something an agent can do
 * @name: for schedules and explain
 * @fn: @arg picks what it is done to; returns a result for the log
 */
struct scenario_op {
	const char *name;
	u64 (*fn)(unsigned int arg);
};

/** struct scenario_work - op @op with @arg is next on the list of CPU @cpu */
struct scenario_work {
	u8 cpu, op;
	u16 arg;
};

/**
 * struct scenario - see above
 * @name: operation-vs-rival
 * @summary: the question, in one line
 * @formats: entry formats it makes sense for; NULL-terminated
 * @broadcast: TLBs are invalidated by broadcast, not by interrupts
 * @hw: speculative walks happen (R-AD-2)
 * @nr_cpus: CPUs; those without work take part all the same
 * @steps_max: step budget of a run; 0 for the usual one
 * @setup: build the world: runs once, bare, before the baseline is taken
 * @ops, @work: what can be done; what is done by default
 */
struct scenario {
	const char *name, *summary;
	const char *formats[4];
	bool broadcast, hw;
	u8 nr_cpus;
	u32 steps_max;
	void (*setup)(void);
	struct scenario_op ops[SCENARIO_OPS_MAX];
	struct scenario_work work[SCENARIO_WORK_MAX];
	u8 nr_work;
};

struct world;

/**
 * struct unit - the code under test, in one format, with one mutation or none
 * @fmt: name of the entry format
 * @mutant: name of the mutant, "" for correct code
 * @scenarios: NULL-terminated
 * @world: what their setup() builds
 */
struct unit {
	const char *fmt, *mutant;
	const struct scenario *const *scenarios;
	struct world *world;
};

/* --- the world ----------------------------------------------------------- */

/**
 * struct world - what setup() builds
 * @mm, @vma: one address space with one area from @base on
 * @va: addresses that the scenario is about, by op argument
 * @root: offset of the top table
 */
struct world {
	struct mm_struct *mm;
	struct vm_area_struct *vma;
	unsigned long base;
	u64 va[SCENARIO_VAS_MAX];
	u32 nr_va;
	u32 root;
	struct { u32 slot, level; u64 va; } watch[4];
	u32 nr_watch;
};

#endif
