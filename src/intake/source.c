/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "base/mem.h"
#include "codec/arc.h"
#include "intake/shards.h"
#include "intake/source_list.h"
#include "intake/unpack.h"
#include "os/fd.h"
#include "os/path.h"

enum {
	READ_BLOCK = 256 * 1024
};

/* ---- folders ---- */

/* A whole cache: the person means one of its models. */
static int refuse_cache_root(int dir, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};
	size_t n = 0;

	if (dir_list(dir, ".", 1000, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++)
		n += strncmp(l.at[i].name, "models--", 8) == 0;
	if (n == 0)
		return 0;
	(void)err_set(err, OW_E_USAGE, "this is a Hugging Face cache of %zu models", n);
	return err_hint(err, "name one of them: its folder models--ORG--NAME");
}

static int list_folder(struct source *s, struct ow_error *err)
{
	if (refuse_cache_root(s->root, err) < 0 || source_walk(s, err) < 0 ||
	    source_hf_local(s, err) < 0 || source_sums(s, err) < 0)
		return err->code;
	return 0;
}

static int open_folder(const char *path, const char *real, const struct source_options *opts,
		       struct source *s, struct ow_error *err)
{
	size_t repo = source_hf_repo(real);
	const char *rest = real + repo;

	if (repo > 0 && (rest[0] == '\0' ||
			 (strncmp(rest, "/snapshots/", 11) == 0 && strchr(rest + 11, '/') == NULL)))
		return source_hf_cache(real, repo, rest, NULL, opts, s, err);
	s->kind = SOURCE_FOLDER;
	s->root = path_open_dir(path, err);
	if (s->root < 0 || source_name(s, real, err) < 0)
		return err->code;
	return list_folder(s, err);
}

/* ---- single files ---- */

/* A file that is part of a set stands for the set, which must be whole. */
static int add_set(struct source *s, const char *name, const struct shard *sh, struct ow_error *err)
{
	for (unsigned no = 1; no <= sh->of; no++) {
		char other[SHARD_PATH];
		struct ow_error why = {0};

		(void)shard_path(name, sh, no, other);
		if (source_add(s, other, other, NULL, NULL, &why) == 0)
			continue;
		if (why.sys == ENOENT)
			return shard_missing(other, name, sh, err);
		*err = why;
		return err->code;
	}
	source_sort(s);
	return 0;
}

/* A file of a snapshot, as the person named it: through its link the name would be lost. 1 if it is one. */
static int open_in_snapshot(const char *path, const struct source_options *opts, struct source *s,
			    struct ow_error *err)
{
	size_t n = (size_t)(path_base(path) - path);
	OW_AUTO(mem_free) char *folder = n == 0 ? mem_text(".", 1, err) : mem_text(path, n, err);
	OW_AUTO(mem_free) char *real = folder == NULL ? NULL : path_real(folder, err);
	OW_AUTO(mem_free) char *snapshot = NULL;
	OW_AUTO(mem_free) char *only = NULL;
	size_t repo, end;

	if (real == NULL)
		return err->code;
	repo = source_hf_repo(real);
	if (repo == 0 || strncmp(real + repo, "/snapshots/", 11) != 0)
		return 0;
	end = repo + 11 + strcspn(real + repo + 11, "/");
	only = real[end] == '\0' ? mem_text(path_base(path), strlen(path_base(path)), err)
				 : path_join(real + end + 1, path_base(path), err);
	snapshot = mem_text(real + repo, end - repo, err);
	if (only == NULL || snapshot == NULL)
		return err->code;
	return source_hf_cache(real, repo, snapshot, only, opts, s, err) < 0 ? err->code : 1;
}

static int open_file(const char *path, const char *real, const struct source_options *opts,
		     struct source *s, struct ow_error *err)
{
	const char *base = path_base(real);
	OW_AUTO(mem_free) char *folder = mem_text(real, (size_t)(base - real), err);
	struct shard sh;
	int r = open_in_snapshot(path, opts, s, err);

	if (r != 0 || folder == NULL)
		return r < 0 || folder == NULL ? err->code : 0;
	s->kind = SOURCE_FILE;
	s->root = path_open_dir(folder, err);
	if (s->root < 0)
		return err->code;
	if (shard_of(base, &sh)) {
		OW_AUTO(mem_free) char *stem = mem_text(base, sh.stem, err);

		if (stem == NULL || source_name(s, stem, err) < 0)
			return err->code;
		return add_set(s, base, &sh, err);
	}
	if (source_name(s, path, err) < 0)
		return err->code;
	return source_add(s, path_base(path), base, NULL, NULL, err);
}

/* ---- archives ---- */

static int open_archive(const char *path, const char *real, enum arc_format format,
			const struct source_options *opts, struct source *s, struct ow_error *err)
{
	const char *base = path_base(real);
	OW_AUTO(mem_free) char *folder = mem_text(real, (size_t)(base - real), err);
	OW_AUTO(fd_close) int dir = -1;
	OW_AUTO(fd_close) int fd = -1;
	struct unpack_result result = {0};
	struct unpack_options how = {.lenient = opts->lenient, .events = opts->events};

	if (folder == NULL)
		return err->code;
	if (opts->stage < 0)
		return err_set(err, OW_E_USAGE, "%s: archives are not taken here", base);
	s->kind = SOURCE_ARCHIVE;
	dir = path_open_dir(folder, err);
	if (dir < 0)
		return err->code;
	fd = path_open_file(dir, base, err);
	if (fd < 0 || unpack(fd, base, format, opts->stage, &how, &result, err) < 0)
		return err->code;
	s->root = path_open(opts->stage, result.top[0] == '\0' ? "." : result.top,
			    O_RDONLY | O_DIRECTORY, err);
	if (s->root < 0 || source_name(s, path, err) < 0)
		return err->code;
	if (result.n_special > 0 &&
	    source_note(
		s, err,
		"%zu files of the archive had set-id bits or attributes (%s first), dropped",
		result.n_special, result.special) < 0)
		return err->code;
	return list_folder(s, err);
}

