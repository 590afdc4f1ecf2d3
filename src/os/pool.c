/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "os/pool.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

enum {
	THREADS_MAX = 256,
	STACK = 512 * 1024
};

struct pool {
	atomic_size_t next;
	size_t n;
	atomic_bool failed;
	pool_work work;
	void *ctx;
};

struct worker {
	struct pool *pool;
	unsigned number;
	pthread_t thread;
	struct ow_error err;
};

bool pool_next(struct pool *p, size_t *out)
{
	size_t i;

	if (atomic_load(&p->failed))
		return false;
	i = atomic_fetch_add(&p->next, 1);
	*out = i;
	return i < p->n;
}

static void *run(void *arg)
{
	struct worker *w = arg;

	if (w->pool->work(w->pool, w->number, w->pool->ctx, &w->err) < 0)
		atomic_store(&w->pool->failed, true);
	return NULL;
}

int pool_thread(void *thread, void *(*start)(void *), void *arg)
{
	pthread_attr_t attr;
	int r = pthread_attr_init(&attr);

	if (r != 0)
		return r;
	r = pthread_attr_setstacksize(&attr, STACK);
	if (r == 0)
		r = pthread_create(thread, &attr, start, arg);
	(void)pthread_attr_destroy(&attr);
	return r;
}

int pool_run(unsigned threads, size_t n, pool_work work, void *ctx, struct ow_error *err)
{
	struct pool p = {.n = n, .work = work, .ctx = ctx};
	OW_AUTO(mem_free) struct worker *workers = NULL;
	unsigned started = 0;

	if (threads > n)
		threads = (unsigned)n;
	if (threads < 1)
		threads = 1;
	workers = mem_array(threads, sizeof *workers, err);
	if (workers == NULL)
		return err->code;
	for (unsigned i = 0; i < threads; i++)
		workers[i] = (struct worker){.pool = &p, .number = i};
	/* a thread that cannot be had is no error: the others do its share */
	while (started + 1 < threads &&
	       pool_thread(&workers[started + 1].thread, run, &workers[started + 1]) == 0)
		started++;
	(void)run(&workers[0]);
	for (unsigned i = 1; i <= started; i++)
		(void)pthread_join(workers[i].thread, NULL);
	for (unsigned i = 0; i <= started; i++) {
		if (workers[i].err.code != OW_OK) {
			*err = workers[i].err;
			return err->code;
		}
	}
	return 0;
}

unsigned pool_cores(void)
{
	const char *jobs =
	    getenv("OWSTORE_JOBS"); /* NOLINT(concurrency-mt-unsafe): nobody sets it */
	cpu_set_t set;
	uint64_t n;

	if (jobs != NULL && text_parse_u64(jobs, &n) && n >= 1 && n <= THREADS_MAX)
		return (unsigned)n;
	if (sched_getaffinity(0, sizeof set, &set) < 0 || CPU_COUNT(&set) < 1)
		return 1;
	return (unsigned)CPU_COUNT(&set) > THREADS_MAX ? THREADS_MAX : (unsigned)CPU_COUNT(&set);
}
