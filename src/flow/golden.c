/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Recording a golden: the model recites in its jail; only then is a key opened, signed with, and the record kept.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <owstore/smoke.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "flow/goldens.h"
#include "flow/recite.h"
#include "handle/signer.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"

struct ow_golden {
	struct golden golden;
	struct found of; /* what it is about, where the model was in a store */
};

OW_DEFINE_AUTO(struct ow_golden *, ow_golden_free)

void ow_golden_free(struct ow_golden *g)
{
	if (g == NULL)
		return;
	golden_done(&g->golden);
	found_done(&g->of);
	free(g);
}

static int check_opts(const struct ow_golden_opts *o, struct ow_error *err)
{
	if (o->n_prompts > GOLDEN_PROMPTS_MAX)
		return err_set(err, OW_E_USAGE, "%zu prompts, at most %d are possible",
			       o->n_prompts, GOLDEN_PROMPTS_MAX);
	if (o->steps > GOLDEN_STEPS_MAX)
		return err_set(err, OW_E_USAGE, "%zu steps, at most %d after a prompt are possible",
			       o->steps, GOLDEN_STEPS_MAX);
	for (size_t i = 0; i < o->n_prompts; i++) {
		if (o->prompts[i].n == 0 || o->prompts[i].n > GOLDEN_TEXT_MAX)
			return err_set(err, OW_E_USAGE,
				       "prompt %zu has %zu bytes, 1 to %d are possible", i + 1,
				       o->prompts[i].n, GOLDEN_TEXT_MAX);
	}
	return 0;
}

static void tell_facts(const struct recital *r, struct ow_golden_facts *out)
{
	*out = (struct ow_golden_facts){
	    .prompts = r->golden.n_prompts, .nll = r->golden.text.nll, .run = r->facts};
	for (size_t i = 0; i < r->golden.n_prompts; i++)
		out->steps += r->golden.prompts[i].n_steps;
	text_copy(out->cpu, sizeof out->cpu, r->golden.machine.cpu);
}

int ow_golden_record(const struct ow_model_source *m, const struct ow_golden_opts *opts,
		     const struct ow_infer_how *how, struct ow_golden **out,
		     struct ow_golden_facts *facts, struct ow_error *err)
{
	OW_AUTO(ow_golden_free) struct ow_golden *g = MEM_NEW(struct ow_golden, err);
	OW_AUTO(model_files_done) struct model_files files = {0};
	OW_AUTO(recital_done) struct recital r = {0};
	const struct recite_opts what = {
	    .texts = opts->prompts, .n_texts = opts->n_prompts, .steps = opts->steps};
	char where[RECITAL_TEXT];

	if (g == NULL || check_opts(opts, err) < 0 || model_files_open(m, &files, err) < 0)
		return err->code;
	if (recite(&files, &what, how, &r, err) < 0)
		return model_err(m, err);
	if (r.broken)
		return err_set(err, OW_E_SMOKE, "%s: %s", m->name, recital_broken(&r, where));
	tell_facts(&r, facts);
	g->golden = r.golden;
	r.golden = (struct golden){0};
	g->of = files.of;
	files.of = (struct found){0};
	g->golden.time = clock_now();
	*out = STEAL(g);
	return 0;
}

/* The folder that a golden at `path` stands in. */
static int open_folder(const char *path, struct ow_error *err)
{
	size_t n = (size_t)(path_base(path) - path);
	OW_AUTO(mem_free)
	char *folder = n == 0 ? mem_text(".", 1, err) : mem_text(path, n, err);

	return folder == NULL ? err->code : path_open_dir(folder, err);
}

int ow_golden_check_file(const char *path, struct ow_error *err)
{
	const char *name = path_base(path);
	OW_AUTO(fd_close) int dir = open_folder(path, err);
	struct file_info there;
	int r = dir < 0 || name[0] == '\0' ? 0 : file_info(dir, name, &there, err);

	if (dir < 0 || r < 0)
		return err->code;
	if (name[0] == '\0' || strcmp(path, "-") == 0 || (r > 0 && !there.regular))
		return err_set(err, OW_E_USAGE, "%s: a golden goes to a file, which this is not",
			       path);
	return dir_writable(dir, path, err);
}

