/* SPDX-License-Identifier: MIT */
/*
 * report - what a fuzz engine prints when an oracle has objected
 *
 * The shape is one that ClusterFuzz, libFuzzer and AFL++ understand: the rule
 * on a line of its own, the stack of the agent that is blamed, those of the
 * others behind a stop marker, everything else on lines that look like neither
 * a frame nor a sanitizer's finding. It goes out in one write.
 *
 * Not here: the interleaving (explain.h), ending the process (target.c).
 */
#ifndef FUZZ_REPORT_H
#define FUZZ_REPORT_H

#include <stdio.h>

/**
 * report() - print the failure of the last run
 * @f: usually stderr
 * @saved_file: the run is saved there; NULL: the engine saves its input
 *
 * A run that passed has nothing to report: prints nothing.
 */
void report(FILE *f, const char *saved_file);

#endif
