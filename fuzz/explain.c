/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "../model/sim/mem.h"
#include "../oracles/oracle.h"
#include "file.h"
#include "grid.h"
#include "names.h"
#include "place.h"
#include "run.h"
#include "words.h"

#define RULER	\
	"=================================================================="

static bool failed(void)
{
	return sim.verdict == VERDICT_FAIL;
}

/* --- which events get a row ---------------------------------------------- */

/* What an event says about the race, from nothing to everything. */
enum rank { RANK_NONE, RANK_MEMORY, RANK_KERNEL, RANK_OP, RANK_MUST };

#define ROWS_WANTED	40	/* fold more than this, if that can be done */
#define ROWS_MAX	400	/* of more than these, show the two ends */
#define FOLD_MIN	3	/* steps that are worth folding */

static u8 ranks[EVENT_MAX];

static bool is_accused(u32 i)
{
	return failed() && (i == sim_fail_info.ev || i == sim_fail_info.other);
}

static bool touches_watched(const struct event *ev)
{
	const struct world *w = selection.unit->world;

	for (u32 i = 0; i < w->nr_watch; i++)
		if (names_touches(ev, w->watch[i].slot))
			return true;
	return false;
}

/* Frames that @ev is about: of alloc, free and split, all of the folio's. */
static u32 nr_frames(const struct event *ev)
{
	return ev->type == EV_PAGE_ALLOC || ev->type == EV_PAGE_FREE ||
	       ev->type == EV_PAGE_SPLIT ? 1u << ev->size : 1;
}

/* Is @ev about what the event @i, one of the two accused, is about? */
static bool same_subject(const struct event *ev, u32 i)
{
	const struct event *accused = &event_log.ev[i];
	u32 frame = names_frame(accused), first = names_frame(ev);

	if (names_page_event(ev))
		return frame < NR_FRAMES && frame >= first &&
		       frame < first + nr_frames(ev);
	return ev->type == accused->type && ev->off == accused->off;
}

static bool touches_accused(const struct event *ev)
{
	return failed() && (same_subject(ev, sim_fail_info.ev) ||
			    same_subject(ev, sim_fail_info.other));
}

static enum rank rank_of(u32 i)
{
	const struct event *ev = &event_log.ev[i];

	if (is_accused(i))
		return RANK_MUST;
	if (ev->type == EV_END || ev->type == EV_WATCH)
		return RANK_NONE;
	if (touches_watched(ev) || touches_accused(ev) ||
	    ev->type == EV_STUCK || ev->type == EV_FAULT ||
	    ev->type == EV_BUG)
		return RANK_MUST;
	if (ev->type == EV_OP_BEGIN || ev->type == EV_OP_END)
		return RANK_OP;
	return ev->type <= EV_FENCE || ev->type == EV_WALK ? RANK_MEMORY :
							     RANK_KERNEL;
}

static void rank_events(void)
{
	u32 last = ~0u;

	for (u32 i = 0; i < event_log.nr; i++) {
		ranks[i] = (u8)rank_of(i);
		if (ranks[i] == RANK_NONE)
			continue;
		/* Agents change places: show the steps on both sides. */
		if (last != ~0u &&
		    event_log.ev[last].agent != event_log.ev[i].agent)
			ranks[last] = ranks[i] = RANK_MUST;
		last = i;
	}
}

/* Events from @i on that fold into one row: one agent's, none above @rank. */
static u32 foldable(u32 i, enum rank rank)
{
	u32 n = 0;

	while (i + n < event_log.nr && ranks[i + n] <= rank &&
	       event_log.ev[i + n].agent == event_log.ev[i].agent)
		n++;
	return n >= FOLD_MIN ? n : 0;
}

static u32 count_rows(enum rank rank)
{
	u32 rows = 0;

	for (u32 i = 0; i < event_log.nr; rows++) {
		u32 n = foldable(i, rank);

		i += n ? n : 1;
	}
	return rows;
}

/* Fold no more than it takes. */
static enum rank choose_fold(void)
{
	enum rank rank = RANK_NONE;

	while (rank < RANK_KERNEL && count_rows(rank) > ROWS_WANTED)
		rank++;
	return rank;
}

/* --- columns ------------------------------------------------------------- */

#define WATCHED_LEAST	16	/* "pfn 100046 rw" */

/* step, agents, marker, watched entries */
struct columns {
	u32 of_agent[AGENTS_MAX];	/* ~0: did nothing */
	u32 marker, watched, nr;
};

