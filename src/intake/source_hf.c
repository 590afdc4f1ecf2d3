/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The Hugging Face cache (layout of huggingface_hub 0.8 to 2.x):
 *
 *	models--ORG--NAME/refs/<branch or tag>        the commit, 40 hex digits
 *	models--ORG--NAME/snapshots/<commit>/<path>   a link to ../../blobs/<etag>, or the file itself
 *	models--ORG--NAME/blobs/<etag>                64 hex: SHA-256; 40 hex: git's file id; 2.x: may itself be a link to
 *	blobs/<prefix>/<name>                         beside the repositories, shared by them
 *	models--ORG--NAME/trees/<commit>.json         all files of the commit with sizes and digests
 *
 * and what the same tools leave in a folder they download into:
 *
 *	.cache/huggingface/download/<path>.metadata   three lines: commit, etag, time
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/mem.h"
#include "codec/json.h"
#include "intake/shards.h"
#include "intake/source_list.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "record/name.h"

enum {
	COMMIT = 40,
	REF_MAX = 200,
	METADATA_MAX = 4096,
	SNAPSHOTS_SHOWN = 10,
	TREE_DEPTH = 6
};

static bool is_commit(const char *s, size_t n)
{
	uint8_t bytes[COMMIT / 2];

	return n == COMMIT && hex_decode(s, COMMIT, bytes);
}

size_t source_hf_repo(const char *real)
{
	size_t end = 0;

	for (const char *part = real; *part == '/'; part += 1 + strcspn(part + 1, "/")) {
		if (strncmp(part + 1, "models--", 8) == 0)
			end = (size_t)(part - real) + 1 + strcspn(part + 1, "/");
	}
	return end;
}

/* ---- which snapshot ---- */

struct repo {
	struct source *s;
	const char *folder;            /* "models--ORG--NAME" */
	char commit[NAME_LEN_MAX + 1]; /* the snapshot's folder */
	const char *only;
	char etag[NAME_LEN_MAX + 1]; /* of the link followed last */
};

static int join(char out[AT_MAX], struct ow_error *err, const char *fmt, ...) OW_PRINTF(3, 4);
static int join(char out[AT_MAX], struct ow_error *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, AT_MAX, fmt, ap);
	va_end(ap);
	return n >= AT_MAX ? err_set(err, OW_E_FORMAT, "%.100s…: path too long", out) : 0;
}

static bool snapshot_exists(const struct repo *r, const char *commit)
{
	struct ow_error none = {0};
	char at[AT_MAX];
	OW_AUTO(fd_close) int fd = -1;

	if (join(at, &none, "%s/snapshots/%s", r->folder, commit) == 0)
		fd = path_open(r->s->root, at, O_RDONLY | O_DIRECTORY, &none);
	return fd >= 0;
}

