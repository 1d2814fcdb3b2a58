/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "random.h"

/**
 * struct writer - a program being made
 * @budget: accesses that may still be made, in all threads together
 * @locs: data locations
 * @last: register that the last load of the thread went to, or -1
 * @ctrl: branch whose target is to be set after the next access, or -1
 * @depend: per cent of addresses and values that depend on the last load
 * @next: value that the next store to a location stores
 * @features: of this program
 */
struct writer {
	struct lit_test *t;
	u64 state;
	u32 budget, thread, locs, depend;
	int last, ctrl, loc;
	u8 next[LIT_LOCS];
	bool arm, locks, rcu, mixed, pointers, message;
};

static u32 draw(struct writer *w, u32 n)
{
	u64 z = w->state += 0x9e3779b97f4a7c15UL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebUL;
	return (u32)((z ^ z >> 31) >> 32) % n;
}

static bool chance(struct writer *w, u32 percent)
{
	return draw(w, 100) < percent;
}

static struct lit_ins *emit(struct writer *w, enum lit_op op)
{
	struct lit_ins *ins = lit_emit(w->t, w->thread, op);

	SIM_BUG_ON(!ins);
	return ins;
}

static s8 reg(struct writer *w)
{
	int r = lit_reg(w->t, w->thread);

	SIM_BUG_ON(r < 0);
	return (s8)r;
}

static s8 constant(struct writer *w, u64 imm)
{
	int r = lit_const(w->t, w->thread, imm);

	SIM_BUG_ON(r < 0);
	return (s8)r;
}

/* --- dependencies --------------------------------------------------------- */

/* A zero that depends on the last load. */
static s8 false_zero(struct writer *w)
{
	struct lit_ins *ins;
	s8 zero = reg(w);

	ins = emit(w, LIT_ALU);
	ins->dst = zero;
	ins->alu = LIT_XOR;
	ins->a = ins->b = (s8)w->last;
	return zero;
}

static s8 dependent(struct writer *w, u64 imm)
{
	s8 zero = false_zero(w), dst = reg(w);
	struct lit_ins *ins = emit(w, LIT_ALU);

	ins->dst = dst;
	ins->alu = LIT_ADD;
	ins->a = zero;
	ins->imm = imm;
	return dst;
}

static s8 address(struct writer *w, u32 loc)
{
	if (w->last >= 0 && chance(w, w->depend))
		return dependent(w, LIT_ADDR(loc));
	return constant(w, LIT_ADDR(loc));
}

/* A new value, the loaded one plus one, or a new one that depends on it. */
static s8 value(struct writer *w, u32 loc)
{
	u64 val = ++w->next[loc];

	if (w->mixed)
		val |= val << 32;
	if (w->last >= 0 && chance(w, w->depend))
		return dependent(w, val);
	if (w->last >= 0 && !w->pointers && chance(w, 4)) {
		s8 dst = reg(w);
		struct lit_ins *ins = emit(w, LIT_ALU);

		ins->dst = dst;
		ins->alu = LIT_ADD;
		ins->a = (s8)w->last;
		ins->imm = 1;
		return dst;
	}
	return constant(w, val);
}

/* Jump over the next access, or to the end of the thread. */
static void begin_ctrl(struct writer *w)
{
	struct lit_ins *ins;

	if (w->last < 0 || w->ctrl >= 0 || !chance(w, 10))
		return;
	ins = emit(w, chance(w, 50) ? LIT_BZ : LIT_BNZ);
	ins->a = (s8)w->last;
	w->ctrl = w->t->thread[w->thread].nr_ins - 1;
}

static void end_ctrl(struct writer *w)
{
	struct lit_thread *t = &w->t->thread[w->thread];

	if (w->ctrl < 0)
		return;
	t->ins[w->ctrl].target = (s16)t->nr_ins;
	snprintf(t->label[t->nr_ins], sizeof(t->label[0]), "L%u", t->nr_ins);
	w->ctrl = -1;
}

/* --- accesses ------------------------------------------------------------- */

/* Mostly not the location of the access before. */
static u32 location(struct writer *w)
{
	u32 loc = draw(w, w->locs);

	if ((int)loc == w->loc && chance(w, 70))
		loc = (loc + 1) % w->locs;
	w->loc = (int)loc;
	return loc;
}

enum bytes { WHOLE, LOW_HALF, HIGH_HALF };

static enum bytes bytes(struct writer *w)
{
	if (!w->mixed || chance(w, 40))
		return WHOLE;
	return chance(w, 50) ? LOW_HALF : HIGH_HALF;
}

static void set_bytes(struct lit_ins *ins, enum bytes bytes)
{
	ins->size = bytes == WHOLE ? 8 : 4;
	ins->offset = bytes == HIGH_HALF ? 4 : 0;
}

