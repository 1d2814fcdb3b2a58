/* SPDX-License-Identifier: MIT */
/* R-CONT, R-BBM: one entry for a group, and entries that contradict. */
#include "rules.h"

/* Four make a group; VA_ is the second of its own. */
#define MEMBER(n)	((volatile u64 *)mem_ptr((slot(1) & ~31u) + 8 * (n)))
#define OWN	1
#define OTHER	2
#define CONT	FMT_CONT

static u64 member(u32 page, u32 n, u32 flags)
{
	return fmt_arm64.mk_leaf(frame_pfn(page + n), 1, flags);
}

/* Members other than the own one; it is the test's. */
static void setup(u64 own, u32 flags)
{
	tables("sc", &fmt_arm64);
	for (u32 n = 0; n < 4; n++)
		mem_poke((slot(1) & ~31u) + 8 * n,
			 n == OWN ? own : member(PAGE_A, n, flags), 8);
}

static void just_load(void) { r[1] = load(VA_); }
static void just_store(void) { r[1] = store(VA_); }

static bool went_through(void) { return r[1] == OK; }
static bool faulted(void) { return r[1] == FAULT; }
static bool page_a(void) { return r[0] == DATA_A + OWN; }
static bool page_b(void) { return r[0] == DATA_B + OWN; }
static bool neither(void) { return !faulted() && !page_a() && !page_b(); }
static bool a_through_another(void) { return page_a(); }

/* --- groups --------------------------------------------------------------- */

static void r_cont_1_any_member_gives_the_page_of_the_address(void **state)
{
	(void)state;
	setup(member(PAGE_A, OWN, RW | CONT), RW | CONT);
	CAST(just_load);
	expect_sometimes(page_a);
	expect_never(neither);
}

static void r_cont_2_any_member_may_be_the_one_that_is_read(void **state)
{
	(void)state;
	setup(0, RW | CONT);
	CAST(just_load);
	expect_sometimes(a_through_another);
	expect_sometimes(faulted);
	setup(0, RW);
	CAST(just_load);
	expect_never(a_through_another);
}

static void r_cont_3_also_for_one_that_is_not_contiguous(void **state)
{
	(void)state;
	setup(member(PAGE_A, OWN, RW), RO | CONT);
	CAST(just_store);
	expect_sometimes(went_through);
	expect_sometimes(faulted);
}

/* Bit 52 of what is not valid, of a swap entry say, is not that bit. */
static void r_cont_3_what_is_not_valid_does_not_count(void **state)
{
	(void)state;
	setup(member(PAGE_A, OWN, RW | CONT), RW | CONT);
	for (u32 n = 0; n < 4; n++)
		if (n != OWN)
			mem_poke((slot(1) & ~31u) + 8 * n,
				 member(PAGE_A, n, RW | CONT) & ~1UL, 8);
	CAST(just_load);
	expect_never(faulted);
}

static void r_cont_4_members_that_differ_give_either(void **state)
{
	(void)state;
	setup(member(PAGE_B, OWN, RW | CONT), RW | CONT);
	CAST(just_load);
	expect_sometimes(page_a);
	expect_sometimes(page_b);
	expect_never(neither);
}

/* The others are not contiguous any more; one may still be cached so. */
static void unfold(void)
{
	WRITE_ONCE(*MEMBER(OWN), member(PAGE_B, OWN, RW));
	for (u32 n = 0; n < 4; n++)
		if (n != OWN)
			WRITE_ONCE(*MEMBER(n), member(PAGE_A, n, RW));
}

static void unfold_and_load(void)
{
	unfold();
	just_load();
}

static void unfold_invalidate_and_load(void)
{
	unfold();
	INVALIDATE(.start = VA_ - NEXT, .end = VA_ + 3 * NEXT,
		   .asid = ASID_ALL);
	just_load();
}

static void r_cont_5_what_is_cached_of_a_group_counts_too(void **state)
{
	(void)state;
	setup(0, RW | CONT);
	CAST(unfold_and_load);
	expect_sometimes(a_through_another);
	CAST(unfold_invalidate_and_load);
	expect_never(a_through_another);
	expect_sometimes(page_b);
}

static void clear_group(void)
{
	for (u32 n = 0; n < 4; n++)
		WRITE_ONCE(*MEMBER(n), 0);
}

static void clear_and_invalidate_another_page(void)
{
	clear_group();
	INVALIDATE(.start = VA_ + NEXT, .end = VA_ + 2 * NEXT,
		   .asid = ASID_ALL);
	just_load();
}

static void clear_and_invalidate_the_page(void)
{
	clear_group();
	INVALIDATE(.start = VA_, .end = VA_ + NEXT, .asid = ASID_ALL);
	just_load();
}

static void r_cont_6_each_page_of_a_group_must_be_invalidated(void **state)
{
	(void)state;
	setup(member(PAGE_A, OWN, RW | CONT), RW | CONT);
	CAST(clear_and_invalidate_another_page);
	expect_sometimes(page_a);
	CAST(clear_and_invalidate_the_page);
	expect_never(page_a);
}

