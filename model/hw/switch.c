/* SPDX-License-Identifier: MIT */
/*
 * switch - a CPU goes from one address space to another: R-IPI-5
 *
 * Modelled on: kernel/sched/core.c, context_switch(); kernel/kthread.c,
 *              kthread_use_mm(); arch/riscv/mm/context.c, set_mm_noasid()
 * Departs in:  see linux/mmu_context.h; no rq lock: interrupts are off
 */
#include "../include/linux/irqflags.h"
#include "../include/linux/mmu_context.h"
#include "../include/linux/smp.h"
#include "../include/asm/tlb_insn.h"
#include "../kernel/kernel.h"
#include "../kernel/vars.h"
#include "../sim/log.h"
#include "hw.h"

#define CALLER	((u64)__builtin_return_address(0))

/* What runs on each CPU: its mm, NULL for a kernel thread, and the tables. */
struct task_struct {
	struct mm_struct *mm, *active_mm;
};

static struct task_struct running[CPUS_MAX];

void switch_begin(void)
{
	memset(running, 0, sizeof(running));
	insn_begin();
	x86_tlb_begin();
	context_begin();
}

u32 mm_root(const struct mm_struct *mm)
{
	u64 *none = kvars->reserved_pg_dir;

	if (mm)
		return (u32)mem_off(mm->pgd);
	/* The same in all runs of a format. */
	for (u32 i = 0; i < ARRAY_SIZE(kvars->reserved_pg_dir); i++)
		none[i] = hw.fmt->none[hw.fmt->levels];
	return (u32)mem_off(none);
}

u16 mm_flush_asid(struct mm_struct *mm)
{
	if (!mm || hw.mm != MM_ARM64)
		return ASID_ALL;
	return (u16)(READ_ONCE(mm->context.id.counter) & (NUM_USER_ASIDS - 1));
}

/*
 *	flush				switch_mm()
 *	entry changed			bit set in mm_cpumask()
 *	smp_mb()			barrier
 *	mask				walks
 *
 * Either we see the bit, or the other CPU's walks see the entry.
 */
u32 mm_targets(struct mm_struct *mm)
{
	if (!mm || !hw.masked)
		return ~0u;
	smp_mb();
	return cpumask_bits(mm_cpumask(mm));
}

void init_new_context(struct task_struct *tsk, struct mm_struct *mm)
{
	(void)tsk;
	SIM_BUG_ON(sim.cur);
	mm->cpu_bitmap.bits = 0;
	mm->context.id.counter = 0;
}

/* Without tags all translations go, before anything of @next is cached. */
static void plain_switch_mm(struct mm_struct *prev, struct mm_struct *next)
{
	unsigned int cpu = smp_processor_id();

	if (next)
		cpumask_set_cpu(cpu, mm_cpumask(next));
	if (prev && prev != next)
		cpumask_clear_cpu(cpu, mm_cpumask(prev));
	write_root(mm_root(next), 0);
	/* Orders the bit before our walks: see mm_targets(). */
	local_flush_tlb_all();
}

void switch_mm_irqs_off(struct mm_struct *prev, struct mm_struct *next,
			struct task_struct *tsk)
{
	(void)tsk;
	if (hw.mm == MM_X86)
		x86_switch_mm(sim.cur, next);
	else if (prev == next)
		return;
	else if (hw.mm == MM_ARM64)
		arm64_switch_mm(sim.cur, next);
	else
		plain_switch_mm(prev, next);
}

void switch_mm(struct mm_struct *prev, struct mm_struct *next,
	       struct task_struct *tsk)
{
	unsigned long flags;

	local_irq_save(flags);
	switch_mm_irqs_off(prev, next, tsk);
	local_irq_restore(flags);
}

void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *tsk)
{
	(void)mm;
	(void)tsk;
	if (hw.mm == MM_X86)
		x86_enter_lazy_tlb(sim.cur);
}

/*
 * R-IPI-5: whoever has issued invalidations may go on on another CPU, whose
 * dsb would not wait for them.
 */
static void switch_to(struct agent *a)
{
	sim_point(a, 0, false);
	if (hw.flush == FLUSH_BROADCAST && kernel_does(STEP_SWITCH_DSB))
		tlbi_sync(a, CALLER);
	else
		mem_fence(a, FENCE_MB, CALLER);
}

void context_switch(struct mm_struct *mm)
{
	struct agent *a = sim.cur;
	struct task_struct *tsk = &running[a->id];
	unsigned long flags;

	local_irq_save(flags);
	if (!mm) {
		enter_lazy_tlb(tsk->active_mm, tsk);
	} else {
		switch_mm_irqs_off(tsk->active_mm, mm, tsk);
		tsk->active_mm = mm;
	}
	tsk->mm = mm;
	switch_to(a);
	local_irq_restore(flags);
}

void kthread_use_mm(struct mm_struct *mm)
{
	struct task_struct *tsk = &running[sim.cur->id];
	unsigned long flags;

	WARN_ON_ONCE(tsk->mm);
	local_irq_save(flags);
	switch_mm_irqs_off(tsk->active_mm, mm, tsk);
	tsk->mm = tsk->active_mm = mm;
	local_irq_restore(flags);
	smp_mb();
}

void kthread_unuse_mm(struct mm_struct *mm)
{
	struct task_struct *tsk = &running[sim.cur->id];
	unsigned long flags;

	/* What was done for the mm's user is over before we say so. */
	smp_mb();
	local_irq_save(flags);
	tsk->mm = NULL;
	enter_lazy_tlb(mm, tsk);
	local_irq_restore(flags);
}
