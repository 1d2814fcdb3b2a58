/* SPDX-License-Identifier: MIT */
/* Readers of litmus tests: what a text becomes, and what its condition says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../fuzz/litmus/litmus.h"

static struct lit_test t;
static char err[256];

static int read_one(const char *text)
{
	u32 line = 1;

	*err = '\0';
	return lit_read_next("test", &text, &line, &t, err, sizeof(err));
}

static void reads(const char *text)
{
	int ret = read_one(text);

	if (ret != 1)
		fail_msg("%d %s", ret, err);
}

static void refuses(const char *text, int ret, const char *why)
{
	assert_int_equal(read_one(text), ret);
	assert_string_equal(err, why);
}

static int reg(u32 thread, const char *name)
{
	for (int i = 0; i < t.thread[thread].nr_regs; i++)
		if (!strcmp(t.thread[thread].reg[i], name))
			return i;
	fail_msg("P%u has no register %s", thread, name);
	return 0;
}

static int loc(const char *name)
{
	for (int i = 0; i < t.nr_locs; i++)
		if (!strcmp(t.loc[i].name, name))
			return i;
	fail_msg("no location %s", name);
	return 0;
}

/* The @n-th instruction of @thread with @op. */
static const struct lit_ins *ins(u32 thread, enum lit_op op, u32 n)
{
	const struct lit_thread *th = &t.thread[thread];

	for (u32 i = 0; i < th->nr_ins; i++)
		if (th->ins[i].op == op && !n--)
			return &th->ins[i];
	fail_msg("P%u has no such instruction", thread);
	return NULL;
}

/* What @r of @thread was set to by a LIT_MOV. */
static u64 moved(u32 thread, int r)
{
	const struct lit_thread *th = &t.thread[thread];

	for (u32 i = 0; i < th->nr_ins; i++)
		if (th->ins[i].op == LIT_MOV && th->ins[i].dst == r)
			return th->ins[i].imm;
	fail_msg("register %d of P%u is not set", r, thread);
	return 0;
}

/* --- the text form -------------------------------------------------------- */

static void test_text_head(void **state)
{
	(void)state;
	reads("# first\n"
	      "litmus MP+dmb.st+addr\n"
	      "source a/b@1234:c#d.litmus # not this\n"
	      "arch arm64\n"
	      "expect weak: never\n"
	      "expect weak+ets2: sometimes not-modelled R-NM-1\n"
	      "expect sc : always\n"
	      "ha P0\nhd P1\n"
	      "init x = 2, P0:r1 = &x, y = &x\n"
	      "thread P0\n\tstore [r1], 0x10\n"
	      "thread P1\n\tr0 = load y\n"
	      "never P1:r0 = 0\n");
	assert_string_equal(t.name, "MP+dmb.st+addr");
	assert_string_equal(t.source, "a/b@1234:c#d.litmus");
	assert_true(t.arm);
	assert_false(t.translated);
	assert_int_equal(t.nr_threads, 2);
	assert_int_equal(t.nr_expects, 3);
	assert_string_equal(t.expect[0].model, "weak");
	assert_int_equal(t.expect[1].ets, 2);
	assert_int_equal(t.expect[1].verdict, LIT_V_SOMETIMES);
	assert_string_equal(t.expect[1].not_modelled, "R-NM-1");
	assert_int_equal(t.expect[2].verdict, LIT_V_ALWAYS);
	assert_true(t.thread[0].ha && !t.thread[0].hd);
	assert_true(t.thread[1].ha && t.thread[1].hd);
	assert_int_equal(t.loc[loc("x")].init, 2);
	assert_int_equal(t.loc[loc("y")].init, LIT_ADDR(loc("x")));
	assert_int_equal(moved(0, reg(0, "r1")), LIT_ADDR(loc("x")));
	assert_int_equal(t.quant, LIT_NEVER);
}

