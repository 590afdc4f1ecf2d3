/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/pool.h"

enum {
	SECOND_MS = 1000,
	STALL_S = 5,
	RATE_AFTER_MS = 500 /* a rate measured over less is a guess */
};

#define SECOND 1000000000ULL

static uint64_t ms(uint64_t ticks)
{
	return ticks / (SECOND / SECOND_MS);
}

bool progress_note(struct progress_state *s, const struct ow_progress *now, uint64_t ticks)
{
	char phase[sizeof s->phase];
	bool fresh;

	text_escape(now->phase, strlen(now->phase), phase, sizeof phase);
	fresh = s->began == 0 || strcmp(phase, s->phase) != 0;
	if (fresh) {
		memcpy(s->phase, phase, sizeof phase);
		s->began = ticks;
		s->began_at = now->done;
	}
	if (fresh || now->done > s->done)
		s->moved = ticks;
	s->done = now->done;
	s->total = now->total;
	s->unit[0] = s->item[0] = '\0';
	if (now->unit != NULL)
		text_escape(now->unit, strlen(now->unit), s->unit, sizeof s->unit);
	if (now->item != NULL)
		text_escape(now->item, strlen(now->item), s->item, sizeof s->item);
	return fresh;
}

static void put_left(struct buf *out, uint64_t seconds)
{
	if (seconds < 60)
		buf_printf(out, ", %llu s left", (unsigned long long)seconds);
	else if (seconds < 3600)
		buf_printf(out, ", %llu:%02llu left", (unsigned long long)seconds / 60,
			   (unsigned long long)seconds % 60);
	else
		buf_printf(out, ", %llu h %02llu left", (unsigned long long)seconds / 3600,
			   (unsigned long long)seconds / 60 % 60);
}

/* So many bytes, or a number of what is counted. */
static void put_amount(const struct progress_state *s, uint64_t n, struct buf *out)
{
	char size[TEXT_SIZE];

	if (s->unit[0] == '\0')
		buf_text(out, text_size(n, size));
	else
		buf_printf(out, "%llu", (unsigned long long)n);
}

/* Rate and time left, once enough was seen. Bytes that do not move are "stalled"; what else is counted may
 * take long, and so may what comes after the last byte.
 */
static void put_rate(const struct progress_state *s, uint64_t ticks, struct buf *out)
{
	uint64_t still = (ticks - s->moved) / SECOND, spent = ms(ticks - s->began);
	char rate[TEXT_SIZE];
	double each_ms;

	if (still >= STALL_S && s->unit[0] == '\0' && (s->total == 0 || s->done < s->total)) {
		buf_printf(out, ", stalled for %llu s", (unsigned long long)still);
		return;
	}
	if (spent < RATE_AFTER_MS || s->done <= s->began_at)
		return;
	each_ms = (double)(s->done - s->began_at) / (double)spent;
	if (s->unit[0] == '\0')
		buf_printf(out, ", %s/s", text_size((uint64_t)(each_ms * SECOND_MS), rate));
	if (s->total > s->done)
		put_left(out, (uint64_t)((double)(s->total - s->done) / each_ms) / SECOND_MS);
}

/* Add the item, cut in front where there is no room: the end of a path tells more. */
static void put_item(struct buf *out, const char *item, unsigned columns)
{
	size_t have = text_columns(buf_str(out)), room;
	const char *from = item;

	if (item[0] == '\0' || have + 12 > columns)
		return;
	room = columns - have - 2;
	if (text_columns(item) <= room) {
		buf_printf(out, "  %s", item);
		return;
	}
	while (text_columns(from) > room - 1) {
		from++;
		while (((unsigned char)*from & 0xc0) == 0x80)
			from++;
	}
	buf_printf(out, "  \xe2\x80\xa6%s", from);
}

