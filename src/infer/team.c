/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Members spin for the next piece of work for some microseconds, then sleep on a condition.
 */
#include "infer/team.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"
#include "os/pool.h"

enum {
	SPINS = 4000 /* about 50 µs: longer than the gaps inside one token */
};

struct member {
	struct team *team;
	unsigned number;
	pthread_t thread;
	atomic_size_t next; /* first item of its share that nobody has taken */
	size_t end;
	char apart[64]; /* the next member's are in another line of the cache */
};

struct team {
	unsigned size, started;
	team_work work;
	void *ctx;
	size_t piece;
	atomic_uint round; /* counts team_do calls; a change is the call to work */
	atomic_uint busy;  /* members other than the caller still at work */
	atomic_bool over;
	atomic_uint sleepers;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct member member[TEAM_MAX];
};

static void pause_briefly(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Every member has a share of its own, so that the same one meets the same rows in round after round, and helps the
 * others when that is done.
 */
static void take_items(struct team *t, unsigned member)
{
	for (unsigned i = 0; i < t->size; i++) {
		struct member *of = &t->member[(member + i) % t->size];
		size_t from;

		while ((from = atomic_fetch_add_explicit(&of->next, t->piece,
							 memory_order_relaxed)) < of->end)
			t->work(t->ctx,
				(struct share){from, size_min(from + t->piece, of->end), member});
	}
}

static void share_out(struct team *t, size_t n)
{
	for (unsigned i = 0; i < t->size; i++) {
		atomic_store_explicit(&t->member[i].next, n * i / t->size, memory_order_relaxed);
		t->member[i].end = n * (i + 1) / t->size;
	}
}

/* Wait for a round other than `seen`. */
static unsigned await_round(struct team *t, unsigned seen)
{
	unsigned now;

	for (int i = 0; i < SPINS; i++) {
		now = atomic_load_explicit(&t->round, memory_order_acquire);
		if (now != seen)
			return now;
		pause_briefly();
	}
	pthread_mutex_lock(&t->lock);
	atomic_fetch_add(&t->sleepers, 1);
	while ((now = atomic_load(&t->round)) == seen)
		pthread_cond_wait(&t->wake, &t->lock);
	atomic_fetch_sub(&t->sleepers, 1);
	pthread_mutex_unlock(&t->lock);
	return now;
}

static void begin_round(struct team *t)
{
	atomic_fetch_add(&t->round, 1);
	if (atomic_load(&t->sleepers) == 0)
		return;
	pthread_mutex_lock(&t->lock);
	pthread_cond_broadcast(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

static void *live(void *arg)
{
	struct member *m = arg;
	struct team *t = m->team;
	unsigned seen = 0;

	for (;;) {
		seen = await_round(t, seen);
		if (atomic_load(&t->over))
			return NULL;
		take_items(t, m->number);
		atomic_fetch_sub_explicit(&t->busy, 1, memory_order_release);
	}
}

void team_do(struct team *t, size_t n, size_t piece, team_work work, void *ctx)
{
	piece = piece > 0 ? piece : n / ((size_t)8 * t->size) + 1;
	if (t->size == 1 || n <= piece) {
		if (n > 0)
			work(ctx, (struct share){.to = n});
		return;
	}
	t->work = work;
	t->ctx = ctx;
	t->piece = piece;
	share_out(t, n);
	atomic_store(&t->busy, t->size - 1);
	begin_round(t);
	take_items(t, 0);
	for (unsigned i = 0; atomic_load_explicit(&t->busy, memory_order_acquire) != 0; i++) {
		if (i < SPINS)
			pause_briefly();
		else
			sched_yield();
	}
}

int team_new(unsigned size, struct team **out, struct ow_error *err)
{
	struct team *t;

	if (size < 1 || size > TEAM_MAX)
		return err_set(err, OW_E_USAGE, "%u threads, 1 to %u are possible", size,
			       (unsigned)TEAM_MAX);
	t = MEM_NEW(struct team, err);
	if (t == NULL)
		return err->code;
	t->size = size;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, NULL);
	for (t->started = 1; t->started < size; t->started++) {
		struct member *m = &t->member[t->started];
		int failed;

		*m = (struct member){.team = t, .number = t->started};
		failed = pool_thread(&m->thread, live, m);
		if (failed != 0) {
			team_free(t);
			return err_sys(err, failed, "starting thread %u", t->started + 1);
		}
	}
	*out = t;
	return 0;
}

void team_free(struct team *t)
{
	if (t == NULL)
		return;
	atomic_store(&t->over, true);
	begin_round(t);
	for (unsigned i = 1; i < t->started; i++)
		pthread_join(t->member[i].thread, NULL);
	pthread_cond_destroy(&t->wake);
	pthread_mutex_destroy(&t->lock);
	mem_free(t);
}

unsigned team_size(const struct team *t)
{
	return t->size;
}
