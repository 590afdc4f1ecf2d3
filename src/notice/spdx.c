/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SBOM/SPDX.JSON: SPDX 2.3, packages only, since files of it need a SHA-1 (docs/format/notices.md).
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/time.h"
#include "notice/bom_json.h"
#include "notice/serial.h"
#include "notice/write.h"

enum {
	SPDX_ID = 48
};

static const char *spdx_id(const struct bom *b, const struct bom_node *n, char out[SPDX_ID])
{
	static const char *const kinds[] = {"Bundle", "Artifact", "Component", "File", "Upstream"};

	(void)snprintf(out, SPDX_ID, "SPDXRef-%s-%zu", kinds[n->kind], (size_t)(n - b->nodes));
	return out;
}

/* ---- packages --------------------------------------------------------------------------------------------- */

/* SPDX 2.3 has no word for a model. */
static const char *purpose(const struct bom_node *n)
{
	const char *role = n->part == NULL ? "" : n->part->component->role;

	if (n->kind == BOM_FILE)
		return "FILE";
	if (strcmp(role, "runtime-binary") == 0 || strcmp(role, "converter-tool") == 0)
		return "APPLICATION";
	if (strcmp(role, "code") == 0 || strcmp(role, "kernel") == 0)
		return "SOURCE";
	return n->sha256 != NULL ? "FILE" : "OTHER";
}

static void put_ref(struct json list, const char *category, const char *type, const char *locator)
{
	struct json one = json_put_object(list, NULL);

	json_put_text(one, "referenceCategory", category);
	json_put_text(one, "referenceType", type);
	json_put_text(one, "referenceLocator", locator);
}

static void put_artifact(struct plan *p, const struct bom_node *n, struct json in)
{
	const struct notice_artifact *a = n->from;
	struct json refs = json_put_list(in, "externalRefs");
	char id[OW_ID_TEXT];

	put_ref(refs, "OTHER", "owstore-artifact", ow_id_text(&a->id, id));
	for (size_t i = 0; i < a->n_upstream; i++) {
		const char *purl = serial_purl(&p->arena, a->upstream[i]);

		if (purl != NULL)
			put_ref(refs, "PACKAGE-MANAGER", "purl", purl);
	}
	json_put_text(
	    in, "comment",
	    arena_printf(&p->arena, "class %s, basis %s", ow_class_name(a->class), a->basis));
}

static void put_part(struct plan *p, const struct plan_part *part, struct json in)
{
	const struct notice_component *c = part->component;
	OW_AUTO(buf_done) struct buf lines = {0};
	const char *comment, *traits[BOM_TRAITS];
	size_t n_traits = bom_traits(c, traits);
	struct json list;

	for (size_t i = 0; i < part->copyrights.n; i++)
		buf_printf(&lines, "%s%s", i == 0 ? "" : "\n", part->copyrights.at[i]);
	json_put_text(in, "copyrightText", lines.n == 0 ? "NOASSERTION" : buf_str(&lines));
	if (c->concluded != NULL || c->concluded_by != NULL)
		json_put_text(in, "licenseComments",
			      arena_printf(&p->arena, "concluded %s by %s",
					   c->concluded == NULL ? "nothing" : c->concluded,
					   c->concluded_by == NULL ? "nobody" : c->concluded_by));
	comment = arena_printf(&p->arena, "role %s", c->role);
	if (c->modality != NULL)
		comment = arena_printf(&p->arena, "%s, modality %s", comment, c->modality);
	for (size_t i = 0; i < n_traits; i++)
		comment = arena_printf(&p->arena, "%s, %s", comment, traits[i]);
	json_put_text(in, "comment", comment);
	if (part->lines.n == 0)
		return;
	list = json_put_list(in, "attributionTexts");
	for (size_t i = 0; i < part->lines.n; i++)
		json_put_text(list, NULL, part->lines.at[i]);
}

static const char *or_no_assertion(const char *s)
{
	return s == NULL ? "NOASSERTION" : s;
}

