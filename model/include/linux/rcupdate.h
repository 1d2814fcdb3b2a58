/* SPDX-License-Identifier: MIT */
/*
 * RCU, implemented by the environment (model/kernel/rcu.c). Sections with
 * interrupts off are readers too. R-RCU-1 to R-RCU-4.
 */
#ifndef LINUX_RCUPDATE_H
#define LINUX_RCUPDATE_H

#include <linux/compiler.h>

void rcu_read_lock(void);
void rcu_read_unlock(void);
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void synchronize_rcu(void);

#define rcu_dereference(p)		READ_ONCE(p)
#define rcu_assign_pointer(p, v)	smp_store_release(&(p), v)

#endif
