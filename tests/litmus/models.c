/* SPDX-License-Identifier: MIT */
/*
 * models - the axioms
 *
 * The executions that come here are coherent and atomic already, so each model
 * is what it adds to that: one or two relations that must have no cycle.
 */
#include "graph.h"

const char *const ax_model_name[AX_MODELS] = {
	[AX_SC] = "sc", [AX_TSO] = "tso", [AX_TSO_OWN] = "tso+own",
	[AX_LKMM] = "lkmm",
	[AX_LKMM_RW] = "lkmm+rw", [AX_LKMM_MCA] = "lkmm+rw+mca",
	[AX_LKMM_OWN] = "lkmm+rw+mca+own",
	[AX_ARM] = "armv8", [AX_ARM_RW] = "armv8+rw",
	[AX_ARM_OWN] = "armv8+rw+own",
};

static struct rel ext(const struct ax_graph *g, struct rel a)
{
	return rel_minus(a, g->in_thread);
}

static struct rel internal(const struct ax_graph *g, struct rel a)
{
	return rel_and(a, g->in_thread);
}

static struct rel com_ext(const struct ax_graph *g)
{
	return ext(g, rel_or(g->rf, rel_or(g->co, g->fr)));
}

/* What the machine orders within a thread though no model says so. */
static struct rel own(const struct ax_graph *g)
{
	struct rel own = rel_within(~0u, internal(g, g->rf), g->locked);
	struct rel word = rel_minus(g->word, rel_within(g->w, g->word, g->r));

	if (!g->mixed)
		return own;
	return rel_or(own, rel_or(g->part, word));
}

/* --- grace periods, where everybody sees writes at once ------------------- */

/*
 * A critical section ends before a grace period does, or begins after it has
 * begun: all that is before the unlock is before all that is after the grace
 * period, or all that is before the grace period is before all that is after
 * the lock. Try each combination.
 */
static bool acyclic_with_law(const struct ax_graph *g, struct rel a)
{
	u32 nr = 0, gp[REL_MAX], rl[REL_MAX], ru[REL_MAX];
	u32 first = g->rl | g->gs | g->gp, last = g->ru | g->gs | g->gp;

	if (!g->gp)
		return rel_acyclic(a);
	a = rel_or(a, rel_within(~0u, g->po, last));
	a = rel_or(a, rel_within(first, g->po, ~0u));
	for_each_bit(i, g->gp)
		for_each_bit(j, g->rl)
			for_each_bit(k, g->rscs.row[j]) {
				gp[nr] = i;
				rl[nr] = j;
				ru[nr++] = k;
			}
	for (u64 choice = 0; choice < BIT(nr); choice++) {
		struct rel b = a;

		for (u32 i = 0; i < nr; i++)
			if (choice & BIT(i))
				b.row[gp[i] - 1] |= (u32)BIT(rl[i]);
			else
				b.row[ru[i]] |= (u32)BIT(gp[i]);
		if (rel_acyclic(b))
			return true;
	}
	return false;
}

/* --- SC and x86-TSO ------------------------------------------------------- */

static bool sc(const struct ax_graph *g)
{
	struct rel po = rel_within(g->m, g->po, g->m);

	return acyclic_with_law(g, rel_or(po, com_ext(g)));
}

static struct rel tso_order(const struct ax_graph *g)
{
	struct rel po = rel_within(g->m, g->po, g->m);
	struct rel ppo = rel_minus(po, rel_within(g->w, po, g->r));

	ppo = rel_or(ppo, g->mb);
	ppo = rel_or(ppo, rel_within(g->locked, po, ~0u));
	ppo = rel_or(ppo, rel_within(~0u, po, g->locked));
	return rel_or(ppo, com_ext(g));
}

static bool tso(const struct ax_graph *g)
{
	return acyclic_with_law(g, tso_order(g));
}

static bool tso_own(const struct ax_graph *g)
{
	return acyclic_with_law(g, rel_or(tso_order(g), own(g)));
}

/* --- the Linux kernel ----------------------------------------------------- */

/**
 * struct lkmm - relations the kernel's model names
 * @rel: anything before a release, @acq: acquire and what comes after it
 * @unlock_lock: po-unlock-lock-po
 * @ppo: but for the part of @unlock_lock in one thread
 */
struct lkmm {
	struct rel strong, rel, acq, wmb, rmb, unlock_lock, ppo;
};

