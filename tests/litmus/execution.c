/* SPDX-License-Identifier: MIT */
/*
 * execution - all coherent and atomic executions of a litmus test
 *
 * Two searches, one inside the other. The outer one gives each read that
 * happens, one after another, each write that may be its source. When every
 * value is known the inner one puts the writes of each word in each order that
 * goes with program order and with the reads. Whatever comes out is coherent
 * (SC per location), and no write comes between the two halves of a
 * read-modify-write; the models judge the rest.
 *
 * A choice of sources that leaves values unknown is one where values come out
 * of thin air, from a cycle of dependencies. All models forbid those.
 */
#include <stdio.h>
#include <string.h>

#include "search.h"

static bool happens(const struct ax_event *e, u8 kind)
{
	return e->state == AX_DONE && e->kind == kind;
}

static bool touches(const struct ax_event *e, u32 loc, u32 half)
{
	return e->where && e->loc == loc && (e->halves & BIT(half));
}

static const struct lit_ins *ins_of(const struct ax_search *s,
				    const struct ax_event *e)
{
	return &s->t->thread[e->thread].ins[e->ins];
}

/* --- outcomes ------------------------------------------------------------- */

static bool has_result(const struct lit_ins *ins)
{
	return ins->dst >= 0 && (ins->op == LIT_LOAD || ins->op == LIT_RMW ||
				 ins->op == LIT_CAS || ins->op == LIT_TRYLOCK);
}

u32 ax_project(const struct lit_test *t, const struct lit_final *f,
	       u64 val[AX_VALS])
{
	u32 nr = 0;

	for (u32 i = 0; i < t->nr_threads; i++) {
		for (u32 n = 0; n < t->thread[i].nr_ins; n++) {
			const struct lit_ins *ins = &t->thread[i].ins[n];

			if (!has_result(ins))
				continue;
			if (nr == AX_VALS)
				return 0;
			val[nr++] = f->reg[i][ins->dst];
		}
	}
	if (nr + t->nr_locs > AX_VALS)
		return 0;
	for (u32 i = 0; i < t->nr_locs; i++)
		val[nr++] = f->mem[i];
	return nr;
}

void ax_state(const struct lit_test *t, const u64 val[AX_VALS],
	      struct lit_final *f)
{
	memset(f, 0, sizeof(*f));
	for (u32 i = 0; i < t->nr_threads; i++)
		for (u32 n = 0; n < t->thread[i].nr_ins; n++)
			if (has_result(&t->thread[i].ins[n]))
				f->reg[i][t->thread[i].ins[n].dst] = *val++;
	memcpy(f->mem, val, t->nr_locs * sizeof(f->mem[0]));
}

void ax_name(const struct lit_test *t, u32 n, char *buf, size_t size)
{
	for (u32 i = 0; i < t->nr_threads; i++) {
		for (u32 k = 0; k < t->thread[i].nr_ins; k++) {
			const struct lit_ins *ins = &t->thread[i].ins[k];

			if (has_result(ins) && !n--) {
				snprintf(buf, size, "P%u:r%d", i, ins->dst);
				return;
			}
		}
	}
	snprintf(buf, size, "%s", t->loc[n].name);
}

int ax_find(struct ax_set *set, const u64 val[AX_VALS])
{
	size_t size = set->nr_vals * sizeof(val[0]);
	u64 hash = 0;
	u32 n;

	for (u32 i = 0; i < set->nr_vals; i++)
		hash = (hash ^ val[i]) * 0x9e3779b97f4a7c15UL;
	n = (u32)(hash >> 40) % ARRAY_SIZE(set->bucket);
	while (set->bucket[n]) {
		u32 i = set->bucket[n] - 1u;

		if (!memcmp(set->val[i], val, size))
			return (int)i;
		n = (n + 1) % ARRAY_SIZE(set->bucket);
	}
	if (set->nr == AX_OUTCOMES) {
		set->overflow = true;
		return -1;
	}
	memcpy(set->val[set->nr], val, size);
	set->allowed[set->nr] = set->shown[set->nr] = 0;
	set->bucket[n] = (u16)++set->nr;
	return (int)set->nr - 1;
}

/* --- from an execution to its graph --------------------------------------- */

