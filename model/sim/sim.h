/* SPDX-License-Identifier: MIT */
/*
 * sim - the scheduler: which agent takes the next step
 *
 * One simulation per process. An agent is anything that takes steps on its
 * own; agents that run code are fibers. Every access and every call of the
 * kernel's vocabulary passes sim_point() *before* it happens: that is the one
 * place where another agent may run instead.
 *
 * The dull run is fully defined: agents run their workload to the end, one
 * after another, in order of their number. Everything else is a deviation
 * (schedule.h), looked up or thought up behind choose().
 *
 * Not here: page tables, entries, any kernel call. sim knows nothing above it.
 */
#ifndef SIM_H
#define SIM_H

#include "event.h"
#include "fiber.h"
#include "schedule.h"

#define AGENTS_MAX	8
#define CPUS_MAX	6
#define OPS_MAX		8	/* slots in an agent's workload */
#define STORE_BUFFER	16	/* entries; R-CM-4 */
#define NO_KEY		(~0u)

enum agent_state { AGENT_DONE, AGENT_READY, AGENT_BLOCKED };

/* Why an agent needs a look before its next step. */
enum {
	ATTN_PLAIN	= BIT(0),	/* a plain write to be read back */
	ATTN_INJECT	= BIT(1),	/* a value to be taken out of memory */
	ATTN_BUFFER	= BIT(2),	/* stores wait in the buffer */
	ATTN_READING	= BIT(3),	/* as ATTN_INJECT, for a structure */
	ATTN_WRITING	= BIT(4),	/* as ATTN_PLAIN, for a structure */
};

enum tell {
	TELL_NOBODY,
	TELL_LOCK,		/* it releases the lock word it writes */
	TELL_DEVICE,		/* it writes a register (R-CM-5) */
};

/**
 * struct sb_entry - a store that is not visible yet
 * @due: own marked steps after which it commits by itself
 * @fwd: view that a load which it is forwarded to gets (R-ST-2)
 * @wep: write-barrier epoch in which it was made (R-CM-2)
 * @tell: who is told when it becomes visible: enum tell
 * @rel: a release: everything earlier comes first
 * @rmw: the write of an atomic: nobody else may write the cell before it
 * @rcu: made before the end of an RCU reader (R-RCU-2)
 * @ats: by a device that translated it itself
 * @hw: an accessed/dirty update (R-AD-6): no fence but a full DSB waits for it
 * @tva, @tslot, @tver: translation that the store went through: address, slot
 *	of the leaf, time of the version used; @tslot 0: none
 */
struct sb_entry {
	u64 val;
	u64 pc;
	u64 tva;
	u32 off, due, fwd;
	u32 tslot, tver;
	u16 wep;
	u8 size, flags;
	u8 tell, rel, rmw, rcu, hw, ats;
};

/**
 * struct views - how far an agent has seen; times of sim.now
 * @rd: its loads; @wr: its own visible stores
 * @fl: floor: no later load returns what was superseded at or before it
 * @st: own stores before the last write barrier
 * @rel: own visible release stores; @cap: branch conditions and addresses
 * @ul: @rd at the last unlock, @unlocked: no lock taken since (R-LK-2)
 * @rcu: what its finished RCU readers had seen
 * @cse: context synchronisation; @dsb: last dsb; @tlbi: own invalidations that
 *	have arrived; @hw: own accessed/dirty updates
 * @wep: write barriers so far
 */
struct views {
	u32 rd, wr, fl, st, rel, cap, ul, rcu, cse, dsb, tlbi, hw;
	u16 wep;
	u8 unlocked;
};

#define DEPS_MAX	16

/** struct dep - loads of [start, end) see at least @view (R-DEP-2) */
struct dep {
	u32 start, end, view;
};

/**
 * struct agent - something that takes steps
 * @key: where it is: op, step, sub-step
 * @next_key: the next place where its part of the schedule has a record
 * @attn: ATTN_*
 * @steps: own marked steps since the run began
 */
struct agent {
	u32 key, next_key;
	u8 id, state, attn, is_cpu;
	u8 irq_off, rcu_depth, in_insn, restart;
	u8 in_exception;	/* from a fault to the next user access */
	u32 steps;
	u32 wait;		/* what it is blocked on */
	u32 prio;		/* strategy's scratch */
	/* the access it is about to make, for conflict-aware strategies */
	u32 next_off;
	u8 next_write;
	u8 nr_sb;
	u8 nr_dep, next_dep;
	/* weak models: dependencies of the access it makes, if known exactly */
	u8 exact;
	u32 addr_view, data_view, got;
	u32 limit;		/* the access must come before this (R-INV-6) */
	u64 tva;		/* translation of the access, as in sb_entry */
	u32 tslot, tver;
	/* records of the schedule at pend_key */
	u32 pend_key;
	u16 dev_i, dev_end;
	u16 pend[DEV_NR];
	u16 pend_mask;
	/* one plain write in flight and one injected value (plain.c) */
	u32 pw_off, inj_off, early_off;
	u64 pw_old, inj_val, early_val;
	u64 pw_pc;
	u8 pw_size, inj_size, early_size, has_inj, has_early;
	u8 op;			/* running slot */
	struct views v;
	struct sb_entry sb[STORE_BUFFER];
	struct dep dep[DEPS_MAX];
	void (*main)(void);	/* its program */
	struct fiber fiber;
	bool entered;		/* in this run */
	bool parked;		/* its fiber waits for the next run */
};
#define OP_NONE		0xff