static struct rel lkmm_unlock_lock(const struct ax_graph *g)
{
	struct rel po = rel_within(g->m, g->po, g->m);
	struct rel next = rel_within(g->ul, rel_or(po, g->rf), g->lkr);

	return rel_seq(rel_seq(po, next), po);
}

static struct rel lkmm_ppo(const struct ax_graph *g, const struct lkmm *l)
{
	struct rel data_rfi = rel_seq(g->data, internal(g, g->rf));
	struct rel carry = rel_star(data_rfi);
	struct rel dep = rel_seq(carry, rel_or(g->addr, g->data));
	struct rel ctrl = rel_seq(carry, g->ctrl);
	struct rel ppo;

	ppo = rel_within(~0u, rel_or(dep, ctrl), g->w);
	ppo = rel_or(ppo, internal(g, rel_or(g->co, g->fr)));
	ppo = rel_or(ppo, rel_within(~0u, rel_seq(carry, g->addr), g->r));
	ppo = rel_or(ppo, rel_seq(dep, internal(g, g->rf)));
	ppo = rel_or(ppo, rel_or(l->strong, rel_or(l->rel, l->acq)));
	return rel_or(ppo, rel_or(l->wmb, l->rmb));
}

static struct lkmm lkmm_relations(const struct ax_graph *g)
{
	struct rel po = rel_within(g->m, g->po, g->m);
	u32 read = g->r & ~g->noret;
	struct lkmm l;

	l.strong = g->mb;
	l.rel = rel_within(~0u, po, g->rel);
	l.acq = rel_within(g->acq | g->acqpc, po, ~0u);
	l.wmb = rel_within(g->w, g->wmb, g->w);
	l.rmb = rel_within(read, g->rmb, read);
	l.unlock_lock = lkmm_unlock_lock(g);
	l.ppo = lkmm_ppo(g, &l);
	return l;
}

static struct rel lkmm_prop(const struct ax_graph *g, const struct lkmm *l)
{
	struct rel rfe_opt = rel_opt(ext(g, g->rf));
	struct rel cumul = rel_seq(rfe_opt, rel_or(l->strong, l->rel));
	struct rel sequence = rel_star(rel_seq(g->rf, g->rmw));

	cumul = rel_or(cumul, rel_or(l->wmb, l->unlock_lock));
	cumul = rel_star(rel_seq(cumul, sequence));
	cumul = rel_seq(rel_opt(ext(g, rel_or(g->co, g->fr))), cumul);
	return rel_seq(cumul, rfe_opt);
}

/* Chains of as many grace periods as critical sections, or more. */
static struct rel lkmm_rcu_order(const struct ax_graph *g, struct rel link)
{
	struct rel gp = rel_within(g->gp, rel_id(g->nr), g->gp);
	struct rel rscsi = rel_inverse(g->rscs), order = gp, before;
	struct rel gp_link = rel_seq(gp, link);
	struct rel cs_link = rel_seq(rscsi, link);

	order = rel_or(order, rel_seq(gp_link, rscsi));
	order = rel_or(order, rel_seq(cs_link, gp));
	do {
		struct rel on = rel_seq(order, link);

		before = order;
		order = rel_or(order, rel_seq(gp_link, rel_seq(on, rscsi)));
		order = rel_or(order, rel_seq(cs_link, rel_seq(on, gp)));
		order = rel_or(order, rel_seq(on, order));
	} while (!rel_equal(order, before));
	return order;
}

/*
 * What everybody agrees on. Unlock and lock make a store execute before a
 * later load, which for the kernel's model does not mean that it is visible.
 */
static struct rel lkmm_mca_order(const struct ax_graph *g)
{
	struct lkmm l = lkmm_relations(g);
	struct rel order = rel_or(l.ppo, rel_within(g->r, g->po, g->w));
	struct rel locks = internal(g, l.unlock_lock);

	locks = rel_minus(locks, rel_within(g->w, locks, g->r));
	return rel_or(rel_or(order, locks), com_ext(g));
}

static bool lkmm_mca(const struct ax_graph *g)
{
	return acyclic_with_law(g, lkmm_mca_order(g));
}

static bool lkmm_own(const struct ax_graph *g)
{
	return acyclic_with_law(g, rel_or(lkmm_mca_order(g), own(g)));
}

