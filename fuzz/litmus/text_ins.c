/* SPDX-License-Identifier: MIT */
/*
 * text_ins - the statements of the project's own form
 *
 * A statement becomes one instruction, after a LIT_MOV for each location and
 * number that it names. Registers of a thread are numbered in the order in
 * which they are met; their names are kept for conditions.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* --- registers and operands ---------------------------------------------- */

struct lit_ins *text_emit(struct reader *r, enum lit_op op)
{
	struct lit_ins *ins = r->lx.ret ? NULL :
			      lit_emit(r->t, r->thread, op);

	if (!ins) {
		lex_fail(&r->lx, -ENOTSUP, "P%u has more than %d instructions",
			 r->thread, LIT_INS);
		ins = &r->sink;
	}
	ins->line = (u16)r->line;
	return ins;
}

static s8 constant(struct reader *r, u64 imm)
{
	int reg = r->lx.ret ? -1 : lit_const(r->t, r->thread, imm);
	struct lit_thread *th = &r->t->thread[r->thread];

	if (reg < 0)
		lex_fail(&r->lx, -ENOTSUP, "P%u is too long", r->thread);
	else
		th->ins[th->nr_ins - 1].line = (u16)r->line;
	return (s8)reg;
}

static bool is_register(const struct lex *lx)
{
	char *end;

	return lx->tok == TOK_WORD && *lx->text == 'r' && lx->len > 1 &&
	       lx->len <= 3 && isdigit((u8)lx->text[1]) &&
	       strtoul(lx->text + 1, &end, 10) < LIT_REGS &&
	       end == lx->text + lx->len;
}

s8 text_reg(struct reader *r)
{
	char name[8];

	if (!is_register(&r->lx)) {
		lex_fail(&r->lx, -EINVAL, "expected a register before '%.*s'",
			 (int)r->lx.len, r->lx.text);
		return -1;
	}
	lex_word(&r->lx, name, sizeof(name));
	return (s8)lit_named_reg(&r->lx, r->t, r->thread, name);
}

/* A register, or a value in a new one. */
static s8 operand(struct reader *r)
{
	return is_register(&r->lx) ? text_reg(r) :
				     constant(r, lit_value(&r->lx, r->t));
}

/* x, pte(x), [r1] */
static s8 address(struct reader *r)
{
	s8 a;

	if (lex_take(&r->lx, "[")) {
		a = text_reg(r);
		lex_need(&r->lx, "]");
		return a;
	}
	if (is_register(&r->lx)) {
		lex_fail(&r->lx, -EINVAL, "'%.*s' is no location; [%.*s]?",
			 (int)r->lx.len, r->lx.text, (int)r->lx.len,
			 r->lx.text);
		return -1;
	}
	return constant(r, LIT_ADDR(lit_location(&r->lx, r->t)));
}

/* --- suffixes ------------------------------------------------------------ */

struct suffix { u8 order, size, offset; };

static void suffix_size(struct lex *lx, struct suffix *s)
{
	u64 offset = 0;

	s->size = (u8)lx->number;
	if (lx->number != 1 && lx->number != 2 && lx->number != 4 &&
	    lx->number != 8)
		lex_fail(lx, -EINVAL, "an access has 1, 2, 4 or 8 bytes");
	lex_next(lx);
	if (lex_take(lx, "+")) {
		offset = lx->number;
		if (lx->tok != TOK_NUMBER || offset > 8u - s->size)
			lex_fail(lx, -EINVAL, "the access leaves its word");
		lex_next(lx);
	}
	if (s->size && offset % s->size)
		lex_fail(lx, -EINVAL, "the access is not aligned");
	s->offset = (u8)offset;
}

/* .acq .acqpc .rel .full, of which the verb may have @allowed; .4 .4+4 */
static struct suffix suffixes(struct lex *lx, u32 allowed)
{
	static const struct { const char *name; u8 order; } orders[] = {
		{ "acq", LIT_ACQ }, { "acqpc", LIT_ACQPC },
		{ "rel", LIT_REL }, { "full", LIT_FULL },
	};
	struct suffix s = { .size = 8 };
	size_t i;