static void load(struct writer *w, u32 loc)
{
	s8 addr = address(w, loc), dst = reg(w);
	struct lit_ins *ins = emit(w, LIT_LOAD);

	ins->addr = addr;
	ins->dst = dst;
	set_bytes(ins, bytes(w));
	if (chance(w, 18))
		ins->order = chance(w, 50) ? LIT_ACQ : LIT_ACQPC;
	w->last = dst;
}

static void store(struct writer *w, u32 loc)
{
	s8 addr = address(w, loc), val = value(w, loc);
	struct lit_ins *ins = emit(w, LIT_STORE);

	ins->addr = addr;
	ins->val = val;
	set_bytes(ins, bytes(w));
	if (chance(w, 18))
		ins->order = LIT_REL;
}

static u8 rmw_order(struct writer *w, bool has_result)
{
	u32 n = draw(w, 10);

	if (n < 3)
		return 0;
	if (n < 5)
		return LIT_REL;
	if (n < 7)
		return has_result ? LIT_ACQ : 0;
	if (!w->arm)
		return LIT_FULL;
	return has_result && n < 9 ? LIT_ACQ | LIT_REL : 0;
}

static void rmw(struct writer *w)
{
	bool has_result = chance(w, 75);
	u32 loc = location(w);
	s8 addr = address(w, loc), val = value(w, loc);
	s8 dst = has_result ? reg(w) : -1;
	struct lit_ins *ins = emit(w, LIT_RMW);

	ins->addr = addr;
	ins->val = val;
	ins->dst = dst;
	ins->alu = has_result && chance(w, 60) ? LIT_SECOND : LIT_ADD;
	ins->order = rmw_order(w, has_result);
	if (!has_result)
		ins->order = (ins->order & ~LIT_FULL) | LIT_NORET;
	else
		w->last = dst;
	set_bytes(ins, bytes(w));
}

static void cas(struct writer *w)
{
	u32 loc = location(w);
	u64 exp = draw(w, 2);
	enum bytes b = bytes(w);
	s8 addr = address(w, loc), val = value(w, loc);
	s8 old = constant(w, w->mixed && b == WHOLE ? exp | exp << 32 : exp);
	s8 dst = reg(w);
	struct lit_ins *ins = emit(w, LIT_CAS);

	ins->addr = addr;
	ins->val = val;
	ins->exp = old;
	ins->dst = dst;
	ins->order = rmw_order(w, true);
	set_bytes(ins, b);
	w->last = dst;
}

/* Load a pointer and use it, or make it point to another location. */
static void pointer(struct writer *w)
{
	s8 addr = constant(w, LIT_ADDR(w->locs)), r, dst;
	struct lit_ins *ins;

	if (chance(w, 50)) {
		r = constant(w, LIT_ADDR(1));
		ins = emit(w, LIT_STORE);
		ins->addr = addr;
		ins->val = r;
		ins->order = chance(w, 50) ? LIT_REL : 0;
		return;
	}
	r = reg(w);
	ins = emit(w, LIT_LOAD);
	ins->addr = addr;
	ins->dst = r;
	dst = reg(w);
	ins = emit(w, LIT_LOAD);
	ins->addr = r;
	ins->dst = dst;
	w->last = dst;
	w->budget -= w->budget > 0;
}

static void fence(struct writer *w)
{
	u32 n = draw(w, 100);
	enum lit_fence f;

	if (n < 10)
		f = LIT_MB;
	else if (n < 20)
		f = LIT_RMB;
	else if (n < 30)
		f = LIT_WMB;
	else if (n < 38 && w->arm)
		f = LIT_ISB;
	else
		return;
	emit(w, LIT_FENCE)->imm = f;
}

static void access(struct writer *w)
{
	u32 n = draw(w, 100);

	if (!w->budget)
		return;
	w->budget--;
	begin_ctrl(w);
	if (w->ctrl >= 0 && w->arm && chance(w, 40))
		emit(w, LIT_FENCE)->imm = LIT_ISB;
	if (w->pointers && n < 40)
		pointer(w);
	else if (n < 45)
		load(w, location(w));
	else if (n < 86)
		store(w, location(w));
	else if (n < 94)
		rmw(w);
	else
		cas(w);
	if (chance(w, 60))
		end_ctrl(w);
}

/* --- threads -------------------------------------------------------------- */

static void accesses(struct writer *w, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		access(w);
		fence(w);
	}
}

static void lock_op(struct writer *w, enum lit_op op, u32 loc)
{
	s8 addr;

	end_ctrl(w);
	addr = constant(w, LIT_ADDR(loc));
	emit(w, op)->addr = addr;
}

