/* SPDX-License-Identifier: MIT */
/*
 * Which address space a CPU is in (model/hw/switch.c).
 *
 * A kernel thread has no mm of its own: it runs on the tables of whoever ran
 * before it (active_mm), and how far the CPU still takes part in that mm's
 * flushes is the architecture's business.
 *
 * Modelled on: include/linux/mmu_context.h, kernel/sched/core.c,
 *              context_switch(), kernel/kthread.c, kthread_use_mm()
 * Departs in:  a CPU has one task, which becomes another one at a switch; it
 *              is known by its mm; NULL stands for init_mm
 */
#ifndef LINUX_MMU_CONTEXT_H
#define LINUX_MMU_CONTEXT_H

#include <linux/mm_types.h>

struct task_struct;

/** init_new_context() - for setup: @mm has been used by nobody yet */
void init_new_context(struct task_struct *tsk, struct mm_struct *mm);

/** switch_mm_irqs_off() - this CPU goes over to @next; interrupts are off */
void switch_mm_irqs_off(struct mm_struct *prev, struct mm_struct *next,
			struct task_struct *tsk);
void switch_mm(struct mm_struct *prev, struct mm_struct *next,
	       struct task_struct *tsk);
/** enter_lazy_tlb() - a kernel thread goes on with the tables of @mm */
void enter_lazy_tlb(struct mm_struct *mm, struct task_struct *tsk);

/**
 * context_switch() - this CPU goes on with a task of @mm
 * @mm: NULL: with a kernel thread
 *
 * A full barrier, and on arm64 a dsb(ish) (R-IPI-5).
 */
void context_switch(struct mm_struct *mm);

/* A kernel thread borrows @mm. */
void kthread_use_mm(struct mm_struct *mm);
void kthread_unuse_mm(struct mm_struct *mm);

#endif
