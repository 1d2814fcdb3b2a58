/* SPDX-License-Identifier: MIT */
/* interleaf repro: the same verdict and the same log, every time */
#include <stdio.h>
#include <string.h>

#include "cli.h"

/* What a saved file says of its run, against what the run did now. */
struct recorded {
	bool told;		/* the file says something of this very run */
	bool same_rule, same_hash;
};

static const char *rule_of(const struct run_result *r)
{
	return r->verdict == VERDICT_FAIL ? r->fail.rule : RULE_NONE;
}

static struct recorded compare(const struct saved *f,
			       const struct run_result *r, u64 hash)
{
	return (struct recorded){
		.told = (*f->rule || f->has_hash) && !cli_overrides(f),
		.same_rule = !*f->rule || !strcmp(f->rule, rule_of(r)),
		.same_hash = !f->has_hash || f->hash == hash,
	};
}

static bool as_recorded(const struct recorded *rec)
{
	return !rec->told || (rec->same_rule && rec->same_hash);
}

/* A run that is not repeatable makes everything else worthless. */
static u64 run_twice(const struct schedule *s, struct run_result *r)
{
	struct run_result again;
	u64 hash;

	run_once(s, NULL, &again);
	hash = run_hash();
	run_once(s, NULL, r);
	if (hash != run_hash() || strcmp(rule_of(r), rule_of(&again)))
		BUG("two runs of one schedule differ: %s and %s, hashes %016llx and %016llx",
		    rule_of(&again), rule_of(r), (unsigned long long)hash,
		    (unsigned long long)run_hash());
	return hash;
}

static void print_json(const struct saved *f, const struct run_result *r,
		       u64 hash, const struct recorded *rec)
{
	json_t *j = cli_selection_json();

	cli_verdict_json(j, r, hash);
	json_object_set_new(j, "file", cli_string(f->path));
	json_object_set_new(j, "steps", json_integer(r->steps));
	json_object_set_new(j, "events", json_integer(r->events));
	json_object_set_new(j, "runs", json_integer(2));
	json_object_set_new(j, "repeatable", json_true());
	json_object_set_new(j, "recorded_rule",
			    *f->rule ? cli_string(f->rule) : json_null());
	json_object_set_new(j, "recorded_hash", f->has_hash ?
			    json_string(cli_hex(f->hash)) : json_null());
	json_object_set_new(j, "as_recorded", rec->told ?
			    json_boolean(as_recorded(rec)) : json_null());
	cli_json(j);
}

static void print_text(const struct saved *f, const struct run_result *r,
		       u64 hash, const struct recorded *rec)
{
	if (r->verdict == VERDICT_FAIL)
		printf("%s: %s\n", r->fail.rule, r->fail.text);
	else
		puts("no oracle objects");
	printf("hash %s\n", cli_hex(hash));
	if (!rec->told)
		puts("two runs: same verdict, same hash");
	else if (as_recorded(rec))
		puts("two runs: same verdict, same hash, as recorded");
	else
		puts("two runs: same verdict, same hash, but not as recorded:");
	if (rec->told && !rec->same_rule)
		printf("  recorded verdict: %s\n", f->rule);
	if (rec->told && !rec->same_hash)
		printf("  recorded hash:    %s\n", cli_hex(f->hash));
	if (!as_recorded(rec))
		puts("  the file may be from another version of interleaf");
}

int cmd_repro(const struct options *o)
{
	struct run_result r;
	struct schedule s;
	struct recorded rec;
	struct saved f;
	u64 hash;
	int ret = cli_open(&f, o->args[0], o);

	if (!ret) {
		saved_schedule(&f, &s);
		hash = run_twice(&s, &r);
		rec = compare(&f, &r, hash);
		if (o->json)
			print_json(&f, &r, hash, &rec);
		else
			print_text(&f, &r, hash, &rec);
		ret = !as_recorded(&rec) ? EXIT_BUG :
		      r.verdict == VERDICT_FAIL ? EXIT_OBJECTED : EXIT_NOTHING;
	}
	saved_free(&f);
	return ret;
}
