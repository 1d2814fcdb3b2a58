/* SPDX-License-Identifier: MIT */
#include "hunt.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH		64	/* runs between looks at the clock */
#define NOBODY		(~0u)

/* What one job tells the parent. */
struct job {
	u64 runs, leaked;
	bool exhausted;
	char status[HUNT_STATUS_MAX];
	struct hunt_find find;
};

/* Shared by the jobs and the parent. */
struct board {
	u32 stop;		/* everybody is to stop */
	u32 winner;		/* job that found something first, or NOBODY */
	struct job job[];
};

static const struct strategy *strategy;
static const struct hunt_limits *limits;
static struct board *board;
static double started, next_line;
static bool live_line;		/* progress goes to a terminal */
static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* --- progress ------------------------------------------------------------ */

static u64 runs_so_far(void)
{
	u64 n = 0;

	for (u32 i = 0; i < limits->jobs; i++)
		n += __atomic_load_n(&board->job[i].runs, __ATOMIC_RELAXED);
	return n;
}

static void clear_line(void)
{
	if (live_line)
		fputs("\r\033[K", stderr);
}

static void print_line(void)
{
	double t = now();
	u64 runs = runs_so_far();
	const char *status = limits->jobs == 1 && strategy->status ?
			     strategy->status() : NULL;

	if (!live_line || t < next_line)
		return;
	next_line = t + 1;
	fprintf(stderr, "\r\033[K%.0f s, %llu runs, %.0f runs/s%s%s",
		t - started, (unsigned long long)runs,
		(double)runs / (t - started), status ? ", " : "",
		status ? status : "");
	fflush(stderr);
}

static bool time_to_stop(void)
{
	if (interrupted)
		__atomic_store_n(&board->stop, 1, __ATOMIC_RELAXED);
	return __atomic_load_n(&board->stop, __ATOMIC_RELAXED) ||
	       (limits->seconds > 0 && now() - started >= limits->seconds);
}

/* --- one job ------------------------------------------------------------- */

/* Whoever is first keeps the find; the others' are as good but not needed. */
static void claim(u32 id, const struct run_result *r)
{
	struct hunt_find *find = &board->job[id].find;
	u32 nobody = NOBODY;

	run_schedule(&find->schedule);
	find->hash = run_hash();
	find->seed = limits->seed + id;
	find->run = board->job[id].runs;
	snprintf(find->rule, sizeof(find->rule), "%s", r->fail.rule);
	__atomic_compare_exchange_n(&board->winner, &nobody, id, false,
				    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	__atomic_store_n(&board->stop, 1, __ATOMIC_RELAXED);
}

/* Each job's part of the runs asked for. */
static u64 quota(u32 id)
{
	if (!limits->runs)
		return ~0ULL;
	return limits->runs / limits->jobs + (id < limits->runs % limits->jobs);
}

static void note_status(struct job *j)
{
	const char *status = strategy->status ? strategy->status() : NULL;

	snprintf(j->status, sizeof(j->status), "%s", status ? status : "");
}

static void work(u32 id)
{
	struct job *j = &board->job[id];
	struct run_result r;
	u64 n = 0, max = quota(id);

	strategy->init(limits->seed + id);
	while (n < max) {
		if (n % BATCH == 0) {
			__atomic_store_n(&j->runs, n, __ATOMIC_RELAXED);
			if (time_to_stop())
				break;
			if (limits->jobs == 1 && live_line)
				print_line();
		}
		if (!strategy->next()) {
			j->exhausted = true;
			break;
		}
		run_once(NULL, strategy->ops, &r);
		n++;
		j->leaked += r.leaked;
		if (strategy->observe)
			strategy->observe(&r);
		if (unlikely(r.verdict == VERDICT_FAIL)) {
			j->runs = n;
			claim(id, &r);
			break;
		}
	}
	__atomic_store_n(&j->runs, n, __ATOMIC_RELAXED);
	note_status(j);
}

/* --- several jobs -------------------------------------------------------- */

static pid_t start_job(u32 id, pid_t parent)
{
	pid_t pid = fork();

	if (pid < 0)
		BUG("cannot fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
	work(id);
	_exit(0);
}

/* A job that dies has met a bug of ours: a verdict is no crash. */
static void job_ended(u32 id, int status)
{
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return;
	__atomic_store_n(&board->stop, 1, __ATOMIC_RELAXED);
	clear_line();
	if (WIFSIGNALED(status))
		BUG("job %u (seed %llu) died of signal %d", id,
		    (unsigned long long)limits->seed + id, WTERMSIG(status));
	/* It has said what it was. */
	exit(3);
}

static void work_in_jobs(void)
{
	const struct timespec nap = { 0, 20 * 1000 * 1000 };
	u32 nr_left = limits->jobs;
	pid_t *pids = calloc(limits->jobs, sizeof(*pids));
	pid_t self = getpid();

	if (!pids)
		BUG("out of memory");
	fflush(NULL);
	for (u32 i = 0; i < limits->jobs; i++)
		pids[i] = start_job(i, self);
	while (nr_left) {
		nanosleep(&nap, NULL);
		time_to_stop();
		print_line();
		for (u32 i = 0; i < limits->jobs; i++) {
			int status;

			if (!pids[i] || waitpid(pids[i], &status, WNOHANG) <= 0)
				continue;
			pids[i] = 0;
			nr_left--;
			job_ended(i, status);
		}
	}
	free(pids);
}

/* --- the hunt ------------------------------------------------------------ */

static size_t board_size(void)
{
	return sizeof(*board) + limits->jobs * sizeof(board->job[0]);
}

static void set_up_board(void)
{
	board = mmap(NULL, board_size(), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		BUG("out of memory");
	board->winner = NOBODY;
}

static void collect(struct hunt_result *res)
{
	u32 winner = board->winner;
	const struct job *j = &board->job[winner == NOBODY ? 0 : winner];

	*res = (struct hunt_result){
		.runs = runs_so_far(),
		.seconds = now() - started,
		.found = winner != NOBODY,
		.exhausted = true,
		.interrupted = interrupted,
		.find = j->find,
	};
	memcpy(res->status, j->status, sizeof(res->status));
	for (u32 i = 0; i < limits->jobs; i++) {
		res->exhausted &= board->job[i].exhausted;
		res->leaked += board->job[i].leaked;
	}
}

void hunt(const struct strategy *s, const struct hunt_limits *l,
	  struct hunt_result *res)
{
	const struct sigaction act = { .sa_handler = on_signal };
	struct sigaction old_int, old_term;

	strategy = s;
	limits = l;
	live_line = isatty(STDERR_FILENO);
	interrupted = 0;
	set_up_board();
	sigaction(SIGINT, &act, &old_int);
	sigaction(SIGTERM, &act, &old_term);
	started = now();
	next_line = started + 1;
	if (l->jobs == 1)
		work(0);
	else
		work_in_jobs();
	clear_line();
	collect(res);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGTERM, &old_term, NULL);
	munmap(board, board_size());
}
