/* SPDX-License-Identifier: MIT */
/* mmap_lock, per-VMA locks, tlb_flush_pending. */
#include "lab.h"

#include <linux/mm_inline.h>

#define VMA	((struct vm_area_struct *)VAR(8))
#define MM	((struct mm_struct *)VAR(9))
#define ADDR	0x5000UL

static void setup(const char *model)
{
	lab_setup(model);
	kernel.vma_locks = true;
	memset(VMA, 0, sizeof(*VMA));
	memset(MM, 0, sizeof(*MM));
	VMA->vm_mm = MM;
	VMA->vm_start = ADDR;
	VMA->vm_end = ADDR + PAGE_SIZE;
	vma_lock_init(VMA);
	MM->vma = VMA;
}

static bool stuck(void) { return log_count(EV_STUCK); }
static bool bug(void) { return log_count(EV_BUG); }

/* --- per-VMA locks ---------------------------------------------------------- */

/* Who is in; not shared memory: exact at any step. */
static u32 readers, writers;

static void reads_under_vma_lock(void)
{
	readers = writers = 0;
	r[0] = vma_start_read(VMA);
	if (!r[0])
		return;
	readers++;
	r[1] |= writers;
	r[2] = READ_ONCE(*X);
	r[3] = READ_ONCE(*Y);
	readers--;
	vma_end_read(VMA);
}

static void writes_under_vma_lock(void)
{
	mmap_write_lock(MM);
	vma_start_write(VMA);
	writers++;
	r[1] |= readers;
	WRITE_ONCE(*X, 1);
	WRITE_ONCE(*Y, 1);
	writers--;
	mmap_write_unlock(MM);
}

static bool together(void) { return r[1]; }
static bool mixed(void) { return r[0] && r[2] != r[3]; }
static bool refused(void) { return !r[0]; }
static bool read_new(void) { return r[0] && r[2]; }
static bool read_old(void) { return r[0] && !r[2]; }

static void test_a_writer_waits_for_readers_of_the_vma(void **state)
{
	(void)state;
	setup("sc");
	CAST(reads_under_vma_lock, writes_under_vma_lock);
	expect_sometimes(read_old);
	expect_sometimes(read_new);
	expect_sometimes(refused);
	expect_never(together);
}

static void test_a_reader_sees_all_of_a_write_or_nothing(void **state)
{
	static const char *const models[] = { "tso", "weak" };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(models); i++) {
		setup(models[i]);
		CAST(reads_under_vma_lock, writes_under_vma_lock);
		expect_sometimes(read_new);
		expect_never(mixed);
		expect_never(stuck);
	}
}

/* As vma_start_read(), with a second look that orders nothing. */
static void reads_without_acquire(void)
{
	r[0] = down_read_trylock(&VMA->vm_lock);
	if (!r[0])
		return;
	r[0] = READ_ONCE(VMA->vm_lock_seq) != READ_ONCE(MM->mm_lock_seq);
	if (r[0]) {
		r[2] = READ_ONCE(*X);
		r[3] = READ_ONCE(*Y);
	}
	up_read(&VMA->vm_lock);
}

static void test_the_second_look_must_be_an_acquire(void **state)
{
	(void)state;
	setup("weak");
	CAST(reads_without_acquire, writes_under_vma_lock);
	expect_sometimes(mixed);
	setup("tso");
	CAST(reads_without_acquire, writes_under_vma_lock);
	expect_never(mixed);
}

static void write_lock_stays(void)
{
	mmap_write_lock(MM);
	vma_start_write(VMA);
	r[0] = vma_start_read(VMA);
	mmap_write_downgrade(MM);
	r[1] = vma_start_read(VMA);
	if (r[1])
		vma_end_read(VMA);
	mmap_read_unlock(MM);
}

static void test_it_is_locked_until_mmap_lock_is_given_up_or_downgraded(void **state)
{
	(void)state;
	setup("weak");
	CAST(write_lock_stays);
	RUN_DULL();
	assert_int_equal(r[0], 0);
	assert_int_equal(r[1], 1);
}

/* --- lock_vma_under_rcu() ----------------------------------------------------- */

static void finds_vma(void)
{
	struct vm_area_struct *vma = lock_vma_under_rcu(MM, ADDR);

	r[0] = vma != NULL;
	if (!vma)
		return;
	r[1] = READ_ONCE(vma->detached);
	vma_end_read(vma);
}

static void detaches(void)
{
	mmap_write_lock(MM);
	vma_start_write(VMA);
	vma_mark_detached(VMA, true);
	rcu_assign_pointer(MM->vma, NULL);
	mmap_write_unlock(MM);
}

static void looks_elsewhere(void)
{
	r[0] = lock_vma_under_rcu(MM, ADDR + PAGE_SIZE) != NULL;
}

