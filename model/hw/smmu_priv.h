/* SPDX-License-Identifier: MIT */
/* smmu_priv - for the files of the SMMU only, see smmu.h */
#ifndef HW_SMMU_PRIV_H
#define HW_SMMU_PRIV_H

#include "smmu.h"

#define SMMU_DEVICES_MAX	4
#define ATC_MAX			8

/**
 * struct atc_entry - a translation that a device keeps
 * @va: first address of its page; @off: where that is
 * @slot, @ver: entry it comes from, as in struct sb_entry
 */
struct atc_entry {
	u64 va;
	u32 off, slot, ver;
	bool write;
};

/**
 * struct smmu_device - a device
 * @stag: tag of its stalled transaction, 0: none; @resume: what to do with it
 * @group: page request that it waits for; @answer: what came
 */
struct smmu_device {
	struct agent *a;
	u32 sid, ssid;
	u32 stag, resume;
	u32 group, answer;
	bool asking;
	u32 nr_atc;
	struct atc_entry atc[ATC_MAX];
};

/**
 * struct smmu - the SMMU's own state
 * @regs, @cmdq, @evtq, @priq, @strtab: offsets
 * @published: time at which each command of the queue was
 * @busy: commands are being consumed
 * @cmd: the next command, if it is @fetched
 * @syncs: it is a SYNC that waits
 * @awaited: invalidations that have not reached everybody
 * @atc_failed: a device did not answer one
 */
struct smmu {
	const struct arm_smmu_device *set;
	struct agent *a;
	u32 regs, cmdq, evtq, priq, strtab;
	u32 published[1 << SMMU_CMDQ_LG2_MAX];
	bool busy, fetched, syncs, atc_failed;
	u64 cmd[2];
	u32 awaited, stags, groups, nr_devices;
	struct smmu_device device[SMMU_DEVICES_MAX];
};

extern struct smmu smmu;

/** smmu_this_device() - that runs */
struct smmu_device *smmu_this_device(void);

/** smmu_pa() - offset of physical address @pa, or SIM_SIZE: no memory there */
u32 smmu_pa(u64 pa);

/** smmu_store() - the SMMU writes to memory */
void smmu_store(u32 off, u64 val, u32 size);

/**
 * smmu_pick() - read a word that the SMMU may have read before
 * @off: of the word
 * @since: no version that was superseded by then
 * @may: may it use one that was superseded at time @end? NULL: the newest only
 * @start: set to the time at which what it uses was written; may be NULL
 * @stale: set if it is not the newest
 */
u64 smmu_pick(u32 off, u32 since, bool (*may)(u32 end, const void *arg),
	      const void *arg, u32 *start, bool *stale);

/* --- configuration --------------------------------------------------------- */

/**
 * struct smmu_config - what the structures say about a device
 * @event: it may do nothing; record this event. ~0: record none
 * @bypass: addresses are physical
 */
struct smmu_config {
	u32 event, root;
	u16 asid;
	bool bypass, ha, hd, stall, record, ats;
};

/**
 * smmu_configure() - look up the configuration of @d and install it
 * @newest: no step, no choice. Else look at the agent's restart afterwards.
 */
void smmu_configure(struct smmu_device *d, struct smmu_config *c, bool newest);

/** smmu_config_invalidate() - CMD_CFGI_* arrives; @cmd: its words */
void smmu_config_invalidate(const u64 *cmd);
void smmu_config_begin(void);

/* --- queues ---------------------------------------------------------------- */

void smmu_queue_begin(void);
/** smmu_go_on() - consume the next command, now or later */
void smmu_go_on(void);
/** smmu_stop() - a command cannot be consumed: SMMU_CERROR_* */
void smmu_stop(u32 error);
/** smmu_record() - write an event; Return: false: the queue is full */
bool smmu_record(const u64 *words);
/** smmu_overflow() - one is lost: say so */
void smmu_overflow(void);
/** smmu_request() - write a page request; Return: false: the queue is full */
bool smmu_request(const u64 *words);

/* --- commands -------------------------------------------------------------- */

enum smmu_check { SMMU_FINE, SMMU_WAITS, SMMU_ERROR };

/** smmu_check() - can smmu.cmd be consumed now? If not, the queue stops. */
enum smmu_check smmu_check(void);
/** smmu_execute() - consume it */
void smmu_execute(void);
void smmu_command_begin(void);

/* --- translation ----------------------------------------------------------- */

/**
 * smmu_translate() - configuration and walk for one access of @d
 * @u: the access and what came of it
 * @ats: it is a translation request
 *
 * Return: number of the event that it is refused with, ~0: none, 0: go.
 */
u32 smmu_translate(struct smmu_device *d, struct mmu_use *u,
		   struct smmu_config *c, bool ats);

/** smmu_access() - the data, at u->off; @ats: translated by the device */
void smmu_access(struct agent *a, const struct mmu_use *u, bool ats, u64 *val);

/** atc_invalidate() - CMD_ATC_INV reaches @d, for [@start, @end) */
void atc_invalidate(struct smmu_device *d, u64 start, u64 end);

#endif
