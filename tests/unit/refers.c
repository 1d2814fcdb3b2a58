/* SPDX-License-Identifier: MIT */
/*
 * What a loaded value leads to: R-DEP-2. On a weak machine nobody sees
 * memory older than the pointer or entry that led to it.
 */
#include "lab.h"

#define TABLE2	20		/* frames: a PMD table, a PTE table, a page */
#define TABLE1	21
#define PAGE	70
#define PMD	((volatile u64 *)mem_ptr(frame_off(TABLE2)))
#define PTE	((volatile u64 *)mem_ptr(frame_off(TABLE1)))
#define DATA	((volatile u64 *)mem_ptr(frame_off(PAGE)))
#define FLAGS	((volatile u64 *)mem_ptr(frame_page_off(PAGE)))

static void setup(void)
{
	lab_setup("weak");
	hw.fmt = &fmt_arm64;
	page_alloc_init(hw.fmt->ptrs_lg2);
	pagetable_ctor(mem_ptr(frame_page_off(TABLE2)), 2);
	pagetable_ctor(mem_ptr(frame_page_off(TABLE1)), 1);
	page_alloc_baseline();
	for (u32 f = TABLE2; f <= TABLE1; f++)
		mem_poke(frame_off(f), 0, 8);
	mem_poke(frame_off(PAGE), 0, 8);
	mem_poke(frame_page_off(PAGE), 0, 8);
	mem_refers = hw_refers;
}

static u64 leaf(u32 frame, u32 level)
{
	return hw.fmt->mk_leaf(frame_pfn(frame), level, FMT_WRITE | FMT_YOUNG);
}

/* The reader found the way and something older at its end. */
static bool stale(void)
{
	return r[0] && !r[1];
}

/* --- an entry that leads to a table ---------------------------------------- */

static void publishes_table(void)
{
	WRITE_ONCE(*PTE, leaf(PAGE, 1));
	smp_wmb();
	WRITE_ONCE(*PMD, hw.fmt->mk_table(frame_pfn(TABLE1), 2));
}

static void reads_table(void)
{
	r[0] = READ_ONCE(*PMD);
	r[1] = READ_ONCE(*PTE);
}

static void test_a_table_is_as_new_as_the_entry_that_leads_to_it(void **state)
{
	(void)state;
	setup();
	CAST(publishes_table, reads_table);
	expect_never(stale);
	mem_refers = NULL;
	expect_sometimes(stale);
}

/* --- an entry that maps a page --------------------------------------------- */

static void publishes_page(void)
{
	WRITE_ONCE(*DATA, 1);
	WRITE_ONCE(*FLAGS, 1);
	smp_wmb();
	WRITE_ONCE(*PTE, leaf(PAGE, 1));
}

static void reads_page(void)
{
	r[0] = READ_ONCE(*PTE);
	r[1] = READ_ONCE(*DATA);
}

static void reads_struct_page(void)
{
	r[0] = READ_ONCE(*PTE);
	r[1] = READ_ONCE(*FLAGS);
}

static void test_a_page_is_as_new_as_the_entry_that_maps_it(void **state)
{
	(void)state;
	setup();
	CAST(publishes_page, reads_page);
	expect_never(stale);
	CAST(publishes_page, reads_struct_page);
	expect_never(stale);
	mem_refers = NULL;
	expect_sometimes(stale);
}

/* --- pointers --------------------------------------------------------------- */

static void publishes_object(void)
{
	WRITE_ONCE(*Y, 1);
	smp_wmb();
	WRITE_ONCE(*X, (u64)Y);
}

static void reads_object(void)
{
	r[0] = READ_ONCE(*X);
	r[1] = READ_ONCE(*Y);
}

static void test_an_object_is_as_new_as_the_pointer_to_it(void **state)
{
	(void)state;
	setup();
	CAST(publishes_object, reads_object);
	expect_never(stale);
	mem_refers = NULL;
	expect_sometimes(stale);
}

static void publishes_number(void)
{
	WRITE_ONCE(*Y, 1);
	smp_wmb();
	WRITE_ONCE(*X, 1);
}

static void test_a_number_leads_nowhere(void **state)
{
	(void)state;
	setup();
	CAST(publishes_number, reads_object);
	expect_sometimes(stale);
}

/* --- what the hook says ------------------------------------------------------ */

static bool covers(u32 n, const struct span *span, u32 off)
{
	while (n--)
		if (span[n].start <= off && off < span[n].end)
			return true;
	return false;
}

static void test_a_huge_entry_leads_to_all_its_pages(void **state)
{
	struct span span[4];
	u32 n, first = 112;

	(void)state;
	setup();
	n = hw_refers(frame_off(TABLE2), leaf(first, 2), span);
	for (u32 i = 0; i < fmt_pages(hw.fmt, 2); i++) {
		assert_true(covers(n, span, frame_off(first + i)));
		assert_true(covers(n, span, frame_page_off(first + i)));
	}
	assert_false(covers(n, span, frame_off(first - 1)));
}

static void test_an_entry_that_is_not_valid_leads_nowhere(void **state)
{
	struct span span[4];

	(void)state;
	setup();
	assert_int_equal(hw_refers(frame_off(TABLE1), 0, span), 0);
	assert_int_equal(hw_refers(frame_off(TABLE1), leaf(PAGE, 1) & ~1ULL,
				   span), 0);
}

static void test_a_compound_head_leads_to_its_folio(void **state)
{
	struct span span[4];
	u32 n;

	(void)state;
	setup();
	page_take(112, hw.fmt->ptrs_lg2);
	n = hw_refers(frame_page_off(113),
		      (u64)mem_ptr(frame_page_off(112)) | 1, span);
	assert_true(covers(n, span, frame_page_off(112)));
	assert_true(covers(n, span, frame_off(119)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_a_table_is_as_new_as_the_entry_that_leads_to_it),
		cmocka_unit_test(
			test_a_page_is_as_new_as_the_entry_that_maps_it),
		cmocka_unit_test(test_an_object_is_as_new_as_the_pointer_to_it),
		cmocka_unit_test(test_a_number_leads_nowhere),
		cmocka_unit_test(test_a_huge_entry_leads_to_all_its_pages),
		cmocka_unit_test(test_an_entry_that_is_not_valid_leads_nowhere),
		cmocka_unit_test(test_a_compound_head_leads_to_its_folio),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
