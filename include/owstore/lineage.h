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

#endif
