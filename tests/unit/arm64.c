/* SPDX-License-Identifier: MIT */
/*
 * arm64's helpers for entries and its TLB flush: what they say of an entry is
 * what the format's decoder says, no dirty state gets lost, and each barrier of
 * the flush is needed.
 */
#include "lab.h"

#define VA_	0x5000UL
#define ROOT	20		/* frames: tables from here down the path */
#define PAGE_A	70
#define PAGE_B	6
#define DATA_A	0xaaUL

static u32 slot(u32 level)
{
	return fmt_slot(hw.fmt, frame_off(ROOT + hw.fmt->levels - level), VA_,
			level);
}

static pte_t *ptep(void) { return mem_ptr(slot(1)); }

static u64 leaf(u32 frame, u32 flags)
{
	return hw.fmt->mk_leaf(frame_pfn(frame), 1, flags);
}

static void setup(const char *model, u32 flags)
{
	lab_setup(model);
	hw.fmt = &fmt_arm64;
	hw.flush = FLUSH_BROADCAST;
	hw.ha = hw.hd = ~0u;
	hw.ets = 2;
	hw.root = frame_off(ROOT);
	for (u32 l = hw.fmt->levels; l > 1; l--)
		mem_poke(slot(l), hw.fmt->mk_table(
				frame_pfn(ROOT + hw.fmt->levels - l + 1), l), 8);
	mem_poke(slot(1), leaf(PAGE_A, flags), 8);
	mem_poke(frame_off(PAGE_A), DATA_A, 8);
	mem_poke(frame_off(PAGE_B), 0, 8);
}

/* --- what an entry says ----------------------------------------------------- */

#define for_each_leaf(flags, pte)					\
	for (u32 flags = 0; flags < 8; flags++)				\
		for (pte_t pte = __pte(leaf(PAGE_A, flags)), *once = &pte; \
		     once; once = NULL)

static void test_helpers_and_decoder_agree(void **state)
{
	(void)state;
	setup("sc", 0);
	for_each_leaf(flags, pte) {
		assert_true(pte_present(pte));
		assert_int_equal(pte_write(pte), hw.fmt->write(pte_val(pte)));
		assert_int_equal(pte_dirty(pte), hw.fmt->dirty(pte_val(pte)));
		assert_int_equal(pte_young(pte), hw.fmt->young(pte_val(pte)));
		assert_int_equal(pte_pfn(pte), hw.fmt->pfn(pte_val(pte)));
	}
}

static void test_protecting_an_entry_keeps_it_dirty(void **state)
{
	(void)state;
	setup("sc", 0);
	for_each_leaf(flags, pte) {
		pte_t ro = pte_wrprotect(pte);

		assert_false(hw.fmt->write(pte_val(ro)));
		assert_int_equal(hw.fmt->dirty(pte_val(ro)),
				 hw.fmt->dirty(pte_val(pte)));
	}
}

static void test_clean_and_dirty_again(void **state)
{
	(void)state;
	setup("sc", 0);
	for_each_leaf(flags, pte) {
		pte_t clean = pte_mkclean(pte), dirty = pte_mkdirty(clean);

		assert_false(hw.fmt->dirty(pte_val(clean)));
		assert_true(hw.fmt->dirty(pte_val(dirty)));
		assert_int_equal(hw.fmt->write(pte_val(clean)),
				 hw.fmt->write(pte_val(pte)));
		/* Stores go through without a fault or an update. */
		assert_int_equal(hw.fmt->can_store(pte_val(dirty)),
				 pte_write(pte));
	}
}

static void test_a_huge_entry_is_a_block_and_a_table_is_none(void **state)
{
	u64 table;
	pmd_t pmd;

	(void)state;
	setup("sc", 0);
	pmd = mk_huge_pmd(mem_ptr(frame_page_off(112)), PAGE_SHARED);
	assert_true(pmd_trans_huge(pmd) && pmd_bad(pmd));
	assert_true(hw.fmt->valid(pmd_val(pmd), 2));
	assert_true(hw.fmt->leaf(pmd_val(pmd), 2));
	table = hw.fmt->mk_table(frame_pfn(21), 2);
	assert_false(pmd_leaf(__pmd(table)) || pmd_bad(__pmd(table)));
}

