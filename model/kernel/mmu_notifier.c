/* SPDX-License-Identifier: MIT */
/*
 * mmu_notifier - calls those who keep translations of their own
 *
 * Modelled on: mm/mmu_notifier.c: mn_itree_invalidate(), mn_itree_inv_end(),
 *              mn_hlist_invalidate_range_start(), mmu_interval_read_begin()
 * Departs in:  subscriptions are made in setup and stay, so lists are read
 *              without SRCU; nothing is added or removed during a run, so
 *              nothing is deferred; who waits is blocked, not spinning
 *
 * The mm's sequence number is odd while intervals are being invalidated. It,
 * and the count of invalidations under way, change under the lock.
 */
#include "../include/linux/mmu_notifier.h"

#include <errno.h>

#include "../sim/log.h"
#include "kernel.h"

struct mmu_notifier_subscriptions {
	spinlock_t lock __cell;
	unsigned long invalidate_seq __cell;
	unsigned long active_invalidate_ranges __cell;
	struct mmu_notifier *list;
	struct mmu_interval_notifier *intervals;
};

typedef struct mmu_notifier_subscriptions subscriptions_t;

/* --- subscribing ---------------------------------------------------------- */

static subscriptions_t *subscriptions_of(struct mm_struct *mm)
{
	if (!mm->notifier_subscriptions) {
		mm->notifier_subscriptions =
			slab_setup_alloc(sizeof(subscriptions_t));
		/* Even: none is under way. */
		mm->notifier_subscriptions->invalidate_seq = 2;
	}
	return mm->notifier_subscriptions;
}

void mmu_notifier_register(struct mmu_notifier *sub, struct mm_struct *mm)
{
	subscriptions_t *s = subscriptions_of(mm);

	SIM_BUG_ON(sim.cur);
	sub->next = s->list;
	s->list = sub;
}

void mmu_interval_notifier_insert(struct mmu_interval_notifier *sub,
				  struct mm_struct *mm, unsigned long start,
				  unsigned long length)
{
	subscriptions_t *s = subscriptions_of(mm);

	SIM_BUG_ON(sim.cur);
	sub->mm = mm;
	sub->start = start;
	sub->end = start + length;
	/* Not the mm's: no invalidation is under way. */
	sub->invalidate_seq = s->invalidate_seq - 1;
	sub->next = s->intervals;
	s->intervals = sub;
}

/* --- intervals ------------------------------------------------------------ */

static bool overlaps(const struct mmu_interval_notifier *sub,
		     const struct mmu_notifier_range *range)
{
	return sub->start < range->end && range->start < sub->end;
}

static bool any_overlaps(const subscriptions_t *s,
			 const struct mmu_notifier_range *range)
{
	for (struct mmu_interval_notifier *i = s->intervals; i; i = i->next)
		if (overlaps(i, range))
			return true;
	return false;
}

/* Return: the sequence number to be set, or 0: it concerns no interval. */
static unsigned long itree_start(subscriptions_t *s,
				 const struct mmu_notifier_range *range)
{
	unsigned long n, seq = 0;

	spin_lock(&s->lock);
	n = READ_ONCE(s->active_invalidate_ranges);
	WRITE_ONCE(s->active_invalidate_ranges, n + 1);
	if (any_overlaps(s, range)) {
		seq = READ_ONCE(s->invalidate_seq) | 1;
		WRITE_ONCE(s->invalidate_seq, seq);
	}
	spin_unlock(&s->lock);
	return seq;
}

static void itree_end(subscriptions_t *s)
{
	unsigned long n, seq;

	spin_lock(&s->lock);
	n = READ_ONCE(s->active_invalidate_ranges) - 1;
	WRITE_ONCE(s->active_invalidate_ranges, n);
	seq = READ_ONCE(s->invalidate_seq);
	if (n || !(seq & 1)) {
		spin_unlock(&s->lock);
		return;
	}
	WRITE_ONCE(s->invalidate_seq, seq + 1);
	spin_unlock(&s->lock);
	/* wake_up() is a full barrier if somebody waits. */
	smp_mb();
	for (u32 i = 0; i < sim.nr_agents; i++)
		sim_wake(WAIT_NOTIFIER | i);
}

static int itree_invalidate(subscriptions_t *s,
			    const struct mmu_notifier_range *range)
{
	unsigned long seq = itree_start(s, range);

	for (struct mmu_interval_notifier *i = s->intervals; seq && i;
	     i = i->next) {
		bool ok = !overlaps(i, range) || i->ops->invalidate(i, range,
								     seq);

		if (ok)
			continue;
		WARN_ON_ONCE(mmu_notifier_range_blockable(range));
		itree_end(s);
		return -EAGAIN;
	}
	return 0;
}

