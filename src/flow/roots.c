/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * From a plan to a draft, from a draft to a root in force.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "flow/draft.h"
#include "flow/keys.h"
#include "flow/rootview.h"
#include "handle/signer.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "trust/minisig.h"

enum {
	SIGNATURE_NAME = 32 /* ROOTnnnn.Snn */
};

static int add_member(struct root *r, const char *keys, const struct ow_root_member *m,
		      struct ow_error *err)
{
	struct public_key k;

	if (keys_find_public(keys, m->key, &k, err) < 0)
		return err->code;
	if (k.has_role && k.role != m->role) {
		(void)err_set(err, OW_E_USAGE,
			      "key \"%s\" was made for the role %s and cannot have the role %s",
			      k.name, role_name(k.role), role_name(m->role));
		return err_hint(err, "a key has one role for life: owstore key new NAME --role %s",
				role_name(m->role));
	}
	return root_add_key(r, m->role, k.name, k.pk, err);
}

/* A role that is newly given needs one key, the role root most of them. */
static void set_thresholds(struct root *r, const unsigned wanted[OW_ROLES])
{
	for (unsigned i = 0; i < OW_ROLES; i++) {
		struct root_role *role = &r->role[i];

		if (wanted[i] != 0)
			role->threshold = wanted[i];
		else if (role->n == 0)
			role->threshold = 0;
		else if (role->threshold == 0)
			role->threshold = i == OW_ROLE_ROOT ? role->n / 2 + 1 : 1;
	}
}

