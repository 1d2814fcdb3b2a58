/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <argp.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- the options --------------------------------------------------------- */

enum opt_type { OPT_FLAG, OPT_STRING, OPT_NUMBER, OPT_SECONDS };

enum opt {
	OPT_SCENARIO, OPT_FORMAT, OPT_MODEL, OPT_MACHINE, OPT_MUTANT, OPT_STRATEGY,
	OPT_RUNS, OPT_STATES, OPT_TIME, OPT_SEED, OPT_JOBS, OPT_OUT_DIR,
	OPT_OUT_FILE, OPT_RAW, OPT_JSON, OPT_HELP, OPT_NR
};

struct opt_row {
	const char *name, *arg, *doc;
	enum opt_type type;
	size_t offset;		/* in struct options */
	u64 min, max;
};

#define FIELD(f)	offsetof(struct options, f)

static const struct opt_row opts[OPT_NR] = {
	[OPT_SCENARIO] = { "scenario", "NAME",
		"what the file is about; for files without a first line",
		OPT_STRING, FIELD(run.scenario), 0, 0 },
	[OPT_FORMAT] = { "format", "F", "entry format, see 'list formats'",
		OPT_STRING, FIELD(run.format), 0, 0 },
	[OPT_MODEL] = { "model", "M", "memory model, see 'list models'",
		OPT_STRING, FIELD(run.model), 0, 0 },
	[OPT_MACHINE] = { "machine", "LIST",
		"features it has or lacks, see 'list machines'; 'none' for none",
		OPT_STRING, FIELD(run.machine), 0, 0 },
	[OPT_MUTANT] = { "mutant", "NAME",
		"run code with this bug, see 'list mutants'; 'none' for none",
		OPT_STRING, FIELD(run.mutant), 0, 0 },
	[OPT_STRATEGY] = { "strategy", "NAME",
		"who thinks up schedules, see 'list strategies'",
		OPT_STRING, FIELD(strategy), 0, 0 },
	[OPT_RUNS] = { "runs", "N", "stop after this many runs",
		OPT_NUMBER, FIELD(runs), 1, INT64_MAX },
	[OPT_STATES] = { "states", "N",
		"give up on an exploration after this many states",
		OPT_NUMBER, FIELD(states), 1, INT64_MAX },
	[OPT_TIME] = { "time", "SECONDS", "stop after this time",
		OPT_SECONDS, FIELD(seconds), 0, 0 },
	[OPT_SEED] = { "seed", "N", "another seed, other schedules (1)",
		OPT_NUMBER, FIELD(seed), 0, INT64_MAX },
	[OPT_JOBS] = { "jobs", "N", "hunt in this many processes (1)",
		OPT_NUMBER, FIELD(jobs), 1, 1024 },
	[OPT_OUT_DIR] = { "out", "DIR", "where finds go (interleaf-out)",
		OPT_STRING, FIELD(out), 0, 0 },
	[OPT_OUT_FILE] = { "out", "FILE", "where the result goes",
		OPT_STRING, FIELD(out), 0, 0 },
	[OPT_RAW] = { "raw", NULL,
		"records without the first line, as fuzz engines take them",
		OPT_FLAG, FIELD(raw), 0, 0 },
	[OPT_JSON] = { "json", NULL, "print one JSON object",
		OPT_FLAG, FIELD(json), 0, 0 },
	[OPT_HELP] = { "help", NULL, "print this", OPT_FLAG, 0, 0, 0 },
};

/* --- the commands -------------------------------------------------------- */

struct command {
	const char *name, *args, *summary;
	int (*main)(const struct options *o);
	u32 args_min, args_max;
	u32 opts;		/* mask of enum opt; all take --json, --help */
};

#define ALWAYS		(BIT(OPT_JSON) | BIT(OPT_HELP))
#define CODE		(BIT(OPT_FORMAT) | BIT(OPT_MODEL) | \
			 BIT(OPT_MACHINE) | BIT(OPT_MUTANT))
#define ABOUT_FILE	(BIT(OPT_SCENARIO) | CODE)
#define HUNT		(BIT(OPT_STRATEGY) | BIT(OPT_RUNS) | BIT(OPT_TIME) | \
			 BIT(OPT_SEED) | BIT(OPT_JOBS) | BIT(OPT_OUT_DIR))

