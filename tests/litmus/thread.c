/* SPDX-License-Identifier: MIT */
/*
 * thread - what the threads do, given where reads read from
 *
 * A register may be unknown because a read it comes from has no source yet, or
 * one whose value is unknown. A thread stops at a branch on such a register
 * and passes everything else. All threads are run again and again until
 * nothing new is known.
 */
#include <string.h>

#include "search.h"

struct regs {
	u32 ctrl;		/* reads that branches so far depend on */
	u32 addr;		/* ... that addresses so far do */
	u32 isb;		/* both, at the last ISB */
	u8 seen[AX_FENCES];
	struct { u64 val; u32 dep; bool unknown; } reg[LIT_REGS];
};

static bool add_event(struct ax_search *s, u32 thread, u32 ins, u8 kind)
{
	struct ax_event *e = &s->ev[s->nr];

	if (s->nr == REL_MAX)
		return false;
	s->nr++;
	memset(e, 0, sizeof(*e));
	e->thread = (u8)thread;
	e->ins = (u8)ins;
	e->kind = kind;
	e->source[0] = e->source[1] = AX_UNKNOWN;
	return true;
}

static bool add_events(struct ax_search *s, u32 thread, u32 n)
{
	const struct lit_ins *ins = &s->t->thread[thread].ins[n];

	s->event_of[thread][n] = (u8)s->nr;
	if (ins->size && ins->size < 8)
		s->split = true;
	switch (ins->op) {
	case LIT_LOAD:
		return add_event(s, thread, n, AX_R);
	case LIT_STORE:
	case LIT_UNLOCK:
		return add_event(s, thread, n, AX_W);
	case LIT_RMW:
	case LIT_CAS:
	case LIT_LOCK:
	case LIT_TRYLOCK:
		return add_event(s, thread, n, AX_R) &&
		       add_event(s, thread, n, AX_W);
	case LIT_RCU_LOCK:
		return add_event(s, thread, n, AX_RL);
	case LIT_RCU_UNLOCK:
		return add_event(s, thread, n, AX_RU);
	case LIT_SYNC_RCU:
		return add_event(s, thread, n, AX_GS) &&
		       add_event(s, thread, n, AX_GP);
	case LIT_TLBI:
		return false;
	default:
		return true;
	}
}

bool ax_events(struct ax_search *s)
{
	for (u32 i = 0; i < s->t->nr_threads; i++)
		for (u32 n = 0; n < s->t->thread[i].nr_ins; n++)
			if (!add_events(s, i, n))
				return false;
	return true;
}

static u64 alu(u8 op, u64 a, u64 b)
{
	switch (op) {
	case LIT_ADD: return a + b;
	case LIT_SUB: return a - b;
	case LIT_AND: return a & b;
	case LIT_OR: return a | b;
	case LIT_XOR: return a ^ b;
	case LIT_EQ: return a == b;
	case LIT_NE: return a != b;
	case LIT_LT: return (s64)a < (s64)b;
	case LIT_GT: return (s64)a > (s64)b;
	case LIT_LE: return (s64)a <= (s64)b;
	case LIT_GE: return (s64)a >= (s64)b;
	case LIT_LAND: return a && b;
	case LIT_LOR: return a || b;
	case LIT_MUL: return a * b;
	case LIT_SHR: return b < 64 ? a >> b : 0;
	case LIT_FIRST: return a;
	case LIT_SECOND: return b;
	case LIT_CLR: return a & ~b;
	default: BUG("no such operation: %u", op);
	}
}

static void set_reg(struct regs *r, s8 reg, u64 val, bool known, u32 dep)
{
	if (reg < 0)
		return;
	r->reg[reg].val = val;
	r->reg[reg].unknown = !known;
	r->reg[reg].dep = dep;
}

static void run_alu(struct regs *r, const struct lit_ins *ins)
{
	u64 a = r->reg[ins->a].val, b = ins->imm;
	bool known = !r->reg[ins->a].unknown;
	u32 dep = r->reg[ins->a].dep;

	if (ins->b >= 0) {
		b = r->reg[ins->b].val;
		known = known && !r->reg[ins->b].unknown;
		dep |= r->reg[ins->b].dep;
	}
	/* A false dependency: zero whatever the register is. */
	if (ins->alu == LIT_XOR && ins->a == ins->b) {
		a = b = 0;
		known = true;
	}
	set_reg(r, ins->dst, alu(ins->alu, a, b), known, dep);
}

