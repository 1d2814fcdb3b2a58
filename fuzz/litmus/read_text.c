/* SPDX-License-Identifier: MIT */
/* read_text - the project's own form, docs/litmus-format.md */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* --- the head ------------------------------------------------------------ */

static void read_arch(struct reader *r)
{
	r->t->arm = lex_is(&r->lx, "arm64");
	if (!r->t->arm && !lex_is(&r->lx, "x86") && !lex_is(&r->lx, "lkmm"))
		lex_fail(&r->lx, -EINVAL, "arch is arm64, x86 or lkmm");
	lex_next(&r->lx);
}

static int find_word(const char *const *words, size_t nr, const char *word)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(words[i], word))
			return (int)i;
	return -1;
}

/* MODEL[+etsN]: VERDICT [not-modelled RULE] */
static void read_expect(struct reader *r)
{
	static const char *const models[] = {
		"sc", "tso", "tso32", "weak", "weak32"
	};
	static const char *const ets[] = { "", "+ets", "+ets2", "+ets3" };
	static const char *const verdicts[] = {
		"never", "sometimes", "always"
	};
	struct lit_expect *e = &r->t->expect[r->t->nr_expects];
	char line[80], model[8], plus[8] = "", verdict[12], rule[12] = "";
	u32 at = r->lx.line;
	int end = 0, n, v;

	if (r->t->nr_expects == LIT_EXPECTS) {
		lex_fail(&r->lx, -ENOTSUP, "more than %d expect lines",
			 LIT_EXPECTS);
		return;
	}
	lex_rest(&r->lx, line, sizeof(line));
	if (sscanf(line, "%7[a-z0-9]%7[+a-z0-9] : %11[a-z]%n", model, plus,
		   verdict, &end) != 3)
		sscanf(line, "%7[a-z0-9] : %11[a-z]%n", model, verdict, &end);
	if (end && line[end] == ' ' &&
	    sscanf(line + end, " not-modelled %11s%n", rule, &n) == 1)
		end += n;
	v = end ? find_word(verdicts, ARRAY_SIZE(verdicts), verdict) : -1;
	n = find_word(ets, ARRAY_SIZE(ets), plus);
	if (v < 0 || line[end] || n < 0 || n == 1 ||
	    find_word(models, ARRAY_SIZE(models), model) < 0) {
		r->lx.line = at;
		lex_fail(&r->lx, -EINVAL, "cannot read 'expect %s'", line);
		return;
	}
	*e = (struct lit_expect){ .ets = (u8)n, .verdict = (u8)v };
	strcpy(e->model, model);
	strcpy(e->not_modelled, rule);
	r->t->nr_expects++;
}

/* ha all, hd P0 P1 */
static void read_mmus(struct reader *r, bool hd)
{
	u32 mask = 0;
	char word[8];
	int n;

	do {
		lex_word(&r->lx, word, sizeof(word));
		n = lit_thread_number(word);
		if (!strcmp(word, "all"))
			mask = ~0u;
		else if (n >= 0 && n < LIT_THREADS)
			mask |= 1u << n;
		else
			lex_fail(&r->lx, -EINVAL, "'%s' is no thread", word);
	} while (r->lx.tok == TOK_WORD && !r->lx.first);
	for (n = 0; n < LIT_THREADS; n++) {
		if (!(mask & 1u << n))
			continue;
		r->t->thread[n].ha = true;
		r->t->thread[n].hd |= hd;
	}
}

static void init_register(struct reader *r)
{
	char word[8];
	int n;

	lex_word(&r->lx, word, sizeof(word));
	n = lit_thread_number(word);
	lex_need(&r->lx, ":");
	if (n < 0 || n >= LIT_THREADS) {
		lex_fail(&r->lx, -EINVAL, "'%s' is no thread", word);
		return;
	}
	r->thread = (u32)n;
	n = text_reg(r);
	lex_need(&r->lx, "=");
	text_emit(r, LIT_MOV)->dst = (s8)n;
	n = r->t->thread[r->thread].nr_ins - 1;
	r->t->thread[r->thread].ins[n < 0 ? 0 : n].imm =
		lit_value(&r->lx, r->t);
}

static void read_init(struct reader *r)
{
	int loc;

	do {
		if (lex_follows(&r->lx, ":")) {
			init_register(r);
			continue;
		}
		loc = lit_location(&r->lx, r->t);
		lex_need(&r->lx, "=");
		r->t->loc[loc < 0 ? 0 : loc].init = lit_value(&r->lx, r->t);
	} while (lex_take(&r->lx, ","));
}

/* Return: false if the current token begins no head line. */
static bool read_head(struct reader *r)
{
	if (lex_is(&r->lx, "source"))
		lex_rest(&r->lx, r->t->source, sizeof(r->t->source));
	else if (lex_is(&r->lx, "expect"))
		read_expect(r);
	else if (lex_take(&r->lx, "arch"))
		read_arch(r);
	else
		return false;
	return true;
}

