/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/describe.h"

#include <stdio.h>
#include <string.h>

#include <owstore/lineage.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "record/doc.h"
#include "record/finding.h"
#include "record/golden.h"
#include "record/note.h"
#include "record/statement.h"
#include "trust/minisig.h"

static char *text_of(const char *s, struct ow_error *err)
{
	return mem_text(s, strlen(s), err);
}

static int describe_record(const struct artifact *a, struct ow_artifact *out, struct ow_error *err)
{
	out->components = mem_array(a->n_components, sizeof *out->components, err);
	out->upstream =
	    out->components == NULL ? NULL : mem_array(a->n_upstream, sizeof *out->upstream, err);
	out->parents =
	    out->upstream == NULL ? NULL : mem_array(a->n_parents, sizeof *out->parents, err);
	if (out->parents == NULL)
		return err->code;
	for (size_t i = 0; i < a->n_components; i++) {
		struct ow_component *c = &out->components[out->n_components++];

		c->blob = a->components[i].blob;
		c->size = a->components[i].size;
		c->path = text_of(a->components[i].path, err);
		c->role = c->path == NULL ? NULL : text_of(a->components[i].role, err);
		if (c->role == NULL)
			return err->code;
	}
	for (size_t i = 0; i < a->n_upstream; i++) {
		out->upstream[out->n_upstream] = text_of(a->upstream[i], err);
		if (out->upstream[out->n_upstream++] == NULL)
			return err->code;
	}
	for (size_t i = 0; i < a->n_parents; i++) {
		char line[NOTE_TEXT_CAP + ROLE_CAP + 8];

		(void)snprintf(line, sizeof line, "%s%s %s", a->parents[i].kind,
			       ow_kind_of(a->parents[i].kind), a->parents[i].name);
		out->parents[out->n_parents] = text_of(line, err);
		if (out->parents[out->n_parents++] == NULL)
			return err->code;
	}
	return 0;
}

/* The notes of one artifact, in the making. */
struct telling {
	struct docs *records;
	struct ow_artifact *out;
	size_t cap;
};

static int tell_facts(struct ow_artifact *out, const struct intake *in, struct ow_error *err)
{
	if (out->facts != NULL || in->n_facts == 0)
		return 0;
	out->facts = mem_array(in->n_facts, sizeof *out->facts, err);
	if (out->facts == NULL)
		return err->code;
	for (size_t i = 0; i < in->n_facts; i++) {
		struct ow_fact *f = &out->facts[out->n_facts++];

		f->path = text_of(in->facts[i].path, err);
		f->key = f->path == NULL ? NULL : text_of(in->facts[i].key, err);
		f->value = f->key == NULL ? NULL : text_of(in->facts[i].value, err);
		if (f->value == NULL)
			return err->code;
	}
	return 0;
}

static int declare(struct ow_artifact *out, const char *licence, struct ow_error *err)
{
	if (out->declared != NULL || licence[0] == '\0')
		return 0;
	out->declared = text_of(licence, err);
	return out->declared == NULL ? err->code : 0;
}

static int tell_intake(struct ow_artifact *out, const struct buf *b, char *line, size_t cap,
		       struct ow_error *err)
{
	OW_AUTO(intake_done) struct intake in = {0};

	if (intake_decode(b->p, b->n, &in, err) < 0 || tell_facts(out, &in, err) < 0 ||
	    declare(out, in.declared, err) < 0)
		return err->code;
	(void)snprintf(line, cap, "added%s%.300s", in.source[0] != '\0' ? " from " : "", in.source);
	return 0;
}

static int tell_arrival(struct ow_artifact *out, const struct buf *b, char *line, size_t cap,
			struct ow_error *err)
{
	struct arrival a;

	if (arrival_decode(b->p, b->n, &a, err) < 0 || declare(out, a.claimed_licence, err) < 0)
		return err->code;
	(void)snprintf(line, cap, "arrived from %s, stream %s, number %llu; sent as %s, %.100s",
		       a.origin, a.stream, (unsigned long long)a.seq,
		       ow_class_name((enum ow_class)a.claimed_class), a.claimed_licence);
	return 0;
}

static int tell_promotion(const struct buf *b, char *line, size_t cap, struct ow_error *err)
{
	struct promotion p;

	if (promotion_decode(b->p, b->n, &p, err) < 0)
		return err->code;
	(void)snprintf(line, cap, "%s to %s under %.100s, basis %s: %.300s",
		       ow_class_name((enum ow_class)p.from), ow_class_name((enum ow_class)p.to),
		       p.licence, p.basis, p.reason);
	return 0;
}

static int tell_golden(const struct buf *b, char *line, size_t cap, struct ow_error *err)
{
	OW_AUTO(golden_done) struct golden g = {0};
	size_t steps = 0;

	if (golden_decode(b->p, b->n, &g, err) < 0)
		return err->code;
	for (size_t i = 0; i < g.n_prompts; i++)
		steps += g.prompts[i].n_steps;
	(void)snprintf(line, cap, "golden of %s: %zu prompts, %zu steps, on %s (%s), for %s",
		       g.architecture, g.n_prompts, steps, g.machine.cpu, g.machine.isa, g.origin);
	return 0;
}

static int tell_finding(const struct buf *b, char *line, size_t cap, struct ow_error *err)
{
	OW_AUTO(finding_done) struct finding f = {0};
	size_t texts = 0;

	if (finding_decode(b->p, b->n, &f, err) < 0)
		return err->code;
	for (size_t i = 0; i < f.n_files; i++)
		texts += strcmp(f.files[i].state, "none") != 0;
	(void)snprintf(line, cap, "looked at %zu file%s for licences: %zu text%s, %zu claim%s",
		       f.n_files, f.n_files == 1 ? "" : "s", texts, texts == 1 ? "" : "s",
		       f.n_claims, f.n_claims == 1 ? "" : "s");
	return 0;
}

