/* SPDX-License-Identifier: MIT */
/*
 * search - what thread.c and execution.c share: a half-built execution
 *
 * Jumps lead forwards only, so every instruction happens once at most and the
 * events are known before anything runs. What is searched for is where each
 * read reads from (execution.c); what follows from a choice, which events
 * happen, at which addresses and with which values, is computed by running
 * the threads (thread.c).
 */
#ifndef TESTS_SEARCH_H
#define TESTS_SEARCH_H

#include "graph.h"

enum ax_state { AX_PENDING, AX_SKIPPED, AX_DONE };
enum ax_kind { AX_R, AX_W, AX_GS, AX_GP, AX_RL, AX_RU };
enum ax_seen { AX_MB, AX_RMB, AX_WMB, AX_FENCES };

#define AX_UNKNOWN	(-2)
#define AX_INIT		(-1)

/**
 * struct ax_event - what is known of an event
 * @source: for each half a read has, the write it reads from
 * @halves: mask of the halves of a word it accesses; words are not divided
 *	unless the test has mixed sizes
 * @addr, @data, @ctrl: reads it depends on
 * @isb: reads that an ISB before it depends on
 * @seen: fences before it in its thread
 */
struct ax_event {
	u8 thread, ins, kind;
	s8 source[2];
	/* As of the last run of its thread: */
	u8 state, loc, halves;
	bool where, what;	/* address, value are known */
	u64 val;
	u32 addr, data, ctrl, isb;
	u8 seen[AX_FENCES];
};

/**
 * struct ax_search - the execution being built
 * @event_of: first event of an instruction
 * @settled: threads that ran to their end, with all values known
 * @split: words are two halves
 * @order: writes of half @h of location @l, in coherence order
 */
struct ax_search {
	const struct lit_test *t;
	struct ax_set *set;
	u32 models;
	u32 nr;
	struct ax_event ev[REL_MAX];
	u8 event_of[LIT_THREADS][LIT_INS];
	u32 settled;
	bool split;
	struct ax_graph graph;
	u8 nr_order[LIT_LOCS][2];
	u8 order[LIT_LOCS][2][REL_MAX];
	struct lit_final final;
};

/* Make the events of all threads; false when there are too many. */
bool ax_events(struct ax_search *s);

/* Run all threads as far as the sources chosen so far lead them. */
void ax_run(struct ax_search *s);

/* The part of @val that is half @h of an access to the halves @halves. */
static inline u64 ax_half(const struct ax_search *s, u64 val, u8 halves, u32 h)
{
	if (!s->split)
		return val;
	return (u32)(halves == 3 && h == 1 ? val >> 32 : val);
}

#endif
