/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "bundle/names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/ints.h"
#include "base/limits.h"
#include "codec/digest.h"

static char upper(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

/* A-Z and 0-9: what stands in names without change. */
static bool plain(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Names that DOS and Windows give to devices, with any extension. */
static bool is_device(const char *s, size_t n)
{
	static const char *const three[] = {"CON", "PRN", "AUX", "NUL"};

	for (size_t i = 0; n == 3 && i < sizeof three / sizeof three[0]; i++) {
		if (memcmp(s, three[i], 3) == 0)
			return true;
	}
	return n == 4 && s[3] >= '0' && s[3] <= '9' &&
	       (memcmp(s, "COM", 3) == 0 || memcmp(s, "LPT", 3) == 0);
}

/* One name: of a folder (no dot), or of a file (one dot with something on both sides). */
static bool part_ok(const char *s, size_t n, bool file)
{
	size_t dots = 0, stem = n;

	if (n == 0 || n > NAMES_PART_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.') {
			dots++;
			stem = i;
		} else if (!plain(s[i]) && s[i] != '_') {
			return false;
		}
	}
	if (dots != (file ? 1 : 0) || stem == 0 || stem == n - 1)
		return false;
	return !is_device(s, stem);
}

bool names_path_ok(const char *path)
{
	for (unsigned depth = 1; depth <= NAMES_DEPTH_MAX; depth++) {
		size_t n = strcspn(path, "/");

		if (!part_ok(path, n, path[n] == '\0'))
			return false;
		if (path[n] == '\0')
			return true;
		path += n + 1;
	}
	return false;
}

bool names_folder_ok(const char *name)
{
	return part_ok(name, strlen(name), false);
}

bool names_is_envelope(const char *path)
{
	char name[NAMES_PATH];

	for (unsigned i = 1; i <= SIGNATURES_MAX; i++) {
		names_signature(i, name);
		if (strcmp(path, name) == 0)
			return true;
	}
	return strcmp(path, NAMES_MANIFEST) == 0;
}

/* 1 to 8 of A-Z 0-9 that do not look like a part's. */
static bool extension_ok(const char *s)
{
	size_t n = strlen(s), digits = 0;

	if (n == 0 || n >= NAMES_EXT)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!plain(s[i]))
			return false;
		digits += s[i] <= '9';
	}
	return !(n == 4 && s[0] == 'P' && digits == 3);
}

void names_extension(const char *component, char ext[NAMES_EXT])
{
	const char *slash = strrchr(component, '/');
	const char *dot = strrchr(slash == NULL ? component : slash, '.');
	size_t n = dot == NULL ? 0 : strlen(dot + 1);

	for (size_t i = 0; i < n && i < NAMES_EXT - 1; i++)
		ext[i] = upper(dot[1 + i]);
	ext[n < NAMES_EXT ? n : 0] = '\0';
	if (!extension_ok(ext))
		(void)snprintf(ext, NAMES_EXT, "BIN");
}

/* The first n bytes of a digest in upper-case hex, terminated. */
static void hex_upper(const struct ow_id *id, size_t n, char *out)
{
	for (size_t i = 0; i < n; i++)
		(void)snprintf(out + 2 * i, 3, "%02X", id->b[i]);
}

void names_blob(const struct ow_id *id, const char *ext, char path[NAMES_PATH])
{
	char hex[17];

	assert(extension_ok(ext));
	hex_upper(id, 8, hex);
	(void)snprintf(path, NAMES_PATH, "DATA/%s.%s", hex, ext);
}

void names_part(const struct ow_id *id, unsigned number, char path[NAMES_PATH])
{
	char hex[17];

	assert(number >= 1 && number <= PARTS_MAX);
	hex_upper(id, 8, hex);
	(void)snprintf(path, NAMES_PATH, "DATA/%s.P%03u", hex, number);
}

bool names_is_blob(const struct ow_id *id, const char *path)
{
	char want[NAMES_PATH];
	const char *dot = strchr(path, '.');

	if (dot == NULL || !extension_ok(dot + 1))
		return false;
	names_blob(id, dot + 1, want);
	return strcmp(path, want) == 0;
}