/* An access in a critical section, perhaps before and after another one. */
static void locked_thread(struct writer *w)
{
	u32 lock = w->locs + chance(w, 25);

	if (chance(w, 40))
		accesses(w, 1);
	lock_op(w, LIT_LOCK, lock);
	accesses(w, 1);
	lock_op(w, LIT_UNLOCK, lock);
	if (chance(w, 35)) {
		lock_op(w, LIT_LOCK, w->locs + 1);
		accesses(w, 1);
		lock_op(w, LIT_UNLOCK, w->locs + 1);
	} else if (chance(w, 50)) {
		accesses(w, 1);
	}
}

static void rcu_thread(struct writer *w)
{
	if (chance(w, 50)) {
		emit(w, LIT_RCU_LOCK);
		accesses(w, 2);
		end_ctrl(w);
		emit(w, LIT_RCU_UNLOCK);
		if (chance(w, 30))
			accesses(w, 1);
		return;
	}
	accesses(w, 1);
	end_ctrl(w);
	emit(w, LIT_SYNC_RCU);
	accesses(w, 1);
}

/* What may stand between two loads and order them. */
static void order_loads(struct writer *w)
{
	u32 n = draw(w, 5);

	if (n == 1 || n == 2) {
		emit(w, LIT_BZ)->a = (s8)w->last;
		w->ctrl = w->t->thread[w->thread].nr_ins - 1;
	}
	if ((n == 2 || n == 3) && w->arm)
		emit(w, LIT_FENCE)->imm = LIT_ISB;
	if (n == 4) {
		store(w, 2);
		load(w, 2);
	}
}

/*
 * A message and a flag: what a reader may rely on is many things, and each
 * alone is too rare in programs without a plan.
 */
static void message_thread(struct writer *w)
{
	bool writer = !w->thread, locks = w->locks && chance(w, 50);

	w->depend = 60;
	if (locks)
		lock_op(w, LIT_LOCK, w->locs);
	if (writer)
		store(w, 0);
	else
		load(w, 1);
	if (locks) {
		lock_op(w, LIT_UNLOCK, w->locs);
		lock_op(w, LIT_LOCK, w->locs + 1);
	} else if (!writer) {
		order_loads(w);
	} else if (chance(w, 80)) {
		emit(w, LIT_FENCE)->imm = LIT_WMB;
	}
	if (writer)
		store(w, 1);
	else
		load(w, 0);
	if (locks)
		lock_op(w, LIT_UNLOCK, w->locs + 1);
	w->depend = 15;
}

static void thread(struct writer *w, u32 nr_threads)
{
	u32 left = nr_threads - w->thread, nr = w->budget / left;

	w->last = w->ctrl = w->loc = -1;
	if (w->message && w->thread < 2)
		message_thread(w);
	else if (w->message)
		accesses(w, 1);
	else if (w->locks && (w->thread < 2 || chance(w, 50)))
		locked_thread(w);
	else if (w->rcu)
		rcu_thread(w);
	else
		accesses(w, nr + (left > 1 && chance(w, 30)));
	end_ctrl(w);
}

static void features(struct writer *w, bool arm)
{
	u32 n = draw(w, 100);

	w->arm = arm;
	w->locks = !arm && n < 12;
	w->rcu = !arm && n >= 12 && n < 26;
	w->mixed = n >= 26 && n < 32;
	w->pointers = n >= 32 && n < 38;
	w->message = n >= 38 && n < 50;
	if (w->message && !arm)
		w->locks = chance(w, 25);
}

void lit_random(struct lit_test *t, u64 seed, bool arm)
{
	static const char *const name[] = { "x", "y", "z" };
	static const u8 budget[] = { 4, 5, 5 };
	struct writer w = { .t = t, .state = seed, .depend = 15 };
	u32 n = draw(&w, 10), nr_threads = n < 5 ? 2 : n < 9 ? 3 : 4;

	lit_init(t);
	snprintf(t->name, sizeof(t->name), "random-%lu", seed);
	t->arm = arm;
	features(&w, arm);
	w.budget = budget[nr_threads - 2] + (chance(&w, 50) ? draw(&w, 3) : 0);
	w.locs = 2 + (w.message || (chance(&w, 35) && !w.pointers));
	for (u32 i = 0; i < w.locs; i++)
		lit_loc(t, name[i]);
	if (w.locks) {
		lit_loc(t, "s1");
		lit_loc(t, "s2");
	}
	if (w.pointers)
		t->loc[lit_loc(t, "p")].init = LIT_ADDR(0);
	for (w.thread = 0; w.thread < nr_threads; w.thread++)
		thread(&w, nr_threads);
}
