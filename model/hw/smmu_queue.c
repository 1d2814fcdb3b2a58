/* SPDX-License-Identifier: MIT */
/*
 * smmu_queue - command, event and page request queue: R-SMMU-2, R-SMMU-3
 *
 * One step of the command queue is one command: it becomes consumable when the
 * store to PROD is visible, and is consumed in order, each at the SMMU's own
 * pace. What the SMMU reads is what is visible in the queue, at that moment or
 * at any time since the command was published (it may read ahead, IHI0070
 * 3.21.2): a store that the driver has not ordered before PROD comes too late.
 *
 * Not modelled: interrupts; enabling and disabling of queues; ECMDQ; external
 * aborts of the queue.
 */
#include <errno.h>

#include "smmu_priv.h"

#include "../kernel/kernel.h"
#include "../sim/log.h"

#define SLOW_STEPS	(2 * LATE_MAX)

/* A queue: its size, registers and memory. */
struct queue {
	u32 lg2, words, mem, prod, cons;
};

static struct queue evtq(void)
{
	return (struct queue){ smmu.set->evtq_lg2, SMMU_EVT_WORDS, smmu.evtq,
			       smmu.regs + SMMU_EVENTQ_PROD,
			       smmu.regs + SMMU_EVENTQ_CONS };
}

static struct queue priq(void)
{
	return (struct queue){ smmu.set->priq_lg2, SMMU_PRQ_WORDS, smmu.priq,
			       smmu.regs + SMMU_PRIQ_PROD,
			       smmu.regs + SMMU_PRIQ_CONS };
}

static u32 reg(u32 off) { return (u32)mem_peek(off, 4); }

/* Index and wrap bit. */
static u32 place(u32 val, u32 lg2) { return val & ((2u << lg2) - 1); }

void smmu_store(u32 off, u64 val, u32 size)
{
	struct event *ev;

	mem_force_rmw(NULL, off, size);
	ev = event_new(EV_STORE, smmu.a);
	ev->val = val;
	ev->old = mem_peek(off, size);
	ev->off = off;
	ev->ver = 0;
	ev->size = (u8)size;
	ev->flags = EVF_HW;
	ev->pc = 0;
	mem_commit(off, val, size);
	event_done_mem(ev);
}

/* --- output queues --------------------------------------------------------- */

static bool full(const struct queue *q)
{
	return place(reg(q->prod), q->lg2) ==
	       (place(reg(q->cons), q->lg2) ^ 1u << q->lg2);
}

static bool overflowed(const struct queue *q)
{
	return (reg(q->prod) ^ reg(q->cons)) & SMMU_Q_OVERFLOW;
}

static void overflow(const struct queue *q)
{
	if (!overflowed(q))
		smmu_store(q->prod, reg(q->prod) ^ SMMU_Q_OVERFLOW, 4);
}

static void put(const struct queue *q, const u64 *words)
{
	u32 prod = reg(q->prod), at = prod & ((1u << q->lg2) - 1);

	for (u32 i = 0; i < q->words; i++)
		smmu_store(q->mem + 8 * (at * q->words + i), words[i], 8);
	/* The entry is visible before the index is (IHI0070 3.5.2). */
	smmu_store(q->prod, (prod & SMMU_Q_OVERFLOW) |
			    place(prod + 1, q->lg2), 4);
}

bool smmu_record(const u64 *words)
{
	struct queue q = evtq();

	if (full(&q))
		return false;
	put(&q, words);
	return true;
}

void smmu_overflow(void)
{
	struct queue q = evtq();

	overflow(&q);
}

bool smmu_request(const u64 *words)
{
	struct queue q = priq();

	/* IHI0070 8.1: nothing is written until software has acknowledged. */
	if (overflowed(&q) || full(&q)) {
		overflow(&q);
		return false;
	}
	put(&q, words);
	return true;
}

/* --- command queue --------------------------------------------------------- */

static u32 cmdq_prod(void)
{
	return place(reg(smmu.regs + SMMU_CMDQ_PROD), smmu.set->cmdq_lg2);
}

static u32 cmdq_cons(void)
{
	return place(reg(smmu.regs + SMMU_CMDQ_CONS), smmu.set->cmdq_lg2);
}

static bool stopped(void)
{
	return (reg(smmu.regs + SMMU_GERROR) ^ reg(smmu.regs + SMMU_GERRORN)) &
	       SMMU_GERROR_CMDQ_ERR;
}

/* May the SMMU have read a word that was superseded at @end? */
static bool read_ahead(u32 end, const void *arg)
{
	return end > *(const u32 *)arg;
}

