/* SPDX-License-Identifier: MIT */
/*
 * 64-bit entries on a 32-bit machine: T32-1 to T32-6 of docs/machine.md, each
 * under sc32, tso32 and weak32. An entry is (low, high); A's halves are 5 and 1, B's 5
 * and 2: the same low half, as the two banks of frames have it.
 */
#include "lab.h"

#include <string.h>

#define ENTRY	X
#define PRESENT	5u
#define A	1u		/* high halves */
#define B	2u

static bool is_whole(u64 e)
{
	return !(u32)e || e == ((u64)A << 32 | PRESENT) ||
	       e == ((u64)B << 32 | PRESENT);
}

static bool mixed(void)
{
	return !is_whole(r[0]);
}

static void setup(const char *model, u64 entry)
{
	lab_setup(model);
	mem_poke(VAR_OFF(0), entry, 8);
}

#define ENTRY_A	((u64)A << 32 | PRESENT)

/* --- writers and readers -------------------------------------------------- */

static void put_low(u32 val) { WRITE_ONCE(*LOW(ENTRY), val); }
static void put_high(u32 val) { WRITE_ONCE(*HIGH(ENTRY), val); }

static void set(void)
{
	put_high(A);
	smp_wmb();
	put_low(PRESENT);
}

static void set_without_wmb(void)
{
	put_high(A);
	put_low(PRESENT);
}

static void set_low_first(void)
{
	put_low(PRESENT);
	put_high(A);
}

static void get_lockless(void)
{
	u32 low, high;

	do {
		low = READ_ONCE(*LOW(ENTRY));
		smp_rmb();
		high = READ_ONCE(*HIGH(ENTRY));
		smp_rmb();
	} while (low != READ_ONCE(*LOW(ENTRY)));
	r[0] = (u64)high << 32 | low;
}

static void get_without_rmb(void)
{
	u32 low, high;

	do {
		low = READ_ONCE(*LOW(ENTRY));
		high = READ_ONCE(*HIGH(ENTRY));
	} while (low != READ_ONCE(*LOW(ENTRY)));
	r[0] = (u64)high << 32 | low;
}

static void get_without_recheck(void)
{
	u32 low = READ_ONCE(*LOW(ENTRY)), high;

	smp_rmb();
	high = READ_ONCE(*HIGH(ENTRY));
	r[0] = (u64)high << 32 | low;
}

static void clear_and_set_other(void)
{
	put_low(0);
	smp_wmb();
	put_high(0);
	put_high(B);
	smp_wmb();
	put_low(PRESENT);
}

static void nothing(void *info)
{
	(void)info;
}

static void clear_flush_set_other(void)
{
	put_low(0);
	smp_wmb();
	put_high(0);
	smp_call_function(nothing, NULL, 1);
	put_high(B);
	smp_wmb();
	put_low(PRESENT);
}

static void get_irqs_off(void)
{
	unsigned long flags;

	local_irq_save(flags);
	get_lockless();
	local_irq_restore(flags);
}

/* --- verdicts: the same under all models, or not --------------------------- */

static void expect_on(const char *model, bool sometimes, u64 entry,
		      agent_fn writer, agent_fn reader)
{
	setup(model, entry);
	CAST(reader, writer);
	assert_int_equal(lab_ever(mixed), sometimes);
}

static void expect(bool sometimes, u64 entry, agent_fn writer, agent_fn reader)
{
	expect_on("sc32", sometimes, entry, writer, reader);
	expect_on("tso32", sometimes, entry, writer, reader);
	expect_on("weak32", sometimes, entry, writer, reader);
}

static void test_t32_1_set_is_never_seen_mixed(void **state)
{
	(void)state;
	expect(false, 0, set, get_lockless);
}

static void test_t32_2_set_low_first_is_seen_mixed(void **state)
{
	(void)state;
	expect(true, 0, set_low_first, get_lockless);
}

static void test_t32_3_tso_needs_no_wmb(void **state)
{
	(void)state;
	expect_on("sc32", false, 0, set_without_wmb, get_lockless);
	expect_on("tso32", false, 0, set_without_wmb, get_lockless);
}

static void test_t32_3_a_weak_machine_needs_the_wmb(void **state)
{
	(void)state;
	expect_on("weak32", true, 0, set_without_wmb, get_lockless);
}

static void test_t32_4_tso_needs_no_rmb(void **state)
{
	(void)state;
	expect_on("sc32", false, 0, set, get_without_rmb);
	expect_on("tso32", false, 0, set, get_without_rmb);
}

static void test_t32_4_a_weak_machine_needs_the_rmb(void **state)
{
	(void)state;
	expect_on("weak32", true, 0, set, get_without_rmb);
}

static void test_t32_5_without_a_second_look_it_is_seen_mixed(void **state)
{
	(void)state;
	expect(true, ENTRY_A, clear_and_set_other, get_without_recheck);
}

