/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bulk/copy.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bulk/meter.h"
#include "bulk/pipe.h"
#include "os/direct.h"
#include "os/fd.h"
#include "os/pool.h"

/* All jobs of one call. */
struct copy {
	const struct copy_job *jobs;
	struct copy_result *results;
	size_t *order; /* big files first */
	struct pipe *pipes[COPY_LANES];
	struct meter meter;
	atomic_bool stop; /* begin no other job */
};

/* One job while it runs. */
struct run {
	struct copy *all;
	const struct copy_job *job;
	struct copy_result *result;
	struct pipe *pipe;
	struct chunker chunker;
	struct direct to;
	bool *present; /* chunks that a resumed target has; NULL: none */
	size_t chunk;  /* of job->expect: where the block at hand begins */
};

/* What the job is called where its bytes are not as they should be. */
static const char *label(const struct copy_job *job)
{
	if (job->n_from == 1)
		return job->from[0].name;
	return job->to.fd >= 0 || job->n_from == 0 ? job->to.name : job->from[0].name;
}

/* ---- sources
 * ---------------------------------------------------------------------------------------- */

/* The source that holds byte `off` of the file; *begin is where that source begins. */
static const struct copy_source *source_at(const struct copy_job *job, uint64_t off,
					   uint64_t *begin)
{
	*begin = 0;
	for (size_t i = 0; i < job->n_from; i++) {
		if (off - *begin < job->from[i].len)
			return &job->from[i];
		*begin += job->from[i].len;
	}
	assert(false && "size is not the sum of the sources");
	return NULL;
}

/* n bytes of the file from `off`, which must lie in one source, and the disk set to work on what
 * follows. */
static int source_read_part(const struct copy_source *from, uint8_t *p, size_t n, uint64_t off,
			    struct ow_error *err)
{
	const uint64_t want = from->off + from->len;
	int64_t got = direct_read(from->fd, p, n, n, from->off + off, err);
	uint64_t end;

	if (got < 0)
		return err->code;
	end = from->off + off + (uint64_t)got;
	if ((size_t)got < n)
		return err_set(err, OW_E_INTEGRITY, "ends at byte %llu, expected %llu",
			       (unsigned long long)end, (unsigned long long)want);
	if (off + n < from->len)
		direct_read_ahead(from->fd, from->off + off + n,
				  u64_min(IO_BLOCK, from->len - off - n));
	return 0;
}

static int source_read(const struct copy_job *job, uint8_t *p, uint64_t n, uint64_t off,
		       struct ow_error *err)
{
	while (n > 0) {
		uint64_t begin;
		const struct copy_source *from = source_at(job, off, &begin);
		size_t take = (size_t)u64_min(n, begin + from->len - off);

		if (source_read_part(from, p, take, off - begin, err) < 0)
			return job->n_from > 1 ? err_file(err, from->name) : err->code;
		p += take;
		off += take;
		n -= take;
	}
	return 0;
}

/* ---- blocks
 * ----------------------------------------------------------------------------------------- */

/* Hash the next n bytes; the first chunk that differs is told with the part it came in. */
static void hash(struct run *r, const uint8_t *p, size_t n)
{
	bool was_sound = chunker_sound(&r->chunker);
	const struct copy_source *part;
	uint64_t off, begin;

	chunker_update(&r->chunker, p, n);
	if (!was_sound || r->chunker.n_bad == 0 || r->job->n_from == 1)
		return;
	off = r->job->expect->at[r->chunker.bad_at].off;
	part = source_at(r->job, off, &begin);
	(void)err_byte(&r->chunker.err, off - begin);
	(void)err_file(&r->chunker.err, part->name);
}

/* Is byte `at` in a chunk that the target has? Asked for in ascending order; *end is where that
 * chunk ends. */
static bool is_present(struct run *r, uint64_t at, uint64_t *end)
{
	const struct chunk *c = &r->job->expect->at[r->chunk];

	while (at - c->off >= c->len)
		c = &r->job->expect->at[++r->chunk];
	*end = c->off + c->len;
	return r->present != NULL && r->present[r->chunk];
}

/* Read a block of the target, for the chunks in it that are present. They are read as one aligned
 * block, since O_DIRECT may be on. What cannot be read once more is not present.
 */
static void target_read(struct run *r, const struct pipe_block *b)
{
	const struct chunks *expect = r->job->expect;
	struct ow_error err = {0};
	size_t first = r->chunk, i;
	uint64_t need = 0;

	while (expect->at[first].off + expect->at[first].len <= b->off)
		first++;
	for (i = first; i < expect->n && expect->at[i].off < b->off + b->n; i++) {
		if (r->present[i])
			need =
			    u64_min(b->off + b->n, expect->at[i].off + expect->at[i].len) - b->off;
	}
	if (direct_read(r->job->to.fd, b->p, IO_BLOCK, (size_t)need, r->job->to.off + b->off,
			&err) >= (int64_t)need)
		return;
	while (i > first)
		r->present[--i] = false;
}

