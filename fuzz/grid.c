/* SPDX-License-Identifier: MIT */
#include "grid.h"

#include <stdlib.h>
#include <string.h>

#define MARGIN	2		/* before each column */

struct cell {
	u32 row, column, indent;
	char *text;
};

/* Cells in order of rows: few of a row's are filled. */
struct grid {
	u32 nr_columns, nr_rows, nr_cells, room;
	const char *title[GRID_COLUMNS];
	u32 width[GRID_COLUMNS];	/* what the content needs */
	u32 least[GRID_COLUMNS];
	struct cell *cell;
};

static void *must(void *p)
{
	if (!p)
		BUG("no memory for a table of text");
	return p;
}

struct grid *grid_new(void)
{
	return must(calloc(1, sizeof(struct grid)));
}

void grid_free(struct grid *g)
{
	for (u32 i = 0; i < g->nr_columns; i++)
		free((void *)g->title[i]);
	for (u32 i = 0; i < g->nr_cells; i++)
		free(g->cell[i].text);
	free(g->cell);
	free(g);
}

u32 grid_column(struct grid *g, const char *title, u32 least)
{
	u32 n = g->nr_columns++;

	SIM_BUG_ON(n == GRID_COLUMNS);
	g->title[n] = must(strdup(title));
	g->width[n] = (u32)strlen(title);
	g->least[n] = least;
	return n;
}

void grid_row(struct grid *g)
{
	g->nr_rows++;
}

void grid_cell(struct grid *g, u32 column, u32 indent, const char *text)
{
	if (g->nr_cells == g->room) {
		g->room = g->room ? 2 * g->room : 256;
		g->cell = must(realloc(g->cell, g->room * sizeof(*g->cell)));
	}
	SIM_BUG_ON(column >= g->nr_columns || !g->nr_rows);
	g->cell[g->nr_cells++] = (struct cell){
		g->nr_rows - 1, column, indent, must(strdup(text))
	};
	g->width[column] = max_u32(g->width[column],
				   indent + (u32)strlen(text));
}

/* --- printing ------------------------------------------------------------ */

/* Column that is to give way by a character: the widest, soft ones first. */
static u32 gives_way(const struct grid *g, const u32 *width)
{
	u32 soft = GRID_COLUMNS, widest = 0;

	for (u32 i = 0; i < g->nr_columns; i++) {
		if (width[i] > width[widest])
			widest = i;
		if (g->least[i] && width[i] > g->least[i] &&
		    (soft == GRID_COLUMNS || width[i] > width[soft]))
			soft = i;
	}
	return soft == GRID_COLUMNS ? widest : soft;
}

static void fit(const struct grid *g, u32 *width)
{
	u32 sum = 0;

	for (u32 i = 0; i < g->nr_columns; i++)
		sum += MARGIN + (width[i] = g->width[i]);
	for (; sum > GRID_WIDTH; sum--)
		width[gives_way(g, width)]--;
}

/* A line being put together, blanks at its end left out. */
struct line {
	char buf[GRID_WIDTH + 1];
	u32 len;
};

static void put(struct line *l, u32 at, const char *text, u32 len)
{
	if (!len || at >= GRID_WIDTH)
		return;
	len = min_u32(len, GRID_WIDTH - at);
	if (at > l->len)
		memset(l->buf + l->len, ' ', at - l->len);
	memcpy(l->buf + at, text, len);
	l->len = at + len;
}

static void end_line(struct line *l, FILE *f)
{
	fprintf(f, "%.*s\n", (int)l->len, l->buf);
	l->len = 0;
}

/* How much of @text goes on a line of @width: up to a blank, if there is one */
static u32 piece(const char *text, u32 width)
{
	u32 len = (u32)strlen(text);

	if (len <= width)
		return len;
	for (u32 i = width; i; i--)
		if (text[i] == ' ')
			return i;
	return width;
}

/* Put what fits of @c; Return: whether something is left. */
static bool put_cell(struct line *l, struct cell *c, u32 at, u32 width)
{
	u32 indent = min_u32(c->indent, width / 2);
	u32 len = piece(c->text, width - indent);

	if (!len)
		return false;
	put(l, at + indent, c->text, len);
	c->text += len;
	c->text += strspn(c->text, " ");
	return *c->text;
}

/* One row of @nr cells, on as many lines as it takes. */
static void print_row(const struct cell *cells, u32 nr, const u32 *at,
		      const u32 *width, FILE *f)
{
	struct cell left[GRID_COLUMNS];
	struct line l = { .len = 0 };
	bool more = true;

	memcpy(left, cells, nr * sizeof(*left));
	while (more) {
		more = false;
		for (u32 i = 0; i < nr; i++) {
			u32 n = left[i].column;

			more |= put_cell(&l, &left[i], at[n], width[n]);
			left[i].indent = cells[i].indent + 2;
		}
		end_line(&l, f);
	}
}

static void print_titles(const struct grid *g, const u32 *at, FILE *f)
{
	static const char dashes[] = "----------------------------------------";
	struct line l = { .len = 0 };

	for (u32 i = 0; i < g->nr_columns; i++)
		put(&l, at[i], g->title[i], (u32)strlen(g->title[i]));
	end_line(&l, f);
	for (u32 i = 0; i < g->nr_columns; i++)
		put(&l, at[i], dashes, min_u32((u32)strlen(g->title[i]),
					       sizeof(dashes) - 1));
	end_line(&l, f);
}

static int by_place(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->column < y->column ? -1 : x->column > y->column;
}

void grid_print(const struct grid *g, FILE *f)
{
	u32 width[GRID_COLUMNS], at[GRID_COLUMNS], pos = 0;

	fit(g, width);
	for (u32 i = 0; i < g->nr_columns; i++) {
		at[i] = pos + MARGIN;
		pos = at[i] + width[i];
	}
	print_titles(g, at, f);
	/* Cells of a row are put from left to right. */
	qsort(g->cell, g->nr_cells, sizeof(*g->cell), by_place);
	for (u32 i = 0, n; i < g->nr_cells; i += n) {
		for (n = 1; i + n < g->nr_cells &&
		     g->cell[i + n].row == g->cell[i].row; n++)
			;
		print_row(&g->cell[i], n, at, width, f);
	}
}
