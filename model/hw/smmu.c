/* SPDX-License-Identifier: MIT */
/*
 * smmu - translation of what devices do: R-SMMU-1, R-SMMU-5 to R-SMMU-7,
 * R-SMMU-10
 *
 * A device access is one transaction. Its steps:
 *
 *	configure  look up stream table entry and context (smmu_config.c)
 *	fetch	   one descriptor a step, as an MMU does (mmu.c)
 *	access	   the data, together with the last update of the descriptor
 *
 * A write that is done may become visible later, like a CPU's; a read is never
 * stale. Invalidations that arrive in the middle make it start over.
 *
 * A fault ends the transaction, or stalls it until software says what to do
 * with it. Each descriptor is judged by itself, also in a contiguous group
 * (R-SMMU-7): what another member says counts only if the SMMU has cached the
 * group from that one (R-CONT-1).
 *
 * Not modelled: stage 2, substreams without CD table, ATOS, MPAM, Secure
 * streams; speculative updates of accessed bits; merging of events; what one
 * device may use that another one of the same ASID has brought into the TLB
 * before it was attached.
 */
#include "smmu_priv.h"

#include "../kernel/kernel.h"
#include "../sim/log.h"

struct smmu smmu;

static u32 offset(const volatile void *p)
{
	return p ? (u32)mem_off(p) : SIM_SIZE;
}

void smmu_main(void)
{
}

void smmu_begin(const struct arm_smmu_device *s, struct agent *a)
{
	memset(&smmu, 0, sizeof(smmu));
	smmu.set = s;
	hw.dvm = hw.noncoherent = 0;
	if (!s)
		return;
	SIM_BUG_ON(s->cmdq_lg2 > SMMU_CMDQ_LG2_MAX);
	smmu.a = a;
	smmu.regs = offset(s->base);
	smmu.cmdq = offset(s->cmdq);
	smmu.evtq = offset(s->evtq);
	smmu.priq = offset(s->priq);
	smmu.strtab = offset(s->strtab);
	/* It has no program: what it does are deliveries. */
	a->state = AGENT_BLOCKED;
	a->wait = WAIT_DEVICE | a->id;
	sim.runnable &= ~(1u << a->id);
	smmu_config_begin();
	smmu_command_begin();
	smmu_queue_begin();
}

void smmu_add_device(struct agent *a, u32 sid, u32 ssid)
{
	struct smmu_device *d = &smmu.device[smmu.nr_devices++];
	struct smmu_config c;

	SIM_BUG_ON(smmu.nr_devices > SMMU_DEVICES_MAX);
	d->a = a;
	d->sid = sid;
	d->ssid = ssid;
	if (smmu.set->features & SMMU_FEAT_BTM)
		hw.dvm |= 1u << a->id;
	if (!(smmu.set->features & SMMU_FEAT_COHACC))
		hw.noncoherent |= 1u << a->id;
	smmu_configure(d, &c, true);
}

u8 hw_bbml(void)
{
	if (!smmu.set || !rule(R_SMMU_10))
		return hw.bbml;
	return smmu.set->bbml < hw.bbml ? smmu.set->bbml : hw.bbml;
}

struct smmu_device *smmu_this_device(void)
{
	for (u32 i = 0; i < smmu.nr_devices; i++)
		if (smmu.device[i].a == sim.cur)
			return &smmu.device[i];
	BUG("agent %u is no device", sim.cur->id);
}

u32 smmu_pa(u64 pa)
{
	u32 frame = pfn_frame(pa >> FRAME_LG2);

	if (frame >= NR_FRAMES)
		return SIM_SIZE;
	return frame_off(frame) + (u32)(pa & ((1u << FRAME_LG2) - 1));
}

/* --- translation ----------------------------------------------------------- */

static u32 fault_event(enum mmu_fault f)
{
	switch (f) {
	case MMU_F_TRANSLATION: return SMMU_EVT_TRANSLATION;
	case MMU_F_ACCESS: return SMMU_EVT_ACCESS;
	case MMU_F_PERMISSION: return SMMU_EVT_PERMISSION;
	default: return 0;
	}
}

static void walk(struct agent *a, struct mmu_use *u, const struct smmu_config *c)
{
	if (!c->bypass) {
		u->view = 0;
		u->newest = !rule(R_SMMU_1);
		mmu_translate(a, u);
		return;
	}
	u->off = smmu_pa(u->va);
	u->fault = u->off < SIM_SIZE ? MMU_F_NONE : MMU_F_TRANSLATION;
	u->slot = 0;
}

