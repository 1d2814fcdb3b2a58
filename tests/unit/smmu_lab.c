/* SPDX-License-Identifier: MIT */
#include "smmu_lab.h"

struct arm_smmu_device set;
bool changed, flushed;

static agent_fn device;
static u32 prod;

u64 leaf(u32 frame, u32 flags)
{
	return hw.fmt->mk_leaf(frame_pfn(frame), 1, flags);
}

static u32 table_of(u32 level)
{
	return ROOT + hw.fmt->levels - level;
}

u32 slot(u32 level)
{
	return fmt_slot(hw.fmt, frame_off(table_of(level)), IOVA_, level);
}

u64 frame_pa(u32 frame)
{
	return (u64)frame_pfn(frame) << FRAME_LG2;
}

u64 cd_word0(u16 asid)
{
	u64 w = SMMU_CD_V | SMMU_CD_AA64 | SMMU_CD_R | SMMU_CD_A |
		(u64)asid << SMMU_CD_ASID_SHIFT;

	if (set.features & SMMU_FEAT_HA)
		w |= SMMU_CD_HA;
	if (set.features & SMMU_FEAT_HD)
		w |= SMMU_CD_HD;
	if (set.features & SMMU_FEAT_STALLS)
		w |= SMMU_CD_S;
	return w;
}

static void device_main(void)
{
	device();
}

static void add_device(void)
{
	struct agent *a = sim_add_agent(smmu_main, false);

	prod = 0;
	changed = flushed = false;
	smmu_begin(&set, a);
	smmu_add_device(sim_add_agent(device_main, false), SID_, SSID_NONE);
}

static void set_up_structures(void)
{
	STE[0] = SMMU_STE_V | SMMU_STE_CONFIG_S1 << SMMU_STE_CONFIG_SHIFT |
		 frame_pa(CDTAB);
	STE[1] = (u64)SMMU_STE_1_EATS_FULL << SMMU_STE_1_EATS_SHIFT;
	CD[0] = cd_word0(ASID_);
	CD[1] = frame_pa(ROOT);
}

void smmu_setup(const char *model, u32 features, u32 flags)
{
	lab_setup(model);
	hw.fmt = &fmt_arm64;
	hw.root = frame_off(ROOT);
	hw.flush = FLUSH_BROADCAST;
	memset(mem_ptr(frame_off(ROOT)), 0, 30 << FRAME_LG2);
	set = (struct arm_smmu_device){
		.base = mem_ptr(frame_off(REGS)),
		.cmdq = mem_ptr(frame_off(CMDQ)), .cmdq_lg2 = 3,
		.evtq = mem_ptr(frame_off(EVTQ)), .evtq_lg2 = 1,
		.priq = mem_ptr(frame_off(PRIQ)), .priq_lg2 = 1,
		.strtab = mem_ptr(frame_off(STRTAB)), .strtab_lg2 = 2,
		.features = features,
	};
	set_up_structures();
	for (u32 l = hw.fmt->levels; l > 1; l--)
		mem_poke(slot(l), hw.fmt->mk_table(frame_pfn(table_of(l) + 1),
						   l), 8);
	mem_poke(slot(1), flags ? leaf(PAGE_A, flags) : 0, 8);
	mem_poke(frame_off(PAGE_A), DATA_A, 8);
	mem_poke(frame_off(PAGE_B), DATA_B, 8);
	lab_devices = add_device;
}

void device_cast(agent_fn fn)
{
	device = fn;
}

/* --- the driver ------------------------------------------------------------- */

u32 prod_now(void) { return prod & ((2u << set.cmdq_lg2) - 1); }

void put(u64 w0, u64 w1)
{
	volatile u64 *cmd = set.cmdq + 2 * (prod & ((1u << set.cmdq_lg2) - 1));

	WRITE_ONCE(cmd[0], w0);
	WRITE_ONCE(cmd[1], w1);
	prod++;
}

void ring_early(void)
{
	smmu_write_prod(&set, prod_now());
}

void ring(void)
{
	dma_wmb();
	ring_early();
}

int consumed(void)
{
	return smmu_poll_cons(&set, prod_now());
}

int sync(void)
{
	put(SMMU_CMD_SYNC, 0);
	ring();
	return consumed();
}

/* --- the device ------------------------------------------------------------- */

void note_time(void)
{
	sim_point(sim.cur, 0, false);
	r[2] = changed;
	r[3] = flushed;
}

void device_reads(void)
{
	note_time();
	r[1] = 1 + dma_read(IOVA_, &r[0]);
}

void device_writes(void)
{
	note_time();
	r[1] = 1 + dma_write(IOVA_, DATA_NEW);
}

void nobody(void)
{
}

u32 events(void)
{
	return (u32)mem_peek(frame_off(REGS) + SMMU_EVENTQ_PROD, 4) &
	       ((2u << set.evtq_lg2) - 1);
}

u64 event_word(u32 i, u32 w)
{
	return set.evtq[SMMU_EVT_WORDS * i + w];
}
