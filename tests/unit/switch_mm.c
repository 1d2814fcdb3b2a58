/* SPDX-License-Identifier: MIT */
/*
 * x86: context switches with and without PCIDs, lazy mode, and what becomes of
 * entries that are cached.
 */
#include "space.h"

/* r[6] is not shared memory: exact at any step. */
#define FLUSHED	r[6]

static void setup(const char *model, u8 pcids)
{
	space_setup(model, &fmt_x86_64);
	hw.mm = MM_X86;
	hw.masked = true;
	hw.pcids = pcids;
}

/* mm 0's page goes, another one comes. */
static void moves_page(void)
{
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
}

static void moves_page_and_flushes(void)
{
	moves_page();
	flush_tlb_mm_range(MM(0), VA_, VA_ + PAGE_SIZE);
	FLUSHED = 1;
}

static bool used_old(void) { return r[0] == DATA(PAGE_OF(0)); }
static bool used_new(void) { return r[0] == DATA(PAGE_NEW); }
static bool used_own(void) { return r[0] == DATA(PAGE_OF(1)); }
static bool used_after_flush(void) { return r[1] && used_old(); }

/* --- tags (R-TLB-8, R-X86-5, R-X86-6) --------------------------------------- */

static void goes_from_0_to_1(void)
{
	context_switch(MM(0));
	context_switch(MM(1));
	r[0] = space_load();
}

static void test_without_pcids_a_switch_drops_the_others_entries(void **state)
{
	(void)state;
	setup("tso", 0);
	CAST(goes_from_0_to_1);
	expect_sometimes(used_own);
	expect_never(used_old);
}

static void test_with_pcids_entries_have_a_tag(void **state)
{
	(void)state;
	setup("tso", 2);
	CAST(goes_from_0_to_1);
	expect_never(used_old);
}

static void test_a_pcid_used_anew_is_flushed(void **state)
{
	(void)state;
	setup("tso", 1);
	CAST(goes_from_0_to_1);
	expect_sometimes(used_own);
	expect_never(used_old);
}

static void test_a_pcid_used_anew_without_a_flush_has_the_others_entries(void **state)
{
	(void)state;
	setup("tso", 1);
	kernel.omitted = 1u << STEP_PCID_FLUSH;
	CAST(goes_from_0_to_1);
	expect_sometimes(used_old);
}

static void reloads_cr3(void)
{
	write_cr3(MM(0), 3, true);
	moves_page();
	write_cr3(MM(0), 3, r[7]);
	r[0] = space_load();
}

static void keeps_and_reloads(void)
{
	r[7] = 1;
	reloads_cr3();
}

static void test_bit_63_of_cr3_keeps_entries(void **state)
{
	(void)state;
	setup("tso", 2);
	CAST(reloads_cr3);
	expect_never(used_old);
	CAST(keeps_and_reloads);
	expect_sometimes(used_old);
}

static void setup_global(void)
{
	setup("tso", 2);
	mem_poke(space_slot(0, 1),
		 hw.fmt->mk_leaf(frame_pfn(PAGE_OF(0)), 1,
				 FMT_WRITE | FMT_YOUNG | FMT_DIRTY |
				 FMT_GLOBAL), 8);
}

static void reloads_and_invlpg(void)
{
	write_cr3(MM(0), 3, true);
	moves_page();
	invlpg(VA_);
	r[0] = space_load();
}

static void test_only_invlpg_drops_global_entries(void **state)
{
	(void)state;
	setup_global();
	CAST(reloads_cr3);
	expect_sometimes(used_old);
	setup_global();
	CAST(reloads_and_invlpg);
	expect_never(used_old);
}

static void invlpg_of_another_pcid(void)
{
	write_cr3(MM(0), 3, true);
	moves_page();
	write_cr3(MM(1), 4, true);
	invlpg(VA_);
	write_cr3(MM(0), 3, true);
	r[0] = space_load();
}

static void test_invlpg_leaves_other_pcids(void **state)
{
	(void)state;
	setup("tso", 2);
	CAST(invlpg_of_another_pcid);
	expect_sometimes(used_old);
}

/* --- flushes of an mm that is not loaded, or no more ------------------------- */

static void leaves_and_comes_back(void)
{
	context_switch(MM(0));
	context_switch(MM(1));
	WRITE_ONCE(*X, 1);
	r[1] = FLUSHED;
	context_switch(MM(0));
	r[0] = space_load();
}

/* It was in no mask: its next switch finds tlb_gen changed. */
static void test_a_flush_is_caught_up_with_at_the_next_switch(void **state)
{
	(void)state;
	setup("tso", 2);
	CAST(leaves_and_comes_back, moves_page_and_flushes);
	expect_sometimes(used_new);
	expect_never(used_after_flush);
	CAST(leaves_and_comes_back, moves_page);
	expect_sometimes(used_old);
}

static bool nobody_interrupted(void)
{
	return r[0] && !log_count(EV_IPI_SEND);
}

static bool interrupted(void) { return log_count(EV_IPI_SEND); }

