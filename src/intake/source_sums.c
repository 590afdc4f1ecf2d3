/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Checksum files as coreutils write them: 64 hex digits, a space, a space or "*", the name.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/limits.h"
#include "intake/source_list.h"
#include "os/file.h"
#include "os/path.h"

enum {
	HEX = 64
};

/* The file that NAME.sha256 speaks of, in `of`; "" for a list of many; false if it is no checksum file. */
static bool is_sums(const char *path, char of[PATH_LEN_MAX + 1])
{
	static const char *const lists[] = {"sha256sums", "sha256sum", "sha256sums.txt",
					    "sha256sum.txt"};
	size_t n = strlen(path);

	of[0] = '\0';
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		if (strcasecmp(path_base(path), lists[i]) == 0)
			return true;
	}
	if (n <= 7 || strcmp(path + n - 7, ".sha256") != 0)
		return false;
	memcpy(of, path, n - 7);
	of[n - 7] = '\0';
	return true;
}

/* One promise: `name` is relative to the folder of the checksum file. */
static int promise(struct source *s, const char *sums, const char *hex, const char *name,
		   struct ow_error *err)
{
	char path[2 * PATH_LEN_MAX + 2];
	size_t folder = (size_t)(path_base(sums) - sums), n;
	struct source_item *item;

	while (strncmp(name, "./", 2) == 0)
		name += 2;
	if (strlen(name) > PATH_LEN_MAX)
		return err_set(err, OW_E_FORMAT, "a name of %zu bytes", strlen(name));
	(void)snprintf(path, sizeof path, "%.*s%s", (int)folder, sums, name);
	item = source_find(s, path);
	if (item == NULL && source_excluded(path, &n) != NULL)
		return 0;
	if (item == NULL)
		return err_set(err, OW_E_INCOMPLETE, "lists %s, which is not there", path);
	return source_promise(item, hex, "the checksum file", err);
}

static int line(struct source *s, const char *sums, const char *of, char *p, struct ow_error *err)
{
	size_t n = strspn(p, "0123456789abcdefABCDEF");

	if (p[0] == '\0' || p[0] == '#')
		return 0;
	if (n != HEX)
		return err_set(err, OW_E_FORMAT, "line \"%.80s\": no SHA-256 of 64 digits", p);
	for (size_t i = 0; i < HEX; i++)
		p[i] = (char)(p[i] >= 'A' && p[i] <= 'F' ? p[i] + ('a' - 'A') : p[i]);
	if (p[n] == '\0' && of[0] != '\0') {
		struct source_item *item = source_find(s, of);

		return item == NULL
			   ? err_set(err, OW_E_INCOMPLETE, "speaks of %s, which is not there", of)
			   : source_promise(item, p, "the checksum file", err);
	}
	if (p[n] != ' ' || (p[n + 1] != ' ' && p[n + 1] != '*'))
		return err_set(err, OW_E_FORMAT, "line \"%.80s\": no name behind the digest", p);
	p[n] = '\0';
	return promise(s, sums, p, p + n + 2, err);
}

static int take(struct source *s, const char *sums, const char *at, const char *of,
		struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf text = {0};

	if (file_read(s->root, at, ARTIFACT_MAX, &text, err) < 0)
		return err->code;
	buf_add(&text, "", 1);
	if (buf_finish(&text, err) < 0)
		return err->code;
	for (char *p = (char *)text.p; *p != '\0';) {
		size_t n = strcspn(p, "\n");
		bool more = p[n] == '\n';

		p[n] = '\0';
		if (n > 0 && p[n - 1] == '\r')
			p[n - 1] = '\0';
		if (line(s, sums, of, p, err) < 0)
			return err->code;
		p += n + more;
	}
	return 0;
}

int source_sums(struct source *s, struct ow_error *err)
{
	char of[PATH_LEN_MAX + 1];

	for (size_t i = 0; i < s->n_items; i++) {
		const struct source_item *item = &s->items[i];

		if (is_sums(item->path, of) && take(s, item->path, item->at, of, err) < 0)
			return err_file(err, item->path);
	}
	return 0;
}
