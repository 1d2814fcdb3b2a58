/* SPDX-License-Identifier: MIT */
/* R-WALK: what a walk may read, and when it may say that there is nothing. */
#include "rules.h"

/*
 *	P0				P1
 *	pte(x) = b (in the buffer)	z = 1
 *	x, which finds b		mb
 *	z, which is still 0		pte(x), which is still a
 */
static void r_walk_1_a_walk_reads_committed_memory_only(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(a), b = 1\n"
		"thread P0\n"
		"	store pte(x), page(b)\n"
		"	r0 = load x\n"
		"	r1 = r0 ^ r0\n"
		"	r2 = &z + r1\n"
		"	r3 = load [r2]\n"
		"thread P1\n"
		"	store z, 1\n"
		"	mb\n"
		"	r1 = load pte(x)\n"
		"exists P0:r0 = 1 /\\ P0:r3 = 0 /\\ P1:r1 = page(a)");
}

static void r_walk_2_nor_what_is_stored_after_it(void **state)
{
	(void)state;
	litmus_never(base,
		"init pte(x) = page(a), a = 1, b = 2\n"
		"thread P0\n"
		"	r2 = load x\n"
		"	store pte(x), page(b)\n"
		"exists P0:r2 = 2");
}

#define FAULTS_AFTER(fences)						\
	"init pte(x) = page(x, valid=0)\n"				\
	"thread P0\n"							\
	"	store pte(x), page(x)\n"				\
	fences								\
	"	r0 = load x\n"						\
	"exists fault(P0, x)"

static void r_walk_3_a_fault_is_read_from_memory(void **state)
{
	(void)state;
	litmus_sometimes(base, FAULTS_AFTER("dsb\n"));
	litmus_never(base, FAULTS_AFTER("dsb\n isb\n"));
}

static void r_walk_4_with_ets2_also_without_a_barrier(void **state)
{
	(void)state;
	litmus_sometimes(base, FAULTS_AFTER(""));
	litmus_never(ets2, FAULTS_AFTER(""));
}

#define DENIED_AFTER_SHOOTDOWN						\
	"init pte(x) = page(x, db=0)\n"					\
	"thread P0\n"							\
	"	store pte(x), page(x)\n"				\
	"	dsb\n"							\
	"	tlbi x\n"						\
	"	dsb\n"							\
	"	store y, 1\n"						\
	"thread P1\n"							\
	"	r2 = load y\n"						\
	"	store x, 1\n"						\
	"exists P1:r2 = 1 /\\ fault(P1, x)"

static void r_walk_5_with_ets3_permission_faults_too(void **state)
{
	(void)state;
	litmus_sometimes(ets2, DENIED_AFTER_SHOOTDOWN);
	litmus_never(ets3, DENIED_AFTER_SHOOTDOWN);
}

#define OLD_ENTRY_IN_NEW_TABLE(fence)					\
	"init pmd(x) = 0, pte(x) = page(x, af=0)\n"			\
	"thread P0\n"							\
	"	store pte(x), page(x)\n"				\
	fence								\
	"	store pmd(x), table(x)\n"				\
	"thread P1\n"							\
	"	r0 = load x\n"						\
	"exists fault(P1, x, access)"

static void r_walk_6_a_table_is_read_after_what_leads_to_it(void **state)
{
	(void)state;
	litmus_sometimes(base, OLD_ENTRY_IN_NEW_TABLE(""));
	litmus_never(base, OLD_ENTRY_IN_NEW_TABLE("wmb\n"));
}

static void r_walk_7_any_cpu_walks_at_any_time(void **state)
{
	(void)state;
	litmus_sometimes(base,
		"ha P1\n"
		"init pte(x) = page(x, af=0)\n"
		"thread P0\n"
		"	r0 = load pte(x)\n"
		"thread P1\n"
		"	r1 = load z\n"
		"exists P0:r0 = page(x)");
}

static void widen_and_store_twice(void)
{
	WRITE_ONCE(*PTE, map(PAGE_A, 1, RW));
	r[1] = store(VA_);
	if (r[1] == FAULT)
		r[2] = store(VA_);
}

static bool spurious(void) { return r[1] == FAULT; }
static bool spurious_twice(void) { return r[2] == FAULT; }

static void r_walk_8_the_retry_after_a_fault_sees_memory(void **state)
{
	(void)state;
	tables("sc", &fmt_x86_64);
	mem_poke(slot(1), map(PAGE_A, 1, RO), 8);
	CAST(widen_and_store_twice);
	expect_sometimes(spurious);
	expect_never(spurious_twice);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_walk_1_a_walk_reads_committed_memory_only),
		cmocka_unit_test(r_walk_2_nor_what_is_stored_after_it),
		cmocka_unit_test(r_walk_3_a_fault_is_read_from_memory),
		cmocka_unit_test(r_walk_4_with_ets2_also_without_a_barrier),
		cmocka_unit_test(r_walk_5_with_ets3_permission_faults_too),
		cmocka_unit_test(r_walk_6_a_table_is_read_after_what_leads_to_it),
		cmocka_unit_test(r_walk_7_any_cpu_walks_at_any_time),
		cmocka_unit_test(r_walk_8_the_retry_after_a_fault_sees_memory),
	};

	rules_drop(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
