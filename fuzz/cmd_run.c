/* SPDX-License-Identifier: MIT */
/* interleaf run: hunt until an oracle objects, keep what it found */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"
#include "hunt.h"
#include "report.h"

#define DEFAULT_OUT	"interleaf-out"
#define DEFAULT_SECONDS	10
#define COPIES_MAX	10000

/* --- keeping a find ------------------------------------------------------ */

/* As mkdir -p. Return: 0 or a negative errno. */
static int make_dirs(const char *dir)
{
	char path[PATH_MAX];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s", dir) >= PATH_MAX)
		return -ENAMETOOLONG;
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(path, 0777);
		*p = '/';
	}
	if (!mkdir(path, 0777))
		return 0;
	if (errno != EEXIST)
		return -errno;
	if (stat(path, &st))
		return -errno;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

/* Better now than when there is something to keep. */
static int check_out_dir(const char *dir)
{
	struct stat st;

	if (stat(dir, &st))
		return 0;	/* made when needed */
	if (!S_ISDIR(st.st_mode))
		return cli_error("cannot write to '%s': %s", dir,
				 strerror(ENOTDIR));
	if (access(dir, W_OK | X_OK))
		return cli_error("cannot write to '%s': %s", dir,
				 strerror(errno));
	return 0;
}

/* Has the very same been found, and kept, before? */
static bool is_kept(const struct saved *f, const char *path)
{
	char *text = NULL, err[FILE_ERR_MAX];
	struct saved old;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool same;

	if (!out)
		return false;
	saved_print(f, out);
	fclose(out);
	same = !saved_read(&old, path, err) && old.size == size &&
	       !memcmp(old.bytes, text, size);
	saved_free(&old);
	free(text);
	return same;
}

/* Under a name that is free: an older find is never lost to a newer one. */
static int save_as(const struct saved *f, const char *dir, char *path,
		   char *err)
{
	const char *about = *f->mutant ? f->mutant : f->scenario;
	int ret = -EEXIST;

	for (u32 n = 1; ret == -EEXIST && n <= COPIES_MAX; n++) {
		char copy[16] = "";

		if (n > 1)
			snprintf(copy, sizeof(copy), "-%u", n);
		if (snprintf(path, PATH_MAX, "%s/%s-%s-%.8s%s.bin", dir, about,
			     f->rule, cli_hex(f->hash), copy) >= PATH_MAX) {
			snprintf(err, FILE_ERR_MAX, "cannot write to '%s': %s",
				 dir, strerror(ENAMETOOLONG));
			return -ENAMETOOLONG;
		}
		ret = saved_write(f, path, false, err);
		if (ret == -EEXIST && is_kept(f, path))
			return 0;
	}
	return ret;
}

/* The disk is full, the hunt was long: the find goes to the screen at least. */
static void print_instead(struct saved *f, const struct options *o)
{
	if (o->json)
		return;
	f->form = FILE_TEXT;
	saved_print(f, stdout);
}

static int save(const struct hunt_find *find, const struct run_result *r,
		const struct options *o, char *path)
{
	const char *dir = o->out ? o->out : DEFAULT_OUT;
	struct saved f = { .form = FILE_BINARY };
	char err[FILE_ERR_MAX];
	int ret = make_dirs(dir);

	saved_describe(&f, &find->schedule, r);
	if (ret)
		snprintf(err, sizeof(err), "cannot make '%s': %s", dir,
			 strerror(-ret));
	else
		ret = save_as(&f, dir, path, err);
	if (ret) {
		print_instead(&f, o);
		ret = cli_error("%s", err);
	}
	saved_free(&f);
	return ret;
}

/* What cannot be replayed is no find but a bug of ours. */
static void replay(const struct hunt_find *find, const struct strategy *s,
		   struct run_result *r)
{
	run_once(&find->schedule, NULL, r);
	if (r->verdict != VERDICT_FAIL || strcmp(r->fail.rule, find->rule) ||
	    run_hash() != find->hash)
		BUG("a find does not replay: %s, strategy %s, seed %llu, run %llu: %s",
		    selection.scenario->name, s->name,
		    (unsigned long long)find->seed,
		    (unsigned long long)find->run, find->rule);
}

