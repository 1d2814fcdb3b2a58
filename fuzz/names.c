/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "run.h"
#include "../model/sim/mem.h"

void text_add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->len += (size_t)n;
	if (t->len >= t->size)
		t->len = t->size - 1;
}

/* --- what events are about ----------------------------------------------- */

static bool is_access(const struct event *ev)
{
	return ev->type >= EV_LOAD && ev->type <= EV_RMW;
}

bool names_page_event(const struct event *ev)
{
	return (ev->type >= EV_PAGE_ALLOC && ev->type <= EV_TABLE) ||
	       ev->type == EV_PINNED || ev->type == EV_UNPINNED;
}

bool names_touches(const struct event *ev, u32 slot)
{
	switch (ev->type) {
	case EV_WALK:
	case EV_WALK_AD:
	case EV_OBSERVED:
	case EV_PGFAULT:
		return ev->off == slot;
	default:
		return is_access(ev) && ev->off < slot + 8 &&
		       slot < ev->off + ev->size;
	}
}

u32 names_frame(const struct event *ev)
{
	u32 frame = NR_FRAMES;

	if (names_page_event(ev) || ev->type == EV_ACCESS ||
	    (is_access(ev) && ev->off >= FRAMES_OFF))
		frame = off_frame(ev->off);
	else if (ev->type == EV_WALK || ev->type == EV_OBSERVED)
		frame = selection.fmt->valid(ev->val, ev->size) ?
			pfn_frame(selection.fmt->pfn(ev->val)) : NR_FRAMES;
	return frame < NR_FRAMES ? frame : NR_FRAMES;
}

/* --- tables -------------------------------------------------------------- */

/**
 * struct table - what is known of a frame
 * @level: of the table in it; 0: none that we know of
 * @linked: it is or was reachable, for addresses from @va on
 * @freed: it went back to the allocator and was not taken again
 */
struct table {
	u8 level;
	bool linked, freed;
	u64 va;
};

static struct table tables[NR_FRAMES];

static u32 entries_per_table(void)
{
	return 1u << selection.fmt->ptrs_lg2;
}

/* The table that @off is an entry of, or NULL. */
static const struct table *table_of(u32 off)
{
	u32 frame = off_frame(off);

	if (off < FRAMES_OFF || frame >= NR_FRAMES || !tables[frame].level ||
	    (off & 0xfff) >= 8 * entries_per_table())
		return NULL;
	return &tables[frame];
}

static u64 entry_va(const struct table *t, u32 off)
{
	return t->va + ((u64)((off & 0xfff) / 8) <<
			fmt_shift(selection.fmt, t->level));
}

static u32 table_below(u64 entry, u32 level)
{
	const struct fmt *f = selection.fmt;

	if (level < 2 || !f->valid(entry, level) || f->leaf(entry, level))
		return NR_FRAMES;
	return pfn_frame(f->pfn(entry));
}

static void learn(u32 frame, u32 level, u64 va)
{
	struct table *t = &tables[frame];

	*t = (struct table){ .level = (u8)level, .linked = true, .va = va };
	for (u32 i = 0; i < entries_per_table(); i++) {
		u32 off = frame_off(frame) + 8 * i;
		u32 below = table_below(mem_at(off, 8, 0, NULL, NULL), level);

		if (below < NR_FRAMES && !tables[below].level)
			learn(below, level - 1, entry_va(t, off));
	}
}

void names_begin(void)
{
	const struct world *w = selection.unit->world;
	u32 levels = selection.fmt->levels;
	u32 shift = fmt_shift(selection.fmt, levels + 1);

	memset(tables, 0, sizeof(tables));
	/* The top table repeats; the scenario is about this round of it. */
	learn(off_frame(w->root), levels, w->base >> shift << shift);
}

static void entry_changed(const struct event *ev)
{
	u32 slot = ev->off & ~7u;
	const struct table *t = table_of(slot);
	u32 below;

	if (!t || !t->linked)
		return;
	below = table_below(names_entry(slot, (u32)(ev - event_log.ev)),
			    t->level);
	if (below < NR_FRAMES && !tables[below].linked)
		tables[below] = (struct table){
			.level = (u8)(t->level - 1), .linked = true,
			.va = entry_va(t, slot)
		};
}

void names_advance(const struct event *ev)
{
	u32 frame = names_frame(ev);

	/* Events about pages have one; this is for logs written by hand. */
	if (names_page_event(ev) && frame == NR_FRAMES)
		return;
	switch (ev->type) {
	case EV_STORE:
	case EV_COMMIT:
	case EV_RMW:
		entry_changed(ev);
		break;
	case EV_TABLE:
		if (ev->val)
			tables[frame] = (struct table){ .level = (u8)ev->val };
		break;
	case EV_PAGE_FREE:
		/* Keeps its name: whoever still looks looks there. */
		tables[frame].freed = true;
		break;
	case EV_PAGE_ALLOC:
		for (u32 i = 0; i < 1u << ev->size && frame + i < NR_FRAMES; i++)
			tables[frame + i].level = 0;
		break;
	default:
		break;
	}
}

/* --- names --------------------------------------------------------------- */

/* Fields of model/include/linux/mm_types.h, one cell of 8 bytes each. */
static const char *const page_fields[8] = {
	"flags", "head", "refcount", "mapcount", "ptl", "rcu_head", "rcu_head",
	"rcu_head"
};
static const char *const mm_fields[] = {
	"pgd", "mmap_lock", "page_table_lock"
};
static const char *const vma_fields[] = {
	"vm_start", "vm_end", "vm_mm", "vm_flags"
};

const char *names_level(u32 level)
{
	return level <= selection.fmt->levels ?
	       selection.fmt->level_name[level] : "?";
}

