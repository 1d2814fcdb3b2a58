/* SPDX-License-Identifier: MIT */
/*
 * Conditions: their parser, for both readers, and what they say of a final
 * state.
 *
 *	or	and \/ and ...
 *	and	not /\ not ...
 *	not	~not, (or), true, false, or a fact:
 *	fact	P1:r0 = VALUE, x = VALUE, fault(P0:LABEL, LOCATION, KIND)
 *
 * herd's C spells them 1:r0, [x], == and takes a name for the address.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lex.h"

/* --- names and values ---------------------------------------------------- */

int lit_find(const struct lit_test *t, const char *name)
{
	for (int i = 0; i < t->nr_locs; i++)
		if (!strcmp(t->loc[i].name, name))
			return i;
	return -1;
}

int lit_find_reg(const struct lit_test *t, u32 thread, const char *name)
{
	const struct lit_thread *th = &t->thread[thread];

	for (int i = 0; i < th->nr_regs; i++)
		if (!strcmp(th->reg[i], name))
			return i;
	return -1;
}

int lit_named_reg(struct lex *lx, struct lit_test *t, u32 thread,
		  const char *name)
{
	struct lit_thread *th = &t->thread[thread];
	int reg = lit_find_reg(t, thread, name);

	if (reg >= 0)
		return reg;
	if (strlen(name) >= sizeof(th->reg[0])) {
		lex_fail(lx, -ENOTSUP, "name '%s' is too long", name);
		return -1;
	}
	reg = lit_reg(t, thread);
	if (reg < 0)
		lex_fail(lx, -ENOTSUP, "P%u needs more than %d registers",
			 thread, LIT_REGS);
	else
		strcpy(th->reg[reg], name);
	return reg;
}

int lit_thread_number(const char *word)
{
	return *word == 'P' && isdigit((u8)word[1]) && !word[2] ?
	       word[1] - '0' : -1;
}

static int location_find(struct lex *lx, struct lit_test *t, const char *kind,
			 const char *of)
{
	char name[sizeof(t->loc[0].name) + 8];
	int loc;

	snprintf(name, sizeof(name), *kind ? "%s(%s)" : "%s%s", kind, of);
	loc = lit_find(t, name);
	if (loc < 0)
		lex_fail(lx, -EINVAL, "'%s' is not a location of this test",
			 name);
	return loc;
}

int lit_location(struct lex *lx, struct lit_test *t)
{
	char kind[8] = "", of[sizeof(t->loc[0].name) - 5];
	int loc;

	if ((lex_is(lx, "pte") || lex_is(lx, "pmd")) && lex_follows(lx, "(")) {
		lex_word(lx, kind, sizeof(kind));
		lex_need(lx, "(");
		lex_word(lx, of, sizeof(of));
		lex_need(lx, ")");
	} else {
		lex_word(lx, of, sizeof(of));
	}
	if (lx->ret)
		return -1;
	if (lx->closed)
		return location_find(lx, t, kind, of);
	loc = lit_loc(t, of);
	if (loc >= 0 && *kind)
		loc = *kind && kind[1] == 't' ? lit_pte(t, loc) :
						lit_pmd(t, loc);
	if (loc < 0)
		lex_fail(lx, -ENOTSUP, "more than %d locations", LIT_LOCS);
	return loc;
}

static void page_field(struct lex *lx, struct lit_page *page)
{
	struct { const char *name; u8 *field; } fields[] = {
		{ "valid", &page->valid }, { "af", &page->af },
		{ "db", &page->db }, { "dbm", &page->dbm },
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!lex_take(lx, fields[i].name))
			continue;
		lex_need(lx, "=");
		if (lx->tok != TOK_NUMBER || lx->number > 1)
			lex_fail(lx, -EINVAL, "%s is 0 or 1", fields[i].name);
		*fields[i].field = (u8)lx->number;
		lex_next(lx);
		return;
	}
	lex_fail(lx, -EINVAL, "a page has no field '%.*s'", (int)lx->len,
		 lx->text);
}

static u64 page_value(struct lex *lx, struct lit_test *t)
{
	struct lit_page page = LIT_PAGE_INIT;

	lex_need(lx, "(");
	page.oa = lit_location(lx, t);
	while (lex_take(lx, ","))
		page_field(lx, &page);
	if (!lx->ret && t->loc[page.oa].kind != LIT_DATA)
		lex_fail(lx, -EINVAL, "an entry maps a data location");
	lex_need(lx, ")");
	return lx->ret ? 0 : lit_page(&page);
}

