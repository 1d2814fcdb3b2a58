/* SPDX-License-Identifier: MIT */
/*
 * clean - memory behind the caches: R-SMMU-8
 *
 * A walker that is not coherent reads memory, not caches. A cache may write a
 * line back at any time, so it sees any version since the line was last
 * cleaned. That time is all that is kept.
 */
#include "smmu.h"

#include "../sim/log.h"

#define CLEANS_MAX	64

struct clean {
	u32 start, end, ts;
};

static struct clean cleans[CLEANS_MAX];
static u32 nr_cleans;

void clean_begin(void)
{
	nr_cleans = 0;
}

u32 clean_time(u32 off)
{
	for (u32 i = nr_cleans; i--;)
		if (cleans[i].start <= off && off < cleans[i].end)
			return cleans[i].ts;
	return 0;
}

static bool in_range(const struct sb_entry *e, const void *arg)
{
	const struct clean *c = arg;

	return c->start < e->off + e->size && e->off < c->end;
}

void dcache_clean_poc(unsigned long start, unsigned long end)
{
	struct agent *a = sim.cur;
	struct clean c;

	if (!a)
		return;
	c.start = (u32)mem_off((void *)start);
	c.end = (u32)mem_off((void *)end);
	sim_point(a, c.start, false);
	mem_drain_some(a, in_range, &c);
	if (nr_cleans == CLEANS_MAX) {
		/* The older half counts as clean from now on: shows less. */
		cleans[0] = (struct clean){ 0, SIM_SIZE, sim.now };
		nr_cleans = 1;
	}
	c.ts = sim.now;
	cleans[nr_cleans++] = c;
	event_note(EV_CLEAN, a, c.start, c.end - c.start, 0, 0, 0,
		   (u64)__builtin_return_address(0));
}
