/* SPDX-License-Identifier: MIT */
/*
 * tables-outlive-walks - nobody looks into a table that has been freed
 *
 * Contract: a page-table page that a walker got from the entry above it stays
 * that table until the walker is done: freeing waits for walkers with
 * interrupts off, for RCU readers, and for MMUs (invalidation).
 *
 * Judged:      each load, store and atomic of software in a frame that is free,
 *              or that was freed since this op read the entry that led to it;
 *              each descriptor an MMU reads in a frame that is free or holds no
 *              table of that level
 * Not judged:  a walker that holds a pointer but does not use it
 *              pointers that an op did not get from an entry (a table it
 *              allocated itself, a deposited one): only whether it is free
 *              an MMU in a table that was reused as a table of the same level
 * Basis:       mm/mmu_gather.c, "semi RCU freeing of the page directories";
 *              Intel SDM volume 3, 4.10.4.2; R-TLB-4, R-IPI-4, R-RCU-3
 * Mutants:     collapse-free-table-no-ipi, ipi-is-not-rcu
 */
#include "oracle.h"

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

/*
 * An agent's present op has read an entry that leads to a frame which was freed
 * since. Noted when the frame is freed, by looking back at what each op has
 * read: frees are rare, reads are not.
 */
struct lead {
	u64 op;			/* serial number of that op */
	u32 ev;			/* event in which it read the entry */
};

static struct lead leads[AGENTS_MAX][NR_FRAMES];

static bool leads_to(const struct event *ev, u32 frame)
{
	const struct fmt *f = oracle_world.fmt;
	const struct frame_state *s;
	u64 e;

	if (ev->type != EV_LOAD || (ev->flags & EVF_HW) ||
	    ev->off < FRAMES_OFF)
		return false;
	s = frame_state(off_frame(ev->off));
	if (s->level < 2)
		return false;
	/* Half an entry is enough to know where it leads: take the version. */
	e = mem_at(ev->off & ~7u, 8, versions[ev->ver].ts, NULL, NULL);
	return f->valid(e, s->level) && !f->leaf(e, s->level) &&
	       pfn_frame(f->pfn(e)) == frame;
}

static void freed(const struct event *ev)
{
	u32 frame = off_frame(ev->off), n = event_index(ev);

	if (!frame_state(frame)->level)
		return;
	while (n--) {
		const struct event *e = &event_log.ev[n];
		const struct op_state *op = &op_states[e->agent];
		struct lead *l = &leads[e->agent][frame];

		if (n >= op->begin_ev && l->op != op->serial &&
		    leads_to(e, frame))
			*l = (struct lead){ op->serial, n };
	}
}

static void accessed_stirred(const struct event *ev, u32 frame)
{
	const struct frame_state *s = frame_state(frame);
	const struct lead *l = &leads[ev->agent][frame];

	if (!s->live)
		oracle_fail(&oracle_tables_outlive_walks, "freed-table-walked",
			    "R-RCU-3 R-IPI-4", ev, s->died,
			    "access to pfn %lx, which has been freed",
			    frame_pfn(frame));
	if (l->op == op_states[ev->agent].serial)
		oracle_fail(&oracle_tables_outlive_walks, "freed-table-walked",
			    "R-RCU-3 R-IPI-4", ev, l->ev,
			    "table at pfn %lx was freed and reused since this op found it",
			    frame_pfn(frame));
}

/* A fresh look-up of a frame that was reused: its old life is forgotten. */
static void found_again(const struct event *ev, u32 level)
{
	const struct fmt *f = oracle_world.fmt;
	u64 e = mem_peek(ev->off & ~7u, 8);
	u32 frame = pfn_frame(f->pfn(e));

	if (f->valid(e, level) && frame < NR_FRAMES &&
	    frame_state(frame)->stirred)
		leads[ev->agent][frame].op = 0;
}

static void accessed(const struct event *ev)
{
	u32 frame = off_frame(ev->off);
	const struct frame_state *s = frame_state(frame);

	if (ev->off < FRAMES_OFF || likely(!s->look) || (ev->flags & EVF_HW))
		return;
	if (s->stirred)
		accessed_stirred(ev, frame);
	if (s->level > 1 && ev->type == EV_LOAD)
		found_again(ev, s->level);
}

static void walked(const struct event *ev)
{
	u32 frame = off_frame(ev->off);
	const struct frame_state *s = frame_state(frame);

	if (s->live && s->level == ev->size)
		return;
	oracle_fail(&oracle_tables_outlive_walks, "freed-table-walked-by-mmu",
		    "R-TLB-4 R-WALK-6", ev, s->died,
		    "the MMU walks pfn %lx, which is no %s table any more",
		    frame_pfn(frame), oracle_world.fmt->level_name[ev->size]);
}

/* Its own now, whatever it was before. */
static void allocated(const struct event *ev)
{
	for (u32 i = 0; i < 1u << ev->size; i++)
		leads[ev->agent][off_frame(ev->off) + i].op = 0;
}

const struct oracle oracle_tables_outlive_walks = {
	.name = "tables-outlive-walks",
	.summary = "nobody looks into a page table that has been freed",
	.on = {
		{ EV_LOAD, accessed },
		{ EV_STORE, accessed },
		{ EV_STORE_BUF, accessed },
		{ EV_RMW, accessed },
		{ EV_WALK, walked },
		{ EV_PAGE_ALLOC, allocated },
		{ EV_PAGE_FREE, freed },
	},
};
