/* SPDX-License-Identifier: MIT */
/*
 * differential - the machine against axiomatic models, on random programs
 *
 *	test_differential [programs [seed]] [--missed]
 *
 * For each program all final states that the machine shows are compared with
 * those that the model of its profile allows.
 *
 *	shown, not allowed	a bug, here or in the machine; printed with the
 *				program, exit status 1
 *	allowed, not shown	counted by cause:
 *		R-NM-1	goes away when loads stay before later stores
 *		R-NM-2	goes away when, then, stores reach all at once
 *		own	goes away when, then, own stores are visible before an
 *			atomic reads them (R-RMW-1) or a load reads them in
 *			part (R-LD-1), and a word is one cell (R-NM-4)
 *		other	no known reason; --missed prints them
 *
 * The last column is the measure of how exact the machine is: of the states
 * that these three leave, those that it misses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "axiomatic.h"
#include "random.h"

#define PROGRAMS	20000
#define STATES_MAX	3000

/**
 * struct row - a machine, and what it is measured by
 * @arm: programs it is for
 * @may: the model that it must stay within
 * @rw: the same with load-store order; @mca: and multi-copy atomicity
 * @should: the model that it should be equal to
 */
static struct row {
	const char *name, *machine;
	enum { FOR_ALL, FOR_KERNEL, FOR_ARM } programs;
	bool mixed;
	enum ax_model may, rw, mca, should;
	u32 nr, given_up;
	u64 states, shown, forbidden, allowed, nm1, nm2, own, other;
	u32 nr_short;		/* programs with a state missed for no reason */
} rows[] = {
	{ .name = "sc", .machine = "sc", .programs = FOR_ALL,
	  .mixed = false, .may = AX_SC, .rw = AX_SC,
	  .mca = AX_SC, .should = AX_SC },
	{ .name = "tso", .machine = "tso", .programs = FOR_ALL,
	  .mixed = false, .may = AX_TSO, .rw = AX_TSO,
	  .mca = AX_TSO, .should = AX_TSO_OWN },
	{ .name = "weak, lkmm", .machine = "weak", .programs = FOR_KERNEL,
	  .mixed = false, .may = AX_LKMM, .rw = AX_LKMM_RW,
	  .mca = AX_LKMM_MCA, .should = AX_LKMM_OWN },
	{ .name = "weak, arm64", .machine = "weak", .programs = FOR_ARM,
	  .mixed = false, .may = AX_ARM, .rw = AX_ARM_RW,
	  .mca = AX_ARM_RW, .should = AX_ARM_OWN },
	{ .name = "sc, mixed", .machine = "sc", .programs = FOR_ALL,
	  .mixed = true, .may = AX_SC, .rw = AX_SC,
	  .mca = AX_SC, .should = AX_SC },
	{ .name = "tso, mixed", .machine = "tso", .programs = FOR_ALL,
	  .mixed = true, .may = AX_TSO, .rw = AX_TSO,
	  .mca = AX_TSO, .should = AX_TSO_OWN },
	{ .name = "weak, lkmm, mixed", .machine = "weak",
	  .programs = FOR_KERNEL, .mixed = true,
	  .may = AX_LKMM, .rw = AX_LKMM_RW,
	  .mca = AX_LKMM_MCA, .should = AX_LKMM_OWN },
	{ .name = "weak, arm64, mixed", .machine = "weak", .programs = FOR_ARM,
	  .mixed = true, .may = AX_ARM, .rw = AX_ARM_RW,
	  .mca = AX_ARM_RW, .should = AX_ARM_OWN },
};

static struct ax_set set;
static struct lit_test test;
static bool show_missed;
static u32 nr_disordered;

static void final(const struct lit_final *f, void *arg)
{
	const struct row *row = arg;
	u64 val[AX_VALS];
	int n;

	ax_project(&test, f, val);
	n = ax_find(&set, val);
	if (n >= 0)
		set.shown[n] |= (u32)BIT(row - rows);
}

static bool has_mixed(const struct lit_test *t)
{
	for (u32 i = 0; i < t->nr_threads; i++)
		for (u32 n = 0; n < t->thread[i].nr_ins; n++)
			if (t->thread[i].ins[n].size < 8)
				return true;
	return false;
}

static void print_outcome(const char *what, const struct row *row, u32 n)
{
	char name[40];

	printf("# %s: machine %s, allowed by", what, row->machine);
	for (u32 i = 0; i < AX_MODELS; i++)
		if (set.allowed[n] & BIT(i))
			printf(" %s", ax_model_name[i]);
	printf("\n");
	lit_print(&test, stdout);
	printf("exists");
	for (u32 i = 0; i < set.nr_vals; i++) {
		int loc = lit_loc_of(set.val[n][i]);

		ax_name(&test, i, name, sizeof(name));
		printf("%s %s = ", i ? " /\\" : "", name);
		if (loc >= 0)
			printf("&%s", test.loc[loc].name);
		else
			printf("%lu", set.val[n][i]);
	}
	printf("\n\n");
}

