/* SPDX-License-Identifier: MIT */
#include "log.h"

#define RW	(FMT_WRITE | FMT_DIRTY | FMT_YOUNG)
#define RO	FMT_YOUNG
#define BLOCK	64		/* first of the frames of a block */
#define IN_BLOCK 69		/* the one that a block has at VA */
#define ATTR	(1UL << 2)	/* another memory type, DDI0487 D8.3 */
#define NT	(1UL << 12)	/* a TLB does not hold the block as a whole */

static u64 leaf(u32 frame, u32 level, u32 flags)
{
	return fmt_arm64.mk_leaf(frame_pfn(frame), level, flags);
}

static void begin(u64 pte, u32 level_of_support)
{
	log_begin(&fmt_arm64);
	mem_poke(log_pte(), pte, 8);
	oracle_world.bbm = (u8)level_of_support;
	log_weak();
	log_judge(&oracle_break_before_make);
}

static void set(u64 pte) { log_store(CPU0, log_pte(), pte, 8); }
static void set_pmd(u64 pmd) { log_store(CPU0, log_pmd(), pmd, 8); }
static void flush(void) { log_flush(VA, VA + 0x1000); }
static void flush_block(void) { log_flush(0, 0x8000); }

static void test_break_flush_make_is_legal(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	set(0);
	flush();
	set(leaf(PAGE_B, 1, RW));
	expect_pass();
}

static void test_another_page_at_once_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	set(leaf(PAGE_B, 1, RW));
	expect_fail("no-break-before-make");
}

static void test_another_page_without_a_flush_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 2);
	set(0);
	set(leaf(PAGE_B, 1, RW));
	expect_fail("no-break-before-make");
}

static void test_a_flush_that_misses_a_cpu_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	set(0);
	log_invalidated(CPU0, VA, VA + 0x1000);
	log_invalidated(CPU2, VA, VA + 0x1000);
	set(leaf(PAGE_B, 1, RW));
	expect_fail("no-break-before-make");
}

/* Not accessed, so not cached; then hardware makes it so. */
static void test_an_entry_that_becomes_cacheable_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	set(leaf(PAGE_B, 1, RW & ~FMT_YOUNG));
	log_hw_update(CPU1, log_pte(), 1, leaf(PAGE_B, 1, RW));
	expect_fail("no-break-before-make");
}

static void test_another_memory_type_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RO), 0);
	set(leaf(PAGE_A, 1, RO) | ATTR);
	expect_fail("no-break-before-make");
}

static void test_a_global_entry_over_one_that_was_not_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RO), 0);
	set(leaf(PAGE_A, 1, RO | FMT_GLOBAL));
	expect_fail("no-break-before-make");
}

static void test_rights_may_change(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	set(leaf(PAGE_A, 1, RO));
	set(leaf(PAGE_A, 1, RW));
	set(leaf(PAGE_A, 1, FMT_WRITE));
	expect_pass();
}

static void test_a_copy_that_nobody_writes_may_take_its_place(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RO), 0);
	set(leaf(PAGE_B, 1, RO));
	expect_pass();
}

static void test_one_with_other_content_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RO), 0);
	log_user_store(CPU1, PAGE_B);
	set(leaf(PAGE_B, 1, RO));
	expect_fail("no-break-before-make");
}

static void test_a_block_over_a_table_is_caught(void **state)
{
	(void)state;
	begin(leaf(IN_BLOCK, 1, RW), 0);
	set_pmd(leaf(BLOCK, 2, RW));
	expect_fail("no-break-before-make");
}

static void test_a_block_after_the_flush_is_legal(void **state)
{
	(void)state;
	begin(leaf(IN_BLOCK, 1, RW), 0);
	set_pmd(0);
	flush_block();
	set_pmd(leaf(BLOCK, 2, RW));
	expect_pass();
}

/* Only pages were invalidated, not what led to them. */
static void test_a_flush_of_leaves_leaves_the_table(void **state)
{
	(void)state;
	begin(leaf(IN_BLOCK, 1, RW), 0);
	set_pmd(0);
	for (u32 cpu = 0; cpu < LOG_CPUS; cpu++)
		log_reaches(cpu, 1, 0, 0x8000, EVF_LEAF);
	set_pmd(leaf(BLOCK, 2, RW));
	expect_fail("no-break-before-make");
}

