/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/arc.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/mem.h"

enum {
	BLOCK = 64 * 1024,
	TAR_BLOCK = 512,
	TAR_MAGIC = 257, /* POSIX.1-1988: "ustar" at this byte of the first header */
	MODE_SPECIAL = 07000
};

static const struct {
	const char *ending;
	const char *magic;
	size_t n_magic, at;
	int (*filter)(struct archive *a);
	int (*format)(struct archive *a);
} formats[] = {
    [ARC_TAR] = {".tar", "ustar", 5, TAR_MAGIC, archive_read_support_filter_none,
		 archive_read_support_format_tar},
    [ARC_TAR_GZ] = {".tar.gz", "\x1f\x8b", 2, 0, archive_read_support_filter_gzip,
		    archive_read_support_format_tar},
    [ARC_TAR_XZ] = {".tar.xz",
		    "\xfd"
		    "7zXZ\0",
		    6, 0, archive_read_support_filter_xz, archive_read_support_format_tar},
    [ARC_TAR_ZST] = {".tar.zst", "\x28\xb5\x2f\xfd", 4, 0, archive_read_support_filter_zstd,
		     archive_read_support_format_tar},
    [ARC_ZIP] = {".zip", "PK", 2, 0, archive_read_support_filter_none,
		 archive_read_support_format_zip_seekable},
    [ARC_7Z] = {".7z", "7z\xbc\xaf\x27\x1c", 6, 0, archive_read_support_filter_none,
		archive_read_support_format_7zip},
};

struct arc {
	struct archive *a;
	const struct arc_input *in;
	uint64_t at;            /* where libarchive reads next */
	struct ow_error broken; /* of the input, while libarchive only knows that it failed */
	locale_t utf8, before;  /* names are UTF-8 whatever the caller's locale says */
	uint8_t block[BLOCK];
};

bool arc_format_of_name(const char *name, enum arc_format *out)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		size_t m = strlen(formats[i].ending);

		if (n > m && strcasecmp(name + n - m, formats[i].ending) == 0) {
			*out = (enum arc_format)i;
			return true;
		}
	}
	return false;
}

static la_ssize_t feed(struct archive *archive, void *ctx, const void **p)
{
	struct arc *a = ctx;
	size_t n = (size_t)u64_min(BLOCK, a->in->size - a->at);

	*p = a->block;
	if (n > 0 && a->in->read_at(a->in->ctx, a->block, n, a->at, &a->broken) < 0) {
		archive_set_error(archive, EIO, "%s", a->broken.text);
		return ARCHIVE_FATAL;
	}
	a->at += n;
	return (la_ssize_t)n;
}

static la_int64_t seek(struct archive *archive, void *ctx, la_int64_t off, int whence)
{
	struct arc *a = ctx;
	uint64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? a->at : a->in->size, to;
	bool ok = off < 0 ? sub_ok(base, (uint64_t)-off, &to) : add_ok(base, (uint64_t)off, &to);

	if (!ok || to > a->in->size) {
		archive_set_error(archive, EINVAL, "seek beyond the file");
		return ARCHIVE_FATAL;
	}
	a->at = to;
	return (la_int64_t)to;
}

/* What libarchive says, as ours. */
static int failed(struct arc *a, struct ow_error *err)
{
	const char *why = archive_error_string(a->a);

	if (a->broken.code != OW_OK) {
		*err = a->broken;
		return err->code;
	}
	if (archive_errno(a->a) == ENOMEM)
		return err_sys(err, ENOMEM, "archive");
	return err_set(err, OW_E_FORMAT, "archive: %s", why == NULL ? "not readable" : why);
}

static int check_magic(const struct arc_input *in, enum arc_format f, struct ow_error *err)
{
	uint8_t head[TAR_BLOCK];
	size_t n = formats[f].at + formats[f].n_magic;

	if (in->size < n)
		return err_set(err, OW_E_FORMAT, "not a %s archive: %llu bytes",
			       formats[f].ending + 1, (unsigned long long)in->size);
	if (in->read_at(in->ctx, head, n, 0, err) < 0)
		return err->code;
	if (memcmp(head + formats[f].at, formats[f].magic, formats[f].n_magic) != 0)
		return err_set(err, OW_E_FORMAT, "its name says %s, its content does not",
			       formats[f].ending + 1);
	return 0;
}

