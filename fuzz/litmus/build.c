/* SPDX-License-Identifier: MIT */
/* Building a test, piece by piece, for the readers. */
#include "litmus.h"

#include <stdio.h>
#include <string.h>

void lit_init(struct lit_test *t)
{
	memset(t, 0, sizeof(*t));
	t->root = -1;
	t->filter = -1;
}

/* --- locations ----------------------------------------------------------- */

static int loc_find(const struct lit_test *t, const char *name)
{
	for (int i = 0; i < t->nr_locs; i++)
		if (!strcmp(t->loc[i].name, name))
			return i;
	return -1;
}

static int loc_new(struct lit_test *t, const char *name)
{
	struct lit_loc *loc = &t->loc[t->nr_locs];

	if (t->nr_locs == LIT_LOCS || strlen(name) >= sizeof(loc->name))
		return -1;
	*loc = (struct lit_loc){ .kind = LIT_DATA };
	strcpy(loc->name, name);
	return t->nr_locs++;
}

int lit_loc(struct lit_test *t, const char *name)
{
	int loc = loc_find(t, name);

	return loc < 0 ? loc_new(t, name) : loc;
}

/* Return: the entry of @kind of @of; *@new tells whether it was made. */
static int entry(struct lit_test *t, enum lit_kind kind, int of, bool *new)
{
	char name[sizeof(t->loc[0].name) + 8];
	int loc;

	snprintf(name, sizeof(name), "%s(%s)", kind == LIT_PTE ? "pte" : "pmd",
		 t->loc[of].name);
	loc = loc_find(t, name);
	*new = loc < 0;
	if (*new)
		loc = loc_new(t, name);
	if (loc < 0)
		return -1;
	t->loc[loc].kind = (u8)kind;
	t->loc[loc].of = (u8)of;
	return loc;
}

static bool has_pmd(const struct lit_test *t)
{
	for (int i = 0; i < t->nr_locs; i++)
		if (t->loc[i].kind == LIT_PMD)
			return true;
	return false;
}

/* Walks of a test have one length: all leaf entries are below one, or none. */
static bool add_pmds(struct lit_test *t)
{
	bool new;

	for (int i = 0; i < t->nr_locs; i++) {
		int of = t->loc[i].of, pmd;

		if (t->loc[i].kind != LIT_PTE)
			continue;
		pmd = entry(t, LIT_PMD, of, &new);
		if (pmd < 0)
			return false;
		if (new)
			t->loc[pmd].init = lit_table(of);
	}
	return true;
}

int lit_pte(struct lit_test *t, int loc)
{
	struct lit_page page = LIT_PAGE_INIT;
	bool new;
	int pte = entry(t, LIT_PTE, loc, &new);

	if (pte < 0 || !new)
		return pte;
	page.oa = loc;
	t->loc[pte].init = lit_page(&page);
	t->translated = true;
	return has_pmd(t) && !add_pmds(t) ? -1 : pte;
}

int lit_pmd(struct lit_test *t, int loc)
{
	bool new;

	if (lit_pte(t, loc) < 0)
		return -1;
	if (!has_pmd(t)) {
		int pmd = entry(t, LIT_PMD, loc, &new);

		if (pmd < 0)
			return -1;
		t->loc[pmd].init = lit_table(loc);
	}
	return add_pmds(t) ? entry(t, LIT_PMD, loc, &new) : -1;
}

/* --- program ------------------------------------------------------------- */

struct lit_ins *lit_emit(struct lit_test *t, u32 thread, enum lit_op op)
{
	struct lit_thread *th;
	struct lit_ins *ins;

	if (thread >= LIT_THREADS || t->thread[thread].nr_ins == LIT_INS)
		return NULL;
	if (t->nr_threads <= thread)
		t->nr_threads = (u8)(thread + 1);
	th = &t->thread[thread];
	ins = &th->ins[th->nr_ins++];
	*ins = (struct lit_ins){ .op = (u8)op, .size = 8, .dst = -1, .a = -1,
				 .b = -1, .addr = -1, .val = -1, .exp = -1,
				 .target = -1 };
	return ins;
}

int lit_reg(struct lit_test *t, u32 thread)
{
	if (thread >= LIT_THREADS || t->thread[thread].nr_regs == LIT_REGS)
		return -1;
	return t->thread[thread].nr_regs++;
}

int lit_const(struct lit_test *t, u32 thread, u64 imm)
{
	int reg = lit_reg(t, thread);
	struct lit_ins *ins = reg < 0 ? NULL : lit_emit(t, thread, LIT_MOV);

	if (!ins)
		return -1;
	ins->dst = (s8)reg;
	ins->imm = imm;
	return reg;
}

int lit_node(struct lit_test *t, enum lit_cond cond)
{
	if (t->nr_nodes == LIT_NODES)
		return -1;
	t->node[t->nr_nodes] = (struct lit_node){ .cond = (u8)cond, .l = -1,
						  .r = -1, .ins = -1,
						  .loc = -1, .kind = -1 };
	return t->nr_nodes++;
}
