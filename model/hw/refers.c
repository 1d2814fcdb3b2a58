/* SPDX-License-Identifier: MIT */
/*
 * refers - what a value that was loaded leads to: R-DEP-2
 *
 * On a weak machine a load through a pointer is ordered after the load that got
 * the pointer. The machine does not see which of the code's later addresses
 * were computed from it, so all memory that the value can lead to counts: of an
 * entry in a page table the frames it points to, of a pointer the frame or the
 * object it points into; and with a frame its struct page, with a struct page
 * its frame. Too much is an order that hardware does not give; too little would
 * be a load that is older than the pointer it went through, which no hardware
 * does.
 *
 * Not here: dependencies that code breaks, by comparing pointers.
 */
#include "hw.h"

#include "../kernel/kernel.h"

/* An object of the heap, from a pointer into it: of unknown size. */
#define BEFORE	512u
#define AFTER	1024u

/* @nr frames, and what is kept about them. */
static u32 frames(u32 frame, u32 nr, struct span *span)
{
	nr = min_u32(nr, NR_FRAMES - frame);
	span[0] = (struct span){ frame_off(frame), frame_off(frame + nr) };
	span[1] = (struct span){
		frame_page_off(frame), frame_page_off(frame + nr)
	};
	return 2;
}

static u32 entry_refers(u64 e, u32 level, struct span *span)
{
	const struct fmt *f = hw.fmt;
	u32 first = pfn_frame(f->pfn(e));

	if (!f->valid(e, level) || first >= NR_FRAMES)
		return 0;
	return frames(first, f->leaf(e, level) ? fmt_pages(f, level) : 1, span);
}

static u32 pointer_refers(u64 off, struct span *span)
{
	u32 o = (u32)off, frame;

	if (off >= SIM_SIZE)
		return 0;
	if (o < HEAP_SIZE) {
		span[0].start = o - min_u32(o, BEFORE);
		span[0].end = min_u32(o + AFTER, HEAP_SIZE);
		return 1;
	}
	frame = o < FRAMES_OFF ? (o - PAGES_OFF) >> PAGE_LG2 : off_frame(o);
	if (frame >= NR_FRAMES)
		return 0;
	return frames(frame, 1u << page_order(frame), span);
}

u32 hw_refers(u32 off, u64 val, struct span span[4])
{
	u32 frame = off_frame(off), level;

	if (off >= FRAMES_OFF && frame < NR_FRAMES &&
	    (level = page_level(frame)))
		return entry_refers(val, level, span);
	return pointer_refers(val - SIM_BASE, span);
}
