/* SPDX-License-Identifier: MIT */
/*
 * interleaf litmus: does the machine do what its authorities say?
 *
 * Each verdict of a test is checked by exploring all its executions; an
 * outcome that is reached must be found by the fuzzing engine, too. What is
 * never seen on one machine must not be seen on a stronger one.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli.h"
#include "litmus/litmus.h"

#define DEFAULT_RUNS	100000
#define DEFAULT_STATES	5000000
#define FILE_MAX	(16u << 20)
#define RULES_MAX	16

static const char *const verdicts[] = { "never", "sometimes", "always", "-" };

/* Who has no verdict is told what each of these does. */
static const char *const asked[] = { "sc", "tso", "weak" };

/* Each row's second machine does nothing that its first does not. */
static const struct { const char *weak, *strong; } stronger[] = {
	{ "weak", "tso" }, { "weak", "sc" }, { "tso", "sc" },
	{ "weak32", "tso32" },
};

enum outcome {
	AGREES,
	ANSWERED,	/* there was no verdict */
	FORBIDDEN,	/* shown, and it must not be */
	NOT_SHOWN,	/* though it may be */
	NOT_MODELLED,	/* the same, by a known rule */
	GAVE_UP,	/* and what was seen until then decides nothing */
	NO_END,		/* no execution ends, so nothing can be said */
};

/**
 * struct check - of one verdict
 * @ends: final states; @yes, @no: those that pass the filter and satisfy the
 *	condition, or do not
 * @complete: all of them were seen
 * @found: the engine's schedules until it reached the condition; 0: it did not
 */
struct check {
	const struct lit_test *t;
	const char *file, *rule;
	struct lit_machine m;
	enum lit_verdict expected;
	enum outcome outcome;
	u64 ends, yes, no, states, found;
	bool complete;
};

/**
 * struct tally - of all that was done
 * @unjudged: tests without a verdict
 * @unreached: outcomes that exploration reached and the engine did not
 */
struct tally {
	const struct options *o;
	u32 tests, lines, unjudged, unsure, unsupported, verdicts, forbidden, allowed, shown,
	    unreached, gave_up, no_end, errors, nr_rules;
	struct { char name[12]; u32 nr; } rule[RULES_MAX];
};

/* --- one verdict --------------------------------------------------------- */

static void explored(const struct lit_final *f, void *arg)
{
	struct check *c = arg;

	c->ends++;
	if (!lit_filtered(c->t, f))
		return;
	if (lit_holds(c->t, f))
		c->yes++;
	else
		c->no++;
}

static bool hunted(const struct lit_final *f, void *arg)
{
	struct check *c = arg;

	if (!lit_filtered(c->t, f) || !lit_holds(c->t, f))
		return false;
	c->found = 1;
	return true;
}

/* Some and some decide, even if not all states were seen. */
static bool decided(const struct check *c)
{
	return (c->complete && c->ends) || (c->yes && c->no);
}

static enum lit_verdict reached(const struct check *c)
{
	return !c->yes ? LIT_V_NEVER : c->no ? LIT_V_SOMETIMES : LIT_V_ALWAYS;
}

static enum outcome outcome(const struct check *c)
{
	if ((c->expected == LIT_V_NEVER && c->yes) ||
	    (c->expected == LIT_V_ALWAYS && c->no))
		return FORBIDDEN;
	if (c->expected == LIT_V_SOMETIMES && c->yes)
		return AGREES;
	if (!c->complete && !(c->expected == LIT_V_NONE && c->yes && c->no))
		return GAVE_UP;
	if (!c->ends)
		return NO_END;
	if (c->expected == LIT_V_NONE)
		return ANSWERED;
	if (c->expected == LIT_V_NEVER || c->yes)
		return AGREES;
	return *c->rule ? NOT_MODELLED : NOT_SHOWN;
}

static void run_check(struct check *c, const struct options *o)
{
	u64 runs = o->runs ? o->runs : DEFAULT_RUNS;

	c->complete = lit_explore(c->t, &c->m,
				  o->states ? o->states : DEFAULT_STATES,
				  explored, c, &c->states);
	c->outcome = outcome(c);
	if (!c->yes)
		return;
	runs = lit_hunt(c->t, &c->m, runs, o->seed, hunted, c);
	if (c->found)
		c->found = runs;
}

/* --- how it is told ------------------------------------------------------ */

static const char *machine_name(const struct lit_machine *m)
{
	static char name[16];

	if (m->ets)
		snprintf(name, sizeof(name), "%s+ets%u", m->model, m->ets);
	else
		snprintf(name, sizeof(name), "%s", m->model);
	return name;
}

static const char *outcome_name(const struct check *c)
{
	switch (c->outcome) {
	case AGREES:
		return c->yes && !c->found ? "not reached" : "agrees";
	case ANSWERED:
		return "";
	case FORBIDDEN:
		return "FORBIDDEN";
	case NOT_SHOWN:
		return "NOT SHOWN";
	case NOT_MODELLED:
		return c->rule;
	case GAVE_UP:
		return "gave up";
	case NO_END:
		return "NO END";
	}
	return "";
}

