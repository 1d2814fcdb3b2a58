/* SPDX-License-Identifier: MIT */
/*
 * Entry formats: what the bits mean, by the manual; one suite for all formats.
 *
 * The patterns are literal on purpose: nothing of model/fmt is used to make
 * them. Intel SDM volume 3A, tables 4-10, 4-11 (PAE) and 4-18, 4-19, 4-20
 * (4-level): P bit 0, R/W 1, U/S 2, PWT 3, PCD 4, A 5, D 6, PS or PAT 7, G 8,
 * frame from bit 12 up, XD 63.
 */
#include "lab.h"

#include <string.h>

#define P_	1	/* present */
#define L_	2	/* leaf */
#define W_	4	/* writable */
#define Y_	8	/* young */
#define D_	16	/* dirty */
#define C_	32	/* cacheable */

static const struct pattern {
	u64 entry, pfn;
	u32 level, is;
} patterns[] = {
	/* --- 4-KByte pages: bit 7 is PAT, every entry is a leaf */
	{ 0x0000000000000000, 0x0, 1, L_ },
	{ 0x0000000012345001, 0x12345, 1, P_ | L_ },
	{ 0x0000000012345005, 0x12345, 1, P_ | L_ },
	{ 0x0000000012345021, 0x12345, 1, P_ | L_ | Y_ | C_ },
	{ 0x0000000012345003, 0x12345, 1, P_ | L_ | W_ },
	{ 0x0000000012345067, 0x12345, 1, P_ | L_ | W_ | Y_ | D_ | C_ },
	{ 0x0000000012345065, 0x12345, 1, P_ | L_ | Y_ | D_ | C_ },
	{ 0x0000000012345041, 0x12345, 1, P_ | L_ | D_ },
	{ 0x00000000123450a5, 0x12345, 1, P_ | L_ | Y_ | C_ },	/* PAT */
	{ 0x000000001234513d, 0x12345, 1, P_ | L_ | Y_ | C_ },	/* G PCD PWT */
	{ 0x0000000012345066, 0x12345, 1, L_ | W_ | Y_ | D_ },	/* P clear */
	{ 0x0000000112345067, 0x112345, 1, P_ | L_ | W_ | Y_ | D_ | C_ },
	{ 0x8000000012345025, 0x12345, 1, P_ | L_ | Y_ | C_ },	/* XD */
	{ 0x0000000012345e25, 0x12345, 1, P_ | L_ | Y_ | C_ },	/* ignored 11:9 */
	{ 0x000ffffffffff025, 0xffffffffff, 1, P_ | L_ | Y_ | C_ },
	/* --- entries that reference a table: PS clear */
	{ 0x0000000000042067, 0x42, 2, P_ | W_ | Y_ | D_ | C_ },
	{ 0x0000000000042007, 0x42, 2, P_ | W_ },
	{ 0x0000000000042005, 0x42, 2, P_ },
	{ 0x0000000100042027, 0x100042, 2, P_ | W_ | Y_ | C_ },
	/* --- huge pages: PS set */
	{ 0x00000000002000e7, 0x200, 2, P_ | L_ | W_ | Y_ | D_ | C_ },
	{ 0x0000000000200085, 0x200, 2, P_ | L_ },
	{ 0x00000001002000a5, 0x100200, 2, P_ | L_ | Y_ | C_ },
	{ 0x00000000002000e6, 0x200, 2, L_ | W_ | Y_ | D_ },	/* P clear */
};

static const struct fmt *const x86_fmts[] = { &fmt_x86_64, &fmt_x86_pae, NULL };

static void for_all(void (*judge)(const struct fmt *f, const struct pattern *p))
{
	for (const struct fmt *const *f = x86_fmts; *f; f++)
		for (u32 i = 0; i < ARRAY_SIZE(patterns); i++)
			judge(*f, &patterns[i]);
}

static u32 what_is(const struct fmt *f, u64 e, u32 level)
{
	return (f->valid(e, level) ? P_ : 0) | (f->leaf(e, level) ? L_ : 0) |
	       (f->write(e) ? W_ : 0) | (f->young(e) ? Y_ : 0) |
	       (f->dirty(e) ? D_ : 0) | (f->cacheable(e, level) ? C_ : 0);
}

static void judge_bits(const struct fmt *f, const struct pattern *p)
{
	assert_int_equal(what_is(f, p->entry, p->level), p->is);
	assert_int_equal(f->pfn(p->entry), p->pfn);
}

static void test_bits_mean_what_the_manual_says(void **state)
{
	(void)state;
	for_all(judge_bits);
}

static void judge_updates(const struct fmt *f, const struct pattern *p)
{
	/* Bit 5, and bits 5 and 6. */
	assert_int_equal(f->mk_young(p->entry), p->entry | 0x20);
	assert_int_equal(f->mk_dirty(p->entry), p->entry | 0x60);
}

static void test_hardware_updates_set_a_or_a_and_d_and_nothing_else(void **state)
{
	(void)state;
	for_all(judge_updates);
}

static void judge_dirty_bits(const struct fmt *f, const struct pattern *p)
{
	assert_true(!f->dirty(p->entry) || (p->entry & f->dirty_bits));
}