/* Hash a block chunk by chunk, some of which the target has and some of which cannot be had; they
 * are read here. Returns how many bytes came new.
 */
static size_t take_by_chunk(struct run *r, const struct pipe_block *b)
{
	uint64_t at = b->off, end;
	size_t fresh = 0;

	if (r->present != NULL)
		target_read(r, b);
	for (; at < b->off + b->n; at = end) {
		bool present = is_present(r, at, &end);
		uint8_t *p = b->p + (at - b->off);
		struct ow_error err = {0};
		size_t take;

		end = u64_min(end, b->off + b->n);
		take = (size_t)(end - at);
		fresh += present ? 0 : take;
		if (present || source_read(r->job, p, take, at, &err) == 0) {
			hash(r, p, take);
		} else {
			memset(p, 0, take); /* no bytes of another block */
			chunker_skip(&r->chunker, take, &err);
		}
	}
	return fresh;
}

/* The reading thread: what a target may have is left to take_by_chunk. */
static int read_block(void *ctx, uint8_t *p, size_t n, uint64_t off, struct ow_error *err)
{
	const struct run *r = ctx;

	return r->present != NULL ? 0 : source_read(r->job, p, n, off, err);
}

/* Hash the next block. Sets *fresh to the bytes that came new; false if the copy cannot go on. */
static bool take(struct run *r, const struct pipe_block *b, size_t *fresh)
{
	*fresh = b->n;
	if (r->present == NULL && b->err.code == OW_OK) {
		hash(r, b->p, b->n);
	} else if (r->job->expect != NULL) {
		*fresh = take_by_chunk(r, b);
	} else {
		chunker_skip(&r->chunker, b->n, &b->err);
		return false;
	}
	return true;
}

/* All blocks, as far as they can be had and written; pipe and chunker know what went wrong. */
static int move_blocks(struct run *r, struct ow_error *err)
{
	struct pipe_block *b;
	size_t fresh;

	while ((b = pipe_next(r->pipe)) != NULL && take(r, b, &fresh)) {
		pipe_pass(r->pipe, fresh > 0 && r->job->to.fd >= 0);
		if (!meter_add(&r->all->meter, fresh, label(r->job)))
			return meter_stopped(err);
	}
	return 0;
}

/* ---- targets
 * ---------------------------------------------------------------------------------------- */

/* Does the target have this chunk? */
static bool target_has(const struct copy_job *job, const struct chunk *c, uint8_t *room)
{
	struct ow_error err = {0};
	struct ow_id id;

	return direct_read(job->to.fd, room, c->len, c->len, job->to.off + c->off, &err) ==
		   (int64_t)c->len &&
	       digest_bytes(room, c->len, &id, &err) == 0 && ow_id_equal(&id, &c->id);
}

/* Look which chunks a target has from an earlier attempt. */
static int find_present(struct run *r, struct ow_error *err, struct ow_error *stopped)
{
	const struct copy_job *job = r->job;
	uint8_t *room = pipe_room(r->pipe);
	uint64_t size;

	if (fd_size(job->to.fd, &size, job->to.name, err) < 0)
		return err->code;
	if (size <= job->to.off)
		return 0;
	r->present = mem_array(job->expect->n, sizeof *r->present, err);
	if (r->present == NULL)
		return err->code;
	for (size_t i = 0; i < job->expect->n; i++) {
		const struct chunk *c = &job->expect->at[i];

		if (job->to.off + c->off + c->len > size)
			break;
		r->present[i] = target_has(job, c, room);
		r->result->reused += r->present[i] ? c->len : 0;
		if (!meter_add(&r->all->meter, r->present[i] ? c->len : 0, job->to.name))
			return meter_stopped(stopped);
	}
	return 0;
}

static int target_begin(struct run *r, struct ow_error *err, struct ow_error *stopped)
{
	const struct copy_job *job = r->job;

	if (job->to.fd < 0)
		return 0;
	if (job->resume && job->expect != NULL && find_present(r, err, stopped) < 0)
		return -1;
	return direct_begin(&r->to, job->to.fd, job->to.off, job->size, job->to.name, err);
}

/* ---- jobs
 * ------------------------------------------------------------------------------------------- */

/* Move the bytes into the target that was begun. Returns whether they came to their end. */
static bool move(struct run *r, struct ow_error *target, struct ow_error *stopped)
{
	const struct pipe_run run = {.size = r->job->size,
				     .read = read_block,
				     .ctx = r,
				     .to = &r->to,
				     .to_off = r->job->to.off};
	int r_move, r_write;

	pipe_begin(r->pipe, &run);
	r_move = move_blocks(r, stopped);
	r_write = pipe_end(r->pipe, target);
	return r_move == 0 && r_write == 0;
}

/* Copy the bytes of a job whose chunker has begun. Target and bytes are told apart: a target that
 * fails will fail the other jobs too.
 */