/* The newest value decides: who sets it wakes after it is visible. */
static void wait_while(const unsigned long *p, unsigned long seq)
{
	struct agent *a = sim.cur;
	u32 off = (u32)mem_off(p);

	for (;;) {
		sim_point(a, off, false);
		mem_drain_stepwise(a);
		mem_acquired(a, off);
		if (mem_peek(off, 8) != seq)
			return;
		event_note(EV_BLOCK, a, WAIT_NOTIFIER, seq, 0, 0, 0,
			   (u64)__builtin_return_address(0));
		sim_block(WAIT_NOTIFIER | a->id);
	}
}

unsigned long mmu_interval_read_begin(struct mmu_interval_notifier *sub)
{
	subscriptions_t *s = sub->mm->notifier_subscriptions;
	unsigned long seq;
	bool invalidating;

	/*
	 * Under the lock, so that both belong together: equal, and odd, only
	 * if an invalidation that is under way has told this interval.
	 */
	spin_lock(&s->lock);
	seq = READ_ONCE(sub->invalidate_seq);
	invalidating = seq == READ_ONCE(s->invalidate_seq);
	spin_unlock(&s->lock);
	if (invalidating)
		wait_while(&s->invalidate_seq, seq);
	return seq;
}

/* --- ranges --------------------------------------------------------------- */

static void list_end(subscriptions_t *s, const struct mmu_notifier_range *range)
{
	for (struct mmu_notifier *sub = s->list; sub; sub = sub->next)
		if (sub->ops->invalidate_range_end)
			sub->ops->invalidate_range_end(sub, range);
}

/*
 * All are told to start, even if one cannot; then all are told that it is
 * over. Nobody could tell whether his own start failed: so who may fail must
 * not have an end.
 */
static int list_start(subscriptions_t *s,
		      const struct mmu_notifier_range *range)
{
	int ret = 0;

	for (struct mmu_notifier *sub = s->list; sub; sub = sub->next) {
		if (!sub->ops->invalidate_range_start ||
		    !sub->ops->invalidate_range_start(sub, range))
			continue;
		WARN_ON_ONCE(mmu_notifier_range_blockable(range) ||
			     sub->ops->invalidate_range_end);
		ret = -EAGAIN;
	}
	if (ret)
		list_end(s, range);
	return ret;
}

int __mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range)
{
	subscriptions_t *s = range->mm->notifier_subscriptions;
	int ret;

	if (s->intervals) {
		ret = itree_invalidate(s, range);
		if (ret)
			return ret;
	}
	ret = list_start(s, range);
	if (ret && s->intervals)
		itree_end(s);
	return ret;
}

void __mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range)
{
	__mmu_notifier_invalidate_range_start_nonblock(range);
}

void __mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range)
{
	subscriptions_t *s = range->mm->notifier_subscriptions;

	if (s->intervals)
		itree_end(s);
	list_end(s, range);
}

/* --- the others ----------------------------------------------------------- */

#define for_each_subscriber(sub, mm)					\
	for (struct mmu_notifier *(sub) = (mm)->notifier_subscriptions->list; \
	     (sub); (sub) = (sub)->next)

void __mmu_notifier_arch_invalidate_secondary_tlbs(struct mm_struct *mm,
						   unsigned long start,
						   unsigned long end)
{
	for_each_subscriber(sub, mm)
		if (sub->ops->arch_invalidate_secondary_tlbs)
			sub->ops->arch_invalidate_secondary_tlbs(sub, mm, start,
								 end);
}

int __mmu_notifier_clear_flush_young(struct mm_struct *mm, unsigned long start,
				     unsigned long end)
{
	int young = 0;

	for_each_subscriber(sub, mm)
		if (sub->ops->clear_flush_young)
			young |= sub->ops->clear_flush_young(sub, mm, start,
							     end);
	return young;
}

int __mmu_notifier_clear_young(struct mm_struct *mm, unsigned long start,
			       unsigned long end)
{
	int young = 0;

	for_each_subscriber(sub, mm)
		if (sub->ops->clear_young)
			young |= sub->ops->clear_young(sub, mm, start, end);
	return young;
}

int __mmu_notifier_test_young(struct mm_struct *mm, unsigned long address)
{
	for_each_subscriber(sub, mm)
		if (sub->ops->test_young &&
		    sub->ops->test_young(sub, mm, address))
			return 1;
	return 0;
}
