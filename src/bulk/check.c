/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each thread walks in two lanes. A lane reads its item piece by piece and takes the next item when
 * it is through, so that there are two independent messages to hash side by side until the very
 * end.
 */
#include "bulk/check.h"

#include <stdio.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bulk/meter.h"
#include "codec/digest.h"
#include "os/direct.h"
#include "os/pool.h"

enum {
	/* two pieces stay in a core's second-level cache between reading and hashing */
	PIECE_CACHED = 256 * 1024,
	/* a whole chunk in one read, and what alignment adds at both ends */
	PIECE_MEDIUM = CHUNK_SIZE + 2ULL * DIRECT_ALIGN,
	MEDIUM_THREADS = 4
};

struct lane {
	const struct check_item *item; /* NULL: none */
	struct digest digest;
	uint64_t taken; /* bytes of the item that were read */
	uint8_t *p;
	size_t at, end; /* bytes at p that wait to be hashed */
};

struct check {
	const struct check_item *items;
	enum check_how how;
	struct meter meter;
	check_bad bad;
	void *ctx;
	pthread_mutex_t bad_lock;
	int64_t n_bad;
	uint8_t *memory; /* aligned; `piece` bytes a lane */
	size_t piece;
};

static void tell_bad(struct check *c, const struct check_item *item, const struct ow_id *got,
		     const struct ow_error *why)
{
	(void)pthread_mutex_lock(&c->bad_lock);
	c->n_bad++;
	c->bad(c->ctx, item, got, why);
	(void)pthread_mutex_unlock(&c->bad_lock);
}

/* Read the next piece of the lane's item, over its aligned surroundings where the medium is read.
 */
static int lane_read(const struct check *c, struct lane *l, struct ow_error *err)
{
	const struct check_item *item = l->item;
	const uint64_t item_end = item->off + item->len;
	uint64_t from = item->off + l->taken, to = item_end;
	uint64_t begin = from, end;
	int64_t got;

	if (c->how == CHECK_MEDIUM) {
		begin = direct_floor(from);
		end = direct_ceil(to);
	} else {
		end = to = u64_min(to, from + c->piece);
	}
	got = direct_read(item->fd, l->p, (size_t)(end - begin), (size_t)(to - begin), begin, err);
	if (got < 0)
		return err->code;
	end = begin + (uint64_t)got;
	if (end < to)
		return err_set(err, OW_E_INTEGRITY, "ends at byte %llu, expected %llu",
			       (unsigned long long)end, (unsigned long long)item_end);
	l->at = (size_t)(from - begin);
	l->end = (size_t)(to - begin);
	l->taken += to - from;
	return 0;
}

/* All bytes of the item were hashed. */
static int lane_finish(struct check *c, struct lane *l, struct ow_error *err)
{
	const struct check_item *item = l->item;
	struct ow_id got;

	l->item = NULL;
	if (digest_final(&l->digest, &got, err) < 0)
		return err->code;
	if (!ow_id_equal(&got, &item->want))
		tell_bad(c, item, &got, NULL);
	return meter_add(&c->meter, item->len, NULL) ? 0 : meter_stopped(err);
}

static int lane_give_up(struct check *c, struct lane *l, const struct ow_error *why,
			struct ow_error *err)
{
	const struct check_item *item = l->item;

	l->item = NULL;
	digest_drop(&l->digest);
	tell_bad(c, item, NULL, why);
	return meter_add(&c->meter, item->len, NULL) ? 0 : meter_stopped(err);
}

/* See that the lane has bytes to hash. Returns 1, or 0 when there is nothing left to do. */
static int lane_ready(struct check *c, struct pool *pool, struct lane *l, struct ow_error *err)
{
	while (l->at == l->end) {
		struct ow_error why = {0};
		size_t i;

		if (l->item != NULL && l->taken == l->item->len && lane_finish(c, l, err) < 0)
			return err->code;
		if (l->item == NULL) {
			if (!pool_next(pool, &i))
				return 0;
			l->item = &c->items[i];
			l->taken = 0;
			digest_init(&l->digest);
		}
		if (l->taken < l->item->len && lane_read(c, l, &why) < 0 &&
		    lane_give_up(c, l, &why, err) < 0)
			return err->code;
	}
	return 1;
}

