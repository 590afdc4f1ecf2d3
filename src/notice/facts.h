/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the notices of a bundle are made from, as plain values: which bundle it is, its artifacts with their components,
 * the licence texts and NOTICE files in hand, and the decision about each artifact. Everything is borrowed and must
 * outlive what is made of it. The order of
 * artifacts, components, files, texts and obligations means nothing. Texts may hold any bytes: what people read is escaped,
 * and JSON is UTF-8.
 */
#ifndef OW_NOTICE_FACTS_H
#define OW_NOTICE_FACTS_H

#include <owstore/class.h>
#include <owstore/id.h>
#include <owstore/policy.h>

#include "policy/license.h"

struct notice_file {
	const char *path; /* in the artifact */
	struct ow_id id;
	uint64_t size;
};

/* Who changed a file, and how; NULL is what nobody has told. */
struct notice_change {
	const char *tool, *parameters, *date, *author;
};

/* Files of one role under one and the same licence. */
struct notice_component {
	const char *id;   /* unique in the artifact; the decision calls it so */
	const char *role; /* a word of role_words */
	const struct notice_file *files;
	size_t n_files;
	const char *declared, *concluded;          /* licence expressions, or NULL */
	const char *concluded_by;                  /* "the text of LICENSE", or NULL */
	const char *effective;                     /* with all that the lineage brings, or NULL */
	bool modified;                             /* compared with the parents of the artifact */
	const char *modality;                      /* a word of modality_words_of_items, or NULL */
	bool gated, upstream_notice, unnamed_base; /* as the decision has them (policy/case.h) */
	struct notice_change change;
};

struct notice_parent {
	const char *kind; /* a word of edge_words, or any other */
	const char *name; /* "org/model", or "org/model@version" of an artifact that is known */
	const struct ow_id *id; /* of the artifact, or NULL */
};

enum notice_text_kind {
	NOTICE_LICENCE,
	NOTICE_POLICY,  /* that a licence refers to: a use policy */
	NOTICE_UPSTREAM /* a NOTICE file, a list of authors: of no licence */
};

struct notice_text {
	enum notice_text_kind kind;
	const char *license; /* the id; NULL for NOTICE_UPSTREAM */
	const char *from;    /* path in the artifact */
	struct ow_view bytes;
};

struct notice_artifact {
	const char *name, *version;
	struct ow_id id;
	enum ow_class class;
	const char *basis;           /* "decision" or "operator" */
	const char *licence;         /* concluded for the whole: what the manifest says */
	const char *architecture;    /* of a model, or NULL */
	const char *const *upstream; /* "hf:org/name@commit" */
	size_t n_upstream;
	const struct notice_parent *parents;
	size_t n_parents;
	const struct notice_component *components;
	size_t n_components;
	const struct notice_text *texts;
	size_t n_texts;
	const struct ow_decision *decision; /* or NULL: no obligations are known */
};

struct notice_facts {
	const char *bundle, *origin, *stream, *destination;
	uint64_t epoch, seq;
	uint64_t issued;      /* the only time in all files: seconds since 1970 */
	const char *producer; /* "owstore 0.1.0" */
	const struct license_set *set;
	const struct notice_artifact *artifacts;
	size_t n_artifacts;
};

#endif
