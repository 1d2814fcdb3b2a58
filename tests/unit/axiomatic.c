/* SPDX-License-Identifier: MIT */
/*
 * The axiomatic models on the classical shapes, with the verdicts known for
 * them: from herd7's catalogues, from tools/memory-model of the kernel and, for
 * the strengthened models, from what they add. The models that allow the last
 * line of a test are letters:
 *
 *	s SC  t x86-TSO  u + own stores before what reads them
 *	k the kernel's  r + load-store order  m + multi-copy atomicity
 *	o + own stores  a Armv8  w + load-store order  n + own stores
 */
#include "lab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../litmus/axiomatic.h"
#include "../litmus/random.h"

static const char letters[] = "stukrmoawn";

static const char *allowing(const char *text)
{
	static char by[AX_MODELS + 1];
	static struct ax_set set;
	static struct lit_test t;
	u32 mask = 0, line = 1, nr = 0;
	static struct lit_final f;
	char err[200] = "";

	if (lit_read_text("test", &text, &line, &t, err, sizeof(err)))
		fail_msg("%s", err);
	if (!ax_allowed(&t, (u32)BIT(AX_MODELS) - 1, &set))
		fail_msg("not modelled");
	for (u32 i = 0; i < set.nr; i++) {
		ax_state(&t, set.val[i], &f);
		if (lit_holds(&t, &f))
			mask |= set.allowed[i];
	}
	for (u32 i = 0; i < AX_MODELS; i++)
		if (mask & BIT(i))
			by[nr++] = letters[i];
	by[nr] = '\0';
	return by;
}

/* Armv8 knows nothing of grace periods. */
static const char *allowing_kernel(const char *text)
{
	static char by[AX_MODELS + 1];

	strcpy(by, allowing(text));
	by[strcspn(by, "awn")] = '\0';
	return by;
}

#define NONE		""
#define WEAK		"krmoawn"
#define LB		"ka"	/* stores before earlier loads */
#define NON_MCA		"kr"	/* stores reach some CPUs before others */

#define P(n)		"thread P" #n "\n"
#define W(loc, val)	"store " #loc ", " #val "\n"
#define WREL(loc, val)	"store.rel " #loc ", " #val "\n"
#define R(reg, loc)	#reg " = load " #loc "\n"
#define RACQ(reg, loc)	#reg " = load.acq " #loc "\n"
#define RPC(reg, loc)	#reg " = load.acqpc " #loc "\n"
/* What depends on r0 as an address, as data; what only happens if r0 is set. */
#define RADDR(reg, loc)	"r8 = r0 ^ r0\nr9 = r8 + &" #loc "\n" #reg	\
			" = load [r9]\n"
#define WDATA(loc, val)	"r8 = r0 ^ r0\nr9 = r8 + " #val "\nstore " #loc ", r9\n"
#define IF_R0(body)	"ifnot r0 goto L\n" body "L:\n"
#define MB		"mb\n"
#define RMB		"rmb\n"
#define WMB		"wmb\n"
#define LOCK(s)		"lock " #s "\n"
#define UNLOCK(s)	"unlock " #s "\n"
#define RCU(body)	"rcu_lock\n" body "rcu_unlock\n"
#define GP		"sync_rcu\n"

#define EXPECT(by, body)						\
	assert_string_equal(allowing("litmus t\n" body "\n"), by)
#define EXPECT_KERNEL(by, body)						\
	assert_string_equal(allowing_kernel("litmus t\n" body "\n"), by)

static void test_coherence(void **state)
{
	(void)state;
	EXPECT(NONE, P(0) W(x, 1) P(1) R(r0, x) R(r1, x)
	       "exists P1:r0 = 1 /\\ P1:r1 = 0");
	EXPECT(NONE, P(0) W(x, 1) R(r0, x) "exists P0:r0 = 0");
	EXPECT(NONE, P(0) R(r0, x) W(x, 1) "exists P0:r0 = 1");
	EXPECT(NONE, P(0) W(x, 1) W(x, 2) "exists x = 1");
}

