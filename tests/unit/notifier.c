/* SPDX-License-Identifier: MIT */
/* MMU notifiers: who is told what, when; intervals and their numbers. */
#include "space.h"

#include <errno.h>

#include <linux/mmu_notifier.h>

#define MM0		MM(0)
#define DRIVER_LOCK	((spinlock_t *)VAR(4))
#define ENTRY_VAR	X	/* stands for a page-table entry */

static struct mmu_notifier subs[2];

/* Callbacks in order: 's' start, 'e' end, 't' secondary TLB; of subs[1] capital. */
static char calls[16];
static u32 nr_calls;

static void called(const struct mmu_notifier *sub, char c)
{
	if (nr_calls < sizeof(calls) - 1)
		calls[nr_calls++] = (char)(sub == &subs[1] ? c - 32 : c);
	calls[nr_calls] = 0;
}

static int start(struct mmu_notifier *sub, const struct mmu_notifier_range *rng)
{
	(void)rng;
	called(sub, 's');
	return 0;
}

static int start_would_sleep(struct mmu_notifier *sub,
			     const struct mmu_notifier_range *rng)
{
	called(sub, 's');
	return mmu_notifier_range_blockable(rng) ? 0 : -EAGAIN;
}

static void end(struct mmu_notifier *sub, const struct mmu_notifier_range *rng)
{
	(void)rng;
	called(sub, 'e');
}

static void secondary(struct mmu_notifier *sub, struct mm_struct *mm,
		      unsigned long from, unsigned long to)
{
	(void)mm;
	(void)from;
	(void)to;
	called(sub, 't');
}

static int test_young(struct mmu_notifier *sub, struct mm_struct *mm,
		      unsigned long addr)
{
	(void)mm;
	called(sub, 'y');
	return addr == VA_ && sub == &subs[1];
}

static const struct mmu_notifier_ops both_ends = {
	.invalidate_range_start = start,
	.invalidate_range_end = end,
	.arch_invalidate_secondary_tlbs = secondary,
	.test_young = test_young,
};

static const struct mmu_notifier_ops may_sleep = {
	.invalidate_range_start = start_would_sleep,
};

static void setup(const char *model)
{
	space_setup(model, &fmt_x86_64);
	slab_setup_reset();
	nr_calls = 0;
	calls[0] = 0;
}

static void subscribe(u32 n, const struct mmu_notifier_ops *ops)
{
	subs[n].ops = ops;
	mmu_notifier_register(&subs[n], MM0);
}

static void begin(struct mmu_notifier_range *range, unsigned long addr)
{
	mmu_notifier_range_init(range, MMU_NOTIFY_CLEAR, 0, MM0, addr,
				addr + PAGE_SIZE);
}

/* --- ranges ------------------------------------------------------------------ */

static void invalidates(void)
{
	struct vm_area_struct vma = { .vm_mm = MM0 };
	struct mmu_notifier_range range;

	begin(&range, VA_);
	mmu_notifier_invalidate_range_start(&range);
	WRITE_ONCE(*ENTRY_VAR, 1);
	flush_tlb_page(&vma, VA_);
	mmu_notifier_invalidate_range_end(&range);
	r[0] = (u64)mmu_notifier_test_young(MM0, VA_);
}

static void test_nobody_subscribed_nobody_called(void **state)
{
	(void)state;
	setup("sc");
	CAST(invalidates);
	RUN_DULL();
	assert_int_equal(nr_calls, 0);
	assert_int_equal(r[0], 0);
}

static void test_all_hear_of_start_flush_and_end(void **state)
{
	(void)state;
	setup("sc");
	subscribe(1, &both_ends);
	subscribe(0, &both_ends);
	CAST(invalidates);
	RUN_DULL();
	assert_string_equal(calls, "sStTeEyY");
	assert_int_equal(r[0], 1);
}

static void invalidates_nonblock(void)
{
	struct mmu_notifier_range range;

	begin(&range, VA_);
	r[0] = (u64)-mmu_notifier_invalidate_range_start_nonblock(&range);
	if (!r[0])
		mmu_notifier_invalidate_range_end(&range);
}

/* Who was told of the start is told that it is over: there is no other end. */
static void test_who_would_sleep_makes_it_fail_for_all(void **state)
{
	(void)state;
	setup("sc");
	subscribe(1, &may_sleep);
	subscribe(0, &both_ends);
	CAST(invalidates_nonblock);
	RUN_DULL();
	assert_int_equal(r[0], EAGAIN);
	assert_string_equal(calls, "sSe");
}

/* --- intervals ----------------------------------------------------------------- */

static bool invalidate(struct mmu_interval_notifier *sub,
		       const struct mmu_notifier_range *rng,
		       unsigned long cur_seq)
{
	(void)rng;
	spin_lock(DRIVER_LOCK);
	mmu_interval_set_seq(sub, cur_seq);
	WRITE_ONCE(*Y, 0);		/* the device's own entry */
	spin_unlock(DRIVER_LOCK);
	return true;
}

