/* SPDX-License-Identifier: MIT */
/*
 * asserts-hold - the code's own assertions hold
 *
 * Contract: no BUG_ON(), VM_BUG_ON() or WARN_ON() of the code under test fires,
 * and no NULL pointer is followed.
 *
 * Judged:      each of them, where it stands; each access to address zero
 * Not judged:  whether the assertion is right
 * Basis:       whoever wrote it
 * Mutants:     collapse-keeps-mmap-read
 */
#include "oracle.h"

#include "../model/sim/log.h"

static void event(const struct event *ev)
{
	if (!ev->val)			/* no BUG_ON(): the machine's word */
		oracle_fail(&oracle_asserts_hold, "kernel-bug", "", ev,
			    event_index(ev), "%s", event_bug_text);
	oracle_fail(&oracle_asserts_hold, "kernel-bug", "", ev, event_index(ev),
		    "line %u: %s", (u32)ev->val, event_bug_text);
}

const struct oracle oracle_asserts_hold = {
	.name = "asserts-hold",
	.summary = "no BUG_ON() or WARN_ON() of the code under test fires",
	.on = { { EV_BUG, event } },
};
