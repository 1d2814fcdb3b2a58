/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "c.h"

/* --- instructions -------------------------------------------------------- */

struct lit_ins *c_emit(struct c_reader *r, enum lit_op op)
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

s8 c_temp(struct c_reader *r)
{
	int reg = r->lx.ret ? -1 : lit_reg(r->t, r->thread);

	if (reg < 0)
		lex_fail(&r->lx, -ENOTSUP, "P%u needs more than %d registers",
			 r->thread, LIT_REGS);
	return (s8)reg;
}

s8 c_const(struct c_reader *r, u64 imm)
{
	s8 dst = c_temp(r);
	struct lit_ins *ins = c_emit(r, LIT_MOV);

	ins->dst = dst;
	ins->imm = imm;
	return dst;
}

s8 c_alu(struct c_reader *r, enum lit_alu alu, s8 a, s8 b, u64 imm)
{
	s8 dst = c_temp(r);
	struct lit_ins *ins = c_emit(r, LIT_ALU);

	ins->alu = (u8)alu;
	ins->dst = dst;
	ins->a = a;
	ins->b = b;
	ins->imm = imm;
	return dst;
}

s8 c_load(struct c_reader *r, s8 addr, u32 order)
{
	s8 dst = c_temp(r);
	struct lit_ins *ins = c_emit(r, LIT_LOAD);

	ins->dst = dst;
	ins->addr = addr;
	ins->order = (u8)order;
	return dst;
}

void c_store(struct c_reader *r, s8 addr, s8 val, u32 order)
{
	struct lit_ins *ins = c_emit(r, LIT_STORE);

	ins->addr = addr;
	ins->val = val;
	ins->order = (u8)order;
}

/* --- types --------------------------------------------------------------- */

static const char *const types[] = {
	"_Bool", "atomic64_t", "atomic_long_t", "atomic_t", "bool", "char",
	"const", "int", "intptr_t", "long", "raw_spinlock_t", "s16", "s32",
	"s64", "s8", "short", "signed", "size_t", "spinlock_t", "struct", "u16",
	"u32", "u64", "u8", "uintptr_t", "unsigned", "void", "volatile",
};

bool c_skip_type(struct lex *lx)
{
	bool any = false;
	size_t i;

	for (;;) {
		for (i = 0; i < ARRAY_SIZE(types); i++)
			if (lex_is(lx, types[i]))
				break;
		if (i == ARRAY_SIZE(types))
			break;
		if (lex_take(lx, "struct") && lx->tok != TOK_WORD)
			lex_fail(lx, -EINVAL, "expected the name of a struct");
		lex_next(lx);
		any = true;
	}
	while (any && (lex_take(lx, "*") || lex_take(lx, "const")))
		;
	return any;
}

static bool is_cast(const struct lex *lx)
{
	if (!lex_is(lx, "("))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (lex_follows(lx, types[i]))
			return true;
	return false;
}

/* --- expressions --------------------------------------------------------- */

static const struct op { const char *sign; u8 level, alu; } ops[] = {
	{ "||", 0, LIT_LOR }, { "&&", 1, LIT_LAND }, { "|", 2, LIT_OR },
	{ "^", 3, LIT_XOR }, { "&", 4, LIT_AND }, { "==", 5, LIT_EQ },
	{ "!=", 5, LIT_NE }, { "<", 6, LIT_LT }, { ">", 6, LIT_GT },
	{ "<=", 6, LIT_LE }, { ">=", 6, LIT_GE }, { ">>", 7, LIT_SHR },
	{ "+", 8, LIT_ADD }, { "-", 8, LIT_SUB }, { "*", 9, LIT_MUL },
};
#define LEVELS	10

/* Registers first: a location's name is its address only elsewhere. */
static s8 name(struct c_reader *r)
{
	char word[sizeof(r->t->loc[0].name)];
	int reg, loc;

	lex_word(&r->lx, word, sizeof(word));
	if (r->lx.ret)
		return -1;
	reg = lit_find_reg(r->t, r->thread, word);
	if (reg >= 0)
		return (s8)reg;
	loc = lit_find(r->t, word);
	if (loc >= 0)
		return c_const(r, LIT_ADDR(loc));
	lex_fail(&r->lx, -EINVAL, "'%s' has no value", word);
	return -1;
}

static s8 unary(struct c_reader *r);

static s8 descend(struct c_reader *r, s8 (*parse)(struct c_reader *r))
{
	s8 reg;

	if (!lex_deeper(&r->lx))
		return -1;
	reg = parse(r);
	r->lx.depth--;
	return reg;
}

