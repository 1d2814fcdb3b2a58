/* SPDX-License-Identifier: MIT */
/*
 * options - what an architecture leaves to the machine: --machine=ets3+haft
 *
 * Names, joined by "+", of features that the CPUs of a run have or lack. None:
 * the machine that most people have.
 */
#ifndef FUZZ_OPTIONS_H
#define FUZZ_OPTIONS_H

#include "../model/fmt/fmt.h"

#define MACHINE_NAME_MAX	64

/** struct machine_option - a row; NULL name ends */
struct machine_option {
	const char *name, *summary;
	/* Has a machine with this format that option? */
	bool (*fits)(const struct fmt *f);
	void (*apply)(void);
};

extern const struct machine_option machine_options[];

/**
 * machine_check() - are these options that a machine with @f has?
 * @names: joined by "+"; "" or NULL for none
 * @err: on failure, one line
 *
 * Return: 0, or -EINVAL.
 */
int machine_check(const char *names, const struct fmt *f, char *err,
		  size_t err_size);

/** machine_apply() - set up hw and the oracles' world; @names were checked */
void machine_apply(const char *names);

#endif
