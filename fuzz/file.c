/* SPDX-License-Identifier: MIT */
#include "file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC		"interleaf "
#define HEADER_MAX	1024
#define WORD(n)		#n
#define VERSION(n)	WORD(n)
#define VERSION_WORD	VERSION(SCHEDULE_VERSION)

__printf(3, 4)
static int fail_with(char *err, int ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err, FILE_ERR_MAX, fmt, ap);
	va_end(ap);
	return ret;
}

/* --- the first line ------------------------------------------------------ */

struct field {
	const char *name;
	char *value;		/* FILE_NAME_MAX bytes */
};

static bool name_is_sane(const char *s)
{
	if (!*s || strlen(s) >= FILE_NAME_MAX)
		return false;
	for (; *s; s++)
		if (!isalnum((u8)*s) && !strchr("-_.+", *s))
			return false;
	return true;
}

static int parse_hash(struct saved *f, const char *value, char *err)
{
	char *end;

	errno = 0;
	f->hash = strtoull(value, &end, 16);
	if (!isxdigit((u8)*value) || *end || errno)
		return fail_with(err, -EBADMSG, "%s:1: hash=%s is not hexadecimal",
				 f->path, value);
	f->has_hash = true;
	return 0;
}

static int parse_field(struct saved *f, char *word, char *err)
{
	const struct field fields[] = {
		{ "scenario", f->scenario }, { "format", f->format },
		{ "model", f->model }, { "machine", f->machine },
		{ "mutant", f->mutant },
		{ "rule", f->rule }
	};
	char *value = strchr(word, '=');

	if (!value || !name_is_sane(value + 1))
		return fail_with(err, -EBADMSG, "%s:1: '%.40s' is not NAME=VALUE",
				 f->path, word);
	*value++ = '\0';
	if (!strcmp(word, "hash"))
		return parse_hash(f, value, err);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(word, fields[i].name))
			continue;
		strcpy(fields[i].value, value);
		return 0;
	}
	return fail_with(err, -EBADMSG, "%s:1: unknown field '%.40s'", f->path,
			 word);
}

static int parse_form(struct saved *f, const char *version, const char *form,
		      char *err)
{
	if (!version || !form)
		return fail_with(err, -EBADMSG,
				 "%s:1: the first line ends too early", f->path);
	if (strcmp(version, VERSION_WORD))
		return fail_with(err, -EBADMSG,
				 "%s:1: schedule version '%.20s' is not known here; this interleaf reads version " VERSION_WORD,
				 f->path, version);
	if (!strcmp(form, "text"))
		f->form = FILE_TEXT;
	else if (!strcmp(form, "binary"))
		f->form = FILE_BINARY;
	else
		return fail_with(err, -EBADMSG,
				 "%s:1: form '%.20s' is neither text nor binary",
				 f->path, form);
	return 0;
}

/* Nothing of the line is repeated to a terminal unless it can be printed. */
static bool printable(const char *s)
{
	for (; *s; s++)
		if (!isprint((u8)*s) && !isspace((u8)*s))
			return false;
	return true;
}

static int parse_header(struct saved *f, char *err)
{
	size_t max = f->size < HEADER_MAX ? f->size : HEADER_MAX;
	const char *end = memchr(f->bytes, '\n', max);
	char line[HEADER_MAX], *save, *version, *form, *word;
	int ret;

	if (!end && f->size >= HEADER_MAX)
		return fail_with(err, -EBADMSG,
				 "%s:1: the first line does not end", f->path);
	max = end ? (size_t)(end - f->bytes) : f->size;
	f->body = end ? max + 1 : max;
	memcpy(line, f->bytes, max);
	line[max] = '\0';
	if (strlen(line) != max || !printable(line))
		return fail_with(err, -EBADMSG,
				 "%s:1: the first line is not text", f->path);
	strtok_r(line, " \t\r", &save);
	version = strtok_r(NULL, " \t\r", &save);
	form = strtok_r(NULL, " \t\r", &save);
	ret = parse_form(f, version, form, err);
	while (!ret && (word = strtok_r(NULL, " \t\r", &save)))
		ret = parse_field(f, word, err);
	if (!ret && !*f->scenario)
		return fail_with(err, -EBADMSG,
				 "%s:1: the first line names no scenario",
				 f->path);
	return ret;
}