static const struct command commands[] = {
	{ "list", "[scenarios|oracles|mutants|formats|models|machines|strategies]",
	  "what there is", cmd_list, 0, 1, 0 },
	{ "run", "[SCENARIO]", "hunt until an oracle objects", cmd_run, 0, 1,
	  CODE | HUNT },
	{ "repro", "FILE", "replay it twice and print the verdict", cmd_repro,
	  1, 1, ABOUT_FILE },
	{ "minimize", "FILE", "drop every op and deviation that can go",
	  cmd_minimize, 1, 1, ABOUT_FILE | BIT(OPT_OUT_FILE) },
	{ "explain", "FILE", "print the interleaving, one column per agent",
	  cmd_explain, 1, 1, ABOUT_FILE },
	{ "encode", "FILE", "text form to binary", cmd_encode, 1, 1,
	  ABOUT_FILE | BIT(OPT_OUT_FILE) | BIT(OPT_RAW) },
	{ "decode", "FILE", "binary form to text", cmd_decode, 1, 1,
	  ABOUT_FILE | BIT(OPT_OUT_FILE) },
	{ "check", "FILE|DIR...", "replay in this and in a fresh process",
	  cmd_check, 1, ~0u, ABOUT_FILE },
	{ "bench", "[SCENARIO]", "runs/s, events/s, ns/event, peak memory",
	  cmd_bench, 0, 1, (CODE & ~BIT(OPT_MUTANT)) | BIT(OPT_STRATEGY) |
	  BIT(OPT_TIME) | BIT(OPT_SEED) },
	{ "litmus", "FILE|DIR...", "does the machine do what litmus tests say?",
	  cmd_litmus, 1, ~0u, BIT(OPT_MODEL) | BIT(OPT_RUNS) |
	  BIT(OPT_STATES) },
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* --- messages ------------------------------------------------------------ */

int cli_error(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("interleaf: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
	return EXIT_USAGE;
}

static void print_help(void)
{
	puts("usage: interleaf <command> [<args>]\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];

		if (strlen(c->args) > 12)
			printf("  %-8s %s\n%24s%s\n", c->name, c->args, "",
			       c->summary);
		else
			printf("  %-8s %-12s %s\n", c->name, c->args,
			       c->summary);
	}
	puts("\nEvery command takes --json, and --help, which tells its other options.\n"
	     "A saved file begins with one line that names its scenario. For a bare file\n"
	     "from a fuzz engine add --scenario=NAME, and --mutant=NAME if it needs one.\n"
	     "\n"
	     "exit status: 0 nothing found or done, 1 an oracle objected (run, repro) or\n"
	     "             a verdict is not met (litmus), 2 usage or I/O, 3 bug in\n"
	     "             interleaf itself");
}

/* --- parsing ------------------------------------------------------------- */

/* Keys above the printable ones have no short form. */
#define KEY_FIRST	0x100

struct parse {
	const struct command *cmd;
	struct options *o;
	int ret;		/* EXIT_* to end with, or -1 */
};

static bool parse_u64(const char *s, const struct opt_row *row, u64 *n)
{
	char *end;

	errno = 0;
	*n = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && !*end && !errno && *n >= row->min &&
	       *n <= row->max;
}

static bool parse_seconds(const char *s, double *seconds)
{
	char *end;

	*seconds = strtod(s, &end);
	return *s >= '.' && *s <= '9' && !*end && isfinite(*seconds) &&
	       *seconds > 0 && *seconds <= 1e9;
}

static int set_option(struct options *o, const struct opt_row *row, char *arg)
{
	void *field = (char *)o + row->offset;

	switch (row->type) {
	case OPT_FLAG:
		*(bool *)field = true;
		return 0;
	case OPT_STRING:
		*(const char **)field = arg;
		return *arg ? 0 : cli_error("--%s is empty", row->name);
	case OPT_NUMBER:
		if (parse_u64(arg, row, field))
			return 0;
		if (row->max == INT64_MAX)
			return cli_error("--%s=%s is not a whole number from %llu on",
					 row->name, arg,
					 (unsigned long long)row->min);
		return cli_error("--%s=%s is not a whole number from %llu to %llu",
				 row->name, arg, (unsigned long long)row->min,
				 (unsigned long long)row->max);
	case OPT_SECONDS:
		if (parse_seconds(arg, field))
			return 0;
		return cli_error("--%s=%s is not a number of seconds",
				 row->name, arg);
	}
	return 0;
}

static int bad_option(const struct parse *p, const char *word)
{
	size_t len = strcspn(word, "=");
	const struct opt_row *like = NULL;
	u32 nr_like = 0;

	for (u32 i = 0; i < OPT_NR; i++) {
		if (!(p->cmd->opts & BIT(i)) || len < 3 ||
		    strncmp(opts[i].name, word + 2, len - 2))
			continue;
		like = &opts[i];
		nr_like++;
	}
	if (nr_like == 1 && word[len])
		return cli_error("--%s takes no value", like->name);
	if (nr_like == 1)
		return cli_error("--%s needs a value: --%s=%s", like->name,
				 like->name, like->arg ? like->arg : "");
	return cli_error("%s option '%.*s'; see 'interleaf %s --help'",
			 nr_like ? "ambiguous" : "unknown", (int)len, word,
			 p->cmd->name);
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct parse *p = state->input;
	struct options *o = p->o;

	if (key == KEY_FIRST + OPT_HELP) {
		char name[64];

		snprintf(name, sizeof(name), "interleaf %s", p->cmd->name);
		argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP, name);
		p->ret = 0;
		return ECANCELED;
	}
	if (key == ARGP_KEY_ERROR && p->ret < 0)
		p->ret = bad_option(p, state->argv[state->next - 1]);
	if (key == ARGP_KEY_ARG) {
		o->args[o->nr_args++] = arg;
		return 0;
	}
	if (key < KEY_FIRST || key >= KEY_FIRST + OPT_NR)
		return ARGP_ERR_UNKNOWN;
	if (!set_option(o, &opts[key - KEY_FIRST], arg))
		return 0;
	p->ret = EXIT_USAGE;
	return EINVAL;
}

/* Return: EXIT_* to end with, or -1 to go on. */
static int parse_options(const struct command *cmd, int argc, char **argv,
			 struct options *o)
{
	struct argp_option table[OPT_NR + 1] = { 0 };
	struct argp argp = { table, parse_one, cmd->args, cmd->summary,
			     NULL, NULL, NULL };
	struct parse p = { cmd, o, -1 };
	u32 n = 0;

	for (u32 i = 0; i < OPT_NR; i++)
		if (cmd->opts & BIT(i))
			table[n++] = (struct argp_option){
				opts[i].name, (int)(KEY_FIRST + i), opts[i].arg,
				0, opts[i].doc, 0
			};
	/* Its own messages are two lines each, and know short options. */
	argp_parse(&argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &p);
	if (p.ret >= 0)
		return p.ret;
	if (o->nr_args < cmd->args_min)
		return cli_error("%s needs %s; see 'interleaf %s --help'",
				 cmd->name, cmd->args, cmd->name);
	if (o->nr_args > cmd->args_max)
		return cli_error("'%s' is one argument too many; see 'interleaf %s --help'",
				 o->args[cmd->args_max], cmd->name);
	return -1;
}

/* A full disk must not look like success. */
static int close_stdout(int ret)
{
	int failed;

	errno = 0;
	failed = ferror(stdout);
	if (fflush(stdout) || failed)
		return cli_error("cannot write to stdout: %s",
				 strerror(errno ? errno : EIO));
	return ret;
}

static int run_command(const struct command *row, int argc, char **argv)
{
	struct command cmd = *row;
	struct options o = { .seed = 1, .jobs = 1 };
	int ret;

	cmd.opts |= ALWAYS;
	o.args = calloc((size_t)argc, sizeof(*o.args));
	if (!o.args)
		return cli_error("%s", strerror(ENOMEM));
	ret = parse_options(&cmd, argc, argv, &o);
	if (ret < 0)
		ret = cmd.main(&o);
	free(o.args);
	return close_stdout(ret);
}

int cli_main(int argc, char **argv)
{
	const struct command *cmd;

	if (argc < 2)
		return cli_error("no command; see 'interleaf --help'");
	if (!strcmp(argv[1], "--help")) {
		print_help();
		return close_stdout(0);
	}
	if (!strcmp(argv[1], "--version")) {
		printf("interleaf %s, schedule version %d\n", INTERLEAF_VERSION,
		       SCHEDULE_VERSION);
		return close_stdout(0);
	}
	cmd = command_find(argv[1]);
	if (!cmd)
		return cli_error("unknown %s '%s'; see 'interleaf --help'",
				 *argv[1] == '-' ? "option" : "command",
				 argv[1]);
	return run_command(cmd, argc - 1, argv + 1);
}