/* @rw: load-store order is preserved as well */
static bool lkmm_with(const struct ax_graph *g, bool rw)
{
	struct rel prop, hb, hbs, pb, link, order, rb;
	struct lkmm l;

	if (g->mixed)
		return lkmm_mca(g);
	l = lkmm_relations(g);
	l.ppo = rel_or(l.ppo, internal(g, l.unlock_lock));
	if (rw)
		l.ppo = rel_or(l.ppo, rel_within(g->r, g->po, g->w));
	prop = lkmm_prop(g, &l);
	hb = internal(g, rel_minus(prop, rel_id(g->nr)));
	hb = rel_or(hb, rel_or(l.ppo, ext(g, g->rf)));
	if (!rel_acyclic(hb))
		return false;
	hbs = rel_star(hb);
	pb = rel_seq(rel_seq(prop, l.strong), hbs);
	if (!rel_acyclic(pb))
		return false;
	if (!g->gp)
		return true;
	link = rel_seq(rel_seq(hbs, rel_star(pb)), prop);
	link = rel_seq(rel_seq(rel_opt(g->po), link), g->po);
	order = lkmm_rcu_order(g, link);
	rb = rel_seq(rel_seq(prop, g->po), order);
	rb = rel_seq(rel_seq(rb, rel_opt(g->po)), rel_seq(hbs, rel_star(pb)));
	return rel_irreflexive(rb);
}

static bool lkmm(const struct ax_graph *g)
{
	return lkmm_with(g, false);
}

static bool lkmm_rw(const struct ax_graph *g)
{
	return lkmm_with(g, true);
}

/* --- Armv8 ---------------------------------------------------------------- */

static struct rel arm_dependencies(const struct ax_graph *g)
{
	struct rel po = rel_within(g->m, g->po, g->m);
	struct rel dep = rel_or(g->addr, g->data), dob;

	dob = rel_or(g->ctrl, rel_seq(g->addr, po));
	dob = rel_or(dep, rel_within(~0u, dob, g->w));
	dob = rel_or(dob, rel_within(~0u, g->isb, g->r));
	return rel_or(dob, rel_seq(dep, internal(g, g->rf)));
}

static struct rel arm_barriers(const struct ax_graph *g)
{
	struct rel po = rel_within(g->m, g->po, g->m), bob;

	bob = rel_or(g->mb, rel_within(g->r & ~g->noret, g->rmb, ~0u));
	bob = rel_or(bob, rel_within(g->w, g->wmb, g->w));
	bob = rel_or(bob, rel_within(g->rel, po, g->acq));
	bob = rel_or(bob, rel_within(g->acq | g->acqpc | g->acq_rel, po, ~0u));
	return rel_or(bob, rel_within(~0u, po, g->rel));
}

static struct rel arm_local(const struct ax_graph *g)
{
	struct rel local = internal(g, rel_or(g->co, g->fr)), rfi;

	rfi = rel_within(rel_range(g->rmw), internal(g, g->rf),
			 g->acq | g->acqpc);
	local = rel_or(local, rel_or(g->rmw, rfi));
	local = rel_or(local, arm_dependencies(g));
	return rel_or(local, arm_barriers(g));
}

static bool arm(const struct ax_graph *g)
{
	return rel_acyclic(rel_or(arm_local(g), com_ext(g)));
}

static struct rel arm_rw_order(const struct ax_graph *g)
{
	struct rel rw = rel_within(g->r, g->po, g->w);

	return rel_or(rel_or(arm_local(g), rw), com_ext(g));
}

static bool arm_rw(const struct ax_graph *g)
{
	return rel_acyclic(arm_rw_order(g));
}

static bool arm_own(const struct ax_graph *g)
{
	return rel_acyclic(rel_or(arm_rw_order(g), own(g)));
}

u32 ax_judge(const struct ax_graph *g, u32 models)
{
	static bool (*const allows[AX_MODELS])(const struct ax_graph *g) = {
		[AX_SC] = sc, [AX_TSO] = tso, [AX_TSO_OWN] = tso_own,
		[AX_LKMM] = lkmm,
		[AX_LKMM_RW] = lkmm_rw, [AX_LKMM_MCA] = lkmm_mca,
		[AX_LKMM_OWN] = lkmm_own,
		[AX_ARM] = arm, [AX_ARM_RW] = arm_rw, [AX_ARM_OWN] = arm_own,
	};
	u32 by = 0;

	for (u32 i = 0; i < AX_MODELS; i++)
		if ((models & BIT(i)) && allows[i](g))
			by |= (u32)BIT(i);
	return by;
}
