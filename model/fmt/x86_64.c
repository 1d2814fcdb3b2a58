/* SPDX-License-Identifier: MIT */
/*
 * x86_64 - four or five levels, 64-bit machine: an entry is loaded and stored
 * at once
 *
 * Basis: Intel SDM volume 3, 4.5 (4-level and 5-level paging).
 */
#define FMT		fmt_x86_64
#define HUGE_LEVEL_MAX	3	/* table 4-16: 1 GiB */
#define RIGHTS_LEVEL_MAX	5
#include "x86.h"

const struct fmt fmt_x86_64 = {
	.name = "x86_64",
	.summary = "4-level paging, 64-bit entries accessed at once",
	.word = 8,
	.levels = 4,
	.level_name = { "", "pte", "pmd", "pud", "pgd" },
	.models = { "sc", "tso" },
	X86_FMT_OPS
};

const struct fmt fmt_x86_64_la57 = {
	.name = "x86_64_la57",
	.summary = "5-level paging, 64-bit entries accessed at once",
	.word = 8,
	.levels = 5,
	.level_name = { "", "pte", "pmd", "pud", "p4d", "pgd" },
	.models = { "sc", "tso" },
	X86_FMT_OPS
};
