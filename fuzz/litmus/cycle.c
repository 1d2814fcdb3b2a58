/* SPDX-License-Identifier: MIT */
/*
 * cycle - a test from the name of its cycle
 *
 * A machine that never reorders has no cycle in the order of its events. So
 * every test of the literature is a cycle, and its name spells it, in the
 * words of the diy7 generator of herdtools7 and of the RISC-V suite made
 * with it:
 *
 *	[RV+]SHAPE[+GAP]...		MP+fence.w.w+addr-[fr-rf]-ctrlfencei
 *
 * The shape names the communication between threads and whether each thread
 * begins and ends with a load or a store. Each GAP says what stands between a
 * thread's first access and its last, in the order of the shape; threads with
 * one access have none. Without gaps all are "po". One gap with an "s" behind
 * it stands for all of them.
 *
 * A gap is one or more words with "-" between them, and between two words
 * stands one more access:
 *
 *	po pos			program order; "pos" is of one location
 *	fence.rw.rw dmb.sy mb	likewise fence.r.rw dmb.ld rmb,
 *				fence.w.w dmb.st wmb, fence.i isb
 *	addr data ctrl		dependencies
 *	ctrlfencei ctrlisb	a branch, then an instruction barrier
 *	rfi fri wsi		communication within the thread
 *	[rf-WORD...-fr]		communication with another thread, whose
 *				accesses the words describe; "[fr-rf]" is
 *				another thread with a store and nothing else
 *
 * An "s" behind a word makes both its accesses go to one location; behind the
 * words of communication they always do, behind all others never. Two letters
 * behind po or pos say what the two accesses are: see struct cycle_edge.
 *
 * Not here: events, values, the condition (cycle_events.c).
 */
#include "cycle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct shape {
	const char *name;
	const char *cycle;	/* gaps: first and last access; edges */
};

static const struct shape shapes[] = {
	{ "2+2W",	"WW ws WW ws" },
	{ "3.2W",	"WW ws WW ws WW ws" },
	{ "3.LB",	"RW rf RW rf RW rf" },
	{ "3.SB",	"WR fr WR fr WR fr" },
	{ "IRIW",	"rf RR fr rf RR fr" },
	{ "IRRWIW",	"rf RR fr rf RW ws" },
	{ "IRWIW",	"rf RW ws rf RW ws" },
	{ "ISA2",	"WW rf RW rf RR fr" },
	{ "LB",		"RW rf RW rf" },
	{ "MP",		"WW rf RR fr" },
	{ "R",		"WW ws WR fr" },
	{ "RWC",	"rf RR fr WR fr" },
	{ "S",		"WW rf RW ws" },
	{ "SB",		"WR fr WR fr" },
	{ "W+RWC",	"WW rf RR fr WR fr" },
	{ "WRC",	"rf RW rf RR fr" },
	{ "WRR+2W",	"rf RR fr WW ws" },
	{ "WRW+2W",	"rf RW ws WW ws" },
	{ "WRW+WR",	"rf RW ws WR fr" },
	{ "WWC",	"rf RW rf RW ws" },
	{ "Z6.0",	"WW rf RW ws WR fr" },
	{ "Z6.1",	"WW ws WW rf RW ws" },
	{ "Z6.2",	"WW rf RW rf RW ws" },
	{ "Z6.3",	"WW ws WW rf RR fr" },
	{ "Z6.4",	"WW ws WR fr WR fr" },
	{ "Z6.5",	"WW ws WW ws WR fr" },
};

/* Names that do not spell their cycle. */
static const struct {
	const char *name, *means;
} aliases[] = {
	{ "ISA09",	"MP+fence.w.w+fri-rfi-addr" },
	{ "ISA14+BIS",	"MP+fence.w.w+data-rfi" },
	{ "ISA14+TER",	"MP+fence.w.w+data-[ws-rf]-addr" },
	{ "ISA17",	"MP+fence.w.w+ctrl" },
	{ "Luc03",	"2+2W+polps" },
	{ "Luc03+BIS",	"2+2W+polps" },
	{ "RDW",	"MP+fence.rw.rw+addr-[fr-rf]-addr" },
	{ "S+fence.w.w+fri-rfi-ctrl+REAL", "S+fence.w.w+fri-rfi-ctrl" },
};

#define PO(f)	{ HOW_PO, TO_SAME, DIR_ANY, DIR_ANY, f, false, "pp" }
#define DEP(how, dst, f) { how, TO_SAME, DIR_R, dst, f, false, "pp" }
#define COM(how, src, dst) { how, TO_SAME, src, dst, -1, true, "pp" }

