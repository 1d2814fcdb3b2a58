/* SPDX-License-Identifier: MIT */
#include "log.h"

#define LOCK	0x2000u
enum { SPIN, READ, WRITE };

static void begin(void)
{
	log_begin(&fmt_x86_64);
	log_map(PAGE_A, P_RW | ACC);
	log_judge(&oracle_locks_held);
	log_op_begins(CPU0);
}

static void lock(u64 mode) { log_note(CPU0, EV_LOCK, LOCK, mode); }
static void unlock(u64 mode) { log_note(CPU0, EV_UNLOCK, LOCK, mode); }

static void test_an_entry_written_under_its_lock_is_legal(void **state)
{
	(void)state;
	begin();
	log_lock_table(CPU0, log_pte());
	log_store(CPU0, log_pte(), 0, 8);
	log_unlock_table(CPU0, log_pte());
	log_op_ends(CPU0);
	expect_pass();
}

static void test_an_entry_written_without_its_lock_is_caught(void **state)
{
	(void)state;
	begin();
	log_store(CPU0, log_pte(), 0, 8);
	expect_fail("entry-written-unlocked");
}

static void test_the_lock_of_another_table_does_not_do(void **state)
{
	(void)state;
	begin();
	log_lock_table(CPU0, log_pmd());
	log_exchange(CPU0, log_pte(), 0);
	expect_fail("entry-written-unlocked");
}

static void test_the_lock_of_another_cpu_does_not_do(void **state)
{
	(void)state;
	begin();
	log_lock_table(CPU1, log_pte());
	log_store(CPU0, log_pte(), 0, 8);
	expect_fail("entry-written-unlocked");
}

static void test_what_an_mmu_writes_is_not_judged(void **state)
{
	(void)state;
	begin();
	log_hw_update(CPU1, log_pte(), 1, DIRTY);
	expect_pass();
}

/* A new table is nobody else's; its entries are set before it is linked. */
static void test_a_table_not_linked_yet_is_not_judged(void **state)
{
	(void)state;
	begin();
	log_alloc(CPU0, 10);
	log_table(CPU0, 10, 1);
	log_store(CPU0, log_table_off(10, 1), log_entry(PAGE_B, P_RW), 8);
	expect_pass();
}

static void test_a_table_not_linked_any_more_is_not_judged(void **state)
{
	(void)state;
	begin();
	log_lock_table(CPU0, log_pmd());
	log_store(CPU0, log_pmd(), 0, 8);
	log_unlock_table(CPU0, log_pmd());
	log_store(CPU0, log_pte(), 0, 8);
	expect_pass();
}

static void test_unlocking_what_another_holds_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU1, EV_LOCK, LOCK, SPIN);
	unlock(SPIN);
	expect_fail("unlock-not-held");
}

static void test_a_lock_left_held_is_caught(void **state)
{
	(void)state;
	begin();
	lock(READ);
	log_op_ends(CPU0);
	expect_fail("lock-left-held");
}

static void test_interrupts_left_off_are_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_IRQ_OFF, 0, 0);
	log_op_ends(CPU0);
	expect_fail("interrupts-left-off");
}

static void test_rcu_left_locked_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_RCU_LOCK, 0, 1);
	log_note(CPU0, EV_RCU_LOCK, 0, 2);
	log_note(CPU0, EV_RCU_UNLOCK, 0, 2);
	log_op_ends(CPU0);
	expect_fail("rcu-left-locked");
}

static void test_rcu_unlocked_once_too_often_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_RCU_LOCK, 0, 1);
	log_note(CPU0, EV_RCU_UNLOCK, 0, 1);
	log_note(CPU0, EV_RCU_UNLOCK, 0, 0);
	expect_fail("rcu-not-locked");
}

static void test_sleeping_in_a_spinlock_is_caught(void **state)
{
	(void)state;
	begin();
	log_lock_table(CPU0, log_pte());
	lock(WRITE);
	expect_fail("sleeps-in-atomic");
}

static void test_sleeping_with_interrupts_off_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_IRQ_OFF, 0, 0);
	lock(READ);
	expect_fail("sleeps-in-atomic");
}

static void test_waiting_for_rcu_inside_rcu_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_RCU_LOCK, 0, 1);
	log_note(CPU0, EV_RCU_CALL, 0, 0);
	expect_fail("sleeps-in-atomic");
}

static void test_call_rcu_inside_rcu_is_legal(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_RCU_LOCK, 0, 1);
	log_note(CPU0, EV_RCU_CALL, 0x3000, 0);
	log_note(CPU0, EV_RCU_UNLOCK, 0, 1);
	log_op_ends(CPU0);
	expect_pass();
}

static void test_an_ipi_with_interrupts_off_is_caught(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_IRQ_OFF, 0, 0);
	log_note(CPU0, EV_IPI_SEND, 0, CPU1);
	expect_fail("ipi-with-irqs-off");
}

static void test_an_ipi_with_interrupts_on_is_legal(void **state)
{
	(void)state;
	begin();
	log_note(CPU0, EV_IRQ_OFF, 0, 0);
	log_note(CPU0, EV_IRQ_ON, 0, 0);
	log_note(CPU0, EV_IPI_SEND, 0, CPU1);
	expect_pass();
}

/* Deadlocks are seen as they happen, by agents-progress. */
static void test_lock_order_is_not_judged(void **state)
{
	(void)state;
	begin();
	log_lock_table(CPU0, log_pte());
	log_lock_table(CPU0, log_pmd());
	log_unlock_table(CPU0, log_pte());
	log_unlock_table(CPU0, log_pmd());
	log_lock_table(CPU0, log_pmd());
	log_lock_table(CPU0, log_pte());
	expect_pass();
}

run(t(test_an_entry_written_under_its_lock_is_legal),
    t(test_an_entry_written_without_its_lock_is_caught),
    t(test_the_lock_of_another_table_does_not_do),
    t(test_the_lock_of_another_cpu_does_not_do),
    t(test_what_an_mmu_writes_is_not_judged),
    t(test_a_table_not_linked_yet_is_not_judged),
    t(test_a_table_not_linked_any_more_is_not_judged),
    t(test_unlocking_what_another_holds_is_caught),
    t(test_a_lock_left_held_is_caught),
    t(test_interrupts_left_off_are_caught),
    t(test_rcu_left_locked_is_caught),
    t(test_rcu_unlocked_once_too_often_is_caught),
    t(test_sleeping_in_a_spinlock_is_caught),
    t(test_sleeping_with_interrupts_off_is_caught),
    t(test_waiting_for_rcu_inside_rcu_is_caught),
    t(test_call_rcu_inside_rcu_is_legal),
    t(test_an_ipi_with_interrupts_off_is_caught),
    t(test_an_ipi_with_interrupts_on_is_legal),
    t(test_lock_order_is_not_judged))
