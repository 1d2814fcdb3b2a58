/* SPDX-License-Identifier: MIT */
/*
 * kernel - the environment that code under test lives in
 *
 * Locks, interrupts, RCU, the page allocator: implemented here once, trusted,
 * and kept small, because a wrong environment makes false reports. The code
 * under test sees it through model/include only; scenarios and the run use
 * this header.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "../fmt/fmt.h"
#include "../sim/mem.h"
#include "../sim/state.h"

/* What sim_block() waits for when it is not the offset of a lock word. */
enum { WAIT_IPI = 0xff000000u, WAIT_RCU = 0xff000100u, WAIT_RCU_WORK,
       WAIT_TLBI = 0xff000200u, WAIT_DEVICE = 0xff000300u,
       WAIT_EVENTQ = 0xff000400u, WAIT_NOTIFIER = 0xff000500u };

/** enum fault_point - places that a schedule can make fail */
enum fault_point {
	FAULT_ALLOC_PAGE,	/* alloc_pages() returns NULL */
	FAULT_KMALLOC,		/* kmalloc() returns NULL */
	FAULT_TRYLOCK,		/* spin_trylock() fails for no reason */
	FAULT_CMDQ_SLOW,	/* the SMMU lets its command queue fill up */
	FAULT_SYNC_TIMEOUT,	/* a wait for the command queue times out */
	FAULT_ATS_REFUSED,	/* a translation request is refused */
	FAULT_ATC_TIMEOUT,	/* a device does not answer an invalidation */
	FAULT_TLBIE,		/* powerpc: the first tlbie is lost */
	FAULT_NR
};

/** fault() - does this fault point fail here? One question per step. */
bool fault(enum fault_point point);
const char *fault_name(enum fault_point point);

/* --- options of a run ----------------------------------------------------- */

/** enum kernel_step - steps of the environment that a run can leave out */
enum kernel_step {
	STEP_LAZY_FLUSH,	/* x86: flush what was missed in lazy mode */
	STEP_PCID_FLUSH,	/* x86: flush a PCID that is used anew */
	STEP_MASK_FIRST,	/* x86: in the mask before tlb_gen is read */
	STEP_ROLLOVER_FLUSH,	/* arm64: every CPU flushes after a rollover */
	STEP_SWITCH_DSB,	/* arm64: dsb at a context switch */
	STEP_TLBIE_FIXUP,	/* powerpc: a second tlbie where one may be lost */
	STEP_NR
};

/**
 * struct kernel_options - the kernel of the runs to come; zero: the least
 * @flush_pending: mmu_gather keeps mm->tlb_flush_pending, and flushes all when
 *	it is not alone
 * @vma_locks: per-VMA locks (CONFIG_PER_VMA_LOCK)
 * @omitted: mask of enum kernel_step
 */
struct kernel_options {
	bool flush_pending, vma_locks;
	u32 omitted;
};

extern struct kernel_options kernel;

/** kernel_does() - is this step there in this run? */
static inline bool kernel_does(enum kernel_step step)
{
	return likely(!(kernel.omitted & 1u << step));
}

const char *kernel_step_name(enum kernel_step step);

/** kernel_setup() - before a scenario's setup: no option, no variable set */
void kernel_setup(void);

/* --- rcu ----------------------------------------------------------------- */

/** rcu_agent_main() - program of the agent that runs callbacks */
void rcu_agent_main(void);
/** rcu_begin() - a run begins; @agent runs the callbacks */
void rcu_begin(struct agent *agent);
/** rcu_entered() - @a enters its outermost reader (R-RCU-1) */
void rcu_entered(struct agent *a);
/** rcu_left() - @a may have left its outermost reader */
void rcu_left(struct agent *a);
/**
 * rcu_gp_begin() - @a begins to wait for the readers there are
 * Return: number of the grace period.
 */
u32 rcu_gp_begin(struct agent *a);
/** rcu_gp_over() - have its readers left? */
bool rcu_gp_over(u32 n);
/** rcu_gp_end() - @a goes on after it: sees what its readers did */
void rcu_gp_end(struct agent *a);
void rcu_state(struct state *s);
/** rcu_pending() - callbacks not run yet; leaks when the run has ended */
u32 rcu_pending(void);

static inline bool rcu_reader(const struct agent *a)
{
	return a->rcu_depth || a->irq_off;
}

/* --- interrupts ---------------------------------------------------------- */

void irq_begin(void);
/**
 * ipi_send_all() - interrupt the CPUs in @mask; wait until all have taken it
 * @fn: runs for each target when it takes the interrupt: no steps in it
 */
void ipi_send_all(u32 mask, void (*fn)(struct agent *to, u32 arg), u32 arg,
		  u64 pc);
/** irq_entered() - @to takes an exception from one who had seen @view */
void irq_entered(struct agent *to, u32 view);

/* --- pages --------------------------------------------------------------- */

/**
 * page_alloc_init() - all frames free; once per scenario, before setup
 * @huge_order: of the blocks that are not single pages
 */
void page_alloc_init(u32 huge_order);
/** page_alloc_baseline() - the present state is what runs start from */
void page_alloc_baseline(void);
/** page_alloc_reset() - back to the baseline; free if nothing was touched */
void page_alloc_reset(void);
/** page_take() - for setup: take frame @frame, 2^@order of them */
void page_take(u32 frame, u32 order);
/** page_generation() - how often the frame has been allocated */
u32 page_generation(u32 frame);
u32 page_order(u32 frame);
/** page_level() - of the page table in the frame, 0 for data */
u32 page_level(u32 frame);

/* --- objects (jemalloc) -------------------------------------------------- */

/** slab_init() - create the arenas; once per process */
void slab_init(void);
/** slab_setup_alloc() - an object that lives as long as the scenario */
void *slab_setup_alloc(size_t size);
/** slab_setup_reset() - forget all objects, for another scenario's setup */
void slab_setup_reset(void);
/** slab_reset() - free what the run allocated; Return: objects it leaked */
u32 slab_reset(void);
/** slab_live() - objects allocated in this run and not freed */
u32 slab_live(void);

/* --- locks --------------------------------------------------------------- */

void lock_begin(void);
/** lock_try_spin() - store @val in the lock at @word if it is free: one step */
bool lock_try_spin(struct agent *a, u32 word, u32 val, u64 pc);
/** lock_release_spin() - release it: a store-release */
void lock_release_spin(struct agent *a, u32 word, u64 pc);
/** lock_saw_taken() - a trylock on @word failed (R-LK-3) */
void lock_saw_taken(struct agent *a, u32 word);

#endif
