/* SPDX-License-Identifier: MIT */
/*
 * feedback - tells a fuzz engine what was new about a run's schedule
 *
 * Branches of the code under test say little about an interleaving. Two things
 * do, and both are in the event log: which event's value each load read, and
 * which event of one agent was followed by which of another. Each pair is
 * hashed to one counter, and both engines take the counters for coverage:
 * libFuzzer by the section they are in, AFL++ by a guard for each of them.
 *
 * Nothing of the host goes in, so the same input lights the same counters in
 * every process.
 */
#ifndef FUZZ_FEEDBACK_H
#define FUZZ_FEEDBACK_H

/** feedback() - count what the last run did */
void feedback(void);

#endif
