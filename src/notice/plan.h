/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The facts in the order in which every file tells them, with what several files need: labels of components, the
 * licence files, harvested lines. The builder and the checker each make one.
 */
#ifndef OW_NOTICE_PLAN_H
#define OW_NOTICE_PLAN_H

#include "base/arena.h"
#include "bundle/names.h"
#include "notice/facts.h"

/* A text as a file of the bundle; NOTICE_UPSTREAM ones have no path, they are told in NOTICE.TXT. */
struct plan_text {
	const struct notice_text *text;
	const struct notice_artifact *artifact;
	struct ow_id sha256;
	char path[NAMES_PATH];
	struct texts copyrights; /* lines of it */
	const char *line;        /* that a licence wants to be told, NULL: none that is known */
	bool line_known;         /* it was looked for */
};

struct plan_part {
	const struct notice_artifact *artifact;
	const struct notice_component *component;
	const struct notice_file **files; /* by path */
	const char *label;                /* "org/model@1: weights", escaped, unique */
	size_t change;                    /* number of its entry in CHANGES.JSON, 0: none */
	struct texts licenses;            /* ids of all licences of the effective expression */
	struct texts lines;               /* that licences want to be told, each once */
	struct texts copyrights; /* of the texts it is under and of the NOTICE files, each once */
	const struct ow_obligation **duties; /* its own, by id and licence */
	size_t n_duties;
};

struct plan {
	const struct notice_facts *facts;
	const struct notice_artifact **artifacts; /* by name, version, digest */
	struct plan_part *parts;                  /* weights first, then by label */
	size_t n_parts;
	struct plan_text *texts; /* by path, upstream ones first; then by digest and artifact */
	size_t n_texts;
	struct arena arena;
};

/* Errors   OW_E_USAGE (two components with one label, an obligation of none), OW_E_INTERNAL (two texts with one name), OW_E_IO. */
OW_MUST_USE int plan_make(const struct notice_facts *facts, struct plan *p, struct ow_error *err);
void plan_done(struct plan *p);
OW_DEFINE_AUTO_DONE(struct plan, plan_done)

/* The text of a licence for a component: its artifact's own, else another's of the bundle; NULL: not in hand. */
const struct plan_text *plan_find_text(const struct plan *p, const struct notice_artifact *a,
				       enum notice_text_kind kind, const char *license);

/* "org/model@1", escaped, in the arena. */
const char *plan_name(struct plan *p, const struct notice_artifact *a);

/* Which obligation is it? DUTIES: none that is known here. */
enum duty plan_duty(const struct ow_obligation *o);

#endif