/* --- break-before-make ---------------------------------------------------- */

static void r_bbm_1_the_sequence_leaves_no_way_back(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(a), a = 1, b = 2\n"
		"thread P0\n"
		"	store pte(x), page(a, valid=0)\n"
		"	dsb\n"
		"	tlbi x\n"
		"	dsb\n"
		"	store pte(x), page(b)\n"
		"thread P1\n"
		"	r0 = load x\n"
		"	r1 = load x\n"
		"exists P1:r0 = 2 /\\ P1:r1 = 1");
}

static void r_bbm_4_without_it_either_is_used(void **state)
{
	(void)state;
	litmus_sometimes(base,
		"init pte(x) = page(a), a = 1, b = 2\n"
		"thread P0\n"
		"	store pte(x), page(b)\n"
		"thread P1\n"
		"	r0 = load x\n"
		"	r1 = load x\n"
		"exists P1:r0 = 2 /\\ P1:r1 = 1");
}

static bool stored(u32 frame)
{
	return mem_peek(frame_off(frame), 8) == 0x5a;
}

/* A was never writable; it is readable, and so is B. */
static bool stored_to_a(void) { return stored(PAGE_A); }
static bool stored_to_b(void) { return stored(PAGE_B); }
static bool load_aborted(void) { return r[2] == FAULT; }

static void access(void)
{
	r[1] = store(VA_);
	r[2] = load(VA_);
}

static void replace_and_access(void)
{
	WRITE_ONCE(*PTE, map(PAGE_B, 1, RW));
	access();
}

static void break_make_and_access(void)
{
	WRITE_ONCE(*PTE, 0);
	INVALIDATE(.start = VA_, .end = VA_ + 1, .asid = ASID_ALL);
	WRITE_ONCE(*PTE, map(PAGE_B, 1, RW));
	access();
}

static void setup_replace(bool mixes)
{
	tables("sc", &fmt_arm64);
	mem_poke(slot(1), map(PAGE_A, 1, RO), 8);
	hw.mixes = mixes;
}

static void r_bbm_4_or_parts_of_both_or_neither(void **state)
{
	(void)state;
	setup_replace(true);
	CAST(replace_and_access);
	expect_sometimes(stored_to_a);
	expect_sometimes(stored_to_b);
	expect_sometimes(load_aborted);
	CAST(break_make_and_access);
	expect_never(stored_to_a);
	expect_never(load_aborted);
	setup_replace(false);
	CAST(replace_and_access);
	expect_never(stored_to_a);
	expect_never(load_aborted);
}

#define WRITE_PROTECT(invalidation)					\
	"init pte(x) = page(x)\n"					\
	"thread P0\n"							\
	"	store pte(x), page(x, db=0)\n"				\
	"	dsb\n"							\
	invalidation							\
	"	isb\n"							\
	"	store x, 1\n"						\
	"exists ~fault(P0, x)"

static void r_bbm_5_rights_alone_take_an_invalidation_only(void **state)
{
	(void)state;
	litmus_sometimes(base, WRITE_PROTECT(""));
	litmus_never(base, WRITE_PROTECT("tlbi x\n dsb\n"));
}

static void table_to_huge(void)
{
	WRITE_ONCE(*PMD, map(PAGE_B, 2, RW));
	r[1] = load(VA_);
}

static bool small_page(void) { return r[0] == DATA_A; }
static bool huge_page(void) { return r[0] == DATA_B + (VA_ >> 12) % 4; }
static bool no_page(void) { return !small_page() && !huge_page(); }

static void r_bbm_6_x86_uses_either_size(void **state)
{
	(void)state;
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, RW), 8);
	CAST(table_to_huge);
	expect_sometimes(small_page);
	expect_sometimes(huge_page);
	expect_never(no_page);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_cont_1_any_member_gives_the_page_of_the_address),
		cmocka_unit_test(r_cont_2_any_member_may_be_the_one_that_is_read),
		cmocka_unit_test(r_cont_3_also_for_one_that_is_not_contiguous),
		cmocka_unit_test(r_cont_3_what_is_not_valid_does_not_count),
		cmocka_unit_test(r_cont_4_members_that_differ_give_either),
		cmocka_unit_test(r_cont_5_what_is_cached_of_a_group_counts_too),
		cmocka_unit_test(r_cont_6_each_page_of_a_group_must_be_invalidated),
		cmocka_unit_test(r_bbm_1_the_sequence_leaves_no_way_back),
		cmocka_unit_test(r_bbm_4_without_it_either_is_used),
		cmocka_unit_test(r_bbm_4_or_parts_of_both_or_neither),
		cmocka_unit_test(r_bbm_5_rights_alone_take_an_invalidation_only),
		cmocka_unit_test(r_bbm_6_x86_uses_either_size),
	};

	rules_drop(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
