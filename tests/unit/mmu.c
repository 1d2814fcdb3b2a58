/* SPDX-License-Identifier: MIT */
/* Walks, accessed and dirty bits, and what a TLB may still hold. */
#include "lab.h"

#define VA_		0x5000UL
#define ROOT		20	/* frames: tables from here down the path */
#define PAGE_A		70
#define PAGE_B		6
#define DATA_A		0xaaUL
#define DATA_B		0xbbUL

/* Bits of the manual. */
#define RW		0x007UL
#define RO		0x005UL
#define ACC		0x020UL
#define DIRTY		0x040UL

static u64 entry(u32 frame, u64 bits)
{
	return (u64)frame_pfn(frame) << 12 | bits;
}

static u32 table_of(u32 level)
{
	return ROOT + hw.fmt->levels - level;
}

static u32 slot(u32 level)
{
	return fmt_slot(hw.fmt, frame_off(table_of(level)), VA_, level);
}

#define PTE	((volatile u64 *)mem_ptr(slot(1)))
#define PMD	((volatile u64 *)mem_ptr(slot(2)))

static u64 pte_now(void) { return mem_peek(slot(1), 8); }

/* Not shared memory: exact at any step. */
static bool changed, flushed;

static void setup(const char *model, u64 pte)
{
	lab_setup(model);
	hw.root = frame_off(ROOT);
	for (u32 l = hw.fmt->levels; l > 1; l--)
		mem_poke(slot(l), entry(table_of(l) + 1, RW | ACC), 8);
	mem_poke(slot(1), pte, 8);
	mem_poke(frame_off(PAGE_A), DATA_A, 8);
	mem_poke(frame_off(PAGE_B), DATA_B, 8);
}

static void user_load(void)
{
	r[1] = 1 + mmu_access(VA_, false, &r[0]);
}

static void user_store(void)
{
	u64 val = 0x5a;

	r[1] = 1 + mmu_access(VA_, true, &val);
}

/* --- walks ---------------------------------------------------------------- */

static const char *const machines[] = { "tso", "tso32" };

#define for_each_machine(i) for (u32 i = 0; i < 2; i++)

static void test_a_load_goes_down_the_tables_to_the_page(void **state)
{
	(void)state;
	for_each_machine(i) {
		u32 nr = 0;

		setup(machines[i], entry(PAGE_A, RW));
		CAST(user_load);
		RUN_DULL();
		assert_int_equal(r[0], DATA_A);
		for (u32 n = 0; n < event_log.nr; n++)
			if (event_log.ev[n].type == EV_WALK)
				assert_int_equal(event_log.ev[n].off,
						 slot(hw.fmt->levels - nr++));
		assert_int_equal(nr, hw.fmt->levels);
	}
}

static void test_an_absent_entry_is_a_fault_at_its_slot(void **state)
{
	(void)state;
	for_each_machine(i) {
		u32 fault_ev;

		setup(machines[i], 0);
		CAST(user_load);
		RUN_DULL();
		fault_ev = log_find(0, EV_PGFAULT, 0);
		assert_int_equal(r[1], 1 + MMU_FAULT);
		assert_int_equal(log_event(fault_ev)->off, slot(1));
	}
}

static void test_a_load_sets_accessed_and_not_dirty(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RW));
		CAST(user_load);
		RUN_DULL();
		assert_int_equal(pte_now(), entry(PAGE_A, RW | ACC));
	}
}

static void test_a_store_sets_both_in_one_step(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RW));
		CAST(user_store);
		RUN_DULL();
		assert_int_equal(pte_now(), entry(PAGE_A, RW | ACC | DIRTY));
		assert_int_equal(log_count(EV_WALK_AD), 1);
	}
}

static void test_a_store_without_the_right_is_a_fault_and_sets_nothing(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RO));
		CAST(user_store);
		RUN_DULL();
		assert_int_equal(r[1], 1 + MMU_FAULT);
		assert_int_equal(pte_now(), entry(PAGE_A, RO));
	}
}

static void other_reads(void)
{
	WRITE_ONCE(*X, 1);
	r[2] = cmpxchg(PTE, 0, 0);
	r[3] = mem_peek(frame_off(PAGE_A), 8);
}

static bool dirty_without_store(void)
{
	return (r[2] & DIRTY) && !sim.buffer && r[3] == DATA_A;
}

/* R-AD-4: by the step that performs the store, never before it. */
static void test_dirty_comes_with_the_store(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW));
	CAST(user_store, other_reads);
	expect_never(dirty_without_store);
}

static void takes(void)
{
	WRITE_ONCE(*X, 1);
	r[2] = xchg(PTE, 0);
}

static bool dirty_after_taken(void)
{
	return pte_now() & DIRTY || pte_now() & ACC;
}

static bool stored_but_lost(void)
{
	return r[1] == 1 + MMU_OK && r[2] && !(r[2] & DIRTY);
}

/* R-AD-3: the update is atomic, and of the entry it was meant for. */
static void test_an_update_never_brings_back_an_entry_that_was_taken(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RW));
		CAST(user_store, takes);
		expect_never(dirty_after_taken);
	}
}