/* The commit a branch or tag stands for: 1, or 0 if there is no such ref. */
static int read_ref(struct repo *r, const char *ref, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	struct ow_error why = {0};
	char at[AT_MAX];

	if (path_check(ref, err) < 0 || join(at, err, "%s/refs/%s", r->folder, ref) < 0)
		return err->code;
	if (file_read(r->s->root, at, REF_MAX, &text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err->code;
	}
	while (text.n > 0 && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	if (!is_commit((const char *)text.p, text.n))
		return err_set(err, OW_E_FORMAT, "%s: not a commit of %d hex digits", at, COMMIT);
	memcpy(r->commit, text.p, COMMIT);
	r->commit[COMMIT] = '\0';
	return 1;
}

static int only_snapshot(struct repo *r, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	OW_AUTO(buf_done) struct buf names = {0};
	char at[AT_MAX];

	if (join(at, err, "%s/snapshots", r->folder) < 0 ||
	    dir_list(r->s->root, at, SNAPSHOTS_SHOWN, &l, err) < 0)
		return err->code;
	if (l.n == 0)
		return err_set(err, OW_E_INCOMPLETE, "%s has no snapshot", r->folder);
	if (l.n == 1) {
		(void)snprintf(r->commit, sizeof r->commit, "%s", l.at[0].name);
		return 0;
	}
	for (size_t i = 0; i < l.n; i++)
		buf_printf(&names, "%s%s", i == 0 ? "" : ", ", l.at[i].name);
	(void)err_set(err, OW_E_USAGE, "%s has several snapshots and no main: %s", r->folder,
		      buf_str(&names));
	return err_hint(err, "choose one with --revision COMMIT");
}

static int choose(struct repo *r, const char *revision, struct ow_error *err)
{
	int got;

	if (revision == NULL) {
		got = read_ref(r, "main", err);
		return got == 0 ? only_snapshot(r, err) : got < 0 ? got : 0;
	}
	if (is_commit(revision, strlen(revision))) {
		(void)snprintf(r->commit, sizeof r->commit, "%s", revision);
		return 0;
	}
	got = read_ref(r, revision, err);
	if (got == 0)
		return err_set(err, OW_E_USAGE, "%s has no revision %s", r->folder, revision);
	return got < 0 ? got : 0;
}

/* ---- the files ---- */

/* Links lead to the repository's own blobs, and from there to those that repositories share. */
static bool into_blobs(void *ctx, const char *at)
{
	struct repo *r = ctx;
	size_t n = strlen(r->folder);

	if (strncmp(at, r->folder, n) == 0 && strncmp(at + n, "/blobs/", 7) == 0 &&
	    strchr(at + n + 7, '/') == NULL) {
		(void)snprintf(r->etag, sizeof r->etag, "%s", at + n + 7);
		return true;
	}
	return strncmp(at, "blobs/", 6) == 0;
}

static bool wanted(const struct repo *r, const char *path)
{
	struct shard set, sh;

	if (r->only == NULL || strcmp(r->only, path) == 0)
		return true;
	return shard_of(r->only, &set) && shard_of(path, &sh) && set.stem == sh.stem &&
	       set.of == sh.of && strncmp(r->only, path, sh.stem) == 0 &&
	       strcmp(set.ext, sh.ext) == 0;
}

static int visit(void *ctx, const struct dir_file *f, struct ow_error *err)
{
	struct repo *r = ctx;
	char at[AT_MAX];
	size_t n;
	const char *why = source_excluded(f->path, &n);

	if (!wanted(r, f->path))
		return 0;
	if (why != NULL)
		return source_skip(r->s, f->path, n, why, err);
	if (f->kind == DIR_OTHER)
		return err_set(err, OW_E_UNSAFE, "%s: not a regular file", f->path);
	r->etag[0] = '\0';
	if (join(at, err, "%s/snapshots/%s/%s", r->folder, r->commit, f->path) < 0)
		return err->code;
	if (source_add(r->s, f->path, at, into_blobs, r, err) < 0) {
		if (err->code == OW_E_INCOMPLETE)
			(void)err_hint(
			    err,
			    "copy the cache with its folder blobs/, or download the model again");
		return err->code;
	}
	return source_promise(&r->s->items[r->s->n_items - 1], r->etag, "the cache's blob name",
			      err);
}

/* ---- the tree of the commit ---- */

struct tree {
	struct source *s;
	size_t n_absent;
	const char *absent; /* the first of them */
};

static int tree_file(void *ctx, const char *path, const struct json_t *v, struct ow_error *err)
{
	struct tree *t = ctx;
	struct source_item *item = source_find(t->s, path);
	const char *hex = json_text(json_get(v, "lfs_sha256"));
	size_t n;

	if (hex == NULL)
		hex = json_text(json_get(v, "blob_id"));
	if (item != NULL)
		return hex == NULL
			   ? 0
			   : source_promise(item, hex, "the cache's tree of the commit", err);
	if (source_excluded(path, &n) == NULL && t->n_absent++ == 0)
		t->absent = path;
	return 0;
}

/* Not having all of a commit is common (a download by pattern) and worth saying. */
static int read_tree(struct repo *r, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	OW_AUTO(json_done) struct json_t *root = NULL;
	struct tree t = {.s = r->s};
	struct ow_error why = {0};
	char at[AT_MAX];

	if (join(at, err, "%s/trees/%s.json", r->folder, r->commit) < 0)
		return err->code;
	if (file_read(r->s->root, at, ARTIFACT_MAX, &text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err->code;
	}
	if (json_parse(text.p, text.n, TREE_DEPTH, &root, err) < 0)
		return err_file(err, at);
	if (!json_is_map(json_get(root, "files")))
		return 0;
	if (json_each(json_get(root, "files"), tree_file, &t, err) < 0)
		return err->code;
	if (t.n_absent > 0 && r->only == NULL)
		return source_note(r->s, err,
				   "%zu files of the commit are not in the cache, %s first",
				   t.n_absent, t.absent);
	return 0;
}

/* ---- names ---- */

/* "models--Qwen--Qwen3-0.6B" is Qwen/Qwen3-0.6B. */
static int name_repo(struct repo *r, struct ow_error *err)
{
	struct source *s = r->s;
	const char *from = r->folder + strlen("models--"), *cut = strstr(from, "--");
	OW_AUTO(buf_done) struct buf name = {0};

	if (cut == NULL)
		buf_text(&name, from);
	else
		buf_printf(&name, "%.*s/%s", (int)(cut - from), from, cut + 2);
	buf_add(&name, "", 1);
	if (buf_finish(&name, err) < 0)
		return err->code;
	if (!name_ok((const char *)name.p))
		name.p[0] = '\0';
	s->name = mem_text((const char *)name.p, strlen((const char *)name.p), err);
	s->revision =
	    mem_text(r->commit, is_commit(r->commit, strlen(r->commit)) ? COMMIT : 0, err);
	if (s->name == NULL || s->revision == NULL || s->name[0] == '\0' || s->revision[0] == '\0')
		return s->name == NULL || s->revision == NULL ? err->code : 0;
	buf_clear(&name);
	buf_printf(&name, "hf:%s@%s", s->name, s->revision);
	if (buf_finish(&name, err) < 0)
		return err->code;
	s->upstream = mem_text(buf_str(&name), name.n, err);
	return s->upstream == NULL ? err->code : 0;
}

int source_hf_cache(const char *real, size_t n, const char *rest, const char *only,
		    const struct source_options *opts, struct source *s, struct ow_error *err)
{
	OW_AUTO(mem_free) char *repo = mem_text(real, n, err);
	OW_AUTO(fd_close) int snapshot = -1;
	struct repo r = {.s = s, .only = only};
	char at[AT_MAX];
	char *slash;

	if (repo == NULL)
		return err->code;
	slash = strrchr(repo, '/');
	*slash = '\0';
	r.folder = slash + 1;
	s->kind = SOURCE_HF_CACHE;
	s->root = path_open_dir(repo[0] == '\0' ? "/" : repo, err);
	if (s->root < 0)
		return err->code;
	if (strncmp(rest, "/snapshots/", 11) == 0)
		(void)snprintf(r.commit, sizeof r.commit, "%s", rest + 11);
	else if (choose(&r, opts->revision, err) < 0)
		return err->code;
	if (!snapshot_exists(&r, r.commit))
		return err_set(err, OW_E_INCOMPLETE, "%s: the snapshot %s is not there", r.folder,
			       r.commit);
	if (name_repo(&r, err) < 0 || join(at, err, "%s/snapshots/%s", r.folder, r.commit) < 0)
		return err->code;
	snapshot = path_open(s->root, at, O_RDONLY | O_DIRECTORY, err);
	if (snapshot < 0 || dir_walk(snapshot, 4 * (size_t)COMPONENTS_MAX, visit, &r, err) < 0)
		return err->code;
	source_sort(s);
	return read_tree(&r, err);
}

/* ---- folders downloaded into ---- */

/* One .metadata file: 1 if it was there. */
static int local_file(struct source *s, struct source_item *item, char commit[COMMIT + 1],
		      bool *mixed, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};
	struct ow_error why = {0};
	char at[AT_MAX], etag[65] = "";
	const char *line, *end;

	if (join(at, err, ".cache/huggingface/download/%s.metadata", item->path) < 0)
		return err->code;
	if (file_read(s->root, at, METADATA_MAX, &text, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err->code;
	}
	line = buf_str(&text);
	end = strchr(line, '\n');
	if (end == NULL || !is_commit(line, (size_t)(end - line)))
		return err_set(err, OW_E_FORMAT, "%s: its first line is not a commit", at);
	if (commit[0] != '\0' && strncmp(commit, line, COMMIT) != 0)
		*mixed = true;
	memcpy(commit, line, COMMIT);
	commit[COMMIT] = '\0';
	line = end + 1;
	(void)snprintf(etag, sizeof etag, "%.*s", (int)strcspn(line, "\n"), line);
	return source_promise(item, etag, "the download's metadata", err) < 0 ? err->code : 1;
}

int source_hf_local(struct source *s, struct ow_error *err)
{
	char commit[COMMIT + 1] = "";
	bool mixed = false, any = false;

	for (size_t i = 0; i < s->n_items; i++) {
		int r = local_file(s, &s->items[i], commit, &mixed, err);

		if (r < 0)
			return r;
		any = any || r > 0;
	}
	if (!any)
		return 0;
	s->kind = SOURCE_HF_LOCAL;
	if (mixed)
		return source_note(s, err, "the files were downloaded from different commits") < 0
			   ? err->code
			   : 1;
	s->revision = mem_text(commit, COMMIT, err);
	return s->revision == NULL ? err->code : 1;
}
