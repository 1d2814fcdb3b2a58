/* SPDX-License-Identifier: MIT */
/*
 * world - what scenarios are set up from, and the ops they share
 *
 * Compiled with the code under test: entries are made by its own helpers.
 */
#include "scenario.h"

#include "../../model/hw/hw.h"
#include "../../model/kernel/kernel.h"
#include "../../model/sim/log.h"

#define TABLE_FRAME	100	/* tables of the setup: bank 1 */

struct world world;
static u32 next_table;

/* --- setup --------------------------------------------------------------- */

static void *setup_table(int level)
{
	struct page *page;

	page_take(next_table, 0);
	page = (struct page *)mem_ptr(frame_page_off(next_table));
	next_table++;
	pagetable_ctor(page, level);
	return page_address(page);
}

/* Entry of a table at @level that leads to @table. */
static u64 table_entry(void *table, u32 level)
{
	return hw.fmt->mk_table(page_to_pfn(virt_to_page(table)), level);
}

void world_init(unsigned long base, unsigned int tables)
{
	u64 *pgd, *pud, *pmd;

	world = (struct world){ .base = base };
	/* The reduced tables of x86_pae translate 18 bits. */
	BUG_ON(base + PTRS_PER_TABLE * PMD_SIZE >
	       PTRS_PER_TABLE << PGDIR_SHIFT);
	next_table = TABLE_FRAME;
	world.mm = slab_setup_alloc(sizeof(*world.mm));
	world.vma = slab_setup_alloc(sizeof(*world.vma));
	world.vma->vm_start = base;
	world.vma->vm_end = base + PTRS_PER_TABLE * PMD_SIZE;
	world.vma->vm_mm = world.mm;
	world.vma->vm_flags = VM_WRITE;

	pgd = setup_table(hw.fmt->levels);
	world.root = (u32)mem_off(pgd);
	world.mm->pgd = (pgd_t *)pgd;
	pmd = setup_table(2);
#ifdef __PAGETABLE_PUD_FOLDED
	pud = pgd;
#else
	pud = setup_table(3);
	pgd[TABLE_INDEX(base, PGDIR_SHIFT)] = table_entry(pud, 4);
#endif
	pud[TABLE_INDEX(base, PUD_SHIFT)] = table_entry(pmd, 3);
	for (unsigned int i = 0; i < tables; i++)
		pmd[TABLE_INDEX(base + i * PMD_SIZE, PMD_SHIFT)] =
			table_entry(setup_table(1), 2);
}

pmd_t *world_pmd(unsigned long va)
{
	return mm_find_pmd(world.mm, va);
}

pte_t *world_pte(unsigned long va)
{
	return (pte_t *)pmd_page_vaddr(*world_pmd(va)) +
	       TABLE_INDEX(va, PAGE_SHIFT);
}

struct page *world_frame(u32 frame)
{
	page_take(frame, 0);
	return mem_ptr(frame_page_off(frame));
}

void world_map(unsigned long va, u32 frame, pteval_t prot)
{
	struct page *page = world_frame(frame);

	page->_mapcount.counter = 1;
	set_pte(world_pte(va), mk_pte(page, prot));
}

void world_change(unsigned long va, pte_t (*change)(pte_t pte))
{
	pte_t *ptep = world_pte(va);

	set_pte(ptep, change(ptep_get(ptep)));
}

void world_leftover(u32 frame, unsigned long va, u32 old)
{
	pte_t *table = mem_ptr(frame_off(frame));

	table[TABLE_INDEX(va, PAGE_SHIFT)] =
		pte_mkdirty(pfn_pte(frame_pfn(old), PAGE_SHARED));
}

struct folio *world_file(u32 frame)
{
	page_take(frame, HPAGE_PMD_ORDER);
	return mem_ptr(frame_page_off(frame));
}

void world_map_folio(unsigned long va, struct folio *folio, u32 n)
{
	folio->page._refcount.counter++;
	folio->page._mapcount.counter++;
	set_pte(world_pte(va), pte_mkdirty(mk_pte(&folio->page + n,
						  PAGE_SHARED)));
}

static void watch(u32 slot, u32 level, unsigned long va)
{
	world.watch[world.nr_watch].slot = slot;
	world.watch[world.nr_watch].level = level;
	world.watch[world.nr_watch++].va = va;
}

void world_watch_pte(unsigned long va)
{
	watch((u32)mem_off(world_pte(va)), 1, va);
}

