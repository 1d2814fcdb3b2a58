/* SPDX-License-Identifier: MIT */
/*
 * Tests made from names of cycles. The programs and conditions expected are
 * those of the suites that have tests of these names: the RISC-V one's
 * translation to AArch64, and herdtools7's catalogue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../fuzz/litmus/litmus.h"

/*
 * A test on one line, as in
 *
 *	x=1 wmb y=1 | r0=y if(r0) isb r1=x<r0
 *
 * `if` is a branch to the next instruction. `<r0` behind a location is an
 * address dependency, behind a value one of data. "r0=x,=1" is an exchange,
 * "r0=x," an RMW that changes nothing. The loads of each thread are numbered.
 */
struct value {
	u64 val;
	int from;	/* load on which it depends, or -1 */
};

static struct value value[LIT_REGS];
static int nr_loads;
static char said[512];

__printf(1, 2) static void say(const char *fmt, ...)
{
	size_t n = strlen(said);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(said + n, sizeof(said) - n, fmt, ap);
	va_end(ap);
}

static void say_from(int from)
{
	if (from >= 0)
		say("<r%d", from);
}

static const char *order(const struct lit_ins *ins)
{
	return ins->order == LIT_ACQ ? ".acq" : ins->order == LIT_REL ? ".rel" :
	       ins->order == LIT_ACQPC ? ".acqpc" : "";
}

static void say_loc(const struct lit_test *t, const struct lit_ins *ins)
{
	const struct value *addr = &value[ins->addr];
	int loc = lit_loc_of(addr->val);

	assert_in_range(loc, 0, t->nr_locs - 1);
	say("%s", t->loc[loc].name);
	say_from(addr->from);
}

static void say_result(const struct lit_ins *ins)
{
	value[ins->dst] = (struct value){ 0, nr_loads };
	say("r%d%s=", nr_loads++, order(ins));
}

static void say_val(const struct lit_ins *ins)
{
	say("%d", (int)value[ins->val].val);
	say_from(value[ins->val].from);
}

static void alu(const struct lit_ins *ins)
{
	struct value v = value[ins->a];

	if (ins->alu == LIT_XOR) {
		assert_int_equal(ins->a, ins->b);
		v.val = 0;
	} else {
		assert_int_equal(ins->alu, LIT_ADD);
		v.val += ins->imm;
	}
	value[ins->dst] = v;
}

static void say_rmw(const struct lit_test *t, const struct lit_ins *ins)
{
	say_result(ins);
	say_loc(t, ins);
	say(",");
	if (ins->alu == LIT_FIRST)
		return;
	assert_int_equal(ins->alu, LIT_SECOND);
	say("=");
	say_val(ins);
}

static void say_access(const struct lit_test *t, const struct lit_ins *ins)
{
	if (ins->op == LIT_LOAD) {
		say_result(ins);
		say_loc(t, ins);
	} else if (ins->op == LIT_STORE) {
		say_loc(t, ins);
		say("%s=", order(ins));
		say_val(ins);
	} else {
		say_rmw(t, ins);
	}
}

static void say_ins(const struct lit_test *t, const struct lit_ins *ins, int pc)
{
	static const char *const fences[] = { "mb", "rmb", "wmb", "isb" };

	switch (ins->op) {
	case LIT_MOV:
		value[ins->dst] = (struct value){ ins->imm, -1 };
		return;
	case LIT_ALU:
		alu(ins);
		return;
	case LIT_FENCE:
		assert_in_range(ins->imm, 0, ARRAY_SIZE(fences) - 1);
		say("%s", fences[ins->imm]);
		break;
	case LIT_BNZ:
		assert_int_equal(ins->target, pc + 1);
		say("if(r%d)", value[ins->a].from);
		break;
	default:
		say_access(t, ins);
	}
	say(" ");
}

static void say_program(const struct lit_test *t)
{
	for (u32 i = 0; i < t->nr_threads; i++) {
		say(i ? "| " : "");
		nr_loads = 0;
		for (int pc = 0; pc < t->thread[i].nr_ins; pc++)
			say_ins(t, &t->thread[i].ins[pc], pc);
	}
	said[strlen(said) - 1] = 0;
}

/* Return: the number that say_program() gave to the load into @reg. */
static int load_of(const struct lit_thread *th, u8 reg)
{
	int nr = 0;

	for (int pc = 0; pc < th->nr_ins; pc++) {
		const struct lit_ins *ins = &th->ins[pc];

		if (ins->op != LIT_LOAD && ins->op != LIT_RMW)
			continue;
		if (ins->dst == reg)
			return nr;
		nr++;
	}
	return -1;
}

