/* SPDX-License-Identifier: MIT */
/*
 * machine - where a litmus test's locations lie, and the machine around them
 *
 * A data location is the first word of a frame of its own. Tests with entries
 * have real tables of model/fmt/arm64.c: one table of leaf entries that is
 * itself the root, or, if the test has a pmd(), a root above one table for each
 * location. A start at the last level is what FEAT_TTST allows.
 */
#include "engine.h"

#include "../../model/fmt/arm64_bits.h"
#include "../../model/sim/log.h"

#define STEPS_MAX	4000
#define ROOT_FRAME	(LIT_LOCS + 0)
#define TABLE_FRAME	(LIT_LOCS + 1)	/* one for each location */

static struct fmt fmt_litmus;
static const struct lit_test *test;
static const struct mem_model *model;
static struct lit_run_thread initial[LIT_THREADS];
static u64 vas[LIT_LOCS];

static bool two_levels(void)
{
	return fmt_litmus.levels == 2;
}

static int entry_of(int loc, enum lit_kind kind)
{
	for (int i = 0; i < test->nr_locs; i++)
		if (test->loc[i].kind == kind && test->loc[i].of == loc)
			return i;
	return -1;
}

bool lit_mapped(int loc)
{
	return entry_of(loc, LIT_PTE) >= 0;
}

/* Which of the locations that have entries: its index in the tables. */
static u32 index_of(int loc)
{
	u32 n = 0;

	for (int i = 0; i < loc; i++)
		n += lit_mapped(i);
	SIM_BUG_ON(n >> ARM64_PTRS_LG2);
	return n;
}

u64 lit_va(int loc)
{
	return (u64)index_of(loc) << fmt_shift(&fmt_litmus,
						fmt_litmus.levels);
}

static u32 leaf_table(int loc)
{
	return frame_off(two_levels() ? TABLE_FRAME + (u32)loc : ROOT_FRAME);
}

u32 lit_off(int loc)
{
	const struct lit_loc *l = &test->loc[loc];

	switch (l->kind) {
	case LIT_PTE:
		return fmt_slot(&fmt_litmus, leaf_table(l->of), lit_va(l->of),
				1);
	case LIT_PMD:
		return fmt_slot(&fmt_litmus, frame_off(ROOT_FRAME),
				lit_va(l->of), 2);
	default:
		return frame_off((u32)loc);
	}
}

u64 lit_page(const struct lit_page *p)
{
	u64 e = fmt_arm64.mk_leaf(frame_pfn((u32)(p->oa < 0 ? 0 : p->oa)), 1,
				  0);

	e &= ~(ARM64_VALID | ARM64_AF | ARM64_AP2 | ARM64_DBM);
	return e | (p->valid ? ARM64_VALID : 0) | (p->af ? ARM64_AF : 0) |
	       (p->db ? 0 : ARM64_AP2) | (p->dbm ? ARM64_DBM : 0);
}

u64 lit_table(int loc)
{
	return fmt_arm64.mk_table(frame_pfn(TABLE_FRAME + (u32)loc), 2);
}

static u32 thread_mask(bool hd)
{
	u32 mask = 0;

	for (u32 n = 0; n < test->nr_threads; n++)
		if (hd ? test->thread[n].hd : test->thread[n].ha)
			mask |= 1u << n;
	return mask;
}

static void hw_up(const struct lit_machine *m)
{
	fmt_litmus = fmt_arm64;
	fmt_litmus.levels = 1;
	for (int i = 0; i < test->nr_locs; i++)
		if (test->loc[i].kind == LIT_PMD)
			fmt_litmus.levels = 2;
	memset(&hw, 0, sizeof(hw));
	hw.fmt = &fmt_litmus;
	hw.root = frame_off(ROOT_FRAME);
	hw.flush = FLUSH_BROADCAST;
	hw.hd = thread_mask(true);
	hw.ha = thread_mask(false) | hw.hd;
	hw.ets = m->ets;
	/* Where loads are not stale there are no views to be exact about. */
	hw.exact_inv = !m->simple_inv && model->stale;
	hw.va = vas;
	for (int i = 0; i < test->nr_locs; i++)
		if (test->loc[i].kind == LIT_DATA && lit_mapped(i))
			vas[hw.nr_va++] = lit_va(i);
	hw.speculates = hw.ha;
}

void lit_machine_up(const struct lit_test *t, const struct lit_machine *m)
{
	test = t;
	model = mem_model_find(m->model);
	SIM_BUG_ON(!model);
	mem_init();
	slab_init();
	sim_reset();
	slab_reset();
	event_watch_clear();
	sim.cur = NULL;
	/* Mixed sizes and halves are the test's own business. */
	sim.split64 = false;
	sim.cell_lg2 = 3;
	mem_model_set(model);
	mem_refers = NULL;
	hw_up(m);
	memset(mem_ptr(FRAMES_OFF), 0, NR_FRAMES << FRAME_LG2);
	for (int i = 0; i < t->nr_locs; i++)
		mem_poke(lit_off(i), t->loc[i].init, 8);
}

void lit_machine_begin(const struct strategy_ops *ops, void (*main)(void))
{
	struct agent *rcu;

	sim_reset();
	sim_begin(NULL, ops, STEPS_MAX);
	for (u32 n = 0; n < test->nr_threads; n++)
		sim_add_agent(main, true);
	rcu = sim_add_agent(rcu_agent_main, false);
	rcu->state = AGENT_BLOCKED;
	rcu->wait = WAIT_RCU_WORK;
	sim.runnable &= ~(1u << rcu->id);
	irq_begin();
	rcu_begin(rcu);
	lock_begin();
	hw_begin();
	lit_run.t = test;
	memcpy(lit_run.thread, initial, sizeof(initial));
}

void lit_machine_down(void)
{
	sim.explore = false;
	sim.cur = NULL;
	sim_reset();
}

void lit_collect(struct lit_final *f)
{
	memset(f, 0, sizeof(*f));
	for (u32 n = 0; n < test->nr_threads; n++) {
		const struct lit_run_thread *th = &lit_run.thread[n];

		memcpy(f->reg[n], th->reg, sizeof(f->reg[n]));
		f->fault[n].kind = th->fault;
		f->fault[n].ins = th->fault_ins;
		f->fault[n].loc = th->fault_loc;
	}
	for (int i = 0; i < test->nr_locs; i++)
		f->mem[i] = mem_peek(lit_off(i), 8);
}
