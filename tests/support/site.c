/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "support/site.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/digest.h"
#include "os/clock.h"
#include "trust/key.h"
#include "trust/state.h"

static struct ow_error err;

static void add_key(int dir, struct root *root, const char *name, enum ow_role role)
{
	struct box_cost least = {BOX_PASSES_MIN, BOX_MEM_KIB_MIN};
	struct key_info info;

	ck_ok(key_create(dir, name, role, 1, (struct ow_view){(const uint8_t *)"pass", 4}, least,
			 &info, &err));
	ck_ok(root_add_key(root, role, name, info.pk, &err));
	root->role[role].threshold = 1;
}

/* Sign the root with its own key and believe it. */
static void anchor(const struct site *s, int keys, struct signed_doc *doc)
{
	OW_AUTO(secret_key_free) struct secret_key *key = NULL;
	OW_AUTO(trust_state_done) struct trust_state trust = {0};
	OW_AUTO(chain_done) struct chain chain = {0};
	OW_AUTO(buf_done) struct buf sig = {0};
	struct comment what = {.type = "root", .origin = "lab", .stream = "-"};
	struct ow_id id;

	ck_ok(key_open(keys, "root", (struct ow_view){(const uint8_t *)"pass", 4}, &key, &err));
	ck_ok(sign_document(key, &what, doc->doc.p, doc->doc.n, &sig, &err));
	ck_ok(signed_add(doc, "ROOT0001.S01", sig.p, sig.n, &err));
	ck_ok(digest_bytes(doc->doc.p, doc->doc.n, &id, &err));
	ck_ok(chain_begin(&chain, doc, &id, &err));
	ck_ok(trust_state_init(&trust, s->trust, &err));
	ck_ok(trust_anchor(&trust, &chain, &err));
}

void site_make(struct site *s)
{
	OW_AUTO(root_free) struct root *root = NULL;
	OW_AUTO(signed_done) struct signed_doc doc = {.name = "ROOT0001.CBR"};
	int dir, keys;

	(void)setenv("OWSTORE_KDF", "least", 1);
	*s = (struct site){0};
	(void)snprintf(s->dir, sizeof s->dir, "%s", scratch(&dir));
	(void)snprintf(s->keys, sizeof s->keys, "%s/keys", s->dir);
	(void)snprintf(s->trust, sizeof s->trust, "%s/trust", s->dir);
	(void)snprintf(s->store, sizeof s->store, "%s/low", s->dir);
	(void)snprintf(s->medium, sizeof s->medium, "%s/stick", s->dir);
	(void)snprintf(s->source, sizeof s->source, "%s/source", s->dir);
	ck_assert_int_eq(mkdirat(dir, "keys", 0700), 0);
	ck_assert_int_eq(mkdirat(dir, "stick", 0755), 0);
	keys = openat(dir, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(keys, 0);
	root = root_new(&err);
	ck_assert_ptr_nonnull(root);
	(void)snprintf(root->origin, sizeof root->origin, "lab");
	root->version = root->epoch = 1;
	root->issued = clock_now();
	add_key(keys, root, "root", OW_ROLE_ROOT);
	add_key(keys, root, "rel", OW_ROLE_RELEASE);
	add_key(keys, root, "ann", OW_ROLE_APPROVER);
	ck_ok(root_set_destination(root, "site-b", "customer", &err));
	ck_ok(root_encode(root, &doc.doc, &err));
	anchor(s, keys, &doc);
	ck_ok(ow_signer_open(s->keys, "rel", "pass", 4, &s->release, &err));
	ck_ok(ow_signer_open(s->keys, "ann", "pass", 4, &s->approver, &err));
	ck_ok(ow_store_init(s->store, false, &err));
	(void)close(keys);
	(void)close(dir);
}

void site_done(struct site *s)
{
	ow_signer_close(s->release);
	ow_signer_close(s->approver);
}

void site_source(struct site *s, const size_t *sizes, size_t n, uint64_t seed)
{
	int dir;

	(void)mkdir(s->source, 0755);
	dir = open(s->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(dir, 0);
	for (size_t i = 0; i < n; i++) {
		uint8_t *p = malloc(sizes[i] + 8);
		char name[32];

		ck_assert_ptr_nonnull(p);
		rnd_fill(&seed, p, sizes[i]);
		(void)snprintf(name, sizeof name, "file%zu.bin", i);
		put_file(dir, name, p, sizes[i]);
		free(p);
	}
	(void)close(dir);
}

static struct ow_store *open_store(const char *path)
{
	struct ow_store *store = NULL;

	ck_ok(ow_store_open(path, OW_STORE_WRITE, "test", NULL, &store, &err));
	return store;
}

void site_add(struct site *s, const char *name, const char *version)
{
	struct ow_store *store = open_store(s->store);
	char licence[128];
	struct ow_add_opts opts = {
	    .path = s->source, .name = name, .version = version, .licence_file = licence};
	struct ow_add_result r = {0};
	FILE *f;

	/* what must go along is in hand */
	(void)snprintf(licence, sizeof licence, "%s/LICENSE", s->dir);
	f = fopen(licence, "we");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs("the text of a licence\n", f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_ok(ow_add(store, &opts, NULL, &r, &err));
	ow_add_result_done(&r);
	ow_store_close(store);
}

void site_promote(struct site *s, const char *ref)
{
	struct ow_store *store = open_store(s->store);
	struct ow_promote_opts opts = {
	    .ref = ref,
	    .to = OW_CLASS_CUSTOMER,
	    .licence = "MIT",
	    .reason = "read and agreed",
	    .approver = s->approver,
	    .trust = s->trust,
	};
	struct ow_promote_result r = {0};

	ck_ok(ow_promote(store, &opts, NULL, &r, &err));
	ow_store_close(store);
}

void site_export(struct site *s, const char *ref)
{
	struct ow_store *store = open_store(s->store);
	const struct ow_signer *signers[] = {s->release};
	struct ow_export_opts opts = {
	    .refs = &ref,
	    .n_refs = 1,
	    .to = s->medium,
	    .destination = "site-b",
	    .trust = s->trust,
	    .signers = signers,
	    .n_signers = 1,
	    .producer = "test",
	};
	struct ow_export_result r = {0};

	ck_ok(ow_export(store, &opts, NULL, &r, &err));
	(void)snprintf(s->bundle, sizeof s->bundle, "%s", r.path);
	ow_store_close(store);
}

void site_ready(struct site *s, const size_t *sizes, size_t n, uint64_t seed)
{
	site_make(s);
	site_source(s, sizes, n, seed);
	site_add(s, "org/model", "1");
	site_promote(s, "org/model@1");
	site_export(s, "org/model@1");
}

int site_verify(const struct site *s, struct ow_verify_report *out)
{
	const char *paths[] = {s->medium};
	struct ow_verify_opts opts = {.trust = s->trust};
	struct ow_error why = {0};

	if (ow_verify(paths, 1, &opts, NULL, out, &why) < 0)
		return (int)why.code;
	return (int)out->code;
}

enum ow_code site_import(const struct site *s, const char *path, struct ow_import_result *out)
{
	struct ow_store *store;
	struct ow_import_opts opts = {.trust = s->trust};
	struct ow_error why = {0};
	int r;

	if (access(path, F_OK) != 0)
		ck_ok(ow_store_init(path, false, &err));
	store = open_store(path);
	r = ow_import(store, s->medium, &opts, NULL, out, &why);
	ow_store_close(store);
	return r < 0 ? why.code : OW_OK;
}
