/* SPDX-License-Identifier: MIT */
/*
 * fiber - a stack of its own for each agent
 *
 * A switch saves and restores the callee-saved registers and costs about as
 * much as a mispredicted branch. Fibers are never destroyed: a run that ends
 * early leaves its fibers where they stand (so that a report can unwind them);
 * the next run enters it afresh; one that parked itself is simply resumed.
 *
 * Not here: who runs next (sched.h).
 */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include "types.h"

#define FIBER_STACK	(64 * 1024)

/**
 * struct fiber - a suspended computation
 * @sp: its saved stack pointer; valid while it does not run
 * @stack: lowest address of its stack, NULL for the thread's own
 * @entry: where it starts; must never return
 */
struct fiber {
	void *sp;
	void *stack;
	void (*entry)(void);
#ifdef SIM_FIBER_UCONTEXT
	void *uc;
#endif
};

/**
 * fiber_init() - prepare to enter @entry on the next switch to @f
 * @f: zeroed, or used before; its stack is allocated once and kept
 * @entry: must never return
 */
void fiber_init(struct fiber *f, void (*entry)(void));

/** fiber_switch() - suspend the running computation in @from, resume @to */
void fiber_switch(struct fiber *from, struct fiber *to);

/**
 * fiber_regs() - where a suspended fiber would resume, for unwinding
 * @f: suspended
 * @regs: filled with rbx, rbp, r12-r15, rip, rsp (x86-64) or
 *	x19-x29, lr, sp (aarch64)
 *
 * Return: false where stacks cannot be unwound (ucontext fallback).
 */
bool fiber_regs(const struct fiber *f, u64 regs[16]);

#endif
