/* SPDX-License-Identifier: MIT */
/* Functions compiled as code under test: their accesses are unmarked. */
#ifndef TESTS_PLAIN_CODE_H
#define TESTS_PLAIN_CODE_H

#include <linux/types.h>

struct halves { u32 low, high; };
struct words { u64 word[4]; };
struct __attribute__((packed)) odd { u32 first; u64 second; };

u64 plain_read8(const u64 *p);
u32 plain_read4(const u32 *p);
u16 plain_read2(const u16 *p);
u8 plain_read1(const u8 *p);
void plain_write8(u64 *p, u64 val);
void plain_write4(u32 *p, u32 val);
void plain_write1(u8 *p, u8 val);
/* Write, then a marked step. */
void plain_write_then_mark(u64 *p, u64 val, volatile u64 *mark);
/* Both halves, the low one first; nothing in between. */
u64 plain_read_halves(const struct halves *p);
/* The same with a barrier in between. */
u64 plain_read_halves_rmb(const struct halves *p);
u64 plain_read_halves_barrier(const struct halves *p);
u64 plain_read_halves_mb(const struct halves *p);
/* An object on the stack is nobody else's. */
u64 plain_local(u64 val);
/* Structures, copied whole; and a member that is not aligned. */
void plain_copy(struct words *to, const struct words *from);
u64 plain_read_odd(const struct odd *p);
void plain_write_odd(struct odd *p, u64 val);
/* A read on either side of a marked step. */
void plain_read_mark_read(const u64 *p, volatile u64 *mark, u64 *a, u64 *b);

#endif