/* Return: false if the current token begins no head line of a program. */
static bool read_program_head(struct reader *r)
{
	if (lex_take(&r->lx, "ha"))
		read_mmus(r, false);
	else if (lex_take(&r->lx, "hd"))
		read_mmus(r, true);
	else if (lex_take(&r->lx, "init"))
		read_init(r);
	else
		return false;
	return true;
}

/* --- a test -------------------------------------------------------------- */

static bool begins_test(const struct lex *lx)
{
	return lex_is(lx, "litmus") || lex_is(lx, "cycle");
}

static bool begins_condition(const struct lex *lx)
{
	return lex_is(lx, "exists") || lex_is(lx, "never") ||
	       lex_is(lx, "forall");
}

static void read_thread(struct reader *r)
{
	char word[8];

	lex_need(&r->lx, "thread");
	r->thread = r->nr_threads;
	lex_word(&r->lx, word, sizeof(word));
	if (lit_thread_number(word) != (int)r->nr_threads)
		lex_fail(&r->lx, -EINVAL, "expected thread P%u",
			 r->nr_threads);
	else if (++r->nr_threads > LIT_THREADS)
		lex_fail(&r->lx, -ENOTSUP, "more than %d threads",
			 LIT_THREADS);
	while (r->lx.tok != TOK_END && !lex_is(&r->lx, "thread") &&
	       !begins_test(&r->lx) && !begins_condition(&r->lx))
		text_statement(r);
	if (!r->lx.ret)
		text_end_thread(r);
}

static void read_condition(struct reader *r)
{
	struct lex *lx = &r->lx;

	if (lx->ret)
		return;
	if (r->t->nr_threads > r->nr_threads) {
		lex_fail(lx, -EINVAL, "init names a thread that is not there");
		return;
	}
	r->t->nr_threads = (u8)r->nr_threads;
	if (!begins_condition(lx) || !r->nr_threads) {
		lex_fail(lx, -EINVAL, "expected %s before '%.*s'",
			 r->nr_threads ? "a condition" : "a thread",
			 (int)lx->len, lx->text);
		return;
	}
	r->t->quant = lex_is(lx, "exists") ? LIT_EXISTS :
		      lex_is(lx, "never") ? LIT_NEVER : LIT_FORALL;
	lex_next(lx);
	r->t->root = (s16)lit_condition(lx, r->t);
}

static void read_program(struct reader *r)
{
	while (read_head(r) || read_program_head(r))
		;
	while (lex_is(&r->lx, "thread"))
		read_thread(r);
	read_condition(r);
}

static void read_cycle(struct reader *r)
{
	char message[256], name[LIT_NAME];
	int ret;

	memcpy(name, r->t->name, sizeof(name));
	ret = lit_cycle(name, r->t, message, sizeof(message));

	if (ret)
		lex_fail(&r->lx, ret, "%s", message);
	while (read_head(r))
		;
}

/* Where a line begins a test; the end if none does. */
static void skip_test(const char **text, u32 *line)
{
	const char *p = *text;
	bool found = false;

	do {
		p += strcspn(p, "\n");
		if (*p) {
			p++;
			(*line)++;
		}
		*text = p;
		p += strspn(p, " \t");
		found = !strncmp(p, "litmus ", 7) || !strncmp(p, "cycle ", 6);
	} while (*p && !found);
	*text = p;
}

int lit_read_text(const char *path, const char **text, u32 *line,
		  struct lit_test *t, char *err, size_t err_size)
{
	struct reader r = { .t = t };
	bool cycle;

	lex_init(&r.lx, path, *text, *line, false, err, err_size);
	*text = r.lx.tok == TOK_END ? r.lx.at : r.lx.text;
	*line = r.lx.line;
	lit_init(t);
	cycle = lex_is(&r.lx, "cycle");
	if (!begins_test(&r.lx))
		lex_fail(&r.lx, -EINVAL, "expected 'litmus' before '%.*s'",
			 (int)r.lx.len, r.lx.text);
	lex_rest(&r.lx, t->name, sizeof(t->name));
	if (cycle)
		read_cycle(&r);
	else
		read_program(&r);
	if (r.lx.tok != TOK_END && !begins_test(&r.lx))
		lex_fail(&r.lx, -EINVAL, "'%.*s' after the end of a test",
			 (int)r.lx.len, r.lx.text);
	if (r.lx.ret) {
		skip_test(text, line);
		return r.lx.ret;
	}
	*text = r.lx.tok == TOK_END ? r.lx.at : r.lx.text;
	*line = r.lx.line;
	return 0;
}
