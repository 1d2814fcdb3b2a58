/* SPDX-License-Identifier: MIT */
/* The queues of an SMMU: what it reads from them, and when. */
#include "smmu_lab.h"

#include <errno.h>

#define PLAIN	SMMU_FEAT_COHACC
#define SMMU	2		/* agents: one CPU, RCU, the SMMU, the device */
#define DEVICE	3

/* The nth command that was consumed. */
static const struct event *command(u32 n)
{
	u32 i = log_find(0, EV_SMMU_CMD, SMMU);

	while (n-- && i != NOT_THERE)
		i = log_find(i + 1, EV_SMMU_CMD, SMMU);
	return i == NOT_THERE ? NULL : &event_log.ev[i];
}

/* --- R-SMMU-2 ---------------------------------------------------------------- */

#define VA_WORD	0x7000UL
#define OLD_VA	0x1000UL

/* The queue has been round once: old commands are in it. */
static void fill_with_old(void)
{
	for (u32 i = 0; i < 1u << set.cmdq_lg2; i++) {
		set.cmdq[2 * i] = SMMU_CMD_TLBI_NH_ALL;
		set.cmdq[2 * i + 1] = OLD_VA;
	}
}

static void issue_in_order(void)
{
	put(TLBI_VA(VA_WORD));
	ring();
}

static void issue_early(void)
{
	put(TLBI_VA(VA_WORD));
	ring_early();
}

static bool torn(void)
{
	const struct event *ev = command(0);

	return ev && (ev->val & SMMU_CMD_OP) == SMMU_CMD_TLBI_NH_VA &&
	       ev->old == OLD_VA;
}

static bool old_command(void)
{
	const struct event *ev = command(0);

	return ev && (ev->val & SMMU_CMD_OP) == SMMU_CMD_TLBI_NH_ALL;
}

static void r_smmu_2_it_reads_what_is_visible(void **state)
{
	(void)state;
	smmu_setup("weak", PLAIN, DIRTY);
	fill_with_old();
	device_cast(nobody);
	CAST(issue_early);
	expect_sometimes(torn);
	expect_sometimes(old_command);
	CAST(issue_in_order);
	expect_never(torn);
	expect_never(old_command);
}

static void r_smmu_2_a_fifo_buffer_orders_by_itself(void **state)
{
	(void)state;
	smmu_setup("tso", PLAIN, DIRTY);
	fill_with_old();
	device_cast(nobody);
	CAST(issue_early);
	expect_never(torn);
}

static void overwrite(void)
{
	put(TLBI_VA(VA_WORD));
	ring();
	/* Not its any more: the SMMU may have read it, or not. */
	WRITE_ONCE(set.cmdq[1], OLD_VA);
}

static bool read_before(void)
{
	const struct event *ev = command(0);

	return ev && ev->old == VA_WORD && ev->flags & EVF_STALE;
}

static bool read_after(void)
{
	const struct event *ev = command(0);

	return ev && ev->old == OLD_VA;
}

static void r_smmu_2_it_may_read_ahead(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(overwrite);
	expect_sometimes(read_before);
	expect_sometimes(read_after);
}

static void wrap(void)
{
	for (u32 i = 0; i < 3u << set.cmdq_lg2; i++) {
		put(TLBI_VA((u64)i << FRAME_LG2));
		ring();
		r[0] |= (u64)consumed();
	}
}

static bool old_lap(void)
{
	for (u32 i = 0; command(i); i++)
		if (command(i)->old != (u64)i << FRAME_LG2)
			return true;
	return false;
}

static void r_smmu_2_no_command_is_consumed_twice(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(wrap);
	RUN_DULL();
	assert_int_equal(r[0], 0);
	assert_non_null(command((3u << set.cmdq_lg2) - 1));
	assert_false(old_lap());
}

/* --- R-SMMU-3 ---------------------------------------------------------------- */

static void three(void)
{
	put(TLBI_VA(0x1000UL));
	put(TLBI_VA(0x2000UL));
	put(TLBI_VA(0x3000UL));
	ring();
}

static bool out_of_order(void)
{
	for (u32 i = 0; command(i); i++)
		if (command(i)->old != (i + 1) << FRAME_LG2)
			return true;
	return false;
}

static bool arrive_out_of_order(void)
{
	u32 i = log_find(0, EV_TLBI_DONE, DEVICE);

	return i != NOT_THERE && log_event(i)->val == 0x2000;
}

static void r_smmu_3_consumed_in_order_effective_in_any(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(three);
	RUN_DULL();
	assert_non_null(command(2));
	expect_never(out_of_order);
	expect_sometimes(arrive_out_of_order);
}

