/* SPDX-License-Identifier: MIT */
/*
 * reads-before-reuse - a page has a new owner only when its old readers are done
 *
 * Contract: each read of a page by one CPU comes before the first store of the
 * page's next owner, not by luck but by order: from the reader a chain of
 * release, barrier, lock, interrupt or grace period leads to that store. The
 * machine never lets a load pass a later store of its CPU (R-NM-1), so a reader
 * who leaves without a release is not seen to read the new owner's data; here
 * the order itself is judged.
 *
 * How: each agent has a clock, the number of the last event of each other agent
 * that is known to come before what it does next. Clocks are handed on through
 * the places that agents access. A plain or relaxed access hands on what its
 * agent knows of others, and of the agent's own reads those that a barrier
 * separates from it; a release hands on all. The log is read once, and only
 * when a page is allocated that has been freed in this run.
 *
 * Judged:      weak models: at the first store of software to a page that was
 *              freed and allocated again, or at the page's becoming a table,
 *              reads by software of other CPUs from before it was allocated
 * Not judged:  reads that are acquires: they come before what follows them
 *              reads by MMUs and through user mappings: invalidations end those
 *              (translations-end, tables-outlive-walks)
 *              In doubt there is order: every access to a place is taken for an
 *              acquire, a read barrier to hold up later stores as well, a
 *              release atomic for a full barrier, every reference count,
 *              dirtying and failed atomic for one; the log does not tell
 *              Dependencies are no order: a store that depends on a read only
 *              by its value or a branch is not taken for a release. Who gives
 *              memory back must not rely on that
 * Basis:       tools/memory-model/Documentation/explanation.txt;
 *              Documentation/core-api/refcount-vs-atomic.rst; mm/mmu_gather.c;
 *              R-NM-1, R-LD-3, R-CM-2, R-F-MB, R-LK-1, R-LK-2, R-IPI-1, R-IPI-2,
 *              R-RCU-1, R-RCU-3, O-HAZ
 * Mutants:     none: no scenario runs on a weak machine yet; tests/oracles has
 *              logs
 */
#include "oracle.h"

#include <string.h>

#define PLACES		256	/* a power of two */

struct clock {
	u32 of[AGENTS_MAX];
};

/**
 * struct mind - what an agent knows
 * @knows: last event of each agent that comes before its next access
 * @fenced: own events before its last barrier
 * @unlocked: own events before its last unlock (R-LK-2)
 * @left: what it knew when it left its last RCU reader
 * @waits: it is in synchronize_rcu()
 */
struct mind {
	struct clock knows, left;
	u32 fenced, unlocked;
	bool waits;
};

static struct mind minds[AGENTS_MAX];

/* Clocks that places hand on; 0: nobody's. */
static struct { u32 name; struct clock c; } places[PLACES];
static struct clock allocator, grace;

static u32 cursor;		/* events before it have been looked at */
static bool any_pending;

/* Last read of a frame by each agent, and the last before its allocation. */
static u32 last_read[NR_FRAMES][AGENTS_MAX];
static u32 owed[NR_FRAMES][AGENTS_MAX];
static bool pending[NR_FRAMES];

static bool concerns(void)
{
	return sim.stale;
}

static void begin(void)
{
	if (!cursor)
		return;
	cursor = 0;
	any_pending = false;
	memset(minds, 0, sizeof(minds));
	memset(places, 0, sizeof(places));
	memset(&allocator, 0, sizeof(allocator));
	memset(&grace, 0, sizeof(grace));
	memset(last_read, 0, sizeof(last_read));
	memset(pending, 0, sizeof(pending));
}

/* --- clocks -------------------------------------------------------------- */

static void join(struct clock *c, const struct clock *d)
{
	for (u32 a = 0; a < AGENTS_MAX; a++)
		c->of[a] = max_u32(c->of[a], d->of[a]);
}

