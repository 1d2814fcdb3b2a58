/* SPDX-License-Identifier: MIT */
#include "log.h"

#include <string.h>

#define ROOT	(PMD_TABLE + 2)		/* top tables: frames 23, 24 */

static const struct fmt *fmt;
static struct fail objection;
static bool objected;
static jmp_buf judged;

/* --- the world ------------------------------------------------------------ */

u64 log_entry(u32 frame, u64 bits)
{
	return (u64)frame_pfn(frame) << FRAME_LG2 | bits;
}

u64 log_leaf(u32 frame, u32 level, u32 flags)
{
	return fmt->mk_leaf(frame_pfn(frame), level, flags);
}

u64 log_leads(u32 frame, u32 level)
{
	return fmt->mk_table(frame_pfn(frame), level);
}

u32 log_pte(void) { return fmt_slot(fmt, frame_off(PTE_TABLE), VA, 1); }
u32 log_pmd(void) { return fmt_slot(fmt, frame_off(PMD_TABLE), VA, 2); }

u32 log_root(void) { return oracle_world.root; }
u32 log_other_root(void) { return frame_off(SPARE_TABLE); }

u32 log_table_off(u32 frame, u32 n)
{
	return frame_off(frame) + 8 * n;
}

static void live(u32 frame, u32 order)
{
	for (u32 i = 0; i < 1u << order; i++)
		oracle_world.frame[frame + i].live = 1;
	oracle_world.frame[frame].order = (u8)order;
}

void log_begin(const struct fmt *f)
{
	u32 table = ROOT;

	fmt = f;
	mem_init();
	sim_reset();
	memset(mem_ptr(FRAMES_OFF), 0, NR_FRAMES << FRAME_LG2);
	sim.split64 = f->word == 4;
	sim.cell_lg2 = sim.split64 ? 2 : 3;
	mem_model_set(mem_model_find("tso"));

	memset(&oracle_world, 0, sizeof(oracle_world));
	oracle_world.fmt = f;
	oracle_world.root = frame_off(ROOT);
	oracle_world.nr_cpus = LOG_CPUS;
	oracle_world.hw_dirty = true;
	for (u32 l = f->levels; l > 1; l--) {
		u32 next = l == 3 ? PMD_TABLE : l == 2 ? PTE_TABLE : table + 1;

		live(table, 0);
		mem_poke(fmt_slot(f, frame_off(table), VA, l),
			 log_leads(next, l), 8);
		table = next;
	}
	live(PTE_TABLE, 0);
	live(SPARE_TABLE, 0);
	live(PAGE_A, 0);
	live(PAGE_B, 0);
	live(HUGE, 2);
}

void log_weak(void)
{
	mem_model_set(mem_model_find("weak"));
}

void log_map(u32 frame, u64 bits)
{
	mem_poke(log_pte(), log_entry(frame, bits), 8);
}

static void no_program(void)
{
}

static void object(const struct fail *f)
{
	objection = *f;
	objected = true;
	longjmp(judged, 1);
}

/* Only @o and what all oracles share watch. */
static void watch_only(const struct oracle *o)
{
	oracles_begin();		/* a new world: all watch anew */
	for (const struct oracle *const *other = oracles; *other; other++) {
		if (*other == o)
			continue;
		for (u32 i = 0; i < ORACLE_WATCHES_MAX && (*other)->on[i].event;
		     i++) {
			event_fn *fn = event_watch[(*other)->on[i].type];

			while (*fn && *fn != (*other)->on[i].event)
				fn++;
			for (; *fn; fn++)
				*fn = fn[1];
		}
	}
}

void log_judge(const struct oracle *o)
{
	oracle_world_learn();
	sim_begin(NULL, NULL, ~0u);
	for (u32 i = 0; i < LOG_CPUS; i++)
		sim_add_agent(no_program, true);
	watch_only(o);
	oracle_fail_hook = object;
	objected = false;
}

