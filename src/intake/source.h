/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What a person points `add` at, as a list of files: a file, a folder, a repository in a Hugging Face cache, a folder
 * downloaded with the Hugging Face tools, an archive. Everything is only read.
 *
 *	struct source_options opts = {.stage = stage_dirfd(st), .events = ev};
 *	OW_AUTO(source_close) struct source s = {.root = -1};
 *
 *	if (source_open(path, &opts, &s, err) < 0)
 *		return err->code;
 *	for (size_t i = 0; i < s.n_items; i++) {
 *		OW_AUTO(fd_close) int fd = source_open_item(&s, i, err);
 *		… copy and hash it …
 *		if (fd < 0 || source_unchanged(&s, i, fd, err) < 0 || source_check(&s, i, stored_fd, &id, err) < 0)
 *			return err->code;
 *	}
 *
 * What is refused: links that lead out (OW_E_UNSAFE; links inside a folder, and those of a cache into its own blobs, are
 * followed), FIFOs, devices and sockets (OW_E_UNSAFE; never opened), names no artifact may have, more than
 * COMPONENTS_MAX files, split sets that lack a file (OW_E_FORMAT).
 */
#ifndef OW_INTAKE_SOURCE_H
#define OW_INTAKE_SOURCE_H

#include <owstore/error.h>
#include <owstore/event.h>
#include <owstore/id.h>

#include "base/auto.h"
#include "codec/gitid.h"

enum source_kind {
	SOURCE_FILE,
	SOURCE_FOLDER,
	SOURCE_HF_CACHE, /* models--ORG--NAME with its snapshots */
	SOURCE_HF_LOCAL, /* a folder with .cache/huggingface/download */
	SOURCE_ARCHIVE,  /* unpacked into the stage */
};

/* What somebody else said a file's digest is. */
enum source_promise {
	PROMISE_NONE,
	PROMISE_SHA256,
	PROMISE_GIT /* git's file id */
};

struct source_item {
	char *path; /* in the artifact */
	char *at;   /* below the root: another name where a link was followed */
	uint64_t size;
	int64_t mtime_ns;
	enum source_promise promise;
	const char *promised_by; /* "SHA256SUMS", "the cache", …; static */
	struct ow_id sha256;
	uint8_t git[GITID_SIZE];
};

/* Not taken, and why. */
struct source_skip {
	char *path;
	const char *why; /* static */
};

struct source {
	enum source_kind kind;
	char *name;     /* suggested: "Qwen/Qwen3-0.6B", or "" */
	char *revision; /* the commit, or "" */
	char *upstream; /* "hf:Qwen/Qwen3-0.6B@<commit>", or "" */
	int root;
	struct source_item *items; /* sorted by the bytes of the path */
	size_t n_items, cap_items;
	struct source_skip *skips; /* files by name, folders with a slash behind */
	size_t n_skips, cap_skips;
	char **notes; /* one line each, for people */
	size_t n_notes, cap_notes;
};

struct source_options {
	const char *
	    revision; /* of a Hugging Face cache: commit, branch or tag; NULL: main, or the only one */
	int stage; /* empty folder that archives are unpacked into; it must outlive the source. < 0: none are taken */
	unsigned lenient; /* jail layers that site policy lets go missing (os/jail.h) */
	const struct ow_events *events; /* may be NULL */
};

/* Look at `path` and list it. *out is set only on success. Errors as above; OW_E_FORMAT for an archive that is not what
 * its name says or breaks the rules of its format; OW_E_USAGE with a hint where the person has to choose.
 */
OW_MUST_USE int source_open(const char *path, const struct source_options *opts, struct source *out,
			    struct ow_error *err);
void source_close(struct source *s);
OW_DEFINE_AUTO_DONE(struct source, source_close)

/* Open item i for reading, beneath the root, no link followed, never blocking. The descriptor or < 0. */
OW_MUST_USE int source_open_item(const struct source *s, size_t i, struct ow_error *err);

/* After reading: is the file still the one that was listed? OW_E_INTEGRITY if its size or time changed (try once more,
 * then give up: case E20).
 */
OW_MUST_USE int source_unchanged(const struct source *s, size_t i, int fd, struct ow_error *err);

/* Does what was stored keep the promise? `id` is its SHA-256; `fd` is the stored file, read only where git's id was
 * promised. OW_E_INTEGRITY naming both.
 */
OW_MUST_USE int source_check(const struct source *s, size_t i, int fd, const struct ow_id *id,
			     struct ow_error *err);

#endif
