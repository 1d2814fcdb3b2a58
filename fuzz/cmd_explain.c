/* SPDX-License-Identifier: MIT */
/* interleaf explain: the interleaving of one run, for people */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"
#include "explain.h"

static void print_json(const struct saved *f, const struct run_result *r,
		       u64 hash)
{
	json_t *j = cli_selection_json();
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		BUG("out of memory");
	explain(out);
	fclose(out);
	cli_verdict_json(j, r, hash);
	json_object_set_new(j, "file", cli_string(f->path));
	json_object_set_new(j, "interleaving", cli_string(text));
	cli_json(j);
	free(text);
}

int cmd_explain(const struct options *o)
{
	struct run_result r;
	struct schedule s;
	struct saved f;
	int ret = cli_open(&f, o->args[0], o);

	if (!ret) {
		saved_schedule(&f, &s);
		run_once(&s, NULL, &r);
		if (o->json)
			print_json(&f, &r, run_hash());
		else
			explain(stdout);
	}
	saved_free(&f);
	return ret;
}