void log_expect(const char *rule, const char *file, int line)
{
	if (!rule && objected)
		print_error("objects: %s: %s\n", objection.rule,
			    objection.text);
	if (rule && !objected)
		print_error("does not object\n");
	_assert_int_equal(objected, rule != NULL, file, line);
	if (rule)
		_assert_string_equal(objection.rule, rule, file, line);
}

/* --- what happens --------------------------------------------------------- */

/* After an objection the run is over: nothing more happens. */
#define HAPPENS()							\
	do {								\
		if (objected || setjmp(judged))				\
			return;						\
		sim.agent[cpu].key += 0x100;				\
		sim.agent[cpu].steps++;					\
	} while (0)

#define PC	0x1000		/* an address in code under test */

void log_note(u32 cpu, enum event_type type, u32 off, u64 val)
{
	HAPPENS();
	event_note(type, &sim.agent[cpu], off, val, 0, 0, 0, PC);
}

void log_op_begins(u32 cpu)
{
	static u32 op;

	HAPPENS();
	sim.agent[cpu].key = KEY(++op & 0xff, 0, 0);
	event_note(EV_OP_BEGIN, &sim.agent[cpu], 0, 0, 0, 0, 0, 0);
}

void log_op_ends(u32 cpu) { log_note(cpu, EV_OP_END, 0, 0); }

static u64 loaded;

static void load(u32 cpu, u32 off, u32 size)
{
	HAPPENS();
	loaded = mem_load(&sim.agent[cpu], off, size, 0, PC);
}

u64 log_load(u32 cpu, u32 off, u32 size)
{
	load(cpu, off, size);
	return loaded;
}

void log_store(u32 cpu, u32 off, u64 val, u32 size)
{
	HAPPENS();
	mem_store(&sim.agent[cpu], off, val, size, 0, PC);
}

void log_exchange(u32 cpu, u32 slot, u64 val)
{
	HAPPENS();
	mem_rmw(&sim.agent[cpu], slot, val, 8, RMW_XCHG, 0, PC);
}

u64 log_take(u32 cpu, u32 slot)
{
	u64 old = mem_peek(slot, 8);

	log_exchange(cpu, slot, 0);
	return old;
}

/* Until log_store_visible(), whatever else the agent does. */
#define LONG	1000

void log_store_waits(u32 cpu, u32 off, u64 val, u32 size)
{
	HAPPENS();
	mem_buffer(&sim.agent[cpu], off, val, size, LONG, 0, PC);
}

void log_user_store_waits(u32 cpu, u32 frame)
{
	HAPPENS();
	mem_buffer(&sim.agent[cpu], frame_off(frame), 1, fmt->word, LONG,
		   EVF_HW, 0);
}

void log_store_visible(u32 cpu)
{
	HAPPENS();
	mem_commit_entry(&sim.agent[cpu], 0);
}

void log_load_acquire(u32 cpu, u32 off)
{
	HAPPENS();
	mem_load(&sim.agent[cpu], off, 8, MEM_ACQ, PC);
}

void log_store_release(u32 cpu, u32 off, u64 val)
{
	HAPPENS();
	mem_store(&sim.agent[cpu], off, val, 8, MEM_REL, PC);
}

void log_atomic(u32 cpu, u32 off, u64 val, u32 order)
{
	HAPPENS();
	mem_rmw(&sim.agent[cpu], off, val, 8, RMW_ADD, order, PC);
}

void log_atomic_waits(u32 cpu, u32 off, u64 val)
{
	struct agent *a = &sim.agent[cpu];
	struct event *ev;

	HAPPENS();
	ev = event_new(EV_RMW, a);
	ev->val = val;
	ev->old = mem_peek(off, 8);
	ev->off = off;
	ev->ver = mem_version(off);
	ev->size = 8;
	ev->flags = 0;
	ev->pc = PC;
	mem_buffer_rmw(a, off, val, 8, LONG, 0, 0);
	event_done(ev);
}

void log_fence(u32 cpu, enum fence fence)
{
	log_note(cpu, EV_FENCE, 0, fence);
}

