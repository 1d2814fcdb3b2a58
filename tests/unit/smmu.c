/* SPDX-License-Identifier: MIT */
/* What an SMMU may hold, must forget, and does to descriptors. */
#include "smmu_lab.h"

#define PLAIN	SMMU_FEAT_COHACC
#define HTTU	(SMMU_FEAT_COHACC | SMMU_FEAT_HA | SMMU_FEAT_HD)

/* --- R-SMMU-1 ---------------------------------------------------------------- */

static void remap(void)
{
	xchg(PTE, leaf(PAGE_B, DIRTY));
	changed = true;
}

static void remap_and_sync(void)
{
	remap();
	put(TLBI_VA(IOVA_));
	flushed = !sync();
}

static bool stale(void) { return r[2] && r[0] == DATA_A; }
static bool stale_after_flush(void) { return r[3] && r[0] == DATA_A; }
static bool new_after_flush(void) { return r[3] && r[0] == DATA_B; }

static void r_smmu_1_an_old_translation_may_be_used(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	CAST(remap);
	device_cast(device_reads);
	expect_sometimes(stale);
}

static bool faulted_after_change(void)
{
	return r[2] && r[1] == 1 + DMA_ABORT;
}

static bool denied(void) { return r[1] == 1 + DMA_ABORT; }

static void r_smmu_1_a_fault_is_in_no_tlb(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, 0);
	CAST(remap);
	device_cast(device_reads);
	expect_sometimes(denied);
	expect_never(faulted_after_change);
}

static void r_smmu_1_it_reads_what_is_visible(void **state)
{
	(void)state;
	smmu_setup("weak", PLAIN, 0);
	CAST(remap);
	device_cast(device_reads);
	expect_never(faulted_after_change);
}

/* --- R-SMMU-3, R-SMMU-4 ------------------------------------------------------ */

static void remap_and_consume(void)
{
	remap();
	put(TLBI_VA(IOVA_));
	ring();
	flushed = !consumed();
}

static void r_smmu_3_what_is_consumed_may_not_have_arrived(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	CAST(remap_and_consume);
	device_cast(device_reads);
	expect_sometimes(stale_after_flush);
}

static void r_smmu_4_after_sync_entries_are_gone(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	CAST(remap_and_sync);
	device_cast(device_reads);
	expect_sometimes(new_after_flush);
	expect_never(stale_after_flush);
}

static void remap_and_sync_other(void)
{
	remap();
	put(SMMU_CMD_TLBI_NH_VA | (ASID_ + 1ULL) << SMMU_TLBI_ASID_SHIFT,
	    IOVA_);
	flushed = !sync();
}

static void remap_and_sync_range(void)
{
	remap();
	/* 4K granule, level 3, eight pages from 0x1000 */
	put(SMMU_CMD_TLBI_NH_VA | (u64)ASID_ << SMMU_TLBI_ASID_SHIFT |
	    7ULL << SMMU_TLBI_NUM_SHIFT,
	    0x1000 | SMMU_TLBI_1_LEAF | 3 << SMMU_TLBI_1_TTL_SHIFT |
	    1 << SMMU_TLBI_1_TG_SHIFT);
	flushed = !sync();
}

static void r_smmu_4_an_invalidation_has_a_scope(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(device_reads);
	CAST(remap_and_sync_other);
	expect_sometimes(stale_after_flush);
	CAST(remap_and_sync_range);
	expect_never(stale_after_flush);
}

static void unlink_and_sync(void)
{
	xchg(PMD, 0UL);
	put(SMMU_CMD_TLBI_NH_ALL, 0);
	flushed = !sync();
}

/* Does the device walk on in the unlinked table, once @op is consumed? */
static bool walks_on_after(u64 op)
{
	u32 i = log_find(0, EV_SMMU_CMD, 2);

	while (i != NOT_THERE && event_log.ev[i].val != op)
		i = log_find(i + 1, EV_SMMU_CMD, 2);
	for (; i < event_log.nr; i++)
		if (event_log.ev[i].type == EV_WALK &&
		    event_log.ev[i].off == slot(1))
			return true;
	return false;
}

static bool walks_on(void) { return walks_on_after(SMMU_CMD_TLBI_NH_ALL); }
static bool walks_on_after_sync(void) { return walks_on_after(SMMU_CMD_SYNC); }

static void r_smmu_4_after_sync_walks_have_started_over(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(device_reads);
	CAST(unlink_and_sync);
	expect_sometimes(walks_on);
	expect_never(walks_on_after_sync);
}

static void unmap_and_sync(void)
{
	xchg(PTE, 0UL);
	put(TLBI_VA(IOVA_));
	flushed = !sync();
	r[4] = page_data(PAGE_A);
	r[5] = *PTE;
}

static void unmap_and_consume(void)
{
	xchg(PTE, 0UL);
	put(TLBI_VA(IOVA_));
	ring();
	flushed = !consumed();
	r[4] = page_data(PAGE_A);
	r[5] = *PTE;
}

