/* SPDX-License-Identifier: MIT */
#include "../sim/log.h"
#include "kernel.h"

static const char *const names[FAULT_NR] = {
	[FAULT_ALLOC_PAGE] = "alloc-page",
	[FAULT_KMALLOC] = "kmalloc",
	[FAULT_TRYLOCK] = "trylock",
	[FAULT_TLBIE] = "tlbie",
	[FAULT_CMDQ_SLOW] = "cmdq-slow",
	[FAULT_SYNC_TIMEOUT] = "sync-timeout",
	[FAULT_ATS_REFUSED] = "ats-refused",
	[FAULT_ATC_TIMEOUT] = "atc-timeout",
};

const char *fault_name(enum fault_point point)
{
	return point < FAULT_NR ? names[point] : "?";
}

bool fault(enum fault_point point)
{
	if (!choose(DEV_FAULT, 2))
		return false;
	event_note(EV_FAULT, sim.cur, 0, point, 0, 0, 0, 0);
	return true;
}
