/* SPDX-License-Identifier: MIT */
/*
 * page_alloc - page frames: last freed, first reused; each reuse a generation
 *
 * Reusing a frame at once is what turns "used after free" from luck into an
 * observation. Frames are not poisoned: a generation tells whose they are.
 *
 * Not modelled: merging of buddies; per-CPU lists; zones. Huge blocks, of
 * 2^huge_order pages, have a list of their own.
 */
#include <string.h>

#include "../include/linux/mm.h"
#include "../sim/log.h"
#include "kernel.h"

#define CALLER	((u64)__builtin_return_address(0))
#define SMALL_FRAMES	48	/* of each bank; the rest are huge blocks */

struct allocator {
	u8 small[NR_FRAMES], huge[NR_FRAMES];
	u32 nr_small, nr_huge;
	u32 generation[NR_FRAMES];
	u8 order[NR_FRAMES];
	u8 level[NR_FRAMES];
};

static struct allocator now, baseline;
static bool touched;
static u32 huge_order;

/*
 * What those who freed frames had seen: the allocator's locks pass it on to
 * whoever allocates next. One view for all frames, as if there were one lock.
 */
static u32 freed_view;

static struct page *page_of(u32 frame)
{
	return mem_ptr(frame_page_off(frame));
}

u32 page_generation(u32 frame) { return now.generation[frame]; }
u32 page_order(u32 frame) { return now.order[frame]; }
u32 page_level(u32 frame) { return now.level[frame]; }

/* Write a word of struct page without a step: the allocator's own business. */
static void put(const volatile void *p, u64 val, u32 size)
{
	u32 off = (u32)mem_off(p);

	if (!sim.cur)
		mem_poke(off, val, size);
	else if (mem_peek(off, size) != val)
		mem_commit_own(sim.cur, off, val, size);
}

void page_alloc_init(u32 order)
{
	huge_order = order;
	memset(&now, 0, sizeof(now));
	memset(mem_ptr(PAGES_OFF), 0, NR_FRAMES << PAGE_LG2);
	memset(mem_ptr(FRAMES_OFF), 0, NR_FRAMES << FRAME_LG2);
	/* First taken: bank 1, so that high halves matter; then bank 0. */
	for (u32 bank = 0; bank < NR_BANKS; bank++) {
		u32 base = bank * BANK_FRAMES;

		for (u32 i = SMALL_FRAMES; i-- > 0;)
			now.small[now.nr_small++] = (u8)(base + i);
		for (u32 i = BANK_FRAMES; i > SMALL_FRAMES;
		     i -= 1u << huge_order)
			now.huge[now.nr_huge++] =
				(u8)(base + i - (1u << huge_order));
	}
}

void page_alloc_baseline(void)
{
	baseline = now;
	touched = false;
}

void page_alloc_reset(void)
{
	freed_view = 0;
	if (!touched)
		return;
	now = baseline;
	touched = false;
}

static void prepare(u32 frame, u32 order)
{
	struct page *head = page_of(frame);

	now.order[frame] = (u8)order;
	for (u32 i = 0; i < 1u << order; i++) {
		struct page *page = page_of(frame + i);

		now.generation[frame + i]++;
		now.level[frame + i] = 0;
		put(&page->flags, 0, 8);
		put(&page->compound_head, i ? (u64)head | 1 : 0, 8);
		put(&page->_refcount, i == 0, 4);
		put(&page->_mapcount, 0, 4);
		put(&page->ptl, 0, 4);
	}
	if (sim.cur)
		event_note(EV_PAGE_ALLOC, sim.cur, frame_off(frame),
			   now.generation[frame], 0, order, 0, CALLER);
}

/*
 * Clearing a page is plain stores: on a weak machine they may become visible
 * after a later store that leads to the page, if no barrier stands between.
 */
static void clear_frames(u32 frame, u32 order)
{
	u32 bytes = 1u << sim.cell_lg2;
	u32 delay = sim.cur && sim.stale ? choose(DEV_DELAY, DELAY_MAX) : 0;

	/* Only the words that tables and test data use. */
	for (u32 i = 0; i < 1u << order; i++) {
		for (u32 w = 0; w < 8u << huge_order; w += bytes) {
			u32 off = frame_off(frame + i) + w;

			if (!delay)
				put(mem_ptr(off), 0, bytes);
			else if (mem_peek(off, bytes))
				mem_buffer(sim.cur, off, 0, bytes, delay,
					   EVF_HW, CALLER);
		}
	}
}

static void unlist(u8 *list, u32 *nr, u32 frame)
{
	for (u32 i = 0; i < *nr; i++) {
		if (list[i] != frame)
			continue;
		memmove(&list[i], &list[i + 1], --*nr - i);
		return;
	}
	BUG("setup takes frame %u, which is not free", frame);
}

void page_take(u32 frame, u32 order)
{
	if (order)
		unlist(now.huge, &now.nr_huge, frame);
	else
		unlist(now.small, &now.nr_small, frame);
	prepare(frame, order);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	u32 frame;

	SIM_BUG_ON(order && order != huge_order);
	if (sim.cur) {
		sim_point(sim.cur, 0, false);
		if (fault(FAULT_ALLOC_PAGE))
			return NULL;
	}
	if (order ? !now.nr_huge : !now.nr_small)
		return NULL;
	touched = true;
	if (sim.cur)
		mem_see(sim.cur, freed_view);
	frame = order ? now.huge[--now.nr_huge] : now.small[--now.nr_small];
	prepare(frame, order);
	if (gfp & __GFP_ZERO)
		clear_frames(frame, order);
	return page_of(frame);
}

