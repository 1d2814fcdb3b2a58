/* SPDX-License-Identifier: MIT */
#include "symbolize.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- libdw --------------------------------------------------------------- */

/* The program carries its own debug information: nobody goes looking. */
static int no_debuginfo(Dwfl_Module *mod, void **userdata, const char *name,
			Dwarf_Addr base, const char *file, const char *link,
			GElf_Word crc, char **found)
{
	(void)mod;
	(void)userdata;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)found;
	return -1;
}

static Dwfl *open_self(void)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = no_debuginfo,
	};
	static Dwfl *self;
	static bool tried;

	if (tried)
		return self;
	tried = true;
	self = dwfl_begin(&callbacks);
	if (!self)
		return NULL;
	if (dwfl_linux_proc_report(self, getpid()) ||
	    dwfl_report_end(self, NULL, NULL)) {
		dwfl_end(self);
		self = NULL;
	}
	return self;
}

/* Without "./" and "dir/../"; the result is kept for good. */
static const char *tidy_path(const char *path)
{
	char *s, *up, *dir;

	while (!strncmp(path, "./", 2))
		path += 2;
	if (!strstr(path, "/../"))
		return path;
	s = strdup(path);
	while (s && (up = strstr(s, "/../")) && up > s) {
		for (dir = up; dir > s && dir[-1] != '/'; dir--)
			;
		memmove(dir, up + 4, strlen(up + 4) + 1);
	}
	return s ? s : path;
}

static const char *name_of(Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);

	return name ? name : "?";
}

/*
 * As the compiler was told the name: not below the directory it ran in. Where
 * -ffile-prefix-map left nothing of that directory, libdw puts a slash.
 */
static const char *relative_path(Dwarf_Die *cu, const char *path)
{
	const char *name = dwarf_diename(cu), *dir;
	Dwarf_Attribute attr;
	size_t len;

	if (!path)
		return "?";
	dir = dwarf_formstring(dwarf_attr(cu, DW_AT_comp_dir, &attr));
	len = dir ? strlen(dir) : 0;
	if (len && !strncmp(path, dir, len) && path[len] == '/')
		path += len + 1;
	else if (name && *path == '/' && !strcmp(path + 1, name))
		path++;
	return tidy_path(path);
}

/* Where the function inlined as @die was called from. */
static void call_site(Dwarf_Die *cu, Dwarf_Die *die, struct site *s)
{
	Dwarf_Attribute attr;
	Dwarf_Word file, line;
	Dwarf_Files *files;

	s->file = "?";
	s->line = 0;
	if (!dwarf_formudata(dwarf_attr(die, DW_AT_call_line, &attr), &line))
		s->line = (u32)line;
	if (!dwarf_formudata(dwarf_attr(die, DW_AT_call_file, &attr), &file) &&
	    !dwarf_getsrcfiles(cu, &files, NULL))
		s->file = relative_path(cu, dwarf_filesrc(files, file, NULL,
							  NULL));
}

/* Fill @site from the functions around @pc, innermost first. */
static u32 sites_of_scopes(Dwarf_Die *cu, Dwarf_Die *scopes, int nr,
			   struct site *site)
{
	u32 n = 0;

	for (int i = 0; i < nr; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_subprogram)
			continue;
		site[n++].func = name_of(&scopes[i]);
		if (tag == DW_TAG_subprogram || n == SITES_MAX)
			break;
		call_site(cu, &scopes[i], &site[n]);
	}
	return n;
}

/*
 * The compilation unit with the code at @pc. The index that libdw goes by
 * (.debug_aranges) is not made by clang: then look at all of them.
 */
static Dwarf_Die *unit_of(Dwfl_Module *mod, u64 pc, Dwarf_Addr *bias)
{
	Dwarf_Die *cu = dwfl_module_addrdie(mod, pc, bias);

	if (cu)
		return cu;
	while ((cu = dwfl_module_nextcu(mod, cu, bias)))
		if (dwarf_haspc(cu, pc - *bias) == 1)
			return cu;
	return NULL;
}

