/* SPDX-License-Identifier: MIT */
/*
 * probe - which questions does a run ask, and where?
 *
 * Each is a place where one more deviation would mean something.
 *
 * Not here: what to do with them (minimize.c).
 */
#ifndef FUZZ_PROBE_H
#define FUZZ_PROBE_H

#include "run.h"

#define QUESTIONS_MAX	4096

/**
 * struct question - asked of @agent at @key
 * @nr: alternatives; 0 is the dull one
 */
struct question {
	u32 key;
	u8 agent, kind, nr;
};

/**
 * probe() - run @s and note every question
 * @q: QUESTIONS_MAX of them; those beyond are not noted
 *
 * Return: how many.
 */
u32 probe(const struct schedule *s, struct question *q, struct run_result *r);

/** probe_answer() - the record that answers @q with @value */
struct deviation probe_answer(const struct question *q, u32 value);

#endif
