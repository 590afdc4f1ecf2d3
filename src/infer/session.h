/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * One text being read and continued by a model.
 *
 *	session_new(model, &opts, &s, err);
 *	session_feed(s, ids, n, SESSION_LAST, logits, err);   // logits (vocab) after the last id
 */
#ifndef OW_INFER_SESSION_H
#define OW_INFER_SESSION_H

#include "infer/kern.h"
#include "infer/model.h"

struct session;

struct session_opts {
	const struct kern *kern; /* NULL: the best */
	unsigned threads;        /* 1..TEAM_MAX */
	unsigned batch; /* tokens computed together, up to 512; 0: 64 or 128, by the model's size */
	size_t context; /* most tokens in all */
	bool half_cache; /* keys and values as half floats */
};

OW_MUST_USE int session_new(struct model *m, const struct session_opts *opts, struct session **out,
			    struct ow_error *err);
void session_free(struct session *s);
OW_DEFINE_AUTO(struct session *, session_free)

/* Read n ids that follow those read before. `rows` gets the logits (n, vocab) after every one of them if it
 * is not NULL; `last` (vocab) only those after the last one. OW_E_USAGE: an id outside the vocabulary or more
 * than `context` in all.
 */
OW_MUST_USE int session_feed(struct session *s, const uint32_t *ids, size_t n, float *rows,
			     float *last, struct ow_error *err);

/* Forget the tokens read so far. */
void session_reset(struct session *s);

/* Bytes of the key and value cache. */
size_t session_cache_size(const struct session *s);

#endif
