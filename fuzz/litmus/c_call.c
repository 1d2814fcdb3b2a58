/* SPDX-License-Identifier: MIT */
/*
 * c_call - what the kernel's primitives become
 *
 * An acquire of the kernel's model does not wait for an earlier release of
 * its thread: LIT_ACQPC. Read-modify-writes that return a value are fully
 * ordered unless their name says less; those that do not order nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "c.h"

/**
 * struct call - a primitive
 * @read: of its arguments, the current token is behind the "("
 * @op: enum lit_op, enum lit_fence or whatever @read takes
 * @order: of its access
 */
struct call {
	const char *name;
	s8 (*read)(struct c_reader *r, const struct call *c);
	u8 op, order;
};

/* What an argument is, must have a value. */
static s8 argument(struct c_reader *r)
{
	s8 reg = c_expr(r);

	if (reg < 0)
		lex_fail(&r->lx, -EINVAL, "an argument without a value");
	return reg;
}

static s8 next_argument(struct c_reader *r)
{
	lex_need(&r->lx, ",");
	return argument(r);
}

/* --- accesses ------------------------------------------------------------ */

/* READ_ONCE(*p) */
static s8 load_lvalue(struct c_reader *r, const struct call *c)
{
	return c_load(r, c_lvalue(r), c->order);
}

/* WRITE_ONCE(*p, v) */
static s8 store_lvalue(struct c_reader *r, const struct call *c)
{
	s8 addr = c_lvalue(r);

	c_store(r, addr, next_argument(r), c->order);
	return -1;
}

/* smp_load_acquire(p) */
static s8 load_pointer(struct c_reader *r, const struct call *c)
{
	return c_load(r, argument(r), c->order);
}

/* smp_store_release(p, v) */
static s8 store_pointer(struct c_reader *r, const struct call *c)
{
	s8 addr = argument(r);

	c_store(r, addr, next_argument(r), c->order);
	return -1;
}

static s8 fence(struct c_reader *r, const struct call *c)
{
	c_emit(r, LIT_FENCE)->imm = c->op;
	return -1;
}

static s8 store_mb(struct c_reader *r, const struct call *c)
{
	store_lvalue(r, c);
	return fence(r, c);
}

/* What only keeps the compiler in check. */
static s8 nothing(struct c_reader *r, const struct call *c)
{
	(void)r;
	(void)c;
	return -1;
}

/* --- locks and RCU ------------------------------------------------------- */

static s8 lock(struct c_reader *r, const struct call *c)
{
	s8 addr = argument(r);
	s8 dst = c->op == LIT_TRYLOCK ? c_temp(r) : -1;
	struct lit_ins *ins = c_emit(r, (enum lit_op)c->op);

	ins->addr = addr;
	ins->dst = dst;
	return dst;
}

static s8 is_locked(struct c_reader *r, const struct call *c)
{
	return c_alu(r, LIT_NE, load_pointer(r, c), -1, 0);
}

static s8 rcu(struct c_reader *r, const struct call *c)
{
	c_emit(r, (enum lit_op)c->op);
	return -1;
}

static const struct call calls[] = {
	{ "READ_ONCE",			load_lvalue,	0, 0 },
	{ "rcu_access_pointer",		load_lvalue,	0, 0 },
	{ "rcu_dereference",		load_lvalue,	0, 0 },
	{ "WRITE_ONCE",			store_lvalue,	0, 0 },
	{ "rcu_assign_pointer",		store_lvalue,	0, LIT_REL },
	{ "smp_store_mb",		store_mb,	LIT_MB, 0 },
	{ "smp_load_acquire",		load_pointer,	0, LIT_ACQPC },
	{ "smp_store_release",		store_pointer,	0, LIT_REL },
	{ "atomic_read",		load_pointer,	0, 0 },
	{ "atomic_read_acquire",	load_pointer,	0, LIT_ACQPC },
	{ "atomic_set",			store_pointer,	0, 0 },
	{ "atomic_set_release",		store_pointer,	0, LIT_REL },
	{ "mb",				fence,		LIT_MB, 0 },
	{ "rmb",			fence,		LIT_RMB, 0 },
	{ "wmb",			fence,		LIT_WMB, 0 },
	{ "smp_mb",			fence,		LIT_MB, 0 },
	{ "smp_rmb",			fence,		LIT_RMB, 0 },
	{ "smp_wmb",			fence,		LIT_WMB, 0 },
	{ "smp_mb__before_atomic",	fence,		LIT_MB, 0 },
	{ "smp_mb__after_atomic",	fence,		LIT_MB, 0 },
	{ "smp_mb__after_spinlock",	fence,		LIT_MB, 0 },
	{ "smp_mb__after_unlock_lock",	fence,		LIT_MB, 0 },
	{ "smp_acquire__after_ctrl_dep", fence,		LIT_RMB, 0 },
	{ "barrier",			nothing,	0, 0 },
	{ "cpu_relax",			nothing,	0, 0 },
	{ "smp_read_barrier_depends",	nothing,	0, 0 },
	{ "spin_lock",			lock,		LIT_LOCK, 0 },
	{ "spin_unlock",		lock,		LIT_UNLOCK, 0 },
	{ "spin_trylock",		lock,		LIT_TRYLOCK, 0 },
	{ "spin_is_locked",		is_locked,	0, 0 },
	{ "rcu_read_lock",		rcu,		LIT_RCU_LOCK, 0 },
	{ "rcu_read_unlock",		rcu,		LIT_RCU_UNLOCK, 0 },
	{ "synchronize_rcu",		rcu,		LIT_SYNC_RCU, 0 },
	{ "synchronize_rcu_expedited",	rcu,		LIT_SYNC_RCU, 0 },
};

