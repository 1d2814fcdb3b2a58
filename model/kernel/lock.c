/* SPDX-License-Identifier: MIT */
/*
 * lock - spinlocks and rwsems: R-LK-1, in the native form of R-LK-4
 *
 * The word in memory says who holds the lock; whoever finds it taken is
 * blocked until an unlock becomes visible. Under TSO an unlock is an ordinary
 * store: it waits behind the buffered stores of its critical section.
 */
#include "../include/linux/spinlock.h"
#include "../sim/log.h"
#include "kernel.h"

#define CALLER	((u64)__builtin_return_address(0))

static u32 word_of(const void *p)
{
	u64 off = mem_off(p);

	SIM_BUG_ON(off >= SIM_SIZE);
	return (u32)off;
}

static void wait_for(struct agent *a, u32 word, u64 pc)
{
	event_note(EV_BLOCK, a, word, mem_peek(word, 4), 0, 0, 0, pc);
	sim_block(word);
}

/*
 * What must be visible before the lock word is looked at: on TSO all, taking a
 * lock being a locked instruction; else what R-RMW-1 says.
 */
static void settle(struct agent *a, u32 word)
{
	/* R-LK-2: its write does not pass the last unlock. */
	if (sim.stale)
		mem_rmw_prepare(a, word, 4, a->v.unlocked ? MEM_REL : 0);
	else
		mem_drain_stepwise(a);
}

/* R-LK-1: an acquire. On a weak machine its write may become visible late. */
static void write_word(struct agent *a, u32 word, u32 val)
{
	if (!sim.stale) {
		mem_commit_word(word, val);
		return;
	}
	mem_acquired(a, word);
	mem_lock_order(a);
	mem_buffer_rmw(a, word, val, 4, mem_rmw_delay(), a->v.rd, 0);
}

static void take(struct agent *a, u32 word, u32 val, u64 mode, u32 flags,
		 u64 pc)
{
	u64 old = mem_peek(word, 4);
	struct event *ev = event_new(EV_LOCK, a);

	ev->val = mode;
	ev->old = old;
	ev->off = word;
	ev->ver = 0;
	ev->size = 4;
	ev->flags = (u8)flags;
	ev->pc = pc;
	write_word(a, word, val);
	event_done(ev);
}

enum { MODE_SPIN, MODE_READ, MODE_WRITE };

static void lock_when(struct agent *a, u32 word, bool (*can)(u64 held),
		      u32 (*val)(struct agent *a, u64 held), u64 mode, u64 pc)
{
	for (;;) {
		sim_point(a, word, true);
		settle(a, word);
		if (can(mem_peek(word, 4)))
			break;
		/* Others may wait for what it has stored (R-CH-4). */
		mem_drain_stepwise(a);
		if (!can(mem_peek(word, 4)))
			wait_for(a, word, pc);
	}
	take(a, word, val(a, mem_peek(word, 4)), mode, 0, pc);
}

static bool is_free(u64 held) { return !held; }
static bool has_no_writer(u64 held) { return !(held & RWSEM_WRITER); }
static u32 as_owner(struct agent *a, u64 held) { (void)held; return a->id + 1; }
static u32 as_writer(struct agent *a, u64 held)
{
	(void)held;
	return RWSEM_WRITER | (a->id + 1);
}
static u32 one_more(struct agent *a, u64 held) { (void)a; return (u32)held + 1; }

bool lock_try_spin(struct agent *a, u32 word, u32 val, u64 pc)
{
	settle(a, word);
	if (mem_peek(word, 4))
		return false;
	take(a, word, val, MODE_SPIN, 0, pc);
	return true;
}

void spin_lock(spinlock_t *lock)
{
	if (sim.cur)
		lock_when(sim.cur, word_of(lock), is_free, as_owner, MODE_SPIN,
			  CALLER);
}

/* A load that orders nothing. */
void lock_saw_taken(struct agent *a, u32 word)
{
	u32 floor = a->v.fl;

	mem_acquired(a, word);
	a->v.fl = floor;
}

bool spin_trylock(spinlock_t *lock)
{
	struct agent *a = sim.cur;
	u32 word;

	if (!a)
		return true;
	word = word_of(lock);
	sim_point(a, word, true);
	settle(a, word);
	if (mem_peek(word, 4) || fault(FAULT_TRYLOCK)) {
		lock_saw_taken(a, word);
		event_note(EV_LOCK, a, word, MODE_SPIN, 0, 4, EVF_FAILED,
			   CALLER);
		return false;
	}
	take(a, word, a->id + 1, MODE_SPIN, EVF_TRY, CALLER);
	return true;
}

