/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lex.h"

/* herd's files begin with the language; those of assembly are not read. */
static const char *const languages[] = {
	"AArch64", "ARM", "BPF", "Bell", "CPP", "JAVA", "LISA", "MIPS", "PPC",
	"RISCV", "X86", "X86_64",
};

static int no_language(const char *path, const struct lex *lx, char *err,
		       size_t err_size)
{
	for (size_t i = 0; i < ARRAY_SIZE(languages); i++) {
		if (!lex_is(lx, languages[i]))
			continue;
		snprintf(err, err_size, "%s:%u: herd's language %s", path,
			 lx->line, languages[i]);
		return -ENOTSUP;
	}
	return 0;
}

int lit_read_next(const char *path, const char **text, u32 *line,
		  struct lit_test *t, char *err, size_t err_size)
{
	struct lex lx;
	int ret;

	/* Either form's comments may come first. */
	lex_init(&lx, path, *text, *line, **text != '#', err, err_size);
	if (lex_is(&lx, "C")) {
		ret = lit_read_c(path, *text, t, err, err_size);
		*text += strlen(*text);
		return ret ? ret : 1;
	}
	ret = no_language(path, &lx, err, err_size);
	if (ret) {
		*text += strlen(*text);
		return ret;
	}
	lex_init(&lx, path, *text, *line, false, err, err_size);
	if (lx.ret)
		return lx.ret;
	if (lx.tok == TOK_END)
		return 0;
	ret = lit_read_text(path, text, line, t, err, err_size);
	return ret ? ret : 1;
}

int lit_read(const char *path, const char *text,
	     bool (*fn)(const struct lit_test *t, void *arg), void *arg,
	     char *err, size_t err_size)
{
	static struct lit_test t;
	u32 line = 1;
	int ret;

	while ((ret = lit_read_next(path, &text, &line, &t, err, err_size)) > 0)
		if (!fn(&t, arg))
			return 0;
	return ret;
}
