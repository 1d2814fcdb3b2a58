/* SPDX-License-Identifier: MIT */
/*
 * rules - a test for each rule of the MMU, named after it
 *
 * Shows an outcome that the rule forbids, or one that it allows, and fails when
 * the machine does not follow the rule: scripts/rules.sh drops each of
 * model/hw/rule.h in turn (--drop=R_WALK_1, of a build with
 * INTERLEAF_DROP_RULES) and looks which tests notice.
 *
 * Some rules have no line of their own in model/hw. Their tests notice when
 * what they follow from is dropped:
 *
 *	R-WALK-2	nothing: an instruction's walk belongs to its step, and
 *			steps are taken in program order
 *	R-TLB-5		R-TLB-1: choices are independent of each other
 *	R-TLB-9		R-TLB-7: entries that lead to tables are known by
 *			address only, and go with any that they lead to
 *	R-INV-10	R-TLB-1: usable until the flush, whenever that is
 *	R-BBM-1		R-TLB-6
 *	R-BBM-5		R-TLB-1, R-INV-5
 *	R-BBM-6		R-TLB-1
 *	R-CONT-4	R-CONT-2
 *	R-AD-9		R-CONT-2: an entry is judged by itself
 *	R-X86-2		R-WALK-8
 *	R-X86-3		R-TLB-4
 *	R-X86-4		R-TLB-4
 *
 * R-BBM-2 and R-BBM-3 say what software has to do: the business of an oracle.
 * Tests that say what a rule is not about (the top level of PAE, for one)
 * notice nothing; the script lists them. So do those of SMMUs that rest on
 * another rule than the one they are named after: they are run with that only.
 */
#ifndef TESTS_RULES_H
#define TESTS_RULES_H

#include "drop.h"
#include "lab.h"

#include "../../fuzz/litmus/litmus.h"

/* --- a litmus text, without its head, on arm64 --------------------------- */

/* R-INV-6 and no FEAT_ETS; with ETS2, ETS3; as scenarios have it (R-INV-6s). */
extern const struct lit_machine base, ets2, ets3, simple;

/** litmus_verdict() - of all executions of the test on @m */
enum lit_verdict litmus_verdict(const struct lit_machine *m, const char *text);

#define litmus_never(m, text)						\
	assert_int_equal(litmus_verdict(&(m), text), LIT_V_NEVER)
#define litmus_sometimes(m, text)					\
	assert_int_equal(litmus_verdict(&(m), text), LIT_V_SOMETIMES)

/* --- a CPU and its tables ------------------------------------------------- */

#define VA_	0x5000UL	/* the address that is translated */
#define NEXT	0x1000UL	/* a page further: another entry of its table */
#define PAGE_A	64		/* frames */
#define PAGE_B	80
#define DATA_A	0xaaUL		/* first word of each */
#define DATA_B	0xbbUL

/** tables() - a machine with tables of @f down to the leaf of VA_ */
void tables(const char *model, const struct fmt *f);
/** table_of() - frame of the table at @level; @root: 0, or 1: another tree */
u32 table_of(u32 root, u32 level);
/** slot() - offset of the entry at @level for VA_ */
u32 slot(u32 level);
/** map() - leaf of @frame at @level, with FMT_* flags */
u64 map(u32 frame, u32 level, u32 flags);
/** link_to() - entry at @level that leads to the table below */
u64 link_to(u32 level);

#define ENTRY(l)	((volatile u64 *)mem_ptr(slot(l)))
#define PTE		ENTRY(1)
#define PMD		ENTRY(2)

#define RW		(FMT_WRITE | FMT_DIRTY | FMT_YOUNG)
#define RO		FMT_YOUNG
#define CLEAN		(FMT_WRITE | FMT_YOUNG)

/* What an access comes to. */
#define OK		(1 + MMU_OK)
#define FAULT		(1 + MMU_FAULT)

/** load(), store() - user accesses; load() leaves what it read in r[0] */
u64 load(u64 va);
u64 store(u64 va);
/** invalidate() - here, at once */
void invalidate(const struct tlb_scope *s);
#define INVALIDATE(...)	invalidate(&(struct tlb_scope){ __VA_ARGS__ })

#endif
