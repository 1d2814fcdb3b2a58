/* SPDX-License-Identifier: MIT */
/* R-INV: what an invalidation takes away, where, and from when on. */
#include "rules.h"

static bool old_page(void) { return r[0] == DATA_A; }

/*
 * P0 takes the entry away and tells P1, which comes after it by its fences:
 * does its access still go through?
 */
#define SHOOTDOWN(invalidation, fences)					\
	"init pte(x) = page(x)\n"					\
	"thread P0\n"							\
	"	store pte(x), page(x, valid=0)\n"			\
	"	dsb\n"							\
	invalidation							\
	"	store z, 1\n"						\
	"thread P1\n"							\
	"	r0 = load z\n"						\
	fences								\
	"	r1 = load x\n"						\
	"exists P1:r0 = 1 /\\ ~fault(P1, x)"

#define ORDERED	"dsb\n isb\n"

static void r_inv_1_a_broadcast_reaches_all(void **state)
{
	(void)state;
	litmus_sometimes(base, SHOOTDOWN("", ORDERED));
	litmus_never(base, SHOOTDOWN("tlbi x\n dsb\n", ORDERED));
}

/* --- scope ---------------------------------------------------------------- */

static struct tlb_scope scope;

/* The page is replaced, or the table that leads to it. */
static void replace_and_invalidate(void)
{
	WRITE_ONCE(*PTE, map(PAGE_B, 1, RW));
	invalidate(&scope);
	r[1] = load(VA_);
}

static void unlink_and_invalidate(void)
{
	WRITE_ONCE(*PMD, 0);
	invalidate(&scope);
	r[1] = load(VA_);
}

static bool old_after(void (*change)(void), struct tlb_scope s)
{
	tables("sc", &fmt_arm64);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	scope = s;
	CAST(change);
	return lab_ever(old_page);
}

#define HERE		.start = VA_, .end = VA_ + 1
#define ELSEWHERE	.start = VA_ + NEXT, .end = VA_ + NEXT + 1

#define LEAF_AFTER(...)		\
	old_after(replace_and_invalidate, (struct tlb_scope){ __VA_ARGS__ })
#define TABLE_AFTER(...)	\
	old_after(unlink_and_invalidate, (struct tlb_scope){ __VA_ARGS__ })

static void r_inv_2_addresses(void **state)
{
	(void)state;
	assert_false(LEAF_AFTER(HERE, .asid = ASID_ALL));
	assert_true(LEAF_AFTER(ELSEWHERE, .asid = ASID_ALL));
}

static void r_inv_2_tags(void **state)
{
	(void)state;
	assert_false(LEAF_AFTER(HERE, .asid = 0));
	assert_true(LEAF_AFTER(HERE, .asid = 5));
}

static void r_inv_2_last_level_only(void **state)
{
	(void)state;
	assert_false(LEAF_AFTER(HERE, .asid = ASID_ALL, .leaf = true));
	assert_false(TABLE_AFTER(HERE, .asid = ASID_ALL));
	assert_true(TABLE_AFTER(HERE, .asid = ASID_ALL, .leaf = true));
}

/* A wrong hint may take nothing away. */
static void r_inv_2_level_hints(void **state)
{
	(void)state;
	assert_false(LEAF_AFTER(HERE, .asid = ASID_ALL, .level = 1));
	assert_true(LEAF_AFTER(HERE, .asid = ASID_ALL, .level = 2));
}

/* --- where and when ------------------------------------------------------- */

static void r_inv_3_a_local_one_does_nothing_for_others(void **state)
{
	(void)state;
	litmus_sometimes(base, SHOOTDOWN("tlbi.local x\n dsb\n", ORDERED));
}

/* y maps the same page: P0 looks whether P1's store is visible. */
static void r_inv_4_stores_through_the_old_entry_come_first(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(x), pte(y) = page(x)\n"
		"thread P0\n"
		"	store pte(x), page(x, valid=0)\n"
		"	dsb\n"
		"	tlbi x\n"
		"	dsb\n"
		"	r0 = load y\n"
		"thread P1\n"
		"	store x, 1\n"
		"exists P0:r0 = 0 /\\ x = 1");
}

static void r_inv_4b_so_do_faults_of_the_old_entry(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(x, valid=0)\n"
		"thread P0\n"
		"	store pte(x), page(x)\n"
		"	dsb\n"
		"	tlbi x\n"
		"	dsb\n"
		"	store z, 1\n"
		"thread P1\n"
		"	r0 = load z\n"
		"	rmb\n"
		"	r1 = load x\n"
		"exists P1:r0 = 1 /\\ fault(P1, x)");
}

#define OWN_SHOOTDOWN(first, last)					\
	"init pte(x) = page(x)\n"					\
	"thread P0\n"							\
	"	store pte(x), page(x, valid=0)\n"			\
	first								\
	"	tlbi x\n"						\
	last								\
	"	r0 = load x\n"						\
	"exists ~fault(P0, x)"

