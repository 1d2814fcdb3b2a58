/* SPDX-License-Identifier: MIT */
#include "plain_code.h"

#include <linux/compiler.h>

u64 plain_read8(const u64 *p) { return *p; }
u32 plain_read4(const u32 *p) { return *p; }
u16 plain_read2(const u16 *p) { return *p; }
u8 plain_read1(const u8 *p) { return *p; }
void plain_write8(u64 *p, u64 val) { *p = val; }
void plain_write4(u32 *p, u32 val) { *p = val; }
void plain_write1(u8 *p, u8 val) { *p = val; }

void plain_write_then_mark(u64 *p, u64 val, volatile u64 *mark)
{
	*p = val;
	WRITE_ONCE(*mark, 1);
}

u64 plain_read_halves(const struct halves *p)
{
	u32 low = p->low;

	return (u64)p->high << 32 | low;
}

u64 plain_read_halves_rmb(const struct halves *p)
{
	u32 low = p->low;

	smp_rmb();
	return (u64)p->high << 32 | low;
}

u64 plain_read_halves_barrier(const struct halves *p)
{
	u32 low = p->low;

	barrier();
	return (u64)p->high << 32 | low;
}

u64 plain_read_halves_mb(const struct halves *p)
{
	u32 low = p->low;

	smp_mb();
	return (u64)p->high << 32 | low;
}

u64 plain_local(u64 val)
{
	u64 local[2] = { val, 1 };
	u64 *p = local;

	__asm__ volatile("" : "+r"(p) : : "memory");
	p[1] += p[0];
	return p[1];
}

void plain_copy(struct words *to, const struct words *from) { *to = *from; }
u64 plain_read_odd(const struct odd *p) { return p->second; }
void plain_write_odd(struct odd *p, u64 val) { p->second = val; }

void plain_read_mark_read(const u64 *p, volatile u64 *mark, u64 *a, u64 *b)
{
	u64 first = *p;

	WRITE_ONCE(*mark, 1);
	*b = *p;
	*a = first;
}
