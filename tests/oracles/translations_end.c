/* SPDX-License-Identifier: MIT */
#include "log.h"

static void begin(u64 bits)
{
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, bits);
	log_judge(&oracle_translations_end);
}

static void unmap(void) { log_store(CPU0, log_pte(), 0, 8); }

static void flush(u64 start, u64 end)
{
	for (u32 cpu = 0; cpu < LOG_CPUS; cpu++)
		log_invalidated(cpu, start, end);
}

static void free_page(void) { log_free(CPU0, PAGE_A, 0); }

static void test_unmap_flush_free_is_legal(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	flush(VA, VA + 0x1000);
	free_page();
	expect_pass();
}

static void test_free_without_a_flush_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_free_before_the_flush_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	free_page();
	flush(VA, VA + 0x1000);
	expect_fail("freed-page-in-tlb");
}

/* The entry may be cached anew between such a flush and the unmapping. */
static void test_a_flush_before_the_unmapping_does_not_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	flush(VA, VA + 0x1000);
	unmap();
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_every_cpu_has_to_be_flushed(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	log_invalidated(CPU0, VA, VA + 0x1000);
	log_invalidated(CPU1, VA, VA + 0x1000);
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_a_flush_of_other_addresses_does_not_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	flush(VA + 0x1000, VA + 0x4000);
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_a_flush_of_more_will_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	flush(0, ~0UL);
	free_page();
	expect_pass();
}

/* Not in any TLB: R-TLB-3. */
static void test_an_entry_never_accessed_needs_no_flush(void **state)
{
	(void)state;
	begin(P_RW);
	unmap();
	free_page();
	expect_pass();
}

static void test_an_entry_accessed_meanwhile_needs_one(void **state)
{
	(void)state;
	begin(P_RW);
	log_hw_update(CPU1, log_pte(), 1, ACC);
	unmap();
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_a_page_mapped_still_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	log_store(CPU0, log_pte(), log_entry(PAGE_A, P_RW | ACC), 8);
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_a_huge_entry_leads_to_all_its_pages(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	mem_poke(log_pmd(), log_entry(HUGE, P_RW | ACC | HUGE_PS), 8);
	log_judge(&oracle_translations_end);
	log_store(CPU0, log_pmd(), 0, 8);
	log_free(CPU0, HUGE + 3, 0);
	expect_fail("freed-page-in-tlb");
}

static void test_access_to_a_freed_page_is_caught(void **state)
{
	(void)state;
	begin(P_RW);
	free_page();
	log_user_load(CPU1, PAGE_A);
	expect_fail("access-to-freed-page");
}

static void test_access_to_a_page_allocated_again_is_legal(void **state)
{
	(void)state;
	begin(P_RW);
	free_page();
	log_alloc(CPU0, PAGE_A);
	log_user_load(CPU1, PAGE_A);
	expect_pass();
}

static void test_stale_use_before_the_free_is_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	unmap();
	log_walk_stale(CPU1, log_pte(), 1, log_entry(PAGE_A, P_RW | ACC));
	log_user_store(CPU1, PAGE_A);
	expect_pass();
}

static void test_entries_nobody_touched_are_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	free_page();
	expect_pass();
}

/* Whoever frees a table is judged by tables-outlive-walks. */
static void test_tables_are_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_store(CPU0, log_pmd(), 0, 8);
	log_free(CPU0, PTE_TABLE, 0);
	expect_pass();
}

/* --- contexts: CPU2 is left out of the flush ------------------------------- */

#define KEPT	0		/* tag of the tables at the beginning */
#define TAG	1
#define GLOBAL	0x100ULL

static void flush_others(void)
{
	log_invalidated(CPU0, VA, VA + 0x1000);
	log_invalidated(CPU1, VA, VA + 0x1000);
}

static void unmap_flush_others_free(void)
{
	unmap();
	flush_others();
	free_page();
}

static void leaves(void) { log_context(CPU2, log_other_root(), TAG); }
static void comes_back(void) { log_context(CPU2, log_root(), KEPT); }
static void drops(u32 tag) { log_invalidated_tag(CPU2, tag, 0, ~0UL); }

/* Any access will do: it need not be through that entry. */
static void uses(void) { log_user_load(CPU2, PAGE_B); }

static void test_who_never_had_the_tables_needs_no_flush(void **state)
{
	(void)state;
	begin(0);
	leaves();
	log_store(CPU0, log_pte(), log_entry(PAGE_A, P_RW | ACC), 8);
	unmap_flush_others_free();
	comes_back();
	uses();
	expect_pass();
}

static void test_who_had_them_needs_one_before_it_uses_them_again(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	unmap_flush_others_free();
	comes_back();
	uses();
	expect_fail("freed-page-in-tlb");
}

static void test_a_flush_when_it_leaves_will_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	drops(KEPT);
	unmap_flush_others_free();
	comes_back();
	uses();
	expect_pass();
}

static void test_a_flush_when_it_comes_back_will_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	unmap_flush_others_free();
	comes_back();
	drops(KEPT);
	uses();
	expect_pass();
}

static void test_a_flush_before_it_leaves_does_not_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	drops(KEPT);
	leaves();
	unmap_flush_others_free();
	comes_back();
	uses();
	expect_fail("freed-page-in-tlb");
}

static void test_a_flush_of_another_tag_does_not_do(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	drops(TAG);
	unmap_flush_others_free();
	comes_back();
	uses();
	expect_fail("freed-page-in-tlb");
}

