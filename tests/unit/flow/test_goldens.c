/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Goldens in bundles whose manifest a release key has properly signed: what must be true of the golden itself.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <owstore/artifact.h>
#include <owstore/store.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/manifest.h"
#include "bundle/names.h"
#include "codec/digest.h"
#include "flow/goldens.h"
#include "handle/signer.h"
#include "os/file.h"
#include "record/golden.h"
#include "support/site.h"
#include "trust/key.h"
#include "trust/signed.h"
#include "trust/state.h"

static struct ow_error err;

/* How the golden of a case is made. */
struct making {
	bool bare;            /* about nothing */
	bool other_artifact;  /* about one that is not in the bundle */
	bool by_approver;     /* signed by a key of another role */
	bool unsigned_;       /* not at all */
	bool as_promotion;    /* signed as a document of another type */
	const char *origin;   /* that it names; NULL: the bundle's */
	const char *nonsense; /* bytes in its place */
	size_t n_large;       /* so many of nearly GOLDEN_MAX instead of a small one */
};

static const size_t sizes[] = {7000, 3};

/* Ids of the longest form, of which 12 prompts fit a golden. */
static void enlarge(struct golden *g, size_t number)
{
	struct golden_prompt first = g->prompts[0];

	mem_free(g->prompts);
	g->n_prompts = 12;
	g->vocab = 1U << 31;
	g->time += number;
	g->prompts = mem_array(g->n_prompts, sizeof *g->prompts, &err);
	for (size_t p = 0; p < g->n_prompts; p++) {
		struct golden_prompt *to = &g->prompts[p];

		to->n_ids = GOLDEN_IDS_MAX;
		to->ids = mem_array(to->n_ids, sizeof *to->ids, &err);
		for (size_t i = 0; i < to->n_ids; i++)
			to->ids[i] = 1U << 30;
		to->n_steps = 1;
		to->steps = mem_array(1, sizeof *to->steps, &err);
		to->steps[0] = first.steps[0];
	}
	mem_free(first.ids);
	mem_free(first.steps);
}

static void encode(const struct making *how, size_t number, const struct ow_id *artifact,
		   struct buf *out)
{
	OW_AUTO(golden_done)
	struct golden g = {.signed_for = !how->bare,
			   .artifact = *artifact,
			   .time = 1795219200,
			   .n_models = 1,
			   .arithmetic = 1,
			   .vocab = 2,
			   .architecture = "llama",
			   .n_prompts = 1,
			   .machine = {.cpu = "CPU", .isa = "scalar"}};

	g.artifact.b[0] ^= how->other_artifact;
	text_copy(g.origin, sizeof g.origin, how->origin != NULL ? how->origin : "lab");
	g.models = mem_array(1, sizeof *g.models, &err);
	g.prompts = mem_array(1, sizeof *g.prompts, &err);
	g.prompts[0].ids = mem_array(1, sizeof *g.prompts[0].ids, &err);
	g.prompts[0].steps = mem_array(1, sizeof *g.prompts[0].steps, &err);
	g.prompts[0].n_ids = g.prompts[0].n_steps = 1;
	g.prompts[0].steps[0].n_top = 1;
	if (how->n_large > 0)
		enlarge(&g, number);
	ck_ok(golden_encode(&g, out, &err));
}

/* Write a file and list it. */
static void put(int dir, struct manifest *m, const char *path, const struct buf *b)
{
	struct ow_id id;

	ck_ok(file_publish(dir, path, b->p, b->n, 0644, FILE_NEW, &err));
	ck_ok(digest_bytes(b->p, b->n, &id, &err));
	ck_ok(manifest_add_file(m, path, b->n, &id, &err));
}

static void put_golden(const struct site *s, int dir, struct manifest *m, const struct making *how,
		       size_t number)
{
	char path[NAMES_PATH];
	OW_AUTO(buf_done) struct buf record = {0}, sig = {0};
	struct comment what = {.stream = "-", .origin = "lab"};
	const struct ow_signer *key = how->by_approver ? s->approver : s->release;

	text_copy(what.type, sizeof what.type, how->as_promotion ? "promotion" : "golden");
	if (how->nonsense != NULL)
		buf_text(&record, how->nonsense);
	else
		encode(how, number, &m->artifacts[0].id, &record);
	(void)snprintf(path, sizeof path, "GOLDEN/%016zX.CBR", number);
	put(dir, m, path, &record);
	if (how->unsigned_)
		return;
	ck_ok(sign_document(signer_key(key), &what, record.p, record.n, &sig, &err));
	(void)snprintf(path, sizeof path, "GOLDEN/%016zX.S01", number);
	put(dir, m, path, &sig);
}