static void r_smmu_3_in_the_dull_run_the_doorbell_consumes(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(issue_in_order);
	RUN_DULL();
	assert_int_equal(command(0)->key, 0);
	assert_int_equal(mem_peek(frame_off(REGS) + SMMU_CMDQ_CONS, 4), 1);
}

/* --- completion, faults ------------------------------------------------------- */

#define MSI_OFF	(frame_off(REGS) + 0x800)

static void sync_with_msi(void)
{
	put(SMMU_CMD_SYNC | SMMU_SYNC_CS_IRQ << SMMU_SYNC_CS_SHIFT |
	    77ULL << SMMU_SYNC_MSIDATA_SHIFT, frame_pa(REGS) + 0x800);
	ring();
}

static void r_smmu_4_completion_is_written_to_memory(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(sync_with_msi);
	RUN_DULL();
	assert_int_equal(mem_peek(MSI_OFF, 4), 77);
}

static void sync_only(void)
{
	r[0] = 1 + (u64)-sync();
}

static bool timed_out(void) { return r[0] == 1 + ETIMEDOUT; }
static bool completed_late(void) { return timed_out() && command(0); }

static void a_sync_may_time_out_and_complete_later(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(sync_only);
	RUN_DULL();
	assert_int_equal(r[0], 1);
	expect_sometimes(completed_late);
}

static void fill_the_queue(void)
{
	u32 n = 1u << set.cmdq_lg2;

	while (n--) {
		put(TLBI_VA(IOVA_));
		ring();
	}
	r[0] = smmu_read_cons(&set);
}

static bool is_full(void)
{
	return log_count(EV_SMMU_CMD) && !r[0] && changed;
}

static void fill_and_see(void)
{
	fill_the_queue();
	changed = true;
}

static void the_queue_may_fill_up(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(fill_and_see);
	expect_sometimes(is_full);
}

static void illegal_then_fixed(void)
{
	put(0xee, 0);
	put(TLBI_VA(IOVA_));
	ring();
	r[0] = (u64)-consumed();
	r[1] = smmu_read_cons(&set);
	/* As Linux does: a SYNC in its place, then acknowledge. */
	WRITE_ONCE(set.cmdq[0], (u64)SMMU_CMD_SYNC);
	writel(readl(smmu_reg(&set, SMMU_GERROR)),
	       smmu_reg(&set, SMMU_GERRORN));
	r[2] = (u64)-consumed();
}

static void an_illegal_command_stops_the_queue(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	device_cast(nobody);
	CAST(illegal_then_fixed);
	RUN_DULL();
	assert_int_equal(r[0], EIO);
	assert_int_equal(r[1] >> SMMU_CMDQ_CONS_ERR_SHIFT, SMMU_CERROR_ILL);
	assert_int_equal(r[2], 0);
	assert_int_equal(command(0)->val, SMMU_CMD_SYNC);
	assert_int_equal(command(1)->old, IOVA_);
}

/* --- events ------------------------------------------------------------------- */

static void three_faults(void)
{
	for (u32 i = 0; i < 3; i++)
		dma_read(IOVA_, &r[0]);
}

static void a_full_event_queue_overflows(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, 0);
	CAST(nobody);
	device_cast(three_faults);
	RUN_DULL();
	assert_int_equal(events(), 2);
	assert_true(mem_peek(frame_off(REGS) + SMMU_EVENTQ_PROD, 4) &
		    SMMU_Q_OVERFLOW);
}

static void bypass(void)
{
	STE[0] = SMMU_STE_V | SMMU_STE_CONFIG_BYPASS << SMMU_STE_CONFIG_SHIFT;
}

static void bypassed(void)
{
	r[1] = 1 + dma_read(frame_pa(PAGE_B), &r[0]);
}

static void a_bypassed_stream_uses_physical_addresses(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, 0);
	bypass();
	CAST(nobody);
	device_cast(bypassed);
	RUN_DULL();
	assert_int_equal(r[0], DATA_B);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_smmu_2_it_reads_what_is_visible),
		cmocka_unit_test(r_smmu_2_a_fifo_buffer_orders_by_itself),
		cmocka_unit_test(r_smmu_2_it_may_read_ahead),
		cmocka_unit_test(r_smmu_2_no_command_is_consumed_twice),
		cmocka_unit_test(r_smmu_3_consumed_in_order_effective_in_any),
		cmocka_unit_test(r_smmu_3_in_the_dull_run_the_doorbell_consumes),
		cmocka_unit_test(r_smmu_4_completion_is_written_to_memory),
		cmocka_unit_test(a_sync_may_time_out_and_complete_later),
		cmocka_unit_test(the_queue_may_fill_up),
		cmocka_unit_test(an_illegal_command_stops_the_queue),
		cmocka_unit_test(a_full_event_queue_overflows),
		cmocka_unit_test(a_bypassed_stream_uses_physical_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