/* A plain tar has no checksum over the whole; its end are blocks of zeros. */
static int check_tar_end(const struct arc_input *in, struct ow_error *err)
{
	static const uint8_t zeros[2 * TAR_BLOCK];
	uint8_t end[2 * TAR_BLOCK];

	if (in->size % TAR_BLOCK != 0 || in->size < sizeof end)
		return err_set(err, OW_E_FORMAT, "tar: %llu bytes are no whole blocks: cut short?",
			       (unsigned long long)in->size);
	if (in->read_at(in->ctx, end, sizeof end, in->size - sizeof end, err) < 0)
		return err->code;
	if (memcmp(end, zeros, sizeof end) != 0)
		return err_set(err, OW_E_FORMAT,
			       "tar: does not end with two blocks of zeros: cut short?");
	return 0;
}

int arc_new(struct arc **out, struct ow_error *err)
{
	OW_AUTO(arc_free) struct arc *a = MEM_NEW(struct arc, err);

	if (a == NULL)
		return err->code;
	a->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (a->utf8 == (locale_t)0)
		return err_set(err, OW_E_UNCHECKED, "archive: the C library has no locale C.UTF-8");
	a->a = archive_read_new();
	if (a->a == NULL)
		return err_sys(err, ENOMEM, "archive");
	*out = STEAL(a);
	return 0;
}

int arc_open(struct arc *a, const struct arc_input *in, enum arc_format format,
	     struct ow_error *err)
{
	if (check_magic(in, format, err) < 0 || (format == ARC_TAR && check_tar_end(in, err) < 0))
		return err->code;
	a->in = in;
	if (a->before == (locale_t)0)
		a->before = uselocale(a->utf8);
	if (formats[format].filter(a->a) != ARCHIVE_OK ||
	    formats[format].format(a->a) != ARCHIVE_OK ||
	    archive_read_set_seek_callback(a->a, seek) != ARCHIVE_OK ||
	    archive_read_open2(a->a, a, NULL, feed, NULL, NULL) != ARCHIVE_OK)
		return failed(a, err);
	return 0;
}

void arc_free(struct arc *a)
{
	if (a == NULL)
		return;
	if (a->a != NULL)
		(void)archive_read_free(a->a);
	if (a->before != (locale_t)0)
		(void)uselocale(a->before);
	if (a->utf8 != (locale_t)0)
		freelocale(a->utf8);
	free(a);
}

static enum arc_kind kind_of(struct archive_entry *e)
{
	if (archive_entry_hardlink(e) != NULL)
		return ARC_HARD_LINK;
	switch (archive_entry_filetype(e)) {
	case AE_IFREG:
		return ARC_FILE;
	case AE_IFDIR:
		return ARC_FOLDER;
	case AE_IFLNK:
		return ARC_LINK;
	default:
		return ARC_SPECIAL;
	}
}

static bool is_special(struct archive_entry *e)
{
	unsigned long set, clear;

	archive_entry_fflags(e, &set, &clear);
	return (archive_entry_perm(e) & MODE_SPECIAL) != 0 || archive_entry_xattr_count(e) > 0 ||
	       archive_entry_acl_types(e) != 0 || set != 0 || clear != 0;
}

int arc_next(struct arc *a, struct arc_entry *out, struct ow_error *err)
{
	struct archive_entry *e;
	int r = archive_read_next_header(a->a, &e);
	la_int64_t size;

	if (r == ARCHIVE_EOF)
		return 0;
	if (r != ARCHIVE_OK)
		return failed(a, err);
	*out = (struct arc_entry){
	    .path = archive_entry_pathname(e), .kind = kind_of(e), .special = is_special(e)};
	if (out->path == NULL)
		return err_set(err, OW_E_FORMAT, "archive: an entry without a name");
	if (archive_entry_is_encrypted(e))
		return err_set(err, OW_E_FORMAT, "%s: is encrypted; decrypt it first", out->path);
	size = archive_entry_size(e);
	if (size < 0 || (out->kind == ARC_FILE && !archive_entry_size_is_set(e)))
		return err_set(err, OW_E_FORMAT, "%s: does not say its size", out->path);
	out->size = (uint64_t)size;
	return 1;
}

int64_t arc_read(struct arc *a, void *p, size_t n, struct ow_error *err)
{
	la_ssize_t got = archive_read_data(a->a, p, n);

	return got < 0 ? failed(a, err) : got;
}
