/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "handle/signer.h"

#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "os/fd.h"
#include "os/path.h"

struct ow_signer {
	struct secret_key *key; /* NULL where it was only looked at */
	struct key_info info;
};

OW_DEFINE_AUTO(struct ow_signer *, ow_signer_close)

int ow_signer_open(const char *keys, const char *name, const void *passphrase, size_t n,
		   struct ow_signer **out, struct ow_error *err)
{
	OW_AUTO(ow_signer_close) struct ow_signer *s = MEM_NEW(struct ow_signer, err);
	OW_AUTO(fd_close) int dir = -1;

	if (s == NULL)
		return err->code;
	dir = path_open_dir(keys, err);
	if (dir < 0 || key_open(dir, name, (struct ow_view){passphrase, n}, &s->key, err) < 0)
		return err_ctx(err, "key %s", name);
	s->info = *secret_key_info(s->key);
	*out = STEAL(s);
	return 0;
}

int ow_signer_look(const char *keys, const char *name, struct ow_signer **out, struct ow_error *err)
{
	OW_AUTO(ow_signer_close) struct ow_signer *s = MEM_NEW(struct ow_signer, err);
	OW_AUTO(fd_close) int dir = -1;

	if (s == NULL)
		return err->code;
	dir = path_open_dir(keys, err);
	if (dir < 0 || key_read_info(dir, name, &s->info, err) < 0)
		return err_ctx(err, "key %s", name);
	*out = STEAL(s);
	return 0;
}

enum ow_role ow_signer_role(const struct ow_signer *s)
{
	return s->info.role;
}

void ow_signer_close(struct ow_signer *s)
{
	if (s == NULL)
		return;
	secret_key_free(s->key);
	free(s);
}

const struct secret_key *signer_key(const struct ow_signer *s)
{
	return s->key;
}

const struct key_info *signer_info(const struct ow_signer *s)
{
	return &s->info;
}

bool signer_in(const struct ow_signer *s, enum ow_role role, const struct root *root)
{
	const struct key_info *info = &s->info;
	const struct root_key *key = root_find_key(root, info->id);

	/* the id is a hint; the whole key decides */
	return key != NULL && memcmp(key->pk, info->pk, SIGN_PUBLIC) == 0 && key->role == role;
}

int signer_origin(const struct ow_signer *s, enum ow_role role, const struct trust_state *trust,
		  char origin[ID_TEXT], struct ow_error *err)
{
	OW_AUTO(origin_list_done) struct origin_list origins = {0};

	if (trust_origins(trust, &origins, err) < 0)
		return err->code;
	for (size_t i = 0; i < origins.n; i++) {
		OW_AUTO(chain_done) struct chain chain = {0};

		if (trust_load(trust, origins.at[i], &chain, err) < 0)
			return err->code;
		if (signer_in(s, role, chain_newest(&chain))) {
			text_copy(origin, ID_TEXT, origins.at[i]);
			return 0;
		}
	}
	(void)err_set(err, OW_E_TRUST, "key %s has the role %s in no root that is trusted here",
		      s->info.name, role_name(role));
	return err_hint(
	    err,
	    "\"owstore trust ls\" shows the roots; a new key joins with \"owstore root propose\"");
}

int signers_meet(const struct ow_signer *const *signers, size_t n, const struct root *root,
		 struct ow_error *err)
{
	unsigned threshold = root->role[OW_ROLE_RELEASE].threshold;

	for (size_t i = 0; i < n; i++) {
		const struct key_info *info = &signers[i]->info;

		if (!signer_in(signers[i], OW_ROLE_RELEASE, root))
			return err_set(err, OW_E_TRUST,
				       "key %s is no release key in root %llu of %s", info->name,
				       (unsigned long long)root->version, root->origin);
		for (size_t j = 0; j < i; j++) {
			if (memcmp(signers[j]->info.pk, info->pk, SIGN_PUBLIC) == 0)
				return err_set(err, OW_E_USAGE,
					       "key %s is named twice; each key counts once",
					       info->name);
		}
	}
	if (n >= threshold && threshold > 0)
		return 0;
	(void)err_set(err, OW_E_TRUST, "%zu release keys given, root %llu of %s asks for %u", n,
		      (unsigned long long)root->version, root->origin, threshold);
	return err_hint(err, "name one key for each --key");
}