/* --- against the MMU --------------------------------------------------------- */

static void protects(void) { ptep_set_wrprotect(NULL, VA_, ptep()); }

static void takes(void) { r[2] = pte_val(ptep_get_and_clear(NULL, VA_, ptep())); }

static void makes_young(void)
{
	static struct vm_area_struct vma;

	ptep_set_access_flags(&vma, VA_, ptep(),
			      pte_mkyoung(__pte(leaf(PAGE_A, FMT_WRITE))),
			      false);
}

static void user_store(void)
{
	u64 val = 0x5a;

	r[1] = mmu_access(VA_, true, &val) == MMU_OK;
}

static bool dirty_lost(void)
{
	return r[1] && !hw.fmt->dirty(mem_peek(slot(1), 8)) &&
	       !hw.fmt->dirty(r[2]);
}

static void test_no_store_is_lost_while_the_entry_changes(void **state)
{
	static const char *const models[] = { "sc", "tso", "weak" };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(models); i++) {
		setup(models[i], FMT_WRITE);
		CAST(protects, user_store);
		expect_never(dirty_lost);
		CAST(takes, user_store);
		expect_never(dirty_lost);
		CAST(makes_young, user_store);
		expect_never(dirty_lost);
	}
}

static void reads_and_writes(void)
{
	pte_t pte = READ_ONCE(*ptep());

	WRITE_ONCE(*ptep(), pte_wrprotect(pte));
}

static void test_a_plain_store_loses_one(void **state)
{
	(void)state;
	setup("sc", FMT_WRITE);
	CAST(reads_and_writes, user_store);
	expect_sometimes(dirty_lost);
}

/* --- the flush ----------------------------------------------------------------- */

static void unmaps(void)
{
	takes();
	__flush_tlb_range(NULL, VA_, VA_ + PAGE_SIZE, true);
	WRITE_ONCE(*X, 1);
}

static void unmaps_without_first_dsb(void)
{
	takes();
	__tlbi_range(vale1is, VA_, VA_ + PAGE_SIZE);
	dsb(ish);
	WRITE_ONCE(*X, 1);
}

static void unmaps_without_last_dsb(void)
{
	takes();
	__flush_tlb_range_nosync(NULL, VA_, VA_ + PAGE_SIZE, true);
	WRITE_ONCE(*X, 1);
}

static void sees_it_and_loads(void)
{
	r[0] = READ_ONCE(*X);
	smp_mb();
	r[1] = mmu_access(VA_, false, &r[3]) == MMU_OK;
}

static bool used_after_flush(void) { return r[0] && r[1]; }

static void test_nobody_uses_an_old_translation_after_the_flush(void **state)
{
	(void)state;
	setup("weak", FMT_WRITE | FMT_YOUNG);
	CAST(unmaps, sees_it_and_loads);
	expect_never(used_after_flush);
}

static void test_each_barrier_of_the_flush_is_needed(void **state)
{
	(void)state;
	setup("weak", FMT_WRITE | FMT_YOUNG);
	CAST(unmaps_without_first_dsb, sees_it_and_loads);
	expect_sometimes(used_after_flush);
	CAST(unmaps_without_last_dsb, sees_it_and_loads);
	expect_sometimes(used_after_flush);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_helpers_and_decoder_agree),
		cmocka_unit_test(test_protecting_an_entry_keeps_it_dirty),
		cmocka_unit_test(test_clean_and_dirty_again),
		cmocka_unit_test(
			test_a_huge_entry_is_a_block_and_a_table_is_none),
		cmocka_unit_test(test_no_store_is_lost_while_the_entry_changes),
		cmocka_unit_test(test_a_plain_store_loses_one),
		cmocka_unit_test(
			test_nobody_uses_an_old_translation_after_the_flush),
		cmocka_unit_test(test_each_barrier_of_the_flush_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
