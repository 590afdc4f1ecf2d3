/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "flow/keys.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/fd.h"
#include "os/file.h"
#include "os/path.h"
#include "trust/key.h"
#include "trust/minisig.h"

/* Names of a keys folder that are looked at. */
#define KEYS_FOLDER_MAX 65536

static_assert((int)OW_NAME == (int)ID_TEXT, "a name is an id");
static_assert((int)OW_KEY_ID == (int)KEY_ID_TEXT, "the id of a key");

const char *ow_role_name(enum ow_role role)
{
	return role_name(role);
}

bool ow_role_parse(const char *name, enum ow_role *out)
{
	return role_parse(name, out);
}

const char *keys_line(const uint8_t pk[SIGN_PUBLIC], char out[OW_KEY_LINE])
{
	OW_AUTO(buf_done) struct buf file = {0};
	struct ow_error ignored = {0};
	const char *line;

	out[0] = '\0';
	if (public_key_format(pk, &file, &ignored) < 0)
		return out;
	line = strchr(buf_str(&file), '\n');
	(void)snprintf(out, OW_KEY_LINE, "%.*s", OW_KEY_LINE - 1, line + 1);
	return out;
}

/* The path of a file in the keys folder whose name is of our making. */
static void name_of(const char *name, const char *suffix, char out[ID_TEXT + 8])
{
	(void)snprintf(out, ID_TEXT + 8, "%.64s%s", name, suffix);
}

static void describe(const struct key_info *info, struct ow_key *out)
{
	text_copy(out->name, sizeof out->name, info->name);
	(void)key_id_text(info->id, out->id);
	(void)keys_line(info->pk, out->line);
	out->has_secret = true;
	out->role = info->role;
	out->created = info->created;
}

int ow_key_new(const char *keys, const char *name, enum ow_role role, const void *passphrase,
	       size_t n, struct ow_key *out, struct ow_error *err)
{
	struct ow_view pass = {.p = passphrase, .n = n};
	OW_AUTO(fd_close) int dir = -1;
	struct key_info info;

	dir = dir_make_user(keys, 0700, err);
	if (dir < 0)
		return err_ctx(err, "keys folder");
	if (key_create(dir, name, role, clock_now(), pass, box_cost_default(), &info, err) < 0)
		return err_file(err, keys);
	*out = (struct ow_key){0};
	describe(&info, out);
	return 0;
}

/* The keys folder, or -1 with *err untouched where there is none. */
static int open_folder(const char *keys, struct ow_error *err)
{
	struct ow_error why = {0};
	int dir = path_open_dir(keys, &why);

	if (dir >= 0 || why.sys == ENOENT)
		return dir >= 0 ? dir : -1;
	*err = why;
	return err->code;
}

int ow_key_new_check(const char *keys, const char *name, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = open_folder(keys, err);

	if (err->code != OW_OK)
		return err_ctx(err, "keys folder");
	return key_check_new(dir, name, err) < 0 ? err_file(err, keys) : 0;
}

static int read_public(int dir, const char *name, uint8_t pk[SIGN_PUBLIC], struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf file = {0};
	char path[ID_TEXT + 8];

	name_of(name, ".pub", path);
	if (file_read(dir, path, PUBLIC_KEY_FILE_MAX, &file, err) < 0)
		return err->code;
	return public_key_parse(file.p, file.n, pk, err) < 0 ? err_file(err, path) : 0;
}

/* What lies in the folder under this name: a secret key, else a public one. */
static int find(int dir, const char *name, struct ow_key *out, uint8_t pk[SIGN_PUBLIC],
		struct ow_error *err)
{
	char secret[ID_TEXT + 8], public[ID_TEXT + 8];
	struct key_info info;
	uint8_t id[SIGN_KEY_ID];

	*out = (struct ow_key){0};
	name_of(name, ".key", secret);
	name_of(name, ".pub", public);
	if (!text_is_id(name) || file_exists(dir, secret) || !file_exists(dir, public)) {
		if (key_read_info(dir, name, &info, err) < 0)
			return err->code;
		memcpy(pk, info.pk, SIGN_PUBLIC);
		describe(&info, out);
		return 0;
	}
	if (read_public(dir, name, pk, err) < 0)
		return err->code;
	text_copy(out->name, sizeof out->name, name);
	sign_key_id(pk, id);
	(void)key_id_text(id, out->id);
	(void)keys_line(pk, out->line);
	return 0;
}