void progress_line(const struct progress_state *s, uint64_t ticks, unsigned columns,
		   struct buf *out)
{
	buf_printf(out, "%s ", s->phase);
	if (s->total > 0)
		buf_printf(out, "%3u%%, ",
			   s->done >= s->total
			       ? 100
			       : (unsigned)((double)s->done * 100 / (double)s->total));
	put_amount(s, s->done, out);
	if (s->total > 0) {
		buf_text(out, " of ");
		put_amount(s, s->total, out);
	}
	if (s->unit[0] != '\0')
		buf_printf(out, " %s", s->unit);
	put_rate(s, ticks, out);
	put_item(out, s->item, columns);
}

/* To the terminal, where a failure has nobody to be told to. */
static void put(const char *s, size_t n)
{
	struct ow_error ignored = {0};

	if (fd_write(STDERR_FILENO, s, n, "terminal", &ignored) < 0)
		return;
}

/* Under the lock. */
static void draw(struct progress *p, uint64_t ticks)
{
	OW_AUTO(buf_done) struct buf text = {0};
	OW_AUTO(buf_done) struct buf line = {0};

	progress_line(&p->state, ticks, p->columns - 1, &text);
	buf_text(&line, "\r\033[K");
	buf_add(&line, text.p, text.n);
	if (!line.failed)
		put(buf_str(&line), line.n);
	p->drawn = true;
	p->told = ticks;
}

/* Work that is stuck in the kernel tells nothing, so somebody else has to say that it is. */
static void *tick(void *arg)
{
	struct progress *p = arg;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->ending) {
		struct timespec until;
		uint64_t ticks;

		(void)clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_sec++;
		(void)pthread_cond_timedwait(&p->wake, &p->lock, &until);
		ticks = clock_ticks();
		if (!p->ending && p->drawn && ticks - p->told >= SECOND)
			draw(p, ticks);
	}
	(void)pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The ticker takes no signals: they are to interrupt the work. Without it only stalls go untold. */
static void start_ticker(struct progress *p)
{
	sigset_t all, before;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	p->ticking = pool_thread(&p->ticker, tick, p) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int progress_begin(struct progress *p, unsigned columns, struct ow_error *err)
{
	pthread_condattr_t forward; /* the wall clock may jump */
	int r = pthread_condattr_init(&forward);

	*p = (struct progress){.columns = columns};
	if (r == 0)
		r = pthread_condattr_setclock(&forward, CLOCK_MONOTONIC);
	if (r == 0)
		r = pthread_cond_init(&p->wake, &forward);
	if (r == 0)
		r = pthread_mutex_init(&p->lock, NULL);
	return r == 0 ? 0 : err_sys(err, r, "progress");
}

void progress_show(struct progress *p, const struct ow_progress *now)
{
	uint64_t ticks = clock_ticks();
	bool whole;

	(void)pthread_mutex_lock(&p->lock);
	whole = now->total > 0 && now->done >= now->total;
	if (progress_note(&p->state, now, ticks) || whole || ticks - p->told >= SECOND / 10)
		draw(p, ticks);
	if (!p->ticking)
		start_ticker(p);
	(void)pthread_mutex_unlock(&p->lock);
}

bool progress_due(struct progress *p, const struct ow_progress *now)
{
	uint64_t ticks = clock_ticks();
	bool due = progress_note(&p->state, now, ticks) ||
		   (now->total > 0 && now->done >= now->total) || ticks - p->told >= SECOND / 2;

	if (due)
		p->told = ticks;
	return due;
}

void progress_erase(struct progress *p)
{
	static const char erase[] = "\r\033[K";

	(void)pthread_mutex_lock(&p->lock);
	if (p->drawn)
		put(erase, sizeof erase - 1);
	p->drawn = false;
	(void)pthread_mutex_unlock(&p->lock);
}

void progress_end(struct progress *p)
{
	if (p->columns == 0)
		return; /* never began */
	progress_erase(p);
	(void)pthread_mutex_lock(&p->lock);
	p->ending = true;
	(void)pthread_cond_signal(&p->wake);
	(void)pthread_mutex_unlock(&p->lock);
	if (p->ticking)
		(void)pthread_join(p->ticker, NULL);
	(void)pthread_cond_destroy(&p->wake);
	(void)pthread_mutex_destroy(&p->lock);
	*p = (struct progress){0};
}
