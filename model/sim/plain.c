/* SPDX-License-Identifier: MIT */
/*
 * plain - unmarked accesses of the code under test
 *
 * Files under test are compiled with -fsanitize=thread, instrumentation only;
 * these are the callbacks. One comes *before* the access it announces, so:
 *
 *	read	the value that this agent is to see is put into memory, the
 *		compiler's load picks it up, and the agent's next step takes
 *		it out again
 *	write	the agent's next step reads back what was written and makes a
 *		store of it
 *
 * Nothing else runs between the callback and the agent's next step.
 *
 * The compiler may load the two halves of a 64-bit entry in either order
 * (R-T32-2). The code under test was compiled with one order, so on DEV_TEAR
 * the other half is read early, here, and handed out when its own callback
 * comes, unless a barrier, a marked access or a call came between: those the
 * compiler may not move a load across.
 *
 * Accesses outside simulated memory (the stack, constants) are nobody's
 * business and ignored.
 */
#include <string.h>

#include "log.h"
#include "mem.h"

#define CALLER	((u64)__builtin_return_address(0))

static __always_inline void inject(struct agent *a, u32 off, u64 val, u32 size)
{
	u64 now = mem_peek(off, size);

	if (val == now)
		return;
	a->inj_off = off;
	a->inj_val = now;
	a->inj_size = (u8)size;
	a->attn |= ATTN_INJECT;
	mem_poke(off, val, size);
}

/* Read the other half first, as the compiler might; see above. */
static __noinline void read_sibling_early(struct agent *a, u32 off, u64 pc)
{
	u32 sibling = off ^ 4;

	a->early_val = mem_load(a, sibling, 4, EVF_PLAIN, pc);
	a->early_off = sibling;
	sim_subpoint(a, off, false);
	a->has_early = 1;
}

static __always_inline void plain_read(struct agent *a, u32 off, u32 size, u64 pc)
{
	sim_subpoint(a, off, false);
	if (unlikely(sim.split64 && size == 8)) {
		inject(a, off, mem_load_halves(a, off, EVF_PLAIN, pc), 8);
		return;
	}
	if (a->has_early && a->early_off == off) {
		a->has_early = 0;
		inject(a, off, a->early_val, size);
		return;
	}
	if (sim.split64 && size == 4 && choose(DEV_TEAR, 2))
		read_sibling_early(a, off, pc);
	inject(a, off, mem_load(a, off, size, EVF_PLAIN, pc), size);
}

/* The code's own volatile accesses are marked ones. */
static __always_inline void volatile_read(struct agent *a, u32 off, u32 size,
					  u64 pc)
{
	sim_point(a, off, false);
	inject(a, off, size == 8 && sim.split64 ?
		       mem_load_halves(a, off, 0, pc) :
		       mem_load(a, off, size, 0, pc), size);
}

static __always_inline void plain_write(struct agent *a, u32 off, u32 size, u64 pc)
{
	sim_subpoint(a, off, true);
	a->has_early = 0;
	a->pw_off = off;
	a->pw_size = (u8)size;
	a->pw_old = mem_peek(off, size);
	a->pw_pc = pc;
	a->attn |= ATTN_PLAIN;
}

static __always_inline void finish_write_of(struct agent *a, u32 size)
{
	u64 val = mem_peek(a->pw_off, size);

	mem_poke(a->pw_off, a->pw_old, size);
	if (size == 8 && sim.split64)
		mem_store_halves(a, a->pw_off, val, EVF_PLAIN, a->pw_pc);
	else
		mem_store(a, a->pw_off, val, size, EVF_PLAIN, a->pw_pc);
}

static void finish_write(struct agent *a)
{
	a->attn &= (u8)~ATTN_PLAIN;
	/* Constant sizes make for straight code. */
	switch (a->pw_size) {
	case 8: finish_write_of(a, 8); break;
	case 4: finish_write_of(a, 4); break;
	default: finish_write_of(a, a->pw_size);
	}
}

/* --- more than a word, or across two of them ------------------------------- */

#define RANGE_MAX	64	/* the largest structure that is copied */

/**
 * struct range - bytes that are about to be read or written
 * @old: what is in memory there
 */
struct range {
	u32 off, n;
	u64 pc;
	u8 old[RANGE_MAX];
};

static struct range reading[AGENTS_MAX], writing[AGENTS_MAX];

/* Largest aligned access at the beginning of a range. */
static u32 piece(u32 off, u32 n)
{
	u32 size = 1u << sim.cell_lg2;

	while (size > n || off & (size - 1))
		size >>= 1;
	return size;
}

static void begin_range(struct range *r, u32 off, u32 n, u64 pc)
{
	r->off = off;
	r->n = n;
	r->pc = pc;
	memcpy(r->old, mem_ptr(off), n);
}

static bool untouched(const struct range *r)
{
	return !memcmp(mem_ptr(r->off), r->old, r->n);
}