static void add_columns(struct grid *g, struct columns *c)
{
	const struct world *w = selection.unit->world;
	u32 agents = 0;

	for (u32 i = 0; i < event_log.nr; i++)
		if (ranks[i] != RANK_NONE)
			agents |= 1u << event_log.ev[i].agent;
	grid_column(g, "step", 0);
	for (u32 i = 0; i < sim.nr_agents; i++)
		c->of_agent[i] = agents & (1u << i) ?
				 grid_column(g, run_agent_name(i), 0) : ~0u;
	c->marker = grid_column(g, "", 0);
	c->watched = c->marker + 1;
	for (u32 i = 0; i < w->nr_watch; i++) {
		char buf[NAMES_MAX] = "";
		struct text t = { buf, sizeof(buf), 0 };

		names_slot(&t, w->watch[i].level, w->watch[i].va);
		grid_column(g, buf, WATCHED_LEAST);
	}
}

/* What the last row said, to say only what is new. */
struct shown {
	char func[AGENTS_MAX][64];
	u64 entry[ARRAY_SIZE(((struct world *)0)->watch)];
	bool any;
};

static void show_watched(struct grid *g, const struct columns *c,
			 struct shown *shown, u32 ev)
{
	const struct world *w = selection.unit->world;

	for (u32 i = 0; i < w->nr_watch; i++) {
		u64 val = names_entry(w->watch[i].slot, ev);
		char buf[NAMES_MAX] = "";
		struct text t = { buf, sizeof(buf), 0 };

		if (shown->any && val == shown->entry[i])
			continue;
		shown->entry[i] = val;
		names_entry_value(&t, val, w->watch[i].level);
		grid_cell(g, c->watched + i, 0, buf);
	}
	shown->any = true;
}

static void show_function(struct grid *g, const struct columns *c,
			  struct shown *shown, const struct event *ev)
{
	char *last = shown->func[ev->agent], buf[80];
	struct place p;

	if (!place_of_pc(ev->pc, &p) || !strcmp(last, p.at.func))
		return;
	snprintf(last, sizeof(shown->func[0]), "%s", p.at.func);
	snprintf(buf, sizeof(buf), "%s()", p.at.func);
	grid_row(g);
	grid_cell(g, c->of_agent[ev->agent], 0, buf);
}

/* Said by the op itself, which is in no function of the code under test. */
static bool is_op(const struct event *ev)
{
	return ev->type == EV_OP_BEGIN || ev->type == EV_OP_END ||
	       ev->type == EV_OBSERVED || ev->type == EV_PINNED ||
	       ev->type == EV_UNPINNED;
}

static void show_event(struct grid *g, const struct columns *c,
		       struct shown *shown, u32 i)
{
	const struct event *ev = &event_log.ev[i];
	char buf[WORDS_MAX];

	if (is_op(ev))
		shown->func[ev->agent][0] = 0;
	else
		show_function(g, c, shown, ev);
	words_event(ev, buf, sizeof(buf));
	grid_row(g);
	grid_cell(g, c->of_agent[ev->agent], is_op(ev) ? 0 : 2, buf);
	snprintf(buf, sizeof(buf), "%4u", i + 1);
	grid_cell(g, 0, 0, buf);
	if (failed() && i == sim_fail_info.ev)
		grid_cell(g, c->marker, 0, "!!");
	else if (failed() && i == sim_fail_info.other)
		grid_cell(g, c->marker, 0, "<-");
	show_watched(g, c, shown, i);
}

static void show_folded(struct grid *g, const struct columns *c,
			struct shown *shown, u32 i, u32 n)
{
	char buf[32];

	snprintf(buf, sizeof(buf), "... %u steps", n);
	grid_row(g);
	grid_cell(g, c->of_agent[event_log.ev[i].agent], 2, buf);
	show_watched(g, c, shown, i + n - 1);
}

static void show_start(struct grid *g, const struct columns *c,
		       struct shown *shown)
{
	if (!selection.unit->world->nr_watch)
		return;
	grid_row(g);
	show_watched(g, c, shown, ~0u);
}

/* Show event @i, alone or with some that follow; Return: how many those are. */
static u32 show_next(struct grid *g, const struct columns *c,
		     struct shown *shown, u32 i, enum rank fold)
{
	u32 n = foldable(i, fold);

