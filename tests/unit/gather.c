/* SPDX-License-Identifier: MIT */
/*
 * mmu_gather: entries are cleared; then TLBs are flushed; then pages are freed;
 * tables not before walkers without locks are gone either.
 */
#include "lab.h"

static u32 freed, flushed;	/* events of the last run */

#define FRAME	3

static struct page *the_page(void)
{
	return mem_ptr(frame_page_off(FRAME));
}

static void gathers_page(void)
{
	struct page *page = the_page();
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, NULL);
	tlb_flush_entry(&tlb, 0x4000, PAGE_SIZE);
	tlb_remove_page(&tlb, page);
	tlb_finish_mmu(&tlb);
}

static void gathers_table(void)
{
	struct page *table = the_page();
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, NULL);
	tlb_flush_entry(&tlb, 0x4000, PMD_SIZE);
	tlb_remove_table(&tlb, table);
	tlb_finish_mmu(&tlb);
}

static void setup(enum flush_kind kind)
{
	lab_setup("sc");
	hw.flush = kind;
	page_take(FRAME, 0);
	page_alloc_baseline();
}

static void other_cpu(void)
{
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*X, 2);
}

static u32 last_of(enum event_type type)
{
	for (u32 i = event_log.nr; i--;)
		if (event_log.ev[i].type == type)
			return i;
	return 0;
}

/* Every CPU's TLB was invalidated before the first free. */
static bool freed_before_flush(void)
{
	if (!log_count(EV_PAGE_FREE))
		return false;
	for (freed = 0; event_log.ev[freed].type != EV_PAGE_FREE; freed++)
		;
	flushed = 0;
	for (u32 i = 0; i < freed; i++)
		flushed += event_log.ev[i].type == EV_TLBI_DONE;
	return flushed < sim.nr_cpus;
}

static bool not_freed(void)
{
	return log_count(EV_PAGE_FREE) != 1;
}

static void both_kinds_of_flush(agent_fn fn, bool (*outcome)(void))
{
	for (u32 kind = FLUSH_IPI; kind <= FLUSH_BROADCAST; kind++) {
		setup(kind);
		CAST(fn, other_cpu);
		expect_never(outcome);
	}
}

static void test_a_page_is_freed_after_the_flush(void **state)
{
	(void)state;
	both_kinds_of_flush(gathers_page, freed_before_flush);
}

static void test_a_table_is_freed_after_the_flush(void **state)
{
	(void)state;
	both_kinds_of_flush(gathers_table, freed_before_flush);
}

static void test_a_page_is_freed_once(void **state)
{
	(void)state;
	both_kinds_of_flush(gathers_page, not_freed);
}

static void test_a_table_is_freed_once(void **state)
{
	(void)state;
	both_kinds_of_flush(gathers_table, not_freed);
}

/* --- walkers without locks ------------------------------------------------ */

static bool walking, was_walking, freed_under_walker;

static void saw_free(const struct event *ev)
{
	(void)ev;
	freed_under_walker |= was_walking && walking;
}

static void saw_flush(const struct event *ev)
{
	(void)ev;
	/* The table was unlinked before: later walkers cannot find it. */
	was_walking = walking;
}

static void forget(void)
{
	walking = was_walking = freed_under_walker = false;
}

static void irq_walker(void)
{
	unsigned long flags;

	forget();
	local_irq_save(flags);
	walking = true;
	other_cpu();
	walking = false;
	local_irq_restore(flags);
}

static void rcu_walker(void)
{
	forget();
	rcu_read_lock();
	walking = true;
	other_cpu();
	walking = false;
	rcu_read_unlock();
}

static bool under_walker(void) { return freed_under_walker; }
static bool met(void) { return was_walking; }

static void setup_walk(enum flush_kind kind, agent_fn walker)
{
	setup(kind);
	event_watch_add(BIT(EV_TLBI), saw_flush);
	event_watch_add(BIT(EV_PAGE_FREE), saw_free);
	CAST(walker, gathers_table);
}

/* Broadcast invalidation waits for nobody: it is the grace period that does. */
static void test_a_table_outlives_walkers_with_irqs_off(void **state)
{
	(void)state;
	for (u32 kind = FLUSH_IPI; kind <= FLUSH_BROADCAST; kind++) {
		setup_walk(kind, irq_walker);
		expect_sometimes(met);
		expect_never(under_walker);
	}
}

static void test_a_table_outlives_walkers_under_rcu(void **state)
{
	(void)state;
	for (u32 kind = FLUSH_IPI; kind <= FLUSH_BROADCAST; kind++) {
		setup_walk(kind, rcu_walker);
		expect_sometimes(met);
		expect_never(under_walker);
	}
}

