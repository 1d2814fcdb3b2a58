/* SPDX-License-Identifier: MIT */
/*
 * cli - the command: what users type, and how they are told what went wrong
 *
 * One table of options drives parsing and help, one table of commands drives
 * dispatch and help; a command is one cmd_*.c. Results go to stdout, progress
 * and errors to stderr, one line an error.
 */
#ifndef FUZZ_CLI_H
#define FUZZ_CLI_H

#include <jansson.h>

#include "file.h"
#include "run.h"

#define INTERLEAF_VERSION	"0.1"

enum cli_exit {
	EXIT_NOTHING,		/* nothing found */
	EXIT_OBJECTED,		/* an oracle objected: run, repro */
	EXIT_USAGE,		/* usage or I/O */
	EXIT_BUG,		/* interleaf's own, as harness_bug() */
};

/**
 * struct options - what the user asked for
 * @seconds: 0 if not given; so are the numbers
 * @args: what is not an option
 */
struct options {
	struct run_config run;
	const char *strategy, *out;
	u64 runs, states, seed, jobs;
	double seconds;
	bool json, raw;
	char **args;
	u32 nr_args;
};

int cli_main(int argc, char **argv);

/* --- commands ------------------------------------------------------------ */

int cmd_list(const struct options *o);
int cmd_run(const struct options *o);
int cmd_repro(const struct options *o);
int cmd_minimize(const struct options *o);
int cmd_explain(const struct options *o);
int cmd_encode(const struct options *o);
int cmd_decode(const struct options *o);
int cmd_check(const struct options *o);
int cmd_bench(const struct options *o);
int cmd_litmus(const struct options *o);

/* --- what commands share ------------------------------------------------- */

/**
 * cli_error() - print "interleaf: ..." on stderr
 * Return: EXIT_USAGE
 */
__printf(1, 2) int cli_error(const char *fmt, ...);

/**
 * cli_open() - read a saved file and select the scenario it is about
 * @f: saved_free() it in any case
 * @o: its options override the file's first line
 *
 * Return: 0, or EXIT_USAGE after an error message.
 */
int cli_open(struct saved *f, const char *path, const struct options *o);

/** cli_overrides() - do @o's options make it another run than @f recorded? */
bool cli_overrides(const struct saved *f);

/** cli_json() - print one object on stdout, and forget it */
void cli_json(json_t *object);

/** cli_string() - JSON string, also of a path that is not UTF-8 */
json_t *cli_string(const char *s);

/** cli_selection_json() - scenario, format, model, mutant */
json_t *cli_selection_json(void);

/** cli_verdict_json() - add verdict, rule, oracle, text and hash to @to */
void cli_verdict_json(json_t *to, const struct run_result *r, u64 hash);

static inline const char *verdict_name(enum verdict v)
{
	return v == VERDICT_FAIL ? "fail" : "pass";
}

/** cli_hex() - @hash as it is written everywhere; static storage */
const char *cli_hex(u64 hash);

#endif