	if (n) {
		show_folded(g, c, shown, i, n);
		return n;
	}
	if (ranks[i] != RANK_NONE)
		show_event(g, c, shown, i);
	return 1;
}

/* Nobody reads a livelock to its end: leave out the middle. */
static u32 skip_middle(struct grid *g, u32 i, u32 rows)
{
	u32 end = event_log.nr - ROWS_MAX / 2, n = 0;
	char buf[48];

	if (rows <= ROWS_MAX || i < ROWS_MAX / 2 || i >= end)
		return 0;
	while (i + n < end && !is_accused(i + n))
		n++;
	if (!n)
		return 0;
	snprintf(buf, sizeof(buf), "... %u steps of all agents", n);
	grid_row(g);
	grid_cell(g, 1, 2, buf);
	return n;
}

static void show_events(struct grid *g, const struct columns *c,
			enum rank fold)
{
	struct shown *shown = calloc(1, sizeof(*shown));
	u32 rows = count_rows(fold);

	if (!shown)
		BUG("no memory to explain a run");
	names_begin();
	show_start(g, c, shown);
	for (u32 i = 0; i < event_log.nr;) {
		u32 n = skip_middle(g, i, rows);

		if (!n)
			n = show_next(g, c, shown, i, fold);
		for (; n; n--, i++)
			names_advance(&event_log.ev[i]);
	}
	free(shown);
}

static void print_columns(FILE *f)
{
	struct grid *g = grid_new();
	struct columns c;

	rank_events();
	add_columns(g, &c);
	show_events(g, &c, choose_fold());
	grid_print(g, f);
	grid_free(g);
}

/* --- around them --------------------------------------------------------- */

static const struct oracle *find_oracle(const char *name)
{
	for (const struct oracle *const *o = oracles; *o; o++)
		if (!strcmp((*o)->name, name))
			return *o;
	return NULL;
}

static void print_place(FILE *f, const char *label, u32 ev)
{
	struct place p;

	if (!place_of_event(ev, &p))
		return;
	fprintf(f, "  %-10s%s:%u %s()", label, p.at.file, p.at.line,
		p.at.func);
	if (p.helper)
		fprintf(f, ", in %s()", p.helper);
	fputc('\n', f);
}

/* entries-are-whole: oracles/entries_are_whole.c */
static void print_oracle(FILE *f, const char *name)
{
	fputs("  oracle:   oracles/", f);
	for (const char *p = name; *p; p++)
		fputc(*p == '-' ? '_' : *p, f);
	fputs(".c\n", f);
}

static void print_verdict(FILE *f)
{
	const struct fail *fail = &sim_fail_info;
	const struct oracle *o = find_oracle(fail->oracle);

	if (fail->ev == fail->other)
		fprintf(f, "  step %u", fail->ev + 1);
	else
		fprintf(f, "  step %u contradicts step %u", fail->ev + 1,
			fail->other + 1);
	fprintf(f, ": %s\n", o ? o->summary : fail->oracle);
	print_oracle(f, fail->oracle);
	if (fail->rules && *fail->rules)
		fprintf(f, "  rules:    %s\n", fail->rules);
	print_place(f, "code:", fail->ev);
	if (fail->other != fail->ev)
		print_place(f, "against:", fail->other);
}

static void print_schedule(FILE *f)
{
	static struct schedule s;

	run_schedule(&s);
	if (!s.nr) {
		fputs("  schedule: empty\n", f);
		return;
	}
	fputs("  schedule:\n", f);
	for (u32 i = 0; i < s.nr; i++) {
		fputs("    ", f);
		record_print(&s.dev[i], f);
	}
}

static void print_selection(FILE *f)
{
	fprintf(f, "  scenario: %s\n", selection.scenario->name);
	fprintf(f, "  machine:  format %s, model %s%s%s\n", selection.fmt->name,
		selection.model->name, *selection.machine ? ", " : "",
		selection.machine);
	fprintf(f, "  mutant:   %s\n",
		selection.mutant ? selection.mutant->name : "none");
}

void explain(FILE *f)
{
	fputs(RULER "\n", f);
	if (failed())
		fprintf(f, "BUG: %s: %s\n\n", sim_fail_info.rule,
			sim_fail_info.text);
	else
		fputs("no oracle objected\n\n", f);
	print_columns(f);
	fputc('\n', f);
	if (failed())
		print_verdict(f);
	print_selection(f);
	print_schedule(f);
	fputs(RULER "\n", f);
}
