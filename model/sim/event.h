/* SPDX-License-Identifier: MIT */
/*
 * event - the append-only log of one run
 *
 * Everything that oracles, explain, coverage and the log hash know about a run
 * is here. An event holds no host address except @pc, which is not hashed:
 * the same schedule gives the same log in every build.
 *
 * Plain accesses are logged but not hashed: a compiler may merge two of them
 * (architecture promise 1), marked accesses and calls it may not.
 */
#ifndef SIM_EVENT_H
#define SIM_EVENT_H

#include "types.h"

enum event_type {
	EV_NONE,
	/* memory: off, size, val (for stores the new value), old */
	EV_LOAD,	/* val read; ver = version read (0: initial) */
	EV_STORE,	/* visible at once */
	EV_STORE_BUF,	/* entered the store buffer, not yet visible */
	EV_COMMIT,	/* a buffered store became visible */
	EV_RMW,		/* old -> val, atomic */
	EV_FENCE,	/* val = enum fence */
	/* control */
	EV_OP_BEGIN,	/* off = op number, val = argument */
	EV_OP_END,	/* off = op number, val = result */
	EV_LOCK,	/* off = lock word; val = enum lock_mode */
	EV_UNLOCK,
	EV_BLOCK,	/* waits; off = what for */
	EV_IRQ_OFF,
	EV_IRQ_ON,
	EV_IPI_SEND,	/* val = target CPU */
	EV_IPI_DONE,	/* on the target; val = sender */
	EV_RCU_LOCK,
	EV_RCU_UNLOCK,
	EV_RCU_CALL,
	EV_RCU_RUN,	/* a callback runs: its grace period is over */
	EV_FAULT,	/* fault point val fails */
	EV_STUCK,	/* val = enum stuck */
	EV_BUG,		/* BUG_ON() or WARN_ON() fired; val = line */
	EV_END,		/* everything drained */
	/* pages: off = frame's address, val = generation, size = order */
	EV_PAGE_ALLOC,
	EV_PAGE_FREE,
	EV_PAGE_GET,	/* a reference taken on the folio headed by off */
	EV_PAGE_PUT,
	EV_PAGE_FREEZE,	/* reference count frozen to zero */
	EV_PAGE_SPLIT,	/* folio split into single pages */
	EV_PAGE_DIRTY,	/* folio marked dirty */
	EV_PAGE_CLEAN,	/* folio's content written back and declared clean */
	EV_PAGE_MOVE,	/* content moved to the frame at old */
	EV_TABLE,	/* page becomes a page table of level val */
	/* hardware: off = slot, val = entry, size = level */
	EV_WALK,	/* descriptor used by an MMU; ver as for EV_LOAD */
	EV_WALK_AD,	/* accessed/dirty update: old -> val */
	EV_ACCESS,	/* user access done: off = physical, val = va */
	EV_PGFAULT,	/* val = va; off = slot; old: others can still run */
	/*
	 * Invalidation issued of addresses [val, old); off: 0, or 1 + the
	 * only tag it is for; size: the only level, or 0; ver: its number
	 * << 8 | mask of the agents it goes to
	 */
	EV_TLBI,
	EV_TLBI_DONE,	/* delivered at this agent; ver 0: its own affair */
	/* declared by scenarios */
	EV_WATCH,	/* off = slot, size = level, val = its va: show it */
	EV_OBSERVED,	/* the op acts on entry val of slot off, read since ver */
	EV_PINNED,	/* gup success: off = frame, val = va */
	EV_UNPINNED,
	/* devices and their SMMU */
	EV_SMMU_CMD,	/* consumed: off = its place; val, old = its words as
			 * read; ver = time at which it was published */
	EV_SMMU_CFG,	/* used: off = structure; val, old = words 0 and 1 as
			 * read; size = 0: stream table entry, 1: context */
	EV_SMMU_CFGI,	/* configuration invalidated; val, old = command */
	EV_SMMU_FAULT,	/* off = slot; val = address; size = event number;
			 * old = stall tag, ~0: the access is aborted */
	EV_DMA,		/* device access done: off = physical, val = address;
			 * ver = slot of the entry, 0: not translated here */
	EV_ATS_GRANT,	/* device may access: off = page; val = address; old =
			 * entry; ver = its slot */
	EV_ATS_INV,	/* device forgets addresses [val, old) */
	EV_PRI,		/* page request of val; size = 0: asked, 1: answered,
			 * old = the answer */
	EV_CLEAN,	/* off = first byte, val = bytes cleaned to memory */
	EV_FLUSHED,	/* promised: [val, old) is flushed everywhere, as it
			 * was at time ver; weak machines only */
	EV_DEFERS,	/* what the op invalidates may be delivered after it */
	EV_CONTEXT,	/* hardware: walks go from root off, with tag val */
	EV_LAZY,	/* val = 1: the tables stay, but no user access and no
			 * interrupt to flush until val = 0 or EV_CONTEXT */
	EV_NR
};

enum stuck {
	STUCK_DEADLOCK,		/* agents wait for each other; none can run */
	STUCK_LIVELOCK,		/* the step budget ran out, agents still busy */
	STUCK_FAULTS,		/* one access faults for ever, nothing changes */
};

enum {
	EVF_PLAIN	= BIT(0),	/* unmarked access; not hashed */
	EVF_HW		= BIT(1),	/* done by hardware of this agent */
	EVF_FORWARD	= BIT(2),	/* load satisfied from the own buffer */
	EVF_STALE	= BIT(3),	/* not the newest version */
	EVF_FAILED	= BIT(4),	/* cmpxchg, trylock, try_get: did nothing */
	EVF_WRITE	= BIT(5),	/* EV_ACCESS, EV_PGFAULT: a write */
	EVF_TRY		= BIT(6),	/* EV_LOCK: would not have waited */
	EVF_LEAF	= BIT(6),	/* EV_TLBI: what leads to tables stays */
	EVF_ATS		= BIT(7),	/* EV_DMA: by a device that translated it itself */
	EVF_ORDER	= BIT(7),	/* accesses: acquire load, release store or
					 * atomic; weak machines only */
};

/**
 * struct event - one indivisible step, or a fact the environment states
 * @val: see enum event_type
 * @old: see enum event_type
 * @off: address as an offset into simulated memory, or see the type
 * @ver: version read, or see the type
 * @key: op, step and sub-step of the agent, see KEY()
 * @type: enum event_type
 * @agent: whose step
 * @size: bytes accessed, or see the type
 * @flags: EVF_*
 * @pc: return address in the code under test; for people, never hashed
 */
struct event {
	u64 val, old;
	u32 off, ver, key;
	u8 type, agent, size, flags;
	u64 pc;
};

#define EVENT_MAX	(1u << 16)

struct event_log {
	u32 nr;
	struct event ev[EVENT_MAX];
};

extern struct event_log event_log;

/** event_type_name() - "load", "store" ... as explain prints it */
const char *event_type_name(enum event_type type);

/**
 * event_log_hash() - 64-bit hash of the log: the identity of a run
 * Return: XXH64 of every event that is not a plain access, without @pc.
 */
u64 event_log_hash(const struct event_log *log);

#endif
