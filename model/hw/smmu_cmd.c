/* SPDX-License-Identifier: MIT */
/*
 * smmu_cmd - what commands do: R-SMMU-3, R-SMMU-4
 *
 * An invalidation is issued when its command is consumed, and arrives in its
 * own time: one delivery for each device whose translations it is about. A SYNC
 * is consumed when all of them have arrived, and then
 *
 *	entries are gone	tlb.c: none that is older may be used
 *	walks start over	agent.restart, set on arrival
 *	DMA is visible		that was translated by what is gone: here
 *	updates are visible	of accessed and dirty bits: here
 *
 * Not modelled: commands about stage 2 and other worlds; STALL_TERM; prefetch
 * commands.
 */
#include "smmu_priv.h"

#include "../kernel/kernel.h"
#include "../sim/log.h"

#define FLIGHTS_MAX	64

/* An invalidation on its way. */
struct flight {
	u64 cmd[2];
	u32 device;
};

static struct flight flights[FLIGHTS_MAX];
static u32 nr_flights;

/* Devices whose configuration was invalidated since the last SYNC. */
static u32 reconfigured;

void smmu_command_begin(void)
{
	nr_flights = reconfigured = 0;
}

static u32 op(const u64 *cmd) { return (u32)(cmd[0] & SMMU_CMD_OP); }

/* IHI0070 4.4.1: with a granule, a range; else the page. */
static void tlbi_range(const u64 *cmd, struct tlb_scope *s)
{
	u32 tg = cmd[1] >> SMMU_TLBI_1_TG_SHIFT & 3;
	u32 ttl = cmd[1] >> SMMU_TLBI_1_TTL_SHIFT & 3;
	u64 num = cmd[0] >> SMMU_TLBI_NUM_SHIFT & SMMU_TLBI_NUM_MASK;
	u64 scale = cmd[0] >> SMMU_TLBI_SCALE_SHIFT & SMMU_TLBI_SCALE_MASK;

	s->start = cmd[1] & SMMU_TLBI_1_ADDR;
	s->end = s->start + (1UL << hw.fmt->page_lg2);
	s->leaf = cmd[1] & SMMU_TLBI_1_LEAF;
	if (!tg)
		return;
	s->end = s->start + ((num + 1) << scale << (10 + 2 * tg));
	/*
	 * The manual's levels count from the top: 3 is a page. Without Leaf
	 * those that lead there go as well: then the hint is not used.
	 */
	if (ttl && s->leaf)
		s->level = (u8)(4 - ttl);
}

static struct tlb_scope tlbi_scope(const u64 *cmd)
{
	struct tlb_scope s = { .end = ~0UL, .asid = ASID_ALL };

	if (op(cmd) == SMMU_CMD_TLBI_NH_ASID || op(cmd) == SMMU_CMD_TLBI_NH_VA)
		s.asid = (u16)(cmd[0] >> SMMU_TLBI_ASID_SHIFT);
	if (op(cmd) == SMMU_CMD_TLBI_NH_VA || op(cmd) == SMMU_CMD_TLBI_NH_VAA)
		tlbi_range(cmd, &s);
	return s;
}

static void arrived(void)
{
	if (--smmu.awaited || !smmu.syncs)
		return;
	smmu.syncs = false;
	smmu_go_on();
}

static void tlbi_arrives(struct agent *to, u32 n)
{
	struct tlb_scope s = tlbi_scope(flights[n].cmd);

	tlb_invalidate_scope(to, &s, true);
	arrived();
}

static void cfgi_arrives(struct agent *to, u32 n)
{
	(void)to;
	smmu_config_invalidate(flights[n].cmd);
	arrived();
}

static void atc_inv_arrives(struct agent *to, u32 n)
{
	const u64 *cmd = flights[n].cmd;
	u32 size = (u32)(cmd[1] & SMMU_ATC_1_SIZE);
	u64 bytes = 4096UL << (size < SMMU_ATC_SIZE_ALL ? size : 0);
	u64 start = (cmd[1] & SMMU_ATC_1_ADDR) & ~(bytes - 1);

	(void)to;
	if (size >= SMMU_ATC_SIZE_ALL)
		atc_invalidate(&smmu.device[flights[n].device], 0, ~0UL);
	else
		atc_invalidate(&smmu.device[flights[n].device], start,
			       start + bytes);
	arrived();
}

/* R-SMMU-3: consumed, it is under way; that is all. */
static void issue(void (*arrives)(struct agent *to, u32 n), u32 device,
		  struct agent *to)
{
	u32 n = nr_flights++ % FLIGHTS_MAX;

	flights[n] = (struct flight){ { smmu.cmd[0], smmu.cmd[1] }, device };
	smmu.awaited++;
	if (!rule(R_SMMU_3)) {
		arrives(to, n);
		return;
	}
	sim_substep(sim.cur);
	sim_deliver(arrives, to, n, NULL);
}

static bool concerns(const struct smmu_device *d)
{
	u32 ssid = (u32)(smmu.cmd[0] >> SMMU_CMD_SSID_SHIFT &
			 SMMU_CMD_SSID_MASK);
	bool ssv = smmu.cmd[0] & SMMU_CMD_SSV;

	if (smmu.cmd[0] >> SMMU_CMD_SID_SHIFT != d->sid)
		return false;
	if (ssv && smmu.cmd[0] & SMMU_ATC_GLOBAL &&
	    op(smmu.cmd) == SMMU_CMD_ATC_INV)
		return true;
	return d->ssid == (ssv ? ssid : SSID_NONE);
}

