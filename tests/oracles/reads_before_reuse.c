/* SPDX-License-Identifier: MIT */
#include "log.h"

/*
 * CPU1 reads a word of the page and leaves; CPU0 sees that, frees the page, and
 * CPU2 is its next owner.
 *
 *	CPU1			CPU0			CPU2
 *	reads the page
 *	leaves
 *				sees that, frees it
 *							allocates it, stores
 */
#define WORD	(PAGES_OFF - 0x1000)	/* "in use", of some object */
#define LOCK	(PAGES_OFF - 0x800)

static void begin(void)
{
	log_begin(&fmt_arm64);
	log_weak();
	log_judge(&oracle_reads_before_reuse);
	for (u32 cpu = 0; cpu < LOG_CPUS; cpu++)
		log_op_begins(cpu);
}

static void reads(void) { log_load(CPU1, frame_off(PAGE_A), 8); }

static void sees_and_frees(void)
{
	log_load(CPU0, WORD, 8);
	log_free(CPU0, PAGE_A, 0);
}

static void is_reused(void)
{
	log_alloc(CPU2, PAGE_A);
	log_store(CPU2, frame_off(PAGE_A), 1, 8);
}

static void test_a_release_will_do(void **state)
{
	(void)state;
	begin();
	reads();
	log_store_release(CPU1, WORD, 0);
	sees_and_frees();
	is_reused();
	expect_pass();
}

/* The machine did not let the read see the new data. Hardware may. */
static void test_leaving_without_a_release_is_caught(void **state)
{
	(void)state;
	begin();
	reads();
	log_store(CPU1, WORD, 0, 8);
	sees_and_frees();
	is_reused();
	expect_fail("read-races-with-reuse");
}

static void test_a_relaxed_atomic_is_caught(void **state)
{
	(void)state;
	begin();
	reads();
	log_atomic(CPU1, WORD, ~0UL, 0);
	sees_and_frees();
	is_reused();
	expect_fail("read-races-with-reuse");
}

static void test_a_full_atomic_will_do(void **state)
{
	(void)state;
	begin();
	reads();
	log_atomic(CPU1, WORD, ~0UL, MEM_FULL);
	sees_and_frees();
	is_reused();
	expect_pass();
}

static void test_a_barrier_will_do(void **state)
{
	(void)state;
	begin();
	reads();
	log_fence(CPU1, FENCE_MB);
	log_store(CPU1, WORD, 0, 8);
	sees_and_frees();
	is_reused();
	expect_pass();
}

static void test_a_write_barrier_is_caught(void **state)
{
	(void)state;
	begin();
	reads();
	log_fence(CPU1, FENCE_WMB);
	log_store(CPU1, WORD, 0, 8);
	sees_and_frees();
	is_reused();
	expect_fail("read-races-with-reuse");
}

static void test_a_lock_will_do(void **state)
{
	(void)state;
	begin();
	log_note(CPU1, EV_LOCK, LOCK, 0);
	reads();
	log_note(CPU1, EV_UNLOCK, LOCK, 0);
	log_note(CPU0, EV_LOCK, LOCK, 0);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

static void test_another_lock_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU1, EV_LOCK, LOCK, 0);
	reads();
	log_note(CPU1, EV_UNLOCK, LOCK, 0);
	log_note(CPU0, EV_LOCK, LOCK + 8, 0);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_fail("read-races-with-reuse");
}

static void test_a_reference_will_do(void **state)
{
	(void)state;
	begin();
	reads();
	log_put(CPU1, PAGE_A);
	log_put(CPU0, PAGE_A);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

static void test_a_grace_period_will_do(void **state)
{
	(void)state;
	begin();
	log_note(CPU1, EV_RCU_LOCK, 0, 1);
	reads();
	log_note(CPU0, EV_RCU_CALL, 0, 0);
	log_note(CPU1, EV_RCU_UNLOCK, 0, 1);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

/* No reader, so nothing waits for it. */
static void test_a_read_outside_readers_is_caught(void **state)
{
	(void)state;
	begin();
	reads();
	log_note(CPU0, EV_RCU_CALL, 0, 0);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_fail("read-races-with-reuse");
}

static void test_an_interrupt_will_do(void **state)
{
	(void)state;
	begin();
	log_note(CPU1, EV_IRQ_OFF, 0, 0);
	reads();
	log_note(CPU0, EV_IPI_SEND, 0, CPU1);
	log_note(CPU1, EV_IRQ_ON, 0, 0);
	log_note(CPU1, EV_IPI_DONE, 0, CPU0);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

/* The new owner makes a table of it: it has been cleared by then. */
static void test_a_new_table_is_caught(void **state)
{
	(void)state;
	begin();
	reads();
	log_free(CPU0, PAGE_A, 0);
	log_alloc(CPU2, PAGE_A);
	log_table(CPU2, PAGE_A, 1);
	expect_fail("read-races-with-reuse");
}

static void test_acquires_and_own_reads_are_not_judged(void **state)
{
	(void)state;
	begin();
	log_load_acquire(CPU1, frame_off(PAGE_A));
	log_load(CPU2, frame_off(PAGE_A), 8);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

static void test_reads_through_mappings_are_not_judged(void **state)
{
	(void)state;
	begin();
	log_user_load(CPU1, PAGE_A);
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

static void test_reads_of_the_new_owners_data_are_not_judged(void **state)
{
	(void)state;
	begin();
	log_free(CPU0, PAGE_A, 0);
	log_alloc(CPU2, PAGE_A);
	reads();
	log_store(CPU2, frame_off(PAGE_A), 1, 8);
	expect_pass();
}

static void test_strong_machines_are_not_judged(void **state)
{
	(void)state;
	begin();
	mem_model_set(mem_model_find("tso"));
	log_judge(&oracle_reads_before_reuse);
	reads();
	log_free(CPU0, PAGE_A, 0);
	is_reused();
	expect_pass();
}

run(t(test_a_release_will_do),
    t(test_leaving_without_a_release_is_caught),
    t(test_a_relaxed_atomic_is_caught),
    t(test_a_full_atomic_will_do),
    t(test_a_barrier_will_do),
    t(test_a_write_barrier_is_caught),
    t(test_a_lock_will_do),
    t(test_another_lock_is_caught),
    t(test_a_reference_will_do),
    t(test_a_grace_period_will_do),
    t(test_a_read_outside_readers_is_caught),
    t(test_an_interrupt_will_do),
    t(test_a_new_table_is_caught),
    t(test_acquires_and_own_reads_are_not_judged),
    t(test_reads_through_mappings_are_not_judged),
    t(test_reads_of_the_new_owners_data_are_not_judged),
    t(test_strong_machines_are_not_judged))
