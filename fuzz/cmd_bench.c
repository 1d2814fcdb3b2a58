/* SPDX-License-Identifier: MIT */
/* interleaf bench: speed and memory of each scenario, and what things cost */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "cli.h"

#define DEFAULT_SECONDS	1
#define ROUNDS		8	/* of a comparison */
#define DEFAULT_STRATEGY "random"

/* What the project asks of itself; on its reference machine, one core. */
static const struct target {
	const char *scenario;
	double runs_per_s, ns_per_event;
} targets[] = {
	{ "pae-lockless-vs-set", 3e6, 25 },
	{ "gup-fast-vs-collapse", 5e5, 35 },
};

/*
 * What something costs: the same scenario without it and with it. Speed of one
 * event, not of a run: with a weak machine runs are longer.
 */
static const struct cost {
	const char *what, *key;
	struct run_config without, with;
	double target;
} costs[] = {
	{ "weak memory", "weak",
	  { .scenario = "gup-fast-vs-collapse", .format = "arm64",
	    .model = "sc" },
	  { .scenario = "gup-fast-vs-collapse", .format = "arm64",
	    .model = "weak" }, 3 },
	{ "one idle agent", "idle",
	  { .scenario = "gup-fast-vs-collapse" },
	  { .scenario = "gup-fast-vs-collapse", .nr_idle = 1 }, 1.05 },
};

static const struct target *target_of(const struct scenario *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (!strcmp(targets[i].scenario, s->name))
			return &targets[i];
	return NULL;
}

static json_t *row_json(const struct scenario *s, const char *fmt,
			const struct bench *b)
{
	const struct target *t = target_of(s);
	json_t *j = json_object();

	json_object_set_new(j, "scenario", cli_string(s->name));
	json_object_set_new(j, "format", cli_string(fmt));
	json_object_set_new(j, "runs_per_s",
			    json_integer((json_int_t)bench_runs_per_s(b)));
	json_object_set_new(j, "events_per_s",
			    json_integer((json_int_t)bench_events_per_s(b)));
	json_object_set_new(j, "ns_per_event",
			    json_real(bench_ns_per_event(b)));
	json_object_set_new(j, "peak_rss_kib", json_integer(b->peak_rss_kib));
	json_object_set_new(j, "runs", json_integer((json_int_t)b->runs));
	json_object_set_new(j, "failed", json_integer((json_int_t)b->failed));
	if (t) {
		json_object_set_new(j, "target_runs_per_s",
				    json_integer((json_int_t)t->runs_per_s));
		json_object_set_new(j, "target_ns_per_event",
				    json_real(t->ns_per_event));
	}
	return j;
}

static void print_head(void)
{
	printf("%-22s %-8s %10s %12s %9s %9s  %s\n", "scenario", "format",
	       "runs/s", "events/s", "ns/event", "peak KiB",
	       "of target: runs/s, ns/event");
}

static void print_row(const struct scenario *s, const char *fmt,
		      const struct bench *b)
{
	const struct target *t = target_of(s);

	printf("%-22s %-8s %10.0f %12.0f %9.1f %9ld", s->name, fmt,
	       bench_runs_per_s(b), bench_events_per_s(b),
	       bench_ns_per_event(b), b->peak_rss_kib);
	if (t)
		printf("  %.2f, %.2f", bench_runs_per_s(b) / t->runs_per_s,
		       bench_ns_per_event(b) / t->ns_per_event);
	putchar('\n');
	fflush(stdout);
}

static double seconds_of(const struct options *o)
{
	return o->seconds > 0 ? o->seconds : DEFAULT_SECONDS;
}

static int measure(const struct run_config *c, const struct strategy *strategy,
		   const struct options *o, double seconds, struct bench *b)
{
	int ret = bench(c, strategy, o->seed, seconds, b);

	if (ret == -EINVAL)
		return EXIT_USAGE;
	if (ret)
		BUG("bench of %s ended without figures", c->scenario);
	if (b->failed)
		fprintf(stderr, "interleaf: %s: an oracle objected to %llu runs of correct code\n",
			c->scenario, (unsigned long long)b->failed);
	return 0;
}

