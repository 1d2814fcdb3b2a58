/* SPDX-License-Identifier: MIT */
/* text - what read_text.c and text_ins.c share: a test that is being read */
#ifndef FUZZ_LITMUS_TEXT_H
#define FUZZ_LITMUS_TEXT_H

#include "lex.h"

/**
 * struct reader - of one test
 * @nr_threads: threads begun so far; @thread: the current one
 * @line: of the current statement
 * @label: of the current thread; @ins is -1 while it is only jumped to
 * @sink: instruction to fill in after a mistake
 */
struct reader {
	struct lex lx;
	struct lit_test *t;
	u32 nr_threads, thread, line, nr_labels;
	struct { char name[16]; s16 ins; } label[LIT_INS];
	struct lit_ins sink;
};

/** text_emit() - append an instruction to the current thread; never NULL */
struct lit_ins *text_emit(struct reader *r, enum lit_op op);
/** text_reg() - the register that is the current token */
s8 text_reg(struct reader *r);
/** text_statement() - read one */
void text_statement(struct reader *r);
/** text_end_thread() - jumps learn where their labels are */
void text_end_thread(struct reader *r);

#endif
