/* SPDX-License-Identifier: MIT */
/*
 * log - hand-written event logs, judged by one oracle
 *
 * No scheduler, no code under test: a test says what happened, in the words of
 * the domain, and what the oracle has to say to it.
 *
 *	log_begin(&fmt_x86_64);
 *	...				what was there before the run
 *	log_judge(&oracle_...);		the run begins
 *	...				what happens
 *	expect_pass();  or  expect_fail("rule-id");
 */
#ifndef TESTS_ORACLES_LOG_H
#define TESTS_ORACLES_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../../model/sim/log.h"
#include "../../oracles/oracle.h"

enum { CPU0, CPU1, CPU2, LOG_CPUS };

/* The world: one path of tables down to VA, and pages. */
#define VA	0x5000UL
#define PTE_TABLE	20	/* frames */
#define PMD_TABLE	21
#define SPARE_TABLE	22	/* live, linked nowhere */
#define PAGE_A	70
#define PAGE_B	7
#define HUGE	64	/* heads a folio of four */

/* Bits of entries, as in the manual. */
#define P_RW	0x007ULL
#define P_RO	0x005ULL
#define ACC	0x020ULL
#define DIRTY	0x040ULL
#define HUGE_PS	0x080ULL

void log_begin(const struct fmt *f);
/** log_weak() - on a weak machine; after log_begin() */
void log_weak(void);
/** log_map() - VA is mapped to @frame before the run */
void log_map(u32 frame, u64 bits);
void log_judge(const struct oracle *o);

#define expect_pass()		log_expect(NULL, __FILE__, __LINE__)
#define expect_fail(rule)	log_expect(rule, __FILE__, __LINE__)
void log_expect(const char *rule, const char *file, int line);

u64 log_entry(u32 frame, u64 bits);
/** log_leaf() - entry of the format that maps @frame; FMT_* flags */
u64 log_leaf(u32 frame, u32 level, u32 flags);
u64 log_leads(u32 frame, u32 level);	/* to the table in @frame */
u32 log_pte(void);		/* slot of VA's entries */
u32 log_pmd(void);
u32 log_root(void);		/* the tables of all CPUs, before a switch */
u32 log_other_root(void);	/* some without entries */
u32 log_table_off(u32 frame, u32 n);	/* entry @n of the table in @frame */

/* --- what happens --------------------------------------------------------- */

void log_op_begins(u32 cpu);
void log_op_ends(u32 cpu);
/* Software; 8 bytes, or a half at @off with size 4. */
u64 log_load(u32 cpu, u32 off, u32 size);
void log_store(u32 cpu, u32 off, u64 val, u32 size);
u64 log_take(u32 cpu, u32 slot);	/* exchange with zero, atomic */
void log_exchange(u32 cpu, u32 slot, u64 val);
/* A store that waits in the buffer, and becomes visible. */
void log_store_waits(u32 cpu, u32 off, u64 val, u32 size);
void log_user_store_waits(u32 cpu, u32 frame);
void log_store_visible(u32 cpu);
/* With order, on a weak machine: an acquire, a release. */
void log_load_acquire(u32 cpu, u32 off);
void log_store_release(u32 cpu, u32 off, u64 val);
/* An atomic; @order: MEM_*. */
void log_atomic(u32 cpu, u32 off, u64 val, u32 order);
/* A relaxed exchange whose write waits. */
void log_atomic_waits(u32 cpu, u32 off, u64 val);
void log_fence(u32 cpu, enum fence fence);
/* Hardware. */
void log_walk(u32 cpu, u32 slot, u32 level);
void log_walk_stale(u32 cpu, u32 slot, u32 level, u64 val);
void log_hw_update(u32 cpu, u32 slot, u32 level, u64 bits);
/* The same, but visible only when it arrives. */
u64 log_hw_update_late(u32 cpu, u32 slot, u32 level, u64 bits);
void log_hw_update_arrives(u32 cpu, u32 slot, u64 val);
/* The CPU has seen all that is visible now. */
void log_sees_all(u32 cpu);
void log_user_store(u32 cpu, u32 frame);
void log_user_load(u32 cpu, u32 frame);
void log_invalidated(u32 cpu, u64 start, u64 end);
/* Other tables, with a tag; an invalidation of what has that tag. */
void log_context(u32 cpu, u32 root, u32 tag);
void log_invalidated_tag(u32 cpu, u32 tag, u64 start, u64 end);
void log_lazy(u32 cpu, bool is);
/* Invalidation @nr goes to all CPUs, and reaches one; @flags: EVF_LEAF. */
void log_invalidate(u32 cpu, u32 nr, u64 start, u64 end, u32 flags);
void log_reaches(u32 cpu, u32 nr, u64 start, u64 end, u32 flags);
/* All of it, at once. */
void log_flush(u64 start, u64 end);
void log_flushed(u32 cpu, u64 start, u64 end, u32 since);
void log_fault_taken(u32 cpu, u32 slot, u64 va, bool others_run);
/* Pages. */
void log_alloc(u32 cpu, u32 frame);
void log_free(u32 cpu, u32 frame, u32 order);
void log_table(u32 cpu, u32 frame, u32 level);
void log_get(u32 cpu, u32 frame);
void log_put(u32 cpu, u32 frame);
void log_split(u32 cpu, u32 frame, u32 order);
void log_page_dirty(u32 cpu, u32 frame);
void log_page_clean(u32 cpu, u32 frame);
void log_move(u32 cpu, u32 from, u32 to);
/* Declarations of ops. */
void log_observed(u32 cpu, u32 slot, u64 val, u32 level);
void log_pinned(u32 cpu, u32 frame, u64 va, bool write);
void log_unpinned(u32 cpu, u32 frame);
/* Everything else: an event with @off and @val. */
void log_note(u32 cpu, enum event_type type, u32 off, u64 val);
/* The lock in the page of the table that holds @slot. */
void log_lock_table(u32 cpu, u32 slot);
void log_unlock_table(u32 cpu, u32 slot);

/* cmocka, with less to write. */
#define run(...)							\
int main(void)								\
{									\
	const struct CMUnitTest tests[] = { __VA_ARGS__ };		\
									\
	return cmocka_run_group_tests(tests, NULL, NULL);		\
}
#define t(f)	cmocka_unit_test(f)

#endif