/* The page is somebody else's by now. */
static bool late_write(void) { return flushed && page_data(PAGE_A) != r[4]; }

static void r_smmu_4_after_sync_its_dma_is_visible(void **state)
{
	(void)state;
	smmu_setup("tso", PLAIN, DIRTY);
	CAST(unmap_and_sync);
	device_cast(device_writes);
	expect_never(late_write);
	CAST(unmap_and_consume);
	expect_sometimes(late_write);
}

static void clean_and_sync(void)
{
	put(TLBI_VA(IOVA_));
	flushed = !sync();
	r[5] = *PTE;
}

static void clean_and_consume(void)
{
	put(TLBI_VA(IOVA_));
	ring();
	flushed = !consumed();
	r[5] = *PTE;
}

/* Written before the invalidation, and the dirty bit is not there after it. */
static bool late_dirty(void)
{
	u32 done = log_find(0, EV_SMMU_CMD, 2), dma = log_find(0, EV_DMA, 3);

	return flushed && dma < done && !hw.fmt->dirty(r[5]);
}

static void r_smmu_4_after_sync_dirty_bits_are_visible(void **state)
{
	(void)state;
	smmu_setup("weak", HTTU, YOUNG);
	CAST(clean_and_sync);
	device_cast(device_writes);
	expect_never(late_dirty);
	CAST(clean_and_consume);
	expect_sometimes(late_dirty);
}

/* --- R-SMMU-5 ---------------------------------------------------------------- */

static void remap_and_broadcast(void)
{
	remap();
	flush_tlb_page(NULL, IOVA_);
	flushed = true;
}

static void r_smmu_5_a_broadcast_reaches_it_if_it_takes_part(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN | SMMU_FEAT_BTM, DIRTY);
	CAST(remap_and_broadcast);
	device_cast(device_reads);
	expect_sometimes(new_after_flush);
	expect_never(stale_after_flush);
}

static void r_smmu_5_else_it_does_not(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	CAST(remap_and_broadcast);
	device_cast(device_reads);
	expect_sometimes(stale_after_flush);
}

/* --- R-SMMU-6 ---------------------------------------------------------------- */

static void r_smmu_6_with_hd_a_write_makes_a_clean_page_dirty(void **state)
{
	(void)state;
	smmu_setup("sc", HTTU, FMT_WRITE);
	CAST(nobody);
	device_cast(device_writes);
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_OK);
	assert_int_equal(*PTE, leaf(PAGE_A, DIRTY));
	assert_int_equal(page_data(PAGE_A), DATA_NEW);
}

static void r_smmu_6_without_it_is_a_permission_fault(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, YOUNG);
	CAST(nobody);
	device_cast(device_writes);
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_ABORT);
	assert_int_equal(*PTE, leaf(PAGE_A, YOUNG));
	assert_int_equal(events(), 1);
	assert_int_equal(event_word(0, 0) & SMMU_EVT_ID, SMMU_EVT_PERMISSION);
	assert_int_equal(event_word(0, 2), IOVA_);
}

static u64 answer;

/* Wait for the event, set the dirty bit as a fault handler does, resume. */
static void handle_stall(void)
{
	volatile void *reg = smmu_reg(&set, SMMU_EVENTQ_PROD);

	while (!readl_relaxed(reg))
		cpu_relax();
	xchg(PTE, leaf(PAGE_A, DIRTY));
	put(TLBI_VA(IOVA_));
	sync();
	put(SMMU_CMD_RESUME | answer | (u64)SID_ << SMMU_CMD_SID_SHIFT,
	    READ_ONCE(set.evtq[1]) & SMMU_EVT_1_STAG);
	sync();
}

static void r_smmu_6_a_stall_is_held_until_software_answers(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN | SMMU_FEAT_STALLS, YOUNG);
	CAST(handle_stall);
	device_cast(device_writes);
	answer = SMMU_RESUME_RETRY;
	RUN_DULL();
	assert_true(event_word(0, 1) & SMMU_EVT_1_STALL);
	assert_int_equal(r[1], 1 + DMA_OK);
	answer = SMMU_RESUME_ABORT;
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_ABORT);
	assert_int_equal(page_data(PAGE_A), DATA_A);
}

static void r_smmu_6_a_retry_sees_what_the_handler_did(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN | SMMU_FEAT_STALLS, YOUNG);
	CAST(handle_stall);
	device_cast(device_writes);
	answer = SMMU_RESUME_RETRY;
	expect_never(denied);
}

/* --- R-SMMU-7 ---------------------------------------------------------------- */

static bool done(void) { return r[1] == 1 + DMA_OK; }

