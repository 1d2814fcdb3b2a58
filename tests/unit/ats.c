/* SPDX-License-Identifier: MIT */
/* Translations that devices keep, and page requests. */
#include "smmu_lab.h"

#include <errno.h>

#define ATS	(SMMU_FEAT_COHACC | SMMU_FEAT_ATS | SMMU_FEAT_PRI)
#define HTTU	(ATS | SMMU_FEAT_HA | SMMU_FEAT_HD)
#define DEVICE	3

/* --- R-ATS-1 ----------------------------------------------------------------- */

static void request_only(void)
{
	r[1] = ats_request(IOVA_, true);
}

static void r_ats_1_a_request_makes_the_page_dirty(void **state)
{
	(void)state;
	smmu_setup("sc", HTTU, FMT_WRITE);
	CAST(nobody);
	device_cast(request_only);
	RUN_DULL();
	assert_int_equal(r[1], ATS_WRITE);
	assert_int_equal(*PTE, leaf(PAGE_A, DIRTY));
	assert_int_equal(page_data(PAGE_A), DATA_A);
}

static void read_only_request(void)
{
	r[1] = ats_request(IOVA_, false);
}

static void r_ats_1_one_for_reads_makes_it_young_only(void **state)
{
	(void)state;
	smmu_setup("sc", HTTU, FMT_WRITE);
	CAST(nobody);
	device_cast(read_only_request);
	RUN_DULL();
	assert_int_equal(r[1], ATS_READ);
	assert_int_equal(*PTE, leaf(PAGE_A, YOUNG));
}

static void remap_invalidate_both(void)
{
	xchg(PTE, leaf(PAGE_B, DIRTY));
	changed = true;
	put(TLBI_VA(IOVA_));
	if (sync())
		return;
	put(ATC_INV(IOVA_));
	flushed = !sync();
	r[4] = page_data(PAGE_A);
}

static void request_then_read(void)
{
	ats_request(IOVA_, false);
	note_time();
	r[1] = 1 + ats_read(IOVA_, &r[0]);
}

static bool stale(void) { return r[2] && r[0] == DATA_A; }
static bool stale_after_flush(void) { return r[3] && r[0] == DATA_A; }

static void r_ats_1_kept_until_it_is_invalidated(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, DIRTY);
	CAST(remap_invalidate_both);
	device_cast(request_then_read);
	expect_sometimes(stale);
	expect_never(stale_after_flush);
}

static void request_then_write(void)
{
	ats_request(IOVA_, true);
	r[1] = 1 + ats_write(IOVA_, DATA_NEW);
}

static bool late_write(void) { return flushed && page_data(PAGE_A) != r[4]; }

static void r_ats_1_its_writes_are_visible_before_the_sync(void **state)
{
	(void)state;
	smmu_setup("tso", ATS, DIRTY);
	CAST(remap_invalidate_both);
	device_cast(request_then_write);
	expect_never(late_write);
}

/* --- R-ATS-2 ----------------------------------------------------------------- */

static void r_ats_2_without_hd_a_clean_page_is_read_only(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, YOUNG);
	CAST(nobody);
	device_cast(request_then_write);
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_UNTRANSLATED);
	assert_int_equal(*PTE, leaf(PAGE_A, YOUNG));
	assert_int_equal(page_data(PAGE_A), DATA_A);
}

static void r_ats_2_a_fault_is_refused_and_not_recorded(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, 0);
	CAST(nobody);
	device_cast(request_then_read);
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_UNTRANSLATED);
	assert_int_equal(events(), 0);
}

/* --- R-ATS-3 ----------------------------------------------------------------- */

static void remap_forget_device(void)
{
	xchg(PTE, leaf(PAGE_B, DIRTY));
	changed = true;
	put(TLBI_VA(IOVA_));
	flushed = !sync();
}

static void r_ats_3_the_tables_are_not_asked_again(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, DIRTY);
	CAST(remap_forget_device);
	device_cast(request_then_read);
	expect_sometimes(stale_after_flush);
}

static void remap_and_broadcast(void)
{
	xchg(PTE, leaf(PAGE_B, DIRTY));
	changed = true;
	flush_tlb_page(NULL, IOVA_);
	flushed = true;
}

static void r_ats_3_no_broadcast_reaches_it(void **state)
{
	(void)state;
	smmu_setup("sc", ATS | SMMU_FEAT_BTM, DIRTY);
	CAST(remap_and_broadcast);
	device_cast(request_then_read);
	expect_sometimes(stale_after_flush);
}

/* The device may ask again between the two, and be told the old thing. */
static void wrong_order(void)
{
	xchg(PTE, leaf(PAGE_B, DIRTY));
	changed = true;
	put(ATC_INV(IOVA_));
	put(TLBI_VA(IOVA_));
	flushed = !sync();
}

static void request_idle_read(void)
{
	ats_request(IOVA_, false);
	for (u32 i = 0; i < 8; i++)
		cpu_relax();
	note_time();
	r[1] = 1 + ats_read(IOVA_, &r[0]);
}

static void r_ats_3_the_tlb_has_to_go_first(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, DIRTY);
	CAST(wrong_order);
	device_cast(request_idle_read);
	expect_sometimes(stale_after_flush);
	CAST(remap_invalidate_both);
	expect_never(stale_after_flush);
}

static void r_ats_3_a_stream_may_be_forbidden_to(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, DIRTY);
	STE[1] = 0;
	CAST(nobody);
	device_cast(request_then_read);
	RUN_DULL();
	assert_int_equal(r[1], 1 + DMA_ABORT);
	assert_int_equal(log_count(EV_ATS_GRANT), 0);
}