static s8 operand(struct c_reader *r)
{
	s8 reg = descend(r, unary);

	if (reg < 0)
		lex_fail(&r->lx, -EINVAL, "what has no value is used as one");
	return reg;
}

static s8 unary(struct c_reader *r)
{
	struct lex *lx = &r->lx;
	u64 n = lx->number;
	s8 reg;

	if (lex_take(lx, "!"))
		return c_alu(r, LIT_EQ, operand(r), -1, 0);
	if (lex_take(lx, "-")) {
		reg = c_const(r, 0);
		return c_alu(r, LIT_SUB, reg, operand(r), 0);
	}
	if (lex_take(lx, "*"))
		return c_load(r, operand(r), LIT_PLAIN);
	if (lex_take(lx, "&"))
		return name(r);
	if (is_cast(lx)) {
		lex_next(lx);
		c_skip_type(lx);
		lex_need(lx, ")");
		return operand(r);
	}
	if (lex_take(lx, "(")) {
		reg = descend(r, c_expr);
		lex_need(lx, ")");
		return reg;
	}
	if (lx->tok == TOK_NUMBER) {
		lex_next(lx);
		return c_const(r, n);
	}
	if (lx->tok == TOK_WORD)
		return lex_follows(lx, "(") ? c_call(r) : name(r);
	lex_fail(lx, lx->tok == TOK_SIGN ? -ENOTSUP : -EINVAL,
		 "'%.*s' in an expression", (int)lx->len, lx->text);
	return -1;
}

static const struct op *op_at(const struct lex *lx, u32 level)
{
	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].level == level && lex_is(lx, ops[i].sign))
			return &ops[i];
	return NULL;
}

/* C need not evaluate the right of && and ||; this reader always does. */
static void check_right(struct c_reader *r, u32 from)
{
	const struct lit_thread *th = &r->t->thread[r->thread];

	for (u32 i = from; i < th->nr_ins; i++)
		if (th->ins[i].op != LIT_MOV && th->ins[i].op != LIT_ALU)
			lex_fail(&r->lx, -ENOTSUP,
				 "an access on the right of && or ||");
}

/* If @b is a number that was just put into a register, take it back. */
static s8 fold(struct c_reader *r, s8 b, u64 *imm)
{
	struct lit_thread *th = &r->t->thread[r->thread];
	struct lit_ins *last = th->nr_ins ? &th->ins[th->nr_ins - 1] : NULL;

	*imm = 0;
	if (r->lx.ret || !last || last->op != LIT_MOV || last->dst != b ||
	    *th->reg[b] || b != th->nr_regs - 1)
		return b;
	*imm = last->imm;
	th->nr_ins--;
	th->nr_regs--;
	return -1;
}

static s8 binary(struct c_reader *r, u32 level)
{
	const struct op *op;
	s8 a, b;
	u32 from;
	u64 imm;

	if (level == LEVELS)
		return descend(r, unary);
	a = binary(r, level + 1);
	while ((op = op_at(&r->lx, level))) {
		lex_next(&r->lx);
		from = r->t->thread[r->thread].nr_ins;
		b = binary(r, level + 1);
		if (level < 2)
			check_right(r, from);
		if (a < 0 || b < 0)
			lex_fail(&r->lx, -EINVAL,
				 "what has no value is used as one");
		b = fold(r, b, &imm);
		a = c_alu(r, (enum lit_alu)op->alu, a, b, imm);
	}
	return a;
}

/* What could follow here in C, and is not read. */
static void check_operator(struct lex *lx)
{
	static const char *const unknown[] = {
		"/", "%", "<<", "?", "->", ".", "[", "++", "--", "+=", "-=",
	};

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		if (lex_is(lx, unknown[i]))
			lex_fail(lx, -ENOTSUP, "operator '%s'", unknown[i]);
}

s8 c_expr(struct c_reader *r)
{
	s8 reg = binary(r, 0);

	check_operator(&r->lx);
	return reg;
}

s8 c_lvalue(struct c_reader *r)
{
	bool paren = lex_take(&r->lx, "(");
	s8 addr = -1;

	if (lex_take(&r->lx, "*"))
		addr = operand(r);
	else
		lex_fail(&r->lx, -ENOTSUP, "'%.*s' as the place of an access",
			 (int)r->lx.len, r->lx.text);
	check_operator(&r->lx);
	if (paren)
		lex_need(&r->lx, ")");
	return addr;
}

/* --- statements ---------------------------------------------------------- */

/*
 * @dst = @reg. If @reg is a temporary that the last instruction made, that
 * instruction can as well write @dst.
 */
