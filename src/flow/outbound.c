/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The order on the medium (D12, D17): parts, roots, notices, texts, read back; then the signatures, and the manifest
 * last.
 */
#include "flow/outbound.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "bundle/names.h"
#include "codec/digest.h"
#include "flow/notices.h"
#include "handle/signer.h"
#include "os/pool.h"
#include "store/blob.h"
#include "trust/gate.h"
#include "trust/minisig.h"

void outbound_done(struct outbound *o)
{
	notices_free(o->notices);
	for (size_t i = 0; i < o->n_artifacts; i++) {
		if (o->rulings != NULL)
			ruling_done(&o->rulings[i]);
		found_done(&o->artifacts[i]);
	}
	free(o->rulings);
	free(o->artifacts);
	ruling_licenses_close(o->own_licenses);
	golden_list_done(&o->goldens);
	free(o->blob_class);
	chain_done(&o->chain);
	manifest_done(&o->manifest);
	free(o->parts);
	free(o->sums);
}

struct target_need outbound_need(const struct outbound *o)
{
	struct target_need need = {
	    .parts = o->parts, .n_parts = o->n_parts, .n_other = 8 + 4 * o->chain.n};
	uint64_t chunks = 0;

	for (size_t i = 0; i < o->manifest.n_blobs; i++)
		chunks += o->manifest.blobs[i].chunks.n;
	/* digests and lengths of the manifest, three texts with a few lines a component, the chain of roots */
	need.other = chunks * 40 + o->n_parts * 512 + o->chain.n * 16384 + 262144;
	for (size_t i = 0; i < o->n_artifacts; i++)
		need.other += o->artifacts[i].record.n * 4;
	for (size_t i = 0; i < o->goldens.n; i++) {
		const struct kept_golden *k = &o->goldens.at[i];

		need.other += sealed_bytes(k->sealed).n + (1 + k->doc.n_sigs) * 4096;
		need.n_other += 1 + k->doc.n_sigs;
	}
	for (size_t i = 0; i < notices_files(o->notices)->n; i++) {
		need.other += notices_files(o->notices)->at[i].bytes.n + 256;
		need.n_other++;
	}
	return need;
}

/* The lines of SHA256SUM.TXT as files come about. */
struct sums {
	struct text_sum *at;
	size_t n, cap;
};

static void sums_done(struct sums *s)
{
	free(s->at);
}
OW_DEFINE_AUTO_DONE(struct sums, sums_done)

/* Write a small file, and list it in the manifest; in SHA256SUM.TXT too if `sums` is given. `path` must outlive
 * both.
 */
static int write_file(struct outbound *o, struct target *t, const char *path, const void *p,
		      size_t n, struct sums *sums, struct ow_error *err)
{
	struct ow_id id;

	if (digest_bytes(p, n, &id, err) < 0 || target_write(t, path, p, n, err) < 0 ||
	    manifest_add_file(&o->manifest, path, n, &id, err) < 0)
		return err->code;
	if (sums == NULL)
		return 0;
	if (mem_grow(&sums->at, sums->n, &sums->cap, sizeof *sums->at, err) < 0)
		return err->code;
	sums->at[sums->n++] = (struct text_sum){.path = path, .id = id};
	return 0;
}

/* Paths of root files live here while the sums borrow them. */
struct names {
	char (*at)[NAMES_PATH];
	size_t n;
};

static void names_done(struct names *n)
{
	free(n->at);
}
OW_DEFINE_AUTO_DONE(struct names, names_done)

