/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "random.h"

struct printer {
	const struct lit_test *t;
	u32 thread;
	FILE *out;
};

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

static void print_value(const struct printer *p, u64 val)
{
	int loc = lit_loc_of(val);

	if (loc >= 0 && loc < p->t->nr_locs && val == LIT_ADDR(loc))
		fprintf(p->out, "&%s", p->t->loc[loc].name);
	else
		fprintf(p->out, "%lu", val);
}

static void print_operand(const struct printer *p, s8 reg)
{
	u64 imm;

	if (is_constant(&p->t->thread[p->thread], reg, &imm))
		print_value(p, imm);
	else
		fprintf(p->out, "r%d", reg);
}

static void print_address(const struct printer *p, s8 reg)
{
	u64 imm;

	if (is_constant(&p->t->thread[p->thread], reg, &imm) &&
	    lit_loc_of(imm) >= 0)
		fprintf(p->out, "%s", p->t->loc[lit_loc_of(imm)].name);
	else
		fprintf(p->out, "[r%d]", reg);
}

static void print_suffixes(const struct printer *p, const struct lit_ins *ins)
{
	fprintf(p->out, "%s%s%s%s", ins->order & LIT_ACQ ? ".acq" : "",
	       ins->order & LIT_ACQPC ? ".acqpc" : "",
	       ins->order & LIT_REL ? ".rel" : "",
	       ins->order & LIT_FULL ? ".full" : "");
	if (ins->size && ins->size < 8)
		fprintf(p->out, ".%u", ins->size);
	if (ins->offset)
		fprintf(p->out, "+%u", ins->offset);
	fprintf(p->out, " ");
}

static void print_access(const struct printer *p, const struct lit_ins *ins)
{
	if (ins->dst >= 0)
		fprintf(p->out, "r%d = ", ins->dst);
	fprintf(p->out, "%s", ins->op == LIT_LOAD ? "load" :
		     ins->op == LIT_STORE ? "store" :
		     ins->op == LIT_CAS ? "cas" : rmw_name[ins->alu]);
	print_suffixes(p, ins);
	print_address(p, ins->addr);
	if (ins->exp >= 0) {
		fprintf(p->out, ", ");
		print_operand(p, ins->exp);
	}
	if (ins->val >= 0) {
		fprintf(p->out, ", ");
		print_operand(p, ins->val);
	}
}

static void print_alu(const struct printer *p, const struct lit_ins *ins)
{
	fprintf(p->out, "r%d = ", ins->dst);
	print_operand(p, ins->a);
	fprintf(p->out, " %s ", alu_name[ins->alu]);
	if (ins->b >= 0)
		print_operand(p, ins->b);
	else
		print_value(p, ins->imm);
}

static void print_branch(const struct printer *p, const struct lit_ins *ins)
{
	if (ins->op != LIT_JMP)
		fprintf(p->out, "%s r%d ",
			ins->op == LIT_BZ ? "ifnot" : "if", ins->a);
	fprintf(p->out, "goto %s", p->t->thread[p->thread].label[ins->target]);
}

static void print_lock(const struct printer *p, const struct lit_ins *ins)
{
	if (ins->dst >= 0)
		fprintf(p->out, "r%d = ", ins->dst);
	fprintf(p->out, "%s ", ins->op == LIT_LOCK ? "lock" :
		      ins->op == LIT_UNLOCK ? "unlock" : "trylock");
	print_address(p, ins->addr);
}

static void print_ins(const struct printer *p, const struct lit_ins *ins)
{
	switch (ins->op) {
	case LIT_ALU:
		print_alu(p, ins);
		break;
	case LIT_FENCE:
		fprintf(p->out, "%s", fence_name[ins->imm]);
		break;
	case LIT_BZ:
	case LIT_BNZ:
	case LIT_JMP:
		print_branch(p, ins);
		break;
	case LIT_LOCK:
	case LIT_UNLOCK:
	case LIT_TRYLOCK:
		print_lock(p, ins);
		break;
	case LIT_RCU_LOCK:
		fprintf(p->out, "rcu_lock");
		break;
	case LIT_RCU_UNLOCK:
		fprintf(p->out, "rcu_unlock");
		break;
	case LIT_SYNC_RCU:
		fprintf(p->out, "sync_rcu");
		break;
	default:
		print_access(p, ins);
	}
}

static void print_thread(const struct printer *p)
{
	const struct lit_thread *th = &p->t->thread[p->thread];
	u64 imm;

	fprintf(p->out, "thread P%u\n", p->thread);
	for (u32 i = 0; i < th->nr_ins; i++) {
		if (th->label[i][0])
			fprintf(p->out, "%s:\n", th->label[i]);
		if (th->ins[i].op == LIT_MOV) {
			if (is_constant(th, th->ins[i].dst, &imm))
				continue;
			fprintf(p->out, "\tr%d = ", th->ins[i].dst);
			print_value(p, th->ins[i].imm);
		} else {
			fprintf(p->out, "\t");
			print_ins(p, &th->ins[i]);
		}
		fprintf(p->out, "\n");
	}
	if (th->nr_ins < LIT_INS && th->label[th->nr_ins][0])
		fprintf(p->out, "%s:\n", th->label[th->nr_ins]);
}

void lit_print(const struct lit_test *t, FILE *out)
{
	struct printer printer = { .t = t, .out = out }, *p = &printer;

	fprintf(out, "litmus %s\n", t->name);
	fprintf(out, "arch %s\n", t->arm ? "arm64" : "lkmm");
	for (u32 i = 0; i < t->nr_locs; i++) {
		fprintf(out, "%s %s = ", i ? "," : "init", t->loc[i].name);
		print_value(p, t->loc[i].init);
	}
	fprintf(out, "\n");
	for (p->thread = 0; p->thread < t->nr_threads; p->thread++)
		print_thread(p);
}
