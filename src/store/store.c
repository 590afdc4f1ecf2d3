/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <owstore/class.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/fs.h"
#include "os/path.h"
#include "store/docs.h"
#include "store/inside.h"

#define MARK        "STORE"
#define MARK_MAX    1024
#define ORIGIN      "ORIGIN"
#define LOCK        "lock"
#define INCOMING    "staging/.incoming"
#define GOVERNANCE  "governance"
#define FOLDER_MODE 0755
/* What crossed the gap has names that not everybody who may read a class may know. */
#define MANIFESTS_MODE 0750

/* ---- making one
 * ---------------------------------------------------------------------------------- */

/* Refuse file systems that do not keep what a store relies on. */
static int check_fs(int fd, const char *path, bool *is_volatile, struct ow_error *err)
{
	struct fs_type type;

	if (fs_type(fd, path, &type, err) < 0)
		return err->code;
	if (type.kind == FS_FOREIGN) {
		(void)err_set(
		    err, OW_E_USAGE,
		    "%s lies on a file system (%s) that does not keep modes, locks and renames as "
		    "a store needs them",
		    path, type.name);
		return err_hint(
		    err, "put the store on a local ext4, XFS or Btrfs disk; bundles may lie here");
	}
	if (is_volatile != NULL)
		*is_volatile = type.kind == FS_MEMORY;
	return 0;
}

/* Check the file system before anything is made: that of the deepest folder of `path` that exists.
 */
static int check_fs_above(const char *path, struct ow_error *err)
{
	OW_AUTO(mem_free) char *at = mem_text(path, strlen(path), err);

	if (at == NULL)
		return err->code;
	for (;;) {
		OW_AUTO(fd_close) int fd = -1;
		struct ow_error why = {0};
		char *slash;

		fd = path_open_dir(at[0] == '\0' ? "." : at, &why);
		if (fd >= 0)
			return check_fs(fd, path, NULL, err);
		if (why.sys != ENOENT || at[0] == '\0') {
			*err = why;
			return err->code;
		}
		slash = strrchr(at, '/');
		if (slash == NULL)
			at[0] = '\0';
		else
			slash[slash == at] = '\0'; /* "/name" leaves "/" */
	}
}

/* May a name lie in a folder that becomes a store? What an interrupted init left may, and what mkfs
 * made. */
static bool harmless(const char *name)
{
	static const char *const ours[] = {LOCK,       "ledger", "staging",   "manifests",
					   GOVERNANCE, "zones",  "lost+found"};

	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
		if (strcmp(name, ours[i]) == 0)
			return true;
	}
	return strncmp(name, ".tmp-", 5) == 0;
}

static int check_empty(int dir, const char *path, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list l = {0};

	if (dir_list(dir, "", 1000, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		if (strcmp(l.at[i].name, MARK) == 0)
			return err_set(err, OW_E_USAGE, "%s: there is a store already", path);
	}
	for (size_t i = 0; i < l.n; i++) {
		if (harmless(l.at[i].name))
			continue;
		(void)err_set(err, OW_E_USAGE, "%s: the folder is not empty (it has \"%s\")", path,
			      l.at[i].name);
		return err_hint(err, "name a new or empty folder");
	}
	return 0;
}

static int make_class(int zones, const char *class, struct ow_error *err)
{
	static const char *const parts[] = {"blobs", "chunks", "records", "incoming"};
	OW_AUTO(fd_close) int zone = dir_make(zones, class, FOLDER_MODE, err);
	struct file_info info = {0};

	if (zone < 0 || file_info(zone, ".", &info, err) < 0)
		return err->code;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (dir_add(zone, parts[i], info.mode & 0777, err) < 0)
			return err->code;
	}
	return dir_sync(zone, class, err);
}

