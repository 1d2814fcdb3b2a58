/* SPDX-License-Identifier: MIT */
/*
 * Stores of kernel code that wait in the buffer of a weak machine: all of them
 * leave it, whoever is blocked; forcing one out forces no more than hardware.
 */
#include "lab.h"

#define LOCK1	((spinlock_t *)VAR(4))
#define LOCK2	((spinlock_t *)VAR(5))
#define LATE	(DELAY_MAX - 1)

static u64 final(volatile u64 *p)
{
	return mem_peek((u32)mem_off(p), 8);
}

static u64 rmw(volatile u64 *p, u64 val, u32 order)
{
	return machine_rmw(p, val, 8, (enum machine_rmw)(MACHINE_XCHG | order));
}

static bool got_stuck(void)
{
	return log_count(EV_STUCK);
}

/* --- who waits still makes its stores visible ----------------------------- */

static void unlocks_then_locks(void)
{
	spin_lock(LOCK1);
	spin_unlock(LOCK1);
	spin_lock(LOCK2);
	spin_unlock(LOCK2);
}

static void nests(void)
{
	spin_lock(LOCK2);
	spin_lock(LOCK1);
	spin_unlock(LOCK1);
	spin_unlock(LOCK2);
}

static void test_an_unlock_becomes_visible_while_its_owner_is_blocked(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(unlocks_then_locks, nests);
	expect_never(got_stuck);
}

static void stores_then_locks(void)
{
	WRITE_ONCE(*X, 1);
	spin_lock(LOCK1);
	spin_unlock(LOCK1);
}

static void polls_locked(void)
{
	spin_lock(LOCK1);
	while (!READ_ONCE(*X))
		cpu_relax();
	spin_unlock(LOCK1);
}

static void test_a_store_becomes_visible_while_its_owner_is_blocked(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(stores_then_locks, polls_locked);
	expect_never(got_stuck);
}

/* --- accessed and dirty updates -------------------------------------------- */

static void stores_over_update(void)
{
	mem_buffer_hw(sim.cur, VAR_OFF(0), 5, 0, LATE);
	WRITE_ONCE(*X, 7);
	smp_mb();
	r[0] = final(X);
}

static void test_a_full_barrier_waits_for_a_store_behind_an_update(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(stores_over_update);
	RUN_DULL();
	assert_int_equal(r[0], 7);
}

static void ends_with_update(void)
{
	mem_buffer_hw(sim.cur, VAR_OFF(0), 5, 0, LATE);
}

static void test_the_update_of_an_agent_that_ends_becomes_visible(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(ends_with_update);
	RUN_DULL();
	assert_int_equal(final(X), 5);
}

/* --- atomics whose writes wait for each other's cells --------------------- */

static void store_then_release(void)
{
	WRITE_ONCE(*Y, 1);
	r[0] = rmw(X, 2, MACHINE_RELEASE);
}

static void store_wmb_rmw(void)
{
	WRITE_ONCE(*X, 1);
	smp_wmb();
	r[1] = rmw(Y, 2, MACHINE_RELAXED);
}

static bool both_read_old(void)
{
	return final(X) == 1 && final(Y) == 1;
}

static void test_two_atomics_behind_stores_to_each_others_cell(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(store_then_release, store_wmb_rmw);
	expect_never(both_read_old);
}

/* The same, where the second one is the atomic of a lock. */
static void store_then_lock(void)
{
	spin_lock(LOCK2);
	WRITE_ONCE(*Y, 1);
	spin_unlock(LOCK2);
	spin_lock((spinlock_t *)X);
	r[0] = 1;
}

static void store_wmb_rmw_3(void)
{
	WRITE_ONCE(*X, 3);
	smp_wmb();
	r[1] = rmw(Y, 2, MACHINE_RELAXED);
}

static bool lock_overtaken(void)
{
	return r[0] && final(X) == 3 && final(Y) == 1;
}

static void test_a_lock_and_an_atomic_behind_stores_to_each_other(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(store_then_lock, store_wmb_rmw_3);
	expect_never(lock_overtaken);
}

static void many_then_rmw(void)
{
	mem_buffer(sim.cur, VAR_OFF(1), 1, 8, LATE, 0, 0);
	while (sim.cur->nr_sb < STORE_BUFFER)
		mem_buffer(sim.cur, VAR_OFF(2), 1, 8, LATE, 0, 0);
	r[0] = rmw(X, 9, MACHINE_RELAXED);
}

/* r[0] is what was there just before the atomic's write. */
static bool overtaken(void)
{
	u32 v = mem_version(VAR_OFF(0));

	while (v && versions[v].val != 9)
		v = versions[v].prev;
	return v && versions[versions[v].prev].val != r[0];
}

static void test_room_in_a_full_buffer_is_made_before_an_atomic_reads(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(many_then_rmw, store_wmb_rmw);
	expect_never(overtaken);
}

/* --- dependencies ---------------------------------------------------------- */

#define POINTER		42

static u32 leads_to_y(u32 off, u64 val, struct span span[4])
{
	(void)off;
	if (val != POINTER)
		return 0;
	span[0] = (struct span){ VAR_OFF(1), VAR_OFF(1) + 8 };
	return 1;
}

static void publishes(void)
{
	WRITE_ONCE(*Y, 1);
	smp_wmb();
	WRITE_ONCE(*X, POINTER);
}

static void takes_pointer(void)
{
	r[0] = rmw(X, 0, MACHINE_RELAXED);
	r[1] = READ_ONCE(*Y);
}

static void reads_pointer(void)
{
	r[0] = READ_ONCE(*X);
	r[1] = READ_ONCE(*Y);
}

static bool stale_behind_pointer(void)
{
	return r[0] == POINTER && !r[1];
}

static void test_what_an_atomic_returned_orders_what_it_leads_to(void **s)
{
	(void)s;
	lab_setup("weak");
	CAST(publishes, reads_pointer);
	expect_sometimes(stale_behind_pointer);
	mem_refers = leads_to_y;
	expect_never(stale_behind_pointer);
	CAST(publishes, takes_pointer);
	expect_never(stale_behind_pointer);
	mem_refers = NULL;
	expect_sometimes(stale_behind_pointer);
}

#define T(name)	cmocka_unit_test(test_##name)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_unlock_becomes_visible_while_its_owner_is_blocked),
		T(a_store_becomes_visible_while_its_owner_is_blocked),
		T(a_full_barrier_waits_for_a_store_behind_an_update),
		T(the_update_of_an_agent_that_ends_becomes_visible),
		T(what_an_atomic_returned_orders_what_it_leads_to),
		T(room_in_a_full_buffer_is_made_before_an_atomic_reads),
		T(two_atomics_behind_stores_to_each_others_cell),
		T(a_lock_and_an_atomic_behind_stores_to_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
