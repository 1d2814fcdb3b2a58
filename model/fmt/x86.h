/* SPDX-License-Identifier: MIT */
/*
 * What x86_64.c and x86_pae.c share: same bits, different depth and word.
 */
#ifndef FMT_X86_H
#define FMT_X86_H

#include <stdio.h>

#include "fmt.h"
#include "x86_bits.h"

static bool x86_present(u64 e) { return e & X86_P; }
static bool x86_leaf(u64 e, u32 level) { return level == 1 || (e & X86_PS); }
static u64 x86_pfn(u64 e) { return (e & X86_PFN_MASK) >> FRAME_LG2; }
static bool x86_write(u64 e) { return e & X86_RW; }
static bool x86_young(u64 e) { return e & X86_A; }
static bool x86_dirty(u64 e) { return e & X86_D; }
static u64 x86_mk_young(u64 e) { return e | X86_A; }
static u64 x86_mk_dirty(u64 e) { return e | X86_A | X86_D; }

/* R-TLB-3: present and accessed, SDM 4.10.2.3 and 4.10.3.1. */
static bool x86_cacheable(u64 e)
{
	return (e & (X86_P | X86_A)) == (X86_P | X86_A);
}

static void x86_describe(u64 e, u32 level, char *buf, size_t size)
{
	if (!e)
		snprintf(buf, size, "none");
	else if (x86_leaf(e, level))
		snprintf(buf, size, "%spfn %llx %s%s%s%s",
			 e & X86_P ? "" : "not present, ",
			 (unsigned long long)x86_pfn(e),
			 e & X86_RW ? "rw" : "ro",
			 e & X86_A ? " young" : "", e & X86_D ? " DIRTY" : "",
			 level > 1 ? " huge" : "");
	else
		snprintf(buf, size, "%stable %llx",
			 e & X86_P ? "" : "not present, ",
			 (unsigned long long)x86_pfn(e));
}

#define X86_FMT_OPS						\
	.ptrs_lg2 = X86_PTRS_LG2, .dirty_bits = X86_D,		\
	.present = x86_present, .leaf = x86_leaf,		\
	.pfn = x86_pfn, .write = x86_write,			\
	.young = x86_young, .dirty = x86_dirty,			\
	.mk_young = x86_mk_young, .mk_dirty = x86_mk_dirty,	\
	.cacheable = x86_cacheable, .describe = x86_describe

#endif
