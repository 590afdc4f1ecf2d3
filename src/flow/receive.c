/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/receive.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/digest.h"
#include "flow/parts.h"
#include "media/reader.h"
#include "os/clock.h"
#include "os/pool.h"
#include "record/artifact.h"
#include "trust/minisig.h"

void received_done(struct received *r)
{
	chain_done(&r->chain);
	manifest_done(&r->manifest);
	sealed_free(r->sealed);
	signed_done(&r->signatures);
	free(r->items);
	free(r->first_part);
	*r = (struct received){0};
}

void arrivals_done(struct arrivals *a)
{
	for (size_t i = 0; i < a->n; i++)
		received_done(&a->at[i]);
	for (size_t i = 0; i < a->n_scans; i++)
		scan_done(&a->scans[i]);
	free(a->at);
	free(a->scans);
	*a = (struct arrivals){0};
}

/* Why nothing was found at a path. */
static int nothing_there(const char *path, const struct scan *scan, struct ow_error *err)
{
	if (scan->n_unfinished > 0) {
		(void)err_set(err, OW_E_FORMAT,
			      "%s: %s has no MANIFEST.CBR: a bundle that was not finished", path,
			      scan->unfinished[0]);
		return err_hint(err, "export it again; its parts alone prove nothing");
	}
	(void)err_set(err, OW_E_FORMAT, "%s: no bundle there", path);
	return err_hint(
	    err,
	    "point at the medium, at its OWSTORE folder, or at a folder that has a MANIFEST.CBR");
}

int receive_scan(const char *const *paths, size_t n, struct arrivals *out,
		 struct ow_verify_report *report, struct ow_error *err)
{
	OW_AUTO(arrivals_done) struct arrivals a = {0};
	size_t total = 0;

	a.scans = mem_array(n, sizeof *a.scans, err);
	if (a.scans == NULL)
		return err->code;
	for (; a.n_scans < n; a.n_scans++) {
		struct scan *scan = &a.scans[a.n_scans];

		if (scan_media(paths[a.n_scans], scan, err) < 0)
			return err->code;
		total += scan->n;
		if (scan->n == 0) {
			a.n_scans++;
			return nothing_there(paths[a.n_scans - 1], scan, err);
		}
	}
	a.at = mem_array(total, sizeof *a.at, err);
	report->bundles = a.at == NULL ? NULL : mem_array(total, sizeof *report->bundles, err);
	if (report->bundles == NULL)
		return err->code;
	report->n = report->cap = total;
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < a.scans[i].n; j++) {
			struct ow_bundle_report *b = &report->bundles[a.n];

			text_copy(b->path, sizeof b->path, a.scans[i].at[j].path);
			text_copy(b->name, sizeof b->name, a.scans[i].at[j].name);
			a.at[a.n++] = (struct received){.folder = &a.scans[i].at[j], .report = b};
		}
	}
	*out = MOVE(a);
	return 0;
}

/* ---- the gate -------------------------------------------------------------------------------------- */

/* Whose bundle is it? The signatures say so in their comments, which are only a hint until one of them holds: an
 * origin known here is taken before one that is not. 1 and origin, 0 where none can be read, < 0.
 */
static int claimed_origin(const struct signed_doc *d, const struct trust_state *trust,
			  char origin[ID_TEXT], struct ow_error *err)
{
	bool any = false;

	for (size_t i = 0; i < d->n_sigs; i++) {
		struct ow_error ignored = {0};
		struct comment c;
		struct minisig sig;
		int known;

		if (minisig_parse(d->sig[i].text, d->sig[i].n, &sig, &ignored) < 0 ||
		    comment_parse(sig.comment, strlen(sig.comment), &c, &ignored) < 0)
			continue;
		known = trust_knows(trust, c.origin, err);
		if (known < 0)
			return known;
		if (!any || known > 0)
			text_copy(origin, ID_TEXT, c.origin);
		if (known > 0)
			return 1;
		any = true;
	}
	return any;
}

