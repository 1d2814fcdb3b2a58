/* SPDX-License-Identifier: MIT */
/* Page frames and objects: the same in every run, reused at once. */
#include "lab.h"

static u64 frame_of(struct page *page)
{
	return page ? page_frame(page) : NR_FRAMES;
}

/* --- pages ---------------------------------------------------------------- */

static void alloc_free_alloc(void)
{
	struct page *a = alloc_page(GFP_KERNEL), *b;

	r[0] = frame_of(a);
	r[1] = page_generation(page_frame(a));
	__free_pages(a, 0);
	b = alloc_page(GFP_KERNEL);
	r[2] = frame_of(b);
	r[3] = page_generation(page_frame(b));
}

static void test_the_page_freed_last_is_taken_first(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(alloc_free_alloc);
	RUN_DULL();
	assert_int_equal(r[2], r[0]);
}

static void test_each_allocation_is_a_new_generation(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(alloc_free_alloc);
	RUN_DULL();
	assert_int_equal(r[3], r[1] + 1);
}

static void frees_two(void)
{
	struct page *a = alloc_page(GFP_KERNEL), *b = alloc_page(GFP_KERNEL);

	__free_pages(a, 0);
	__free_pages(b, 0);
	r[0] = frame_of(alloc_page(GFP_KERNEL)) == page_frame(b);
	r[1] = frame_of(alloc_page(GFP_KERNEL)) == page_frame(a);
}

static void test_frees_are_taken_back_in_reverse(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(frees_two);
	RUN_DULL();
	assert_int_equal(r[0], 1);
	assert_int_equal(r[1], 1);
}

static void test_every_run_gets_the_same_frames(void **state)
{
	u64 first[4];

	(void)state;
	lab_setup("sc");
	CAST(alloc_free_alloc);
	RUN_DULL();
	for (u32 i = 0; i < 4; i++)
		first[i] = r[i];
	for (u32 run = 0; run < 10; run++) {
		RUN_DULL();
		for (u32 i = 0; i < 4; i++)
			assert_int_equal(r[i], first[i]);
	}
}

static void allocs(void)
{
	r[0] = frame_of(alloc_page(GFP_KERNEL));
}

static void test_an_allocation_is_a_fault_point(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(allocs);
	RUN_WITH(DEV(FAULT, 0, 1, 1));
	assert_int_equal(r[0], NR_FRAMES);
	assert_int_equal(log_event(0)->type, EV_FAULT);
	assert_int_equal(log_event(0)->val, FAULT_ALLOC_PAGE);
}

static void allocs_all(void)
{
	u64 seen[2] = { 0, 0 };

	for (;;) {
		u64 frame = frame_of(alloc_page(GFP_KERNEL));

		if (frame == NR_FRAMES)
			break;
		r[1] |= seen[frame / 64] >> (frame % 64) & 1;
		seen[frame / 64] |= 1UL << (frame % 64);
		r[0]++;
	}
}

static void test_memory_runs_out_and_no_frame_is_given_twice(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(allocs_all);
	RUN_DULL();
	assert_int_not_equal(r[0], 0);
	assert_int_equal(r[1], 0);
}

static void allocs_dirty(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	volatile u64 *word = page_address(page);

	WRITE_ONCE(*word, 77);
	__free_pages(page, 0);
	page = alloc_page(GFP_KERNEL);
	r[0] = *(u64 *)page_address(page);
	__free_pages(page, 0);
	page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	r[1] = *(u64 *)page_address(page);
}

static void test_a_page_keeps_its_content_unless_zeroes_are_asked_for(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(allocs_dirty);
	RUN_DULL();
	assert_int_equal(r[0], 77);
	assert_int_equal(r[1], 0);
}

static void refs(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	struct folio *folio = page_folio(page);

	folio_get(folio);
	folio_put(folio);
	r[0] = log_count(EV_PAGE_FREE);
	folio_put(folio);
	r[1] = log_count(EV_PAGE_FREE);
	r[2] = folio_try_get(folio);
}

static void test_the_last_reference_frees_the_page(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(refs);
	RUN_DULL();
	assert_int_equal(r[0], 0);
	assert_int_equal(r[1], 1);
}

static void test_nobody_gets_a_reference_on_a_free_page(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(refs);
	RUN_DULL();
	assert_int_equal(r[2], 0);
}

static struct folio *shared;

static void freezes(void)
{
	shared = page_folio(alloc_page(GFP_KERNEL));
	r[0] = folio_ref_freeze(shared, 1);
	if (r[0])
		folio_ref_unfreeze(shared, 1);
}

static void tries_get(void)
{
	if (shared)
		r[1] = folio_try_get(shared);
}

static void freeze_needs_exact_count(void)
{
	struct folio *folio = page_folio(alloc_page(GFP_KERNEL));

	folio_get(folio);
	r[0] = folio_ref_freeze(folio, 1);
	r[1] = folio_ref_freeze(folio, 2);
	r[2] = folio_try_get(folio);
}