static void test_text_statements(void **state)
{
	const struct lit_ins *i;

	(void)state;
	reads("litmus all\nthread P0\n"
	      "\tr0 = load.acq.4+4 x\n"
	      "\tr1 = &x + r0\n"
	      "\tr2 = r1 >> 3\n"
	      "\tif r2 goto L\n"
	      "\tstore.rel [r1], r2\n"
	      "L:\tr3 = swp.full x, 1\n"
	      "\tadd x, 1\n"
	      "\tr4 = cas.acqpc.rel x, 0, r3\n"
	      "\tdsb.st\n\ttlbi.local all\n\ttlbi x\n"
	      "\tr5 = trylock s\n\tsync_rcu\n"
	      "exists true\n");
	i = ins(0, LIT_LOAD, 0);
	assert_int_equal(i->order, LIT_ACQ);
	assert_true(i->size == 4 && i->offset == 4);
	assert_int_equal(moved(0, i->addr), LIT_ADDR(loc("x")));
	assert_int_equal(i->line, 3);
	i = ins(0, LIT_ALU, 0);
	assert_true(i->alu == LIT_ADD && i->b == reg(0, "r0"));
	i = ins(0, LIT_ALU, 1);
	assert_true(i->alu == LIT_SHR && i->b < 0 && i->imm == 3);
	i = ins(0, LIT_BNZ, 0);
	assert_int_equal(i->a, reg(0, "r2"));
	assert_string_equal(t.thread[0].label[i->target], "L");
	assert_ptr_equal(ins(0, LIT_STORE, 0) + 1,
			 &t.thread[0].ins[i->target]);
	i = ins(0, LIT_RMW, 0);
	assert_true(i->order == LIT_FULL && i->alu == LIT_SECOND);
	i = ins(0, LIT_RMW, 1);
	assert_true(i->order == LIT_NORET && i->dst < 0);
	i = ins(0, LIT_CAS, 0);
	assert_int_equal(i->order, LIT_ACQPC | LIT_REL);
	assert_true(i->val == reg(0, "r3") && moved(0, i->exp) == 0);
	assert_int_equal(ins(0, LIT_FENCE, 0)->imm, LIT_DSB_ST);
	assert_true(ins(0, LIT_TLBI, 0)->addr < 0);
	assert_int_equal(ins(0, LIT_TLBI, 0)->imm, 0);
	assert_int_equal(ins(0, LIT_TLBI, 1)->imm, 1);
	assert_int_equal(ins(0, LIT_TRYLOCK, 0)->dst, reg(0, "r5"));
}

static void test_text_entries(void **state)
{
	struct lit_page page = LIT_PAGE_INIT;

	(void)state;
	reads("litmus pte\ninit pte(x) = page(y, af=0)\nthread P0\n"
	      "\tr0 = load x\n\tstore pte(x), page(x, valid=0)\n"
	      "\tr1 = load pte(z)\n"
	      "forall pte(x) = page(y)\n");
	assert_true(t.translated);
	assert_int_equal(t.loc[loc("pte(x)")].kind, LIT_PTE);
	assert_int_equal(t.loc[loc("pte(x)")].of, loc("x"));
	page.oa = loc("z");
	assert_int_equal(t.loc[loc("pte(z)")].init, lit_page(&page));
	page.oa = loc("y");
	assert_int_equal(t.node[t.root].val, lit_page(&page));
	page.af = 0;
	assert_int_equal(t.loc[loc("pte(x)")].init, lit_page(&page));

	/* One table entry, then one for each leaf entry, whichever is first. */
	reads("litmus pmd\nthread P0\n\tr0 = load pte(x)\n"
	      "\tr1 = load pmd(y)\n\tr2 = load pte(z)\n"
	      "exists pmd(x) = table(x)\n");
	assert_int_equal(t.loc[loc("pmd(x)")].kind, LIT_PMD);
	assert_int_equal(t.loc[loc("pmd(y)")].init, lit_table(loc("y")));
	assert_int_equal(t.loc[loc("pmd(z)")].of, loc("z"));
	assert_int_equal(t.loc[loc("pte(y)")].kind, LIT_PTE);
	assert_int_equal(t.node[t.root].val, lit_table(loc("x")));
}

