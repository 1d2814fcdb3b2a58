/* SPDX-License-Identifier: MIT */
/*
 * tlb - translations that a CPU may still use: R-TLB-1 to R-TLB-5, R-INV-6s
 *
 * Nothing is stored per entry. A CPU may use an old version of an entry iff
 * it was current at some time after the last invalidation that covers it
 * reached that CPU, and the walk led to it then: the walker may have read it,
 * on demand or speculatively. So a log of invalidations per CPU is all there
 * is.
 */
#include "hw.h"

#include "../sim/log.h"

#define INVALIDATIONS_MAX	64

struct invalidation {
	u64 start, end;
	u32 ts;
};

static struct invalidation log_[AGENTS_MAX][INVALIDATIONS_MAX];
static u32 nr_log[AGENTS_MAX];

struct hw hw;

void tlb_begin(void)
{
	for (u32 i = 0; i < AGENTS_MAX; i++)
		nr_log[i] = 0;
}

void tlb_invalidate(struct agent *a, u64 start, u64 end)
{
	struct invalidation *l = log_[a->id];
	u32 n = nr_log[a->id];

	if (n == INVALIDATIONS_MAX) {
		/* Fold the older half into one invalidation of everything:
		 * fewer translations stay usable, never more. */
		for (u32 i = 0; i < n / 2; i++)
			l[i] = l[i + n / 2];
		l[0] = (struct invalidation){ 0, ~0UL, l[0].ts };
		nr_log[a->id] = n -= n / 2;
	}
	a->restart = a->in_insn;
	l[n] = (struct invalidation){ start, end, ++sim.now };
	nr_log[a->id]++;
	event_note(EV_TLBI_DONE, a, 0, start, end, 0, EVF_HW, 0);
}

u32 tlb_floor(const struct agent *a, u64 va, u64 size)
{
	const struct invalidation *l = log_[a->id];

	for (u32 n = nr_log[a->id]; n--;)
		if (l[n].start < va + size && va < l[n].end)
			return l[n].ts;
	return 0;
}

/*
 * R-INV-9: INVLPG drops everything that leads to tables, whatever its address.
 * A broadcast drops what it covers.
 */
static u32 invlpg_floor(const struct agent *a, u32 floor)
{
	u32 n = nr_log[a->id];

	return n && hw.flush == FLUSH_IPI ? log_[a->id][n - 1].ts : floor;
}

bool tlb_may_hold(const struct agent *a, u64 va, u32 level, u32 slot, u32 since,
		  u32 i, struct tlb_use *use)
{
	u32 shift = fmt_shift(hw.fmt, level);
	u64 base = va >> shift << shift;
	u32 floor = tlb_floor(a, base, 1UL << shift);
	u32 table_floor = invlpg_floor(a, floor);
	u32 ts, end;

	mem_at(slot, 8, ~0u - 1, &ts, NULL);
	/* Back through the versions; each ended where the next one began. */
	while (ts > floor && ts > since) {
		end = ts;
		use->val = mem_at(slot, 8, ts - 1, &ts, NULL);
		use->start = ts;
		if (!hw.fmt->leaf(use->val, level) && end <= table_floor)
			continue;
		if (hw.fmt->cacheable(use->val, level) && !--i)
			return true;
	}
	return false;
}

u32 tlb_led_since(u32 slot, u32 level, const struct tlb_use *use)
{
	u32 since = use->start, start = since;

	while (start) {
		u64 e = mem_at(slot, 8, start - 1, &start, NULL);

		if (!hw.fmt->valid(e, level) ||
		    hw.fmt->pfn(e) != hw.fmt->pfn(use->val))
			break;
		since = start;
	}
	return since;
}
