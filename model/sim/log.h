/* SPDX-License-Identifier: MIT */
/* log - append events and hand them to whoever watches (oracles) */
#ifndef SIM_LOG_H
#define SIM_LOG_H

#include "event.h"
#include "sim.h"

typedef void (*event_fn)(const struct event *ev);
#define WATCHERS_MAX	16

/* NULL-terminated list of watchers for each event type. */
extern event_fn event_watch[EV_NR][WATCHERS_MAX + 1];

/** event_watch_clear() - nobody watches anything */
void event_watch_clear(void);
/** event_watch_add() - call @fn for each event whose type is in @types */
void event_watch_add(u64 types, event_fn fn);

/* What the last EV_BUG was about: the condition, as the source has it. */
extern const char *event_bug_text;

__cold void event_log_full(void);

static inline struct event *event_new(enum event_type type, struct agent *a)
{
	struct event *ev = &event_log.ev[event_log.nr];

	if (unlikely(event_log.nr >= EVENT_MAX - 1))
		event_log_full();
	event_log.nr++;
	ev->type = (u8)type;
	ev->agent = a->id;
	ev->key = a->key;
	return ev;
}

/* Let the watchers see a completed event. */
static inline void event_done(const struct event *ev)
{
	for (const event_fn *fn = event_watch[ev->type]; *fn; fn++)
		(*fn)(ev);
}

/*
 * As event_done() for accesses to memory: nobody watches what lies below
 * event_watch_from (kernel objects; page-table pages and data lie above).
 */
extern u32 event_watch_from;

static inline void event_done_mem(const struct event *ev)
{
	if (ev->off >= event_watch_from)
		event_done(ev);
}

static inline u32 event_index(const struct event *ev)
{
	return (u32)(ev - event_log.ev);
}

/** event_note() - append an event that is not a memory access */
static inline void event_note(enum event_type type, struct agent *a, u32 off,
			      u64 val, u64 old, u32 size, u32 flags, u64 pc)
{
	struct event *ev = event_new(type, a);

	ev->val = val;
	ev->old = old;
	ev->off = off;
	ev->ver = 0;
	ev->size = (u8)size;
	ev->flags = (u8)flags;
	ev->pc = pc;
	event_done(ev);
}

#endif