/* Fill in what instruction @ins says about one of its events. */
static void place_event(struct ax_search *s, struct ax_event *e,
			struct regs *r, const struct lit_ins *ins)
{
	u64 addr = r->reg[ins->addr].val + ins->offset;
	int loc = lit_loc_of(addr);

	e->state = AX_DONE;
	e->addr = r->reg[ins->addr].dep;
	e->ctrl = r->ctrl;
	e->isb = r->isb;
	r->addr |= e->addr;
	memcpy(e->seen, r->seen, sizeof(e->seen));
	e->where = !r->reg[ins->addr].unknown && loc >= 0 &&
		   loc < s->t->nr_locs;
	if (!e->where)
		return;
	e->loc = (u8)loc;
	e->halves = !s->split || !ins->size || ins->size == 8 ? 3 :
		    addr & 4 ? 2 : 1;
	if (!s->split)
		e->halves = 1;
}

/* The value of a read, if its sources and theirs are known. */
static void read_value(const struct ax_search *s, struct ax_event *e)
{
	u64 val = 0;

	e->what = false;
	if (!e->where)
		return;
	for_each_bit(h, e->halves) {
		u64 half;

		if (e->source[h] == AX_UNKNOWN)
			return;
		if (e->source[h] == AX_INIT) {
			half = ax_half(s, s->t->loc[e->loc].init, 3, h);
		} else {
			const struct ax_event *w = &s->ev[e->source[h]];

			if (w->state != AX_DONE || !w->what || !w->where)
				return;
			half = ax_half(s, w->val, w->halves, h);
		}
		val |= e->halves == 3 && h ? half << 32 : half;
	}
	e->val = val;
	e->what = true;
}

/* @val, computed from register @reg if that is one. */
static void write_value(struct ax_event *e, const struct regs *r,
			const struct lit_ins *ins, u64 val, s8 reg)
{
	e->val = ins->size == 4 ? (u32)val : val;
	e->what = reg < 0 || !r->reg[reg].unknown;
	e->data = reg < 0 ? 0 : r->reg[reg].dep;
}

/*
 * A read-modify-write that may write nothing does so when @fails; while that
 * is not known its write is pending. smp_mb() on both sides if it is full and
 * does write.
 */
static void run_rmw(struct ax_search *s, struct ax_event *e, struct regs *r,
		    const struct lit_ins *ins)
{
	struct ax_event *w = e + 1;
	bool decided = true, writes = true;
	u64 exp = 0, val = 1;

	place_event(s, e, r, ins);
	read_value(s, e);
	if (ins->op == LIT_CAS) {
		exp = r->reg[ins->exp].val;
		if (ins->size == 4)
			exp = (u32)exp;
		decided = e->what && !r->reg[ins->exp].unknown;
		writes = decided && e->val == exp;
		val = r->reg[ins->val].val;
	} else if (ins->op == LIT_TRYLOCK) {
		decided = e->what;
		writes = decided && !e->val;
	} else if (ins->op == LIT_RMW) {
		val = alu(ins->alu, e->val, r->reg[ins->val].val);
	}
	if (decided && !writes) {
		w->state = AX_SKIPPED;
	} else if (decided) {
		if (ins->order & LIT_FULL)
			e->seen[AX_MB] = ++r->seen[AX_MB];
		place_event(s, w, r, ins);
		write_value(w, r, ins, val, ins->val);
		w->what &= e->what || ins->op != LIT_RMW;
		if (ins->order & LIT_FULL)
			r->seen[AX_MB]++;
	}
	if (ins->op == LIT_TRYLOCK)
		set_reg(r, ins->dst, writes, decided, (u32)BIT(e - s->ev));
	else if (ins->op != LIT_LOCK)
		set_reg(r, ins->dst, e->val, e->what, (u32)BIT(e - s->ev));
}

