/* SPDX-License-Identifier: MIT */
/*
 * fmt - what the bits of a page-table entry mean
 *
 * One file per format. Used by the hardware, the oracles and explain; the code
 * under test has the kernel's own helpers over the same bit names.
 *
 * Levels count from the leaf table: 1 is a PTE, 2 a PMD, and so on.
 */
#ifndef FMT_FMT_H
#define FMT_FMT_H

#include "frames.h"
#include "../sim/types.h"

/**
 * struct fmt - an entry format
 * @name: as --format takes it
 * @word: bytes the CPU loads and stores at once: 4 on a 32-bit machine
 * @levels: of the table walk
 * @ptrs_lg2: index bits per level
 * @level_name: "pte", "pmd" ... by level; [0] unused
 * @models: memory models it is run with, weakest last; NULL-terminated
 * @present: a walk may use the entry
 * @leaf: it maps a page (at @level); else it points to a table
 * @pfn: frame it points to
 * @write: it lets writes through
 * @young, @dirty: accessed and dirty bits
 * @dirty_bits: no entry is dirty that has none of these
 * @mk_young, @mk_dirty: the entry after the hardware's update
 * @cacheable: a TLB may hold it (R-TLB-3)
 * @describe: the entry for people, at most @size bytes
 */
struct fmt {
	const char *name, *summary;
	u8 word, levels, ptrs_lg2;
	const char *level_name[6];
	const char *models[4];
	u64 dirty_bits;
	bool (*present)(u64 e);
	bool (*leaf)(u64 e, u32 level);
	u64 (*pfn)(u64 e);
	bool (*write)(u64 e);
	bool (*young)(u64 e);
	bool (*dirty)(u64 e);
	u64 (*mk_young)(u64 e);
	u64 (*mk_dirty)(u64 e);
	bool (*cacheable)(u64 e);
	void (*describe)(u64 e, u32 level, char *buf, size_t size);
};

extern const struct fmt fmt_x86_64, fmt_x86_pae;

/* NULL-terminated. */
extern const struct fmt *const fmts[];

/** fmt_find() - format called @name, or NULL */
const struct fmt *fmt_find(const char *name);

static inline u32 fmt_shift(const struct fmt *f, u32 level)
{
	return FRAME_LG2 + f->ptrs_lg2 * (level - 1);
}

/* Offset of the entry for @va in the table at @table. */
static inline u32 fmt_slot(const struct fmt *f, u32 table, u64 va, u32 level)
{
	return table + 8 * (u32)((va >> fmt_shift(f, level)) &
				 ((1u << f->ptrs_lg2) - 1));
}

/**
 * struct fmt_map - what a complete walk found
 * @level: of the entry it ended at
 * @slot: that entry's offset; @entry: its value
 * @frame: mapped frame (of the small page within a huge one), or NR_FRAMES
 *	when the walk ended at an entry that is not present
 */
struct fmt_map {
	u32 level, slot;
	u64 entry;
	u32 frame;
};

/**
 * fmt_walk() - walk committed memory at one instant, without events
 * @f: format
 * @root: offset of the top table
 * @va: address
 */
struct fmt_map fmt_walk(const struct fmt *f, u32 root, u64 va);

#endif