static void set_up_group(void)
{
	u32 n = 1u << hw.fmt->cont_lg2[1], first = slot(1) & ~(8 * n - 1);

	for (u32 i = 0; i < n; i++)
		mem_poke(first + 8 * i,
			 leaf(64 + i, FMT_CONT | FMT_YOUNG | FMT_DIRTY |
				      FMT_WRITE), 8);
	/* This one is old; its neighbours are not. */
	mem_poke(slot(1), hw.fmt->mk_leaf(frame_pfn(64 + (slot(1) - first) / 8),
					  1, FMT_CONT), 8);
}

static void r_smmu_7_each_descriptor_is_judged_by_itself(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	set_up_group();
	CAST(nobody);
	device_cast(device_reads);
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_ABORT);
	assert_int_equal(event_word(0, 0) & SMMU_EVT_ID, SMMU_EVT_ACCESS);
}

static void r_smmu_7_unless_the_group_is_cached_from_another(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	set_up_group();
	CAST(nobody);
	device_cast(device_reads);
	expect_sometimes(done);
}

/* --- R-SMMU-8 ---------------------------------------------------------------- */

#define NEW_PTE	((volatile u64 *)mem_ptr(fmt_slot(hw.fmt,		\
			frame_off(OTHER_LEAF), IOVA_, 1)))

static void link_table(bool ordered)
{
	WRITE_ONCE(*NEW_PTE, leaf(PAGE_B, DIRTY));
	if (ordered)
		dma_wmb();
	machine_cmpxchg_ord(PMD, 0, hw.fmt->mk_table(frame_pfn(OTHER_LEAF), 2),
			    8, MACHINE_RELAXED);
}

static void link_in_order(void) { link_table(true); }
static void link_early(void) { link_table(false); }

static bool new_table_old_content(void)
{
	u32 f = log_find(0, EV_SMMU_FAULT, 3);

	return f != NOT_THERE &&
	       log_event(f)->off == (u32)mem_off(NEW_PTE);
}

static void r_smmu_8_a_new_table_is_seen_with_its_content(void **state)
{
	(void)state;
	smmu_setup("weak", PLAIN, DIRTY);
	mem_poke(slot(2), 0, 8);
	device_cast(device_reads);
	CAST(link_in_order);
	expect_never(new_table_old_content);
	CAST(link_early);
	expect_sometimes(new_table_old_content);
}

static void map(void)
{
	WRITE_ONCE(*PTE, leaf(PAGE_B, DIRTY));
	changed = true;
}

static void map_and_clean(void)
{
	map();
	dcache_clean_poc((unsigned long)PTE, (unsigned long)(PTE + 1));
	flushed = true;
}

static bool faulted_after_clean(void)
{
	return r[3] && r[1] == 1 + DMA_ABORT;
}

static void r_smmu_8_a_walk_that_is_not_coherent_needs_a_clean(void **state)
{
	(void)state;
	smmu_setup("sc", 0, 0);
	device_cast(device_reads);
	CAST(map_and_clean);
	expect_sometimes(faulted_after_change);
	expect_never(faulted_after_clean);
}

/* --- R-SMMU-10 --------------------------------------------------------------- */

static void r_smmu_10_the_lowest_level_counts(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	hw.bbml = 2;
	set.bbml = 1;
	CAST(nobody);
	device_cast(nobody);
	RUN_DULL();
	assert_int_equal(hw_bbml(), 1);
	set.bbml = 2;
	assert_int_equal(hw_bbml(), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_smmu_1_an_old_translation_may_be_used),
		cmocka_unit_test(r_smmu_1_a_fault_is_in_no_tlb),
		cmocka_unit_test(r_smmu_1_it_reads_what_is_visible),
		cmocka_unit_test(r_smmu_3_what_is_consumed_may_not_have_arrived),
		cmocka_unit_test(r_smmu_4_after_sync_entries_are_gone),
		cmocka_unit_test(r_smmu_4_an_invalidation_has_a_scope),
		cmocka_unit_test(r_smmu_4_after_sync_walks_have_started_over),
		cmocka_unit_test(r_smmu_4_after_sync_its_dma_is_visible),
		cmocka_unit_test(r_smmu_4_after_sync_dirty_bits_are_visible),
		cmocka_unit_test(r_smmu_5_a_broadcast_reaches_it_if_it_takes_part),
		cmocka_unit_test(r_smmu_5_else_it_does_not),
		cmocka_unit_test(r_smmu_6_with_hd_a_write_makes_a_clean_page_dirty),
		cmocka_unit_test(r_smmu_6_without_it_is_a_permission_fault),
		cmocka_unit_test(r_smmu_6_a_stall_is_held_until_software_answers),
		cmocka_unit_test(r_smmu_6_a_retry_sees_what_the_handler_did),
		cmocka_unit_test(r_smmu_7_each_descriptor_is_judged_by_itself),
		cmocka_unit_test(r_smmu_7_unless_the_group_is_cached_from_another),
		cmocka_unit_test(r_smmu_8_a_new_table_is_seen_with_its_content),
		cmocka_unit_test(r_smmu_8_a_walk_that_is_not_coherent_needs_a_clean),
		cmocka_unit_test(r_smmu_10_the_lowest_level_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
