/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/ledger.h"

#include <assert.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "store/segment.h"

#define LEDGER      "ledger"
#define LEDGER_MODE 0640

enum {
	SEGMENTS_MAX = 999999 /* six digits; 64 TB */
};

struct ledger {
	int dir;
	enum ledger_mode mode;

	/* for writing: */
	int fd;          /* of the last segment; < 0: there is none yet */
	uint32_t number; /* of it; 0: none */
	uint64_t end;    /* its size */
	struct ledger_head head;
	bool broken;     /* a write or sync failed; what is on the disk is not known */
	char *set_aside; /* what opening had to move out of the way, or NULL */
};

/* ---- segments
 * ------------------------------------------------------------------------------------ */

/* The numbers of the segments that are there, ascending. */
struct numbers {
	uint32_t *at;
	size_t n, cap;
};

static void numbers_done(struct numbers *v)
{
	free(v->at);
}
OW_DEFINE_AUTO_DONE(struct numbers, numbers_done)

static bool segment_parse(const char *name, uint32_t *number)
{
	char want[SEGMENT_NAME];
	uint32_t v = 0;

	for (size_t i = 0; i < 6; i++) {
		if (name[i] < '0' || name[i] > '9')
			return false;
		v = v * 10 + (uint32_t)(name[i] - '0');
	}
	*number = v;
	return v > 0 && strcmp(name, segment_name(v, want)) == 0;
}

static int list_segments(int dir, struct numbers *out, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};

	if (dir_list(dir, "", SIZE_MAX, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		uint32_t number;

		if (!segment_parse(l.at[i].name, &number))
			continue;
		if (mem_grow(&out->at, out->n, &out->cap, sizeof *out->at, err) < 0)
			return err->code;
		out->at[out->n++] = number;
	}
	return 0;
}

static int open_segment(int dir, uint32_t number, bool write, uint64_t *size, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	char name[SEGMENT_NAME];

	fd = path_open(dir, segment_name(number, name), write ? O_RDWR : O_RDONLY, err);
	if (fd < 0 || fd_size(fd, size, name, err) < 0)
		return err->code;
	return fd_steal(&fd);
}

/* Where the chain stands at the end of one segment. 1, with *end where the last whole frame ends;
 * or 0. */
static int head_of(int fd, uint32_t number, uint64_t size, struct ledger_head *head, uint64_t *end,
		   struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ledger_entry e;
	struct frame f;
	char name[SEGMENT_NAME];
	int r = segment_last(fd, segment_name(number, name), size, &b, &f, err);

	if (r <= 0)
		return r;
	if (ledger_entry_decode(f.entry.p, f.entry.n, &e, err) < 0) {
		(void)err_byte(err, f.off);
		return err_file(err, name);
	}
	*head = (struct ledger_head){.n = e.n, .id = f.id};
	*end = f.off + f.size;
	return 1;
}

/* Where the chain stands before segment numbers[i]: at the end of the newest one below it that has
 * an entry. */
static int head_before(int dir, const struct numbers *v, size_t i, struct ledger_head *head,
		       struct ow_error *err)
{
	while (i-- > 0) {
		OW_AUTO(fd_close) int fd = -1;
		uint64_t size = 0, end = 0;
		int r;

		fd = open_segment(dir, v->at[i], false, &size, err);
		if (fd < 0)
			return err->code;
		r = head_of(fd, v->at[i], size, head, &end, err);
		if (r != 0)
			return r < 0 ? r : 0;
		if (size > 0)
			return err_set(err, OW_E_INTEGRITY, "%06u.LOG: no whole entry is in it",
				       (unsigned)v->at[i]);
	}
	*head = (struct ledger_head){0};
	return 0;
}

/* ---- opening for writing
 * ------------------------------------------------------------------------- */

/* Say in the ledger itself what was set aside. */
static int log_tail(struct ledger *l, bool damaged, const struct ow_id *id, struct ow_error *err)
{
	struct ledger_note note = {
	    .command = LEDGER,
	    .outcome = damaged ? "damaged entry set aside" : "unfinished entry set aside",
	    .digests = id,
	    .n_digests = 1,
	    .text = l->set_aside,
	};

	return ledger_append(l, &note, 1, err);
}

/* Are the bytes behind the last whole entry more than what an interrupted write leaves? 1 or 0. */
static int tail_damaged(const struct ledger *l, const char *name, uint64_t size,
			struct ow_error *err)
{
	OW_AUTO(segment_done) struct segment s = {0};
	struct frame f;
	int r;

	if (segment_begin(&s, l->fd, name, size, err) < 0)
		return err->code;
	s.off = s.block_off = l->end;
	r = segment_next(&s, &f, err);
	return r < 0 ? r : r != FRAME_TORN;
}

