/* SPDX-License-Identifier: MIT */
/*
 * schedule - what makes one run differ from the dull one
 *
 * A schedule is a set of records, and each means something by itself: "at this
 * step of this op of this agent, answer this kind of question with this
 * value". A question no record names is answered 0, the dull way. So deleting
 * a record leaves the others' meaning alone: minimizing is subset search and
 * cross-over is union.
 *
 * The same eight bytes are the record in memory, in the fuzzer's input and in
 * a saved file (little endian). There is no length, no checksum and no field
 * that can be wrong: every value is reduced modulo what is possible where it
 * is used, so every byte string is a schedule.
 *
 * Not here: the text form and files (fuzz/file.h), who thinks up schedules
 * (fuzz/strategy).
 */
#ifndef SIM_SCHEDULE_H
#define SIM_SCHEDULE_H

#include "types.h"

/* The format of saved schedules. Bump it when a record changes its meaning. */
#define SCHEDULE_VERSION	1

enum dev_kind {
	DEV_SWITCH,	/* another runnable agent runs next: value picks which */
	DEV_STALE,	/* this load sees an older version, value back */
	DEV_DELAY,	/* this store waits in the buffer for value own steps */
	DEV_TEAR,	/* this access is done in halves, the high one first */
	DEV_CACHED,	/* this translation step uses an older, cached version */
	DEV_MEMBER,	/* another member of a contiguous group is read */
	DEV_LATE,	/* this delivery happens value steps later */
	DEV_HW,		/* a hardware transition happens now: value picks which */
	DEV_FAULT,	/* this fault point fails */
	DEV_OP,		/* workload: slot op of this agent runs op value - 2 (1: none) */
	DEV_NR
};

/**
 * struct deviation - one record of a schedule
 * @kind: enum dev_kind, taken modulo DEV_NR
 * @agent: index of the agent, taken modulo the scenario's agents
 * @op: slot in the agent's workload
 * @sub: sub-step; plain accesses and follow-up questions within a step
 * @step: marked accesses and calls since the op began; 0 is before the op
 * @value: the answer, taken modulo the number of alternatives; 0 is dull.
 *	For DEV_OP: 0 leaves the default, 1 makes the slot empty, 2 + n runs
 *	the scenario's op number n; @step is then the op's argument.
 */
struct deviation {
	u8 kind, agent, op, sub;
	u16 step, value;
};
_Static_assert(sizeof(struct deviation) == 8, "a record is eight bytes");

#define SCHEDULE_MAX	512	/* records beyond these are ignored */

struct schedule {
	u32 nr;
	struct deviation dev[SCHEDULE_MAX];
};

/* Where in an agent's life: op (8 bits), step (16), sub-step (8). */
#define KEY(op, step, sub)	((u32)(op) << 24 | (u32)(step) << 8 | (sub))
#define KEY_OP(key)		((key) >> 24)
#define KEY_STEP(key)		(((key) >> 8) & 0xffff)
#define KEY_SUB(key)		((key) & 0xff)

static inline u32 dev_key(const struct deviation *d)
{
	return KEY(d->op, d->step, d->sub);
}

/** dev_kind_name() - "switch", "stale" ...; the word the text form uses */
const char *dev_kind_name(enum dev_kind kind);

/**
 * schedule_decode() - read records from bytes; cannot fail
 * @s: filled
 * @data: any bytes; a tail shorter than a record is padded with zeroes
 * @size: length of @data
 */
void schedule_decode(struct schedule *s, const void *data, size_t size);

/**
 * schedule_encode() - write records as bytes
 * @s: the schedule
 * @buf: at least 8 * @s->nr bytes
 *
 * Return: bytes written.
 */
size_t schedule_encode(const struct schedule *s, void *buf);

#endif
