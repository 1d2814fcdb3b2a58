/* SPDX-License-Identifier: MIT */
#include "may_hold.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../model/sim/log.h"
#include "../model/sim/mem.h"

const struct oracle *const oracles[] = {
	&oracle_entries_are_whole,
	&oracle_translations_end,
	&oracle_tables_outlive_walks,
	&oracle_pins_hold,
	&oracle_dirty_conserved,
	&oracle_locks_held,
	&oracle_agents_progress,
	&oracle_asserts_hold,
	&oracle_stores_conserved,
	&oracle_moves_are_final,
	&oracle_invalidations_in_order,
	&oracle_flushes_reach_all,
	&oracle_break_before_make,
	&oracle_groups_agree,
	&oracle_reads_before_reuse,
	NULL
};

struct oracle_world oracle_world;
struct frame_state frame_states[NR_FRAMES];
u64 oracle_run;
void (*oracle_fail_hook)(const struct fail *f);

void oracle_fail(const struct oracle *o, const char *rule, const char *rules,
		 const struct event *ev, u32 other, const char *fmt, ...)
{
	struct fail f = {
		.rule = rule, .oracle = o->name, .rules = rules,
		.ev = event_index(ev), .other = other, .agent = ev->agent,
	};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f.text, sizeof(f.text), fmt, ap);
	va_end(ap);
	if (oracle_fail_hook)
		oracle_fail_hook(&f);
	sim_fail(&f);
}

/* --- frames -------------------------------------------------------------- */

static struct frame_state baseline[NR_FRAMES];
static u64 baseline_tables[NR_FRAMES / 64];
u64 table_frames[NR_FRAMES / 64];
static u8 touched[NR_FRAMES];
static u32 nr_touched;

struct frame_state *frame_touch(u32 frame)
{
	struct frame_state *s = &frame_states[frame];

	if (!s->touched) {
		s->touched = 1;
		touched[nr_touched++] = (u8)frame;
	}
	return s;
}

static void set_level(u32 frame, u32 level)
{
	u64 bit = 1UL << frame % 64;

	frame_touch(frame)->level = (u8)level;
	if (level)
		table_frames[frame / 64] |= bit;
	else
		table_frames[frame / 64] &= ~bit;
}

static void undo_frames(void)
{
	memcpy(table_frames, baseline_tables, sizeof(table_frames));
	while (nr_touched) {
		u32 frame = touched[--nr_touched];

		frame_states[frame] = baseline[frame];
	}
}

static u32 head_of(u32 frame)
{
	for (u32 head = frame;; head--) {
		u32 order = oracle_world.frame[head].order;

		if (order && frame - head < 1u << order)
			return head;
		if (!head || frame - head == fmt_pages(oracle_world.fmt, 2) - 1)
			return frame;
	}
}

static void init_frames(void)
{
	memset(baseline_tables, 0, sizeof(baseline_tables));
	for (u32 f = 0; f < NR_FRAMES; f++) {
		const struct frame_base *b = &oracle_world.frame[f];

		baseline[f] = (struct frame_state){
			.live = b->live, .level = b->level,
			.order = oracle_world.frame[head_of(f)].order,
			.head = (u8)head_of(f), .stirred = !b->live,
			.look = !b->live || b->level > 1,
			.linked_until = ~0u, .va = b->va,
		};
		frame_states[f] = baseline[f];
		if (b->level)
			baseline_tables[f / 64] |= 1UL << f % 64;
	}
	nr_touched = 0;
}

static bool watching;

static void learn_table(u32 frame, u32 level, u64 va)
{
	const struct fmt *f = oracle_world.fmt;

	oracle_world.frame[frame].level = (u8)level;
	oracle_world.frame[frame].va = va;
	for (u32 i = 0; level > 1 && i < 1u << f->ptrs_lg2; i++) {
		u64 e = mem_peek(frame_off(frame) + 8 * i, 8);

		if (f->valid(e, level) && !f->leaf(e, level))
			learn_table(pfn_frame(f->pfn(e)), level - 1,
				    va + ((u64)i << fmt_shift(f, level)));
	}
}

void oracle_world_learn(void)
{
	u32 levels = oracle_world.fmt->levels;

	learn_table(off_frame(oracle_world.root), levels, 0);
	for (u32 i = 0; i < WORLD_SPACES && oracle_world.more[i]; i++)
		learn_table(off_frame(oracle_world.more[i]), levels, 0);
	init_frames();
	watching = false;
}

u32 software_version(u32 off)
{
	u32 v = mem_version(off);

	while (v && versions[v].ts &&
	       event_log.ev[versions[v].ev].type == EV_WALK_AD)
		v = versions[v].prev;
	return v;
}

bool entry_half_written(u32 slot)
{
	u32 low = software_version(slot), high = software_version(slot + 4);
	const struct event *st, *other;

	if (oracle_world.fmt->word == 8 || (!low && !high))
		return false;
	if (!low || !high || !versions[low].ts || !versions[high].ts)
		return true;
	st = &event_log.ev[versions[low].ev];
	other = &event_log.ev[versions[high].ev];
	return st->size == 4 && other->size == 4 &&
	       (st->agent != other->agent ||
		KEY_OP(st->key) != KEY_OP(other->key));
}

struct op_state op_states[AGENTS_MAX];

/*
 * On a weak machine a load of the op may return what was superseded before it
 * began, if nothing that the agent has seen is newer.
 */
