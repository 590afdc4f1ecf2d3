/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Crossing the gap: write a signed bundle, verify one on arrival, import it.
 *
 *	struct ow_verify_report report = {0};
 *	const char *paths[] = {"/media/stick"};
 *
 *	if (ow_verify(paths, 1, &(struct ow_verify_opts){.trust = dir}, NULL, &report, &err) < 0)
 *		return ow_code_exit(err.code);
 *	printf("%s\n", ow_code_name(report.code));
 *	ow_verify_report_done(&report);
 */
#ifndef OW_BUNDLE_H
#define OW_BUNDLE_H

#include <owstore/artifact.h>

struct ow_licenses; /* see <owstore/policy.h> */

struct ow_export_opts {
	const char *const *refs;
	size_t n_refs;
	const char *to;          /* folder on the medium */
	const char *destination; /* id of who it is for; must be in the origin's root */
	const char *origin;      /* NULL: the one whose root knows the signers */
	const char *stream;      /* NULL: "main" */
	const char *preset;      /* cd dvd5 dvd9 bd25 bd50 fat32 exfat, or NULL */
	const char *part_limit;  /* a size such as 2GiB; NULL: 2 GiB or what the preset says */
	const char *capacity;    /* a size; NULL: what the preset or the file system says */
	const char *producer;    /* "owstore 0.1.0", for the texts on the medium */
	const char *trust;       /* trust folder, NULL: the default */
	const struct ow_signer *const *signers; /* release keys, as many as the threshold asks */
	size_t n_signers;
	bool dry_run; /* plan and preflight only; takes no sequence number, writes nothing */
	const struct ow_licenses *licenses; /* what is decided with; NULL: the usual ones */

	/* From the first byte that is written on, let this process reach nothing but the medium, what the store's
	 * classes share, and the trees of the classes that the destination may receive. For good: for programs that
	 * do nothing else.
	 */
	bool confine;
};

struct ow_export_result {
	char path[1100]; /* the bundle folder */
	char origin[65], stream[65];
	uint64_t seq;
	struct ow_id manifest;
	uint64_t files, bytes, artifacts, goldens;
	uint64_t notices;   /* files about licences: notices, texts, SBOMs */
	uint64_t read_back; /* bytes read from the medium and compared */
};

/* Write a bundle and read it back from the medium. On return 0 every byte has been verified from the medium.
 * Errors   OW_E_USAGE (limits, unknown preset or destination, a bundle of that name is there), OW_E_POLICY (an
 *          artifact in quarantine or above the destination's class), OW_E_TRUST (signers do not meet the
 *          threshold), OW_E_INTEGRITY (the medium gives back other bytes), OW_E_IO. The medium then holds no
 *          manifest and what was written is removed as far as the medium allows.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_export(struct ow_store *s, const struct ow_export_opts *opts,
				 const struct ow_events *events, struct ow_export_result *out,
				 struct ow_error *err);

struct ow_finding {
	enum ow_code code;
	char kind
	    [16]; /* "altered", "missing", "extra", "unreadable", "signature", "format", "root" */
	char path[400];    /* in the bundle folder; raw, escape before showing */
	uint64_t off, len; /* damaged bytes in that file; len 0: from there on, or the whole */
	uint64_t chunk;    /* number in the blob, from 0; UINT64_MAX: not a chunk */
	char expected[65], got[65]; /* SHA-256 in hex, or "" */
	char text[300];
};

struct ow_bundle_signer {
	char key[17];    /* key id, upper-case hex as minisign prints it */
	char name[65];   /* in the root, or "" */
	char status[16]; /* "good", "damaged", "unknown" */
};

struct ow_bundle_artifact {
	struct ow_id id;
	char name[200], version[65];
	enum ow_class claimed_class; /* the sender's word */
	char claimed_licence[512];   /* the sender's word */
	uint64_t size, n_components;
	uint64_t n_goldens; /* that are signed and inside; known once the files were checked */
};

/* What was found out about one bundle folder. */
struct ow_bundle_report {
	enum ow_code code; /* OW_OK, and checked: every byte is as signed */
	char path[1100];
	char name[65], origin[65], stream[65], destination[65];
	uint64_t epoch, seq, issued, root_version;
	bool authentic; /* the signature threshold was met; what follows is as signed */
	bool
	    superseded; /* a newer authentic one of the stream lies beside it: files were not checked */
	bool
	    checked; /* every file was looked for and compared; else the work ended before, and says nothing of them */
	uint64_t files, bytes; /* compared */
	uint64_t files_here; /* import: not read from the medium, since the store has their bytes */
	double seconds;
	/* of a good one, by names alone: "complete", "none", "incomplete: LICENSES/MIT.TXT is not there" */
	char notices[180];
	struct ow_bundle_signer *signers;
	size_t n_signers;
	struct ow_bundle_artifact *artifacts;
	size_t n_artifacts;
	struct ow_finding *findings;
	size_t n_findings, cap_findings;
	char hint[300]; /* what to do about the first of them, or "" */
};

struct ow_verify_report {
	enum ow_code code; /* the gravest of all bundles */
	struct ow_bundle_report *bundles;
	size_t n, cap;
};

struct ow_verify_opts {
	const char *trust; /* trust folder, NULL: the default */
	bool whole; /* also the SHA-256 of whole blobs, beside the chunks that cover every byte */
	bool tolerate_damaged_signatures; /* beside enough good ones (site policy) */
	bool
	    confine; /* jail the calling process for good first: reads only the paths and the trust folder, no sockets */
};

/* Check what lies at the paths: media, OWSTORE folders or single bundle folders. Signatures come before
 * anything else is parsed; then every byte of every file, in parallel. Writes nothing, opens no socket.
 * Returns  0 with the report filled, whatever it says; < 0 if there was nothing to check or no way to.
 * Errors   OW_E_USAGE (no such path), OW_E_FORMAT (no bundle there), OW_E_UNCHECKED (confinement not to be
 *          had), OW_E_IO.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_verify(const char *const *paths, size_t n,
				 const struct ow_verify_opts *opts, const struct ow_events *events,
				 struct ow_verify_report *out, struct ow_error *err);
OW_API void ow_verify_report_done(struct ow_verify_report *r);

struct ow_import_opts {
	const char *trust;
	bool tolerate_damaged_signatures;
	bool dry_run; /* everything but storing: what verify would say, and what would be new */
};

struct ow_import_result {
	struct ow_verify_report report; /* as of verify; code tells how it went */
	uint64_t artifacts, new_artifacts;
	uint64_t goldens, new_goldens;
	uint64_t bytes, new_bytes,
	    resumed_bytes; /* of blobs; resumed: found in an interrupted import */
};

/* Import the bundles at `path` into quarantine. Same checks as verify; the bytes hashed are the bytes stored.
 * All artifacts of a bundle are adopted, or none. After an interruption the next import goes on at the chunk.
 * Importing again is a harmless success.
 * Returns  0 with result->report.code OW_OK, or < 0 with `err` telling the gravest finding; the report is filled
 *          either way. The medium is untouched; checked chunks stay staged for the next try.
 * Since    0.1
 */
OW_API OW_MUST_USE int ow_import(struct ow_store *s, const char *path,
				 const struct ow_import_opts *opts, const struct ow_events *events,
				 struct ow_import_result *out, struct ow_error *err);
OW_API void ow_import_result_done(struct ow_import_result *r);

#endif