/* Put goldens into the bundle and sign the manifest anew. */
static void add_golden(const struct site *s, const struct making *how)
{
	OW_AUTO(signed_done) struct signed_doc doc = {0};
	OW_AUTO(manifest_done) struct manifest m = {0};
	OW_AUTO(buf_done) struct buf bytes = {0}, sig = {0};
	struct comment what = {.type = "manifest"};
	int dir = open(s->bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ge(dir, 0);
	ck_ok(signed_read(dir, "MANIFEST", MANIFEST_MAX, &doc, &err));
	ck_ok(manifest_decode(doc.doc.p, doc.doc.n, &m, &err));
	text_copy(what.origin, sizeof what.origin, m.origin);
	text_copy(what.stream, sizeof what.stream, m.stream);
	what.seq = m.seq;
	ck_assert_int_eq(mkdirat(dir, "GOLDEN", 0755), 0);
	for (size_t i = 0; i == 0 || i < how->n_large; i++)
		put_golden(s, dir, &m, how, i);
	ck_ok(manifest_encode(&m, &bytes, &err));
	ck_ok(sign_document(signer_key(s->release), &what, bytes.p, bytes.n, &sig, &err));
	ck_ok(file_publish(dir, "MANIFEST.CBR", bytes.p, bytes.n, 0644, FILE_REPLACE, &err));
	ck_ok(file_publish(dir, "MANIFEST.S01", sig.p, sig.n, 0644, FILE_REPLACE, &err));
	(void)close(dir);
}

/* Verify and import both say `want`; what came in, came with its golden. */
static void said(const struct making *how, int want)
{
	struct ow_verify_report report = {0};
	struct ow_import_result r = {0};
	uint64_t good = want == OW_OK ? 1 : 0;
	uint64_t n = how->n_large == 0 ? good : want == OW_OK ? how->n_large : how->n_large - 1;
	struct site s;
	char high[128];

	site_make(&s);
	site_source(&s, sizes, 2, 7);
	site_add(&s, "org/model", "1");
	site_promote(&s, "org/model@1");
	site_export(&s, "org/model@1");
	add_golden(&s, how);
	ck_assert_int_eq(site_verify(&s, &report), want);
	ck_assert_uint_eq(report.bundles[0].artifacts[0].n_goldens, n);
	ow_verify_report_done(&report);
	(void)snprintf(high, sizeof high, "%s/high", s.dir);
	ck_assert_int_eq(site_import(&s, high, &r), want);
	ck_assert_uint_eq(r.new_artifacts, good);
	ck_assert_uint_eq(r.new_goldens, n * good);
	ow_import_result_done(&r);
	r = (struct ow_import_result){0};
	ck_assert_int_eq(site_import(&s, high, &r), want);
	ck_assert_uint_eq(r.new_goldens, 0);
	ow_import_result_done(&r);
	site_done(&s);
}

START_TEST(one_that_release_keys_signed_comes_in)
{
	said(&(struct making){0}, OW_OK);
}
END_TEST

START_TEST(nobody_else_can_sign_one)
{
	said(&(struct making){.by_approver = true}, OW_E_TRUST);
	said(&(struct making){.unsigned_ = true}, OW_E_TRUST);
	said(&(struct making){.as_promotion = true}, OW_E_TRUST);
}
END_TEST

START_TEST(it_speaks_for_the_origin_of_the_bundle)
{
	said(&(struct making){.origin = "elsewhere"}, OW_E_TRUST);
}
END_TEST

START_TEST(it_is_about_an_artifact_of_the_bundle)
{
	said(&(struct making){.other_artifact = true}, OW_E_FORMAT);
	said(&(struct making){.bare = true}, OW_E_FORMAT);
}
END_TEST

START_TEST(a_signature_makes_no_golden_of_nonsense)
{
	said(&(struct making){.nonsense = "nonsense"}, OW_E_FORMAT);
}
END_TEST

START_TEST(together_they_have_a_limit)
{
	said(&(struct making){.n_large = 8}, OW_OK);
	said(&(struct making){.n_large = 9}, OW_E_FORMAT);
}
END_TEST

/* Put golden `number` beside the artifact, with time and bytes of its own; *id names it. All but the first are large. */
static void keep_golden(struct ow_store *store, const struct site *s, const struct found *f,
			const struct root *root, size_t number, struct ow_id *id)
{
	const struct making how = {.n_large = number};
	const struct comment what = {.type = "golden", .stream = "-", .origin = "lab"};
	OW_AUTO(kept_golden_done) struct kept_golden k = {.doc.name = "golden"};
	OW_AUTO(buf_done) struct buf sig = {0};
	struct buf *record = &k.doc.doc;

	encode(&how, number, &f->id, record);
	ck_ok(sign_document(signer_key(s->release), &what, record->p, record->n, &sig, &err));
	ck_ok(signed_add(&k.doc, "golden.S01", sig.p, sig.n, &err));
	ck_ok(digest_bytes(record->p, record->n, &k.id, &err));
	*id = k.id;
	ck_ok(golden_open(&k, root, &err));
	ck_assert_int_eq(golden_put(store, "made here", f->class, &k, &err), 1);
}

START_TEST(the_newest_of_too_many_go)
{
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	OW_AUTO(chain_done) struct chain chain = {0};
	OW_AUTO(found_done) struct found f = {0};
	struct ow_store *store = NULL;
	struct ow_id ids[10];
	struct site s;
	int dir;

	site_make(&s);
	site_source(&s, sizes, 2, 7);
	site_add(&s, "org/model", "1");
	site_promote(&s, "org/model@1");
	ck_ok(trust_state_init(&trust, s.trust, &err));
	ck_ok(trust_load(&trust, "lab", &chain, &err));
	ck_ok(ow_store_open(s.store, OW_STORE_WRITE, "golden", NULL, &store, &err));
	ck_ok(handle_find(store, "org/model@1", &f, &err));
	for (size_t i = 0; i < 10; i++)
		keep_golden(store, &s, &f, chain_newest(&chain), i, &ids[i]);
	ow_store_close(store);
	site_export(&s, "org/model@1");
	dir = open(s.bundle, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; i < 10; i++) { /* the first would fit in where the second did not */
		char stem[NAMES_PATH], path[NAMES_PATH + 4];

		names_golden(&ids[i], stem);
		(void)snprintf(path, sizeof path, "%s.CBR", stem);
		ck_assert_int_eq(file_exists(dir, path), i > 1);
	}
	(void)close(dir);
	site_done(&s);
}
END_TEST

SUITE_MAIN("flow/goldens", one_that_release_keys_signed_comes_in, nobody_else_can_sign_one,
	   it_speaks_for_the_origin_of_the_bundle, it_is_about_an_artifact_of_the_bundle,
	   a_signature_makes_no_golden_of_nonsense, together_they_have_a_limit,
	   the_newest_of_too_many_go)