struct strategy_ops;

enum verdict { VERDICT_PASS, VERDICT_FAIL };

/**
 * struct mem_model - memory profile: one implementation, three flags
 * @buffer: stores may wait in the agent's buffer
 * @fifo: they leave it in order
 * @stale: loads may return older versions; fences and dependencies matter
 */
struct mem_model {
	const char *name;
	const char *summary;
	bool buffer, fifo, stale;
};

/* NULL name ends; strongest first. */
extern const struct mem_model mem_models[];
/** mem_model_find() - profile called @name, or NULL */
const struct mem_model *mem_model_find(const char *name);
/** mem_model_set() - the profile of the runs to come */
void mem_model_set(const struct mem_model *m);
/**
 * sim_explore() - from now on, until sim_begin(), nothing happens by itself
 * The caller takes the steps, one at a time, and sees in sim.blocked that one
 * could not be taken.
 */
void sim_explore(const struct strategy_ops *ops);

/**
 * struct sim - the one simulation
 * @cur: running agent, NULL outside a run (setup, checks)
 * @steps: steps of all agents; @horizon: the next one that needs a look
 * @asks: mask of enum dev_kind; a strategy's begin() may clear kinds that it
 *	answers dully in this run anyway
 * @now: commit counter: advances with every commit and TLBI delivery
 */
struct sim {
	struct agent *cur;
	u32 steps, horizon;
	u32 marks;		/* marked steps: what late and delay count */
	u32 now;
	u64 run;		/* number of this run; stamps what it touched */
	u32 runnable;		/* mask of agents that can take a step */
	u32 switch_at, late_at, budget;
	u32 asks;		/* kinds of question that may get an answer */
	u8 nr_agents, nr_cpus;
	u8 resume;		/* who was interrupted by a delivery */
	bool replay;
	bool split64;		/* 32-bit machine: 64-bit accesses are two */
	u8 cell_lg2;		/* 2 or 3: bytes of an atomic cell */
	bool buffer, fifo, stale;	/* struct mem_model */
	bool queued;		/* every store goes through the buffer */
	u8 nr_rmw;		/* atomics whose write is not visible yet */
	bool explore;		/* all executions: nothing happens by itself */
	bool blocked;		/* the step under way cannot be taken now */
	u8 verdict;
	struct fiber main;
	struct agent agent[AGENTS_MAX];
	const struct strategy_ops *strategy;
	struct schedule taken;	/* non-dull answers of this run, in order */
};

extern struct sim sim;

/** sim_set_horizon() - after a change of switch_at or budget */
static inline void sim_set_horizon(void)
{
	sim.horizon = min_u32(sim.switch_at, sim.budget);
}

/**
 * struct strategy_ops - who thinks up the answers
 * @begin: a run begins; sets sim.switch_at
 * @pick: answer a question: enum dev_kind, number of alternatives; 0 is dull
 * @pick_next: as @pick for DEV_SWITCH, at a step or (@forced) because the
 *	agent cannot go on; sets sim.switch_at for the next question. May be
 *	asked earlier than that: when somebody becomes able to run
 */
struct strategy_ops {
	void (*begin)(void);
	u32 (*pick)(enum dev_kind kind, u32 n);
	u32 (*pick_next)(u32 n, bool forced);
};

/** struct fail - why a run failed */
struct fail {
	const char *rule;	/* stable id: letters and dashes */
	const char *oracle;
	const char *rules;	/* rules of docs/machine.md it rests on */
	u32 ev, other;		/* events that contradict each other */
	u8 agent;		/* whose step it was */
	char text[160];
};
extern struct fail sim_fail_info;

/* --- a run --------------------------------------------------------------- */

/**
 * sim_begin() - start a run from the baseline
 * @s: schedule to replay; NULL to ask @ops (and record its answers)
 * @ops: strategy, or NULL
 * @budget: steps after which a run is stuck
 */
void sim_begin(const struct schedule *s, const struct strategy_ops *ops,
	       u32 budget);

