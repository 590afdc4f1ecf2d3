/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * SBOM/CDX.JSON: CycloneDX 1.6 with models as such (docs/format/notices.md).
 */
#include <string.h>

#include "base/sorted.h"
#include "base/time.h"
#include "codec/json.h"
#include "notice/serial.h"
#include "notice/write.h"

static void put_property(struct json list, const char *name, const char *value)
{
	struct json one = json_put_object(list, NULL);

	json_put_text(one, "name", name);
	json_put_text(one, "value", value);
}

static const char *type_of_role(const char *role)
{
	static const struct {
		const char *role, *type;
	} types[] = {{"weights", "machine-learning-model"},
		     {"adapter", "machine-learning-model"},
		     {"embedding-model", "machine-learning-model"},
		     {"safety-filter", "machine-learning-model"},
		     {"dataset", "data"},
		     {"eval-data", "data"},
		     {"retrieval-index", "data"},
		     {"prompt-pack", "data"},
		     {"runtime-binary", "application"},
		     {"converter-tool", "application"},
		     {"code", "library"},
		     {"kernel", "library"}};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (strcmp(types[i].role, role) == 0)
			return types[i].type;
	}
	return "file";
}

/* An artifact is what its foremost component is. */
static const char *type_of(const struct plan *p, const struct bom_node *n)
{
	const char *first = NULL;

	switch (n->kind) {
	case BOM_COMPONENT:
		return type_of_role(n->part->component->role);
	case BOM_ARTIFACT:
		for (size_t i = 0; i < p->n_parts && first == NULL; i++) {
			if (p->parts[i].artifact == n->from)
				first = type_of_role(p->parts[i].component->role);
		}
		/* "file" is for what has bytes of its own */
		return first == NULL || strcmp(first, "file") == 0 ? "data" : first;
	case BOM_UPSTREAM:
		return "machine-learning-model";
	case BOM_BUNDLE:
		return "data";
	case BOM_FILE:
		break;
	}
	return "file";
}

static void put_licences(struct json in, const char *expression, const char *acknowledgement)
{
	struct json one, licence;

	if (expression == NULL)
		return;
	one = json_put_object(json_put_list(in, "licenses"), NULL);
	if (strchr(expression, ' ') != NULL || strchr(expression, '+') != NULL) {
		json_put_text(one, "expression", expression);
		json_put_text(one, "acknowledgement", acknowledgement);
		return;
	}
	licence = json_put_object(one, "license");
	json_put_text(licence, bom_is_spdx_id(expression) ? "id" : "name", expression);
	json_put_text(licence, "acknowledgement", acknowledgement);
}

static void put_head(const struct plan *p, const struct bom_node *n, struct json in)
{
	char hex[OW_ID_HEX];

	json_put_text(in, "type", type_of(p, n));
	json_put_text(in, "bom-ref", n->key);
	json_put_text(in, "name", n->name);
	if (n->version != NULL)
		json_put_text(in, "version", n->version);
	if (n->sha256 != NULL) {
		struct json sum = json_put_object(json_put_list(in, "hashes"), NULL);

		json_put_text(sum, "alg", "SHA-256");
		json_put_text(sum, "content", ow_id_hex(n->sha256, hex));
	}
	put_licences(in, n->effective, "concluded");
	if (n->declared != NULL)
		put_licences(json_put_object(in, "evidence"), n->declared, "declared");
}

/* ---- what is inside ------------------------------------------------------------------------------------------ */

static int from_order(const void *from, const void *edge)
{
	return strcmp(from, ((const struct bom_edge *)edge)->from);
}

/* The contents of a node: its edges are together and in order. */
static const struct bom_edge *first_edge(const struct bom *b, const char *from)
{
	return b->edges + sorted_from(from, b->edges, b->n_edges, sizeof *b->edges, from_order);
}

static bool is_from(const struct bom *b, const struct bom_edge *e, const char *from)
{
	return e < b->edges + b->n_edges && strcmp(e->from, from) == 0;
}