static void test_t32_6_aba_is_seen_mixed_with_irqs_on(void **state)
{
	(void)state;
	expect(true, ENTRY_A, clear_flush_set_other, get_lockless);
}

static void test_t32_6_aba_is_never_seen_with_irqs_off(void **state)
{
	(void)state;
	expect(false, ENTRY_A, clear_flush_set_other, get_irqs_off);
}

static void test_t32_6_irqs_off_do_not_help_without_the_flush(void **state)
{
	(void)state;
	expect(true, ENTRY_A, clear_and_set_other, get_irqs_off);
}

/* --- the rules ------------------------------------------------------------ */

static void get_64(void) { r[0] = READ_ONCE(*ENTRY); }
static void put_64(void) { WRITE_ONCE(*ENTRY, ENTRY_A); }

static void test_a_64_bit_store_is_two(void **state)
{
	(void)state;
	expect(true, 0, put_64, get_lockless);
}

static void test_a_64_bit_load_is_two(void **state)
{
	(void)state;
	expect(true, ENTRY_A, clear_and_set_other, get_64);
}

static void test_the_halves_of_a_store_come_in_either_order(void **state)
{
	(void)state;
	setup("sc32", 0);
	CAST(put_64);
	RUN_DULL();
	assert_int_equal(log_event(0)->off, VAR_OFF(0));
	RUN_WITH(DEV(TEAR, 0, 1, 1));
	assert_int_equal(log_event(0)->off, VAR_OFF(0) + 4);
	assert_int_equal(mem_peek(VAR_OFF(0), 8), ENTRY_A);
}

static void test_the_halves_of_a_load_come_in_either_order(void **state)
{
	(void)state;
	setup("sc32", ENTRY_A);
	CAST(get_64);
	RUN_DULL();
	assert_int_equal(log_event(0)->off, VAR_OFF(0));
	RUN_WITH(DEV(TEAR, 0, 1, 1));
	assert_int_equal(log_event(0)->off, VAR_OFF(0) + 4);
	assert_int_equal(r[0], ENTRY_A);
}

static void exchange(void) { xchg(ENTRY, ENTRY_A); }
static void locked_read(void) { r[0] = cmpxchg(ENTRY, 0, 0); }

static void test_a_locked_64_bit_operation_is_one(void **state)
{
	(void)state;
	expect(false, 0, exchange, locked_read);
}

static u32 newest(u32 off)
{
	return versions[mem_version(off)].ts;
}

static void test_both_halves_of_a_locked_operation_share_one_time(void **state)
{
	(void)state;
	setup("sc32", 0);
	CAST(exchange);
	RUN_DULL();
	assert_int_not_equal(newest(VAR_OFF(0)), 0);
	assert_int_equal(newest(VAR_OFF(0)), newest(VAR_OFF(0) + 4));
}

static void test_the_halves_of_a_store_have_times_of_their_own(void **state)
{
	(void)state;
	setup("sc32", 0);
	CAST(put_64);
	RUN_DULL();
	assert_int_not_equal(newest(VAR_OFF(0)), newest(VAR_OFF(0) + 4));
}

static void test_a_64_bit_machine_tears_nothing(void **state)
{
	(void)state;
	setup("tso", 0);
	CAST(get_64, put_64);
	expect_never(mixed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_t32_1_set_is_never_seen_mixed),
		cmocka_unit_test(test_t32_2_set_low_first_is_seen_mixed),
		cmocka_unit_test(test_t32_3_tso_needs_no_wmb),
		cmocka_unit_test(test_t32_3_a_weak_machine_needs_the_wmb),
		cmocka_unit_test(test_t32_4_tso_needs_no_rmb),
		cmocka_unit_test(test_t32_4_a_weak_machine_needs_the_rmb),
		cmocka_unit_test(test_t32_5_without_a_second_look_it_is_seen_mixed),
		cmocka_unit_test(test_t32_6_aba_is_seen_mixed_with_irqs_on),
		cmocka_unit_test(test_t32_6_aba_is_never_seen_with_irqs_off),
		cmocka_unit_test(test_t32_6_irqs_off_do_not_help_without_the_flush),
		cmocka_unit_test(test_a_64_bit_store_is_two),
		cmocka_unit_test(test_a_64_bit_load_is_two),
		cmocka_unit_test(test_the_halves_of_a_store_come_in_either_order),
		cmocka_unit_test(test_the_halves_of_a_load_come_in_either_order),
		cmocka_unit_test(test_a_locked_64_bit_operation_is_one),
		cmocka_unit_test(test_both_halves_of_a_locked_operation_share_one_time),
		cmocka_unit_test(test_the_halves_of_a_store_have_times_of_their_own),
		cmocka_unit_test(test_a_64_bit_machine_tears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
