/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Which tensor is what. Every tensor of the file must have a place or be known to have no effect: a matrix that
 * nobody reads would make a result that is not the model's.
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/text.h"
#include "infer/model.h"

static const char *const lin_names[] = {MODEL_LINS(MODEL_NAME)};
static const char *const vec_names[] = {MODEL_VECS(MODEL_NAME)};

struct shape {
	uint32_t rows, cols, count;
};

/* The matrices and vectors of a block; those it does not have stay 0. */
struct shapes {
	struct shape lin[LIN_COUNT];
	struct shape vec[VEC_COUNT]; /* `rows` groups of `cols` floats */
};

static void attend_shapes(const struct params *p, const struct block *b, struct shapes *s)
{
	uint32_t t = p->arch->traits, q = b->heads * b->head, k = b->kv_heads * b->head;

	s->lin[LIN_Q] = (struct shape){(t & ARCH_DELTA) != 0 ? 2 * q : q, p->dim, 1};
	s->lin[LIN_K] = (struct shape){k, p->dim, 1};
	s->lin[LIN_V] = (struct shape){b->kv_heads * b->v_head, p->dim, 1};
	s->lin[LIN_O] = (struct shape){p->dim, b->heads * b->v_head, 1};
	if ((t & (ARCH_QK_NORM | ARCH_QK_NORM_ALL)) != 0) {
		bool all = (t & ARCH_QK_NORM_ALL) != 0;

		s->vec[VEC_Q_NORM] = (struct shape){1, all ? q : b->head, 1};
		s->vec[VEC_K_NORM] = (struct shape){1, all ? k : b->head, 1};
	}
	if ((t & ARCH_SINKS) != 0)
		s->vec[VEC_SINKS] = (struct shape){1, b->heads, 1};
}

static void latent_shapes(const struct params *p, const struct block *b, struct shapes *s)
{
	uint32_t q = b->heads * (p->nope + b->rot), value = b->heads * p->v_latent;

	s->lin[LIN_Q] = (struct shape){q, p->dim, p->q_rank == 0};
	s->lin[LIN_Q_A] = (struct shape){p->q_rank, p->dim, p->q_rank > 0};
	s->lin[LIN_Q_B] = (struct shape){q, p->q_rank, p->q_rank > 0};
	s->lin[LIN_KV_A] = (struct shape){p->kv_rank + b->rot, p->dim, 1};
	s->lin[LIN_KV_B] = (struct shape){b->heads * p->nope + value, p->kv_rank, !p->absorbed};
	s->lin[LIN_K_B] = (struct shape){p->kv_rank, p->nope, p->absorbed ? b->heads : 0};
	s->lin[LIN_V_B] = (struct shape){p->v_latent, p->kv_rank, p->absorbed ? b->heads : 0};
	s->lin[LIN_O] = (struct shape){p->dim, value, 1};
	s->vec[VEC_Q_A_NORM] = (struct shape){1, p->q_rank, p->q_rank > 0};
	s->vec[VEC_KV_A_NORM] = (struct shape){1, p->kv_rank, 1};
}

static void delta_shapes(const struct params *p, struct shapes *s)
{
	uint32_t channels = (uint32_t)delta_channels(p), values = p->v_heads * p->state;

	s->lin[LIN_DELTA_IN] = (struct shape){channels, p->dim, 1};
	s->lin[LIN_DELTA_GATE] = (struct shape){values, p->dim, 1};
	s->lin[LIN_ALPHA] = s->lin[LIN_BETA] = (struct shape){p->v_heads, p->dim, 1};
	s->lin[LIN_DELTA_OUT] = (struct shape){p->dim, values, 1};
	s->vec[VEC_TAPS] = (struct shape){channels, p->taps, 1};
	s->vec[VEC_DT] = s->vec[VEC_A] = (struct shape){1, p->v_heads, 1};
	s->vec[VEC_DELTA_NORM] = (struct shape){1, p->state, 1};
}

/* Gemma 4: experts beside the net, and what a token brings to each block. */
static void gemma_shapes(const struct params *p, const struct block *b, struct shapes *s)
{
	struct shape norm = {1, p->dim, 1};

	if (b->experts) {
		s->vec[VEC_ROUTER_SCALE] = s->vec[VEC_FFN_NORM_X] = norm;
		s->vec[VEC_FFN_POST_1] = s->vec[VEC_FFN_POST_2] = norm;
	}
	s->vec[VEC_OUT_SCALE] = (struct shape){1, 1, 1};
	if (p->per_layer == 0)
		return;
	s->lin[LIN_OWN_IN] = (struct shape){p->per_layer, p->dim, 1};
	s->lin[LIN_OWN_OUT] = (struct shape){p->dim, p->per_layer, 1};
	s->vec[VEC_OWN_POST] = norm;
}

