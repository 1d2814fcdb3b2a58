/* SPDX-License-Identifier: MIT */
/*
 * Entry formats: what holds for every one of them. What the bits of each mean
 * is in fmt_patterns.c.
 */
#include "lab.h"

#include <string.h>

#define FLAGS_ALL	0x1fu	/* FMT_WRITE to FMT_GLOBAL */
#define PFN		0x1200u		/* aligned for any huge page here */

#define for_each_fmt(f)							\
	for (const struct fmt *const *fp_ = fmts, *f; (f = *fp_); fp_++)

/* Largest pages by the manuals, as levels. */
static const struct { const char *name; u32 level; } huge[] = {
	{ "x86_64", 3 },	/* SDM 4.5: 1 GiB */
	{ "x86_pae", 2 },	/* SDM 4.4: 2 MiB */
	{ "x86_64_la57", 3 },
	{ "arm64", 3 },		/* DDI0487 D8.3, block descriptors: 1 GiB */
	{ "arm64_16k", 3 },	/* with DS = 1: 64 GiB */
	{ "arm64_64k", 3 },	/* with 52-bit addresses: 4 TiB */
	{ "riscv_sv39", 3 },	/* any level: a gigapage */
	{ "riscv_sv48", 4 },	/* a terapage */
	{ "s390", 3 },		/* PoP, EDAT-2: 2 GiB */
	{ "ppc_radix", 3 },	/* 1 GiB */
	{ "ppc_hash", 1 },
};

static u32 huge_level(const struct fmt *f)
{
	for (u32 i = 0; i < ARRAY_SIZE(huge); i++)
		if (!strcmp(huge[i].name, f->name))
			return huge[i].level;
	fail_msg("%s: no largest page", f->name);
	return 0;
}

/* --- built entries -------------------------------------------------------- */

static void for_all_leaves(void (*judge)(const struct fmt *f, u64 e, u32 level,
					 u32 flags))
{
	for_each_fmt(f)
		for (u32 l = 1; l <= huge_level(f); l++)
			for (u32 flags = 0; flags <= FLAGS_ALL; flags++)
				judge(f, f->mk_leaf(PFN, l, flags), l, flags);
}

static void judge_built(const struct fmt *f, u64 e, u32 level, u32 flags)
{
	bool writes = flags & FMT_WRITE, is_dirty = flags & FMT_DIRTY;

	assert_true(f->valid(e, level));
	assert_true(f->leaf(e, level));
	assert_int_equal(f->pfn(e), PFN);
	assert_int_equal(f->write(e), writes);
	assert_int_equal(f->dirty(e), is_dirty);
	assert_int_equal(f->young(e), !!(flags & FMT_YOUNG));
	assert_int_equal(f->can_store(e), writes && is_dirty);
	assert_int_equal(f->can_dirty(e),
			 writes && !is_dirty && f->ad != AD_NEVER);
	assert_int_equal(f->cont(e, level),
			 (flags & FMT_CONT) && f->cont_lg2[level]);
	assert_false(f->no_block(e, level));
}

static void test_a_built_leaf_is_what_was_asked_for(void **state)
{
	(void)state;
	for_all_leaves(judge_built);
}

static void test_a_leaf_is_global_iff_the_format_has_such(void **state)
{
	(void)state;
	for_each_fmt(f) {
		u64 e = f->mk_leaf(PFN, 1, 0);
		u64 g = f->mk_leaf(PFN, 1, FMT_GLOBAL);

		assert_false(f->global(e));
		assert_int_equal(f->global(g), e != g);
	}
}

/* Built entries are of one memory type: BBM is never about that. */
static void test_flags_leave_the_memory_type_alone(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 flags = 0; flags <= FLAGS_ALL; flags++)
			assert_int_equal(f->attrs(f->mk_leaf(PFN, 1, flags)),
					 f->attrs(f->mk_leaf(PFN, 1, 0)));
}

static void test_a_leaf_above_the_largest_page_is_none(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = huge_level(f) + 1; l <= f->levels; l++) {
			u64 e = f->mk_leaf(PFN, l, FMT_WRITE | FMT_YOUNG);

			assert_false(f->valid(e, l) && f->leaf(e, l));
		}
}

static void test_a_built_table_entry_is_no_leaf(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = 2; l <= f->levels; l++) {
			u64 e = f->mk_table(PFN, l);

			assert_true(f->valid(e, l));
			assert_false(f->leaf(e, l));
			assert_int_equal(f->pfn(e), PFN);
			assert_int_equal(f->cacheable(e, l), !f->software);
			if (f->young_tables || f->table_af_option)
				assert_true(f->young(e));
		}
}