static void print_head(void)
{
	printf("%-48s %-9s %-9s %-9s %-11s %9s %9s\n", "test", "machine",
	       "expected", "reached", "", "states", "schedules");
}

static void print_check(const struct check *c)
{
	printf("%-48s %-9s %-9s %-9s %-11s %9llu ", c->t->name,
	       machine_name(&c->m), verdicts[c->expected],
	       decided(c) ? verdicts[reached(c)] : "-", outcome_name(c),
	       (unsigned long long)c->states);
	if (c->found)
		printf("%9llu\n", (unsigned long long)c->found);
	else
		printf("%9s\n", "-");
}

static json_t *string_or_null(const char *s)
{
	return *s ? cli_string(s) : json_null();
}

static void json_check(const struct check *c)
{
	json_t *j = json_object();

	json_object_set_new(j, "name", cli_string(c->t->name));
	json_object_set_new(j, "profile", cli_string(machine_name(&c->m)));
	json_object_set_new(j, "expected", c->expected == LIT_V_NONE ?
			    json_null() : json_string(verdicts[c->expected]));
	json_object_set_new(j, "reached", decided(c) ?
			    json_string(verdicts[reached(c)]) : json_null());
	json_object_set_new(j, "agrees", c->outcome == ANSWERED ||
			    c->outcome == GAVE_UP ? json_null() :
			    json_boolean(c->outcome == AGREES));
	json_object_set_new(j, "not_modelled", string_or_null(c->rule));
	json_object_set_new(j, "schedules", c->found ?
			    json_integer((json_int_t)c->found) : json_null());
	json_object_set_new(j, "states", json_integer((json_int_t)c->states));
	json_object_set_new(j, "source", string_or_null(c->t->source));
	json_object_set_new(j, "file", cli_string(c->file));
	json_dumpf(j, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(j);
}

static void count_rule(struct tally *all, const char *name)
{
	u32 i;

	for (i = 0; i < all->nr_rules; i++)
		if (!strcmp(all->rule[i].name, name))
			break;
	if (i == RULES_MAX)
		i--;
	if (i == all->nr_rules)
		strcpy(all->rule[all->nr_rules++].name, name);
	all->rule[i].nr++;
}

static void count(struct tally *all, const struct check *c)
{
	all->verdicts += c->expected != LIT_V_NONE;
	all->forbidden += c->outcome == FORBIDDEN;
	all->gave_up += c->outcome == GAVE_UP;
	all->no_end += c->outcome == NO_END;
	if (c->expected == LIT_V_NONE) {
		all->unsure += c->outcome == ANSWERED && !c->yes &&
			       !strncmp(c->m.model, "weak", 4);
		return;
	}
	if (c->expected != LIT_V_NEVER) {
		all->allowed++;
		all->shown += c->yes != 0;
		all->unreached += c->yes && !c->found;
	}
	if (c->outcome == NOT_MODELLED)
		count_rule(all, c->rule);
}

static void print_tally(const struct tally *all, double seconds)
{
	printf("\ntests                       %u\n", all->tests);
	if (all->unjudged)
		printf("  without a verdict         %u\n", all->unjudged);
	if (all->unsure)
		printf("    never on weak         %u (no load passes a later store there: docs/machine.md, R-NM-1)\n",
		       all->unsure);
	if (all->unsupported)
		printf("unsupported                 %u\n", all->unsupported);
	printf("verdicts checked            %u\n", all->verdicts);
	printf("forbidden, but shown        %u\n", all->forbidden);
	printf("allowed, shown              %u of %u\n", all->shown,
	       all->allowed);
	for (u32 i = 0; i < all->nr_rules; i++)
		printf("  not modelled, %-11s %u\n", all->rule[i].name,
		       all->rule[i].nr);
	printf("not reached by the engine   %u\n", all->unreached);
	printf("gave up                     %u\n", all->gave_up);
	if (all->no_end)
		printf("no execution ends           %u\n", all->no_end);
	printf("seconds                     %.1f\n", seconds);
}

/* --- one test ------------------------------------------------------------ */

static void check(struct tally *all, const char *file,
		  const struct lit_test *t, const char *model,
		  const struct lit_expect *e)
{
	struct check c = {
		.t = t, .file = file, .rule = e->not_modelled,
		.m = { .model = model, .ets = e->ets },
		.expected = (enum lit_verdict)e->verdict,
	};

	if (all->o->run.model && strcmp(all->o->run.model, model))
		return;
	if (!all->lines++ && !all->o->json)
		print_head();
	run_check(&c, all->o);
	count(all, &c);
	if (all->o->json)
		json_check(&c);
	else
		print_check(&c);
	fflush(stdout);
}

/* Is there a line about @model, or a reason before line @nr to check it? */
static bool is_covered(const struct lit_test *t, u32 nr, const char *model)
{
	for (u32 i = 0; i < t->nr_expects; i++) {
		const struct lit_expect *e = &t->expect[i];

		if (!strcmp(e->model, model))
			return true;
		if (i >= nr || e->verdict != LIT_V_NEVER)
			continue;
		for (u32 k = 0; k < ARRAY_SIZE(stronger); k++)
			if (!strcmp(stronger[k].weak, e->model) &&
			    !strcmp(stronger[k].strong, model))
				return true;
	}
	return false;
}

/* A test without a verdict is a question. */
static void ask(struct tally *all, const char *file, const struct lit_test *t)
{
	struct lit_expect e = { .verdict = LIT_V_NONE };
	const char *model = all->o->run.model;

	all->unjudged++;
	if (model) {
		check(all, file, t, model, &e);
		return;
	}
	for (u32 i = 0; i < ARRAY_SIZE(asked); i++)
		check(all, file, t, asked[i], &e);
	if (!t->translated)
		return;
	e.ets = 2;
	check(all, file, t, "weak", &e);
}

static void run_test(struct tally *all, const char *file,
		     const struct lit_test *t)
{
	all->tests++;
	if (!t->nr_expects)
		ask(all, file, t);
	for (u32 i = 0; i < t->nr_expects; i++) {
		const struct lit_expect *e = &t->expect[i];

		check(all, file, t, e->model, e);
		for (u32 k = 0; k < ARRAY_SIZE(stronger); k++)
			if (e->verdict == LIT_V_NEVER &&
			    !strcmp(stronger[k].weak, e->model) &&
			    !is_covered(t, i, stronger[k].strong))
				check(all, file, t, stronger[k].strong, e);
	}
}

/* --- files --------------------------------------------------------------- */

/* Return: its text, to be freed; NULL after an error message. */
static char *read_text(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = malloc(FILE_MAX + 1);
	size_t n = 0;

	if (f && text)
		n = fread(text, 1, FILE_MAX + 1, f);
	if (!f || !text || ferror(f)) {
		cli_error("cannot read '%s': %s", path, strerror(errno));
	} else if (n > FILE_MAX || memchr(text, '\0', n)) {
		cli_error("'%s' is no litmus test", path);
	} else {
		text[n] = '\0';
		fclose(f);
		return text;
	}
	if (f)
		fclose(f);
	free(text);
	return NULL;
}

static void unsupported(struct tally *all, const char *err)
{
	all->unsupported++;
	if (all->o->json)
		fprintf(stderr, "%s: unsupported\n", err);
	else
		printf("%s: unsupported\n", err);
}

static void run_file(struct tally *all, const char *path)
{
	static struct lit_test t;
	char err[FILE_ERR_MAX];
	char *text = read_text(path);
	const char *p = text;
	u32 line = 1, before = all->tests + all->unsupported;
	int ret;

	if (!text) {
		all->errors++;
		return;
	}
	while ((ret = lit_read_next(path, &p, &line, &t, err, sizeof(err)))) {
		if (ret > 0)
			run_test(all, path, &t);
		else if (ret == -ENOTSUP)
			unsupported(all, err);
		else
			break;
	}
	free(text);
	if (!ret && before == all->tests + all->unsupported) {
		cli_error("no litmus test in '%s'", path);
		all->errors++;
	}
	if (!ret)
		return;
	/* Errors in text are for editors to jump to. */
	fflush(stdout);
	fprintf(stderr, "%s\n", err);
	all->errors++;
}

static int is_test(const struct dirent *d)
{
	size_t len = strlen(d->d_name);

	return len > 7 && !strcmp(d->d_name + len - 7, ".litmus");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void run_dir(struct tally *all, const char *path)
{
	struct dirent **files = NULL;
	int n = scandir(path, &files, is_test, by_name);
	char file[4096];

	if (n <= 0) {
		cli_error("no file ending in .litmus in '%s'", path);
		all->errors++;
	}
	for (int i = 0; i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, files[i]->d_name);
		run_file(all, file);
		free(files[i]);
	}
	free(files);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static bool is_model(const char *model)
{
	for (size_t i = 0; i < ARRAY_SIZE(stronger); i++)
		if (!strcmp(stronger[i].weak, model) ||
		    !strcmp(stronger[i].strong, model))
			return true;
	return false;
}

static int result(const struct tally *all)
{
	u32 excused = 0;

	if (all->errors)
		return EXIT_USAGE;
	if (!all->tests)
		return cli_error("none of these tests could be run");
	for (u32 i = 0; i < all->nr_rules; i++)
		excused += all->rule[i].nr;
	return all->forbidden || all->unreached || all->no_end ||
	       all->shown + excused < all->allowed ?
	       EXIT_OBJECTED : EXIT_NOTHING;
}

int cmd_litmus(const struct options *o)
{
	struct tally all = { .o = o };
	double start = now();
	struct stat st;

	if (o->run.model && !is_model(o->run.model))
		return cli_error("unknown model '%s'; litmus tests have "
				 "sc, tso, tso32, weak, weak32", o->run.model);
	for (u32 i = 0; i < o->nr_args; i++) {
		if (!stat(o->args[i], &st) && S_ISDIR(st.st_mode))
			run_dir(&all, o->args[i]);
		else
			run_file(&all, o->args[i]);
	}
	if (all.tests && !o->json)
		print_tally(&all, now() - start);
	return result(&all);
}
