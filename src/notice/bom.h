/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What both SBOMs say, as a graph: the bundle contains artifacts, they contain components, those with several files
 * contain files; artifacts come from others, of this bundle or not. It is made from the facts, and read back from each
 * SBOM; all three must agree.
 */
#ifndef OW_NOTICE_BOM_H
#define OW_NOTICE_BOM_H

#include "notice/plan.h"

enum bom_kind {
	BOM_BUNDLE,
	BOM_ARTIFACT,
	BOM_COMPONENT,
	BOM_FILE,
	BOM_UPSTREAM /* not in the bundle */
};

struct bom_node {
	enum bom_kind kind;
	const char *
	    key; /* unique: the bundle's name, "org/model@1", a label, a label and a path, "upstream: name" */
	const char *name, *version;         /* version NULL: none */
	const char *declared, *effective;   /* as SPDX writes them; NULL: not known */
	const struct ow_id *sha256;         /* of the bytes; NULL: it is no file */
	const struct plan_part *part;       /* of a component and a file; not read back */
	const struct notice_artifact *from; /* of an artifact; not read back */
};

/* "contains", or the kind of a descent. */
struct bom_edge {
	const char *from, *to; /* keys */
	const char *kind;
};

struct bom {
	struct bom_node *nodes; /* by kind and key */
	size_t n_nodes, cap_nodes;
	struct bom_edge *edges; /* by from, to, kind */
	size_t n_edges, cap_edges;
	struct arena arena;
};

#define BOM_CONTAINS "contains"

void bom_done(struct bom *b);
OW_DEFINE_AUTO_DONE(struct bom, bom_done)

OW_MUST_USE int bom_add_node(struct bom *b, const struct bom_node *n, struct ow_error *err);
OW_MUST_USE int bom_add_edge(struct bom *b, const char *from, const char *to, const char *kind,
			     struct ow_error *err);

/* Put it in order and hold it to its rules: no key twice, no edge to nowhere, one bundle, everything but the upstream
 * contained exactly once. OW_E_FORMAT names what is wrong.
 */
OW_MUST_USE int bom_settle(struct bom *b, struct ow_error *err);

/* NULL: none of this key. The graph must be settled. */
const struct bom_node *bom_find(const struct bom *b, enum bom_kind kind, const char *key);
const struct bom_node *bom_find_any(const struct bom *b, const char *key);

/* From the facts. */
OW_MUST_USE int bom_make(struct plan *p, struct bom *b, struct ow_error *err);

/* Read an SBOM of ours back. Strict about what we write, and hold to the fields that each format requires.
 * Errors   OW_E_FORMAT (what is missing or wrong, and where), OW_E_IO (no memory). *b is then to be freed only.
 */
OW_MUST_USE int bom_read_spdx(const void *p, size_t n, struct bom *b, struct ow_error *err);
OW_MUST_USE int bom_read_cdx(const void *p, size_t n, struct bom *b, struct ow_error *err);

/* Do two settled graphs say the same? OW_E_FORMAT names the first difference; `what` is the second one. */
OW_MUST_USE int bom_compare(const struct bom *a, const struct bom *b, const char *what,
			    struct ow_error *err);

/* A licence expression as SPDX can hold it, in the arena: ids that it may not know become LicenseRefs, what cannot be
 * read is one. NULL stays NULL. `refs`, if not NULL, is called with each LicenseRef and the id that it stands for.
 */
typedef int (*bom_ref)(void *ctx, const char *ref, const char *id, struct ow_error *err);
OW_MUST_USE int bom_expression(const struct license_set *set, const char *text, struct arena *a,
			       const char **out, bom_ref refs, void *ctx, struct ow_error *err);

/* What is so of a component beside its licence and makes a difference to a decision, by the keys of scenario files. */
enum {
	BOM_TRAITS = 3
};
size_t bom_traits(const struct notice_component *c, const char *out[BOM_TRAITS]);

/* What goes into CycloneDX as `license.id`: one licence of the SPDX list. */
bool bom_is_spdx_id(const char *expression);

#endif
