/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <inttypes.h>

#include "../model/fmt/smmu_bits.h"
#include "../model/kernel/kernel.h"
#include "names.h"
#include "run.h"
#include "symbolize.h"

static void say_access(struct text *t, const struct event *ev,
		       const char *verb, const char *note)
{
	text_add(t, "%s ", verb);
	names_off(t, ev->off, ev->size);
	text_add(t, ": ");
	names_value(t, ev->off, ev->val, ev->size);
	text_add(t, "%s", note);
}

static void say_load(struct text *t, const struct event *ev)
{
	say_access(t, ev, "read", ev->flags & EVF_FORWARD ? " (own buffer)" :
				  ev->flags & EVF_STALE ? " (stale)" : "");
}

static void say_rmw(struct text *t, const struct event *ev)
{
	if (ev->flags & EVF_FAILED) {
		say_access(t, ev, "cmpxchg", " (fails)");
		return;
	}
	text_add(t, "rmw ");
	names_off(t, ev->off, ev->size);
	text_add(t, ": ");
	names_value(t, ev->off, ev->old, ev->size);
	text_add(t, " -> ");
	names_value(t, ev->off, ev->val, ev->size);
}

/* The page walker: whole entries, at a level it knows. */
static void say_walk(struct text *t, const struct event *ev, const char *verb)
{
	text_add(t, "%s ", verb);
	names_off(t, ev->off, 0);
	text_add(t, ": ");
	names_entry_value(t, ev->val, ev->size);
}

/* enum of model/kernel/lock.c */
static void say_lock(struct text *t, const struct event *ev)
{
	static const char *const take[] = {
		"spin_lock", "down_read", "down_write"
	};
	static const char *const drop[] = {
		"spin_unlock", "up_read", "up_write"
	};
	const char *const *verb = ev->type == EV_LOCK ? take : drop;

	text_add(t, "%s ", verb[ev->val % 3]);
	names_off(t, ev->off, 0);
	if (ev->flags & EVF_FAILED)
		text_add(t, " (fails)");
}

static void say_block(struct text *t, const struct event *ev)
{
	switch (ev->off) {
	case WAIT_IPI:
		text_add(t, "waits: IPIs not taken yet: %" PRIu64, ev->val);
		break;
	case WAIT_RCU:
		text_add(t, "waits for a grace period");
		break;
	case WAIT_TLBI:
		text_add(t, "waits for the invalidation");
		break;
	case WAIT_DEVICE:
		text_add(t, "waits for software's answer");
		break;
	case WAIT_EVENTQ:
		text_add(t, "waits for room in the event queue");
		break;
	default:
		text_add(t, "waits for ");
		names_off(t, ev->off, 0);
	}
}

static void say_rcu(struct text *t, const struct event *ev)
{
	struct site site[SITES_MAX];

	if (ev->type == EV_RCU_CALL) {
		text_add(t, ev->off ? "call_rcu" : "synchronize_rcu");
		return;
	}
	/* The address of a function, not one to return to. */
	symbolize(ev->pc + 1, site);
	text_add(t, "grace period over: %s()", site[0].func);
}

static void say_stuck(struct text *t, const struct event *ev)
{
	static const char *const why[] = {
		[STUCK_DEADLOCK] = "deadlock: nobody can go on",
		[STUCK_LIVELOCK] = "livelock: out of steps",
		[STUCK_FAULTS] = "faults for ever",
	};

	text_add(t, "%s", ev->val < ARRAY_SIZE(why) ? why[ev->val] : "stuck");
}

static void say_refs(struct text *t, const struct event *ev, const char *verb)
{
	text_add(t, "%s page %lx: refs %" PRId64, verb,
		 frame_pfn(names_frame(ev)), (s64)ev->old);
	if (ev->flags & EVF_FAILED)
		text_add(t, " (fails)");
	else
		text_add(t, " -> %" PRId64, (s64)ev->val);
}

static void say_page(struct text *t, const struct event *ev, const char *what)
{
	text_add(t, "%s page %lx", what, frame_pfn(names_frame(ev)));
	if (ev->size)
		text_add(t, ", order %u", ev->size);
}

static void say_table(struct text *t, const struct event *ev)
{
	text_add(t, "page %lx ", frame_pfn(names_frame(ev)));
	if (ev->val)
		text_add(t, "becomes a %s table", names_level((u32)ev->val));
	else
		text_add(t, "is no table any more");
}

