/* SPDX-License-Identifier: MIT */
/*
 * Instructions that deal with address spaces and TLBs (model/hw/insn.c), for
 * code that is to do by hand what flush_tlb_*() does. All are steps.
 *
 * Departs in:  an entry is a u64 in memory, a root an offset into it; an
 *              architecture's instructions are there whatever the format is
 */
#ifndef ASM_TLB_INSN_H
#define ASM_TLB_INSN_H

#include <linux/types.h>

struct mm_struct;

/* --- any ----------------------------------------------------------------- */

/** write_root() - TTBR0, satp, PIDR: no entry goes, nothing is ordered */
void write_root(u32 root, u16 asid);

/* Of this CPU, and complete when they return. Earlier stores of this CPU, and
 * what it has seen, come before later walks (sfence.vma; dsb, tlbi, isb). */
void local_flush_tlb_all(void);
void local_flush_tlb_page(unsigned long addr);
void local_flush_tlb_range(unsigned long start, unsigned long end);

/* --- x86 ----------------------------------------------------------------- */

/**
 * write_cr3() - MOV CR3
 * @pcid: tag; 0 where PCIDs are not in use
 * @noflush: bit 63: entries of @pcid stay; without it all go but global ones
 */
void write_cr3(const struct mm_struct *mm, u16 pcid, bool noflush);
/** invlpg() - R-INV-9, of the present PCID and of global entries */
void invlpg(unsigned long addr);

/* --- riscv --------------------------------------------------------------- */

/**
 * sbi_remote_sfence_vma() - ecall: sfence.vma on the harts in @hart_mask
 * @size: -1: everything
 * Returns when all have done it. Machine mode: supervisor interrupts of the
 * harts do not matter.
 */
void sbi_remote_sfence_vma(u32 hart_mask, unsigned long start,
			   unsigned long size);

/* --- s390: one step each (R-S390-1) --------------------------------------- */

/**
 * ipte() - invalidate a page-table entry, and what was made of it
 * @local: only on this CPU
 * Return: the entry as it was.
 */
u64 ipte(u64 *ptep, unsigned long addr, bool local);
/** idte() - the same for a segment- or region-table entry at @level */
u64 idte(u64 *entry, unsigned int level, unsigned long addr, bool local);
/**
 * crdte() - compare and replace an entry, purge what was made of the old one
 * Return: whether it was @old.
 */
bool crdte(u64 *entry, unsigned int level, unsigned long addr, u64 old,
	   u64 new);

/* --- powerpc ------------------------------------------------------------- */

enum { RIC_FLUSH_TLB, RIC_FLUSH_PWC, RIC_FLUSH_ALL };

void ptesync(void);
/** tlbie() - of all CPUs; complete after tlbsync() and ptesync() */
void tlbie(unsigned long start, unsigned long end, unsigned int ric);
void eieio(void);
/** tlbsync() - ends a sequence of tlbie() */
void tlbsync(void);

#endif