static void test_a_freeze_needs_exactly_that_many_references(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(freeze_needs_exact_count);
	RUN_DULL();
	assert_int_equal(r[0], 0);
	assert_int_equal(r[1], 1);
	assert_int_equal(r[2], 0);
}

static bool refused(void) { return r[0] && !r[1] && log_count(EV_PAGE_GET) > 1; }

static void test_a_frozen_page_refuses_references(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(freezes, tries_get);
	expect_sometimes(refused);
}

static void takes_huge(void)
{
	struct page *page = alloc_pages(GFP_KERNEL, X86_PTRS_LG2);

	r[0] = (u64)page_folio(page + 3) == (u64)page;
	folio_ref_freeze(page_folio(page), 1);
	split_page_frozen(page_folio(page), X86_PTRS_LG2);
	r[1] = (u64)page_folio(page + 3) == (u64)(page + 3);
	folio_put(page_folio(page + 3));
	r[2] = log_count(EV_PAGE_FREE);
}

static void test_a_split_makes_pages_of_their_own(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(takes_huge);
	RUN_DULL();
	assert_int_equal(r[0], 1);
	assert_int_equal(r[1], 1);
	assert_int_equal(r[2], 1);
}

/* --- objects -------------------------------------------------------------- */

static void objects(void)
{
	void *a = kmalloc(100, GFP_KERNEL), *b = kmalloc(100, GFP_KERNEL);
	void *c;

	kfree(a);
	c = kmalloc(2000, GFP_KERNEL);
	r[0] = mem_off(a);
	r[1] = mem_off(b);
	r[2] = mem_off(c);
	kfree(b);
	kfree(c);
}

static void test_every_run_gets_the_same_addresses(void **state)
{
	u64 first[3];

	(void)state;
	lab_setup("sc");
	CAST(objects);
	RUN_DULL();
	for (u32 i = 0; i < 3; i++)
		first[i] = r[i];
	for (u32 run = 0; run < 100; run++) {
		RUN_DULL();
		for (u32 i = 0; i < 3; i++)
			assert_int_equal(r[i], first[i]);
	}
}

static void leaks_two(void)
{
	kfree(kmalloc(64, GFP_KERNEL));
	r[0] = mem_off(kmalloc(64, GFP_KERNEL));
	r[1] = mem_off(kmalloc(64, GFP_KERNEL));
}

static void test_a_run_that_leaks_does_not_move_the_next_ones(void **state)
{
	u64 first;

	(void)state;
	lab_setup("sc");
	CAST(leaks_two);
	RUN_DULL();
	first = r[1];
	for (u32 run = 0; run < 1000; run++)
		RUN_DULL();
	assert_int_equal(r[1], first);
}

static void test_leaks_are_counted(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(leaks_two);
	RUN_DULL();
	assert_int_equal(slab_live(), 2);
	assert_int_equal(slab_reset(), 2);
	assert_int_equal(slab_live(), 0);
}

static void test_objects_lie_in_simulated_memory_and_apart(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(leaks_two);
	RUN_DULL();
	assert_true(r[0] < HEAP_SIZE && r[1] < HEAP_SIZE);
	assert_true(r[0] + 64 <= r[1] || r[1] + 64 <= r[0]);
}

static void one_object(void)
{
	r[0] = kmalloc(64, GFP_KERNEL) != NULL;
}

static void test_kmalloc_is_a_fault_point(void **state)
{
	(void)state;
	lab_setup("sc");
	CAST(one_object);
	RUN_WITH(DEV(FAULT, 0, 1, 1));
	assert_int_equal(r[0], 0);
	assert_int_equal(log_event(0)->type, EV_FAULT);
	assert_int_equal(log_event(0)->val, FAULT_KMALLOC);
	assert_int_equal(slab_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_page_freed_last_is_taken_first),
		cmocka_unit_test(test_each_allocation_is_a_new_generation),
		cmocka_unit_test(test_frees_are_taken_back_in_reverse),
		cmocka_unit_test(test_every_run_gets_the_same_frames),
		cmocka_unit_test(test_an_allocation_is_a_fault_point),
		cmocka_unit_test(test_memory_runs_out_and_no_frame_is_given_twice),
		cmocka_unit_test(test_a_page_keeps_its_content_unless_zeroes_are_asked_for),
		cmocka_unit_test(test_the_last_reference_frees_the_page),
		cmocka_unit_test(test_nobody_gets_a_reference_on_a_free_page),
		cmocka_unit_test(test_a_freeze_needs_exactly_that_many_references),
		cmocka_unit_test(test_a_frozen_page_refuses_references),
		cmocka_unit_test(test_a_split_makes_pages_of_their_own),
		cmocka_unit_test(test_every_run_gets_the_same_addresses),
		cmocka_unit_test(test_a_run_that_leaks_does_not_move_the_next_ones),
		cmocka_unit_test(test_leaks_are_counted),
		cmocka_unit_test(test_objects_lie_in_simulated_memory_and_apart),
		cmocka_unit_test(test_kmalloc_is_a_fault_point),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
