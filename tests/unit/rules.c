/* SPDX-License-Identifier: MIT */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATES_MAX	200000

/* --- which rule to drop --------------------------------------------------- */

static const char *const names[] = {
#define NAME(r) "R_" #r,
	RULES(NAME)
#undef NAME
};

static void usage(const char *text)
{
	fprintf(stderr, "%s\nusage: [--list | --drop=<rule> | --drop=none]\n", text);
	exit(2);
}

static void drop(const char *name)
{
#ifdef INTERLEAF_DROP_RULES
	if (!strcmp(name, "none"))
		return;
	for (u32 i = 0; i < R_NR; i++)
		if (!strcmp(names[i], name)) {
			rule_dropped = (enum rule)i;
			return;
		}
	usage("unknown rule");
#else
	(void)name;
	usage("this build cannot drop rules");
#endif
}

void rules_drop(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		for (u32 i = 0; i < R_NR; i++)
			puts(names[i]);
		exit(0);
	}
	if (argc == 2 && !strncmp(argv[1], "--drop=", 7))
		drop(argv[1] + 7);
	else if (argc > 1)
		usage("unknown argument");
}

/* --- litmus --------------------------------------------------------------- */

const struct lit_machine base = { .model = "weak" };
const struct lit_machine ets2 = { .model = "weak", .ets = 2 };
const struct lit_machine ets3 = { .model = "weak", .ets = 3 };
const struct lit_machine simple = { .model = "weak", .ets = 2,
				    .simple_inv = true };

static struct lit_test test;
static u32 nr_yes, nr_no;

static void count(const struct lit_final *f, void *arg)
{
	(void)arg;
	if (lit_holds(&test, f))
		nr_yes++;
	else
		nr_no++;
}

enum lit_verdict litmus_verdict(const struct lit_machine *m, const char *text)
{
	static char buf[4096];
	const char *at = buf;
	char err[160];
	u32 line = 1;
	u64 states;

	snprintf(buf, sizeof(buf), "litmus rule\narch arm64\n%s\n", text);
	if (lit_read_text("rule", &at, &line, &test, err, sizeof(err)))
		fail_msg("%s", err);
	nr_yes = nr_no = 0;
	if (!lit_explore(&test, m, STATES_MAX, count, NULL, &states))
		fail_msg("more than %d states", STATES_MAX);
	if (!nr_yes)
		return LIT_V_NEVER;
	return nr_no ? LIT_V_SOMETIMES : LIT_V_ALWAYS;
}

/* --- tables --------------------------------------------------------------- */

u32 table_of(u32 root, u32 level)
{
	return 20 + 8 * root + hw.fmt->levels - level;
}

u32 slot(u32 level)
{
	return fmt_slot(hw.fmt, frame_off(table_of(0, level)), VA_, level);
}

u64 map(u32 frame, u32 level, u32 flags)
{
	return hw.fmt->mk_leaf(frame_pfn(frame), level, flags);
}

u64 link_to(u32 level)
{
	return hw.fmt->mk_table(frame_pfn(table_of(0, level - 1)), level);
}

void tables(const char *model, const struct fmt *f)
{
	lab_setup(model);
	hw.fmt = f;
	hw.root = frame_off(table_of(0, f->levels));
	memset(mem_ptr(hw.root), 0, f->levels << FRAME_LG2);
	for (u32 l = f->levels; l > 1; l--)
		mem_poke(slot(l), link_to(l), 8);
	for (u32 i = 0; i < 16; i++) {
		mem_poke(frame_off(PAGE_A + i), DATA_A + i, 8);
		mem_poke(frame_off(PAGE_B + i), DATA_B + i, 8);
	}
}

u64 load(u64 va)
{
	return 1 + mmu_access(va, false, &r[0]);
}

u64 store(u64 va)
{
	u64 val = 0x5a;

	return 1 + mmu_access(va, true, &val);
}

void invalidate(const struct tlb_scope *s)
{
	tlb_invalidate_scope(sim.cur, s, false);
}
