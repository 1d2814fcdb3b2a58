/* SPDX-License-Identifier: MIT */
/*
 * mmap_lock and per-VMA locks.
 *
 * A VMA is write-locked while its number is the mm's. The writer, who holds
 * mmap_lock for writing, takes the VMA's rwsem only to wait for its readers,
 * then writes the number; all VMAs are unlocked at once, when the mm's number
 * goes up. A reader that finds the numbers equal goes and takes mmap_lock.
 *
 *	reader				writer
 *	numbers differ
 *	down_read_trylock()
 *					down_write() waits ...
 *	numbers still differ
 *	... up_read()
 *					vm_lock_seq = mm_lock_seq
 *
 * Modelled on: include/linux/mmap_lock.h, include/linux/mm.h,
 *              mm/memory.c, lock_vma_under_rcu()
 * Departs in:  one VMA per mm, under mm->vma; the rwsem is in the VMA; per-VMA
 *              locks are in use only if the run says so (kernel.vma_locks);
 *              the writer's reads of the numbers are marked
 */
#ifndef LINUX_MMAP_LOCK_H
#define LINUX_MMAP_LOCK_H

#include <linux/mm_types.h>
#include <linux/rcupdate.h>

static inline void mmap_assert_locked(struct mm_struct *mm)
{
	VM_BUG_ON(!rwsem_is_locked(&mm->mmap_lock));
}

static inline void mmap_assert_write_locked(struct mm_struct *mm)
{
	VM_BUG_ON(!rwsem_is_write_locked(&mm->mmap_lock));
}

/* Does this kernel have per-VMA locks (CONFIG_PER_VMA_LOCK)? */
bool vma_locks_in_use(void);

/* Unlock all VMAs. */
static inline void vma_end_write_all(struct mm_struct *mm)
{
	int seq;

	if (!vma_locks_in_use())
		return;
	mmap_assert_write_locked(mm);
	/*
	 * What was written under the lock comes first; pairs with the acquire
	 * in vma_start_read(). Nobody else writes it: we hold mmap_lock.
	 */
	seq = READ_ONCE(mm->mm_lock_seq);
	smp_store_release(&mm->mm_lock_seq, seq + 1);
}

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline bool mmap_read_trylock(struct mm_struct *mm)
{
	return down_read_trylock(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

static inline bool mmap_write_trylock(struct mm_struct *mm)
{
	return down_write_trylock(&mm->mmap_lock);
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	vma_end_write_all(mm);
	up_write(&mm->mmap_lock);
}

static inline void mmap_write_downgrade(struct mm_struct *mm)
{
	vma_end_write_all(mm);
	downgrade_write(&mm->mmap_lock);
}

/* For setup: not the mm's number. */
static inline void vma_lock_init(struct vm_area_struct *vma)
{
	vma->vm_lock_seq = -1;
}

/**
 * vma_start_read() - try to lock @vma for reading
 * Return: false: a writer has it, or had it just now; take mmap_lock.
 */
static inline bool vma_start_read(struct vm_area_struct *vma)
{
	int seq;

	/* Often enough right to be worth a look; checked again below. */
	seq = READ_ONCE(vma->vm_lock_seq);
	if (seq == READ_ONCE(vma->vm_mm->mm_lock_seq))
		return false;
	if (unlikely(!down_read_trylock(&vma->vm_lock)))
		return false;
	/*
	 * Under the rwsem vm_lock_seq does not change. If the numbers are
	 * equal the VMA is locked. If they are not, either it never was, or we
	 * saw the release in vma_end_write_all(): the acquire makes us see
	 * what was written before it.
	 */
	seq = READ_ONCE(vma->vm_lock_seq);
	if (unlikely(seq == smp_load_acquire(&vma->vm_mm->mm_lock_seq))) {
		up_read(&vma->vm_lock);
		return false;
	}
	return true;
}

static inline void vma_end_read(struct vm_area_struct *vma)
{
	rcu_read_lock();	/* a writer that frees it waits for us */
	up_read(&vma->vm_lock);
	rcu_read_unlock();
}

/** vma_start_write() - lock @vma until mmap_lock is released or downgraded */
static inline void vma_start_write(struct vm_area_struct *vma)
{
	int mm_lock_seq;

	mmap_assert_write_locked(vma->vm_mm);
	mm_lock_seq = READ_ONCE(vma->vm_mm->mm_lock_seq);
	if (READ_ONCE(vma->vm_lock_seq) == mm_lock_seq)
		return;
	down_write(&vma->vm_lock);
	/* Marked: vma_start_read() looks at it without the rwsem. */
	WRITE_ONCE(vma->vm_lock_seq, mm_lock_seq);
	up_write(&vma->vm_lock);
}

static inline void vma_assert_write_locked(struct vm_area_struct *vma)
{
	int seq;

	mmap_assert_write_locked(vma->vm_mm);
	seq = READ_ONCE(vma->vm_lock_seq);
	VM_BUG_ON(seq != READ_ONCE(vma->vm_mm->mm_lock_seq));
}

static inline void vma_mark_detached(struct vm_area_struct *vma, bool detached)
{
	if (detached)
		vma_assert_write_locked(vma);
	WRITE_ONCE(vma->detached, detached);
}

/**
 * lock_vma_under_rcu() - find the VMA at @address and lock it for reading
 * Return: the VMA, or NULL: take mmap_lock and look again.
 */
static inline struct vm_area_struct *
lock_vma_under_rcu(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = rcu_dereference(mm->vma);
	if (!vma || !vma_start_read(vma))
		goto inval;
	/* Only under the lock: it may have been taken off or resized. */
	if (READ_ONCE(vma->detached) ||
	    address < READ_ONCE(vma->vm_start) ||
	    address >= READ_ONCE(vma->vm_end)) {
		vma_end_read(vma);
		goto inval;
	}
	rcu_read_unlock();
	return vma;
inval:
	rcu_read_unlock();
	return NULL;
}

#endif