void lock_release_spin(struct agent *a, u32 word, u64 pc)
{
	event_note(EV_UNLOCK, a, word, MODE_SPIN, mem_peek(word, 4), 4, 0, pc);
	mem_unlock_order(a);
	mem_unlock(a, word, pc);
}

void spin_unlock(spinlock_t *lock)
{
	struct agent *a = sim.cur;
	u32 word;

	if (!a)
		return;
	word = word_of(lock);
	sim_point(a, word, true);
	lock_release_spin(a, word, CALLER);
}

void down_read(struct rw_semaphore *sem)
{
	if (sim.cur)
		lock_when(sim.cur, word_of(sem), has_no_writer, one_more,
			  MODE_READ, CALLER);
}

bool down_read_trylock(struct rw_semaphore *sem)
{
	struct agent *a = sim.cur;
	u32 word;

	if (!a)
		return true;
	word = word_of(sem);
	sim_point(a, word, true);
	settle(a, word);
	if (!has_no_writer(mem_peek(word, 4)) || fault(FAULT_TRYLOCK)) {
		event_note(EV_LOCK, a, word, MODE_READ, 0, 4, EVF_FAILED,
			   CALLER);
		return false;
	}
	take(a, word, (u32)mem_peek(word, 4) + 1, MODE_READ, EVF_TRY, CALLER);
	return true;
}

void down_write(struct rw_semaphore *sem)
{
	if (sim.cur)
		lock_when(sim.cur, word_of(sem), is_free, as_writer, MODE_WRITE,
			  CALLER);
}

bool down_write_trylock(struct rw_semaphore *sem)
{
	struct agent *a = sim.cur;
	u32 word;

	if (!a)
		return true;
	word = word_of(sem);
	sim_point(a, word, true);
	settle(a, word);
	if (mem_peek(word, 4) || fault(FAULT_TRYLOCK)) {
		lock_saw_taken(a, word);
		event_note(EV_LOCK, a, word, MODE_WRITE, 0, 4, EVF_FAILED,
			   CALLER);
		return false;
	}
	take(a, word, as_writer(a, 0), MODE_WRITE, EVF_TRY, CALLER);
	return true;
}

/* An atomic, a release: all that is earlier comes first. */
static void release(struct agent *a, u32 word, u64 mode, u64 pc)
{
	sim_point(a, word, true);
	mem_drain_stepwise(a);
	mem_force_rmw(a, word, 4);
	event_note(EV_UNLOCK, a, word, mode, mem_peek(word, 4), 4, 0, pc);
	mem_unlock_order(a);
}

static void up(struct rw_semaphore *sem, u64 mode, u64 pc)
{
	struct agent *a = sim.cur;
	u32 word, held;

	if (!a)
		return;
	word = word_of(sem);
	release(a, word, mode, pc);
	held = (u32)mem_peek(word, 4);
	mem_commit_own_word(a, word, mode == MODE_WRITE ? 0 : held - 1);
	sim_wake(word);
}

void up_read(struct rw_semaphore *sem) { up(sem, MODE_READ, CALLER); }
void up_write(struct rw_semaphore *sem) { up(sem, MODE_WRITE, CALLER); }

/* One step: nobody gets in between who could not have before. */
void downgrade_write(struct rw_semaphore *sem)
{
	struct agent *a = sim.cur;
	u32 word;

	if (!a)
		return;
	word = word_of(sem);
	release(a, word, MODE_WRITE, CALLER);
	mem_commit_own_word(a, word, 1);
	event_note(EV_LOCK, a, word, MODE_READ, 0, 4, EVF_TRY, CALLER);
	sim_wake(word);
}

/* The word as the running agent has it, its own buffered write included. */
static u32 own_view(const struct rw_semaphore *sem)
{
	u32 word = word_of(sem);
	u64 val;

	if (sim.cur && sim.cur->nr_sb && mem_forward(sim.cur, word, 4, &val))
		return (u32)val;
	return (u32)mem_peek(word, 4);
}

bool rwsem_is_locked(struct rw_semaphore *sem)
{
	return !sim.cur || own_view(sem);
}

bool rwsem_is_write_locked(struct rw_semaphore *sem)
{
	return !sim.cur || own_view(sem) & RWSEM_WRITER;
}

static void unlock_visible(u32 word)
{
	sim_wake(word);
}

void lock_begin(void)
{
	mem_unlock_visible = unlock_visible;
}
