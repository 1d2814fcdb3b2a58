/* SPDX-License-Identifier: MIT */
/*
 * place - where in the code under test an event happened
 *
 * The same in every build: functions that one compiler inlines and another
 * calls are told apart by the debug information, and of those around an
 * address the one that says most is taken.
 */
#ifndef FUZZ_PLACE_H
#define FUZZ_PLACE_H

#include "symbolize.h"

/**
 * struct place - a place in the code under test
 * @at: in a source file of it, rather than in a helper of a header or in a
 *	scenario, where there is one
 * @helper: the helper there that made the step, or NULL
 */
struct place {
	struct site at;
	const char *helper;
};

/** place_of_pc() - the place of a return address; false: not under test */
bool place_of_pc(u64 pc, struct place *p);

/**
 * place_of_event() - the place that event @ev is about
 * @ev: index. Where it has no place, that of the caller or the agent's last
 *	one before it; where an op acts on what it was given, the step that
 *	got it.
 * @p: filled
 *
 * Return: false when there is none.
 */
bool place_of_event(u32 ev, struct place *p);

/** place_left() - has the agent of event @ev made another step since? */
bool place_left(u32 ev);

/** place_in_scenario() - is @s in a scenario, not in the code under test? */
bool place_in_scenario(const struct site *s);

#endif