static void name_table(struct text *t, const struct table *table, u32 off)
{
	text_add(t, "%s", names_level(table->level));
	if (table->linked)
		text_add(t, "[%" PRIx64 "]", entry_va(table, off));
	else
		text_add(t, "[#%u]", (off & 0xfff) / 8);
}

static bool name_field(struct text *t, const char *object, const void *p,
		       const char *const *fields, u32 nr, u32 off)
{
	u64 base = mem_off(p);

	if (off < base || off >= base + 8 * nr)
		return false;
	text_add(t, "%s->%s", object, fields[(off - base) / 8]);
	return true;
}

static void name_page_field(struct text *t, u32 off)
{
	u32 frame = (off - PAGES_OFF) >> PAGE_LG2;
	const char *field = page_fields[(off & 63) / 8];

	if (!strcmp(field, "rcu_head") && tables[frame].level == 2)
		field = "pmd_huge_pte";	/* a union */
	if (!strcmp(field, "ptl") && tables[frame].level) {
		name_table(t, &tables[frame], 0);
		text_add(t, " ptl");
	} else {
		text_add(t, "page %lx %s", frame_pfn(frame), field);
	}
}

/* Does the cell at @off hold a pointer, of which 32-bit code sees halves? */
static bool is_pointer(u32 off)
{
	const struct world *w = selection.unit->world;
	u32 field = (off & 63) / 8;

	if (off >= PAGES_OFF && off < frame_page_off(NR_FRAMES))
		return field == 1 || field >= 5;
	return (off & ~7u) == mem_off(w->mm) ||
	       (off & ~7u) == mem_off(w->vma) + 16;
}

static void name_half(struct text *t, u32 off, u32 size)
{
	if (size == 4)
		text_add(t, off & 4 ? " high" : " low");
}

static void name_frame(struct text *t, u32 off)
{
	text_add(t, "page %lx", frame_pfn(off_frame(off)));
	if (off & 0xfff)
		text_add(t, "+0x%x", off & 0xfff);
}

void names_off(struct text *t, u32 off, u32 size)
{
	const struct world *w = selection.unit->world;
	const struct table *table = table_of(off);

	if (table) {
		name_table(t, table, off);
		name_half(t, off, size);
		if (table->freed)
			text_add(t, " (freed)");
	} else if (off >= FRAMES_OFF && off_frame(off) < NR_FRAMES) {
		name_frame(t, off);
	} else if (off >= PAGES_OFF && off < frame_page_off(NR_FRAMES)) {
		name_page_field(t, off);
	} else if (!name_field(t, "mm", w->mm, mm_fields,
			       ARRAY_SIZE(mm_fields), off) &&
		   !name_field(t, "vma", w->vma, vma_fields,
			       ARRAY_SIZE(vma_fields), off)) {
		text_add(t, "mem+0x%x", off);
	}
	if (!table && is_pointer(off))
		name_half(t, off, size);
}

void names_slot(struct text *t, u32 level, u64 va)
{
	text_add(t, "%s[%" PRIx64 "]", names_level(level), va);
}

/* --- values -------------------------------------------------------------- */

void names_entry_value(struct text *t, u64 val, u32 level)
{
	char buf[NAMES_MAX];

	selection.fmt->describe(val, level, buf, sizeof(buf));
	text_add(t, "%s", buf);
}

/* The high half has nothing but high bits of the frame number. */
static void add_high(struct text *t, u64 val)
{
	text_add(t, "pfn + %" PRIx64, selection.fmt->pfn(val << 32));
}

static void add_pointer(struct text *t, u64 val)
{
	const struct world *w = selection.unit->world;
	u32 off = (u32)(val - SIM_BASE);

	if (off == mem_off(w->mm))
		text_add(t, "mm");
	else if (off == mem_off(w->vma))
		text_add(t, "vma");
	else if (off >= PAGES_OFF && off < FRAMES_OFF && !(off & 63))
		text_add(t, "page %lx",
		    frame_pfn((off - PAGES_OFF) >> PAGE_LG2));
	else
		names_off(t, off, 0);
}

void names_value(struct text *t, u32 off, u64 val, u32 size)
{
	const struct table *table = table_of(off);

	if (table && size == 4 && (off & 4))
		add_high(t, val);
	else if (table)
		names_entry_value(t, val, table->level);
	else if (size == 4 && val && is_pointer(off) && !(off & 4))
		add_pointer(t, (SIM_BASE + val) & ~1UL);
	else if (val - SIM_BASE < SIM_SIZE)
		add_pointer(t, val & ~1UL);
	else if (val < 10)
		text_add(t, "%" PRIu64, val);
	else
		text_add(t, "0x%" PRIx64, val);
}

/* --- entries over time --------------------------------------------------- */

/* A plain write that never became an event is in memory already. */
static u64 undo_unfinished(u32 cell, u64 val, u32 bytes)
{
	for (u32 i = 0; i < sim.nr_agents; i++) {
		const struct agent *a = &sim.agent[i];

		if ((a->attn & ATTN_PLAIN) && a->pw_off == cell &&
		    a->pw_size == bytes)
			return a->pw_old;
	}
	return val;
}

static u64 cell_after(u32 cell, u32 ev)
{
	u32 v = mem_version(cell), bytes = 1u << sim.cell_lg2;

	if (!v)
		return undo_unfinished(cell, mem_peek(cell, bytes), bytes);
	while (versions[v].ts && (ev == ~0u || versions[v].ev > ev))
		v = versions[v].prev;
	return versions[v].val;
}

u64 names_entry(u32 slot, u32 ev)
{
	if (sim.cell_lg2 == 3)
		return cell_after(slot, ev);
	return cell_after(slot + 4, ev) << 32 | cell_after(slot, ev);
}
