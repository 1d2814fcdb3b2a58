/* SPDX-License-Identifier: MIT */
#include "fmt.h"

#include <string.h>

#include "../sim/mem.h"

const struct fmt *const fmts[] = { &fmt_x86_64, &fmt_x86_pae, NULL };

const struct fmt *fmt_find(const char *name)
{
	for (const struct fmt *const *f = fmts; *f; f++)
		if (!strcmp((*f)->name, name))
			return *f;
	return NULL;
}

struct fmt_map fmt_walk(const struct fmt *f, u32 root, u64 va)
{
	struct fmt_map m = { .level = f->levels, .frame = NR_FRAMES };
	u32 table = root;

	for (;; m.level--) {
		u32 frame;

		m.slot = fmt_slot(f, table, va, m.level);
		m.entry = mem_peek(m.slot, 8);
		if (!f->present(m.entry))
			return m;
		frame = pfn_frame(f->pfn(m.entry));
		if (f->leaf(m.entry, m.level)) {
			u32 pages = 1u << (f->ptrs_lg2 * (m.level - 1));

			m.frame = frame + ((va >> FRAME_LG2) & (pages - 1));
			return m;
		}
		if (frame >= NR_FRAMES)
			return m;
		table = frame_off(frame);
	}
}