static void test_what_fresh_tables_are_filled_with_is_not_valid(void **state)
{
	char text[80];

	(void)state;
	for_each_fmt(f)
		for (u32 l = 1; l <= f->levels; l++) {
			assert_false(f->valid(f->none[l], l));
			assert_false(f->cacheable(f->none[l], l));
			f->describe(f->none[l], l, text, sizeof(text));
			assert_string_equal(text, "none");
		}
}

/* --- hardware's updates --------------------------------------------------- */

static void judge_updates(const struct fmt *f, u64 e, u32 level, u32 flags)
{
	u64 y = f->mk_young(e), d = f->mk_dirty(e);

	(void)flags;
	assert_int_equal(f->mk_young(y), y);
	assert_int_equal(f->mk_dirty(d), d);
	assert_int_equal(f->mk_dirty(y), d);
	assert_true(fmt_same(f, e, y) && fmt_same(f, e, d));
	if (f->can_dirty(e))
		assert_true(f->dirty(d) && f->can_store(d));
	if (f->ad == AD_NEVER)
		assert_true(y == e && d == e);
	else
		assert_true(f->young(y) && f->young(d));
	assert_int_equal(f->can_store(y), f->can_store(e));
	assert_int_equal(f->dirty(y), f->dirty(e));
	for (u32 i = 0; i < 2; i++) {
		u64 now = i ? d : y;

		assert_int_equal(f->valid(now, level), f->valid(e, level));
		assert_int_equal(f->leaf(now, level), f->leaf(e, level));
		assert_int_equal(f->pfn(now), f->pfn(e));
		assert_int_equal(f->write(now), f->write(e));
		assert_int_equal(f->attrs(now), f->attrs(e));
		assert_int_equal(f->cont(now, level), f->cont(e, level));
	}
}

static void test_updates_set_accessed_or_dirty_and_nothing_else(void **state)
{
	(void)state;
	for_all_leaves(judge_updates);
}

static void judge_rights(const struct fmt *f, u64 e, u32 level, u32 flags)
{
	u64 other = f->mk_leaf(PFN, level, flags ^ FMT_WRITE);

	assert_false(fmt_same(f, e, other));
	assert_false(fmt_same(f, f->mk_dirty(e), f->mk_dirty(other)));
	other = f->mk_leaf(PFN + 0x1000, level, flags);
	assert_false(fmt_same(f, e, other));
}

static void test_a_change_of_rights_is_no_hardware_update(void **state)
{
	(void)state;
	for_all_leaves(judge_rights);
}

static void test_a_table_entry_gets_young_where_walks_do_that(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = 2; l <= f->levels; l++) {
			u64 e = f->mk_table(PFN, l), y = f->mk_young(e);

			if (!f->young_tables && !f->table_af_option)
				continue;
			assert_true(f->valid(y, l) && !f->leaf(y, l));
			assert_true(f->young(y));
			assert_int_equal(f->pfn(y), PFN);
		}
}

/* --- any entry at all ----------------------------------------------------- */

/* A fixed sequence; no source of chance. */
static u64 next_pattern(u64 x)
{
	x ^= x << 13;
	x ^= x >> 7;
	return x ^ x << 17;
}

static void judge_text(const struct fmt *f, u64 e, u32 level)
{
	char all[80], cut[8];
	bool is_leaf = f->leaf(e, level), absent = !f->valid(e, level);

	memset(all, 'x', sizeof(all));
	memset(cut, 'x', sizeof(cut));
	f->describe(e, level, all, sizeof(all));
	f->describe(e, level, cut, sizeof(cut) - 1);
	assert_true(*all && memchr(all, '\0', sizeof(all)));
	assert_true(strlen(all) < sizeof(all) - 1);
	assert_true(*cut && memchr(cut, '\0', sizeof(cut) - 1));
	assert_int_equal(cut[sizeof(cut) - 1], 'x');
	if (e == f->none[level])
		return;
	assert_int_equal(!!strstr(all, "not present"), absent);
	if (!absent) {
		assert_int_equal(!!strstr(all, "table"), !is_leaf);
		assert_int_equal(!!strstr(all, "DIRTY"),
				 is_leaf && f->dirty(e));
	}
}