static void say_condition(const struct lit_test *t, int n)
{
	const struct lit_node *node = &t->node[n];

	switch (node->cond) {
	case LIT_BOTH:
		say_condition(t, node->l);
		say(" ");
		say_condition(t, node->r);
		break;
	case LIT_LOC_IS:
		say("%s=%d", t->loc[node->loc].name, (int)node->val);
		break;
	default:
		assert_int_equal(node->cond, LIT_REG_IS);
		say("%d:r%d=%d", node->thread,
		    load_of(&t->thread[node->thread], node->reg),
		    (int)node->val);
	}
}

/* --- names and what they stand for --------------------------------------- */

static void expect(const char *name, const char *program, const char *condition)
{
	static struct lit_test t;
	char err[128];

	if (lit_cycle(name, &t, err, sizeof(err)))
		fail_msg("%s", err);
	assert_string_equal(t.name, name);
	assert_true(t.arm);
	assert_int_equal(t.quant, LIT_EXISTS);
	assert_int_equal(t.filter, -1);
	said[0] = 0;
	say_program(&t);
	assert_string_equal(said, program);
	said[0] = 0;
	say_condition(&t, t.root);
	assert_string_equal(said, condition);
}

static void test_gaps_are_in_the_order_of_the_threads(void **state)
{
	(void)state;
	expect("MP+fence.w.w+addr", "x=1 wmb y=1 | r0=y r1=x<r0",
	       "1:r0=1 1:r1=0");
	expect("WRR+2W+addr+fence.w.w", "x=2 | r0=x r1=y<r0 | y=1 wmb x=1",
	       "x=2 1:r0=2 1:r1=0");
}

static void test_no_gap_is_po_and_an_s_is_for_all(void **state)
{
	(void)state;
	expect("SB", "x=1 r0=y | y=1 r0=x", "0:r0=0 1:r0=0");
	expect("2+2W+dmb.sys", "x=2 mb y=1 | y=2 mb x=1", "x=2 y=2");
}

static void test_the_prefix_of_the_suite_is_not_a_shape(void **state)
{
	(void)state;
	expect("RV+S+po+data", "x=2 y=1 | r0=y x=1<r0", "x=2 1:r0=1");
}

static void test_an_s_behind_one_of_several_gaps_means_one_location(void **state)
{
	(void)state;
	expect("W+RWC+fence.rw.rw+addrs+fence.rw.rw",
	       "x=1 mb y=1 | r0=y r1=y<r0 | y=2 mb r0=x",
	       "y=2 1:r0=1 1:r1=1 2:r0=0");
	expect("3.SB+fence.rw.rws+fence.rw.rw+fence.rw.rw",
	       "x=1 mb r0=x | x=2 mb r0=y | y=1 mb r0=x",
	       "x=2 0:r0=1 1:r0=0 2:r0=0");
	expect("SB+pos-po-addrss",
	       "x=1 x=2 r0=y r1=y<r0 | y=1 y=2 r0=x r1=x<r0",
	       "x=2 y=2 0:r1=0 1:r1=0");
}

static void test_words_of_a_gap_have_accesses_between_them(void **state)
{
	(void)state;
	expect("LB+data+data-wsi-rfi-data",
	       "r0=x y=1<r0 | r0=y z=1<r0 z=2 r1=z x=1<r1",
	       "z=2 0:r0=1 1:r0=1 1:r1=2");
	expect("MP+fence.rw.rw+fri-rfi-ctrl-fri-rfi",
	       "x=2 mb y=1 | r0=y y=2 r1=y if(r1) r2=x x=1 r3=x",
	       "x=2 y=2 1:r0=1 1:r1=2 1:r2=0 1:r3=1");
}

static void test_an_access_no_word_tells_is_as_the_one_before(void **state)
{
	(void)state;
	expect("SB+fence.rw.rw+pos-pos-addr",
	       "x=1 mb r0=y | y=1 y=2 r0=y r1=x<r0", "y=2 0:r0=0 1:r1=0");
	expect("MP+fence.w.w+addr-fence.i",
	       "x=1 wmb y=1 | r0=y r1=z<r0 isb r2=x", "1:r0=1 1:r2=0");
}

static void test_brackets_are_another_thread(void **state)
{
	(void)state;
	expect("MP+[rf-addr-fr]+fence.r.rw",
	       "x=1 y=1 | r0=x r1=y<r0 | r0=y rmb r1=x",
	       "1:r0=1 1:r1=0 2:r0=1 2:r1=0");
	expect("LB+[fr-fence.w.w-ws]+ctrlfencei",
	       "r0=x y=2 | x=2 wmb y=1 | r0=y if(r0) isb x=1",
	       "x=2 y=2 0:r0=1 2:r0=2");
}