int ow_golden_write(const struct ow_golden *g, const char *path, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0}, there = {0};
	OW_AUTO(fd_close) int dir = open_folder(path, err);
	const char *name = path_base(path);
	struct ow_error lost = {0};

	if (dir < 0 || golden_encode(&g->golden, &b, err) < 0)
		return err_kept(err, "nothing was kept");
	if (file_publish(dir, name, b.p, b.n, 0644, FILE_REPLACE, err) == 0)
		return 0;
	/* it has its name already where the folder could not be synced */
	if (file_read(dir, name, b.n, &there, &lost) == 0 && there.n == b.n &&
	    memcmp(there.p, b.p, b.n) == 0)
		return err_kept(err, "%s is there, but may not outlast a loss of power", path);
	return err_kept(err, "nothing was kept");
}

/* ---- keeping ---- */

/* The root of whose origin the signers speak. */
static int find_origin(const struct ow_golden_sign *sign, struct chain *chain, struct ow_error *err)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	char origin[ID_TEXT] = "";

	if (trust_state_init(&trust, sign->trust, err) < 0)
		return err->code;
	if (sign->origin != NULL)
		text_copy(origin, sizeof origin, sign->origin);
	else if (signer_origin(sign->signers[0], OW_ROLE_RELEASE, &trust, origin, err) < 0)
		return err->code;
	return trust_load(&trust, origin, chain, err);
}

/* The newest root of that origin, in `chain`, where the signers are as many as it asks. */
static int find_root(const struct ow_golden_sign *sign, struct chain *chain,
		     const struct root **root, struct ow_error *err)
{
	if (sign->n_signers == 0 || sign->n_signers > SIGNATURES_MAX)
		return err_set(err, OW_E_USAGE, "%zu release keys, 1 to %d are possible",
			       sign->n_signers, SIGNATURES_MAX);
	if (find_origin(sign, chain, err) < 0)
		return err->code;
	assert(chain->link != NULL); /* what was loaded has an anchor */
	*root = chain_newest(chain);
	return signers_meet(sign->signers, sign->n_signers, *root, err);
}

int ow_golden_check(const struct ow_golden_sign *sign, struct ow_error *err)
{
	OW_AUTO(chain_done) struct chain chain = {0};
	const struct root *root;

	return find_root(sign, &chain, &root, err);
}

/* Sign with every key and let the same gate judge it that will when it is used. */
static int seal(struct ow_golden *g, const struct ow_golden_sign *sign, const struct root *root,
		struct kept_golden *k, struct ow_error *err)
{
	struct comment what = {.type = "golden", .stream = "-"};

	g->golden.signed_for = true;
	g->golden.artifact = g->of.id;
	text_copy(g->golden.origin, sizeof g->golden.origin, root->origin);
	text_copy(what.origin, sizeof what.origin, root->origin);
	text_copy(k->doc.name, sizeof k->doc.name, "golden");
	if (golden_encode(&g->golden, &k->doc.doc, err) < 0 ||
	    digest_bytes(k->doc.doc.p, k->doc.doc.n, &k->id, err) < 0)
		return err->code;
	for (size_t i = 0; i < sign->n_signers; i++) {
		OW_AUTO(buf_done) struct buf text = {0};
		char name[32];

		(void)snprintf(name, sizeof name, "golden.S%02zu", i + 1);
		if (sign_document(signer_key(sign->signers[i]), &what, k->doc.doc.p, k->doc.doc.n,
				  &text, err) < 0 ||
		    buf_finish(&text, err) < 0 ||
		    signed_add(&k->doc, name, text.p, text.n, err) < 0)
			return err->code;
	}
	return golden_open(k, root, err);
}

int ow_golden_keep(struct ow_store *s, struct ow_golden *g, const struct ow_golden_sign *sign,
		   struct ow_id *record, struct ow_error *err)
{
	OW_AUTO(kept_golden_done) struct kept_golden k = {0};
	OW_AUTO(found_done) struct found now = {0};
	OW_AUTO(chain_done) struct chain chain = {0};
	const struct root *root = NULL;
	char ref[OW_ID_TEXT];

	if (g->of.record.n == 0)
		return err_set(err, OW_E_USAGE, "this golden is of a file, not of an artifact");
	/* it may have moved to another class while the model recited */
	if (find_root(sign, &chain, &root, err) < 0 ||
	    handle_find(s, ow_id_text(&g->of.id, ref), &now, err) < 0 ||
	    seal(g, sign, root, &k, err) < 0)
		return err_kept(err, "nothing was kept");
	if (golden_put(s, "recorded here", now.class, &k, err) < 0)
		return err_kept(err, "the golden is kept whole or not at all; run it again");
	*record = k.id;
	return 0;
}
