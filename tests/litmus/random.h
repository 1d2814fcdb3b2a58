/* SPDX-License-Identifier: MIT */
/*
 * random - small random programs, and their text
 *
 * Small enough that all their executions can be looked at, and made so that
 * there is something to see: few locations, neighbouring accesses that differ
 * in location, values that tell which store they come from.
 */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdio.h>

#include "../../fuzz/litmus/litmus.h"

/**
 * lit_random() - the random program of a number
 * @arm: what Armv8 has and the kernel's model has not (RCsc acquire, atomics
 *	that are acquire and release, ISB), without locks and RCU
 */
void lit_random(struct lit_test *t, u64 seed, bool arm);

/**
 * lit_print() - the form of docs/litmus-format.md, without condition
 *
 * Constants are printed where they are used, so what is read back has the same
 * instructions but not the same numbers of registers.
 */
void lit_print(const struct lit_test *t, FILE *out);

#endif