/* Keep the bytes behind the last whole entry under a name of their own, then cut them off. */
static int cut_tail(struct ledger *l, uint64_t size, struct ow_error *err)
{
	OW_AUTO(mem_free) uint8_t *tail = NULL;
	OW_AUTO(buf_done) struct buf text = {0};
	char segment[SEGMENT_NAME], name[40], hex[OW_ID_HEX];
	struct ow_id id;
	uint64_t n = size - l->end;
	int damaged = tail_damaged(l, segment_name(l->number, segment), size, err);

	if (damaged < 0)
		return damaged;
	tail = mem_array(1, (size_t)n, err);
	if (tail == NULL || fd_pread(l->fd, tail, (size_t)n, l->end, segment, err) < 0 ||
	    digest_bytes(tail, (size_t)n, &id, err) < 0)
		return err->code;
	(void)snprintf(name, sizeof name, "%06u-%.12s.TORN", (unsigned)l->number,
		       ow_id_hex(&id, hex));
	buf_printf(&text, "%s: %llu bytes from byte %llu on, kept as %s", segment,
		   (unsigned long long)n, (unsigned long long)l->end, name);
	l->set_aside = mem_text(buf_str(&text), text.n, err);
	if (l->set_aside == NULL ||
	    file_publish(l->dir, name, tail, (size_t)n, LEDGER_MODE, FILE_REPLACE, err) < 0 ||
	    fd_cut(l->fd, l->end, segment, err) < 0 || fd_sync(l->fd, segment, err) < 0)
		return err->code;
	return log_tail(l, damaged > 0, &id, err);
}

static int open_last(struct ledger *l, struct ow_error *err)
{
	OW_AUTO(numbers_done) struct numbers v = {0};
	uint64_t size = 0;
	int r;

	if (list_segments(l->dir, &v, err) < 0)
		return err->code;
	if (v.n == 0)
		return 0;
	l->number = v.at[v.n - 1];
	l->fd = open_segment(l->dir, l->number, true, &size, err);
	if (l->fd < 0)
		return err->code;
	r = head_of(l->fd, l->number, size, &l->head, &l->end, err);
	if (r == 0)
		r = head_before(l->dir, &v, v.n - 1, &l->head, err); /* and l->end stays 0 */
	if (r < 0)
		return err->code;
	return l->end < size ? cut_tail(l, size, err) : 0;
}

int ledger_open(int store_dir, enum ledger_mode mode, struct ledger **out, struct ow_error *err)
{
	OW_AUTO(ledger_close) struct ledger *l = MEM_NEW(struct ledger, err);

	if (l == NULL)
		return err->code;
	l->dir = l->fd = -1;
	l->mode = mode;
	l->dir = path_open(store_dir, LEDGER, O_RDONLY | O_DIRECTORY, err);
	if (l->dir < 0)
		return err->code;
	if (mode == LEDGER_WRITE && open_last(l, err) < 0)
		return err_file(err, LEDGER);
	*out = STEAL(l);
	return 0;
}

void ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	fd_close(l->fd);
	fd_close(l->dir);
	free(l->set_aside);
	free(l);
}

const char *ledger_set_aside(const struct ledger *l)
{
	return l->set_aside;
}

/* ---- appending
 * ----------------------------------------------------------------------------------- */

static int new_segment(struct ledger *l, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	char name[SEGMENT_NAME];

	if (l->number == SEGMENTS_MAX)
		return err_set(err, OW_E_IO, "more than %d segments", SEGMENTS_MAX);
	fd = file_make(l->dir, segment_name(l->number + 1, name), LEDGER_MODE, err);
	if (fd < 0 || fd_chmod(fd, LEDGER_MODE, name, err) < 0 || dir_sync(l->dir, LEDGER, err) < 0)
		return err->code;
	fd_close(l->fd);
	l->fd = fd_steal(&fd);
	l->number++;
	l->end = 0;
	return 0;
}

/* All entries as frames; *head moves along. */
static int encode_all(const struct ledger_note *notes, size_t n, struct ledger_head *head,
		      struct buf *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf entry = {0};
	uint64_t now = clock_now();

	for (size_t i = 0; i < n; i++) {
		struct ow_id prev = head->id;

		if (notes[i].n_digests > LEDGER_DIGESTS_MAX)
			return err_set(err, OW_E_INTERNAL, "%zu digests in one entry, at most %d",
				       notes[i].n_digests, LEDGER_DIGESTS_MAX);
		buf_clear(&entry);
		entry_encode(&notes[i], ++head->n, &prev, now, &entry);
		if (frame_encode(&entry, out, &head->id, err) < 0)
			return err->code;
	}
	return 0;
}

/* Write and sync; on failure try to leave the file as it was. */
static int write_frames(struct ledger *l, const struct buf *b, struct ow_error *err)
{
	struct ow_error ignored = {0};
	char name[SEGMENT_NAME];

	(void)segment_name(l->number, name);
	if (fd_pwrite(l->fd, b->p, b->n, l->end, name, err) == 0 &&
	    fd_sync(l->fd, name, err) == 0) {
		l->end += b->n;
		return 0;
	}
	l->broken = true;
	(void)(fd_cut(l->fd, l->end, name, &ignored) < 0);
	return err->code;
}

