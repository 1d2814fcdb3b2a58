/* SPDX-License-Identifier: MIT */
/* Saved files: text and binary convert both ways without loss. */
#include "lab.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../fuzz/file.h"

#define RECORDS	4000

static struct deviation any[RECORDS];

static void select_any(void)
{
	struct run_config c = { .scenario = "zap-vs-user" };
	char err[256];

	assert_int_equal(run_select(&c, err, sizeof(err)), 0);
}

/* Records of any bytes, small fields as often as large ones. */
static void draw_records(void)
{
	struct rng rng = { 17 };
	u8 *p = (u8 *)any;

	for (size_t i = 0; i < sizeof(any); i++)
		p[i] = (u8)(rng_next(&rng) >> (rng_next(&rng) % 9));
}

static void write_file(const char *path, const void *bytes, size_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void print_to(const struct saved *f, const char *path)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	saved_print(f, out);
	assert_int_equal(fclose(out), 0);
}

static void read_from(struct saved *f, const char *path)
{
	char err[FILE_ERR_MAX];

	assert_int_equal(saved_read(f, path, err), 0);
	assert_int_equal(saved_parse(f, err), 0);
}

static const char *new_path(void)
{
	static char path[64];
	const char *tmp = getenv("TMPDIR");
	int fd;

	snprintf(path, sizeof(path), "%.40s/file-XXXXXX", tmp ? tmp : "/tmp");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return path;
}

static void there_and_back(enum file_form form)
{
	struct saved f = { .form = form, .nr = RECORDS, .dev = any }, g;
	const char *path = new_path();

	select_any();
	draw_records();
	if (form != FILE_BARE)
		saved_name(&f);
	print_to(&f, path);
	read_from(&g, path);
	assert_int_equal(g.form, form);
	assert_int_equal(g.nr, RECORDS);
	assert_memory_equal(g.dev, any, sizeof(any));
	assert_string_equal(g.scenario, f.scenario);
	assert_string_equal(g.model, f.model);
	saved_free(&g);
	unlink(path);
}

static void test_text_loses_nothing_whatever_the_records(void **state)
{
	(void)state;
	there_and_back(FILE_TEXT);
}

static void test_binary_loses_nothing_whatever_the_records(void **state)
{
	(void)state;
	there_and_back(FILE_BINARY);
}

static void test_bare_records_are_kept_as_they_are(void **state)
{
	(void)state;
	there_and_back(FILE_BARE);
}

static void test_verdict_hash_and_rule_are_kept(void **state)
{
	struct saved f = { .form = FILE_TEXT, .hash = 0x0123456789abcdefUL,
			   .has_hash = true }, g;
	const char *path = new_path();

	(void)state;
	select_any();
	saved_name(&f);
	strcpy(f.rule, "torn-entry");
	print_to(&f, path);
	read_from(&g, path);
	assert_true(g.has_hash);
	assert_true(g.hash == f.hash);
	assert_string_equal(g.rule, "torn-entry");
	saved_free(&g);
	unlink(path);
}

static void test_a_file_without_a_first_line_is_bare_records(void **state)
{
	static const u8 bytes[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	const char *path = new_path();
	struct saved g;

	(void)state;
	select_any();
	write_file(path, bytes, sizeof(bytes));
	read_from(&g, path);
	assert_int_equal(g.form, FILE_BARE);
	assert_int_equal(g.nr, 2);
	saved_free(&g);
	unlink(path);
}

static void test_an_empty_file_is_the_dull_run(void **state)
{
	const char *path = new_path();
	struct saved g;

	(void)state;
	select_any();
	read_from(&g, path);
	assert_int_equal(g.nr, 0);
	saved_free(&g);
	unlink(path);
}

/* Each is a mistake in its third line, which comes after a right one. */
static void test_a_wrong_line_is_named(void **state)
{
	static const char *const wrong[] = {
		"swich cpu0 0:1 1", "switch cpu9 0:1 1", "switch cpu0 1 1",
		"switch cpu0 0:1", "switch cpu0 0:1 1 1", "switch cpu0 256:1 1",
		"switch cpu0 0:65536 1", "switch cpu0 0:1.256 1",
		"switch cpu0 0:1 65536", "switch cpu0 0:1 x", "op cpu0 0 fly 0",
		"op cpu0 0 zap", "switch cpu0 0:-1 1", "switch",
	};
	char err[FILE_ERR_MAX], text[256], where[80];
	const char *path = new_path();

	(void)state;
	select_any();
	snprintf(where, sizeof(where), "%s:3: ", path);
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct saved g;

		snprintf(text, sizeof(text),
			 "interleaf 1 text scenario=zap-vs-user\n"
			 "switch cpu0 0:1 1	# right\n%s\n", wrong[i]);
		write_file(path, text, strlen(text));
		assert_int_equal(saved_read(&g, path, err), 0);
		assert_int_equal(saved_parse(&g, err), -EBADMSG);
		assert_memory_equal(err, where, strlen(where));
		saved_free(&g);
	}
	unlink(path);
}

static void test_comments_and_blank_lines_are_no_records(void **state)
{
	static const char text[] =
		"interleaf 1 text scenario=zap-vs-user\n"
		"\n"
		"  # nothing\n"
		"switch cpu1 0:12.1 3	# one\n"
		"op cpu0 2 none 0\n";
	static const struct deviation want[] = {
		{ .kind = DEV_SWITCH, .agent = 1, .step = 12, .sub = 1,
		  .value = 3 },
		{ .kind = DEV_OP, .op = 2, .value = 1 },
	};
	const char *path = new_path();
	struct saved g;

	(void)state;
	select_any();
	write_file(path, text, strlen(text));
	read_from(&g, path);
	assert_int_equal(g.nr, 2);
	assert_memory_equal(g.dev, want, sizeof(want));
	saved_free(&g);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_loses_nothing_whatever_the_records),
		cmocka_unit_test(test_binary_loses_nothing_whatever_the_records),
		cmocka_unit_test(test_bare_records_are_kept_as_they_are),
		cmocka_unit_test(test_verdict_hash_and_rule_are_kept),
		cmocka_unit_test(test_a_file_without_a_first_line_is_bare_records),
		cmocka_unit_test(test_an_empty_file_is_the_dull_run),
		cmocka_unit_test(test_a_wrong_line_is_named),
		cmocka_unit_test(test_comments_and_blank_lines_are_no_records),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