	while (lex_take(lx, ".")) {
		if (lx->tok == TOK_NUMBER) {
			suffix_size(lx, &s);
			continue;
		}
		for (i = 0; i < ARRAY_SIZE(orders); i++)
			if ((orders[i].order & allowed) &&
			    lex_take(lx, orders[i].name))
				break;
		if (i == ARRAY_SIZE(orders))
			lex_fail(lx, -EINVAL, "no suffix '.%.*s' here",
				 (int)lx->len, lx->text);
		else
			s.order |= orders[i].order;
	}
	return s;
}

static struct lit_ins *access(struct reader *r, enum lit_op op,
			      const struct suffix *s, s8 addr)
{
	struct lit_ins *ins = text_emit(r, op);

	ins->order = s->order;
	ins->size = s->size;
	ins->offset = s->offset;
	ins->addr = addr;
	return ins;
}

/* --- statements ---------------------------------------------------------- */

/**
 * struct verb - what a statement begins with
 * @read: of what follows; @dst is -1 when there is no `r0 =`
 * @arg: enum lit_op, enum lit_fence or enum lit_alu, as @read likes it
 */
struct verb {
	const char *name;
	void (*read)(struct reader *r, const struct verb *v, s8 dst);
	u8 arg;
	enum { NO_RESULT, RESULT, MAYBE_RESULT } result;
};

static void read_load(struct reader *r, const struct verb *v, s8 dst)
{
	struct suffix s = suffixes(&r->lx, LIT_ACQ | LIT_ACQPC);

	access(r, v->arg, &s, address(r))->dst = dst;
}

static void read_store(struct reader *r, const struct verb *v, s8 dst)
{
	struct suffix s = suffixes(&r->lx, LIT_REL);
	s8 addr = address(r), val;

	(void)dst;
	lex_need(&r->lx, ",");
	val = operand(r);
	access(r, v->arg, &s, addr)->val = val;
}

/* Without a result there is nothing that an acquire could order after. */
static struct suffix rmw_suffixes(struct reader *r, s8 dst)
{
	struct suffix s = suffixes(&r->lx, LIT_REL | LIT_FULL |
				   (dst < 0 ? 0 : LIT_ACQ | LIT_ACQPC));

	if (dst < 0)
		s.order |= LIT_NORET;
	return s;
}

static void read_rmw(struct reader *r, const struct verb *v, s8 dst)
{
	struct suffix s = rmw_suffixes(r, dst);
	s8 addr = address(r), val;
	struct lit_ins *ins;

	lex_need(&r->lx, ",");
	val = operand(r);
	ins = access(r, LIT_RMW, &s, addr);
	ins->dst = dst;
	ins->val = val;
	ins->alu = v->arg;
}

static void read_cas(struct reader *r, const struct verb *v, s8 dst)
{
	struct suffix s = rmw_suffixes(r, dst);
	s8 addr = address(r), exp, val;
	struct lit_ins *ins;

	lex_need(&r->lx, ",");
	exp = operand(r);
	lex_need(&r->lx, ",");
	val = operand(r);
	ins = access(r, v->arg, &s, addr);
	ins->dst = dst;
	ins->exp = exp;
	ins->val = val;
}

static void read_fence(struct reader *r, const struct verb *v, s8 dst)
{
	(void)dst;
	text_emit(r, LIT_FENCE)->imm = v->arg;
}

static void read_dsb(struct reader *r, const struct verb *v, s8 dst)
{
	u64 kind = v->arg;

	(void)dst;
	if (lex_take(&r->lx, ".")) {
		kind = lex_is(&r->lx, "ld") ? LIT_DSB_LD : LIT_DSB_ST;
		if (kind == LIT_DSB_ST && !lex_is(&r->lx, "st"))
			lex_fail(&r->lx, -EINVAL, "dsb, dsb.ld or dsb.st");
		lex_next(&r->lx);
	}
	text_emit(r, LIT_FENCE)->imm = kind;
}

