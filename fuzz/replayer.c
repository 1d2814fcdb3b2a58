/* SPDX-License-Identifier: MIT */
/*
 * replayer - main() of a fuzz target without a fuzz engine
 *
 * usage: <target>_replay [--mutant=NAME] [--format=F] [--model=M]
 *	[--machine=LIST] [--hash]
 *			  FILE|DIRECTORY...
 *
 * Runs the target once with each file; needs neither clang nor a fuzzer. A
 * target that objects aborts, as it does under an engine.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, room = 0;

	if (!f)
		goto failed;
	do {
		if (size == room) {
			room = room ? 2 * room : 4096;
			data = realloc(data, room);
			if (!data)
				goto failed;
		}
		size += fread(data + size, 1, room - size, f);
	} while (size == room);
	if (ferror(f))
		goto failed;
	fclose(f);

	fprintf(stderr, "Running: %s\n", path);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
failed:
	perror(path);
	if (f)
		fclose(f);
	free(data);
	return 2;
}

static int run_path(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort), status = 0;

	if (n < 0)
		return run_file(path);
	for (int i = 0; i < n; i++) {
		char file[4096];

		snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			status |= run_path(file);
		free(names[i]);
	}
	free(names);
	return status;
}

int main(int argc, char **argv)
{
	int status = 0;

	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		if (argv[i][0] != '-')
			status |= run_path(argv[i]);
	return status;
}