static void r_inv_5_the_issuer_itself_needs_dsb_and_isb(void **state)
{
	(void)state;
	litmus_sometimes(base, OWN_SHOOTDOWN("dsb\n", "dsb\n"));
	litmus_never(base, OWN_SHOOTDOWN("dsb\n", "dsb\n isb\n"));
	litmus_never(ets2, OWN_SHOOTDOWN("dsb\n", "dsb\n"));
}

/* Executed before the invalidation came, though later in program order. */
static void r_inv_6_an_early_access_used_the_old_entry(void **state)
{
	(void)state;
	litmus_sometimes(base, SHOOTDOWN("tlbi x\n dsb\n", ""));
	litmus_never(base, SHOOTDOWN("tlbi x\n dsb\n", "rmb\n"));
}

static void r_inv_6s_but_not_where_it_is_simple(void **state)
{
	(void)state;
	litmus_never(simple, SHOOTDOWN("tlbi x\n dsb\n", ""));
}

static void r_inv_7_the_store_may_become_visible_after_it(void **state)
{
	(void)state;
	litmus_sometimes(base, OWN_SHOOTDOWN("", "dsb\n isb\n"));
	litmus_sometimes(base, OWN_SHOOTDOWN("wmb\n", "dsb\n isb\n"));
	litmus_never(base, OWN_SHOOTDOWN("dsb.st\n", "dsb\n isb\n"));
}

static void r_inv_8_nothing_is_over_before_a_dsb(void **state)
{
	(void)state;
	litmus_sometimes(base, SHOOTDOWN("tlbi x\n", ORDERED));
	litmus_sometimes(base, SHOOTDOWN("tlbi x\n dsb.st\n", ORDERED));
}

/* --- x86 ------------------------------------------------------------------ */

static void unlink_and_invlpg_elsewhere(void)
{
	WRITE_ONCE(*PMD, 0);
	tlb_invalidate(sim.cur, 0x40000000, 0x40001000);
	r[1] = load(VA_);
}

static void unlink_and_tlbi_elsewhere(void)
{
	hw.flush = FLUSH_BROADCAST;
	unlink_and_invlpg_elsewhere();
}

static void r_inv_9_invlpg_takes_all_that_leads_to_tables(void **state)
{
	(void)state;
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	CAST(unlink_and_invlpg_elsewhere);
	expect_never(old_page);
	CAST(unlink_and_tlbi_elsewhere);
	expect_sometimes(old_page);
}

/* One invalidation for many changes, late: nothing special. */
#define BATCH(point)							\
	"init pte(x) = page(x), pte(y) = page(y)\n"			\
	"thread P0\n"							\
	"	store pte(x), page(x, valid=0)\n"			\
	"	wmb\n"							\
	"	store pte(y), page(y, valid=0)\n"			\
	"	dsb\n"							\
	"	tlbi all\n"						\
	"	dsb\n"							\
	"	store z, 1\n"						\
	"thread P1\n"							\
	"	r0 = load " point "\n"					\
	"	dsb\n"							\
	"	isb\n"							\
	"	r1 = load x\n"						\
	"exists P1:r0 = "

static void r_inv_10_a_deferred_flush_ends_it_not_the_change(void **state)
{
	(void)state;
	litmus_sometimes(base, BATCH("pte(y)")
			 "page(y, valid=0) /\\ ~fault(P1, x)");
	litmus_never(base, BATCH("z") "1 /\\ ~fault(P1, x)");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_inv_1_a_broadcast_reaches_all),
		cmocka_unit_test(r_inv_2_addresses),
		cmocka_unit_test(r_inv_2_tags),
		cmocka_unit_test(r_inv_2_last_level_only),
		cmocka_unit_test(r_inv_2_level_hints),
		cmocka_unit_test(r_inv_3_a_local_one_does_nothing_for_others),
		cmocka_unit_test(r_inv_4_stores_through_the_old_entry_come_first),
		cmocka_unit_test(r_inv_4b_so_do_faults_of_the_old_entry),
		cmocka_unit_test(r_inv_5_the_issuer_itself_needs_dsb_and_isb),
		cmocka_unit_test(r_inv_6_an_early_access_used_the_old_entry),
		cmocka_unit_test(r_inv_6s_but_not_where_it_is_simple),
		cmocka_unit_test(r_inv_7_the_store_may_become_visible_after_it),
		cmocka_unit_test(r_inv_8_nothing_is_over_before_a_dsb),
		cmocka_unit_test(r_inv_9_invlpg_takes_all_that_leads_to_tables),
		cmocka_unit_test(r_inv_10_a_deferred_flush_ends_it_not_the_change),
	};

	rules_drop(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
