/* SPDX-License-Identifier: MIT */
/*
 * mmu_notifier - those who keep translations of their own are told of changes
 *
 * Subscriptions are made in setup. Callbacks are code that takes steps. Two
 * kinds: a struct mmu_notifier hears of every range of its mm; a struct
 * mmu_interval_notifier only of what overlaps its interval, and has a sequence
 * number so that it can tell whether what it read is still true:
 *
 *	device fault			invalidation
 *	seq = mmu_interval_read_begin()
 *	look at the tables
 *					range_start(): callback, takes the
 *					driver's lock, mmu_interval_set_seq()
 *					entries are changed
 *					range_end(): sequence goes up, wakes
 *	driver's lock
 *	mmu_interval_read_retry(): true
 *
 * Modelled on: include/linux/mmu_notifier.h, mm/mmu_notifier.c
 *              (model/kernel/mmu_notifier.c)
 * Departs in:  nobody unsubscribes, so no SRCU; a list of intervals, not a
 *              tree; mm and owner of a range as the kernel has them, no
 *              migration; no release()
 */
#ifndef LINUX_MMU_NOTIFIER_H
#define LINUX_MMU_NOTIFIER_H

#include <linux/mm_types.h>

enum mmu_notifier_event {
	MMU_NOTIFY_UNMAP,
	MMU_NOTIFY_CLEAR,
	MMU_NOTIFY_PROTECTION_VMA,
	MMU_NOTIFY_PROTECTION_PAGE,
};

#define MMU_NOTIFIER_RANGE_BLOCKABLE	1u

struct mmu_notifier_range {
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned int flags;
	enum mmu_notifier_event event;
};

struct mmu_notifier;

/**
 * struct mmu_notifier_ops - what a subscriber does; any may be NULL
 * @invalidate_range_start: entries in the range are about to change; returns
 *	-EAGAIN if it would have to sleep and must not, else 0
 * @invalidate_range_end: they have
 * @arch_invalidate_secondary_tlbs: as a flush of the CPUs' TLBs, which comes
 *	with it: under the PTL, must not sleep
 * @clear_flush_young, @clear_young, @test_young: was it used?
 */
struct mmu_notifier_ops {
	int (*invalidate_range_start)(struct mmu_notifier *sub,
				      const struct mmu_notifier_range *range);
	void (*invalidate_range_end)(struct mmu_notifier *sub,
				     const struct mmu_notifier_range *range);
	void (*arch_invalidate_secondary_tlbs)(struct mmu_notifier *sub,
					       struct mm_struct *mm,
					       unsigned long start,
					       unsigned long end);
	int (*clear_flush_young)(struct mmu_notifier *sub, struct mm_struct *mm,
				 unsigned long start, unsigned long end);
	int (*clear_young)(struct mmu_notifier *sub, struct mm_struct *mm,
			   unsigned long start, unsigned long end);
	int (*test_young)(struct mmu_notifier *sub, struct mm_struct *mm,
			  unsigned long address);
};

struct mmu_notifier {
	const struct mmu_notifier_ops *ops;
	struct mmu_notifier *next;
};

struct mmu_interval_notifier;

/**
 * struct mmu_interval_notifier_ops
 * @invalidate: the range is about to change; must take the driver's lock and
 *	call mmu_interval_set_seq() with @cur_seq; false: would have to sleep
 */
struct mmu_interval_notifier_ops {
	bool (*invalidate)(struct mmu_interval_notifier *sub,
			   const struct mmu_notifier_range *range,
			   unsigned long cur_seq);
};

struct mmu_interval_notifier {
	const struct mmu_interval_notifier_ops *ops;
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned long invalidate_seq __cell;
	struct mmu_interval_notifier *next;
};

/* For setup. Objects are the caller's, in simulated memory. */
void mmu_notifier_register(struct mmu_notifier *sub, struct mm_struct *mm);
void mmu_interval_notifier_insert(struct mmu_interval_notifier *sub,
				  struct mm_struct *mm, unsigned long start,
				  unsigned long length);

