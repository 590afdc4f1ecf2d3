/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The file is a map of four: type, version, header, box. The header's bytes are sealed with the box as they
 * stand, so that nobody can lend a secret another name, role or cost.
 */
#include "trust/key.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/time.h"
#include "codec/cbor_rd.h"
#include "codec/cbor_wr.h"
#include "codec/digest.h"
#include "os/private.h"
#include "trust/minisig.h"

#define KEY_TYPE    "secret-key"
#define KEY_VERSION 1

enum file_key {
	FILE_TYPE,
	FILE_VERSION,
	FILE_HEADER,
	FILE_BOX,
	FILE_KEYS
};
enum header_key {
	HEADER_NAME,
	HEADER_ROLE,
	HEADER_PUBLIC,
	HEADER_CREATED,
	HEADER_PASSES,
	HEADER_MEM,
	HEADER_SALT,
	HEADER_NONCE,
	HEADER_KEYS
};

struct secret_key {
	struct key_info info;
	uint8_t *seed; /* SIGN_SEED bytes of secret memory */
};

void secret_key_free(struct secret_key *k)
{
	if (k == NULL)
		return;
	secret_free(k->seed);
	mem_free(k);
}

const struct key_info *secret_key_info(const struct secret_key *k)
{
	return &k->info;
}

static void header_field(struct cbor_rd *r, int64_t key, struct key_info *k)
{
	uint64_t role;

	switch (key) {
	case HEADER_NAME:
		cbor_rd_string(r, k->name, sizeof k->name);
		break;
	case HEADER_ROLE:
		role = cbor_rd_uint(r);
		if (role >= OW_ROLES)
			cbor_rd_fail(r, "unknown role");
		else
			k->role = (enum ow_role)role;
		break;
	case HEADER_PUBLIC:
		cbor_rd_fixed(r, k->pk, sizeof k->pk);
		break;
	case HEADER_CREATED:
		k->created = cbor_rd_uint(r);
		break;
	case HEADER_PASSES:
		k->lock.cost.passes = cbor_rd_uint(r);
		break;
	case HEADER_MEM:
		k->lock.cost.mem_kib = cbor_rd_uint(r);
		break;
	case HEADER_SALT:
		cbor_rd_fixed(r, k->lock.salt, sizeof k->lock.salt);
		break;
	case HEADER_NONCE:
		cbor_rd_fixed(r, k->lock.nonce, sizeof k->lock.nonce);
		break;
	default:
		cbor_rd_fail(r, "unknown key");
		break;
	}
}

static int header_parse(struct ow_view header, struct key_info *k, struct ow_error *err)
{
	struct cbor_rd r;
	int64_t key;
	unsigned seen = 0;

	cbor_rd_init(&r, header.p, header.n);
	for (cbor_rd_map(&r); cbor_rd_key(&r, &key); seen++)
		header_field(&r, key, k);
	if (cbor_rd_ok(&r) && seen != HEADER_KEYS)
		cbor_rd_fail(&r, "a key is missing");
	if (cbor_rd_ok(&r) && (!text_is_id(k->name) || k->created > TIME_MAX))
		cbor_rd_fail(&r, "the name is not an id or the time is out of range");
	if (cbor_rd_ok(&r) && !box_cost_ok(&k->lock.cost))
		cbor_rd_fail(&r, "Argon2id parameters out of bounds");
	return cbor_rd_finish(&r, "secret key file", err);
}

static void file_field(struct cbor_rd *r, int64_t key, struct key_file *f)
{
	char type[sizeof KEY_TYPE];

	switch (key) {
	case FILE_TYPE:
		cbor_rd_string(r, type, sizeof type);
		if (cbor_rd_ok(r) && strcmp(type, KEY_TYPE) != 0)
			cbor_rd_fail(r, "another type of document");
		break;
	case FILE_VERSION:
		if (cbor_rd_uint(r) != KEY_VERSION)
			cbor_rd_fail(r, "a version this program does not know");
		break;
	case FILE_HEADER:
		f->header = cbor_rd_raw(r);
		break;
	case FILE_BOX:
		cbor_rd_fixed(r, f->box, sizeof f->box);
		break;
	default:
		cbor_rd_fail(r, "unknown key");
		break;
	}
}

int key_file_parse(const uint8_t *p, size_t n, struct key_file *out, struct ow_error *err)
{
	struct key_file f = {0};
	struct cbor_rd r;
	int64_t key;
	unsigned seen = 0;

	cbor_rd_init(&r, p, n);
	for (cbor_rd_map(&r); cbor_rd_key(&r, &key); seen++)
		file_field(&r, key, &f);
	if (cbor_rd_ok(&r) && seen != FILE_KEYS)
		cbor_rd_fail(&r, "a key is missing");
	if (cbor_rd_finish(&r, "secret key file", err) < 0 ||
	    header_parse(f.header, &f.info, err) < 0)
		return err->code;
	sign_key_id(f.info.pk, f.info.id);
	*out = f;
	return 0;
}