/* ---- the door ---- */

static int open_path(const char *path, const struct source_options *opts, struct source *s,
		     struct ow_error *err)
{
	OW_AUTO(mem_free) char *real = path_real(path, err);
	OW_AUTO(fd_close) int dir = -1;
	struct ow_error why = {0};
	enum arc_format format;

	if (real == NULL)
		return err->code;
	dir = path_open_dir(real, &why);
	if (dir >= 0)
		return open_folder(path, real, opts, s, err);
	if (why.sys != ENOTDIR) {
		*err = why;
		return err->code;
	}
	if (arc_format_of_name(path, &format))
		return open_archive(path, real, format, opts, s, err);
	return open_file(path, real, opts, s, err);
}

/* Texts that nobody set are "". */
static int fill_texts(struct source *s, struct ow_error *err)
{
	char **const texts[] = {&s->name, &s->revision, &s->upstream};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (*texts[i] == NULL)
			*texts[i] = mem_text("", 0, err);
		if (*texts[i] == NULL)
			return err->code;
	}
	return 0;
}

int source_open(const char *path, const struct source_options *opts, struct source *out,
		struct ow_error *err)
{
	OW_AUTO(source_close) struct source s = {.root = -1};

	if (open_path(path, opts, &s, err) < 0)
		return strncmp(err->text, path, strlen(path)) == 0 ? err->code
								   : err_file(err, path);
	if (s.n_items == 0)
		return err_set(err, OW_E_USAGE, "%s: there is no file to add", path);
	if (shards_complete(&s, err) < 0 || fill_texts(&s, err) < 0)
		return err->code;
	*out = s;
	s = (struct source){.root = -1};
	return 0;
}

void source_close(struct source *s)
{
	for (size_t i = 0; i < s->n_items; i++) {
		free(s->items[i].path);
		free(s->items[i].at);
	}
	for (size_t i = 0; i < s->n_skips; i++)
		free(s->skips[i].path);
	for (size_t i = 0; i < s->n_notes; i++)
		free(s->notes[i]);
	free(s->items);
	free(s->skips);
	free(s->notes);
	free(s->name);
	free(s->revision);
	free(s->upstream);
	fd_close(s->root);
	*s = (struct source){.root = -1};
}

/* ---- items ---- */

int source_open_item(const struct source *s, size_t i, struct ow_error *err)
{
	int fd = path_open_file(s->root, s->items[i].at, err);

	return fd < 0 ? err->code : fd;
}

int source_unchanged(const struct source *s, size_t i, int fd, struct ow_error *err)
{
	const struct source_item *item = &s->items[i];
	uint64_t size;
	int64_t mtime;

	if (fd_state(fd, &size, &mtime, item->path, err) < 0)
		return err->code;
	if (size != item->size)
		return err_set(err, OW_E_INTEGRITY,
			       "%s: changed while it was read (%llu bytes, now %llu)", item->path,
			       (unsigned long long)item->size, (unsigned long long)size);
	if (mtime != item->mtime_ns)
		return err_set(err, OW_E_INTEGRITY, "%s: was written to while it was read",
			       item->path);
	return 0;
}

static int check_git(const struct source_item *item, int fd, struct ow_error *err)
{
	OW_AUTO(gitid_free) struct gitid *g = NULL;
	OW_AUTO(mem_free) uint8_t *block = mem_array(READ_BLOCK, 1, err);
	uint8_t got[GITID_SIZE];
	char want_hex[2 * GITID_SIZE + 1], got_hex[2 * GITID_SIZE + 1];
	int64_t n;

	if (block == NULL || gitid_new(item->size, &g, err) < 0)
		return err->code;
	for (uint64_t off = 0; (n = fd_pread(fd, block, READ_BLOCK, off, item->path, err)) > 0;
	     off += (uint64_t)n) {
		if (gitid_update(g, block, (size_t)n, err) < 0)
			return err->code;
	}
	if (n < 0 || gitid_final(g, got, err) < 0)
		return err->code;
	if (memcmp(got, item->git, sizeof got) == 0)
		return 0;
	hex_encode(item->git, sizeof got, want_hex);
	hex_encode(got, sizeof got, got_hex);
	return err_set(err, OW_E_INTEGRITY, "%s: git's id differs (%s says %s, got %s)", item->path,
		       item->promised_by, want_hex, got_hex);
}

int source_check(const struct source *s, size_t i, int fd, const struct ow_id *id,
		 struct ow_error *err)
{
	const struct source_item *item = &s->items[i];
	char want[OW_ID_HEX], got[OW_ID_HEX];

	switch (item->promise) {
	case PROMISE_SHA256:
		if (ow_id_equal(&item->sha256, id))
			return 0;
		return err_set(err, OW_E_INTEGRITY, "%s: SHA-256 differs (%s says %s, got %s)",
			       item->path, item->promised_by, ow_id_hex(&item->sha256, want),
			       ow_id_hex(id, got));
	case PROMISE_GIT:
		return check_git(item, fd, err);
	case PROMISE_NONE:
	default:
		return 0;
	}
}
