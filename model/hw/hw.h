/* SPDX-License-Identifier: MIT */
/*
 * hw - the agents that software does not write: MMUs and their TLBs
 *
 * Not here: entry bits (fmt), interrupts (model/kernel/irq.c).
 */
#ifndef HW_H
#define HW_H

#include "../fmt/fmt.h"
#include "../sim/mem.h"
#include "../sim/state.h"
#include "rule.h"

/** enum flush_kind - how this machine invalidates other CPUs' TLBs */
enum flush_kind {
	FLUSH_IPI,		/* x86: interrupt them (R-INV-9) */
	FLUSH_BROADCAST,	/* arm64, INVLPGB: in flight until sync (R-INV-1) */
	FLUSH_SBI,		/* riscv: firmware of the harts asked for (R-RV-1) */
	FLUSH_IDTE,		/* s390: all CPUs in one step (R-S390-1) */
	FLUSH_TLBIE,		/* powerpc: broadcast, between ptesyncs (R-PPC-1) */
};

/** enum mm_kind - how this machine's kernel switches address spaces */
enum mm_kind {
	MM_PLAIN,		/* no tags: a switch flushes (riscv, no ASIDs) */
	MM_X86,			/* tlb_gen, lazy mode, PCIDs: x86_tlb.c */
	MM_ARM64,		/* ASIDs with generations: context.c */
};

/**
 * struct hw - the machine of a run; zero is a plain x86
 * @fmt: entry format of its page tables
 * @root: offset of the top table installed on every CPU
 * @flush: how TLBs are invalidated
 * @va, @nr_va: addresses that a speculative walk may touch (R-WALK-7)
 * @speculates: whether such walks are among the choices of a run
 * @ha, @hd: masks of agents whose MMU sets accessed, dirty bits, where that is
 *	an option (AD_OPTION)
 * @dvm: mask of agents other than CPUs that broadcast invalidations reach
 * @noncoherent: mask of agents that see memory only as far as it was cleaned
 * @bbml: level at which CPUs tolerate a change of size (R-BBM-3)
 * @ets: FEAT_ETS2 or 3: what orders translation faults (R-WALK-4, R-WALK-5)
 * @haft: entries that lead to tables have an accessed bit (R-AD-11)
 * @svvptc: entries that are not valid are never cached (R-RV-1)
 * @mm: how its kernel switches address spaces; for flushes of an mm that has
 *	been switched to
 * @masked: flushes of an mm reach the CPUs in mm_cpumask() only
 * @pcids: x86: how many PCIDs its kernel uses; 0: none
 * @leaf_only: an invalidation by address leaves what leads to tables (riscv,
 *	radix)
 * @tlbie_bug: the first tlbie of a sequence may be lost (R-PPC-1)
 * @mixes: entries that contradict are also amalgamated, or raise a conflict
 *	abort (R-BBM-4, no FEAT_BBML); where the format asks for
 *	break-before-make
 * @exact_inv: R-INV-6 instead of R-INV-6s: an access may use what has been
 *	invalidated if it could have been executed before
 */
struct hw {
	const struct fmt *fmt;
	u32 root;
	enum flush_kind flush;
	const u64 *va;
	u32 nr_va;
	bool speculates;
	u32 ha, hd, dvm, noncoherent;
	u8 ets, bbml;
	bool haft, svvptc, mixes, exact_inv;
	enum mm_kind mm;
	u8 pcids;
	bool masked, leaf_only, tlbie_bug;
};

extern struct hw hw;

/** hw_begin() - a run begins: nothing invalidated yet */
void hw_begin(void);

/** hw_refers() - mem_refers of a machine with page tables (R-DEP-2) */
u32 hw_refers(u32 off, u64 val, struct span span[4]);

static inline bool hw_sets_young(const struct agent *a)
{
	return hw.fmt->ad == AD_ALWAYS ||
	       (hw.fmt->ad == AD_OPTION && hw.ha & 1u << a->id);
}

static inline bool hw_sets_dirty(const struct agent *a)
{
	return hw.fmt->ad == AD_ALWAYS ||
	       (hw.fmt->ad == AD_OPTION && hw.hd & 1u << a->id);
}

