/* SPDX-License-Identifier: MIT */
/*
 * machine - everything that code under test may ask of the simulated machine
 *
 * The kernel's spellings (linux/compiler.h, linux/atomic.h ...) end here, and
 * so will the leaf headers of a real Linux tree. Small and stable on purpose.
 *
 * Addresses outside simulated memory (the stack, constants) are accessed
 * directly: nobody else can see them.
 *
 * Each function is one step of the running agent: the scheduler may run
 * another agent before it.
 */
#ifndef MACHINE_H
#define MACHINE_H

typedef unsigned long long machine_u64;

/** machine_load() - a marked load of @size (1, 2, 4, 8) bytes */
machine_u64 machine_load(const volatile void *p, unsigned int size);

/** machine_store() - a marked store; may wait in the store buffer */
void machine_store(volatile void *p, machine_u64 val, unsigned int size);

/** machine_load_acquire() - no later access of this agent comes before it */
machine_u64 machine_load_acquire(const volatile void *p, unsigned int size);

/** machine_store_release() - no earlier access of this agent comes after it */
void machine_store_release(volatile void *p, machine_u64 val,
			   unsigned int size);

/*
 * What an atomic does, and in which order. Without a word about order it is
 * fully ordered, as kernel atomics are that return a value.
 */
enum machine_rmw {
	MACHINE_XCHG, MACHINE_ADD, MACHINE_AND, MACHINE_OR, MACHINE_XOR,
	MACHINE_RELAXED	= 0x100,
	MACHINE_ACQUIRE	= 0x200,
	MACHINE_RELEASE	= 0x400,
	MACHINE_NORET	= 0x800,	/* returns nothing, orders nothing */
};

/** machine_rmw() - atomic read-modify-write; Return: the old value */
machine_u64 machine_rmw(volatile void *p, machine_u64 val, unsigned int size,
			enum machine_rmw op);

/**
 * machine_cmpxchg() - atomic compare and exchange
 * Return: the value found; equal to @old when @new was stored.
 */
machine_u64 machine_cmpxchg(volatile void *p, machine_u64 old, machine_u64 val,
			    unsigned int size);

/** machine_cmpxchg_ord() - as machine_cmpxchg(), in order @ord: MACHINE_* */
machine_u64 machine_cmpxchg_ord(volatile void *p, machine_u64 old,
				machine_u64 val, unsigned int size,
				unsigned int ord);

/** machine_writel() - store to a device's register; orders nothing */
void machine_writel(unsigned int val, volatile void *reg);
/** machine_readl() - load of one; orders nothing */
unsigned int machine_readl(const volatile void *reg);

/*
 * MACHINE_DSB waits for this agent's stores and for the invalidations that it
 * has issued; MACHINE_DSB_ST for its stores only; MACHINE_DSB_LD for its loads.
 */
enum machine_fence {
	MACHINE_MB, MACHINE_RMB, MACHINE_WMB, MACHINE_BARRIER,
	MACHINE_DSB, MACHINE_DSB_ST, MACHINE_DSB_LD, MACHINE_ISB,
};

/** machine_fence() - order this agent's accesses (R-F-MB, R-F-DSB ...) */
void machine_fence(enum machine_fence fence);

/* What machine_tlbi() takes away, and from whom. */
enum machine_tlbi {
	MACHINE_TLBI_LOCAL	= 0,
	MACHINE_TLBI_BROADCAST	= 0x1,	/* from all CPUs */
	MACHINE_TLBI_LEAF	= 0x2,	/* entries that lead to tables stay */
};

/**
 * machine_tlbi() - issue an invalidation of translations of [@start, @end)
 *
 * It is ordered after no store of this agent without a MACHINE_DSB_ST or
 * MACHINE_DSB between, and complete only after a MACHINE_DSB (R-INV-1, R-INV-7,
 * R-INV-8).
 */
void machine_tlbi(machine_u64 start, machine_u64 end, enum machine_tlbi what);

/** machine_relax() - this agent spins; let the others go on */
void machine_relax(void);

/** machine_bug() - BUG_ON() or WARN_ON() in the code under test fired */
void machine_bug(const char *what, const char *file, int line);

#endif
