/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/err.h"
#include "base/mem.h"
#include "infer/session_impl.h"
#include "os/big.h"

enum {
	BATCH_MAX = 512,
	SMALL_MODEL = 256 << 20 /* bytes */
};

/* An array that ends with the session; NULL after the first failure. */
static void *room(struct session *s, size_t rows, size_t cols, size_t each, struct ow_error *err)
{
	void *p = err->code != OW_OK ? NULL : mem_array(rows * cols + ALIGNED / each, each, err);

	if (p == NULL)
		return NULL;
	s->owned[s->n_owned++] = p;
	return to_aligned(p);
}

static int get_rooms(struct session *s, struct ow_error *err)
{
	const struct params *p = &s->m->p;
	size_t n = s->batch, f = sizeof(float), widest = ld_dim(s), threads = team_size(s->team);
	size_t rows = threads * ATTEND_TOKENS * ATTEND_HEADS;

	s->x = room(s, n, ld_dim(s), f, err);
	s->h = room(s, n, ld_dim(s), f, err);
	s->out = room(s, n, ld_dim(s), f, err);
	s->q = room(s, n, ld_q(s), f, err);
	s->key = room(s, n, ld_kv(s), f, err);
	s->value = room(s, n, ld_kv(s), f, err);
	s->mixed = room(s, n, ld_mixed(s), f, err);
	s->gate = room(s, n, ld_ff(s), f, err);
	s->up = room(s, n, ld_ff(s), f, err);
	s->turn = room(s, n, p->rot, f, err);
	s->turn_window = room(s, n, p->rot_window, f, err);
	s->own = room(s, n, ld_own(s), f, err);
	s->own_row = room(s, threads, ld_own(s), f, err);
	s->score = room(s, rows, s->context, f, err);
	s->head_out = room(s, rows, pad_lanes(p->v_head), f, err);
	s->logits = room(s, 1, pad_lanes(p->vocab), f, err);
	if (p->experts > 0) {
		s->router = room(s, n, pad_lanes(p->experts), f, err);
		s->gathered = room(s, n, ld_dim(s), f, err);
		s->answer = room(s, n, ld_dim(s), f, err);
		s->sum = room(s, n, ld_dim(s), f, err);
		s->chosen = room(s, n, p->experts_used, sizeof *s->chosen, err);
		s->weight = room(s, n, p->experts_used, f, err);
	}
	if (err->code != OW_OK)
		return err->code;
	widest = ld_mixed(s) > widest ? ld_mixed(s) : widest;
	widest = ld_ff(s) > widest ? ld_ff(s) : widest;
	return act_init(&s->act, n, widest, err);
}

int session_new(struct model *m, const struct session_opts *opts, struct session **out,
		struct ow_error *err)
{
	OW_AUTO(session_free) struct session *s = MEM_NEW(struct session, err);

	if (s == NULL)
		return err->code;
	if (opts->batch > BATCH_MAX)
		return err_set(err, OW_E_USAGE, "batches of %u tokens, up to %d are possible",
			       opts->batch, BATCH_MAX);
	if (opts->context < 1 || opts->context > SESSION_TOKENS_MAX)
		return err_set(err, OW_E_USAGE, "a context of %zu tokens, 1 to %u are possible",
			       opts->context, (unsigned)SESSION_TOKENS_MAX);
	s->m = m;
	s->k = opts->kern != NULL ? opts->kern : kern_best();
	s->limit = opts->context;
	s->context = pad_lanes(opts->context);
	/* what is computed together is to stay small beside the weights */
	s->batch = opts->batch != 0 ? opts->batch : m->file_bytes < SMALL_MODEL ? 64 : 128;
	s->batch = s->batch < opts->context ? s->batch : opts->context;
	s->half = opts->half_cache;
	if (team_new(opts->threads, &s->team, err) < 0 || cache_new(s, err) < 0 ||
	    get_rooms(s, err) < 0)
		return err->code;
	*out = STEAL(s);
	return 0;
}

void session_free(struct session *s)
{
	if (s == NULL)
		return;
	team_free(s->team);
	big_free(s->cache, s->cache_size);
	for (size_t i = 0; i < s->n_owned; i++)
		mem_free(s->owned[i]);
	act_done(&s->act);
	mem_free(s);
}

void session_reset(struct session *s)
{
	s->past = 0;
}

size_t session_cache_size(const struct session *s)
{
	return s->cache_size;
}
