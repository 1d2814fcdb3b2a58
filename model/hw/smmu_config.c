/* SPDX-License-Identifier: MIT */
/*
 * smmu_config - Stream table entries and Context Descriptors: R-SMMU-9
 *
 * The SMMU reads a structure in words of 64 bits, in any order and at any time
 * at which a valid pointer leads to it, and may keep each of them, valid or
 * not, until an invalidation that covers it arrives (IHI0070 3.21.3). As with
 * TLBs nothing is stored: an old version of a word may be used iff no such
 * invalidation has arrived since it was superseded. So one transaction may see
 * the new half of an update and the old half of it.
 *
 * Not modelled: two-level tables, stage 2, S1DSS, ASET; a single-copy atomicity
 * of 128 bits.
 */
#include "smmu_priv.h"

#include "../sim/log.h"

#define INVALIDATIONS_MAX	32
#define PICKS_MAX		4

/* What an invalidation covers: all, a stream, or one context of it. */
struct cfgi {
	u64 cmd[2];
	u32 ts;
};

static struct cfgi log_[INVALIDATIONS_MAX];
static u32 nr_log;

/* Which structure a word belongs to. */
struct owner {
	u32 sid, ssid;
	bool cd;
};

void smmu_config_begin(void)
{
	nr_log = 0;
}

static u32 cmd_sid(const u64 *cmd) { return (u32)(cmd[0] >> SMMU_CMD_SID_SHIFT); }

static u32 cmd_ssid(const u64 *cmd)
{
	return (u32)(cmd[0] >> SMMU_CMD_SSID_SHIFT & SMMU_CMD_SSID_MASK);
}

/* IHI0070 4.3: that of an entry takes all contexts found through it along. */
static bool covers(const u64 *cmd, const struct owner *o)
{
	switch (cmd[0] & SMMU_CMD_OP) {
	case SMMU_CMD_CFGI_STE:
		return cmd_sid(cmd) == o->sid;
	case SMMU_CMD_CFGI_CD:
		return o->cd && cmd_sid(cmd) == o->sid &&
		       cmd_ssid(cmd) == o->ssid;
	case SMMU_CMD_CFGI_CD_ALL:
		return o->cd && cmd_sid(cmd) == o->sid;
	default:
		return true;
	}
}

static bool may_keep(u32 end, const void *arg)
{
	for (u32 i = nr_log; i-- && log_[i].ts >= end;)
		if (covers(log_[i].cmd, arg))
			return false;
	return true;
}

u64 smmu_pick(u32 off, u32 since, bool (*may)(u32 end, const void *arg),
	      const void *arg, u32 *start, bool *stale)
{
	u64 val[PICKS_MAX];
	u32 from[PICKS_MAX], n = 1, k = 0, ts = 0, end;

	val[0] = mem_at(off, 8, ~0u - 1, &ts, NULL);
	from[0] = ts;
	while (may && ts > since && n < PICKS_MAX) {
		end = ts;
		val[n] = mem_at(off, 8, ts - 1, &ts, NULL);
		from[n] = ts;
		if (may(end, arg))
			n++;
	}
	if (n > 1) {
		sim_substep(sim.cur);
		k = choose(DEV_CACHED, n);
	}
	if (start)
		*start = from[k];
	if (stale && k)
		*stale = true;
	return val[k];
}

static void note(struct agent *a, u32 off, u64 w0, u64 w1, bool cd, bool stale)
{
	event_note(EV_SMMU_CFG, a, off, w0, w1, cd,
		   EVF_HW | (stale ? EVF_STALE : 0), 0);
}

/* Time since which the entry has led to the contexts it leads to in @w0. */
static u32 led_since(u32 off, u64 w0, u32 start)
{
	const u64 leads = SMMU_STE_V | SMMU_STE_S1CTXPTR |
			  7ULL << SMMU_STE_CONFIG_SHIFT;
	u32 since = start;

	while (start) {
		u64 w = mem_at(off, 8, start - 1, &start, NULL);

		if ((w ^ w0) & leads)
			break;
		since = start;
	}
	return since;
}

