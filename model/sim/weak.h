/* SPDX-License-Identifier: MIT */
/* weak - views of a weak machine; for mem.c only, see weak.c */
#ifndef SIM_WEAK_H
#define SIM_WEAK_H

#include "mem.h"

#define MEM_NEWEST	BIT(13)	/* a load that returns the newest version */

/* The atomic read the newest version; @val is what it writes. */
void mem_rmw_weak(struct agent *a, u32 off, u64 val, u32 size, u32 flags);

/* R-RMW-5: order of one that fails: none, except what Arm gives a CASA. */
static inline u32 mem_failed_order(u32 flags)
{
	return flags & MEM_RCSC && !(flags & MEM_FULL) ? flags & MEM_ACQ : 0;
}

/* R-RMW-5: does this compare-and-exchange fail on an old version? */
bool mem_cmpxchg_fails(struct agent *a, u32 off, u64 want, u32 size, u32 flags,
		       u64 pc, u64 *found);

#endif
