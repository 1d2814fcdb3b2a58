/* SPDX-License-Identifier: MIT */
/*
 * Entry formats: what the bits of each mean, by the manual.
 *
 * The patterns are literal on purpose: nothing of model/fmt is used to make
 * them. What each architecture's are taken from is said above them.
 */
#include "lab.h"

#include "../../model/fmt/ppc_hpte.h"

#define V_	0x001	/* valid */
#define W_	0x002	/* writes allowed */
#define S_	0x004	/* a store needs no update */
#define H_	0x008	/* hardware may make it dirty */
#define Y_	0x010	/* young */
#define D_	0x020	/* dirty */
#define C_	0x040	/* contiguous */
#define G_	0x080	/* global */
#define N_	0x100	/* not to be cached as a block */
#define T_	0x200	/* a TLB may hold it */
#define TABLE_	0x400	/* leads to a table */

#define WSD_	(W_ | S_ | D_)	/* writable and dirty */
#define WH_	(W_ | H_)	/* writable and clean */
#define YT_	(Y_ | T_)

/* Of tables only V_ and T_ are judged, and Y_ where walks set it. */
#define OF_TABLES	(V_ | T_ | TABLE_)

struct pattern {
	u64 entry;
	u32 level;
	u32 is;		/* 0: not valid, and nothing else is judged */
	u64 pfn;
	u64 attrs;
};

#define IS(e, l, i, p)	{ .entry = e, .level = l, .is = i, .pfn = p }
#define BAD(e, l)	{ .entry = e, .level = l }	/* not valid */

static u32 what_is(const struct fmt *f, u64 e, u32 l)
{
	return (f->valid(e, l) ? V_ : 0) | (f->leaf(e, l) ? 0 : TABLE_) |
	       (f->write(e) ? W_ : 0) | (f->can_store(e) ? S_ : 0) |
	       (f->can_dirty(e) ? H_ : 0) | (f->young(e) ? Y_ : 0) |
	       (f->dirty(e) ? D_ : 0) | (f->cont(e, l) ? C_ : 0) |
	       (f->global(e) ? G_ : 0) | (f->no_block(e, l) ? N_ : 0) |
	       (f->cacheable(e, l) ? T_ : 0);
}

static void judge_one(const struct fmt *f, const struct pattern *p)
{
	u32 is = what_is(f, p->entry, p->level), judged = ~0u;

	if (!p->is)
		judged = V_ | T_;
	else if (p->is & TABLE_)
		judged = OF_TABLES |
			 (f->young_tables || f->table_af_option ? Y_ : 0);
	if ((is & judged) != p->is)
		fail_msg("%s: %016llx at level %u is %#x, not %#x", f->name,
			 (unsigned long long)p->entry, p->level, is & judged,
			 p->is);
	if (!p->is)
		return;
	assert_int_equal(f->pfn(p->entry), p->pfn);
	if (!(p->is & TABLE_))
		assert_int_equal(f->attrs(p->entry), p->attrs);
}

static void judge(const char *name, const struct pattern *p, size_t nr)
{
	const struct fmt *f = fmt_find(name);

	assert_non_null(f);
	for (size_t i = 0; i < nr; i++)
		judge_one(f, &p[i]);
}

#define JUDGE(name, patterns)	judge(name, patterns, ARRAY_SIZE(patterns))

/* --- x86 ------------------------------------------------------------------ */

/*
 * Intel SDM volume 3A, tables 4-9 to 4-11 (PAE) and 4-15 to 4-20 (4- and
 * 5-level): P bit 0, R/W 1, U/S 2, PWT 3, PCD 4, A 5, D 6, PS or PAT 7, G 8,
 * frame from bit 12 up, XD 63.
 */