static bool found(void) { return r[0]; }
static bool found_detached(void) { return r[0] && r[1]; }

static void test_a_vma_that_is_gone_is_not_found(void **state)
{
	(void)state;
	setup("weak");
	CAST(finds_vma, detaches);
	expect_sometimes(found);
	expect_sometimes(refused);
	expect_never(found_detached);
	expect_never(bug);
	CAST(looks_elsewhere);
	expect_never(found);
}

/* --- mmap_lock ----------------------------------------------------------------- */

static void downgrades(void)
{
	mmap_write_lock(MM);
	mmap_assert_write_locked(MM);
	WRITE_ONCE(*X, 1);
	mmap_write_downgrade(MM);
	mmap_assert_locked(MM);
	r[0] = READ_ONCE(*X);
	r[2] = 1;
	WRITE_ONCE(*Y, 1);
	r[2] = 0;
	mmap_read_unlock(MM);
}

static void reads_too(void)
{
	mmap_read_lock(MM);
	r[1] = r[2];
	mmap_read_unlock(MM);
}

static void writes_too(void)
{
	mmap_write_lock(MM);
	WRITE_ONCE(*X, 2);
	r[1] = r[2];
	mmap_write_unlock(MM);
}

static bool lost_hold(void) { return r[0] == 2 || r[1]; }

static void test_a_downgraded_lock_lets_readers_in_and_no_writer(void **state)
{
	(void)state;
	setup("tso");
	CAST(downgrades, reads_too);
	expect_sometimes(together);
	expect_never(stuck);
	expect_never(bug);
	CAST(downgrades, writes_too);
	expect_never(lost_hold);
	expect_never(stuck);
}

static void tries(void)
{
	r[sim.cur->id] = sim.cur->id ? mmap_read_trylock(MM) :
				       mmap_write_trylock(MM);
	WRITE_ONCE(*X, 1);
	r[2 + sim.cur->id] = r[0] && r[1];
}

static bool got_both(void) { return r[0] && r[1]; }

static void test_trylocks_exclude(void **state)
{
	(void)state;
	setup("weak");
	CAST(tries, tries);
	expect_never(got_both);
}

static void asserts_in_vain(void)
{
	mmap_assert_locked(MM);
}

static void test_an_assertion_without_the_lock_fires(void **state)
{
	(void)state;
	setup("sc");
	CAST(asserts_in_vain);
	RUN_DULL();
	assert_true(bug());
}

/* --- tlb_flush_pending ------------------------------------------------------------ */

#define PTL	((spinlock_t *)VAR(4))

/* X: the entry. r[6]: the flush is over. */
static void zaps(void)
{
	inc_tlb_flush_pending(MM);
	spin_lock(PTL);
	WRITE_ONCE(*X, 1);
	spin_unlock(PTL);
	flush_tlb_all();
	r[6] = 1;
	dec_tlb_flush_pending(MM);
}

static void relies_on_it(void)
{
	spin_lock(PTL);
	r[0] = READ_ONCE(*X);
	r[1] = mm_tlb_flush_pending(MM);
	r[2] = r[6];
	spin_unlock(PTL);
}

static bool not_told(void) { return r[0] && !r[1] && !r[2]; }
static bool told(void) { return r[0] && r[1]; }

static void test_who_sees_the_change_is_told_of_the_flush_to_come(void **state)
{
	static const char *const models[] = { "tso", "weak" };

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(models); i++) {
		setup(models[i]);
		CAST(zaps, relies_on_it);
		expect_sometimes(told);
		expect_never(not_told);
	}
}

/* The other way round: counted when the entry has changed. */
static void zaps_and_counts_late(void)
{
	spin_lock(PTL);
	WRITE_ONCE(*X, 1);
	spin_unlock(PTL);
	inc_tlb_flush_pending(MM);
	flush_tlb_all();
	r[6] = 1;
	dec_tlb_flush_pending(MM);
}

static void test_counted_late_he_is_not(void **state)
{
	(void)state;
	setup("tso");
	CAST(zaps_and_counts_late, relies_on_it);
	expect_sometimes(not_told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_writer_waits_for_readers_of_the_vma),
		cmocka_unit_test(test_a_reader_sees_all_of_a_write_or_nothing),
		cmocka_unit_test(test_the_second_look_must_be_an_acquire),
		cmocka_unit_test(test_it_is_locked_until_mmap_lock_is_given_up_or_downgraded),
		cmocka_unit_test(test_a_vma_that_is_gone_is_not_found),
		cmocka_unit_test(test_a_downgraded_lock_lets_readers_in_and_no_writer),
		cmocka_unit_test(test_trylocks_exclude),
		cmocka_unit_test(test_an_assertion_without_the_lock_fires),
		cmocka_unit_test(test_who_sees_the_change_is_told_of_the_flush_to_come),
		cmocka_unit_test(test_counted_late_he_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
