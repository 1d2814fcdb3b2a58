/* SPDX-License-Identifier: MIT */
/*
 * file - saved schedules: one line that says of what, then records
 *
 *	interleaf 1 text scenario=zap-vs-user format=x86_64 model=tso
 *	# a comment
 *	op cpu1 0 zap 0			agent, slot, op, argument
 *	switch cpu0 0:12.1 1		agent, op:step.sub, value
 *
 * The binary form has the same first line ("binary" for "text"), then the
 * records' own eight bytes. The forms convert both ways without loss, whatever
 * the bytes: what has no name is written as a number (kind37, agent200). The
 * line may also tell what the schedule did when it was saved: rule= and hash=.
 *
 * A file that does not begin with such a line is bare records, as fuzz engines
 * write them: there the user names the scenario, and no byte of it is wrong.
 *
 * Not here: what records mean (model/sim/schedule.h).
 */
#ifndef FUZZ_FILE_H
#define FUZZ_FILE_H

#include <stdio.h>

#include "run.h"

#define FILE_BYTES_MAX	(64u << 20)	/* larger ones are a mistake */
#define FILE_NAME_MAX	64		/* bytes of a name in the first line */
#define FILE_ERR_MAX	4608		/* a path and what is wrong with it */

#define RULE_NONE	"none"		/* rule= of a run nobody objected to */

enum file_form { FILE_BARE, FILE_BINARY, FILE_TEXT };

/**
 * struct saved - a saved file
 * @form: as found, or as it is to be written
 * @scenario, @format, @model, @machine, @mutant: of its first line; "" where not given
 * @rule: what the oracle said when it was saved; "" if not told
 * @hash: log hash when it was saved, if @has_hash
 * @nr, @dev: all its records, also those beyond SCHEDULE_MAX
 */
struct saved {
	enum file_form form;
	char scenario[FILE_NAME_MAX], format[FILE_NAME_MAX];
	char model[FILE_NAME_MAX], machine[FILE_NAME_MAX];
	char mutant[FILE_NAME_MAX];
	char rule[FILE_NAME_MAX];
	u64 hash;
	bool has_hash;
	size_t nr;
	struct deviation *dev;
	/* between saved_read() and saved_parse() */
	const char *path;
	char *bytes;
	size_t size, body;
};

/**
 * saved_read() - read a file and understand its first line
 * @f: filled; saved_free() it in any case
 * @path: kept
 * @err: on failure, one line of FILE_ERR_MAX bytes
 *
 * Return: 0; -EBADMSG when the text is wrong and @err begins with "file:line:";
 * another negative errno.
 */
int saved_read(struct saved *f, const char *path, char *err);

/**
 * saved_parse() - understand its records
 *
 * The scenario must be selected: the text form names its ops and agents.
 *
 * Return: as saved_read().
 */
int saved_parse(struct saved *f, char *err);

/** saved_schedule() - the records that count */
void saved_schedule(const struct saved *f, struct schedule *s);

/** saved_name() - name what is selected in @f's first line */
void saved_name(struct saved *f);

/**
 * saved_describe() - make @f a file about the selected scenario and @s
 * @r: what the run did, or NULL; its hash is run_hash()
 */
void saved_describe(struct saved *f, const struct schedule *s,
		    const struct run_result *r);

/**
 * saved_print() - write @f in its form; the scenario must be selected
 * Errors stay in @out, see ferror().
 */
void saved_print(const struct saved *f, FILE *out);

/**
 * saved_write() - saved_print() to a file, all of it or nothing
 * @replace: a file of this name may be replaced; else it is -EEXIST
 * @err: as saved_read()
 *
 * Return: 0 or a negative errno.
 */
int saved_write(const struct saved *f, const char *path, bool replace,
		char *err);

void saved_free(struct saved *f);

/* --- one line of text ---------------------------------------------------- */

#define RECORD_ERR_MAX	128

/**
 * record_parse() - read one line of text; the scenario must be selected
 * @line: cut up
 * @d: the record
 * @err: on failure what is wrong, RECORD_ERR_MAX bytes
 *
 * Return: 1, 0 for a line without a record, or -EBADMSG.
 */
int record_parse(char *line, struct deviation *d, char *err);

/** record_print() - write one record as a line */
void record_print(const struct deviation *d, FILE *out);

#endif