static void atc_inv(void)
{
	for (u32 i = 0; i < smmu.nr_devices; i++) {
		if (!concerns(&smmu.device[i]))
			continue;
		sim_substep(sim.cur);
		if (fault(FAULT_ATC_TIMEOUT))
			smmu.atc_failed = true;
		else
			issue(atc_inv_arrives, i, smmu.device[i].a);
	}
}

static void tlbi_all_devices(void)
{
	for (u32 i = 0; i < smmu.nr_devices; i++)
		issue(tlbi_arrives, i, smmu.device[i].a);
}

static void resume(void)
{
	u32 stag = (u32)(smmu.cmd[1] & SMMU_RESUME_1_STAG);

	for (u32 i = 0; i < smmu.nr_devices; i++) {
		struct smmu_device *d = &smmu.device[i];

		if (d->stag != stag || d->sid != smmu.cmd[0] >>
						 SMMU_CMD_SID_SHIFT)
			continue;
		d->resume = 1 + !(smmu.cmd[0] & SMMU_RESUME_RETRY);
		sim_wake(WAIT_DEVICE | d->a->id);
	}
}

static void respond(void)
{
	u32 group = (u32)(smmu.cmd[1] & SMMU_PRI_1_GROUP);

	for (u32 i = 0; i < smmu.nr_devices; i++) {
		struct smmu_device *d = &smmu.device[i];

		if (!d->asking || d->group != group || !concerns(d))
			continue;
		d->asking = false;
		d->answer = smmu.cmd[1] >> SMMU_PRI_1_RESP_SHIFT & 3;
		sim_wake(WAIT_DEVICE | d->a->id);
	}
}

/* --- SYNC ------------------------------------------------------------------ */

/* Was it translated by an entry that an invalidation has taken away? */
static bool translation_gone(const struct sb_entry *e, const void *arg)
{
	const struct agent *a = arg;

	if (!e->tslot || e->ats)
		return false;
	for (u32 l = 1; l <= hw.fmt->levels; l++) {
		struct tlb_entry t = { .va = e->tva, .level = l,
				       .asid = ctx_asid(a) };

		if (tlb_dropped(a, &t, e->tver, NULL))
			return true;
	}
	return false;
}

static bool any(const struct sb_entry *e, const void *arg)
{
	(void)e;
	(void)arg;
	return true;
}

/* Its completion goes to memory, if the driver wants that. */
static void complete(void)
{
	u32 off = smmu_pa(smmu.cmd[1] & SMMU_SYNC_1_MSIADDR);

	if ((smmu.cmd[0] >> SMMU_SYNC_CS_SHIFT & 3) == SMMU_SYNC_CS_IRQ &&
	    off < SIM_SIZE)
		smmu_store(off, smmu.cmd[0] >> SMMU_SYNC_MSIDATA_SHIFT, 4);
}

static enum smmu_check check_sync(void)
{
	if (smmu.awaited && rule(R_SMMU_4)) {
		smmu.syncs = true;
		return SMMU_WAITS;
	}
	if (smmu.atc_failed) {
		smmu.atc_failed = false;
		smmu_stop(SMMU_CERROR_ATC_INV_SYNC);
		return SMMU_ERROR;
	}
	return SMMU_FINE;
}

static void sync(void)
{
	for (u32 i = 0; i < smmu.nr_devices && rule(R_SMMU_4); i++) {
		struct agent *a = smmu.device[i].a;

		mem_drain_some(a, reconfigured & 1u << i ? any :
							   translation_gone, a);
	}
	reconfigured = 0;
	complete();
}

/* All that a stream does has used its configuration. */
static void cfgi(void)
{
	for (u32 i = 0; i < smmu.nr_devices; i++)
		if (op(smmu.cmd) == SMMU_CMD_CFGI_ALL ||
		    smmu.cmd[0] >> SMMU_CMD_SID_SHIFT == smmu.device[i].sid)
			reconfigured |= 1u << i;
	issue(cfgi_arrives, 0, smmu.a);
}

static void (*action(void))(void)
{
	switch (op(smmu.cmd)) {
	case SMMU_CMD_CFGI_STE:
	case SMMU_CMD_CFGI_ALL:
	case SMMU_CMD_CFGI_CD:
	case SMMU_CMD_CFGI_CD_ALL:
		return cfgi;
	case SMMU_CMD_TLBI_NH_ALL:
	case SMMU_CMD_TLBI_NH_ASID:
	case SMMU_CMD_TLBI_NH_VA:
	case SMMU_CMD_TLBI_NH_VAA:
	case SMMU_CMD_TLBI_NSNH_ALL:
		return tlbi_all_devices;
	case SMMU_CMD_ATC_INV:
		return smmu.set->features & SMMU_FEAT_ATS ? atc_inv : NULL;
	case SMMU_CMD_PRI_RESP:
		return smmu.set->features & SMMU_FEAT_PRI ? respond : NULL;
	case SMMU_CMD_RESUME:
		return smmu.set->features & SMMU_FEAT_STALLS ? resume : NULL;
	case SMMU_CMD_SYNC:
		return sync;
	default:
		return NULL;
	}
}

enum smmu_check smmu_check(void)
{
	if (op(smmu.cmd) == SMMU_CMD_SYNC)
		return check_sync();
	if (action())
		return SMMU_FINE;
	smmu_stop(SMMU_CERROR_ILL);
	return SMMU_ERROR;
}

void smmu_execute(void)
{
	action()();
}