static bool met_without_memory(void)
{
	return was_walking && log_count(EV_FAULT);
}

/* No memory for a batch: wait for all CPUs and for RCU, then free. */
static void test_a_table_outlives_walkers_when_memory_is_short(void **state)
{
	static const agent_fn walkers[] = { irq_walker, rcu_walker };

	(void)state;
	for (u32 i = 0; i < 2; i++) {
		setup_walk(FLUSH_BROADCAST, walkers[i]);
		expect_sometimes(met_without_memory);
		expect_never(under_walker);
	}
}

static void test_without_memory_every_cpu_is_interrupted(void **state)
{
	u32 free_ev;

	(void)state;
	setup(FLUSH_BROADCAST);
	CAST(gathers_table, other_cpu);
	/* The first step allocates the batch. */
	RUN_WITH(DEV(FAULT, 0, 1, 1));
	free_ev = last_of(EV_PAGE_FREE);
	assert_true(last_of(EV_TLBI_DONE) < last_of(EV_IPI_DONE));
	assert_true(last_of(EV_IPI_DONE) < last_of(EV_RCU_CALL));
	assert_true(last_of(EV_RCU_CALL) < free_ev);
}

static void gathers_many(void)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, NULL);
	for (u32 i = 0; i < MMU_GATHER_BUNDLE + 1; i++) {
		struct page *page = alloc_page(GFP_KERNEL);

		tlb_flush_entry(&tlb, i * PAGE_SIZE, PAGE_SIZE);
		tlb_remove_page(&tlb, page);
	}
	r[0] = log_count(EV_PAGE_FREE);
	tlb_finish_mmu(&tlb);
	r[1] = log_count(EV_PAGE_FREE);
}

static void test_a_full_bundle_is_flushed_and_freed(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(gathers_many);
	RUN_DULL();
	assert_int_equal(r[0], MMU_GATHER_BUNDLE);
	assert_int_equal(r[1], MMU_GATHER_BUNDLE + 1);
	assert_int_equal(log_count(EV_TLBI), 2);
}

/* For oracles: the log says whom an invalidation is for, and who had it. */
static void test_each_delivery_names_its_invalidation(void **state)
{
	static const enum flush_kind kinds[] = { FLUSH_IPI, FLUSH_BROADCAST };

	(void)state;
	for (u32 k = 0; k < 2; k++) {
		u32 ver, reached = 0;

		setup(kinds[k]);
		CAST(gathers_table, other_cpu);
		RUN_DULL();
		ver = log_event(last_of(EV_TLBI))->ver;
		for (u32 i = 0; i < event_log.nr; i++)
			if (log_event(i)->type == EV_TLBI_DONE &&
			    log_event(i)->ver == ver)
				reached |= 1u << log_event(i)->agent;
		assert_int_not_equal(ver >> 8, 0);
		assert_int_equal(ver & 0xff, reached);
		assert_int_equal(reached, (1u << sim.nr_cpus) - 1);
	}
}

static void gathers_nothing(void)
{
	struct mmu_gather tlb;

	tlb_gather_mmu(&tlb, NULL);
	tlb_finish_mmu(&tlb);
	WRITE_ONCE(*X, 1);
}

static void test_nothing_gathered_is_nothing_flushed(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(gathers_nothing, other_cpu);
	RUN_DULL();
	assert_int_equal(log_count(EV_TLBI), 0);
}

static void test_a_batch_is_freed_with_its_tables(void **state)
{
	(void)state;
	setup(FLUSH_IPI);
	CAST(gathers_table, other_cpu);
	RUN_DULL();
	assert_int_equal(slab_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_page_is_freed_after_the_flush),
		cmocka_unit_test(test_a_table_is_freed_after_the_flush),
		cmocka_unit_test(test_a_page_is_freed_once),
		cmocka_unit_test(test_a_table_is_freed_once),
		cmocka_unit_test(test_a_table_outlives_walkers_with_irqs_off),
		cmocka_unit_test(test_a_table_outlives_walkers_under_rcu),
		cmocka_unit_test(test_a_table_outlives_walkers_when_memory_is_short),
		cmocka_unit_test(test_without_memory_every_cpu_is_interrupted),
		cmocka_unit_test(test_a_full_bundle_is_flushed_and_freed),
		cmocka_unit_test(test_each_delivery_names_its_invalidation),
		cmocka_unit_test(test_nothing_gathered_is_nothing_flushed),
		cmocka_unit_test(test_a_batch_is_freed_with_its_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
