/* SPDX-License-Identifier: MIT */
/*
 * exec - one instruction of a litmus test, on the machine of model/
 *
 * Registers carry views: a value loaded with view v orders what depends on it
 * after v (R-DEP-1), so dependencies are exact here.
 */
#include "engine.h"

#include "../../model/include/linux/rcupdate.h"
#include "../../model/sim/log.h"

struct lit_run lit_run;

static u64 alu(enum lit_alu op, u64 a, u64 b)
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
	case LIT_SHR: return a >> (b & 63);
	case LIT_FIRST: return a;
	case LIT_SECOND: return b;
	case LIT_CLR: return a & ~b;
	}
	return 0;
}

static u32 view_of(const struct lit_run_thread *th, int reg)
{
	return reg >= 0 ? th->view[reg] : 0;
}

static void set(struct lit_run_thread *th, int reg, u64 val, u32 view)
{
	if (reg < 0)
		return;
	th->reg[reg] = val;
	th->view[reg] = view;
}

static void do_alu(struct lit_run_thread *th, const struct lit_ins *i)
{
	u64 b = i->b >= 0 ? th->reg[i->b] : i->imm;

	set(th, i->dst, alu(i->alu, th->reg[i->a], b),
	    max_u32(view_of(th, i->a), view_of(th, i->b)));
}

const struct lit_ins *lit_next(u32 n)
{
	return &lit_run.t->thread[n].ins[lit_run.thread[n].pc];
}

void lit_local(u32 n)
{
	const struct lit_thread *code = &lit_run.t->thread[n];
	struct lit_run_thread *th = &lit_run.thread[n];
	struct agent *a = &sim.agent[n];

	while (th->pc < code->nr_ins) {
		const struct lit_ins *i = &code->ins[th->pc];

		switch (i->op) {
		case LIT_MOV:
			set(th, i->dst, i->imm, 0);
			break;
		case LIT_ALU:
			do_alu(th, i);
			break;
		case LIT_BZ:
		case LIT_BNZ:
			a->v.cap = max_u32(a->v.cap, view_of(th, i->a));
			if (!th->reg[i->a] == (i->op == LIT_BZ)) {
				th->pc = (u16)i->target;
				continue;
			}
			break;
		case LIT_JMP:
			th->pc = (u16)i->target;
			continue;
		default:
			return;
		}
		th->pc++;
	}
	th->done = 1;
}

/* --- accesses ------------------------------------------------------------ */

static u32 order(const struct lit_ins *i)
{
	u32 flags = 0;

	if (i->order & (LIT_ACQ | LIT_ACQPC))
		flags |= MEM_ACQ;
	if (i->order & LIT_ACQ && lit_run.t->arm)
		flags |= MEM_RCSC;
	if (i->order & LIT_REL)
		flags |= MEM_REL;
	if (i->order & LIT_FULL)
		flags |= MEM_FULL;
	if (i->order & LIT_NORET)
		flags |= MEM_NORET;
	return flags;
}

static enum rmw_op rmw_of(const struct lit_ins *i, u64 *val)
{
	switch (i->alu) {
	case LIT_SUB: *val = -*val; return RMW_ADD;
	case LIT_ADD: return RMW_ADD;
	case LIT_AND: return RMW_AND;
	case LIT_OR: return RMW_OR;
	case LIT_XOR: return RMW_XOR;
	case LIT_CLR: *val = ~*val; return RMW_AND;
	case LIT_FIRST: *val = 0; return RMW_ADD;
	default: return RMW_XCHG;
	}
}

/* The access proper, to @off; addr_view, data_view and limit are set. */
static void access(struct agent *a, struct lit_run_thread *th,
		   const struct lit_ins *i, u32 off)
{
	u64 val = i->val >= 0 ? th->reg[i->val] : 0, old = 0;
	u32 size = i->size ? i->size : 8;

	switch (i->op) {
	case LIT_LOAD:
		old = mem_load(a, off, size, order(i), 0);
		break;
	case LIT_STORE:
		mem_store(a, off, val, size, order(i), 0);
		return;
	case LIT_RMW: {
		enum rmw_op op = rmw_of(i, &val);

		old = mem_rmw(a, off, val, size, op, order(i), 0);
		break;
	}
	case LIT_CAS:
		old = mem_cmpxchg(a, off, th->reg[i->exp], val, size, order(i),
				  0);
		break;
	}
	set(th, i->dst, old, a->got);
}

static void end_thread(struct lit_run_thread *th, enum lit_fault kind, int loc)
{
	th->fault = (u8)kind;
	th->fault_ins = (s16)th->pc;
	th->fault_loc = (s16)loc;
	th->done = 1;
}

static enum lit_fault fault_of(enum mmu_fault fault)
{
	switch (fault) {
	case MMU_F_TRANSLATION: return LIT_F_TRANSLATION;
	case MMU_F_ACCESS: return LIT_F_ACCESS;
	case MMU_F_PERMISSION: return LIT_F_PERMISSION;
	default: return LIT_F_NONE;
	}
}