static void read_tlbi(struct reader *r, const struct verb *v, s8 dst)
{
	bool local = false;
	struct lit_ins *ins;
	s8 addr = -1;

	(void)dst;
	if (lex_take(&r->lx, ".")) {
		lex_need(&r->lx, "local");
		local = true;
	}
	if (!lex_take(&r->lx, "all"))
		addr = address(r);
	ins = text_emit(r, v->arg);
	ins->addr = addr;
	ins->imm = !local;
}

/* lock, unlock, trylock */
static void read_lock(struct reader *r, const struct verb *v, s8 dst)
{
	s8 addr = address(r);
	struct lit_ins *ins = text_emit(r, v->arg);

	ins->addr = addr;
	ins->dst = dst;
}

static void read_word(struct reader *r, const struct verb *v, s8 dst)
{
	(void)dst;
	text_emit(r, v->arg);
}

/* Return: index of the label, made if new. */
static u32 label(struct reader *r)
{
	char name[sizeof(r->label[0].name)];
	u32 i;

	lex_word(&r->lx, name, sizeof(name));
	for (i = 0; i < r->nr_labels; i++)
		if (!strcmp(r->label[i].name, name))
			return i;
	if (i == LIT_INS) {
		lex_fail(&r->lx, -ENOTSUP, "too many labels");
		return 0;
	}
	strcpy(r->label[i].name, name);
	r->label[i].ins = -1;
	return r->nr_labels++;
}

/* The target is the label until end_thread() knows where that is. */
static void read_goto(struct reader *r, const struct verb *v, s8 dst)
{
	struct lit_ins *ins;
	s8 a = -1;
	u32 to;

	(void)dst;
	if (v->arg != LIT_JMP) {
		a = text_reg(r);
		lex_need(&r->lx, "goto");
	}
	to = label(r);
	if (r->label[to].ins >= 0) {
		r->lx.line = r->line;
		lex_fail(&r->lx, -ENOTSUP, "a jump backwards, to '%s'",
			 r->label[to].name);
	}
	ins = text_emit(r, v->arg);
	ins->a = a;
	ins->target = (s16)to;
}

static const struct verb verbs[] = {
	{ "load",	read_load,	LIT_LOAD,	RESULT },
	{ "store",	read_store,	LIT_STORE,	NO_RESULT },
	{ "swp",	read_rmw,	LIT_SECOND,	MAYBE_RESULT },
	{ "add",	read_rmw,	LIT_ADD,	MAYBE_RESULT },
	{ "sub",	read_rmw,	LIT_SUB,	MAYBE_RESULT },
	{ "and",	read_rmw,	LIT_AND,	MAYBE_RESULT },
	{ "or",		read_rmw,	LIT_OR,		MAYBE_RESULT },
	{ "xor",	read_rmw,	LIT_XOR,	MAYBE_RESULT },
	{ "clr",	read_rmw,	LIT_CLR,	MAYBE_RESULT },
	{ "cas",	read_cas,	LIT_CAS,	MAYBE_RESULT },
	{ "mb",		read_fence,	LIT_MB,		NO_RESULT },
	{ "rmb",	read_fence,	LIT_RMB,	NO_RESULT },
	{ "wmb",	read_fence,	LIT_WMB,	NO_RESULT },
	{ "isb",	read_fence,	LIT_ISB,	NO_RESULT },
	{ "dsb",	read_dsb,	LIT_DSB,	NO_RESULT },
	{ "tlbi",	read_tlbi,	LIT_TLBI,	NO_RESULT },
	{ "lock",	read_lock,	LIT_LOCK,	NO_RESULT },
	{ "unlock",	read_lock,	LIT_UNLOCK,	NO_RESULT },
	{ "trylock",	read_lock,	LIT_TRYLOCK,	RESULT },
	{ "rcu_lock",	read_word,	LIT_RCU_LOCK,	NO_RESULT },
	{ "rcu_unlock",	read_word,	LIT_RCU_UNLOCK,	NO_RESULT },
	{ "sync_rcu",	read_word,	LIT_SYNC_RCU,	NO_RESULT },
	{ "if",		read_goto,	LIT_BNZ,	NO_RESULT },
	{ "ifnot",	read_goto,	LIT_BZ,		NO_RESULT },
	{ "goto",	read_goto,	LIT_JMP,	NO_RESULT },
};

