/* SPDX-License-Identifier: MIT */
/*
 * x86_64 - four levels, 64-bit machine: an entry is loaded and stored at once
 *
 * Basis: Intel SDM volume 3, 4.5 (4-level paging).
 */
#define FMT	fmt_x86_64
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