void world_watch_pmd(unsigned long va)
{
	watch((u32)mem_off(world_pmd(va)), 2, va);
}

void *world_object(size_t size)
{
	return slab_setup_alloc(size);
}

/* --- what ops tell the oracles ------------------------------------------- */

#define CALLER	((u64)__builtin_return_address(0))

void observed(const void *entry, u64 val, unsigned int level)
{
	event_note(EV_OBSERVED, sim.cur, (u32)mem_off(entry), val, 0, level, 0,
		   CALLER);
}

void pinned(struct page *page, unsigned long va, bool write)
{
	event_note(EV_PINNED, sim.cur, frame_off(page_frame(page)), va, 0, 0,
		   write ? EVF_WRITE : 0, CALLER);
}

void unpinned(struct page *page)
{
	event_note(EV_UNPINNED, sim.cur, frame_off(page_frame(page)), 0, 0, 0,
		   0, CALLER);
}

void pause_here(void)
{
	sim_point(sim.cur, 0, false);
}

/* --- shared ops ---------------------------------------------------------- */

u64 op_gup_fast(unsigned int arg)
{
	unsigned long va = world_va(arg);
	struct page *page;

	if (!get_user_pages_fast_only(world.mm, va, FOLL_WRITE, &page))
		return 0;
	pinned(page, va, true);
	pause_here();
	unpinned(page);
	folio_put(page_folio(page));
	return 1;
}

u64 op_collapse(unsigned int arg)
{
	return !collapse_huge_page(world.vma, world_va(arg) & HPAGE_PMD_MASK);
}

u64 op_zap(unsigned int arg)
{
	unsigned long start = world_va(arg) & HPAGE_PMD_MASK;

	mmap_read_lock(world.mm);
	zap_page_range(world.vma, start, start + HPAGE_PMD_SIZE);
	mmap_read_unlock(world.mm);
	return 0;
}

/* One user instruction: try, fault, try again. */
static u64 user_access(unsigned long va, bool write, u64 val)
{
	while (mmu_access(va, write, &val) == MMU_FAULT) {
		unsigned int ret;

		mmap_read_lock(world.mm);
		ret = handle_mm_fault(world.vma, va,
				      write ? FAULT_FLAG_WRITE : 0);
		mmap_read_unlock(world.mm);
		if (ret)
			return ~0UL;
		/* Whoever is in the middle of a change goes on first. */
		cpu_relax();
	}
	return val;
}

u64 op_user_load(unsigned int arg)
{
	return user_access(world_va(arg), false, 0);
}

u64 op_user_store(unsigned int arg)
{
	/* Each store writes something of its own. */
	return user_access(world_va(arg), true,
			   (u64)(sim.cur->id + 1) << 8 | (sim.cur->op + 1));
}

u64 op_lockless_walk(unsigned int arg)
{
	pte_t *ptep, pte;

	if (!lockless_pte(world.mm, world_va(arg), &ptep, &pte))
		return 0;
	observed(ptep, pte_val(pte), 1);
	return pte_val(pte);
}

u64 op_rcu_walk(unsigned int arg)
{
	unsigned long va = world_va(arg);
	pmd_t *pmd, pmdval;
	pte_t *pte, val;

	mmap_read_lock(world.mm);
	pmd = mm_find_pmd(world.mm, va);
	pte = __pte_offset_map(pmd, va, &pmdval);
	val = __pte(0);
	if (pte) {
		observed(pmd, pmd_val(pmdval), 2);
		val = ptep_get(pte);
		pte_unmap(pte);
	}
	mmap_read_unlock(world.mm);
	return pte_present(val);
}

u64 op_read_recheck(unsigned int arg)
{
	unsigned long va = world_va(arg);
	spinlock_t *ptl;
	pte_t *ptep, pte;
	u64 ret = 0;

	mmap_read_lock(world.mm);
	ptep = pte_offset_map_nolock(world.mm, world_pmd(va), va, &ptl);
	if (ptep) {
		pte = ptep_get_lockless(ptep);
		spin_lock(ptl);
		if (pte_same(ptep_get(ptep), pte) && pte_present(pte)) {
			observed(ptep, pte_val(pte), 1);
			ret = pte_val(pte);
		}
		pte_unmap_unlock(ptep, ptl);
	}
	mmap_read_unlock(world.mm);
	return ret;
}
