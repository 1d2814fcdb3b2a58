/* SPDX-License-Identifier: MIT */
/*
 * The classical litmus tests, each with the verdict that herd7 gives for SC and
 * x86-TSO. "Never" is over all schedules there are, or a great many of them.
 */
#include "lab.h"

#define R(i, p)		(r[i] = READ_ONCE(*(p)))
#define W(p, v)		WRITE_ONCE(*(p), v)

static u64 final(volatile u64 *p)
{
	return mem_peek((u32)mem_off(p), 8);
}

/* --- SB: both miss the other's store ------------------------------------- */

static void sb0(void) { W(X, 1); R(0, Y); }
static void sb1(void) { W(Y, 1); R(1, X); }
static bool both_missed(void) { return !r[0] && !r[1]; }

static void test_sb_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0, sb1);
	expect_sometimes(both_missed);
}

static void test_sb_never_happens_under_sc(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(sb0, sb1);
	expect_never(both_missed);
}

static void sb0_mb(void) { W(X, 1); smp_mb(); R(0, Y); }
static void sb1_mb(void) { W(Y, 1); smp_mb(); R(1, X); }

static void test_sb_with_mb_never_happens(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_mb, sb1_mb);
	expect_never(both_missed);
}

static void test_one_mb_is_not_enough_for_sb(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_mb, sb1);
	expect_sometimes(both_missed);
}

static void sb0_wmb(void) { W(X, 1); smp_wmb(); R(0, Y); }
static void sb1_rmb(void) { W(Y, 1); smp_rmb(); R(1, X); }

static void test_wmb_and_rmb_do_not_help_sb(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_wmb, sb1_rmb);
	expect_sometimes(both_missed);
}

static void sb0_rmw(void) { W(X, 1); xchg(Z, 1); R(0, Y); }
static void sb1_rmw(void) { W(Y, 1); xchg(VAR(3), 1); R(1, X); }

static void test_a_locked_instruction_drains_the_buffer(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_rmw, sb1_rmw);
	expect_never(both_missed);
}

static void sb0_cas(void) { W(X, 1); (void)cmpxchg(Z, 7, 8); R(0, Y); }
static void sb1_cas(void) { W(Y, 1); (void)cmpxchg(Z, 7, 8); R(1, X); }

static void test_a_failing_cmpxchg_drains_it_as_well(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_cas, sb1_cas);
	expect_never(both_missed);
}

/* --- MP: the flag is seen, the message is not ----------------------------- */

static void mp0(void) { W(X, 1); W(Y, 1); }
static void mp1(void) { R(0, Y); R(1, X); }
static bool flag_without_message(void) { return r[0] && !r[1]; }

static void test_mp_never_happens_under_sc(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(mp0, mp1);
	expect_never(flag_without_message);
}

static void test_mp_never_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(mp0, mp1);
	expect_never(flag_without_message);
}

static void mp0_swapped(void) { W(Y, 1); W(X, 1); }

static void test_mp_in_the_wrong_order_happens(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(mp0_swapped, mp1);
	expect_sometimes(flag_without_message);
}

/* --- others --------------------------------------------------------------- */

static void lb0(void) { R(0, X); W(Y, 1); }
static void lb1(void) { R(1, Y); W(X, 1); }
static bool both_saw(void) { return r[0] && r[1]; }

static void test_lb_never_happens(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(lb0, lb1);
	expect_never(both_saw);
}

static void r0(void) { W(X, 1); W(Y, 1); }
static void r1(void) { W(Y, 2); R(0, X); }
static bool r_outcome(void) { return final(Y) == 2 && !r[0]; }

static void test_r_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(r0, r1);
	expect_sometimes(r_outcome);
}

static void test_r_never_happens_under_sc(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(r0, r1);
	expect_never(r_outcome);
}

static void s0(void) { W(X, 2); W(Y, 1); }
static void s1(void) { R(0, Y); W(X, 1); }
static bool s_outcome(void) { return r[0] && final(X) == 2; }

static void test_s_never_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(s0, s1);
	expect_never(s_outcome);
}

static void ww0(void) { W(X, 1); W(Y, 2); }
static void ww1(void) { W(Y, 1); W(X, 2); }
static bool ww_outcome(void) { return final(X) == 1 && final(Y) == 1; }

static void test_2_plus_2w_never_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(ww0, ww1);
	expect_never(ww_outcome);
}

static void wx(void) { W(X, 1); }
static void wrc1(void) { R(0, X); W(Y, 1); }
static void wrc2(void) { R(1, Y); R(2, X); }
static bool wrc_outcome(void) { return r[0] && r[1] && !r[2]; }

static void test_wrc_never_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(wx, wrc1, wrc2);
	expect_never(wrc_outcome);
}

static void wy(void) { W(Y, 1); }
static void iriw2(void) { R(0, X); R(1, Y); }
static void iriw3(void) { R(2, Y); R(3, X); }
static bool iriw_outcome(void) { return r[0] && !r[1] && r[2] && !r[3]; }

