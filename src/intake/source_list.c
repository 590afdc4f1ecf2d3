/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/source_list.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/fd.h"
#include "os/path.h"
#include "record/name.h"

enum {
	HOPS_MAX = 8 /* links one after the other; a cache has two */
};

/* ---- what is left out ---- */

static const char *excluded_part(const char *part, size_t n, bool first)
{
	if (n >= 4 && memcmp(part, ".git", 4) == 0)
		return "git's own";
	if (n == 9 && memcmp(part, ".DS_Store", 9) == 0)
		return "the desktop's own";
	if (n > 11 && memcmp(part + n - 11, ".incomplete", 11) == 0)
		return "an unfinished download";
	if (first && n == 6 && memcmp(part, ".cache", 6) == 0)
		return "the download tool's own";
	return NULL;
}

const char *source_excluded(const char *path, size_t *n)
{
	for (const char *part = path;;) {
		size_t len = strcspn(part, "/");
		const char *why = excluded_part(part, len, part == path);

		*n = (size_t)(part - path) + len;
		if (why != NULL || part[len] == '\0')
			return why;
		part += len + 1;
	}
}

int source_skip(struct source *s, const char *path, size_t n, const char *why, struct ow_error *err)
{
	struct source_skip *last = s->n_skips == 0 ? NULL : &s->skips[s->n_skips - 1];
	bool folder = path[n] == '/';
	char *text;

	if (last != NULL && folder && strncmp(last->path, path, n + 1) == 0)
		return 0; /* another file of the same folder */
	if (mem_grow(&s->skips, s->n_skips, &s->cap_skips, sizeof *s->skips, err) < 0)
		return err->code;
	text = mem_text(path, n + folder, err);
	if (text == NULL)
		return err->code;
	s->skips[s->n_skips++] = (struct source_skip){.path = text, .why = why};
	return 0;
}

int source_note(struct source *s, struct ow_error *err, const char *fmt, ...)
{
	char raw[400], shown[500];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof raw, fmt, ap);
	va_end(ap);
	(void)text_escape(raw, strlen(raw), shown, sizeof shown);
	if (mem_grow(&s->notes, s->n_notes, &s->cap_notes, sizeof *s->notes, err) < 0)
		return err->code;
	s->notes[s->n_notes] = mem_text(shown, strlen(shown), err);
	if (s->notes[s->n_notes] == NULL)
		return err->code;
	s->n_notes++;
	return 0;
}

/* ---- following links ---- */

/* One part of a target behind out[0..n): the new length, or < 0 where ".." would leave the root (OW_E_UNSAFE) or
 * there is no room (OW_E_FORMAT).
 */
static int step_part(char out[AT_MAX], int n, const char *part, size_t len)
{
	if (len == 2 && memcmp(part, "..", 2) == 0) {
		if (n == 0)
			return OW_E_UNSAFE;
		while (n > 0 && out[n - 1] != '/')
			n--;
		return n > 0 ? n - 1 : 0;
	}
	if (len == 0 || (len == 1 && part[0] == '.'))
		return n;
	if ((size_t)n + 1 + len >= AT_MAX)
		return OW_E_FORMAT;
	if (n > 0)
		out[n++] = '/';
	memcpy(out + n, part, len);
	return n + (int)len;
}

/* Put the target of the link `at` into its place, as text: what lies above is named by "..". */
static int step(const char *at, const char *target, char out[AT_MAX], struct ow_error *err)
{
	const char *slash = strrchr(at, '/');
	int n = slash == NULL ? 0 : (int)(slash - at);

	if (target[0] == '/')
		return err_set(err, OW_E_UNSAFE, "link %s leads out, to %s", at, target);
	memcpy(out, at, (size_t)n);
	for (const char *part = target; *part != '\0';) {
		size_t len = strcspn(part, "/");

		n = step_part(out, n, part, len);
		if (n < 0)
			return err_set(err, (enum ow_code)n, "link %s leads %s %s", at,
				       n == OW_E_UNSAFE ? "out, to" : "too deep, to", target);
		part += len + (part[len] == '/');
	}
	out[n] = '\0';
	return 0;
}

/* From `at` to the file behind its links, in place. */
static int follow(int root, char at[AT_MAX], source_allowed allowed, void *ctx,
		  struct ow_error *err)
{
	for (int hop = 0; hop <= HOPS_MAX; hop++) {
		char target[AT_MAX], next[AT_MAX];
		struct ow_error why = {0};
		int r = path_link(root, at, target, sizeof target, &why);

		if (r == 0)
			return 0;
		if (r < 0 && why.sys == ENOENT && hop > 0)
			return err_set(err, OW_E_INCOMPLETE,
				       "its link leads to %s, which is not there", at);
		if (r < 0 && (why.sys == ELOOP || why.sys == EXDEV))
			return err_set(err, OW_E_UNSAFE, "its link leads through another link, %s",
				       at);
		if (r < 0) {
			*err = why;
			return err->code;
		}
		if (step(at, target, next, err) < 0)
			return err->code;
		if (allowed != NULL && !allowed(ctx, next))
			return err_set(err, OW_E_UNSAFE, "link leads out, to %s", target);
		memcpy(at, next, strlen(next) + 1);
	}
	return err_set(err, OW_E_UNSAFE, "more than %d links one after the other", HOPS_MAX);
}

