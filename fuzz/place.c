/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <string.h>

#include "names.h"
#include "run.h"
#include "stack.h"

bool place_in_scenario(const struct site *s)
{
	return strstr(s->file, "fuzz/scenarios/");
}

/* The smaller, the more it tells where in the code under test a step is. */
static u32 remoteness(const struct site *s)
{
	size_t len = strlen(s->file);

	if (!strncmp(s->file, "model/sim/", 10))
		return 3;
	if (place_in_scenario(s))
		return 2;
	return len > 2 && !strcmp(s->file + len - 2, ".h");
}

bool place_of_pc(u64 pc, struct place *p)
{
	struct site all[SITES_MAX];
	u32 n, best = 0;

	if (!stack_under_test(pc))
		return false;
	n = symbolize(pc, all);
	for (u32 i = 1; i < n; i++)
		if (remoteness(&all[i]) < remoteness(&all[best]))
			best = i;
	p->at = all[best];
	p->helper = best && remoteness(&all[0]) == 1 ? all[0].func : NULL;
	return true;
}

/* A step of the environment or the hardware: whoever waits for it to return. */
static bool place_of_caller(u32 ev, struct place *p)
{
	u64 pc[STACK_MAX];

	return !place_left(ev) &&
	       stack_unwind(&sim.agent[event_log.ev[ev].agent], pc) &&
	       place_of_pc(pc[0], p);
}

/* Ops say what they act on; the step that got it for them is before that. */
static bool is_source(const struct event *ev, const struct event *of)
{
	if (of->type == EV_OBSERVED)
		return ev->type == EV_LOAD && names_touches(ev, of->off);
	if (of->type == EV_PINNED)
		return ev->type == EV_PAGE_GET && !(ev->flags & EVF_FAILED);
	return true;
}

bool place_left(u32 ev)
{
	for (u32 i = event_log.nr; --i > ev;)
		if (event_log.ev[i].agent == event_log.ev[ev].agent)
			return true;
	return false;
}

bool place_of_event(u32 ev, struct place *p)
{
	const struct event *of = &event_log.ev[ev];
	bool found = !stack_under_test(of->pc) && place_of_caller(ev, p);

	if (found && !place_in_scenario(&p->at))
		return true;
	for (u32 i = ev + 1; i--;) {
		const struct event *e = &event_log.ev[i];
		struct place here;

		if (e->agent != of->agent)
			continue;
		if (e->type == EV_OP_BEGIN)
			break;
		if ((found && !is_source(e, of)) || !place_of_pc(e->pc, &here))
			continue;
		if (!found || !place_in_scenario(&here.at))
			*p = here;
		found = true;
		if (is_source(e, of) && !place_in_scenario(&here.at))
			break;
	}
	return found;
}
