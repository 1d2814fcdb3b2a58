/* SPDX-License-Identifier: MIT */
/*
 * ats - translations that devices keep: R-ATS-1 to R-ATS-3, R-PRI-1
 *
 * A translation request walks like an access, but what it gets the device keeps
 * and uses until an invalidation of its own reaches it: neither the page tables
 * nor the SMMU's TLB are asked again. So the request is the moment at which
 * accessed and dirty bits are set. The invalidation of the SMMU's TLB, or a
 * broadcast, does nothing for it.
 *
 * The answer to a page request says only that asking again may be worthwhile.
 *
 * Not modelled: a device that forgets translations by itself; translations of
 * more than a page; STE.EATS other than full ATS; stop markers of page request
 * groups, groups of more than one request.
 */
#include "smmu_priv.h"

#include "../kernel/kernel.h"
#include "../sim/log.h"

static u64 page_of(u64 va)
{
	return va >> hw.fmt->page_lg2 << hw.fmt->page_lg2;
}

static struct atc_entry *find(struct smmu_device *d, u64 va)
{
	for (u32 i = 0; i < d->nr_atc; i++)
		if (d->atc[i].va == page_of(va))
			return &d->atc[i];
	return NULL;
}

static void keep(struct smmu_device *d, const struct mmu_use *u)
{
	struct atc_entry *e = find(d, u->va);

	if (!e) {
		/* No room: the oldest goes. */
		if (d->nr_atc == ATC_MAX)
			memmove(d->atc, d->atc + 1,
				--d->nr_atc * sizeof(d->atc[0]));
		e = &d->atc[d->nr_atc++];
	}
	e->va = page_of(u->va);
	e->off = u->off & ~((1u << FRAME_LG2) - 1);
	e->slot = u->slot;
	e->ver = d->a->tver;
	e->write = u->write;
	event_note(EV_ATS_GRANT, d->a, e->off, e->va, mem_peek(u->slot, 8), 0,
		   EVF_HW | (u->write ? EVF_WRITE : 0), 0);
}

/* R-ATS-2: no write without a descriptor that is dirty, or is made so. */
static bool grants(struct mmu_use *u, u32 event)
{
	if (rule(R_ATS_2) || event != SMMU_EVT_PERMISSION)
		return !event;
	return hw.fmt->write(mem_peek(u->slot, 8));
}

enum ats_right ats_request(u64 iova, bool write)
{
	struct smmu_device *d = smmu_this_device();
	struct mmu_use u = { .va = iova, .write = write };
	enum ats_right right = ATS_NONE;
	struct smmu_config c;
	u32 event;

	if (fault(FAULT_ATS_REFUSED))
		return ATS_NONE;
	event = smmu_translate(d, &u, &c, true);
	/* What is allowed, if not all that was asked for. */
	if (write && event == SMMU_EVT_PERMISSION && !grants(&u, event)) {
		u.write = false;
		event = smmu_translate(d, &u, &c, true);
	}
	if (grants(&u, event)) {
		keep(d, &u);
		right = u.write ? ATS_WRITE : ATS_READ;
	}
	mmu_forget(d->a);
	return right;
}

/* IHI0070 3.9.1.3, with CR0.ATSCHK = 1: may the stream use ATS at all? */
static bool allowed(struct smmu_device *d)
{
	struct smmu_config c;

	do {
		d->a->in_insn = 1;
		d->a->restart = 0;
		smmu_configure(d, &c, false);
		d->a->in_insn = 0;
	} while (d->a->restart);
	return c.ats && !c.bypass && c.event != SMMU_EVT_BAD_STE &&
	       c.event != SMMU_EVT_BAD_STREAMID && c.event != ~0u;
}

/* R-ATS-3 */
static enum dma_result translated(u64 iova, bool write, u64 *val)
{
	struct smmu_device *d = smmu_this_device();
	struct mmu_use u = { .va = iova, .write = write };
	struct agent *a = d->a;
	struct atc_entry *e;