static void test_who_takes_an_entry_gets_the_dirty_bit_of_a_store(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RW));
		CAST(user_store, takes);
		expect_never(stored_but_lost);
	}
}

static void test_both_halves_of_an_update_are_one_step(void **state)
{
	(void)state;
	setup("tso32", entry(PAGE_A, RW));
	CAST(user_store);
	RUN_DULL();
	assert_int_equal(versions[mem_version(slot(1))].ts,
			 versions[mem_version(slot(1) + 4)].ts);
}

/* --- what may be cached (R-TLB-1, R-TLB-3) -------------------------------- */

static void remap(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_B, RW | ACC));
	changed = true;
	WRITE_ONCE(*X, 1);
}

static void remap_and_flush(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_B, RW | ACC));
	changed = true;
	flush_tlb_page(NULL, VA_);
	flushed = true;
	WRITE_ONCE(*X, 1);
}

static void load_after(void)
{
	WRITE_ONCE(*Y, 1);
	r[2] = changed;
	r[3] = flushed;
	user_load();
}

static bool stale(void) { return r[2] && r[0] == DATA_A; }
static bool stale_after_flush(void) { return r[3] && r[0] == DATA_A; }
static bool new_after_flush(void) { return r[3] && r[0] == DATA_B; }

static void test_an_old_translation_may_be_used_until_it_is_flushed(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RW | ACC));
		CAST(remap, load_after);
		expect_sometimes(stale);
	}
}

static void test_it_may_not_be_used_after_the_flush(void **state)
{
	(void)state;
	for (u32 kind = FLUSH_IPI; kind <= FLUSH_BROADCAST; kind++) {
		setup("tso", entry(PAGE_A, RW | ACC));
		hw.flush = kind;
		CAST(remap_and_flush, load_after);
		expect_sometimes(new_after_flush);
		expect_never(stale_after_flush);
	}
}

static void test_an_entry_not_accessed_is_in_no_tlb(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], entry(PAGE_A, RW));
		CAST(remap, load_after);
		expect_never(stale);
	}
}

static void maps(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_A, RW));
	changed = true;
	WRITE_ONCE(*X, 1);
}

static bool faulted_after_change(void)
{
	return r[2] && r[1] == 1 + MMU_FAULT;
}

static void test_an_absent_entry_is_in_no_tlb(void **state)
{
	(void)state;
	for_each_machine(i) {
		setup(machines[i], 0);
		CAST(maps, load_after);
		expect_never(faulted_after_change);
	}
}

/* A flush that was delivered before the change does not help. */
static void flush_then_remap(void)
{
	changed = flushed = false;
	flush_tlb_page(NULL, VA_);
	xchg(PTE, entry(PAGE_B, RW | ACC));
	changed = true;
	WRITE_ONCE(*X, 1);
}

static void test_a_flush_before_the_change_does_not_end_it(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW | ACC));
	CAST(flush_then_remap, load_after);
	expect_sometimes(stale);
}

static void flush_elsewhere(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_B, RW | ACC));
	changed = true;
	flush_tlb_page(NULL, VA_ + 0x1000);
	flushed = true;
	WRITE_ONCE(*X, 1);
}

static void test_a_flush_of_another_address_does_not_end_it(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW | ACC));
	CAST(flush_elsewhere, load_after);
	expect_sometimes(stale_after_flush);
}

/* --- restart -------------------------------------------------------------- */

static void unlink_and_flush(void)
{
	xchg(PMD, 0UL);
	flush_tlb_mm_range(NULL, 0, 1UL << 18);
}

/* Does CPU 0 walk on in the unlinked table when the flush has reached it? */
static bool walked_on(void)
{
	u32 done = log_find(0, EV_TLBI_DONE, 0);
	u32 walk = done == NOT_THERE ? done : log_find(done, EV_WALK, 0);

	for (; walk != NOT_THERE; walk = log_find(walk + 1, EV_WALK, 0))
		if (event_log.ev[walk].off == slot(1) &&
		    event_log.ev[walk].type == EV_WALK &&
		    log_find(0, EV_RMW, 1) < done)
			return true;
	return false;
}

static void test_an_invalidation_restarts_a_walk_in_progress(void **state)
{
	(void)state;
	for (u32 kind = FLUSH_IPI; kind <= FLUSH_BROADCAST; kind++) {
		setup("tso", entry(PAGE_A, RW | ACC));
		hw.flush = kind;
		CAST(user_load, unlink_and_flush);
		expect_never(walked_on);
	}
}

/* --- permission faults (R-WALK-8) ----------------------------------------- */

static void allow_writes(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_A, RW | ACC));
	changed = true;
	WRITE_ONCE(*X, 1);
}

static void store_twice_after(void)
{
	u64 val = 1;

	WRITE_ONCE(*Y, 1);
	r[2] = changed;
	r[3] = mmu_access(VA_, true, &val);
	if (r[3] == MMU_FAULT)
		r[4] = mmu_access(VA_, true, &val);
}

static bool spurious(void) { return r[2] && r[3] == MMU_FAULT; }
static bool spurious_twice(void) { return spurious() && r[4] == MMU_FAULT; }

