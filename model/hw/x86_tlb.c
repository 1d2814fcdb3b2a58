/* SPDX-License-Identifier: MIT */
/*
 * x86_tlb - generations, lazy mode and PCIDs: R-INV-9, R-X86-5
 *
 * An mm counts the changes that need a flush (tlb_gen); a CPU remembers, for
 * each PCID, which of them it has done. Who is in the mask but lazy gets no
 * interrupt, and catches up when it leaves lazy mode:
 *
 *	flush				switch_mm_irqs_off(), lazy
 *	entry changed
 *	tlb_gen++ (full barrier)	is_lazy = false
 *	is_lazy?			smp_mb()
 *	interrupt, if not		tlb_gen: flush, if behind
 *
 * and for who is not in the mask yet:
 *
 *	tlb_gen++ (full barrier)	bit set in mm_cpumask() (full barrier)
 *	mask?				tlb_gen: flush, if behind
 *
 * Modelled on: arch/x86/mm/tlb.c: switch_mm_irqs_off(), choose_new_asid(),
 *              enter_lazy_tlb(), flush_tlb_func(), flush_tlb_mm_range(),
 *              native_flush_tlb_multi(), arch_tlbbatch_flush()
 * Departs in:  init_mm has PCID 0 and is never behind; the handler is one
 *              step; no kernel page-table isolation, no LAM, no mitigations
 *
 * What only its own CPU looks at is not simulated memory.
 */
#include "../include/asm/tlb_insn.h"
#include "../include/linux/mm_types.h"
#include "../kernel/kernel.h"
#include "../kernel/vars.h"
#include "../sim/log.h"
#include "hw.h"

#define PCIDS_MAX	4

/**
 * struct tlb_context - what is cached under a PCID
 * @ctx_id: of which mm; 0: of none
 * @tlb_gen: up to which of its changes
 */
struct tlb_context {
	u64 ctx_id, tlb_gen;
};

struct cpu_tlbstate {
	struct mm_struct *loaded_mm;		/* NULL: init_mm */
	u16 loaded_mm_asid, next_asid;
	struct tlb_context ctxs[PCIDS_MAX];
};

struct flush_tlb_info {
	struct mm_struct *mm;
	struct tlb_scope scope;
	u64 new_tlb_gen;			/* 0: whatever it is now */
};

static struct cpu_tlbstate tlbstate[CPUS_MAX];
static struct flush_tlb_info infos[64];
static u32 nr_infos;

void x86_tlb_begin(void)
{
	memset(tlbstate, 0, sizeof(tlbstate));
	nr_infos = 0;
}

/* A number that no other mm has had: top table, and its generation. */
static u64 ctx_id(const struct mm_struct *mm)
{
	u32 frame = off_frame((u32)mem_off(mm->pgd));

	return (u64)page_generation(frame) << 32 | (frame + 1);
}

static u16 kern_pcid(u16 asid)
{
	return hw.pcids ? (u16)(asid + 1) : 0;
}

/* --- switching ------------------------------------------------------------ */

/* Return: the slot for @next; @flush: what is cached there is not of use. */
static u16 choose_new_asid(struct cpu_tlbstate *ts, u64 id, u64 next_tlb_gen,
			   bool *flush)
{
	u16 asid;

	SIM_BUG_ON(hw.pcids > PCIDS_MAX);
	if (!hw.pcids) {
		*flush = true;
		return 0;
	}
	for (asid = 0; asid < hw.pcids; asid++) {
		if (ts->ctxs[asid].ctx_id != id)
			continue;
		*flush = ts->ctxs[asid].tlb_gen < next_tlb_gen;
		return asid;
	}
	/* Somebody else's: the least recently given one. */
	asid = ts->next_asid;
	ts->next_asid = (u16)((asid + 1) % hw.pcids);
	*flush = kernel_does(STEP_PCID_FLUSH);
	return asid;
}

static void load_new_mm(struct cpu_tlbstate *ts, struct mm_struct *next,
			u16 asid, u64 tlb_gen, bool flush)
{
	ts->ctxs[asid] = (struct tlb_context){ ctx_id(next), tlb_gen };
	ts->loaded_mm = next;
	ts->loaded_mm_asid = asid;
	write_cr3(next, kern_pcid(asid), !flush);
}

/* Back from a kernel thread to the mm that stayed loaded. */
static void leave_lazy(struct cpu_tlbstate *ts, struct mm_struct *mm)
{
	u16 asid = ts->loaded_mm_asid;
	u64 tlb_gen;

	/* Who incremented tlb_gen before saw us lazy; now we see it. */
	smp_mb();
	tlb_gen = (u64)atomic64_read(&mm->context.tlb_gen);
	if (ts->ctxs[asid].tlb_gen < tlb_gen && kernel_does(STEP_LAZY_FLUSH))
		load_new_mm(ts, mm, asid, tlb_gen, true);
}

static void load_init_mm(struct cpu_tlbstate *ts)
{
	ts->loaded_mm = NULL;
	write_cr3(NULL, 0, hw.pcids);
}