static void test_no_entry_is_dirty_without_a_dirty_bit(void **state)
{
	(void)state;
	for_all(judge_dirty_bits);
}

static void judge_text(const struct fmt *f, const struct pattern *p)
{
	char all[80], cut[8];

	f->describe(p->entry, p->level, all, sizeof(all));
	f->describe(p->entry, p->level, cut, sizeof(cut));
	assert_true(*all);
	assert_true(strlen(cut) < sizeof(cut));
	assert_int_equal(!strstr(all, "DIRTY"),
			 !(p->is & L_ && p->is & D_ && p->entry));
	assert_int_equal(!strstr(all, "not present"),
			 p->is & P_ || !p->entry);
}

static void test_the_text_tells_dirty_and_absent_and_fits(void **state)
{
	(void)state;
	for_all(judge_text);
}

static void test_a_format_is_found_by_its_name_and_no_other(void **state)
{
	(void)state;
	for (const struct fmt *const *f = x86_fmts; *f; f++)
		assert_ptr_equal(fmt_find((*f)->name), *f);
	assert_null(fmt_find("x86"));
	assert_null(fmt_find(""));
}

static void test_words_and_levels_are_those_of_the_machine(void **state)
{
	(void)state;
	assert_int_equal(fmt_find("x86_64")->word, 8);
	assert_int_equal(fmt_find("x86_64")->levels, 4);
	assert_int_equal(fmt_find("x86_pae")->word, 4);
	assert_int_equal(fmt_find("x86_pae")->levels, 3);
}

/* --- addresses ------------------------------------------------------------ */

static void test_levels_translate_adjoining_bits_of_an_address(void **state)
{
	(void)state;
	for (const struct fmt *const *fp = x86_fmts; *fp; fp++) {
		const struct fmt *f = *fp;
		u64 va = 0;

		assert_int_equal(fmt_shift(f, 1), 12);
		/* Index l at level l: every level finds its own. */
		for (u32 l = 1; l <= f->levels; l++)
			va |= (u64)(l % (1u << f->ptrs_lg2)) << fmt_shift(f, l);
		for (u32 l = 1; l <= f->levels; l++)
			assert_int_equal(fmt_slot(f, 0x1000, va | 0xfff, l),
					 0x1000 + 8 * (l % (1u << f->ptrs_lg2)));
	}
}

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

/* --- walks ---------------------------------------------------------------- */

#define VA	0x5000UL

/* Tables in frames 10, 11 ..., the page in frame 70; literal bits again. */
static void build(const struct fmt *f, u32 leaf_level, u64 leaf_bits)
{
	u32 frame = 10;

	for (u32 l = f->levels; l > leaf_level; l--, frame++)
		mem_poke(fmt_slot(f, frame_off(frame), VA, l),
			 (u64)frame_pfn(frame + 1) << 12 | 0x67, 8);
	mem_poke(fmt_slot(f, frame_off(frame), VA, leaf_level),
		 (u64)frame_pfn(68) << 12 | leaf_bits, 8);
}

static void test_a_walk_ends_at_the_page(void **state)
{
	(void)state;
	for (const struct fmt *const *f = x86_fmts; *f; f++) {
		struct fmt_map m;

		lab_setup("sc");
		build(*f, 1, 0x67);
		m = fmt_walk(*f, frame_off(10), VA);
		assert_int_equal(m.level, 1);
		assert_int_equal(m.frame, 68);
	}
}

static void test_a_walk_ends_at_the_small_page_within_a_huge_one(void **state)
{
	(void)state;
	for (const struct fmt *const *f = x86_fmts; *f; f++) {
		struct fmt_map m;

		lab_setup("sc");
		build(*f, 2, 0xe7);
		m = fmt_walk(*f, frame_off(10), VA);
		assert_int_equal(m.level, 2);
		assert_int_equal(m.frame, 68 + 1);	/* second page of VA's PMD */
	}
}

static void test_a_walk_ends_at_an_entry_that_is_not_present(void **state)
{
	(void)state;
	for (const struct fmt *const *f = x86_fmts; *f; f++) {
		struct fmt_map m;

		lab_setup("sc");
		build(*f, 2, 0x66);
		m = fmt_walk(*f, frame_off(10), VA);
		assert_int_equal(m.level, 2);
		assert_true(m.frame >= NR_FRAMES);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bits_mean_what_the_manual_says),
		cmocka_unit_test(test_hardware_updates_set_a_or_a_and_d_and_nothing_else),
		cmocka_unit_test(test_no_entry_is_dirty_without_a_dirty_bit),
		cmocka_unit_test(test_the_text_tells_dirty_and_absent_and_fits),
		cmocka_unit_test(test_a_format_is_found_by_its_name_and_no_other),
		cmocka_unit_test(test_words_and_levels_are_those_of_the_machine),
		cmocka_unit_test(test_levels_translate_adjoining_bits_of_an_address),
		cmocka_unit_test(test_frames_and_their_numbers_convert_both_ways),
		cmocka_unit_test(test_the_banks_differ_in_the_high_half_only),
		cmocka_unit_test(test_a_walk_ends_at_the_page),
		cmocka_unit_test(test_a_walk_ends_at_the_small_page_within_a_huge_one),
		cmocka_unit_test(test_a_walk_ends_at_an_entry_that_is_not_present),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
