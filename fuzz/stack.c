/* SPDX-License-Identifier: MIT */
#define UNW_LOCAL_ONLY
#include "stack.h"

#include <libunwind.h>
#include <string.h>
#include <ucontext.h>

/* Made by the linker: units are linked into a section of this name. */
extern const char __start_kut_text[] __attribute__((weak));
extern const char __stop_kut_text[] __attribute__((weak));

bool stack_under_test(u64 pc)
{
	/* A return address may be one past the end. */
	return pc > (u64)__start_kut_text && pc <= (u64)__stop_kut_text;
}

bool stack_exists(const struct agent *a)
{
	return a->entered && a->state != AGENT_DONE;
}

bool stack_can_unwind(const struct agent *a)
{
	u64 regs[16];

	return a->fiber.sp && fiber_regs(&a->fiber, regs);
}

/* What a signal handler would be told, had one interrupted the fiber. */
static bool context_of(const struct agent *a, unw_context_t *context)
{
	ucontext_t *uc = (ucontext_t *)context;
	u64 regs[16];

	memset(context, 0, sizeof(*context));
	if (!fiber_regs(&a->fiber, regs))
		return false;
#ifdef __x86_64__
	static const int greg[] = {
		REG_RBX, REG_RBP, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP,
		REG_RSP
	};

	for (u32 i = 0; i < ARRAY_SIZE(greg); i++)
		uc->uc_mcontext.gregs[greg[i]] = (greg_t)regs[i];
#elif defined(__aarch64__)
	for (u32 i = 0; i < 12; i++)
		uc->uc_mcontext.regs[19 + i] = regs[i];
	uc->uc_mcontext.pc = regs[11];
	uc->uc_mcontext.sp = regs[12];
#else
	(void)uc;
	return false;
#endif
	return true;
}

u32 stack_unwind(const struct agent *a, u64 pc[STACK_MAX])
{
	unw_context_t context;
	unw_cursor_t cursor;
	u32 n = 0;

	if (!stack_exists(a) || !context_of(a, &context) ||
	    unw_init_local2(&cursor, &context, 0))
		return 0;
	for (u32 depth = 0; depth < STACK_MAX; depth++) {
		unw_word_t ip;

		if (unw_get_reg(&cursor, UNW_REG_IP, &ip))
			break;
		if (stack_under_test(ip))
			pc[n++] = ip;
		if (unw_step(&cursor) <= 0)
			break;
	}
	return n;
}