static int make_folders(int dir, struct ow_error *err)
{
	OW_AUTO(fd_close) int zones = -1;

	if (dir_add(dir, "ledger", 0750, err) < 0 || dir_add(dir, "staging", 0700, err) < 0 ||
	    dir_add(dir, INCOMING, 0700, err) < 0 ||
	    dir_add(dir, "manifests", MANIFESTS_MODE, err) < 0 ||
	    dir_add(dir, GOVERNANCE, FOLDER_MODE, err) < 0)
		return err->code;
	zones = dir_make(dir, "zones", FOLDER_MODE, err);
	if (zones < 0)
		return err->code;
	for (int c = 0; c < OW_CLASSES; c++) {
		if (make_class(zones, ow_class_name((enum ow_class)c), err) < 0)
			return err->code;
	}
	return dir_sync(zones, "zones", err);
}

int store_may_create(const char *path, struct ow_error *err)
{
	struct ow_error why = {0};
	OW_AUTO(fd_close) int dir = -1;

	if (check_fs_above(path, err) < 0)
		return err->code;
	dir = path_open_dir(path, &why);
	if (dir >= 0)
		return check_empty(dir, path, err);
	if (why.sys != ENOENT)
		*err = why;
	return err->code;
}

int store_create(const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;
	OW_AUTO(buf_done) struct buf b = {0};

	if (check_fs_above(path, err) < 0)
		return err->code;
	dir = dir_make_user(path, FOLDER_MODE, err);
	if (dir < 0 || check_empty(dir, path, err) < 0 || make_folders(dir, err) < 0)
		return err->code;
	cbor_wr_map(&b, 2);
	cbor_wr_key(&b, 0);
	cbor_wr_text(&b, "store");
	cbor_wr_key(&b, 1);
	cbor_wr_uint(&b, STORE_VERSION);
	if (buf_finish(&b, err) < 0)
		return err->code;
	/* from here on it is a store; the sync of `dir` in there makes all of the above last */
	if (file_publish(dir, MARK, b.p, b.n, 0644, FILE_NEW, err) < 0)
		return err_file(err, path);
	return 0;
}

/* ---- opening one
 * --------------------------------------------------------------------------------- */

static int no_store(const char *path, struct ow_error *err)
{
	(void)err_set(err, OW_E_USAGE, "no store is here");
	(void)err_file(err, path);
	return err_hint(err, "owstore init %s makes one; --store names another", path);
}

static int check_mark(int dir, const char *path, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error why = {0};
	struct ow_view type = {0};
	struct cbor_rd r;
	uint64_t version = 0;
	int64_t key;

	if (file_read(dir, MARK, MARK_MAX, &b, &why) < 0) {
		if (why.sys == ENOENT)
			return no_store(path, err);
		*err = why;
		return err_file(err, path);
	}
	cbor_rd_init(&r, b.p, b.n);
	for (cbor_rd_map(&r); cbor_rd_key(&r, &key);) {
		if (key == 0)
			type = cbor_rd_text(&r);
		else if (key == 1)
			version = cbor_rd_uint(&r);
		else
			cbor_rd_unknown(&r, key);
	}
	if (cbor_rd_finish(&r, "mark", err) < 0) {
		(void)err_file(err, MARK);
		return err_file(err, path);
	}
	if (type.n != 5 || memcmp(type.p, "store", 5) != 0)
		return err_set(err, OW_E_FORMAT, "%s: %s is not that of a store", path, MARK);
	if (version != STORE_VERSION) {
		(void)err_set(err, OW_E_FORMAT,
			      "%s: a store of version %llu, this owstore knows %d", path,
			      (unsigned long long)version, STORE_VERSION);
		return err_hint(err, "use the owstore that made it, or a newer one");
	}
	return 0;
}