static void add_sets(struct ax_graph *g, const struct ax_search *s, u32 n)
{
	const struct ax_event *e = &s->ev[n];
	const struct lit_ins *ins = ins_of(s, e);
	bool lock = ins->op == LIT_LOCK || ins->op == LIT_TRYLOCK;
	bool failed = e->kind == AX_R && (ins->op == LIT_CAS ||
		      ins->op == LIT_TRYLOCK) && e[1].state != AX_DONE;
	u32 bit = (u32)BIT(n);

	g->r |= e->kind == AX_R ? bit : 0;
	g->w |= e->kind == AX_W ? bit : 0;
	g->gs |= e->kind == AX_GS ? bit : 0;
	g->gp |= e->kind == AX_GP ? bit : 0;
	g->rl |= e->kind == AX_RL ? bit : 0;
	g->ru |= e->kind == AX_RU ? bit : 0;
	if (lock || ins->op == LIT_RMW || ins->op == LIT_CAS)
		g->locked |= bit;
	if (e->kind == AX_R && (ins->order & LIT_NORET))
		g->noret |= bit;
	else if (e->kind == AX_R && !failed && lock)
		g->acq |= bit, g->lkr |= bit;
	else if (e->kind == AX_R && (!failed || s->t->arm) && !lock) {
		/* A CASA that fails is an acquire; cmpxchg_acquire() is not. */
		g->acq |= ins->order & LIT_ACQ ? bit : 0;
		g->acqpc |= ins->order & LIT_ACQPC ? bit : 0;
	}
	if (e->kind != AX_W)
		return;
	if (ins->op == LIT_UNLOCK)
		g->rel |= bit, g->ul |= bit;
	if (ins->order & LIT_REL) {
		g->rel |= bit;
		if (ins->op != LIT_STORE && (ins->order & LIT_ACQ))
			g->acq_rel |= bit;
	}
}

static void add_pairs(struct ax_graph *g, const struct ax_search *s, u32 n)
{
	const struct ax_event *e = &s->ev[n];
	s8 lock = -1;

	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *d = &s->ev[i];
		u32 bit = (u32)BIT(n);

		if (d->thread != e->thread || d->state != AX_DONE)
			continue;
		g->in_thread.row[i] |= bit;
		if (i >= n)
			continue;
		g->po.row[i] |= bit;
		g->addr.row[i] |= e->addr & BIT(i) ? bit : 0;
		g->data.row[i] |= e->data & BIT(i) ? bit : 0;
		g->ctrl.row[i] |= e->ctrl & BIT(i) ? bit : 0;
		if (d->kind == AX_RL)
			lock = (s8)i;
		if (d->kind > AX_W || e->kind > AX_W)
			continue;
		g->word.row[i] |= d->loc == e->loc ? bit : 0;
		g->mb.row[i] |= d->seen[AX_MB] < e->seen[AX_MB] ? bit : 0;
		g->rmb.row[i] |= d->seen[AX_RMB] < e->seen[AX_RMB] ? bit : 0;
		g->wmb.row[i] |= d->seen[AX_WMB] < e->seen[AX_WMB] ? bit : 0;
		g->isb.row[i] |= e->isb & BIT(i) ? bit : 0;
		g->rmw.row[i] |= d->ins == e->ins ? bit : 0;
	}
	if (e->kind == AX_RU && lock >= 0)
		g->rscs.row[lock] |= (u32)BIT(n);
}

/* All of the graph that does not depend on coherence. */
static void build(struct ax_search *s)
{
	struct ax_graph *g = &s->graph;

	memset(g, 0, sizeof(*g));
	g->mixed = s->split;
	g->nr = g->in_thread.nr = g->po.nr = g->addr.nr = g->data.nr = s->nr;
	g->ctrl.nr = g->rmw.nr = g->rscs.nr = g->mb.nr = g->rmb.nr = s->nr;
	g->word.nr = g->part.nr = s->nr;
	g->wmb.nr = g->isb.nr = g->rf.nr = g->co.nr = g->fr.nr = s->nr;
	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *e = &s->ev[i];

		if (e->state != AX_DONE)
			continue;
		add_sets(g, s, i);
		add_pairs(g, s, i);
		if (e->kind != AX_R)
			continue;
		for_each_bit(h, e->halves) {
			if (e->source[h] < 0)
				continue;
			g->rf.row[e->source[h]] |= (u32)BIT(i);
			if (e->halves == 3 && e->source[0] != e->source[1])
				g->part.row[e->source[h]] |= (u32)BIT(i);
		}
	}
	g->part = rel_and(g->part, g->po);
	g->m = g->r | g->w;
}