int ledger_append(struct ledger *l, const struct ledger_note *notes, size_t n, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ledger_head head = l->head;

	assert(l->mode == LEDGER_WRITE);
	if (l->broken)
		return err_set(err, OW_E_IO, "ledger: an earlier write failed");
	if (n == 0)
		return 0;
	if (encode_all(notes, n, &head, &b, err) < 0)
		return err_file(err, LEDGER);
	if ((l->fd < 0 || l->end >= LEDGER_SEGMENT) && new_segment(l, err) < 0)
		return err_file(err, LEDGER);
	if (write_frames(l, &b, err) < 0)
		return err_file(err, LEDGER);
	l->head = head;
	return 0;
}

int ledger_head(struct ledger *l, struct ledger_head *out, struct ow_error *err)
{
	OW_AUTO(numbers_done) struct numbers v = {0};

	if (l->mode == LEDGER_WRITE) {
		*out = l->head;
		return 0;
	}
	if (list_segments(l->dir, &v, err) < 0 || head_before(l->dir, &v, v.n, out, err) < 0)
		return err_file(err, LEDGER);
	return 0;
}

/* ---- walking
 * ------------------------------------------------------------------------------------- */

struct walk {
	struct ledger_state state;
	ledger_visit visit;
	void *ctx;
};

static int bad(struct ow_error *err, const struct walk *w, const char *segment, uint64_t off,
	       const char *why)
{
	(void)err_set(err, OW_E_INTEGRITY, "entry %llu, at byte %llu: %s",
		      (unsigned long long)w->state.head.n + 1, (unsigned long long)off, why);
	(void)err_byte(err, off);
	(void)err_file(err, segment);
	return err_file(err, LEDGER);
}

/* Does the entry follow the one before? Then hand it out. */
static int take(struct walk *w, const struct segment *s, const struct frame *f,
		struct ow_error *err)
{
	struct ow_error why = {0};
	struct ledger_entry e;
	char text[96];

	if (ledger_entry_decode(f->entry.p, f->entry.n, &e, &why) < 0)
		return bad(err, w, s->name, f->off, why.text);
	if (e.n != w->state.head.n + 1) {
		(void)snprintf(text, sizeof text, "missing; entry %llu is in its place",
			       (unsigned long long)e.n);
		return bad(err, w, s->name, f->off, text);
	}
	if (!ow_id_equal(&e.prev, &w->state.head.id))
		return bad(err, w, s->name, f->off,
			   "does not follow the entry before, which was edited or swapped");
	e.id = f->id;
	w->state.head = (struct ledger_head){.n = e.n, .id = e.id};
	return w->visit == NULL ? 0 : w->visit(w->ctx, &e, err);
}

static int walk_segment(struct walk *w, int fd, const char *name, uint64_t size, bool last,
			struct ow_error *err)
{
	OW_AUTO(segment_done) struct segment s = {0};
	struct frame f;
	int r;

	if (segment_begin(&s, fd, name, size, err) < 0)
		return err_file(err, LEDGER);
	while ((r = segment_next(&s, &f, err)) == FRAME_OK) {
		if (take(w, &s, &f, err) < 0)
			return err->code;
	}
	if (r < 0)
		return err_file(err, LEDGER);
	if (r == FRAME_BAD || (r == FRAME_TORN && !last))
		return bad(err, w, name, s.off, s.why);
	w->state.torn = s.size - s.off;
	return 0;
}

int ledger_walk(struct ledger *l, ledger_visit visit, void *ctx, struct ledger_state *out,
		struct ow_error *err)
{
	OW_AUTO(numbers_done) struct numbers v = {0};
	struct walk w = {.visit = visit, .ctx = ctx};

	if (list_segments(l->dir, &v, err) < 0)
		return err_file(err, LEDGER);
	for (size_t i = 0; i < v.n; i++) {
		OW_AUTO(fd_close) int fd = -1;
		char name[SEGMENT_NAME];
		uint64_t size = 0;

		if (v.at[i] != i + 1)
			return bad(err, &w, segment_name((uint32_t)i + 1, name), 0,
				   "the segment is missing");
		fd = open_segment(l->dir, v.at[i], false, &size, err);
		if (fd < 0)
			return err_file(err, LEDGER);
		if (walk_segment(&w, fd, segment_name(v.at[i], name), size, i + 1 == v.n, err) < 0)
			return err->code;
	}
	w.state.n_segments = (uint32_t)v.n;
	if (out != NULL)
		*out = w.state;
	return 0;
}

int ledger_verify(struct ledger *l, struct ledger_state *out, struct ow_error *err)
{
	return ledger_walk(l, NULL, NULL, out, err);
}