static void test_atomicity(void **state)
{
	(void)state;
	EXPECT(NONE, P(0) "add x, 1\n" P(1) "add x, 1\n" "exists x = 1");
	EXPECT(NONE, P(0) "r0 = swp x, 1\n" P(1) "r0 = cas x, 0, 2\n"
	       "exists P0:r0 = 0 /\\ P1:r0 = 0");
	EXPECT("stu" WEAK, P(0) "r0 = cas x, 0, 1\n" P(1) "r0 = cas x, 0, 2\n"
	       "exists P0:r0 = 0 /\\ P1:r0 = 1 /\\ x = 1");
}

#define MP		"exists P1:r0 = 1 /\\ P1:r1 = 0"

static void test_message_passing(void **state)
{
	(void)state;
	EXPECT(WEAK, P(0) W(x, 1) W(y, 1) P(1) R(r0, y) R(r1, x) MP);
	EXPECT(WEAK, P(0) W(x, 1) WMB W(y, 1) P(1) R(r0, y) R(r1, x) MP);
	EXPECT(WEAK, P(0) W(x, 1) W(y, 1) P(1) R(r0, y) RMB R(r1, x) MP);
	EXPECT(NONE, P(0) W(x, 1) WMB W(y, 1) P(1) R(r0, y) RMB R(r1, x) MP);
	EXPECT(NONE, P(0) W(x, 1) WREL(y, 1) P(1) RPC(r0, y) R(r1, x) MP);
	EXPECT(NONE, P(0) W(x, 1) WMB W(y, 1) P(1) R(r0, y) RADDR(r1, x) MP);
	EXPECT(WEAK, P(0) W(x, 1) WMB W(y, 1) P(1) R(r0, y) IF_R0(R(r1, x)) MP);
	/* An ISB is nothing to the kernel's model. */
	EXPECT("krmo", "arch arm64\n" P(0) W(x, 1) WMB W(y, 1)
	       P(1) R(r0, y) IF_R0("isb\n" R(r1, x)) MP);
	EXPECT(WEAK, "arch arm64\n" P(0) W(x, 1) WMB W(y, 1)
	       P(1) R(r0, y) "isb\n" IF_R0(R(r1, x)) MP);
}

#define SB		"exists P0:r0 = 0 /\\ P1:r0 = 0"

static void test_store_buffering(void **state)
{
	(void)state;
	EXPECT("tu" WEAK, P(0) W(x, 1) R(r0, y) P(1) W(y, 1) R(r0, x) SB);
	EXPECT("tu" WEAK, P(0) W(x, 1) MB R(r0, y) P(1) W(y, 1) R(r0, x) SB);
	EXPECT(NONE, P(0) W(x, 1) MB R(r0, y) P(1) W(y, 1) MB R(r0, x) SB);
	EXPECT("tukrmo", P(0) WREL(x, 1) RACQ(r0, y) P(1) WREL(y, 1)
	       RACQ(r0, x) SB);
	EXPECT("tu" WEAK, P(0) WREL(x, 1) RPC(r0, y) P(1) WREL(y, 1)
	       RPC(r0, x) SB);
	EXPECT(NONE, P(0) W(x, 1) "r1 = swp.full z, 1\n" R(r0, y)
	       P(1) W(y, 1) MB R(r0, x) SB);
	EXPECT(WEAK, P(0) W(x, 1) "r1 = cas.full z, 7, 1\n" R(r0, y)
	       P(1) W(y, 1) MB R(r0, x) SB);
}

#define LOADS_1		"exists P0:r0 = 1 /\\ P1:r0 = 1"

