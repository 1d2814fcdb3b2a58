/* SPDX-License-Identifier: MIT */
/*
 * The SMMU as its driver sees it: queues in memory, registers, their bits.
 *
 * Modelled on: drivers/iommu/arm/arm-smmu-v3/arm-smmu-v3.h
 * Departs in:  set up by the scenario, not by probing: where the queues and the
 *		Stream table lie is not programmed through registers; no
 *		interrupts, a driver polls
 *
 * To issue commands: store their two words into the queue, dma_wmb(), then
 * writel_relaxed() the new index to SMMU_CMDQ_PROD, with the wrap bit above
 * the index. The SMMU reads whatever is visible in the queue by then.
 */
#ifndef ASM_SMMU_H
#define ASM_SMMU_H

#include <linux/io.h>
#include "../../fmt/smmu_bits.h"

/* IDR0, IDR1, IDR3: what it can do. */
#define SMMU_FEAT_HA	BIT(0)	/* sets accessed bits, if the CD says so */
#define SMMU_FEAT_HD	BIT(1)	/* and dirty bits */
#define SMMU_FEAT_BTM	BIT(2)	/* hears broadcast invalidations */
#define SMMU_FEAT_COHACC	BIT(3)	/* its walks are coherent */
#define SMMU_FEAT_STALLS	BIT(4)
#define SMMU_FEAT_ATS	BIT(5)
#define SMMU_FEAT_PRI	BIT(6)

/**
 * struct arm_smmu_device - an SMMU
 * @base: register page
 * @cmdq, @evtq, @priq: memory of the queues
 * @cmdq_lg2, @evtq_lg2, @priq_lg2: their entries, as log2
 * @strtab, @strtab_lg2: Stream table
 * @features: SMMU_FEAT_*
 * @bbml: level at which it tolerates a change of size (R-SMMU-10)
 */
struct arm_smmu_device {
	volatile void *base;
	volatile u64 *cmdq, *evtq, *priq, *strtab;
	u8 cmdq_lg2, evtq_lg2, priq_lg2, strtab_lg2;
	u8 bbml;
	u32 features;
};

#define SMMU_CMD_WORDS		2
#define SMMU_CMDQ_LG2_MAX	5

static inline volatile void *smmu_reg(const struct arm_smmu_device *smmu,
				      u32 reg)
{
	return (volatile char *)smmu->base + reg;
}

/* Doorbell: publish commands up to @prod; orders nothing by itself. */
static inline void smmu_write_prod(const struct arm_smmu_device *smmu, u32 prod)
{
	writel_relaxed(prod, smmu_reg(smmu, SMMU_CMDQ_PROD));
}

static inline u32 smmu_read_cons(const struct arm_smmu_device *smmu)
{
	return readl_relaxed(smmu_reg(smmu, SMMU_CMDQ_CONS));
}

/**
 * smmu_poll_cons() - wait until all commands before @prod are consumed
 * Return: 0; -ETIMEDOUT: that took too long (they may be consumed yet); -EIO:
 * the queue has stopped at a command, see SMMU_CMDQ_CONS_ERR.
 */
int smmu_poll_cons(const struct arm_smmu_device *smmu, u32 prod);

/**
 * dcache_clean_poc() - make [@start, @end) visible to what is not coherent
 * Own stores to it come first (R-SMMU-8).
 */
void dcache_clean_poc(unsigned long start, unsigned long end);

#endif
