/* SPDX-License-Identifier: MIT */
/*
 * Modelled on: arch/arm64/include/asm/barrier.h
 * Departs in:  the shareability domain is always the inner one
 */
#ifndef ASM_ARM64_BARRIER_H
#define ASM_ARM64_BARRIER_H

#include <machine.h>

#define __dsb_ish	MACHINE_DSB
#define __dsb_ishst	MACHINE_DSB_ST
#define __dsb_ishld	MACHINE_DSB_LD

#define dsb(opt)	machine_fence(__dsb_##opt)
#define isb()		machine_fence(MACHINE_ISB)

#endif
