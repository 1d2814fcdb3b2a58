/* SPDX-License-Identifier: MIT */
/*
 * x86_pae - three levels, 32-bit machine: a 64-bit entry is two accesses
 * (R-T32-1, R-T32-2); only locked instructions and the page walker take both
 * halves at once (R-T32-3, R-T32-4)
 *
 * Basis: Intel SDM volume 3, 4.4 (PAE paging).
 * Not modelled: the four top entries are read like any others, they are not
 * latched at MOV CR3 (R-T32-6); nothing here changes them.
 */
#define FMT		fmt_x86_pae
#define HUGE_LEVEL_MAX	2	/* table 4-9: 2 MiB */
#define RIGHTS_LEVEL_MAX	2	/* table 4-8: none in the top entries */
#include "x86.h"

const struct fmt fmt_x86_pae = {
	.name = "x86_pae",
	.summary = "PAE: 3 levels, 64-bit entries on a 32-bit machine",
	.word = 4,
	.levels = 3,
	.level_name = { "", "pte", "pmd", "pgd" },
	.models = { "sc", "tso32" },
	X86_FMT_OPS
};
