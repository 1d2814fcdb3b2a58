/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct event_log event_log;
u32 event_watch_from;
event_fn event_watch[EV_NR][WATCHERS_MAX + 1];

static const char *const type_names[EV_NR] = {
	[EV_NONE] = "none",
	[EV_LOAD] = "load",
	[EV_STORE] = "store",
	[EV_STORE_BUF] = "store (buffered)",
	[EV_COMMIT] = "store becomes visible",
	[EV_RMW] = "rmw",
	[EV_FENCE] = "fence",
	[EV_OP_BEGIN] = "begin",
	[EV_OP_END] = "end",
	[EV_LOCK] = "lock",
	[EV_UNLOCK] = "unlock",
	[EV_BLOCK] = "waits",
	[EV_IRQ_OFF] = "irqs off",
	[EV_IRQ_ON] = "irqs on",
	[EV_IPI_SEND] = "IPI sent",
	[EV_IPI_DONE] = "IPI taken",
	[EV_RCU_LOCK] = "rcu_read_lock",
	[EV_RCU_UNLOCK] = "rcu_read_unlock",
	[EV_RCU_CALL] = "call_rcu",
	[EV_RCU_RUN] = "grace period over",
	[EV_FAULT] = "fault injected",
	[EV_STUCK] = "stuck",
	[EV_BUG] = "BUG_ON",
	[EV_END] = "end of run",
	[EV_PAGE_ALLOC] = "page allocated",
	[EV_PAGE_FREE] = "page freed",
	[EV_PAGE_GET] = "page reference taken",
	[EV_PAGE_PUT] = "page reference dropped",
	[EV_PAGE_FREEZE] = "page frozen",
	[EV_PAGE_SPLIT] = "folio split",
	[EV_PAGE_DIRTY] = "page marked dirty",
	[EV_PAGE_CLEAN] = "page declared clean",
	[EV_PAGE_MOVE] = "page content moved",
	[EV_TABLE] = "page becomes a table",
	[EV_WALK] = "mmu: reads",
	[EV_WALK_AD] = "mmu: sets",
	[EV_ACCESS] = "access done",
	[EV_PGFAULT] = "page fault",
	[EV_TLBI] = "TLB invalidation issued",
	[EV_TLBI_DONE] = "TLB invalidated",
	[EV_WATCH] = "watch",
	[EV_OBSERVED] = "acts on",
	[EV_PINNED] = "page pinned",
	[EV_UNPINNED] = "page unpinned",
	[EV_SMMU_CMD] = "smmu: consumes",
	[EV_SMMU_CFG] = "smmu: configuration used",
	[EV_SMMU_CFGI] = "smmu: configuration invalidated",
	[EV_SMMU_FAULT] = "smmu: fault",
	[EV_DMA] = "device access done",
	[EV_ATS_GRANT] = "ATS: granted",
	[EV_ATS_INV] = "ATS: invalidated",
	[EV_PRI] = "page request",
	[EV_CLEAN] = "cache cleaned",
	[EV_FLUSHED] = "flushed",
	[EV_DEFERS] = "leaves invalidations open",
	[EV_CONTEXT] = "address space installed",
	[EV_LAZY] = "lazy TLB",
};

const char *event_type_name(enum event_type type)
{
	return type < EV_NR ? type_names[type] : "?";
}

u64 event_log_hash(const struct event_log *log)
{
	XXH64_state_t st;

	XXH64_reset(&st, SCHEDULE_VERSION);
	for (u32 i = 0; i < log->nr; i++) {
		struct event ev = log->ev[i];

		if (ev.flags & EVF_PLAIN)
			continue;
		/* Sub-steps count plain accesses, which compilers merge. */
		ev.key &= ~0xffu;
		ev.ver = 0;	/* counts plain stores, too */
		XXH64_update(&st, &ev, offsetof(struct event, pc));
	}
	return XXH64_digest(&st);
}

void event_watch_clear(void)
{
	for (u32 t = 0; t < EV_NR; t++)
		event_watch[t][0] = NULL;
}

void event_watch_add(u64 types, event_fn fn)
{
	for (u32 t = 0; t < EV_NR; t++) {
		u32 n = 0;

		if (!(types & BIT(t)))
			continue;
		while (event_watch[t][n])
			n++;
		SIM_BUG_ON(n == WATCHERS_MAX);
		event_watch[t][n] = fn;
		event_watch[t][n + 1] = NULL;
	}
}

void event_log_full(void)
{
	BUG("event log full: the step budget is too large for EVENT_MAX");
}

void harness_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "interleaf: harness bug at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	_exit(3);
}