static struct secret_key *key_alloc(const struct key_info *info, struct ow_error *err)
{
	OW_AUTO(secret_key_free) struct secret_key *k = MEM_NEW(struct secret_key, err);

	if (k == NULL)
		return NULL;
	k->info = *info;
	k->seed = secret_new(SIGN_SEED, err);
	return k->seed == NULL ? NULL : STEAL(k);
}

int key_file_open(const struct key_file *f, struct ow_view passphrase, struct secret_key **out,
		  struct ow_error *err)
{
	OW_AUTO(secret_key_free) struct secret_key *k = key_alloc(&f->info, err);
	uint8_t pk[SIGN_PUBLIC];

	if (k == NULL)
		return err->code;
	if (box_open(&f->info.lock, passphrase, f->header,
		     (struct ow_view){.p = f->box, .n = sizeof f->box}, k->seed, err) < 0 ||
	    sign_public(k->seed, pk, err) < 0)
		return err->code;
	if (!secret_equal(pk, f->info.pk, sizeof pk))
		return err_set(err, OW_E_TRUST, "the public key does not belong to the secret");
	*out = STEAL(k);
	return 0;
}

static void header_write(const struct key_info *k, struct buf *out)
{
	cbor_wr_map(out, HEADER_KEYS);
	cbor_wr_key(out, HEADER_NAME);
	cbor_wr_text(out, k->name);
	cbor_wr_key(out, HEADER_ROLE);
	cbor_wr_uint(out, k->role);
	cbor_wr_key(out, HEADER_PUBLIC);
	cbor_wr_bytes(out, k->pk, sizeof k->pk);
	cbor_wr_key(out, HEADER_CREATED);
	cbor_wr_uint(out, k->created);
	cbor_wr_key(out, HEADER_PASSES);
	cbor_wr_uint(out, k->lock.cost.passes);
	cbor_wr_key(out, HEADER_MEM);
	cbor_wr_uint(out, k->lock.cost.mem_kib);
	cbor_wr_key(out, HEADER_SALT);
	cbor_wr_bytes(out, k->lock.salt, sizeof k->lock.salt);
	cbor_wr_key(out, HEADER_NONCE);
	cbor_wr_bytes(out, k->lock.nonce, sizeof k->lock.nonce);
}

static int file_write(const struct secret_key *k, struct ow_view passphrase, struct buf *out,
		      struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf header = {0};
	uint8_t box[KEY_BOX];

	header_write(&k->info, &header);
	if (buf_finish(&header, err) < 0 ||
	    box_seal(&k->info.lock, passphrase, (struct ow_view){.p = header.p, .n = header.n},
		     (struct ow_view){.p = k->seed, .n = SIGN_SEED}, box, err) < 0)
		return err->code;
	cbor_wr_map(out, FILE_KEYS);
	cbor_wr_key(out, FILE_TYPE);
	cbor_wr_text(out, KEY_TYPE);
	cbor_wr_key(out, FILE_VERSION);
	cbor_wr_uint(out, KEY_VERSION);
	cbor_wr_key(out, FILE_HEADER);
	buf_add(out, header.p, header.n);
	cbor_wr_key(out, FILE_BOX);
	cbor_wr_bytes(out, box, sizeof box);
	return buf_finish(out, err);
}

static int check_name(const char *name, struct ow_error *err)
{
	if (text_is_id(name))
		return 0;
	return err_set(err, OW_E_USAGE,
		       "\"%s\" cannot name a key: a-z, 0-9, then also . _ -, at most 64", name);
}

int key_file_new(const char *name, enum ow_role role, uint64_t created, struct ow_view passphrase,
		 struct box_cost cost, struct buf *out, struct key_info *info, struct ow_error *err)
{
	OW_AUTO(secret_key_free) struct secret_key *k = NULL;
	struct key_info i = {.role = role, .created = created, .lock.cost = cost};

	assert(box_cost_ok(&cost));
	if (check_name(name, err) < 0)
		return err->code;
	if (passphrase.n == 0)
		return err_set(err, OW_E_USAGE, "the passphrase is empty");
	(void)snprintf(i.name, sizeof i.name, "%s", name);
	if (random_fill(i.lock.salt, sizeof i.lock.salt, err) < 0 ||
	    random_fill(i.lock.nonce, sizeof i.lock.nonce, err) < 0)
		return err->code;
	k = key_alloc(&i, err);
	if (k == NULL || sign_seed_new(k->seed, k->info.pk, err) < 0)
		return err->code;
	sign_key_id(k->info.pk, k->info.id);
	if (file_write(k, passphrase, out, err) < 0)
		return err->code;
	*info = k->info;
	return 0;
}

