/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX	6
#define SHOWN_MAX	41
#define ANSWER_NONE	1	/* values of DEV_OP, see struct deviation */
#define ANSWER_OP	2

/* --- words ---------------------------------------------------------------- */

static bool number(const char *s, u32 max, u32 *n)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(s, &end, 10);
	*n = (u32)v;
	return isdigit((u8)*s) && !*end && !errno && v <= max;
}

/* A word such as kind37: @prefix and a number. */
static bool numbered(const char *s, const char *prefix, u32 max, u32 *n)
{
	size_t len = strlen(prefix);

	return !strncmp(s, prefix, len) && number(s + len, max, n);
}

static bool kind_of(const char *s, u32 *n)
{
	for (*n = 0; *n < DEV_NR; ++*n)
		if (!strcmp(s, dev_kind_name(*n)))
			return true;
	return numbered(s, "kind", 255, n);
}

static bool agent_of(const char *s, u32 *n)
{
	for (*n = 0; *n < run_nr_agents(); ++*n)
		if (!strcmp(s, run_agent_name(*n)))
			return true;
	return numbered(s, "agent", 255, n);
}

/* What to do in a slot: the value of a DEV_OP record. */
static bool answer_of(const char *s, u32 *n)
{
	if (!strcmp(s, "default") || !strcmp(s, "none")) {
		*n = *s == 'n' ? ANSWER_NONE : 0;
		return true;
	}
	for (*n = 0; *n < SCENARIO_OPS_MAX; ++*n) {
		if (strcmp(s, run_op_name(*n)))
			continue;
		*n += ANSWER_OP;
		return true;
	}
	if (!number(s, 65535 - ANSWER_OP, n))
		return false;
	*n += ANSWER_OP;
	return true;
}

/* "slot", "slot.sub" for DEV_OP; "op:step", "op:step.sub" for the others. */
static bool place_of(char *s, struct deviation *d)
{
	char *dot = strchr(s, '.'), *colon = strchr(s, ':');
	u32 op, step = 0, sub = 0;

	if (dot)
		*dot++ = '\0';
	if (d->kind != DEV_OP && (!colon || (dot && colon > dot)))
		return false;
	if (d->kind != DEV_OP)
		*colon++ = '\0';
	if (!number(s, 255, &op) || (dot && !number(dot, 255, &sub)) ||
	    (d->kind != DEV_OP && !number(colon, 65535, &step)))
		return false;
	d->op = (u8)op;
	d->step = (u16)step;
	d->sub = (u8)sub;
	return true;
}

/* --- records ------------------------------------------------------------- */

/* Return: NULL, or what is wrong with word *@bad. */
static const char *parse_words(char **w, u32 nr, struct deviation *d, u32 *bad)
{
	u32 n;

	*bad = 0;
	if (!kind_of(w[0], &n))
		return "is not a kind of record";
	d->kind = (u8)n;
	if (nr != (d->kind == DEV_OP ? 5 : 4))
		return d->kind == DEV_OP ? "takes agent, slot, op, argument" :
					   "takes agent, op:step.sub, value";
	*bad = 1;
	if (!agent_of(w[1], &n))
		return "is not an agent of this scenario";
	d->agent = (u8)n;
	*bad = 2;
	if (!place_of(w[2], d))
		return d->kind == DEV_OP ? "is not a slot, 0 to 255" :
					   "is not op:step or op:step.sub";
	*bad = 3;
	if (d->kind == DEV_OP && !answer_of(w[3], &n))
		return "is not an op of this scenario";
	if (d->kind == DEV_OP) {
		d->value = (u16)n;
		*bad = 4;
	}
	if (!number(w[*bad], 65535, &n))
		return "is not a number, 0 to 65535";
	*(d->kind == DEV_OP ? &d->step : &d->value) = (u16)n;
	return NULL;
}

int record_parse(char *line, struct deviation *d, char *err)
{
	char *words[WORDS_MAX], *save, *w, place[SHOWN_MAX];
	const char *wrong;
	u32 nr = 0, bad = 0;

	line[strcspn(line, "#")] = '\0';
	for (w = line; *w; w++) {
		if (isprint((u8)*w) || isspace((u8)*w))
			continue;
		snprintf(err, RECORD_ERR_MAX, "this line is not text");
		return -EBADMSG;
	}
	for (w = strtok_r(line, " \t\r", &save); w && nr < WORDS_MAX;
	     w = strtok_r(NULL, " \t\r", &save))
		words[nr++] = w;
	if (!nr)
		return 0;
	/* place_of() cuts up the word that may be the wrong one. */
	snprintf(place, sizeof(place), "%s", nr > 2 ? words[2] : "");
	*d = (struct deviation){ 0 };
	wrong = parse_words(words, nr, d, &bad);
	if (!wrong)
		return 1;
	snprintf(err, RECORD_ERR_MAX, "'%.40s' %s",
		 bad == 2 ? place : words[bad], wrong);
	return -EBADMSG;
}

static void print_answer(u32 value, FILE *out)
{
	const char *name;

	if (value < ANSWER_OP) {
		fprintf(out, " %s", value ? "none" : "default");
		return;
	}
	name = run_op_name(value - ANSWER_OP);
	if (value - ANSWER_OP < SCENARIO_OPS_MAX && *name != '?')
		fprintf(out, " %s", name);
	else
		fprintf(out, " %u", value - ANSWER_OP);
}

void record_print(const struct deviation *d, FILE *out)
{
	if (d->kind < DEV_NR)
		fputs(dev_kind_name(d->kind), out);
	else
		fprintf(out, "kind%u", d->kind);
	if (d->agent < run_nr_agents())
		fprintf(out, " %s %u", run_agent_name(d->agent), d->op);
	else
		fprintf(out, " agent%u %u", d->agent, d->op);
	if (d->kind != DEV_OP)
		fprintf(out, ":%u", d->step);
	if (d->sub)
		fprintf(out, ".%u", d->sub);
	if (d->kind == DEV_OP)
		print_answer(d->value, out);
	fprintf(out, " %u\n", d->kind == DEV_OP ? d->step : d->value);
}

