/* SPDX-License-Identifier: MIT */
/* Accessed and dirty updates that become visible late (R-AD-6). */
#include "lab.h"

#define VA_		0x5000UL
#define ROOT		20	/* frames: tables from here down the path */
#define PAGE_A		70
#define PAGE_B		6

/* Bits of the manual. */
#define RW		0x007UL
#define ACC		0x020UL
#define DIRTY		0x040UL

static u64 entry(u32 frame, u64 bits)
{
	return (u64)frame_pfn(frame) << 12 | bits;
}

static u32 slot(u32 level)
{
	return fmt_slot(hw.fmt, frame_off(ROOT + hw.fmt->levels - level), VA_,
			level);
}

#define PTE	((volatile u64 *)mem_ptr(slot(1)))

static u64 pte_now(void) { return mem_peek(slot(1), 8); }

static void setup(void)
{
	lab_setup("weak");
	hw.root = frame_off(ROOT);
	for (u32 l = hw.fmt->levels; l > 1; l--)
		mem_poke(slot(l), entry(ROOT + hw.fmt->levels - l + 1,
					RW | ACC), 8);
	mem_poke(slot(1), entry(PAGE_A, RW | ACC), 8);
}

static void user_store(void)
{
	u64 val = 0x5a;

	r[1] = 1 + mmu_access(VA_, true, &val);
}

static void replaces_then_stores(void)
{
	r[0] = xchg_relaxed(PTE, entry(PAGE_B, RW | ACC));
	user_store();
}

static bool nobody_got_the_dirty_bit(void)
{
	return r[1] == 1 + MMU_OK && !(r[0] & DIRTY) && !(pte_now() & DIRTY);
}

/* Arm's model allows it: herd7, catalogue/aarch64-VMSA, coRmwWExpNExp. */
static void test_an_update_may_come_between_an_own_read_and_write(void **s)
{
	(void)s;
	setup();
	CAST(replaces_then_stores);
	expect_sometimes(nobody_got_the_dirty_bit);
}

static void stores_twice(void)
{
	user_store();
	WRITE_ONCE(*X, 3);
}

static void changes_then_exchanges(void)
{
	WRITE_ONCE(*PTE, entry(PAGE_B, RW | ACC));
	smp_wmb();
	r[0] = xchg_relaxed(X, 2);
}

static bool got_stuck(void)
{
	return log_count(EV_STUCK);
}

/* The store to X forces the exchange, that the change, that the update. */
static void test_an_update_and_an_atomic_wait_for_each_other(void **s)
{
	(void)s;
	setup();
	CAST(stores_twice, changes_then_exchanges);
	expect_never(got_stuck);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_update_may_come_between_an_own_read_and_write),
		cmocka_unit_test(test_an_update_and_an_atomic_wait_for_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
