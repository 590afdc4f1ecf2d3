/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Roots as deterministic CBOR. Decoding collects the fields; whether they make a sound root is
 * root_check's to say, for both directions, so that nothing is written that would not be read.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "trust/root.h"

#define ROOT_TYPE      "root"
#define ROOT_FORMAT    1
#define SCHEME_ED25519 1 /* minisign's: Ed25519 over BLAKE2b-512 */

enum root_field {
	ROOT_F_TYPE,
	ROOT_F_FORMAT,
	ROOT_F_ORIGIN,
	ROOT_F_VERSION,
	ROOT_F_EPOCH,
	ROOT_F_ISSUED,
	ROOT_F_NOT_AFTER,
	ROOT_F_PREV,
	ROOT_F_KEYS,
	ROOT_F_ROLES,
	ROOT_F_DESTINATIONS,
	ROOT_FIELDS
};
enum key_field {
	KEY_F_ID,
	KEY_F_SCHEME,
	KEY_F_PUBLIC,
	KEY_F_NAME,
	KEY_FIELDS
};
enum role_field {
	ROLE_F_IDS,
	ROLE_F_THRESHOLD,
	ROLE_F_REQUIRE,
	ROLE_FIELDS
};
enum destination_field {
	DESTINATION_F_CLASS,
	DESTINATION_F_RECIPIENTS,
	DESTINATION_F_FACTS,
	DESTINATION_FIELDS
};

/* Each of the fields 0..n-1 once? `seen` has a bit for each known one. */
static void complete(struct cbor_rd *r, unsigned seen, unsigned n)
{
	if (cbor_rd_ok(r) && seen != (1u << n) - 1)
		cbor_rd_fail(r, "a key is missing");
}

static unsigned bit(int64_t key, unsigned n)
{
	return key >= 0 && key < (int64_t)n ? 1u << key : 0;
}

static void scheme(struct cbor_rd *r)
{
	uint64_t v = cbor_rd_uint(r);

	if (cbor_rd_ok(r) && v != SCHEME_ED25519)
		cbor_rd_fail(r, "a signature scheme that this program does not know");
}

