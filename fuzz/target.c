/* SPDX-License-Identifier: MIT */
/* target - what libFuzzer, AFL++ and the replayer call; one per scenario */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feedback.h"
#include "report.h"
#include "run.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int __llvm_profile_write_file(void) __attribute__((weak));

static bool print_hash;		/* --hash: one line a run, never abort */

/* "assert" in the name keeps this frame out of a crash's signature. */
__noinline static _Noreturn void die_by_assert(void)
{
	if (__llvm_profile_write_file)
		__llvm_profile_write_file();
	abort();
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct run_config config = { .scenario = TARGET_SCENARIO };
	const char *arg;
	char err[256];
	int kept = 0;

	for (int i = 0; i < *argc; i++) {
		arg = (*argv)[i];
		if (!strncmp(arg, "--mutant=", 9))
			config.mutant = arg + 9;
		else if (!strncmp(arg, "--format=", 9))
			config.format = arg + 9;
		else if (!strncmp(arg, "--model=", 8))
			config.model = arg + 8;
		else if (!strncmp(arg, "--machine=", 10))
			config.machine = arg + 10;
		else if (!strcmp(arg, "--hash"))
			print_hash = true;
#ifdef __AFL_COMPILER			/* takes every argument for a file */
		else
			(*argv)[kept++] = (*argv)[i];
	}
	(*argv)[*argc = kept] = NULL;
#else					/* libFuzzer passes them to its jobs */
	}
	(void)kept;
#endif
	if (run_select(&config, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		exit(2);
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char header[] = "interleaf ";
	static struct schedule schedule;
	struct run_result result;
	const uint8_t *end;

	/* A saved file says in its first line what it was saved from. */
	if (size >= strlen(header) && !memcmp(data, header, strlen(header))) {
		end = memchr(data, '\n', size);
		size -= end ? (size_t)(end + 1 - data) : size;
		data = end ? end + 1 : data;
	}
	schedule_decode(&schedule, data, size);
	run_once(&schedule, NULL, &result);
	feedback();
	if (print_hash) {
		printf("hash %016lx %s\n", run_hash(),
		       result.verdict == VERDICT_FAIL ? result.fail.rule :
							"pass");
		fflush(stdout);
	} else if (result.verdict == VERDICT_FAIL) {
		report(stderr, NULL);
		die_by_assert();
	}
	return 0;
}
