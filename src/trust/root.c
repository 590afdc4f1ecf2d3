/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trust/root.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

struct root *root_new(struct ow_error *err)
{
	return MEM_NEW(struct root, err);
}

void root_free(struct root *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->n_destinations; i++)
		mem_free(r->destination[i].fact);
	mem_free(r->destination);
	mem_free(r);
}

int root_copy(const struct root *r, struct root **out, struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf b = {0};

	if (root_encode(r, &b, err) < 0)
		return err->code;
	return root_decode(b.p, b.n, out, err);
}

const struct root_key *root_find_key(const struct root *r, const uint8_t id[SIGN_KEY_ID])
{
	for (unsigned i = 0; i < r->n_keys; i++) {
		if (memcmp(r->key[i].id, id, SIGN_KEY_ID) == 0)
			return &r->key[i];
	}
	return NULL;
}

int root_order(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	return n != m ? (n < m ? -1 : 1) : strcmp(a, b);
}

/* Where `id` stands among the destinations, or would have to. */
static size_t destination_place(const struct root *r, const char *id)
{
	size_t i = 0;

	while (i < r->n_destinations && root_order(r->destination[i].id, id) < 0)
		i++;
	return i;
}

static bool destination_at(const struct root *r, size_t i, const char *id)
{
	return i < r->n_destinations && strcmp(r->destination[i].id, id) == 0;
}

const struct root_destination *root_find_destination(const struct root *r, const char *id)
{
	size_t i = destination_place(r, id);

	return destination_at(r, i, id) ? &r->destination[i] : NULL;
}

int root_add_key(struct root *r, enum ow_role role, const char *name, const uint8_t pk[SIGN_PUBLIC],
		 struct ow_error *err)
{
	struct root_key k = {.role = role};
	char id[KEY_ID_TEXT];
	unsigned at = 0;

	if (!text_is_id(name))
		return err_set(err, OW_E_USAGE, "\"%s\" cannot name a key", name);
	if (r->n_keys == ROOT_KEYS_MAX)
		return err_set(err, OW_E_USAGE, "a root has at most %d keys", ROOT_KEYS_MAX);
	(void)snprintf(k.name, sizeof k.name, "%s", name);
	memcpy(k.pk, pk, sizeof k.pk);
	sign_key_id(pk, k.id);
	for (unsigned i = 0; i < r->n_keys; i++) {
		const struct root_key *o = &r->key[i];

		if (memcmp(o->id, k.id, sizeof k.id) == 0)
			return err_set(err, OW_E_USAGE,
				       "key %s is already there as \"%s\" with the role %s",
				       key_id_text(k.id, id), o->name, role_name(o->role));
		if (strcmp(o->name, name) == 0)
			return err_set(err, OW_E_USAGE, "another key is already called \"%s\" (%s)",
				       name, role_name(o->role));
	}
	while (at < r->n_keys && memcmp(r->key[at].id, k.id, sizeof k.id) < 0)
		at++;
	memmove(&r->key[at + 1], &r->key[at], (r->n_keys - at) * sizeof k);
	r->key[at] = k;
	r->n_keys++;
	r->role[role].n++;
	return 0;
}

int root_remove_key(struct root *r, const char *name_or_id, struct ow_error *err)
{
	for (unsigned i = 0; i < r->n_keys; i++) {
		char id[KEY_ID_TEXT];

		if (strcmp(r->key[i].name, name_or_id) != 0 &&
		    strcmp(key_id_text(r->key[i].id, id), name_or_id) != 0)
			continue;
		r->role[r->key[i].role].n--;
		r->n_keys--;
		memmove(&r->key[i], &r->key[i + 1], (r->n_keys - i) * sizeof r->key[0]);
		return 0;
	}
	return err_set(err, OW_E_USAGE, "version %llu has no key \"%s\"",
		       (unsigned long long)r->version, name_or_id);
}

bool root_class_ok(const char *class)
{
	static const char *const classes[] = {"research", "internal", "customer",
					      "redistributable"};

	for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
		if (strcmp(class, classes[i]) == 0)
			return true;
	}
	return false;
}

int root_set_destination(struct root *r, const char *id, const char *class, struct ow_error *err)
{
	size_t at = destination_place(r, id);

	if (!text_is_id(id))
		return err_set(err, OW_E_USAGE, "\"%s\" cannot name a destination", id);
	if (!root_class_ok(class))
		return err_set(
		    err, OW_E_USAGE,
		    "destination %s: class \"%s\" is none of research, internal, customer, "
		    "redistributable",
		    id, class);
	if (!destination_at(r, at, id)) {
		if (mem_grow(&r->destination, r->n_destinations, &r->cap_destinations,
			     sizeof r->destination[0], err) < 0)
			return err->code;
		memmove(&r->destination[at + 1], &r->destination[at],
			(r->n_destinations - at) * sizeof r->destination[0]);
		r->destination[at] = (struct root_destination){0};
		(void)snprintf(r->destination[at].id, sizeof r->destination[at].id, "%s", id);
		r->n_destinations++;
	}
	(void)snprintf(r->destination[at].class, sizeof r->destination[at].class, "%s", class);
	return 0;
}

int root_remove_destination(struct root *r, const char *id, struct ow_error *err)
{
	size_t at = destination_place(r, id);

	if (!destination_at(r, at, id))
		return err_set(err, OW_E_USAGE, "version %llu has no destination \"%s\"",
			       (unsigned long long)r->version, id);
	mem_free(r->destination[at].fact);
	r->n_destinations--;
	memmove(&r->destination[at], &r->destination[at + 1],
		(r->n_destinations - at) * sizeof r->destination[0]);
	return 0;
}
