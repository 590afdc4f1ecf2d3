/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/rootview.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "flow/keys.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "trust/gate.h"
#include "trust/state.h"

/* Folders of a medium that are looked into for roots. */
#define FOLDERS_MAX 4096

OW_DEFINE_AUTO(struct ow_root *, ow_root_free)

const char *ow_fingerprint_text(const struct ow_id *id, char out[OW_FINGERPRINT])
{
	return fingerprint_text(id, out);
}

void ow_root_free(struct ow_root *r)
{
	if (r == NULL)
		return;
	free(r->path);
	free(r->keys);
	free(r->destinations);
	free(r->signatures);
	free(r);
}

static int by_role_and_name(const void *a, const void *b)
{
	const struct ow_root_key *x = a, *y = b;

	return x->role != y->role ? (x->role > y->role) - (x->role < y->role)
				  : strcmp(x->name, y->name);
}

static int show_keys(const struct root *root, struct ow_root *v, struct ow_error *err)
{
	v->keys = mem_array(root->n_keys, sizeof v->keys[0], err);
	if (v->keys == NULL)
		return err->code;
	for (unsigned role = 0; role < OW_ROLES; role++) {
		v->role[role].threshold = root->role[role].threshold;
		v->role[role].keys = root->role[role].n;
	}
	for (; v->n_keys < root->n_keys; v->n_keys++) {
		const struct root_key *k = &root->key[v->n_keys];
		struct ow_root_key *to = &v->keys[v->n_keys];

		text_copy(to->name, sizeof to->name, k->name);
		(void)key_id_text(k->id, to->id);
		(void)keys_line(k->pk, to->line);
		to->role = k->role;
	}
	qsort(v->keys, v->n_keys, sizeof v->keys[0], by_role_and_name);
	return 0;
}

static int show_destinations(const struct root *root, struct ow_root *v, struct ow_error *err)
{
	v->destinations = mem_array(root->n_destinations, sizeof v->destinations[0], err);
	if (v->destinations == NULL)
		return err->code;
	for (; v->n_destinations < root->n_destinations; v->n_destinations++) {
		const struct root_destination *d = &root->destination[v->n_destinations];
		struct ow_root_destination *to = &v->destinations[v->n_destinations];

		text_copy(to->id, sizeof to->id, d->id);
		text_copy(to->class, sizeof to->class, d->class);
		to->recipients = d->n_recipients;
	}
	return 0;
}

/* What two roots say of one signature: whoever knows its key has the word. */
static const struct signer *better(const struct signer *own, const struct signer *prev)
{
	if (prev == NULL || own->status == SIGNER_GOOD || own->status == SIGNER_REPEATED)
		return own;
	if (prev->status == SIGNER_GOOD || own->status == SIGNER_UNKNOWN)
		return prev;
	return own;
}

static int show_signatures(const struct gate_report *own, const struct gate_report *prev,
			   struct ow_root *v, struct ow_error *err)
{
	v->signatures = mem_array(own->n, sizeof v->signatures[0], err);
	if (v->signatures == NULL)
		return err->code;
	for (; v->n_signatures < own->n; v->n_signatures++) {
		size_t i = v->n_signatures;
		const struct signer *s =
		    better(&own->signer[i], prev == NULL ? NULL : &prev->signer[i]);
		struct ow_root_signature *to = &v->signatures[i];

		text_copy(to->file, sizeof to->file, s->file);
		if (s->status != SIGNER_UNREADABLE)
			(void)key_id_text(s->key_id, to->key);
		text_copy(to->name, sizeof to->name, s->name);
		text_copy(to->status, sizeof to->status, signer_status_text(s->status));
	}
	return 0;
}

