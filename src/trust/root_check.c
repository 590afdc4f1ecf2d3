/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What makes a root sound, whether it was read or is about to be written.
 */
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "base/time.h"
#include "trust/root.h"

/* What is wrong with a key, or NULL. */
static const char *unsound_key(const struct root *r, unsigned at)
{
	const struct root_key *k = &r->key[at];
	uint8_t id[SIGN_KEY_ID];

	if (!text_is_id(k->name))
		return "its name is not an id";
	sign_key_id(k->pk, id);
	if (memcmp(id, k->id, sizeof id) != 0)
		return "its id does not belong to it";
	if (!sign_public_ok(k->pk))
		return "not a sound Ed25519 key";
	if (k->role == ROOT_NO_ROLE)
		return "it has no role";
	if (at > 0 && memcmp(r->key[at - 1].id, k->id, sizeof k->id) >= 0)
		return "two keys share an id, or the keys are not sorted by it";
	for (unsigned i = 0; i < at; i++) {
		if (strcmp(r->key[i].name, k->name) == 0)
			return "two keys share a name";
	}
	return NULL;
}

static int check_keys(const struct root *r, enum ow_code code, struct ow_error *err)
{
	for (unsigned i = 0; i < r->n_keys; i++) {
		const char *why = unsound_key(r, i);
		char id[KEY_ID_TEXT];

		if (why != NULL)
			return err_set(err, code, "root: key %s (%s): %s",
				       key_id_text(r->key[i].id, id), r->key[i].name, why);
	}
	for (unsigned i = 0; i < OW_ROLES; i++) {
		const struct root_role *role = &r->role[i];

		if (i == OW_ROLE_ROOT && role->n == 0)
			return err_set(err, code, "root: nobody has the role root");
		if (role->n == 0 ? role->threshold != 0
				 : role->threshold < 1 || role->threshold > role->n)
			return err_set(
			    err, code,
			    "root: role %s: threshold %u with %u keys (from 1 to their number)",
			    role_name((enum ow_role)i), role->threshold, role->n);
	}
	return 0;
}

/* What is wrong with a destination, or NULL. */
static const char *unsound_destination(const struct root *r, size_t at)
{
	const struct root_destination *d = &r->destination[at];

	if (!text_is_id(d->id))
		return "not an id";
	if (at > 0 && root_order(r->destination[at - 1].id, d->id) >= 0)
		return "named twice or out of order";
	if (!root_class_ok(d->class))
		return "its class is none of research, internal, customer, redistributable";
	for (size_t i = 0; i < d->n_facts; i++) {
		if (!text_is_id(d->fact[i].name))
			return "the name of a fact is not an id";
		if (i > 0 && root_order(d->fact[i - 1].name, d->fact[i].name) >= 0)
			return "a fact is there twice or out of order";
	}
	return NULL;
}

int root_check(const struct root *r, enum ow_code code, struct ow_error *err)
{
	if (!text_is_id(r->origin))
		return err_set(err, code, "root: the origin \"%s\" is not an id", r->origin);
	if (r->version < 1 || r->version > ROOT_VERSION_MAX)
		return err_set(err, code, "root: version %llu, from 1 to %d",
			       (unsigned long long)r->version, ROOT_VERSION_MAX);
	if (r->epoch < 1 || r->issued > TIME_MAX || r->not_after > TIME_MAX)
		return err_set(err, code, "root: epoch 0 or a time out of range");
	if (r->has_prev != (r->version > 1))
		return err_set(err, code, "root: version %llu %s a predecessor",
			       (unsigned long long)r->version,
			       r->has_prev ? "names" : "does not name");
	if (check_keys(r, code, err) < 0)
		return err->code;
	if (r->n_destinations > ROOT_DESTINATIONS_MAX)
		return err_set(err, code, "root: %zu destinations, at most %d", r->n_destinations,
			       ROOT_DESTINATIONS_MAX);
	for (size_t i = 0; i < r->n_destinations; i++) {
		const char *why = unsound_destination(r, i);

		if (why != NULL)
			return err_set(err, code, "root: destination \"%s\": %s",
				       r->destination[i].id, why);
	}
	return 0;
}
