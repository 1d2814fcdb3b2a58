/* SPDX-License-Identifier: MIT */
/*
 * locks-held - locks, interrupts and RCU are used as their contracts say
 *
 * Contract:
 *	entries	an entry of a PTE or PMD table that walkers can reach is
 *		changed only under the lock in that table's page
 *	balance	only the holder unlocks; an op ends with nothing held,
 *		interrupts on and no RCU section open
 *	atomic	nobody sleeps (mmap_lock, synchronize_rcu) in a spinlock, with
 *		interrupts off or in an RCU section
 *	IPIs	are not sent and waited for with interrupts off: the target
 *		may be doing the same
 *
 * Judged:      each lock, unlock and interrupt event; each store of software to
 *              a reachable PTE or PMD table; each end of an op
 * Not judged:  what MMUs write; tables not linked yet, or no more
 *              lock order: agents-progress sees deadlocks as they happen
 * Basis:       Documentation/mm/split_page_table_lock.rst; kernel/smp.c,
 *              smp_call_function_many() (its WARN); kernel/sched, might_sleep()
 * Mutants:     zap-without-ptl
 */
#include "oracle.h"

#include "../model/sim/log.h"

#define HELD_MAX	8
enum { MODE_SPIN };	/* other modes sleep */

/* What an agent holds. */
struct holder {
	u64 run;
	u8 nr, nr_spin, irq_off, rcu;
	struct { u32 word, ev; } held[HELD_MAX];
};

static struct holder holders[AGENTS_MAX];

static struct holder *holder(const struct event *ev)
{
	struct holder *h = &holders[ev->agent];

	if (unlikely(h->run != oracle_run)) {
		h->run = oracle_run;
		h->nr = h->nr_spin = h->irq_off = h->rcu = 0;
	}
	return h;
}

#define object(ev, other, rule, ...) \
	oracle_fail(&oracle_locks_held, rule, "O-LOCK R-LK-1 R-IPI-3", ev, \
		    other, __VA_ARGS__)

static bool atomic(const struct holder *h)
{
	return h->nr_spin || h->irq_off || h->rcu;
}

static void locked(const struct event *ev)
{
	struct holder *h = holder(ev);

	if (ev->flags & EVF_FAILED)
		return;
	if (ev->val != MODE_SPIN && !(ev->flags & EVF_TRY) && atomic(h))
		object(ev, event_index(ev), "sleeps-in-atomic",
		       "takes a sleeping lock where it must not sleep");
	SIM_BUG_ON(h->nr == HELD_MAX);
	h->held[h->nr].word = ev->off;
	h->held[h->nr++].ev = event_index(ev);
	h->nr_spin += ev->val == MODE_SPIN;
}

static void unlocked(const struct event *ev)
{
	struct holder *h = holder(ev);

	for (u32 i = 0; i < h->nr; i++) {
		if (h->held[i].word != ev->off)
			continue;
		h->held[i] = h->held[--h->nr];
		h->nr_spin -= ev->val == MODE_SPIN;
		return;
	}
	object(ev, event_index(ev), "unlock-not-held",
	       "unlocks a lock that it does not hold");
}

static void op_ends(const struct event *ev)
{
	const struct holder *h = holder(ev);

	if (h->nr)
		object(ev, h->held[0].ev, "lock-left-held",
		       "the op ends with a lock held");
	if (h->irq_off)
		object(ev, event_index(ev), "interrupts-left-off",
		       "the op ends with interrupts off");
	if (h->rcu)
		object(ev, event_index(ev), "rcu-left-locked",
		       "the op ends inside rcu_read_lock()");
}

static void entry_written(const struct event *ev)
{
	u32 frame = off_frame(ev->off), word;
	const struct frame_state *s;
	const struct holder *h;

	if (ev->off < FRAMES_OFF || (ev->flags & EVF_HW))
		return;
	s = frame_state(frame);
	if ((s->level != 1 && s->level != 2) || s->linked_until != ~0u)
		return;
	h = holder(ev);
	word = frame_page_off(frame) + PAGE_PTL;
	for (u32 i = 0; i < h->nr; i++)
		if (h->held[i].word == word)
			return;
	object(ev, event_index(ev), "entry-written-unlocked",
	       "%s entry for %#lx written without the lock of its table",
	       oracle_world.fmt->level_name[s->level],
	       (unsigned long)slot_va(s, ev->off & ~7u));
}

static void irq_off(const struct event *ev)
{
	holder(ev)->irq_off = 1;
}

static void irq_on(const struct event *ev)
{
	holder(ev)->irq_off = 0;
}

static void rcu_locked(const struct event *ev)
{
	holder(ev)->rcu++;
}

static void rcu_unlocked(const struct event *ev)
{
	if (!holder(ev)->rcu)
		object(ev, event_index(ev), "rcu-not-locked",
		       "rcu_read_unlock() without rcu_read_lock()");
	holder(ev)->rcu--;
}

/* Without a callback it is synchronize_rcu(). */
static void rcu_called(const struct event *ev)
{
	if (!ev->off && atomic(holder(ev)))
		object(ev, event_index(ev), "sleeps-in-atomic",
		       "waits for RCU where it must not sleep");
}

static void ipi_sent(const struct event *ev)
{
	if (holder(ev)->irq_off)
		object(ev, event_index(ev), "ipi-with-irqs-off",
		       "interrupts another CPU and waits, with interrupts off");
}

const struct oracle oracle_locks_held = {
	.name = "locks-held",
	.summary = "locks, interrupts and RCU are used as their contracts say",
	.on = {
		{ EV_LOCK, locked },
		{ EV_UNLOCK, unlocked },
		{ EV_IRQ_OFF, irq_off },
		{ EV_IRQ_ON, irq_on },
		{ EV_RCU_LOCK, rcu_locked },
		{ EV_RCU_UNLOCK, rcu_unlocked },
		{ EV_RCU_CALL, rcu_called },
		{ EV_IPI_SEND, ipi_sent },
		{ EV_OP_END, op_ends },
		{ EV_STORE, entry_written },
		{ EV_STORE_BUF, entry_written },
		{ EV_RMW, entry_written },
	},
};