static int walk(struct check *c, struct pool *pool, struct lane lanes[2], struct ow_error *err)
{
	struct lane *a = &lanes[0], *b = &lanes[1];
	int r;

	while ((r = lane_ready(c, pool, a, err)) > 0 && (r = lane_ready(c, pool, b, err)) > 0) {
		size_t n = size_min(a->end - a->at, b->end - b->at);

		digest_update_two(&a->digest, a->p + a->at, &b->digest, b->p + b->at, n);
		a->at += n;
		b->at += n;
	}
	/* one of them ran out of items: the other is alone */
	for (int i = 0; i < 2 && r >= 0; i++) {
		struct lane *l = &lanes[i];

		while ((r = lane_ready(c, pool, l, err)) > 0) {
			digest_update(&l->digest, l->p + l->at, l->end - l->at);
			l->at = l->end;
		}
	}
	return r;
}

static int work(struct pool *pool, unsigned worker, void *ctx, struct ow_error *err)
{
	struct check *c = ctx;
	struct lane lanes[2] = {0};
	int r;

	for (size_t i = 0; i < 2; i++)
		lanes[i].p = c->memory + ((size_t)2 * worker + i) * c->piece;
	r = walk(c, pool, lanes, err);
	for (size_t i = 0; i < 2; i++) {
		if (lanes[i].item != NULL)
			digest_drop(&lanes[i].digest);
	}
	return r;
}

/* ---- past the page cache
 * ---------------------------------------------------------------------------- */

/* The files whose O_DIRECT was turned on here, one entry for each run of items. */
struct turned {
	int *fd;
	size_t n;
};

static bool same_file(const struct check_item *items, size_t i)
{
	return i > 0 && items[i].fd == items[i - 1].fd;
}

static int medium_begin(const struct check_item *items, size_t n, const struct ow_events *events,
			struct turned *out, struct ow_error *err)
{
	size_t n_files = 0, n_cached = 0;
	char text[120];

	for (size_t i = 0; i < n; i++)
		n_files += !same_file(items, i);
	out->fd = mem_array(n_files, sizeof *out->fd, err);
	if (out->fd == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		int r;

		if (same_file(items, i))
			continue;
		r = direct_set(items[i].fd, true);
		direct_forget(items[i].fd);
		if (r == 0)
			out->fd[out->n++] = items[i].fd;
		n_cached += r < 0 && direct_is_cached(items[i].fd, items[i].off);
	}
	if (n_cached > 0 && events != NULL && events->warn != NULL) {
		(void)snprintf(
		    text, sizeof text,
		    "%zu of %zu files stayed in memory, they are not read from the medium itself",
		    n_cached, n_files);
		events->warn(events->ctx, text);
	}
	return 0;
}

static void medium_end(struct turned *t)
{
	for (size_t i = 0; i < t->n; i++)
		(void)direct_set(t->fd[i], false);
	free(t->fd);
	*t = (struct turned){0};
}
OW_DEFINE_AUTO_DONE(struct turned, medium_end)

int64_t check_run(const struct check_item *items, size_t n, unsigned threads, enum check_how how,
		  const char *phase, const struct ow_events *events, check_bad bad, void *ctx,
		  struct ow_error *err)
{
	struct check c = {.items = items, .how = how, .bad = bad, .ctx = ctx};
	OW_AUTO(medium_end) struct turned turned = {0};
	OW_AUTO(mem_free) uint8_t *memory = NULL;
	uint64_t total = 0;
	int r;

	if (how == CHECK_MEDIUM && threads > 1)
		threads = MEDIUM_THREADS;
	threads = (unsigned)u64_min(threads < 1 ? 1 : threads, n < 1 ? 1 : n);
	c.piece = how == CHECK_MEDIUM ? PIECE_MEDIUM : PIECE_CACHED;
	memory = mem_array((size_t)2 * threads * c.piece + DIRECT_ALIGN, 1, err);
	if (memory == NULL)
		return err->code;
	c.memory = direct_align(memory);
	if (how == CHECK_MEDIUM && medium_begin(items, n, events, &turned, err) < 0)
		return err->code;
	for (size_t i = 0; i < n; i++)
		total += items[i].len;
	(void)pthread_mutex_init(&c.bad_lock, NULL); /* cannot fail for a default mutex on Linux */
	meter_init(&c.meter, events, phase, total);
	r = pool_run(threads, n, work, &c, err);
	meter_done(&c.meter);
	(void)pthread_mutex_destroy(&c.bad_lock);
	return r < 0 ? r : c.n_bad;
}
