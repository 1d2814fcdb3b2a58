/* SPDX-License-Identifier: MIT */
/*
 * state - the whole machine as bytes, for exploring all executions
 *
 * One function a module writes its state or reads it back: what a later step
 * could tell apart, nothing else, in a form that does not depend on how the
 * state was reached. Equal states give equal bytes.
 */
#ifndef SIM_STATE_H
#define SIM_STATE_H

#include <string.h>

#include "sim.h"

#define STATE_MAX	(64u * 1024)

/**
 * struct state - a cursor
 * @buf: STATE_MAX bytes; @len: written or read so far
 * @saving: the direction
 */
struct state {
	u8 *buf;
	u32 len;
	bool saving;
};

static inline void state_bytes(struct state *s, void *p, u32 n)
{
	SIM_BUG_ON(s->len + n > STATE_MAX);
	if (s->saving)
		memcpy(s->buf + s->len, p, n);
	else
		memcpy(p, s->buf + s->len, n);
	s->len += n;
}

#define state_of(s, x)	state_bytes((s), &(x), sizeof(x))

void mem_state(struct state *s);
void agents_state(struct state *s);
void deliver_state(struct state *s);

#endif
