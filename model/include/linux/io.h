/* SPDX-License-Identifier: MIT */
/*
 * Registers of devices, in the kernel's spelling.
 * Modelled on: asm-generic/io.h; arm64's __iowmb() and __iormb()
 * Departs in:  32-bit registers only; a register is a word of simulated memory
 *
 * A store is an ordinary one: it may wait in the store buffer, and what it
 * makes the device do happens when it becomes visible (R-CM-5). A load is never
 * stale and comes after the CPU's own stores to registers.
 */
#ifndef LINUX_IO_H
#define LINUX_IO_H

#include <linux/compiler.h>

#ifndef dma_wmb
#define dma_wmb()	machine_fence(MACHINE_WMB)
#endif
#ifndef dma_rmb
#define dma_rmb()	machine_fence(MACHINE_RMB)
#endif

#define writel_relaxed(val, reg)	machine_writel((val), (reg))
#define readl_relaxed(reg)		machine_readl(reg)

/* Memory written before is visible to the device before the register is. */
#define writel(val, reg) do {						\
	dma_wmb();							\
	writel_relaxed((val), (reg));					\
} while (0)

#define readl(reg) ({							\
	unsigned int __reg = readl_relaxed(reg);			\
	dma_rmb();							\
	__reg;								\
})

#endif