static const struct {
	const char *name;
	struct cycle_edge edge;
} words[] = {
	{ "po",		PO(-1) },
	{ "fence.rw.rw", PO(LIT_MB) },
	{ "dmb.sy",	PO(LIT_MB) },
	{ "mb",		PO(LIT_MB) },
	{ "fence.r.rw",	PO(LIT_RMB) },
	{ "dmb.ld",	PO(LIT_RMB) },
	{ "rmb",	PO(LIT_RMB) },
	{ "fence.w.w",	PO(LIT_WMB) },
	{ "dmb.st",	PO(LIT_WMB) },
	{ "wmb",	PO(LIT_WMB) },
	{ "fence.i",	PO(LIT_ISB) },
	{ "isb",	PO(LIT_ISB) },
	{ "addr",	DEP(HOW_ADDR, DIR_ANY, -1) },
	{ "data",	DEP(HOW_DATA, DIR_W, -1) },
	{ "ctrl",	DEP(HOW_CTRL, DIR_ANY, -1) },
	{ "ctrlfencei",	DEP(HOW_CTRL, DIR_ANY, LIT_ISB) },
	{ "ctrlisb",	DEP(HOW_CTRL, DIR_ANY, LIT_ISB) },
	{ "rfi",	COM(HOW_RF, DIR_W, DIR_R) },
	{ "fri",	COM(HOW_FR, DIR_R, DIR_W) },
	{ "wsi",	COM(HOW_WS, DIR_W, DIR_W) },
};

/* Part of a name. */
struct span {
	const char *s;
	size_t n;
};

struct reader {
	const char *name;	/* whole, for messages */
	struct cycle *c;
	char *err;
	size_t err_size;
};

static bool span_is(struct span a, const char *s)
{
	return a.n == strlen(s) && !memcmp(a.s, s, a.n);
}

static int refuse(struct reader *r, const char *what, struct span at)
{
	snprintf(r->err, r->err_size, "%s: %s '%.*s'", r->name, what,
		 (int)at.n, at.s);
	return -ENOTSUP;
}

static bool next_span(const char **s, char sep, struct span *out)
{
	const char *end;

	if (!**s)
		return false;
	end = strchr(*s, sep);
	out->s = *s;
	out->n = end ? (size_t)(end - *s) : strlen(*s);
	*s += out->n + !!end;
	return true;
}

static int add(struct reader *r, struct cycle_edge e, struct span at)
{
	if (r->c->nr == CYCLE_MAX)
		return refuse(r, "cycle too long at", at);
	r->c->edge[r->c->nr++] = e;
	return 0;
}

static bool find_word(struct span w, struct cycle_edge *e)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (span_is(w, words[i].name)) {
			*e = words[i].edge;
			return true;
		}
	return false;
}

/* "s" behind, or two letters behind po and pos. */
static bool find_suffixed(struct span w, struct cycle_edge *e)
{
	struct span stem = w;
	char note[2] = { 'p', 'p' };

	if (w.n >= 4 && !memcmp(w.s, "po", 2) &&
	    strchr("pxaql", w.s[w.n - 1]) && strchr("pxaql", w.s[w.n - 2])) {
		memcpy(note, w.s + w.n - 2, 2);
		stem.n -= 2;
	}
	if (!find_word(stem, e)) {
		if (!stem.n || stem.s[--stem.n] != 's' || !find_word(stem, e) ||
		    e->same)
			return false;
		e->same = true;
	}
	memcpy(e->note, note, sizeof(note));
	return true;
}

/* rf, fr or ws, to a thread that @to says. */
static int add_com(struct reader *r, struct span w, enum cycle_to to)
{
	char inner[] = { w.s[0], w.n > 1 ? w.s[1] : 0, 'i' };
	struct cycle_edge e;

	if (w.n != 2 || !find_word((struct span){ inner, 3 }, &e))
		return refuse(r, "not rf, fr or ws:", w);
	e.to = (u8)to;
	return add(r, e, w);
}

static int add_word(struct reader *r, struct span w, bool *aside)
{
	struct cycle_edge e;

	if (w.n && *w.s == '[') {
		if (*aside)
			return refuse(r, "second '[' at", w);
		*aside = true;
		return add_com(r, (struct span){ w.s + 1, w.n - 1 }, TO_ASIDE);
	}
	if (w.n && w.s[w.n - 1] == ']') {
		if (!*aside)
			return refuse(r, "no '[' before", w);
		*aside = false;
		return add_com(r, (struct span){ w.s, w.n - 1 }, TO_BACK);
	}
	if (!find_suffixed(w, &e))
		return refuse(r, "unknown word", w);
	return add(r, e, w);
}

