/* SPDX-License-Identifier: MIT */
#ifndef SIM_TYPES_H
#define SIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int64_t s64;

#define BIT(n)		(1UL << (n))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#ifndef likely
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#endif
#ifndef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#endif
#define __noinline	__attribute__((noinline))
#define __cold		__attribute__((cold, noinline))
#define __printf(f, a)	__attribute__((format(printf, f, a)))
#define min_u32(a, b)	((a) < (b) ? (a) : (b))
#define max_u32(a, b)	((a) > (b) ? (a) : (b))

/*
 * harness_bug() - our own invariant broke; never a verdict on the code under
 * test. Prints "harness bug" and exits with status 3.
 */
__cold __printf(3, 4) _Noreturn
void harness_bug(const char *file, int line, const char *fmt, ...);
#define BUG(...)	harness_bug(__FILE__, __LINE__, __VA_ARGS__)
#define SIM_BUG_ON(c)	do { if (unlikely(c)) BUG("%s", #c); } while (0)

#endif
