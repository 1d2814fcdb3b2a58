/* SPDX-License-Identifier: MIT */
/*
 * Locks, implemented by the environment (model/kernel/lock.c): the word holds
 * the owner, waiting is blocking. R-LK-1, R-LK-4.
 */
#ifndef LINUX_SPINLOCK_H
#define LINUX_SPINLOCK_H

#include <linux/compiler.h>

typedef struct { u32 owner; u32 pad; } spinlock_t;

void spin_lock(spinlock_t *lock);
bool spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

/* As spin_lock() for a lock taken inside another of the same class. */
#define SINGLE_DEPTH_NESTING		1
#define spin_lock_nested(lock, sub)	spin_lock(lock)

/* Readers count up from 1; a writer holds RWSEM_WRITER | its number. */
struct rw_semaphore { u32 count; u32 pad; };
#define RWSEM_WRITER	0x80000000u

void down_read(struct rw_semaphore *sem);
bool down_read_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
bool down_write_trylock(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
/* The writer becomes a reader; readers that wait go on. */
void downgrade_write(struct rw_semaphore *sem);
/* For assertions: no step, orders nothing. */
bool rwsem_is_locked(struct rw_semaphore *sem);
bool rwsem_is_write_locked(struct rw_semaphore *sem);

#endif
