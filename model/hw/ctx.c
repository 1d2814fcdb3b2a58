/* SPDX-License-Identifier: MIT */
/*
 * ctx - which tables an agent walks, and walked before: R-TLB-1, R-TLB-8
 *
 * A TLB entry carries the tag (ASID, PCID) of the context it was read in. A
 * version of an entry can be cached only if the context was installed while it
 * was current; and as long as nothing invalidates it, it is used again by any
 * context with the same tag, also one with other tables: that is what goes
 * wrong when a tag is reused without an invalidation.
 *
 * Global entries (R-X86-6) are used whatever the tag, but only in walks of the
 * tables that they were cached from.
 */
#include "hw.h"

#define CONTEXTS_MAX	16

/**
 * struct context - tables that an agent had between @from and @to
 */
struct context {
	u32 root, from, to;
	u16 asid;
};

static struct context log_[AGENTS_MAX][CONTEXTS_MAX];
static u8 nr_log[AGENTS_MAX];

void ctx_begin(void)
{
	memset(nr_log, 0, sizeof(nr_log));
}

/* Before anything was installed: hw.root, tag 0. */
static const struct context *current(const struct agent *a)
{
	static struct context initial;

	if (nr_log[a->id])
		return &log_[a->id][nr_log[a->id] - 1];
	/* A device has none before it is attached. */
	initial = (struct context){ a->is_cpu ? hw.root : ~0u, 0, ~0u, 0 };
	return &initial;
}

u32 ctx_root(const struct agent *a)
{
	return nr_log[a->id] ? current(a)->root : hw.root;
}

u16 ctx_asid(const struct agent *a)
{
	return nr_log[a->id] ? current(a)->asid : 0;
}

void ctx_install(struct agent *a, u32 root, u16 asid)
{
	struct context *l = log_[a->id];
	u8 *nr = &nr_log[a->id];

	if (!*nr)
		l[(*nr)++] = *current(a);
	if (*nr == CONTEXTS_MAX) {
		/* What was cached long ago is forgotten: shows less. */
		memmove(l, l + 1, (CONTEXTS_MAX - 1) * sizeof(*l));
		(*nr)--;
	}
	l[*nr - 1].to = ++sim.now;
	l[(*nr)++] = (struct context){ root, sim.now, ~0u, asid };
	/* R-X86-5: entries of other tags stay, and those of this one. */
	if (!rule(R_X86_5))
		tlb_invalidate(a, 0, ~0UL);
	a->restart = a->in_insn;
	event_note(EV_CONTEXT, a, root, asid, 0, 0, EVF_HW, 0);
}

u32 ctx_held_until(const struct agent *a, u32 root, bool global, u32 start,
		   u32 end)
{
	u16 asid = ctx_asid(a);
	u32 until = 0;

	if (!nr_log[a->id])
		return root == hw.root ? end : 0;
	for (u32 i = 0; i < nr_log[a->id]; i++) {
		const struct context *c = &log_[a->id][i];

		bool same = c->asid == asid || global || !rule(R_TLB_8);

		if (c->root == root && same && c->from < end && start < c->to)
			until = max_u32(until, min_u32(end, c->to));
	}
	return until;
}

u32 ctx_other_roots(const struct agent *a, u32 *roots, u32 max)
{
	const struct context *now = current(a);
	u32 n = 0;

	for (u32 i = nr_log[a->id]; i-- && n < max;) {
		const struct context *c = &log_[a->id][i];
		bool known = c->root == now->root || c->asid != now->asid;

		for (u32 k = 0; k < n; k++)
			known |= roots[k] == c->root;
		if (!known)
			roots[n++] = c->root;
	}
	return n;
}