static const struct pattern x86[] = {
	/* 4-KByte pages: bit 7 is PAT, every entry is a leaf */
	BAD(0x0000000000000000, 1),
	IS(0x0000000012345001, 1, V_, 0x12345),
	IS(0x0000000012345021, 1, V_ | YT_, 0x12345),
	IS(0x0000000012345003, 1, V_ | WH_, 0x12345),
	IS(0x0000000012345067, 1, V_ | WSD_ | YT_, 0x12345),
	IS(0x0000000012345065, 1, V_ | D_ | YT_, 0x12345),
	IS(0x0000000012345041, 1, V_ | D_, 0x12345),
	IS(0x00000000123450a5, 1, V_ | YT_, 0x12345),		/* PAT */
	{ 0x000000001234513d, 1, V_ | YT_ | G_, 0x12345, 0x18 },/* PCD PWT */
	BAD(0x0000000012345066, 1),				/* P clear */
	IS(0x0000000112345067, 1, V_ | WSD_ | YT_, 0x112345),
	IS(0x8000000012345025, 1, V_ | YT_, 0x12345),		/* XD */
	IS(0x0000000012345e25, 1, V_ | YT_, 0x12345),		/* 11:9 */
	IS(0x000ffffffffff025, 1, V_ | YT_, 0xffffffffff),
	/* entries that reference a table: PS clear */
	IS(0x0000000000042067, 2, V_ | YT_ | TABLE_, 0x42),
	IS(0x0000000000042007, 2, V_ | TABLE_, 0x42),
	IS(0x0000000100042027, 2, V_ | YT_ | TABLE_, 0x100042),
	BAD(0x0000000000042066, 2),
	/* 2-MByte pages: PS set */
	IS(0x00000000002000e7, 2, V_ | WSD_ | YT_, 0x200),
	IS(0x0000000000200085, 2, V_, 0x200),
	IS(0x00000001002000a5, 2, V_ | YT_, 0x100200),
	BAD(0x00000000002000e6, 2),				/* P clear */
};

static const struct pattern x86_4_and_5_level[] = {
	/* table 4-16: 1-GByte page; 4-15 and 4-14: PS is reserved */
	IS(0x00000000400000e7, 3, V_ | WSD_ | YT_, 0x40000),
	IS(0x0000000000042067, 4, V_ | YT_ | TABLE_, 0x42),
	BAD(0x00000000400000e7, 4),
};

static void test_x86(void **state)
{
	(void)state;
	JUDGE("x86_pae", x86);
	JUDGE("x86_64", x86);
	JUDGE("x86_64_la57", x86);
	JUDGE("x86_64", x86_4_and_5_level);
	JUDGE("x86_64_la57", x86_4_and_5_level);
}

/* --- arm64 ---------------------------------------------------------------- */

/*
 * DDI0487 D8.3, "Block descriptor and Page descriptor formats", "Table
 * descriptor format": type [1:0], AttrIndx [4:2], NS 5, AP[2:1] [7:6], SH
 * [9:8], AF 10, nG 11, DBM 51, Contiguous 52, PXN 53, UXN 54, software's
 * [58:55]. SH and AttrIndx are the attrs column.
 */
static const struct pattern arm64_4k[] = {
	BAD(0x0000000000000000, 1),
	{ 0x0000000012345f43, 1, V_ | W_ | S_ | YT_, 0x12345, 0x300 },
	{ 0x0008000012345f43, 1, V_ | WSD_ | YT_, 0x12345, 0x300 },
	{ 0x0008000012345fc3, 1, V_ | WH_ | YT_, 0x12345, 0x300 },
	{ 0x0000000012345fc3, 1, V_ | YT_, 0x12345, 0x300 },	/* AP[2] */
	{ 0x0008000012345bc3, 1, V_ | WH_, 0x12345, 0x300 },	/* AF = 0 */
	{ 0x0080000012345fc3, 1, V_ | D_ | YT_, 0x12345, 0x300 }, /* bit 55 */
	{ 0x0000000012345743, 1, V_ | W_ | S_ | YT_ | G_, 0x12345, 0x300 },
	{ 0x0010000012345f43, 1, V_ | W_ | S_ | YT_ | C_, 0x12345, 0x300 },
	{ 0x0000000012345c47, 1, V_ | W_ | S_ | YT_, 0x12345, 0x004 },
	{ 0x0060000012345f43, 1, V_ | W_ | S_ | YT_, 0x12345, 0x300 }, /* XN */
	IS(0x0000fffffffffc43, 1, V_ | W_ | S_ | YT_, 0xfffffffff),
	BAD(0x0000000012345f41, 1),		/* 0b01 at the last level */
	BAD(0x0000000012345f42, 1),
	BAD(0x0000000012345f40, 1),
	/* tables: bit 10 is AF with FEAT_HAFT */
	IS(0x0000000012345003, 2, V_ | T_ | TABLE_, 0x12345),
	IS(0x0000000012345403, 2, V_ | YT_ | TABLE_, 0x12345),
	IS(0xf800000012345003, 3, V_ | T_ | TABLE_, 0x12345),	/* NSTable.. */
	IS(0x0000000012345003, 4, V_ | T_ | TABLE_, 0x12345),
	BAD(0x0000000012345002, 2),
	/* blocks: the manual's levels 2 and 1, not 0 */
	{ 0x0000000040200741, 2, V_ | W_ | S_ | YT_ | G_, 0x40200, 0x300 },
	{ 0x0010000040200f41, 2, V_ | W_ | S_ | YT_ | C_, 0x40200, 0x300 },
	{ 0x0018000040000fc1, 3, V_ | WH_ | YT_ | C_, 0x40000, 0x300 },
	BAD(0x0000000040000741, 4),
	/* not the manual's: nT, which has moved from bit 16 to 12 */
	{ 0x0000000040201f41, 2, V_ | W_ | S_ | YT_ | N_, 0x40200, 0x300 },
};

