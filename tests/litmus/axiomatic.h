/* SPDX-License-Identifier: MIT */
/*
 * axiomatic - which final states memory models allow a litmus test to have
 *
 * The other half of the differential test. The machine of model/ executes a
 * test step by step; this enumerates the executions of the same test as
 * graphs (execution.c) and judges each by the axioms of a model (models.c).
 * Nothing of the machine is used here, not even its rules: the models are
 * the published ones.
 *
 *	AX_SC	acyclic po | rf | co | fr
 *	AX_TSO	x86-TSO: all of program order but store to load
 *	AX_LKMM	the Linux kernel's memory model, tools/memory-model: coherence,
 *		atomicity, happens-before, propagation, RCU
 *	AX_ARM	Armv8, other-multi-copy-atomic, as in herd's aarch64.cat
 *
 * More models say what the machine should show, neither more nor less. It never
 * performs a store before an earlier load and is multi-copy atomic. Its own
 * stores are visible before an atomic reads them, and before a load that finds
 * only some of its bytes there; accesses to halves of one word stay in
 * order, but for a store before a load ("own"):
 *
 *	AX_TSO_OWN	AX_TSO and that
 *	AX_LKMM_RW	AX_LKMM with load-store order added
 *	AX_LKMM_MCA	AX_LKMM_RW with multi-copy atomicity added
 *	AX_LKMM_OWN	AX_LKMM_MCA and that about own stores
 *	AX_ARM_RW	AX_ARM with load-store order added
 *	AX_ARM_OWN	AX_ARM_RW and that about own stores
 *
 * Grace periods: AX_LKMM and AX_LKMM_RW have the kernel's axiom. The others are
 * multi-copy atomic, so for them the law behind it will do: each critical
 * section ends before a grace period does, or begins after that has begun.
 *
 * Mixed sizes: reads-from and coherence are relations of 4-byte halves, joined
 * to relations of accesses, so that an aligned access is single-copy atomic to
 * other CPUs. AX_ARM is then what herd's "si" makes of it. The kernel's model
 * has no mixed sizes: AX_LKMM and AX_LKMM_RW answer as AX_LKMM_MCA for such a
 * test.
 *
 * Plain accesses are taken for marked ones. A dependency through an if lasts
 * to the end of the thread, as it does for a CPU.
 *
 * Not here: page tables, interrupts, values of 1 and 2 bytes, nested read-side
 * critical sections.
 */
#ifndef TESTS_AXIOMATIC_H
#define TESTS_AXIOMATIC_H

#include "../../fuzz/litmus/litmus.h"

enum ax_model {
	AX_SC, AX_TSO, AX_TSO_OWN,
	AX_LKMM, AX_LKMM_RW, AX_LKMM_MCA, AX_LKMM_OWN,
	AX_ARM, AX_ARM_RW, AX_ARM_OWN,
	AX_MODELS,
};

#define AX_VALS		24	/* results of instructions, then locations */
#define AX_OUTCOMES	4096

/**
 * struct ax_set - final states, with who allows them
 * @nr_vals: values of a state that count, see ax_project()
 * @allowed: mask of models, BIT(AX_SC) ...
 * @shown: for the caller: mask of machines that show this state
 * @overflow: there were more than AX_OUTCOMES; the set is not complete
 */
struct ax_set {
	u32 nr, nr_vals;
	bool overflow;
	u32 allowed[AX_OUTCOMES];
	u32 shown[AX_OUTCOMES];
	u64 val[AX_OUTCOMES][AX_VALS];
	u16 bucket[2 * AX_OUTCOMES];	/* index + 1 */
};

extern const char *const ax_model_name[AX_MODELS];

/**
 * ax_allowed() - all final states that @models allow
 * @models: mask of those to judge by
 *
 * Return: false when @t is too large or has something not modelled.
 */
bool ax_allowed(const struct lit_test *t, u32 models, struct ax_set *set);

/**
 * ax_project() - the values that count: results in program order, then memory
 * Return: how many, 0 when there are too many.
 */
u32 ax_project(const struct lit_test *t, const struct lit_final *f,
	       u64 val[AX_VALS]);

/** ax_state() - a state with these values; all else of it is zero */
void ax_state(const struct lit_test *t, const u64 val[AX_VALS],
	      struct lit_final *f);

/** ax_name() - what value @n is: "P1:r3" or the name of a location */
void ax_name(const struct lit_test *t, u32 n, char *buf, size_t size);

/** ax_find() - index of the state with these values, added if it is new; -1 */
int ax_find(struct ax_set *set, const u64 val[AX_VALS]);

#endif
