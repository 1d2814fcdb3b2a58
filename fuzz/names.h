/* SPDX-License-Identifier: MIT */
/*
 * names - what simulated memory is called, and what is in it, for people
 *
 * Offsets become what they are in the kernel: pte[40000], the reference count
 * of a page, the lock of a table; entries are decoded. Which frame is a table
 * of which level for which address changes during a run, so events are taken
 * in order: names_begin(), then for each event names_advance() after its name
 * was asked for.
 *
 * Not here: what oracles believe (oracles/oracle.h).
 */
#ifndef FUZZ_NAMES_H
#define FUZZ_NAMES_H

#include "../model/sim/event.h"

#define NAMES_MAX	80

/** struct text - a text being put together; what does not fit is cut off */
struct text {
	char *buf;
	size_t size, len;
};

__printf(2, 3) void text_add(struct text *t, const char *fmt, ...);

/** names_begin() - learn the tables of the baseline of the last run */
void names_begin(void);

/** names_advance() - take note of tables that @ev links, frees or reuses */
void names_advance(const struct event *ev);

/**
 * names_off() - what is at @off
 * @size: bytes accessed, to tell the halves of an entry; 0 does not
 */
void names_off(struct text *t, u32 off, u32 size);

/** names_value() - @val, as what it means at @off */
void names_value(struct text *t, u32 off, u64 val, u32 size);

/** names_entry_value() - @val as an entry of level @level */
void names_entry_value(struct text *t, u64 val, u32 level);

/** names_slot() - the entry of level @level for @va, whatever table it is in */
void names_slot(struct text *t, u32 level, u64 va);

/** names_level() - "pte", "pmd" ... */
const char *names_level(u32 level);

/**
 * names_entry() - the entry at @slot as it was once event @ev was done
 * @ev: index; ~0 for before the first
 */
u64 names_entry(u32 slot, u32 ev);

/** names_touches() - does @ev access, or say something of, the entry @slot? */
bool names_touches(const struct event *ev, u32 slot);

/** names_page_event() - is @ev about a page as a whole? */
bool names_page_event(const struct event *ev);

/** names_frame() - frame that @ev is about, or NR_FRAMES */
u32 names_frame(const struct event *ev);

#endif