static void test_text_mistakes(void **state)
{
	(void)state;
	refuses("litmus a\nthread P0\n\twibble\n", -EINVAL,
		"test:3: no statement begins with 'wibble'");
	refuses("litmus a\nthread P0\n\tmb\nexists z = 1\n", -EINVAL,
		"test:4: 'z' is not a location of this test");
	refuses("litmus a\nthread P0\nL:\tgoto L\nexists true\n", -ENOTSUP,
		"test:3: a jump backwards, to 'L'");
	refuses("litmus a\nthread P0\n\tadd.acq x, 1\nexists true\n", -EINVAL,
		"test:3: no suffix '.acq' here");
	refuses("litmus a\nthread P0\n\tmb\n\tmb \001\n", -EINVAL,
		"test:4: byte 0x1 is not text");
}

static bool count(const struct lit_test *test, void *arg)
{
	(void)test;
	++*(int *)arg;
	return true;
}

static void test_text_many(void **state)
{
	const char *text = "litmus a\nthread P0\n\tmb\nexists true\n"
		"  litmus b\nthread P0\nL: goto L\nexists true\n"
		"# between\n\nlitmus c\nthread P0\n\tmb\n"
		"exists true /\\\ntrue\n";
	const char *p = text;
	u32 line = 1;
	int n = 0;

	(void)state;
	/* One that is not supported does not hide the next. */
	assert_int_equal(lit_read_next("test", &p, &line, &t, err, 256), 1);
	assert_int_equal(lit_read_next("test", &p, &line, &t, err, 256),
			 -ENOTSUP);
	assert_int_equal(lit_read_next("test", &p, &line, &t, err, 256), 1);
	assert_string_equal(t.name, "c");
	assert_int_equal(ins(0, LIT_FENCE, 0)->line, 13);
	assert_int_equal(lit_read_next("test", &p, &line, &t, err, 256), 0);

	assert_int_equal(lit_read("test", text, count, &n, err, 256), -ENOTSUP);
	assert_int_equal(n, 1);
}

/* --- herd's C ------------------------------------------------------------- */

static void test_c_file(void **state)
{
	(void)state;
	reads("C MP+onceassign+derefonce\n"
	      "\"a { description\"\n"
	      "(*\n * Result: Never\n *)\n"
	      "{ int *p=&y; x=1; 1:r7=x; atomic_t a = ATOMIC_INIT(3); }\n"
	      "P0(int *x, int **p) // writes\n{\n"
	      "\tWRITE_ONCE(*x, 2);\n\trcu_assign_pointer(*p, x);\n}\n"
	      "P1(int *x, int **p, atomic_t *a)\n{\n"
	      "\tint *r0;\n\tint r1 = 0;\n\n"
	      "\tr0 = rcu_dereference(*p);\n"
	      "\tif (r0 != x) /* else nothing */\n\t\tr1 = READ_ONCE(*r0);\n"
	      "}\n"
	      "locations [x; 1:r1]\nfilter (1:r0=x)\n"
	      "exists (1:r1=1 /\\ ~[x]=1) (* bad *)\n");
	assert_string_equal(t.name, "MP+onceassign+derefonce");
	assert_int_equal(t.nr_expects, 1);
	assert_int_equal(t.expect[0].verdict, LIT_V_NEVER);
	assert_string_equal(t.expect[0].model, "weak");
	assert_int_equal(t.loc[loc("p")].init, LIT_ADDR(loc("y")));
	assert_int_equal(t.loc[loc("a")].init, 3);
	assert_int_equal(moved(1, reg(1, "r7")), LIT_ADDR(loc("x")));
	assert_int_equal(ins(0, LIT_STORE, 1)->order, LIT_REL);
	assert_int_equal(ins(0, LIT_STORE, 1)->val, reg(0, "x"));
	/* The address of the second load depends on the first one. */
	assert_int_equal(ins(1, LIT_LOAD, 1)->addr, reg(1, "r0"));
	assert_int_equal(ins(1, LIT_BZ, 0)->target, t.thread[1].nr_ins);
	assert_int_equal(t.node[t.filter].val, LIT_ADDR(loc("x")));
}

