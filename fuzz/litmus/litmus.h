/* SPDX-License-Identifier: MIT */
/*
 * litmus - small programs that ask what the machine may do
 *
 * A litmus test is a few threads of a few instructions, an initial state and a
 * condition on final states. The same program is run in two ways: all its
 * executions, with hashed states (explore.c), and by the fuzzing engine, one
 * random schedule after another (hunt.c). Both execute it on the machine of
 * model/, never on a model of their own.
 *
 * Two readers make a test: herd's C format of the kernel's memory model
 * (read_c.c) and the project's own one-page form (read_text.c,
 * docs/litmus-format.md). A third makes it from the name of a cycle
 * (cycle.c).
 *
 * Values are 64 bits. The address of a location is LIT_ADDR(n); an entry of a
 * page table is a real descriptor of model/fmt/arm64.c.
 */
#ifndef FUZZ_LITMUS_H
#define FUZZ_LITMUS_H

#include "../../model/sim/types.h"

#define LIT_THREADS	6
#define LIT_REGS	48	/* of each thread */
#define LIT_INS		64	/* of each thread */
#define LIT_LOCS	24
#define LIT_NODES	128	/* of the condition */
#define LIT_EXPECTS	8
#define LIT_NAME	96

enum lit_op {
	LIT_MOV,	/* dst = imm */
	LIT_ALU,	/* dst = a <alu> (b >= 0 ? b : imm); b's view counts */
	LIT_LOAD,	/* dst = [addr] */
	LIT_STORE,	/* [addr] = val */
	LIT_RMW,	/* dst = [addr]; [addr] = [addr] <alu> val */
	LIT_CAS,	/* dst = [addr]; if it is exp, [addr] = val */
	LIT_FENCE,	/* imm = enum lit_fence */
	LIT_BZ,		/* if a is zero, go to target; target lies ahead */
	LIT_BNZ,
	LIT_JMP,
	LIT_LOCK,	/* spin_lock([addr]) */
	LIT_UNLOCK,
	LIT_TRYLOCK,	/* dst = 1 if taken */
	LIT_RCU_LOCK,
	LIT_RCU_UNLOCK,
	LIT_SYNC_RCU,
	LIT_TLBI,	/* of the address in addr, or of everything: addr < 0;
			 * imm: 1 is broadcast, 0 local */
};

enum lit_fence {
	LIT_MB,		/* smp_mb, dmb ish, mfence */
	LIT_RMB,	/* smp_rmb, dmb ishld */
	LIT_WMB,	/* smp_wmb, dmb ishst */
	LIT_ISB,
	LIT_DSB,
	LIT_DSB_LD,
	LIT_DSB_ST,
};

enum lit_alu {
	LIT_ADD, LIT_SUB, LIT_AND, LIT_OR, LIT_XOR, LIT_EQ, LIT_NE, LIT_LT,
	LIT_GT, LIT_LE, LIT_GE, LIT_LAND, LIT_LOR, LIT_MUL, LIT_SHR,
	LIT_FIRST,	/* the first operand; as a RMW: no change */
	LIT_SECOND,	/* the second; as a RMW: exchange */
	LIT_CLR,	/* a & ~b */
};

/* Order of an access. */
enum {
	LIT_ACQ		= BIT(0),	/* RCsc where the test is arm64: LDAR */
	LIT_ACQPC	= BIT(1),	/* RCpc: LDAPR, smp_load_acquire() */
	LIT_REL		= BIT(2),
	LIT_FULL	= BIT(3),	/* smp_mb() before and after */
	LIT_NORET	= BIT(4),	/* result unused: orders no later load */
	LIT_PLAIN	= BIT(5),	/* unmarked C access; executed as marked */
};

/**
 * struct lit_ins - one instruction
 * @dst, @a, @b, @addr, @val, @exp: registers, -1 for none
 * @size: bytes accessed: 8, or 4 or less for tests of mixed sizes
 * @offset: bytes added to the address in @addr, for tests of mixed sizes
 * @line: of the source, for messages
 */
struct lit_ins {
	u8 op, order, alu, size;
	s8 dst, a, b, addr, val, exp;
	u8 offset;
	s16 target;
	u16 line;
	u64 imm;
};