/* The locked instruction that sets the bit is the barrier. */
static u64 join(struct mm_struct *mm, u32 cpu)
{
	u64 tlb_gen;

	if (kernel_does(STEP_MASK_FIRST)) {
		cpumask_set_cpu(cpu, mm_cpumask(mm));
		return (u64)atomic64_read(&mm->context.tlb_gen);
	}
	tlb_gen = (u64)atomic64_read(&mm->context.tlb_gen);
	cpumask_set_cpu(cpu, mm_cpumask(mm));
	return tlb_gen;
}

void x86_switch_mm(struct agent *a, struct mm_struct *next)
{
	struct cpu_tlbstate *ts = &tlbstate[a->id];
	struct mm_struct *prev = ts->loaded_mm;
	bool was_lazy = READ_ONCE(kvars->is_lazy[a->id]), flush;
	u64 tlb_gen;
	u16 asid;

	if (was_lazy)
		WRITE_ONCE(kvars->is_lazy[a->id], 0);
	if (prev == next) {
		if (was_lazy && next) {
			leave_lazy(ts, next);
			event_note(EV_LAZY, a, 0, false, 0, 0, 0, 0);
		}
		return;
	}
	if (prev)
		cpumask_clear_cpu(a->id, mm_cpumask(prev));
	if (!next) {
		load_init_mm(ts);
		return;
	}
	tlb_gen = join(next, a->id);
	asid = choose_new_asid(ts, ctx_id(next), tlb_gen, &flush);
	load_new_mm(ts, next, asid, tlb_gen, flush);
}

void x86_enter_lazy_tlb(struct agent *a)
{
	if (!tlbstate[a->id].loaded_mm)
		return;
	event_note(EV_LAZY, a, 0, true, 0, 0, 0, 0);
	WRITE_ONCE(kvars->is_lazy[a->id], 1);
}

/* --- flushing ------------------------------------------------------------- */

static u64 peek(const volatile void *p)
{
	return mem_peek((u32)mem_off(p), 8);
}

/* In the handler: @to has no buffered stores, and takes no step. */
static void set(struct agent *to, const volatile void *p, u64 val, u32 size)
{
	u32 off = (u32)mem_off(p);

	mem_force_rmw(to, off, size);
	mem_commit_own(to, off, val, size);
}

/* A lazy CPU that is interrupted anyway leaves the mm: no more of this. */
static void leave_mm(struct agent *to, struct cpu_tlbstate *ts)
{
	struct cpumask *mask = mm_cpumask(ts->loaded_mm);
	struct tlb_scope all = { .end = ~0UL };

	set(to, &kvars->is_lazy[to->id], 0, 8);
	set(to, &mask->bits, mem_peek((u32)mem_off(mask), 4) &
			     ~(1u << to->id), 4);
	ts->loaded_mm = NULL;
	ctx_install(to, mm_root(NULL), 0);
	if (!hw.pcids)
		tlb_invalidate_scope(to, &all, false);
}

static void flush_tlb_func(struct agent *to, u32 n)
{
	struct flush_tlb_info *f = &infos[n];
	struct cpu_tlbstate *ts = &tlbstate[to->id];
	struct tlb_scope s = f->scope;
	u64 mm_tlb_gen, *local;

	if (!ts->loaded_mm || (f->mm && f->mm != ts->loaded_mm))
		return;
	if (peek(&kvars->is_lazy[to->id])) {
		leave_mm(to, ts);
		return;
	}
	local = &ts->ctxs[ts->loaded_mm_asid].tlb_gen;
	mm_tlb_gen = peek(&ts->loaded_mm->context.tlb_gen);
	if ((f->new_tlb_gen && f->new_tlb_gen <= *local) ||
	    *local == mm_tlb_gen)
		return;
	s.asid = kern_pcid(ts->loaded_mm_asid);
	s.tables = rule(R_INV_9);
	s.globals = true;
	/* A part will do only if nothing was missed and nothing is to come. */
	if (f->new_tlb_gen != *local + 1 || f->new_tlb_gen != mm_tlb_gen) {
		s.start = 0;
		s.end = ~0UL;
		s.globals = false;
	}
	tlb_invalidate_scope(to, &s, false);
	*local = mm_tlb_gen;
}

/* CPUs of @mask that are not lazy. */
static u32 not_lazy(struct agent *a, u32 mask)
{
	for (u32 i = 0; i < sim.nr_cpus; i++)
		if (i != a->id && mask & 1u << i &&
		    READ_ONCE(kvars->is_lazy[i]))
			mask &= ~(1u << i);
	return mask;
}

void x86_flush(struct agent *a, struct mm_struct *mm, u32 mask,
	       const struct tlb_scope *s, bool freed_tables, u64 pc)
{
	struct flush_tlb_info info = { .mm = mm, .scope = *s };
	u32 n;

	if (mm) {
		/* Full barrier: before the mask and is_lazy are looked at. */
		info.new_tlb_gen =
			(u64)atomic64_inc_return(&mm->context.tlb_gen);
		mask = cpumask_bits(mm_cpumask(mm));
	}
	/* A lazy CPU may still walk into tables that are about to be freed. */
	if (!freed_tables)
		mask = not_lazy(a, mask);
	sim_point(a, 0, false);
	n = nr_infos++ % ARRAY_SIZE(infos);
	infos[n] = info;
	flush_issue(a, &infos[n].scope, mask, pc);
	if (mask & 1u << a->id)
		flush_tlb_func(a, n);
	ipi_send_all(mask, flush_tlb_func, n, pc);
}