/* --- coherence order ------------------------------------------------------ */

/* Place of write @n among those of a half; 0 is the initial value. */
static u32 place_of(const struct ax_search *s, u32 l, u32 h, int n)
{
	for (u32 i = 0; i < s->nr_order[l][h]; i++)
		if (s->order[l][h][i] == n)
			return i + 1;
	return 0;
}

static void add_order(struct ax_search *s, u32 l, u32 h)
{
	const u8 *order = s->order[l][h];
	u32 nr = s->nr_order[l][h], later = 0;

	for (u32 i = nr; i--; later |= (u32)BIT(order[i]))
		s->graph.co.row[order[i]] |= later;
	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *e = &s->ev[i];

		if (!happens(e, AX_R) || !touches(e, l, h))
			continue;
		for (u32 k = place_of(s, l, h, e->source[h]); k < nr; k++)
			if (order[k] != i)
				s->graph.fr.row[i] |= (u32)BIT(order[k]);
	}
}

static u64 final_word(const struct ax_search *s, u32 l)
{
	u64 val = 0;

	for (u32 h = 0; h <= (u32)s->split; h++) {
		u64 half = ax_half(s, s->t->loc[l].init, 3, h);
		u32 nr = s->nr_order[l][h];

		if (nr) {
			u32 last = s->order[l][h][nr - 1];

			half = ax_half(s, s->ev[last].val, s->ev[last].halves,
				       h);
		}
		val |= h ? half << 32 : half;
	}
	return val;
}

static void judge(struct ax_search *s)
{
	u64 val[AX_VALS];
	u32 left;
	int n;

	for (u32 l = 0; l < s->t->nr_locs; l++)
		s->final.mem[l] = final_word(s, l);
	ax_project(s->t, &s->final, val);
	n = ax_find(s->set, val);
	if (n < 0)
		return;
	left = s->models & ~s->set->allowed[n];
	if (!left)
		return;
	memset(s->graph.co.row, 0, sizeof(s->graph.co.row));
	memset(s->graph.fr.row, 0, sizeof(s->graph.fr.row));
	for (u32 l = 0; l < s->t->nr_locs; l++)
		for (u32 h = 0; h <= (u32)s->split; h++)
			add_order(s, l, h);
	s->set->allowed[n] |= ax_judge(&s->graph, left);
}

/* Each thread sees a half's values in coherence order. */
static bool coherent(const struct ax_search *s, u32 l, u32 h)
{
	u32 at[LIT_THREADS] = { 0 };

	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *e = &s->ev[i];
		u32 place;

		if (e->state != AX_DONE || e->kind > AX_W || !touches(e, l, h))
			continue;
		place = place_of(s, l, h,
				 e->kind == AX_W ? (int)i : e->source[h]);
		if (place < at[e->thread] + (e->kind == AX_W))
			return false;
		at[e->thread] = place;
	}
	return true;
}

static void next_half(struct ax_search *s, u32 l, u32 h);

/* May write @w be the next in order? @left: writes not placed yet */
static bool may_follow(const struct ax_search *s, u32 l, u32 h, u32 w, u32 left)
{
	u32 nr = s->nr_order[l][h];
	const struct ax_event *e = &s->ev[w], *read;

	for_each_bit(i, left & ((u32)BIT(w) - 1))
		if (s->ev[i].thread == e->thread)
			return false;
	if (!w)
		return true;
	read = &s->ev[w - 1];
	if (read->thread != e->thread || read->ins != e->ins)
		return true;
	return read->source[h] == (nr ? s->order[l][h][nr - 1] : AX_INIT);
}