	if (!rule(R_ATS_3))
		return write ? dma_write(iova, *val) : dma_read(iova, val);
	if (!allowed(d)) {
		event_note(EV_SMMU_FAULT, a, 0, iova, ~0u,
			   SMMU_EVT_TRANSL_FORBIDDEN,
			   EVF_HW | EVF_ATS | (write ? EVF_WRITE : 0), 0);
		return DMA_ABORT;
	}
	e = find(d, iova);
	if (!e || (write && !e->write))
		return DMA_UNTRANSLATED;
	u.off = e->off + ((u32)iova & ((1u << FRAME_LG2) - 1) & ~7u);
	u.slot = e->slot;
	a->tva = iova;
	a->tslot = e->slot;
	a->tver = e->ver;
	smmu_access(a, &u, true, val);
	mmu_forget(a);
	return DMA_OK;
}

enum dma_result ats_read(u64 iova, u64 *val)
{
	*val = 0;
	return translated(iova, false, val);
}

enum dma_result ats_write(u64 iova, u64 val)
{
	return translated(iova, true, &val);
}

/* --- invalidation ---------------------------------------------------------- */

struct range {
	u64 start, end;
};

static bool translated_in(const struct sb_entry *e, const void *arg)
{
	const struct range *r = arg;

	return e->ats && r->start <= e->tva && e->tva < r->end;
}

void atc_invalidate(struct smmu_device *d, u64 start, u64 end)
{
	struct range r = { start, end };
	u32 n = 0;

	if (rule(R_ATS_1)) {
		/* Writes go before the answer to the invalidation. */
		mem_drain_some(d->a, translated_in, &r);
		for (u32 i = 0; i < d->nr_atc; i++)
			if (d->atc[i].va < start || d->atc[i].va >= end)
				d->atc[n++] = d->atc[i];
		d->nr_atc = n;
	}
	/* A request on its way would bring back what has just gone. */
	d->a->restart = d->a->in_insn;
	event_note(EV_ATS_INV, d->a, 0, start, end, 0, EVF_HW, 0);
}

/* --- page requests --------------------------------------------------------- */

/* R-PRI-1: whatever the answer, it has to be translated again. */
static void answered(struct smmu_device *d, u64 iova, bool write)
{
	struct mmu_use u = { .va = iova, .write = write };

	event_note(EV_PRI, d->a, 0, iova, d->answer, 1,
		   EVF_HW | (write ? EVF_WRITE : 0), 0);
	if (rule(R_PRI_1) || d->answer != SMMU_PRI_SUCCESS)
		return;
	u.slot = fmt_walk(hw.fmt, ctx_root(d->a), iova).slot;
	u.off = frame_off(fmt_walk(hw.fmt, ctx_root(d->a), iova).frame %
			  NR_FRAMES);
	keep(d, &u);
}

u32 page_request(u64 iova, bool write)
{
	struct smmu_device *d = smmu_this_device();
	u64 w[SMMU_PRQ_WORDS];

	sim_point(d->a, smmu.priq, true);
	d->group = ++smmu.groups & SMMU_PRQ_1_GROUP;
	w[0] = d->sid | SMMU_PRQ_READ | SMMU_PRQ_LAST |
	       (write ? SMMU_PRQ_WRITE : 0);
	if (d->ssid != SSID_NONE)
		w[0] |= SMMU_PRQ_SSV | (u64)d->ssid << SMMU_PRQ_SSID_SHIFT;
	w[1] = d->group | (iova & SMMU_PRQ_1_ADDR);
	event_note(EV_PRI, d->a, 0, iova, d->group, 0,
		   EVF_HW | (write ? EVF_WRITE : 0), 0);
	/* IHI0070 8.1: no room, so it is told to try again. */
	d->answer = SMMU_PRI_SUCCESS;
	d->asking = smmu.set->features & SMMU_FEAT_PRI && smmu_request(w);
	while (d->asking)
		sim_block(WAIT_DEVICE | d->a->id);
	answered(d, iova, write);
	return d->answer;
}