static void on_op_begin(const struct event *ev)
{
	static u64 serial;

	op_states[ev->agent] = (struct op_state){
		++serial, sim.stale ? sim.agent[ev->agent].v.fl : sim.now,
		event_index(ev)
	};
}

static bool leads_on(u64 e, u32 level)
{
	const struct fmt *f = oracle_world.fmt;

	return f->valid(e, level) && !f->leaf(e, level);
}

/* A table of tables changed: which table came in, which went out? */
static void relink(const struct frame_state *parent, const struct event *ev)
{
	const struct fmt *f = oracle_world.fmt;
	u64 before = entry_before(ev), now = mem_peek(ev->off & ~7u, 8);
	u32 child;

	if (leads_on(before, parent->level)) {
		child = pfn_frame(f->pfn(before));
		if (child < NR_FRAMES && !(f->valid(now, parent->level) &&
					   f->pfn(now) == f->pfn(before)))
			frame_touch(child)->linked_until = sim.now;
	}
	if (leads_on(now, parent->level)) {
		child = pfn_frame(f->pfn(now));
		if (child < NR_FRAMES) {
			frame_touch(child)->linked_since = sim.now;
			frame_touch(child)->linked_until = ~0u;
			frame_touch(child)->va = slot_va(parent, ev->off & ~7u);
		}
	}
}

static void on_store(const struct event *ev)
{
	const struct frame_state *s;

	if (ev->off < FRAMES_OFF)
		return;
	s = frame_state(off_frame(ev->off));
	if (unlikely(s->level > 1))
		relink(s, ev);
}

/*
 * Keeps what all oracles share up to date. Runs before any of them, so that
 * they see a frame as it is after the event; except for a free, which they
 * want to judge with the frame as it was: see on_free().
 */
static void on_page(const struct event *ev)
{
	u32 frame = off_frame(ev->off);

	switch (ev->type) {
	case EV_PAGE_ALLOC:
		for (u32 i = 0; i < 1u << ev->size; i++) {
			struct frame_state *s = frame_touch(frame + i);

			s->gen++;
			s->stirred = s->look = 1;
			s->live = 1;
			set_level(frame + i, 0);
			s->order = ev->size;
			s->head = (u8)frame;
			s->dirty = 0;
			s->linked_until = 0;
		}
		break;
	case EV_PAGE_SPLIT:
		for (u32 i = 0; i < 1u << ev->size; i++) {
			frame_touch(frame + i)->order = 0;
			frame_touch(frame + i)->dirty = frame_state(frame)->dirty;
			frame_touch(frame + i)->head = (u8)(frame + i);
		}
		break;
	case EV_PAGE_DIRTY:
		frame_touch(frame)->dirty = 1;
		break;
	case EV_PAGE_CLEAN:
		frame_touch(frame)->dirty = 0;
		break;
	case EV_TABLE:
		/* A table that is being freed stays one until it is. */
		if (ev->val)
			set_level(frame, (u32)ev->val);
		break;
	default:
		break;
	}
}

/* Runs after all oracles. */
static void on_free(const struct event *ev)
{
	u32 frame = off_frame(ev->off);

	for (u32 i = 0; i < 1u << ev->size; i++) {
		struct frame_state *s = frame_touch(frame + i);

		s->gen++;
		s->stirred = s->look = 1;
		s->live = 0;
		s->died = event_index(ev);
	}
}

static void (*begin_fns[16])(void);
static u32 nr_begin;

static void watch(const struct oracle *o)
{
	if (o->concerns && !o->concerns())
		return;
	for (u32 i = 0; i < ORACLE_WATCHES_MAX && o->on[i].event; i++)
		event_watch_add(BIT(o->on[i].type), o->on[i].event);
	if (!o->begin)
		return;
	SIM_BUG_ON(nr_begin == ARRAY_SIZE(begin_fns));
	begin_fns[nr_begin++] = o->begin;
}

/* What all oracles share sees an event before any of them. */
static void watch_shared(void)
{
	event_watch_from = FRAMES_OFF;
	event_watch_add(BIT(EV_PAGE_ALLOC) | BIT(EV_PAGE_SPLIT) |
			BIT(EV_PAGE_DIRTY) | BIT(EV_PAGE_CLEAN) | BIT(EV_TABLE),
			on_page);
	event_watch_add(BIT(EV_STORE) | BIT(EV_COMMIT) | BIT(EV_RMW), on_store);
	event_watch_add(BIT(EV_OP_BEGIN) | BIT(EV_RCU_RUN), on_op_begin);
	event_watch_add(BIT(EV_TLBI_DONE), may_hold_invalidated);
	event_watch_add(BIT(EV_CONTEXT), may_hold_switched);
	event_watch_add(BIT(EV_LAZY), may_hold_lazy);
	event_watch_add(BIT(EV_STORE_BUF), may_hold_buffered);
	event_watch_add(BIT(EV_COMMIT), may_hold_committed);
	if (sim.stale)
		event_watch_add(BIT(EV_RMW), may_hold_rmw);
}

static void watch_all(void)
{
	event_watch_clear();
	nr_begin = 0;
	watch_shared();
	for (const struct oracle *const *o = oracles; *o; o++)
		watch(*o);
	event_watch_add(BIT(EV_PAGE_FREE), on_free);
	watching = true;
}

void oracles_begin(void)
{
	oracle_run = sim.run;
	undo_frames();
	may_hold_begin();
	if (unlikely(!watching))
		watch_all();
	for (u32 i = 0; i < nr_begin; i++)
		begin_fns[i]();
}