void __mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range);
int __mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range);
void __mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range);
void __mmu_notifier_arch_invalidate_secondary_tlbs(struct mm_struct *mm,
						   unsigned long start,
						   unsigned long end);
int __mmu_notifier_clear_flush_young(struct mm_struct *mm, unsigned long start,
				     unsigned long end);
int __mmu_notifier_clear_young(struct mm_struct *mm, unsigned long start,
			       unsigned long end);
int __mmu_notifier_test_young(struct mm_struct *mm, unsigned long address);

/** mmu_interval_read_begin() - waits while an invalidation is under way */
unsigned long mmu_interval_read_begin(struct mmu_interval_notifier *sub);

/* Under the driver's lock, in invalidate(). */
static inline void mmu_interval_set_seq(struct mmu_interval_notifier *sub,
					unsigned long cur_seq)
{
	WRITE_ONCE(sub->invalidate_seq, cur_seq);
}

/* Under the driver's lock: has there been an invalidation since @seq? */
static inline bool mmu_interval_read_retry(struct mmu_interval_notifier *sub,
					   unsigned long seq)
{
	return READ_ONCE(sub->invalidate_seq) != seq;
}

/* Without the lock: true is certain, false is not. */
static inline bool mmu_interval_check_retry(struct mmu_interval_notifier *sub,
					    unsigned long seq)
{
	return READ_ONCE(sub->invalidate_seq) != seq;
}

static inline bool mm_has_notifiers(struct mm_struct *mm)
{
	return unlikely(mm->notifier_subscriptions);
}

static inline void mmu_notifier_range_init(struct mmu_notifier_range *range,
					   enum mmu_notifier_event event,
					   unsigned int flags,
					   struct mm_struct *mm,
					   unsigned long start,
					   unsigned long end)
{
	range->event = event;
	range->mm = mm;
	range->start = start;
	range->end = end;
	range->flags = flags;
}

static inline void
mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range)
{
	if (!mm_has_notifiers(range->mm))
		return;
	range->flags |= MMU_NOTIFIER_RANGE_BLOCKABLE;
	__mmu_notifier_invalidate_range_start(range);
}

/* Return: 0, or -EAGAIN: try again where one may sleep; there is no end. */
static inline int
mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range)
{
	if (!mm_has_notifiers(range->mm))
		return 0;
	range->flags &= ~MMU_NOTIFIER_RANGE_BLOCKABLE;
	return __mmu_notifier_invalidate_range_start_nonblock(range);
}

static inline bool
mmu_notifier_range_blockable(const struct mmu_notifier_range *range)
{
	return range->flags & MMU_NOTIFIER_RANGE_BLOCKABLE;
}

static inline void
mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range)
{
	if (mm_has_notifiers(range->mm))
		__mmu_notifier_invalidate_range_end(range);
}

static inline void
mmu_notifier_arch_invalidate_secondary_tlbs(struct mm_struct *mm,
					    unsigned long start,
					    unsigned long end)
{
	if (mm_has_notifiers(mm))
		__mmu_notifier_arch_invalidate_secondary_tlbs(mm, start, end);
}

static inline int mmu_notifier_clear_flush_young(struct mm_struct *mm,
						 unsigned long start,
						 unsigned long end)
{
	return mm_has_notifiers(mm) ?
	       __mmu_notifier_clear_flush_young(mm, start, end) : 0;
}

static inline int mmu_notifier_clear_young(struct mm_struct *mm,
					   unsigned long start,
					   unsigned long end)
{
	return mm_has_notifiers(mm) ?
	       __mmu_notifier_clear_young(mm, start, end) : 0;
}

static inline int mmu_notifier_test_young(struct mm_struct *mm,
					  unsigned long address)
{
	return mm_has_notifiers(mm) ? __mmu_notifier_test_young(mm, address) : 0;
}

#endif
