/* SPDX-License-Identifier: MIT */
/*
 * lex - words, numbers and signs of a litmus test, and where they stand
 *
 * A reader looks at the current token and goes on. After the first mistake the
 * text is at its end, for ever: a reader needs no check after each step, it
 * looks at lx->ret when it is done.
 *
 * In herd's C `(*` begins a comment, except in a function: there it is code.
 * In the project's own form only `#` begins one, at the start of a line or
 * after a blank.
 */
#ifndef FUZZ_LITMUS_LEX_H
#define FUZZ_LITMUS_LEX_H

#include "litmus.h"

enum lex_tok { TOK_END, TOK_WORD, TOK_NUMBER, TOK_SIGN };

/**
 * struct lex - a position in a text
 * @text, @len, @line, @number: of the current token
 * @first: it is the first of its line
 * @at, @at_line: what follows it
 * @c: the text is herd's C, where a location's name is also its address
 * @body: in a function of it
 * @closed: the program is over, its locations are known
 * @depth: of parentheses and the like, see lex_deeper()
 * @ret: 0, or the -errno of the first mistake; @err tells which
 */
struct lex {
	const char *path, *text, *at;
	u32 len, line, at_line, depth;
	u64 number;
	enum lex_tok tok;
	bool first, c, body, closed;
	char *err;
	size_t err_size;
	int ret;
};

/** lex_init() - stand on the first token of @text; a C reader sets @lx->c */
void lex_init(struct lex *lx, const char *path, const char *text, u32 line,
	      bool c, char *err, size_t err_size);
void lex_next(struct lex *lx);
/** lex_fail() - note the first mistake; Return: @ret of that one */
__printf(3, 4) int lex_fail(struct lex *lx, int ret, const char *fmt, ...);

/** lex_is() - is the current token @s? */
bool lex_is(const struct lex *lx, const char *s);
/** lex_follows() - is the token after the current one @s? */
bool lex_follows(const struct lex *lx, const char *s);
/** lex_take() - if the current token is @s, go on */
bool lex_take(struct lex *lx, const char *s);
/** lex_need() - the current token must be @s; go on */
void lex_need(struct lex *lx, const char *s);
/** lex_word() - copy the current token, which must be a word, and go on */
void lex_word(struct lex *lx, char *buf, size_t size);
/** lex_rest() - what is left of the line, without blanks around; go on */
void lex_rest(struct lex *lx, char *buf, size_t size);

/** lex_deeper() - may a parser descend? Then it also does lx->depth--. */
bool lex_deeper(struct lex *lx);

/* --- shared by the readers: cond.c ---------------------------------------- */

/** lit_find() - the location called @name, or -1 */
int lit_find(const struct lit_test *t, const char *name);
/** lit_find_reg() - register of @thread called @name, or -1 */
int lit_find_reg(const struct lit_test *t, u32 thread, const char *name);
/** lit_named_reg() - the same, made if new; -1 after lex_fail() */
int lit_named_reg(struct lex *lx, struct lit_test *t, u32 thread,
		  const char *name);
/** lit_thread_number() - "P3" is 3; -1 for any other word */
int lit_thread_number(const char *word);
/** lit_location() - x, pte(x) or pmd(x); made if new, unless @lx->closed */
int lit_location(struct lex *lx, struct lit_test *t);
/** lit_is_value() - does a value begin here? */
bool lit_is_value(const struct lex *lx);
/** lit_value() - a number, &LOCATION, page(...) or table(...) */
u64 lit_value(struct lex *lx, struct lit_test *t);
/** lit_condition() - Return: its node, or -1 */
int lit_condition(struct lex *lx, struct lit_test *t);

#endif
