/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/shelve.h"

#include <errno.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/fs.h"
#include "os/pool.h"
#include "store/blob.h"
#include "store/chunklist.h"

enum {
	BATCH = 64 /* blobs in hand at once: bounds open files, keeps all cores busy */
};

/* How a blob comes to be where it belongs. */
enum way {
	COPIED,   /* through the stage */
	CLONED,   /* by the file system: read and compared where it lies now */
	RESIDENT, /* was there: the same */
};

/* One batch: what is to be copied, and into what. */
struct batch {
	struct copy_job jobs[BATCH];
	struct copy_result results[BATCH];
	enum way way[BATCH];
	struct copy_source resident[BATCH];
	size_t blob[BATCH]; /* number of the job's blob */
	char name[BATCH][OW_ID_HEX];
	size_t n;
	const struct shelf_source *source;
};

static void batch_done(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		fd_close(b->jobs[i].to.fd);
		if (b->way[i] == RESIDENT)
			fd_close(b->resident[i].fd);
		else
			b->source->close(b->source->ctx, b->blob[i]);
	}
	b->n = 0;
}
OW_DEFINE_AUTO_DONE(struct batch, batch_done)

/* All that one call of shelve works with. */
struct shelving {
	struct zone *zone;
	struct stage *stage;
	const char *licence;
	const struct shelf_source *source;
	const struct ow_events *events;
	struct shelf_result *result;
	bool *rotten; /* by blob: what is there under its name are other bytes */
	bool again;   /* this is the second round, for those alone */
};

int shelf_chunks(struct zone *z, const struct ow_id *id, uint64_t size, struct chunks *out,
		 struct ow_error *err)
{
	char hex[OW_ID_HEX];
	int r;

	*out = (struct chunks){.blob = *id, .size = size};
	if (size == 0)
		return 0;
	if (size <= CHUNK_SIZE) {
		if (mem_grow(&out->at, 0, &out->cap, sizeof *out->at, err) < 0)
			return err->code;
		out->at[out->n++] = (struct chunk){.len = (uint32_t)size, .id = *id};
		return 0;
	}
	r = zone_chunks_get(z, id, out, err);
	if (r < 0)
		return err_ctx(err, "chunk list of blob %s", ow_id_hex(id, hex));
	if (r == 0 || out->size != size) {
		chunks_done(out);
		(void)err_set(err, OW_E_INTEGRITY, "blob %s has no chunk list that fits it",
			      ow_id_hex(id, hex));
		return err_hint(
		    err, "run \"owstore fsck --rebuild\", which makes it anew from the blob");
	}
	return 0;
}

/* Keep the list of a blob that has one. */
static int put_chunks(struct zone *z, const struct chunks *c, struct ow_error *err)
{
	return c->size > CHUNK_SIZE && zone_chunks_put(z, c, err) < 0 ? err->code : 0;
}

/* Blob i as the next job of a batch, from nowhere to nowhere yet. */
static struct copy_job *next_job(struct batch *b, const struct chunks *blob, size_t i, enum way way)
{
	struct copy_job *job = &b->jobs[b->n];

	b->blob[b->n] = i;
	b->way[b->n] = way;
	(void)ow_id_hex(&blob->blob, b->name[b->n]);
	*job = (struct copy_job){.size = blob->size,
				 .expect = blob,
				 .resume = true,
				 .to = {.fd = -1, .name = b->name[b->n]}};
	b->n++;
	return job;
}

/* A file of the right name and size may still have other bytes. 1 it will be compared, 0 it is not there. */
static int add_resident(struct shelving *s, struct batch *b, size_t i, struct ow_error *err)
{
	const struct chunks *blob = s->source->blob(s->source->ctx, i);
	struct copy_source *from = &b->resident[b->n];
	struct ow_error why = {0};
	struct copy_job *job;
	uint64_t size;
	int fd, r = zone_blob_has(s->zone, &blob->blob, s->licence, &size, err);

	if (r <= 0 || size != blob->size)
		return r < 0 ? r : 0;
	r = zone_blob_open(s->zone, &blob->blob, s->licence, &fd, NULL, &why);
	if (r < 0 && why.sys == EIO)
		return 0; /* its place will be taken */
	if (r <= 0) {
		*err = why;
		return r;
	}
	job = next_job(b, blob, i, RESIDENT);
	*from = (struct copy_source){.fd = fd, .len = size, .name = job->to.name};
	job->from = from;
	job->n_from = size > 0;
	return 1;
}

/* Prepare blob i, which joins the batch. < 0 only if the work cannot go on. */
static int prepare(struct shelving *s, struct batch *b, size_t i, struct ow_error *err)
{
	const struct chunks *blob = s->source->blob(s->source->ctx, i);
	struct copy_source *from = NULL;
	struct ow_error why = {0};
	struct copy_job *job;
	size_t n = 0;
	int whole = -1, r = s->again ? 0 : add_resident(s, b, i, err);

	if (r != 0)
		return r < 0 ? r : 0;
	if (s->source->open(s->source->ctx, i, &from, &n, &whole, &why) < 0) {
		s->source->bad(s->source->ctx, i, &why);
		s->result->n_bad++;
		return 0;
	}
	job = next_job(b, blob, i, CLONED);
	job->from = from;
	job->n_from = n;
	r = CLONE_NOT_HERE;
	if (whole >= 0 && !s->again)
		r = zone_blob_clone(s->zone, whole, &blob->blob, s->licence, err);
	if (r == CLONE_NOT_HERE) {
		b->way[b->n - 1] = COPIED;
		r = job->to.fd = stage_file(s->stage, job->to.name, err);
	}
	return r < 0 ? r : 0;
}