/* The table is gone, a page that it mapped is not: another address of it. */
static void test_a_page_left_under_a_block_is_caught(void **state)
{
	(void)state;
	begin(leaf(IN_BLOCK, 1, RW), 0);
	set_pmd(0);
	log_flush(0, 0x1000);
	set_pmd(leaf(BLOCK, 2, RW));
	expect_fail("no-break-before-make");
}

static void test_level_two_may_change_the_size(void **state)
{
	(void)state;
	begin(leaf(IN_BLOCK, 1, RW), 2);
	set_pmd(leaf(BLOCK, 2, RW));
	set_pmd(log_leads(PTE_TABLE, 2));
	expect_pass();
}

static void test_but_not_the_page(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 2);
	set_pmd(leaf(BLOCK, 2, RW));
	expect_fail("no-break-before-make");
}

static void test_level_one_takes_nt(void **state)
{
	(void)state;
	begin(leaf(IN_BLOCK, 1, RW), 1);
	set_pmd(leaf(BLOCK, 2, RW));
	expect_fail("no-break-before-make");
	begin(leaf(IN_BLOCK, 1, RW), 1);
	set_pmd(leaf(BLOCK, 2, RW) | NT);
	expect_pass();
}

static void test_a_table_over_a_block_is_caught(void **state)
{
	(void)state;
	log_begin(&fmt_arm64);
	mem_poke(log_pmd(), leaf(BLOCK, 2, RW), 8);
	log_judge(&oracle_break_before_make);
	log_table(CPU0, SPARE_TABLE, 1);
	set_pmd(log_leads(SPARE_TABLE, 2));
	expect_fail("no-break-before-make");
}

static void test_another_table_with_other_pages_is_caught(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	log_table(CPU0, SPARE_TABLE, 1);
	log_store(CPU0, log_table_off(SPARE_TABLE, 5),
		  leaf(PAGE_B, 1, RW), 8);
	set_pmd(log_leads(SPARE_TABLE, 2));
	expect_fail("no-break-before-make");
}

/* No hardware makes it dirty: nobody can store through it. */
static void test_clean_entries_without_hardware_are_not_judged(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, FMT_WRITE | FMT_YOUNG), 0);
	oracle_world.hw_dirty = false;
	set(leaf(PAGE_B, 1, FMT_WRITE | FMT_YOUNG));
	expect_pass();
}

static void test_tables_that_are_not_linked_are_not_judged(void **state)
{
	(void)state;
	begin(leaf(PAGE_A, 1, RW), 0);
	set_pmd(0);
	set(leaf(PAGE_B, 1, RW));
	expect_pass();
}

static void test_x86_is_not_judged(void **state)
{
	(void)state;
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, P_RW | ACC | DIRTY);
	log_judge(&oracle_break_before_make);
	set(log_entry(PAGE_B, P_RW | ACC | DIRTY));
	expect_pass();
}

run(t(test_break_flush_make_is_legal),
    t(test_another_page_at_once_is_caught),
    t(test_another_page_without_a_flush_is_caught),
    t(test_a_flush_that_misses_a_cpu_is_caught),
    t(test_an_entry_that_becomes_cacheable_is_caught),
    t(test_another_memory_type_is_caught),
    t(test_a_global_entry_over_one_that_was_not_is_caught),
    t(test_rights_may_change),
    t(test_a_copy_that_nobody_writes_may_take_its_place),
    t(test_one_with_other_content_is_caught),
    t(test_a_block_over_a_table_is_caught),
    t(test_a_block_after_the_flush_is_legal),
    t(test_a_flush_of_leaves_leaves_the_table),
    t(test_a_page_left_under_a_block_is_caught),
    t(test_level_two_may_change_the_size),
    t(test_but_not_the_page),
    t(test_level_one_takes_nt),
    t(test_a_table_over_a_block_is_caught),
    t(test_another_table_with_other_pages_is_caught),
    t(test_clean_entries_without_hardware_are_not_judged),
    t(test_tables_that_are_not_linked_are_not_judged),
    t(test_x86_is_not_judged))
