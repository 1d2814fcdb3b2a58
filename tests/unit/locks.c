/* SPDX-License-Identifier: MIT */
/* Spinlocks, rwsems and interrupts of the environment. */
#include "lab.h"

#define LOCK	((spinlock_t *)VAR(4))
#define SEM	((struct rw_semaphore *)VAR(5))

static u64 final(volatile u64 *p)
{
	return mem_peek((u32)mem_off(p), 8);
}

static bool got_stuck(void)
{
	return log_count(EV_STUCK);
}

/* --- spinlocks ------------------------------------------------------------ */

static void add_one(void)
{
	u64 val = READ_ONCE(*X);

	WRITE_ONCE(*X, val + 1);
}

static void add_locked(void)
{
	spin_lock(LOCK);
	add_one();
	spin_unlock(LOCK);
}

static bool lost_update(void) { return final(X) != 2; }

static void test_a_spinlock_excludes_under_sc(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(add_locked, add_locked);
	expect_never(lost_update);
}

/* An unlock waits behind the buffered stores of its section. */
static void test_a_spinlock_excludes_under_tso(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(add_locked, add_locked);
	expect_never(lost_update);
}

static void test_nobody_waits_for_a_spinlock_for_ever(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(add_locked, add_locked, add_locked);
	expect_never(got_stuck);
}

static void unlocks_late(void)
{
	spin_lock(LOCK);
	WRITE_ONCE(*X, 1);
	spin_unlock(LOCK);
	r[0] = mem_peek((u32)mem_off(LOCK), 4);
	WRITE_ONCE(*Y, 1);
}

static void test_an_unlock_is_visible_after_the_stores_before_it(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(unlocks_late);
	RUN_WITH(DEV(DELAY, 0, 2, 4));
	assert_int_equal(r[0], 1);		/* still held: owner 0 + 1 */
	assert_int_equal(mem_peek((u32)mem_off(LOCK), 4), 0);
}

static void tries(void)
{
	r[sim.cur->id] = spin_trylock(LOCK);
	add_one();
	if (r[sim.cur->id])
		spin_unlock(LOCK);
}

static bool tried_in_vain(void) { return !r[0] || !r[1]; }
static bool both_tried_in_vain(void) { return !r[0] && !r[1]; }

static void test_a_trylock_fails_only_while_it_is_held(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(tries);
	RUN_DULL();
	assert_int_equal(r[0], 1);
	CAST(tries, tries);
	expect_sometimes(tried_in_vain);
}

static void test_a_trylock_is_a_fault_point(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(tries, tries);
	expect_sometimes(both_tried_in_vain);
	assert_int_not_equal(log_count(EV_FAULT), 0);
}

/* --- rwsems --------------------------------------------------------------- */

/* Readers and writers that are in; not shared memory: exact at any step. */
static u32 inside[2];

static void reads_shared(void)
{
	down_read(SEM);
	inside[0]++;
	if (inside[1])
		r[0]++;
	r[1] |= inside[0] > 1;
	add_one();
	inside[0]--;
	up_read(SEM);
}

static void writes_alone(void)
{
	down_write(SEM);
	inside[1]++;
	if (inside[0] || inside[1] > 1)
		r[0]++;
	add_one();
	inside[1]--;
	up_write(SEM);
}

static bool not_alone(void) { return r[0]; }
static bool readers_met(void) { return r[1]; }

static void test_a_writer_is_alone(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(writes_alone, writes_alone, reads_shared);
	expect_never(not_alone);
}

static void test_readers_share(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(reads_shared, reads_shared);
	expect_sometimes(readers_met);
}

static void test_nobody_waits_for_a_rwsem_for_ever(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(writes_alone, reads_shared, reads_shared);
	expect_never(got_stuck);
}

/* --- interrupts ----------------------------------------------------------- */

static bool irqs_off;

static void nothing(void *info)
{
	(void)info;
}

static void irq_section(void)
{
	unsigned long flags;

	irqs_off = false;
	local_irq_save(flags);
	irqs_off = true;
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*X, 2);
	irqs_off = false;
	local_irq_restore(flags);
}