/* TCR_ELx.DS = 1: OA[51:50] in [9:8]. */
static const struct pattern arm64_16k[] = {
	IS(0x0000000012344c43, 1, V_ | W_ | S_ | YT_, 0x48d1),
	IS(0x0000000012344f43, 1, V_ | W_ | S_ | YT_, 0x30000048d1),
	IS(0x0003ffffffffcf43, 1, V_ | W_ | S_ | YT_, 0x3fffffffff),
	IS(0x0010000012344c43, 1, V_ | W_ | S_ | YT_ | C_, 0x48d1),
	BAD(0x0000000012344c41, 1),
	IS(0x0000000012344103, 2, V_ | T_ | TABLE_, 0x10000048d1),
	IS(0x0010000002000c41, 2, V_ | W_ | S_ | YT_ | C_, 0x800),
	IS(0x0000000002010c41, 2, V_ | W_ | S_ | YT_ | N_, 0x800), /* nT 16 */
	IS(0x0010001000000c41, 3, V_ | W_ | S_ | YT_, 0x400000),
	BAD(0x0000001000000c41, 4),
};

/* FEAT_LPA: OA[51:48] in [15:12]. */
static const struct pattern arm64_64k[] = {
	{ 0x0000000012340f43, 1, V_ | W_ | S_ | YT_, 0x1234, 0x300 },
	{ 0x000000001234af43, 1, V_ | W_ | S_ | YT_, 0xa00001234, 0x300 },
	{ 0x0000ffffffffff43, 1, V_ | W_ | S_ | YT_, 0xfffffffff, 0x300 },
	{ 0x001800001234afc3, 1, V_ | WH_ | YT_ | C_, 0xa00001234, 0x300 },
	IS(0x000000001234a003, 2, V_ | T_ | TABLE_, 0xa00001234),
	{ 0x0010000020000f41, 2, V_ | W_ | S_ | YT_ | C_, 0x2000, 0x300 },
	{ 0x0000000020010f41, 2, V_ | W_ | S_ | YT_ | N_, 0x2000, 0x300 },
	{ 0x0010040000000f41, 3, V_ | W_ | S_ | YT_, 0x4000000, 0x300 },
};

static void test_arm64(void **state)
{
	(void)state;
	JUDGE("arm64", arm64_4k);
	JUDGE("arm64_16k", arm64_16k);
	JUDGE("arm64_64k", arm64_64k);
}

/* --- riscv ---------------------------------------------------------------- */

/*
 * RISC-V Privileged Architecture, "Sv39", "Sv48", figure of the page-table
 * entry: V bit 0, R 1, W 2, X 3, U 4, G 5, A 6, D 7, RSW 9:8, PPN 53:10,
 * reserved 60:54, PBMT 62:61, N 63. The steps are those of "Virtual Address
 * Translation Process".
 */
