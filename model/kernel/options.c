/* SPDX-License-Identifier: MIT */
/* What kind of kernel a run has, and where its own variables are. */
#include <string.h>

#include "../include/linux/mm_inline.h"
#include "../include/linux/mmap_lock.h"
#include "kernel.h"
#include "vars.h"

struct kernel_options kernel;

static const char *const step_names[STEP_NR] = {
	[STEP_LAZY_FLUSH] = "lazy-flush",
	[STEP_PCID_FLUSH] = "pcid-flush",
	[STEP_MASK_FIRST] = "mask-first",
	[STEP_ROLLOVER_FLUSH] = "rollover-flush",
	[STEP_SWITCH_DSB] = "switch-dsb",
	[STEP_TLBIE_FIXUP] = "tlbie-fixup",
};

const char *kernel_step_name(enum kernel_step step)
{
	return step < STEP_NR ? step_names[step] : "?";
}

bool vma_locks_in_use(void)
{
	return kernel.vma_locks;
}

bool tlb_flush_pending_in_use(void)
{
	return kernel.flush_pending;
}

void kernel_setup(void)
{
	kernel = (struct kernel_options){ 0 };
	memset(kvars, 0, sizeof(*kvars));
	kvars->asid_generation.counter = ASID_FIRST_VERSION;
}