static void run_access(struct ax_search *s, struct ax_event *e, struct regs *r,
		       const struct lit_ins *ins)
{
	switch (ins->op) {
	case LIT_LOAD:
		place_event(s, e, r, ins);
		read_value(s, e);
		set_reg(r, ins->dst, e->val, e->what, (u32)BIT(e - s->ev));
		break;
	case LIT_STORE:
		place_event(s, e, r, ins);
		write_value(e, r, ins, r->reg[ins->val].val, ins->val);
		break;
	case LIT_UNLOCK:
		place_event(s, e, r, ins);
		write_value(e, r, ins, 0, -1);
		break;
	default:
		run_rmw(s, e, r, ins);
	}
}

static void run_fence(struct regs *r, u64 fence)
{
	static const u8 is[] = {
		[LIT_MB] = AX_MB, [LIT_RMB] = AX_RMB, [LIT_WMB] = AX_WMB,
		[LIT_DSB] = AX_MB, [LIT_DSB_LD] = AX_RMB, [LIT_DSB_ST] = AX_WMB,
	};

	if (fence == LIT_ISB)
		r->isb = r->ctrl | r->addr;
	else
		r->seen[is[fence]]++;
}

/* An event that is no access. */
static void mark(struct ax_event *e)
{
	e->state = AX_DONE;
	e->where = e->what = true;
}

static void skip(struct ax_search *s, u32 thread, u32 from, u32 to)
{
	for (u32 i = 0; i < s->nr; i++)
		if (s->ev[i].thread == thread && s->ev[i].ins >= from &&
		    s->ev[i].ins < to)
			s->ev[i].state = AX_SKIPPED;
}

static bool all_known(const struct ax_search *s, u32 thread)
{
	for (u32 i = 0; i < s->nr; i++) {
		const struct ax_event *e = &s->ev[i];

		if (e->thread == thread && e->state != AX_SKIPPED &&
		    (e->state == AX_PENDING || !e->where || !e->what))
			return false;
	}
	return true;
}

static void run_thread(struct ax_search *s, u32 thread)
{
	const struct lit_thread *t = &s->t->thread[thread];
	struct regs r;
	u32 pc = 0;

	memset(&r, 0, offsetof(struct regs, reg) +
	       t->nr_regs * sizeof(r.reg[0]));
	while (pc < t->nr_ins) {
		const struct lit_ins *ins = &t->ins[pc];
		struct ax_event *e = &s->ev[s->event_of[thread][pc]];
		u32 next = pc + 1;

		switch (ins->op) {
		case LIT_MOV:
			set_reg(&r, ins->dst, ins->imm, true, 0);
			break;
		case LIT_ALU:
			run_alu(&r, ins);
			break;
		case LIT_FENCE:
			run_fence(&r, ins->imm);
			break;
		case LIT_BZ:
		case LIT_BNZ:
			if (r.reg[ins->a].unknown)
				return;
			r.ctrl |= r.reg[ins->a].dep;
			if (!r.reg[ins->a].val == (ins->op == LIT_BZ))
				next = (u32)ins->target;
			break;
		case LIT_JMP:
			next = (u32)ins->target;
			break;
		case LIT_SYNC_RCU:
			r.seen[AX_MB]++;
			mark(&e[0]);
			mark(&e[1]);
			break;
		case LIT_RCU_LOCK:
		case LIT_RCU_UNLOCK:
			mark(e);
			break;
		default:
			run_access(s, e, &r, ins);
		}
		if (next != pc + 1)
			skip(s, thread, pc + 1, next);
		pc = next;
	}
	if (!all_known(s, thread))
		return;
	s->settled |= (u32)BIT(thread);
	for (u32 i = 0; i < t->nr_regs; i++)
		s->final.reg[thread][i] = r.reg[i].val;
}

/* A number that grows with whatever becomes known. */
static u32 knowledge(const struct ax_search *s)
{
	u32 nr = 0;

	for (u32 i = 0; i < s->nr; i++)
		nr += (s->ev[i].state != AX_PENDING) + s->ev[i].where +
		      s->ev[i].what;
	return nr;
}

void ax_run(struct ax_search *s)
{
	u32 known = 0, before;

	do {
		before = known;
		for (u32 i = 0; i < s->t->nr_threads; i++)
			if (!(s->settled & BIT(i)))
				run_thread(s, i);
		known = knowledge(s);
	} while (known != before);
}
