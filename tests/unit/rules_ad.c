/* SPDX-License-Identifier: MIT */
/* R-AD: accessed and dirty bits that hardware sets. */
#include "rules.h"

/* Bits of the manuals. */
#define X86_ACCESSED	0x20UL
#define ARM64_ACCESSED	0x400UL

static u64 now(u32 level) { return mem_peek(slot(level), 8); }

static bool went_through(void) { return r[1] == OK; }
static bool faulted(void) { return r[1] == FAULT; }

static void just_load(void) { r[1] = load(VA_); }
static void just_store(void) { r[1] = store(VA_); }

/* --- accessed ------------------------------------------------------------- */

/* P0 has used the entry when P1 looks. */
#define ACCESSED_LATE(fence)						\
	"ha P0\n"							\
	"init pte(x) = page(x, af=0)\n"					\
	"thread P0\n"							\
	"	r0 = load x\n"						\
	fence								\
	"	store y, 1\n"						\
	"thread P1\n"							\
	"	r0 = load y\n"						\
	"	rmb\n"							\
	"	r1 = load pte(x)\n"					\
	"exists P1:r0 = 1 /\\ P1:r1 = page(x, af=0)"

static bool table_not_accessed(void) { return !(now(2) & X86_ACCESSED); }
static bool page_not_accessed(void) { return !(now(1) & X86_ACCESSED); }

static void r_ad_1_an_access_sets_accessed(void **state)
{
	(void)state;
	litmus_never(base, ACCESSED_LATE("dsb\n"));
	/* x86: of entries that lead to tables, too. */
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, 0), 8);
	mem_poke(slot(2), link_to(2) & ~X86_ACCESSED, 8);
	CAST(just_load);
	expect_never(page_not_accessed);
	expect_never(table_not_accessed);
}

static void r_ad_1_or_faults_where_the_agent_does_not(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(x, af=0)\n"
		"thread P0\n"
		"	r0 = load x\n"
		"exists ~fault(P0, x, access)");
}

/* It is set, cleared by P1, and set again: nobody accesses x. */
static void r_ad_2_speculation_sets_accessed_any_time(void **state)
{
	(void)state;
	litmus_sometimes(base,
		"ha all\n"
		"init pte(x) = page(x, af=0)\n"
		"thread P0\n"
		"	r0 = load pte(x)\n"
		"	dsb\n"
		"	r1 = load pte(x)\n"
		"	dsb\n"
		"	r2 = load pte(x)\n"
		"thread P1\n"
		"	r0 = swp pte(x), page(x, af=0)\n"
		"exists P0:r0 = page(x) /\\ P0:r1 = page(x, af=0) /\\\n"
		"	P0:r2 = page(x)");
}

static void take_and_store(void)
{
	r[2] = xchg(PTE, 0);
	r[1] = store(VA_);
}

static bool is_back(void) { return now(1); }

/* The clean entry may be cached, but it cannot be made dirty any more. */
static void r_ad_3_an_update_is_of_the_entry_that_is_there(void **state)
{
	(void)state;
	litmus_never(base,
		"hd P1\n"
		"init pte(x) = page(x, db=0, dbm=1)\n"
		"thread P0\n"
		"	store pte(x), page(y, db=0, dbm=1)\n"
		"thread P1\n"
		"	store x, 1\n"
		"exists pte(x) = page(x, dbm=1)");
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, CLEAN), 8);
	CAST(take_and_store);
	expect_never(is_back);
}

/* --- dirty ---------------------------------------------------------------- */

static void r_ad_4_dirty_comes_with_a_store_only(void **state)
{
	(void)state;
	litmus_never(base,
		"hd all\n"
		"init pte(x) = page(x, db=0, dbm=1)\n"
		"thread P0\n"
		"	r0 = load x\n"
		"thread P1\n"
		"	r0 = load pte(x)\n"
		"exists P1:r0 = page(x, dbm=1)");
	/* Nor with one that then does not happen. */
	litmus_never(base,
		"hd all\n"
		"init pte(x) = page(x, db=0, dbm=1)\n"
		"thread P0\n"
		"	store x, 1\n"
		"thread P1\n"
		"	r0 = swp pte(x), page(x, valid=0)\n"
		"exists P1:r0 = page(x, dbm=1) /\\ x = 0");
}

static void r_ad_5_never_dirty_without_accessed(void **state)
{
	(void)state;
	litmus_never(base,
		"hd P0\n"
		"init pte(x) = page(x, af=0, db=0, dbm=1)\n"
		"thread P0\n"
		"	store x, 1\n"
		"thread P1\n"
		"	r0 = load pte(x)\n"
		"exists P1:r0 = page(x, af=0, dbm=1)");
}

static void r_ad_6_an_update_may_be_late_but_not_behind_a_dsb(void **state)
{
	(void)state;
	litmus_sometimes(base, ACCESSED_LATE("mb\n"));
	litmus_sometimes(base, ACCESSED_LATE("dsb.ld\n"));
	litmus_never(base, ACCESSED_LATE("dsb\n"));
}

