/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What stands for the licences of artifacts, what they were made from, and what hangs on a licence.
 *
 *	static int show(void *ctx, const struct ow_standing *s, struct ow_error *err)
 *	{
 *		printf("%s %s\n", s->state, s->license == NULL ? "" : s->license);
 *		return 0;
 *	}
 *
 *	if (ow_standing(store, "org/model@1", &with, show, NULL, NULL, &err) < 0)
 *		return ow_code_exit(err.code);
 */
#ifndef OW_LINEAGE_H
#define OW_LINEAGE_H

#include <owstore/event.h>
#include <owstore/policy.h>
#include <owstore/store.h>

/* What answers rest on. */
struct ow_known {
	const struct ow_licenses *licenses;
	const char *trust; /* trust folder whose roots vouch for conclusions, NULL: the default */
};

/* What stands for the licence of an artifact, or of those parts of it that stand alike. Texts are valid during the
 * visit.
 *
 * state  "concluded"     a person took the text to be this
 *        "confirmed"     declared, and its text is there unchanged
 *        "text-only"     its text is there, nothing is declared
 *        "tag-only"      declared, no text is there
 *        "mismatch"      declared is one, the text is of another
 *        "modified"      the text differs from the known one
 *        "unknown-text"  a text is there that is not known
 *        "absent"        neither
 */
struct ow_standing {
	const char *parts; /* "weights (3 files), config.json"; NULL: the whole */
	const char *state;
	const char *license;  /* the expression that counts, or NULL */
	const char *declared; /* what was declared, or NULL */
	const char *found_in; /* files that hold the text, or NULL */
	const char *why;      /* what is wrong, or NULL */
};

/* Visit what stands for the licences of an artifact, as far as it is told apart.
 * Errors   as ow_decide.
 * Since    0.1
 */
typedef int (*ow_standing_visit)(void *ctx, const struct ow_standing *s, struct ow_error *err);
OW_API OW_MUST_USE int ow_standing(struct ow_store *s, const char *ref,
				   const struct ow_known *known, ow_standing_visit visit, void *ctx,
				   const struct ow_events *events, struct ow_error *err);

/* The artifact of the same model (called so, or from the same place upstream) that came before, where it had another
 * licence text.
 */
struct ow_drift {
	char *earlier;        /* "org/model@1"; owned, as the others */
	char *before, *after; /* expressions */
	bool
	    compared; /* both are one licence with a profile each: ow_license_diff tells how they differ */
};

/* Returns 1 with *out filled, 0 where nothing came before or it had the same licence.
 * Errors   as ow_decide.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_drift_find(struct ow_store *s, const char *ref,
				     const struct ow_known *known, struct ow_drift *out,
				     const struct ow_events *events, struct ow_error *err);
OW_API void ow_drift_done(struct ow_drift *d);

/* ---- lineage ---------------------------------------------------------------------------------------------- */

/* A relative of an artifact. Texts are valid during the visit. */
struct ow_relative {
	bool down;               /* made from the artifact; else the artifact was made from it */
	unsigned depth;          /* from 1 */
	const char *kind;        /* of the step to it: "quantized", "finetune", … */
	const char *claimed;     /* upwards: the name that the step claims; else NULL */
	const char *quarantined; /* not here: as in ow_absent */
	bool here;               /* in the store; the members below count only then */
	bool again;              /* was visited before: what is beyond it is not told again */
	struct ow_id id;
	const char *name, *version;
	enum ow_class zone;
	const char *license,
	    *state; /* as in ow_standing, of its model; license NULL: none counts. "unknown-text" of one
		     * made from it whose files cannot be looked at, which a warning tells */
};

/* Visit what an artifact was made from, as far as it is told, and then what was made from it here: depth first, each
 * line of descent in a fixed order. The second part reads every record of the store.
 * Errors   as ow_decide.
 * Since    0.1
 */
typedef int (*ow_relative_visit)(void *ctx, const struct ow_relative *r, struct ow_error *err);
OW_API OW_MUST_USE int ow_lineage(struct ow_store *s, const char *ref, const struct ow_known *known,
				  ow_relative_visit visit, void *ctx,
				  const struct ow_events *events, struct ow_error *err);

