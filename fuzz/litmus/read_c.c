/* SPDX-License-Identifier: MIT */
/*
 * read_c - herd's C format, as the kernel's memory model uses it
 *
 *	C NAME
 *	{ x=1; int *p = &x; 0:r1=x; }
 *	P0(int *x, int *y) { ... }
 *	locations [x; 0:r1]
 *	filter (...)
 *	exists (...)
 *
 * The verdict is in a comment, "Result: Never", and is the kernel's: of what
 * every machine it runs on may do together, so it is one about "weak". So may
 * be the rule because of which the machine shows less, "Not-modelled: R-NM-1".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "c.h"

/* --- head ---------------------------------------------------------------- */

/* Return: what follows the first @key in @text, NULL if nothing does. */
static const char *value_of(const char *text, const char *key)
{
	const char *p = strstr(text, key);

	if (!p)
		return NULL;
	p += strlen(key);
	return p + strspn(p, " \t");
}

static void read_result(struct lit_test *t, const char *text)
{
	static const char *const words[] = { "Never", "Sometimes", "Always" };
	const char *result = value_of(text, "Result:");
	const char *rule = value_of(text, "Not-modelled:");
	struct lit_expect *e = &t->expect[0];

	for (u32 i = 0; result && i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(result, words[i], len) ||
		    strcspn(result, " \t\r\n*.") != len)
			continue;
		*e = (struct lit_expect){ .model = "weak", .verdict = (u8)i };
		t->nr_expects = 1;
	}
	if (rule)
		snprintf(e->not_modelled, sizeof(e->not_modelled), "%.*s",
			 (int)strcspn(rule, " \t\r\n*"), rule);
}

static void read_name(struct c_reader *r)
{
	struct lit_test *t = r->t;

	lex_rest(&r->lx, t->name, sizeof(t->name));
	t->name[strcspn(t->name, " \t")] = '\0';
	/* A description in quotes may follow. */
	while (r->lx.tok != TOK_END && !lex_is(&r->lx, "{"))
		lex_next(&r->lx);
}

/* --- initial state ------------------------------------------------------- */

static u64 init_value(struct c_reader *r)
{
	u64 val;

	if (!lex_is(&r->lx, "ATOMIC_INIT") && !lex_is(&r->lx, "("))
		return lit_value(&r->lx, r->t);
	lex_take(&r->lx, "ATOMIC_INIT");
	lex_need(&r->lx, "(");
	val = lit_value(&r->lx, r->t);
	lex_need(&r->lx, ")");
	return val;
}

/* 0:r1 = x */
static void init_register(struct c_reader *r)
{
	u64 n = r->lx.number, val = 0;
	struct lit_ins *ins;
	char name[16];
	int reg;

	lex_next(&r->lx);
	lex_need(&r->lx, ":");
	lex_word(&r->lx, name, sizeof(name));
	if (n >= LIT_THREADS)
		lex_fail(&r->lx, -ENOTSUP, "more than %d threads", LIT_THREADS);
	if (lex_take(&r->lx, "="))
		val = init_value(r);
	if (r->lx.ret)
		return;
	r->thread = (u32)n;
	reg = lit_named_reg(&r->lx, r->t, r->thread, name);
	ins = c_emit(r, LIT_MOV);
	ins->dst = (s8)reg;
	ins->imm = val;
}

static void init_location(struct c_reader *r)
{
	bool bracket = lex_take(&r->lx, "[");
	int loc = lit_location(&r->lx, r->t);

	if (bracket)
		lex_need(&r->lx, "]");
	if (lex_is(&r->lx, "["))
		lex_fail(&r->lx, -ENOTSUP, "an array");
	if (lex_take(&r->lx, "=") && loc >= 0)
		r->t->loc[loc].init = init_value(r);
}

static void read_init(struct c_reader *r)
{
	lex_need(&r->lx, "{");
	while (r->lx.tok != TOK_END && !lex_is(&r->lx, "}")) {
		if (lex_take(&r->lx, ";"))
			continue;
		c_skip_type(&r->lx);
		while (lex_take(&r->lx, "*"))
			;
		if (r->lx.tok == TOK_NUMBER)
			init_register(r);
		else
			init_location(r);
		if (!lex_is(&r->lx, "}"))
			lex_need(&r->lx, ";");
	}
	lex_need(&r->lx, "}");
}