static void lives_in_1(void)
{
	context_switch(MM(1));
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*X, 2);
}

static void test_a_flush_interrupts_nobody_who_is_not_in_the_mask(void **state)
{
	(void)state;
	setup("sc", 2);
	CAST(lives_in_1, moves_page_and_flushes);
	expect_never(interrupted);
}

static void joins(void)
{
	context_switch(MM(0));
	context_switch(MM(1));
	context_switch(MM(0));
	r[1] = FLUSHED;
	r[0] = space_load();
}

/* Whoever gets in while the flush is under way is seen, or sees it. */
static void test_a_cpu_is_in_the_mask_before_it_looks_at_tlb_gen(void **state)
{
	(void)state;
	setup("tso", 2);
	CAST(joins, moves_page_and_flushes);
	expect_never(used_after_flush);
	kernel.omitted = 1u << STEP_MASK_FIRST;
	expect_sometimes(used_after_flush);
}

/* --- lazy mode --------------------------------------------------------------- */

static void rests_in_a_kernel_thread(void)
{
	context_switch(MM(0));
	context_switch(NULL);
	WRITE_ONCE(*X, 1);
	r[1] = FLUSHED;
	context_switch(MM(0));
	r[0] = space_load();
}

static void test_a_lazy_cpu_is_not_interrupted_and_catches_up(void **state)
{
	(void)state;
	for (u8 pcids = 0; pcids <= 2; pcids = (u8)(pcids + 2)) {
		setup("tso", pcids);
		CAST(rests_in_a_kernel_thread, moves_page_and_flushes);
		expect_sometimes(nobody_interrupted);
		expect_never(used_after_flush);
	}
}

static void test_a_lazy_cpu_that_does_not_catch_up_uses_what_is_gone(void **state)
{
	(void)state;
	setup("tso", 2);
	kernel.omitted = 1u << STEP_LAZY_FLUSH;
	CAST(rests_in_a_kernel_thread, moves_page_and_flushes);
	expect_sometimes(used_after_flush);
}

/* r[2]: it is lazy now. */
static void stays_in_a_kernel_thread(void)
{
	context_switch(MM(0));
	context_switch(NULL);
	r[2] = 1;
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*X, 2);
	r[2] = 0;
}

/* r[3], r[4]: it was, and was after; r[5]: it still has mm 0's tables. */
static void flushes_for_freed_tables(void)
{
	WRITE_ONCE(*Y, 1);
	r[3] = r[2];
	flush_tlb_mm(MM(0));
	r[4] = r[2];
	r[5] = ctx_root(&sim.agent[0]) == frame_off(TABLES(0));
}

static bool lazy_and_still_there(void) { return r[3] && r[4] && r[5]; }
static bool lazy_and_gone(void) { return r[3] && r[4] && !r[5]; }

/* Its walker could still be in a table that is about to be freed. */
static void test_a_lazy_cpu_leaves_tables_that_are_freed(void **state)
{
	(void)state;
	setup("sc", 2);
	CAST(stays_in_a_kernel_thread, flushes_for_freed_tables);
	expect_sometimes(lazy_and_gone);
	expect_never(lazy_and_still_there);
}

static void borrows_an_mm(void)
{
	context_switch(NULL);
	kthread_use_mm(MM(0));
	r[1] = FLUSHED;
	r[0] = space_load();
	kthread_unuse_mm(MM(0));
	context_switch(MM(1));
	r[2] = space_load();
}

static bool neither(void) { return r[2] != DATA(PAGE_OF(1)); }

static void test_a_kernel_thread_borrows_an_mm(void **state)
{
	(void)state;
	setup("tso", 2);
	CAST(borrows_an_mm, moves_page_and_flushes);
	expect_sometimes(used_old);
	expect_sometimes(used_new);
	expect_never(used_after_flush);
	expect_never(neither);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_pcids_a_switch_drops_the_others_entries),
		cmocka_unit_test(test_with_pcids_entries_have_a_tag),
		cmocka_unit_test(test_a_pcid_used_anew_is_flushed),
		cmocka_unit_test(test_a_pcid_used_anew_without_a_flush_has_the_others_entries),
		cmocka_unit_test(test_bit_63_of_cr3_keeps_entries),
		cmocka_unit_test(test_only_invlpg_drops_global_entries),
		cmocka_unit_test(test_invlpg_leaves_other_pcids),
		cmocka_unit_test(test_a_flush_is_caught_up_with_at_the_next_switch),
		cmocka_unit_test(test_a_flush_interrupts_nobody_who_is_not_in_the_mask),
		cmocka_unit_test(test_a_cpu_is_in_the_mask_before_it_looks_at_tlb_gen),
		cmocka_unit_test(test_a_lazy_cpu_is_not_interrupted_and_catches_up),
		cmocka_unit_test(test_a_lazy_cpu_that_does_not_catch_up_uses_what_is_gone),
		cmocka_unit_test(test_a_lazy_cpu_leaves_tables_that_are_freed),
		cmocka_unit_test(test_a_kernel_thread_borrows_an_mm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