static int bench_one(const struct scenario *s, const struct strategy *strategy,
		     const struct options *o, json_t *rows)
{
	const char *fmt = o->run.format ? o->run.format : s->formats[0];
	const struct run_config c = {
		.scenario = s->name, .format = fmt, .model = o->run.model,
		.machine = o->run.machine,
	};
	struct bench b;
	int ret = measure(&c, strategy, o, seconds_of(o), &b);

	if (ret)
		return ret;
	if (o->json)
		json_array_append_new(rows, row_json(s, fmt, &b));
	else
		print_row(s, fmt, &b);
	return 0;
}

static int bench_all(const struct scenario *only, const struct strategy *s,
		     const struct options *o, json_t *rows)
{
	int ret = 0;

	if (!o->json)
		print_head();
	for (const struct scenario *const *p = units[0]->scenarios; *p && !ret;
	     p++) {
		if (only ? *p != only : o->run.format &&
		    !scenario_has_format(*p, o->run.format))
			continue;
		ret = bench_one(*p, s, o, rows);
	}
	return ret;
}

/* --- what things cost ----------------------------------------------------- */

static json_t *cost_json(const struct cost *c, double without, double with)
{
	json_t *j = json_object();

	json_object_set_new(j, "cost", cli_string(c->key));
	json_object_set_new(j, "scenario", cli_string(c->with.scenario));
	json_object_set_new(j, "ns_per_event_without", json_real(without));
	json_object_set_new(j, "ns_per_event_with", json_real(with));
	json_object_set_new(j, "ratio", json_real(with / without));
	json_object_set_new(j, "target_ratio", json_real(c->target));
	return j;
}

/* The fastest of several short looks: whoever else uses the machine slows it. */
static int best_of(const struct run_config *c, const struct strategy *s,
		   const struct options *o, double *best)
{
	struct bench b;
	int ret = measure(c, s, o, seconds_of(o) / ROUNDS, &b);
	double ns;

	if (ret)
		return ret;
	ns = bench_ns_per_event(&b);
	if (!*best || ns < *best)
		*best = ns;
	return 0;
}

static int bench_cost(const struct cost *c, const struct strategy *s,
		      const struct options *o, json_t *rows)
{
	double without = 0, with = 0;
	int ret;

	for (u32 i = 0; i < ROUNDS; i++) {
		ret = best_of(&c->without, s, o, &without);
		ret = ret ? ret : best_of(&c->with, s, o, &with);
		if (ret)
			return ret;
	}
	if (o->json)
		json_array_append_new(rows, cost_json(c, without, with));
	else
		printf("%-22s %-31s %9.1f %9.1f %6.2f  at most %.2f\n", c->what,
		       c->with.scenario, without, with, with / without,
		       c->target);
	return 0;
}

static int bench_costs(const struct strategy *s, const struct options *o,
		       json_t *rows)
{
	int ret = 0;

	if (!o->json)
		printf("\n%-22s %-31s %9s %9s %6s  %s\n", "cost of", "scenario",
		       "ns/event", "with it", "ratio", "target");
	for (size_t i = 0; i < ARRAY_SIZE(costs) && !ret; i++)
		ret = bench_cost(&costs[i], s, o, rows);
	return ret;
}

int cmd_bench(const struct options *o)
{
	const char *name = o->strategy ? o->strategy : DEFAULT_STRATEGY;
	const struct strategy *s = strategy_find(name);
	const struct scenario *only = NULL;
	json_t *j, *rows = json_array(), *cost_rows = json_array();
	int ret;

	if (!s && strcmp(name, "none"))
		return cli_error("unknown strategy '%s'; see 'interleaf list strategies'",
				 name);
	if (o->nr_args && !(only = scenario_find(o->args[0])))
		return cli_error("unknown scenario '%s'; see 'interleaf list scenarios'",
				 o->args[0]);
	if (o->run.format && !fmt_find(o->run.format))
		return cli_error("unknown format '%s'; see 'interleaf list formats'",
				 o->run.format);
	ret = bench_all(only, s, o, rows);
	if (!ret && !only && !o->run.format && !o->run.model && !o->run.machine)
		ret = bench_costs(s, o, cost_rows);
	if (o->json && !ret) {
		j = json_object();
		json_object_set_new(j, "strategy", json_string(name));
		json_object_set(j, "scenarios", rows);
		json_object_set(j, "costs", cost_rows);
		cli_json(j);
	}
	json_decref(rows);
	json_decref(cost_rows);
	return ret;
}
