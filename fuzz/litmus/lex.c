/* SPDX-License-Identifier: MIT */
#include "lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of parsers, which are recursive: no input may overflow the stack. */
#define DEPTH_MAX	64

/* Longest first. */
static const char *const signs[] = {
	"/\\", "\\/", "==", "!=", "<=", ">=", "&&", "||", ">>", "<<", "->",
	"++", "--", "+=", "-=",
};

int lex_fail(struct lex *lx, int ret, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (lx->ret)
		return lx->ret;
	lx->ret = ret;
	n = snprintf(lx->err, lx->err_size, "%s:%u: ", lx->path, lx->line);
	if (n >= 0 && (size_t)n < lx->err_size) {
		va_start(ap, fmt);
		vsnprintf(lx->err + n, lx->err_size - (size_t)n, fmt, ap);
		va_end(ap);
	}
	lx->at = "";
	lx->text = "the end";
	lx->len = (u32)strlen(lx->text);
	lx->tok = TOK_END;
	return ret;
}

/* --- blanks and comments ------------------------------------------------- */

/* Skip to behind @end; a comment that does not end takes the rest. */
static void skip_comment(struct lex *lx, const char *end)
{
	const char *p = strstr(lx->at + 2, end);

	p = p ? p + strlen(end) : lx->at + strlen(lx->at);
	for (; lx->at < p; lx->at++)
		lx->at_line += *lx->at == '\n';
}

static bool starts(const char *p, const char *with)
{
	return !strncmp(p, with, strlen(with));
}

/* Return: true if the token to come is the first of its line. */
static bool skip_blanks(struct lex *lx, bool first)
{
	bool blank = first;

	for (;;) {
		if (*lx->at == '\n') {
			lx->at_line++;
			first = true;
		} else if (lx->c && starts(lx->at, "/*")) {
			skip_comment(lx, "*/");
			continue;
		} else if (lx->c && !lx->body && starts(lx->at, "(*")) {
			skip_comment(lx, "*)");
			continue;
		} else if ((lx->c && starts(lx->at, "//")) ||
			   (!lx->c && blank && *lx->at == '#')) {
			lx->at += strcspn(lx->at, "\n");
			continue;
		} else if (!isspace((u8)*lx->at)) {
			return first;
		}
		blank = true;
		lx->at++;
	}
}

/* --- tokens -------------------------------------------------------------- */

static bool is_word(char c)
{
	return isalnum((u8)c) || c == '_';
}

static void number(struct lex *lx)
{
	char *end;

	lx->tok = TOK_NUMBER;
	errno = 0;
	lx->number = strtoull(lx->text, &end, 0);
	lx->at = end + strspn(end, "uUlL");
	lx->len = (u32)(lx->at - lx->text);
	if (errno || is_word(*lx->at))
		lex_fail(lx, -EINVAL, "'%.*s...' is not a number",
			 (int)lx->len, lx->text);
}

static void sign(struct lex *lx)
{
	lx->tok = TOK_SIGN;
	lx->len = 1;
	for (size_t i = 0; i < ARRAY_SIZE(signs) && lx->len == 1; i++)
		if (starts(lx->text, signs[i]))
			lx->len = 2;
	/* herd's C has descriptions in quotes. */
	if (lx->c && *lx->text == '"') {
		lx->len += (u32)strcspn(lx->text + 1, "\"");
		lx->len += !!lx->text[lx->len];
	}
	lx->at = lx->text + lx->len;
	for (const char *p = lx->text; p < lx->at; p++)
		lx->at_line += *p == '\n';
	if (!isprint((u8)*lx->text))
		lex_fail(lx, -EINVAL, "byte %#x is not text", (u8)*lx->text);
}

static void token(struct lex *lx, bool first)
{
	lx->first = skip_blanks(lx, first);
	lx->text = lx->at;
	lx->line = lx->at_line;
	if (!*lx->at) {
		lx->tok = TOK_END;
		lx->text = "the end";
		lx->len = (u32)strlen(lx->text);
	} else if (isdigit((u8)*lx->at)) {
		number(lx);
	} else if (is_word(*lx->at)) {
		while (is_word(*lx->at))
			lx->at++;
		lx->tok = TOK_WORD;
		lx->len = (u32)(lx->at - lx->text);
	} else {
		sign(lx);
	}
}

void lex_next(struct lex *lx)
{
	token(lx, false);
}

void lex_init(struct lex *lx, const char *path, const char *text, u32 line,
	      bool c, char *err, size_t err_size)
{
	*lx = (struct lex){ .path = path, .at = text, .at_line = line, .c = c,
			    .err = err, .err_size = err_size };
	token(lx, true);
}

bool lex_deeper(struct lex *lx)
{
	if (lx->depth == DEPTH_MAX)
		lex_fail(lx, -ENOTSUP, "nested deeper than %d", DEPTH_MAX);
	else if (!lx->ret)
		lx->depth++;
	return !lx->ret;
}

bool lex_is(const struct lex *lx, const char *s)
{
	return lx->tok != TOK_END && strlen(s) == lx->len &&
	       !memcmp(lx->text, s, lx->len);
}

bool lex_follows(const struct lex *lx, const char *s)
{
	struct lex ahead = *lx;
	char err[8];

	/* What is wrong there is said when one gets there. */
	ahead.err = err;
	ahead.err_size = sizeof(err);
	lex_next(&ahead);
	return lex_is(&ahead, s);
}

bool lex_take(struct lex *lx, const char *s)
{
	if (!lex_is(lx, s))
		return false;
	lex_next(lx);
	return true;
}

void lex_need(struct lex *lx, const char *s)
{
	if (!lex_take(lx, s))
		lex_fail(lx, -EINVAL, "expected '%s' before '%.*s'", s,
			 (int)lx->len, lx->text);
}

void lex_word(struct lex *lx, char *buf, size_t size)
{
	*buf = '\0';
	if (lx->tok != TOK_WORD) {
		lex_fail(lx, -EINVAL, "expected a name before '%.*s'",
			 (int)lx->len, lx->text);
		return;
	}
	if (lx->len >= size) {
		lex_fail(lx, -ENOTSUP, "'%.*s' is longer than %zu characters",
			 (int)lx->len, lx->text, size - 1);
		return;
	}
	memcpy(buf, lx->text, lx->len);
	buf[lx->len] = '\0';
	lex_next(lx);
}

void lex_rest(struct lex *lx, char *buf, size_t size)
{
	const char *p = lx->at + strspn(lx->at, " \t");
	const char *end = p + strcspn(p, "\n");
	const char *q;

	for (q = p; q < end; q++)
		if (*q == '#' && (q == p || isblank((u8)q[-1])))
			break;
	while (q > p && isspace((u8)q[-1]))
		q--;
	*buf = '\0';
	if (q == p || (size_t)(q - p) >= size) {
		lex_fail(lx, -EINVAL, q == p ? "'%.*s' needs a text" :
			 "the text after '%.*s' is too long", (int)lx->len,
			 lx->text);
		return;
	}
	memcpy(buf, p, (size_t)(q - p));
	buf[q - p] = '\0';
	lx->at = end;
	lex_next(lx);
}