/* --- read-modify-writes -------------------------------------------------- */

static s8 rmw(struct c_reader *r, enum lit_alu alu, s8 addr, s8 val, u32 order)
{
	s8 dst = order & LIT_NORET ? -1 : c_temp(r);
	struct lit_ins *ins = c_emit(r, LIT_RMW);

	ins->alu = (u8)alu;
	ins->dst = dst;
	ins->addr = addr;
	ins->val = val;
	ins->order = (u8)order;
	return dst;
}

/* xchg(p, v) */
static s8 xchg(struct c_reader *r, u32 order)
{
	s8 addr = argument(r);

	return rmw(r, LIT_SECOND, addr, next_argument(r), order);
}

/* cmpxchg(p, old, new) */
static s8 cmpxchg(struct c_reader *r, u32 order)
{
	s8 addr = argument(r), exp = next_argument(r), val = next_argument(r);
	s8 dst = c_temp(r);
	struct lit_ins *ins = c_emit(r, LIT_CAS);

	ins->dst = dst;
	ins->addr = addr;
	ins->exp = exp;
	ins->val = val;
	ins->order = (u8)order;
	return dst;
}

/**
 * struct atomic - what the name of an atomic operation says
 * @one: it is inc or dec
 */
struct atomic {
	enum lit_alu alu;
	enum { VOID, OLD, NEW, NEW_IS_ZERO } result;
	bool one;
	u32 order;
};

static bool eat(const char **s, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(*s, prefix, len))
		return false;
	*s += len;
	return true;
}

static bool atomic_alu(const char **s, struct atomic *a)
{
	static const struct { const char *name; u8 alu; bool one; } ops[] = {
		{ "add", LIT_ADD, false }, { "sub", LIT_SUB, false },
		{ "inc", LIT_ADD, true }, { "dec", LIT_SUB, true },
		{ "andnot", LIT_CLR, false }, { "and", LIT_AND, false },
		{ "or", LIT_OR, false }, { "xor", LIT_XOR, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		if (!eat(s, ops[i].name))
			continue;
		a->alu = (enum lit_alu)ops[i].alu;
		a->one = ops[i].one;
		return true;
	}
	return false;
}

/* Return: false if @s is none of "", "_relaxed", "_acquire", "_release". */
static bool order_of(const char *s, u32 *order)
{
	if (!*s)
		*order = LIT_FULL;
	else if (!strcmp(s, "_relaxed"))
		*order = 0;
	else if (!strcmp(s, "_acquire"))
		*order = LIT_ACQPC;
	else if (!strcmp(s, "_release"))
		*order = LIT_REL;
	else
		return false;
	return true;
}

static bool atomic_name(const char *s, struct atomic *a)
{
	bool fetch = eat(&s, "fetch_");

	if (!atomic_alu(&s, a))
		return false;
	if (fetch)
		a->result = OLD;
	else if (eat(&s, "_return"))
		a->result = NEW;
	else if (!strcmp(s, "_and_test") && eat(&s, "_and_test"))
		a->result = NEW_IS_ZERO;
	else
		a->result = VOID;
	if (a->result != VOID)
		return order_of(s, &a->order);
	a->order = LIT_NORET;
	return !*s;
}

/* atomic_inc(p), atomic_add(v, p) */
static s8 atomic(struct c_reader *r, const struct atomic *a)
{
	s8 val = a->one ? c_const(r, 1) : argument(r);
	s8 addr = a->one ? argument(r) : next_argument(r);
	s8 reg = rmw(r, a->alu, addr, val, a->order);

	if (a->result == NEW || a->result == NEW_IS_ZERO)
		reg = c_alu(r, a->alu, reg, val, 0);
	if (a->result == NEW_IS_ZERO)
		reg = c_alu(r, LIT_EQ, reg, -1, 0);
	return reg;
}

/* Return: false if @name is no read-modify-write. */
static bool read_rmw(struct c_reader *r, const char *name, s8 *reg)
{
	bool is_atomic = eat(&name, "atomic_") || eat(&name, "atomic64_") ||
			 eat(&name, "atomic_long_");
	struct atomic a;
	u32 order;

	if (is_atomic && atomic_name(name, &a))
		*reg = atomic(r, &a);
	else if (eat(&name, "xchg") && order_of(name, &order))
		*reg = xchg(r, order);
	else if (eat(&name, "cmpxchg") && order_of(name, &order))
		*reg = cmpxchg(r, order);
	else
		return false;
	return true;
}

s8 c_call(struct c_reader *r)
{
	char name[48];
	s8 reg = -1;
	size_t i;

	lex_word(&r->lx, name, sizeof(name));
	lex_need(&r->lx, "(");
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (!strcmp(calls[i].name, name))
			break;
	if (i < ARRAY_SIZE(calls))
		reg = calls[i].read(r, &calls[i]);
	else if (!read_rmw(r, name, &reg))
		lex_fail(&r->lx, -ENOTSUP, "function %s()", name);
	lex_need(&r->lx, ")");
	return reg;
}