static void line_of(Dwarf_Die *cu, u64 addr, struct site *s)
{
	Dwarf_Line *l = dwarf_getsrc_die(cu, addr);
	int line = 0;

	s->file = relative_path(cu, l ? dwarf_linesrc(l, NULL, NULL) : NULL);
	if (l)
		dwarf_lineno(l, &line);
	s->line = (u32)line;
}

static u32 from_dwarf(Dwfl_Module *mod, u64 pc, struct site *site)
{
	Dwarf_Die *scopes = NULL, *chain = NULL, *cu;
	Dwarf_Addr bias;
	int nr;
	u32 n = 0;

	cu = unit_of(mod, pc, &bias);
	if (!cu || dwarf_getscopes(cu, pc - bias, &scopes) <= 0)
		return 0;
	/* Scopes of an inlined function are those it is written in; what is
	 * wanted is where it was put. */
	nr = dwarf_getscopes_die(&scopes[0], &chain);
	if (nr > 0) {
		line_of(cu, pc - bias, &site[0]);
		n = sites_of_scopes(cu, chain, nr, site);
	}
	free(chain);
	free(scopes);
	return n;
}

static u32 from_libdw(u64 pc, struct site *site)
{
	Dwfl *self = open_self();
	Dwfl_Module *mod = self ? dwfl_addrmodule(self, pc) : NULL;
	const char *name;
	u32 n;

	if (!mod)
		return 0;
	n = from_dwarf(mod, pc, site);
	if (n)
		return n;
	/* Compiled without -g: the symbol table at least. */
	name = dwfl_module_addrname(mod, pc);
	if (!name)
		return 0;
	site[0] = (struct site){ .func = name, .file = "?" };
	return 1;
}

/* --- the sanitizers' symbolizer ------------------------------------------ */

void __sanitizer_symbolize_pc(void *pc, const char *fmt, char *out,
			      size_t size) __attribute__((weak));

/*
 * Only where libdw found nothing (a program split from its debug information,
 * no /proc): libdw answers at once and alike in every build, while this starts
 * a process.
 */
static u32 from_sanitizer(u64 return_pc, struct site *site)
{
	static char text[512];
	char *file, *line;

	if (!__sanitizer_symbolize_pc)
		return 0;
	text[0] = 0;
	__sanitizer_symbolize_pc((void *)return_pc, "%f|%s|%l", text,
				 sizeof(text));
	file = strchr(text, '|');
	line = file ? strchr(file + 1, '|') : NULL;
	if (!line || text[0] == '|' || text[0] == '<')
		return 0;
	*file++ = *line++ = 0;
	site[0] = (struct site){
		.func = strdup(text), .file = tidy_path(strdup(file)),
		.line = (u32)strtoul(line, NULL, 10),
	};
	return 1;
}

/* --- look-up ------------------------------------------------------------- */

#define CACHE_LG2	10

struct cached {
	u64 pc;
	u32 nr;
	struct site site[SITES_MAX];
};

static struct cached cache[1 << CACHE_LG2];

static void look_up(struct cached *c, u64 pc)
{
	c->pc = pc;
	c->nr = from_libdw(pc - 1, c->site);
	if (!c->nr)
		c->nr = from_sanitizer(pc, c->site);
	if (!c->nr) {
		c->site[0] = (struct site){ .func = "?", .file = "?" };
		c->nr = 1;
	}
	for (u32 i = 0; i < c->nr; i++)
		c->site[i].pc = pc;
}

u32 symbolize(u64 pc, struct site site[SITES_MAX])
{
	struct cached *c = &cache[pc * 0x9e3779b97f4a7c15UL >>
				  (64 - CACHE_LG2)];

	if (c->pc != pc || !c->nr)
		look_up(c, pc);
	memcpy(site, c->site, c->nr * sizeof(*site));
	return c->nr;
}
