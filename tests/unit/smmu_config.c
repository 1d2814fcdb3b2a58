/* SPDX-License-Identifier: MIT */
/* R-SMMU-9: what an SMMU may keep of its configuration, and must forget. */
#include "smmu_lab.h"

#define PLAIN	SMMU_FEAT_COHACC

static bool done(void) { return r[1] == 1 + DMA_OK; }

static bool faulted_after_change(void)
{
	return r[2] && r[1] == 1 + DMA_ABORT;
}

static void invalidate_ste(void)
{
	WRITE_ONCE(STE[0], 0UL);
	changed = true;
	put(CFGI_STE);
	flushed = !sync();
}

static bool used_after_change(void) { return r[2] && done(); }
static bool used_after_cfgi(void) { return r[3] && done(); }

static void r_smmu_9_old_configuration_may_be_used_until_cfgi(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	CAST(invalidate_ste);
	device_cast(device_reads);
	expect_sometimes(used_after_change);
	expect_never(used_after_cfgi);
}

static void validate_ste(void)
{
	WRITE_ONCE(STE[0], SMMU_STE_V | frame_pa(CDTAB) |
			   SMMU_STE_CONFIG_S1 << SMMU_STE_CONFIG_SHIFT);
	changed = true;
	put(CFGI_STE);
	flushed = !sync();
}

static bool refused_after_cfgi(void)
{
	return r[3] && r[1] == 1 + DMA_ABORT;
}

static void r_smmu_9_an_invalid_entry_is_cached_as_well(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	STE[0] = 0;
	CAST(validate_ste);
	device_cast(device_reads);
	expect_sometimes(faulted_after_change);
	expect_never(refused_after_cfgi);
}

#define NEW_ASID	9

static void switch_live(void)
{
	WRITE_ONCE(CD[0], cd_word0(NEW_ASID));
	WRITE_ONCE(CD[1], frame_pa(OTHER_ROOT));
	put(CFGI_CD);
	sync();
}

/* IHI0070 3.21.3.1 */
static void switch_properly(void)
{
	WRITE_ONCE(CD[0], 0UL);
	put(CFGI_CD);
	if (sync())
		return;
	WRITE_ONCE(CD[1], frame_pa(OTHER_ROOT));
	put(CFGI_CD);
	if (sync())
		return;
	WRITE_ONCE(CD[0], cd_word0(NEW_ASID));
	put(CFGI_CD);
	sync();
}

static bool half_of_each(void)
{
	for (u32 i = 0; i < event_log.nr; i++) {
		const struct event *ev = &event_log.ev[i];
		bool new_asid = ev->val >> SMMU_CD_ASID_SHIFT == NEW_ASID;

		if (ev->type == EV_SMMU_CFG && ev->size &&
		    ev->val & SMMU_CD_V &&
		    new_asid != (ev->old == frame_pa(OTHER_ROOT)))
			return true;
	}
	return false;
}

static void r_smmu_9_words_are_read_in_any_order(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	CAST(switch_live);
	device_cast(device_reads);
	expect_sometimes(half_of_each);
	CAST(switch_properly);
	expect_never(half_of_each);
}

/* What nothing leads to cannot have been read. */
static void fill_cd_then_link(void)
{
	WRITE_ONCE(CD[1], frame_pa(ROOT));
	WRITE_ONCE(CD[0], cd_word0(ASID_));
	validate_ste();
}

static bool bad_cd(void)
{
	u32 f = log_find(0, EV_SMMU_FAULT, 3);

	return f != NOT_THERE && log_event(f)->size == SMMU_EVT_BAD_CD;
}

static void r_smmu_9_a_context_out_of_reach_is_not_cached(void **state)
{
	(void)state;
	smmu_setup("sc", PLAIN, DIRTY);
	STE[0] = CD[0] = CD[1] = 0;
	CAST(fill_cd_then_link);
	device_cast(device_reads);
	expect_never(bad_cd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_smmu_9_old_configuration_may_be_used_until_cfgi),
		cmocka_unit_test(r_smmu_9_an_invalid_entry_is_cached_as_well),
		cmocka_unit_test(r_smmu_9_words_are_read_in_any_order),
		cmocka_unit_test(r_smmu_9_a_context_out_of_reach_is_not_cached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
