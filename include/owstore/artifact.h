/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What is in a store: listed, looked up, added, promoted, checked out.
 *
 *	struct ow_artifact *a = NULL;
 *
 *	if (ow_artifact_find(store, "org/model@1", &a, &err) == 0)
 *		printf("%s is %s\n", a->name, ow_class_name(a->zone));
 *	ow_artifact_free(a);
 */
#ifndef OW_ARTIFACT_H
#define OW_ARTIFACT_H

#include <owstore/store.h>

/* A row of a listing. Strings are valid during the visit. */
struct ow_artifact_row {
	struct ow_id id;
	const char *name, *version, *licence;
	enum ow_class zone;
	uint64_t size, n_components, n_goldens;
	uint64_t added; /* seconds since 1970 */
};

struct ow_known; /* see <owstore/lineage.h> */

struct ow_filter {
	const char
	    *name; /* a glob over the whole name ("org/ *"), or a plain piece of it; NULL: all */
	const char *licence;    /* promoted under this id, letter case aside; NULL: all */
	int zone;               /* an enum ow_class, or -1: all that this user may read */
	uint64_t offset, limit; /* limit 0: no limit */

	/* Only with these are licences looked at: then `licence` also lists what is in quarantine and under it by what
	 * was found, and `can` (an enum ow_can, plus one; 0: all) lists what may be done with. Every finding that it
	 * depends on is read.
	 */
	const struct ow_known *known;
	unsigned can;
	uint64_t
	    *in_review; /* counts those of which a person must say whether it can; may be NULL */
	const struct ow_events *events; /* told how far that is */
};

/* < 0 ends the listing and is returned. */
typedef int (*ow_artifact_visit)(void *ctx, const struct ow_artifact_row *row,
				 struct ow_error *err);

/* Visit artifacts sorted by name, version, class and id. Classes that this user may not read are left out
 * silently.  Since 0.1
 */
OW_API OW_MUST_USE int ow_artifact_list(struct ow_store *s, const struct ow_filter *f,
					ow_artifact_visit visit, void *ctx, struct ow_error *err);

struct ow_component {
	char *path, *role;
	struct ow_id blob;
	uint64_t size;
};

struct ow_fact {
	char *path, *key, *value;
};

/* Something that happened to the artifact, oldest first. */
struct ow_note {
	struct ow_id id; /* of the record */
	char kind[24];   /* "intake", "arrival", "finding", "promotion", "golden" */
	uint64_t time;
	char *text;   /* one line for people */
	char *signer; /* key id, where the record is signed; else NULL */
};

struct ow_artifact {
	struct ow_id id;
	char *name, *version, *licence;
	char *declared; /* licence claimed by whoever added or sent it, or NULL */
	enum ow_class zone;
	uint64_t size, added;
	struct ow_component *components;
	size_t n_components;
	char **upstream;
	size_t n_upstream;
	char **parents; /* "quantized of org/base": as claimed */
	size_t n_parents;
	struct ow_fact *facts;
	size_t n_facts;
	struct ow_note *notes;
	size_t n_notes;
	size_t n_goldens; /* among the notes */
};

/* Look up a reference: name@version, sha256: with 8 digits or more, or a name that is unique. Every record
 * is read and checked against its digest.
 * Errors   OW_E_USAGE (malformed, unknown or ambiguous; says what is near), OW_E_INTEGRITY, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_artifact_find(struct ow_store *s, const char *ref,
					struct ow_artifact **out, struct ow_error *err);
OW_API void ow_artifact_free(struct ow_artifact *a);

struct ow_add_opts {
	const char *path;    /* file, folder, Hugging Face cache repository or local_dir, archive */
	const char *name;    /* NULL: what the source suggests */
	const char *version; /* NULL: what the source suggests, else "1" */
	const char *licence; /* declared licence, a claim; or NULL */
	const char
	    *licence_file;    /* a file that joins the artifact with the role licence; or NULL */
	const char *source;   /* upstream id such as hf:org/name@commit; or NULL */
	const char *revision; /* of a Hugging Face cache: branch, tag or commit; or NULL */
	bool dry_run;         /* look and say, change nothing */
};

struct ow_add_result {
	struct ow_id id;
	char name[200], version[65];
	bool existed; /* the very same artifact was here already; nothing changed */
	uint64_t n_components, bytes, new_bytes;
	char **left_out; /* paths that were not taken, such as .git */
	size_t n_left_out, cap_left_out;
};

/* Take an artifact into quarantine. Each file is read once; both its digests come from that read and the
 * bytes hashed are the bytes stored. Durable on return.
 * Errors   OW_E_USAGE (no such path; the same name@version is here with other bytes), OW_E_FORMAT, OW_E_UNSAFE
 *          (a path or link that leads out), OW_E_INTEGRITY (differs from an upstream digest, changed while
 *          read), OW_E_IO. The store is as it was; staged bytes are removed.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_add(struct ow_store *s, const struct ow_add_opts *opts,
			      const struct ow_events *events, struct ow_add_result *out,
			      struct ow_error *err);
OW_API void ow_add_result_done(struct ow_add_result *r);

struct ow_signer;   /* see <owstore/signer.h> */
struct ow_licenses; /* see <owstore/policy.h> */
struct ow_decision; /* the same */

struct ow_promote_opts {
	const char *ref;
	enum ow_class to; /* any class but quarantine; moving down is refused here */

	/* Both: by the approver's word (basis "operator"). Neither: by what policy decides (basis "decision"). */
	const char *licence, *reason;
	const char *recipient, *form, *purpose; /* of the decision, as ow_decide takes them */
	const struct ow_licenses *licenses;     /* the same; NULL: the usual ones */
	const struct ow_signer *approver;       /* who signs; NULL only with dry_run */
	const char *trust;                      /* trust folder, NULL: the default */
	bool dry_run;
};

struct ow_promote_result {
	struct ow_id id, record;
	enum ow_class from, to;
	uint64_t bytes;
	char licence[512];            /* it is under from now on */
	struct ow_decision *decision; /* of basis "decision", also where it refuses; else NULL */
	struct ow_id decision_record; /* that the promotion cites */
};

/* Move an artifact to another class: its blobs are copied into the class's own tree and checked on the way, then the
 * signed record makes it count there and not in the old class any more. The old blobs stay until gc. *out is to be
 * done with also after a failure, when out->decision says what is missing.
 * Errors   OW_E_USAGE, OW_E_POLICY (class not higher; policy blocks; policy refuses an operator's word),
 *          OW_E_UNCHECKED (a person must say something first), OW_E_TRUST (key is approver in no trusted root),
 *          OW_E_INTEGRITY, OW_E_IO. The artifact stays where it was.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_promote(struct ow_store *s, const struct ow_promote_opts *opts,
				  const struct ow_events *events, struct ow_promote_result *out,
				  struct ow_error *err);
OW_API void ow_promote_result_done(struct ow_promote_result *r);

struct ow_checkout_result {
	struct ow_id id;
	uint64_t files, bytes;
	bool reflinked; /* bytes are shared with the store until somebody writes */
};

/* Write the artifact's files under their own names into `dir`, which must not exist or be empty. Every byte is
 * checked on the way out; nothing is left behind on failure. `dry_run`: only see whether it could be done.
 * Errors   OW_E_POLICY (in quarantine), OW_E_USAGE (dir is not empty), OW_E_INTEGRITY, OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_checkout(struct ow_store *s, const char *ref, const char *dir,
				   bool dry_run, const struct ow_events *events,
				   struct ow_checkout_result *out, struct ow_error *err);

#endif