static void net_shapes(const struct params *p, const struct block *b, struct shapes *s)
{
	uint32_t routed = b->experts, n = routed * p->experts;
	uint32_t net = routed == 0 || (p->arch->traits & ARCH_GEMMA_4) != 0;
	uint32_t shared = routed != 0 && p->ff_shared > 0;

	s->lin[LIN_GATE] = s->lin[LIN_UP] = (struct shape){b->ff, p->dim, net};
	s->lin[LIN_DOWN] = (struct shape){p->dim, b->ff, net};
	s->lin[LIN_ROUTER] = (struct shape){p->experts, p->dim, routed};
	s->lin[LIN_GATE_X] = s->lin[LIN_UP_X] = (struct shape){b->ff_expert, p->dim, n};
	s->lin[LIN_DOWN_X] = (struct shape){p->dim, b->ff_expert, n};
	s->lin[LIN_GATE_S] = s->lin[LIN_UP_S] = (struct shape){p->ff_shared, p->dim, shared};
	s->lin[LIN_DOWN_S] = (struct shape){p->dim, p->ff_shared, shared};
	if ((p->arch->traits & ARCH_DELTA) != 0)
		s->lin[LIN_SHARED_GATE] = (struct shape){1, p->dim, shared};
	if ((p->arch->traits & ARCH_GATING) != 0)
		s->vec[VEC_ROUTER_BIAS] = (struct shape){1, p->experts, routed};
}

static struct shapes shapes_of(const struct params *p, const struct block *b)
{
	uint32_t t = p->arch->traits;
	struct shape norm = {1, p->dim, 1};
	struct shapes s = {0};

	if (b->mixer == MIX_ATTEND)
		attend_shapes(p, b, &s);
	if (b->mixer == MIX_LATENT)
		latent_shapes(p, b, &s);
	if (b->mixer == MIX_CONV) {
		s.lin[LIN_CONV_IN] = (struct shape){3 * p->dim, p->dim, 1};
		s.lin[LIN_CONV_OUT] = (struct shape){p->dim, p->dim, 1};
		s.vec[VEC_TAPS] = (struct shape){p->dim, p->taps, 1};
	}
	if (b->mixer == MIX_DELTA)
		delta_shapes(p, &s);
	net_shapes(p, b, &s);
	if ((t & ARCH_GEMMA_4) != 0)
		gemma_shapes(p, b, &s);
	if ((t & ARCH_NO_PRE_NORM) == 0)
		s.vec[VEC_ATTN_NORM] = norm;
	if ((t & (ARCH_NO_PRE_NORM | ARCH_PARALLEL)) == 0)
		s.vec[VEC_FFN_NORM] = norm;
	if ((t & ARCH_POST_NORM) != 0)
		s.vec[VEC_ATTN_POST] = s.vec[VEC_FFN_POST] = norm;
	return s;
}

/* n floats that the model owns, padded to 16. */
static float *new_vector(struct model *m, size_t n, struct ow_error *err)
{
	float *v = mem_array(pad_lanes(n), sizeof *v, err);

	if (v == NULL)
		return NULL;
	if (mem_grow(&m->owned, m->n_owned, &m->cap_owned, sizeof *m->owned, err) < 0) {
		mem_free(v);
		return NULL;
	}
	m->owned[m->n_owned++] = v;
	return v;
}

/* A tensor on its way to its place. */
struct placing {
	struct model *m;
	uint32_t file;
	const struct gguf_tensor *t;
	const struct shapes *has; /* of the tensor's block */
	bool borrows;             /* its keys and values are another block's */
	struct ow_error *err;
};

static int wrong_shape(const struct placing *w, uint64_t cols, uint64_t rows, uint64_t count)
{
	const uint64_t *d = w->t->dim;

	return err_set(w->err, OW_E_FORMAT,
		       "is %llu x %llu x %llu x %llu, must be %llu x %llu x %llu",
		       (unsigned long long)d[0], (unsigned long long)d[1], (unsigned long long)d[2],
		       (unsigned long long)d[3], (unsigned long long)cols, (unsigned long long)rows,
		       (unsigned long long)count);
}

static int no_place(const struct placing *w)
{
	return err_set(w->err, OW_E_UNCHECKED, "has no place in this architecture");
}

