/* SPDX-License-Identifier: MIT */
/* interleaf minimize: the least that still fails by the same rule */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "minimize.h"

static void print_json(const struct saved *f, const char *out,
		       const struct run_result *r, const struct minimized *m)
{
	json_t *j = cli_selection_json();

	cli_verdict_json(j, r, run_hash());
	json_object_set_new(j, "input", cli_string(f->path));
	json_object_set_new(j, "file", cli_string(out));
	json_object_set_new(j, "ops_before", json_integer(m->before.ops));
	json_object_set_new(j, "ops", json_integer(m->after.ops));
	json_object_set_new(j, "deviations_before",
			    json_integer(m->before.deviations));
	json_object_set_new(j, "deviations", json_integer(m->after.deviations));
	json_object_set_new(j, "records_before",
			    json_integer(m->before.records));
	json_object_set_new(j, "records", json_integer(m->after.records));
	json_object_set_new(j, "runs", json_integer((json_int_t)m->runs));
	cli_json(j);
}

static void print_text(const char *out, const struct run_result *r,
		       const struct minimized *m)
{
	printf("%s: %s\n", r->fail.rule, r->fail.text);
	printf("ops %u -> %u, deviations %u -> %u (%llu runs)\n",
	       m->before.ops, m->after.ops, m->before.deviations,
	       m->after.deviations, (unsigned long long)m->runs);
	printf("saved: %s\n", out);
}

static bool same_file(const char *a, const char *b)
{
	char *ra = realpath(a, NULL), *rb = realpath(b, NULL);
	bool same = ra && rb && !strcmp(ra, rb);

	free(ra);
	free(rb);
	return same;
}

static int minimize_file(struct saved *f, const struct options *o)
{
	char out[PATH_MAX], err[FILE_ERR_MAX];
	struct minimized m;
	struct run_result r;
	struct schedule s;

	if (snprintf(out, sizeof(out), "%s%s", o->out ? o->out : f->path,
		     o->out ? "" : ".min") >= PATH_MAX)
		return cli_error("the name of '%s' is too long", f->path);
	if (same_file(out, f->path))
		return cli_error("'%s' is the input; it is not overwritten",
				 out);
	saved_schedule(f, &s);
	if (!minimize(&s, &r, &m))
		return cli_error("nothing to minimize: no oracle objects to '%s'",
				 f->path);
	saved_describe(f, &s, &r);
	if (f->form == FILE_BARE)
		f->form = FILE_BINARY;
	if (saved_write(f, out, true, err))
		return cli_error("%s", err);
	if (o->json)
		print_json(f, out, &r, &m);
	else
		print_text(out, &r, &m);
	return 0;
}

int cmd_minimize(const struct options *o)
{
	struct saved f;
	int ret = cli_open(&f, o->args[0], o);

	if (!ret)
		ret = minimize_file(&f, o);
	saved_free(&f);
	return ret;
}
