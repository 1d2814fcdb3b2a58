/* SPDX-License-Identifier: MIT */
/*
 * model - the memory profiles
 *
 * Each is the same machine with other flags: a buffer for stores that are not
 * visible yet, and a history from which loads may be served.
 */
#include <string.h>

#include "sim.h"

const struct mem_model mem_models[] = {
	{ "sc", "one store after another, visible at once",
	  false, true, false },
	{ "tso", "x86: stores wait in a first-in first-out buffer",
	  true, true, false },
	{ "tso32", "tso on a 32-bit machine: 64-bit accesses are two",
	  true, true, false },
	{ "weak", "arm64, riscv: stores and loads pass each other, see docs/machine.md",
	  true, false, true },
	{ "weak32", "weak on a 32-bit machine: 64-bit accesses are two",
	  true, false, true },
	{ NULL, NULL, false, false, false }
};

const struct mem_model *mem_model_find(const char *name)
{
	for (const struct mem_model *m = mem_models; m->name; m++)
		if (!strcmp(m->name, name))
			return m;
	return NULL;
}

void mem_model_set(const struct mem_model *m)
{
	sim.buffer = m->buffer;
	sim.fifo = m->fifo;
	sim.stale = sim.queued = m->stale;
	/* Views mean something where loads may be stale, and only there. */
	for (u32 i = 0; i < AGENTS_MAX; i++)
		memset(&sim.agent[i].v, 0, sizeof(sim.agent[i].v));
}