static bool shape_is(const struct gguf_tensor *t, uint64_t cols, uint64_t rows, uint64_t count)
{
	return t->dim[0] == cols && t->dim[1] == rows && t->dim[2] == count && t->dim[3] == 1;
}

static int place_matrix(const struct placing *w, struct linear *l, struct shape s, uint64_t skip,
			uint64_t all_rows)
{
	const struct mat_kind *kind = mat_kind(w->t->type);

	if (!shape_is(w->t, s.cols, all_rows, s.count))
		return wrong_shape(w, s.cols, all_rows, s.count);
	if (kind == NULL)
		return err_set(w->err, OW_E_UNCHECKED,
			       "has type %s, which the engine does not compute",
			       tensor_type(w->t->type)->name);
	if (l->count != 0)
		return err_set(w->err, OW_E_FORMAT, "has the place of another tensor");
	mat_shape_init(&l->m, kind, s.rows, s.cols);
	l->count = s.count;
	l->file = w->file;
	l->off = w->t->off + skip * mat_row_size(&l->m);
	l->stride = all_rows * mat_row_size(&l->m);
	return 0;
}

/* Read a small tensor of `count` groups of n floats, each group padded to 16; or of one group that has `all` in the
 * file, those after the first `skip`.
 */
static int place_vector(const struct placing *w, float **out, uint64_t n, uint64_t count,
			uint64_t skip, uint64_t all)
{
	const struct mat_kind *kind = mat_kind(w->t->type);
	const struct model_file *f = &w->m->files[w->file];
	OW_AUTO(mem_free) uint8_t *raw = NULL;
	size_t size;
	float *v;

	if (!shape_is(w->t, all, count, 1))
		return wrong_shape(w, all, count, 1);
	if (kind == NULL || kind->shape != MAT_FLOAT)
		return err_set(w->err, OW_E_UNCHECKED, "has type %s, vectors of floats are known",
			       tensor_type(w->t->type)->name);
	if (*out != NULL)
		return err_set(w->err, OW_E_FORMAT, "has the place of another tensor");
	size = (size_t)(n * count) * kind->size;
	raw = mem_array(size, 1, w->err);
	v = raw == NULL ? NULL : new_vector(w->m, pad_lanes(n) * count, w->err);
	if (v == NULL ||
	    inspect_read(&f->src, raw, size, w->t->off + skip * kind->size, w->err) < 0)
		return w->err->code;
	for (size_t i = 0; i < n * count; i++) {
		float *to = &v[i / n * pad_lanes(n) + i % n];

		if (kind->num == NUM_F32)
			memcpy(to, raw + 4 * i, 4);
		else
			*to = num_from(kind->num, load_u16(raw + 2 * i));
	}
	*out = v;
	return 0;
}

/* The gate's rows, then the others, in one matrix or in that of each expert. */
static int place_gate_up(const struct placing *w, struct layer *l, enum lin gate)
{
	struct shape s = w->has->lin[gate];

	if (s.count == 0)
		return no_place(w);
	if (place_matrix(w, &l->lin[gate], s, 0, 2ULL * s.rows) < 0)
		return w->err->code;
	return place_matrix(w, &l->lin[gate + 1], s, s.rows, 2ULL * s.rows);
}

/* The last part of a name: weight, bias, scale or input_scale of a matrix. */
static int place_linear(const struct placing *w, struct layer *l, enum lin lin, const char *part)
{
	const struct params *p = &w->m->p;
	struct shape s = w->has->lin[lin];
	bool fused = lin == LIN_UP && (p->arch->traits & ARCH_FUSED_GATE) != 0;

	if (s.count == 0)
		return no_place(w);
	if (w->borrows && (lin == LIN_K || lin == LIN_V))
		return 0; /* the block reads another one's keys and values */
	if (strcmp(part, "weight") == 0 && fused && w->t->dim[1] == 2ULL * s.rows)
		return place_gate_up(w, l, LIN_GATE);
	if (strcmp(part, "weight") == 0)
		return place_matrix(w, &l->lin[lin], s, 0, s.rows);
	if (strcmp(part, "bias") == 0 && !fused)
		return place_vector(w, &l->lin[lin].bias, s.rows, s.count, 0, s.rows);
	if (strcmp(part, "input_scale") == 0)
		return 0; /* of activations in formats that round them */
	if (strcmp(part, "scale") == 0) {
		if ((lin >= LIN_GATE && (p->arch->traits & ARCH_FFN_SCALES) == 0) ||
		    ((p->arch->traits & ARCH_LATENT) != 0 && lin != LIN_O))
			return 0; /* the architecture's own code does not read it */
		/* as the reference does it for the plain net */
		l->lin[lin].scale_last = lin >= LIN_GATE && lin <= LIN_DOWN;
		return place_vector(w, &l->lin[lin].scale, s.count, 1, 0, s.count);
	}
	return no_place(w);
}

