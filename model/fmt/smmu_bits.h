/* SPDX-License-Identifier: MIT */
/*
 * What an SMMUv3 reads from memory and writes to it. Basis: IHI0070, chapters
 * 4 (commands), 5 (Stream table entry, Context Descriptor), 6 (registers), 7
 * (events), 8 (page requests). Values are 64-bit words of a structure, [n] is
 * the nth.
 *
 * Departs in: the sizes of queues and tables, which a scenario chooses; one
 * linear Stream table; one linear table of Context Descriptors (S1Fmt = 0).
 * Addresses are those of frames (frames.h). All bits are where the manual has
 * them; the ones that nothing here looks at are not named.
 */
#ifndef FMT_SMMU_BITS_H
#define FMT_SMMU_BITS_H

/* --- registers: offsets from the register page, 32 bits each -------------- */

#define SMMU_GERROR	0x60		/* "6.3.18 SMMU_GERROR" */
#define SMMU_GERRORN	0x64
#define SMMU_CMDQ_PROD	0x98
#define SMMU_CMDQ_CONS	0x9c
/* Those of the output queues are in page 1 at the same offsets. */
#define SMMU_EVENTQ_PROD 0xa8
#define SMMU_EVENTQ_CONS 0xac
#define SMMU_PRIQ_PROD	0xc8
#define SMMU_PRIQ_CONS	0xcc

#define SMMU_GERROR_CMDQ_ERR	(1U << 0)
#define SMMU_CMDQ_CONS_ERR	(0x7fU << 24)
#define SMMU_CMDQ_CONS_ERR_SHIFT	24
#define SMMU_Q_OVERFLOW		(1U << 31)	/* OVFLG, OVACKFLG */

/* "7.1 Command queue errors" */
#define SMMU_CERROR_NONE	0
#define SMMU_CERROR_ILL		1
#define SMMU_CERROR_ATC_INV_SYNC 3

/* --- commands: two words; "4.1.4 Command opcodes" ------------------------- */

#define SMMU_CMD_OP		0xffULL
#define SMMU_CMD_CFGI_STE	0x03
#define SMMU_CMD_CFGI_ALL	0x04	/* CFGI_STE_RANGE, Range = 31 */
#define SMMU_CMD_CFGI_CD	0x05
#define SMMU_CMD_CFGI_CD_ALL	0x06
#define SMMU_CMD_TLBI_NH_ALL	0x10
#define SMMU_CMD_TLBI_NH_ASID	0x11
#define SMMU_CMD_TLBI_NH_VA	0x12
#define SMMU_CMD_TLBI_NH_VAA	0x13
#define SMMU_CMD_TLBI_NSNH_ALL	0x30
#define SMMU_CMD_ATC_INV	0x40
#define SMMU_CMD_PRI_RESP	0x41
#define SMMU_CMD_RESUME		0x44
#define SMMU_CMD_SYNC		0x46

#define SMMU_CMD_SSV		(1ULL << 11)
#define SMMU_CMD_SSID_SHIFT	12		/* [31:12] */
#define SMMU_CMD_SSID_MASK	0xfffffULL
#define SMMU_CMD_SID_SHIFT	32		/* [63:32] */

/* TLBI, "4.4.1 Common TLB invalidation fields"; [1] where it says so */
#define SMMU_TLBI_NUM_SHIFT	12		/* [16:12] */
#define SMMU_TLBI_NUM_MASK	0x1fULL
#define SMMU_TLBI_SCALE_SHIFT	20		/* [24:20] */
#define SMMU_TLBI_SCALE_MASK	0x1fULL
#define SMMU_TLBI_ASID_SHIFT	48		/* [63:48] */
#define SMMU_TLBI_1_LEAF	(1ULL << 0)
#define SMMU_TLBI_1_TTL_SHIFT	8		/* [9:8] */
#define SMMU_TLBI_1_TG_SHIFT	10		/* [11:10] */
#define SMMU_TLBI_1_ADDR	0xfffffffffffff000ULL

/* ATC_INV */
#define SMMU_ATC_GLOBAL		(1ULL << 9)
#define SMMU_ATC_1_SIZE		0x3fULL		/* log2 of pages; 52: all */
#define SMMU_ATC_SIZE_ALL	52
#define SMMU_ATC_1_ADDR		0xfffffffffffff000ULL

