/* SPDX-License-Identifier: MIT */
#include "fiber.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if !defined(SIM_FIBER_UCONTEXT) && !defined(__x86_64__) && \
	!defined(__aarch64__)
#error "no assembly switch for this machine: build with -DSIM_FIBER_UCONTEXT"
#endif

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif

#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

static const void *main_stack;
static size_t main_stack_size;

static void leave(const struct fiber *to)
{
	/*
	 * No fake stacks here (the build turns them off), so there is nothing
	 * to save: NULL would mean "this stack dies", hence the dummy.
	 */
	static void *dummy;

	__sanitizer_start_switch_fiber(&dummy,
				       to->stack ? to->stack : main_stack,
				       to->stack ? FIBER_STACK :
						   main_stack_size);
}

static void arrive(const struct fiber *from)
{
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(NULL, &bottom, &size);
	if (from && !from->stack) {
		main_stack = bottom;
		main_stack_size = size;
	}
}

static void forget_redzones(struct fiber *f)
{
	__asan_unpoison_memory_region(f->stack, FIBER_STACK);
}
#else
static void leave(const struct fiber *to) { (void)to; }
static void arrive(const struct fiber *from) { (void)from; }
static void forget_redzones(struct fiber *f) { (void)f; }
#endif

/* The fiber that was left by the switch in progress. */
static struct fiber *left;
static struct fiber *entering;

static void first_entry(void)
{
	arrive(left);
	entering->entry();
	BUG("a fiber returned");
}

static void alloc_stack(struct fiber *f)
{
	if (f->stack)
		return;
	f->stack = mmap(NULL, FIBER_STACK, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (f->stack == MAP_FAILED)
		BUG("no memory for a fiber's stack");
}

#ifdef SIM_FIBER_UCONTEXT

#include <ucontext.h>

static ucontext_t *context(struct fiber *f)
{
	if (!f->uc)
		f->uc = calloc(1, sizeof(ucontext_t));
	if (!f->uc)
		BUG("no memory for a fiber");
	return f->uc;
}

void fiber_init(struct fiber *f, void (*entry)(void))
{
	ucontext_t *uc = context(f);

	alloc_stack(f);
	forget_redzones(f);
	f->entry = entry;
	getcontext(uc);
	uc->uc_stack.ss_sp = f->stack;
	uc->uc_stack.ss_size = FIBER_STACK;
	makecontext(uc, first_entry, 0);
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	left = from;
	entering = to;
	leave(to);
	swapcontext(context(from), context(to));
	arrive(left);
}

bool fiber_regs(const struct fiber *f, u64 regs[16])
{
	(void)f;
	(void)regs;
	return false;
}

#else

void fiber_asm_switch(void **save_sp, void *sp);
void fiber_asm_start(void);

#ifdef __x86_64__
/* Saved area, lowest address first: r15 r14 r13 r12 rbx rbp rip. */
enum { SAVED = 7, SAVED_START = 4, SAVED_PC = 6 };
#else
/* x19-x30, d8-d15. */
enum { SAVED = 20, SAVED_START = 0, SAVED_PC = 11 };
#endif

void fiber_init(struct fiber *f, void (*entry)(void))
{
	u64 *sp;

	alloc_stack(f);
	forget_redzones(f);
	f->entry = entry;
	/* 16-byte aligned where fiber_asm_start runs: it calls from there. */
	sp = (u64 *)((char *)f->stack + FIBER_STACK) - 2 - SAVED;
	if ((u64)(sp + SAVED) & 15)
		sp--;
	memset(sp, 0, SAVED * sizeof(*sp));
	sp[SAVED_START] = (u64)first_entry;
	sp[SAVED_PC] = (u64)fiber_asm_start;
	f->sp = sp;
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	left = from;
	entering = to;
	leave(to);
	fiber_asm_switch(&from->sp, to->sp);
	arrive(left);
}

bool fiber_regs(const struct fiber *f, u64 regs[16])
{
	const u64 *sp = f->sp;

#ifdef __x86_64__
	regs[0] = sp[4];			/* rbx */
	regs[1] = sp[5];			/* rbp */
	regs[2] = sp[3];			/* r12 */
	regs[3] = sp[2];
	regs[4] = sp[1];
	regs[5] = sp[0];			/* r15 */
	regs[6] = sp[6];			/* rip */
	regs[7] = (u64)(sp + SAVED);		/* rsp */
#else
	for (int i = 0; i < 12; i++)
		regs[i] = sp[i];		/* x19-x30 */
	regs[12] = (u64)(sp + SAVED);
#endif
	return true;
}
#endif
