/* SPDX-License-Identifier: MIT */
/*
 * smmu - an SMMUv3 and the devices behind it
 *
 * A device is an agent with a program: what it does are the calls below. Its
 * walks, its TLB and its configuration are the SMMU's, kept under the device's
 * agent. The SMMU's own agent has no program: it consumes commands, one at a
 * time, as deliveries in flight (sim_deliver), each in its own time.
 *
 *	smmu.c		translation, faults, DMA
 *	smmu_config.c	Stream table entries and Context Descriptors
 *	smmu_queue.c	command, event and page request queues
 *	smmu_cmd.c	what the commands do
 *	ats.c		address translation cache, page requests
 *
 * What the driver sees is in model/include/asm/smmu.h.
 */
#ifndef HW_SMMU_H
#define HW_SMMU_H

#include "../include/asm/smmu.h"
#include "hw.h"

/**
 * smmu_begin() - a run begins; after hw_begin()
 * @s: the SMMU, set up in memory; NULL: there is none
 * @a: its agent, with smmu_main() for a program
 */
void smmu_begin(const struct arm_smmu_device *s, struct agent *a);
void smmu_main(void);

/* No substream: transactions without a PASID. */
#define SSID_NONE	0xffffffffu

/** smmu_add_device() - what @a does carries these numbers */
void smmu_add_device(struct agent *a, u32 sid, u32 ssid);

enum dma_result {
	DMA_OK,
	DMA_ABORT,		/* bus error, or dropped without a word */
	DMA_UNTRANSLATED,	/* ATS: the device has no translation for it */
};

/* --- the running device ---------------------------------------------------- */

/** dma_read() - load 8 bytes at @iova; the SMMU translates */
enum dma_result dma_read(u64 iova, u64 *val);
/** dma_write() - store them; may become visible later */
enum dma_result dma_write(u64 iova, u64 val);

/** enum ats_right - what a translation request was granted */
enum ats_right { ATS_NONE, ATS_READ, ATS_WRITE };

/**
 * ats_request() - have @iova translated and keep that (R-ATS-1)
 * @write: for writes, too
 */
enum ats_right ats_request(u64 iova, bool write);
/** ats_read(), ats_write() - as above, with what the device has kept */
enum dma_result ats_read(u64 iova, u64 *val);
enum dma_result ats_write(u64 iova, u64 val);

/**
 * page_request() - ask software for a page and wait for the answer (R-PRI-1)
 * Return: SMMU_PRI_*; the device has no translation yet.
 */
u32 page_request(u64 iova, bool write);

#endif