/* PRI_RESP */
#define SMMU_PRI_1_GROUP	0x1ffULL	/* PRGIndex */
#define SMMU_PRI_1_RESP_SHIFT	12		/* [13:12] */
#define SMMU_PRI_FAILURE	0
#define SMMU_PRI_INVALID	1
#define SMMU_PRI_SUCCESS	2

/* RESUME */
#define SMMU_RESUME_RETRY	(1ULL << 12)	/* Ac */
#define SMMU_RESUME_ABORT	(1ULL << 13)	/* Ab */
#define SMMU_RESUME_1_STAG	0xffffULL

/* SYNC; [1] is the address that MSIData is written to */
#define SMMU_SYNC_CS_SHIFT	12		/* [13:12] */
#define SMMU_SYNC_CS_IRQ	1
#define SMMU_SYNC_MSIDATA_SHIFT	32		/* [63:32] */
#define SMMU_SYNC_1_MSIADDR	0x000ffffffffffffcULL

/* --- Stream table entry: eight words; "5.2 STE" --------------------------- */

#define SMMU_STE_WORDS		8
#define SMMU_STE_V		(1ULL << 0)
#define SMMU_STE_CONFIG_SHIFT	1		/* [3:1] */
#define SMMU_STE_CONFIG_ABORT	0
#define SMMU_STE_CONFIG_BYPASS	4
#define SMMU_STE_CONFIG_S1	5
#define SMMU_STE_S1CTXPTR	0x000fffffffffffc0ULL
#define SMMU_STE_S1CDMAX_SHIFT	59		/* [63:59]: log2 of CDs */
#define SMMU_STE_1_S1STALLD	(1ULL << 27)
#define SMMU_STE_1_EATS_SHIFT	28		/* [29:28] */
#define SMMU_STE_1_EATS_FULL	1

/* --- Context Descriptor: eight words; "5.4 CD" ----------------------------- */

#define SMMU_CD_WORDS		8
#define SMMU_CD_V		(1ULL << 31)
#define SMMU_CD_AA64		(1ULL << 41)
#define SMMU_CD_HD		(1ULL << 42)
#define SMMU_CD_HA		(1ULL << 43)
#define SMMU_CD_S		(1ULL << 44)	/* faults stall */
#define SMMU_CD_R		(1ULL << 45)	/* faults are recorded */
#define SMMU_CD_A		(1ULL << 46)	/* else RAZ/WI */
#define SMMU_CD_ASID_SHIFT	48		/* [63:48] */
#define SMMU_CD_1_TTB0		0x000ffffffffffff0ULL

/* --- event records: four words; "7.3 Event records" ------------------------ */

#define SMMU_EVT_WORDS		4
#define SMMU_EVT_ID		0xffULL
#define SMMU_EVT_BAD_STREAMID	0x02
#define SMMU_EVT_BAD_STE	0x04
#define SMMU_EVT_TRANSL_FORBIDDEN 0x07
#define SMMU_EVT_BAD_SUBSTREAMID 0x08
#define SMMU_EVT_CD_FETCH	0x09
#define SMMU_EVT_BAD_CD		0x0a
#define SMMU_EVT_WALK_EABT	0x0b
#define SMMU_EVT_TRANSLATION	0x10
#define SMMU_EVT_ACCESS		0x12
#define SMMU_EVT_PERMISSION	0x13
#define SMMU_EVT_SSV		(1ULL << 11)
#define SMMU_EVT_SSID_SHIFT	12
#define SMMU_EVT_SID_SHIFT	32
#define SMMU_EVT_1_STAG		0xffffULL
#define SMMU_EVT_1_STALL	(1ULL << 31)
#define SMMU_EVT_1_RNW		(1ULL << 35)
/* [2] is the input address */

/* --- page requests: two words; "8.2 PRI queue entries" --------------------- */

#define SMMU_PRQ_WORDS		2
#define SMMU_PRQ_SID		0xffffffffULL
#define SMMU_PRQ_SSID_SHIFT	32		/* [51:32] */
#define SMMU_PRQ_READ		(1ULL << 60)
#define SMMU_PRQ_WRITE		(1ULL << 61)
#define SMMU_PRQ_LAST		(1ULL << 62)
#define SMMU_PRQ_SSV		(1ULL << 63)
#define SMMU_PRQ_1_GROUP	0x1ffULL
#define SMMU_PRQ_1_ADDR		0xfffffffffffff000ULL

#endif
