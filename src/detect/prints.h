/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The fingerprints of known licence texts, made by tools/fingerprints and embedded. They tell a text again, and cannot
 * give it back: of each there are the digest of its words and one number for each five words.
 *
 *	"OWSFP\0" · version u16 (1) · count u32
 *	each: ids (count u8, each u8 length and bytes) · title · source (u8 length and bytes each) · kind u8
 *	      · words u32 · SHA-256 of the words with a space after each · shingles u32 each
 *	      · what each word may do, four bits each, the first in the low half
 *
 * Numbers are little-endian.
 */
#ifndef OW_DETECT_PRINTS_H
#define OW_DETECT_PRINTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <owstore/api.h>
#include <owstore/error.h>
#include <owstore/id.h>

#include "base/auto.h"

/* The embedded file. */
extern const uint8_t fingerprints[];
extern const size_t fingerprints_size;
extern const struct ow_id fingerprints_id; /* SHA-256 of it */

enum {
	PRINT_IDS_MAX = 4
};

enum print_kind {
	PRINT_GENERAL =
	    0,          /* licence of many works: names in slots and numbers of list items differ */
	PRINT_MODEL = 1 /* agreement about models: nothing in its body may differ */
};

/* What a word of a known text may do. */
enum {
	PRINT_HEAVY =
	    1, /* number, name or word that turns a clause: where it differs, the text is another */
	PRINT_SLOT = 2,     /* may be replaced by other names */
	PRINT_OPTIONAL = 4, /* may be missing, with its neighbours of the same kind */
	PRINT_MARK = 8      /* number of a list item: may be another or missing */
};

struct print {
	struct ow_view ids[PRINT_IDS_MAX]; /* several where the same text serves several ids */
	size_t n_ids;
	struct ow_view title;  /* words that its title may have, a space between each */
	struct ow_view source; /* "spdx-license-list 6.12.0: licenses/Apache-2.0.json" */
	enum print_kind kind;
	size_t n;          /* words */
	size_t n_required; /* those that may not be missing */
	struct ow_id digest;
	const uint8_t *shingles; /* n - SHINGLE + 1 numbers */
	const uint8_t *flags;
};

struct prints {
	struct print *at;
	size_t n;
};

/* Read them. OW_E_INTERNAL if the file is not sound. */
OW_MUST_USE int prints_read(const uint8_t *p, size_t n, struct prints *out, struct ow_error *err);
void prints_done(struct prints *p);
OW_DEFINE_AUTO_DONE(struct prints, prints_done)

static inline uint32_t print_shingle(const struct print *p, size_t i)
{
	const uint8_t *b = p->shingles + 4 * i;

	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline unsigned print_flags(const struct print *p, size_t i)
{
	return (unsigned)p->flags[i / 2] >> (i % 2 * 4) & 0xFU;
}

#endif
