/* SPDX-License-Identifier: MIT */
/*
 * engine - what explore.c and hunt.c share: a test on the machine of model/
 *
 * A thread is data (registers with the views they were loaded with, and a
 * position), so that a state can be saved; the machine under it is the one
 * that scenarios run on.
 */
#ifndef FUZZ_LITMUS_ENGINE_H
#define FUZZ_LITMUS_ENGINE_H

#include "../../model/hw/hw.h"
#include "../../model/kernel/kernel.h"
#include "litmus.h"

/**
 * struct lit_run_thread - a thread being executed
 * @view: of each register: what an access ordered by it is ordered after
 * @gp: grace period it waits for, + 1
 */
struct lit_run_thread {
	u64 reg[LIT_REGS];
	u32 view[LIT_REGS];
	u16 pc;
	u8 done, fault;
	s16 fault_ins, fault_loc;
	u32 gp;
};

struct lit_run {
	const struct lit_test *t;
	struct lit_run_thread thread[LIT_THREADS];
};

extern struct lit_run lit_run;

/** lit_machine_up() - build the machine for @t; once per test and machine */
void lit_machine_up(const struct lit_test *t, const struct lit_machine *m);
/** lit_machine_begin() - a run begins: agents, initial state */
void lit_machine_begin(const struct strategy_ops *ops, void (*main)(void));
/** lit_machine_down() - leave nothing behind */
void lit_machine_down(void);

/** lit_mapped() - is data location @loc accessed through an entry? */
bool lit_mapped(int loc);
/** lit_va() - its virtual address then */
u64 lit_va(int loc);
/** lit_off() - where location @loc lies in simulated memory */
u32 lit_off(int loc);

/** lit_local() - run thread @n up to its next step on the machine, or its end */
void lit_local(u32 n);
/** lit_next() - the instruction that thread @n does next */
const struct lit_ins *lit_next(u32 n);
/** lit_exec() - do that step; sim.blocked if it cannot be done now */
void lit_exec(u32 n);

/** lit_collect() - the final state of the machine as it stands */
void lit_collect(struct lit_final *f);

#endif
