/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Names on the medium: whatever a component, licence or stream is called, what comes out keeps to
 * the grammar; and what the grammar accepts is plain.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "bundle/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void accepted_is_plain(const char *s)
{
	if (!names_path_ok(s))
		return;
	if (strlen(s) >= NAMES_PATH ||
	    s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./")] != '\0' ||
	    strstr(s, "..") != NULL || strstr(s, "//") != NULL || s[0] == '/')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char ext[NAMES_EXT], path[NAMES_PATH], folder[NAMES_FOLDER];
	struct ow_id id = {.b = {(uint8_t)n}};
	struct ow_error err = {0};
	char *s = malloc(n + 1);

	if (s == NULL)
		return 0;
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	accepted_is_plain(s);
	names_extension(s, ext);
	names_blob(&id, ext, path);
	if (!names_path_ok(path) || !names_is_blob(&id, path))
		abort();
	if (names_licence(s, path, &err) < 0 || !names_path_ok(path))
		abort();
	if (text_is_id(s) &&
	    (names_folder(s, n, s, n, folder, &err) < 0 || !names_folder_ok(folder)))
		abort();
	free(s);
	return 0;
}