int incoming_open(int dir, const char *path, struct ow_error *err)
{
	OW_AUTO(fd_close) int fd = -1;
	OW_AUTO(dir_list_done) struct dir_list l = {0};

	if (dir_add(dir, path, 0700, err) < 0)
		return err->code;
	fd = path_open(dir, path, O_RDONLY | O_DIRECTORY, err);
	if (fd < 0 || dir_list(fd, "", SIZE_MAX, &l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l.n; i++) {
		if (dir_remove(fd, l.at[i].name, err) < 0)
			return err->code;
	}
	return fd_steal(&fd);
}

static int open_for_writing(struct store *s, const char *what, struct ow_error *err)
{
	if (lock_take(s->dir, LOCK, what, &s->lock, err) < 0)
		return err_file(err, s->path);
	if (!file_exists(s->dir, GOVERNANCE) &&
	    (dir_add(s->dir, GOVERNANCE, FOLDER_MODE, err) < 0 ||
	     dir_sync(s->dir, s->path, err) < 0))
		return err->code;
	s->incoming = incoming_open(s->dir, INCOMING, err);
	return s->incoming < 0 ? err_file(err, s->path) : 0;
}

int store_open(const char *path, enum store_mode mode, const char *what, struct store **out,
	       struct ow_error *err)
{
	OW_AUTO(store_close) struct store *s = MEM_NEW(struct store, err);
	struct ow_error why = {0};

	if (s == NULL)
		return err->code;
	s->dir = s->incoming = s->lock.fd = -1;
	s->mode = mode;
	s->path = mem_text(path, strlen(path), err);
	if (s->path == NULL)
		return err->code;
	s->dir = path_open_dir(path, &why);
	if (s->dir < 0) {
		if (why.sys == ENOENT || why.sys == ENOTDIR)
			return no_store(path, err);
		*err = why;
		return err->code;
	}
	if (check_fs(s->dir, path, &s->volatile_fs, err) < 0 || check_mark(s->dir, path, err) < 0)
		return err->code;
	if (mode == STORE_WRITE && open_for_writing(s, what, err) < 0)
		return err->code;
	fan_init(&s->manifests.fan, s->dir, "manifests", MANIFESTS_MODE);
	s->manifests.fan.flat = true;
	s->manifests.incoming = s->incoming;
	s->manifests.max = MANIFEST_MAX;
	s->manifests.what = "manifest";
	fan_init(&s->governance.fan, s->dir, GOVERNANCE, FOLDER_MODE);
	s->governance.fan.flat = true;
	s->governance.incoming = s->incoming;
	s->governance.max = DOCUMENT_MAX;
	s->governance.what = "statement";
	*out = STEAL(s);
	return 0;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	lock_release(&s->lock);
	fd_close(s->incoming);
	fd_close(s->dir);
	free(s->path);
	free(s);
}

bool store_torn(const struct store *s)
{
	return s->lock.torn;
}

bool store_unsettled(const struct store *s)
{
	return lock_marked(s->dir, LOCK);
}

void store_tear(struct store *s)
{
	lock_tear(&s->lock);
}

void store_mended(struct store *s)
{
	lock_mended(&s->lock);
}

bool store_volatile(const struct store *s)
{
	return s->volatile_fs;
}

enum store_mode store_mode(const struct store *s)
{
	return s->mode;
}

const char *store_path(const struct store *s)
{
	return s->path;
}

int store_dirfd(const struct store *s)
{
	return s->dir;
}

struct docs *store_manifests(struct store *s)
{
	return &s->manifests;
}

struct docs *store_governance(struct store *s)
{
	return &s->governance;
}

/* ---- whose words count in it ------------------------------------------------------------------------------ */

int store_origin(const struct store *s, char out[STORE_ORIGIN], struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};
	struct ow_error why = {0};

	out[0] = '\0';
	if (file_read(s->dir, ORIGIN, STORE_ORIGIN, &b, &why) < 0) {
		if (why.sys == ENOENT)
			return 0;
		*err = why;
		return err_file(err, s->path);
	}
	if (b.n > 1 && b.p[b.n - 1] == '\n' && memchr(b.p, 0, b.n) == NULL) {
		memcpy(out, b.p, b.n - 1);
		out[b.n - 1] = '\0';
		if (text_is_id(out))
			return 1;
	}
	(void)err_set(err, OW_E_FORMAT, "%s: %s does not hold the id of an origin", s->path,
		      ORIGIN);
	return err_hint(err, "it holds the id and a newline; write it anew, or remove it");
}

int store_name_origin(struct store *s, const char *origin, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};

	buf_printf(&b, "%s\n", origin);
	return buf_finish(&b, err) < 0
		   ? err->code
		   : file_publish(s->dir, ORIGIN, b.p, b.n, 0644, FILE_NEW, err);
}