static bool contains(const struct bom_edge *e)
{
	return strcmp(e->kind, BOM_CONTAINS) == 0;
}

static void put_part(struct plan *p, const struct bom *b, const struct bom_node *n, struct json in)
{
	const struct plan_part *part = n->part;
	OW_AUTO(buf_done) struct buf lines = {0};
	const char *traits[BOM_TRAITS];
	size_t n_traits = bom_traits(part->component, traits);
	struct json list = {0};

	put_head(p, n, in);
	for (size_t i = 0; i < part->copyrights.n; i++)
		buf_printf(&lines, "%s%s", i == 0 ? "" : "\n", part->copyrights.at[i]);
	if (lines.n > 0)
		json_put_text(in, "copyright", buf_str(&lines));
	for (const struct bom_edge *e = first_edge(b, n->key); is_from(b, e, n->key); e++) {
		if (list.at == NULL)
			list = json_put_list(in, "components");
		put_head(p, bom_find(b, BOM_FILE, e->to), json_put_object(list, NULL));
	}
	list = json_put_list(in, "properties");
	put_property(list, "owstore:role", part->component->role);
	if (part->component->modality != NULL)
		put_property(list, "owstore:modality", part->component->modality);
	for (size_t i = 0; i < n_traits; i++)
		put_property(list, arena_printf(&p->arena, "owstore:%s", traits[i]), "true");
	if (part->component->concluded != NULL)
		put_property(list, "owstore:concluded", part->component->concluded);
	if (part->component->concluded_by != NULL)
		put_property(list, "owstore:concluded-by", part->component->concluded_by);
	for (size_t i = 0; i < part->lines.n; i++)
		put_property(list, "owstore:notice", part->lines.at[i]);
	for (size_t i = 0; i < part->n_duties; i++)
		put_property(list,
			     arena_printf(&p->arena, "owstore:obligation:%s", part->duties[i]->id),
			     arena_printf(&p->arena, "%s, %s", part->duties[i]->license,
					  part->duties[i]->clause));
}

/* ---- artifacts --------------------------------------------------------------------------------------------- */

static void put_pedigree(struct plan *p, const struct bom *b, const struct bom_node *n,
			 struct json in)
{
	struct json pedigree, list = {0};

	for (const struct bom_edge *e = first_edge(b, n->key); is_from(b, e, n->key); e++) {
		const struct bom_node *from = bom_find_any(b, e->to);
		struct json one, properties;

		if (contains(e))
			continue;
		if (list.at == NULL) {
			pedigree = json_put_object(in, "pedigree");
			list = json_put_list(pedigree, "ancestors");
		}
		/* without a reference: that of the artifact itself may stand elsewhere */
		one = json_put_object(list, NULL);
		json_put_text(one, "type", type_of(p, from));
		json_put_text(one, "name", from->name);
		if (from->version != NULL)
			json_put_text(one, "version", from->version);
		properties = json_put_list(one, "properties");
		put_property(properties, "owstore:edge", e->kind);
		put_property(properties, "owstore:key", e->to);
	}
}

static void put_card(const struct notice_artifact *a, const char *type, struct json in)
{
	struct json parameters;

	if (strcmp(type, "machine-learning-model") != 0 || a->architecture == NULL)
		return;
	parameters = json_put_object(json_put_object(in, "modelCard"), "modelParameters");
	json_put_text(parameters, "architectureFamily", a->architecture);
}

static void put_artifact(struct plan *p, const struct bom *b, const struct bom_node *n,
			 struct json in)
{
	const struct notice_artifact *a = n->from;
	const char *purl = NULL;
	struct json list;
	char id[OW_ID_TEXT];