static u64 table_value(struct lex *lx, struct lit_test *t)
{
	int loc;

	lex_need(lx, "(");
	loc = lit_location(lx, t);
	lex_need(lx, ")");
	return lx->ret ? 0 : lit_table(loc);
}

bool lit_is_value(const struct lex *lx)
{
	return lx->tok == TOK_NUMBER || lex_is(lx, "-") || lex_is(lx, "&") ||
	       (lx->c && lx->tok == TOK_WORD) ||
	       ((lex_is(lx, "page") || lex_is(lx, "table")) &&
		lex_follows(lx, "("));
}

u64 lit_value(struct lex *lx, struct lit_test *t)
{
	bool minus = lex_take(lx, "-");
	u64 n = lx->number;
	int loc;

	if (lx->tok == TOK_NUMBER) {
		lex_next(lx);
		return minus ? -n : n;
	}
	if (minus || !lit_is_value(lx)) {
		lex_fail(lx, -EINVAL, "expected a value before '%.*s'",
			 (int)lx->len, lx->text);
		return 0;
	}
	if (!lx->c && lex_take(lx, "page"))
		return page_value(lx, t);
	if (!lx->c && lex_take(lx, "table"))
		return table_value(lx, t);
	lex_take(lx, "&");
	loc = lit_location(lx, t);
	return loc < 0 ? 0 : LIT_ADDR(loc);
}

/* --- the parser ---------------------------------------------------------- */

static int node(struct lex *lx, struct lit_test *t, enum lit_cond cond, int l,
		int r)
{
	int n = lx->ret ? -1 : lit_node(t, cond);

	if (n < 0) {
		lex_fail(lx, -ENOTSUP, "the condition has more than %d parts",
			 LIT_NODES);
		return -1;
	}
	t->node[n].l = (s16)l;
	t->node[n].r = (s16)r;
	return n;
}

/* A number in herd's C, P and a number in both. */
static u32 thread(struct lex *lx, const struct lit_test *t)
{
	char word[32];
	int n = -1;

	if (lx->tok == TOK_NUMBER) {
		n = lx->number < LIT_THREADS ? (int)lx->number : -1;
		lex_next(lx);
	} else {
		lex_word(lx, word, sizeof(word));
		n = lit_thread_number(word);
	}
	if (n >= 0 && n < t->nr_threads)
		return (u32)n;
	lex_fail(lx, -EINVAL, "no such thread");
	return 0;
}

static bool is_access(const struct lit_ins *ins)
{
	return ins->op == LIT_LOAD || ins->op == LIT_STORE ||
	       ins->op == LIT_RMW || ins->op == LIT_CAS;
}

/* A label names a statement; what may fault is its access. */
static int access_at(const struct lit_thread *th, const char *label)
{
	int i = 0;

	while (i < th->nr_ins && strcmp(th->label[i], label))
		i++;
	while (i < th->nr_ins && !is_access(&th->ins[i]))
		i++;
	return i < th->nr_ins ? i : -1;
}

static enum lit_fault fault_kind(struct lex *lx)
{
	return lex_take(lx, "translation") ? LIT_F_TRANSLATION :
	       lex_take(lx, "access") ? LIT_F_ACCESS :
	       lex_take(lx, "permission") ? LIT_F_PERMISSION : LIT_F_NONE;
}

static int fault(struct lex *lx, struct lit_test *t)
{
	int n = node(lx, t, LIT_FAULTED, -1, -1);
	struct lit_node *p = &t->node[n < 0 ? 0 : n];
	enum lit_fault kind;
	char label[16];

	lex_need(lx, "(");
	p->thread = (u8)thread(lx, t);
	if (lex_take(lx, ":")) {
		lex_word(lx, label, sizeof(label));
		p->ins = (s16)access_at(&t->thread[p->thread], label);
		if (p->ins < 0)
			lex_fail(lx, -EINVAL, "no access of P%u has label '%s'",
				 p->thread, label);
	}
	while (lex_take(lx, ",")) {
		kind = fault_kind(lx);
		if (kind)
			p->kind = (s16)kind;
		else
			p->loc = (s16)lit_location(lx, t);
	}
	lex_need(lx, ")");
	return n;
}

static void register_fact(struct lex *lx, struct lit_test *t,
			  struct lit_node *p)
{
	u32 th = thread(lx, t);
	char name[sizeof(t->thread[0].reg[0])];
	int reg;

