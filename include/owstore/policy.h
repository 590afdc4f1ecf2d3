/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Licences and decisions: what the texts permit, and whether a bundle may go to somebody.
 *
 *	struct ow_licenses *known = NULL;
 *	struct ow_decision *d = NULL;
 *
 *	if (ow_licenses_site(NULL, &known, &err) == 0 &&
 *	    ow_decide_scenario(known, "what-if.yaml", &d, &err) == 0)
 *		puts(ow_verdict_name(d->verdict));
 *	ow_decision_free(d);
 *	ow_licenses_close(known);
 */
#ifndef OW_POLICY_H
#define OW_POLICY_H

#include <owstore/class.h>
#include <owstore/error.h>
#include <owstore/event.h>
#include <owstore/id.h>

/* ---- licences ------------------------------------------------------------------------------------------- */

struct ow_licenses;
struct ow_store;  /* see <owstore/store.h> */
struct ow_signer; /* see <owstore/signer.h> */

/* The built-in licence profiles, then the files *.yaml of each folder in the order of their names; a profile with
 * an id that is there takes its place. Profiles of folders are to ask with: what moves, sends or signs something takes
 * those of the site (ow_licenses_site) and refuses them.
 * Errors   OW_E_FORMAT (a file, with line and column), OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_licenses_open(const char *const *folders, size_t n,
					struct ow_licenses **out, struct ow_error *err);

/* The same with the site's own files, those of /etc/owstore/licenses.d where it exists. Each must have the signature of
 * an approver of a trusted root (ow_license_sign). `trust` NULL: the usual folder.
 * Errors   OW_E_TRUST (a file that is not signed as it is), and as above.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_licenses_site(const char *trust, struct ow_licenses **out,
					struct ow_error *err);

/* Sign a file of profiles, which must be readable as such: the signature is written beside it, PATH.minisig, in the
 * place of one that is there. With dry_run all is checked and nothing written.
 * Errors   OW_E_TRUST (the key is approver in no trusted root), OW_E_FORMAT, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_license_sign(const char *path, const struct ow_signer *approver,
				       const char *trust, bool dry_run, struct ow_error *err);
OW_API void ow_licenses_close(struct ow_licenses *known);

/* One profile in short; texts belong to the licences. */
struct ow_license_row {
	const char *id, *name, *family;
	const char *openness, *confidence; /* words, as in the files */
	const char *redistribution, *commercial_use, *derivatives;
	const char *origin; /* the file it comes from */
};

/* Visit all in the order of ids.  Since 0.1 */
typedef int (*ow_license_visit)(void *ctx, const struct ow_license_row *row, struct ow_error *err);
OW_API OW_MUST_USE int ow_licenses_list(const struct ow_licenses *known, ow_license_visit visit,
					void *ctx, struct ow_error *err);

/* Visit the facts of one, by id or by a model card's tag that stands for it alone. Values may be long.
 * Errors   OW_E_USAGE (none of that name, or several).
 * Since    0.1
 */
typedef int (*ow_fact_visit)(void *ctx, const char *key, const char *value, struct ow_error *err);
OW_API OW_MUST_USE int ow_license_facts(const struct ow_licenses *known, const char *id,
					ow_fact_visit visit, void *ctx, struct ow_error *err);

enum ow_shift {
	OW_SHIFT_LOOSENED,
	OW_SHIFT_TIGHTENED,
	OW_SHIFT_UNCLEAR
};

/* "loosened", "tightened" or "unclear".  Since 0.1 */
OW_API const char *ow_shift_name(enum ow_shift s);

/* Visit the dimensions in which two licences differ.
 * Errors   as ow_license_facts.
 * Since    0.1
 */
typedef int (*ow_shift_visit)(void *ctx, const char *dimension, const char *before,
			      const char *after, enum ow_shift shift, struct ow_error *err);
OW_API OW_MUST_USE int ow_license_diff(const struct ow_licenses *known, const char *before,
				       const char *after, ow_shift_visit visit, void *ctx,
				       struct ow_error *err);