static int no_folder(const char *keys, const char *name, struct ow_error *err)
{
	(void)err_set(err, OW_E_USAGE, "there is no key \"%s\": the folder %s does not exist", name,
		      keys);
	return err_hint(err, "\"owstore key new\" makes one");
}

int ow_key_find(const char *keys, const char *name, struct ow_key *out, struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = open_folder(keys, err);
	uint8_t pk[SIGN_PUBLIC];

	if (err->code != OW_OK)
		return err->code;
	if (dir < 0)
		return no_folder(keys, name, err);
	return find(dir, name, out, pk, err) < 0 ? err_file(err, keys) : 0;
}

/* The name of a key if the file is one: before ".key", or before ".pub" where there is no ".key". */
static bool key_of_file(int dir, const char *file, char name[ID_TEXT])
{
	size_t n = strlen(file);
	char secret[ID_TEXT + 8];

	if (n <= 4 || n - 4 >= ID_TEXT ||
	    (strcmp(file + n - 4, ".key") != 0 && strcmp(file + n - 4, ".pub") != 0))
		return false;
	(void)snprintf(name, ID_TEXT, "%.*s", (int)(n - 4), file);
	name_of(name, ".key", secret);
	return text_is_id(name) && (strcmp(file + n - 4, ".key") == 0 || !file_exists(dir, secret));
}

int ow_key_list(const char *keys, ow_key_visit visit, void *ctx, struct ow_error *err)
{
	OW_AUTO(dir_list_done) struct dir_list files = {0};
	OW_AUTO(fd_close) int dir = open_folder(keys, err);

	if (err->code != OW_OK || dir < 0)
		return err->code;
	if (dir_list(dir, ".", KEYS_FOLDER_MAX, &files, err) < 0)
		return err_file(err, keys);
	for (size_t i = 0; i < files.n; i++) {
		struct ow_error why = {0};
		uint8_t pk[SIGN_PUBLIC];
		char name[ID_TEXT];
		struct ow_key key;
		int r;

		if (!key_of_file(dir, files.at[i].name, name))
			continue;
		if (find(dir, name, &key, pk, &why) < 0) {
			key = (struct ow_key){0};
			text_copy(key.name, sizeof key.name, name);
			text_copy(key.problem, sizeof key.problem, why.text);
		}
		r = visit(ctx, &key, err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* A .pub file by its path; the file's name is the key's. */
static int public_of_path(const char *path, struct public_key *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf file = {0};
	const char *base = path_base(path);
	size_t n = strlen(base);

	if (n > 4 && strcmp(base + n - 4, ".pub") == 0)
		n -= 4;
	if (n < ID_TEXT)
		memcpy(out->name, base, n);
	if (!text_is_id(out->name)) {
		(void)err_set(err, OW_E_USAGE, "%s: the name of the file cannot name a key", path);
		return err_hint(err,
				"rename it: a-z, 0-9, then also . _ -, at most 64 before \".pub\"");
	}
	if (file_read_user(path, PUBLIC_KEY_FILE_MAX, &file, err) < 0)
		return err->code;
	return public_key_parse(file.p, file.n, out->pk, err) < 0 ? err_file(err, path) : 0;
}

int keys_find_public(const char *keys, const char *key, struct public_key *out,
		     struct ow_error *err)
{
	OW_AUTO(fd_close) int dir = -1;
	size_t n = strlen(key);
	struct ow_key found;

	*out = (struct public_key){0};
	if (strchr(key, '/') != NULL || (n > 4 && strcmp(key + n - 4, ".pub") == 0))
		return public_of_path(key, out, err);
	dir = open_folder(keys, err);
	if (err->code != OW_OK)
		return err->code;
	if (dir < 0)
		return no_folder(keys, key, err);
	if (find(dir, key, &found, out->pk, err) < 0)
		return err_file(err, keys);
	text_copy(out->name, sizeof out->name, found.name);
	out->has_role = found.has_secret;
	out->role = found.role;
	return 0;
}