static void assign(struct c_reader *r, s8 dst, s8 reg)
{
	struct lit_thread *th = &r->t->thread[r->thread];
	struct lit_ins *last = th->nr_ins ? &th->ins[th->nr_ins - 1] : NULL;

	if (reg < 0)
		lex_fail(&r->lx, -EINVAL, "what has no value is assigned");
	if (r->lx.ret)
		return;
	if (last && last->dst == reg && !*th->reg[reg] &&
	    reg == th->nr_regs - 1 && r->target < th->nr_ins) {
		last->dst = dst;
		th->nr_regs--;
		return;
	}
	last = c_emit(r, LIT_ALU);
	last->alu = LIT_FIRST;
	last->dst = dst;
	last->a = reg;
}

static void assignment(struct c_reader *r)
{
	char word[sizeof(r->t->loc[0].name)];
	int reg;

	lex_word(&r->lx, word, sizeof(word));
	if (r->lx.ret)
		return;
	reg = lit_find_reg(r->t, r->thread, word);
	if (reg < 0 && lit_find(r->t, word) >= 0)
		lex_fail(&r->lx, -ENOTSUP, "'%s' is assigned without a pointer",
			 word);
	reg = lit_named_reg(&r->lx, r->t, r->thread, word);
	if (!lex_take(&r->lx, "="))
		return;
	assign(r, (s8)reg, c_expr(r));
}

/* Behind the type: names, with or without a value. */
static void declaration(struct c_reader *r)
{
	do {
		while (lex_take(&r->lx, "*"))
			;
		if (lex_follows(&r->lx, "["))
			lex_fail(&r->lx, -ENOTSUP, "an array");
		assignment(r);
	} while (lex_take(&r->lx, ","));
	lex_need(&r->lx, ";");
}

static void substatement(struct c_reader *r)
{
	if (!lex_deeper(&r->lx))
		return;
	c_statement(r);
	r->lx.depth--;
}

/* Where the code is now is where instruction @from, if it was made, leads. */
static void land(struct c_reader *r, u32 from)
{
	struct lit_thread *th = &r->t->thread[r->thread];

	if (r->lx.ret)
		return;
	th->ins[from].target = (s16)th->nr_ins;
	r->target = th->nr_ins;
}

static void read_if(struct c_reader *r)
{
	struct lit_thread *th = &r->t->thread[r->thread];
	u32 bz, jmp;
	s8 reg;

	lex_need(&r->lx, "(");
	reg = c_expr(r);
	lex_need(&r->lx, ")");
	if (reg < 0)
		lex_fail(&r->lx, -EINVAL, "if without a value");
	bz = th->nr_ins;
	c_emit(r, LIT_BZ)->a = reg;
	substatement(r);
	if (!lex_take(&r->lx, "else")) {
		land(r, bz);
		return;
	}
	jmp = th->nr_ins;
	c_emit(r, LIT_JMP);
	land(r, bz);
	substatement(r);
	land(r, jmp);
}

static void plain_store(struct c_reader *r)
{
	s8 addr = c_lvalue(r), val;

	lex_need(&r->lx, "=");
	val = c_expr(r);
	if (val < 0)
		lex_fail(&r->lx, -EINVAL, "what has no value is stored");
	c_store(r, addr, val, LIT_PLAIN);
	lex_need(&r->lx, ";");
}

static void block(struct c_reader *r)
{
	while (r->lx.tok != TOK_END && !lex_is(&r->lx, "}"))
		substatement(r);
	lex_need(&r->lx, "}");
}

static bool unsupported(const struct lex *lx)
{
	static const char *const words[] = {
		"break", "case", "continue", "default", "do", "for", "goto",
		"return", "switch", "while",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (lex_is(lx, words[i]))
			return true;
	return false;
}

void c_statement(struct c_reader *r)
{
	struct lex *lx = &r->lx;

	r->line = lx->line;
	if (lex_take(lx, ";"))
		return;
	if (unsupported(lx)) {
		lex_fail(lx, -ENOTSUP, "'%.*s'", (int)lx->len, lx->text);
	} else if (lex_take(lx, "{")) {
		block(r);
	} else if (lex_take(lx, "if")) {
		read_if(r);
	} else if (c_skip_type(lx)) {
		declaration(r);
	} else if (lex_is(lx, "*")) {
		plain_store(r);
	} else if (lx->tok == TOK_WORD && lex_follows(lx, "=")) {
		assignment(r);
		lex_need(lx, ";");
	} else {
		c_expr(r);
		lex_need(lx, ";");
	}
}