	lex_need(lx, ":");
	lex_word(lx, name, sizeof(name));
	reg = lit_find_reg(t, th, name);
	if (reg < 0)
		lex_fail(lx, -EINVAL, "P%u has no register '%s'", th, name);
	p->cond = LIT_REG_IS;
	p->thread = (u8)th;
	p->reg = (u8)(reg < 0 ? 0 : reg);
}

static void location_fact(struct lex *lx, struct lit_test *t,
			  struct lit_node *p)
{
	bool bracket = lex_take(lx, "[");

	p->cond = LIT_LOC_IS;
	p->loc = (s16)lit_location(lx, t);
	if (bracket)
		lex_need(lx, "]");
}

static int fact(struct lex *lx, struct lit_test *t)
{
	int n = node(lx, t, LIT_REG_IS, -1, -1);
	struct lit_node *p = &t->node[n < 0 ? 0 : n];

	if (lex_follows(lx, ":"))
		register_fact(lx, t, p);
	else
		location_fact(lx, t, p);
	if (lex_take(lx, "!="))
		p->cond = p->cond == LIT_REG_IS ? LIT_REG_ISNT : LIT_LOC_ISNT;
	else if (!lex_take(lx, "=="))
		lex_need(lx, "=");
	p->val = lit_value(lx, t);
	return n;
}

static int either(struct lex *lx, struct lit_test *t);

static int nested(struct lex *lx, struct lit_test *t,
		  int (*parse)(struct lex *lx, struct lit_test *t))
{
	int n;

	if (!lex_deeper(lx))
		return -1;
	n = parse(lx, t);
	lx->depth--;
	return n;
}

static int negation(struct lex *lx, struct lit_test *t)
{
	int n;

	if (lex_take(lx, "~") || lex_take(lx, "not"))
		return node(lx, t, LIT_NOT, nested(lx, t, negation), -1);
	if (lex_take(lx, "(")) {
		n = nested(lx, t, either);
		lex_need(lx, ")");
		return n;
	}
	if (lex_take(lx, "true"))
		return node(lx, t, LIT_TRUE, -1, -1);
	if (lex_take(lx, "false"))
		return node(lx, t, LIT_NOT, node(lx, t, LIT_TRUE, -1, -1), -1);
	if (lex_follows(lx, "(") && (lex_take(lx, "fault") ||
				     lex_take(lx, "Fault")))
		return fault(lx, t);
	return fact(lx, t);
}

static int both(struct lex *lx, struct lit_test *t)
{
	int n = negation(lx, t);

	while (lex_take(lx, "/\\"))
		n = node(lx, t, LIT_BOTH, n, negation(lx, t));
	return n;
}

static int either(struct lex *lx, struct lit_test *t)
{
	int n = both(lx, t);

	while (lex_take(lx, "\\/"))
		n = node(lx, t, LIT_EITHER, n, both(lx, t));
	return n;
}

int lit_condition(struct lex *lx, struct lit_test *t)
{
	int n;

	lx->closed = true;
	n = either(lx, t);
	return lx->ret ? -1 : n;
}

/* --- what it says -------------------------------------------------------- */

static bool faulted(const struct lit_node *n, const struct lit_final *f)
{
	u8 kind = f->fault[n->thread].kind;

	return kind != LIT_F_NONE && (n->kind < 0 || n->kind == kind) &&
	       (n->ins < 0 || n->ins == f->fault[n->thread].ins) &&
	       (n->loc < 0 || n->loc == f->fault[n->thread].loc);
}

static bool holds(const struct lit_test *t, int i, const struct lit_final *f)
{
	const struct lit_node *n = &t->node[i];

	switch ((enum lit_cond)n->cond) {
	case LIT_TRUE:
		return true;
	case LIT_NOT:
		return !holds(t, n->l, f);
	case LIT_BOTH:
		return holds(t, n->l, f) && holds(t, n->r, f);
	case LIT_EITHER:
		return holds(t, n->l, f) || holds(t, n->r, f);
	case LIT_REG_IS:
		return f->reg[n->thread][n->reg] == n->val;
	case LIT_REG_ISNT:
		return f->reg[n->thread][n->reg] != n->val;
	case LIT_LOC_IS:
		return f->mem[n->loc] == n->val;
	case LIT_LOC_ISNT:
		return f->mem[n->loc] != n->val;
	case LIT_FAULTED:
		return faulted(n, f);
	}
	BUG("node %d of %s is no condition", i, t->name);
}

bool lit_holds(const struct lit_test *t, const struct lit_final *f)
{
	return holds(t, t->root, f);
}

bool lit_filtered(const struct lit_test *t, const struct lit_final *f)
{
	return t->filter < 0 || holds(t, t->filter, f);
}