/* One try through the MMU; false: what it used came too late (R-INV-6). */
static bool translated(struct agent *a, struct lit_run_thread *th,
		       const struct lit_ins *i, int loc, bool newest)
{
	struct mmu_use use = {
		.va = lit_va(loc), .write = i->op != LIT_LOAD,
		.view = view_of(th, i->addr), .newest = newest,
	};

	do {
		mmu_translate(a, &use);
		/* Exploring: the walk that does not restart is tried as well. */
		sim.blocked |= sim.explore && use.restart;
	} while (use.restart && !sim.blocked);
	if (sim.blocked)
		return sim.explore;
	if (use.fault) {
		end_thread(th, fault_of(use.fault), loc);
		return true;
	}
	a->addr_view = use.view;
	a->v.cap = max_u32(a->v.cap, use.view);
	a->data_view = max_u32(use.view, view_of(th, i->val));
	access(a, th, i, use.off + i->offset);
	if (sim.blocked)
		return sim.explore;
	mmu_used(a, &use);
	return true;
}

static void memory(struct agent *a, struct lit_run_thread *th,
		   const struct lit_ins *i)
{
	int loc = lit_loc_of(th->reg[i->addr]);
	u32 addr_view = view_of(th, i->addr);

	if (loc < 0 || loc >= lit_run.t->nr_locs) {
		end_thread(th, LIT_F_TRANSLATION, -1);
		return;
	}
	a->exact = 1;
	a->addr_view = addr_view;
	a->data_view = view_of(th, i->val);
	a->v.cap = max_u32(a->v.cap, addr_view);
	if (lit_run.t->translated && lit_run.t->loc[loc].kind == LIT_DATA &&
	    lit_mapped(loc)) {
		if (!translated(a, th, i, loc, false)) {
			sim.blocked = false;
			translated(a, th, i, loc, true);
		}
		mmu_forget(a);
	} else {
		access(a, th, i, lit_off(loc) + i->offset);
	}
	a->exact = 0;
}

/* --- the rest ------------------------------------------------------------ */

static enum fence fence_of(enum lit_fence f)
{
	static const u8 kind[] = {
		[LIT_MB] = FENCE_MB, [LIT_RMB] = FENCE_RMB,
		[LIT_WMB] = FENCE_WMB, [LIT_ISB] = FENCE_ISB,
		[LIT_DSB] = FENCE_DSB, [LIT_DSB_LD] = FENCE_DSB_LD,
		[LIT_DSB_ST] = FENCE_DSB_ST,
	};

	return kind[f];
}

static void fence(struct agent *a, const struct lit_ins *i)
{
	a->exact = 1;
	if (i->imm == LIT_DSB)
		tlbi_sync(a, 0);
	else
		mem_fence(a, fence_of((enum lit_fence)i->imm), 0);
	a->exact = 0;
}

static void invalidate(struct agent *a, struct lit_run_thread *th,
		       const struct lit_ins *i)
{
	struct tlb_scope s = { .end = ~0UL, .asid = ASID_ALL };
	int loc = i->addr >= 0 ? lit_loc_of(th->reg[i->addr]) : -1;

	if (loc >= 0) {
		s.start = lit_va(loc);
		s.end = s.start + 1;
	}
	tlbi(a, &s, i->imm, 0);
}

static void lock(struct agent *a, struct lit_run_thread *th,
		 const struct lit_ins *i)
{
	u32 word = lit_off(lit_loc_of(th->reg[i->addr]));

	switch (i->op) {
	case LIT_UNLOCK:
		lock_release_spin(a, word, 0);
		return;
	case LIT_TRYLOCK:
		if (lock_try_spin(a, word, 1, 0)) {
			set(th, i->dst, 1, a->v.rd);
			return;
		}
		lock_saw_taken(a, word);
		set(th, i->dst, 0, a->v.rd);
		return;
	default:
		while (!lock_try_spin(a, word, 1, 0)) {
			if (sim.explore) {
				sim.blocked = true;
				return;
			}
			mem_drain_stepwise(a);
			if (mem_peek(word, 4))
				sim_block(word);
		}
	}
}

/* Two steps: wait for the readers there are; go on when they have left. */
static bool grace_period(struct agent *a, struct lit_run_thread *th)
{
	if (!sim.explore) {
		synchronize_rcu();
		return true;
	}
	if (!th->gp) {
		mem_drain(a);
		if (!sim.blocked)
			th->gp = 1 + rcu_gp_begin(a);
		return false;
	}
	if (!rcu_gp_over(th->gp - 1)) {
		sim.blocked = true;
		return false;
	}
	rcu_gp_end(a);
	th->gp = 0;
	return true;
}

static void rcu_reader_step(struct agent *a, bool enter)
{
	if (!sim.explore) {
		if (enter)
			rcu_read_lock();
		else
			rcu_read_unlock();
		return;
	}
	if (enter) {
		if (!rcu_reader(a))
			rcu_entered(a);
		a->rcu_depth++;
		return;
	}
	a->rcu_depth--;
	rcu_left(a);
}

void lit_exec(u32 n)
{
	struct lit_run_thread *th = &lit_run.thread[n];
	const struct lit_ins *i = lit_next(n);
	struct agent *a = &sim.agent[n];

	switch (i->op) {
	case LIT_FENCE: fence(a, i); break;
	case LIT_LOCK:
	case LIT_UNLOCK:
	case LIT_TRYLOCK: lock(a, th, i); break;
	case LIT_RCU_LOCK: rcu_reader_step(a, true); break;
	case LIT_RCU_UNLOCK: rcu_reader_step(a, false); break;
	case LIT_TLBI: invalidate(a, th, i); break;
	case LIT_SYNC_RCU:
		if (!grace_period(a, th))
			return;
		break;
	default: memory(a, th, i);
	}
	if (!sim.blocked && !th->done)
		th->pc++;
}