static void test_brackets_may_stand_beside_words(void **state)
{
	(void)state;
	expect("MP+[ws-rf]-addr+addr",
	       "x=1 r0=x y<r0=1 | x=2 | r0=y r1=x<r0",
	       "x=2 0:r0=2 2:r0=1 2:r1=0");
	expect("MP+fence.rw.rw-[fr-ws]+ctrlfencei",
	       "x=1 mb r0=y y=2 | y=1 | r0=y if(r0) isb r1=x",
	       "y=2 0:r0=0 2:r0=2 2:r1=0");
}

static void test_letters_say_what_accesses_are(void **state)
{
	(void)state;
	expect("MP+popl+poap", "x=1 y.rel=1 | r0.acq=y r1=x", "1:r0=1 1:r1=0");
	expect("SB+dmb.sy+polq", "x=1 mb r0=y | y.rel=1 r0.acqpc=x",
	       "0:r0=0 1:r0=0");
	expect("R+fence.w.w+posxp-addr",
	       "x=1 wmb y=1 | r0=y,=2 r1=y r2=x<r1", "y=2 1:r0=1 1:r2=0");
	expect("S+fence.rw.rw+poxx", "x=2 mb y=1 | r0=y, r1=x,=1",
	       "x=2 1:r0=1 1:r1=0");
}

static void test_some_names_do_not_spell_their_cycle(void **state)
{
	(void)state;
	expect("RDW", "x=1 mb y=1 | r0=y r1=z<r0 r2=z r3=x<r2 | z=1",
	       "1:r0=1 1:r1=0 1:r2=1 1:r3=0");
	expect("Luc03", "x.rel=2 y=1 | y.rel=2 x=1", "x=2 y=2");
}

/* --- names that are refused ---------------------------------------------- */

static void refuses(const char *name, const char *why)
{
	static struct lit_test t;
	char err[128] = "", wanted[128];

	snprintf(wanted, sizeof(wanted), "%s: %s", name, why);
	assert_int_equal(lit_cycle(name, &t, err, sizeof(err)), -ENOTSUP);
	assert_string_equal(err, wanted);
}

static void test_a_name_is_made_of_known_words(void **state)
{
	(void)state;
	refuses("XY+po", "unknown shape 'XY'");
	refuses("MP+foo+addr", "unknown word 'foo'");
	refuses("MP+po", "too few gaps: 'po'");
	refuses("MP+po+po+po", "too many gaps: 'po+po+po'");
	refuses("MP+po++", "no words in ''");
	refuses("MP+po+rfis-po", "unknown word 'rfis'");
	refuses("MP+po+[rf", "no ']' in '[rf'");
	refuses("MP+po+fr]", "no '[' before 'fr]'");
	refuses("MP+po+[rf-[rf", "second '[' at '[rf'");
	refuses("MP+po+[po-fr]", "not rf, fr or ws: 'po'");
}

static void test_words_fit_the_accesses_beside_them(void **state)
{
	(void)state;
	refuses("MP+addr+po", "begins at a store, not so 'addr'");
	refuses("MP+po+data", "ends at a load, not so 'data'");
	refuses("LB+data+data-addr", "one access is load and store");
	refuses("MP+poap+po", "order on the wrong access");
	refuses("LB+popa-poqp+po", "one access has two orders");
}

static void test_a_cycle_can_be_asked_of_final_states(void **state)
{
	(void)state;
	refuses("MP+posp+pos", "unknown word 'posp'");
	refuses("2+2W+pos-wsi+po", "a cycle needs two locations");
	refuses("R+wsi-po+wsi-po", "three stores to one location");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps_are_in_the_order_of_the_threads),
		cmocka_unit_test(test_no_gap_is_po_and_an_s_is_for_all),
		cmocka_unit_test(test_the_prefix_of_the_suite_is_not_a_shape),
		cmocka_unit_test(test_an_s_behind_one_of_several_gaps_means_one_location),
		cmocka_unit_test(test_words_of_a_gap_have_accesses_between_them),
		cmocka_unit_test(test_an_access_no_word_tells_is_as_the_one_before),
		cmocka_unit_test(test_brackets_are_another_thread),
		cmocka_unit_test(test_brackets_may_stand_beside_words),
		cmocka_unit_test(test_letters_say_what_accesses_are),
		cmocka_unit_test(test_some_names_do_not_spell_their_cycle),
		cmocka_unit_test(test_a_name_is_made_of_known_words),
		cmocka_unit_test(test_words_fit_the_accesses_beside_them),
		cmocka_unit_test(test_a_cycle_can_be_asked_of_final_states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