static void judge_any(const struct fmt *f, u64 e, u32 level)
{
	if (f->cacheable(e, level))
		assert_true(f->valid(e, level));
	if (level == 1)
		assert_true(f->leaf(e, level));
	if (f->cont(e, level))
		assert_true(f->leaf(e, level) && f->cont_lg2[level]);
	if (f->no_block(e, level))
		assert_true(f->leaf(e, level) && level > 1);
	if (f->dirty(e))
		assert_true(e & f->dirty_bits);
	assert_false(f->can_store(e) && f->can_dirty(e));
	if (f->can_store(e) || f->can_dirty(e))
		assert_true(f->write(e));
	else if (f->ad != AD_NEVER)
		assert_false(f->write(e));
	judge_text(f, e, level);
}

static void test_no_entry_contradicts_itself(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = 1; l <= f->levels; l++) {
			u64 leaf = f->mk_leaf(PFN, l, FMT_WRITE | FMT_YOUNG);
			u64 table = f->mk_table(PFN, l + (l == 1)), x = 1;

			judge_any(f, 0, l);
			for (u32 bit = 0; bit < 64; bit++) {
				judge_any(f, leaf ^ 1ULL << bit, l);
				judge_any(f, table ^ 1ULL << bit, l);
			}
			for (u32 i = 0; i < 1000; i++)
				judge_any(f, x = next_pattern(x), l);
		}
}

/* --- the formats ---------------------------------------------------------- */

static void test_a_format_is_found_by_its_name_and_no_other(void **state)
{
	(void)state;
	for_each_fmt(f)
		assert_ptr_equal(fmt_find(f->name), f);
	assert_null(fmt_find("x86"));
	assert_null(fmt_find(""));
}

static const struct {
	const char *name;
	u32 word, levels, page_lg2;
} shapes[] = {
	{ "x86_64", 8, 4, 12 }, { "x86_pae", 4, 3, 12 },
	{ "x86_64_la57", 8, 5, 12 },
	{ "arm64", 8, 4, 12 }, { "arm64_16k", 8, 4, 14 },
	{ "arm64_64k", 8, 3, 16 },
	{ "riscv_sv39", 8, 3, 12 }, { "riscv_sv48", 8, 4, 12 },
	{ "s390", 8, 4, 12 },
	{ "ppc_radix", 8, 4, 12 }, { "ppc_hash", 8, 4, 12 },
};

static void test_words_levels_and_pages_are_those_of_the_machine(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(shapes); i++) {
		const struct fmt *f = fmt_find(shapes[i].name);

		assert_non_null(f);
		assert_int_equal(f->word, shapes[i].word);
		assert_int_equal(f->levels, shapes[i].levels);
		assert_int_equal(f->page_lg2, shapes[i].page_lg2);
		for (u32 l = 1; l <= f->levels; l++)
			assert_non_null(f->level_name[l]);
		assert_non_null(f->models[0]);
	}
}

static void test_levels_translate_adjoining_bits_of_an_address(void **state)
{
	(void)state;
	for_each_fmt(f) {
		u64 va = (1ULL << f->page_lg2) - 1;
		u32 nr = 1u << f->ptrs_lg2;

		assert_int_equal(fmt_shift(f, 1), f->page_lg2);
		/* Index l at level l: every level finds its own. */
		for (u32 l = 1; l <= f->levels; l++)
			va |= (u64)(l % nr) << fmt_shift(f, l);
		for (u32 l = 1; l <= f->levels; l++)
			assert_int_equal(fmt_slot(f, 0x1000, va, l),
					 0x1000 + 8 * (l % nr));
	}
}

/* --- frames --------------------------------------------------------------- */

static void test_frames_and_their_numbers_convert_both_ways(void **state)
{
	(void)state;
	for (u32 frame = 0; frame < NR_FRAMES; frame++) {
		assert_int_equal(pfn_frame(frame_pfn(frame)), frame);
		assert_int_equal(off_frame(frame_off(frame) + 0xfff), frame);
	}
	assert_true(pfn_frame(0) >= NR_FRAMES);
	assert_true(pfn_frame(~0UL) >= NR_FRAMES);
}

/* What a torn entry of a 32-bit machine gets wrong. */
static void test_the_banks_differ_in_the_high_half_only(void **state)
{
	(void)state;
	for (u32 frame = 0; frame < BANK_FRAMES; frame++) {
		u64 a = (u64)frame_pfn(frame) << 12;
		u64 b = (u64)frame_pfn(frame + BANK_FRAMES) << 12;

		assert_int_equal((u32)a, (u32)b);
		assert_int_not_equal(a >> 32, b >> 32);
	}
}

