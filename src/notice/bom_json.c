/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "notice/bom_json.h"

#include <string.h>

#include "base/err.h"
#include "base/hex.h"

const char *need_text(const struct json_t *in, const char *key, struct place at,
		      struct ow_error *err)
{
	const char *s = json_text(json_get(in, key));

	if (s != NULL && s[0] != '\0')
		return s;
	(void)err_set(err, OW_E_FORMAT, "%s %zu has no %s", at.what, at.i, key);
	return NULL;
}

int need_word(const struct json_t *in, const char *key, const char *word, struct place at,
	      struct ow_error *err)
{
	const char *s = need_text(in, key, at, err);

	if (s == NULL)
		return err->code;
	return strcmp(s, word) == 0 ? 0
				    : err_set(err, OW_E_FORMAT, "%s %zu: %s is \"%s\", not \"%s\"",
					      at.what, at.i, key, s, word);
}

const struct json_t *need_list(const struct json_t *in, const char *key, struct place at,
			       struct ow_error *err)
{
	const struct json_t *list = json_get(in, key);

	if (json_is_list(list))
		return list;
	(void)err_set(err, OW_E_FORMAT, "%s %zu has no list %s", at.what, at.i, key);
	return NULL;
}

int read_sum(struct bom *b, const struct json_t *list, const char *algorithm_key,
	     const char *algorithm, const char *value_key, struct place at,
	     const struct ow_id **out, struct ow_error *err)
{
	const struct json_t *one = json_item(list, 0);
	struct ow_id *id;
	const char *hex;

	*out = NULL;
	if (list == NULL)
		return 0;
	if (json_count(list) != 1)
		return err_set(err, OW_E_FORMAT, "%s %zu has %zu digests", at.what, at.i,
			       json_count(list));
	if (need_word(one, algorithm_key, algorithm, at, err) < 0)
		return err->code;
	hex = need_text(one, value_key, at, err);
	if (hex == NULL)
		return err->code;
	id = arena_array(&b->arena, 1, sizeof *id, err);
	if (id == NULL)
		return err->code;
	if (strlen(hex) != 2 * sizeof id->b || !hex_decode(hex, 2 * sizeof id->b, id->b))
		return err_set(err, OW_E_FORMAT, "%s %zu: \"%.80s\" is no SHA-256", at.what, at.i,
			       hex);
	*out = id;
	return 0;
}

const char *keep_text(struct bom *b, const char *s)
{
	return s == NULL ? NULL : arena_text(&b->arena, s, strlen(s));
}
