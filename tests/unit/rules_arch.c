/* SPDX-License-Identifier: MIT */
/* R-X86, R-RV: what is these architectures' own. */
#include "rules.h"

#define ACCESSED	0x20UL

static bool went_through(void) { return r[1] == OK; }
static bool faulted(void) { return r[1] == FAULT; }
static bool old_page(void) { return r[0] == DATA_A; }
static bool reused_page(void) { return r[0] == DATA_B; }

static void setup(const struct fmt *f)
{
	tables("sc", f);
	mem_poke(slot(1), 0, 8);
}

static void setup_mapped(const struct fmt *f, u32 flags)
{
	tables("sc", f);
	mem_poke(slot(1), map(PAGE_A, 1, flags), 8);
}

/* --- x86: own stores, spurious faults ------------------------------------- */

static void map_and_load(void)
{
	WRITE_ONCE(*PTE, map(PAGE_A, 1, RW));
	r[1] = load(VA_);
}

/* The entry may still be in the store buffer when the load begins. */
static void r_x86_1_a_walk_finds_own_stores_to_its_entries(void **state)
{
	(void)state;
	tables("tso", &fmt_x86_64);
	mem_poke(slot(1), 0, 8);
	CAST(map_and_load);
	expect_never(faulted);
}

static void widen_and_store_thrice(void)
{
	WRITE_ONCE(*PTE, map(PAGE_A, 1, RW));
	for (u32 i = 0; i < 3; i++)
		r[1] += store(VA_) == FAULT;
}

static bool one_fault(void) { return r[1] == 1; }
static bool more_faults(void) { return r[1] > 1; }

static void r_x86_2_more_rights_cost_one_fault_at_most(void **state)
{
	(void)state;
	setup_mapped(&fmt_x86_64, RO);
	CAST(widen_and_store_thrice);
	expect_sometimes(one_fault);
	expect_never(more_faults);
}

/* --- x86: tables ---------------------------------------------------------- */

/* The table is unlinked, and then used for something else. */
static void reuse_table(void)
{
	WRITE_ONCE(*PMD, 0);
	WRITE_ONCE(*PTE, map(PAGE_B, 1, 0));
	r[1] = load(VA_);
}

static void invlpg_and_reuse_table(void)
{
	WRITE_ONCE(*PMD, 0);
	tlb_invalidate(sim.cur, VA_, VA_ + 1);
	WRITE_ONCE(*PTE, map(PAGE_B, 1, 0));
	r[1] = load(VA_);
}

static void r_x86_3_an_empty_table_takes_an_invlpg_too(void **state)
{
	(void)state;
	setup(&fmt_x86_64);
	CAST(reuse_table);
	expect_sometimes(reused_page);
	CAST(invlpg_and_reuse_table);
	expect_never(reused_page);
}

static bool wrote_into_it(void) { return mem_peek(slot(1), 8) & ACCESSED; }

static void r_x86_4_else_accessed_is_set_in_what_it_became(void **state)
{
	(void)state;
	setup(&fmt_x86_64);
	CAST(reuse_table);
	expect_sometimes(wrote_into_it);
	CAST(invlpg_and_reuse_table);
	expect_never(wrote_into_it);
}

/* --- x86: PCIDs, global entries ------------------------------------------- */

/* MOV to CR3 with bit 63 set, and without. */
static void keep(u16 pcid)
{
	ctx_install(sim.cur, hw.root, pcid);
}

static void switch_to(u16 pcid)
{
	ctx_install(sim.cur, hw.root, pcid);
	INVALIDATE(.end = ~0UL, .asid = pcid);
}

static void leave_unmap_and_come_back(void)
{
	keep(1);
	keep(2);
	WRITE_ONCE(*PTE, 0);
	keep(1);
	r[1] = load(VA_);
}

static void leave_unmap_and_come_back_flushing(void)
{
	keep(1);
	keep(2);
	WRITE_ONCE(*PTE, 0);
	switch_to(1);
	r[1] = load(VA_);
}

static void leave_unmap_and_come_back_flushing_others(void)
{
	keep(1);
	switch_to(2);
	WRITE_ONCE(*PTE, 0);
	keep(1);
	r[1] = load(VA_);
}

static void r_x86_5_entries_outlive_a_switch_under_their_pcid(void **state)
{
	(void)state;
	setup_mapped(&fmt_x86_64, RW);
	CAST(leave_unmap_and_come_back);
	expect_sometimes(went_through);
	CAST(leave_unmap_and_come_back_flushing);
	expect_never(went_through);
	CAST(leave_unmap_and_come_back_flushing_others);
	expect_sometimes(went_through);
}

static void unmap_and_switch(void)
{
	WRITE_ONCE(*PTE, 0);
	switch_to(1);
	r[1] = load(VA_);
}

static void unmap_and_invlpg(void)
{
	WRITE_ONCE(*PTE, 0);
	switch_to(1);
	tlb_invalidate(sim.cur, VA_, VA_ + 1);
	r[1] = load(VA_);
}

static void r_x86_6_global_entries_outlive_a_switch_not_an_invlpg(void **state)
{
	(void)state;
	setup_mapped(&fmt_x86_64, RW);
	CAST(unmap_and_switch);
	expect_never(old_page);
	setup_mapped(&fmt_x86_64, RW | FMT_GLOBAL);
	CAST(unmap_and_switch);
	expect_sometimes(old_page);
	CAST(unmap_and_invlpg);
	expect_never(old_page);
}

/* --- riscv ---------------------------------------------------------------- */

static void map_fence_and_load(void)
{
	WRITE_ONCE(*PTE, map(PAGE_A, 1, RW));
	INVALIDATE(.start = VA_, .end = VA_ + 1, .asid = ASID_ALL);
	r[1] = load(VA_);
}

static void r_rv_1_entries_not_valid_are_cached_unless_svvptc(void **state)
{
	(void)state;
	setup(&fmt_riscv_sv39);
	CAST(map_and_load);
	expect_sometimes(faulted);
	CAST(map_fence_and_load);
	expect_never(faulted);
	setup(&fmt_riscv_sv39);
	hw.svvptc = true;
	CAST(map_and_load);
	expect_never(faulted);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_x86_1_a_walk_finds_own_stores_to_its_entries),
		cmocka_unit_test(r_x86_2_more_rights_cost_one_fault_at_most),
		cmocka_unit_test(r_x86_3_an_empty_table_takes_an_invlpg_too),
		cmocka_unit_test(r_x86_4_else_accessed_is_set_in_what_it_became),
		cmocka_unit_test(r_x86_5_entries_outlive_a_switch_under_their_pcid),
		cmocka_unit_test(r_x86_6_global_entries_outlive_a_switch_not_an_invlpg),
		cmocka_unit_test(r_rv_1_entries_not_valid_are_cached_unless_svvptc),
	};

	rules_drop(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
