/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each thread walks in as many lanes as its CPU hashes best side by side. A lane reads its item
 * piece by piece and takes the next item when it is through, so that there are independent messages
 * until the very end.
 */
#include "bulk/check.h"

#include "base/err.h"
#include "base/events.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bulk/meter.h"
#include "codec/digest.h"
#include "os/direct.h"
#include "os/pool.h"

enum {
	/* the pieces of all lanes stay in a core's second-level cache between reading and hashing */
	PIECE_CACHED = 64 * 1024,
	/* a whole chunk in one read, and what alignment adds at both ends */
	PIECE_MEDIUM = CHUNK_SIZE + 2ULL * DIRECT_ALIGN,
	MEDIUM_THREADS = 4,
	MEDIUM_LANES = 4, /* a medium is slower than any hashing, and whole chunks take room */
	MEMORY_MAX = 72 * 1024 * 1024 /* of all lanes, however many cores there are */
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
	unsigned lanes; /* a thread */
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
			/* lanes read here and there: what the disk is asked for are whole chunks, in order */
			if (c->how == CHECK_CACHED && !direct_is_cached(l->item->fd, l->item->off))
				direct_read_ahead(l->item->fd, l->item->off, l->item->len);
		}
		if (l->taken < l->item->len && lane_read(c, l, &why) < 0 &&
		    lane_give_up(c, l, &why, err) < 0)
			return err->code;
	}
	return 1;
}

/* Hash the same number of bytes in every lane: as many as the shortest has waiting. */
static void hash_lanes(struct lane *lanes[], unsigned n)
{
	struct digest *digests[DIGEST_LANES];
	const uint8_t *bytes[DIGEST_LANES];
	size_t least = SIZE_MAX;

	for (unsigned i = 0; i < n; i++) {
		digests[i] = &lanes[i]->digest;
		bytes[i] = lanes[i]->p + lanes[i]->at;
		least = size_min(least, lanes[i]->end - lanes[i]->at);
	}
	digest_update_many(digests, bytes, n, least);
	for (unsigned i = 0; i < n; i++)
		lanes[i]->at += least;
}

static int walk(struct check *c, struct pool *pool, struct lane lanes[], struct ow_error *err)
{
	struct lane *busy[DIGEST_LANES];
	unsigned n = c->lanes;

	for (unsigned i = 0; i < n; i++)
		busy[i] = &lanes[i];
	while (n > 0) {
		for (unsigned i = 0; i < n;) {
			int r = lane_ready(c, pool, busy[i], err);

			if (r < 0)
				return r;
			if (r > 0)
				i++;
			else /* no items are left: its place goes to the last lane */
				busy[i] = busy[--n];
		}
		if (n > 0)
			hash_lanes(busy, n);
	}
	return 0;
}

static int work(struct pool *pool, unsigned worker, void *ctx, struct ow_error *err)
{
	struct check *c = ctx;
	struct lane lanes[DIGEST_LANES] = {0};
	int r;

	for (unsigned i = 0; i < c->lanes; i++)
		lanes[i].p = c->memory + ((size_t)c->lanes * worker + i) * c->piece;
	r = walk(c, pool, lanes, err);
	for (unsigned i = 0; i < c->lanes; i++) {
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

/* Drop what memory holds of the files. What is gone from there is read from the medium with ordinary reads, for which
 * the kernel reads ahead; what is not, with O_DIRECT; where that cannot be, it is told.
 */
static int medium_begin(const struct check_item *items, size_t n, const struct ow_events *events,
			struct turned *out, struct ow_error *err)
{
	size_t n_files = 0, n_cached = 0;

	for (size_t i = 0; i < n; i++)
		n_files += !same_file(items, i);
	out->fd = mem_array(n_files, sizeof *out->fd, err);
	if (out->fd == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		int r;

		if (same_file(items, i))
			continue;
		direct_forget(items[i].fd);
		if (!direct_holds_cached(items[i].fd))
			continue;
		r = direct_set(items[i].fd, true);
		if (r == 0)
			out->fd[out->n++] = items[i].fd;
		n_cached += r < 0;
	}
	if (n_cached > 0)
		events_warn(
		    events,
		    "%zu of %zu files stayed in memory, they are not read from the medium itself",
		    n_cached, n_files);
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
	c.lanes = how == CHECK_MEDIUM ? MEDIUM_LANES : digest_lanes();
	threads = (unsigned)u64_min(threads, MEMORY_MAX / ((size_t)c.lanes * c.piece));
	memory = mem_array((size_t)c.lanes * threads * c.piece + DIRECT_ALIGN, 1, err);
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