	put_head(p, n, in);
	for (size_t i = 0; i < a->n_upstream && purl == NULL; i++)
		purl = serial_purl(&p->arena, a->upstream[i]);
	if (purl != NULL)
		json_put_text(in, "purl", purl);
	put_pedigree(p, b, n, in);
	put_card(a, type_of(p, n), in);
	list = json_put_list(in, "properties");
	put_property(list, "owstore:artifact", ow_id_text(&a->id, id));
	put_property(list, "owstore:class", ow_class_name(a->class));
	put_property(list, "owstore:basis", a->basis);
	list = json_put_list(in, "components");
	for (const struct bom_edge *e = first_edge(b, n->key); is_from(b, e, n->key); e++) {
		if (contains(e))
			put_part(p, b, bom_find(b, BOM_COMPONENT, e->to),
				 json_put_object(list, NULL));
	}
}

/* ---- the document ------------------------------------------------------------------------------------------- */

static void put_metadata(struct plan *p, const struct bom *b, const struct ow_id *decision,
			 struct json in)
{
	const struct notice_facts *f = p->facts;
	struct json tools, one, list;
	char time[TIME_TEXT], id[OW_ID_TEXT];

	json_put_text(in, "timestamp", time_text(f->issued, time));
	tools = json_put_list(json_put_object(in, "tools"), "components");
	one = json_put_object(tools, NULL);
	json_put_text(one, "type", "application");
	json_put_text(one, "name", f->producer);
	one = json_put_object(in, "component");
	put_head(p, &b->nodes[0], one);
	json_put_text(json_put_object(in, "supplier"), "name", f->origin);
	list = json_put_list(in, "properties");
	put_property(list, "owstore:stream", f->stream);
	put_property(list, "owstore:number",
		     arena_printf(&p->arena, "%llu", (unsigned long long)f->seq));
	put_property(list, "owstore:destination", f->destination);
	put_property(list, "owstore:decision", ow_id_text(decision, id));
}

static void put_dependencies(const struct bom *b, struct json list)
{
	struct json on = json_put_object(list, NULL), refs;

	json_put_text(on, "ref", b->nodes[0].key);
	refs = json_put_list(on, "dependsOn");
	for (size_t i = 0; i < b->n_nodes; i++) {
		if (b->nodes[i].kind == BOM_ARTIFACT)
			json_put_text(refs, NULL, b->nodes[i].key);
	}
	for (size_t i = 0; i < b->n_edges; i++) {
		const struct bom_edge *e = &b->edges[i];

		/* one adapter has one base */
		if (strcmp(e->kind, "adapter-of") != 0 ||
		    bom_find(b, BOM_ARTIFACT, e->to) == NULL ||
		    (i > 0 && strcmp(e[-1].from, e->from) == 0 && strcmp(e[-1].kind, e->kind) == 0))
			continue;
		on = json_put_object(list, NULL);
		json_put_text(on, "ref", e->from);
		json_put_text(json_put_list(on, "dependsOn"), NULL, e->to);
	}
}

int write_cdx(struct plan *p, const struct bom *b, const struct ow_id *decision, struct buf *out,
	      struct ow_error *err)
{
	OW_AUTO(json_free) struct json_doc *doc = json_new(err);
	char serial[SERIAL_TEXT];
	struct json root, list;

	if (doc == NULL || serial_uuid(p, "cyclonedx", serial, err) < 0)
		return err->code;
	root = json_root(doc);
	json_put_text(root, "bomFormat", "CycloneDX");
	json_put_text(root, "specVersion", "1.6");
	json_put_text(root, "serialNumber", serial);
	json_put_u64(root, "version", 1);
	put_metadata(p, b, decision, json_put_object(root, "metadata"));
	list = json_put_list(root, "components");
	for (size_t i = 0; i < b->n_nodes; i++) {
		if (b->nodes[i].kind == BOM_ARTIFACT)
			put_artifact(p, b, &b->nodes[i], json_put_object(list, NULL));
	}
	put_dependencies(b, json_put_list(root, "dependencies"));
	return arena_finish(&p->arena, err) < 0 ? err->code : json_write(doc, out, err);
}