struct lit_thread {
	struct lit_ins ins[LIT_INS];
	u16 nr_ins;
	u8 nr_regs;
	bool ha, hd;		/* its MMU sets accessed, dirty */
	char label[LIT_INS][16];	/* of instruction n, or "" */
	char reg[LIT_REGS][16];		/* source's name of a register, or "" */
};

/**
 * enum lit_kind - what a name stands for
 * @LIT_DATA: a word of a page of its own; its address is a virtual one if the
 *	test has any LIT_PTE
 * @LIT_PTE: the leaf entry that maps data location @of
 * @LIT_PMD: the entry that leads to the table which holds the leaf entry of
 *	@of; a test has either none, or one for each data location that has a
 *	LIT_PTE (then walks have two levels)
 */
enum lit_kind { LIT_DATA, LIT_PTE, LIT_PMD };

struct lit_loc {
	char name[32];
	u8 kind;
	u8 of;			/* LIT_PTE, LIT_PMD: the data location */
	u64 init;
};

#define LIT_ADDR_BASE	(1UL << 40)
#define LIT_ADDR(n)	(LIT_ADDR_BASE + 64UL * (u32)(n))
static inline int lit_loc_of(u64 addr)
{
	return addr < LIT_ADDR_BASE || addr >= LIT_ADDR(LIT_LOCS) ? -1 :
	       (int)((addr - LIT_ADDR_BASE) / 64);
}

/**
 * struct lit_page - fields of a leaf entry, defaults as of an ordinary page
 * @oa: location whose page it maps
 * @db: writable now (AP[2] clear); @dbm: hardware may make it so
 */
struct lit_page {
	int oa;
	u8 valid, af, db, dbm;
};
#define LIT_PAGE_INIT	{ .oa = -1, .valid = 1, .af = 1, .db = 1, .dbm = 0 }

/** lit_page() - the descriptor with these fields; invalid entries keep them */
u64 lit_page(const struct lit_page *p);
/** lit_table() - the descriptor that leads to the table of location @loc's leaf */
u64 lit_table(int loc);

/* --- condition ----------------------------------------------------------- */

enum lit_cond {
	LIT_TRUE,
	LIT_NOT,	/* l */
	LIT_BOTH,	/* l and r */
	LIT_EITHER,	/* l or r */
	LIT_REG_IS,	/* register @reg of @thread is val */
	LIT_REG_ISNT,
	LIT_LOC_IS,	/* location @loc holds val at the end */
	LIT_LOC_ISNT,
	LIT_FAULTED,	/* thread faulted; @ins, @loc, @kind: -1 for any */
};

struct lit_node {
	u8 cond;
	u8 thread, reg, loc_reg;
	s16 l, r;		/* LIT_NOT, LIT_BOTH, LIT_EITHER */
	s16 ins, loc, kind;	/* LIT_FAULTED; loc also for LIT_LOC_IS */
	u64 val;
};

enum lit_quant { LIT_EXISTS, LIT_NEVER, LIT_FORALL };

/* --- verdicts ------------------------------------------------------------ */

/** enum lit_verdict - of the condition, over all final states */
enum lit_verdict { LIT_V_NEVER, LIT_V_SOMETIMES, LIT_V_ALWAYS, LIT_V_NONE };

/**
 * struct lit_expect - what should come out on one machine
 * @model: memory profile: "sc", "tso", "tso32", "weak", "weak32"
 * @ets: 0, 2 or 3: FEAT_ETS
 * @verdict: of the authority that the test cites
 * @not_modelled: "" or the rule (R-NM-1 ...) because of which the machine
 *	shows less than the authority allows
 */
struct lit_expect {
	char model[8];
	u8 ets, verdict;
	char not_modelled[12];
};

struct lit_test {
	char name[LIT_NAME];
	char source[160];
	bool arm;		/* LIT_ACQ is RCsc */
	bool translated;	/* has a LIT_PTE: data is accessed through it */
	u8 nr_threads, nr_locs, quant, nr_expects;
	s16 root, filter;	/* nodes; filter is -1 when there is none */
	u16 nr_nodes;
	struct lit_thread thread[LIT_THREADS];
	struct lit_loc loc[LIT_LOCS];
	struct lit_node node[LIT_NODES];
	struct lit_expect expect[LIT_EXPECTS];
};

/* --- running ------------------------------------------------------------- */

/**
 * struct lit_machine - what it runs on
 * @model: "sc", "tso", "tso32", "weak", "weak32"
 * @ets: 0, 2 or 3
 * @simple_inv: R-INV-6s instead of R-INV-6, as scenarios have it
 */