static void place_writes(struct ax_search *s, u32 l, u32 h, u32 left)
{
	if (!left) {
		if (!coherent(s, l, h))
			return;
		if (h < (u32)s->split)
			next_half(s, l, h + 1);
		else
			next_half(s, l + 1, 0);
		return;
	}
	for_each_bit(w, left) {
		if (!may_follow(s, l, h, w, left))
			continue;
		s->order[l][h][s->nr_order[l][h]++] = (u8)w;
		place_writes(s, l, h, left & ~(u32)BIT(w));
		s->nr_order[l][h]--;
	}
}

static void next_half(struct ax_search *s, u32 l, u32 h)
{
	u32 writes = 0;

	if (l == s->t->nr_locs) {
		judge(s);
		return;
	}
	for (u32 i = 0; i < s->nr; i++)
		if (happens(&s->ev[i], AX_W) && touches(&s->ev[i], l, h))
			writes |= (u32)BIT(i);
	s->nr_order[l][h] = 0;
	place_writes(s, l, h, writes);
}

/* --- sources of reads ----------------------------------------------------- */

/* Do the sources chosen so far contradict what followed from them? */
static bool contradicted(const struct ax_search *s)
{
	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *e = &s->ev[i];

		if (!happens(e, AX_R) || !e->where)
			continue;
		if (ins_of(s, e)->op == LIT_LOCK && e->what && e->val)
			return true;
		for_each_bit(h, e->halves) {
			const struct ax_event *w;

			if (e->source[h] < 0)
				continue;
			w = &s->ev[e->source[h]];
			if (w->state == AX_SKIPPED ||
			    (w->where && !touches(w, e->loc, h)))
				return true;
		}
	}
	return false;
}

/* Could read @n have half @h from write @i, as far as its thread knows? */
static bool may_read(const struct ax_search *s, u32 n, u32 h, int i)
{
	const struct ax_event *e = &s->ev[n];

	if (i >= 0 && (s->ev[i].kind != AX_W || s->ev[i].state == AX_SKIPPED ||
		       (s->ev[i].where && !touches(&s->ev[i], e->loc, h))))
		return false;
	if (i > (int)n)
		return s->ev[i].thread != e->thread;
	/* Not past a write of its own. */
	if (i >= 0 && s->ev[i].thread != e->thread)
		return true;
	for (int k = i + 1; k < (int)n; k++)
		if (s->ev[k].thread == e->thread && happens(&s->ev[k], AX_W) &&
		    touches(&s->ev[k], e->loc, h))
			return false;
	return true;
}

/* A half of a read that happens, for which no source is chosen yet. */
static bool next_read(const struct ax_search *s, u32 *n, u32 *half)
{
	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *e = &s->ev[i];

		if (!happens(e, AX_R) || !e->where)
			continue;
		for_each_bit(h, e->halves) {
			if (e->source[h] != AX_UNKNOWN)
				continue;
			*n = i;
			*half = h;
			return true;
		}
	}
	return false;
}

static void search(struct ax_search *s)
{
	struct ax_event saved[REL_MAX];
	u32 n, h, settled;

	ax_run(s);
	if (contradicted(s))
		return;
	if (!next_read(s, &n, &h)) {
		if (s->settled != BIT(s->t->nr_threads) - 1)
			return;
		build(s);
		next_half(s, 0, 0);
		return;
	}
	memcpy(saved, s->ev, s->nr * sizeof(saved[0]));
	settled = s->settled;
	for (int i = AX_INIT; i < (int)s->nr; i++) {
		if (!may_read(s, n, h, i))
			continue;
		s->ev[n].source[h] = (s8)i;
		search(s);
		memcpy(s->ev, saved, s->nr * sizeof(saved[0]));
		s->settled = settled;
	}
}

bool ax_allowed(const struct lit_test *t, u32 models, struct ax_set *set)
{
	static struct ax_search s;

	memset(&s, 0, sizeof(s));
	s.t = t;
	s.set = set;
	s.models = models;
	set->nr = 0;
	set->overflow = false;
	set->nr_vals = ax_project(t, &s.final, set->val[0]);
	memset(set->bucket, 0, sizeof(set->bucket));
	if (!set->nr_vals || t->translated || !ax_events(&s))
		return false;
	search(&s);
	return !set->overflow;
}
