/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The root document: which keys an origin has, what they may sign, how many of them it takes, and
 * where bundles may go. schemas/root.cddl is its schema, docs/format/root.md its page.
 */
#ifndef OW_TRUST_ROOT_H
#define OW_TRUST_ROOT_H

#include "base/buf.h"
#include "base/limits.h"
#include "trust/role.h"

/* The role of a key that no role has named yet; a sound root has none. */
#define ROOT_NO_ROLE ((enum ow_role)OW_ROLES)

struct root_key {
	char name[ID_TEXT];
	enum ow_role role; /* one for life */
	uint8_t id[SIGN_KEY_ID];
	uint8_t pk[SIGN_PUBLIC];
};

struct root_role {
	unsigned threshold; /* 1..n, or 0 where the role is not given to anybody */
	unsigned n;         /* keys that have it */
};

/* Something that is known about a destination, for policy to judge. */
struct root_fact {
	char name[ID_TEXT];
	char value[256];
};

struct root_destination {
	char id[ID_TEXT];
	char class
	    [16]; /* the circle it stands for, research to redistributable: it may receive what is of
			   this class or a wider one */
	uint8_t recipient[ROOT_RECIPIENTS_MAX]
			 [32]; /* X25519 keys for which bundles may be encrypted */
	unsigned n_recipients;
	struct root_fact *fact; /* sorted by name, shorter ones first */
	size_t n_facts, cap_facts;
};

struct root {
	char origin[ID_TEXT];
	uint64_t version; /* from 1 */
	uint64_t epoch;   /* from 1; raising it lets sequence numbers begin again */
	uint64_t issued;
	uint64_t not_after;                 /* 0: no end */
	bool has_prev;                      /* false in version 1 alone */
	struct ow_id prev;                  /* digest of the version before */
	struct root_key key[ROOT_KEYS_MAX]; /* sorted by id */
	unsigned n_keys;
	struct root_role role[OW_ROLES];
	struct root_destination *destination; /* sorted by id: shorter ones first */
	size_t n_destinations, cap_destinations;
};

struct root *root_new(struct ow_error *err);
void root_free(struct root *r);
OW_DEFINE_AUTO(struct root *, root_free)

/* Read a root; whatever is not exactly a sound root is OW_E_FORMAT (cases A14 to A16). */
OW_MUST_USE int root_decode(const uint8_t *p, size_t n, struct root **out, struct ow_error *err);

/* Is it sound? Fails with `code`, saying what is wrong. */
OW_MUST_USE int root_check(const struct root *r, enum ow_code code, struct ow_error *err);

/* Check and write. A root that root_decode would refuse is OW_E_USAGE. */
OW_MUST_USE int root_encode(const struct root *r, struct buf *out, struct ow_error *err);

/* The same root again, to be changed into the next version. */
OW_MUST_USE int root_copy(const struct root *r, struct root **out, struct ow_error *err);

/* The key with this id, or NULL. */
const struct root_key *root_find_key(const struct root *r, const uint8_t id[SIGN_KEY_ID]);

const struct root_destination *root_find_destination(const struct root *r, const char *id);

/* The order of ids as map keys (RFC 8949 §4.2.1): shorter ones first, then by their bytes. */
int root_order(const char *a, const char *b);

/* Is it the word of a class that a destination may have? */
bool root_class_ok(const char *class);

/* Building. A key gets a role, OW_E_USAGE if it has one already or its name is taken; a key goes, by its name
 * or its id as key_id_text writes it; a destination is added or gets another class; a destination goes.
 * Thresholds are set in role[].threshold and checked when the root is written.
 */
OW_MUST_USE int root_add_key(struct root *r, enum ow_role role, const char *name,
			     const uint8_t pk[SIGN_PUBLIC], struct ow_error *err);
OW_MUST_USE int root_remove_key(struct root *r, const char *name_or_id, struct ow_error *err);
OW_MUST_USE int root_set_destination(struct root *r, const char *id, const char *class,
				     struct ow_error *err);
OW_MUST_USE int root_remove_destination(struct root *r, const char *id, struct ow_error *err);

#endif
