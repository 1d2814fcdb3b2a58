/* SPDX-License-Identifier: MIT */
/*
 * How each architecture takes translations away from other CPUs, and from its
 * own: firmware, one instruction, tlbie, interrupts by mask.
 */
#include "space.h"

#include <asm/tlb.h>

static struct vm_area_struct vma;

static void setup(const char *model, const struct fmt *fmt,
		  enum flush_kind kind)
{
	space_setup(model, fmt);
	vma = (struct vm_area_struct){ .vm_mm = MM(0) };
	hw.flush = kind;
	hw.ha = hw.hd = 7;
	MM(0)->cpu_bitmap.bits = 3;
}

/* r[6]: it has returned. */
static void moves_page_and_flushes(void)
{
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	flush_tlb_page(&vma, VA_);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void user(void)
{
	WRITE_ONCE(*Y, 1);		/* others may run before this */
	r[1] = r[6];
	r[0] = space_load();
}

static bool used_old(void) { return r[0] == DATA(PAGE_OF(0)); }
static bool used_new(void) { return r[0] == DATA(PAGE_NEW); }
static bool old_after(void) { return r[1] && used_old(); }
static bool fault_after(void) { return r[1] && !r[0]; }
static bool interrupted(void) { return log_count(EV_IPI_SEND); }

static void test_no_machine_uses_the_old_page_after_the_flush(void **state)
{
	static const struct {
		const struct fmt *fmt;
		enum flush_kind kind;
		const char *model;
	} m[] = {
		{ &fmt_x86_64, FLUSH_IPI, "tso" },
		{ &fmt_arm64, FLUSH_BROADCAST, "weak" },
		{ &fmt_riscv_sv39, FLUSH_SBI, "weak" },
		{ &fmt_riscv_sv39, FLUSH_IPI, "weak" },
		{ &fmt_s390, FLUSH_IDTE, "tso" },
		{ &fmt_ppc_radix, FLUSH_TLBIE, "weak" },
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(m); i++) {
		setup(m[i].model, m[i].fmt, m[i].kind);
		CAST(user, moves_page_and_flushes);
		expect_sometimes(used_new);
		expect_never(old_after);
	}
}

/* --- by mask -------------------------------------------------------------------- */

static void test_only_cpus_in_the_mask_are_interrupted(void **state)
{
	(void)state;
	setup("sc", &fmt_x86_64, FLUSH_IPI);
	hw.masked = true;
	MM(0)->cpu_bitmap.bits = 2;
	CAST(user, moves_page_and_flushes);
	expect_never(interrupted);
	expect_sometimes(old_after);
}

static void enters(void)
{
	context_switch(MM(0));
	r[1] = r[6];
	r[0] = space_load();
}

/* Set before the walks, read after the entry's change. */
static void test_who_enters_is_in_the_mask_or_sees_the_new_entry(void **state)
{
	(void)state;
	for (u32 i = 0; i < 2; i++) {
		setup(i ? "weak" : "tso", i ? &fmt_riscv_sv39 : &fmt_x86_64,
		      i ? FLUSH_SBI : FLUSH_IPI);
		hw.masked = true;
		hw.svvptc = true;
		hw.root = mm_root(NULL);
		MM(0)->cpu_bitmap.bits = 2;
		CAST(enters, moves_page_and_flushes);
		expect_sometimes(used_new);
		expect_never(old_after);
	}
}

/* --- riscv ------------------------------------------------------------------------ */

static void irqs_off_all_the_time(void)
{
	unsigned long flags;

	local_irq_save(flags);
	WRITE_ONCE(*Y, 1);
	r[2] = 1;
	WRITE_ONCE(*Y, 2);
	WRITE_ONCE(*Y, 3);
	r[2] = 0;
	local_irq_restore(flags);
}

static void flushes_meanwhile(void)
{
	WRITE_ONCE(*X, 1);
	r[3] = r[2];
	flush_tlb_page(&vma, VA_);
	r[4] = r[2];
}

static bool did_not_wait(void) { return r[3] && r[4]; }

static void test_firmware_is_not_held_up_by_interrupts_off(void **state)
{
	(void)state;
	setup("sc", &fmt_riscv_sv39, FLUSH_SBI);
	CAST(irqs_off_all_the_time, flushes_meanwhile);
	expect_sometimes(did_not_wait);
	setup("sc", &fmt_riscv_sv39, FLUSH_IPI);
	CAST(irqs_off_all_the_time, flushes_meanwhile);
	expect_never(did_not_wait);
}

static void asks_firmware_for(u32 harts)
{
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	sbi_remote_sfence_vma(harts, VA_, PAGE_SIZE);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void asks_for_both(void) { asks_firmware_for(3); }
static void asks_for_itself(void) { asks_firmware_for(2); }

static void test_firmware_reaches_the_harts_it_is_asked_for(void **state)
{
	(void)state;
	setup("weak", &fmt_riscv_sv39, FLUSH_SBI);
	CAST(user, asks_for_both);
	expect_never(old_after);
	CAST(user, asks_for_itself);
	expect_sometimes(old_after);
}

static void maps(bool fences)
{
	WRITE_ONCE(*ENTRY(0), space_leaf(PAGE_NEW));
	if (fences)
		local_flush_tlb_page(VA_);
	r[1] = 1;
	r[0] = space_load();
}

static void maps_and_fences(void) { maps(true); }
static void maps_only(void) { maps(false); }

static void setup_unmapped(const char *model, bool svvptc)
{
	setup(model, &fmt_riscv_sv39, FLUSH_SBI);
	hw.svvptc = svvptc;
	hw.ets = svvptc ? 2 : 0;
	mem_poke(space_slot(0, 1), 0, 8);
}

/* R-RV-1: an entry that was not valid may be cached. */
static void test_a_new_mapping_needs_sfence_without_svvptc(void **state)
{
	(void)state;
	setup_unmapped("weak", false);
	CAST(maps_only);
	expect_sometimes(fault_after);
	CAST(maps_and_fences);
	expect_never(fault_after);
	setup_unmapped("tso", true);
	CAST(maps_only);
	expect_never(fault_after);
}

/* --- what leads to tables ------------------------------------------------------------ */

#define PMD(n)	((volatile u64 *)mem_ptr(space_slot(n, 2)))

/* mm 0's table of leaves is replaced by mm 1's. */
static void replaces_table(bool freed)
{
	struct mmu_gather tlb = {
		.mm = MM(0), .start = VA_, .end = VA_ + PAGE_SIZE,
		.freed_tables = freed,
	};

	xchg(PMD(0), mem_peek(space_slot(1, 2), 8));
	tlb_flush(&tlb);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void replaces(void) { replaces_table(false); }
static void replaces_and_says_so(void) { replaces_table(true); }

static void test_an_invalidation_of_leaves_keeps_what_leads_to_tables(void **state)
{
	static const enum flush_kind kinds[] = { FLUSH_SBI, FLUSH_TLBIE };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(kinds); i++) {
		setup("sc", i ? &fmt_ppc_radix : &fmt_riscv_sv39, kinds[i]);
		hw.svvptc = true;
		hw.leaf_only = true;
		CAST(user, replaces);
		expect_sometimes(old_after);
		CAST(user, replaces_and_says_so);
		expect_never(old_after);
	}
}

static void flush_for_level(int level)
{
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	__flush_tlb_range(&vma, VA_, VA_ + PAGE_SIZE, true, level);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void right_level(void) { flush_for_level(1); }
static void wrong_level(void) { flush_for_level(2); }
static void any_level(void) { flush_for_level(TLBI_TTL_UNKNOWN); }

static void test_a_wrong_level_hint_leaves_the_entry(void **state)
{
	(void)state;
	setup("weak", &fmt_arm64, FLUSH_BROADCAST);
	CAST(user, right_level);
	expect_never(old_after);
	CAST(user, any_level);
	expect_never(old_after);
	CAST(user, wrong_level);
	expect_sometimes(old_after);
}

/* --- s390 ---------------------------------------------------------------------------- */

static void takes_with_ipte(void)
{
	r[5] = ipte((u64 *)ENTRY(0), VA_, false);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void takes_with_local_ipte(void)
{
	r[5] = ipte((u64 *)ENTRY(0), VA_, true);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void takes_with_a_store(void)
{
	WRITE_ONCE(*ENTRY(0), hw.fmt->none[1]);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void test_ipte_leaves_no_entry_on_any_cpu(void **state)
{
	(void)state;
	setup("tso", &fmt_s390, FLUSH_IDTE);
	CAST(user, takes_with_ipte);
	expect_sometimes(used_old);
	expect_sometimes(fault_after);
	expect_never(old_after);
	assert_int_equal(r[5], space_leaf(PAGE_OF(0)));
	CAST(user, takes_with_local_ipte);
	expect_sometimes(old_after);
	CAST(user, takes_with_a_store);
	expect_sometimes(old_after);
}

static void user_stores(void)
{
	u64 val = 0x5a;

	mmu_access(VA_, true, &val);
}

static void takes_and_reads_page(void)
{
	ipte((u64 *)ENTRY(0), VA_, false);
	r[0] = mem_peek(frame_off(PAGE_OF(0)), 8);
}

static bool stored_after(void)
{
	return r[0] != mem_peek(frame_off(PAGE_OF(0)), 8);
}

static void test_stores_through_the_entry_come_before_the_end_of_ipte(void **state)
{
	(void)state;
	setup("tso", &fmt_s390, FLUSH_IDTE);
	CAST(user_stores, takes_and_reads_page);
	expect_never(stored_after);
}

static void exchanges(void)
{
	u64 old = READ_ONCE(*PMD(0));
	u64 new = mem_peek(space_slot(1, 2), 8);

	r[2] = crdte((u64 *)PMD(0), 2, VA_, old, new);
	r[3] = crdte((u64 *)PMD(0), 2, VA_, old, new);
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static bool not_once(void) { return r[2] != 1 || r[3] != 0; }

static void test_crdte_replaces_an_entry_that_is_as_expected(void **state)
{
	(void)state;
	setup("tso", &fmt_s390, FLUSH_IDTE);
	CAST(user, exchanges);
	expect_never(not_once);
	expect_never(old_after);
}

/* --- powerpc ------------------------------------------------------------------------- */

static void flushes_by_hand(bool twice)
{
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	ptesync();
	tlbie(VA_, VA_ + PAGE_SIZE, RIC_FLUSH_ALL);
	if (twice) {
		ptesync();
		tlbie(VA_, VA_ + PAGE_SIZE, RIC_FLUSH_ALL);
	}
	eieio();
	tlbsync();
	ptesync();
	r[6] = 1;
	WRITE_ONCE(*X, 1);
}

static void one_tlbie(void) { flushes_by_hand(false); }
static void two_tlbies(void) { flushes_by_hand(true); }

static void test_the_first_tlbie_may_be_lost(void **state)
{
	(void)state;
	setup("sc", &fmt_ppc_radix, FLUSH_TLBIE);
	CAST(user, one_tlbie);
	expect_never(old_after);
	hw.tlbie_bug = true;
	expect_sometimes(old_after);
	assert_int_not_equal(log_count(EV_FAULT), 0);
	CAST(user, two_tlbies);
	expect_never(old_after);
}

static void test_the_kernel_sends_two(void **state)
{
	(void)state;
	setup("sc", &fmt_ppc_radix, FLUSH_TLBIE);
	hw.tlbie_bug = true;
	CAST(user, moves_page_and_flushes);
	expect_never(old_after);
	kernel.omitted = 1u << STEP_TLBIE_FIXUP;
	expect_sometimes(old_after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_machine_uses_the_old_page_after_the_flush),
		cmocka_unit_test(test_only_cpus_in_the_mask_are_interrupted),
		cmocka_unit_test(test_who_enters_is_in_the_mask_or_sees_the_new_entry),
		cmocka_unit_test(test_firmware_is_not_held_up_by_interrupts_off),
		cmocka_unit_test(test_firmware_reaches_the_harts_it_is_asked_for),
		cmocka_unit_test(test_a_new_mapping_needs_sfence_without_svvptc),
		cmocka_unit_test(test_an_invalidation_of_leaves_keeps_what_leads_to_tables),
		cmocka_unit_test(test_a_wrong_level_hint_leaves_the_entry),
		cmocka_unit_test(test_ipte_leaves_no_entry_on_any_cpu),
		cmocka_unit_test(test_stores_through_the_entry_come_before_the_end_of_ipte),
		cmocka_unit_test(test_crdte_replaces_an_entry_that_is_as_expected),
		cmocka_unit_test(test_the_first_tlbie_may_be_lost),
		cmocka_unit_test(test_the_kernel_sends_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