static const struct pattern riscv[] = {
	BAD(0x0000000000000000, 1),
	IS(0x00000000048d14d7, 1, V_ | WSD_ | YT_, 0x12345),
	IS(0x00000000048d1457, 1, V_ | WH_ | YT_, 0x12345),
	IS(0x00000000048d1453, 1, V_ | YT_, 0x12345),
	IS(0x00000000048d14d3, 1, V_ | D_ | YT_, 0x12345),
	IS(0x00000000048d1417, 1, V_ | WH_, 0x12345),
	IS(0x00000000048d14f7, 1, V_ | WSD_ | YT_ | G_, 0x12345),
	IS(0x00000000048d1459, 1, V_ | YT_, 0x12345),		/* X only */
	IS(0x00000000048d17d7, 1, V_ | WSD_ | YT_, 0x12345),	/* RSW */
	IS(0x003ffffffffffcd7, 1, V_ | WSD_ | YT_, 0xfffffffffff),
	BAD(0x00000000048d14d6, 1),
	BAD(0x00000000048d14d5, 1),		/* step 3: W without R */
	BAD(0x00400000048d14d7, 1),		/* step 3: reserved bit */
	{ 0x20000000048d14d7, 1, V_ | WSD_ | YT_, 0x12345,
	  0x2000000000000000 },			/* Svpbmt NC */
	BAD(0x60000000048d14d7, 1),		/* Svpbmt: reserved */
	BAD(0x00000000048d1401, 1),		/* step 4: no level below */
	/* tables: A, D, U, PBMT and N are reserved */
	IS(0x00000000048d1401, 2, V_ | T_ | TABLE_, 0x12345),
	IS(0x00000000048d1401, 3, V_ | T_ | TABLE_, 0x12345),
	BAD(0x00000000048d1441, 2),
	BAD(0x00000000048d1411, 2),
	BAD(0x20000000048d1401, 2),
	BAD(0x80000000048d1401, 2),
	/* superpages; step 5: misaligned */
	IS(0x00000000000800d7, 2, V_ | WSD_ | YT_, 0x200),
	BAD(0x00000000000804d7, 2),
	IS(0x00000000100000d7, 3, V_ | WSD_ | YT_, 0x40000),
	BAD(0x80000000000800d7, 2),		/* Svnapot: not there */
	/* not the manual's size: 10 is the scaled group, 1000 is reserved */
	IS(0x80000000048d18d7, 1, V_ | WSD_ | YT_ | C_, 0x12344),
	BAD(0x80000000048d20d7, 1),
	BAD(0x80000000048d14d7, 1),
};

static const struct pattern riscv_sv48[] = {
	IS(0x00000000048d1401, 4, V_ | T_ | TABLE_, 0x12345),
	IS(0x00000020000000d7, 4, V_ | WSD_ | YT_, 0x8000000),
};

static void test_riscv(void **state)
{
	(void)state;
	JUDGE("riscv_sv39", riscv);
	JUDGE("riscv_sv48", riscv);
	JUDGE("riscv_sv48", riscv_sv48);
}

/* --- s390 ----------------------------------------------------------------- */

/*
 * Principles of Operation, "Page-Table Entries": I bit 53 from the left, P 54,
 * IEP 55, bit 52 zero. Software's, by Linux's table of combinations in
 * asm/pgtable.h: present 1, young 4, dirty 8, read 10, write 20.
 */
static const struct pattern s390_pages[] = {
	BAD(0x0000000000000400, 1),				/* empty */
	IS(0x0000000000000000, 1, V_ | W_ | S_ | T_, 0),	/* is valid */
	IS(0x000000001234503d, 1, V_ | WSD_ | YT_, 0x12345),
	IS(0x0000000012345235, 1, V_ | W_ | YT_, 0x12345),	/* rw, clean */
	IS(0x0000000012345215, 1, V_ | YT_, 0x12345),
	IS(0x000000001234521d, 1, V_ | D_ | YT_, 0x12345),
	IS(0x000000001234513d, 1, V_ | WSD_ | YT_, 0x12345),	/* IEP */
	BAD(0x0000000012345439, 1),			/* rw, dirty, old */
	BAD(0x000000001234560d, 1),				/* prot-none */
	BAD(0x000000001234583d, 1),				/* bit 52 */
	IS(0xfffffffffffff03d, 1, V_ | WSD_ | YT_, 0xfffffffffffff),
};

/*
 * "Segment-Table Entries", "Region-Table Entries": FC bit 53 from the left, P
 * 54, I 58, TT 60-61, TL 62-63. Linux, on large pages: dirty 2000, young 1000,
 * write 2, read 1.
 */
static const struct pattern s390_tables[] = {
	BAD(0x0000000000000020, 2),
	IS(0x0000000012345000, 2, V_ | T_ | TABLE_, 0x12345),
	IS(0x0000000012345800, 2, V_ | T_ | TABLE_, 0x12345),	/* 2 KiB */
	BAD(0x0000000012345020, 2),
	BAD(0x0000000012345004, 2),				/* TT */
	IS(0x0000000012345007, 3, V_ | T_ | TABLE_, 0x12345),
	BAD(0x0000000012345027, 3),
	BAD(0x000000001234500b, 3),				/* TT */
	IS(0x000000001234500b, 4, V_ | T_ | TABLE_, 0x12345),
	BAD(0x0000000012345028, 4),
	/* 1 MiB, 2 GiB */
	IS(0x0000000000103403, 2, V_ | WSD_ | YT_, 0x100),
	IS(0x0000000000101603, 2, V_ | W_ | YT_, 0x100),
	IS(0x0000000000101601, 2, V_ | YT_, 0x100),
	BAD(0x0000000000103423, 2),
	IS(0x0000000080003407, 3, V_ | WSD_ | YT_, 0x80000),
};