static void walk(u32 cpu, u32 slot, u32 level, u64 val, u32 flags)
{
	struct event *ev;

	HAPPENS();
	ev = event_new(EV_WALK, &sim.agent[cpu]);
	ev->val = val;
	ev->old = VA;
	ev->off = slot;
	ev->ver = mem_version(slot);
	ev->size = (u8)level;
	ev->flags = (u8)(EVF_HW | flags);
	ev->pc = 0;
	event_done(ev);
}

void log_walk(u32 cpu, u32 slot, u32 level)
{
	walk(cpu, slot, level, mem_peek(slot, 8), 0);
}

void log_walk_stale(u32 cpu, u32 slot, u32 level, u64 val)
{
	walk(cpu, slot, level, val, EVF_STALE);
}

static u64 update_event(u32 cpu, u32 slot, u32 level, u64 bits, bool late)
{
	struct event *ev = event_new(EV_WALK_AD, &sim.agent[cpu]);
	u64 val = mem_peek(slot, 8) | bits;

	ev->old = mem_peek(slot, 8);
	ev->val = val;
	ev->off = slot;
	ev->ver = 0;
	ev->size = (u8)level;
	ev->flags = EVF_HW;
	ev->pc = 0;
	if (!late)
		mem_commit(slot, val, 8);
	event_done(ev);
	return val;
}

void log_hw_update(u32 cpu, u32 slot, u32 level, u64 bits)
{
	HAPPENS();
	update_event(cpu, slot, level, bits, false);
}

static u64 updated;

static void update_late(u32 cpu, u32 slot, u32 level, u64 bits)
{
	HAPPENS();
	updated = update_event(cpu, slot, level, bits, true);
}

u64 log_hw_update_late(u32 cpu, u32 slot, u32 level, u64 bits)
{
	update_late(cpu, slot, level, bits);
	return updated;
}

void log_hw_update_arrives(u32 cpu, u32 slot, u64 val)
{
	struct event *ev;

	HAPPENS();
	ev = event_new(EV_COMMIT, &sim.agent[cpu]);
	ev->old = mem_peek(slot, 8);
	ev->val = val;
	ev->off = slot;
	ev->ver = 0;
	ev->size = 8;
	ev->flags = EVF_HW;
	ev->pc = 0;
	mem_commit(slot, val, 8);
	event_done(ev);
}

void log_sees_all(u32 cpu)
{
	mem_see(&sim.agent[cpu], sim.now);
}

static void user_access(u32 cpu, u32 frame, bool write)
{
	u32 off = frame_off(frame);

	HAPPENS();
	if (write)
		mem_store(&sim.agent[cpu], off, 1, fmt->word, EVF_HW, 0);
	else
		mem_load(&sim.agent[cpu], off, fmt->word, EVF_HW, 0);
	event_note(EV_ACCESS, &sim.agent[cpu], off, VA, 0, fmt->word,
		   EVF_HW | (write ? EVF_WRITE : 0), 0);
}

void log_user_store(u32 cpu, u32 frame) { user_access(cpu, frame, true); }
void log_user_load(u32 cpu, u32 frame) { user_access(cpu, frame, false); }

static void invalidated(u32 cpu, u32 tag, u64 start, u64 end)
{
	HAPPENS();
	++sim.now;
	event_note(EV_TLBI_DONE, &sim.agent[cpu], tag, start, end, 0, EVF_HW,
		   0);
}

void log_invalidated(u32 cpu, u64 start, u64 end)
{
	invalidated(cpu, 0, start, end);
}

void log_invalidated_tag(u32 cpu, u32 tag, u64 start, u64 end)
{
	invalidated(cpu, tag + 1, start, end);
}

void log_context(u32 cpu, u32 root, u32 tag)
{
	HAPPENS();
	++sim.now;
	event_note(EV_CONTEXT, &sim.agent[cpu], root, tag, 0, 0, EVF_HW, 0);
}

void log_lazy(u32 cpu, bool is) { log_note(cpu, EV_LAZY, 0, is); }