static void say_move(struct text *t, const struct event *ev)
{
	text_add(t, "copied page %lx to ", frame_pfn(names_frame(ev)));
	names_off(t, (u32)ev->old, 0);
}

static void say_page_event(struct text *t, const struct event *ev)
{
	switch (ev->type) {
	case EV_PAGE_ALLOC: say_page(t, ev, "alloc"); break;
	case EV_PAGE_FREE: say_page(t, ev, "free"); break;
	case EV_PAGE_SPLIT: say_page(t, ev, "split"); break;
	case EV_PAGE_DIRTY: say_page(t, ev, "mark dirty"); break;
	case EV_PAGE_CLEAN: say_page(t, ev, "declare clean"); break;
	case EV_PINNED: say_page(t, ev, "holds a pin on"); break;
	case EV_UNPINNED: say_page(t, ev, "unpins"); break;
	case EV_PAGE_GET: say_refs(t, ev, "get"); break;
	case EV_PAGE_PUT: say_refs(t, ev, "put"); break;
	case EV_PAGE_FREEZE: say_refs(t, ev, "freeze"); break;
	case EV_PAGE_MOVE: say_move(t, ev); break;
	default: say_table(t, ev); break;
	}
}

static void say_op(struct text *t, const struct event *ev)
{
	if (ev->type == EV_OP_BEGIN)
		text_add(t, "op %s %" PRIu64, run_op_name(ev->off), ev->val);
	else if (ev->val < 4096)
		text_add(t, "op %s ends: %" PRIu64, run_op_name(ev->off),
			 ev->val);
	else
		text_add(t, "op %s ends", run_op_name(ev->off));
}

static void say_user(struct text *t, const struct event *ev)
{
	const char *access = ev->flags & EVF_WRITE ? "store" : "load";

	if (ev->type == EV_PGFAULT)
		text_add(t, "page fault: %s %" PRIx64, access, ev->val);
	else
		text_add(t, "%s %" PRIx64 " retires: page %lx", access, ev->val,
		    frame_pfn(names_frame(ev)));
}

static void say_tlb(struct text *t, const struct event *ev)
{
	text_add(t, "%s %" PRIx64 "-%" PRIx64,
		 ev->type == EV_TLBI ? "flush TLB" : "TLB drops", ev->val,
		 ev->old);
}

static void say_fence(struct text *t, const struct event *ev)
{
	static const char *const name[] = {
		[FENCE_ISB] = "isb", [FENCE_DSB] = "dsb",
		[FENCE_DSB_LD] = "dsb ld", [FENCE_DSB_ST] = "dsb st",
	};
	const char *s = ev->val < ARRAY_SIZE(name) ? name[ev->val] : NULL;

	text_add(t, "%s", s ? s : event_type_name(EV_FENCE));
}

static void say_control(struct text *t, const struct event *ev)
{
	switch (ev->type) {
	case EV_LOCK:
	case EV_UNLOCK: say_lock(t, ev); break;
	case EV_BLOCK: say_block(t, ev); break;
	case EV_IPI_SEND:
		text_add(t, "IPI to %s", run_agent_name((u32)ev->val));
		break;
	case EV_IPI_DONE:
		text_add(t, "takes IPI of %s", run_agent_name((u32)ev->val));
		break;
	case EV_FENCE: say_fence(t, ev); break;
	case EV_RCU_CALL:
	case EV_RCU_RUN: say_rcu(t, ev); break;
	case EV_FAULT:
		text_add(t, "fault injected: %s",
		    fault_name((enum fault_point)ev->val));
		break;
	case EV_STUCK: say_stuck(t, ev); break;
	case EV_BUG:
		text_add(t, "BUG_ON, line %" PRIu64, ev->val);
		break;
	case EV_OP_BEGIN:
	case EV_OP_END: say_op(t, ev); break;
	default: text_add(t, "%s", event_type_name(ev->type)); break;
	}
}