static void test_load_buffering(void **state)
{
	(void)state;
	EXPECT(LB, P(0) R(r0, x) W(y, 1) P(1) R(r0, y) W(x, 1) LOADS_1);
	EXPECT(LB, P(0) R(r0, x) WDATA(y, 1) P(1) R(r0, y) W(x, 1) LOADS_1);
	EXPECT(NONE, P(0) R(r0, x) WDATA(y, 1) P(1) R(r0, y) WDATA(x, 1)
	       LOADS_1);
	EXPECT(NONE, P(0) R(r0, x) IF_R0(W(y, 1)) P(1) R(r0, y) IF_R0(W(x, 1))
	       LOADS_1);
	EXPECT(NONE, P(0) R(r0, x) "store y, r0\n" P(1) R(r0, y)
	       "store x, r0\n" LOADS_1);
}

static void test_coherence_of_two_locations(void **state)
{
	(void)state;
	/* S, R and 2+2W */
	EXPECT(LB, P(0) W(x, 2) WMB W(y, 1) P(1) R(r0, y) W(x, 1)
	       "exists P1:r0 = 1 /\\ x = 2");
	EXPECT(NONE, P(0) W(x, 2) WMB W(y, 1) P(1) R(r0, y) WDATA(x, 1)
	       "exists P1:r0 = 1 /\\ x = 2");
	EXPECT("tu" WEAK, P(0) W(x, 1) W(y, 1) P(1) W(y, 2) R(r0, x)
	       "exists P1:r0 = 0 /\\ y = 2");
	EXPECT(NON_MCA, P(0) W(x, 1) WMB W(y, 1) P(1) W(y, 2) MB R(r0, x)
	       "exists P1:r0 = 0 /\\ y = 2");
	EXPECT(NONE, P(0) W(x, 1) MB W(y, 1) P(1) W(y, 2) MB R(r0, x)
	       "exists P1:r0 = 0 /\\ y = 2");
	EXPECT(WEAK, P(0) W(x, 1) W(y, 2) P(1) W(y, 1) W(x, 2)
	       "exists x = 1 /\\ y = 1");
	EXPECT(NON_MCA, P(0) W(x, 1) WMB W(y, 2) P(1) W(y, 1) WMB W(x, 2)
	       "exists x = 1 /\\ y = 1");
	EXPECT(NONE, P(0) W(x, 1) MB W(y, 2) P(1) W(y, 1) MB W(x, 2)
	       "exists x = 1 /\\ y = 1");
}

#define IRIW(f)		P(0) W(x, 1) P(1) W(y, 1)			\
			P(2) R(r0, x) f R(r1, y) P(3) R(r0, y) f R(r1, x) \
			"exists P2:r0 = 1 /\\ P2:r1 = 0 /\\ P3:r0 = 1 /\\ " \
			"P3:r1 = 0"
#define WRC(w, f)	P(0) W(x, 1) P(1) R(r0, x) w P(2) R(r0, y) f \
			"exists P1:r0 = 1 /\\ P2:r0 = 1 /\\ P2:r1 = 0"
#define ISA2(w, v, f)	P(0) W(x, 1) w P(1) R(r0, y) v P(2) R(r0, z) f \
			"exists P1:r0 = 1 /\\ P2:r0 = 1 /\\ P2:r1 = 0"

static void test_three_and_four_threads(void **state)
{
	(void)state;
	EXPECT(WEAK, IRIW(""));
	EXPECT(NON_MCA, IRIW(RMB));
	EXPECT(NONE, IRIW(MB));
	EXPECT(WEAK, WRC(W(y, 1), R(r1, x)));
	EXPECT(NON_MCA, WRC(WDATA(y, 1), RADDR(r1, x)));
	EXPECT(NONE, WRC(WREL(y, 1), RADDR(r1, x)));
	EXPECT(NON_MCA, ISA2(WMB W(y, 1), WDATA(z, 1), RMB R(r1, x)));
	EXPECT(NONE, ISA2(WREL(y, 1), WREL(z, 1), RMB R(r1, x)));
	EXPECT(NONE, ISA2(WMB W(y, 1), WREL(z, 1), RMB R(r1, x)));
}