static int write_roots(struct outbound *o, struct target *t, struct names *names, struct sums *sums,
		       struct ow_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < o->chain.n; i++)
		n += 1 + o->chain.link[i].doc.n_sigs;
	names->at = mem_array(n, sizeof *names->at, err);
	if (names->at == NULL)
		return err->code;
	for (size_t i = 0; i < o->chain.n; i++) {
		const struct signed_doc *d = &o->chain.link[i].doc;
		char stem[ROOT_STEM];
		char *path = names->at[names->n++];

		(void)root_stem(o->chain.link[i].root->version, stem);
		(void)snprintf(path, NAMES_PATH, "%s.CBR", stem);
		if (write_file(o, t, path, d->doc.p, d->doc.n, sums, err) < 0)
			return err->code;
		for (size_t k = 0; k < d->n_sigs; k++) {
			path = names->at[names->n++];
			(void)snprintf(path, NAMES_PATH, "%s.S%02zu", stem, k + 1);
			if (write_file(o, t, path, d->sig[k].text, d->sig[k].n, sums, err) < 0)
				return err->code;
		}
	}
	return 0;
}

static int write_golden(struct outbound *o, struct target *t, const struct kept_golden *k,
			struct names *names, struct sums *sums, struct ow_error *err)
{
	struct ow_view bytes = sealed_bytes(k->sealed);
	char stem[NAMES_PATH], *path = names->at[names->n++];

	names_golden(&k->id, stem);
	(void)snprintf(path, NAMES_PATH, "%.100s.CBR", stem);
	if (write_file(o, t, path, bytes.p, bytes.n, sums, err) < 0)
		return err->code;
	for (size_t i = 0; i < k->doc.n_sigs; i++) {
		path = names->at[names->n++];
		(void)snprintf(path, NAMES_PATH, "%.100s.S%02zu", stem, i + 1);
		if (write_file(o, t, path, k->doc.sig[i].text, k->doc.sig[i].n, sums, err) < 0)
			return err->code;
	}
	return 0;
}

static int write_goldens(struct outbound *o, struct target *t, struct names *names,
			 struct sums *sums, struct ow_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < o->goldens.n; i++)
		n += 1 + o->goldens.at[i].doc.n_sigs;
	names->at = mem_array(n, sizeof *names->at, err);
	if (names->at == NULL)
		return err->code;
	for (size_t i = 0; i < o->goldens.n; i++) {
		if (write_golden(o, t, &o->goldens.at[i], names, sums, err) < 0)
			return err->code;
	}
	return 0;
}

static int write_notices(struct outbound *o, struct target *t, struct sums *sums,
			 struct ow_error *err)
{
	const struct notice_set *set = notices_files(o->notices);

	for (size_t i = 0; i < set->n; i++) {
		const struct notice_output *f = &set->at[i];

		if (write_file(o, t, f->path, f->bytes.p, f->bytes.n, sums, err) < 0)
			return err->code;
	}
	return 0;
}

/* ---- texts for people ------------------------------------------------------------------------------ */

struct telling {
	struct text_key keys[ROOT_KEYS_MAX];
	char pubkeys[ROOT_KEYS_MAX][BASE64_TEXT(2 + SIGN_KEY_ID + SIGN_PUBLIC)];
	struct text_artifact *artifacts;
	struct text_component *components; /* of all of them, one after the other */
	struct text_facts facts;
};

static void telling_free(struct telling *t)
{
	if (t != NULL) {
		free(t->artifacts);
		free(t->components);
	}
	free(t);
}
OW_DEFINE_AUTO(struct telling *, telling_free)

/* Which MANIFEST.Snn a key of the root makes, 0: none. */
static unsigned signature_of(const struct outbound *o, const struct root_key *key)
{
	for (size_t i = 0; i < o->opts->n_signers; i++) {
		if (memcmp(signer_info(o->opts->signers[i])->pk, key->pk, SIGN_PUBLIC) == 0)
			return (unsigned)i + 1;
	}
	return 0;
}

static void tell_keys(const struct outbound *o, struct telling *t)
{
	const struct root *root = chain_newest(&o->chain);
	size_t n = 0;

	for (unsigned i = 0; i < root->n_keys; i++) {
		const struct root_key *key = &root->key[i];
		uint8_t raw[2 + SIGN_KEY_ID + SIGN_PUBLIC] = {'E', 'd'};

		if (key->role != OW_ROLE_RELEASE)
			continue;
		memcpy(raw + 2, key->id, SIGN_KEY_ID);
		memcpy(raw + 2 + SIGN_KEY_ID, key->pk, SIGN_PUBLIC);
		base64_encode(raw, sizeof raw, t->pubkeys[n]);
		t->keys[n] = (struct text_key){key->name, t->pubkeys[n], signature_of(o, key)};
		n++;
	}
	t->facts.keys = t->keys;
	t->facts.n_keys = n;
	t->facts.threshold = root->role[OW_ROLE_RELEASE].threshold;
}