static void interrupts_all(void)
{
	bool was_off;

	WRITE_ONCE(*Y, 1);		/* others may run before this */
	was_off = irqs_off;
	smp_call_function(nothing, NULL, 1);
	r[0] = was_off;
	r[1] = was_off && irqs_off;
}

static bool caught_it(void) { return r[0]; }
static bool did_not_wait(void) { return r[1]; }

static void test_a_section_with_irqs_off_is_sometimes_interrupted(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(irq_section, interrupts_all);
	expect_sometimes(caught_it);
}

static void test_an_ipi_waits_for_a_cpu_with_irqs_off(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(irq_section, interrupts_all);
	expect_never(did_not_wait);
}

static void test_an_ipi_is_always_taken_in_the_end(void **state)
{
	(void)state;
	lab_setup("tso");
	CAST(irq_section, interrupts_all);
	expect_never(got_stuck);
}

static void plain_work(void) { add_one(); }

static void test_an_ipi_is_taken_at_once_with_irqs_on(void **state)
{
	u32 sent;

	(void)state;
	lab_setup("sc");
	CAST(interrupts_all, plain_work);
	RUN_DULL();
	sent = log_find(0, EV_IPI_SEND, 0);
	assert_int_equal(log_event(sent + 1)->type, EV_IPI_DONE);
	assert_int_equal(log_event(sent + 1)->agent, 1);
}

static void stores(void)
{
	WRITE_ONCE(*X, 1);
	(void)READ_ONCE(*Y);
	(void)READ_ONCE(*Y);
}

/* Taking an interrupt is serialising. */
static void test_an_interrupt_makes_buffered_stores_visible(void **state)
{
	u32 done;

	(void)state;
	lab_setup("tso");
	CAST(stores, interrupts_all);
	RUN_WITH(DEV(DELAY, 0, 1, DELAY_MAX - 1), DEV(SWITCH, 0, 2, 1));
	done = log_find(0, EV_IPI_DONE, 0);
	assert_true(log_find(0, EV_COMMIT, 0) < done);
}

static void both_off(void)
{
	unsigned long flags;

	local_irq_save(flags);
	smp_call_function(nothing, NULL, 1);
	local_irq_restore(flags);
}

/* kernel/smp.c warns of it: each waits for the other with interrupts off. */
static void test_ipis_with_irqs_off_can_deadlock(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(both_off, both_off);
	expect_sometimes(got_stuck);
}

static void nested(void)
{
	unsigned long outer, inner;

	local_irq_save(outer);
	local_irq_save(inner);
	local_irq_restore(inner);
	r[0] = sim.cur->irq_off;
	local_irq_restore(outer);
	r[1] = sim.cur->irq_off;
}

static void test_interrupts_stay_off_until_the_outer_restore(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(nested);
	RUN_DULL();
	assert_int_equal(r[0], 1);
	assert_int_equal(r[1], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_spinlock_excludes_under_sc),
		cmocka_unit_test(test_a_spinlock_excludes_under_tso),
		cmocka_unit_test(test_nobody_waits_for_a_spinlock_for_ever),
		cmocka_unit_test(test_an_unlock_is_visible_after_the_stores_before_it),
		cmocka_unit_test(test_a_trylock_fails_only_while_it_is_held),
		cmocka_unit_test(test_a_trylock_is_a_fault_point),
		cmocka_unit_test(test_a_writer_is_alone),
		cmocka_unit_test(test_readers_share),
		cmocka_unit_test(test_nobody_waits_for_a_rwsem_for_ever),
		cmocka_unit_test(test_a_section_with_irqs_off_is_sometimes_interrupted),
		cmocka_unit_test(test_an_ipi_waits_for_a_cpu_with_irqs_off),
		cmocka_unit_test(test_an_ipi_is_always_taken_in_the_end),
		cmocka_unit_test(test_an_ipi_is_taken_at_once_with_irqs_on),
		cmocka_unit_test(test_an_interrupt_makes_buffered_stores_visible),
		cmocka_unit_test(test_ipis_with_irqs_off_can_deadlock),
		cmocka_unit_test(test_interrupts_stay_off_until_the_outer_restore),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
