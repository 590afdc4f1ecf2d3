/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/draft.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

#define OWN_FOLDER "draft"

/* Names of a trust folder that are looked at. */
#define ORIGINS_MAX 65536

void draft_done(struct draft *d)
{
	fd_close(d->dir);
	mem_free(d->path);
	signed_done(&d->candidate.doc);
	root_free(d->root);
	chain_done(&d->known);
	root_free(d->prev);
	*d = (struct draft){.dir = -1};
}

/* <trust>/<origin>/draft as a path. */
static char *own_path(const struct trust_state *t, const char *origin, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};

	buf_printf(&b, "%s/%s/" OWN_FOLDER, t->dir[0], origin);
	return buf_finish(&b, err) < 0 ? NULL : mem_text(buf_str(&b), b.n, err);
}

static bool has_draft(const char *path)
{
	OW_AUTO(dir_list_done) struct dir_list names = {0};
	OW_AUTO(fd_close) int dir = -1;
	struct ow_error ignored = {0};

	dir = path_open_dir(path, &ignored);
	if (dir < 0 || dir_list(dir, ".", ORIGINS_MAX, &names, &ignored) < 0)
		return false;
	for (size_t i = 0; i < names.n; i++) {
		if (root_stem_parse(names.at[i].name) != 0)
			return true;
	}
	return false;
}

/* The one draft of the trust folder. */
static char *only_draft(const struct trust_state *t, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list names = {0};
	OW_AUTO(mem_free) char *found = NULL;
	OW_AUTO(fd_close) int top = -1;
	struct ow_error why = {0};

	top = path_open_dir(t->dir[0], &why);
	if (top >= 0 && dir_list(top, ".", ORIGINS_MAX, &names, err) < 0)
		return NULL;
	for (size_t i = 0; i < names.n; i++) {
		OW_AUTO(mem_free) char *path = NULL;

		if (!text_is_id(names.at[i].name))
			continue;
		path = own_path(t, names.at[i].name, err);
		if (path == NULL)
			return NULL;
		if (!has_draft(path))
			continue;
		if (found != NULL) {
			(void)err_set(err, OW_E_USAGE, "there are several drafts: %s and %s", found,
				      path);
			(void)err_hint(err, "say which with --origin ID or --draft DIR");
			return NULL;
		}
		found = STEAL(path);
	}
	if (found == NULL) {
		(void)err_set(err, OW_E_USAGE, "%s: there is no draft of a root", t->dir[0]);
		(void)err_hint(err, "\"owstore root new\" or \"owstore root propose\" makes one; "
				    "--draft DIR names one "
				    "that was carried here");
	}
	return STEAL(found);
}

/* The newest root in the folder is the draft, the one it follows may lie beside it. */
static int read_folder(struct draft *d, struct candidate_list *l, struct ow_error *err)
{
	if (candidates_read(d->dir, l, err) < 0)
		return err_file(err, d->path);
	if (l->n == 0)
		return err_set(err, OW_E_USAGE,
			       "%s: there is no draft of a root (ROOT0001.CBR and so on)", d->path);
	d->candidate = l->at[l->n - 1];
	l->at[l->n - 1] = (struct chain_candidate){0};
	if (digest_bytes(d->candidate.doc.doc.p, d->candidate.doc.doc.n, &d->digest, err) < 0)
		return err->code;
	if (root_decode(d->candidate.doc.doc.p, d->candidate.doc.doc.n, &d->root, err) < 0)
		return err_ctx(err, "%s/%s", d->path, d->candidate.doc.name);
	return 0;
}

/* Take the version before from what is trusted here, else from beside the draft; its digest stands in the
 * draft, so it does not matter who brought it.
 */
static int find_prev(struct draft *d, const struct candidate_list *l, struct ow_error *err)
{
	assert(d->root != NULL);
	if (!d->root->has_prev)
		return 0;
	for (size_t i = 0; i < d->known.n; i++) {
		if (ow_id_equal(&d->known.link[i].digest, &d->root->prev))
			return root_copy(d->known.link[i].root, &d->prev, err);
	}
	for (size_t i = 0; i < l->n; i++) {
		const struct buf *doc = &l->at[i].doc.doc;
		struct ow_id digest;

		if (digest_bytes(doc->p, doc->n, &digest, err) < 0)
			return err->code;
		if (ow_id_equal(&digest, &d->root->prev))
			return root_decode(doc->p, doc->n, &d->prev, err);
	}
	return 0;
}

