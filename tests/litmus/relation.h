/* SPDX-License-Identifier: MIT */
/*
 * relation - relations over the few events of one execution, as bit matrices
 *
 * A relation is a value: the functions return a new one, so that a model
 * reads as its definition does on paper. Row a holds the events b with a -> b.
 */
#ifndef TESTS_RELATION_H
#define TESTS_RELATION_H

#include "../../model/sim/types.h"

#define REL_MAX	32

struct rel {
	u32 nr;			/* events; rows from here on are undefined */
	u32 row[REL_MAX];
};

#define for_each_bit(b, mask)						\
	for (u32 left_##b = (mask), b;					\
	     left_##b && (b = (u32)__builtin_ctz(left_##b), true);	\
	     left_##b &= left_##b - 1)

static inline struct rel rel_empty(u32 nr)
{
	struct rel r = { .nr = nr };

	return r;
}

static inline struct rel rel_id(u32 nr)
{
	struct rel r;

	r.nr = nr;
	for (u32 i = 0; i < nr; i++)
		r.row[i] = (u32)BIT(i);
	return r;
}

static inline struct rel rel_or(struct rel a, struct rel b)
{
	for (u32 i = 0; i < a.nr; i++)
		a.row[i] |= b.row[i];
	return a;
}

static inline struct rel rel_and(struct rel a, struct rel b)
{
	for (u32 i = 0; i < a.nr; i++)
		a.row[i] &= b.row[i];
	return a;
}

static inline struct rel rel_minus(struct rel a, struct rel b)
{
	for (u32 i = 0; i < a.nr; i++)
		a.row[i] &= ~b.row[i];
	return a;
}

/* [from] ; a ; [to] */
static inline struct rel rel_within(u32 from, struct rel a, u32 to)
{
	for (u32 i = 0; i < a.nr; i++)
		a.row[i] = from & BIT(i) ? a.row[i] & to : 0;
	return a;
}

/* a ; b */
static inline struct rel rel_seq(struct rel a, struct rel b)
{
	struct rel r;

	r.nr = a.nr;
	for (u32 i = 0; i < a.nr; i++) {
		r.row[i] = 0;
		for_each_bit(j, a.row[i])
			r.row[i] |= b.row[j];
	}
	return r;
}

static inline struct rel rel_inverse(struct rel a)
{
	struct rel r = rel_empty(a.nr);

	for (u32 i = 0; i < a.nr; i++)
		for_each_bit(j, a.row[i])
			r.row[j] |= (u32)BIT(i);
	return r;
}

/* What anything leads to. */
static inline u32 rel_range(struct rel a)
{
	u32 set = 0;

	for (u32 i = 0; i < a.nr; i++)
		set |= a.row[i];
	return set;
}

/* a? */
static inline struct rel rel_opt(struct rel a)
{
	for (u32 i = 0; i < a.nr; i++)
		a.row[i] |= (u32)BIT(i);
	return a;
}

/* a+ */
static inline struct rel rel_plus(struct rel a)
{
	for (u32 k = 0; k < a.nr; k++)
		for (u32 i = 0; i < a.nr; i++)
			if (a.row[i] & BIT(k))
				a.row[i] |= a.row[k];
	return a;
}

/* a* */
static inline struct rel rel_star(struct rel a)
{
	return rel_opt(rel_plus(a));
}

static inline bool rel_irreflexive(struct rel a)
{
	for (u32 i = 0; i < a.nr; i++)
		if (a.row[i] & BIT(i))
			return false;
	return true;
}

/* Take away events that nothing leads to until none or a cycle is left. */
static inline bool rel_acyclic(struct rel a)
{
	u32 left = a.nr == 32 ? ~0u : (u32)BIT(a.nr) - 1;

	while (left) {
		u32 led_to = 0;

		for_each_bit(i, left)
			led_to |= a.row[i];
		if ((left & led_to) == left)
			return false;
		left &= led_to;
	}
	return true;
}

static inline bool rel_equal(struct rel a, struct rel b)
{
	for (u32 i = 0; i < a.nr; i++)
		if (a.row[i] != b.row[i])
			return false;
	return true;
}

#endif