static void test_iriw_never_happens_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(wx, wy, iriw2, iriw3);
	expect_never(iriw_outcome);
}

static void corr(void) { R(0, X); R(1, X); }
static bool went_back(void) { return r[0] && !r[1]; }

static void test_no_cell_ever_goes_back(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(wx, corr);
	expect_never(went_back);
}

static void adds(void) { machine_rmw(X, 1, 8, MACHINE_ADD); }
static bool lost_update(void) { return final(X) != 2; }

static void test_atomic_additions_are_never_lost(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(adds, adds);
	expect_never(lost_update);
}

static void reads_then_writes(void)
{
	u64 val = READ_ONCE(*X);

	W(X, val + 1);
}

static void test_additions_in_two_steps_are_lost(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reads_then_writes, reads_then_writes);
	expect_sometimes(lost_update);
}

/* --- forwarding ----------------------------------------------------------- */

static void sb0_rfi(void) { W(X, 1); R(0, X); R(1, Y); }
static void sb1_rfi(void) { W(Y, 1); R(2, Y); R(3, X); }
static bool saw_own_only(void) { return r[0] && !r[1] && r[2] && !r[3]; }
static bool missed_own(void) { return !r[0] || !r[2]; }

static void test_own_stores_are_seen_before_others_see_them(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_rfi, sb1_rfi);
	expect_sometimes(saw_own_only);
}

static void test_own_stores_are_never_missed(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(sb0_rfi, sb1_rfi);
	expect_never(missed_own);
}

static void narrow_after_wide(void)
{
	W(X, 0x1122334455667788UL);
	r[0] = READ_ONCE(*HIGH(X));
	r[1] = READ_ONCE(*((volatile u8 *)X + 1));
}

static void test_part_of_a_buffered_store_is_forwarded(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(narrow_after_wide);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_int_equal(log_event(1)->flags & EVF_FORWARD, EVF_FORWARD);
	assert_int_equal(r[0], 0x11223344);
	assert_int_equal(r[1], 0x77);
}

static void wide_after_narrow(void)
{
	WRITE_ONCE(*LOW(X), 0x55);
	R(0, X);
}

/* What is only partly in the buffer has to become visible first. */
static void test_a_load_wider_than_the_buffered_store_sees_all(void **state)
{
	(void)state;
	lab_setup("tso");
	mem_poke(VAR_OFF(0), 0x1100000022UL, 8);
	CAST(wide_after_narrow);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_int_equal(r[0], 0x1100000055UL);
	assert_int_equal(log_count(EV_COMMIT), 1);
}

static void youngest(void)
{
	W(X, 1);
	W(X, 2);
	R(0, X);
}

static void test_the_youngest_of_two_buffered_stores_is_seen(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(youngest);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1));
	assert_int_equal(r[0], 2);
	assert_int_equal(final(X), 2);
}

/* --- acquire and release -------------------------------------------------- */

static void releases(void)
{
	W(X, 1);
	smp_store_release(Y, 1);
}

static void acquires(void)
{
	r[0] = smp_load_acquire(Y);
	R(1, X);
}

static void test_release_and_acquire_pass_a_message(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(releases, acquires);
	expect_never(flag_without_message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sb_happens_under_tso),
		cmocka_unit_test(test_sb_never_happens_under_sc),
		cmocka_unit_test(test_sb_with_mb_never_happens),
		cmocka_unit_test(test_one_mb_is_not_enough_for_sb),
		cmocka_unit_test(test_wmb_and_rmb_do_not_help_sb),
		cmocka_unit_test(test_a_locked_instruction_drains_the_buffer),
		cmocka_unit_test(test_a_failing_cmpxchg_drains_it_as_well),
		cmocka_unit_test(test_mp_never_happens_under_sc),
		cmocka_unit_test(test_mp_never_happens_under_tso),
		cmocka_unit_test(test_mp_in_the_wrong_order_happens),
		cmocka_unit_test(test_lb_never_happens),
		cmocka_unit_test(test_r_happens_under_tso),
		cmocka_unit_test(test_r_never_happens_under_sc),
		cmocka_unit_test(test_s_never_happens_under_tso),
		cmocka_unit_test(test_2_plus_2w_never_happens_under_tso),
		cmocka_unit_test(test_wrc_never_happens_under_tso),
		cmocka_unit_test(test_iriw_never_happens_under_tso),
		cmocka_unit_test(test_no_cell_ever_goes_back),
		cmocka_unit_test(test_atomic_additions_are_never_lost),
		cmocka_unit_test(test_additions_in_two_steps_are_lost),
		cmocka_unit_test(test_own_stores_are_seen_before_others_see_them),
		cmocka_unit_test(test_own_stores_are_never_missed),
		cmocka_unit_test(test_part_of_a_buffered_store_is_forwarded),
		cmocka_unit_test(test_a_load_wider_than_the_buffered_store_sees_all),
		cmocka_unit_test(test_the_youngest_of_two_buffered_stores_is_seen),
		cmocka_unit_test(test_release_and_acquire_pass_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
