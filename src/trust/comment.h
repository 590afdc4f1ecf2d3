/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The trusted comment of every signature (D6): one strict line that says what was signed.
 *
 *	owstore <type> v1 origin=<id> stream=<id> seq=<u64> role=<role> sha256=<64 hex>
 *
 * stream is "-" and seq 0 where the document has none. Each value has one spelling, so that reading
 *and writing again gives the same line.
 */
#ifndef OW_TRUST_COMMENT_H
#define OW_TRUST_COMMENT_H

#include <owstore/id.h>

#include "trust/role.h"

enum {
	TYPE_TEXT = 33,     /* a document type: [a-z][a-z-]{0,31} */
	COMMENT_TEXT = 400, /* the longest comment and its terminator */
};

struct comment {
	char type[TYPE_TEXT];
	char origin[ID_TEXT];
	char stream[ID_TEXT]; /* "-": none */
	uint64_t seq;
	enum ow_role role;
	struct ow_id sha256; /* of the document's bytes */
};

/* Fill in and write; OW_E_USAGE if a part is not of its grammar. */
OW_MUST_USE int comment_format(const struct comment *c, char out[COMMENT_TEXT],
			       struct ow_error *err);

/* Read text[0..n); anything but what comment_format writes is OW_E_TRUST. */
OW_MUST_USE int comment_parse(const char *text, size_t n, struct comment *out,
			      struct ow_error *err);

#endif
