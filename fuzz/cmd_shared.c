/* SPDX-License-Identifier: MIT */
/* What several commands do alike: open a file, tell a verdict in JSON. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* An option overrides the file; "none" is how one says no mutant at all. */
static const char *prefer(const char *option, const char *recorded)
{
	if (option && !strcmp(option, "none"))
		return "";
	return option ? option : recorded;
}

static int select_for(const struct saved *f, const struct options *o)
{
	const struct run_config *given = &o->run;
	const struct run_config c = {
		.scenario = prefer(given->scenario, f->scenario),
		.format = prefer(given->format, f->format),
		.model = prefer(given->model, f->model),
		.machine = prefer(given->machine, f->machine),
		.mutant = prefer(given->mutant, f->mutant),
	};
	char err[FILE_ERR_MAX];

	if (!*c.scenario && !*c.mutant)
		return cli_error("no first line in '%s' that names a scenario; add --scenario=NAME",
				 f->path);
	if (!run_select(&c, err, sizeof(err)))
		return 0;
	return f->form == FILE_BARE ? cli_error("%s", err) :
				      cli_error("'%s': %s", f->path, err);
}

/* Errors in text are for editors to jump to: they begin with the file. */
static int file_error(int ret, const char *err)
{
	if (ret != -EBADMSG)
		return cli_error("%s", err);
	fflush(stdout);
	fprintf(stderr, "%s\n", err);
	return EXIT_USAGE;
}

int cli_open(struct saved *f, const char *path, const struct options *o)
{
	char err[FILE_ERR_MAX];
	int ret = saved_read(f, path, err);

	if (ret)
		return file_error(ret, err);
	ret = select_for(f, o);
	if (ret)
		return ret;
	ret = saved_parse(f, err);
	return ret ? file_error(ret, err) : 0;
}

static bool other(const char *recorded, const char *now)
{
	return *recorded && strcmp(recorded, now);
}

bool cli_overrides(const struct saved *f)
{
	const char *mutant = selection.mutant ? selection.mutant->name : "";

	return other(f->scenario, selection.scenario->name) ||
	       other(f->format, selection.fmt->name) ||
	       other(f->model, selection.model->name) ||
	       strcmp(f->machine, selection.machine) ||
	       strcmp(f->mutant, mutant);
}

const char *cli_hex(u64 hash)
{
	static char buf[17];

	snprintf(buf, sizeof(buf), "%016llx", (unsigned long long)hash);
	return buf;
}

/* --- JSON ---------------------------------------------------------------- */

void cli_json(json_t *object)
{
	json_dumpf(object, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	putchar('\n');
	json_decref(object);
}

json_t *cli_string(const char *s)
{
	char buf[FILE_ERR_MAX];
	json_t *j = json_string(s);

	if (j)
		return j;
	snprintf(buf, sizeof(buf), "%s", s);
	for (char *p = buf; *p; p++)
		if (*p & 0x80)
			*p = '?';
	return json_string(buf);
}

json_t *cli_selection_json(void)
{
	json_t *j = json_object();

	json_object_set_new(j, "scenario",
			    cli_string(selection.scenario->name));
	json_object_set_new(j, "format", cli_string(selection.fmt->name));
	json_object_set_new(j, "model", cli_string(selection.model->name));
	json_object_set_new(j, "machine", cli_string(selection.machine));
	json_object_set_new(j, "mutant", selection.mutant ?
			    cli_string(selection.mutant->name) : json_null());
	return j;
}

void cli_verdict_json(json_t *to, const struct run_result *r, u64 hash)
{
	bool fail = r->verdict == VERDICT_FAIL;

	json_object_set_new(to, "verdict",
			    json_string(verdict_name(r->verdict)));
	json_object_set_new(to, "rule",
			    fail ? cli_string(r->fail.rule) : json_null());
	json_object_set_new(to, "oracle",
			    fail ? cli_string(r->fail.oracle) : json_null());
	json_object_set_new(to, "text",
			    fail ? cli_string(r->fail.text) : json_null());
	json_object_set_new(to, "hash", json_string(cli_hex(hash)));
}