/** hw_bbml() - level that software must keep to: the lowest (R-SMMU-10) */
u8 hw_bbml(void);

/* --- memory as agents see it that are not coherent (R-SMMU-8) ------------- */

/** clean_begin() - a run begins: all of memory is clean; part of hw_begin() */
void clean_begin(void);
/** clean_time() - when the word at @off was last cleaned */
u32 clean_time(u32 off);

/* --- contexts: which tables an agent walks (R-TLB-8) ---------------------- */

#define ASID_ALL	0xffff

/**
 * ctx_install() - from now on @a walks from @root, with tag @asid
 * Entries with other tags stay in the TLB.
 */
void ctx_install(struct agent *a, u32 root, u16 asid);
u32 ctx_root(const struct agent *a);
u16 ctx_asid(const struct agent *a);

/**
 * ctx_held_until() - until when could @a read an entry into its TLB?
 * @root: tables that it belongs to; @global: whatever the tag
 * @start, @end: times between which it was the newest
 *
 * Return: the end of the last moment at which a context with @root and the
 * present tag was installed then; 0: there was none.
 */
u32 ctx_held_until(const struct agent *a, u32 root, bool global, u32 start,
		   u32 end);

/** ctx_other_roots() - other tables that @a has walked with the present tag */
u32 ctx_other_roots(const struct agent *a, u32 *roots, u32 max);
void ctx_begin(void);

/* --- TLB: what may be cached (R-TLB-1) ----------------------------------- */

/**
 * struct tlb_scope - what an invalidation takes away (R-INV-2)
 * @start, @end: addresses
 * @asid: tag, or ASID_ALL; entries that are global only go with ASID_ALL
 * @leaf: entries that lead to tables stay
 * @level: only entries of this level go; 0: of all
 * @tables: all entries that lead to tables go, whatever their address (INVLPG)
 * @globals: global entries go as well, whatever the tag (INVLPG)
 * @nr, @to: for the log: its number, mask of the agents it goes to
 */
struct tlb_scope {
	u64 start, end;
	u16 asid;
	bool leaf, tables, globals;
	u8 level, to;
	u16 nr;
};

/**
 * tlb_invalidate() - an invalidation of [@start, @end) reaches @a
 * Old versions of entries that cover the range are unusable there from now on.
 */
void tlb_invalidate(struct agent *a, u64 start, u64 end);

/** tlb_scope_of() - what tlb_invalidate() takes away */
struct tlb_scope tlb_scope_of(u64 start, u64 end);

/** tlb_note() - @type of the event: EV_TLBI or EV_TLBI_DONE */
void tlb_note(u32 type, struct agent *a, const struct tlb_scope *s, u64 pc);

/** tlb_cpus() - mask of those a broadcast goes to */
u8 tlb_cpus(void);

/** tlb_invalidate_scope() - as above; @remote: another CPU issued it */
void tlb_invalidate_scope(struct agent *a, const struct tlb_scope *s,
			  bool remote);

/**
 * tlb_purge() - an invalidation reaches all CPUs at once, or only @a (@local)
 * What others stored through covered translations is visible then.
 */
void tlb_purge(struct agent *a, const struct tlb_scope *s, bool local);

/**
 * struct tlb_entry - an entry as a TLB would hold it
 * @va: address that is translated, @level: of the slot
 * @table: it leads to a table
 * @cont: it is a member of a contiguous group
 * @global, @asid: tag
 */
struct tlb_entry {
	u64 va;
	u32 level;
	bool table, global, cont;
	u16 asid;
};

/**
 * tlb_dropped() - first invalidation of @e that reached @a at or after @from
 * @remote: set to whether another CPU issued it; may be NULL
 *
 * Return: its time, or 0 when there was none.
 */
u32 tlb_dropped(const struct agent *a, const struct tlb_entry *e, u32 from,
		bool *remote);

/**
 * tlb_led_since() - time since which @slot has led to the table that @val says
 * @start: time since which it has had the value @val
 * Changes of accessed bits on the way do not count.
 */
u32 tlb_led_since(u32 slot, u32 level, u64 val, u32 start);

/* R-TLB-6: newest translation of @slot that @a has used. */
u32 tlb_used(const struct agent *a, u32 slot);
void tlb_use(const struct agent *a, u32 slot, u32 view);