/* --- functions ----------------------------------------------------------- */

/* int *x: a register called x, which holds the address of location x. */
static void read_parameter(struct c_reader *r)
{
	char name[sizeof(r->t->loc[0].name)];
	struct lit_ins *ins;
	int loc, reg;

	if (!c_skip_type(&r->lx))
		lex_fail(&r->lx, -ENOTSUP, "a parameter of type '%.*s'",
			 (int)r->lx.len, r->lx.text);
	if (lex_is(&r->lx, ")"))	/* (void) */
		return;
	lex_word(&r->lx, name, sizeof(name));
	if (lex_is(&r->lx, "["))
		lex_fail(&r->lx, -ENOTSUP, "an array");
	if (r->lx.ret || lit_find_reg(r->t, r->thread, name) >= 0)
		return;
	loc = lit_loc(r->t, name);
	if (loc < 0)
		lex_fail(&r->lx, -ENOTSUP, "more than %d locations", LIT_LOCS);
	reg = lit_named_reg(&r->lx, r->t, r->thread, name);
	ins = c_emit(r, LIT_MOV);
	ins->dst = (s8)reg;
	ins->imm = LIT_ADDR(loc);
}

static void read_body(struct c_reader *r)
{
	r->lx.body = true;
	lex_need(&r->lx, "{");
	while (r->lx.tok != TOK_END && !lex_is(&r->lx, "}"))
		c_statement(r);
	r->lx.body = false;
	lex_need(&r->lx, "}");
}

static void read_function(struct c_reader *r)
{
	lex_next(&r->lx);
	lex_need(&r->lx, "(");
	r->line = r->lx.line;
	while (r->lx.tok != TOK_END && !lex_is(&r->lx, ")")) {
		read_parameter(r);
		if (!lex_is(&r->lx, ")"))
			lex_need(&r->lx, ",");
	}
	lex_need(&r->lx, ")");
	r->target = 0;
	read_body(r);
}

static void read_functions(struct c_reader *r)
{
	char name[8];
	u32 n = 0;

	for (;; n++) {
		lex_take(&r->lx, "static");
		lex_take(&r->lx, "void");
		snprintf(name, sizeof(name), "P%u", n);
		if (!lex_is(&r->lx, name))
			break;
		if (n == LIT_THREADS)
			lex_fail(&r->lx, -ENOTSUP, "more than %d threads",
				 LIT_THREADS);
		r->thread = n;
		read_function(r);
	}
	if (!n || n < r->t->nr_threads)
		lex_fail(&r->lx, -EINVAL, "expected P%u before '%.*s'", n,
			 (int)r->lx.len, r->lx.text);
	r->t->nr_threads = (u8)n;
}

/* --- condition ----------------------------------------------------------- */

static void read_condition(struct c_reader *r)
{
	struct lex *lx = &r->lx;

	if (lex_take(lx, "locations")) {
		while (lx->tok != TOK_END && !lex_is(lx, "]"))
			lex_next(lx);
		lex_need(lx, "]");
		lex_take(lx, ";");
	}
	if (lex_take(lx, "filter"))
		r->t->filter = (s16)lit_condition(lx, r->t);
	if (lex_take(lx, "forall")) {
		r->t->quant = LIT_FORALL;
	} else {
		r->t->quant = lex_take(lx, "~") ? LIT_NEVER : LIT_EXISTS;
		lex_need(lx, "exists");
	}
	r->t->root = (s16)lit_condition(lx, r->t);
	if (lx->tok != TOK_END)
		lex_fail(lx, -EINVAL, "'%.*s' after the condition",
			 (int)lx->len, lx->text);
}

int lit_read_c(const char *path, const char *text, struct lit_test *t,
	       char *err, size_t err_size)
{
	struct c_reader r = { .t = t };

	lit_init(t);
	lex_init(&r.lx, path, text, 1, true, err, err_size);
	if (!lex_is(&r.lx, "C"))
		lex_fail(&r.lx, -EINVAL, "expected 'C'");
	read_name(&r);
	read_result(t, text);
	read_init(&r);
	read_functions(&r);
	read_condition(&r);
	return r.lx.ret;
}