static void compare(struct row *row, bool complete)
{
	u32 machine = (u32)BIT(row - rows);
	u64 other = row->other;

	for (u32 i = 0; i < set.nr; i++) {
		u32 by = set.allowed[i];
		bool shown = set.shown[i] & machine;

		if (shown && !(by & BIT(row->may))) {
			print_outcome("shown but forbidden", row, i);
			row->forbidden++;
		}
		if (!complete || !(by & BIT(row->may)))
			continue;
		row->allowed++;
		row->shown += shown;
		if (shown)
			continue;
		if (!(by & BIT(row->rw)))
			row->nm1++;
		else if (!(by & BIT(row->mca)))
			row->nm2++;
		else if (!(by & BIT(row->should)))
			row->own++;
		else if (++row->other && show_missed)
			print_outcome("allowed but not shown", row, i);
	}
	row->nr_short += row->other > other;
}

/* What one model allows another does. */
static void check_models(u32 models)
{
	static const struct { enum ax_model less, more; } within[] = {
		{ AX_SC, AX_TSO_OWN }, { AX_TSO_OWN, AX_TSO },
		{ AX_TSO, AX_LKMM_MCA }, { AX_TSO_OWN, AX_LKMM_OWN },
		{ AX_LKMM_OWN, AX_LKMM_MCA }, { AX_LKMM_MCA, AX_LKMM_RW },
		{ AX_LKMM_RW, AX_LKMM }, { AX_SC, AX_ARM_OWN },
		{ AX_ARM_OWN, AX_ARM_RW }, { AX_ARM_RW, AX_ARM },
	};

	for (u32 i = 0; i < set.nr; i++) {
		for (u32 k = 0; k < ARRAY_SIZE(within); k++) {
			u32 less = (u32)BIT(within[k].less);
			u32 more = (u32)BIT(within[k].more);

			if (!(models & more) || !(set.allowed[i] & less) ||
			    (set.allowed[i] & more))
				continue;
			print_outcome("models disagree", &rows[0], i);
			nr_disordered++;
		}
	}
}

static bool run_program(u64 seed, bool arm)
{
	u32 kernel = (u32)(BIT(AX_ARM) - 1), arms = (u32)BIT(AX_MODELS) - 1;
	u32 models = arm ? arms & ~kernel : kernel;
	bool mixed;

	models |= (u32)(BIT(AX_SC) | BIT(AX_TSO) | BIT(AX_TSO_OWN));
	lit_random(&test, seed, arm);
	if (!ax_allowed(&test, models, &set))
		return false;
	check_models(models);
	mixed = has_mixed(&test);
	for (struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		struct lit_machine m = { .model = row->machine };
		bool complete;
		u64 states;

		if (row->programs == (arm ? FOR_KERNEL : FOR_ARM) ||
		    row->mixed != mixed)
			continue;
		complete = lit_explore(&test, &m, STATES_MAX, final, row,
				       &states);
		row->nr++;
		row->given_up += !complete;
		row->states += states;
		compare(row, complete);
	}
	return true;
}

static double percent(u64 part, u64 whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static u64 report(void)
{
	u64 forbidden = 0;

	printf("%-18s %8s %7s %9s %9s %8s %8s %8s %8s %8s %8s %8s\n",
	       "machine",
	       "programs", "gave up", "states/1", "forbidden", "allowed",
	       "shown", "R-NM-1", "R-NM-2", "own", "other", "inexact");
	for (struct row *row = rows; row < rows + ARRAY_SIZE(rows); row++) {
		u64 should = row->allowed - row->nm1 - row->nm2 -
			     row->own;

		forbidden += row->forbidden;
		printf("%-18s %8u %7u %9lu %9lu %8lu %7.2f%% %7.2f%% %7.2f%% "
		       "%7.2f%% %8lu %7.3f%%\n",
		       row->name, row->nr, row->given_up,
		       row->nr ? row->states / row->nr : 0, row->forbidden,
		       row->allowed, percent(row->shown, row->allowed),
		       percent(row->nm1, row->allowed),
		       percent(row->nm2, row->allowed),
		       percent(row->own, row->allowed), row->other,
		       percent(row->other, should));
	}
	return forbidden;
}

int main(int argc, char **argv)
{
	u64 arg[2] = { PROGRAMS, 1 };
	u32 nr = 0, too_large = 0;
	struct timespec begin, end;
	u64 forbidden;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--missed"))
			show_missed = true;
		else if (nr < 2)
			arg[nr++] = strtoull(argv[i], NULL, 0);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	for (u64 i = 0; i < arg[0]; i++)
		too_large += !run_program(arg[1] * 1000000 + i, i % 3 == 2);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	forbidden = report();
	printf("%u programs too large, %u states on which models disagree, "
	       "%.1f seconds of CPU time\n", too_large, nr_disordered,
	       (double)(end.tv_sec - begin.tv_sec) +
	       (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
	return forbidden || nr_disordered;
}
