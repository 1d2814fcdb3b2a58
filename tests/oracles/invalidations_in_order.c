/* SPDX-License-Identifier: MIT */
#include "log.h"

static u64 leaf(u32 frame, u32 level, u32 flags)
{
	return fmt_arm64.mk_leaf(frame_pfn(frame), level, flags);
}

#define RO_SAME	leaf(PAGE_A, 1, FMT_YOUNG)
#define RW	leaf(PAGE_A, 1, FMT_WRITE | FMT_DIRTY | FMT_YOUNG)

static void begin(u64 pte)
{
	log_begin(&fmt_arm64);
	mem_poke(log_pte(), pte, 8);
	log_weak();
	log_judge(&oracle_invalidations_in_order);
	log_op_begins(CPU0);
}

static void issue(u32 flags) { log_invalidate(CPU0, 1, VA, VA + 0x1000, flags); }

static void reaches(u32 cpu) { log_reaches(cpu, 1, VA, VA + 0x1000, 0); }

static void reaches_all(void)
{
	for (u32 cpu = 0; cpu < LOG_CPUS; cpu++)
		reaches(cpu);
}

static void test_a_visible_store_may_be_invalidated(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_pte(), 0, 8);
	log_store_visible(CPU0);
	issue(0);
	reaches_all();
	log_op_ends(CPU0);
	expect_pass();
}

static void test_an_invalidation_before_its_store_is_caught(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_pte(), 0, 8);
	issue(0);
	expect_fail("invalidation-before-store");
}

/* The write of a relaxed atomic waits, too. */
static void test_an_invalidation_before_its_atomic_is_caught(void **state)
{
	(void)state;
	begin(RW);
	log_atomic_waits(CPU0, log_pte(), 0);
	issue(0);
	expect_fail("invalidation-before-store");
}

/* A release: what was before it comes first, then its own write. */
static void test_an_atomic_that_did_not_wait_is_legal(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_table_off(PTE_TABLE, 0), 0, 8);
	log_atomic(CPU0, log_pte(), -RW, MEM_REL);
	issue(0);
	expect_pass();
}

static void test_a_write_protection_that_waits_is_caught(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_pte(), RO_SAME, 8);
	issue(0);
	expect_fail("invalidation-before-store");
}

static void test_a_table_that_waits_to_be_unlinked_is_caught(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_pmd(), 0, 8);
	issue(0);
	expect_fail("invalidation-before-store");
}

static void test_other_addresses_may_wait(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_pte(), 0, 8);
	log_invalidate(CPU0, 1, VA + 0x1000, VA + 0x2000, 0);
	expect_pass();
}

static void test_more_rights_may_wait(void **state)
{
	(void)state;
	begin(RO_SAME);
	log_store_waits(CPU0, log_pte(), RW, 8);
	issue(0);
	expect_pass();
}

/* Nothing to cache there: the store makes an entry. */
static void test_a_new_entry_may_wait(void **state)
{
	(void)state;
	begin(0);
	log_store_waits(CPU0, log_pte(), RW, 8);
	issue(0);
	expect_pass();
}

static void test_tables_may_wait_when_only_leaves_go(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU0, log_pmd(), 0, 8);
	issue(EVF_LEAF);
	expect_pass();
}

static void test_stores_of_others_are_not_judged(void **state)
{
	(void)state;
	begin(RW);
	log_store_waits(CPU1, log_pte(), 0, 8);
	issue(0);
	expect_pass();
}

static void test_an_op_that_ends_too_early_is_caught(void **state)
{
	(void)state;
	begin(RW);
	log_store(CPU0, log_pte(), 0, 8);
	issue(0);
	reaches(CPU0);
	reaches(CPU2);
	log_op_ends(CPU0);
	expect_fail("invalidation-left-open");
}

static void test_one_that_said_so_is_not_judged(void **state)
{
	(void)state;
	begin(RW);
	log_store(CPU0, log_pte(), 0, 8);
	log_note(CPU0, EV_DEFERS, 0, 0);
	issue(0);
	log_op_ends(CPU0);
	log_op_begins(CPU0);
	log_op_ends(CPU0);
	expect_pass();
}

static void test_the_invalidation_of_another_op_is_not_this_ones(void **state)
{
	(void)state;
	begin(RW);
	log_op_begins(CPU1);
	log_store(CPU0, log_pte(), 0, 8);
	issue(0);
	log_op_ends(CPU1);
	expect_pass();
}

run(t(test_a_visible_store_may_be_invalidated),
    t(test_an_invalidation_before_its_store_is_caught),
    t(test_an_invalidation_before_its_atomic_is_caught),
    t(test_an_atomic_that_did_not_wait_is_legal),
    t(test_a_write_protection_that_waits_is_caught),
    t(test_a_table_that_waits_to_be_unlinked_is_caught),
    t(test_other_addresses_may_wait),
    t(test_more_rights_may_wait),
    t(test_a_new_entry_may_wait),
    t(test_tables_may_wait_when_only_leaves_go),
    t(test_stores_of_others_are_not_judged),
    t(test_an_op_that_ends_too_early_is_caught),
    t(test_one_that_said_so_is_not_judged),
    t(test_the_invalidation_of_another_op_is_not_this_ones))
