/* SPDX-License-Identifier: MIT */
/* arm64: ASIDs, generations, rollover; invalidation by ASID. */
#include "space.h"

#include "../../model/kernel/vars.h"

static void setup(const char *model)
{
	space_setup(model, &fmt_arm64);
	hw.mm = MM_ARM64;
	hw.flush = FLUSH_BROADCAST;
	hw.ets = 2;
}

static u64 id_of(u32 n)
{
	return mem_peek((u32)mem_off(&MM(n)->context.id), 8);
}

static u64 generation(u64 id) { return id >> ASID_BITS; }
static u64 asid(u64 id) { return id & (NUM_USER_ASIDS - 1); }

/* --- one CPU: three ASIDs, four mms ------------------------------------------ */

static void visits_all(void)
{
	for (u32 n = 0; n < SPACES; n++)
		context_switch(MM(n));
	r[0] = space_load();
}

static void test_three_asids_then_a_new_generation(void **state)
{
	(void)state;
	setup("sc");
	CAST(visits_all);
	RUN_DULL();
	assert_int_equal(id_of(0), ASID_FIRST_VERSION + 1);
	assert_int_equal(id_of(1), ASID_FIRST_VERSION + 2);
	assert_int_equal(id_of(2), ASID_FIRST_VERSION + 3);
	assert_int_equal(generation(id_of(3)), 2);
	/* mm 2 was on the CPU when it began: its ASID is not given away. */
	assert_int_not_equal(asid(id_of(3)), asid(id_of(2)));
	assert_int_equal(asid(id_of(3)), asid(id_of(0)));
}

static bool used_that_of_0(void) { return r[0] == DATA(PAGE_OF(0)); }
static bool used_own(void) { return r[0] == DATA(PAGE_OF(3)); }

static void test_an_asid_of_a_new_generation_has_no_old_entries(void **state)
{
	static const char *const models[] = { "sc", "weak" };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(models); i++) {
		setup(models[i]);
		CAST(visits_all);
		expect_sometimes(used_own);
		expect_never(used_that_of_0);
	}
}

static void test_without_the_flush_after_a_rollover_it_has(void **state)
{
	(void)state;
	setup("sc");
	kernel.omitted = 1u << STEP_ROLLOVER_FLUSH;
	CAST(visits_all);
	expect_sometimes(used_that_of_0);
}

/* --- the flush is each CPU's own ----------------------------------------------- */

static void cpu0_has_entries(void)
{
	context_switch(MM(0));
	context_switch(MM(1));
	WRITE_ONCE(*X, 1);
	r[1] = 1;
	context_switch(MM(3));
	r[0] = space_load();
}

static void cpu1_rolls_over(void)
{
	context_switch(MM(2));
	context_switch(MM(3));
}

/* mm 3 got its ASID, which was mm 0's, on another CPU: flush_pending here. */
static bool used_that_of_0_here(void)
{
	return used_that_of_0() && asid(id_of(3)) == asid(id_of(0));
}

static void test_every_cpu_flushes_before_it_uses_the_new_generation(void **state)
{
	(void)state;
	setup("sc");
	CAST(cpu0_has_entries, cpu1_rolls_over);
	expect_sometimes(used_own);
	expect_never(used_that_of_0);
	kernel.omitted = 1u << STEP_ROLLOVER_FLUSH;
	expect_sometimes(used_that_of_0_here);
}

static u16 asid_of_cpu[2];
static bool same_asid;

static void note_asid(u32 n)
{
	u32 cpu = smp_processor_id();

	asid_of_cpu[cpu] = (u16)(asid(id_of(n)) + 1);
	WRITE_ONCE(*VAR(cpu), n);
	WRITE_ONCE(*VAR(cpu), n);
	same_asid |= asid_of_cpu[0] == asid_of_cpu[1];
	asid_of_cpu[cpu] = 0;
}

static void cpu0_stays(void)
{
	same_asid = false;
	asid_of_cpu[0] = asid_of_cpu[1] = 0;
	context_switch(MM(0));
	note_asid(0);
}

static void cpu1_visits_the_others(void)
{
	for (u32 n = 1; n < SPACES; n++) {
		context_switch(MM(n));
		note_asid(n);
	}
}

static bool shared(void) { return same_asid; }

static void test_two_mms_never_have_one_asid_at_a_time(void **state)
{
	(void)state;
	setup("weak");
	CAST(cpu0_stays, cpu1_visits_the_others);
	expect_never(shared);
}

/* --- invalidation by ASID --------------------------------------------------------- */

static void flushes_mm_0(void)
{
	struct vm_area_struct vma = { .vm_mm = MM(0) };

	context_switch(MM(0));
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	flush_tlb_page(&vma, VA_);
	r[0] = space_load();
}

static void flushes_the_wrong_mm(void)
{
	struct vm_area_struct vma = { .vm_mm = MM(1) };

	context_switch(MM(1));
	context_switch(MM(0));
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	flush_tlb_page(&vma, VA_);
	r[0] = space_load();
}

static void test_a_flush_is_for_the_asid_of_its_mm(void **state)
{
	(void)state;
	setup("weak");
	CAST(flushes_mm_0);
	expect_never(used_that_of_0);
	CAST(flushes_the_wrong_mm);
	expect_sometimes(used_that_of_0);
}

/* --- R-IPI-5 ------------------------------------------------------------------------ */

/* The old task's invalidation is complete when the next one runs. */
static void flushes_and_switches(void)
{
	struct tlb_scope all = { .end = ~0UL, .asid = ASID_ALL };

	context_switch(MM(0));
	xchg(ENTRY(0), space_leaf(PAGE_NEW));
	tlbi(sim.cur, &all, true, 0);
	context_switch(MM(1));
	r[1] = 1;
	WRITE_ONCE(*X, 1);
}

static void looks_after_the_switch(void)
{
	context_switch(MM(0));
	r[2] = r[1];
	r[0] = space_load();
}

static bool used_old_after_switch(void) { return r[2] && used_that_of_0(); }

static void test_a_switch_completes_invalidations(void **state)
{
	(void)state;
	setup("sc");
	CAST(flushes_and_switches, looks_after_the_switch);
	expect_never(used_old_after_switch);
	kernel.omitted = 1u << STEP_SWITCH_DSB;
	expect_sometimes(used_old_after_switch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_three_asids_then_a_new_generation),
		cmocka_unit_test(test_an_asid_of_a_new_generation_has_no_old_entries),
		cmocka_unit_test(test_without_the_flush_after_a_rollover_it_has),
		cmocka_unit_test(test_every_cpu_flushes_before_it_uses_the_new_generation),
		cmocka_unit_test(test_two_mms_never_have_one_asid_at_a_time),
		cmocka_unit_test(test_a_flush_is_for_the_asid_of_its_mm),
		cmocka_unit_test(test_a_switch_completes_invalidations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
