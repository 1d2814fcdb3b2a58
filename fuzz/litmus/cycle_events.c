/* SPDX-License-Identifier: MIT */
/*
 * cycle_events - the test of a cycle: events, values, program, condition
 *
 * An edge to a different location ends at a new one; the last of these ends
 * at the first location again. So all accesses to one location stand in a row
 * of the cycle, and their order there is the order in which the question has
 * them happen: stores write 1, 2, and so on, loads read what the store before
 * them wrote, or the 0 of the initial state.
 *
 * The condition says just that: what the loads at a rf or fr edge read, and
 * what is there at the end, where two stores go to one location. With three
 * stores the end would not tell their order; such cycles are refused.
 */
#include "cycle.h"

#include <errno.h>
#include <stdio.h>

struct event {
	u8 dir, thread, loc;
	char note;
	s8 reg;			/* that a load reads into, or an exclusive */
	u64 val;
};

struct events {
	const struct cycle *c;
	struct lit_test *t;
	struct event ev[CYCLE_MAX];
	u32 stores[CYCLE_MAX];	/* to each location */
	u32 nr_locs;
	bool full;		/* test has no room for it */
	char *err;
	size_t err_size;
};

static int refuse(struct events *e, const char *what)
{
	snprintf(e->err, e->err_size, "%s: %s", e->t->name, what);
	return -ENOTSUP;
}

static const struct cycle_edge *edge_to(const struct cycle *c, u32 n)
{
	return &c->edge[n ? n - 1 : c->nr - 1];
}

/* --- what the events are ------------------------------------------------- */

/*
 * A load or a store: as one of its edges says. Where neither does, it is what
 * the event before it is, as in "pos-po".
 */
static int set_dirs(struct events *e)
{
	const struct cycle *c = e->c;
	u32 i;

	for (i = 0; i < c->nr; i++) {
		u8 in = edge_to(c, i)->dst, out = c->edge[i].src;

		if (in != DIR_ANY && out != DIR_ANY && in != out)
			return refuse(e, "one access is load and store");
		e->ev[i].dir = in != DIR_ANY ? in : out;
		if (e->ev[i].dir == DIR_ANY && i)
			e->ev[i].dir = e->ev[i - 1].dir;
	}
	return 0;
}

static int set_notes(struct events *e)
{
	const struct cycle *c = e->c;
	u32 i;

	for (i = 0; i < c->nr; i++) {
		char in = edge_to(c, i)->note[1], out = c->edge[i].note[0];
		char note = in == 'p' ? out : in;

		if (in != 'p' && out != 'p' && in != out)
			return refuse(e, "one access has two orders");
		if (e->ev[i].dir == DIR_R ? note == 'l' :
		    note == 'a' || note == 'q')
			return refuse(e, "order on the wrong access");
		e->ev[i].note = note;
	}
	return 0;
}

static int set_threads(struct events *e)
{
	const struct cycle *c = e->c;
	u32 i, nr = 1, now = 0, left = 0;

	for (i = 0; i + 1 < c->nr; i++) {
		switch (c->edge[i].to) {
		case TO_ASIDE:
			left = now;
			now = nr++;
			break;
		case TO_NEXT:
			now = nr++;
			break;
		case TO_BACK:
			now = left;
			break;
		}
		if (nr > LIT_THREADS)
			return refuse(e, "too many threads");
		e->ev[i + 1].thread = (u8)now;
	}
	return 0;
}

static int set_locs(struct events *e)
{
	const struct cycle *c = e->c;
	u32 i, now = 0;

	for (i = 0; i < c->nr; i++)
		e->nr_locs += !c->edge[i].same;
	if (e->nr_locs < 2)
		return refuse(e, "a cycle needs two locations");
	for (i = 0; i < c->nr; i++) {
		e->ev[i].loc = (u8)now;
		if (!c->edge[i].same)
			now = (now + 1) % e->nr_locs;
	}
	return 0;
}

static int set_values(struct events *e)
{
	const struct cycle *c = e->c;
	u32 i, n, start = 0;
	u64 val = 0;

	while (c->edge[start].same)
		start++;
	for (i = 1; i <= c->nr; i++) {
		n = (start + i) % c->nr;
		if (!edge_to(c, n)->same)
			val = 0;
		if (e->ev[n].dir == DIR_W) {
			val++;
			e->stores[e->ev[n].loc]++;
		}
		if (val > 2)
			return refuse(e, "three stores to one location");
		e->ev[n].val = val;
	}
	return 0;
}

/* --- program ------------------------------------------------------------- */

/* What does not fit goes to a scratch instruction, and the test is refused. */
static struct lit_ins *emit(struct events *e, u32 thread, enum lit_op op)
{
	static struct lit_ins scratch;
	struct lit_ins *ins = lit_emit(e->t, thread, op);

	if (!ins)
		e->full = true;
	return ins ? ins : &scratch;
}

static s8 reg_or_full(struct events *e, int reg)
{
	if (reg < 0)
		e->full = true;
	return (s8)reg;
}

static s8 new_reg(struct events *e, u32 thread)
{
	return reg_or_full(e, lit_reg(e->t, thread));
}

static s8 new_const(struct events *e, u32 thread, u64 val)
{
	return reg_or_full(e, lit_const(e->t, thread, val));
}

