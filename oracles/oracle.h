/* SPDX-License-Identifier: MIT */
/*
 * oracle - one property that every run must have
 *
 * An oracle sees events, the history of memory and the entry format's decoder;
 * never the code under test or its helpers. It fails only on what the rules of
 * docs/machine.md allow to happen and the kernel's contract forbids; a doubtful
 * case is not judged, and the oracle's header says so.
 *
 * A run begins without clearing what the last one did not touch: state is
 * stamped with the number of the run, or undone.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "../model/fmt/fmt.h"
#include "../model/sim/mem.h"

#define ORACLE_WATCHES_MAX	16

/**
 * struct oracle - a judge
 * @name: the property, true when all is well
 * @summary: one line
 * @concerns: is there anything to judge in runs of this world (format, memory
 *	model)? If not it watches nothing; may be NULL
 * @begin: a run begins; may be NULL
 * @on: event types it watches, and what it does about them; these functions
 *	call oracle_fail() to object
 */
struct oracle {
	const char *name, *summary;
	bool (*concerns)(void);
	void (*begin)(void);
	struct {
		u8 type;
		void (*event)(const struct event *ev);
	} on[ORACLE_WATCHES_MAX];
};

extern const struct oracle oracle_entries_are_whole;
extern const struct oracle oracle_translations_end;
extern const struct oracle oracle_tables_outlive_walks;
extern const struct oracle oracle_pins_hold;
extern const struct oracle oracle_dirty_conserved;
extern const struct oracle oracle_locks_held;
extern const struct oracle oracle_agents_progress;
extern const struct oracle oracle_asserts_hold;
extern const struct oracle oracle_stores_conserved;
extern const struct oracle oracle_moves_are_final;
extern const struct oracle oracle_invalidations_in_order;
extern const struct oracle oracle_flushes_reach_all;
extern const struct oracle oracle_break_before_make;
extern const struct oracle oracle_groups_agree;
extern const struct oracle oracle_reads_before_reuse;

/* NULL-terminated. */
extern const struct oracle *const oracles[];

/** oracles_begin() - a run begins: watch the log with all oracles */
void oracles_begin(void);

/**
 * oracle_fail() - object
 * @o: who
 * @rule: stable id, letters and dashes: what ClusterFuzz groups by
 * @rules: rules of docs/machine.md that the objection rests on
 * @ev: the event that shows it
 * @other: index of the event it contradicts, or of @ev
 * @fmt: one line for people: no host address, no time
 */
_Noreturn __printf(6, 7)
void oracle_fail(const struct oracle *o, const char *rule, const char *rules,
		 const struct event *ev, u32 other, const char *fmt, ...);

/* Set by tests on hand-written logs: called instead of ending a run. */
extern void (*oracle_fail_hook)(const struct fail *f);

/* --- what oracles know of the world -------------------------------------- */

/**
 * struct frame_base - a frame as the scenario's setup left it
 * @live: allocated; @level: of the table in it, 0 for data
 * @order: of the allocation it heads
 * @va: first address that the table in it translates
 */
struct frame_base {
	u8 live, level, order;
	u64 va;
};

#define WORLD_SPACES	4

/**
 * struct oracle_world - what runs begin with
 * @root: the tables to know; @more: of further address spaces, up to a 0
 * @first: those that all CPUs begin with, with tag 0, if others than @root; or 0
 * @hw_dirty: some MMU sets dirty bits: a store may go through a clean entry
 * @bbm: level of support for changes without break-before-make (R-BBM-3)
 */
struct oracle_world {
	const struct fmt *fmt;
	u32 root, first, more[WORLD_SPACES];
	u32 nr_cpus;
	bool hw_dirty;
	u8 bbm;
	struct frame_base frame[NR_FRAMES];
};

extern struct oracle_world oracle_world;

/**
 * oracle_world_learn() - find the tables of the baseline; fills level and va
 * Whoever is concerned by the new world watches from the next run on.
 */
void oracle_world_learn(void);

/**
 * struct frame_state - a frame now, from the events so far
 * @gen: changes with every allocation and every free
 * @live, @level, @order: as in struct frame_base
 * @dirty: its folio was marked dirty (in the head)
 * @head: frame that heads its folio
 * @stirred: allocated or freed in this run, or free from the beginning
 * @look: stirred, or a table of tables: reads of it matter
 * @linked_since, @linked_until: times between which the table in it was in its
 *	parent, the last time; ~0 while it is in
 * @died: event that freed it
 */
struct frame_state {
	u8 live, level, order, dirty, head, stirred, look, touched;
	u32 gen;
	u32 linked_since, linked_until;
	u32 died;
	u64 va;
};

/* Read freely; change through frame_touch(), which makes the change undone. */
extern struct frame_state frame_states[NR_FRAMES];

static inline const struct frame_state *frame_state(u32 frame)
{
	return &frame_states[frame];
}

struct frame_state *frame_touch(u32 frame);

/* Frames with a level: bit n % 64 of word n / 64. */
extern u64 table_frames[NR_FRAMES / 64];

/* First of them from @frame on, or NR_FRAMES. */
static inline u32 next_table(u32 frame)
{
	for (; frame < NR_FRAMES; frame = (frame | 63) + 1) {
		u64 left = table_frames[frame / 64] >> frame % 64;

		if (left)
			return frame + (u32)__builtin_ctzll(left);
	}
	return NR_FRAMES;
}

#define for_each_table(t) \
	for (u32 t = next_table(0); t < NR_FRAMES; t = next_table(t + 1))

/* Number of the present run: what oracles stamp their own state with. */
extern u64 oracle_run;

/**
 * struct op_state - an agent's present op
 * @serial: its number; never the same twice in a process
 * @begin_ts: what was superseded at or before this time, the op cannot see
 * @begin_ev: event of its beginning
 */
struct op_state {
	u64 serial;
	u32 begin_ts, begin_ev;
};

extern struct op_state op_states[AGENTS_MAX];

/* Address translated by the slot at @off of a table page. */
static inline u64 slot_va(const struct frame_state *table, u32 off)
{
	return table->va + ((u64)((off & 0xfff) / 8) <<
			    fmt_shift(oracle_world.fmt, table->level));
}

/*
 * Newest version of the cell at @off that software wrote: an MMU's update of
 * accessed and dirty bits is no part of anybody's update of an entry.
 */
u32 software_version(u32 off);

/*
 * Has half of the entry at @slot been stored, and the other half not by the
 * same op? Then it may be in the middle of an update.
 */
bool entry_half_written(u32 slot);

/* The entry around @ev's store, as it was before it. */
static inline u64 entry_before(const struct event *ev)
{
	u32 slot = ev->off & ~7u, shift = 8 * (ev->off & 7);
	u64 mask;

	if (ev->size == 8)
		return ev->old;
	mask = (1UL << (8 * ev->size)) - 1;
	return (mem_peek(slot, 8) & ~(mask << shift)) |
	       (ev->old & mask) << shift;
}

#endif