static void test_atomics_without_full_order(void **state)
{
	(void)state;
	/* A release goes on through atomics that read it. */
	EXPECT(NONE, P(0) W(x, 1) WREL(y, 1) P(1) "r0 = add y, 1\n"
	       P(2) RACQ(r0, y) R(r1, x) "exists P2:r0 = 2 /\\ P2:r1 = 0");
	/* smp_rmb() does not know an atomic without a result. */
	EXPECT(WEAK, P(0) W(x, 1) WMB W(y, 1) P(1) "add y, 1\n" RMB R(r1, x)
	       "exists y = 2 /\\ P1:r1 = 0");
	EXPECT(NONE, P(0) W(x, 1) WMB W(y, 1) P(1) "r0 = add y, 1\n" RMB
	       R(r1, x) "exists y = 2 /\\ P1:r0 = 1 /\\ P1:r1 = 0");
	EXPECT("krmaw", P(0) W(y, 1) "r0 = swp y, 2\n" WDATA(x, 1)
	       P(1) R(r0, x) MB R(r1, y)
	       "exists P0:r0 = 1 /\\ P1:r0 = 1 /\\ P1:r1 = 0");
}

static void test_locks(void **state)
{
	(void)state;
	EXPECT(NONE, P(0) LOCK(s) W(x, 1) W(y, 1) UNLOCK(s)
	       P(1) LOCK(s) R(r0, y) R(r1, x) UNLOCK(s) MP);
	EXPECT(NONE, P(0) LOCK(s) W(x, 1) R(r0, y) UNLOCK(s)
	       P(1) LOCK(s) W(y, 1) R(r0, x) UNLOCK(s) SB);
	EXPECT(WEAK, P(0) W(x, 1) LOCK(s) W(y, 1) UNLOCK(s)
	       P(1) R(r0, y) RMB R(r1, x) MP);
	/* Unlock, then lock: everything but stores before later loads. */
	EXPECT(NONE, P(0) LOCK(s) W(x, 1) UNLOCK(s) LOCK(t) W(y, 1) UNLOCK(t)
	       P(1) R(r0, y) RMB R(r1, x) MP);
	EXPECT("krmo", P(0) LOCK(s) W(x, 1) UNLOCK(s) LOCK(t) R(r0, y)
	       UNLOCK(t) P(1) W(y, 1) MB R(r0, x) SB);
	EXPECT("krm", P(0) LOCK(s) W(x, 1) UNLOCK(s) LOCK(s) R(r0, y)
	       UNLOCK(s) P(1) W(y, 1) MB R(r0, x) SB);
}

static void test_grace_periods(void **state)
{
	(void)state;
	EXPECT_KERNEL(NONE, P(0) W(x, 1) GP W(y, 1)
		      P(1) RCU(R(r0, y) R(r1, x)) MP);
	EXPECT_KERNEL(NONE, P(0) W(x, 1) GP W(y, 1)
		      P(1) RCU(R(r1, x) R(r0, y)) MP);
	EXPECT_KERNEL("stukrmo", P(0) W(x, 1) GP W(y, 1)
		      P(1) RCU(R(r1, x)) RCU(R(r0, y)) MP);
	/* Unlink, wait, poison; and without the wait. */
	EXPECT_KERNEL(NONE, "init p = &x\n"
		      P(0) W(p, &y) GP W(x, 2) P(1) RCU(R(r0, p)
		      "r1 = load [r0]\n") "exists P1:r0 = &x /\\ P1:r1 = 2");
	EXPECT_KERNEL("stukrmo", "init p = &x\n"
		      P(0) W(p, &y) MB W(x, 2) P(1) RCU(R(r0, p)
		      "r1 = load [r0]\n") "exists P1:r0 = &x /\\ P1:r1 = 2");
}

#define SB3		"exists P0:r0 = 0 /\\ P1:r0 = 0 /\\ P2:r0 = 0"