struct lit_machine {
	const char *model;
	u8 ets;
	bool simple_inv;
};

enum lit_fault { LIT_F_NONE, LIT_F_TRANSLATION, LIT_F_ACCESS, LIT_F_PERMISSION };

/** struct lit_final - a final state: everything is done and visible */
struct lit_final {
	u64 reg[LIT_THREADS][LIT_REGS];
	u64 mem[LIT_LOCS];
	struct { u8 kind; s16 ins, loc; } fault[LIT_THREADS];
};

typedef void (*lit_final_fn)(const struct lit_final *f, void *arg);

/**
 * lit_explore() - all executions, each state visited once
 * @t: test; @m: machine; @states_max: give up after so many states
 * @fn: called for each final state, possibly more than once for equal ones
 * @states: set to the number of states
 *
 * Return: false when it gave up: what was not seen may still be possible.
 */
bool lit_explore(const struct lit_test *t, const struct lit_machine *m,
		 u64 states_max, lit_final_fn fn, void *arg, u64 *states);

/**
 * lit_hunt() - random schedules of the fuzzing engine
 * @runs: how many; @seed: equal seeds give equal runs
 * @fn: called for each run that ended; returns true to stop
 *
 * Return: schedules run.
 */
u64 lit_hunt(const struct lit_test *t, const struct lit_machine *m, u64 runs,
	     u64 seed, bool (*fn)(const struct lit_final *f, void *arg),
	     void *arg);

/** lit_holds() - does the condition hold in @f? The quantifier is not applied. */
bool lit_holds(const struct lit_test *t, const struct lit_final *f);
/** lit_filtered() - does @f pass the test's filter? */
bool lit_filtered(const struct lit_test *t, const struct lit_final *f);

/* --- reading ------------------------------------------------------------- */

/**
 * lit_read() - read the tests of a file, in whichever form it is
 * @path: for messages; @text: its contents, NUL-terminated
 * @fn: called for each test; false stops
 * @err: on failure one line: path, line, what is wrong
 *
 * Return: 0, -EINVAL for what cannot be parsed, -ENOTSUP for a construct that
 * is legal but not supported (the message names it).
 */
int lit_read(const char *path, const char *text,
	     bool (*fn)(const struct lit_test *t, void *arg), void *arg,
	     char *err, size_t err_size);

/**
 * lit_read_next() - read one test of a file, for those who want the rest of
 * it even if one test is not supported
 * @text, @line: where to go on, also after -ENOTSUP; at first the contents, 1
 *
 * Return: 1, 0 at the end, or as lit_read().
 */
int lit_read_next(const char *path, const char **text, u32 *line,
		  struct lit_test *t, char *err, size_t err_size);

/** lit_read_c(), lit_read_text() - one test in the form named; as lit_read() */
int lit_read_c(const char *path, const char *text, struct lit_test *t,
	       char *err, size_t err_size);
int lit_read_text(const char *path, const char **text, u32 *line,
		  struct lit_test *t, char *err, size_t err_size);

/**
 * lit_cycle() - make the test whose name tells it, "MP+fence.rw.rw+addr"
 * Return: 0, or -ENOTSUP with a message that names the unknown word.
 */
int lit_cycle(const char *name, struct lit_test *t, char *err, size_t err_size);

/* --- building, for the readers ------------------------------------------- */

/** lit_init() - an empty test */
void lit_init(struct lit_test *t);
/** lit_loc() - location called @name, made if new; -1 when there are too many */
int lit_loc(struct lit_test *t, const char *name);
/** lit_pte() - the leaf entry of data location @loc; made if new */
int lit_pte(struct lit_test *t, int loc);
int lit_pmd(struct lit_test *t, int loc);
/** lit_emit() - append an instruction; NULL when the thread is full */
struct lit_ins *lit_emit(struct lit_test *t, u32 thread, enum lit_op op);
/** lit_reg() - a new register of @thread, or -1 */
int lit_reg(struct lit_test *t, u32 thread);
/** lit_const() - a new register that holds @imm */
int lit_const(struct lit_test *t, u32 thread, u64 imm);
/** lit_node() - a new node of the condition, or -1 */
int lit_node(struct lit_test *t, enum lit_cond cond);

#endif
