/* SPDX-License-Identifier: MIT */
/*
 * words - an event in words
 *
 * The kernel's words, as far as it has one. No host address and nothing that
 * depends on the build appears.
 *
 * Not here: what simulated memory is called (names.h), columns (explain.h).
 */
#ifndef FUZZ_WORDS_H
#define FUZZ_WORDS_H

#include "../model/sim/event.h"

#define WORDS_MAX	160

/**
 * words_event() - what @ev did, without who did it
 * @ev: event; names_advance() was called for those before it
 */
void words_event(const struct event *ev, char *buf, size_t size);

#endif