#define CLEAN_AND_STORE(invalidation)					\
	"hd all\n"							\
	"init pte(x) = page(x, dbm=1)\n"				\
	"thread P0\n"							\
	"	store pte(x), page(x, db=0, dbm=1)\n"			\
	"	dsb\n"							\
	invalidation							\
	"	isb\n"							\
	"	store x, 1\n"						\
	"exists x = 1 /\\ pte(x) = page(x, db=0, dbm=1)"

static void r_ad_7_a_cached_dirty_entry_leaves_no_trace(void **state)
{
	(void)state;
	litmus_sometimes(base, CLEAN_AND_STORE(""));
	litmus_never(base, CLEAN_AND_STORE("tlbi x\n dsb\n"));
}

/* --- contiguous ----------------------------------------------------------- */

static u32 first(void) { return slot(1) & ~31u; }

/* VA_ is the second of four; the third may differ. */
static void setup_group(u32 flags, u32 third)
{
	tables("sc", &fmt_arm64);
	for (u32 n = 0; n < 4; n++)
		mem_poke(first() + 8 * n,
			 map(PAGE_A + n, 1, FMT_CONT | (n == 2 ? third : flags)),
			 8);
}

static u32 nr_dirty(void)
{
	u32 n = 0;

	for (u32 i = 0; i < 4; i++)
		n += hw.fmt->dirty(mem_peek(first() + 8 * i, 8));
	return n;
}

static bool own_is_clean(void) { return !hw.fmt->dirty(now(1)); }
static bool not_one_dirty(void) { return went_through() && nr_dirty() != 1; }

static void r_ad_8_one_member_is_updated_whichever_was_read(void **state)
{
	(void)state;
	setup_group(CLEAN, CLEAN);
	hw.ha = hw.hd = 1;
	CAST(just_store);
	expect_never(not_one_dirty);
	expect_sometimes(own_is_clean);
}

static void r_ad_8_none_if_one_is_dirty_already(void **state)
{
	(void)state;
	setup_group(CLEAN, RW);
	hw.ha = hw.hd = 1;
	CAST(just_store);
	expect_sometimes(own_is_clean);
}

/* No HD: all but the third are dirty, so is their OR. */
static void r_ad_9_an_entry_is_judged_by_itself(void **state)
{
	(void)state;
	setup_group(RW, CLEAN);
	CAST(just_store);
	expect_sometimes(went_through);
	expect_sometimes(faulted);
}

/* --- faults, tables ------------------------------------------------------- */

static u64 before;

static bool changed_by_a_fault(void)
{
	return faulted() && now(1) != before;
}

static void r_ad_10_x86_sets_nothing_on_the_way_to_a_fault(void **state)
{
	(void)state;
	tables("sc", &fmt_x86_64);
	before = map(PAGE_A, 1, 0);
	mem_poke(slot(1), before, 8);
	CAST(just_store);
	expect_sometimes(faulted);
	expect_never(changed_by_a_fault);
}

static void unlink_and_load(void)
{
	WRITE_ONCE(*PMD, 0);
	r[1] = load(VA_);
}

static void setup_haft(bool haft)
{
	tables("sc", &fmt_arm64);
	hw.ha = 1;
	hw.haft = haft;
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	mem_poke(slot(2), link_to(2) & ~ARM64_ACCESSED, 8);
}

static bool table_is_young(void) { return now(2) & ARM64_ACCESSED; }
static bool table_is_old(void) { return !table_is_young(); }

static void r_ad_11_a_table_not_accessed_is_not_cached(void **state)
{
	(void)state;
	setup_haft(false);
	CAST(unlink_and_load);
	expect_sometimes(went_through);
	setup_haft(true);
	CAST(unlink_and_load);
	expect_never(went_through);
}

static void r_ad_11_and_becomes_accessed_when_used(void **state)
{
	(void)state;
	setup_haft(false);
	CAST(just_load);
	expect_never(table_is_young);
	setup_haft(true);
	CAST(just_load);
	expect_never(table_is_old);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_ad_1_an_access_sets_accessed),
		cmocka_unit_test(r_ad_1_or_faults_where_the_agent_does_not),
		cmocka_unit_test(r_ad_2_speculation_sets_accessed_any_time),
		cmocka_unit_test(r_ad_3_an_update_is_of_the_entry_that_is_there),
		cmocka_unit_test(r_ad_4_dirty_comes_with_a_store_only),
		cmocka_unit_test(r_ad_5_never_dirty_without_accessed),
		cmocka_unit_test(r_ad_6_an_update_may_be_late_but_not_behind_a_dsb),
		cmocka_unit_test(r_ad_7_a_cached_dirty_entry_leaves_no_trace),
		cmocka_unit_test(r_ad_8_one_member_is_updated_whichever_was_read),
		cmocka_unit_test(r_ad_8_none_if_one_is_dirty_already),
		cmocka_unit_test(r_ad_9_an_entry_is_judged_by_itself),
		cmocka_unit_test(r_ad_10_x86_sets_nothing_on_the_way_to_a_fault),
		cmocka_unit_test(r_ad_11_a_table_not_accessed_is_not_cached),
		cmocka_unit_test(r_ad_11_and_becomes_accessed_when_used),
	};

	rules_drop(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