/* A model that an artifact, or one that it comes from, was made from, and that is not in the store: decisions about the
 * artifact are X-LINEAGE, class research at most, until it is. Texts are valid during the visit.
 */
struct ow_absent {
	const char *child;       /* "org/model@1" */
	const char *kind, *name; /* as claimed; name NULL: nobody could read which */
	const char
	    *quarantined; /* "org/base@1", which is called so and was not promoted; NULL: none */
};

/* Visit those of an artifact.
 * Errors   as ow_decide.
 * Since    0.1
 */
typedef int (*ow_absent_visit)(void *ctx, const struct ow_absent *a, struct ow_error *err);
OW_API OW_MUST_USE int ow_absent_list(struct ow_store *s, const char *ref, ow_absent_visit visit,
				      void *ctx, struct ow_error *err);

/* Of a kind of ow_relative or ow_absent, what stands between it and the name: "quantized of", "trained-on".  Since 0.1 */
OW_API const char *ow_kind_of(const char *kind);

/* ---- what hangs on a licence --------------------------------------------------------------------------------- */

/* An artifact that a licence reaches. */
struct ow_reached {
	struct ow_id id;
	const char *name, *version;
	enum ow_class zone;
	const char *
	    through; /* the artifact it was made from that brings the licence; NULL: it is its own */
};

/* A bundle, made or received here, that carried one of them. */
struct ow_carried {
	const char *bundle, *origin,
	    *destination; /* destination "" where the manifest names none */
	uint64_t seq, issued;
	struct ow_id id; /* the artifact */
	const char *name, *version;
};

/* A model that hangs on something else and could take the place of one of them, as far as licences go. */
struct ow_replacement {
	struct ow_id id;
	const char *name, *version;
	enum ow_class zone;
	enum ow_class ceiling; /* the widest class that it may be used in */
};

struct ow_impact_calls {
	int (*reached)(void *ctx, const struct ow_reached *r, struct ow_error *err);
	int (*carried)(void *ctx, const struct ow_carried *c, struct ow_error *err);
	int (*replacement)(
	    void *ctx, const struct ow_replacement *r,
	    struct ow_error *err); /* NULL: not asked; it takes a decision about each artifact */
	void *ctx;
};

/* Tell what hangs on a licence: the artifacts that are under it (by what was found, by a person's conclusion or by the
 * licence of a promotion), all that was made from them here, and the bundles that carried any of these. Reads every
 * record and finding of the store. Replacements are the promoted models that do not hang on it and whose ceiling reaches
 * the narrowest class that any of these is used in.
 * Errors   OW_E_USAGE (no profile is called so), and as ow_decide.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_impact(struct ow_store *s, const char *license,
				 const struct ow_known *known, const struct ow_impact_calls *calls,
				 const struct ow_events *events, struct ow_error *err);

/* ---- what may be done ------------------------------------------------------------------------------------------ */

enum ow_can {
	OW_CAN_COMMERCIAL,             /* be used by a commercial organisation */
	OW_CAN_REDISTRIBUTE,           /* be given to anybody */
	OW_CAN_ADAPT,                  /* be fine-tuned for own use */
	OW_CAN_ADAPT_AND_REDISTRIBUTE, /* be fine-tuned and given to anybody */
	OW_CAN_QUANTIZE,               /* be quantized for own use */
	OW_CAN_TRAIN_OTHERS,           /* teach models that compete with it */
	OW_CANS
};

/* "commercial", "redistribute", "adapt", "adapt-and-redistribute", "quantize", "train-others".  Since 0.1 */
OW_API const char *ow_can_name(enum ow_can what);

/* May this be done with an artifact as far as licences, lineage and facts about us go, once everything that people can
 * supply (approvals, notices, evidence, acceptances) is there? OW_REVIEW: a person must say.
 * Errors   as ow_decide.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_can(struct ow_store *s, const char *ref, enum ow_can what,
			      const struct ow_known *known, enum ow_verdict *out,
			      const struct ow_events *events, struct ow_error *err);

#endif