/* What was said, why, and until when it holds. */
static int tell_statement(const struct buf *b, char *line, size_t cap, struct ow_error *err)
{
	char said[STATEMENT_LINE], until[TIME_TEXT];
	struct statement st;

	if (statement_decode(b->p, b->n, &st, err) < 0)
		return err->code;
	(void)snprintf(line, cap, "%s%.500s%s%.10s%s%.300s",
		       st.valid_until < st.time ? "taken back: " : "", statement_line(&st, said),
		       st.valid_until == UINT64_MAX || st.valid_until < st.time ? "" : ", until ",
		       st.valid_until == UINT64_MAX || st.valid_until < st.time
			   ? ""
			   : time_text(st.valid_until, until),
		       st.reason[0] != '\0' ? ": " : "", st.reason);
	return 0;
}

/* The key id that the first signature names; NULL where there is none. */
static int tell_signer(struct docs *records, struct ow_note *note, struct ow_error *err)
{
	OW_AUTO(docs_sigs_done) struct docs_sigs sigs = {0};
	struct ow_error ignored = {0};
	char id[KEY_ID_TEXT];
	struct minisig sig;

	if (docs_sigs(records, &note->id, &sigs, err) < 0)
		return err->code;
	if (sigs.n == 0 || minisig_parse(sigs.at[0].p, sigs.at[0].n, &sig, &ignored) < 0)
		return 0;
	note->signer = text_of(key_id_text(sig.key_id, id), err);
	return note->signer == NULL ? err->code : 0;
}

static int tell_note(void *ctx, const struct catalog_note *n, struct ow_error *err)
{
	struct telling *t = ctx;
	OW_AUTO(buf_done) struct buf bytes = {0};
	struct ow_note *note;
	enum statement_kind kind;
	char line[1024] = "";
	int r = docs_read(t->records, &n->record, &bytes, err);

	if (r <= 0)
		return r;
	if (mem_grow(&t->out->notes, t->out->n_notes, &t->cap, sizeof *note, err) < 0)
		return err->code;
	note = &t->out->notes[t->out->n_notes++];
	*note = (struct ow_note){.id = n->record, .time = n->time};
	text_copy(note->kind, sizeof note->kind, n->kind);
	if (strcmp(n->kind, "intake") == 0)
		r = tell_intake(t->out, &bytes, line, sizeof line, err);
	else if (strcmp(n->kind, "arrival") == 0)
		r = tell_arrival(t->out, &bytes, line, sizeof line, err);
	else if (strcmp(n->kind, "golden") == 0)
		r = tell_golden(&bytes, line, sizeof line, err);
	else if (strcmp(n->kind, "finding") == 0)
		r = tell_finding(&bytes, line, sizeof line, err);
	else if (statement_find(n->kind, &kind))
		r = tell_statement(&bytes, line, sizeof line, err);
	else
		r = tell_promotion(&bytes, line, sizeof line, err);
	if (r < 0)
		return r;
	t->out->n_goldens += strcmp(n->kind, "golden") == 0;
	note->text = text_of(line, err);
	return note->text == NULL ? err->code : tell_signer(t->records, note, err);
}

static void artifact_free(struct ow_artifact *a)
{
	ow_artifact_free(a);
}
OW_DEFINE_AUTO(struct ow_artifact *, artifact_free)

int describe(struct ow_store *s, const struct found *f, struct ow_artifact **out,
	     struct ow_error *err)
{
	OW_AUTO(artifact_free) struct ow_artifact *a = MEM_NEW(struct ow_artifact, err);
	struct telling t = {.records = zone_records(s->zones[f->class]), .out = a};
	struct catalog *catalog;

	if (a == NULL)
		return err->code;
	a->id = f->id;
	a->zone = f->class;
	a->size = artifact_size(&f->artifact);
	a->added = f->added;
	a->name = text_of(f->artifact.name, err);
	a->version = a->name == NULL ? NULL : text_of(f->artifact.version, err);
	a->licence = a->version == NULL ? NULL : text_of(f->licence, err);
	if (a->licence == NULL || describe_record(&f->artifact, a, err) < 0 ||
	    handle_catalog(s, f->class, &catalog, err) <= 0 ||
	    catalog_notes(catalog, &f->id, tell_note, &t, err) < 0)
		return err_ctx(err, "artifact %s@%s", f->artifact.name, f->artifact.version);
	*out = STEAL(a);
	return 0;
}

void ow_artifact_free(struct ow_artifact *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->n_components; i++) {
		free(a->components[i].path);
		free(a->components[i].role);
	}
	for (size_t i = 0; i < a->n_upstream; i++)
		free(a->upstream[i]);
	for (size_t i = 0; i < a->n_parents; i++)
		free(a->parents[i]);
	for (size_t i = 0; i < a->n_facts; i++) {
		free(a->facts[i].path);
		free(a->facts[i].key);
		free(a->facts[i].value);
	}
	for (size_t i = 0; i < a->n_notes; i++) {
		free(a->notes[i].text);
		free(a->notes[i].signer);
	}
	free(a->components);
	free(a->upstream);
	free(a->parents);
	free(a->facts);
	free(a->notes);
	free(a->name);
	free(a->version);
	free(a->licence);
	free(a->declared);
	free(a);
}