static void say_command(struct text *t, const struct event *ev)
{
	static const struct { u8 op; const char *name; } name[] = {
		{ SMMU_CMD_CFGI_STE, "CFGI_STE" },
		{ SMMU_CMD_CFGI_ALL, "CFGI_ALL" },
		{ SMMU_CMD_CFGI_CD, "CFGI_CD" },
		{ SMMU_CMD_CFGI_CD_ALL, "CFGI_CD_ALL" },
		{ SMMU_CMD_TLBI_NH_ALL, "TLBI_NH_ALL" },
		{ SMMU_CMD_TLBI_NH_ASID, "TLBI_NH_ASID" },
		{ SMMU_CMD_TLBI_NH_VA, "TLBI_NH_VA" },
		{ SMMU_CMD_TLBI_NH_VAA, "TLBI_NH_VAA" },
		{ SMMU_CMD_TLBI_NSNH_ALL, "TLBI_NSNH_ALL" },
		{ SMMU_CMD_ATC_INV, "ATC_INV" },
		{ SMMU_CMD_PRI_RESP, "PRI_RESP" },
		{ SMMU_CMD_RESUME, "RESUME" },
		{ SMMU_CMD_SYNC, "SYNC" },
	};
	u32 i = 0;

	while (i < ARRAY_SIZE(name) && name[i].op != (ev->val & SMMU_CMD_OP))
		i++;
	text_add(t, "smmu: %s %s %" PRIx64 " %" PRIx64 "%s",
		 ev->type == EV_SMMU_CMD ? "consumes" : "done:",
		 i < ARRAY_SIZE(name) ? name[i].name : "?", ev->val, ev->old,
		 ev->flags & EVF_STALE ? " (read ahead)" : "");
}

static void say_device(struct text *t, const struct event *ev)
{
	const char *what = ev->flags & EVF_WRITE ? "write" : "read";

	switch (ev->type) {
	case EV_SMMU_CMD:
	case EV_SMMU_CFGI: say_command(t, ev); break;
	case EV_SMMU_CFG:
		text_add(t, "smmu: %s %" PRIx64 " %" PRIx64 "%s",
			 ev->size ? "context" : "stream table entry", ev->val,
			 ev->old, ev->flags & EVF_STALE ? " (cached)" : "");
		break;
	case EV_SMMU_FAULT:
		text_add(t, "smmu: %s %" PRIx64 " %s: event %#x", what, ev->val,
			 ev->old == ~0u ? "aborts" : "stalls", ev->size);
		break;
	case EV_DMA:
		text_add(t, "DMA %s %" PRIx64 "%s: page %lx", what, ev->val,
			 ev->flags & EVF_ATS ? ", translated" : "",
			 frame_pfn(names_frame(ev)));
		break;
	case EV_ATS_GRANT:
		text_add(t, "ATS grants %s %" PRIx64 ": page %lx", what, ev->val,
			 frame_pfn(names_frame(ev)));
		break;
	case EV_ATS_INV:
		text_add(t, "device forgets %" PRIx64 "-%" PRIx64, ev->val,
			 ev->old);
		break;
	case EV_PRI:
		if (ev->size)
			text_add(t, "page request answered: %" PRIu64, ev->old);
		else
			text_add(t, "requests page %" PRIx64, ev->val);
		break;
	default:
		text_add(t, "cleans ");
		names_off(t, ev->off, 0);
		text_add(t, ", %" PRIu64 " bytes", ev->val);
	}
}

void words_event(const struct event *ev, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	buf[0] = 0;
	if (ev->type >= EV_SMMU_CMD && ev->type <= EV_CLEAN) {
		say_device(&t, ev);
		return;
	}
	/* What the allocator clears has a place in the code; what MMUs do not. */
	if ((ev->flags & EVF_HW) && ev->type != EV_COMMIT && !ev->pc)
		text_add(&t, "mmu: ");
	switch (ev->type) {
	case EV_LOAD: say_load(&t, ev); break;
	case EV_STORE: say_access(&t, ev, "write", ""); break;
	case EV_STORE_BUF: say_access(&t, ev, "write", " (buffered)"); break;
	case EV_COMMIT: say_access(&t, ev, "visible:", ""); break;
	case EV_RMW: say_rmw(&t, ev); break;
	case EV_WALK:
		say_walk(&t, ev, ev->flags & EVF_STALE ? "cached" : "read");
		break;
	case EV_WALK_AD: say_walk(&t, ev, "set"); break;
	case EV_OBSERVED: say_walk(&t, ev, "acts on"); break;
	case EV_ACCESS:
	case EV_PGFAULT: say_user(&t, ev); break;
	case EV_TLBI:
	case EV_TLBI_DONE: say_tlb(&t, ev); break;
	default:
		if (names_page_event(ev))
			say_page_event(&t, ev);
		else
			say_control(&t, ev);
		break;
	}
}