static void invalidation(u32 cpu, enum event_type type, u32 nr, u64 start,
			 u64 end, u32 flags)
{
	struct event *ev;

	HAPPENS();
	if (type == EV_TLBI_DONE)
		++sim.now;
	ev = event_new(type, &sim.agent[cpu]);
	ev->val = start;
	ev->old = end;
	ev->off = 0;
	ev->size = 0;
	ev->ver = type == EV_FLUSHED ? nr : nr << 8 | ((1u << LOG_CPUS) - 1);
	ev->flags = (u8)flags;
	ev->pc = PC;
	event_done(ev);
}

void log_invalidate(u32 cpu, u32 nr, u64 start, u64 end, u32 flags)
{
	invalidation(cpu, EV_TLBI, nr, start, end, flags);
}

void log_reaches(u32 cpu, u32 nr, u64 start, u64 end, u32 flags)
{
	invalidation(cpu, EV_TLBI_DONE, nr, start, end, flags);
}

void log_flush(u64 start, u64 end)
{
	for (u32 cpu = 0; cpu < LOG_CPUS; cpu++)
		log_invalidated(cpu, start, end);
}

void log_flushed(u32 cpu, u64 start, u64 end, u32 since)
{
	invalidation(cpu, EV_FLUSHED, since, start, end, 0);
}

void log_fault_taken(u32 cpu, u32 slot, u64 va, bool others_run)
{
	HAPPENS();
	event_note(EV_PGFAULT, &sim.agent[cpu], slot, va, others_run, 0,
		   EVF_HW, 0);
}

static void page(u32 cpu, enum event_type type, u32 frame, u64 val, u64 old,
		 u32 size)
{
	HAPPENS();
	event_note(type, &sim.agent[cpu], frame_off(frame), val, old, size, 0,
		   PC);
}

void log_alloc(u32 cpu, u32 frame) { page(cpu, EV_PAGE_ALLOC, frame, 2, 0, 0); }
void log_free(u32 cpu, u32 frame, u32 order)
{
	page(cpu, EV_PAGE_FREE, frame, 2, 0, order);
}
void log_table(u32 cpu, u32 frame, u32 level)
{
	page(cpu, EV_TABLE, frame, level, 0, 0);
}
void log_get(u32 cpu, u32 frame) { page(cpu, EV_PAGE_GET, frame, 2, 1, 0); }
void log_put(u32 cpu, u32 frame) { page(cpu, EV_PAGE_PUT, frame, 1, 2, 0); }
void log_split(u32 cpu, u32 frame, u32 order)
{
	page(cpu, EV_PAGE_SPLIT, frame, 0, 0, order);
}
void log_page_dirty(u32 cpu, u32 frame) { page(cpu, EV_PAGE_DIRTY, frame, 0, 0, 0); }
void log_page_clean(u32 cpu, u32 frame) { page(cpu, EV_PAGE_CLEAN, frame, 0, 0, 0); }
void log_move(u32 cpu, u32 from, u32 to)
{
	page(cpu, EV_PAGE_MOVE, from, 0, frame_off(to), 0);
}

void log_observed(u32 cpu, u32 slot, u64 val, u32 level)
{
	HAPPENS();
	event_note(EV_OBSERVED, &sim.agent[cpu], slot, val, 0, level, 0, PC);
}

void log_pinned(u32 cpu, u32 frame, u64 va, bool write)
{
	HAPPENS();
	event_note(EV_PINNED, &sim.agent[cpu], frame_off(frame), va, 0, 0,
		   write ? EVF_WRITE : 0, PC);
}

void log_unpinned(u32 cpu, u32 frame) { page(cpu, EV_UNPINNED, frame, 0, 0, 0); }

static u32 lock_of(u32 slot)
{
	return frame_page_off(off_frame(slot)) + PAGE_PTL;
}

void log_lock_table(u32 cpu, u32 slot) { log_note(cpu, EV_LOCK, lock_of(slot), 0); }
void log_unlock_table(u32 cpu, u32 slot)
{
	log_note(cpu, EV_UNLOCK, lock_of(slot), 0);
}