static void test_s390(void **state)
{
	(void)state;
	JUDGE("s390", s390_pages);
	JUDGE("s390", s390_tables);
}

/* Linux: "read-write, dirty, old" has I set, as a large segment has FC. */
static void test_s390_an_old_dirty_page_is_still_dirty(void **state)
{
	(void)state;
	assert_true(fmt_s390.dirty(0x12345439));
	assert_true(fmt_s390.write(0x12345439));
	assert_int_equal(fmt_s390.pfn(0x12345439), 0x12345);
}

/* --- powerpc -------------------------------------------------------------- */

/*
 * Power ISA 3.0B book III, "Radix Tree Page Table Entry" and "Page Directory
 * Entry", bits from the left: V 0, L 1, RPN 7-51, R 55, C 56, ATT 58-59, EAA
 * 60-63; NLB 4-55, NLS 59-63.
 */
static const struct pattern ppc_radix[] = {
	BAD(0x0000000000000000, 1),
	IS(0xc000000012345186, 1, V_ | WSD_ | YT_, 0x12345),
	IS(0xc000000012345106, 1, V_ | WH_ | YT_, 0x12345),
	IS(0xc000000012345104, 1, V_ | YT_, 0x12345),
	IS(0xc000000012345184, 1, V_ | D_ | YT_, 0x12345),
	IS(0xc000000012345006, 1, V_ | WH_, 0x12345),
	{ 0xc0000000123451b6, 1, V_ | WSD_ | YT_, 0x12345, 0x30 },
	IS(0xc1fffffffffff186, 1, V_ | WSD_ | YT_, 0x1fffffffffff),
	BAD(0x4000000012345186, 1),
	BAD(0x6000000012345186, 1),		/* Linux: being changed */
	BAD(0x8000000012345186, 1),		/* a directory entry here */
	IS(0x8000000012345009, 2, V_ | T_ | TABLE_, 0x12345),
	IS(0x8000000012345109, 2, V_ | T_ | TABLE_, 0x12345),
	IS(0x8000000012345009, 4, V_ | T_ | TABLE_, 0x12345),
	BAD(0x0000000012345009, 2),
	IS(0xc000000000200186, 2, V_ | WSD_ | YT_, 0x200),
	IS(0xc000000040000106, 3, V_ | WH_ | YT_, 0x40000),
	BAD(0xc000000040000186, 4),
};

/* Linux's book3s/64/hash-4k.h: BUSY 40, HASHPTE bit 60, slot bits 56 to 53. */
static const struct pattern ppc_hash[] = {
	IS(0xd000000012345186, 1, V_ | WSD_ | Y_, 0x12345),
	IS(0xd1a0000012345186, 1, V_ | WSD_ | Y_, 0x12345),
	IS(0xc0000000123451c6, 1, V_ | WSD_ | Y_, 0x12345),
	IS(0xd000000012345106, 1, V_ | W_ | Y_, 0x12345),
	IS(0xc000000012345104, 1, V_ | Y_, 0x12345),
	BAD(0x5000000012345186, 1),
	IS(0x8000000012345000, 2, V_ | TABLE_, 0x12345),
	BAD(0xc000000000200186, 2),
};

static void test_powerpc(void **state)
{
	(void)state;
	JUDGE("ppc_radix", ppc_radix);
	JUDGE("ppc_hash", ppc_hash);
}

/*
 * "Hash Page Table Entry", bits from the left: SW 57-60 (Linux: lock 60), L
 * 61, H 62, V 63; ARPN 4-51, R 55, C 56, PP 62-63.
 */
static void test_hash_table_entries(void **state)
{
	struct ppc_hpte h = { 0x4000123456780011, 0x12345192 };

	(void)state;
	assert_true(ppc_hpte_valid(h));
	assert_false(ppc_hpte_locked(h) || ppc_hpte_secondary(h));
	assert_int_equal(ppc_hpte_pfn(h), 0x12345);
	assert_true(ppc_hpte_write(h));
	assert_true(ppc_hpte_young(h) && ppc_hpte_dirty(h));
	h.v = 0x12345678000a;
	assert_false(ppc_hpte_valid(h));
	assert_true(ppc_hpte_locked(h) && ppc_hpte_secondary(h));
	h.r = 0x12345013;
	assert_false(ppc_hpte_write(h));
	assert_false(ppc_hpte_young(h) || ppc_hpte_dirty(h));
}

