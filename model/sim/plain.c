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

void sim_attention(struct agent *a)
{
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
	CALLBACK(unaligned_read, n, plain_read)				\
	CALLBACK(unaligned_write, n, plain_write)

CALLBACKS(1)
CALLBACKS(2)
CALLBACKS(4)
CALLBACKS(8)

/* Struct copies: one access per word. */
static void on_range(void *p, u64 n, bool write, u64 pc)
{
	u64 off = mem_off(p);

	if (off >= SIM_SIZE || !sim.cur)
		return;
	for (u64 i = 0; i + 8 <= n; i += 8) {
		if (write)
			plain_write(sim.cur, (u32)(off + i), 8, pc);
		else
			plain_read(sim.cur, (u32)(off + i), 8, pc);
	}
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