static void print_header(const struct saved *f, FILE *out)
{
	fprintf(out, MAGIC VERSION_WORD " %s scenario=%s",
		f->form == FILE_TEXT ? "text" : "binary", f->scenario);
	if (*f->format)
		fprintf(out, " format=%s", f->format);
	if (*f->model)
		fprintf(out, " model=%s", f->model);
	if (*f->machine)
		fprintf(out, " machine=%s", f->machine);
	if (*f->mutant)
		fprintf(out, " mutant=%s", f->mutant);
	if (*f->rule)
		fprintf(out, " rule=%s", f->rule);
	if (f->has_hash)
		fprintf(out, " hash=%016llx", (unsigned long long)f->hash);
	putc('\n', out);
}

/* --- reading ------------------------------------------------------------- */

static int read_all(struct saved *f, int fd)
{
	size_t room = 0;
	ssize_t n;

	do {
		if (f->size == room) {
			char *p;

			room = room ? 4 * room : 8192;
			p = realloc(f->bytes, room);
			if (!p)
				return -ENOMEM;
			f->bytes = p;
		}
		n = read(fd, f->bytes + f->size, room - f->size);
		if (n < 0 && errno != EINTR)
			return -errno;
		f->size += n > 0 ? (size_t)n : 0;
	} while (n && f->size <= FILE_BYTES_MAX);
	return f->size > FILE_BYTES_MAX ? -EFBIG : 0;
}

int saved_read(struct saved *f, const char *path, char *err)
{
	int fd, ret;

	*f = (struct saved){ .path = path };
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		return fail_with(err, ret, "cannot open '%s': %s", path,
				 strerror(-ret));
	}
	ret = read_all(f, fd);
	close(fd);
	if (ret)
		return fail_with(err, ret, "cannot read '%s': %s", path,
				 strerror(-ret));
	if (f->size >= strlen(MAGIC) &&
	    !memcmp(f->bytes, MAGIC, strlen(MAGIC)))
		return parse_header(f, err);
	return 0;
}

static void parse_binary(struct saved *f)
{
	const char *p = f->bytes + f->body;
	size_t left = f->size - f->body;
	struct schedule s;

	/* In pieces: the file may hold more records than a run looks at. */
	while (left) {
		size_t n = left < 8 * SCHEDULE_MAX ? left : 8 * SCHEDULE_MAX;

		schedule_decode(&s, p, n);
		memcpy(f->dev + f->nr, s.dev, s.nr * sizeof(*s.dev));
		f->nr += s.nr;
		p += n;
		left -= n;
	}
}

/* --- text ---------------------------------------------------------------- */

static int parse_text(struct saved *f, char *err)
{
	char *p = f->bytes + f->body, *end = f->bytes + f->size;
	u32 nr_line = 1;

	while (p < end) {
		char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((eol ? eol : end) - p);
		char wrong[RECORD_ERR_MAX];
		int ret = -EBADMSG;

		nr_line++;
		p[len] = '\0';	/* there is a byte to spare behind the last */
		if (strlen(p) == len)
			ret = record_parse(p, &f->dev[f->nr], wrong);
		else
			strcpy(wrong, "this line is not text");
		if (ret < 0)
			return fail_with(err, ret, "%s:%u: %s", f->path,
					 nr_line, wrong);
		f->nr += (size_t)ret;
		p += len + 1;
	}
	return 0;
}

int saved_parse(struct saved *f, char *err)
{
	char *p = realloc(f->bytes, f->size + 1);

	if (!p)
		return fail_with(err, -ENOMEM, "cannot read '%s': %s", f->path,
				 strerror(ENOMEM));
	f->bytes = p;
	/* A record is eight bytes, and at least as long in text. */
	f->dev = calloc(f->size / 8 + 2, sizeof(*f->dev));
	if (!f->dev)
		return fail_with(err, -ENOMEM, "cannot read '%s': %s", f->path,
				 strerror(ENOMEM));
	if (f->form == FILE_TEXT)
		return parse_text(f, err);
	parse_binary(f);
	return 0;
}

void saved_schedule(const struct saved *f, struct schedule *s)
{
	s->nr = f->nr < SCHEDULE_MAX ? (u32)f->nr : SCHEDULE_MAX;
	memcpy(s->dev, f->dev, s->nr * sizeof(*s->dev));
}

