/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "random.h"

static const char *const alu_name[] = {
	[LIT_ADD] = "+", [LIT_SUB] = "-", [LIT_AND] = "&", [LIT_OR] = "|",
	[LIT_XOR] = "^", [LIT_EQ] = "==", [LIT_NE] = "!=", [LIT_LT] = "<",
	[LIT_GT] = ">", [LIT_LE] = "<=", [LIT_GE] = ">=", [LIT_LAND] = "&&",
	[LIT_LOR] = "||", [LIT_MUL] = "*", [LIT_SHR] = ">>",
};

static const char *const rmw_name[] = {
	[LIT_ADD] = "add", [LIT_SUB] = "sub", [LIT_AND] = "and",
	[LIT_OR] = "or", [LIT_XOR] = "xor", [LIT_SECOND] = "swp",
	[LIT_CLR] = "clr",
};

static const char *const fence_name[] = {
	[LIT_MB] = "mb", [LIT_RMB] = "rmb", [LIT_WMB] = "wmb",
	[LIT_ISB] = "isb", [LIT_DSB] = "dsb", [LIT_DSB_LD] = "dsb.ld",
	[LIT_DSB_ST] = "dsb.st",
};

/* The constant that @reg always holds, if it does. */
static bool is_constant(const struct lit_thread *t, s8 reg, u64 *imm)
{
	u32 nr = 0;

	for (u32 i = 0; i < t->nr_ins; i++) {
		if (t->ins[i].dst != reg)
			continue;
		if (t->ins[i].op != LIT_MOV)
			return false;
		*imm = t->ins[i].imm;
		nr++;
	}
	return nr == 1;
}

static void print_value(const struct lit_test *t, u64 val)
{
	int loc = lit_loc_of(val);

	if (loc >= 0 && loc < t->nr_locs && val == LIT_ADDR(loc))
		printf("&%s", t->loc[loc].name);
	else
		printf("%lu", val);
}

static void print_operand(const struct lit_test *t, u32 thread, s8 reg)
{
	u64 imm;

	if (is_constant(&t->thread[thread], reg, &imm))
		print_value(t, imm);
	else
		printf("r%d", reg);
}

static void print_address(const struct lit_test *t, u32 thread, s8 reg)
{
	u64 imm;

	if (is_constant(&t->thread[thread], reg, &imm) && lit_loc_of(imm) >= 0)
		printf("%s", t->loc[lit_loc_of(imm)].name);
	else
		printf("[r%d]", reg);
}

static void print_suffixes(const struct lit_ins *ins)
{
	printf("%s%s%s%s", ins->order & LIT_ACQ ? ".acq" : "",
	       ins->order & LIT_ACQPC ? ".acqpc" : "",
	       ins->order & LIT_REL ? ".rel" : "",
	       ins->order & LIT_FULL ? ".full" : "");
	if (ins->size && ins->size < 8)
		printf(".%u", ins->size);
	if (ins->offset)
		printf("+%u", ins->offset);
	printf(" ");
}

static void print_access(const struct lit_test *t, u32 thread,
			 const struct lit_ins *ins)
{
	if (ins->dst >= 0)
		printf("r%d = ", ins->dst);
	printf("%s", ins->op == LIT_LOAD ? "load" :
		     ins->op == LIT_STORE ? "store" :
		     ins->op == LIT_CAS ? "cas" : rmw_name[ins->alu]);
	print_suffixes(ins);
	print_address(t, thread, ins->addr);
	if (ins->exp >= 0) {
		printf(", ");
		print_operand(t, thread, ins->exp);
	}
	if (ins->val >= 0) {
		printf(", ");
		print_operand(t, thread, ins->val);
	}
}

static void print_alu(const struct lit_test *t, u32 thread,
		      const struct lit_ins *ins)
{
	printf("r%d = ", ins->dst);
	print_operand(t, thread, ins->a);
	printf(" %s ", alu_name[ins->alu]);
	if (ins->b >= 0)
		print_operand(t, thread, ins->b);
	else
		print_value(t, ins->imm);
}

static void print_branch(const struct lit_test *t, u32 thread,
			 const struct lit_ins *ins)
{
	if (ins->op != LIT_JMP)
		printf("%s r%d ", ins->op == LIT_BZ ? "ifnot" : "if", ins->a);
	printf("goto %s", t->thread[thread].label[ins->target]);
}

static void print_lock(const struct lit_test *t, u32 thread,
		       const struct lit_ins *ins)
{
	if (ins->dst >= 0)
		printf("r%d = ", ins->dst);
	printf("%s ", ins->op == LIT_LOCK ? "lock" :
		      ins->op == LIT_UNLOCK ? "unlock" : "trylock");
	print_address(t, thread, ins->addr);
}

static void print_ins(const struct lit_test *t, u32 thread,
		      const struct lit_ins *ins)
{
	switch (ins->op) {
	case LIT_ALU:
		print_alu(t, thread, ins);
		break;
	case LIT_FENCE:
		printf("%s", fence_name[ins->imm]);
		break;
	case LIT_BZ:
	case LIT_BNZ:
	case LIT_JMP:
		print_branch(t, thread, ins);
		break;
	case LIT_LOCK:
	case LIT_UNLOCK:
	case LIT_TRYLOCK:
		print_lock(t, thread, ins);
		break;
	case LIT_RCU_LOCK:
		printf("rcu_lock");
		break;
	case LIT_RCU_UNLOCK:
		printf("rcu_unlock");
		break;
	case LIT_SYNC_RCU:
		printf("sync_rcu");
		break;
	default:
		print_access(t, thread, ins);
	}
}

static void print_thread(const struct lit_test *t, u32 thread)
{
	const struct lit_thread *th = &t->thread[thread];
	u64 imm;

	printf("thread P%u\n", thread);
	for (u32 i = 0; i < th->nr_ins; i++) {
		if (th->label[i][0])
			printf("%s:\n", th->label[i]);
		if (th->ins[i].op == LIT_MOV) {
			if (is_constant(th, th->ins[i].dst, &imm))
				continue;
			printf("\tr%d = ", th->ins[i].dst);
			print_value(t, th->ins[i].imm);
		} else {
			printf("\t");
			print_ins(t, thread, &th->ins[i]);
		}
		printf("\n");
	}
	if (th->nr_ins < LIT_INS && th->label[th->nr_ins][0])
		printf("%s:\n", th->label[th->nr_ins]);
}

void lit_print(const struct lit_test *t)
{
	printf("litmus %s\narch %s\n", t->name, t->arm ? "arm64" : "lkmm");
	for (u32 i = 0; i < t->nr_locs; i++) {
		if (!t->loc[i].init)
			continue;
		printf("init %s = ", t->loc[i].name);
		print_value(t, t->loc[i].init);
		printf("\n");
	}
	for (u32 i = 0; i < t->nr_threads; i++)
		print_thread(t, i);
}