static const struct mmu_interval_notifier_ops interval_ops = {
	.invalidate = invalidate,
};

#define INTERVAL	((struct mmu_interval_notifier *)VAR(5))

/* The entry is 1 and becomes 2. */
static void setup_interval(const char *model)
{
	setup(model);
	memset(INTERVAL, 0, sizeof(*INTERVAL));
	INTERVAL->ops = &interval_ops;
	mmu_interval_notifier_insert(INTERVAL, MM0, VA_, PAGE_SIZE);
	mem_poke(VAR_OFF(0), 1, 8);
}

static void changes_entry(void)
{
	struct mmu_notifier_range range;

	begin(&range, VA_);
	mmu_notifier_invalidate_range_start(&range);
	r[6] = 1;
	spin_lock((spinlock_t *)VAR(6));
	WRITE_ONCE(*ENTRY_VAR, 2);
	spin_unlock((spinlock_t *)VAR(6));
	r[6] = 0;
	mmu_notifier_invalidate_range_end(&range);
}

static void device_fault(bool checks)
{
	for (int tries = 0; tries < 3; tries++) {
		unsigned long seq = mmu_interval_read_begin(INTERVAL);
		u64 e;

		r[2]++;
		spin_lock((spinlock_t *)VAR(6));
		e = READ_ONCE(*ENTRY_VAR);
		spin_unlock((spinlock_t *)VAR(6));
		spin_lock(DRIVER_LOCK);
		if (!checks || !mmu_interval_read_retry(INTERVAL, seq)) {
			WRITE_ONCE(*Y, e);
			spin_unlock(DRIVER_LOCK);
			return;
		}
		spin_unlock(DRIVER_LOCK);
	}
}

static void device_faults(void) { device_fault(true); }
static void device_does_not_check(void) { device_fault(false); }

static u64 device_entry(void) { return mem_peek(VAR_OFF(1), 8); }

static bool kept_old(void)
{
	return mem_peek(VAR_OFF(0), 8) == 2 && device_entry() == 1;
}

static bool has_new(void) { return device_entry() == 2; }
static bool had_to_repeat(void) { return r[2] > 1 && device_entry(); }
static bool stuck(void) { return log_count(EV_STUCK); }

static void test_a_device_never_keeps_what_was_invalidated(void **state)
{
	static const char *const models[] = { "tso", "weak" };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(models); i++) {
		setup_interval(models[i]);
		CAST(device_faults, changes_entry);
		expect_sometimes(has_new);
		expect_sometimes(had_to_repeat);
		expect_never(kept_old);
		expect_never(stuck);
	}
}

static void test_without_read_retry_it_may(void **state)
{
	(void)state;
	setup_interval("sc");
	CAST(device_does_not_check, changes_entry);
	expect_sometimes(kept_old);
}

static void begins(void)
{
	WRITE_ONCE(*Z, 1);		/* others may run before this */
	r[0] = r[6];
	mmu_interval_read_begin(INTERVAL);
	r[1] = r[6];
}

static bool waited(void) { return r[0] && log_count(EV_BLOCK); }

/*
 * It began after the callback: no use in looking before the end. Where the
 * number that the callback set may not be visible yet, it does not wait, and
 * has to retry.
 */
static bool began_too_early(void) { return r[0] && r[1]; }

static void test_who_begins_during_an_invalidation_waits_for_its_end(void **state)
{
	(void)state;
	setup_interval("sc");
	CAST(begins, changes_entry);
	expect_sometimes(waited);
	expect_never(began_too_early);
	setup_interval("weak");
	CAST(begins, changes_entry);
	expect_never(stuck);
}

static void changes_elsewhere(void)
{
	struct mmu_notifier_range range;

	begin(&range, VA_ + PAGE_SIZE);
	mmu_notifier_invalidate_range_start(&range);
	r[3] = mmu_interval_check_retry(INTERVAL, INTERVAL->invalidate_seq);
	r[4] = INTERVAL->invalidate_seq;
	mmu_notifier_invalidate_range_end(&range);
}

static void test_an_interval_hears_of_nothing_outside(void **state)
{
	(void)state;
	setup_interval("sc");
	CAST(changes_elsewhere);
	RUN_DULL();
	assert_int_equal(r[4], 1);
	assert_int_equal(r[3], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_subscribed_nobody_called),
		cmocka_unit_test(test_all_hear_of_start_flush_and_end),
		cmocka_unit_test(test_who_would_sleep_makes_it_fail_for_all),
		cmocka_unit_test(test_a_device_never_keeps_what_was_invalidated),
		cmocka_unit_test(test_without_read_retry_it_may),
		cmocka_unit_test(test_who_begins_during_an_invalidation_waits_for_its_end),
		cmocka_unit_test(test_an_interval_hears_of_nothing_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
