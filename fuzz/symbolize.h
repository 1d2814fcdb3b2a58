/* SPDX-License-Identifier: MIT */
/*
 * symbolize - from a return address to function, file and line
 *
 * Reads the debug information of the running program (libdw). A function that
 * the compiler inlined counts as one that was called: so gcc and clang, which
 * inline different things, give the same names.
 *
 * For reports only: the first look-up of a process opens the program's file.
 *
 * Not here: who called whom (stack.h).
 */
#ifndef FUZZ_SYMBOLIZE_H
#define FUZZ_SYMBOLIZE_H

#include "../model/sim/types.h"

#define SITES_MAX	8	/* functions inlined into each other */

/**
 * struct site - a place in the source
 * @func: name, "?" if not known
 * @file: as in the debug information, without a leading "./"; "?" if not known
 * @line: 0 if not known
 * @pc: the return address that was looked up
 */
struct site {
	const char *func, *file;
	u32 line;
	u64 pc;
};

/**
 * symbolize() - places that a return address stands for
 * @pc: return address: the call before it is looked up
 * @site: filled, innermost first; strings stay valid
 *
 * Return: number of places, at least 1.
 */
u32 symbolize(u64 pc, struct site site[SITES_MAX]);

#endif
