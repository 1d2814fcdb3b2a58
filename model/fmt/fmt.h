/* SPDX-License-Identifier: MIT */
/*
 * fmt - what the bits of a page-table entry mean
 *
 * One file per architecture. Used by the hardware, the oracles and explain;
 * the code under test has the kernel's own helpers over the same bit names.
 *
 * Levels count from the leaf table: 1 is a PTE, 2 a PMD, and so on, whatever
 * the manual calls them.
 *
 * What is scaled down: index bits per level (@ptrs_lg2 for 9 to 13), so that
 * tables are short enough to explore; with them the size of huge pages and of
 * contiguous groups (@cont_lg2 for 4 to 7). What is the manual's: the bits of
 * an entry, its size, the number of levels, and the page size as far as
 * addresses go. A page's memory is one frame of 4 KiB whatever its size is:
 * frames.h numbers them, entries hold that number as their frame number (pfn),
 * and the output address of an entry is pfn << page_lg2. Where a scaled size
 * makes two fields meet, the format's header says what gives way.
 *
 * Not here: protection against execution, user against supervisor: every entry
 * is looked at as a user's data. Byte order: entries are read in the host's.
 */
#ifndef FMT_FMT_H
#define FMT_FMT_H

#include "frames.h"
#include "../sim/types.h"

#define FMT_LEVELS_MAX	5

/** enum fmt_ad - does hardware set accessed and dirty bits? */
enum fmt_ad {
	AD_ALWAYS,	/* on every CPU: x86, radix */
	AD_OPTION,	/* as each agent is configured: HA and HD, Svadu */
	AD_NEVER,	/* software's business: s390, hash */
};

/*
 * What mk_leaf() is asked for, besides present, readable, a user's, and normal
 * memory. Flags that a format has no bits for are ignored.
 *
 * FMT_WRITE with FMT_DIRTY is what a store may go through as it is
 * (can_store()). FMT_WRITE alone is writable-clean: the next store makes it
 * dirty first, by hardware that does so (can_dirty()), else by a fault.
 * FMT_DIRTY alone is what write protection leaves of a dirty page.
 */
#define FMT_WRITE	0x01u	/* writes are allowed */
#define FMT_YOUNG	0x02u	/* accessed */
#define FMT_DIRTY	0x04u	/* dirty */
#define FMT_CONT	0x08u	/* member of a contiguous group */
#define FMT_GLOBAL	0x10u	/* for all address spaces */

/**
 * struct fmt - an entry format
 * @name: as --format takes it
 * @word: bytes the CPU loads and stores at once: 4 on a 32-bit machine
 * @levels: of the table walk
 * @ptrs_lg2: index bits per level
 * @page_lg2: page offset bits: where the index of level 1 begins
 * @cont_lg2: entries of a contiguous group by level, as log2; 0: none there
 * @level_name: "pte", "pmd" ... by level; [0] unused
 * @none: by level, what fresh tables are filled with; never valid
 * @models: memory models it is run with, weakest last; NULL-terminated
 * @dirty_bits: no entry is dirty that has none of these
 * @ad: who sets accessed and dirty bits
 * @young_tables: walks set accessed bits of entries that lead to tables
 * @table_af_option: they do so if an agent is configured to (FEAT_HAFT); such
 *	an agent caches no entry to a table that is not young()
 * @bbm: replacing a cacheable entry takes break-before-make (R-BBM-2)
 * @cache_invalid: there are implementations that cache entries that are not
 *	valid (an option of a run)
 * @broadcast: its CPUs invalidate each other's TLBs, by tlbi, tlbie or ipte; the
 *	others interrupt each other
 * @software: no hardware reads these tables: nothing of them is cached
 *
 * @valid: a walk may use the entry (at @level)
 * @leaf: it maps a page (at @level); else it leads to a table
 * @pfn: frame it points to; first of the group where the format keeps no
 *	other (Svnapot): fmt_page_pfn() works for all
 * @write: writes are allowed, as software sees it: a store may have to make
 *	the entry dirty first, by hardware or by a fault
 * @can_store: a store takes no change of the entry but that of being accessed
 * @can_dirty: hardware that manages dirty state may make it so
 * @table_write: an entry that leads to a table (at @level) leaves the right to
 *	write to those below it (R-TLB-10)
 * @young, @dirty: accessed and dirty, as hardware or software remember it
 * @mk_young, @mk_dirty: the entry after hardware's update; as it was, if
 *	hardware would not touch it. Two entries differ in nothing but such
 *	updates iff their mk_dirty() are the same
 * @cont: it is a member of a contiguous group
 * @global: it holds in all address spaces; ask of leaves only
 * @no_block: leaf above level 1 that a TLB holds in parts only (nT)
 * @attrs: memory type, cacheability, shareability: those bits
 * @cacheable: a TLB may hold it (R-TLB-3), run options apart
 * @mk_leaf: entry that maps @pfn, with FMT_* flags
 * @mk_table: entry at @level (2 and up) that leads to the table in @pfn
 * @describe: the entry for people, at most @size bytes
 *
 * All functions are set.
 */
