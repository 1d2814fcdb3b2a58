/* SPDX-License-Identifier: MIT */
/* interleaf list: what there is */
#include <stdio.h>
#include <string.h>

#include "../oracles/oracle.h"
#include "cli.h"
#include "strategy/strategy.h"

static void json_add(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, value ? cli_string(value) : json_null());
}

static json_t *json_names(const char *const *names)
{
	json_t *a = json_array();

	for (; *names; names++)
		json_array_append_new(a, cli_string(*names));
	return a;
}

/* One row of most lists. */
static json_t *named(const char *name, const char *summary)
{
	json_t *o = json_object();

	json_add(o, "name", name);
	json_add(o, "summary", summary);
	return o;
}

/* --- scenarios ----------------------------------------------------------- */

static const struct scenario *const *all_scenarios(void)
{
	return units[0]->scenarios;
}

/* The names with commas between them; static storage. */
static const char *joined(const char *const *names)
{
	static char buf[128];
	size_t n = 0;

	buf[0] = '\0';
	for (; *names && n < sizeof(buf); names++)
		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s",
				      n ? "," : "", *names);
	return buf;
}

static void print_scenarios(void)
{
	for (const struct scenario *const *p = all_scenarios(); *p; p++)
		printf("%-22s %-21s %s\n", (*p)->name, joined((*p)->formats),
		       (*p)->summary);
}

static json_t *json_scenarios(void)
{
	json_t *a = json_array();

	for (const struct scenario *const *p = all_scenarios(); *p; p++) {
		const struct scenario *s = *p;
		json_t *o = named(s->name, s->summary), *ops = json_array();

		for (u32 i = 0; i < SCENARIO_OPS_MAX && s->ops[i].fn; i++)
			json_array_append_new(ops, cli_string(s->ops[i].name));
		json_object_set_new(o, "formats", json_names(s->formats));
		json_object_set_new(o, "cpus", json_integer(s->nr_cpus));
		json_object_set_new(o, "ops", ops);
		json_array_append_new(a, o);
	}
	return a;
}

/* --- oracles, mutants ---------------------------------------------------- */

static void print_oracles(void)
{
	for (const struct oracle *const *o = oracles; *o; o++)
		printf("%-22s %s\n", (*o)->name, (*o)->summary);
}

static json_t *json_oracles(void)
{
	json_t *a = json_array();

	for (const struct oracle *const *o = oracles; *o; o++)
		json_array_append_new(a, named((*o)->name, (*o)->summary));
	return a;
}

static void print_mutants(void)
{
	for (const struct mutant *m = mutants; m->name; m++)
		printf("%-31s %-6s %-22s %-21s %-12.12s %s\n", m->name, m->id,
		       m->scenario, m->oracle, m->fix, m->subject);
}

static json_t *json_mutants(void)
{
	json_t *a = json_array();

	for (const struct mutant *m = mutants; m->name; m++) {
		json_t *o = json_object();

		json_add(o, "name", m->name);
		json_add(o, "id", m->id);
		json_add(o, "subject", m->subject);
		json_add(o, "scenario", m->scenario);
		json_add(o, "format", m->format);
		json_add(o, "model", m->model);
		json_add(o, "oracle", m->oracle);
		json_add(o, "rule", m->rule);
		json_add(o, "fix", m->fix);
		json_array_append_new(a, o);
	}
	return a;
}

/* --- formats, models, strategies ----------------------------------------- */

static void print_formats(void)
{
	for (const struct fmt *const *f = fmts; *f; f++)
		printf("%-22s %-15s %s\n", (*f)->name, joined((*f)->models),
		       (*f)->summary);
}

static json_t *json_formats(void)
{
	json_t *a = json_array();

	for (const struct fmt *const *f = fmts; *f; f++) {
		json_t *o = named((*f)->name, (*f)->summary);

		json_object_set_new(o, "models", json_names((*f)->models));
		json_array_append_new(a, o);
	}
	return a;
}

static void print_models(void)
{
	for (const struct mem_model *m = mem_models; m->name; m++)
		printf("%-22s %s\n", m->name, m->summary);
}

static json_t *json_models(void)
{
	json_t *a = json_array();

	for (const struct mem_model *m = mem_models; m->name; m++)
		json_array_append_new(a, named(m->name, m->summary));
	return a;
}

static void print_machines(void)
{
	for (const struct machine_option *m = machine_options; m->name; m++)
		printf("%-22s %s\n", m->name, m->summary);
}

static json_t *json_machines(void)
{
	json_t *a = json_array();

	for (const struct machine_option *m = machine_options; m->name; m++)
		json_array_append_new(a, named(m->name, m->summary));
	return a;
}

static void print_strategies(void)
{
	for (const struct strategy *const *s = strategies; *s; s++)
		printf("%-22s %s\n", (*s)->name, (*s)->summary);
}

static json_t *json_strategies(void)
{
	json_t *a = json_array();

	for (const struct strategy *const *s = strategies; *s; s++)
		json_array_append_new(a, named((*s)->name, (*s)->summary));
	return a;
}

/* --- the command --------------------------------------------------------- */

struct listing {
	const char *name;
	void (*print)(void);
	json_t *(*json)(void);
};

static const struct listing listings[] = {
	{ "scenarios", print_scenarios, json_scenarios },
	{ "oracles", print_oracles, json_oracles },
	{ "mutants", print_mutants, json_mutants },
	{ "formats", print_formats, json_formats },
	{ "models", print_models, json_models },
	{ "machines", print_machines, json_machines },
	{ "strategies", print_strategies, json_strategies },
};

static void list_all(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++) {
		printf("%s%s:\n", i ? "\n" : "", listings[i].name);
		listings[i].print();
	}
}

int cmd_list(const struct options *o)
{
	const char *what = o->nr_args ? o->args[0] : NULL;
	const struct listing *one = NULL;
	json_t *j;

	for (size_t i = 0; what && i < ARRAY_SIZE(listings); i++)
		if (!strcmp(listings[i].name, what))
			one = &listings[i];
	if (what && !one)
		return cli_error("cannot list '%s'; see 'interleaf list --help'",
				 what);
	if (!o->json) {
		if (one)
			one->print();
		else
			list_all();
		return 0;
	}
	j = json_object();
	for (size_t i = 0; i < ARRAY_SIZE(listings); i++)
		if (!one || one == &listings[i])
			json_object_set_new(j, listings[i].name,
					    listings[i].json());
	cli_json(j);
	return 0;
}
