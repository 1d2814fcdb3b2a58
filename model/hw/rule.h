/* SPDX-License-Identifier: MIT */
/*
 * rule - the machine's rules by name, where the code follows them
 *
 * rule(R_INV_4) is true: it costs nothing and names the rule on the line that
 * follows it. Only a build for the tests of the rules (INTERLEAF_DROP_RULES)
 * can drop one, so that scripts/rules.sh can show that a test notices.
 */
#ifndef HW_RULE_H
#define HW_RULE_H

#define RULES(X)							\
	X(WALK_1) X(WALK_3) X(WALK_4) X(WALK_5) X(WALK_6) X(WALK_7)	\
	X(WALK_8)							\
	X(TLB_1) X(TLB_2) X(TLB_3) X(TLB_4) X(TLB_6) X(TLB_7) X(TLB_8)	\
	X(TLB_10)							\
	X(INV_1) X(INV_2) X(INV_3) X(INV_4) X(INV_4B) X(INV_5) X(INV_6)	\
	X(INV_6S) X(INV_7) X(INV_8) X(INV_9)				\
	X(BBM_4)							\
	X(CONT_1) X(CONT_2) X(CONT_3) X(CONT_5) X(CONT_6)		\
	X(AD_1) X(AD_2) X(AD_3) X(AD_4) X(AD_5) X(AD_6) X(AD_7) X(AD_8)	\
	X(AD_10) X(AD_11)						\
	X(X86_1) X(X86_5) X(X86_6) X(RV_1)	\
	X(SMMU_1) X(SMMU_2) X(SMMU_3) X(SMMU_4) X(SMMU_5) X(SMMU_6)	\
	X(SMMU_8) X(SMMU_9) X(SMMU_10) X(ATS_1) X(ATS_2) X(ATS_3) X(PRI_1)

enum rule {
#define X(r) R_##r,
	RULES(X)
#undef X
	R_NR
};

#ifdef INTERLEAF_DROP_RULES
extern enum rule rule_dropped;	/* R_NR: none */
#define rule(r)	((r) != rule_dropped)
#else
#define rule(r)	true
#endif

#endif
