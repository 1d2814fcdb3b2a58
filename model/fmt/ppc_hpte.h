/* SPDX-License-Identifier: MIT */
/*
 * ppc_hpte - an entry of powerpc's hash page table
 *
 * Sixteen bytes, eight of them to a group; which two groups may hold an
 * address follows from a hash of it. No struct fmt: there, an entry is eight
 * bytes in a table that another entry leads to. Software fills, locks
 * (PPC_HPTE_V_LOCK) and invalidates entries as it would those of a TLB, and
 * stores the second doubleword before the first makes it valid.
 *
 * What describes Linux's page table, from which they are made, is
 * fmt_ppc_hash. Not here yet: the hash function, the look-up by hardware.
 *
 * Layout: that of ISA 2.07, which Linux also keeps its copies in.
 */
#ifndef FMT_PPC_HPTE_H
#define FMT_PPC_HPTE_H

#include "../sim/types.h"
#include "frames.h"
#include "ppc_bits.h"

struct ppc_hpte { u64 v, r; };

static inline bool ppc_hpte_valid(struct ppc_hpte h)
{
	return h.v & PPC_HPTE_V_VALID;
}

static inline bool ppc_hpte_locked(struct ppc_hpte h)
{
	return h.v & PPC_HPTE_V_LOCK;
}

/* It is in the group of the second hash. */
static inline bool ppc_hpte_secondary(struct ppc_hpte h)
{
	return h.v & PPC_HPTE_V_SECONDARY;
}

/* Of 4 KiB pages: large ones keep their size in the low bits of this field. */
static inline u64 ppc_hpte_pfn(struct ppc_hpte h)
{
	return (h.r & PPC_HPTE_R_RPN) >> FRAME_LG2;
}

static inline bool ppc_hpte_write(struct ppc_hpte h)
{
	return (h.r & PPC_HPTE_R_PP) == PPC_HPTE_PP_RW;
}

static inline bool ppc_hpte_young(struct ppc_hpte h)
{
	return h.r & PPC_HPTE_R_R;
}

static inline bool ppc_hpte_dirty(struct ppc_hpte h)
{
	return h.r & PPC_HPTE_R_C;
}

#endif