static void read_context(struct smmu_device *d, struct smmu_config *c, u64 ste,
			 u32 since, bool newest)
{
	struct owner o = { d->sid, d->ssid == SSID_NONE ? 0 : d->ssid, true };
	bool (*may)(u32, const void *) = newest ? NULL : may_keep;
	u32 off = smmu_pa(ste & SMMU_STE_S1CTXPTR);
	bool stale = false;
	u64 w0, w1;

	if (o.ssid >> (ste >> SMMU_STE_S1CDMAX_SHIFT)) {
		c->event = SMMU_EVT_BAD_SUBSTREAMID;
		return;
	}
	off += 8 * SMMU_CD_WORDS * o.ssid;
	if (off >= SIM_SIZE) {
		c->event = SMMU_EVT_CD_FETCH;
		return;
	}
	w0 = smmu_pick(off, since, may, &o, NULL, &stale);
	w1 = smmu_pick(off + 8, since, may, &o, NULL, &stale);
	if (!newest)
		note(d->a, off, w0, w1, true, stale);
	if (!(w0 & SMMU_CD_V) || !(w0 & SMMU_CD_AA64)) {
		c->event = SMMU_EVT_BAD_CD;
		return;
	}
	c->root = smmu_pa(w1 & SMMU_CD_1_TTB0);
	c->asid = (u16)(w0 >> SMMU_CD_ASID_SHIFT);
	c->ha = smmu.set->features & SMMU_FEAT_HA && w0 & SMMU_CD_HA;
	c->hd = c->ha && smmu.set->features & SMMU_FEAT_HD && w0 & SMMU_CD_HD;
	c->stall &= w0 & SMMU_CD_S && smmu.set->features & SMMU_FEAT_STALLS;
	c->record = w0 & SMMU_CD_R;
	if (c->root >= SIM_SIZE)
		c->event = SMMU_EVT_WALK_EABT;
}

static void read_structures(struct smmu_device *d, struct smmu_config *c,
			    bool newest)
{
	u32 off = smmu.strtab + 8 * SMMU_STE_WORDS * d->sid, start;
	bool (*may)(u32, const void *) = newest ? NULL : may_keep;
	struct owner o = { d->sid, 0, false };
	bool stale = false;
	u64 w0, w1;

	if (d->sid >> smmu.set->strtab_lg2) {
		c->event = SMMU_EVT_BAD_STREAMID;
		return;
	}
	w0 = smmu_pick(off, 0, may, &o, &start, &stale);
	w1 = smmu_pick(off + 8, 0, may, &o, NULL, &stale);
	if (!newest)
		note(d->a, off, w0, w1, false, stale);
	c->stall = !(w1 & SMMU_STE_1_S1STALLD);
	c->ats = smmu.set->features & SMMU_FEAT_ATS &&
		 (w1 >> SMMU_STE_1_EATS_SHIFT & 3) == SMMU_STE_1_EATS_FULL;
	if (!(w0 & SMMU_STE_V)) {
		c->event = SMMU_EVT_BAD_STE;
		return;
	}
	switch (w0 >> SMMU_STE_CONFIG_SHIFT & 7) {
	case SMMU_STE_CONFIG_S1:
		read_context(d, c, w0, led_since(off, w0, start), newest);
		break;
	case SMMU_STE_CONFIG_BYPASS:
		c->bypass = true;
		break;
	case SMMU_STE_CONFIG_ABORT:
		c->event = ~0u;
		break;
	default:
		c->event = SMMU_EVT_BAD_STE;
	}
}

static u32 with(u32 mask, u32 bit, bool set)
{
	return set ? mask | bit : mask & ~bit;
}

/* From now on the SMMU may walk these tables for the device. */
static void install(struct agent *a, const struct smmu_config *c)
{
	bool none = c->event || c->bypass, restart = a->restart;
	u32 root = none ? ~0u : c->root;
	u16 asid = none ? ASID_ALL : c->asid;
	u32 bit = 1u << a->id;

	/* R-SMMU-6: as each context says. */
	hw.ha = with(hw.ha, bit, c->ha || !rule(R_SMMU_6));
	hw.hd = with(hw.hd, bit, c->hd || !rule(R_SMMU_6));
	if (ctx_root(a) == root && ctx_asid(a) == asid)
		return;
	ctx_install(a, root, asid);
	a->restart = restart;
}

void smmu_configure(struct smmu_device *d, struct smmu_config *c, bool newest)
{
	struct agent *a = d->a;

	if (!newest) {
		sim_point(a, smmu.strtab + 8 * SMMU_STE_WORDS * d->sid, false);
		if (a->restart)
			return;
	}
	memset(c, 0, sizeof(*c));
	c->record = true;
	read_structures(d, c, newest || !rule(R_SMMU_9));
	install(a, c);
}

void smmu_config_invalidate(const u64 *cmd)
{
	struct smmu_config c;

	if (nr_log == INVALIDATIONS_MAX) {
		/* The older half becomes one of everything: shows less. */
		nr_log /= 2;
		memmove(log_, log_ + nr_log, nr_log * sizeof(log_[0]));
		log_[0].cmd[0] = SMMU_CMD_CFGI_ALL;
	}
	log_[nr_log++] = (struct cfgi){ { cmd[0], cmd[1] }, ++sim.now };
	event_note(EV_SMMU_CFGI, smmu.a, 0, cmd[0], cmd[1], 0, EVF_HW, 0);
	for (u32 i = 0; i < smmu.nr_devices; i++) {
		struct smmu_device *d = &smmu.device[i];
		struct owner o = { d->sid, d->ssid == SSID_NONE ? 0 : d->ssid,
				   true };

		if (!covers(cmd, &o))
			continue;
		/* What is being looked up is looked up again. */
		d->a->restart = d->a->in_insn;
		smmu_configure(d, &c, true);
	}
}
