/* SPDX-License-Identifier: MIT */
/*
 * deliver - what is in flight: interrupts, invalidations, grace periods
 *
 * sim_deliver() (sim.h) does a delivery at once, or puts it off when the
 * schedule says so or its target cannot take it yet.
 *
 * Not here: what is delivered.
 */
#ifndef SIM_DELIVER_H
#define SIM_DELIVER_H

#include "sim.h"

/** deliver_begin() - a run begins: nothing is in flight */
void deliver_begin(void);

/** deliver_due() - sim.late_at has come: deliver what is due and can be taken */
void deliver_due(void);

/**
 * deliver_forced() - nobody can run: deliver what was meant to come later
 * Return: whether anything was.
 */
bool deliver_forced(void);

/*
 * While all executions are explored nothing arrives by itself: each arrival is
 * a transition of its own.
 */
u32 deliver_nr(void);
/** deliver_one() - delivery @i arrives; sim.blocked if it cannot yet */
void deliver_one(u32 i);

#endif
