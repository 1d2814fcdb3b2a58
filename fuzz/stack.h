/* SPDX-License-Identifier: MIT */
/*
 * stack - who called whom, on the stack of a suspended agent
 *
 * For reports only. Nothing is unwound where fibers are ucontexts.
 */
#ifndef FUZZ_STACK_H
#define FUZZ_STACK_H

#include "../model/sim/fiber.h"
#include "../model/sim/sim.h"

#define STACK_MAX	64	/* frames, own ones included */

/**
 * stack_under_test() - is @pc in the code under test (or in a scenario)?
 *
 * Every unit is linked into the one section kut_text.
 */
bool stack_under_test(u64 pc);

/** stack_exists() - has @a entered its program and not left it? */
bool stack_exists(const struct agent *a);

/** stack_can_unwind() - false with the ucontext fallback */
bool stack_can_unwind(const struct agent *a);

/**
 * stack_unwind() - return addresses on @a's stack, innermost first
 * @a: suspended
 * @pc: filled with those in the code under test only
 *
 * Return: their number.
 */
u32 stack_unwind(const struct agent *a, u64 pc[STACK_MAX]);

#endif
