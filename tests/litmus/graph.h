/* SPDX-License-Identifier: MIT */
/*
 * graph - one execution of a litmus test, as models see it
 *
 * Events are numbered thread by thread in program order. A read-modify-write
 * is two, the read first, and so is synchronize_rcu(), which takes time;
 * rcu_read_lock() and rcu_read_unlock() are one each, other fences are
 * relations. Initial values
 * are no events: a read of one has no rf and an fr to every write of its
 * location, which is all that any cycle could use.
 */
#ifndef TESTS_GRAPH_H
#define TESTS_GRAPH_H

#include "axiomatic.h"
#include "relation.h"

/**
 * struct ax_graph - events, as sets; what relates them
 * @r, @w, @m: reads, writes, both
 * @acq, @acqpc, @rel: with that order, LKR and UL among them
 * @noret: reads of read-modify-writes whose result is unused
 * @locked: of instructions that x86 would lock, failed ones too
 * @acq_rel: writes of read-modify-writes that are acquire and release
 * @lkr, @ul: a lock's read, an unlock
 * @gs, @gp: begin and end of synchronize_rcu()
 * @rl, @ru: rcu_read_lock(), rcu_read_unlock()
 * @in_thread: pairs of events of one thread
 * @mb ...: pairs with such a fence between; synchronize_rcu() is a mb, too
 * @isb: from reads that an earlier ISB's execution, or the address of an
 *	access before it, depends on
 * @word: program order of accesses to one word, whatever their halves
 * @part: from a write to a read in the same thread which has a half of it and
 *	another half from elsewhere
 * @rmw: from a read to the write of the same instruction, if it writes
 * @rscs: from rcu_read_lock() to its rcu_read_unlock()
 */
struct ax_graph {
	u32 nr;
	bool mixed;		/* has accesses of different sizes */
	u32 r, w, m;
	u32 acq, acqpc, rel, noret, locked, acq_rel;
	u32 lkr, ul, gs, gp, rl, ru;
	struct rel in_thread, po, word, part;
	struct rel addr, data, ctrl, rmw, rscs;
	struct rel mb, rmb, wmb, isb;
	struct rel rf, co, fr;
};

/** ax_judge() - those of @models that allow @g, coherent and atomic as it is */
u32 ax_judge(const struct ax_graph *g, u32 models);

#endif
