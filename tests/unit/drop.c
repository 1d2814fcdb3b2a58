/* SPDX-License-Identifier: MIT */
#include "drop.h"

#include "lab.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

void rules_drop_only(int argc, char **argv)
{
	static char filter[32];
	u32 n = 0;

	rules_drop(argc, argv);
	if (argc < 2 || !strcmp(argv[1], "--drop=none"))
		return;
	for (const char *p = argv[1] + 7; *p && n < sizeof(filter) - 3; p++)
		filter[n++] = (char)tolower(*p);
	strcpy(filter + n, "_*");
	cmocka_set_test_filter(filter);
}