/* --- telling ------------------------------------------------------------- */

static void print_json(const struct hunt_result *res,
		       const struct run_result *r, const struct strategy *s,
		       const struct options *o, const char *file)
{
	json_t *j = cli_selection_json();
	double per_s = (double)res->runs / res->seconds;

	json_object_set_new(j, "strategy", json_string(s->name));
	json_object_set_new(j, "seed", json_integer((json_int_t)o->seed));
	json_object_set_new(j, "jobs", json_integer((json_int_t)o->jobs));
	json_object_set_new(j, "runs", json_integer((json_int_t)res->runs));
	json_object_set_new(j, "seconds", json_real(res->seconds));
	json_object_set_new(j, "runs_per_s", json_integer((json_int_t)per_s));
	cli_verdict_json(j, r, res->find.hash);
	if (!res->found)
		json_object_set_new(j, "hash", json_null());
	json_object_set_new(j, "runs_to_find", res->found ?
			    json_integer((json_int_t)res->runs) : json_null());
	json_object_set_new(j, "file", file ? cli_string(file) : json_null());
	json_object_set_new(j, "status", *res->status ?
			    cli_string(res->status) : json_null());
	json_object_set_new(j, "leaked", json_integer((json_int_t)res->leaked));
	json_object_set_new(j, "exhausted", json_boolean(res->exhausted));
	json_object_set_new(j, "interrupted", json_boolean(res->interrupted));
	cli_json(j);
}

static void print_summary(const struct hunt_result *res,
			  const struct strategy *s)
{
	printf("%s: %llu runs, %.1f s, %.0f runs/s, strategy %s%s%s%s\n",
	       res->found ? "found" : "nothing found",
	       (unsigned long long)res->runs, res->seconds,
	       (double)res->runs / res->seconds, s->name,
	       *res->status ? ", " : "", res->status,
	       res->interrupted ? ", interrupted" : "");
	if (res->leaked)
		printf("leaked: %llu kernel objects that runs did not free\n",
		       (unsigned long long)res->leaked);
}

static int conclude(const struct hunt_result *res, const struct strategy *s,
		    const struct options *o)
{
	struct run_result r = { .verdict = VERDICT_PASS };
	char path[PATH_MAX];
	int ret;

	if (!res->found) {
		if (o->json)
			print_json(res, &r, s, o, NULL);
		else
			print_summary(res, s);
		return EXIT_NOTHING;
	}
	replay(&res->find, s, &r);
	ret = save(&res->find, &r, o, path);
	if (o->json) {
		print_json(res, &r, s, o, ret ? NULL : path);
		return ret ? ret : EXIT_OBJECTED;
	}
	report(stdout, ret ? NULL : path);
	print_summary(res, s);
	if (!ret)
		printf("saved: %s\n", path);
	return ret ? ret : EXIT_OBJECTED;
}

/* --- the command --------------------------------------------------------- */

static int select_for(const struct options *o)
{
	struct run_config c = o->run;
	char err[FILE_ERR_MAX];

	if (o->nr_args)
		c.scenario = o->args[0];
	if (c.mutant && !strcmp(c.mutant, "none"))
		c.mutant = NULL;
	if (!c.scenario && !c.mutant)
		return cli_error("run what? name a scenario or a mutant; see 'interleaf list'");
	if (run_select(&c, err, sizeof(err)))
		return cli_error("%s", err);
	return 0;
}

int cmd_run(const struct options *o)
{
	const struct strategy *s = strategies[0];
	struct hunt_limits l = {
		.runs = o->runs, .seed = o->seed, .seconds = o->seconds,
		.jobs = (u32)o->jobs
	};
	struct hunt_result res;
	int ret;

	if (o->strategy && !(s = strategy_find(o->strategy)))
		return cli_error("unknown strategy '%s'; see 'interleaf list strategies'",
				 o->strategy);
	if (!l.runs && !(l.seconds > 0))
		l.seconds = DEFAULT_SECONDS;
	ret = select_for(o);
	if (!ret)
		ret = check_out_dir(o->out ? o->out : DEFAULT_OUT);
	if (ret)
		return ret;
	hunt(s, &l, &res);
	return conclude(&res, s, o);
}