/**
 * sim_add_agent() - add an agent to the run being prepared
 * @main: its program; runs on its own fiber; returns when done
 * @cpu: it is a CPU: takes interrupts, has a store buffer
 */
struct agent *sim_add_agent(void (*main)(void), bool cpu);

/** sim_run() - run until all agents are done or an oracle objects */
void sim_run(void);

/** sim_reset() - undo what the run did to memory; costs what it touched */
void sim_reset(void);

/**
 * sim_fail() - an oracle objects: the run ends here
 * @f: copied
 */
_Noreturn void sim_fail(const struct fail *f);

/* --- steps --------------------------------------------------------------- */

__cold void sim_attention(struct agent *a);
__noinline void sim_point_slow(struct agent *a);

/**
 * sim_point() - a marked access or call is about to happen
 * @a: the running agent
 * @off: what it touches; @write: how. For conflict-aware strategies.
 */
static inline void sim_point(struct agent *a, u32 off, bool write)
{
	if (unlikely(a->attn))
		sim_attention(a);
	a->has_early = 0;
	a->key = (a->key | 0xff) + 1;
	a->steps++;
	a->next_off = off;
	a->next_write = write;
	sim.steps++;
	sim.marks++;
	if (unlikely(a->key >= a->next_key || sim.steps >= sim.horizon ||
		     sim.marks >= sim.late_at))
		sim_point_slow(a);
}

/** sim_subpoint() - as sim_point(), for a sub-step: a plain access */
static inline void sim_subpoint(struct agent *a, u32 off, bool write)
{
	if (unlikely(a->attn))
		sim_attention(a);
	a->key += (a->key & 0xff) != 0xff;
	a->next_off = off;
	a->next_write = write;
	sim.steps++;
	if (unlikely(a->key >= a->next_key || sim.steps >= sim.horizon))
		sim_point_slow(a);
}

/** sim_op_begin() - the agent starts slot @op of its workload */
void sim_op_begin(struct agent *a, u32 op);

/**
 * sim_block() - the running agent cannot go on until sim_wake(@wait)
 * @wait: what for: an offset or any number the waker knows
 *
 * Delays are counted in own steps: what waits in the agent's buffer stays
 * there. Others may wait for just that, so drain it first, and look again.
 */
void sim_block(u32 wait);
void sim_wake(u32 wait);

/** sim_wake_agent() - make one agent runnable again */
void sim_wake_agent(struct agent *a);

/** sim_preempt() - @to runs at once; the running agent resumes after it */
void sim_preempt(struct agent *to);

/**
 * sim_preempt_soon() - as sim_preempt(), for use inside a delivery: happens
 * when all that is due has been delivered
 */
void sim_preempt_soon(struct agent *to);

/** sim_relax() - the running agent spins: let the others go on */
void sim_relax(void);

/* --- choice -------------------------------------------------------------- */

__noinline u32 choose_slow(enum dev_kind kind, u32 n);

/**
 * choose() - the only source of chance
 * @kind: what is being decided
 * @n: number of alternatives
 *
 * At most one question of a kind per step: whoever asks a second one takes a
 * sub-step first (sim_substep()).
 *
 * Return: 0 (dull) to @n - 1. Never asks when there is no choice.
 */
static inline u32 choose(enum dev_kind kind, u32 n)
{
	if (n <= 1 || likely(!(sim.asks & (1u << kind))))
		return 0;
	return choose_slow(kind, n);
}

/** sim_substep() - give the next question of this step a place of its own */
void sim_substep(struct agent *a);

/** sim_alternative() - agent that answer @i of the current switch question is */
u32 sim_alternative(u32 i);

/* Enabled hardware transitions, and one of them; NULL when there are none. */
extern u32 (*sim_hw_enabled)(void);
extern void (*sim_hw_step)(struct agent *a, u32 n);

/* --- deliveries in flight (interrupts, invalidations) -------------------- */

#define LATE_MAX	32	/* alternatives of DEV_LATE: up to 31 steps */

/**
 * sim_deliver() - do @fn now, or later if the schedule says so
 * @fn: the delivery; called with @to and @arg, never on @to's fiber
 * @to: agent it is for
 * @arg: index the callee understands
 * @ready: whether it can be taken now; asked again until it can; may be NULL
 */
void sim_deliver(void (*fn)(struct agent *to, u32 arg), struct agent *to,
		 u32 arg, bool (*ready)(struct agent *to));

/** sim_deliver_after() - do @fn @steps marked steps from now; nothing is asked */
void sim_deliver_after(void (*fn)(struct agent *to, u32 arg), struct agent *to,
		       u32 arg, u32 steps);

/** sim_deliver_ready() - an agent became able to take what is pending */
void sim_deliver_ready(struct agent *a);


#endif
