/* SPDX-License-Identifier: MIT */
/*
 * grid - rows and columns of text, as wide as their content needs
 *
 * At most GRID_WIDTH characters a line: when the content is wider, the widest
 * columns give way and their cells are wrapped.
 */
#ifndef FUZZ_GRID_H
#define FUZZ_GRID_H

#include <stdio.h>

#include "../model/sim/types.h"

#define GRID_WIDTH	110
#define GRID_COLUMNS	16

struct grid;

struct grid *grid_new(void);
void grid_free(struct grid *g);

/**
 * grid_column() - add a column
 * @least: it gives way before others do, down to this width; 0: it does not
 *
 * Return: its number.
 */
u32 grid_column(struct grid *g, const char *title, u32 least);

/** grid_row() - begin another row */
void grid_row(struct grid *g);

/**
 * grid_cell() - fill a cell of the last row
 * @indent: of its text; text that is wrapped is indented by two more
 * @text: copied
 */
void grid_cell(struct grid *g, u32 column, u32 indent, const char *text);

void grid_print(const struct grid *g, FILE *f);

#endif
