/* SPDX-License-Identifier: MIT */
/* Flushes that are put off: R-INV-10, and who must not rely on them. */
#include "space.h"

#include <linux/mm_inline.h>
#include <linux/mmu_gather.h>
#include <linux/tlb_batch.h>

#define PTL	((spinlock_t *)VAR(4))

enum { BY_IPI, BY_MASK, BY_X86, BY_BROADCAST, NR_MACHINES };

static void setup(u32 machine)
{
	space_setup("tso", &fmt_x86_64);
	hw.flush = machine == BY_BROADCAST ? FLUSH_BROADCAST : FLUSH_IPI;
	hw.masked = machine == BY_MASK;
	hw.mm = machine == BY_X86 ? MM_X86 : MM_PLAIN;
	hw.pcids = machine == BY_X86 ? 2 : 0;
	/* Without switches all CPUs are taken to have mm 0. */
	if (machine != BY_X86)
		MM(0)->cpu_bitmap.bits = 7;
}

#define for_each_machine(m) for (u32 m = 0; m < NR_MACHINES; m++)

/* r[6]: the flush that was put off is done. */
static void reclaims(void)
{
	struct tlbflush_unmap_batch ubc = { 0 };

	if (hw.mm == MM_X86)
		context_switch(MM(0));
	spin_lock(PTL);
	xchg(ENTRY(0), 0);
	set_tlb_ubc_flush_pending(&ubc, MM(0), true, VA_);
	spin_unlock(PTL);
	r[5] = 1;
	try_to_unmap_flush(&ubc);
	r[6] = 1;
}

static void user(void)
{
	WRITE_ONCE(*Y, 1);		/* others may run before this */
	if (hw.mm == MM_X86)
		context_switch(MM(0));
	r[1] = r[5];
	r[2] = r[6];
	r[3] = r[7];
	r[0] = space_load();
}

static bool used_old(void) { return r[0] == DATA(PAGE_OF(0)); }
static bool used_between(void) { return r[1] && used_old(); }
static bool used_after_flush(void) { return r[2] && used_old(); }

static void test_the_page_is_used_until_the_flush_and_not_after(void **state)
{
	(void)state;
	for_each_machine(m) {
		setup(m);
		CAST(user, reclaims);
		expect_sometimes(used_between);
		expect_never(used_after_flush);
	}
}

/* --- somebody else, who finds no entry --------------------------------------------- */

/* r[4]: it found none; r[7]: and believes that nobody uses the page. */
static void relies_on_none(bool asks)
{
	bool none;

	spin_lock(PTL);
	if (asks)
		flush_tlb_batched_pending(MM(0));
	none = !READ_ONCE(*ENTRY(0));
	spin_unlock(PTL);
	if (none)
		r[7] = 1;
	WRITE_ONCE(*X, 1);
}

static void asks_first(void) { relies_on_none(true); }
static void does_not_ask(void) { relies_on_none(false); }

static bool used_against_belief(void) { return r[3] && used_old(); }

static void test_who_asks_first_may_rely_on_no_entry(void **state)
{
	(void)state;
	for_each_machine(m) {
		setup(m);
		CAST(user, reclaims, asks_first);
		expect_never(used_against_belief);
	}
}

static void test_who_does_not_may_not(void **state)
{
	(void)state;
	for_each_machine(m) {
		setup(m);
		CAST(user, reclaims, does_not_ask);
		expect_sometimes(used_against_belief);
	}
}

static void asks_twice(void)
{
	reclaims();
	flush_tlb_batched_pending(MM(0));
	r[0] = log_count(EV_TLBI);
	flush_tlb_batched_pending(MM(0));
	r[1] = log_count(EV_TLBI);
}

static void test_what_was_flushed_is_not_flushed_again(void **state)
{
	(void)state;
	setup(BY_IPI);
	CAST(asks_twice);
	RUN_DULL();
	assert_int_equal(r[0], r[1]);
}

static void nothing_put_off(void)
{
	struct tlbflush_unmap_batch ubc = { 0 };

	try_to_unmap_flush(&ubc);
	try_to_unmap_flush_dirty(&ubc);
	flush_tlb_batched_pending(MM(0));
}

static void test_nothing_put_off_is_nothing_flushed(void **state)
{
	(void)state;
	setup(BY_IPI);
	CAST(nothing_put_off);
	RUN_DULL();
	assert_int_equal(log_count(EV_TLBI), 0);
}

/* --- two that unmap: mmu_gather ------------------------------------------------------- */

/* r[7]: it has finished, and found no entry. */
static void unmaps(void)
{
	struct mmu_gather tlb;
	bool none = false;

	tlb_gather_mmu(&tlb, MM(0));
	spin_lock(PTL);
	if (xchg(ENTRY(0), 0))
		tlb_flush_entry(&tlb, VA_, PAGE_SIZE);
	else
		none = true;
	spin_unlock(PTL);
	tlb_finish_mmu(&tlb);
	if (none)
		r[7] = 1;
	WRITE_ONCE(*VAR(sim.cur->id), 1);
}

static void test_the_second_to_unmap_flushes_for_the_first(void **state)
{
	(void)state;
	setup(BY_IPI);
	kernel.flush_pending = true;
	CAST(user, unmaps, unmaps);
	expect_never(used_against_belief);
	kernel.flush_pending = false;
	expect_sometimes(used_against_belief);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_page_is_used_until_the_flush_and_not_after),
		cmocka_unit_test(test_who_asks_first_may_rely_on_no_entry),
		cmocka_unit_test(test_who_does_not_may_not),
		cmocka_unit_test(test_what_was_flushed_is_not_flushed_again),
		cmocka_unit_test(test_nothing_put_off_is_nothing_flushed),
		cmocka_unit_test(test_the_second_to_unmap_flushes_for_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