/* --- hardware's updates --------------------------------------------------- */

static const struct {
	const char *format;
	u64 entry, young, dirty;
} updates[] = {
	/* SDM 4.8: A is bit 5, D is bit 6 */
	{ "x86_64", 0x12345007, 0x12345027, 0x12345067 },
	{ "x86_pae", 0x12345007, 0x12345027, 0x12345067 },
	{ "x86_64_la57", 0x12345007, 0x12345027, 0x12345067 },
	/* DDI0487 D8.5: AF is bit 10; AP[2], bit 7, is cleared under DBM */
	{ "arm64", 0x0008000012345bc3, 0x0008000012345fc3,
	  0x0008000012345f43 },
	{ "arm64", 0x0000000012345bc3, 0x0000000012345fc3,
	  0x0000000012345fc3 },
	{ "arm64_16k", 0x00080000123448c3, 0x0008000012344cc3,
	  0x0008000012344c43 },
	{ "arm64_64k", 0x0008000012340bc3, 0x0008000012340fc3,
	  0x0008000012340f43 },
	/* Svadu: A is bit 6, D is bit 7 */
	{ "riscv_sv39", 0x48d1417, 0x48d1457, 0x48d14d7 },
	{ "riscv_sv48", 0x48d1417, 0x48d1457, 0x48d14d7 },
	/* R is bit 55 from the left, C is 56 */
	{ "ppc_radix", 0xc000000012345006, 0xc000000012345106,
	  0xc000000012345186 },
	/* storage keys; hash entries */
	{ "s390", 0x12345235, 0x12345235, 0x12345235 },
	{ "ppc_hash", 0xc000000012345006, 0xc000000012345006,
	  0xc000000012345006 },
};

static void test_hardware_updates_change_these_bits_and_no_others(void **state)
{
	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(updates); i++) {
		const struct fmt *f = fmt_find(updates[i].format);

		assert_non_null(f);
		assert_int_equal(f->mk_young(updates[i].entry),
				 updates[i].young);
		assert_int_equal(f->mk_dirty(updates[i].entry),
				 updates[i].dirty);
	}
}

/* --- text ----------------------------------------------------------------- */

static const struct {
	const char *format;
	u64 entry;
	u32 level;
	const char *text;
} texts[] = {
	{ "x86_64", 0x12345067, 1, "pfn 12345 rw young DIRTY" },
	{ "x86_64", 0x2000e6, 2, "not present, pfn 200 rw young DIRTY huge" },
	{ "x86_64_la57", 0x42067, 5, "table 42" },
	{ "arm64", 0x0008000012345fc3, 1, "pfn 12345 rw-clean young" },
	{ "arm64", 0x0018000012345f43, 1, "pfn 12345 rw young DIRTY cont" },
	{ "arm64", 0x0000000012345f42, 1, "not present, pfn 12345 rw young" },
	{ "arm64", 0x0000000040201fc1, 2, "pfn 40200 ro young nT huge" },
	{ "riscv_sv39", 0x80000000048d1857, 1, "pfn 12344 rw young cont" },
	{ "s390", 0x12345235, 1, "pfn 12345 rw-clean young" },
	{ "s390", 0x12345611, 1, "not present, pfn 12345 ro" },
	{ "s390", 0x1234500b, 4, "table 12345" },
	{ "ppc_radix", 0xc000000012345106, 1, "pfn 12345 rw young" },
	{ "ppc_hash", 0xd0000000123451c6, 1,
	  "pfn 12345 rw young DIRTY hashpte busy" },
};

static void test_the_text_is_what_people_look_for(void **state)
{
	char buf[80];

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(texts); i++) {
		fmt_find(texts[i].format)->describe(texts[i].entry,
						    texts[i].level, buf,
						    sizeof(buf));
		assert_string_equal(buf, texts[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x86),
		cmocka_unit_test(test_arm64),
		cmocka_unit_test(test_riscv),
		cmocka_unit_test(test_s390),
		cmocka_unit_test(test_s390_an_old_dirty_page_is_still_dirty),
		cmocka_unit_test(test_powerpc),
		cmocka_unit_test(test_hash_table_entries),
		cmocka_unit_test(test_hardware_updates_change_these_bits_and_no_others),
		cmocka_unit_test(test_the_text_is_what_people_look_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