static int locate(const struct ow_draft *which, const struct trust_state *t, struct draft *d,
		  struct ow_error *err)
{
	struct ow_error why = {0};

	if (which->draft != NULL)
		d->path = mem_text(which->draft, strlen(which->draft), err);
	else if (which->origin != NULL && !text_is_id(which->origin))
		return err_set(err, OW_E_USAGE, "\"%s\" is not an origin", which->origin);
	else if (which->origin != NULL)
		d->path = own_path(t, which->origin, err);
	else
		d->path = only_draft(t, err);
	if (d->path == NULL)
		return err->code;
	d->own = which->draft == NULL;
	d->dir = path_open_dir(d->path, &why);
	if (d->dir >= 0)
		return 0;
	if (why.sys == ENOENT)
		return err_set(err, OW_E_USAGE, "%s: there is no draft", d->path);
	*err = why;
	return err->code;
}

int draft_open(const struct ow_draft *which, struct draft *out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(candidates_done) struct candidate_list l = {0};
	OW_AUTO(draft_done) struct draft d = {.dir = -1};
	int known;

	if (trust_state_init(&t, which->trust, err) < 0 || locate(which, &t, &d, err) < 0 ||
	    read_folder(&d, &l, err) < 0)
		return err->code;
	known = trust_knows(&t, d.root->origin, err);
	if (known < 0 || (known > 0 && trust_load(&t, d.root->origin, &d.known, err) < 0))
		return err->code;
	if (find_prev(&d, &l, err) < 0)
		return err->code;
	*out = d;
	d = (struct draft){.dir = -1};
	return 0;
}

/* What lies there must be older, or an unsigned draft of the same version. */
static int may_replace(int dir, const char *path, uint64_t version, struct ow_error *err)
{
	OW_AUTO(candidates_done) struct candidate_list l = {0};
	const struct chain_candidate *last;

	if (candidates_read(dir, &l, err) < 0)
		return err_file(err, path);
	last = l.n == 0 ? NULL : &l.at[l.n - 1];
	if (last == NULL || last->version < version ||
	    (last->version == version && last->doc.n_sigs == 0))
		return 0;
	(void)err_set(err, OW_E_USAGE,
		      "%s: a draft of root version %llu with %zu signature%s lies there", path,
		      (unsigned long long)last->version, last->doc.n_sigs,
		      last->doc.n_sigs == 1 ? "" : "s");
	return err_hint(err, "seal it, or remove that folder to begin anew");
}

/* May a draft of this version be written to the folder, which may not be there yet? */
static int check_folder(const char *path, uint64_t version, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;
	struct ow_error why = {0};

	dir = path_open_dir(path, &why);
	if (dir >= 0)
		return may_replace(dir, path, version, err);
	if (why.sys == ENOENT)
		return 0;
	*err = why;
	return err->code;
}

static int write_folder(int dir, const struct root *root, const struct signed_doc *doc,
			const struct signed_doc *prev, struct ow_error *err)
{
	char stem[ROOT_STEM];

	if (prev != NULL && signed_write(dir, root_stem(root->version - 1, stem), prev, err) < 0)
		return err->code;
	return signed_write(dir, root_stem(root->version, stem), doc, err);
}

int draft_write(const struct trust_state *t, const char *folder, const struct root *root,
		const struct signed_doc *prev, bool dry_run, char **path, struct ow_error *err)
{
	OW_AUTO(signed_done) struct signed_doc doc = {0};
	OW_AUTO(mem_free) char *where = NULL;
	OW_AUTO(fd_close) int dir = -1;

	if (root_encode(root, &doc.doc, err) < 0)
		return err->code;
	where =
	    folder == NULL ? own_path(t, root->origin, err) : mem_text(folder, strlen(folder), err);
	if (where == NULL || check_folder(where, root->version, err) < 0)
		return err->code;
	if (!dry_run) {
		dir = folder == NULL ? trust_origin_dir(t, root->origin, OWN_FOLDER, err)
				     : dir_make_user(folder, 0755, err);
		if (dir < 0)
			return err->code;
		if (write_folder(dir, root, &doc, prev, err) < 0)
			return err_file(err, where);
	}
	*path = STEAL(where);
	return 0;
}
