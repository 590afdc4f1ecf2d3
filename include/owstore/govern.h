/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What approvers put on record so that decisions may rest on it: facts about parties and artifacts, approvals,
 * elections, interpretations, conclusions, waivers, agreements, acceptances and evidence. Each is signed and never
 * changed; a later one about the same subject takes its place.
 *
 *	struct ow_statement said = ow_statement_of(OW_APPROVAL);
 *	struct ow_state_opts opts = {.approvers = &ann, .n_approvers = 1};
 *	struct ow_stated now;
 *
 *	said.ref = "org/model@1";
 *	said.zone = OW_CLASS_CUSTOMER;
 *	said.party = "site-b";
 *	if (ow_state(store, &said, 1, &opts, NULL, &now, &err) == 0)
 *		printf("%u of %u approvals\n", now.have, now.need);
 */
#ifndef OW_GOVERN_H
#define OW_GOVERN_H

#include <owstore/policy.h>
#include <owstore/signer.h>
#include <owstore/store.h>

enum ow_statement_kind {
	OW_FACT, /* key is value, of a party ("organisation", "policy", a recipient) or of an artifact */
	OW_APPROVAL, /* the artifact may go to the party, in class and form */
	OW_ELECTION, /* value was chosen of the expression in license */
	OW_INTERPRETATION, /* value answers the question in key: provenance-risk, research-use; accept, reject */
	OW_WAIVER,     /* contract value lifts rules of a license */
	OW_ACCEPTANCE, /* party accepted the terms of an upstream gate, on a date; value: how */
	OW_CONCLUSION, /* the text with the words shown (or no text) is license */
	OW_AGREEMENT,  /* agreement value with the licensor of a license */
	OW_EVIDENCE, /* the obligation in key is met, towards party or all; value: the text shown */
	OW_DECISION  /* made by ow_promote alone */
};

enum {
	OW_NO_END = 0 /* as valid_until */
};

/* What is to be said. Texts that a kind does not have are NULL; so are those that may be left out. */
struct ow_statement {
	enum ow_statement_kind kind;
	int zone;              /* enum ow_class of an approval */
	const char *ref;       /* the artifact, or NULL where it is about parties and licences */
	const char *component; /* a path in it, or a role: "weights"; NULL: all of it */
	const char *license, *party, *key, *value;
	const char *form; /* of an approval; NULL: "raw" */
	const char *
	    text; /* of a conclusion: the path of the text in the artifact, or sha256: and its words' digest */
	const char *shown; /* a file that shows it, of which the SHA-256 is kept */
	uint64_t date;     /* of an acceptance; 0: now */
	const char *const *lifts;
	size_t n_lifts;
	uint64_t valid_until; /* seconds since 1970, or OW_NO_END */
	bool withdraw;        /* take an earlier one about the same back */
	const char *reason;
};

/* One of this kind that says nothing yet.  Since 0.1 */
OW_API struct ow_statement ow_statement_of(enum ow_statement_kind kind);

/* "fact", "approval", …  Since 0.1 */
OW_API const char *ow_statement_word(enum ow_statement_kind kind);

struct ow_state_opts {
	const struct ow_signer *const
	    *approvers; /* of the origin that governs; none only with dry_run */
	size_t n_approvers;
	const char *trust;                  /* trust folder, NULL: the default */
	const struct ow_licenses *licenses; /* what a license must be one of; NULL: not checked */
	bool dry_run;                       /* check and say, change nothing */
};

struct ow_stated {
	struct ow_id record;
	char line[600];      /* the statement for people */
	unsigned have, need; /* of an approval: distinct approvers so far, and how many it takes */
	char names[200];     /* theirs */
};

/* Put statements on record, each signed by all approvers; out has one for each. Either all get on record or the call
 * can be repeated: what is there already stays. Durable on return.
 * Errors   OW_E_USAGE (a value that is none for its key, an unknown rule, component, artifact …; says which), OW_E_TRUST
 *          (a key is approver in no trusted root), OW_E_STALE (the clock is behind what is on record about the same),
 *          OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_state(struct ow_store *s, const struct ow_statement *said, size_t n,
				const struct ow_state_opts *opts, const struct ow_events *events,
				struct ow_stated *out, struct ow_error *err);

/* Something on record that a trusted root vouches for and no later statement replaced. Strings are valid during the
 * visit.
 */
struct ow_statement_row {
	struct ow_id record;
	enum ow_statement_kind kind;
	const char *artifact;                                  /* "name@version", or NULL */
	const char *component, *license, *party, *key, *value; /* "" where there is none */
	const char *line, *reason;
	const char *signers;        /* names of keys: "ann, bob" */
	uint64_t time, valid_until; /* OW_NO_END */
	bool holds;                 /* not past its end */
};

/* < 0 ends the listing and is returned. */
typedef int (*ow_statement_visit)(void *ctx, const struct ow_statement_row *row,
				  struct ow_error *err);

/* Visit what is on record about parties and licences (ref NULL) or beside one artifact, by kind, subject and time.
 * What counts for nothing is warned of. Errors as ow_artifact_find.  Since 0.1
 */
OW_API OW_MUST_USE int ow_statement_list(struct ow_store *s, const char *ref, const char *trust,
					 const struct ow_events *events, ow_statement_visit visit,
					 void *ctx, struct ow_error *err);

/* Something that has to be looked at again. Strings are valid during the visit. */
struct ow_due_row {
	uint64_t due;         /* when; in the past where it is over */
	const char *what;     /* "approval", "fact", "screening", "licence", … */
	const char *artifact; /* "name@version", or NULL */
	const char *line;     /* "customer for site-b, raw" */
	const char *next;     /* the command that comes next */
};
typedef int (*ow_due_visit)(void *ctx, const struct ow_due_row *row, struct ow_error *err);

/* Visit all of a store that ends or falls due within so many days, what is over included, by date: statements with an
 * end and those that nobody vouches for any more, screenings of recipients, and the licence of each promoted artifact,
 * which is looked at again after 90 days where its profile is of low confidence, 180 where it restricts use, 365 where it
 * is permissive. `licenses` may be NULL: then without those.  Since 0.1
 */
OW_API OW_MUST_USE int ow_review_list(struct ow_store *s, uint64_t days, const char *trust,
				      const struct ow_licenses *licenses,
				      const struct ow_events *events, ow_due_visit visit, void *ctx,
				      struct ow_error *err);

#endif
