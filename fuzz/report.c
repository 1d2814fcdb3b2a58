/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "explain.h"
#include "place.h"
#include "run.h"
#include "stack.h"

/* --- what makes two failures the same ------------------------------------ */

static const char *func_of(u32 ev)
{
	struct place p;

	return place_of_event(ev, &p) ? p.at.func : "?";
}

/* The rule and the two functions that collided, whichever came first. */
static void print_hash(FILE *f)
{
	const char *a = func_of(sim_fail_info.ev);
	const char *b = func_of(sim_fail_info.other);
	char text[256];
	u64 hash;

	if (strcmp(a, b) > 0) {
		const char *swap = a;

		a = b;
		b = swap;
	}
	snprintf(text, sizeof(text), "%s/%s/%s", sim_fail_info.rule, a, b);
	hash = XXH64(text, strlen(text), 0);
	for (u32 i = 0; i < 8; i++, hash >>= 4)
		fputc('a' + (int)(hash & 15), f);
}

/* --- stacks -------------------------------------------------------------- */

/*
 * Ops of a scenario begin every stack and say nothing of the bug; and a path
 * with "fuzz/" in it makes ClusterFuzz take a frame for the fuzzer's own.
 */
static bool is_own(const struct site *s)
{
	return place_in_scenario(s) || !strncmp(s->file, "model/sim/", 10);
}

static void print_frame(FILE *f, u32 n, const struct site *s)
{
	fprintf(f, "    #%u 0x%012lx in %s %s:%u\n", n, s->pc, s->func, s->file,
		s->line);
}

/* Return: number of frames printed. */
static u32 print_stack(FILE *f, const struct agent *a)
{
	u64 pc[STACK_MAX];
	u32 nr = stack_unwind(a, pc), frames = 0;

	for (u32 i = 0; i < nr; i++) {
		struct site s[SITES_MAX];
		u32 n = symbolize(pc[i], s);

		for (u32 k = 0; k < n; k++)
			if (!is_own(&s[k]))
				print_frame(f, frames++, &s[k]);
	}
	return frames;
}

static const char *running_op(const struct agent *a)
{
	for (u32 i = event_log.nr; i--;)
		if (event_log.ev[i].agent == a->id &&
		    event_log.ev[i].type == EV_OP_BEGIN)
			return run_op_name(event_log.ev[i].off);
	return "none";
}

/* The words in brackets make ClusterFuzz take no frames from here on. */
static void print_other_stacks(FILE *f)
{
	for (u32 i = 0; i < sim.nr_agents; i++) {
		const struct agent *a = &sim.agent[i];

		if (i == sim_fail_info.agent || !stack_exists(a))
			continue;
		fprintf(f, "  %s (previously allocated by scheduler) suspended in op %s:\n",
			run_agent_name(i), running_op(a));
		print_stack(f, a);
	}
}

/* Where the agent has moved on, or is back in its op: the event's place. */
static void print_blamed(FILE *f)
{
	const struct agent *a = &sim.agent[sim_fail_info.agent];
	struct place p;

	if (!place_left(sim_fail_info.ev) && print_stack(f, a))
		return;
	if (place_of_event(sim_fail_info.ev, &p))
		print_frame(f, 0, &p.at);
}

static void print_stacks(FILE *f)
{
	print_blamed(f);
	if (stack_can_unwind(&sim.agent[sim_fail_info.agent]))
		print_other_stacks(f);
	else
		fputs("  | no stacks: fibers are ucontexts in this build\n", f);
}

/* --- details ------------------------------------------------------------- */

static void print_explained(FILE *f)
{
	char *text = NULL, *line, *rest;
	size_t size;
	FILE *m = open_memstream(&text, &size);

	if (!m)
		return;
	explain(m);
	fclose(m);
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (*line || rest)
			fprintf(f, "  |%s%s\n", *line ? " " : "", line);
	free(text);
}

static void print_replay(FILE *f, const char *saved_file)
{
	fprintf(f, "  | replay: interleaf repro %s",
		saved_file ? saved_file : "<input>");
	if (!saved_file) {
		fprintf(f, " --scenario=%s --format=%s --model=%s",
			selection.scenario->name, selection.fmt->name,
			selection.model->name);
		if (*selection.machine)
			fprintf(f, " --machine=%s", selection.machine);
		if (selection.mutant)
			fprintf(f, " --mutant=%s", selection.mutant->name);
	}
	fputc('\n', f);
}

static void print_report(FILE *f, const char *saved_file)
{
	const char *rule = sim_fail_info.rule;
	const char *func = func_of(sim_fail_info.ev);

	fprintf(f, "[interleaf] ASSERTION FAILED: %s FuzzerHash=", rule);
	print_hash(f);
	fputc('\n', f);
	print_stacks(f);
	print_explained(f);
	print_replay(f, saved_file);
	fprintf(f, "DEDUP_TOKEN: interleaf--%s--%s\n", rule, func);
	fprintf(f, "SUMMARY: interleaf: %s in %s\n", rule, func);
}

/* One write, so that several processes' reports do not mix. */
static void write_out(FILE *f, const char *text, size_t size)
{
	int fd = fileno(f);

	fflush(f);
	while (fd >= 0 && size) {
		ssize_t n = write(fd, text, size);

		if (n <= 0)
			return;
		text += n;
		size -= (size_t)n;
	}
	fwrite(text, 1, size, f);
}

void report(FILE *f, const char *saved_file)
{
	char *text = NULL;
	size_t size;
	FILE *m;

	if (sim.verdict != VERDICT_FAIL)
		return;
	m = open_memstream(&text, &size);
	if (!m)
		return;
	print_report(m, saved_file);
	fclose(m);
	write_out(f, text, size);
	free(text);
}