/* Queries, keys and values in one tensor, one after the other. */
static int place_qkv(const struct placing *w, struct layer *l, const char *part)
{
	bool weight = strcmp(part, "weight") == 0;
	uint64_t skip = 0, all = 0;

	if ((w->m->p.arch->traits & ARCH_FUSED_QKV) == 0 || (!weight && strcmp(part, "bias") != 0))
		return no_place(w);
	for (enum lin i = LIN_Q; i <= LIN_V; i++)
		all += w->has->lin[i].rows;
	for (enum lin i = LIN_Q; i <= LIN_V; i++) {
		struct shape s = w->has->lin[i];

		if ((weight ? place_matrix(w, &l->lin[i], s, skip, all)
			    : place_vector(w, &l->lin[i].bias, s.rows, 1, skip, all)) < 0)
			return w->err->code;
		skip += s.rows;
	}
	return 0;
}

/* "attn_q.weight" of one layer */
static int place_in_layer(const struct placing *w, struct layer *l, const char *name)
{
	const struct params *p = &w->m->p;
	const char *dot = strrchr(name, '.');
	size_t n = dot == NULL ? 0 : (size_t)(dot - name);

	if ((p->arch->traits & ARCH_FFN_POST_NAME) != 0 &&
	    strcmp(name, vec_names[VEC_ATTN_POST]) == 0)
		name = vec_names[VEC_FFN_NORM];
	if (strcmp(name, "ssm_conv1d.weight") == 0)
		name = vec_names[VEC_TAPS];
	for (enum vec v = 0; v < VEC_COUNT; v++) {
		struct shape s = w->has->vec[v];

		if (strcmp(name, vec_names[v]) == 0 && s.count > 0)
			return place_vector(w, &l->vec[v], s.cols, s.rows, 0, s.cols);
	}
	for (enum lin i = 0; i < LIN_COUNT; i++) {
		if (strlen(lin_names[i]) == n && memcmp(name, lin_names[i], n) == 0 &&
		    (i != LIN_DELTA_IN || w->has->lin[i].count > 0))
			return place_linear(w, l, i, dot + 1);
	}
	if (strcmp(name, "ffn_gate_up_exps.weight") == 0)
		return place_gate_up(w, l, LIN_GATE_X);
	if (n == 8 && memcmp(name, "attn_qkv", n) == 0)
		return place_qkv(w, l, dot + 1);
	return no_place(w);
}

/* A tensor that is not of one block. */
struct common {
	const char *name;
	struct linear *lin; /* where a matrix goes, */
	float **vec;        /* or a vector */
	uint32_t rows, cols;
	bool needed;
};

enum {
	N_COMMON = 10
};

/* Those of a model; with 0 rows or columns it has none. */
static void list_common(struct model *m, struct common out[N_COMMON])
{
	const struct params *p = &m->p;
	uint32_t traits = p->arch->traits, own = p->per_layer * p->layers;
	uint32_t pairs = (p->rot > 0 ? p->rot : p->rot_window) / 2;
	bool conv = (traits & ARCH_CONV) != 0, tied = (traits & ARCH_TIED) != 0;
	const char *norm = conv ? "token_embd_norm.weight" : "output_norm.weight";
	const struct common list[N_COMMON] = {
	    {"token_embd.weight", &m->embed, NULL, p->vocab, p->dim, true},
	    {"output.weight", &m->output, NULL, tied ? 0 : p->vocab, p->dim, false},
	    {"output.bias", NULL, &m->output.bias, 1, p->vocab, false},
	    {norm, NULL, &m->output_norm, 1, p->dim, true},
	    {"rope_freqs.weight", NULL, &m->rope_factors, 1, pairs, false},
	    {"rope_factors_long.weight", NULL, &m->rope_long, 1, pairs, false},
	    {"rope_factors_short.weight", NULL, &m->rope_short, 1, pairs, false},
	    {"per_layer_token_embd.weight", &m->own, NULL, p->vocab, own, true},
	    {"per_layer_model_proj.weight", &m->own_proj, NULL, own, p->dim, true},
	    {"per_layer_proj_norm.weight", NULL, &m->own_norm, 1, p->per_layer, true},
	};

	memcpy(out, list, sizeof list);
}

