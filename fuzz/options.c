/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../model/hw/hw.h"
#include "../oracles/oracle.h"

static bool is_arm(const struct fmt *f) { return f->bbm; }
static bool may_set_bits(const struct fmt *f) { return f->ad == AD_OPTION; }
static bool has_haft(const struct fmt *f) { return f->table_af_option; }
static bool caches_invalid(const struct fmt *f) { return f->cache_invalid; }

static void ets0(void) { hw.ets = 0; }
static void ets3(void) { hw.ets = 3; }
static void haft(void) { hw.haft = true; }
static void svvptc(void) { hw.svvptc = true; }
static void mixes(void) { hw.mixes = true; }
static void bbml1(void) { hw.bbml = oracle_world.bbm = 1; }
static void bbml2(void) { hw.bbml = oracle_world.bbm = 2; }
static void no_ha(void) { hw.ha = hw.hd = 0; }
static void no_hd(void) { hw.hd = 0; }
static void one_hd(void) { hw.ha = hw.hd = 1; }

const struct machine_option machine_options[] = {
	{ "ets0", "CPUs without FEAT_ETS2: faults are ordered by little", is_arm,
	  ets0 },
	{ "ets3", "CPUs with FEAT_ETS3: permission faults are ordered, too",
	  is_arm, ets3 },
	{ "no-ha", "no MMU sets accessed or dirty bits", may_set_bits, no_ha },
	{ "no-hd", "no MMU sets dirty bits", may_set_bits, no_hd },
	{ "one-hd", "only cpu0's MMU sets accessed and dirty bits",
	  may_set_bits, one_hd },
	{ "haft", "FEAT_HAFT: entries to tables have an accessed bit",
	  has_haft, haft },
	{ "bbml1", "FEAT_BBM level 1: block and table with nT, without a break",
	  is_arm, bbml1 },
	{ "bbml2", "FEAT_BBM level 2: block and table without a break", is_arm,
	  bbml2 },
	{ "mixes", "no break before make: entries are mixed, or abort",
	  is_arm, mixes },
	{ "svvptc", "entries that are not valid are never cached",
	  caches_invalid, svvptc },
	{ NULL, NULL, NULL, NULL }
};

/* The option that @names begins with; @names: set to what follows it. */
static const struct machine_option *next(const char **names, size_t *len)
{
	const char *name = *names;

	*len = strcspn(name, "+");
	*names += *len + (name[*len] == '+');
	for (const struct machine_option *o = machine_options; o->name; o++)
		if (strlen(o->name) == *len && !strncmp(o->name, name, *len))
			return o;
	return NULL;
}

int machine_check(const char *names, const struct fmt *f, char *err,
		  size_t err_size)
{
	size_t len;

	if (names && strlen(names) >= MACHINE_NAME_MAX) {
		snprintf(err, err_size, "too many machine options");
		return -EINVAL;
	}
	while (names && *names) {
		const char *name = names;
		const struct machine_option *o = next(&names, &len);

		if (!o) {
			snprintf(err, err_size, "unknown machine option '%.*s'; see 'interleaf list machines'",
				 (int)len, name);
			return -EINVAL;
		}
		if (!o->fits(f)) {
			snprintf(err, err_size, "format '%s' has no machine with '%s'; see 'interleaf list machines'",
				 f->name, o->name);
			return -EINVAL;
		}
	}
	return 0;
}

void machine_apply(const char *names)
{
	size_t len;

	while (*names)
		next(&names, &len)->apply();
}
