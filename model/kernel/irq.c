/* SPDX-License-Identifier: MIT */
/*
 * irq - interrupt flag and inter-processor interrupts: R-IPI-1 to R-IPI-4
 *
 * An interrupt is taken between two steps of its target, as soon as the target
 * has interrupts on (or later, if the schedule says DEV_LATE). The handler is
 * part of the environment and takes no steps of its own; taking an interrupt
 * makes the target's buffered stores visible first.
 */
#include "../include/linux/cpumask.h"
#include "../include/linux/irqflags.h"
#include "../include/linux/smp.h"
#include "../sim/log.h"
#include "kernel.h"

#define CALLER	((u64)__builtin_return_address(0))

struct ipi {
	void (*fn)(struct agent *to, u32 arg);
	struct agent *from;
	u32 arg, view;		/* what the sender had seen (R-IPI-1) */
};

static struct ipi sent[64];
static u32 nr_sent;
static u8 awaited[AGENTS_MAX];
static u32 acked_view[AGENTS_MAX];

void irq_begin(void)
{
	nr_sent = 0;
	for (u32 i = 0; i < AGENTS_MAX; i++)
		awaited[i] = acked_view[i] = 0;
}

static bool irqs_on(struct agent *a)
{
	return !a->irq_off;
}

void irq_entered(struct agent *to, u32 view)
{
	mem_drain(to);
	/* R-IPI-2: an exception entry, and what the sender had seen. */
	to->v.cse = max_u32(to->v.cse, max_u32(to->v.dsb, to->v.rd));
	mem_see(to, max_u32(view, to->v.cse));
	to->restart = to->in_insn;
}

static void take(struct agent *to, u32 n)
{
	struct ipi *ipi = &sent[n];

	irq_entered(to, ipi->view);
	ipi->fn(to, ipi->arg);
	acked_view[ipi->from->id] = max_u32(acked_view[ipi->from->id],
					    mem_seen(to));
	event_note(EV_IPI_DONE, to, 0, ipi->from->id, 0, 0, 0, 0);
	if (!--awaited[ipi->from->id])
		sim_wake(WAIT_IPI | ipi->from->id);
}

void ipi_send_all(u32 mask, void (*fn)(struct agent *to, u32 arg), u32 arg,
		  u64 pc)
{
	struct agent *a = sim.cur;

	for (u32 i = 0; i < sim.nr_agents; i++) {
		struct agent *to = &sim.agent[i];
		u32 n;

		if (to == a || !to->is_cpu || !(mask & (1u << i)))
			continue;
		sim_point(a, 0, false);
		mem_drain_stepwise(a);
		mem_see(a, mem_seen(a));
		event_note(EV_IPI_SEND, a, 0, i, a->irq_off, 0, 0, pc);
		/* A slot is reused only after more sends than fit in flight. */
		n = nr_sent++ % ARRAY_SIZE(sent);
		sent[n] = (struct ipi){ fn, a, arg, a->v.fl };
		awaited[a->id]++;
		sim_deliver(take, to, n, irqs_on);
	}
	while (awaited[a->id]) {
		event_note(EV_BLOCK, a, WAIT_IPI, awaited[a->id], 0, 0, 0, pc);
		sim_block(WAIT_IPI | a->id);
	}
	mem_see(a, acked_view[a->id]);
}

unsigned long arch_local_irq_save(void)
{
	struct agent *a = sim.cur;
	unsigned long flags;

	if (!a)
		return 0;
	sim_point(a, 0, false);
	flags = a->irq_off;
	if (!rcu_reader(a))
		rcu_entered(a);
	a->irq_off = 1;
	event_note(EV_IRQ_OFF, a, 0, flags, 0, 0, 0, CALLER);
	return flags;
}

void arch_local_irq_restore(unsigned long flags)
{
	struct agent *a = sim.cur;

	if (!a || flags)
		return;
	sim_point(a, 0, false);
	event_note(EV_IRQ_ON, a, 0, 0, 0, 0, 0, CALLER);
	a->irq_off = 0;
	rcu_left(a);
	sim_deliver_ready(a);
}

unsigned int smp_processor_id(void)
{
	return sim.cur ? sim.cur->id : 0;
}

unsigned int nr_cpus(void)
{
	return sim.nr_cpus;
}

/* The kernel's callbacks that only have to have run: nothing to do. */
static void call(struct agent *to, u32 arg)
{
	(void)to;
	(void)arg;
}

void smp_call_function(void (*func)(void *info), void *info, int wait)
{
	SIM_BUG_ON(!wait);
	(void)func;
	(void)info;
	if (sim.cur)
		ipi_send_all(~0u, call, 0, CALLER);
}
