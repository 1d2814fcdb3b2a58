/* SPDX-License-Identifier: MIT */
/*
 * cycle - a cycle of accesses, between its name and its test
 *
 * Event n is where edge n begins, event n + 1 where it ends; the last edge
 * ends at event 0. cycle.c turns a name into edges, cycle_events.c the edges
 * into events and these into a test.
 */
#ifndef FUZZ_LITMUS_CYCLE_H
#define FUZZ_LITMUS_CYCLE_H

#include "litmus.h"

#define CYCLE_MAX	24	/* events */

enum cycle_dir { DIR_ANY, DIR_R, DIR_W };

/**
 * enum cycle_how - what relates the two events of an edge
 * @HOW_PO: program order
 * @HOW_ADDR, @HOW_DATA, @HOW_CTRL: a dependency on the load it begins at
 * @HOW_RF: the load reads what the store wrote
 * @HOW_FR: the store overwrites what the load read
 * @HOW_WS: the second store overwrites the first
 */
enum cycle_how {
	HOW_PO, HOW_ADDR, HOW_DATA, HOW_CTRL, HOW_RF, HOW_FR, HOW_WS
};

/**
 * enum cycle_to - on which thread an edge ends
 * @TO_SAME: the thread it begins on
 * @TO_NEXT: a new one; the last edge's is that of event 0
 * @TO_ASIDE: a new one, and a later TO_BACK edge returns to this one
 */
enum cycle_to { TO_SAME, TO_NEXT, TO_ASIDE, TO_BACK };

/**
 * struct cycle_edge
 * @fence: enum lit_fence of what stands between the accesses, -1 for nothing
 * @src, @dst: enum cycle_dir, what the events must be
 * @same: both are accesses to one location
 * @note: what the events are, too: p plain, x exclusive, a acquire,
 *	q RCpc acquire, l release
 */
struct cycle_edge {
	u8 how, to, src, dst;
	s8 fence;
	bool same;
	char note[2];
};

struct cycle {
	struct cycle_edge edge[CYCLE_MAX];
	u32 nr;
};

/**
 * cycle_test() - the test that asks whether the machine allows @c
 * @t: empty, with its name
 * Return: 0, or -ENOTSUP with a message.
 */
int cycle_test(const struct cycle *c, struct lit_test *t, char *err,
	       size_t err_size);

#endif