static void test_every_frame_fits_into_every_entry(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 frame = 0; frame < NR_FRAMES; frame++) {
			u64 pfn = frame_pfn(frame);

			assert_int_equal(f->pfn(f->mk_leaf(pfn, 1, 0)), pfn);
			assert_int_equal(f->pfn(f->mk_table(pfn, 2)), pfn);
		}
}

/* --- walks ---------------------------------------------------------------- */

#define TABLES	10u
#define PAGES	64u		/* aligned for any huge page here */

static u32 table(u32 n) { return frame_off(TABLES + n); }

/* Slot 5, or 1, at each level. */
static u64 some_va(const struct fmt *f)
{
	u64 va = 8;

	for (u32 l = 1; l <= f->levels; l++)
		va |= (5ULL & ((1u << f->ptrs_lg2) - 1)) << fmt_shift(f, l);
	return va;
}

/* Tables in frames TABLES and up; the walk ends with @e at @level. */
static void build(const struct fmt *f, u64 e, u32 level)
{
	u64 va = some_va(f);
	u32 n = 0;

	lab_setup("sc");
	for (u32 l = f->levels; l > level; l--, n++)
		mem_poke(fmt_slot(f, table(n), va, l),
			 f->mk_table(frame_pfn(TABLES + n + 1), l), 8);
	mem_poke(fmt_slot(f, table(n), va, level), e, 8);
}

static void test_a_walk_ends_at_the_page_within_a_leaf_of_any_size(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = 1; l <= huge_level(f) && l <= 3; l++) {
			u64 e = f->mk_leaf(frame_pfn(PAGES), l, 0);
			struct fmt_map m;

			build(f, e, l);
			m = fmt_walk(f, table(0), some_va(f));
			assert_int_equal(m.level, l);
			assert_int_equal(m.entry, e);
			assert_int_equal(m.frame, PAGES +
					 fmt_page_index(f, some_va(f), l));
			assert_true(m.frame - PAGES < fmt_pages(f, l));
		}
}

static void test_a_walk_ends_at_an_entry_that_is_not_valid(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = 1; l <= f->levels; l++) {
			struct fmt_map m;

			build(f, f->none[l], l);
			m = fmt_walk(f, table(0), some_va(f));
			assert_int_equal(m.level, l);
			assert_true(m.frame >= NR_FRAMES);
		}
}

static void test_any_member_of_a_group_tells_the_page_of_each(void **state)
{
	(void)state;
	for_each_fmt(f)
		for (u32 l = 1; l <= f->levels; l++) {
			u32 pages = fmt_pages(f, l), nr = 1u << f->cont_lg2[l];

			for (u32 i = 0; i < nr * nr && nr > 1; i++) {
				u32 from = i / nr, at = i % nr * pages;
				u64 va = (u64)at << f->page_lg2;
				u64 e = f->mk_leaf(PFN + from * pages, l,
						   FMT_CONT);

				assert_true(f->cont(e, l));
				assert_int_equal(fmt_page_pfn(f, e, l, va),
						 PFN + at);
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_built_leaf_is_what_was_asked_for),
		cmocka_unit_test(test_a_leaf_is_global_iff_the_format_has_such),
		cmocka_unit_test(test_flags_leave_the_memory_type_alone),
		cmocka_unit_test(test_a_leaf_above_the_largest_page_is_none),
		cmocka_unit_test(test_a_built_table_entry_is_no_leaf),
		cmocka_unit_test(test_what_fresh_tables_are_filled_with_is_not_valid),
		cmocka_unit_test(test_updates_set_accessed_or_dirty_and_nothing_else),
		cmocka_unit_test(test_a_change_of_rights_is_no_hardware_update),
		cmocka_unit_test(test_a_table_entry_gets_young_where_walks_do_that),
		cmocka_unit_test(test_no_entry_contradicts_itself),
		cmocka_unit_test(test_a_format_is_found_by_its_name_and_no_other),
		cmocka_unit_test(test_words_levels_and_pages_are_those_of_the_machine),
		cmocka_unit_test(test_levels_translate_adjoining_bits_of_an_address),
		cmocka_unit_test(test_frames_and_their_numbers_convert_both_ways),
		cmocka_unit_test(test_the_banks_differ_in_the_high_half_only),
		cmocka_unit_test(test_every_frame_fits_into_every_entry),
		cmocka_unit_test(test_a_walk_ends_at_the_page_within_a_leaf_of_any_size),
		cmocka_unit_test(test_a_walk_ends_at_an_entry_that_is_not_valid),
		cmocka_unit_test(test_any_member_of_a_group_tells_the_page_of_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