/* A word; of struct page, all of it: reference count, lock, flags. */
static u32 name_of(u32 off)
{
	if (off >= PAGES_OFF && off < FRAMES_OFF)
		return (off >> PAGE_LG2 << PAGE_LG2) | 1;
	return (off & ~7u) | 1;
}

/* With places all taken, two share one: more order, never less. */
static struct clock *place(u32 off)
{
	u32 name = name_of(off), h = name * 2654435761u >> 24;

	for (u32 i = 0; i < PLACES; i++, h = (h + 1) % PLACES) {
		if (!places[h].name)
			places[h].name = name;
		if (places[h].name == name)
			break;
	}
	return &places[h].c;
}

/* What @a hands on with an access that comes after its own events @until. */
static struct clock told(u32 a, u32 until)
{
	struct clock c = minds[a].knows;

	c.of[a] = max_u32(c.of[a], until);
	return c;
}

static void meet(u32 a, struct clock *place, u32 until)
{
	struct clock c = told(a, until);

	join(&minds[a].knows, place);
	join(place, &c);
}

static void barrier(u32 a, u32 n)
{
	minds[a].fenced = n;
}

/* A barrier and an atomic on @off in one. */
static void full(u32 a, u32 off, u32 n)
{
	barrier(a, n);
	meet(a, place(off), n);
}

/* --- events -------------------------------------------------------------- */

static void read_frame(const struct event *ev, u32 n)
{
	u32 frame = off_frame(ev->off);

	if (ev->off >= FRAMES_OFF && frame < NR_FRAMES &&
	    !(ev->flags & (EVF_HW | EVF_FORWARD | EVF_ORDER)))
		last_read[frame][ev->agent] = n;
}

static void access(const struct event *ev, u32 n)
{
	u32 a = ev->agent, off = ev->off;
	bool ordered = ev->flags & EVF_ORDER;

	switch (ev->type) {
	case EV_LOAD:
		read_frame(ev, n);
		meet(a, place(off), minds[a].fenced);
		break;
	case EV_RMW:
		if (ordered || ev->flags & EVF_FAILED)
			full(a, off, n);
		else
			meet(a, place(off), minds[a].fenced);
		break;
	default:
		meet(a, place(off), ordered ? n : minds[a].fenced);
	}
}

static bool holds_up_stores(u64 fence)
{
	return fence == FENCE_MB || fence == FENCE_RMB || fence == FENCE_DSB ||
	       fence == FENCE_DSB_LD;
}

static void rcu_event(const struct event *ev, u32 n)
{
	u32 a = ev->agent;
	struct clock c = told(a, n);

	switch (ev->type) {
	case EV_RCU_LOCK:
	case EV_IRQ_OFF:
		join(&minds[a].knows, &grace);
		break;
	case EV_RCU_UNLOCK:
	case EV_IRQ_ON:
		minds[a].left = c;
		break;
	case EV_RCU_CALL:
		barrier(a, n);
		join(&grace, &c);
		minds[a].waits = !ev->off;
		break;
	default:	/* EV_RCU_RUN */
		join(&minds[a].knows, &grace);
		for (u32 i = 0; i < AGENTS_MAX; i++)
			join(&minds[a].knows, &minds[i].left);
	}
}

static void ipi_event(const struct event *ev, u32 n)
{
	u32 to = ev->agent, from = (u32)ev->val;

	if (ev->type == EV_IPI_SEND) {
		barrier(ev->agent, n);
		return;
	}
	/* Both ways: the sender waits for it. */
	barrier(to, n);
	minds[to].knows.of[from] = max_u32(minds[to].knows.of[from],
					   minds[from].fenced);
	join(&minds[to].knows, &minds[from].knows);
	minds[from].knows.of[to] = n;
	join(&minds[from].knows, &minds[to].knows);
}

static void lock_event(const struct event *ev, u32 n)
{
	u32 a = ev->agent;

	if (ev->type == EV_UNLOCK) {
		meet(a, place(ev->off), n);
		minds[a].unlocked = n;
		return;
	}
	minds[a].fenced = max_u32(minds[a].fenced, minds[a].unlocked);
	meet(a, place(ev->off), minds[a].fenced);
}