static void job_copy(struct run *r, struct ow_error *target, struct ow_error *bytes)
{
	const struct copy_job *job = r->job;
	struct ow_error stopped = {0};
	bool through = target_begin(r, target, &stopped) == 0 && move(r, target, &stopped);

	if (chunker_finish(&r->chunker, bytes) < 0)
		(void)(job->n_from == 1 ? err_file(bytes, label(job))
					: err_ctx(bytes, "%s", label(job)));
	if (through && job->to.fd >= 0 && (bytes->code == OW_OK || job->expect != NULL))
		(void)!direct_commit(&r->to, job->to.off + job->size, target);
	direct_end(&r->to);
	free(r->present);
	if (stopped.code != OW_OK)
		*bytes = stopped;
}

static void job_run(struct copy *all, size_t i, struct pipe *pipe)
{
	const struct copy_job *job = &all->jobs[i];
	struct run r = {
	    .all = all, .job = job, .result = &all->results[i], .pipe = pipe, .to = {.fd = -1}};
	struct ow_error target = {0}, bytes = {0};

	if (job->expect != NULL && job->expect->size != job->size) {
		(void)err_set(&r.result->err, OW_E_INTEGRITY, "%s: %llu bytes, expected %llu",
			      label(job), (unsigned long long)job->size,
			      (unsigned long long)job->expect->size);
		return;
	}
	if (job->expect != NULL)
		chunker_begin_expect(&r.chunker, job->expect);
	else
		chunker_begin(&r.chunker, job->size, &job->cuts, job->out);
	job_copy(&r, &target, &bytes);
	r.result->n_bad = r.chunker.n_bad;
	r.result->err = target.code != OW_OK ? target : bytes;
	r.result->ended = target.code == OW_E_IO || bytes.sys == ECANCELED;
	if (r.result->ended)
		atomic_store(&all->stop, true);
}

static int work(struct pool *pool, unsigned worker, void *ctx, struct ow_error *err)
{
	struct copy *all = ctx;
	size_t i;

	(void)err;
	while (pool_next(pool, &i)) {
		struct copy_result *result = &all->results[all->order[i]];

		result->begun = !atomic_load(&all->stop);
		if (result->begun)
			job_run(all, all->order[i], all->pipes[worker]);
		else
			(void)err_set(&result->err, OW_E_IO, "%s: not begun",
				      label(&all->jobs[all->order[i]]));
	}
	return 0;
}

static int by_size(const void *a, const void *b, void *ctx)
{
	const size_t *ia = a, *ib = b;
	const struct copy *all = ctx;
	const struct copy_job *jobs = all->jobs;

	if (jobs[*ia].size != jobs[*ib].size)
		return jobs[*ia].size > jobs[*ib].size ? -1 : 1;
	return *ia < *ib ? -1 : *ia > *ib;
}

static bool graver(const struct copy_result *a, const struct copy_result *b)
{
	if (a->begun != b->begun)
		return a->begun; /* what was not begun is the consequence of another one */
	return a->err.code != b->err.code &&
	       ow_code_graver(a->err.code, b->err.code) == a->err.code;
}

/* The gravest of the results is the result of all. */
static int outcome(const struct copy_result *results, size_t n, struct ow_error *err)
{
	const struct copy_result *gravest = NULL;

	for (size_t i = 0; i < n; i++) {
		if (results[i].err.code != OW_OK &&
		    (gravest == NULL || graver(&results[i], gravest)))
			gravest = &results[i];
	}
	if (gravest == NULL)
		return 0;
	*err = gravest->err;
	return err->code;
}

static void pipes_done(struct copy *c)
{
	for (size_t i = 0; i < COPY_LANES; i++)
		pipe_close(c->pipes[i]);
}
OW_DEFINE_AUTO_DONE(struct copy, pipes_done)

int copy_run(const struct copy_job *jobs, size_t n, unsigned threads, const char *phase,
	     const struct ow_events *events, struct copy_result *results, struct ow_error *err)
{
	OW_AUTO(pipes_done) struct copy all = {.jobs = jobs, .results = results};
	OW_AUTO(mem_free) size_t *order = mem_array(n, sizeof *order, err);
	uint64_t total = 0;
	int r;

	if (order == NULL)
		return err->code;
	for (size_t i = 0; i < n; i++) {
		order[i] = i;
		total += jobs[i].size;
		results[i] = (struct copy_result){0};
	}
	qsort_r(order, n, sizeof *order, by_size, &all);
	all.order = order;
	threads = (unsigned)u64_min(u64_min(threads < 1 ? 1 : threads, COPY_LANES), n < 1 ? 1 : n);
	for (unsigned i = 0; i < threads; i++) {
		if (pipe_open(&all.pipes[i], err) < 0)
			return err->code;
	}
	meter_init(&all.meter, events, phase, total);
	r = pool_run(threads, n, work, &all, err);
	meter_done(&all.meter);
	return r < 0 ? r : outcome(results, n, err);
}
