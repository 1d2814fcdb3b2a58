/* SPDX-License-Identifier: MIT */
/* Interrupts of the running CPU (model/kernel/irq.c). R-IPI-2, R-IPI-3. */
#ifndef LINUX_IRQFLAGS_H
#define LINUX_IRQFLAGS_H

unsigned long arch_local_irq_save(void);
void arch_local_irq_restore(unsigned long flags);

#define local_irq_save(flags)		((flags) = arch_local_irq_save())
#define local_irq_restore(flags)	arch_local_irq_restore(flags)
#define local_irq_disable()		((void)arch_local_irq_save())
#define local_irq_enable()		arch_local_irq_restore(0)

#endif
