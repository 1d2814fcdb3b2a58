/* SPDX-License-Identifier: MIT */
#include "feedback.h"

#include "../model/sim/event.h"
#include "../model/sim/mem.h"

#define COUNTERS	(1u << 13)
#define COUNT_MAX	3	/* more often is not more interesting */

/*
 * This file is compiled without any engine's instrumentation. The sections
 * are what the engines look for; a build without an engine ignores them.
 */
__attribute__((section("__libfuzzer_extra_counters"), used))
static u8 counters[COUNTERS];

__attribute__((section("__sancov_guards"), used))
static u32 guards[COUNTERS];

__attribute__((weak)) void __sanitizer_cov_trace_pc_guard(u32 *guard);

static u16 lit[2 * EVENT_MAX];
static u32 nr_lit;

static void count(u64 hash)
{
	u32 i = (u32)(hash >> 32) % COUNTERS;

	if (counters[i] == COUNT_MAX)
		return;
	if (!counters[i]++)
		lit[nr_lit++] = (u16)i;
	/* AFL++ numbers the guards when it starts; else they stay zero. */
	if (guards[i])
		__sanitizer_cov_trace_pc_guard(&guards[i]);
}

static u64 mix(u64 a, u64 b)
{
	a = (a ^ b) * 0x9e3779b97f4a7c15UL;
	return a ^ a >> 29;
}

/* The first steps of an op one by one, the later ones by powers of two. */
static u32 bucket(u32 step)
{
	return step < 48 ? step : 80 - (u32)__builtin_clz(step);
}

/* What a person would call the same place in the same agent's work. */
static u64 place(const struct event *ev)
{
	return (u64)ev->agent << 40 | (u64)KEY_OP(ev->key) << 32 |
	       (u64)bucket(KEY_STEP(ev->key)) << 8 | ev->type;
}

static bool reads(const struct event *ev)
{
	return ev->type == EV_LOAD || ev->type == EV_RMW ||
	       ev->type == EV_WALK;
}

void feedback(void)
{
	const struct event *prev = NULL;

	while (nr_lit)
		counters[lit[--nr_lit]] = 0;

	for (u32 i = 0; i < event_log.nr; i++) {
		const struct event *ev = &event_log.ev[i];

		/* Version 0 and time 0 are the world as it was set up. */
		if (reads(ev) && ev->ver && versions[ev->ver].ts) {
			const struct event *writer =
				&event_log.ev[versions[ev->ver].ev];

			if (writer->agent != ev->agent)
				count(mix(mix(place(ev), ev->off),
					  place(writer)));
		}
		if (prev && prev->agent != ev->agent)
			count(mix(mix(place(prev), 1), place(ev)));
		prev = ev;
	}
}