static void put_package(struct plan *p, const struct bom *b, const struct bom_node *n,
			struct json in)
{
	char id[SPDX_ID], hex[OW_ID_HEX];

	json_put_text(in, "SPDXID", spdx_id(b, n, id));
	json_put_text(in, "name", n->name);
	if (n->version != NULL)
		json_put_text(in, "versionInfo", n->version);
	json_put_text(in, "summary", n->key);
	json_put_text(in, "downloadLocation", "NOASSERTION");
	json_put_bool(in, "filesAnalyzed", false);
	if (n->sha256 != NULL) {
		struct json sum = json_put_object(json_put_list(in, "checksums"), NULL);

		json_put_text(sum, "algorithm", "SHA256");
		json_put_text(sum, "checksumValue", ow_id_hex(n->sha256, hex));
	}
	if (n->kind == BOM_FILE)
		return;
	json_put_text(in, "primaryPackagePurpose", purpose(n));
	json_put_text(in, "licenseConcluded", or_no_assertion(n->effective));
	json_put_text(in, "licenseDeclared", or_no_assertion(n->declared));
	if (n->kind == BOM_ARTIFACT)
		put_artifact(p, n, in);
	if (n->kind == BOM_COMPONENT)
		put_part(p, n->part, in);
}

/* ---- licences that are no SPDX id -------------------------------------------------------------------------- */

struct refs {
	struct plan *p;
	struct {
		const char *ref, *id;
	} * at; /* in the order of refs */
	size_t n, cap;
};

static void refs_done(struct refs *r)
{
	free(r->at);
}
OW_DEFINE_AUTO_DONE(struct refs, refs_done)

static int take_ref(void *ctx, const char *ref, const char *id, struct ow_error *err)
{
	struct refs *r = ctx;
	size_t at = r->n;

	while (at > 0 && strcmp(r->at[at - 1].ref, ref) >= 0) {
		if (strcmp(r->at[--at].ref, ref) == 0)
			return 0;
	}
	if (mem_grow(&r->at, r->n, &r->cap, sizeof *r->at, err) < 0)
		return err->code;
	memmove(r->at + at + 1, r->at + at, (r->n - at) * sizeof *r->at);
	r->at[at].ref = arena_text(&r->p->arena, ref, strlen(ref));
	r->at[at].id = arena_text(&r->p->arena, id, strlen(id));
	r->n++;
	return 0;
}

static int take_expression(struct refs *r, const char *text, struct ow_error *err)
{
	OW_AUTO(arena_done) struct arena scratch = {0};
	const char *ignored;

	return bom_expression(r->p->facts->set, text, &scratch, &ignored, take_ref, r, err);
}

static int put_extracted(struct plan *p, struct json in, struct ow_error *err)
{
	OW_AUTO(refs_done) struct refs refs = {.p = p};
	struct json list;

	for (size_t i = 0; i < p->facts->n_artifacts; i++) {
		if (take_expression(&refs, p->artifacts[i]->licence, err) < 0)
			return err->code;
	}
	for (size_t i = 0; i < p->n_parts; i++) {
		if (take_expression(&refs, p->parts[i].component->declared, err) < 0 ||
		    take_expression(&refs, p->parts[i].component->effective, err) < 0)
			return err->code;
	}
	if (refs.n == 0)
		return 0;
	list = json_put_list(in, "hasExtractedLicensingInfos");
	for (size_t i = 0; i < refs.n; i++) {
		const struct plan_text *t = plan_find_text(p, NULL, NOTICE_LICENCE, refs.at[i].id);
		const struct license *l = license_find(p->facts->set, refs.at[i].id);
		struct json one = json_put_object(list, NULL);

		json_put_text(one, "licenseId", refs.at[i].ref);
		json_put_text(one, "name", l == NULL ? refs.at[i].id : l->name);
		if (t != NULL)
			json_put_view(one, "extractedText", t->text->bytes);
		else
			json_put_text(one, "extractedText",
				      "The text of this licence is not in the bundle.");
	}
	return 0;
}