/** tlb_begin() - forget all invalidations; part of hw_begin() */
void tlb_begin(void);
void tlb_state(struct state *s);
void tlb_scope_state(struct state *s, struct tlb_scope *scope);

/* --- invalidations in flight ---------------------------------------------- */

/**
 * tlbi() - issue an invalidation (R-INV-1, R-INV-3)
 * @broadcast: to all CPUs, else only to this one
 * It arrives at each in its own time; tlbi_sync() waits for that.
 */
void tlbi(struct agent *a, const struct tlb_scope *s, bool broadcast, u64 pc);
/**
 * tlbi_by_trap() - have the CPUs in @mask invalidate, by firmware
 * As tlbi(), but a recipient takes an exception for it, which it cannot hold
 * up: its interrupts do not matter.
 */
void tlbi_by_trap(struct agent *a, const struct tlb_scope *s, u32 mask, u64 pc);
/** tlbi_sync() - dsb: wait for @a's stores and invalidations (R-F-DSB) */
void tlbi_sync(struct agent *a, u64 pc);
void tlbi_begin(void);
/** flush_begin() - number the kernel's flushes anew; part of hw_begin() */
void flush_begin(void);
/** flush_issue() - @s gets a number and is noted: goes to the CPUs in @to */
void flush_issue(struct agent *a, struct tlb_scope *s, u32 to, u64 pc);

void tlbi_state(struct state *s);

/* --- address spaces: switch.c, x86_tlb.c, context.c ----------------------- */

struct mm_struct;

/** mm_root() - offset of the top table of @mm; NULL: of one without entries */
u32 mm_root(const struct mm_struct *mm);
/** mm_flush_asid() - tag that a flush of @mm is for */
u16 mm_flush_asid(struct mm_struct *mm);
/** mm_targets() - CPUs that a flush of @mm must reach: a step if @masked */
u32 mm_targets(struct mm_struct *mm);
void switch_begin(void);
void insn_begin(void);

void x86_switch_mm(struct agent *a, struct mm_struct *next);
void x86_enter_lazy_tlb(struct agent *a);
/** x86_flush() - @mm NULL: whatever each CPU in @mask has; else its mask */
void x86_flush(struct agent *a, struct mm_struct *mm, u32 mask,
	       const struct tlb_scope *s, bool freed_tables, u64 pc);
void x86_tlb_begin(void);

void arm64_switch_mm(struct agent *a, struct mm_struct *next);
void context_begin(void);

/* --- MMU ----------------------------------------------------------------- */

enum mmu_fault {
	MMU_F_NONE,
	MMU_F_TRANSLATION,	/* not valid */
	MMU_F_ACCESS,		/* accessed bit is software's, and clear */
	MMU_F_PERMISSION,
	MMU_F_CONFLICT,		/* two cached entries contradict (R-BBM-4) */
};

/**
 * struct mmu_use - one translation
 * @va, @write: what for
 * @newest: use no entry but the newest
 * @view: in: view of the address; out: what the access is ordered after
 * @off: physical offset of the word at the beginning of the page
 * @fault: why there is none
 * @restart: the world changed under the walk: do it again
 * @slot: of the entry that it ended at
 */
struct mmu_use {
	u64 va;
	bool write, newest;
	u32 view;
	u32 off;
	enum mmu_fault fault;
	bool restart;
	u32 slot;
};

/**
 * mmu_translate() - walk for one access by the running agent
 * The access belongs to the same step. Until mmu_forget() stores of @a are
 * marked as made through this translation.
 */
void mmu_translate(struct agent *a, struct mmu_use *u);
/** mmu_used() - the access was done */
void mmu_used(struct agent *a, const struct mmu_use *u);
void mmu_forget(struct agent *a);

enum mmu_result { MMU_OK, MMU_FAULT };

/**
 * mmu_access() - one user load or store by the running CPU
 * @va: address; @write: a store
 * @val: value stored, or where the loaded one goes
 *
 * Return: MMU_FAULT: not mapped, or not with that right.
 */
enum mmu_result mmu_access(u64 va, bool write, u64 *val);

#endif
