/* SPDX-License-Identifier: MIT */
/*
 * c - what the parts of the reader of herd's C share
 *
 *	read_c.c	the file: initial state, functions, condition
 *	c_code.c	the body of a function: statements and expressions
 *	c_call.c	what the kernel's primitives become
 *
 * A parameter is a register that holds an address; so is a local pointer.
 * Accesses are ordered by the views of registers, and a branch looks at one,
 * so dependencies need no care here.
 */
#ifndef FUZZ_LITMUS_C_H
#define FUZZ_LITMUS_C_H

#include "lex.h"

/**
 * struct c_reader - of one file
 * @thread: current function
 * @target: last instruction to which a branch leads
 * @line: of the current statement
 * @sink: instruction to fill in after a mistake
 */
struct c_reader {
	struct lex lx;
	struct lit_test *t;
	u32 thread, target, line;
	struct lit_ins sink;
};

/** c_emit() - append an instruction to the current thread; never NULL */
struct lit_ins *c_emit(struct c_reader *r, enum lit_op op);
/** c_temp() - a register without a name */
s8 c_temp(struct c_reader *r);
/** c_const() - a register that holds @imm */
s8 c_const(struct c_reader *r, u64 imm);
/** c_alu() - a register that holds @a op @b, or @a op @imm if @b < 0 */
s8 c_alu(struct c_reader *r, enum lit_alu alu, s8 a, s8 b, u64 imm);
/** c_load() - a register that holds what @addr points to */
s8 c_load(struct c_reader *r, s8 addr, u32 order);
void c_store(struct c_reader *r, s8 addr, s8 val, u32 order);

/** c_skip_type() - Return: true if there was one */
bool c_skip_type(struct lex *lx);
/** c_statement() - read one */
void c_statement(struct c_reader *r);
/** c_expr() - Return: the register that holds its value */
s8 c_expr(struct c_reader *r);
/** c_lvalue() - *p; Return: the register that holds its address */
s8 c_lvalue(struct c_reader *r);
/**
 * c_call() - the current token is the name of a function, which is called
 * Return: register with its result, -1 if it has none.
 */
s8 c_call(struct c_reader *r);

#endif