/* Count the signatures by the root's own keys and by those of the one before. */
static int show_counts(const struct signed_doc *doc, const struct root *root,
		       const struct root *prev, struct ow_root *v, struct ow_error *err)
{
	static const struct gate_rules strict = {.tolerate_damaged = false};
	struct gate_report own, before;
	struct ow_error why = {0};
	bool met = gate_check(doc, root, OW_ROLE_ROOT, "root", &strict, &own, &why) == 0;

	v->good = own.good;
	v->needed = own.threshold;
	v->fingerprint = own.digest;
	v->prev_known = prev != NULL;
	if (prev != NULL) {
		struct ow_error before_why = {0};
		bool before_met =
		    gate_check(doc, prev, OW_ROLE_ROOT, "root", &strict, &before, &before_why) == 0;

		v->prev_good = before.good;
		v->prev_needed = before.threshold;
		if (met && !before_met)
			why = before_why;
		met = met && before_met;
	}
	v->complete = met && (prev != NULL || !root->has_prev);
	if (!met)
		text_copy(v->problem, sizeof v->problem, why.text);
	else if (!v->complete)
		(void)snprintf(
		    v->problem, sizeof v->problem,
		    "root version %llu, whose keys must have signed as well, is not at hand",
		    (unsigned long long)root->version - 1);
	return show_signatures(&own, prev == NULL ? NULL : &before, v, err);
}

int rootview_make(const struct signed_doc *doc, const struct root *root, const struct root *prev,
		  const char *path, struct ow_root **out, struct ow_error *err)
{
	OW_AUTO(ow_root_free) struct ow_root *v = MEM_NEW(struct ow_root, err);

	if (v == NULL)
		return err->code;
	v->path = mem_text(path, strlen(path), err);
	if (v->path == NULL)
		return err->code;
	text_copy(v->origin, sizeof v->origin, root->origin);
	v->version = root->version;
	v->epoch = root->epoch;
	v->issued = root->issued;
	v->not_after = root->not_after;
	v->has_prev = root->has_prev;
	v->prev = root->prev;
	if (show_keys(root, v, err) < 0 || show_destinations(root, v, err) < 0 ||
	    show_counts(doc, root, prev, v, err) < 0)
		return err->code;
	*out = STEAL(v);
	return 0;
}

int rootview_make_trusted(const struct chain *c, struct ow_root **out, struct ow_error *err)
{
	const struct chain_link *l = &c->link[c->n - 1];

	if (rootview_make(&l->doc, l->root, c->n > 1 ? l[-1].root : NULL, l->doc.name, out, err) <
	    0)
		return err->code;
	(*out)->complete = true;
	(*out)->problem[0] = '\0';
	return 0;
}

/* ---- where roots lie --------------------------------------------------------------------------------------- */

/* Visit the folders right below `dir`. */
static int walk_below(int dir, const char *path, folder_visit visit, void *ctx,
		      struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list names = {0};
	int r = 0;

	if (dir_list(dir, ".", FOLDERS_MAX, &names, err) < 0)
		return err_file(err, path);
	for (size_t i = 0; r == 0 && i < names.n; i++) {
		OW_AUTO(mem_free) char *below = NULL;
		OW_AUTO(fd_close) int fd = -1;
		struct ow_error why = {0};

		if (names.at[i].kind != DIR_DIR)
			continue;
		below = path_join(path, names.at[i].name, err);
		if (below == NULL)
			return err->code;
		fd = path_open(dir, names.at[i].name, O_RDONLY | O_DIRECTORY, &why);
		if (fd >= 0) {
			r = visit(ctx, fd, below, err);
		} else if (why.sys != EACCES) { /* what is not ours to read has no root for us */
			*err = why;
			return err_file(err, below);
		}
	}
	return r;
}

/* As a visit: the folders right below this one. */
struct deeper {
	folder_visit visit;
	void *ctx;
};

static int visit_below(void *ctx, int dir, const char *path, struct ow_error *err)
{
	const struct deeper *d = ctx;

	return walk_below(dir, path, d->visit, d->ctx, err);
}

/* The folder of a file: what stands before its last slash. */
static char *folder_of(const char *path, struct ow_error *err)
{
	const char *base = path_base(path);

	if (base == path)
		return mem_text(".", 1, err);
	return mem_text(path, base - path == 1 ? 1 : (size_t)(base - path) - 1, err);
}