static int place_common(const struct placing *w, const char *name)
{
	struct common list[N_COMMON];

	list_common(w->m, list);
	for (size_t i = 0; i < N_COMMON; i++) {
		const struct common *c = &list[i];

		if (strcmp(name, c->name) != 0 || c->rows == 0 || c->cols == 0)
			continue;
		if (c->vec != NULL)
			return place_vector(w, c->vec, c->cols, 1, 0, c->cols);
		return place_matrix(w, c->lin, (struct shape){c->rows, c->cols, 1}, 0, c->rows);
	}
	if (strncmp(name, "cls.", 4) == 0)
		return 0; /* heads for ranking, beside the language model */
	return no_place(w);
}

/* The block that "blk.7.attn_q.weight" is of, and the rest of the name; NULL if it is of none. */
static const char *block_of(const char *name, uint64_t *block)
{
	const char *dot = strchr(name + 4, '.');
	char digits[8] = "";

	if (dot == NULL || (size_t)(dot - name - 4) >= sizeof digits)
		return NULL;
	memcpy(digits, name + 4, (size_t)(dot - name - 4));
	return text_parse_u64(digits, block) ? dot + 1 : NULL;
}

static int place_tensor(struct placing *w, const struct shapes *has)
{
	const struct params *p = &w->m->p;
	char name[GGUF_TENSOR_NAME_MAX + 1];
	const char *rest;
	uint64_t block;

	memcpy(name, w->t->name.p, w->t->name.n);
	name[w->t->name.n] = '\0';
	if (strncmp(name, "blk.", 4) != 0)
		return place_common(w, name);
	rest = block_of(name, &block);
	if (rest == NULL)
		return no_place(w);
	if (block >= p->layers && block - p->layers < p->layers_extra)
		return 0; /* predicts what comes later, beside the language model */
	if (block >= p->layers)
		return err_set(w->err, OW_E_FORMAT, "is of block %llu, the model says it has %u",
			       (unsigned long long)block, p->layers);
	w->has = &has[block];
	w->borrows = p->block[block].source != block;
	return place_in_layer(w, &w->m->layers[block], rest);
}

static int missing(struct ow_error *err, uint32_t layer, const char *name, const char *part)
{
	return err_set(err, OW_E_FORMAT, "tensor blk.%u.%s%s is missing", layer, name, part);
}

static int check_block(const struct params *p, const struct layer *l, const struct shapes *has,
		       uint32_t i, struct ow_error *err)
{
	const struct block *b = &p->block[i];
	bool borrows = b->source != i, gemma = (p->arch->traits & ARCH_GEMMA_4) != 0;
	bool keys_are_values = gemma && (borrows || b->head == b->v_head);

	for (enum lin n = 0; n < LIN_COUNT; n++)
		if (has->lin[n].count > 0 && l->lin[n].count == 0 && !(n == LIN_K && borrows) &&
		    !(n == LIN_V && keys_are_values))
			return missing(err, i, lin_names[n], ".weight");
	for (enum vec v = 0; v < VEC_COUNT; v++)
		if (has->vec[v].count > 0 && l->vec[v] == NULL && v != VEC_ROUTER_BIAS &&
		    v != VEC_OUT_SCALE && !(v == VEC_K_NORM && borrows))
			return missing(err, i, vec_names[v], "");
	return 0;
}

int model_place(struct model *m, struct ow_error *err)
{
	OW_AUTO(mem_free) struct shapes *has = mem_array(m->p.layers, sizeof *has, err);
	struct common list[N_COMMON];

	if (has == NULL)
		return err->code;
	for (uint32_t i = 0; i < m->p.layers; i++)
		has[i] = shapes_of(&m->p, &m->p.block[i]);
	for (uint32_t f = 0; f < m->n_files; f++) {
		const struct gguf *g = &m->files[f].head;

		for (size_t i = 0; i < g->n_tensors; i++) {
			struct placing w = {.m = m, .file = f, .t = &g->tensors[i], .err = err};

			if (place_tensor(&w, has) < 0)
				return err_ctx(err, "tensor %.*s", (int)w.t->name.n,
					       (const char *)w.t->name.p);
		}
	}
	for (uint32_t i = 0; i < m->p.layers; i++)
		if (check_block(&m->p, &m->layers[i], &has[i], i, err) < 0)
			return err->code;
	list_common(m, list);
	for (size_t i = 0; i < N_COMMON; i++)
		if (list[i].needed && list[i].rows > 0 && list[i].cols > 0 &&
		    (list[i].vec != NULL ? *list[i].vec == NULL : list[i].lin->count == 0))
			return err_set(err, OW_E_FORMAT, "tensor %s is missing", list[i].name);
	return 0;
}