void saved_free(struct saved *f)
{
	free(f->bytes);
	free(f->dev);
	f->bytes = NULL;
	f->dev = NULL;
}

/* --- writing ------------------------------------------------------------- */

static void set_name(char *to, const char *from)
{
	snprintf(to, FILE_NAME_MAX, "%s", from);
}

void saved_name(struct saved *f)
{
	set_name(f->scenario, selection.scenario->name);
	set_name(f->format, selection.fmt->name);
	set_name(f->model, selection.model->name);
	set_name(f->machine, selection.machine);
	set_name(f->mutant, selection.mutant ? selection.mutant->name : "");
}

void saved_describe(struct saved *f, const struct schedule *s,
		    const struct run_result *r)
{
	f->nr = s->nr;
	free(f->dev);
	f->dev = calloc(s->nr + 1, sizeof(*f->dev));
	if (!f->dev)
		BUG("out of memory");
	memcpy(f->dev, s->dev, s->nr * sizeof(*f->dev));
	saved_name(f);
	if (!r)
		return;
	set_name(f->rule,
		 r->verdict == VERDICT_FAIL ? r->fail.rule : RULE_NONE);
	f->hash = run_hash();
	f->has_hash = true;
}

static void print_binary(const struct saved *f, FILE *out)
{
	struct schedule s;
	u8 bytes[8 * SCHEDULE_MAX];

	for (size_t i = 0; i < f->nr; i += s.nr) {
		s.nr = min_u32((u32)(f->nr - i), SCHEDULE_MAX);
		memcpy(s.dev, f->dev + i, s.nr * sizeof(*s.dev));
		fwrite(bytes, 1, schedule_encode(&s, bytes), out);
	}
}

void saved_print(const struct saved *f, FILE *out)
{
	if (f->form != FILE_BARE)
		print_header(f, out);
	if (f->form != FILE_TEXT) {
		print_binary(f, out);
		return;
	}
	for (size_t i = 0; i < f->nr; i++) {
		if (i == SCHEDULE_MAX)
			fputs("# a run ignores the records that follow\n", out);
		record_print(&f->dev[i], out);
	}
}

static int flush(FILE *out)
{
	if (fflush(out) || ferror(out))
		return errno ? -errno : -EIO;
	/* A pipe or a terminal cannot be synced, nor need it be. */
	if (fsync(fileno(out)) && errno != EINVAL && errno != EROFS)
		return -errno;
	return 0;
}

static int print_to(const struct saved *f, int fd)
{
	FILE *out = fdopen(fd, "w");
	int ret;

	if (!out) {
		ret = -errno;
		close(fd);
		return ret;
	}
	errno = 0;
	saved_print(f, out);
	ret = flush(out);
	if (fclose(out) && !ret)
		ret = -errno;
	return ret;
}

/* Give the finished file its name. */
static int put_in_place(const char *tmp, const char *path, bool replace)
{
	if (replace)
		return rename(tmp, path) ? -errno : 0;
	if (!renameat2(AT_FDCWD, tmp, AT_FDCWD, path, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	/* Not every filesystem can do that in one step. */
	if (!access(path, F_OK))
		return -EEXIST;
	return rename(tmp, path) ? -errno : 0;
}

static int write_beside(const struct saved *f, const char *path, bool replace)
{
	char tmp[PATH_MAX];
	mode_t mask;
	int fd, ret;

	if (snprintf(tmp, sizeof(tmp), "%s.XXXXXX", path) >= PATH_MAX)
		return -ENAMETOOLONG;
	fd = mkostemp(tmp, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
	ret = print_to(f, fd);
	if (!ret)
		ret = put_in_place(tmp, path, replace);
	if (ret)
		unlink(tmp);
	return ret;
}

int saved_write(const struct saved *f, const char *path, bool replace,
		char *err)
{
	struct stat st;
	int ret;

	/* A device or a pipe is written to, not replaced. */
	if (!stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);

		ret = fd < 0 ? -errno : print_to(f, fd);
	} else {
		ret = write_beside(f, path, replace);
	}
	if (ret)
		return fail_with(err, ret, "cannot write '%s': %s", path,
				 strerror(-ret));
	return 0;
}
