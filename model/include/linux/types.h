/* SPDX-License-Identifier: MIT */
#ifndef LINUX_TYPES_H
#define LINUX_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;
typedef unsigned int gfp_t;

typedef struct { int counter; } atomic_t;

struct list_head { struct list_head *next, *prev; };

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

#endif