/* Walk the origin's chain on over what the medium carries. What verifies stays, even if a later step does not. */
static int walk_chain(struct received *r, const char *origin, const struct receive_rules *rules,
		      struct ow_error *err)
{
	OW_AUTO(candidates_done) struct candidate_list carried = {0};
	const struct chain_candidate *odd = NULL;
	struct ow_error unkept = {0};
	int walked, known = trust_knows(rules->trust, origin, err);

	if (known < 0 || candidates_read(r->folder->dir, &carried, err) < 0)
		return err->code;
	if (known == 0) {
		struct ow_id first;
		bool has = carried.n > 0 && digest_bytes(carried.at[0].doc.doc.p,
							 carried.at[0].doc.doc.n, &first, err) == 0;

		return err->code != OW_OK ? err->code
					  : trust_unknown(origin, has ? &first : NULL, err);
	}
	if (trust_load(rules->trust, origin, &r->chain, err) < 0)
		return err->code;
	r->n_known = r->chain.n;
	walked = chain_extend(&r->chain, carried.at, carried.n, &odd, err);
	if (!rules->persist_roots)
		return walked < 0 ? err->code : 0;
	if (odd != NULL && trust_keep_evidence(rules->trust, origin, &odd->doc, &unkept) < 0)
		return err_ctx(err, "(and the evidence could not be kept: %s)", unkept.text);
	if (r->chain.n > r->n_known &&
	    trust_persist(rules->trust, &r->chain, r->n_known, &unkept) < 0) {
		if (walked >= 0)
			*err = unkept;
		return err->code;
	}
	return walked < 0 ? err->code : 0;
}

static void keep_signers(struct ow_bundle_report *b, const struct gate_report *g,
			 struct ow_error *err)
{
	if (b->signers != NULL || g->n == 0)
		return;
	b->signers = mem_array(g->n, sizeof *b->signers, err);
	if (b->signers == NULL)
		return;
	for (size_t i = 0; i < g->n; i++) {
		struct ow_bundle_signer *s = &b->signers[b->n_signers++];

		(void)key_id_text(g->signer[i].key_id, s->key);
		text_copy(s->name, sizeof s->name, g->signer[i].name);
		text_copy(s->status, sizeof s->status, signer_status_text(g->signer[i].status));
	}
}

/* From signature files to sealed bytes. A refusal is an error here and a finding at the caller's. */
static int pass_gate(struct received *r, const struct receive_rules *rules, struct ow_error *err)
{
	OW_AUTO(signed_done) struct signed_doc doc = {0};
	struct gate_rules gate = {.tolerate_damaged = rules->tolerate_damaged};
	struct gate_report report = {0};
	struct ow_error memory = {0};
	char origin[ID_TEXT];
	const struct root *root;
	int passed, claimed;

	if (signed_read(r->folder->dir, "MANIFEST", MANIFEST_MAX, &doc, err) < 0)
		return err->code;
	claimed = claimed_origin(&doc, rules->trust, origin, err);
	if (claimed < 0)
		return claimed;
	if (claimed == 0) {
		(void)err_set(err, OW_E_TRUST,
			      "no signature of the manifest is readable (%zu files)", doc.n_sigs);
		return err_hint(err,
				"the bundle is not signed, or its signature files are damaged");
	}
	text_copy(r->report->origin, sizeof r->report->origin, origin);
	if (walk_chain(r, origin, rules, err) < 0)
		return err->code;
	root = chain_newest(&r->chain);
	r->report->root_version = root->version;
	if (root->not_after != 0 && root->not_after < clock_now())
		return err_set(err, OW_E_STALE, "root %llu of %s has expired",
			       (unsigned long long)root->version, origin);
	for (size_t i = 0; i < doc.n_sigs; i++) {
		if (signed_add(&r->signatures, doc.sig[i].name, doc.sig[i].text, doc.sig[i].n,
			       err) < 0)
			return err->code;
	}
	passed =
	    gate_open(&doc, root, OW_ROLE_RELEASE, "manifest", &gate, &report, &r->sealed, err);
	keep_signers(r->report, &report, &memory);
	if (passed >= 0 && memory.code != OW_OK)
		*err = memory;
	if (err->code != OW_OK)
		return err->code;
	text_copy(r->report->stream, sizeof r->report->stream, sealed_claim(r->sealed)->stream);
	r->report->seq = sealed_claim(r->sealed)->seq;
	r->report->authentic = true;
	return 0;
}