static int tell_artifacts(const struct outbound *o, struct telling *t, struct ow_error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_artifacts; i++)
		n += o->artifacts[i].artifact.n_components;
	t->artifacts = mem_array(o->n_artifacts, sizeof *t->artifacts, err);
	t->components = t->artifacts == NULL ? NULL : mem_array(n, sizeof *t->components, err);
	if (t->components == NULL)
		return err->code;
	n = 0;
	for (size_t i = 0; i < o->n_artifacts; i++) {
		const struct artifact *a = &o->artifacts[i].artifact;

		t->artifacts[i] = (struct text_artifact){
		    .id = o->artifacts[i].id,
		    .name = a->name,
		    .version = a->version,
		    .components = t->components + n,
		    .n_components = a->n_components,
		};
		for (size_t c = 0; c < a->n_components; c++)
			t->components[n++] = (struct text_component){
			    .path = a->components[c].path,
			    .role = a->components[c].role,
			    .id = a->components[c].blob,
			    .size = a->components[c].size,
			};
	}
	t->facts.artifacts = t->artifacts;
	t->facts.n_artifacts = o->n_artifacts;
	return 0;
}

static int write_texts(struct outbound *o, struct target *t, struct sums *sums,
		       struct ow_error *err)
{
	OW_AUTO(telling_free) struct telling *telling = MEM_NEW(struct telling, err);
	OW_AUTO(buf_done) struct buf readme = {0}, listing = {0}, lines = {0};

	if (telling == NULL || tell_artifacts(o, telling, err) < 0)
		return err->code;
	tell_keys(o, telling);
	telling->facts.m = &o->manifest;
	telling->facts.root_version = (unsigned)chain_newest(&o->chain)->version;
	telling->facts.root = &o->chain.link[0].digest;
	telling->facts.producer = o->opts->producer;
	text_readme(&telling->facts, &readme);
	text_listing(&telling->facts, &listing);
	if (buf_finish(&readme, err) < 0 || buf_finish(&listing, err) < 0 ||
	    write_file(o, t, NAMES_README, readme.p, readme.n, sums, err) < 0 ||
	    write_file(o, t, NAMES_LISTING, listing.p, listing.n, sums, err) < 0)
		return err->code;
	for (size_t i = 0; i < o->n_parts; i++) {
		if (mem_grow(&sums->at, sums->n, &sums->cap, sizeof *sums->at, err) < 0)
			return err->code;
		sums->at[sums->n++] = (struct text_sum){.path = o->parts[i].path, .id = o->sums[i]};
	}
	text_sums(sums->at, sums->n, &lines);
	return buf_finish(&lines, err) < 0
		   ? err->code
		   : write_file(o, t, NAMES_SUMS, lines.p, lines.n, NULL, err);
}

/* ---- bytes ----------------------------------------------------------------------------------------- */

static int open_blob(void *ctx, size_t blob, struct ow_error *err)
{
	struct outbound *o = ctx;
	const struct ow_id *id = &o->manifest.blobs[blob].chunks.blob;
	char hex[OW_ID_HEX];
	int fd = -1,
	    r = zone_blob_open(o->store->zones[o->blob_class[blob]], id, NULL, &fd, NULL, err);

	if (r == 0)
		return err_set(err, OW_E_INTEGRITY, "blob %s is missing", ow_id_hex(id, hex));
	return r < 0 ? r : fd;
}

/* Everything written so far, from the medium itself. */
static int read_back(struct outbound *o, struct target *t, const struct ow_events *events,
		     struct ow_export_result *out, struct ow_error *err)
{
	const struct manifest *m = &o->manifest;
	OW_AUTO(mem_free)
	struct media_item *items = mem_array(o->n_parts + m->n_files, sizeof *items, err);