static void test_wider_rights_may_cost_one_spurious_fault(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RO | ACC));
	CAST(allow_writes, store_twice_after);
	expect_sometimes(spurious);
}

static void test_the_retry_sees_memory(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RO | ACC));
	CAST(allow_writes, store_twice_after);
	expect_never(spurious_twice);
}

/* --- cached dirty bits (R-AD-7) ------------------------------------------- */

static void clean(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_A, RW | ACC));
	changed = true;
	WRITE_ONCE(*X, 1);
}

static void clean_and_flush(void)
{
	changed = flushed = false;
	xchg(PTE, entry(PAGE_A, RW | ACC));
	changed = true;
	flush_tlb_page(NULL, VA_);
	flushed = true;
	WRITE_ONCE(*X, 1);
}

static void store_after(void)
{
	WRITE_ONCE(*Y, 1);
	r[2] = changed;
	r[3] = flushed;
	user_store();
}

static bool wrote_without_a_trace(void)
{
	return r[2] && r[1] == 1 + MMU_OK && !(pte_now() & DIRTY);
}

static bool wrote_without_a_trace_after_flush(void)
{
	return r[3] && wrote_without_a_trace();
}

static void test_a_cached_dirty_entry_writes_without_touching_memory(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW | ACC | DIRTY));
	CAST(clean, store_after);
	expect_sometimes(wrote_without_a_trace);
}

static void test_after_the_flush_a_write_sets_dirty_again(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW | ACC | DIRTY));
	CAST(clean_and_flush, store_after);
	expect_never(wrote_without_a_trace_after_flush);
}

static void unmap(void)
{
	changed = flushed = false;
	xchg(PTE, 0UL);
	changed = true;
	WRITE_ONCE(*X, 1);
}

static bool wrote_after_unmap(void)
{
	return r[2] && r[1] == 1 + MMU_OK;
}

/* Setting the dirty bit needs the entry: it is not there any more. */
static void test_a_cached_clean_entry_does_not_write_once_unmapped(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW | ACC));
	CAST(unmap, store_after);
	expect_never(wrote_after_unmap);
}

static void test_a_cached_dirty_entry_writes_even_then(void **state)
{
	(void)state;
	setup("sc", entry(PAGE_A, RW | ACC | DIRTY));
	CAST(unmap, store_after);
	expect_sometimes(wrote_after_unmap);
}

/* --- speculation (R-AD-2) ------------------------------------------------- */

static void works(void)
{
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*X, 2);
}

static bool accessed_by_nobody(void) { return pte_now() & ACC; }
static bool dirtied_by_nobody(void) { return pte_now() & DIRTY; }

static void setup_speculation(void)
{
	static const u64 va = VA_;

	setup("sc", entry(PAGE_A, RW));
	hw.va = &va;
	hw.nr_va = 1;
	hw.speculates = true;
}

static void test_speculation_may_set_accessed(void **state)
{
	(void)state;
	setup_speculation();
	CAST(works);
	expect_sometimes(accessed_by_nobody);
}

static void test_speculation_never_sets_dirty(void **state)
{
	(void)state;
	setup_speculation();
	CAST(works);
	expect_never(dirtied_by_nobody);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_load_goes_down_the_tables_to_the_page),
		cmocka_unit_test(test_an_absent_entry_is_a_fault_at_its_slot),
		cmocka_unit_test(test_a_load_sets_accessed_and_not_dirty),
		cmocka_unit_test(test_a_store_sets_both_in_one_step),
		cmocka_unit_test(test_a_store_without_the_right_is_a_fault_and_sets_nothing),
		cmocka_unit_test(test_dirty_comes_with_the_store),
		cmocka_unit_test(test_an_update_never_brings_back_an_entry_that_was_taken),
		cmocka_unit_test(test_who_takes_an_entry_gets_the_dirty_bit_of_a_store),
		cmocka_unit_test(test_both_halves_of_an_update_are_one_step),
		cmocka_unit_test(test_an_old_translation_may_be_used_until_it_is_flushed),
		cmocka_unit_test(test_it_may_not_be_used_after_the_flush),
		cmocka_unit_test(test_an_entry_not_accessed_is_in_no_tlb),
		cmocka_unit_test(test_an_absent_entry_is_in_no_tlb),
		cmocka_unit_test(test_a_flush_before_the_change_does_not_end_it),
		cmocka_unit_test(test_a_flush_of_another_address_does_not_end_it),
		cmocka_unit_test(test_an_invalidation_restarts_a_walk_in_progress),
		cmocka_unit_test(test_wider_rights_may_cost_one_spurious_fault),
		cmocka_unit_test(test_the_retry_sees_memory),
		cmocka_unit_test(test_a_cached_dirty_entry_writes_without_touching_memory),
		cmocka_unit_test(test_after_the_flush_a_write_sets_dirty_again),
		cmocka_unit_test(test_a_cached_clean_entry_does_not_write_once_unmapped),
		cmocka_unit_test(test_a_cached_dirty_entry_writes_even_then),
		cmocka_unit_test(test_speculation_may_set_accessed),
		cmocka_unit_test(test_speculation_never_sets_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
