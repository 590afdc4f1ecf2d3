/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One entry of the ledger as deterministic CBOR: schemas/ledger.cddl.
 */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "os/user.h"
#include "store/ledger.h"
#include "store/segment.h"

enum {
	KEY_N,
	KEY_PREV,
	KEY_CLOCK,
	KEY_ACTOR,
	KEY_COMMAND,
	KEY_OUTCOME,
	KEY_DIGESTS,
	KEY_TEXT,
	KEYS,
	DIGEST_ITEM = 34 /* 58 20 and 32 bytes */
};

/* Write a text that the reader will take back: UTF-8, not too long. */
static void put_text(struct buf *b, int64_t key, const char *s)
{
	char room[LEDGER_TEXT_MAX + 1];
	size_t n = strlen(s);

	cbor_wr_key(b, key);
	if (n > LEDGER_TEXT_MAX || !utf8_ok((const uint8_t *)s, n)) {
		(void)text_escape(s, n, room, sizeof room);
		s = room;
	}
	cbor_wr_text(b, s);
}

void entry_encode(const struct ledger_note *note, uint64_t n, const struct ow_id *prev,
		  uint64_t clock, struct buf *out)
{
	char user[USER_TEXT];

	cbor_wr_map(out, KEYS);
	cbor_wr_key(out, KEY_N);
	cbor_wr_uint(out, n);
	cbor_wr_key(out, KEY_PREV);
	cbor_wr_id(out, prev);
	cbor_wr_key(out, KEY_CLOCK);
	cbor_wr_uint(out, clock);
	put_text(out, KEY_ACTOR, note->actor != NULL ? note->actor : user_text(user));
	put_text(out, KEY_COMMAND, note->command);
	put_text(out, KEY_OUTCOME, note->outcome);
	cbor_wr_key(out, KEY_DIGESTS);
	cbor_wr_array(out, note->n_digests);
	for (size_t i = 0; i < note->n_digests; i++)
		cbor_wr_id(out, &note->digests[i]);
	put_text(out, KEY_TEXT, note->text != NULL ? note->text : "");
}

static struct ow_view get_text(struct cbor_rd *r)
{
	struct ow_view v = cbor_rd_text(r);

	if (v.n > LEDGER_TEXT_MAX)
		cbor_rd_fail(r, "text too long");
	return v;
}

/* The digests as they lie there: each takes DIGEST_ITEM bytes. */
static struct ow_view get_digests(struct cbor_rd *r)
{
	uint64_t n = cbor_rd_array(r);
	struct ow_view v = {.p = r->p + r->at};

	if (n > LEDGER_DIGESTS_MAX)
		cbor_rd_fail(r, "too many digests");
	while (cbor_rd_more(r))
		(void)cbor_rd_id(r);
	v.n = (size_t)n * DIGEST_ITEM;
	return v;
}

int ledger_entry_decode(const uint8_t *p, size_t n, struct ledger_entry *e, struct ow_error *err)
{
	struct ledger_entry got = {0};
	struct cbor_rd r;
	unsigned seen = 0;
	int64_t key;

	cbor_rd_init(&r, p, n);
	for (cbor_rd_map(&r); cbor_rd_key(&r, &key);) {
		seen += key >= 0 && key < KEYS; /* keys are unique */
		switch (key) {
		case KEY_N:
			got.n = cbor_rd_uint(&r);
			break;
		case KEY_PREV:
			got.prev = cbor_rd_id(&r);
			break;
		case KEY_CLOCK:
			got.clock = cbor_rd_uint(&r);
			break;
		case KEY_ACTOR:
			got.actor = get_text(&r);
			break;
		case KEY_COMMAND:
			got.command = get_text(&r);
			break;
		case KEY_OUTCOME:
			got.outcome = get_text(&r);
			break;
		case KEY_DIGESTS:
			got.digests = get_digests(&r);
			break;
		case KEY_TEXT:
			got.text = get_text(&r);
			break;
		default:
			cbor_rd_unknown(&r, key);
			break;
		}
	}
	if (r.why == NULL && (seen != KEYS || got.n == 0))
		cbor_rd_fail(&r, "a field is missing");
	if (cbor_rd_finish(&r, "ledger entry", err) < 0)
		return err->code;
	*e = got;
	return 0;
}

size_t ledger_n_digests(const struct ledger_entry *e)
{
	return e->digests.n / DIGEST_ITEM;
}

struct ow_id ledger_digest(const struct ledger_entry *e, size_t i)
{
	struct ow_id id;

	memcpy(id.b, e->digests.p + i * DIGEST_ITEM + 2, sizeof id.b);
	return id;
}
