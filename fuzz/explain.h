/* SPDX-License-Identifier: MIT */
/*
 * explain - the interleaving of the last run, one column per agent
 *
 *	step  cpu0			cpu1			pte[40000]
 *	----  ----			----			----------
 *	      ptep_get_lockless()				none
 *	   3    read pte[40000] low: none
 *				      set_pte_at()
 *	   7			     <- write pte[40000] high: ...
 *
 * Time goes down. A step is an event of the log, by its number there; steps
 * that say little are folded into one row when a run is long, but never one
 * that touches a watched entry, one of the two that contradict each other
 * (marked <- and !!), or one at which agents change places.
 *
 * The text is the same in every build and on every machine: it can be compared
 * with one that was saved.
 *
 * Not here: stacks, and what a fuzz engine wants to read (report.h).
 */
#ifndef FUZZ_EXPLAIN_H
#define FUZZ_EXPLAIN_H

#include <stdio.h>

/** explain() - print the last run; call it before the next one */
void explain(FILE *f);

#endif
