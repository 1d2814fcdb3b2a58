/* SPDX-License-Identifier: MIT */
/*
 * agents-progress - everybody's work comes to an end
 *
 * Contract: with every agent given its turn, each op ends.
 *
 * Judged:      deadlock: nobody can take a step, and somebody has work left
 *              livelock: the step budget ran out, which is many times what
 *              any op takes when it is scheduled fairly
 *              endless fault: one access faults FAULTS_MAX times in a row while
 *              the entry it faults at does not change and nobody else is left
 *              who could change it
 * Not judged:  slow progress; an agent that starves because the schedule never
 *              picks it: schedules are finite, and then everybody runs
 * Basis:       mm/memory.c, handle_mm_fault() returning 0 means "try again";
 *              O-LIVE, R-CH-4, R-X86-2, R-WALK-8
 * Mutants:     gup-fast-takes-ptl, fault-retries-none-pmd
 */
#include "oracle.h"

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

/* x86 promises one spurious fault at most; leave room for rivals. */
#define FAULTS_MAX	8

static struct {
	u64 va;
	u32 slot, ver, ver_high, first;
	u32 nr;
} faults[AGENTS_MAX];

static void begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++)
		faults[i].nr = 0;
}

static void page_fault(const struct event *ev)
{
	u32 ver = mem_version(ev->off), high = mem_version(ev->off + 4);
	u32 a = ev->agent;

	if (ev->old) {
		faults[a].nr = 0;	/* somebody else may get there yet */
		return;
	}
	if (faults[a].nr && faults[a].va == ev->val &&
	    faults[a].slot == ev->off && faults[a].ver == ver &&
	    faults[a].ver_high == high) {
		if (++faults[a].nr < FAULTS_MAX)
			return;
		oracle_fail(&oracle_agents_progress, "endless-fault",
			    "O-LIVE R-WALK-8", ev, faults[a].first,
			    "the access to %#lx faults again and again, and nothing changes",
			    (unsigned long)ev->val);
	}
	faults[a].nr = 1;
	faults[a].va = ev->val;
	faults[a].slot = ev->off;
	faults[a].ver = ver;
	faults[a].ver_high = high;
	faults[a].first = event_index(ev);
}

static void stuck(const struct event *ev)
{
	if (ev->val == STUCK_DEADLOCK)
		oracle_fail(&oracle_agents_progress, "deadlock", "R-CH-4", ev,
			    event_index(ev), "nobody can go on");
	oracle_fail(&oracle_agents_progress, "livelock", "O-LIVE R-CH-4", ev,
		    event_index(ev), "still busy after %u steps", sim.steps);
}

const struct oracle oracle_agents_progress = {
	.name = "agents-progress",
	.summary = "everybody's work comes to an end",
	.begin = begin,
	.on = { { EV_STUCK, stuck }, { EV_PGFAULT, page_fault } },
};
