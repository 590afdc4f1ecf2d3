/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Reading splits the line at its fixed words and then writes the result again: what does not come out byte
 * for byte was not canonical. So the grammar stands in one place, the writer.
 */
#include "trust/comment.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

static bool is_type(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz-");

	return n > 0 && n < TYPE_TEXT && s[n] == '\0' && s[0] != '-';
}

int comment_format(const struct comment *c, char out[COMMENT_TEXT], struct ow_error *err)
{
	char hex[OW_ID_HEX];

	if (!is_type(c->type))
		return err_set(err, OW_E_USAGE, "\"%s\" is not a document type", c->type);
	if (!text_is_id(c->origin))
		return err_set(err, OW_E_USAGE, "\"%s\" is not an origin id", c->origin);
	if (!text_is_id(c->stream) && strcmp(c->stream, "-") != 0)
		return err_set(err, OW_E_USAGE, "\"%s\" is not a stream id", c->stream);
	(void)snprintf(out, COMMENT_TEXT,
		       "owstore %s v1 origin=%s stream=%s seq=%llu role=%s sha256=%s", c->type,
		       c->origin, c->stream, (unsigned long long)c->seq, role_name(c->role),
		       ow_id_hex(&c->sha256, hex));
	return 0;
}

/* Copy the word that stands behind `before` up to the next space or the end; *at moves behind it. */
static bool word(const char **at, const char *before, char *out, size_t cap)
{
	size_t skip = strlen(before), n;

	if (strncmp(*at, before, skip) != 0)
		return false;
	n = strcspn(*at + skip, " ");
	if (n >= cap)
		return false;
	memcpy(out, *at + skip, n);
	out[n] = '\0';
	*at += skip + n;
	return true;
}

static bool split(const char *line, struct comment *c)
{
	char seq[24], role[16], hex[OW_ID_HEX];

	return word(&line, "owstore ", c->type, sizeof c->type) &&
	       word(&line, " v1 origin=", c->origin, sizeof c->origin) &&
	       word(&line, " stream=", c->stream, sizeof c->stream) &&
	       word(&line, " seq=", seq, sizeof seq) && word(&line, " role=", role, sizeof role) &&
	       word(&line, " sha256=", hex, sizeof hex) && text_parse_u64(seq, &c->seq) &&
	       role_parse(role, &c->role) && ow_id_parse(hex, &c->sha256);
}

int comment_parse(const char *text, size_t n, struct comment *out, struct ow_error *err)
{
	char line[COMMENT_TEXT], again[COMMENT_TEXT];
	struct comment c = {0};
	struct ow_error why = {0};

	if (n >= sizeof line || memchr(text, 0, n) != NULL)
		return err_set(err, OW_E_TRUST, "trusted comment: too long or with a NUL byte");
	memcpy(line, text, n);
	line[n] = '\0';
	if (!split(line, &c) || comment_format(&c, again, &why) < 0 || strcmp(line, again) != 0)
		return err_set(err, OW_E_TRUST, "trusted comment: not of owstore's form");
	*out = c;
	return 0;
}
