/* SPDX-License-Identifier: MIT */
/*
 * interleaf check: does every input give the same run, wherever it is run?
 *
 * Twice in this process, one after the other and after whatever ran before,
 * and once in a fresh one; and as the file says, if it says.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"

#define HASH_LEN	16

struct tally {
	const struct options *o;
	json_t *files;
	u32 checked, differ, skipped;
	bool unreadable;
};

/* --- a fresh process ----------------------------------------------------- */

/* What "interleaf repro --json" needs to run the same thing. */
static void exec_repro(const char *path, const struct options *o)
{
	const struct { const char *name, *value; } given[] = {
		{ "scenario", o->run.scenario }, { "format", o->run.format },
		{ "model", o->run.model }, { "machine", o->run.machine },
		{ "mutant", o->run.mutant },
	};
	char *argv[ARRAY_SIZE(given) + 6];
	u32 n = 0;

	argv[n++] = (char *)"interleaf";
	argv[n++] = (char *)"repro";
	argv[n++] = (char *)"--json";
	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		if (given[i].value &&
		    asprintf(&argv[n], "--%s=%s", given[i].name,
			     given[i].value) > 0)
			n++;
	argv[n++] = (char *)"--";
	argv[n++] = (char *)path;
	argv[n] = NULL;
	execv("/proc/self/exe", argv);
	_exit(127);
}

static bool read_hash(int fd, char *hash)
{
	FILE *in = fdopen(fd, "r");
	json_t *j = in ? json_loadf(in, 0, NULL) : NULL;
	const char *text = json_string_value(json_object_get(j, "hash"));

	snprintf(hash, HASH_LEN + 1, "%s", text ? text : "");
	json_decref(j);
	if (in)
		fclose(in);
	return *hash;
}

static bool hash_in_fresh_process(const char *path, const struct options *o,
				  char *hash)
{
	int fds[2];
	pid_t pid;
	bool ok;

	fflush(NULL);
	if (pipe(fds))
		return false;
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		exec_repro(path, o);
	}
	close(fds[1]);
	ok = read_hash(fds[0], hash);
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return ok;
}

/* --- one file ------------------------------------------------------------ */

struct hashes {
	char first[HASH_LEN + 1], second[HASH_LEN + 1], fresh[HASH_LEN + 1];
	char recorded[HASH_LEN + 1];
};

static bool all_equal(const struct hashes *h)
{
	return !strcmp(h->first, h->second) && !strcmp(h->first, h->fresh) &&
	       (!*h->recorded || !strcmp(h->first, h->recorded));
}

static void tell(struct tally *t, const char *path, const struct hashes *h,
		 const struct run_result *r)
{
	bool same = all_equal(h);
	json_t *j;

	t->checked++;
	t->differ += !same;
	if (!t->o->json) {
		printf("%-7s %s %s\n", same ? "ok" : "DIFFERS", h->first, path);
		if (!same)
			printf("        again %s, fresh process %s, recorded %s\n",
			       h->second, *h->fresh ? h->fresh : "none",
			       *h->recorded ? h->recorded : "none");
		return;
	}
	j = json_object();
	json_object_set_new(j, "file", cli_string(path));
	json_object_set_new(j, "hash", json_string(h->first));
	json_object_set_new(j, "verdict",
			    json_string(verdict_name(r->verdict)));
	json_object_set_new(j, "rule", r->verdict == VERDICT_FAIL ?
			    cli_string(r->fail.rule) : json_null());
	json_object_set_new(j, "same", json_boolean(same));
	json_array_append_new(t->files, j);
}

static void check_opened(struct tally *t, const struct saved *f)
{
	struct hashes h = { 0 };
	struct run_result r;
	struct schedule s;

	saved_schedule(f, &s);
	run_once(&s, NULL, &r);
	strcpy(h.first, cli_hex(run_hash()));
	run_once(&s, NULL, &r);
	strcpy(h.second, cli_hex(run_hash()));
	hash_in_fresh_process(f->path, t->o, h.fresh);
	if (f->has_hash && !cli_overrides(f))
		strcpy(h.recorded, cli_hex(f->hash));
	tell(t, f->path, &h, &r);
}

static void check_file(struct tally *t, const char *path)
{
	struct saved f;

	if (cli_open(&f, path, t->o))
		t->unreadable = true;
	else
		check_opened(t, &f);
	saved_free(&f);
}

/* --- directories --------------------------------------------------------- */

/*
 * Beside schedules a directory holds what tells people of them. A file that
 * does not say what it is about is only taken for a schedule if the user said.
 */
static bool is_schedule(const struct tally *t, const char *path)
{
	char err[FILE_ERR_MAX];
	struct saved f;
	bool is;

	if (t->o->run.scenario || t->o->run.mutant)
		return true;
	/* One that cannot be read is to be complained about. */
	is = saved_read(&f, path, err) || f.form != FILE_BARE;
	saved_free(&f);
	return is;
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void check_path(struct tally *t, const char *path, bool named);

static void check_dir(struct tally *t, const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, visible, alphasort);

	if (n < 0) {
		cli_error("cannot open '%s': %s", dir, strerror(errno));
		t->unreadable = true;
		return;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof(path), "%s/%s", dir,
			     names[i]->d_name) < PATH_MAX)
			check_path(t, path, false);
		free(names[i]);
	}
	free(names);
}

/* @named: by the user, not found in a directory */
static void check_path(struct tally *t, const char *path, bool named)
{
	struct stat st;

	if (!(named ? stat : lstat)(path, &st)) {
		if (S_ISDIR(st.st_mode)) {
			check_dir(t, path);
			return;
		}
		if (!named && (!S_ISREG(st.st_mode) || !is_schedule(t, path))) {
			t->skipped++;
			return;
		}
	}
	check_file(t, path);
}

/* --- the command --------------------------------------------------------- */

static void print_json(const struct tally *t)
{
	json_t *j = json_object();

	json_object_set(j, "files", t->files);
	json_object_set_new(j, "checked", json_integer(t->checked));
	json_object_set_new(j, "differ", json_integer(t->differ));
	json_object_set_new(j, "skipped", json_integer(t->skipped));
	cli_json(j);
}

int cmd_check(const struct options *o)
{
	struct tally t = { .o = o, .files = json_array() };

	for (u32 i = 0; i < o->nr_args; i++)
		check_path(&t, o->args[i], true);
	if (o->json)
		print_json(&t);
	else
		printf("%u checked, %u differ, %u without a first line skipped\n",
		       t.checked, t.differ, t.skipped);
	json_decref(t.files);
	if (t.differ)
		return EXIT_BUG;
	return t.unreadable ? EXIT_USAGE : 0;
}