static bool timeout_is_reported(void)
{
	u32 cons = (u32)mem_peek(frame_off(REGS) + SMMU_CMDQ_CONS, 4);

	return cons >> SMMU_CMDQ_CONS_ERR_SHIFT == SMMU_CERROR_ATC_INV_SYNC;
}

static bool timeout_is_hidden(void)
{
	for (u32 i = 0; i < event_log.nr; i++)
		if (event_log.ev[i].type == EV_FAULT &&
		    event_log.ev[i].val == FAULT_ATC_TIMEOUT)
			return flushed;
	return false;
}

static void a_device_that_does_not_answer_fails_the_sync(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, DIRTY);
	CAST(remap_invalidate_both);
	device_cast(nobody);
	expect_sometimes(timeout_is_reported);
	expect_never(timeout_is_hidden);
}

static bool refused(void)
{
	return r[1] == 1 + DMA_UNTRANSLATED && !log_count(EV_ATS_GRANT);
}

static void a_request_may_be_refused_for_no_reason(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, DIRTY);
	CAST(nobody);
	device_cast(request_then_read);
	expect_sometimes(refused);
}

/* --- R-PRI-1 ----------------------------------------------------------------- */

static u64 response;

static void serve(void)
{
	while (!readl_relaxed(smmu_reg(&set, SMMU_PRIQ_PROD)))
		cpu_relax();
	r[5] = set.priq[1] & SMMU_PRQ_1_ADDR;
	if (response == SMMU_PRI_SUCCESS)
		xchg(PTE, leaf(PAGE_B, DIRTY));
	put(SMMU_CMD_PRI_RESP | (u64)SID_ << SMMU_CMD_SID_SHIFT,
	    (set.priq[1] & SMMU_PRQ_1_GROUP) |
	    response << SMMU_PRI_1_RESP_SHIFT);
	sync();
}

static void ask_then_use(void)
{
	r[4] = page_request(IOVA_, true);
	r[2] = 1 + ats_write(IOVA_, DATA_NEW);
	r[3] = ats_request(IOVA_, true);
	r[1] = 1 + ats_write(IOVA_, DATA_NEW);
}

static void r_pri_1_software_answers_and_it_is_translated_again(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, 0);
	CAST(serve);
	device_cast(ask_then_use);
	response = SMMU_PRI_SUCCESS;
	RUN_DULL();
	assert_int_equal(r[5], IOVA_);
	assert_int_equal(r[4], SMMU_PRI_SUCCESS);
	assert_int_equal(r[2], 1 + DMA_UNTRANSLATED);
	assert_int_equal(r[3], ATS_WRITE);
	assert_int_equal(page_data(PAGE_B), DATA_NEW);
}

static void r_pri_1_or_says_no(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, 0);
	CAST(serve);
	device_cast(ask_then_use);
	response = SMMU_PRI_INVALID;
	RUN_DULL();
	assert_int_equal(r[4], SMMU_PRI_INVALID);
	assert_int_equal(r[1], 1 + DMA_UNTRANSLATED);
}

static void serve_and_unmap(void)
{
	serve();
	xchg(PTE, 0UL);
	put(TLBI_VA(IOVA_));
	if (sync())
		return;
	put(ATC_INV(IOVA_));
	flushed = !sync();
	r[6] = page_data(PAGE_B);
}

static bool written_by_grant(void)
{
	return flushed && page_data(PAGE_B) != r[6];
}

static void r_pri_1_the_page_may_be_gone_by_then(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, 0);
	CAST(serve_and_unmap);
	device_cast(ask_then_use);
	response = SMMU_PRI_SUCCESS;
	expect_never(written_by_grant);
}

/* Speculative: nobody is there to answer. */
static void ask(void)
{
	r[4] = page_request(IOVA_, false);
}

static void r_pri_1_a_full_queue_says_try_again(void **state)
{
	(void)state;
	smmu_setup("sc", ATS, 0);
	CAST(nobody);
	device_cast(ask);
	/* As many entries as there is room for. */
	mem_poke(frame_off(REGS) + SMMU_PRIQ_PROD, 1u << set.priq_lg2, 4);
	RUN_DULL();
	assert_int_equal(r[4], SMMU_PRI_SUCCESS);
	assert_true(mem_peek(frame_off(REGS) + SMMU_PRIQ_PROD, 4) &
		    SMMU_Q_OVERFLOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_ats_1_a_request_makes_the_page_dirty),
		cmocka_unit_test(r_ats_1_one_for_reads_makes_it_young_only),
		cmocka_unit_test(r_ats_1_kept_until_it_is_invalidated),
		cmocka_unit_test(r_ats_1_its_writes_are_visible_before_the_sync),
		cmocka_unit_test(r_ats_2_without_hd_a_clean_page_is_read_only),
		cmocka_unit_test(r_ats_2_a_fault_is_refused_and_not_recorded),
		cmocka_unit_test(r_ats_3_the_tables_are_not_asked_again),
		cmocka_unit_test(r_ats_3_no_broadcast_reaches_it),
		cmocka_unit_test(r_ats_3_the_tlb_has_to_go_first),
		cmocka_unit_test(r_ats_3_a_stream_may_be_forbidden_to),
		cmocka_unit_test(a_device_that_does_not_answer_fails_the_sync),
		cmocka_unit_test(a_request_may_be_refused_for_no_reason),
		cmocka_unit_test(r_pri_1_software_answers_and_it_is_translated_again),
		cmocka_unit_test(r_pri_1_or_says_no),
		cmocka_unit_test(r_pri_1_the_page_may_be_gone_by_then),
		cmocka_unit_test(r_pri_1_a_full_queue_says_try_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