/* ---- what the manifest says ------------------------------------------------------------------------ */

static int keep_artifacts(struct received *r, struct ow_error *err)
{
	struct ow_bundle_report *b = r->report;

	b->artifacts = mem_array(r->manifest.n_artifacts, sizeof *b->artifacts, err);
	if (b->artifacts == NULL)
		return err->code;
	for (size_t i = 0; i < r->manifest.n_artifacts; i++) {
		const struct manifest_artifact *m = &r->manifest.artifacts[i];
		OW_AUTO(artifact_done) struct artifact a = {0};
		struct ow_bundle_artifact *out = &b->artifacts[b->n_artifacts];

		if (artifact_decode(m->record.p, m->record.n, &a, err) < 0)
			return err->code;
		out->id = m->id;
		text_copy(out->name, sizeof out->name, a.name);
		text_copy(out->version, sizeof out->version, a.version);
		out->claimed_class = (enum ow_class)m->class;
		(void)snprintf(out->claimed_licence, sizeof out->claimed_licence, "%.*s",
			       (int)(m->licence.n < 500 ? m->licence.n : 500),
			       (const char *)m->licence.p);
		out->size = artifact_size(&a);
		out->n_components = a.n_components;
		for (size_t c = 0; c < a.n_components; c++) {
			const struct manifest_blob *blob =
			    manifest_find_blob(&r->manifest, &a.components[c].blob);

			if (blob == NULL || blob->chunks.size != a.components[c].size)
				return err_set(err, OW_E_FORMAT,
					       "%s@%s: component %s is not among the blobs", a.name,
					       a.version, a.components[c].path);
		}
		b->n_artifacts++;
	}
	return 0;
}

static int list_items(struct received *r, struct ow_error *err)
{
	const struct manifest *m = &r->manifest;
	size_t n = m->n_files;

	for (size_t i = 0; i < m->n_blobs; i++)
		n += m->blobs[i].n_parts;
	r->items = mem_array(n, sizeof *r->items, err);
	r->first_part =
	    r->items == NULL ? NULL : mem_array(m->n_blobs + 1, sizeof *r->first_part, err);
	if (r->first_part == NULL)
		return err->code;
	for (size_t i = 0; i < m->n_blobs; i++) {
		r->first_part[i] = r->n_parts;
		r->n_parts += parts_items(&m->blobs[i], i, r->items + r->n_parts);
	}
	r->first_part[m->n_blobs] = r->n_parts;
	r->n_items = r->n_parts;
	for (size_t i = 0; i < m->n_files; i++)
		r->items[r->n_items++] = (struct media_item){
		    .path = m->files[i].path,
		    .size = m->files[i].size,
		    .id = m->files[i].id,
		};
	return 0;
}

/* Everything in the folder must be listed, or be the manifest and its signatures. */
static int find_extras(struct received *r, struct ow_error *err)
{
	OW_AUTO(scan_extras_done) struct scan_extras extras = {0};
	size_t n = r->n_items + 1 + r->signatures.n_sigs, at = 0;
	OW_AUTO(mem_free) const char **known = mem_array(n, sizeof *known, err);

	if (known == NULL)
		return err->code;
	for (size_t i = 0; i < r->n_items; i++)
		known[at++] = r->items[i].path;
	for (size_t i = 0; i < r->signatures.n_sigs; i++)
		known[at++] = r->signatures.sig[i].name;
	known[at++] = NAMES_MANIFEST;
	qsort(known, at, sizeof *known, text_order);
	if (scan_extras(r->folder, known, at, &extras, err) < 0)
		return err->code;
	for (size_t i = 0; i < extras.n; i++) {
		struct ow_error why = {.code = OW_E_INTEGRITY,
				       .text = "not listed in the manifest"};

		if (report_error(r->report, "extra", extras.at[i].path, &why, err) < 0)
			return err->code;
	}
	if (extras.more) {
		struct ow_error why = {.code = OW_E_INTEGRITY,
				       .text = "more files that are not listed in the manifest"};

		return report_error(r->report, "extra", "…", &why, err);
	}
	return 0;
}

