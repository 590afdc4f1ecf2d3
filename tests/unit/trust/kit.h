/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Keys, roots and signed documents for the suites of this room.
 */
#ifndef OW_TEST_TRUST_KIT_H
#define OW_TEST_TRUST_KIT_H

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "support/support.h"
#include "trust/chain.h"
#include "trust/gate.h"
#include "trust/key.h"
#include "trust/minisig.h"

static const struct box_cost kit_cheap = {.passes = BOX_PASSES_MIN, .mem_kib = BOX_MEM_KIB_MIN};
static const struct ow_view kit_pass = {.p = (const uint8_t *)"correct horse", .n = 13};

/* A new open key. */
static inline struct secret_key *kit_key(const char *name, enum ow_role role)
{
	struct ow_error err = {0};
	struct buf file = {0};
	struct key_info info;
	struct key_file parsed;
	struct secret_key *key = NULL;

	ck_ok(key_file_new(name, role, 1795000000, kit_pass, kit_cheap, &file, &info, &err));
	ck_ok(key_file_parse(file.p, file.n, &parsed, &err));
	ck_ok(key_file_open(&parsed, kit_pass, &key, &err));
	buf_done(&file);
	return key;
}

/* A root of "acme" with these keys (NULL ends), each in its own role, thresholds 1. */
static inline struct root *kit_root(const struct secret_key *const *keys)
{
	struct ow_error err = {0};
	struct root *r = root_new(&err);

	ck_assert_ptr_nonnull(r);
	text_copy(r->origin, sizeof r->origin, "acme");
	r->version = 1;
	r->epoch = 1;
	r->issued = 1795000000;
	for (size_t i = 0; keys[i] != NULL; i++) {
		const struct key_info *k = secret_key_info(keys[i]);

		ck_ok(root_add_key(r, k->role, k->name, k->pk, &err));
		r->role[k->role].threshold = 1;
	}
	return r;
}

static inline struct comment kit_comment(const char *type, const char *stream, uint64_t seq)
{
	struct comment c = {.seq = seq};

	text_copy(c.type, sizeof c.type, type);
	text_copy(c.origin, sizeof c.origin, "acme");
	text_copy(c.stream, sizeof c.stream, stream);
	return c;
}

/* Sign d->doc once more; the file is named after its place. */
static inline void kit_sign(struct signed_doc *d, const struct secret_key *key,
			    const struct comment *what)
{
	struct ow_error err = {0};
	struct buf text = {0};
	char name[32];

	ck_ok(sign_document(key, what, d->doc.p, d->doc.n, &text, &err));
	(void)snprintf(name, sizeof name, "%.20s.S%02zu", d->name, d->n_sigs + d->n_more + 1);
	ck_ok(signed_add(d, name, text.p, text.n, &err));
	buf_done(&text);
}

/* A signature whose trusted comment is any line, made with a bare key. */
static inline void kit_sign_line(struct signed_doc *d, const uint8_t seed[SIGN_SEED],
				 const uint8_t pk[SIGN_PUBLIC], const char *line)
{
	struct ow_error err = {0};
	OW_AUTO(buf_done) struct buf file = {0};
	uint8_t prehash[SIGN_PREHASH], message[COMMENT_MESSAGE];
	struct minisig s;

	sign_key_id(pk, s.key_id);
	sign_prehash(d->doc.p, d->doc.n, prehash);
	ck_ok(sign_make(seed, prehash, sizeof prehash, s.sig, &err));
	text_copy(s.comment, sizeof s.comment, line);
	ck_ok(sign_make(seed, message, minisig_comment_message(&s, message), s.comment_sig, &err));
	ck_ok(minisig_format(&s, &file, &err));
	ck_ok(signed_add(d, "MANIFEST.S01", file.p, file.n, &err));
}

/* A document with these bytes and no signature yet. */
static inline struct signed_doc kit_doc(const char *name, const void *p, size_t n)
{
	struct signed_doc d = {0};

	text_copy(d.name, sizeof d.name, name);
	buf_add(&d.doc, p, n);
	return d;
}

/* A root as a signed document, signed as root by these keys (NULL ends). */
static inline struct signed_doc kit_root_doc(const struct root *r,
					     const struct secret_key *const *signers)
{
	struct ow_error err = {0};
	struct comment what = kit_comment("root", "-", 0);
	struct signed_doc d = {0};

	text_copy(what.origin, sizeof what.origin, r->origin);
	(void)snprintf(d.name, sizeof d.name, "ROOT%04u", (unsigned)r->version);
	ck_ok(root_encode(r, &d.doc, &err));
	for (size_t i = 0; signers[i] != NULL; i++)
		kit_sign(&d, signers[i], &what);
	return d;
}

#endif