static void test_grace_periods_and_sections_are_counted(void **state)
{
	(void)state;
	EXPECT_KERNEL(NONE, P(0) RCU(W(x, 1) R(r0, y))
		      P(1) W(y, 1) GP R(r0, x) SB);
	EXPECT_KERNEL("tukrmo", P(0) RCU(W(x, 1) R(r0, y))
		      P(1) RCU(W(y, 1) R(r0, z)) P(2) W(z, 1) GP R(r0, x) SB3);
	EXPECT_KERNEL(NONE, P(0) RCU(W(x, 1) R(r0, y))
		      P(1) W(y, 1) GP R(r0, z) P(2) W(z, 1) GP R(r0, x) SB3);
	/* A section that begins in the grace period and outlives it. */
	EXPECT_KERNEL("stukrmo", P(0) RCU(R(r0, x) W(y, 1))
		      P(1) W(x, 1) GP W(y, 2) P(2) RCU(R(r0, y) W(y, 3))
		      "exists P0:r0 = 0 /\\ P2:r0 = 0 /\\ y = 3");
}

static void test_mixed_sizes(void **state)
{
	(void)state;
	EXPECT("krmaw", P(0) W(x, 4294967297)
	       P(1) "r0 = load.4 x\nr1 = load.4+4 x\n" MP);
	EXPECT(NONE, P(0) W(x, 4294967297)
	       P(1) "r0 = load.4 x\nrmb\nr1 = load.4+4 x\n" MP);
	EXPECT(NONE, P(0) W(x, 4294967297) P(1) R(r0, x) "exists P1:r0 = 1");
	EXPECT("krmaw", P(0) "store.4 x, 1\nstore.4+4 x, 1\n" P(1) R(r0, x)
	       "exists P1:r0 = 4294967296");
	EXPECT(NONE, P(0) "store.4 x, 1\nwmb\nstore.4+4 x, 1\n" P(1) R(r0, x)
	       "exists P1:r0 = 4294967296");
	EXPECT(NONE, P(0) W(x, 4294967297) P(1) W(x, 8589934594)
	       "exists x = 4294967298");
}

/* --- random programs ------------------------------------------------------ */

static void read_back(const struct lit_test *t, struct lit_test *copy)
{
	const char *at;
	char err[200] = "", *text;
	size_t size;
	u32 line = 1;
	FILE *f = open_memstream(&text, &size);

	lit_print(t, f);
	fprintf(f, "exists x = 0\n");
	fclose(f);
	at = text;
	if (lit_read_text("test", &at, &line, copy, err, sizeof(err)))
		fail_msg("%s\n%s", err, text);
	free(text);
}

static void test_a_random_program_is_printed_as_it_is(void **state)
{
	static struct ax_set set, set_of_copy;
	static struct lit_test t, copy;
	u32 all = (u32)BIT(AX_MODELS) - 1;

	(void)state;
	for (u64 seed = 0; seed < 200; seed++) {
		lit_random(&t, seed, seed & 1);
		read_back(&t, &copy);
		assert_true(ax_allowed(&t, all, &set));
		assert_true(ax_allowed(&copy, all, &set_of_copy));
		assert_int_equal(set.nr, set_of_copy.nr);
	}
}

static void test_equal_seeds_give_equal_programs(void **state)
{
	static struct lit_test t, same, other;

	(void)state;
	lit_random(&t, 1, false);
	lit_random(&same, 1, false);
	lit_random(&other, 2, false);
	assert_memory_equal(&t, &same, sizeof(t));
	assert_memory_not_equal(t.thread, other.thread, sizeof(t.thread));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_coherence),
		cmocka_unit_test(test_atomicity),
		cmocka_unit_test(test_message_passing),
		cmocka_unit_test(test_store_buffering),
		cmocka_unit_test(test_load_buffering),
		cmocka_unit_test(test_coherence_of_two_locations),
		cmocka_unit_test(test_three_and_four_threads),
		cmocka_unit_test(test_atomics_without_full_order),
		cmocka_unit_test(test_locks),
		cmocka_unit_test(test_grace_periods),
		cmocka_unit_test(test_grace_periods_and_sections_are_counted),
		cmocka_unit_test(test_mixed_sizes),
		cmocka_unit_test(test_a_random_program_is_printed_as_it_is),
		cmocka_unit_test(test_equal_seeds_give_equal_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
