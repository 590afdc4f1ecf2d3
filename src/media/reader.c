/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Files are opened in batches, each batch is checked in one parallel pass. What cannot be opened is
 * told at once.
 */
#include "media/reader.h"

#include <errno.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "media/progress.h"
#include "os/direct.h"
#include "os/fd.h"
#include "os/path.h"

enum {
	PATH_ROOM = 256, /* longer than any path of a bundle */
	LONG_BLOCK = 256 * 1024
};

/* Open the file, or the one of the same name in lower case where a medium shows its names so. */
static int open_item(int dir, const char *path, uint64_t *size, struct ow_error *err)
{
	char lower[PATH_ROOM];
	struct ow_error why = {0}, ignored = {0};
	size_t n = strlen(path);
	int fd = path_open_sole(dir, path, size, &why);

	if (fd < 0 && why.sys == ENOENT && n < sizeof lower) {
		for (size_t i = 0; i <= n; i++)
			lower[i] = (char)(path[i] >= 'A' && path[i] <= 'Z' ? path[i] - 'A' + 'a'
									   : path[i]);
		fd = path_open_sole(dir, lower, size, &ignored);
		if (fd < 0 && ignored.sys != ENOENT)
			why = ignored;
	}
	if (fd < 0)
		*err = why;
	return fd;
}

/* ---- checking ---- */

struct opened {
	int fd;
	size_t item;
};

struct batch {
	const struct media_item *items;
	struct opened *files;
	size_t n, cap;
	struct check_item *checks;
	size_t n_checks, cap_checks;
	uint64_t bytes;

	reader_bad bad;
	void *ctx;
	int64_t n_bad;
};

static void batch_close(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		fd_close(b->files[i].fd);
	b->n = b->n_checks = 0;
	b->bytes = 0;
}

static void batch_done(struct batch *b)
{
	batch_close(b);
	free(b->files);
	free(b->checks);
}
OW_DEFINE_AUTO_DONE(struct batch, batch_done)

static void tell(struct batch *b, const struct reader_fault *f)
{
	b->n_bad++;
	b->bad(b->ctx, f);
}

/* Is it a failure of this process and not of the file? */
static bool is_ours(const struct ow_error *why)
{
	return why->sys == EMFILE || why->sys == ENFILE || why->sys == ENOMEM;
}

/* Why a file could not be opened. < 0 if that is not the file's fault. */
static int tell_unopened(struct batch *b, size_t item, const struct ow_error *why,
			 struct ow_error *err)
{
	struct reader_fault f = {
	    .kind = READER_UNREADABLE, .item = item, .len = b->items[item].size, .why = why};

	if (is_ours(why)) {
		*err = *why;
		return err->code;
	}
	if (why->sys == ENOENT) {
		f.kind = READER_MISSING;
		f.why = NULL;
	} else if (why->code == OW_E_FORMAT || why->sys == ENOTDIR || why->sys == ELOOP ||
		   why->sys == EXDEV) {
		f.kind = READER_KIND;
	}
	tell(b, &f);
	return 0;
}

/* A part is checked chunk by chunk; any other file in one piece, if it is short. */
static bool is_long(const struct media_item *i)
{
	return i->n_chunks == 0 && i->size > CHUNK_SIZE;
}

static int add_check(struct batch *b, const struct check_item *c, struct ow_error *err)
{
	if (mem_grow(&b->checks, b->n_checks, &b->cap_checks, sizeof *c, err) < 0)
		return err->code;
	b->checks[b->n_checks++] = *c;
	return 0;
}

static int add_checks(struct batch *b, const struct media_item *item, struct ow_error *err)
{
	struct check_item c = {
	    .fd = b->files[b->n - 1].fd, .file = (uint32_t)(b->n - 1), .want = item->id};

	if (is_long(item))
		return 0;
	if (item->n_chunks == 0) {
		c.len = (uint32_t)item->size;
		return add_check(b, &c, err);
	}
	for (size_t i = 0; i < item->n_chunks; i++) {
		c.off = item->chunks[i].off - item->off;
		c.len = item->chunks[i].len;
		c.want = item->chunks[i].id;
		if (add_check(b, &c, err) < 0)
			return err->code;
	}
	return 0;
}

/* Has the file the size that it should have? Tells if not. */
static bool has_size(struct batch *b, size_t number, uint64_t size)
{
	struct reader_fault f = {
	    .kind = READER_SIZE, .item = number, .len = b->items[number].size, .size = size};

	if (size != f.len)
		tell(b, &f);
	return size == f.len;
}

static int batch_add(struct batch *b, int dir, size_t number, struct ow_error *err)
{
	const struct media_item *item = &b->items[number];
	OW_AUTO(fd_close) int fd = -1;
	struct ow_error why = {0};
	uint64_t size;

	fd = open_item(dir, item->path, &size, &why);
	if (fd < 0)
		return tell_unopened(b, number, &why, err);
	if (!has_size(b, number, size))
		return 0;
	if (mem_grow(&b->files, b->n, &b->cap, sizeof *b->files, err) < 0)
		return err->code;
	b->files[b->n++] = (struct opened){.fd = fd_steal(&fd), .item = number};
	b->bytes += item->size;
	return add_checks(b, item, err);
}

/* The number in its blob of the chunk that begins there. */
static size_t chunk_number(const struct media_item *item, uint64_t off)
{
	for (size_t i = 0; i < item->n_chunks; i++) {
		if (item->chunks[i].off - item->off == off)
			return item->first + i;
	}
	return 0;
}