/* The accesses at both ends of a gap are what the shape says. */
static int bound(struct reader *r, u32 first, const char *ends, struct span gap)
{
	struct cycle_edge *a = &r->c->edge[first];
	struct cycle_edge *b = &r->c->edge[r->c->nr - 1];
	u8 src = ends[0] == 'R' ? DIR_R : DIR_W;
	u8 dst = ends[1] == 'R' ? DIR_R : DIR_W;

	if (a->src != DIR_ANY && a->src != src)
		return refuse(r, src == DIR_R ? "begins at a load, not so" :
			      "begins at a store, not so", gap);
	if (b->dst != DIR_ANY && b->dst != dst)
		return refuse(r, dst == DIR_R ? "ends at a load, not so" :
			      "ends at a store, not so", gap);
	a->src = src;
	b->dst = dst;
	return 0;
}

static int add_gap(struct reader *r, struct span gap, const char *ends)
{
	char text[LIT_NAME];
	const char *s = text;
	u32 first = r->c->nr;
	bool aside = false;
	struct span w;
	int ret;

	if (!gap.n)
		return refuse(r, "no words in", gap);
	memcpy(text, gap.s, gap.n);
	text[gap.n] = 0;
	while (next_span(&s, '-', &w)) {
		ret = add_word(r, w, &aside);
		if (ret)
			return ret;
	}
	if (aside)
		return refuse(r, "no ']' in", gap);
	return bound(r, first, ends, gap);
}

/* --- shapes -------------------------------------------------------------- */

static u32 shape_gaps(const struct shape *s)
{
	const char *p = s->cycle;
	struct span w;
	u32 nr = 0;

	while (next_span(&p, ' ', &w))
		nr += *w.s == 'R' || *w.s == 'W';
	return nr;
}

/* The longest that fits: "WRW+2W", not a shape "WRW" with a gap "2W". */
static const struct shape *find_shape(const char *name)
{
	const struct shape *found = NULL;
	size_t len = 0, n;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		n = strlen(shapes[i].name);
		if (n <= len || strncmp(name, shapes[i].name, n) ||
		    (name[n] && name[n] != '+'))
			continue;
		found = &shapes[i];
		len = n;
	}
	return found;
}

static int read_gaps(struct reader *r, const char *s, struct span *gap, u32 nr)
{
	struct span all = { s, strlen(s) }, one;
	u32 i, n = 0;

	while (next_span(&s, '+', &one)) {
		if (n == nr)
			return refuse(r, "too many gaps:", all);
		gap[n++] = one;
	}
	if (n == 1 && nr > 1 && gap[0].n && gap[0].s[gap[0].n - 1] == 's') {
		gap[0].n--;
		for (; n < nr; n++)
			gap[n] = gap[0];
	}
	for (i = 0; !n && i < nr; i++)
		gap[i] = (struct span){ "po", 2 };
	if (n && n != nr)
		return refuse(r, "too few gaps:", all);
	return 0;
}

static int read_name(struct reader *r, const char *name)
{
	const struct shape *shape = find_shape(name);
	struct span gap[LIT_THREADS], w;
	const char *s;
	int ret;
	u32 n = 0;

	if (!shape)
		return refuse(r, "unknown shape", (struct span){
			      name, strcspn(name, "+") });
	s = name + strlen(shape->name);
	ret = read_gaps(r, s + !!*s, gap, shape_gaps(shape));
	for (s = shape->cycle; !ret && next_span(&s, ' ', &w); )
		ret = *w.s == 'R' || *w.s == 'W' ?
		      add_gap(r, gap[n++], w.s) : add_com(r, w, TO_NEXT);
	return ret;
}

int lit_cycle(const char *name, struct lit_test *t, char *err, size_t err_size)
{
	const char *means = name + 3 * !strncmp(name, "RV+", 3);
	struct cycle c = {};
	struct reader r = { name, &c, err, err_size };
	int ret;
	u32 i;

	if (strlen(name) >= sizeof(t->name)) {
		snprintf(err, err_size, "too long for a name: %s", name);
		return -ENOTSUP;
	}
	for (i = 0; i < ARRAY_SIZE(aliases); i++)
		if (!strcmp(means, aliases[i].name))
			means = aliases[i].means;
	ret = read_name(&r, means);
	if (ret)
		return ret;
	lit_init(t);
	snprintf(t->name, sizeof(t->name), "%s", name);
	return cycle_test(&c, t, err, err_size);
}
