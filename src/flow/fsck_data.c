/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/fsck_data.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "bulk/check.h"
#include "bulk/copy.h"
#include "handle/look.h"
#include "handle/shelve.h"
#include "os/clock.h"
#include "os/fd.h"
#include "os/pool.h"
#include "store/blob.h"
#include "store/chunklist.h"

enum {
	BATCH = 256 /* blobs open at once */
};

/* Blobs are used by many; each is looked at once a licence folder. */
static bool repeats(const struct uses *u, size_t i)
{
	return i > 0 && ow_id_equal(&u->at[i].blob, &u->at[i - 1].blob) &&
	       strcmp(u->at[i].licence, u->at[i - 1].licence) == 0;
}

int fsck_lists(struct zone *z, const struct uses *uses, struct ow_fsck_report *report,
	       struct ow_error *err)
{
	for (size_t i = 0; i < uses->n; i++) {
		OW_AUTO(chunks_done) struct chunks list = {0};
		const struct use *u = &uses->at[i];
		struct ow_error why = {0};

		if (repeats(uses, i) || shelf_chunks(z, &u->blob, u->size, &list, &why) == 0)
			continue;
		if (fsck_fault(report, &why, (int)zone_class(z), "missing-chunk-list", &u->blob,
			       "fsck --rebuild makes it anew", err) < 0)
			return err->code;
	}
	return 0;
}

/* Read the blob once, taking both digests: 1 its list is `list` (empty before), 0 it is not there. */
static int relist(struct zone *z, const struct use *u, const struct ow_events *events,
		  struct chunks *list, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	OW_AUTO(inspect_done) struct inspect in = {0};
	char hex[OW_ID_HEX], got[OW_ID_HEX];
	struct copy_source from;
	struct copy_job job = {
	    .from = &from, .n_from = 1, .to = {.fd = -1}, .size = u->size, .out = list};
	struct copy_result result = {0};
	int r = zone_blob_open(z, &u->blob, u->licence, &fd, NULL, err);

	if (r <= 0)
		return r;
	from = (struct copy_source){.fd = fd, .len = u->size, .name = ow_id_hex(&u->blob, hex)};
	job.to.name = from.name;
	if (look_at(fd, u->size, from.name, &in, err) < 0)
		return err->code;
	job.cuts = look_cuts(&in);
	if (copy_run(&job, 1, 1, "reading", events, &result, err) < 0)
		return err->code;
	if (!ow_id_equal(&list->blob, &u->blob))
		return err_set(err, OW_E_INTEGRITY, "its bytes have the SHA-256 %s",
			       ow_id_hex(&list->blob, got));
	return 1;
}

int fsck_relist(struct zone *z, const struct uses *uses, const struct ow_events *events,
		struct ow_fsck_report *report, struct ow_error *err)
{
	for (size_t i = 0; i < uses->n; i++) {
		OW_AUTO(chunks_done) struct chunks list = {0}, anew = {0};
		const struct use *u = &uses->at[i];
		struct ow_error why = {0}, again = {0};
		int r;

		if (repeats(uses, i) || shelf_chunks(z, &u->blob, u->size, &list, &why) == 0)
			continue;
		r = relist(z, u, events, &anew, &again);
		if (r > 0 && zone_chunks_put(z, &anew, err) < 0)
			return err->code;
		if (r >= 0)
			continue; /* a missing blob has been told */
		if (fsck_fault(report, &again, (int)zone_class(z),
			       again.code == OW_E_IO ? "unread-blob" : "damaged-blob", &u->blob,
			       NULL, err) < 0)
			return err->code;
	}
	return zone_sync(z, err);
}

/* ---- reading everything ---------------------------------------------------------------------------- */

struct batch {
	const struct use *use[BATCH];
	int fds[BATCH];
	struct chunks lists[BATCH];
	size_t n;
	struct check_item *items;
	size_t n_items, cap_items;
	struct ow_fsck_report *report;
	int class;
	struct ow_error memory;
};

static void batch_free(struct batch *b)
{
	for (size_t i = 0; b != NULL && i < b->n; i++) {
		fd_close(b->fds[i]);
		chunks_done(&b->lists[i]);
	}
	if (b != NULL)
		free(b->items);
	free(b);
}
OW_DEFINE_AUTO(struct batch *, batch_free)