static void on_bad(void *ctx, const struct check_item *c, const struct ow_id *got,
		   const struct ow_error *why)
{
	struct batch *b = ctx;
	size_t item = b->files[c->file].item;
	struct reader_fault f = {
	    .kind = got != NULL ? READER_DIGEST : READER_UNREADABLE,
	    .item = item,
	    .off = c->off,
	    .len = c->len,
	    .chunk = chunk_number(&b->items[item], c->off),
	    .want = got != NULL ? &c->want : NULL,
	    .got = got,
	    .why = why,
	};

	tell(b, &f);
}

/* Hash a whole file, reading it from the medium where that is asked for. */
static int hash_long(int fd, const struct media_item *item, enum check_how how, struct ow_id *got,
		     struct ow_error *err)
{
	OW_AUTO(mem_free) uint8_t *block = mem_array(LONG_BLOCK, 1, err);
	struct digest d;

	if (block == NULL)
		return err->code;
	if (how == CHECK_MEDIUM)
		direct_forget(fd);
	digest_init(&d);
	for (uint64_t off = 0; off < item->size;) {
		size_t want = (size_t)u64_min(LONG_BLOCK, item->size - off);
		int64_t n = fd_pread(fd, block, want, off, item->path, err);

		if (n < 0 || (size_t)n < want) {
			digest_drop(&d);
			return n < 0 ? err->code
				     : err_set(err, OW_E_INTEGRITY, "%s: ends at byte %llu",
					       item->path, (unsigned long long)off + (uint64_t)n);
		}
		digest_update(&d, block, want);
		off += want;
	}
	return digest_final(&d, got, err);
}

static void check_long(struct batch *b, const struct opened *o, enum check_how how)
{
	const struct media_item *item = &b->items[o->item];
	struct reader_fault f = {.item = o->item, .len = item->size};
	struct ow_error why = {0};
	struct ow_id got;

	if (hash_long(o->fd, item, how, &got, &why) < 0) {
		f.kind = READER_UNREADABLE;
		f.why = &why;
		tell(b, &f);
	} else if (!ow_id_equal(&got, &item->id)) {
		f.kind = READER_DIGEST;
		f.want = &item->id;
		f.got = &got;
		tell(b, &f);
	}
}

/* After the reading: a file that grew meanwhile is not the one that was signed (case D09). */
static void check_end(struct batch *b, const struct opened *o)
{
	struct ow_error why = {0};
	struct reader_fault f = {.kind = READER_UNREADABLE, .item = o->item, .why = &why};
	uint64_t size;

	if (fd_size(o->fd, &size, b->items[o->item].path, &why) < 0)
		tell(b, &f);
	else
		(void)has_size(b, o->item, size);
}

static int batch_check(struct batch *b, unsigned threads, enum check_how how, const char *phase,
		       struct progress *progress, struct ow_error *err)
{
	if (check_run(b->checks, b->n_checks, threads, how, phase, &progress->events, on_bad, b,
		      err) < 0)
		return err->code;
	for (size_t i = 0; i < b->n; i++) {
		if (is_long(&b->items[b->files[i].item]))
			check_long(b, &b->files[i], how);
		check_end(b, &b->files[i]);
	}
	progress_add(progress, b->bytes);
	batch_close(b);
	return 0;
}

int64_t reader_check(int dir, const struct media_item *items, size_t n, unsigned threads,
		     enum check_how how, const char *phase, const struct ow_events *events,
		     reader_bad bad, void *ctx, struct ow_error *err)
{
	OW_AUTO(batch_done) struct batch b = {.items = items, .bad = bad, .ctx = ctx};
	size_t room = fd_room();
	struct progress progress;
	uint64_t total = 0;

	for (size_t i = 0; i < n; i++)
		total += items[i].size;
	progress_init(&progress, events, total);
	for (size_t i = 0; i < n; i++) {
		if (batch_add(&b, dir, i, err) < 0)
			return err->code;
		if (b.n == room && batch_check(&b, threads, how, phase, &progress, err) < 0)
			return err->code;
	}
	if (b.n > 0 && batch_check(&b, threads, how, phase, &progress, err) < 0)
		return err->code;
	return b.n_bad;
}

/* ---- sources ---- */

int reader_source(struct reader_set *s, int dir, const struct media_item *item,
		  struct copy_source *source, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	struct ow_error why = {0};
	uint64_t size;

	if (mem_grow(&s->fds, s->n, &s->cap, sizeof *s->fds, err) < 0)
		return err->code;
	fd = open_item(dir, item->path, &size, &why);
	if (fd < 0 && why.sys == ENOENT)
		return err_set(err, OW_E_INCOMPLETE, "%s: not on the medium", item->path);
	if (fd < 0 && why.sys == EMFILE) {
		*err = why;
		return err_hint(err, "allow more open files (ulimit -n %d)", PARTS_MAX + 100);
	}
	if (fd < 0) {
		*err = why;
		return err->code;
	}
	if (size != item->size)
		return err_set(err, OW_E_INTEGRITY, "%s: has %llu bytes, %llu were signed",
			       item->path, (unsigned long long)size,
			       (unsigned long long)item->size);
	*source = (struct copy_source){.fd = fd, .len = item->size, .name = item->path};
	s->fds[s->n++] = fd_steal(&fd);
	return 0;
}

void reader_set_done(struct reader_set *s)
{
	for (size_t i = 0; i < s->n; i++)
		fd_close(s->fds[i]);
	free(s->fds);
	*s = (struct reader_set){0};
}
