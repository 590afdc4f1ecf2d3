/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/relpath.h"

#include <stdbool.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

static int check_part(const char *path, const char *part, size_t n, struct ow_error *err)
{
	if (n == 2 && part[0] == '.' && part[1] == '.')
		return err_set(err, OW_E_UNSAFE, "path \"%s\" leads out of its folder", path);
	if (n == 0 || (n == 1 && part[0] == '.'))
		return err_set(err, OW_E_UNSAFE, "path \"%s\" has an empty or \".\" part", path);
	if (n > NAME_LEN_MAX)
		return err_set(err, OW_E_FORMAT, "path \"%.60s…\": a name of %zu bytes, at most %d",
			       path, n, NAME_LEN_MAX);
	return 0;
}

/* "a:b" is a name like any other here; "C:/x" and "C:" are not. */
static bool is_absolute(const char *path)
{
	bool letter = (path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z');

	return path[0] == '/' ||
	       (letter && path[1] == ':' && (path[2] == '/' || path[2] == '\\' || path[2] == '\0'));
}

int path_check(const char *path, struct ow_error *err)
{
	size_t len = strlen(path), depth = 0;

	if (is_absolute(path))
		return err_set(err, OW_E_UNSAFE, "path \"%.200s\" is absolute", path);
	if (strchr(path, '\\') != NULL)
		return err_set(err, OW_E_UNSAFE, "path \"%.200s\" has a backslash", path);
	if (len > PATH_LEN_MAX)
		return err_set(err, OW_E_FORMAT, "path \"%.60s…\" of %zu bytes, at most %d", path,
			       len, PATH_LEN_MAX);
	if (!utf8_ok((const uint8_t *)path, len))
		return err_set(err, OW_E_FORMAT, "path \"%s\" is not UTF-8", path);
	for (size_t i = 0; i < len; i++) {
		if ((uint8_t)path[i] < 0x20 || path[i] == 0x7f)
			return err_set(err, OW_E_FORMAT, "path \"%s\" has a control character",
				       path);
	}
	for (const char *part = path;;) {
		size_t n = strcspn(part, "/");

		if (check_part(path, part, n, err) < 0)
			return err->code;
		if (++depth > PATH_DEPTH_MAX)
			return err_set(err, OW_E_FORMAT, "path \"%.60s…\" is deeper than %d", path,
				       PATH_DEPTH_MAX);
		if (part[n] == '\0')
			return 0;
		part += n + 1;
	}
}