/* ---- items ---- */

static int fill(const struct source *s, struct source_item *item, struct ow_error *err)
{
	struct ow_error why = {0};
	OW_AUTO(fd_close) int fd = path_open_file(s->root, item->at, &why);

	if (fd < 0 && why.code == OW_E_FORMAT)
		return err_set(err, OW_E_UNSAFE, "not a regular file");
	if (fd < 0) {
		*err = why;
		return err->code;
	}
	return fd_state(fd, &item->size, &item->mtime_ns, item->at, err);
}

static int add(struct source *s, const char *path, const char *at, source_allowed allowed,
	       void *ctx, struct ow_error *err)
{
	char place[AT_MAX];
	struct source_item item = {0};

	if (s->n_items == COMPONENTS_MAX)
		return err_set(err, OW_E_FORMAT, "more than %d files", COMPONENTS_MAX);
	if (path_check(path, err) < 0)
		return err->code;
	if (strlen(at) >= AT_MAX)
		return err_set(err, OW_E_FORMAT, "the path is too long");
	memcpy(place, at, strlen(at) + 1);
	if (follow(s->root, place, allowed, ctx, err) < 0)
		return err->code;
	if (mem_grow(&s->items, s->n_items, &s->cap_items, sizeof item, err) < 0)
		return err->code;
	item.path = mem_text(path, strlen(path), err);
	item.at = item.path == NULL ? NULL : mem_text(place, strlen(place), err);
	if (item.at == NULL || fill(s, &item, err) < 0) {
		free(item.path);
		free(item.at);
		return err->code;
	}
	s->items[s->n_items++] = item;
	return 0;
}

int source_add(struct source *s, const char *path, const char *at, source_allowed allowed,
	       void *ctx, struct ow_error *err)
{
	if (add(s, path, at, allowed, ctx, err) < 0)
		return strstr(err->text, path) == NULL ? err_file(err, path) : err->code;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct source_item *)a)->path, ((const struct source_item *)b)->path);
}

void source_sort(struct source *s)
{
	if (s->n_items > 1)
		qsort(s->items, s->n_items, sizeof *s->items, by_path);
}

static int path_order(const void *key, const void *item)
{
	return strcmp(key, ((const struct source_item *)item)->path);
}

struct source_item *source_find(const struct source *s, const char *path)
{
	if (s->n_items == 0)
		return NULL;
	return bsearch(path, s->items, s->n_items, sizeof *s->items, path_order);
}

int source_promise(struct source_item *item, const char *hex, const char *by, struct ow_error *err)
{
	size_t n = strlen(hex);
	struct ow_id id;

	if (n == 64 && hex_decode(hex, n, id.b)) {
		if (item->promise == PROMISE_SHA256 && !ow_id_equal(&item->sha256, &id))
			return err_set(err, OW_E_INTEGRITY,
				       "%s: %s and %s promise different digests", item->path,
				       item->promised_by, by);
		item->promise = PROMISE_SHA256;
		item->sha256 = id;
		item->promised_by = by;
	} else if (n == (size_t)2 * GITID_SIZE && item->promise == PROMISE_NONE &&
		   hex_decode(hex, n, item->git)) {
		item->promise = PROMISE_GIT;
		item->promised_by = by;
	}
	return 0;
}

/* ---- folders ---- */

static int visit(void *ctx, const struct dir_file *f, struct ow_error *err)
{
	struct source *s = ctx;
	size_t n;
	const char *why = source_excluded(f->path, &n);

	if (why != NULL)
		return source_skip(s, f->path, n, why, err);
	if (f->kind == DIR_OTHER)
		return err_set(err, OW_E_UNSAFE, "%s: not a regular file", f->path);
	return source_add(s, f->path, f->path, NULL, NULL, err);
}

int source_walk(struct source *s, struct ow_error *err)
{
	/* a clone's .git counts here and is left out after */
	if (dir_walk(s->root, 4 * (size_t)COMPONENTS_MAX, visit, s, err) < 0)
		return err->code;
	source_sort(s);
	return 0;
}

/* Bytes of a file's name without the endings that models and archives have. */
static size_t stem(const char *base)
{
	static const char *const endings[] = {".gguf",    ".safetensors", ".tar.gz", ".tar.xz",
					      ".tar.zst", ".tar",         ".zip",    ".7z"};
	size_t n = strlen(base);

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t m = strlen(endings[i]);

		if (n > m && strcmp(base + n - m, endings[i]) == 0)
			return n - m;
	}
	return n;
}

static bool alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

int source_name(struct source *s, const char *path, struct ow_error *err)
{
	const char *base = path_base(path);
	size_t n = stem(base), len = 0;
	char name[97];

	for (size_t i = 0; i < n && len + 1 < sizeof name; i++) {
		if (alphanumeric(base[i]) || (len > 0 && strchr("._-", base[i]) != NULL))
			name[len++] = base[i];
		else if (len > 0 && name[len - 1] != '-')
			name[len++] = '-';
	}
	while (len > 0 && (name[len - 1] == '.' || name[len - 1] == '-'))
		len--;
	name[len] = '\0';
	s->name = mem_text(name, name_ok(name) ? len : 0, err);
	return s->name == NULL ? err->code : 0;
}