static const struct verb *verb(const struct lex *lx)
{
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (lex_is(lx, verbs[i].name))
			return &verbs[i];
	return NULL;
}

/* r0 = A, r0 = A + B */
static void read_alu(struct reader *r, s8 dst)
{
	static const struct { const char *sign; u8 alu; } ops[] = {
		{ "+", LIT_ADD }, { "-", LIT_SUB }, { "&", LIT_AND },
		{ "|", LIT_OR }, { "^", LIT_XOR }, { "==", LIT_EQ },
		{ "!=", LIT_NE }, { "<", LIT_LT }, { ">", LIT_GT },
		{ "<=", LIT_LE }, { ">=", LIT_GE }, { "&&", LIT_LAND },
		{ "||", LIT_LOR }, { "*", LIT_MUL }, { ">>", LIT_SHR },
	};
	s8 a = operand(r), b = -1;
	u8 alu = LIT_FIRST;
	struct lit_ins *ins;
	u64 imm = 0;

	for (size_t i = 0; i < ARRAY_SIZE(ops) && alu == LIT_FIRST; i++)
		if (!r->lx.first && lex_take(&r->lx, ops[i].sign))
			alu = ops[i].alu;
	if (alu != LIT_FIRST && is_register(&r->lx))
		b = text_reg(r);
	else if (alu != LIT_FIRST)
		imm = lit_value(&r->lx, r->t);
	ins = text_emit(r, LIT_ALU);
	ins->dst = dst;
	ins->a = a;
	ins->b = b;
	ins->imm = imm;
	ins->alu = alu;
}

static void read_label(struct reader *r)
{
	struct lit_thread *th = &r->t->thread[r->thread];
	u32 i = label(r);

	if (r->label[i].ins >= 0)
		lex_fail(&r->lx, -EINVAL, "another label '%s'",
			 r->label[i].name);
	r->label[i].ins = (s16)th->nr_ins;
	if (th->nr_ins < LIT_INS)
		strcpy(th->label[th->nr_ins], r->label[i].name);
	lex_need(&r->lx, ":");
}

void text_statement(struct reader *r)
{
	const struct verb *v;
	s8 dst = -1;

	r->line = r->lx.line;
	if (lex_follows(&r->lx, ":")) {
		read_label(r);
		return;
	}
	if (is_register(&r->lx)) {
		dst = text_reg(r);
		lex_need(&r->lx, "=");
	}
	v = verb(&r->lx);
	if (!v && dst >= 0) {
		read_alu(r, dst);
	} else if (!v) {
		lex_fail(&r->lx, -EINVAL, "no statement begins with '%.*s'",
			 (int)r->lx.len, r->lx.text);
	} else if (v->result == (dst < 0 ? RESULT : NO_RESULT)) {
		lex_fail(&r->lx, -EINVAL, dst < 0 ?
			 "the result of '%s' needs a register" :
			 "'%s' has no result", v->name);
	} else {
		lex_next(&r->lx);
		v->read(r, v, dst);
	}
	if (r->lx.tok != TOK_END && !r->lx.first)
		lex_fail(&r->lx, -EINVAL, "'%.*s' after the end of a statement",
			 (int)r->lx.len, r->lx.text);
}

void text_end_thread(struct reader *r)
{
	struct lit_thread *th = &r->t->thread[r->thread];

	for (u32 i = 0; i < th->nr_ins; i++) {
		struct lit_ins *ins = &th->ins[i];

		if (ins->target < 0)
			continue;
		if (r->label[ins->target].ins < 0) {
			r->lx.line = ins->line;
			lex_fail(&r->lx, -EINVAL, "P%u has no label '%s'",
				 r->thread, r->label[ins->target].name);
			return;
		}
		ins->target = r->label[ins->target].ins;
	}
	r->nr_labels = 0;
}
