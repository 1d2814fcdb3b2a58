/* SPDX-License-Identifier: MIT */
/*
 * translations-end on the machine's own context switches: what the kernel does
 * with masks, generations, PCIDs, ASIDs and lazy CPUs is right, and each step
 * of it that is left out is found.
 *
 *	CPU0				CPU1
 *	uses mm 0, leaves it,		moves mm 0's page
 *	comes back, uses it		flush
 *					frees the page
 */
#include "space.h"

#include "../../oracles/oracle.h"

/* All CPUs begin in no mm. */
static void learn_world(void)
{
	memset(&oracle_world, 0, sizeof(oracle_world));
	oracle_world.fmt = hw.fmt;
	oracle_world.root = frame_off(TABLES(0));
	oracle_world.nr_cpus = 2;
	oracle_world.hw_dirty = true;
	for (u32 f = TABLES(0); f <= PAGE_NEW; f++)
		oracle_world.frame[f].live = 1;
	for (u32 n = 1; n < SPACES; n++)
		oracle_world.more[n - 1] = frame_off(TABLES(n));
	oracle_world.first = hw.root = mm_root(NULL);
	oracle_world_learn();
	lab_devices = oracles_begin;
}

static void setup_x86(u8 pcids)
{
	space_setup("tso", &fmt_x86_64);
	hw.mm = MM_X86;
	hw.masked = true;
	hw.pcids = pcids;
	learn_world();
}

static void frees_page(void)
{
	sim_point(sim.cur, 0, false);
	event_note(EV_PAGE_FREE, sim.cur, frame_off(PAGE_OF(0)), 0, 0, 0, 0, 0);
}

static void set_entry(u64 e)
{
	u32 page = frame_page_off(off_frame(space_slot(0, 1)));
	spinlock_t *ptl = mem_ptr(page + PAGE_PTL);

	spin_lock(ptl);
	xchg(ENTRY(0), e);
	spin_unlock(ptl);
}

static void moves_page(void)
{
	set_entry(space_leaf(PAGE_NEW));
}

static void moves_flushes_and_frees(void)
{
	moves_page();
	flush_tlb_mm_range(MM(0), VA_, VA_ + PAGE_SIZE);
	frees_page();
}

static void moves_and_frees(void)
{
	moves_page();
	frees_page();
}

static void leaves_and_comes_back(void)
{
	context_switch(MM(0));
	context_switch(MM(1));
	WRITE_ONCE(*X, 1);
	context_switch(MM(0));
	space_load();
}

static void rests_in_a_kernel_thread(void)
{
	context_switch(MM(0));
	context_switch(NULL);
	WRITE_ONCE(*X, 1);
	context_switch(MM(0));
	space_load();
}

static void leaves_for_good(void)
{
	context_switch(MM(0));
	context_switch(MM(1));
	space_load();
}

/* --- arm64: ASIDs, and a rollover that finds CPU0 away ------------------------ */

static void setup_arm64(void)
{
	space_setup("sc", &fmt_arm64);
	hw.mm = MM_ARM64;
	hw.flush = FLUSH_BROADCAST;
	hw.ets = 2;
	learn_world();
}

static void breaks_flushes_frees_and_makes(void)
{
	set_entry(hw.fmt->none[1]);
	flush_tlb_mm_range(MM(0), VA_, VA_ + PAGE_SIZE);
	frees_page();
	moves_page();
}

/* Four mms, three ASIDs. */
static void visits_all_and_comes_back(void)
{
	for (u32 n = 0; n < SPACES; n++)
		context_switch(MM(n));
	context_switch(MM(0));
	space_load();
}

/* --- what has to be found ------------------------------------------------------ */

static bool objected(void)
{
	return sim.verdict == VERDICT_FAIL &&
	       !strcmp(sim_fail_info.oracle, "translations-end");
}

/* Also one that ends the run before it gets to the point. */
static bool anybody_objected(void) { return sim.verdict == VERDICT_FAIL; }

static bool came_back_to_it(void)
{
	return objected() &&
	       event_log.ev[sim_fail_info.ev].type == EV_ACCESS;
}

static void test_x86_leaves_nobody_out(void **state)
{
	static const agent_fn users[] = {
		leaves_and_comes_back, rests_in_a_kernel_thread,
		leaves_for_good,
	};

	(void)state;
	for (u8 pcids = 0; pcids <= 2; pcids++) {
		for (u32 i = 0; i < ARRAY_SIZE(users); i++) {
			setup_x86(pcids);
			CAST(users[i], moves_flushes_and_frees);
			expect_never(anybody_objected);
		}
	}
}

static void test_arm64_leaves_nobody_out(void **state)
{
	(void)state;
	setup_arm64();
	CAST(visits_all_and_comes_back, breaks_flushes_frees_and_makes);
	expect_never(anybody_objected);
	CAST(leaves_for_good, breaks_flushes_frees_and_makes);
	expect_never(anybody_objected);
	CAST(visits_all_and_comes_back, moves_and_frees);
	expect_sometimes(objected);
}

static void test_a_free_without_a_flush_is_found(void **state)
{
	(void)state;
	setup_x86(2);
	CAST(leaves_and_comes_back, moves_and_frees);
	expect_sometimes(came_back_to_it);
	CAST(rests_in_a_kernel_thread, moves_and_frees);
	expect_sometimes(came_back_to_it);
}

static void test_a_mask_that_is_set_too_late_is_found(void **state)
{
	(void)state;
	setup_x86(2);
	kernel.omitted = 1u << STEP_MASK_FIRST;
	CAST(leaves_and_comes_back, moves_flushes_and_frees);
	expect_sometimes(objected);
}

static void test_a_lazy_cpu_that_does_not_catch_up_is_found(void **state)
{
	(void)state;
	setup_x86(2);
	kernel.omitted = 1u << STEP_LAZY_FLUSH;
	CAST(rests_in_a_kernel_thread, moves_flushes_and_frees);
	expect_sometimes(came_back_to_it);
}

/* One PCID for all: mm 1 uses what was cached of mm 0. */
static void test_a_pcid_used_anew_without_a_flush_is_found(void **state)
{
	(void)state;
	setup_x86(1);
	kernel.omitted = 1u << STEP_PCID_FLUSH;
	CAST(leaves_for_good, moves_flushes_and_frees);
	expect_sometimes(objected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86_leaves_nobody_out),
		cmocka_unit_test(test_arm64_leaves_nobody_out),
		cmocka_unit_test(test_a_free_without_a_flush_is_found),
		cmocka_unit_test(test_a_mask_that_is_set_too_late_is_found),
		cmocka_unit_test(test_a_lazy_cpu_that_does_not_catch_up_is_found),
		cmocka_unit_test(test_a_pcid_used_anew_without_a_flush_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