static void test_c_orders(void **state)
{
	static const struct { const char *code; u8 op, order, alu; } rows[] = {
		{ "r0 = READ_ONCE(*x)", LIT_LOAD, 0, 0 },
		{ "r0 = *x", LIT_LOAD, LIT_PLAIN, 0 },
		{ "r0 = smp_load_acquire(x)", LIT_LOAD, LIT_ACQPC, 0 },
		{ "*x = r0 + 1", LIT_STORE, LIT_PLAIN, 0 },
		{ "smp_store_release(x, 1)", LIT_STORE, LIT_REL, 0 },
		{ "atomic_set(x, 1)", LIT_STORE, 0, 0 },
		{ "atomic_inc(x)", LIT_RMW, LIT_NORET, LIT_ADD },
		{ "atomic_andnot(1, x)", LIT_RMW, LIT_NORET, LIT_CLR },
		{ "r0 = atomic_fetch_or(1, x)", LIT_RMW, LIT_FULL, LIT_OR },
		{ "r0 = atomic_dec_and_test(x)", LIT_RMW, LIT_FULL, LIT_SUB },
		{ "r0 = atomic_add_return_release(1, x)", LIT_RMW, LIT_REL,
		  LIT_ADD },
		{ "xchg(x, 1)", LIT_RMW, LIT_FULL, LIT_SECOND },
		{ "r0 = xchg_acquire(x, 1)", LIT_RMW, LIT_ACQPC, LIT_SECOND },
		{ "r0 = cmpxchg_relaxed(x, 0, 1)", LIT_CAS, 0, 0 },
		{ "r0 = atomic_cmpxchg(x, 0, 1)", LIT_CAS, LIT_FULL, 0 },
	};
	char text[256];

	(void)state;
	for (u32 n = 0; n < ARRAY_SIZE(rows); n++) {
		const struct lit_ins *i;

		snprintf(text, sizeof(text),
			 "C a\n{}\nP0(atomic_t *x)\n{\nint r0 = 0;\n%s;\n}\n"
			 "exists (x=1)\n", rows[n].code);
		reads(text);
		i = ins(0, (enum lit_op)rows[n].op, 0);
		assert_int_equal(i->order, rows[n].order);
		assert_int_equal(moved(0, i->addr), LIT_ADDR(loc("x")));
		if (i->op == LIT_RMW)
			assert_int_equal(i->alu, rows[n].alu);
	}
}

static void test_c_branches(void **state)
{
	const struct lit_thread *th = &t.thread[0];

	(void)state;
	reads("C a\n{}\nP0(int *x)\n{\n\tint r0 = READ_ONCE(*x);\n"
	      "\tif (r0 == 1) {\n\t\tsmp_mb();\n\t} else if (!r0)\n"
	      "\t\tsmp_rmb();\n\telse\n\t\tsmp_wmb();\n\tsmp_mb();\n}\n"
	      "~exists (0:r0=1)\n");
	assert_int_equal(t.quant, LIT_NEVER);
	/* Past each arm lies the next condition, or the last smp_mb(). */
	assert_int_equal(ins(0, LIT_BZ, 0)->target,
			 ins(0, LIT_ALU, 1) - th->ins);
	assert_int_equal(ins(0, LIT_BZ, 1)->target,
			 ins(0, LIT_FENCE, 2) - th->ins);
	assert_int_equal(ins(0, LIT_JMP, 0)->target,
			 ins(0, LIT_FENCE, 3) - th->ins);
	assert_int_equal(ins(0, LIT_JMP, 1)->target,
			 ins(0, LIT_FENCE, 3) - th->ins);
}

static void refuses_c(const char *body, const char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "C a\n{}\nP0(int *x)\n{\n%s\n}\n"
		 "exists (x=1)\n", body);
	refuses(text, -ENOTSUP, why);
}