/* ---- relationships ---------------------------------------------------------------------------------------- */

const char *spdx_relationship(const char *kind)
{
	static const struct {
		const char *kind, *type;
	} types[] = {{BOM_CONTAINS, "CONTAINS"},
		     {"finetune", "DESCENDANT_OF"},
		     {"continued-pretrain", "DESCENDANT_OF"},
		     {"pruned", "DESCENDANT_OF"},
		     {"merge-of", "DESCENDANT_OF"},
		     {"distilled-from", "DESCENDANT_OF"},
		     {"quantized", "GENERATED_FROM"},
		     {"converted", "GENERATED_FROM"},
		     {"adapter-of", "DEPENDS_ON"}};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (strcmp(types[i].kind, kind) == 0)
			return types[i].type;
	}
	return "OTHER";
}

static void put_relationship(struct json list, const char *from, const char *type, const char *to,
			     const char *comment)
{
	struct json one = json_put_object(list, NULL);

	json_put_text(one, "spdxElementId", from);
	json_put_text(one, "relationshipType", type);
	json_put_text(one, "relatedSpdxElement", to);
	if (comment != NULL)
		json_put_text(one, "comment", comment);
}

static void put_relationships(const struct bom *b, struct json list)
{
	char from[SPDX_ID], to[SPDX_ID];

	put_relationship(list, "SPDXRef-DOCUMENT", "DESCRIBES", spdx_id(b, &b->nodes[0], to), NULL);
	for (size_t i = 0; i < b->n_edges; i++) {
		const struct bom_edge *e = &b->edges[i];

		(void)spdx_id(b, bom_find_any(b, e->from), from);
		(void)spdx_id(b, bom_find_any(b, e->to), to);
		put_relationship(list, from, spdx_relationship(e->kind), to,
				 strcmp(e->kind, BOM_CONTAINS) == 0 ? NULL : e->kind);
	}
}

static void put_creation(struct plan *p, const struct ow_id *decision, struct json in)
{
	const struct notice_facts *f = p->facts;
	struct json creators;
	char time[TIME_TEXT], id[OW_ID_TEXT];

	json_put_text(in, "created", time_text(f->issued, time));
	creators = json_put_list(in, "creators");
	json_put_text(creators, NULL, arena_printf(&p->arena, "Organization: %s", f->origin));
	json_put_text(creators, NULL,
		      arena_printf(&p->arena, "Tool: %s", serial_tool(&p->arena, f->producer)));
	json_put_text(in, "comment",
		      arena_printf(&p->arena, "stream %s, number %llu, for %s; DECISION.JSON %s",
				   f->stream, (unsigned long long)f->seq, f->destination,
				   ow_id_text(decision, id)));
}

int write_spdx(struct plan *p, const struct bom *b, const struct ow_id *decision, struct buf *out,
	       struct ow_error *err)
{
	OW_AUTO(json_free) struct json_doc *doc = json_new(err);
	char serial[SERIAL_TEXT];
	struct json root, list;

	if (doc == NULL || serial_uuid(p, "spdx", serial, err) < 0)
		return err->code;
	root = json_root(doc);
	json_put_text(root, "spdxVersion", "SPDX-2.3");
	json_put_text(root, "dataLicense", "CC0-1.0");
	json_put_text(root, "SPDXID", "SPDXRef-DOCUMENT");
	json_put_text(root, "name", p->facts->bundle);
	json_put_text(root, "documentNamespace", serial);
	put_creation(p, decision, json_put_object(root, "creationInfo"));
	if (put_extracted(p, root, err) < 0)
		return err->code;
	list = json_put_list(root, "packages");
	for (size_t i = 0; i < b->n_nodes; i++)
		put_package(p, b, &b->nodes[i], json_put_object(list, NULL));
	put_relationships(b, json_put_list(root, "relationships"));
	return arena_finish(&p->arena, err) < 0 ? err->code : json_write(doc, out, err);
}