static void free_frames(u32 frame, u32 order, u64 pc)
{
	touched = true;
	if (order)
		now.huge[now.nr_huge++] = (u8)frame;
	else
		now.small[now.nr_small++] = (u8)frame;
	put(&page_of(frame)->_refcount, 0, 4);
	if (sim.cur)
		freed_view = max_u32(freed_view, mem_seen(sim.cur));
	if (sim.cur)
		event_note(EV_PAGE_FREE, sim.cur, frame_off(frame),
			   now.generation[frame], 0, order, 0, pc);
}

void __free_pages(struct page *page, unsigned int order)
{
	if (sim.cur) {
		sim_point(sim.cur, (u32)mem_off(page), true);
		mem_atomic(sim.cur, (u32)mem_off(page));
	}
	free_frames(page_frame(page), order, CALLER);
}

void pagetable_ctor(struct page *page, int level)
{
	touched = true;
	now.level[page_frame(page)] = (u8)level;
	if (sim.cur)
		event_note(EV_TABLE, sim.cur, frame_off(page_frame(page)),
			   (u64)level, 0, 0, 0, CALLER);
}

/* --- references ---------------------------------------------------------- */

static u32 ref_off(const struct folio *folio)
{
	return (u32)mem_off(&folio->page._refcount);
}

/* One atomic step on the count: full barrier, one event. */
static int change_ref(struct folio *folio, int old, int val, u32 type, u64 pc)
{
	struct agent *a = sim.cur;
	struct event *ev = event_new(type, a);

	ev->val = (u64)(s64)val;
	ev->old = (u64)(s64)old;
	ev->off = frame_off(page_frame(&folio->page));
	ev->ver = 0;
	ev->size = 0;
	ev->flags = old == val ? EVF_FAILED : 0;
	ev->pc = pc;
	if (old != val)
		mem_commit_own_word(a, ref_off(folio), (u32)val);
	event_done(ev);
	return val;
}

static int ref_step(struct folio *folio)
{
	struct agent *a = sim.cur;

	sim_point(a, ref_off(folio), true);
	mem_atomic(a, ref_off(folio));
	return (int)mem_peek(ref_off(folio), 4);
}

void folio_get(struct folio *folio)
{
	int old = ref_step(folio);

	change_ref(folio, old, old + 1, EV_PAGE_GET, CALLER);
}

bool folio_try_get(struct folio *folio)
{
	int old = ref_step(folio);

	return change_ref(folio, old, old > 0 ? old + 1 : old, EV_PAGE_GET,
			  CALLER) != old;
}

void folio_put(struct folio *folio)
{
	int old = ref_step(folio);
	u32 frame = page_frame(&folio->page);

	change_ref(folio, old, old - 1, EV_PAGE_PUT, CALLER);
	if (old == 1)
		free_frames(frame, now.order[frame], CALLER);
}

int folio_ref_count(const struct folio *folio)
{
	return atomic_read(&folio->page._refcount);
}

bool folio_ref_freeze(struct folio *folio, int count)
{
	int old = ref_step(folio);

	return change_ref(folio, old, old == count ? 0 : old, EV_PAGE_FREEZE,
			  CALLER) != old;
}

void folio_ref_unfreeze(struct folio *folio, int count)
{
	int old = ref_step(folio);

	change_ref(folio, old, count, EV_PAGE_GET, CALLER);
}

void split_page_frozen(struct folio *folio, unsigned int order)
{
	struct agent *a = sim.cur;
	u32 frame = page_frame(&folio->page);
	u64 flags;

	touched = true;
	sim_point(a, frame_page_off(frame), true);
	mem_atomic(a, frame_page_off(frame));
	flags = mem_peek((u32)mem_off(&folio->page.flags), 8);
	for (u32 i = 0; i < 1u << order; i++) {
		struct page *page = page_of(frame + i);

		now.order[frame + i] = 0;
		put(&page->flags, flags, 8);
		put(&page->compound_head, 0, 8);
		put(&page->_refcount, 1, 4);
		put(&page->_mapcount, 0, 4);
	}
	event_note(EV_PAGE_SPLIT, a, frame_off(frame), 0, 0, order, 0, CALLER);
}

/* --- content ------------------------------------------------------------- */

void folio_mark_dirty(struct folio *folio)
{
	struct agent *a = sim.cur;
	u32 off = (u32)mem_off(&folio->page.flags);

	sim_point(a, off, true);
	mem_atomic(a, off);
	mem_commit_own(a, off, mem_peek(off, 8) | BIT(PG_dirty), 8);
	event_note(EV_PAGE_DIRTY, a, frame_off(page_frame(&folio->page)), 0, 0,
		   0, 0, CALLER);
}

bool folio_test_dirty(struct folio *folio)
{
	return READ_ONCE(folio->page.flags) & BIT(PG_dirty);
}

void copy_user_highpage(struct page *to, struct page *from)
{
	struct agent *a = sim.cur;
	u32 src = frame_off(page_frame(from)), dst = frame_off(page_frame(to));
	u64 val;

	/* The test data of a page is its first word. */
	sim_point(a, src, false);
	val = mem_load(a, src, sim.split64 ? 4 : 8, 0, CALLER);
	sim_point(a, dst, true);
	mem_store(a, dst, val, sim.split64 ? 4 : 8, 0, CALLER);
	event_note(EV_PAGE_MOVE, a, src, 0, dst, 0, 0, CALLER);
}