struct fmt {
	const char *name, *summary;
	u8 word, levels, ptrs_lg2, page_lg2;
	u8 cont_lg2[FMT_LEVELS_MAX + 1];
	const char *level_name[FMT_LEVELS_MAX + 1];
	u64 none[FMT_LEVELS_MAX + 1];
	const char *models[4];
	u64 dirty_bits;
	enum fmt_ad ad;
	bool young_tables, table_af_option, bbm, cache_invalid, broadcast;
	bool software;

	bool (*valid)(u64 e, u32 level);
	bool (*leaf)(u64 e, u32 level);
	u64 (*pfn)(u64 e);
	bool (*write)(u64 e);
	bool (*can_store)(u64 e);
	bool (*can_dirty)(u64 e);
	bool (*table_write)(u64 e, u32 level);
	bool (*young)(u64 e);
	bool (*dirty)(u64 e);
	u64 (*mk_young)(u64 e);
	u64 (*mk_dirty)(u64 e);
	bool (*cont)(u64 e, u32 level);
	bool (*global)(u64 e);
	bool (*no_block)(u64 e, u32 level);
	u64 (*attrs)(u64 e);
	bool (*cacheable)(u64 e, u32 level);
	u64 (*mk_leaf)(u64 pfn, u32 level, u32 flags);
	u64 (*mk_table)(u64 pfn, u32 level);
	void (*describe)(u64 e, u32 level, char *buf, size_t size);
};

extern const struct fmt fmt_x86_64, fmt_x86_pae, fmt_x86_64_la57;
extern const struct fmt fmt_arm64, fmt_arm64_16k, fmt_arm64_64k;
extern const struct fmt fmt_riscv_sv39, fmt_riscv_sv48;
extern const struct fmt fmt_s390;
extern const struct fmt fmt_ppc_radix, fmt_ppc_hash;

/* NULL-terminated. */
extern const struct fmt *const fmts[];

/** fmt_find() - format called @name, or NULL */
const struct fmt *fmt_find(const char *name);

static inline u32 fmt_shift(const struct fmt *f, u32 level)
{
	return f->page_lg2 + f->ptrs_lg2 * (level - 1);
}

/* Offset of the entry for @va in the table at @table. */
static inline u32 fmt_slot(const struct fmt *f, u32 table, u64 va, u32 level)
{
	return table + 8 * (u32)((va >> fmt_shift(f, level)) &
				 ((1u << f->ptrs_lg2) - 1));
}

/* Pages that a leaf at @level maps. */
static inline u32 fmt_pages(const struct fmt *f, u32 level)
{
	return 1u << (f->ptrs_lg2 * (level - 1));
}

/* Which of them @va is in. */
static inline u32 fmt_page_index(const struct fmt *f, u64 va, u32 level)
{
	return (u32)(va >> f->page_lg2) & (fmt_pages(f, level) - 1);
}

/* Do @a and @b differ in nothing but what hardware updates by itself? */
static inline bool fmt_same(const struct fmt *f, u64 a, u64 b)
{
	return f->mk_dirty(a) == f->mk_dirty(b);
}

/**
 * fmt_page_pfn() - frame number of the page that a leaf maps @va to
 * @f: format
 * @e: the leaf, of any slot of its group if it is a member of one
 * @level: of it
 * @va: address
 *
 * For a group that is what an agent makes of it which caches the whole from
 * the one entry @e (R-CONT-1).
 */
u64 fmt_page_pfn(const struct fmt *f, u64 e, u32 level, u64 va);

/**
 * struct fmt_map - what a complete walk found
 * @level: of the entry it ended at
 * @slot: that entry's offset; @entry: its value
 * @frame: mapped frame (of the small page within a huge one), or NR_FRAMES
 *	when the walk ended at an entry that is not valid
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

/* --- for the formats ------------------------------------------------------ */

/* What an architecture does not have. */
bool fmt_never(u64 e);
bool fmt_always_at(u64 e, u32 level);
bool fmt_never_at(u64 e, u32 level);
u64 fmt_zero(u64 e);
u64 fmt_same_entry(u64 e);

/**
 * fmt_describe() - what most formats' describe() does
 * @rights: "rw", "ro" ... of a leaf
 * @more: further words, each with a blank before it
 */
void fmt_describe(const struct fmt *f, u64 e, u32 level, const char *rights,
		  const char *more, char *buf, size_t size);

#endif
