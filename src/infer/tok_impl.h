/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the tokenizers share.
 */
#ifndef OW_INFER_TOK_IMPL_H
#define OW_INFER_TOK_IMPL_H

#include "infer/tok.h"
#include "infer/tok_split.h"

/* A list of texts of the header, numbered, and the way back: the first of equal texts wins. */
struct tok_map {
	const struct gguf_key *key;
	uint32_t *at; /* (n) where each text begins in the key's values */
	uint32_t n;
	uint32_t *slot; /* number + 1, 0: empty; a power of two of them */
	size_t mask;
};

static inline struct ow_view tok_text(const struct tok_map *m, uint32_t i)
{
	struct ow_view text = {0};
	size_t at = m->at[i];

	(void)gguf_next_text(m->key, &at, &text); /* was taken before */
	return text;
}

enum tok_type {
	TOK_NORMAL = 1,
	TOK_UNKNOWN = 2,
	TOK_CONTROL = 3,
	TOK_USER = 4,
	TOK_UNUSED = 5,
	TOK_BYTE = 6,
};

struct tok {
	bool spm;    /* spaces are marks, missing characters bytes; else byte-level BPE */
	bool ranked; /* joined by a list of merges: BPE, and spm line by line (Gemma 4) */
	const struct tok_family *family;
	struct tok_map ids;
	struct tok_map ranks;  /* of merges, "left right" */
	const uint8_t *scores; /* (ids.n) f32 as in the file, or NULL */
	const uint8_t *types;  /* (ids.n) i32 as in the file, or NULL: all normal */
	uint32_t *special;     /* ids to look for in texts, the longest first */
	size_t n_special;
	uint32_t bos, eos, unk; /* TOK_NONE: none */
	uint32_t ends[16];      /* ids that end generation, some of them TOK_NONE */
	size_t n_ends;
	bool add_bos, add_eos, add_space;
};

#define TOK_NONE UINT32_MAX

float tok_score(const struct tok *t, uint32_t id);

/* The number of the text left·middle·right, or TOK_NONE. */
uint32_t tok_map_find(const struct tok_map *m, struct ow_view left, const char *middle,
		      struct ow_view right);

static inline uint32_t tok_id(const struct tok *t, struct ow_view text)
{
	return tok_map_find(&t->ids, text, "", (struct ow_view){0});
}

OW_MUST_USE int tok_push(struct tok_ids *ids, uint32_t id, struct ow_error *err);

/* Text without special tokens to ids (tok_spm.c, tok_bpe.c). */
OW_MUST_USE int spm_encode(const struct tok *t, const uint8_t *text, size_t n, struct tok_ids *out,
			   struct ow_error *err);
OW_MUST_USE int bpe_encode(const struct tok *t, const uint8_t *text, size_t n, struct tok_ids *out,
			   struct ow_error *err);
void bpe_piece(struct ow_view text, struct buf *out);

/* --- tok_merge.c: joining neighbours, the best pair first --- */

/* Can these two be joined, and how early? Lower comes first, then what is further left. */
typedef bool (*tok_rank)(const struct tok *t, struct ow_view left, struct ow_view right,
			 double *rank);

/* By the list of merges. */
bool tok_by_merge(const struct tok *t, struct ow_view left, struct ow_view right, double *rank);

/* Append the ids of a joined text that is no token itself. */
typedef int (*tok_rest)(const struct tok *t, struct ow_view text, struct tok_ids *out,
			struct ow_error *err);

/* Join the characters of a text until no two can be, and append the ids of what came about. */
OW_MUST_USE int tok_join(const struct tok *t, struct ow_view text, tok_rank rank, tok_rest rest,
			 struct tok_ids *out, struct ow_error *err);

#endif
