/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/docs.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/ids.h"
#include "base/mem.h"
#include "codec/digest.h"
#include "os/file.h"
#include "store/inside.h"

#define DOC_SUFFIX ".cbr"
#define DOC_MODE   0444

enum {
	SUFFIX_MAX = 8
};

/* ".S01" to ".S16" for 0 to 15 */
static const char *sig_suffix(size_t i, char out[SUFFIX_MAX])
{
	(void)snprintf(out, SUFFIX_MAX, ".S%02u", (unsigned)(i % SIGNATURES_MAX) + 1);
	return out;
}

static bool is_sig_suffix(const char *s)
{
	char want[SUFFIX_MAX];

	for (size_t i = 0; i < SIGNATURES_MAX; i++) {
		if (strcmp(s, sig_suffix(i, want)) == 0)
			return true;
	}
	return false;
}

/* Read a file of the fan: 1 read, 0 not there. */
static int read_part(const struct docs *d, const struct ow_id *id, const char *suffix, uint64_t max,
		     struct buf *out, struct ow_error *err)
{
	struct ow_error why = {0};
	char path[FAN_PATH];

	if (file_read(d->fan.dir, fan_path(&d->fan, id, suffix, path), max, out, &why) == 0)
		return 1;
	if (why.sys == ENOENT)
		return 0;
	*err = why;
	return err->code;
}

/* Write a file of the fan, in the place of another one only with FILE_REPLACE. */
static int write_part(struct docs *d, const struct ow_id *id, const char *suffix,
		      struct ow_view bytes, enum file_publish how, struct ow_error *err)
{
	struct ow_error ignored = {0};
	char name[OW_ID_HEX + SUFFIX_MAX], hex[OW_ID_HEX];

	assert(d->incoming >= 0);
	(void)snprintf(name, sizeof name, "%s%s", ow_id_hex(id, hex), suffix);
	(void)(file_remove(d->incoming, name, &ignored) < 0); /* of a failed attempt before */
	if (file_create(d->incoming, name, bytes.p, bytes.n, DOC_MODE, err) < 0)
		return err->code;
	return fan_place(&d->fan, d->incoming, name, id, suffix, how, err);
}

static bool same(const struct buf *b, struct ow_view v)
{
	return b->n == v.n && memcmp(b->p, v.p, v.n) == 0;
}

static bool have_sig(const struct docs_sigs *have, struct ow_view sig)
{
	for (size_t i = 0; i < have->n; i++) {
		if (same(&have->at[i], sig))
			return true;
	}
	return false;
}

/* Add the signatures that are not there yet. Returns how many were added. */
static int add_sigs(struct docs *d, const struct ow_id *id, const struct ow_view *sigs, size_t n,
		    struct ow_error *err)
{
	int added = 0;

	for (size_t i = 0; i < n; i++) {
		OW_AUTO(docs_sigs_done) struct docs_sigs have = {0};
		char suffix[SUFFIX_MAX];

		if (docs_sigs(d, id, &have, err) < 0)
			return err->code;
		if (have_sig(&have, sigs[i]))
			continue;
		if (have.n == SIGNATURES_MAX)
			return err_set(err, OW_E_FORMAT, "more than %d signatures", SIGNATURES_MAX);
		if (write_part(d, id, sig_suffix(have.n, suffix), sigs[i], FILE_NEW, err) < 0)
			return err->code;
		added++;
	}
	return added;
}

static int check_sizes(const struct docs *d, struct ow_view document, const struct ow_view *sigs,
		       size_t n, struct ow_error *err)
{
	if (document.n == 0 || document.n > d->max)
		return err_set(err, OW_E_FORMAT, "%s of %zu bytes, at most %llu", d->what,
			       document.n, (unsigned long long)d->max);
	if (n > SIGNATURES_MAX)
		return err_set(err, OW_E_FORMAT, "%zu signatures, at most %d", n, SIGNATURES_MAX);
	for (size_t i = 0; i < n; i++) {
		if (sigs[i].n == 0 || sigs[i].n > SIGNATURE_FILE_MAX)
			return err_set(err, OW_E_FORMAT, "signature %zu of %zu bytes, at most %d",
				       i + 1, sigs[i].n, SIGNATURE_FILE_MAX);
	}
	return 0;
}

/* Write the document unless it is there whole; a damaged one is replaced. Returns 1 written, 0
 * there. */
static int put_document(struct docs *d, struct ow_view document, const struct ow_id *id,
			struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf old = {0};
	struct ow_error why = {0};
	enum file_publish how = FILE_NEW;
	int there = docs_read(d, id, &old, &why);

	if (there > 0)
		return 0;
	if (there < 0 && why.code != OW_E_INTEGRITY && why.code != OW_E_FORMAT) {
		*err = why;
		return err->code;
	}
	if (there < 0)
		how = FILE_REPLACE;
	return write_part(d, id, DOC_SUFFIX, document, how, err) < 0 ? err->code : 1;
}

static int put(struct docs *d, struct ow_view document, const struct ow_view *sigs, size_t n_sigs,
	       const struct ow_id *id, struct ow_error *err)
{
	int written, added = add_sigs(d, id, sigs, n_sigs, err);

	if (added < 0)
		return added;
	written = put_document(d, document, id, err);
	if (written < 0)
		return written;
	fan_touch(&d->fan, id);
	return written > 0 || added > 0;
}

int docs_put(struct docs *d, struct ow_view document, const struct ow_view *sigs, size_t n_sigs,
	     struct ow_id *id, struct ow_error *err)
{
	char text[OW_ID_TEXT];
	struct ow_id got;
	int r;