static void allocated(const struct event *ev)
{
	join(&minds[ev->agent].knows, &allocator);
	for (u32 i = 0; i < 1u << ev->size; i++) {
		u32 frame = off_frame(ev->off) + i;

		memcpy(owed[frame], last_read[frame], sizeof(owed[frame]));
		for (u32 a = 0; a < AGENTS_MAX; a++)
			pending[frame] |= owed[frame][a] && a != ev->agent;
		any_pending |= pending[frame];
		memset(last_read[frame], 0, sizeof(last_read[frame]));
	}
}

static void page_event(const struct event *ev, u32 n)
{
	u32 a = ev->agent;
	struct clock c;

	full(a, frame_page_off(off_frame(ev->off)), n);
	if (ev->type == EV_PAGE_ALLOC) {
		allocated(ev);
	} else if (ev->type == EV_PAGE_FREE) {
		c = told(a, n);
		join(&allocator, &c);
	}
}

/* synchronize_rcu() has returned, when its caller is seen again. */
static void waited(u32 a)
{
	minds[a].waits = false;
	for (u32 i = 0; i < AGENTS_MAX; i++)
		join(&minds[a].knows, &minds[i].left);
}

static void learn(const struct event *ev, u32 n)
{
	if (minds[ev->agent].waits && ev->type != EV_BLOCK)
		waited(ev->agent);
	switch (ev->type) {
	case EV_LOAD:
	case EV_STORE:
	case EV_STORE_BUF:
	case EV_COMMIT:
	case EV_RMW:
		access(ev, n);
		break;
	case EV_FENCE:
		if (holds_up_stores(ev->val))
			barrier(ev->agent, n);
		break;
	case EV_LOCK:
	case EV_UNLOCK:
		lock_event(ev, n);
		break;
	case EV_IPI_SEND:
	case EV_IPI_DONE:
		ipi_event(ev, n);
		break;
	case EV_RCU_LOCK:
	case EV_RCU_UNLOCK:
	case EV_RCU_CALL:
	case EV_RCU_RUN:
	case EV_IRQ_OFF:
	case EV_IRQ_ON:
		rcu_event(ev, n);
		break;
	default:
		if (ev->type >= EV_PAGE_ALLOC && ev->type <= EV_PAGE_CLEAN)
			page_event(ev, n);
	}
}

/* Events are counted from 1: 0 is none. */
static void learn_until(u32 end)
{
	for (; cursor < end; cursor++)
		learn(&event_log.ev[cursor], cursor + 1);
}

/* --- judging ------------------------------------------------------------- */

static void given(const struct event *ev)
{
	if (frame_state(off_frame(ev->off))->gen > 1)
		learn_until(event_index(ev) + 1);
}

static void judge(const struct event *ev)
{
	u32 frame = off_frame(ev->off), a = ev->agent;

	if (likely(!any_pending) || ev->off < FRAMES_OFF || !pending[frame] ||
	    ev->flags & EVF_HW || (ev->type == EV_TABLE && !ev->val))
		return;
	pending[frame] = false;
	learn_until(event_index(ev));
	for (u32 b = 0; b < AGENTS_MAX; b++)
		if (b != a && owed[frame][b] > minds[a].knows.of[b])
			oracle_fail(&oracle_reads_before_reuse,
				    "read-races-with-reuse", "R-NM-1 O-HAZ", ev,
				    owed[frame][b] - 1,
				    "pfn %lx has a new owner, and nothing puts a read of its last life before that",
				    frame_pfn(frame));
}

const struct oracle oracle_reads_before_reuse = {
	.name = "reads-before-reuse",
	.summary = "a page has a new owner only when its old readers are done",
	.concerns = concerns,
	.begin = begin,
	.on = {
		{ EV_PAGE_ALLOC, given },
		{ EV_TABLE, judge },
		{ EV_STORE, judge },
		{ EV_STORE_BUF, judge },
		{ EV_RMW, judge },
	},
};