static void range_read(struct agent *a, u32 off, u32 n, u64 pc)
{
	struct range *w = &writing[a->id];
	/* gcc announces both sides of a copy before it begins. */
	bool copies = a->attn & ATTN_WRITING && untouched(w);
	u8 val[RANGE_MAX];

	if (copies)
		a->attn &= (u8)~ATTN_WRITING;
	for (u32 i = 0, size; i < n; i += size) {
		u64 v;

		size = piece(off + i, n - i);
		sim_subpoint(a, off + i, false);
		v = mem_load(a, off + i, size, EVF_PLAIN, pc);
		memcpy(&val[i], &v, size);
	}
	if (copies) {
		begin_range(w, w->off, w->n, w->pc);
		a->attn |= ATTN_WRITING;
	}
	begin_range(&reading[a->id], off, n, pc);
	memcpy(mem_ptr(off), val, n);
	a->attn |= ATTN_READING;
}

static void range_write(struct agent *a, u32 off, u32 n, u64 pc)
{
	sim_subpoint(a, off, true);
	a->has_early = 0;
	begin_range(&writing[a->id], off, n, pc);
	a->attn |= ATTN_WRITING;
}

void plain_forget_ranges(struct agent *a)
{
	if (a->attn & ATTN_READING)
		memcpy(mem_ptr(reading[a->id].off), reading[a->id].old,
		       reading[a->id].n);
	if (a->attn & ATTN_WRITING)
		memcpy(mem_ptr(writing[a->id].off), writing[a->id].old,
		       writing[a->id].n);
	a->attn &= (u8)~(ATTN_READING | ATTN_WRITING);
}

static void finish_ranges(struct agent *a)
{
	u32 off = writing[a->id].off, n = writing[a->id].n;
	u64 pc = writing[a->id].pc;
	bool wrote = a->attn & ATTN_WRITING;
	u8 val[RANGE_MAX];

	if (wrote)
		memcpy(val, mem_ptr(off), n);
	plain_forget_ranges(a);
	for (u32 i = 0, size; wrote && i < n; i += size) {
		u64 v = 0;

		size = piece(off + i, n - i);
		if (i)
			sim_subpoint(a, off + i, true);
		memcpy(&v, &val[i], size);
		mem_store(a, off + i, v, size, EVF_PLAIN, pc);
	}
}

void sim_attention(struct agent *a)
{
	if (unlikely(a->attn & (ATTN_READING | ATTN_WRITING)))
		finish_ranges(a);
	if (a->attn & ATTN_INJECT) {
		a->attn &= (u8)~ATTN_INJECT;
		mem_poke(a->inj_off, a->inj_val, a->inj_size);
	}
	if (a->attn & ATTN_PLAIN)
		finish_write(a);
	if (a->attn & ATTN_BUFFER)
		mem_drain_due(a);
}

/* Most callbacks are for the stack and constants: out again at once. */
#define CALLBACK(name, n, what)						\
	void __tsan_##name##n(void *p);					\
	static __noinline void name##n##_seen(u32 off, u64 pc)		\
	{								\
		what(sim.cur, off, n, pc);				\
	}								\
	void __tsan_##name##n(void *p)					\
	{								\
		u64 off = mem_off(p);					\
									\
		if (off < SIM_SIZE && sim.cur)				\
			name##n##_seen((u32)off, CALLER);		\
		else if (unlikely((u64)p < 4096))			\
			mem_wild(p, CALLER);				\
	}

#define CALLBACKS(n)							\
	CALLBACK(read, n, plain_read)					\
	CALLBACK(write, n, plain_write)					\
	CALLBACK(volatile_read, n, volatile_read)			\
	CALLBACK(volatile_write, n, plain_write)			\
	CALLBACK(unaligned_read, n, range_read)				\
	CALLBACK(unaligned_write, n, range_write)

CALLBACKS(1)
CALLBACKS(2)
CALLBACKS(4)
CALLBACKS(8)

/* Structures are copied piece by piece. */
static void on_range(void *p, u64 n, bool write, u64 pc)
{
	u64 off = mem_off(p);

	if (off >= SIM_SIZE || !sim.cur)
		return;
	if (n > RANGE_MAX)
		BUG("%lu bytes are copied at once, more than RANGE_MAX", n);
	if (write)
		range_write(sim.cur, (u32)off, (u32)n, pc);
	else
		range_read(sim.cur, (u32)off, (u32)n, pc);
}

void __tsan_read16(void *p);
void __tsan_read16(void *p) { on_range(p, 16, false, CALLER); }
void __tsan_write16(void *p);
void __tsan_write16(void *p) { on_range(p, 16, true, CALLER); }
void __tsan_read_range(void *p, u64 n);
void __tsan_read_range(void *p, u64 n) { on_range(p, n, false, CALLER); }
void __tsan_write_range(void *p, u64 n);
void __tsan_write_range(void *p, u64 n) { on_range(p, n, true, CALLER); }
void __tsan_func_entry(void *pc);
void __tsan_func_entry(void *pc) { (void)pc; }
void __tsan_func_exit(void);
void __tsan_func_exit(void) { }
void __tsan_init(void);
void __tsan_init(void) { }