u32 smmu_translate(struct smmu_device *d, struct mmu_use *u,
		   struct smmu_config *c, bool ats)
{
	struct agent *a = d->a;

	do {
		a->in_insn = 1;
		a->restart = 0;
		u->restart = true;
		mmu_forget(a);
		smmu_configure(d, c, false);
		if (a->restart)
			continue;
		u->restart = false;
		if (ats && (!c->ats || c->bypass))
			c->event = ~0u;
		if (!c->event)
			walk(a, u, c);
		a->in_insn = 0;
	} while (u->restart);
	if (c->event)
		return c->event;
	if (!u->fault && !c->bypass)
		u->off += (u32)(u->va & ((1u << FRAME_LG2) - 1)) & ~7u;
	return fault_event(u->fault);
}

/* --- faults ---------------------------------------------------------------- */

static void make_record(const struct smmu_device *d, const struct mmu_use *u,
			u32 event, u64 *w)
{
	w[0] = event | (u64)d->sid << SMMU_EVT_SID_SHIFT;
	if (d->ssid != SSID_NONE)
		w[0] |= SMMU_EVT_SSV | (u64)d->ssid << SMMU_EVT_SSID_SHIFT;
	w[1] = u->write ? 0 : SMMU_EVT_1_RNW;
	if (d->stag)
		w[1] |= SMMU_EVT_1_STALL | d->stag;
	w[2] = u->va;
	w[3] = 0;
}

static void note_fault(const struct smmu_device *d, const struct mmu_use *u,
		       u32 event)
{
	event_note(EV_SMMU_FAULT, d->a, u->slot, u->va,
		   d->stag ? d->stag : ~0u, event,
		   EVF_HW | (u->write ? EVF_WRITE : 0), 0);
}

/* Held until software answers. Return: whether to try again. */
static bool stall(struct smmu_device *d, const struct mmu_use *u, u32 event)
{
	u64 w[SMMU_EVT_WORDS];

	d->stag = ++smmu.stags;
	d->resume = 0;
	note_fault(d, u, event);
	make_record(d, u, event, w);
	/* A stall is never lost: it is recorded when there is room. */
	while (!smmu_record(w))
		sim_block(WAIT_EVENTQ);
	while (!d->resume)
		sim_block(WAIT_DEVICE | d->a->id);
	d->stag = 0;
	return d->resume == 1;
}

/* R-SMMU-6. Return: whether to try again. */
static bool fault_handled(struct smmu_device *d, const struct mmu_use *u,
			  const struct smmu_config *c, u32 event)
{
	u64 w[SMMU_EVT_WORDS];

	mmu_forget(d->a);
	if (!c->event && c->stall && !c->bypass)
		return stall(d, u, event);
	note_fault(d, u, event);
	make_record(d, u, event, w);
	if (event != ~0u && c->record && !smmu_record(w))
		smmu_overflow();
	return false;
}

/* --- DMA ------------------------------------------------------------------- */

void smmu_access(struct agent *a, const struct mmu_use *u, bool ats, u64 *val)
{
	u32 flags = EVF_HW | (ats ? MEM_ATS : 0);
	struct event *ev;

	if (u->write) {
		mem_store(a, u->off, *val, 8, flags, 0);
	} else {
		/* What it returns is read while the translation holds. */
		mem_see(a, sim.now);
		*val = mem_load(a, u->off, 8, flags, 0);
	}
	ev = event_new(EV_DMA, a);
	ev->val = u->va;
	ev->old = *val;
	ev->off = u->off;
	ev->ver = u->slot;
	ev->size = 8;
	ev->flags = EVF_HW | (ats ? EVF_ATS : 0) | (u->write ? EVF_WRITE : 0);
	ev->pc = 0;
	event_done(ev);
}

static enum dma_result dma(u64 iova, bool write, u64 *val)
{
	struct smmu_device *d = smmu_this_device();
	struct mmu_use u = { .va = iova, .write = write };
	struct smmu_config c;
	u32 event;

	while ((event = smmu_translate(d, &u, &c, false)))
		if (!fault_handled(d, &u, &c, event))
			return DMA_ABORT;
	smmu_access(d->a, &u, false, val);
	mmu_forget(d->a);
	return DMA_OK;
}

enum dma_result dma_read(u64 iova, u64 *val)
{
	*val = 0;
	return dma(iova, false, val);
}

enum dma_result dma_write(u64 iova, u64 val)
{
	return dma(iova, true, &val);
}
