/* SPDX-License-Identifier: MIT */
/*
 * The scenarios, one row each. Compiled once per unit: UNIT names the symbol,
 * UNIT_FMT the entry format and UNIT_MUTANT the mutant of this unit.
 */
#include "scenario.h"

extern const struct scenario
	scenario_pae_lockless_vs_set,
	scenario_pae_lockless_vs_remap,
	scenario_pae_pmd_vs_populate,
	scenario_gup_fast_vs_collapse,
	scenario_gup_fast_vs_retract,
	scenario_rcu_walk_vs_retract,
	scenario_gup_fast_vs_split,
	scenario_zap_vs_user,
	scenario_collapse_vs_fault,
	scenario_populate_vs_user;

static const struct scenario *const scenarios[] = {
	&scenario_pae_lockless_vs_set,
	&scenario_pae_lockless_vs_remap,
	&scenario_pae_pmd_vs_populate,
	&scenario_gup_fast_vs_collapse,
	&scenario_gup_fast_vs_retract,
	&scenario_rcu_walk_vs_retract,
	&scenario_gup_fast_vs_split,
	&scenario_zap_vs_user,
	&scenario_collapse_vs_fault,
	&scenario_populate_vs_user,
	NULL
};

const struct unit UNIT = { UNIT_FMT, UNIT_MUTANT, scenarios, &world };
