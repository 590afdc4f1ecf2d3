/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Statements as bytes: the keys of the envelope, then those of the members that the kind has.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <owstore/class.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "record/doc.h"
#include "record/statement_table.h"

enum {
	KEY_ARTIFACT = 2,
	KEY_TIME = 3,
	KEY_UNTIL = 4,
	KEY_ORIGIN = 5,
	KEY_REASON = 6,
	KEY_MEMBERS = 7, /* and up, by enum member */
	KEY_NTH = KEY_MEMBERS + MEMBERS,

	NTH_MAX = 65535
};

/* ---- writing ------------------------------------------------------------------------------------------ */

static int by_word(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Is the text there, ended within its room, and of its grammar? */
static bool text_sound(const struct member_row *row, const char *s)
{
	if (s[0] == '\0' || memchr(s, 0, row->size) == NULL ||
	    !utf8_ok((const uint8_t *)s, strlen(s)))
		return false;
	return (row->type != MEMBER_IS_WORD || statement_word_ok(s)) &&
	       (row->type != MEMBER_IS_PARTY || party_ok(s));
}

static bool words_sound(const struct statement *s)
{
	if (s->n_lifts == 0 || s->n_lifts > LIFTS_MAX)
		return false;
	for (unsigned i = 0; i < s->n_lifts; i++) {
		if (!statement_word_ok(s->lifts[i]) ||
		    (i > 0 && strcmp(s->lifts[i - 1], s->lifts[i]) >= 0))
			return false;
	}
	return true;
}

static bool member_sound(const struct statement *s, enum member m)
{
	const struct member_row *row = &statement_members[m];
	const char *at = (const char *)s + row->at;
	uint64_t v = 0;

	switch (row->type) {
	case MEMBER_IS_TEXT:
	case MEMBER_IS_WORD:
	case MEMBER_IS_PARTY:
		return text_sound(row, at);
	case MEMBER_IS_CLASS:
	case MEMBER_IS_TIME:
		memcpy(&v, at, sizeof v);
		return v <= (row->type == MEMBER_IS_TIME ? TIME_MAX : OW_CLASSES - 1);
	case MEMBER_IS_DIGEST:
		return true;
	case MEMBER_IS_WORDS:
		return words_sound(s);
	}
	return false;
}

static int check(const struct statement *s, struct ow_error *err)
{
	const char *word = statement_kinds[s->kind].word, *flaw = statement_flaw(s);

	if (flaw != NULL)
		return err_set(err, OW_E_USAGE, "%s: %s", word, flaw);
	if (!text_is_id(s->origin) || s->time > TIME_MAX || s->nth > NTH_MAX ||
	    (s->valid_until != UINT64_MAX && s->valid_until > TIME_MAX) ||
	    memchr(s->reason, 0, sizeof s->reason) == NULL ||
	    !utf8_ok((const uint8_t *)s->reason, strlen(s->reason)))
		return err_set(err, OW_E_USAGE, "%s: origin, time or reason is out of range", word);
	for (unsigned m = 0; m < MEMBERS; m++) {
		if (statement_has(s, (enum member)m) && !member_sound(s, (enum member)m))
			return err_set(err, OW_E_USAGE, "%s: %s is missing or malformed", word,
				       statement_members[m].name);
	}
	return 0;
}

static void write_member(const struct statement *s, enum member m, struct buf *out)
{
	const struct member_row *row = &statement_members[m];
	const char *at = (const char *)s + row->at;
	struct ow_id id;
	uint64_t v = 0;

	cbor_wr_key(out, KEY_MEMBERS + (int)m);
	switch (row->type) {
	case MEMBER_IS_TEXT:
	case MEMBER_IS_WORD:
	case MEMBER_IS_PARTY:
		cbor_wr_text(out, at);
		break;
	case MEMBER_IS_CLASS:
	case MEMBER_IS_TIME:
		memcpy(&v, at, sizeof v);
		cbor_wr_uint(out, v);
		break;
	case MEMBER_IS_DIGEST:
		memcpy(&id, at, sizeof id);
		cbor_wr_id(out, &id);
		break;
	case MEMBER_IS_WORDS:
		cbor_wr_array(out, s->n_lifts);
		for (unsigned i = 0; i < s->n_lifts; i++)
			cbor_wr_text(out, s->lifts[i]);
		break;
	}
}

static uint64_t count_keys(const struct statement *s)
{
	uint64_t n = 2u + s->has_artifact + (s->valid_until != UINT64_MAX) +
		     (s->reason[0] != '\0') + (s->nth != 0);

	for (unsigned m = 0; m < MEMBERS; m++)
		n += statement_has(s, (enum member)m);
	return n;
}

int statement_encode(struct statement *s, struct buf *out, struct ow_error *err)
{
	if (s->n_lifts > 1 && s->n_lifts <= LIFTS_MAX)
		qsort(s->lifts, s->n_lifts, sizeof s->lifts[0], by_word);
	if (check(s, err) < 0)
		return err->code;
	doc_begin(out, statement_kinds[s->kind].word, count_keys(s));
	if (s->has_artifact) {
		cbor_wr_key(out, KEY_ARTIFACT);
		cbor_wr_id(out, &s->artifact);
	}
	cbor_wr_key(out, KEY_TIME);
	cbor_wr_uint(out, s->time);
	if (s->valid_until != UINT64_MAX) {
		cbor_wr_key(out, KEY_UNTIL);
		cbor_wr_uint(out, s->valid_until);
	}
	cbor_wr_key(out, KEY_ORIGIN);
	cbor_wr_text(out, s->origin);
	if (s->reason[0] != '\0') {
		cbor_wr_key(out, KEY_REASON);
		cbor_wr_text(out, s->reason);
	}
	for (unsigned m = 0; m < MEMBERS; m++) {
		if (statement_has(s, (enum member)m))
			write_member(s, (enum member)m, out);
	}
	if (s->nth != 0) {
		cbor_wr_key(out, KEY_NTH);
		cbor_wr_uint(out, s->nth);
	}
	return buf_finish(out, err);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

static uint64_t read_bounded(struct cbor_rd *r, uint64_t max, const char *why)
{
	uint64_t v = cbor_rd_uint(r);

	if (v > max)
		cbor_rd_fail(r, why);
	return v;
}

static void read_words(struct cbor_rd *r, struct statement *s)
{
	(void)cbor_rd_array(r);
	while (cbor_rd_more(r)) {
		if (s->n_lifts == LIFTS_MAX) {
			cbor_rd_fail(r, "too many rules");
			return;
		}
		cbor_rd_string(r, s->lifts[s->n_lifts++], sizeof s->lifts[0]);
	}
	if (cbor_rd_ok(r) && !words_sound(s))
		cbor_rd_fail(r, "no rule, one malformed or out of order");
}

static void read_member(struct cbor_rd *r, struct statement *s, enum member m)
{
	const struct member_row *row = &statement_members[m];
	char *at = (char *)s + row->at;
	struct ow_id id;
	uint64_t v;

	switch (row->type) {
	case MEMBER_IS_TEXT:
	case MEMBER_IS_WORD:
	case MEMBER_IS_PARTY:
		cbor_rd_string(r, at, row->size);
		if (cbor_rd_ok(r) && !text_sound(row, at))
			cbor_rd_fail(r, "malformed text");
		break;
	case MEMBER_IS_CLASS:
		v = read_bounded(r, OW_CLASSES - 1, "unknown class");
		memcpy(at, &v, sizeof v);
		break;
	case MEMBER_IS_TIME:
		v = read_bounded(r, TIME_MAX, "time after the year 9999");
		memcpy(at, &v, sizeof v);
		break;
	case MEMBER_IS_DIGEST:
		id = cbor_rd_id(r);
		memcpy(at, &id, sizeof id);
		s->has_shown = s->has_shown || m == MEMBER_SHOWN;
		break;
	case MEMBER_IS_WORDS:
		read_words(r, s);
		break;
	}
}

/* The value of one key; bits of `seen` by key. */
static void read_key(struct cbor_rd *r, struct statement *s, int64_t key, uint64_t *seen)
{
	const struct kind_row *kind = &statement_kinds[s->kind];

	switch (key) {
	case KEY_ARTIFACT:
		s->artifact = cbor_rd_id(r);
		s->has_artifact = true;
		break;
	case KEY_TIME:
		s->time = read_bounded(r, TIME_MAX, "time after the year 9999");
		break;
	case KEY_UNTIL:
		s->valid_until = read_bounded(r, TIME_MAX, "time after the year 9999");
		break;
	case KEY_ORIGIN:
		cbor_rd_string(r, s->origin, sizeof s->origin);
		if (cbor_rd_ok(r) && !text_is_id(s->origin))
			cbor_rd_fail(r, "malformed id");
		break;
	case KEY_REASON:
		cbor_rd_string(r, s->reason, sizeof s->reason);
		break;
	case KEY_NTH:
		s->nth = read_bounded(r, NTH_MAX, "out of range");
		if (s->nth == 0)
			cbor_rd_fail(r, "a number that is not to be written");
		break;
	default:
		if (key < KEY_MEMBERS || key >= KEY_MEMBERS + MEMBERS ||
		    ((kind->needs | kind->may) & 1U << (key - KEY_MEMBERS)) == 0) {
			cbor_rd_unknown(r, key);
			return;
		}
		read_member(r, s, (enum member)(key - KEY_MEMBERS));
		break;
	}
	*seen |= 1ULL << key;
}

int statement_decode(const uint8_t *p, size_t n, struct statement *out, struct ow_error *err)
{
	struct statement s = {.valid_until = UINT64_MAX};
	uint64_t seen = 0, needs;
	char type[DOC_TYPE_CAP], what[48];
	struct cbor_rd r;
	int64_t key;

	if (!doc_type(p, n, type) || !statement_find(type, &s.kind))
		return err_set(err, OW_E_FORMAT, "statement: is a document of another type");
	needs = (uint64_t)statement_kinds[s.kind].needs << KEY_MEMBERS | 1ULL << KEY_TIME |
		1ULL << KEY_ORIGIN;
	doc_open(&r, p, n, type);
	while (cbor_rd_key(&r, &key))
		read_key(&r, &s, key, &seen);
	if ((seen & needs) != needs)
		cbor_rd_fail(&r, "a required key is missing");
	if (cbor_rd_ok(&r) && statement_flaw(&s) != NULL)
		cbor_rd_fail(&r, statement_flaw(&s));
	(void)snprintf(what, sizeof what, "%s record", type);
	if (cbor_rd_finish(&r, what, err) < 0)
		return err->code;
	*out = s;
	return 0;
}