int rootview_walk(const char *path, folder_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;
	struct ow_error why = {0};
	int r;

	dir = path_open_dir(path, &why);
	if (dir < 0 && why.sys == ENOTDIR) {
		OW_AUTO(mem_free) char *folder = folder_of(path, err);

		if (folder == NULL)
			return err->code;
		dir = path_open_dir(folder, err);
		return dir < 0 ? err->code : visit(ctx, dir, folder, err);
	}
	if (dir < 0 && why.sys == ENOENT)
		return err_set(err, OW_E_USAGE, "%s: there is no such file or folder", path);
	if (dir < 0) {
		*err = why;
		return err->code;
	}
	r = visit(ctx, dir, path, err);
	if (r == 0)
		r = walk_below(dir, path, visit, ctx, err);
	if (r == 0)
		r = walk_below(dir, path, visit_below, &(struct deeper){visit, ctx}, err);
	return r;
}

/* ---- showing ----------------------------------------------------------------------------------------------- */

struct finder {
	uint64_t version; /* wanted; 0: the newest of the folder */
	struct ow_root *found;
};

/* The root that `doc` follows, if it lies among the candidates; NULL otherwise. Its digest vouches for it. */
static struct root *find_prev(const struct candidate_list *l, const struct root *root)
{
	for (size_t i = 0; root->has_prev && i < l->n; i++) {
		const struct buf *doc = &l->at[i].doc.doc;
		struct ow_error ignored = {0};
		struct root *prev = NULL;
		struct ow_id digest;

		if (digest_bytes(doc->p, doc->n, &digest, &ignored) == 0 &&
		    ow_id_equal(&digest, &root->prev) &&
		    root_decode(doc->p, doc->n, &prev, &ignored) == 0)
			return prev;
	}
	return NULL;
}

static int show_in_folder(void *ctx, int dir, const char *path, struct ow_error *err)
{
	struct finder *f = ctx;
	OW_AUTO(candidates_done) struct candidate_list l = {0};
	OW_AUTO(root_free) struct root *root = NULL;
	OW_AUTO(root_free) struct root *prev = NULL;
	OW_AUTO(mem_free) char *file = NULL;
	const struct chain_candidate *c = NULL;

	if (candidates_read(dir, &l, err) < 0)
		return err_file(err, path);
	for (size_t i = 0; i < l.n; i++) {
		if (f->version == 0 || l.at[i].version == f->version)
			c = &l.at[i];
	}
	if (c == NULL)
		return 0;
	file = path_join(path, c->doc.name, err);
	if (file == NULL)
		return err->code;
	if (root_decode(c->doc.doc.p, c->doc.doc.n, &root, err) < 0)
		return err_file(err, file);
	prev = find_prev(&l, root);
	return rootview_make(&c->doc, root, prev, file, &f->found, err) < 0 ? err->code : 1;
}

/* The only trusted origin. */
static int only_origin(const struct trust_state *t, char origin[ID_TEXT], struct ow_error *err)
{
	OW_AUTO(origin_list_done) struct origin_list all = {0};

	if (trust_origins(t, &all, err) < 0)
		return err->code;
	if (all.n != 1) {
		(void)err_set(err, OW_E_USAGE, "%zu origins are trusted here; which one", all.n);
		return err_hint(err, all.n == 0
					 ? "\"owstore trust init\" or \"owstore root new\" begins"
					 : "\"owstore trust ls\" shows them");
	}
	text_copy(origin, ID_TEXT, all.at[0]);
	return 0;
}

int ow_root_show(const char *trust, const char *what, struct ow_root **out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(chain_done) struct chain c = {0};
	struct finder f = {0};
	char origin[ID_TEXT] = "";
	int r = 0;

	if (trust_state_init(&t, trust, err) < 0)
		return err->code;
	if (what == NULL && only_origin(&t, origin, err) < 0)
		return err->code;
	if (what != NULL && text_is_id(what))
		r = trust_knows(&t, what, err);
	if (r < 0)
		return r;
	if (r > 0)
		text_copy(origin, sizeof origin, what);
	if (origin[0] != '\0')
		return trust_load(&t, origin, &c, err) < 0 ? err->code
							   : rootview_make_trusted(&c, out, err);
	f.version = root_stem_parse(path_base(what));
	r = rootview_walk(what, show_in_folder, &f, err);
	if (r < 0)
		return r;
	if (r == 0)
		return err_set(err, OW_E_USAGE,
			       "%s: no root there (ROOT0001.CBR and so on), and no trusted origin",
			       what);
	*out = f.found;
	return 0;
}
