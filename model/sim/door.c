/* SPDX-License-Identifier: MIT */
/*
 * door - marked accesses of the code under test (model/include/machine.h)
 */
#include "../include/machine.h"
#include "log.h"
#include "mem.h"

#define CALLER	((u64)__builtin_return_address(0))

/* Not simulated memory, or no agent: accessed directly. */
static inline bool bare(const volatile void *p, u64 off, u64 pc)
{
	if (likely(off < SIM_SIZE && sim.cur))
		return false;
	mem_wild(p, pc);
	return true;
}

static __always_inline u64 raw_load(const volatile void *p, u32 size)
{
	switch (size) {
	case 1: return *(const volatile u8 *)p;
	case 2: return *(const volatile u16 *)p;
	case 4: return *(const volatile u32 *)p;
	default: return *(const volatile u64 *)p;
	}
}

static inline void raw_store(volatile void *p, u64 val, u32 size)
{
	switch (size) {
	case 1: *(volatile u8 *)p = (u8)val; break;
	case 2: *(volatile u16 *)p = (u16)val; break;
	case 4: *(volatile u32 *)p = (u32)val; break;
	default: *(volatile u64 *)p = val;
	}
}

/*
 * R-T32-2: on a 32-bit machine a 64-bit access is two, in an order that is
 * the compiler's choice, and anything may happen between them.
 */
u64 mem_load_halves(struct agent *a, u32 off, u32 flags, u64 pc)
{
	u32 hi_first = choose(DEV_TEAR, 2);
	u64 first, second;

	first = mem_load(a, off + 4 * hi_first, 4, flags, pc);
	sim_subpoint(a, off, false);
	second = mem_load(a, off + 4 * !hi_first, 4, flags, pc);
	return hi_first ? first << 32 | second : second << 32 | first;
}

void mem_store_halves(struct agent *a, u32 off, u64 val, u32 flags, u64 pc)
{
	u32 hi_first = choose(DEV_TEAR, 2);

	mem_store(a, off + 4 * hi_first, (u32)(val >> (32 * hi_first)), 4,
		  flags, pc);
	sim_subpoint(a, off, true);
	mem_store(a, off + 4 * !hi_first, (u32)(val >> (32 * !hi_first)), 4,
		  flags, pc);
}

static __always_inline u64 load(const volatile void *p, u32 size, u64 pc)
{
	u64 off = mem_off(p);
	struct agent *a = sim.cur;

	if (bare(p, off, pc))
		return raw_load(p, size);
	sim_point(a, (u32)off, false);
	if (unlikely(sim.split64 && size == 8))
		return mem_load_halves(a, (u32)off, 0, pc);
	return mem_load(a, (u32)off, size, 0, pc);
}

machine_u64 machine_load(const volatile void *p, unsigned int size)
{
	/* Constant sizes make for straight code. */
	switch (size) {
	case 8: return load(p, 8, CALLER);
	case 4: return load(p, 4, CALLER);
	default: return load(p, size, CALLER);
	}
}

static __always_inline void store(volatile void *p, u64 val, u32 size, u64 pc)
{
	u64 off = mem_off(p);
	struct agent *a = sim.cur;

	if (bare(p, off, pc)) {
		raw_store(p, val, size);
		return;
	}
	sim_point(a, (u32)off, true);
	if (unlikely(sim.split64 && size == 8))
		mem_store_halves(a, (u32)off, val, 0, pc);
	else
		mem_store(a, (u32)off, val, size, 0, pc);
}

void machine_store(volatile void *p, machine_u64 val, unsigned int size)
{
	switch (size) {
	case 8: store(p, val, 8, CALLER); break;
	case 4: store(p, val, 4, CALLER); break;
	default: store(p, val, size, CALLER);
	}
}

/* The order that enum machine_rmw carries; most kernel atomics are full. */
static u32 order_flags(u32 op)
{
	u32 flags = 0;

	if (op & MACHINE_ACQUIRE)
		flags |= MEM_ACQ;
	if (op & MACHINE_RELEASE)
		flags |= MEM_REL;
	if (op & MACHINE_NORET)
		flags |= MEM_NORET;
	if (!(op & (MACHINE_ACQUIRE | MACHINE_RELEASE | MACHINE_NORET |
		    MACHINE_RELAXED)))
		flags |= MEM_FULL;
	return flags;
}

machine_u64 machine_rmw(volatile void *p, machine_u64 val, unsigned int size,
			enum machine_rmw op)
{
	u64 off = mem_off(p);
	struct agent *a = sim.cur;

	if (bare(p, off, CALLER)) {
		u64 old = raw_load(p, size);

		raw_store(p, mem_combine(old, val, size, (enum rmw_op)(op & 0xff)),
			  size);
		return old;
	}
	sim_point(a, (u32)off, true);
	return mem_rmw(a, (u32)off, val, size, (enum rmw_op)(op & 0xff),
		       order_flags(op), CALLER);
}