	if (items == NULL)
		return err->code;
	memcpy(items, o->parts, o->n_parts * sizeof *items);
	for (size_t i = 0; i < m->n_files; i++)
		items[o->n_parts + i] = (struct media_item){
		    .path = m->files[i].path,
		    .size = m->files[i].size,
		    .id = m->files[i].id,
		};
	for (size_t i = 0; i < o->n_parts + m->n_files; i++)
		out->read_back += items[i].size;
	return target_readback(t, items, o->n_parts + m->n_files, pool_cores(), events, err);
}

/* Sign the manifest with every key, and let the same gate judge it that the receiver has: what leaves here opens
 * there.
 */
static int sign_manifest(struct outbound *o, struct signed_doc *doc, struct ow_error *err)
{
	struct comment what = {.type = "manifest", .seq = o->manifest.seq};
	struct gate_rules strict = {0};
	struct gate_report report = {0};

	text_copy(what.origin, sizeof what.origin, o->manifest.origin);
	text_copy(what.stream, sizeof what.stream, o->manifest.stream);
	for (size_t i = 0; i < o->opts->n_signers; i++) {
		OW_AUTO(buf_done) struct buf text = {0};
		char name[NAMES_PATH];

		names_signature((unsigned)i + 1, name);
		if (sign_document(signer_key(o->opts->signers[i]), &what, doc->doc.p, doc->doc.n,
				  &text, err) < 0 ||
		    buf_finish(&text, err) < 0 || signed_add(doc, name, text.p, text.n, err) < 0)
			return err->code;
	}
	return gate_check(doc, chain_newest(&o->chain), OW_ROLE_RELEASE, "manifest", &strict,
			  &report, err);
}

static int keep_manifest(struct outbound *o, const struct signed_doc *doc, struct ow_id *id,
			 struct ow_error *err)
{
	struct docs *manifests = store_manifests(o->store->store);
	struct ow_view sigs[SIGNATURES_MAX];
	size_t n = signed_views(doc, sigs);

	if (docs_put(manifests, (struct ow_view){doc->doc.p, doc->doc.n}, sigs, n, id, err) < 0)
		return err->code;
	return docs_sync(manifests, err);
}

int outbound_write(struct outbound *o, struct target *t, const struct ow_events *events,
		   struct ow_export_result *out, struct ow_error *err)
{
	const struct target_source source = {o, open_blob};
	OW_AUTO(signed_done) struct signed_doc doc = {.name = NAMES_MANIFEST};
	OW_AUTO(names_done) struct names roots = {0}, goldens = {0};
	OW_AUTO(sums_done) struct sums sums = {0};

	if (target_begin(t, err) < 0 ||
	    target_copy(t, o->parts, o->n_parts, &source, o->sums, pool_cores(), events, err) < 0 ||
	    write_roots(o, t, &roots, &sums, err) < 0 ||
	    write_goldens(o, t, &goldens, &sums, err) < 0 || write_notices(o, t, &sums, err) < 0 ||
	    write_texts(o, t, &sums, err) < 0 || read_back(o, t, events, out, err) < 0 ||
	    notices_check(o->notices, out->path, err) < 0 ||
	    manifest_encode(&o->manifest, &doc.doc, err) < 0 || sign_manifest(o, &doc, err) < 0)
		return err->code;
	for (size_t i = 0; i < doc.n_sigs; i++) {
		if (target_write(t, doc.sig[i].name, doc.sig[i].text, doc.sig[i].n, err) < 0)
			return err->code;
		out->bytes += doc.sig[i].n;
	}
	/* kept before it is sealed: what lies on a medium is known here */
	if (keep_manifest(o, &doc, &out->manifest, err) < 0 ||
	    target_seal(t, NAMES_MANIFEST, doc.doc.p, doc.doc.n, err) < 0)
		return err->code;
	out->bytes += out->read_back + doc.doc.n;
	out->files = o->n_parts + o->manifest.n_files + doc.n_sigs + 1;
	return 0;
}