/* Return: a register that holds @val and depends on the load into @on. */
static s8 depend(struct events *e, u32 thread, s8 on, u64 val)
{
	s8 zero = new_reg(e, thread), sum = new_reg(e, thread);
	struct lit_ins *ins;

	ins = emit(e, thread, LIT_ALU);
	ins->alu = LIT_XOR;
	ins->dst = zero;
	ins->a = on;
	ins->b = on;
	ins = emit(e, thread, LIT_ALU);
	ins->alu = LIT_ADD;
	ins->dst = sum;
	ins->a = zero;
	ins->imm = val;
	return sum;
}

/* A branch to the next instruction, whichever way it goes. */
static void branch(struct events *e, u32 thread, s8 on)
{
	struct lit_ins *ins = emit(e, thread, LIT_BNZ);

	ins->a = on;
	ins->target = (s16)e->t->thread[thread].nr_ins;
}

static u8 order_of(char note)
{
	return note == 'a' ? LIT_ACQ : note == 'q' ? LIT_ACQPC :
	       note == 'l' ? LIT_REL : 0;
}

/*
 * An exclusive access is a pair LDXR, STXR that succeeds, so an RMW: of a
 * load, one that stores what is there.
 */
static void access(struct events *e, struct event *ev, s8 addr, s8 val)
{
	bool store = ev->dir == DIR_W, rmw = ev->note == 'x';
	struct lit_ins *ins;

	if (!store || rmw) {
		ev->reg = new_reg(e, ev->thread);
		if (ev->reg >= 0)
			snprintf(e->t->thread[ev->thread].reg[ev->reg], 16,
				 "r%d", ev->reg);
	}
	ins = emit(e, ev->thread, rmw ? LIT_RMW : store ? LIT_STORE : LIT_LOAD);
	ins->order = order_of(ev->note);
	ins->alu = store ? LIT_SECOND : LIT_FIRST;
	ins->dst = ev->reg;
	ins->addr = addr;
	ins->val = val;
}

/* Event @n, and what stands between it and the one before it. */
static void program(struct events *e, u32 n)
{
	static const struct cycle_edge none = { .fence = -1, .how = HOW_PO };
	struct event *ev = &e->ev[n];
	bool after = n && edge_to(e->c, n)->to == TO_SAME;
	const struct cycle_edge *in = after ? edge_to(e->c, n) : &none;
	s8 from = after ? e->ev[n - 1].reg : -1, addr, val = -1;
	u64 place = LIT_ADDR(ev->loc);

	ev->reg = -1;
	if (in->how == HOW_CTRL)
		branch(e, ev->thread, from);
	if (in->fence >= 0)
		emit(e, ev->thread, LIT_FENCE)->imm = (u64)in->fence;
	addr = in->how == HOW_ADDR ? depend(e, ev->thread, from, place) :
	       new_const(e, ev->thread, place);
	if (in->how == HOW_DATA)
		val = depend(e, ev->thread, from, ev->val);
	else if (ev->dir == DIR_W || ev->note == 'x')
		val = new_const(e, ev->thread, ev->val);
	access(e, ev, addr, val);
}

/* --- condition ----------------------------------------------------------- */

static struct lit_node *require(struct events *e, enum lit_cond cond)
{
	static struct lit_node scratch;
	struct lit_test *t = e->t;
	int leaf = lit_node(t, cond), both;

	if (leaf < 0) {
		e->full = true;
		return &scratch;
	}
	if (t->root < 0) {
		t->root = (s16)leaf;
		return &t->node[leaf];
	}
	both = lit_node(t, LIT_BOTH);
	if (both < 0) {
		e->full = true;
		return &scratch;
	}
	t->node[both].l = t->root;
	t->node[both].r = (s16)leaf;
	t->root = (s16)both;
	return &t->node[leaf];
}

static void require_reg(struct events *e, const struct event *ev, u64 val)
{
	struct lit_node *node = require(e, LIT_REG_IS);

	node->thread = ev->thread;
	node->reg = (u8)ev->reg;
	node->val = val;
}

static void condition(struct events *e)
{
	const struct cycle *c = e->c;
	u32 i;

	for (i = 0; i < e->nr_locs; i++)
		if (e->stores[i] > 1) {
			struct lit_node *node = require(e, LIT_LOC_IS);

			node->loc = (s16)i;
			node->val = e->stores[i];
		}
	for (i = 0; i < c->nr; i++) {
		const struct event *ev = &e->ev[i];

		if (ev->dir == DIR_W && ev->note == 'x')
			require_reg(e, ev, ev->val - 1);
		else if (edge_to(c, i)->how == HOW_RF && ev->dir == DIR_R)
			require_reg(e, ev, ev->val);
		else if (c->edge[i].how == HOW_FR)
			require_reg(e, ev, ev->val);
	}
}

static bool name_locs(struct events *e)
{
	static const char names[] = "xyzabcdefghijklmnopqrstuvw";
	char name[2] = "";
	u32 i;

	for (i = 0; i < e->nr_locs; i++) {
		name[0] = names[i];
		if (lit_loc(e->t, name) != (int)i)
			return false;
	}
	return true;
}

int cycle_test(const struct cycle *c, struct lit_test *t, char *err,
	       size_t err_size)
{
	static int (*const steps[])(struct events *e) = {
		set_dirs, set_notes, set_threads, set_locs, set_values
	};
	struct events e = { .c = c, .t = t, .err = err, .err_size = err_size };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		int ret = steps[i](&e);

		if (ret)
			return ret;
	}
	t->arm = true;
	t->quant = LIT_EXISTS;
	if (!name_locs(&e))
		return refuse(&e, "too many locations");
	for (i = 0; i < c->nr; i++)
		program(&e, i);
	condition(&e);
	return e.full ? refuse(&e, "a thread is too long") : 0;
}
