/* SPDX-License-Identifier: MIT */
#ifndef LINUX_SMP_H
#define LINUX_SMP_H

/**
 * smp_call_function() - interrupt all other CPUs
 * @func: runs on each of them once its interrupts are on; must not touch
 *	simulated memory (the environment runs it outside any step)
 * @info: handed to @func
 * @wait: do not return before all of them have run it
 */
void smp_call_function(void (*func)(void *info), void *info, int wait);

#endif