	if (check_sizes(d, document, sigs, n_sigs, err) < 0 ||
	    digest_bytes(document.p, document.n, &got, err) < 0)
		return err->code;
	r = put(d, document, sigs, n_sigs, &got, err);
	if (r < 0)
		return err_ctx(err, "%s %s", d->what, ow_id_text(&got, text));
	*id = got;
	return r;
}

int docs_read(struct docs *d, const struct ow_id *id, struct buf *out, struct ow_error *err)
{
	char want[OW_ID_TEXT], have[OW_ID_TEXT];
	struct ow_id got;
	int r = read_part(d, id, DOC_SUFFIX, d->max, out, err);

	if (r < 0 || (r > 0 && digest_bytes(out->p, out->n, &got, err) < 0))
		return err_ctx(err, "%s %s", d->what, ow_id_text(id, want));
	if (r > 0 && !ow_id_equal(&got, id))
		return err_set(err, OW_E_INTEGRITY, "%s %s: its bytes are %s", d->what,
			       ow_id_text(id, want), ow_id_text(&got, have));
	return r;
}

int docs_has(struct docs *d, const struct ow_id *id, struct ow_error *err)
{
	struct file_info info;
	char path[FAN_PATH];

	return file_info(d->fan.dir, fan_path(&d->fan, id, DOC_SUFFIX, path), &info, err);
}

int docs_sigs(struct docs *d, const struct ow_id *id, struct docs_sigs *out, struct ow_error *err)
{
	OW_AUTO(docs_sigs_done) struct docs_sigs s = {0};
	char suffix[SUFFIX_MAX];

	while (s.n < SIGNATURES_MAX) {
		int r =
		    read_part(d, id, sig_suffix(s.n, suffix), SIGNATURE_FILE_MAX, &s.at[s.n], err);

		if (r < 0)
			return err->code;
		if (r == 0)
			break;
		s.n++;
	}
	*out = s;
	s.n = 0;
	memset(s.at, 0, sizeof s.at);
	return 0;
}

void docs_sigs_done(struct docs_sigs *s)
{
	for (size_t i = 0; i < SIGNATURES_MAX; i++)
		buf_done(&s->at[i]);
	s->n = 0;
}

struct walk {
	docs_visit visit;
	store_stray stray;
	docs_visit orphan; /* for docs_tidy, instead of `stray` */
	void *ctx;
	bool pending; /* a signature file was seen whose document has not come yet */
	struct ow_id of;
	char path[FAN_PATH];
};

/* ".S01" sorts before ".cbr": a signature whose document does not follow has none. */
static int walk_end_pending(struct walk *w, struct ow_error *err)
{
	if (!w->pending)
		return 0;
	w->pending = false;
	if (w->orphan != NULL)
		return w->orphan(w->ctx, &w->of, err);
	return w->stray == NULL ? 0 : w->stray(w->ctx, w->path, DOCS_ORPHAN, err);
}

static int walk_file(void *ctx, const struct fan_file *file, struct ow_error *err)
{
	struct walk *w = ctx;

	if (strcmp(file->rest, DOC_SUFFIX) == 0) {
		if (w->pending && ow_id_equal(&w->of, &file->id))
			w->pending = false;
		if (walk_end_pending(w, err) < 0)
			return err->code;
		return w->visit == NULL ? 0 : w->visit(w->ctx, &file->id, err);
	}
	if (!is_sig_suffix(file->rest)) {
		return w->stray == NULL
			   ? 0
			   : w->stray(w->ctx, file->path, "neither document nor signature", err);
	}
	if (w->pending && !ow_id_equal(&w->of, &file->id) && walk_end_pending(w, err) < 0)
		return err->code;
	w->pending = true;
	w->of = file->id;
	(void)snprintf(w->path, sizeof w->path, "%s", file->path);
	return 0;
}

int docs_walk(struct docs *d, docs_visit visit, store_stray stray, void *ctx, struct ow_error *err)
{
	struct walk w = {.visit = visit, .stray = stray, .ctx = ctx};

	if (fan_walk(&d->fan, walk_file, stray, &w, ctx, err) < 0)
		return err->code;
	return walk_end_pending(&w, err);
}

int docs_remove(struct docs *d, const struct ow_id *id, struct ow_error *err)
{
	int there = fan_remove(&d->fan, id, DOC_SUFFIX, err);
	char suffix[SUFFIX_MAX];

	if (there < 0)
		return there;
	/* from the last one down, so that what is left after an interruption has no gap */
	for (size_t i = SIGNATURES_MAX; i > 0; i--) {
		if (fan_remove(&d->fan, id, sig_suffix(i - 1, suffix), err) < 0)
			return err->code;
	}
	return there;
}

static int note_orphan(void *ctx, const struct ow_id *id, struct ow_error *err)
{
	return ids_add(ctx, id, err);
}

int docs_tidy(struct docs *d, struct ow_error *err)
{
	OW_AUTO(ids_done) struct ids found = {0};
	struct walk w = {.orphan = note_orphan, .ctx = &found};

	if (fan_walk(&d->fan, walk_file, NULL, &w, NULL, err) < 0 || walk_end_pending(&w, err) < 0)
		return err->code;
	for (size_t i = 0; i < found.n; i++) {
		if (docs_remove(d, &found.at[i], err) < 0)
			return err->code;
	}
	return 0;
}

int docs_sync(struct docs *d, struct ow_error *err)
{
	return fan_sync(&d->fan, err);
}