static void test_c_not_supported(void **state)
{
	(void)state;
	refuses_c("do {} while (*x);", "test:5: 'do'");
	refuses_c("frob(x);", "test:5: function frob()");
	refuses_c("int r0 = *x << 1;", "test:5: operator '<<'");
	refuses_c("int r0 = x->y;", "test:5: operator '->'");
	refuses_c("if (x && *x) ;",
		  "test:5: an access on the right of && or ||");
	refuses_c("int a[2];", "test:5: an array");
	refuses("AArch64 MP\n", -ENOTSUP, "test:1: herd's language AArch64");
}

/* --- conditions ----------------------------------------------------------- */

static bool says(const char *condition, const struct lit_final *f)
{
	char text[256];

	snprintf(text, sizeof(text), "litmus a\nthread P0\n"
		 "\tr0 = load x\nL:\tstore y, 1\nthread P1\n\tmb\nexists %s\n",
		 condition);
	reads(text);
	return lit_holds(&t, f);
}

static void test_conditions(void **state)
{
	static struct lit_final f;

	(void)state;
	reads("litmus a\nthread P0\n\tr0 = load x\n\tstore y, 1\n"
	      "exists true\n");
	f.reg[0][reg(0, "r0")] = 7;
	f.mem[loc("y")] = 1;
	assert_true(says("P0:r0 = 7 /\\ y = 1 \\/ false", &f));
	assert_true(says("false /\\ true \\/ true", &f));
	assert_false(says("false /\\ (true \\/ true)", &f));
	assert_true(says("~(P0:r0 = 7 /\\ y = 2)", &f));
	assert_true(says("~P0:r0 = 6 /\\ y = 1", &f));
	assert_false(says("P0:r0 != 7", &f));
	assert_true(says("y != 0", &f));
	assert_false(says("fault(P0)", &f));

	f.fault[0].kind = LIT_F_PERMISSION;
	f.fault[0].loc = (s16)loc("y");
	assert_true(says("fault(P0)", &f));
	assert_false(says("fault(P1)", &f));
	assert_true(says("fault(P0, y, permission)", &f));
	assert_false(says("fault(P0, x)", &f));
	assert_false(says("fault(P0, translation)", &f));
	/* The label's statement begins with what sets up its registers. */
	f.fault[0].ins = (s16)(ins(0, LIT_STORE, 0) - t.thread[0].ins);
	assert_true(says("fault(P0:L, y)", &f));
	f.fault[0].ins = (s16)(ins(0, LIT_LOAD, 0) - t.thread[0].ins);
	assert_false(says("fault(P0:L, y)", &f));
}

static void test_filter(void **state)
{
	static struct lit_final f;

	(void)state;
	reads("C a\n{}\nP0(int *x)\n{ int r0; r0 = READ_ONCE(*x); }\n"
	      "filter (0:r0=1)\nexists (x=2)\n");
	assert_false(lit_filtered(&t, &f));
	f.reg[0][reg(0, "r0")] = 1;
	assert_true(lit_filtered(&t, &f));
	assert_false(lit_holds(&t, &f));
}

/* No input may overflow a stack or a table. */
static void test_too_much(void **state)
{
	static char text[1 << 16];
	static const char *const heads[] = {
		"C a\n{}\nP0(int *x)\n{\n*x = ", "C a\n{}\nP0(int *x)\n{\n",
		"litmus a\nthread P0\nexists ", "litmus a\nthread P0\n",
	};
	static const char *const bodies[] = {
		"(", "{", "~(", "\tadd x, 1\n",
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(heads); i++) {
		char *p = text + sprintf(text, "%s", heads[i]);

		while (p < text + sizeof(text) - 64)
			p += sprintf(p, "%s", bodies[i]);
		assert_int_equal(read_one(text), -ENOTSUP);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_head),
		cmocka_unit_test(test_text_statements),
		cmocka_unit_test(test_text_entries),
		cmocka_unit_test(test_text_mistakes),
		cmocka_unit_test(test_text_many),
		cmocka_unit_test(test_c_file),
		cmocka_unit_test(test_c_orders),
		cmocka_unit_test(test_c_branches),
		cmocka_unit_test(test_c_not_supported),
		cmocka_unit_test(test_conditions),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
