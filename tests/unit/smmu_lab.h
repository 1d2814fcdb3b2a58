/* SPDX-License-Identifier: MIT */
/*
 * smmu_lab - the lab with an SMMU, a device behind it and a little driver
 *
 * One page of the device is mapped at IOVA_. CPUs are cast as in lab.h; the
 * device runs the function given to device_cast().
 */
#ifndef TESTS_SMMU_LAB_H
#define TESTS_SMMU_LAB_H

#include "lab.h"

#include <asm/smmu.h>

#include "../../model/hw/smmu.h"

#define IOVA_		0x5000UL
#define ASID_		3U
#define SID_		1U
#define PAGE_A		70
#define PAGE_B		6
#define DATA_A		0xaaUL
#define DATA_B		0xbbUL
#define DATA_NEW	0x5aUL

/* Frames. */
#define ROOT		20	/* tables from here down the path */
#define OTHER_LEAF	30	/* another leaf table */
#define OTHER_ROOT	31
#define REGS		40
#define CMDQ		41
#define EVTQ		42
#define PRIQ		43
#define STRTAB		44
#define CDTAB		45

extern struct arm_smmu_device set;

/** smmu_setup() - a machine with @features; the leaf maps PAGE_A as FMT_* say */
void smmu_setup(const char *model, u32 features, u32 flags);
void device_cast(agent_fn fn);

u64 leaf(u32 frame, u32 flags);
u32 slot(u32 level);
#define PTE	((volatile u64 *)mem_ptr(slot(1)))
#define PMD	((volatile u64 *)mem_ptr(slot(2)))
#define STE	((volatile u64 *)mem_ptr(frame_off(STRTAB) + 64 * SID_))
#define CD	((volatile u64 *)mem_ptr(frame_off(CDTAB)))
#define YOUNG	(FMT_WRITE | FMT_YOUNG)
#define DIRTY	(FMT_WRITE | FMT_YOUNG | FMT_DIRTY)

u64 frame_pa(u32 frame);
u64 cd_word0(u16 asid);
static inline u64 page_data(u32 frame) { return mem_peek(frame_off(frame), 8); }

/* --- the driver ------------------------------------------------------------- */

/** put() - a command into the queue, not published yet */
void put(u64 w0, u64 w1);
/** ring() - publish what was put, in order after it; ring_early(): not so */
void ring(void);
void ring_early(void);
/** consumed() - wait until all is consumed */
int consumed(void);
/** sync() - SYNC after what was put, and wait for it */
int sync(void);
u32 prod_now(void);

#define TLBI_VA(va)	SMMU_CMD_TLBI_NH_VA |				\
			(u64)ASID_ << SMMU_TLBI_ASID_SHIFT, (va)
#define CFGI_STE	SMMU_CMD_CFGI_STE | (u64)SID_ << SMMU_CMD_SID_SHIFT, 0
#define CFGI_CD		SMMU_CMD_CFGI_CD | (u64)SID_ << SMMU_CMD_SID_SHIFT, 0
#define ATC_INV(va)	SMMU_CMD_ATC_INV | (u64)SID_ << SMMU_CMD_SID_SHIFT, (va)

/* Not shared memory: exact at any step. */
extern bool changed, flushed;

/* --- the device ------------------------------------------------------------- */

/* Notes in r[2], r[3] whether things had changed, been flushed before it. */
void note_time(void);
void device_reads(void);	/* r[0]: data; r[1]: 1 + enum dma_result */
void device_writes(void);
void nobody(void);

/* Number of event records; word @w of record @i. */
u32 events(void);
u64 event_word(u32 i, u32 w);

#endif