machine_u64 machine_cmpxchg(volatile void *p, machine_u64 old, machine_u64 val,
			    unsigned int size)
{
	return machine_cmpxchg_ord(p, old, val, size, 0);
}

machine_u64 machine_cmpxchg_ord(volatile void *p, machine_u64 old,
				machine_u64 val, unsigned int size,
				unsigned int ord)
{
	u64 off = mem_off(p), found;
	struct agent *a = sim.cur;

	if (bare(p, off, CALLER)) {
		found = raw_load(p, size);
		if (found == old)
			raw_store(p, val, size);
		return found;
	}
	sim_point(a, (u32)off, true);
	return mem_cmpxchg(a, (u32)off, old, val, size, order_flags(ord),
			   CALLER);
}

machine_u64 machine_load_acquire(const volatile void *p, unsigned int size)
{
	u64 off = mem_off(p);
	struct agent *a = sim.cur;

	if (bare(p, off, CALLER))
		return raw_load(p, size);
	sim_point(a, (u32)off, false);
	if (unlikely(sim.split64 && size == 8))
		return mem_load_halves(a, (u32)off, MEM_ACQ, CALLER);
	return mem_load(a, (u32)off, size, MEM_ACQ, CALLER);
}

void machine_store_release(volatile void *p, machine_u64 val, unsigned int size)
{
	u64 off = mem_off(p);
	struct agent *a = sim.cur;

	if (bare(p, off, CALLER)) {
		raw_store(p, val, size);
		return;
	}
	sim_point(a, (u32)off, true);
	if (unlikely(sim.split64 && size == 8))
		mem_store_halves(a, (u32)off, val, MEM_REL, CALLER);
	else
		mem_store(a, (u32)off, val, size, MEM_REL, CALLER);
}

void machine_writel(unsigned int val, volatile void *reg)
{
	u64 off = mem_off(reg);
	struct agent *a = sim.cur;

	if (bare(reg, off, CALLER)) {
		raw_store(reg, val, 4);
		return;
	}
	sim_point(a, (u32)off, true);
	mem_mmio_store(a, (u32)off, val, 4, CALLER);
}

unsigned int machine_readl(const volatile void *reg)
{
	u64 off = mem_off(reg);
	struct agent *a = sim.cur;

	if (bare(reg, off, CALLER))
		return (unsigned int)raw_load(reg, 4);
	sim_point(a, (u32)off, false);
	return (unsigned int)mem_mmio_load(a, (u32)off, 4, CALLER);
}

void (*mem_dsb)(struct agent *a, u64 pc);

/* Fences that mean something on a machine whose loads are never stale. */
static bool waits(enum machine_fence fence)
{
	return fence == MACHINE_MB || fence == MACHINE_DSB ||
	       fence == MACHINE_DSB_ST;
}

void machine_fence(enum machine_fence fence)
{
	static const u8 kind[] = {
		[MACHINE_MB] = FENCE_MB, [MACHINE_RMB] = FENCE_RMB,
		[MACHINE_WMB] = FENCE_WMB, [MACHINE_BARRIER] = FENCE_COMPILER,
		[MACHINE_DSB] = FENCE_DSB, [MACHINE_DSB_ST] = FENCE_DSB_ST,
		[MACHINE_DSB_LD] = FENCE_DSB_LD, [MACHINE_ISB] = FENCE_ISB,
	};
	struct agent *a = sim.cur;

	if (!a)
		return;
	a->has_early = 0;
	if (fence == MACHINE_BARRIER || (!sim.stale && !waits(fence)))
		return;		/* holds only the compiler */
	sim_point(a, 0, false);
	if (fence == MACHINE_DSB && mem_dsb)
		mem_dsb(a, CALLER);
	else
		mem_fence(a, kind[fence], CALLER);
}

void machine_relax(void)
{
	sim_relax();
}

const char *event_bug_text = "";

/* A page at address zero is never mapped: the kernel would oops. */
#define NULL_PAGE	4096

void mem_wild(const volatile void *p, u64 pc)
{
	if ((u64)p >= NULL_PAGE || !sim.cur)
		return;
	event_bug_text = "NULL pointer dereference";
	event_note(EV_BUG, sim.cur, 0, 0, 0, 0, 0, pc);
	BUG("nobody objected to a NULL pointer dereference");
}

void machine_bug(const char *what, const char *file, int line)
{
	if (!sim.cur)
		BUG("the setup's %s fired at %s:%d", what, file, line);
	event_bug_text = what;
	event_note(EV_BUG, sim.cur, 0, (u64)line, 0, 0, 0, CALLER);
}