#define GOLDEN "GOLDEN/"

void names_golden(const struct ow_id *id, char stem[NAMES_PATH])
{
	char hex[17];

	hex_upper(id, 8, hex);
	(void)snprintf(stem, NAMES_PATH, GOLDEN "%s", hex);
}

bool names_is_golden(const char *path)
{
	size_t n = strlen(path);

	return strncmp(path, GOLDEN, strlen(GOLDEN)) == 0 && n > 4 &&
	       strcmp(path + n - 4, ".CBR") == 0;
}

/* Copy `id` in upper case with "_" for every other character, at most cap - 1 of them. Returns
 * whether any had to be replaced.
 */
static bool fold(const char *id, char *out, size_t cap)
{
	bool replaced = false;
	size_t i;

	for (i = 0; id[i] != '\0' && i + 1 < cap; i++) {
		char c = upper(id[i]);

		replaced |= !plain(c);
		out[i] = plain(c) ? c : '_';
	}
	out[i] = '\0';
	return replaced;
}

int names_licence(const char *id, char path[NAMES_PATH], struct ow_error *err)
{
	enum {
		KEEP = 21
	};
	char stem[KEEP + 1], tail[8] = "";
	struct ow_id sum;

	(void)fold(id, stem, sizeof stem);
	if (id[0] == '\0' || strcmp(stem, id) != 0 || is_device(stem, strlen(stem))) {
		if (digest_bytes(id, strlen(id), &sum, err) < 0)
			return err->code;
		tail[0] = '_';
		hex_upper(&sum, 2, tail + 1);
	}
	(void)snprintf(path, NAMES_PATH, "LICENSES/%s%s.TXT", stem, tail);
	return 0;
}

void names_signature(unsigned signature, char path[NAMES_PATH])
{
	assert(signature >= 1 && signature <= SIGNATURES_MAX);
	(void)snprintf(path, NAMES_PATH, "MANIFEST.S%02u", signature);
}

/* "_" and 4 hex over everything that tells two bundles apart. */
static int folder_tail(const char *origin, uint64_t epoch, const char *stream, uint64_t seq,
		       char tail[6], struct ow_error *err)
{
	char all[256];
	struct ow_id sum;
	int n = snprintf(all, sizeof all, "%s\n%llu\n%s\n%llu", origin, (unsigned long long)epoch,
			 stream, (unsigned long long)seq);

	if (digest_bytes(all, size_min((size_t)n, sizeof all - 1), &sum, err) < 0)
		return err->code;
	tail[0] = '_';
	hex_upper(&sum, 2, tail + 1);
	return 0;
}

int names_folder(const char *origin, uint64_t epoch, const char *stream, uint64_t seq,
		 char name[NAMES_FOLDER], struct ow_error *err)
{
	char o[NAMES_PART_MAX + 1], s[NAMES_PART_MAX + 1], number[24], tail[6] = "";
	bool unclear = epoch > 1;
	size_t room;
	int n;

	unclear |= fold(origin, o, sizeof o);
	unclear |= fold(stream, s, sizeof s);
	n = snprintf(number, sizeof number, "_%06llu", (unsigned long long)seq);
	room = NAMES_PART_MAX - (size_t)n;
	unclear |= strlen(origin) + 1 + strlen(stream) > room;
	if (unclear) {
		room -= sizeof tail - 1;
		if (folder_tail(origin, epoch, stream, seq, tail, err) < 0)
			return err->code;
	}
	/* of names that are too long both keep something: the stream what the origin leaves, 1 at
	 * least */
	if (strlen(o) + 1 + strlen(s) > room) {
		size_t keep = size_min(strlen(s), room / 2);

		o[size_min(strlen(o), room - 1 - keep)] = '\0';
		s[size_min(strlen(s), room - 1 - strlen(o))] = '\0';
	}
	(void)snprintf(name, NAMES_FOLDER, "%s_%s%s%s", o, s, number, tail);
	return 0;
}