enum {
	KEY_FILE_NAME = ID_TEXT + 8
};

static const char *file_name(const char *name, const char *suffix, char out[KEY_FILE_NAME])
{
	(void)snprintf(out, KEY_FILE_NAME, "%s.%s", name, suffix);
	return out;
}

static int taken(const char *name, struct ow_error *err)
{
	(void)err_set(err, OW_E_USAGE, "there is a key \"%s\" already", name);
	return err_hint(err, "choose another name; a key is never replaced");
}

int key_check_new(int dir, const char *name, struct ow_error *err)
{
	char key_name[KEY_FILE_NAME], pub_name[KEY_FILE_NAME];

	if (check_name(name, err) < 0)
		return err->code;
	if (dir < 0)
		return 0;
	(void)file_name(name, "key", key_name);
	(void)file_name(name, "pub", pub_name);
	/* a public key alone is somebody else's, and its name is theirs */
	if (file_exists(dir, key_name) || file_exists(dir, pub_name))
		return taken(name, err);
	return private_check_fs(dir, key_name, err);
}

int key_create(int dir, const char *name, enum ow_role role, uint64_t created,
	       struct ow_view passphrase, struct box_cost cost, struct key_info *out,
	       struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf secret = {0};
	OW_AUTO(buf_done) struct buf public = {0};
	char key_name[KEY_FILE_NAME], pub_name[KEY_FILE_NAME];
	struct ow_error why = {0};

	if (key_check_new(dir, name, err) < 0 ||
	    key_file_new(name, role, created, passphrase, cost, &secret, out, err) < 0 ||
	    public_key_format(out->pk, &public, err) < 0)
		return err->code;
	(void)file_name(name, "key", key_name);
	(void)file_name(name, "pub", pub_name);
	if (private_publish(dir, key_name, secret.p, secret.n, &why) < 0) {
		if (why.sys == EEXIST)
			return taken(name, err);
		*err = why;
		return err->code;
	}
	return file_publish(dir, pub_name, public.p, public.n, 0644, FILE_NEW, err);
}

static int read_file(int dir, const char *name, struct buf *raw, struct key_file *out,
		     struct ow_error *err)
{
	char file[KEY_FILE_NAME];

	if (!text_is_id(name))
		return err_set(err, OW_E_USAGE, "\"%s\" is not the name of a key", name);
	(void)file_name(name, "key", file);
	if (!file_exists(dir, file)) {
		(void)err_set(err, OW_E_USAGE, "there is no %s", file);
		return err_hint(err,
				"\"owstore key ls\" shows the keys, \"owstore key new\" makes one");
	}
	if (private_read(dir, file, KEY_FILE_MAX, raw, err) < 0)
		return err->code;
	if (key_file_parse(raw->p, raw->n, out, err) < 0)
		return err_file(err, file);
	if (strcmp(out->info.name, name) != 0)
		return err_set(err, OW_E_FORMAT, "%s: holds the key \"%s\"", file, out->info.name);
	return 0;
}

int key_read_info(int dir, const char *name, struct key_info *out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf raw = {0};
	struct key_file f = {0};

	if (read_file(dir, name, &raw, &f, err) < 0)
		return err->code;
	*out = f.info;
	return 0;
}

int key_open(int dir, const char *name, struct ow_view passphrase, struct secret_key **out,
	     struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf raw = {0};
	struct key_file f = {0};

	if (read_file(dir, name, &raw, &f, err) < 0)
		return err->code;
	return key_file_open(&f, passphrase, out, err);
}

int sign_document(const struct secret_key *key, const struct comment *what, const void *doc,
		  size_t n, struct buf *out, struct ow_error *err)
{
	struct comment c = *what;
	struct minisig s;
	uint8_t prehash[SIGN_PREHASH], message[COMMENT_MESSAGE];
	size_t message_size;

	if (key == NULL)
		return err_set(err, OW_E_USAGE, "the key was looked at, not opened");
	c.role = key->info.role;
	if (digest_bytes(doc, n, &c.sha256, err) < 0 || comment_format(&c, s.comment, err) < 0)
		return err->code;
	memcpy(s.key_id, key->info.id, sizeof s.key_id);
	sign_prehash(doc, n, prehash);
	if (sign_make(key->seed, prehash, sizeof prehash, s.sig, err) < 0)
		return err->code;
	message_size = minisig_comment_message(&s, message);
	if (sign_make(key->seed, message, message_size, s.comment_sig, err) < 0)
		return err->code;
	return minisig_format(&s, out, err);
}