static int apply(struct root *r, const struct ow_root_plan *plan, struct ow_error *err)
{
	for (size_t i = 0; i < plan->n_remove; i++) {
		if (root_remove_key(r, plan->remove[i], err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < plan->n_add; i++) {
		if (add_member(r, plan->keys, &plan->add[i], err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < plan->n_remove_sites; i++) {
		if (root_remove_destination(r, plan->remove_sites[i], err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < plan->n_sites; i++) {
		const struct ow_root_site *s = &plan->sites[i];

		if (root_set_destination(r, s->id, s->class == NULL ? "customer" : s->class, err) <
		    0)
			return err->code;
	}
	set_thresholds(r, plan->threshold);
	if (plan->set_not_after)
		r->not_after = plan->not_after;
	if (plan->raise_epoch)
		r->epoch++;
	if (r->not_after != 0 && r->not_after <= r->issued)
		return err_set(err, OW_E_USAGE, "the root would have ended before it was made");
	return 0;
}

/* Write the draft and show it as it then lies there. */
static int draft_and_show(const struct trust_state *t, const struct ow_root_plan *plan,
			  const struct root *r, const struct chain_link *prev, struct ow_root **out,
			  struct ow_error *err)
{
	OW_AUTO(mem_free) char *path = NULL;
	OW_AUTO(signed_done) struct signed_doc doc = {0};

	if (draft_write(t, plan->draft, r, prev == NULL ? NULL : &prev->doc, plan->dry_run, &path,
			err) < 0)
		return err->code;
	if (out == NULL)
		return 0;
	text_copy(doc.name, sizeof doc.name, "draft");
	if (root_encode(r, &doc.doc, err) < 0)
		return err->code;
	return rootview_make(&doc, r, prev == NULL ? NULL : prev->root, path, out, err);
}

int ow_root_new(const struct ow_root_plan *plan, struct ow_root **out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(root_free) struct root *r = root_new(err);
	int known;

	if (r == NULL || trust_state_init(&t, plan->trust, err) < 0)
		return err->code;
	if (plan->origin == NULL || !text_is_id(plan->origin))
		return err_set(
		    err, OW_E_USAGE,
		    "\"%s\" cannot name an origin: a-z, 0-9, then also . _ -, at most 64",
		    plan->origin == NULL ? "" : plan->origin);
	known = trust_knows(&t, plan->origin, err);
	if (known < 0)
		return known;
	if (known > 0) {
		(void)err_set(err, OW_E_USAGE, "origin \"%s\" has a root already", plan->origin);
		return err_hint(err, "\"owstore root propose\" makes the next version");
	}
	text_copy(r->origin, sizeof r->origin, plan->origin);
	r->version = 1;
	r->epoch = 1;
	r->issued = clock_now();
	if (apply(r, plan, err) < 0)
		return err->code;
	return draft_and_show(&t, plan, r, NULL, out, err);
}

/* The root as it would be written is the root as it lies there: nothing in it is strange to this program. */
static int check_understood(const struct chain_link *l, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf again = {0};

	if (root_encode(l->root, &again, err) < 0)
		return err->code;
	if (again.n == l->doc.doc.n && memcmp(again.p, l->doc.doc.p, again.n) == 0)
		return 0;
	(void)err_set(err, OW_E_USAGE,
		      "root version %llu holds what this program does not know and would drop",
		      (unsigned long long)l->root->version);
	return err_hint(err,
			"propose the next version with the program that made it, or a newer one");
}

int ow_root_propose(const struct ow_root_plan *plan, struct ow_root **out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(chain_done) struct chain c = {0};
	OW_AUTO(root_free) struct root *r = NULL;
	const struct chain_link *last;

	if (plan->origin == NULL)
		return err_set(err, OW_E_USAGE, "no origin is named");
	if (trust_state_init(&t, plan->trust, err) < 0 || trust_load(&t, plan->origin, &c, err) < 0)
		return err->code;
	last = &c.link[c.n - 1];
	if (check_understood(last, err) < 0 || root_copy(last->root, &r, err) < 0)
		return err->code;
	r->version++;
	r->has_prev = true;
	r->prev = last->digest;
	r->issued = clock_now();
	if (apply(r, plan, err) < 0)
		return err->code;
	return draft_and_show(&t, plan, r, last, out, err);
}

/* ---- signing ------------------------------------------------------------------------------------------------- */

/* The key must be a root key of the draft or of the version before, and not have signed yet. */
static int check_signer(const struct draft *d, const struct ow_signer *signer, struct ow_error *err)
{
	const struct key_info *info = signer_info(signer);

	if (!signer_in(signer, OW_ROLE_ROOT, d->root) &&
	    (d->prev == NULL || !signer_in(signer, OW_ROLE_ROOT, d->prev))) {
		(void)err_set(err, OW_E_TRUST,
			      "key %s has not the role root in version %llu of %s%s", info->name,
			      (unsigned long long)d->root->version, d->root->origin,
			      d->prev == NULL ? "" : ", nor in the one before");
		return err_hint(err, "\"owstore root show %s\" lists who may sign", d->path);
	}
	for (size_t i = 0; i < d->candidate.doc.n_sigs; i++) {
		const struct signature_file *f = &d->candidate.doc.sig[i];
		struct ow_error unreadable = {0};
		struct minisig s;

		if (minisig_parse(f->text, f->n, &s, &unreadable) == 0 &&
		    memcmp(s.key_id, info->id, sizeof s.key_id) == 0)
			return err_set(err, OW_E_USAGE, "key %s has signed already (%s)",
				       info->name, f->name);
	}
	return 0;
}

/* The first name that is free for a signature. */
static int free_name(const struct draft *d, char name[SIGNATURE_NAME], struct ow_error *err)
{
	for (unsigned i = 1; i <= SIGNATURES_MAX; i++) {
		char stem[ROOT_STEM];

		(void)snprintf(name, SIGNATURE_NAME, "%s.S%02u", root_stem(d->root->version, stem),
			       i);
		if (!file_exists(d->dir, name))
			return 0;
	}
	return err_set(err, OW_E_USAGE, "%s: %d signatures are there, and more are not read",
		       d->path, SIGNATURES_MAX);
}

static int add_signature(struct draft *d, const struct ow_signer *signer, const char *name,
			 struct ow_error *err)
{
	const struct buf *doc = &d->candidate.doc.doc;
	OW_AUTO(buf_done) struct buf text = {0};
	struct comment what = {.type = "root", .stream = "-"};

	text_copy(what.origin, sizeof what.origin, d->root->origin);
	if (sign_document(signer_key(signer), &what, doc->p, doc->n, &text, err) < 0)
		return err->code;
	if (file_publish(d->dir, name, text.p, text.n, 0644, FILE_NEW, err) < 0)
		return err_file(err, d->path);
	return signed_add(&d->candidate.doc, name, text.p, text.n, err);
}

int ow_root_sign(const struct ow_draft *draft, const struct ow_signer *signer, struct ow_root **out,
		 struct ow_error *err)
{
	OW_AUTO(draft_done) struct draft d = {.dir = -1};
	char name[SIGNATURE_NAME];

	if (draft_open(draft, &d, err) < 0 || check_signer(&d, signer, err) < 0 ||
	    free_name(&d, name, err) < 0)
		return err->code;
	if (!draft->dry_run && add_signature(&d, signer, name, err) < 0)
		return err->code;
	return out == NULL ? 0 : rootview_make(&d.candidate.doc, d.root, d.prev, d.path, out, err);
}

/* ---- sealing ------------------------------------------------------------------------------------------------- */

static int copy_doc(const struct signed_doc *from, struct signed_doc *to, struct ow_error *err)
{
	text_copy(to->name, sizeof to->name, from->name);
	buf_add(&to->doc, from->doc.p, from->doc.n);
	for (size_t i = 0; i < from->n_sigs; i++) {
		if (signed_add(to, from->sig[i].name, from->sig[i].text, from->sig[i].n, err) < 0)
			return err->code;
	}
	return buf_finish(&to->doc, err);
}

/* A first root becomes the anchor. */
static int seal_first(const struct trust_state *t, const struct draft *d, bool dry_run,
		      struct ow_error *err)
{
	OW_AUTO(chain_done) struct chain c = {0};
	OW_AUTO(signed_done) struct signed_doc doc = {0};

	if (copy_doc(&d->candidate.doc, &doc, err) < 0 ||
	    chain_begin(&c, &doc, &d->digest, err) < 0)
		return err->code;
	return dry_run ? 0 : trust_anchor(t, &c, err);
}

static int seal_next(const struct trust_state *t, struct draft *d, bool dry_run,
		     struct ow_error *err)
{
	size_t from = d->known.n;
	struct chain_candidate c = {.version = d->candidate.version};
	int r;

	if (from == 0)
		return trust_unknown(d->root->origin, NULL, err);
	if (copy_doc(&d->candidate.doc, &c.doc, err) < 0)
		return err->code;
	r = chain_extend(&d->known, &c, 1, NULL, err);
	signed_done(&c.doc);
	return r < 0 || dry_run ? r : trust_persist(t, &d->known, from, err);
}

static bool in_force(const struct draft *d)
{
	for (size_t i = 0; i < d->known.n; i++) {
		if (ow_id_equal(&d->known.link[i].digest, &d->digest))
			return true;
	}
	return false;
}

/* The origin's own draft has done its work. It leaves its name in one step, so that nobody finds half of it. */
static int remove_draft(const struct trust_state *t, const struct draft *d, struct ow_error *err)
{
	static const char aside[] = "sealed";
	OW_AUTO(fd_close) int dir = -1;

	if (!d->own)
		return 0;
	dir = trust_origin_dir(t, d->root->origin, NULL, err);
	if (dir < 0 || dir_remove(dir, aside, err) < 0 ||
	    file_rename(dir, path_base(d->path), dir, aside, FILE_NEW, err) < 0)
		return err->code;
	return dir_remove(dir, aside, err);
}

int ow_root_seal(const struct ow_draft *draft, struct ow_root **out, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state t = {0};
	OW_AUTO(draft_done) struct draft d = {.dir = -1};
	int r = 0;

	if (trust_state_init(&t, draft->trust, err) < 0 || draft_open(draft, &d, err) < 0)
		return err->code;
	if (!in_force(&d) && d.root->has_prev)
		r = seal_next(&t, &d, draft->dry_run, err);
	else if (!in_force(&d) && d.known.n > 0)
		r = err_set(err, OW_E_TRUST, "origin \"%s\" has another root version 1 in force",
			    d.root->origin);
	else if (!in_force(&d))
		r = seal_first(&t, &d, draft->dry_run, err);
	if (r < 0 && err->code == OW_E_IO)
		return err_hint(err, "seal again when that is mended");
	if (r < 0) {
		(void)err_kept(err, "the draft is as it was, nothing was put into force");
		return err_hint(err,
				"\"owstore root sign --key NAME\" adds a signature, \"owstore root "
				"show %s\" lists who may",
				d.path);
	}
	if (!draft->dry_run && remove_draft(&t, &d, err) < 0)
		return err_kept(err, "the root is in force, its draft is still there");
	return out == NULL ? 0
			   : rootview_make(&d.candidate.doc, d.root, d.prev, t.dir[0], out, err);
}