/* R-SMMU-2 */
static void fetch(void)
{
	u32 at = cmdq_cons() & ((1u << smmu.set->cmdq_lg2) - 1);
	u32 off = smmu.cmdq + 8 * SMMU_CMD_WORDS * at;
	u32 *since = &smmu.published[at];

	for (u32 i = 0; i < SMMU_CMD_WORDS; i++)
		smmu.cmd[i] = smmu_pick(off + 8 * i, *since,
					rule(R_SMMU_2) ? read_ahead : NULL,
					since, NULL, NULL);
	smmu.fetched = true;
}

static void note_consumed(void)
{
	u32 at = cmdq_cons() & ((1u << smmu.set->cmdq_lg2) - 1);
	u32 off = smmu.cmdq + 8 * SMMU_CMD_WORDS * at;
	struct event *ev = event_new(EV_SMMU_CMD, smmu.a);
	bool stale = mem_peek(off, 8) != smmu.cmd[0] ||
		     mem_peek(off + 8, 8) != smmu.cmd[1];

	ev->val = smmu.cmd[0];
	ev->old = smmu.cmd[1];
	ev->off = off;
	ev->ver = smmu.published[at];
	ev->size = 0;
	ev->flags = EVF_HW | (stale ? EVF_STALE : 0);
	ev->pc = 0;
	event_done(ev);
}

static void consume(struct agent *a, u32 arg)
{
	(void)a;
	(void)arg;
	if (!smmu.fetched)
		fetch();
	switch (smmu_check()) {
	case SMMU_WAITS:
		return;		/* goes on when what it waits for is there */
	case SMMU_ERROR:
		smmu.busy = smmu.fetched = false;
		return;
	case SMMU_FINE:
		break;
	}
	note_consumed();
	smmu_execute();
	smmu.fetched = false;
	smmu_store(smmu.regs + SMMU_CMDQ_CONS,
		   place(cmdq_cons() + 1, smmu.set->cmdq_lg2), 4);
	if (cmdq_cons() == cmdq_prod())
		smmu.busy = false;
	else
		smmu_go_on();
}

void smmu_go_on(void)
{
	sim_substep(sim.cur);
	if (fault(FAULT_CMDQ_SLOW))
		sim_deliver_after(consume, smmu.a, 0, SLOW_STEPS);
	else
		sim_deliver(consume, smmu.a, 0, NULL);
}

static void begin(void)
{
	if (smmu.busy || stopped() || cmdq_cons() == cmdq_prod())
		return;
	smmu.busy = true;
	smmu_go_on();
}

void smmu_stop(u32 error)
{
	smmu_store(smmu.regs + SMMU_CMDQ_CONS,
		   cmdq_cons() | error << SMMU_CMDQ_CONS_ERR_SHIFT, 4);
	smmu_store(smmu.regs + SMMU_GERROR,
		   reg(smmu.regs + SMMU_GERROR) ^ SMMU_GERROR_CMDQ_ERR, 4);
}

static u32 last_prod;

static void publish(void)
{
	u32 lg2 = smmu.set->cmdq_lg2, prod = cmdq_prod();

	for (u32 p = last_prod; p != prod; p = place(p + 1, lg2))
		smmu.published[p & ((1u << lg2) - 1)] = sim.now;
	last_prod = prod;
	if (!rule(R_SMMU_2))
		for (u32 i = 0; i < sim.nr_cpus; i++)
			mem_drain(&sim.agent[i]);
}

/* A store to a register has become visible. */
static void told(u32 off)
{
	if (!smmu.set)
		return;
	switch (off - smmu.regs) {
	case SMMU_CMDQ_PROD:
		publish();
		begin();
		break;
	case SMMU_GERRORN:
		begin();
		break;
	case SMMU_EVENTQ_CONS:
		sim_wake(WAIT_EVENTQ);
		break;
	}
}

void smmu_queue_begin(void)
{
	mem_mmio_visible = told;
	last_prod = cmdq_prod();
}

/* --- driver ---------------------------------------------------------------- */

int smmu_poll_cons(const struct arm_smmu_device *s, u32 prod)
{
	u32 mask = (2u << s->cmdq_lg2) - 1, half = 1u << s->cmdq_lg2, cons;
	bool impatient;

	if (!sim.cur)
		return 0;
	for (bool first = true;; first = false) {
		cons = smmu_read_cons(s);
		/* All before @prod: it is at most a queue ahead of CONS. */
		if (((prod - cons) & mask) == 0 || ((prod - cons) & mask) > half)
			return 0;
		if (cons & SMMU_CMDQ_CONS_ERR && stopped())
			return -EIO;
		impatient = first && fault(FAULT_SYNC_TIMEOUT);
		if (impatient)
			return -ETIMEDOUT;
		machine_relax();
	}
}