/* ---- decisions ------------------------------------------------------------------------------------------ */

enum ow_verdict {
	OW_ALLOW,
	OW_ALLOW_WITH_OBLIGATIONS,
	OW_REVIEW, /* a person must add a fact, an election or an interpretation */
	OW_BLOCK
};

enum ow_severity {
	OW_SEVERITY_BLOCK,
	OW_SEVERITY_REVIEW,
	OW_SEVERITY_WARN,
	OW_SEVERITY_INFO
};

struct ow_reason {
	const char *rule; /* "X-NC" */
	enum ow_severity severity;
	const char *component, *license, *clause;
	const char *fact; /* what was held against the clause */
	const char *text;
	const char *const *path; /* from "bundle" to what carries the licence */
	size_t n_path;
	const char *const *remedies; /* NULL ends */
	enum ow_class cap;           /* the highest class that it lets pass */
};

struct ow_obligation {
	const char *id; /* "O-COPY" */
	const char *component, *license, *clause;
	const char *check; /* what is looked at */
	bool met;
};

struct ow_effective {
	const char *component, *expression;
};

/* A decision; all texts belong to it. */
struct ow_decision {
	const char *scenario; /* what it calls itself; NULL: an artifact was asked about */
	const char *artifact, *version;
	struct ow_id id; /* of the artifact */
	enum ow_class requested;
	const char *organisation, *recipient, *form; /* ids of us and of whoever is to have it */
	enum ow_verdict verdict;
	enum ow_class ceiling; /* the highest class that any request may use */
	enum ow_class usable;  /* the same where parts that it needs at run time count */
	struct ow_effective *effective;
	size_t n_effective;
	struct ow_reason *reasons; /* the worst first */
	size_t n_reasons;
	struct ow_obligation *obligations;
	size_t n_obligations;
	const char **blocked, **others; /* where some members alone stop it: they, and the rest */
	size_t n_blocked, n_others;
	struct ow_id profiles, policy, facts; /* digests of what went in */
};

/* "allow", "allow-with-obligations", "review" or "block".  Since 0.1 */
OW_API const char *ow_verdict_name(enum ow_verdict v);

/* "block", "review", "warn" or "info".  Since 0.1 */
OW_API const char *ow_severity_name(enum ow_severity s);

/* Decide a scenario file ("-": standard input). The same file and profiles give the same decision, whatever the
 * order of its lists; only where it names no clock does the time of the call count.
 * Errors   OW_E_FORMAT (with line and column), OW_E_IO. A verdict is no error.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_decide_scenario(const struct ow_licenses *known, const char *path,
					  struct ow_decision **out, struct ow_error *err);
OW_API void ow_decision_free(struct ow_decision *d);

/* What is asked about an artifact of a store. */
struct ow_decide_opts {
	const struct ow_licenses *licenses;
	enum ow_class to; /* any class but quarantine */
	const char
	    *recipient;   /* an id; NULL: the organisation, or anyone for class redistributable */
	const char *form; /* "raw", "integrated-product" or "hosted"; NULL: raw */
	const char *purpose; /* as in a scenario; NULL: research for that class, else production */
	const char *trust;   /* trust folder, NULL: the default */
};

/* Decide about an artifact of the store from what is on record: what was found in it and in what it was made from, and
 * what approvers have signed. The same records and profiles give the same decision, in whatever order they came; the
 * time of the call counts where something ends.
 * Errors   OW_E_USAGE (no such artifact, form or purpose; class customer without a recipient), OW_E_INTEGRITY, OW_E_IO,
 *          OW_E_UNCHECKED (nothing was found yet, and the child that looks cannot run). A verdict is no error.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_decide(struct ow_store *s, const char *ref,
				 const struct ow_decide_opts *opts, const struct ow_events *events,
				 struct ow_decision **out, struct ow_error *err);

#endif
