/* SPDX-License-Identifier: MIT */
/*
 * tlb - which invalidations have reached whom: R-TLB-1, R-TLB-7, R-TLB-8,
 * R-INV-2, R-INV-9
 *
 * No TLB entry is stored anywhere. An agent may use an old version of an entry
 * iff it was current at some time after the last invalidation that covers it
 * reached that agent, and the walk led to it then: the walker may have read it,
 * on demand or speculatively. So a log of invalidations per agent is all there
 * is.
 */
#include "hw.h"

#include "../sim/log.h"

#define INVALIDATIONS_MAX	64
#define USED_MAX		64

struct invalidation {
	struct tlb_scope scope;
	u32 ts;
	u8 remote;
};

static struct invalidation log_[AGENTS_MAX][INVALIDATIONS_MAX];
static u32 nr_log[AGENTS_MAX];

/* Only where R-INV-6 is exact. */
static u32 used[AGENTS_MAX][USED_MAX];

struct hw hw;

#ifdef INTERLEAF_DROP_RULES
enum rule rule_dropped = R_NR;
#endif

void tlb_begin(void)
{
	memset(nr_log, 0, sizeof(nr_log));
	if (hw.exact_inv)
		memset(used, 0, sizeof(used));
}

void tlb_note(u32 type, struct agent *a, const struct tlb_scope *s, u64 pc)
{
	struct event *ev = event_new(type, a);

	ev->val = s->start;
	ev->old = s->end;
	ev->off = s->asid == ASID_ALL ? 0 : s->asid + 1u;
	ev->ver = (u32)s->nr << 8 | s->to;
	ev->size = s->level;
	ev->flags = (u8)((type == EV_TLBI_DONE ? EVF_HW : 0) |
			 (s->leaf ? EVF_LEAF : 0));
	ev->pc = pc;
	event_done(ev);
}

u8 tlb_cpus(void)
{
	u8 mask = 0;

	for (u32 i = 0; i < sim.nr_agents; i++)
		mask |= (u8)(sim.agent[i].is_cpu << i);
	return mask;
}

void tlb_invalidate_scope(struct agent *a, const struct tlb_scope *s,
			  bool remote)
{
	struct invalidation *l = log_[a->id];
	u32 n = nr_log[a->id];

	if (n == INVALIDATIONS_MAX) {
		/* Fold the older half into one invalidation of everything:
		 * fewer translations stay usable, never more. */
		for (u32 i = 0; i < n / 2; i++)
			l[i] = l[i + n / 2];
		l[0].scope = (struct tlb_scope){ .end = ~0UL, .asid = ASID_ALL };
		nr_log[a->id] = n -= n / 2;
	}
	a->restart = a->in_insn;
	l[n].scope = *s;
	l[n].scope.nr = l[n].scope.to = 0;
	l[n].ts = ++sim.now;
	l[n].remote = remote;
	nr_log[a->id]++;
	tlb_note(EV_TLBI_DONE, a, s, 0);
}

struct tlb_scope tlb_scope_of(u64 start, u64 end)
{
	return (struct tlb_scope){
		.start = start, .end = end, .asid = ASID_ALL,
		/* R-INV-9: INVLPG drops all that leads to tables. */
		.tables = hw.flush == FLUSH_IPI && !hw.leaf_only &&
			  rule(R_INV_9),
		.leaf = hw.leaf_only,
	};
}

void tlb_invalidate(struct agent *a, u64 start, u64 end)
{
	struct tlb_scope s = tlb_scope_of(start, end);

	tlb_invalidate_scope(a, &s, false);
}

/* Does the invalidation take away @e, which spans [@base, @base + @size)? */
static bool covers(const struct tlb_scope *s, const struct tlb_entry *e,
		   u64 base, u64 size)
{
	if (!rule(R_INV_2))
		return true;
	/* R-X86-6: a global one only goes with all, or by INVLPG. */
	if (s->asid != ASID_ALL && (e->global && rule(R_X86_6) ?
				    !s->globals : s->asid != e->asid))
		return false;
	if (s->leaf && e->table)
		return false;
	if (s->level && s->level != e->level)
		return false;
	if (s->tables && e->table)
		return true;
	return s->start < base + size && base < s->end;
}

u32 tlb_dropped(const struct agent *a, const struct tlb_entry *e, u32 from,
		bool *remote)
{
	const struct invalidation *l = log_[a->id];
	u32 shift = fmt_shift(hw.fmt, e->level), first = 0;
	u64 base, size;

	/* R-TLB-7: of a block, any address will do. */
	if (!rule(R_TLB_7))
		shift = hw.fmt->page_lg2;
	/* R-CONT-6: of a group, each page by itself. */
	if (e->cont && !rule(R_CONT_6))
		shift += hw.fmt->cont_lg2[e->level];
	base = e->va >> shift << shift;
	size = 1UL << shift;
	for (u32 n = nr_log[a->id]; n-- && l[n].ts >= from;) {
		if (!covers(&l[n].scope, e, base, size))
			continue;
		first = l[n].ts;
		if (remote)
			*remote = l[n].remote;
		if (!hw.exact_inv)
			break;		/* that there is one is enough */
	}
	return first;
}

u32 tlb_led_since(u32 slot, u32 level, u64 val, u32 start)
{
	u32 since = start;

	while (start) {
		u64 e = mem_at(slot, 8, start - 1, &start, NULL);

		if (!hw.fmt->valid(e, level) ||
		    hw.fmt->pfn(e) != hw.fmt->pfn(val))
			break;
		since = start;
	}
	return since;
}

/* Slots that share a place order each other: stronger, never weaker. */
static u32 *used_place(const struct agent *a, u32 slot)
{
	return &used[a->id][((slot >> 3 & 7) | (slot >> FRAME_LG2 & 7) << 3)];
}

u32 tlb_used(const struct agent *a, u32 slot)
{
	return hw.exact_inv ? *used_place(a, slot) : 0;
}

void tlb_use(const struct agent *a, u32 slot, u32 view)
{
	u32 *p = used_place(a, slot);

	if (hw.exact_inv)
		*p = max_u32(*p, view);
}

/* By members: what lies between them is anything. */
void tlb_scope_state(struct state *s, struct tlb_scope *scope)
{
	state_of(s, scope->start);
	state_of(s, scope->end);
	state_of(s, scope->asid);
	state_of(s, scope->leaf);
	state_of(s, scope->tables);
	state_of(s, scope->globals);
	state_of(s, scope->level);
	state_of(s, scope->nr);
	state_of(s, scope->to);
}

void tlb_state(struct state *s)
{
	for (u32 i = 0; i < sim.nr_agents; i++) {
		state_of(s, nr_log[i]);
		for (u32 n = 0; n < nr_log[i]; n++) {
			tlb_scope_state(s, &log_[i][n].scope);
			state_of(s, log_[i][n].ts);
			state_of(s, log_[i][n].remote);
		}
		state_bytes(s, used[i], sizeof(used[i]));
	}
	tlbi_state(s);
}
