/* SPDX-License-Identifier: MIT */
#ifndef LINUX_SMP_H
#define LINUX_SMP_H

/**
 * smp_call_function() - interrupt all other CPUs
 * @func: not called: what callers here want is that every CPU has taken the
 *	interrupt, so only functions that do nothing may be given
 * @info: not used
 * @wait: must be set: return when all of them have taken it
 */
void smp_call_function(void (*func)(void *info), void *info, int wait);

/** smp_processor_id() - the running CPU; no step */
unsigned int smp_processor_id(void);

#endif