/* The unmapping was before it came back, the flush was not. */
static void test_who_is_back_before_the_free_is_caught_at_once(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	unmap();
	comes_back();
	flush_others();
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_a_page_mapped_anew_after_the_free_is_legal(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	unmap();
	flush(VA, VA + 0x1000);
	free_page();
	log_alloc(CPU0, PAGE_A);
	log_store(CPU0, log_pte(), log_entry(PAGE_A, P_RW | ACC), 8);
	comes_back();
	uses();
	expect_pass();
}

static void test_a_tag_that_does_not_come_back_is_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	unmap_flush_others_free();
	uses();
	expect_pass();
}

static void test_other_tables_with_the_same_tag_are_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_context(CPU2, log_other_root(), KEPT);
	unmap_flush_others_free();
	expect_fail("freed-page-in-tlb");
}

static void test_a_tag_given_to_others_after_the_free_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	leaves();
	unmap_flush_others_free();
	log_context(CPU2, log_other_root(), KEPT);
	uses();
	expect_fail("freed-page-in-tlb");
}

static void test_other_tables_with_a_tag_flushed_are_legal(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_context(CPU2, log_other_root(), KEPT);
	drops(KEPT);
	unmap_flush_others_free();
	uses();
	expect_pass();
}

/* The tables are installed under another tag than the flush is for. */
static void test_the_flush_has_to_be_of_the_tag_in_use(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_context(CPU2, log_root(), TAG);
	unmap();
	flush_others();
	drops(KEPT);
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_global_entries_survive_the_flush_of_a_tag(void **state)
{
	(void)state;
	begin(P_RW | ACC | GLOBAL);
	log_context(CPU2, log_root(), TAG);
	unmap();
	drops(KEPT);
	drops(TAG);
	flush_others();
	free_page();
	expect_fail("freed-page-in-tlb");
}

static void test_global_entries_go_with_all(void **state)
{
	(void)state;
	begin(P_RW | ACC | GLOBAL);
	log_context(CPU2, log_root(), TAG);
	unmap();
	flush(0, ~0UL);
	free_page();
	expect_pass();
}

static void test_who_stays_is_judged_though_others_switch(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_context(CPU1, log_other_root(), TAG);
	unmap_flush_others_free();
	expect_fail("freed-page-in-tlb");
}

/* It is out of the mask, and about to install other tables. */
static void test_who_is_about_to_leave_is_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_context(CPU2, log_root(), TAG);
	log_note(CPU2, EV_IRQ_OFF, 0, 0);
	unmap_flush_others_free();
	expect_pass();
}

static void test_who_was_about_to_leave_and_did_not_is_caught(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_context(CPU2, log_root(), TAG);
	log_note(CPU2, EV_IRQ_OFF, 0, 0);
	unmap_flush_others_free();
	log_note(CPU2, EV_IRQ_ON, 0, 0);
	uses();
	expect_fail("freed-page-in-tlb");
}

static void test_lazy_cpus_are_not_judged(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_lazy(CPU2, true);
	unmap_flush_others_free();
	expect_pass();
}

static void test_who_was_lazy_has_to_flush(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_lazy(CPU2, true);
	unmap_flush_others_free();
	log_lazy(CPU2, false);
	uses();
	expect_fail("freed-page-in-tlb");
}

static void test_who_was_lazy_and_flushes_is_legal(void **state)
{
	(void)state;
	begin(P_RW | ACC);
	log_lazy(CPU2, true);
	unmap_flush_others_free();
	comes_back();
	drops(KEPT);
	log_lazy(CPU2, false);
	uses();
	expect_pass();
}

run(t(test_unmap_flush_free_is_legal),
    t(test_free_without_a_flush_is_caught),
    t(test_free_before_the_flush_is_caught),
    t(test_a_flush_before_the_unmapping_does_not_do),
    t(test_every_cpu_has_to_be_flushed),
    t(test_a_flush_of_other_addresses_does_not_do),
    t(test_a_flush_of_more_will_do),
    t(test_an_entry_never_accessed_needs_no_flush),
    t(test_an_entry_accessed_meanwhile_needs_one),
    t(test_a_page_mapped_still_is_caught),
    t(test_a_huge_entry_leads_to_all_its_pages),
    t(test_access_to_a_freed_page_is_caught),
    t(test_access_to_a_page_allocated_again_is_legal),
    t(test_stale_use_before_the_free_is_not_judged),
    t(test_entries_nobody_touched_are_not_judged),
    t(test_tables_are_not_judged),
    t(test_who_never_had_the_tables_needs_no_flush),
    t(test_who_had_them_needs_one_before_it_uses_them_again),
    t(test_a_flush_when_it_leaves_will_do),
    t(test_a_flush_when_it_comes_back_will_do),
    t(test_a_flush_before_it_leaves_does_not_do),
    t(test_a_flush_of_another_tag_does_not_do),
    t(test_who_is_back_before_the_free_is_caught_at_once),
    t(test_a_page_mapped_anew_after_the_free_is_legal),
    t(test_a_tag_that_does_not_come_back_is_not_judged),
    t(test_other_tables_with_the_same_tag_are_caught),
    t(test_a_tag_given_to_others_after_the_free_is_caught),
    t(test_other_tables_with_a_tag_flushed_are_legal),
    t(test_the_flush_has_to_be_of_the_tag_in_use),
    t(test_global_entries_survive_the_flush_of_a_tag),
    t(test_global_entries_go_with_all),
    t(test_who_stays_is_judged_though_others_switch),
    t(test_who_is_about_to_leave_is_not_judged),
    t(test_who_was_about_to_leave_and_did_not_is_caught),
    t(test_lazy_cpus_are_not_judged),
    t(test_who_was_lazy_has_to_flush),
    t(test_who_was_lazy_and_flushes_is_legal))
