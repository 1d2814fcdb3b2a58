/* SPDX-License-Identifier: MIT */
/* interleaf encode, decode: between the two forms of a saved file */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static void print_json(const struct saved *f, const char *path)
{
	static const char *const form[] = { "bare", "binary", "text" };
	json_t *j = cli_selection_json();
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	json_object_set_new(j, "file", path ? cli_string(path) : json_null());
	json_object_set_new(j, "form", json_string(form[f->form]));
	json_object_set_new(j, "records", json_integer((json_int_t)f->nr));
	if (!path) {
		out = open_memstream(&text, &size);
		if (!out)
			BUG("out of memory");
		saved_print(f, out);
		fclose(out);
		json_object_set_new(j, "schedule", cli_string(text));
		free(text);
	}
	cli_json(j);
}

static int write_out(const struct saved *f, const struct options *o)
{
	char err[FILE_ERR_MAX];

	if (o->out && saved_write(f, o->out, true, err))
		return cli_error("%s", err);
	if (!o->out && f->form != FILE_TEXT &&
	    (o->json || isatty(STDOUT_FILENO)))
		return cli_error("the binary form is neither JSON nor for a terminal; add --out=FILE");
	if (o->json)
		print_json(f, o->out);
	else if (!o->out)
		saved_print(f, stdout);
	return 0;
}

/* The first line names what was only an option, or a default, so far. */
static void complete_header(struct saved *f)
{
	if (f->form != FILE_BARE && !cli_overrides(f))
		return;
	saved_name(f);
	/* What was recorded is of another run. */
	f->rule[0] = '\0';
	f->has_hash = false;
}

static int convert(const struct options *o, enum file_form to)
{
	struct saved f;
	int ret = cli_open(&f, o->args[0], o);

	if (!ret) {
		complete_header(&f);
		f.form = to;
		ret = write_out(&f, o);
	}
	saved_free(&f);
	return ret;
}

int cmd_encode(const struct options *o)
{
	return convert(o, o->raw ? FILE_BARE : FILE_BINARY);
}

int cmd_decode(const struct options *o)
{
	return convert(o, FILE_TEXT);
}
