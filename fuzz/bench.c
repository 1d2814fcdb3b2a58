/* SPDX-License-Identifier: MIT */
#include "bench.h"

#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BATCH		256	/* runs between looks at the clock */
#define WARM_UP		0.05	/* seconds: caches, and memory run into */

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool run_batch(const struct strategy *s, struct bench *b)
{
	struct run_result r;

	for (u32 i = 0; i < BATCH; i++) {
		if (s && !s->next())
			return false;
		run_once(NULL, s ? s->ops : NULL, &r);
		if (s && s->observe)
			s->observe(&r);
		b->runs++;
		b->events += r.events;
		b->failed += r.verdict == VERDICT_FAIL;
	}
	return true;
}

static void measure(const struct strategy *s, u64 seed, double seconds,
		    struct bench *b)
{
	double start = now();

	if (s)
		s->init(seed);
	*b = (struct bench){ 0 };
	do {
		bool more = run_batch(s, b);

		b->seconds = now() - start;
		if (!more)
			break;
	} while (b->seconds < seconds);
}

static _Noreturn void child(const struct run_config *c,
			    const struct strategy *s, u64 seed, double seconds,
			    int fd)
{
	char err[512];
	struct bench b;

	if (run_select(c, err, sizeof(err))) {
		fprintf(stderr, "interleaf: %s\n", err);
		_exit(2);
	}
	measure(s, seed, seconds < WARM_UP ? seconds : WARM_UP, &b);
	measure(s, seed, seconds, &b);
	_exit(write(fd, &b, sizeof(b)) != sizeof(b));
}

int bench(const struct run_config *c, const struct strategy *s, u64 seed,
	  double seconds, struct bench *b)
{
	struct rusage used;
	int fds[2], status;
	ssize_t got;
	pid_t pid;

	fflush(NULL);
	if (pipe(fds))
		return -errno;
	pid = fork();
	if (!pid)
		child(c, s, seed, seconds, fds[1]);
	close(fds[1]);
	got = pid < 0 ? -1 : read(fds[0], b, sizeof(*b));
	close(fds[0]);
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0)
		return -errno;
	if (got != sizeof(*b))
		return WIFEXITED(status) && WEXITSTATUS(status) == 2 ? -EINVAL :
								      -EIO;
	b->peak_rss_kib = used.ru_maxrss;
	return 0;
}