/* Decode what was sealed and compare it with what its signers said. */
static int read_manifest(struct received *r, struct ow_error *err)
{
	const struct root *root = chain_newest(&r->chain);
	struct ow_view bytes = sealed_bytes(r->sealed);
	struct ow_bundle_report *b = r->report;
	struct manifest *m = &r->manifest;

	if (manifest_decode(bytes.p, bytes.n, m, err) < 0 ||
	    sealed_matches(r->sealed, m->origin, m->stream, m->seq, err) < 0)
		return err->code;
	if (m->epoch != root->epoch)
		return err_set(err, OW_E_TRUST,
			       "the manifest is of epoch %llu, root %llu of %s says %llu",
			       (unsigned long long)m->epoch, (unsigned long long)root->version,
			       m->origin, (unsigned long long)root->epoch);
	if (m->not_after != 0 && m->not_after < clock_now())
		return err_set(err, OW_E_STALE, "the bundle has expired");
	if (root_find_destination(root, m->destination) == NULL)
		return err_set(err, OW_E_POLICY, "root %llu of %s knows no destination %s",
			       (unsigned long long)root->version, m->origin, m->destination);
	text_copy(b->destination, sizeof b->destination, m->destination);
	b->epoch = m->epoch;
	b->issued = m->issued;
	return keep_artifacts(r, err) < 0 ? err->code : list_items(r, err);
}

/* ---- all of them ----------------------------------------------------------------------------------- */

/* An error about this bundle becomes a finding; only running out of memory ends the work. */
static int settle(struct received *r, const char *kind, const struct ow_error *why,
		  struct ow_error *err)
{
	return why->code == OW_OK ? 0 : report_error(r->report, kind, NULL, why, err);
}

static bool same_stream(const struct received *a, const struct received *b)
{
	return strcmp(a->report->origin, b->report->origin) == 0 &&
	       strcmp(a->report->stream, b->report->stream) == 0;
}

/* D34: the newest authentic bundle of a stream decides. */
static void supersede(struct arrivals *a)
{
	for (size_t i = 0; i < a->n; i++) {
		for (size_t j = 0; j < a->n && a->at[i].sealed != NULL; j++) {
			if (a->at[j].sealed != NULL && same_stream(&a->at[i], &a->at[j]) &&
			    a->at[j].report->seq > a->at[i].report->seq)
				a->at[i].report->superseded = true;
		}
	}
}

static const char *kind_of(const struct ow_error *why)
{
	return why->code == OW_E_FORMAT || why->code == OW_E_UNSAFE ? "format" : "signature";
}

int receive_open(struct arrivals *a, const struct receive_rules *rules, struct ow_error *err)
{
	for (size_t i = 0; i < a->n; i++) {
		struct ow_error why = {0};

		if (pass_gate(&a->at[i], rules, &why) < 0 &&
		    settle(&a->at[i], kind_of(&why), &why, err) < 0)
			return err->code;
	}
	supersede(a);
	for (size_t i = 0; i < a->n; i++) {
		struct ow_error why = {0};

		if (!received_ok(&a->at[i]))
			continue;
		if (read_manifest(&a->at[i], &why) < 0 || find_extras(&a->at[i], &why) < 0) {
			if (settle(&a->at[i], kind_of(&why), &why, err) < 0)
				return err->code;
		}
	}
	return 0;
}