/* Job j could not be had. */
static int give_up(struct shelving *s, struct batch *b, size_t j, struct ow_error *err)
{
	const struct chunks *blob = s->source->blob(s->source->ctx, b->blob[j]);

	if (b->way[j] == RESIDENT) {
		s->rotten[b->blob[j]] = true;
		return 0;
	}
	if (b->way[j] == CLONED && zone_blob_remove(s->zone, &blob->blob, s->licence, err) < 0)
		return err->code;
	s->source->bad(s->source->ctx, b->blob[j], &b->results[j].err);
	s->result->n_bad++;
	return 0;
}

static int finish(struct shelving *s, struct batch *b, struct ow_error *err)
{
	for (size_t j = 0; j < b->n; j++) {
		const struct chunks *blob = s->source->blob(s->source->ctx, b->blob[j]);

		if (b->results[j].err.code != OW_OK) {
			if (give_up(s, b, j, err) < 0)
				return err->code;
			continue;
		}
		if (b->way[j] == COPIED &&
		    zone_blob_publish(s->zone, stage_dirfd(s->stage), b->name[j], &blob->blob,
				      s->licence, err) < 0)
			return err->code;
		if (put_chunks(s->zone, blob, err) < 0)
			return err->code;
		s->result->new_bytes += b->way[j] == RESIDENT ? 0 : blob->size;
		s->result->resumed_bytes += b->results[j].reused;
	}
	return 0;
}

/* What ended the copy, where that is not about the bytes of one blob: the store's own disk, or a request to stop. */
static const struct ow_error *ending(const struct batch *b, const struct ow_error *whole)
{
	for (size_t j = 0; j < b->n; j++) {
		if (b->results[j].ended)
			return &b->results[j].err;
		if (b->results[j].err.code != OW_OK)
			whole = NULL;
	}
	return whole;
}

static int bring(struct shelving *s, struct batch *b, const char *phase, struct ow_error *err)
{
	const struct ow_error *end;
	struct ow_error why = {0};

	if (b->n == 0)
		return 0;
	if (copy_run(b->jobs, b->n, pool_cores(), phase, s->events, b->results, &why) < 0) {
		end = ending(b, &why);
		if (end != NULL) {
			*err = *end;
			return err->code;
		}
	}
	return finish(s, b, err);
}

/* What is to come, by where it has to fit. */
struct load {
	uint64_t left;  /* of all blobs, beside what is staged already */
	uint64_t whole; /* all blobs, entire */
	uint64_t batch; /* the most of `left` that is staged at once */
};

static int measure(struct zone *z, int staging, const char *licence,
		   const struct shelf_source *source, struct load *out, struct ow_error *err)
{
	uint64_t batch = 0;
	size_t n = 0;

	for (size_t i = 0; i < source->n; i++) {
		const struct chunks *blob = source->blob(source->ctx, i);
		struct file_info staged = {0};
		char hex[OW_ID_HEX];
		uint64_t size, left;
		int r = zone_blob_has(z, &blob->blob, licence, &size, err);

		if (r < 0 || file_info(staging, ow_id_hex(&blob->blob, hex), &staged, err) < 0)
			return err->code;
		if (r > 0)
			continue;
		if (!add_ok(out->whole, blob->size, &out->whole))
			return err_set(err, OW_E_FORMAT, "its blobs have more than 2^64 bytes");
		left = blob->size - u64_min(staged.size, blob->size);
		batch = n++ % BATCH == 0 ? left : batch + left;
		out->left += left;
		out->batch = u64_max(out->batch, batch);
	}
	return 0;
}

static int ask_for_room(int dir, const char *name, uint64_t need, struct ow_error *err)
{
	struct fs_space space;

	if (fs_space(dir, name, &space, err) < 0)
		return err->code;
	if (need <= space.free)
		return 0;
	(void)err_set(err, OW_E_IO, "%llu bytes are to come, %s has %llu free",
		      (unsigned long long)need, name, (unsigned long long)space.free);
	return err_hint(err, "make room (owstore gc shows what nobody uses), then run it again");
}

int shelf_room(struct zone *z, int staging, const char *licence, const struct shelf_source *source,
	       struct ow_error *err)
{
	const int class = zone_dirfd(z);
	struct file_info here, there;
	struct load load = {0};

	if (measure(z, staging, licence, source, &load, err) < 0 ||
	    file_info(staging, ".", &here, err) < 0 || file_info(class, ".", &there, err) < 0)
		return err->code;
	if (here.device == there.device)
		return ask_for_room(staging, "the store", load.left, err);
	/* staged a batch at a time, then copied over */
	return ask_for_room(staging, "staging", load.batch, err) < 0
		   ? err->code
		   : ask_for_room(class, zone_path(z), load.whole, err);
}

/* One round over all blobs, or over those that turned out to be rotten. */
static int round_trip(struct shelving *s, const char *phase, struct ow_error *err)
{
	for (size_t i = 0; i < s->source->n;) {
		OW_AUTO(batch_done) struct batch b = {.source = s->source};

		for (; i < s->source->n && b.n < BATCH; i++) {
			if ((!s->again || s->rotten[i]) && prepare(s, &b, i, err) < 0)
				return err->code;
		}
		if (bring(s, &b, phase, err) < 0)
			return err->code;
	}
	return 0;
}

int shelve(struct zone *z, struct stage *stage, const char *licence,
	   const struct shelf_source *source, const char *phase, const struct ow_events *events,
	   struct shelf_result *result, struct ow_error *err)
{
	OW_AUTO(mem_free) bool *rotten = mem_array(source->n, sizeof *rotten, err);
	struct shelving s = {z, stage, licence, source, events, result, rotten, false};

	if (rotten == NULL || round_trip(&s, phase, err) < 0)
		return err->code;
	s.again = true;
	return round_trip(&s, phase, err) < 0 ? err->code : zone_sync(z, err);
}
