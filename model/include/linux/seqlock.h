/* SPDX-License-Identifier: MIT */
/*
 * seqlock - readers that do not write: they read, and read again if a writer
 * was there meanwhile
 *
 *	writer				reader
 *	sequence odd
 *	smp_wmb()	(A)		sequence, even
 *					smp_rmb()	(C)
 *	data				data
 *	smp_wmb()	(B)		smp_rmb()	(D)
 *	sequence even			sequence again: the same?
 *
 * A with D: who sees new data sees the odd sequence at its end. B with C: who
 * saw the even sequence at its start sees the data before it.
 *
 * Modelled on: include/linux/seqlock.h
 * Departs in:  read_seqcount_begin() waits for a writer a few times only, and
 *              then hands out a count that read_seqcount_retry() rejects, as
 *              raw_seqcount_begin() does; the writer's read of the count is
 *              marked, where the kernel's is plain; no lockdep, no latches, no associated
 *              locks but seqlock_t's own
 */
#ifndef LINUX_SEQLOCK_H
#define LINUX_SEQLOCK_H

#include <linux/spinlock.h>

typedef struct { unsigned int sequence; unsigned int pad; } seqcount_t;

#define SEQCOUNT_SPINS	4	/* looks at an odd count before giving up */

static inline unsigned int __read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seq = READ_ONCE(s->sequence);

	for (int spins = 1; unlikely(seq & 1) && spins < SEQCOUNT_SPINS;
	     spins++) {
		cpu_relax();
		seq = READ_ONCE(s->sequence);
	}
	return seq & ~1u;
}

static inline unsigned int raw_read_seqcount_begin(const seqcount_t *s)
{
	unsigned int seq = __read_seqcount_begin(s);

	smp_rmb();	/* C */
	return seq;
}

static inline unsigned int read_seqcount_begin(const seqcount_t *s)
{
	return raw_read_seqcount_begin(s);
}

/* The count as it is, also when it is odd. */
static inline unsigned int raw_read_seqcount(const seqcount_t *s)
{
	unsigned int seq = READ_ONCE(s->sequence);

	smp_rmb();	/* C */
	return seq;
}

/* Does not wait: with a writer there, the retry is certain. */
static inline unsigned int raw_seqcount_begin(const seqcount_t *s)
{
	return raw_read_seqcount(s) & ~1u;
}

static inline int __read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	return unlikely(READ_ONCE(s->sequence) != start);
}

static inline int read_seqcount_retry(const seqcount_t *s, unsigned int start)
{
	smp_rmb();	/* D */
	return __read_seqcount_retry(s, start);
}

/* Writers exclude each other by a lock of the caller's. */
static inline void seqcount_add(seqcount_t *s, unsigned int n)
{
	unsigned int seq = READ_ONCE(s->sequence);

	WRITE_ONCE(s->sequence, seq + n);
}

static inline void raw_write_seqcount_begin(seqcount_t *s)
{
	seqcount_add(s, 1);
	smp_wmb();	/* A */
}

static inline void raw_write_seqcount_end(seqcount_t *s)
{
	smp_wmb();	/* B */
	seqcount_add(s, 1);
}

static inline void write_seqcount_begin(seqcount_t *s)
{
	raw_write_seqcount_begin(s);
}

static inline void write_seqcount_end(seqcount_t *s)
{
	raw_write_seqcount_end(s);
}

/*
 * For a writer whose data need not be read together: who reads new data first
 * and old data then has to retry.
 */
static inline void raw_write_seqcount_barrier(seqcount_t *s)
{
	seqcount_add(s, 1);
	smp_wmb();	/* pairs with D */
	seqcount_add(s, 1);
}

/* No reader that began before this ends with success after it. */
static inline void write_seqcount_invalidate(seqcount_t *s)
{
	smp_wmb();	/* B */
	seqcount_add(s, 2);
}

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

static inline unsigned int read_seqbegin(const seqlock_t *sl)
{
	return read_seqcount_begin(&sl->seqcount);
}

static inline unsigned int read_seqretry(const seqlock_t *sl,
					 unsigned int start)
{
	return read_seqcount_retry(&sl->seqcount, start);
}

static inline void write_seqlock(seqlock_t *sl)
{
	spin_lock(&sl->lock);
	write_seqcount_begin(&sl->seqcount);
}

static inline void write_sequnlock(seqlock_t *sl)
{
	write_seqcount_end(&sl->seqcount);
	spin_unlock(&sl->lock);
}

#endif
