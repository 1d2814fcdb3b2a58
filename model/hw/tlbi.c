/* SPDX-License-Identifier: MIT */
/*
 * tlbi - invalidations in flight: R-INV-1, R-INV-3, R-INV-4, R-INV-8
 *
 * One delivery for each recipient, each in its own time; a dsb of the issuer
 * waits for all of them. An invalidation is not ordered after the issuer's own
 * earlier stores unless a dsb is between (R-INV-7): a walker may read the old
 * entry from memory again after it.
 *
 * One that firmware delivers (riscv) is the same, but for how it arrives.
 */
#include "hw.h"

#include "../include/machine.h"
#include "../kernel/kernel.h"
#include "../sim/log.h"

/**
 * struct flight
 * @trap: arrives as an exception, and brings what the issuer had seen: @view
 */
struct flight {
	struct tlb_scope scope;
	u32 view;
	u8 from;
	bool trap;
};

static struct flight flights[64];
static u32 nr_flights;
static u8 awaited[AGENTS_MAX];

void tlbi_begin(void)
{
	nr_flights = 0;
	memset(awaited, 0, sizeof(awaited));
}

void tlbi_state(struct state *s)
{
	state_of(s, nr_flights);
	for (u32 i = 0; i < min_u32(nr_flights, ARRAY_SIZE(flights)); i++) {
		tlb_scope_state(s, &flights[i].scope);
		state_of(s, flights[i].from);
		state_of(s, flights[i].view);
		state_of(s, flights[i].trap);
	}
	state_bytes(s, awaited, sim.nr_agents);
}

/* Was the store made through a translation that is not the newest any more? */
static bool superseded(const struct sb_entry *e, u32 root)
{
	struct fmt_map m = fmt_walk(hw.fmt, root, e->tva);

	return m.slot != e->tslot || mem_newest_ts(e->tslot) != e->tver;
}

struct victim {
	const struct tlb_scope *scope;
	u32 root;
};

/*
 * R-INV-4: what the recipient stored through a translation that goes away, and
 * its updates of the entry, become visible first.
 */
static bool comes_first(const struct sb_entry *e, const void *arg)
{
	const struct victim *v = arg;
	const struct tlb_scope *s = v->scope;

	/* No broadcast reaches what a device has translated itself. */
	if (!e->tslot || e->ats || e->tva >= s->end ||
	    e->tva < s->start >> hw.fmt->page_lg2 << hw.fmt->page_lg2)
		return false;
	return e->hw || superseded(e, v->root);
}

static void arrives(struct agent *to, u32 n)
{
	struct flight *f = &flights[n];
	struct agent *from = &sim.agent[f->from];
	struct victim v = { &f->scope, ctx_root(to) };

	if (f->trap && to != from)
		irq_entered(to, f->view);
	else if (to != from && rule(R_INV_4))
		mem_drain_some(to, comes_first, &v);
	tlb_invalidate_scope(to, &f->scope, to != from);
	from->v.tlbi = max_u32(from->v.tlbi, sim.now);
	if (!--awaited[f->from])
		sim_wake(WAIT_TLBI | f->from);
}

/* R-SMMU-5: an SMMU does if it takes part in broadcasts (BTM). */
static bool hears(const struct agent *to)
{
	return to->is_cpu || (hw.dvm >> to->id & 1 && rule(R_SMMU_5));
}

static void issue(struct agent *a, const struct flight *f, u32 mask, u64 pc)
{
	u32 n = nr_flights++ % ARRAY_SIZE(flights);
	struct tlb_scope *issued = &flights[n].scope;

	flights[n] = *f;
	issued->nr = (u16)nr_flights;
	issued->to = (u8)mask & tlb_cpus();
	tlb_note(EV_TLBI, a, issued, pc);
	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *to = &sim.agent[i];

		if (!hears(to) || !(mask & 1u << i))
			continue;
		awaited[a->id]++;
		if (!sim.explore)
			sim_substep(a);
		/* R-INV-8: when, nobody knows before a dsb. */
		if (!rule(R_INV_8))
			arrives(to, n);
		else
			sim_deliver(arrives, to, n, NULL);
	}
}

void tlbi(struct agent *a, const struct tlb_scope *s, bool broadcast, u64 pc)
{
	struct flight f = { .scope = *s, .from = a->id };

	/* R-INV-7: nothing waits for the issuer's own stores. */
	if (!rule(R_INV_7))
		mem_drain_stepwise(a);
	broadcast &= rule(R_INV_1);
	/* R-INV-3: a local one does nothing for others. */
	issue(a, &f, broadcast || !rule(R_INV_3) ? ~0u : 1u << a->id, pc);
}

void tlbi_by_trap(struct agent *a, const struct tlb_scope *s, u32 mask, u64 pc)
{
	struct flight f = { .scope = *s, .from = a->id, .trap = true,
			    .view = max_u32(a->v.fl, mem_seen(a)) };

	issue(a, &f, mask & tlb_cpus(), pc);
}

/* model/include/machine.h */
void machine_tlbi(machine_u64 start, machine_u64 end, enum machine_tlbi what)
{
	struct agent *a = sim.cur;
	struct tlb_scope s = {
		.start = start, .end = end, .asid = ASID_ALL,
		.leaf = what & MACHINE_TLBI_LEAF,
	};

	if (!a)
		return;
	sim_point(a, 0, false);
	tlbi(a, &s, what & MACHINE_TLBI_BROADCAST,
	     (u64)__builtin_return_address(0));
}

void tlbi_sync(struct agent *a, u64 pc)
{
	mem_drain_stepwise(a);
	while (awaited[a->id]) {
		if (sim.explore) {
			sim.blocked = true;
			return;
		}
		event_note(EV_BLOCK, a, WAIT_TLBI, awaited[a->id], 0, 0, 0, pc);
		sim_block(WAIT_TLBI | a->id);
	}
	/* On a TSO machine that waits for invalidations (TLBSYNC) it is no
	 * more than a full fence. */
	mem_fence(a, sim.stale ? FENCE_DSB : FENCE_MB, pc);
}
