/* SPDX-License-Identifier: MIT */
#include "strategy.h"

#include <string.h>

const struct strategy *const strategies[] = {
	&strategy_mix,
	&strategy_random,
	&strategy_pct,
	&strategy_pos,
	&strategy_bounded,
	NULL
};

const struct strategy *strategy_find(const char *name)
{
	for (const struct strategy *const *s = strategies; *s; s++)
		if (!strcmp((*s)->name, name))
			return *s;
	return NULL;
}

void noise_draw(struct noise *n, struct rng *r)
{
	static const u16 rates[8] = { 8, 16, 32, 64, 128, 256, 512, 512 };
	u64 bits = rng_next(r);

	/* Two bits per kind: a quarter of them at a time. */
	sim.asks = (u32)(bits & bits >> 32) & ((1u << DEV_NR) - 1);
	for (u32 m = sim.asks; m; m &= m - 1) {
		n->rate[__builtin_ctz(m)] = rates[bits >> 61];
		bits = bits << 3 | bits >> 61;
	}
	sim.asks |= 1u << DEV_SWITCH;
}

u32 noise_pick(const struct noise *n, struct rng *r, enum dev_kind kind, u32 nr)
{
	u64 x;

	x = rng_next(r);
	if ((x & 1023) >= n->rate[kind])
		return 0;
	return 1 + (u32)(((x >> 32) * (nr - 1)) >> 32);
}