static void read_key(struct cbor_rd *r, struct root_key *k)
{
	unsigned seen = 0;
	int64_t key;

	k->role = ROOT_NO_ROLE;
	for (cbor_rd_map(r); cbor_rd_key(r, &key); seen |= bit(key, KEY_FIELDS)) {
		switch (key) {
		case KEY_F_ID:
			cbor_rd_fixed(r, k->id, sizeof k->id);
			break;
		case KEY_F_SCHEME:
			scheme(r);
			break;
		case KEY_F_PUBLIC:
			cbor_rd_fixed(r, k->pk, sizeof k->pk);
			break;
		case KEY_F_NAME:
			cbor_rd_string(r, k->name, sizeof k->name);
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	complete(r, seen, KEY_FIELDS);
}

static void read_keys(struct cbor_rd *r, struct root *root)
{
	if (cbor_rd_array(r) > ROOT_KEYS_MAX)
		cbor_rd_fail(r, "more keys than a root may have");
	while (cbor_rd_more(r))
		read_key(r, &root->key[root->n_keys++]);
}

/* The ids of a role, ascending as the keys are. */
static void read_role_ids(struct cbor_rd *r, struct root *root, enum ow_role role)
{
	unsigned at = 0; /* keys before this one are behind us */

	for (cbor_rd_array(r); cbor_rd_more(r); at++) {
		uint8_t id[SIGN_KEY_ID] = {0};

		cbor_rd_fixed(r, id, sizeof id);
		while (at < root->n_keys && memcmp(root->key[at].id, id, sizeof id) != 0)
			at++;
		if (at == root->n_keys) {
			cbor_rd_fail(r,
				     "a role names a key that is not there, or in another order");
			return;
		}
		if (root->key[at].role != ROOT_NO_ROLE) {
			cbor_rd_fail(r, "a key has two roles");
			return;
		}
		root->key[at].role = role;
		root->role[role].n++;
	}
}

static void read_role(struct cbor_rd *r, struct root *root, enum ow_role role)
{
	unsigned seen = 0;
	uint64_t threshold = 0;
	int64_t key;

	for (cbor_rd_map(r); cbor_rd_key(r, &key); seen |= bit(key, ROLE_FIELDS)) {
		switch (key) {
		case ROLE_F_IDS:
			read_role_ids(r, root, role);
			break;
		case ROLE_F_THRESHOLD:
			threshold = cbor_rd_uint(r);
			break;
		case ROLE_F_REQUIRE:
			if (cbor_rd_array(r) != 1)
				cbor_rd_fail(
				    r, "a role requires schemes that this program does not know");
			scheme(r);
			(void)cbor_rd_more(r);
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	complete(r, seen, ROLE_FIELDS);
	if (cbor_rd_ok(r) && (threshold == 0 || threshold > root->role[role].n))
		cbor_rd_fail(r, "a threshold that is not from 1 to the number of its keys");
	root->role[role].threshold = (unsigned)threshold;
}

static void read_roles(struct cbor_rd *r, struct root *root)
{
	int64_t key;

	for (cbor_rd_map(r); cbor_rd_key(r, &key);) {
		if (key < 0 || key >= OW_ROLES)
			cbor_rd_fail(r, "unknown role");
		else
			read_role(r, root, (enum ow_role)key);
	}
}

/* A text as a terminated string. */
static void string_of(struct cbor_rd *r, struct ow_view v, char *out, size_t cap)
{
	if (cbor_rd_ok(r) && (v.n == 0 || v.n >= cap || memchr(v.p, 0, v.n) != NULL))
		cbor_rd_fail(r, "text is empty, too long or has a NUL");
	if (!cbor_rd_ok(r))
		return;
	memcpy(out, v.p, v.n);
	out[v.n] = '\0';
}

/* What cannot be remembered makes the reader stop; the caller sees err. */
static int read_facts(struct cbor_rd *r, struct root_destination *d, struct ow_error *err)
{
	struct ow_view name;

	if (cbor_rd_map(r) > ROOT_FACTS_MAX)
		cbor_rd_fail(r, "more facts than a destination may have");
	while (cbor_rd_text_key(r, &name)) {
		struct root_fact *f;

		if (mem_grow(&d->fact, d->n_facts, &d->cap_facts, sizeof d->fact[0], err) < 0)
			return err->code;
		f = &d->fact[d->n_facts++];
		string_of(r, name, f->name, sizeof f->name);
		cbor_rd_string(r, f->value, sizeof f->value);
	}
	return 0;
}

static int read_destination(struct cbor_rd *r, struct root_destination *d, struct ow_error *err)
{
	unsigned seen = 0;
	int64_t key;

	for (cbor_rd_map(r); cbor_rd_key(r, &key); seen |= bit(key, DESTINATION_FIELDS)) {
		switch (key) {
		case DESTINATION_F_CLASS:
			cbor_rd_string(r, d->class, sizeof d->class);
			break;
		case DESTINATION_F_RECIPIENTS:
			if (cbor_rd_array(r) > ROOT_RECIPIENTS_MAX)
				cbor_rd_fail(r, "more recipients than a destination may have");
			while (cbor_rd_more(r)) {
				cbor_rd_fixed(r, d->recipient[d->n_recipients],
					      sizeof d->recipient[0]);
				d->n_recipients++;
			}
			break;
		case DESTINATION_F_FACTS:
			if (read_facts(r, d, err) < 0)
				return err->code;
			break;
		default:
			cbor_rd_unknown(r, key);
			break;
		}
	}
	complete(r, seen, DESTINATION_FIELDS);
	return 0;
}

static int read_destinations(struct cbor_rd *r, struct root *root, struct ow_error *err)
{
	struct ow_view id;

	if (cbor_rd_map(r) > ROOT_DESTINATIONS_MAX)
		cbor_rd_fail(r, "more destinations than a root may have");
	while (cbor_rd_text_key(r, &id)) {
		struct root_destination *d;

		if (mem_grow(&root->destination, root->n_destinations, &root->cap_destinations,
			     sizeof root->destination[0], err) < 0)
			return err->code;
		d = &root->destination[root->n_destinations++];
		string_of(r, id, d->id, sizeof d->id);
		if (read_destination(r, d, err) < 0)
			return err->code;
	}
	return 0;
}

static void read_type(struct cbor_rd *r)
{
	char type[16];

	cbor_rd_string(r, type, sizeof type);
	if (cbor_rd_ok(r) && strcmp(type, ROOT_TYPE) != 0)
		cbor_rd_fail(r, "another type of document");
}

/* One field of the outer map; < 0 only where memory ran out. */
static int read_field(struct cbor_rd *r, int64_t key, struct root *root, struct ow_error *err)
{
	switch (key) {
	case ROOT_F_TYPE:
		read_type(r);
		return 0;
	case ROOT_F_FORMAT:
		if (cbor_rd_uint(r) != ROOT_FORMAT)
			cbor_rd_fail(r, "a version of the format that this program does not know");
		return 0;
	case ROOT_F_ORIGIN:
		cbor_rd_string(r, root->origin, sizeof root->origin);
		return 0;
	case ROOT_F_VERSION:
		root->version = cbor_rd_uint(r);
		return 0;
	case ROOT_F_EPOCH:
		root->epoch = cbor_rd_uint(r);
		return 0;
	case ROOT_F_ISSUED:
		root->issued = cbor_rd_uint(r);
		return 0;
	case ROOT_F_NOT_AFTER:
		if (cbor_rd_null(r))
			return 0;
		root->not_after = cbor_rd_uint(r);
		if (root->not_after == 0)
			cbor_rd_fail(r, "an end at the beginning of time");
		return 0;
	case ROOT_F_PREV:
		root->has_prev = !cbor_rd_null(r);
		if (root->has_prev)
			root->prev = cbor_rd_id(r);
		return 0;
	case ROOT_F_KEYS:
		read_keys(r, root);
		return 0;
	case ROOT_F_ROLES:
		read_roles(r, root);
		return 0;
	case ROOT_F_DESTINATIONS:
		return read_destinations(r, root, err);
	default:
		cbor_rd_unknown(r, key);
		return 0;
	}
}

int root_decode(const uint8_t *p, size_t n, struct root **out, struct ow_error *err)
{
	OW_AUTO(root_free) struct root *root = root_new(err);
	struct cbor_rd r;
	unsigned seen = 0;
	int64_t key;

	if (root == NULL)
		return err->code;
	if (n > DOCUMENT_MAX)
		return err_set(err, OW_E_FORMAT, "root: %zu bytes, at most %llu", n, DOCUMENT_MAX);
	cbor_rd_init(&r, p, n);
	for (cbor_rd_map(&r); cbor_rd_key(&r, &key); seen |= bit(key, ROOT_FIELDS)) {
		if (read_field(&r, key, root, err) < 0)
			return err->code;
	}
	complete(&r, seen, ROOT_FIELDS);
	if (cbor_rd_finish(&r, "root", err) < 0 || root_check(root, OW_E_FORMAT, err) < 0)
		return err->code;
	*out = STEAL(root);
	return 0;
}

static void write_keys(const struct root *r, struct buf *out)
{
	cbor_wr_array(out, r->n_keys);
	for (unsigned i = 0; i < r->n_keys; i++) {
		const struct root_key *k = &r->key[i];

		cbor_wr_map(out, KEY_FIELDS);
		cbor_wr_key(out, KEY_F_ID);
		cbor_wr_bytes(out, k->id, sizeof k->id);
		cbor_wr_key(out, KEY_F_SCHEME);
		cbor_wr_uint(out, SCHEME_ED25519);
		cbor_wr_key(out, KEY_F_PUBLIC);
		cbor_wr_bytes(out, k->pk, sizeof k->pk);
		cbor_wr_key(out, KEY_F_NAME);
		cbor_wr_text(out, k->name);
	}
}

static void write_role(const struct root *r, enum ow_role role, struct buf *out)
{
	cbor_wr_key(out, role);
	cbor_wr_map(out, ROLE_FIELDS);
	cbor_wr_key(out, ROLE_F_IDS);
	cbor_wr_array(out, r->role[role].n);
	for (unsigned i = 0; i < r->n_keys; i++) {
		if (r->key[i].role == role)
			cbor_wr_bytes(out, r->key[i].id, sizeof r->key[i].id);
	}
	cbor_wr_key(out, ROLE_F_THRESHOLD);
	cbor_wr_uint(out, r->role[role].threshold);
	cbor_wr_key(out, ROLE_F_REQUIRE);
	cbor_wr_array(out, 1);
	cbor_wr_uint(out, SCHEME_ED25519);
}

static void write_roles(const struct root *r, struct buf *out)
{
	unsigned given = 0;

	for (unsigned i = 0; i < OW_ROLES; i++)
		given += r->role[i].n > 0;
	cbor_wr_map(out, given);
	for (unsigned i = 0; i < OW_ROLES; i++) {
		if (r->role[i].n > 0)
			write_role(r, (enum ow_role)i, out);
	}
}

static void write_destination(const struct root_destination *d, struct buf *out)
{
	cbor_wr_text(out, d->id);
	cbor_wr_map(out, DESTINATION_FIELDS);
	cbor_wr_key(out, DESTINATION_F_CLASS);
	cbor_wr_text(out, d->class);
	cbor_wr_key(out, DESTINATION_F_RECIPIENTS);
	cbor_wr_array(out, d->n_recipients);
	for (unsigned i = 0; i < d->n_recipients; i++)
		cbor_wr_bytes(out, d->recipient[i], sizeof d->recipient[i]);
	cbor_wr_key(out, DESTINATION_F_FACTS);
	cbor_wr_map(out, d->n_facts);
	for (size_t i = 0; i < d->n_facts; i++) {
		cbor_wr_text(out, d->fact[i].name);
		cbor_wr_text(out, d->fact[i].value);
	}
}

int root_encode(const struct root *r, struct buf *out, struct ow_error *err)
{
	size_t from = out->n;

	if (root_check(r, OW_E_USAGE, err) < 0)
		return err->code;
	cbor_wr_map(out, ROOT_FIELDS);
	cbor_wr_key(out, ROOT_F_TYPE);
	cbor_wr_text(out, ROOT_TYPE);
	cbor_wr_key(out, ROOT_F_FORMAT);
	cbor_wr_uint(out, ROOT_FORMAT);
	cbor_wr_key(out, ROOT_F_ORIGIN);
	cbor_wr_text(out, r->origin);
	cbor_wr_key(out, ROOT_F_VERSION);
	cbor_wr_uint(out, r->version);
	cbor_wr_key(out, ROOT_F_EPOCH);
	cbor_wr_uint(out, r->epoch);
	cbor_wr_key(out, ROOT_F_ISSUED);
	cbor_wr_uint(out, r->issued);
	cbor_wr_key(out, ROOT_F_NOT_AFTER);
	if (r->not_after == 0)
		cbor_wr_null(out);
	else
		cbor_wr_uint(out, r->not_after);
	cbor_wr_key(out, ROOT_F_PREV);
	if (r->has_prev)
		cbor_wr_id(out, &r->prev);
	else
		cbor_wr_null(out);
	cbor_wr_key(out, ROOT_F_KEYS);
	write_keys(r, out);
	cbor_wr_key(out, ROOT_F_ROLES);
	write_roles(r, out);
	cbor_wr_key(out, ROOT_F_DESTINATIONS);
	cbor_wr_map(out, r->n_destinations);
	for (size_t i = 0; i < r->n_destinations; i++)
		write_destination(&r->destination[i], out);
	if (buf_finish(out, err) < 0)
		return err->code;
	if (out->n - from > DOCUMENT_MAX)
		return err_set(err, OW_E_USAGE, "root: would be %zu bytes, at most %llu",
			       out->n - from, DOCUMENT_MAX);
	return 0;
}