static void bad_chunk(void *ctx, const struct check_item *item, const struct ow_id *got,
		      const struct ow_error *why)
{
	struct batch *b = ctx;
	const struct use *u = b->use[item->file];
	char text[300], want_hex[OW_ID_HEX], got_hex[OW_ID_HEX] = "", artifact[OW_ID_HEX];

	if (why != NULL)
		(void)snprintf(text, sizeof text, "bytes %llu+%u of it cannot be read: %.200s",
			       (unsigned long long)item->off, item->len, why->text);
	else
		(void)snprintf(text, sizeof text,
			       "bytes %llu+%u differ (expected %.12s, got %.12s); artifact "
			       "sha256:%.12s uses it",
			       (unsigned long long)item->off, item->len,
			       ow_id_hex(&item->want, want_hex),
			       got != NULL ? ow_id_hex(got, got_hex) : "nothing",
			       ow_id_hex(&u->artifact, artifact));
	if (b->memory.code != OW_OK ||
	    fsck_problem(b->report, why != NULL && why->code == OW_E_IO ? OW_E_IO : OW_E_INTEGRITY,
			 b->class, "damaged-blob", &u->blob, text, &b->memory) < 0)
		return;
	b->report->problems[b->report->n_problems - 1].off = item->off;
	b->report->problems[b->report->n_problems - 1].len = item->len;
}

/* Open the blob and list its chunks; a missing one has been told already. */
static int batch_add(struct batch *b, struct zone *z, const struct use *u, struct ow_error *err)
{
	struct chunks *list = &b->lists[b->n];
	struct ow_error why = {0};
	int r = zone_blob_open(z, &u->blob, u->licence, &b->fds[b->n], NULL, err);

	if (r <= 0)
		return r;
	*list = (struct chunks){0};
	b->use[b->n] = u;
	b->n++;
	if (shelf_chunks(z, &u->blob, u->size, list, &why) < 0)
		return fsck_fault(b->report, &why, b->class, "missing-chunk-list", &u->blob,
				  "its bytes were not checked; fsck --rebuild makes the list anew",
				  err);
	for (size_t i = 0; i < list->n; i++) {
		if (mem_grow(&b->items, b->n_items, &b->cap_items, sizeof *b->items, err) < 0)
			return err->code;
		b->items[b->n_items++] = (struct check_item){
		    .fd = b->fds[b->n - 1],
		    .off = list->at[i].off,
		    .len = list->at[i].len,
		    .want = list->at[i].id,
		    .file = (uint32_t)(b->n - 1),
		};
	}
	b->report->bytes += u->size;
	return 0;
}

static int check_whole(struct batch *b, const struct ow_events *events, struct ow_error *err)
{
	for (size_t i = 0; i < b->n; i++) {
		char hex[OW_ID_HEX];
		struct copy_source from = {.fd = b->fds[i],
					   .len = b->use[i]->size,
					   .name = ow_id_hex(&b->use[i]->blob, hex)};
		struct copy_job job = {
		    .from = &from,
		    .n_from = 1,
		    .to = {.fd = -1, .name = from.name},
		    .size = from.len,
		    .expect = &b->lists[i],
		};
		struct copy_result result = {0};
		struct ow_error why = {0};

		if (b->lists[i].n == 0 && from.len > 0)
			continue; /* has no list, which has been told */
		if (copy_run(&job, 1, 1, "reading", events, &result, &why) < 0 &&
		    fsck_fault(b->report, &why, b->class, "damaged-blob", &b->use[i]->blob, NULL,
			       err) < 0)
			return err->code;
	}
	return 0;
}

/* Is the blob in the sample? By its digest and the day, so that days go round the whole store. */
static bool sampled(const struct use *u, unsigned percent)
{
	uint64_t day = clock_now() / 86400;

	return percent == 0 || percent == 100 ||
	       (u->blob.b[0] * 256u + u->blob.b[1] + day * percent) % 100 < percent;
}

int fsck_data(struct zone *z, const struct uses *uses, const struct ow_fsck_opts *opts,
	      const struct ow_events *events, struct ow_fsck_report *report, struct ow_error *err)
{
	for (size_t i = 0; i < uses->n;) {
		OW_AUTO(batch_free) struct batch *b = MEM_NEW(struct batch, err);

		if (b == NULL)
			return err->code;
		b->report = report;
		b->class = (int)zone_class(z);
		for (; i < uses->n && b->n < BATCH; i++) {
			if (repeats(uses, i) || !sampled(&uses->at[i], opts->sample))
				continue;
			if (batch_add(b, z, &uses->at[i], err) < 0)
				return err->code;
		}
		if (opts->whole ? check_whole(b, events, err) < 0
				: check_run(b->items, b->n_items, pool_cores(), CHECK_CACHED,
					    "reading", events, bad_chunk, b, err) < 0)
			return err->code;
		if (b->memory.code != OW_OK) {
			*err = b->memory;
			return err->code;
		}
	}
	return 0;
}
