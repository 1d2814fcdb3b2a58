/* SPDX-License-Identifier: MIT */
#include "fmt.h"

#include <stdio.h>
#include <string.h>

#include "../sim/mem.h"

const struct fmt *const fmts[] = {
	&fmt_x86_64,
	&fmt_x86_pae,
	&fmt_x86_64_la57,
	&fmt_arm64,
	&fmt_arm64_16k,
	&fmt_arm64_64k,
	&fmt_riscv_sv39,
	&fmt_riscv_sv48,
	&fmt_s390,
	&fmt_ppc_radix,
	&fmt_ppc_hash,
	NULL
};

const struct fmt *fmt_find(const char *name)
{
	for (const struct fmt *const *f = fmts; *f; f++)
		if (!strcmp((*f)->name, name))
			return *f;
	return NULL;
}

u64 fmt_page_pfn(const struct fmt *f, u64 e, u32 level, u64 va)
{
	u32 group = f->cont(e, level) ? f->cont_lg2[level] : 0;
	u64 pages = (u64)fmt_pages(f, level) << group;
	u64 index = va >> f->page_lg2 & (pages - 1);

	return group ? (f->pfn(e) & ~(pages - 1)) | index : f->pfn(e) + index;
}

struct fmt_map fmt_walk(const struct fmt *f, u32 root, u64 va)
{
	struct fmt_map m = { .level = f->levels, .frame = NR_FRAMES };
	u32 table = root;

	for (;; m.level--) {
		u32 frame;

		m.slot = fmt_slot(f, table, va, m.level);
		m.entry = mem_peek(m.slot, 8);
		if (!f->valid(m.entry, m.level))
			return m;
		if (f->leaf(m.entry, m.level)) {
			m.frame = pfn_frame(fmt_page_pfn(f, m.entry, m.level,
							 va));
			return m;
		}
		frame = pfn_frame(f->pfn(m.entry));
		if (frame >= NR_FRAMES)
			return m;
		table = frame_off(frame);
	}
}

bool fmt_never(u64 e)
{
	(void)e;
	return false;
}

bool fmt_always_at(u64 e, u32 level)
{
	(void)e;
	(void)level;
	return true;
}

bool fmt_never_at(u64 e, u32 level)
{
	(void)e;
	(void)level;
	return false;
}

u64 fmt_zero(u64 e)
{
	(void)e;
	return 0;
}

u64 fmt_same_entry(u64 e)
{
	return e;
}

void fmt_describe(const struct fmt *f, u64 e, u32 level, const char *rights,
		  const char *more, char *buf, size_t size)
{
	const char *absent = f->valid(e, level) ? "" : "not present, ";
	unsigned long long pfn = f->pfn(e);

	if (e == f->none[level])
		snprintf(buf, size, "none");
	else if (f->leaf(e, level))
		snprintf(buf, size, "%spfn %llx %s%s%s%s%s%s", absent, pfn,
			 rights, f->young(e) ? " young" : "",
			 f->dirty(e) ? " DIRTY" : "",
			 f->cont(e, level) ? " cont" : "", more,
			 level > 1 ? " huge" : "");
	else
		snprintf(buf, size, "%stable %llx%s", absent, pfn, more);
}