/* ---- the bytes ------------------------------------------------------------------------------------- */

struct checking {
	struct ow_bundle_report *report;
	const struct media_item *items;
	uint64_t unread_files,
	    unread_bytes;       /* of files that are not there, or are something else */
	struct ow_error memory; /* a finding that could not be kept */
};

static void describe_fault(const struct reader_fault *f, const struct media_item *item,
			   struct ow_finding *out)
{
	static const struct {
		enum ow_code code;
		const char *kind, *text;
	} words[] = {
	    [READER_MISSING] = {OW_E_INCOMPLETE, "missing", "not on the medium"},
	    [READER_KIND] = {OW_E_FORMAT, "format", "not a plain file with one name"},
	    [READER_SIZE] = {OW_E_INTEGRITY, "altered", "has another size than was signed"},
	    [READER_DIGEST] = {OW_E_INTEGRITY, "altered", "differs from what was signed"},
	    [READER_UNREADABLE] = {OW_E_IO, "unreadable", "the medium gives no bytes here"},
	};

	out->code = words[f->kind].code;
	text_copy(out->kind, sizeof out->kind, words[f->kind].kind);
	text_copy(out->path, sizeof out->path, item->path);
	text_copy(out->text, sizeof out->text, f->why != NULL ? f->why->text : words[f->kind].text);
	if (f->kind == READER_SIZE)
		(void)snprintf(out->text, sizeof out->text, "has %llu bytes, %llu were signed",
			       (unsigned long long)f->size, (unsigned long long)item->size);
	out->off = f->off;
	out->len = f->kind == READER_DIGEST || f->kind == READER_UNREADABLE ? f->len : 0;
	out->chunk = item->n_chunks > 0 && out->len > 0 ? f->chunk : UINT64_MAX;
	if (f->want != NULL)
		(void)ow_id_hex(f->want, out->expected);
	if (f->got != NULL)
		(void)ow_id_hex(f->got, out->got);
}

static void on_fault(void *ctx, const struct reader_fault *f)
{
	struct checking *c = ctx;
	struct ow_finding finding = {.chunk = UINT64_MAX};

	if (f->kind == READER_MISSING || f->kind == READER_KIND || f->kind == READER_SIZE) {
		c->unread_files++;
		c->unread_bytes += c->items[f->item].size;
	}
	describe_fault(f, &c->items[f->item], &finding);
	if (c->memory.code == OW_OK && report_add(c->report, &finding, &c->memory) < 0)
		c->report->code = OW_E_IO;
}

int receive_check(struct received *r, size_t from, size_t n, const struct ow_events *events,
		  struct ow_error *err)
{
	struct checking c = {.report = r->report, .items = r->items + from};
	uint64_t began = clock_ticks();

	if (reader_check(r->folder->dir, c.items, n - from, pool_cores(), CHECK_CACHED, "verifying",
			 events, on_fault, &c, err) < 0)
		return err->code;
	for (size_t i = from; i < n; i++) {
		r->report->bytes += r->items[i].size;
		r->report->files++;
	}
	r->report->files -= c.unread_files;
	r->report->bytes -= c.unread_bytes;
	r->report->seconds += (double)(clock_ticks() - began) / 1e9;
	if (c.memory.code != OW_OK)
		*err = c.memory;
	return err->code == OW_OK ? 0 : err->code;
}

int received_sources(const struct received *r, size_t blob, struct reader_set *set,
		     struct copy_source **out, size_t *n, struct ow_error *err)
{
	size_t first = r->first_part[blob], parts = r->first_part[blob + 1] - first;
	OW_AUTO(mem_free) struct copy_source *from = mem_array(parts, sizeof *from, err);

	if (from == NULL)
		return err->code;
	for (size_t i = 0; i < parts; i++) {
		if (reader_source(set, r->folder->dir, &r->items[first + i], &from[i], err) < 0)
			return err->code;
	}
	*out = STEAL(from);
	*n = parts;
	return 0;
}
