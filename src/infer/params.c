/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys of a model (GGUF specification, "LLM"): <architecture>.<name>. Where writers leave 0 it means "not
 * set".
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/ints.h"
#include "base/limits.h"
#include "infer/arch.h"
#include "infer/mat.h"

/* Reading goes on after the first failure; the end asks once. */
struct keys {
	const struct gguf *g;
	const char *arch;
	struct ow_error *err;
};

static const struct gguf_key *find(const struct keys *k, const char *name)
{
	char full[128];

	snprintf(full, sizeof full, "%s.%s", k->arch, name);
	return gguf_find(k->g, full);
}

static bool failed(const struct keys *k)
{
	return k->err->code != OW_OK;
}

/* What must hold: otherwise the file is wrong, */
static bool need(const struct keys *k, bool holds, const char *name, const char *why)
{
	if (!holds && !failed(k))
		err_set(k->err, OW_E_FORMAT, "%s.%s %s", k->arch, name, why);
	return holds;
}

/* or it may well be a model, only none that is known here. */
static void know(const struct keys *k, bool holds, const char *name, const char *why)
{
	if (!holds && !failed(k))
		err_set(k->err, OW_E_UNCHECKED, "%s.%s %s", k->arch, name, why);
}

static bool is(const struct params *p, uint32_t traits)
{
	return (p->arch->traits & traits) != 0;
}

/* A whole number of min..max, also where it is refused. A key that is an array has one for each of `of` blocks;
 * of 0: it must not be one.
 */
static uint32_t whole_at(const struct keys *k, const char *name, uint32_t block, uint32_t of,
			 uint32_t fallback, uint32_t min, uint32_t max)
{
	const struct gguf_key *key = find(k, name);
	uint64_t v = fallback;

	if (!need(k, key != NULL || fallback >= min, name, "is missing"))
		return min;
	if (key != NULL && key->type == GGUF_ARRAY && of > 0)
		need(k, key->n == of && gguf_item_u64(key, block, &v), name,
		     "is not a list of one whole number a block");
	else if (key != NULL)
		need(k, gguf_u64(key, &v), name, "is not a whole number");
	if (v < min || v > max) {
		if (!failed(k))
			err_set(k->err, OW_E_FORMAT, "%s.%s is %llu, must be %u to %u", k->arch,
				name, (unsigned long long)v, min, max);
		return min;
	}
	return (uint32_t)v;
}

static uint32_t whole(const struct keys *k, const char *name, uint32_t fallback, uint32_t min,
		      uint32_t max)
{
	return whole_at(k, name, 0, 0, fallback, min, max);
}

static double real(const struct keys *k, const char *name, double fallback, double min, double max)
{
	const struct gguf_key *key = find(k, name);
	double v = fallback;

	if (key == NULL)
		return fallback;
	if (need(k, gguf_real(key, &v), name, "is not a real number") && !(v >= min && v <= max) &&
	    !failed(k))
		err_set(k->err, OW_E_FORMAT, "%s.%s is %g, must be %g to %g", k->arch, name, v, min,
			max);
	return v;
}

/* A factor that 0 leaves unset. */
static double factor(const struct keys *k, const char *name, double unset)
{
	double v = real(k, name, 0, -1e6, 1e6);

	return v > 0 || v < 0 ? v : unset;
}

static bool flag(const struct keys *k, const char *name, bool fallback)
{
	const struct gguf_key *key = find(k, name);
	bool v = fallback;

	need(k, key == NULL || gguf_bool(key, &v), name, "is not a truth value");
	return v;
}

/* How many of a head's dimensions have positions. */
static void read_turn(const struct keys *k, struct params *p, struct block *b)
{
	const char *own = "rope.dimension_count_swa";
	const char *name = b->window && find(k, own) != NULL ? own : "rope.dimension_count";
	uint32_t *common = b->window ? &p->rot_window : &p->rot;

	b->rot = whole(k, name, b->head, 0, b->head);
	b->rot = b->rot == 0 ? b->head : b->rot;
	need(k, b->rot % 2 == 0, name, "is odd");
	know(k, *common == 0 || *common == b->rot, name, "differs from block to block");
	*common = b->rot;
}

/* Is this a block of linear attention? Listed, or all but every fourth. */
static bool is_recurrent(const struct keys *k, uint32_t of, uint32_t i)
{
	const char *name = "attention.recurrent_layers";
	const struct gguf_key *list = find(k, name);
	uint32_t every = whole(k, "full_attention_interval", 4, 1, MODEL_LAYERS_MAX);
	uint64_t v = (i + 1) % every != 0;

	need(k,
	     list == NULL ||
		 (list->type == GGUF_ARRAY && list->n == of && gguf_item_u64(list, i, &v)),
	     name, "is not a list of one truth value a block");
	return v != 0;
}

/* Positions of pictures turn some pairs by row or column, pair i by number i mod 3 of them; in a text all are the
 * same, if every pair has one.
 */
static void check_sections(const struct keys *k, const struct params *p)
{
	const char *name = "rope.dimension_sections";
	uint64_t n;

	for (uint32_t i = 0; i < p->rot / 2; i++)
		know(k, gguf_item_u64(find(k, name), i % 3, &n) && i / 3 < n, name,
		     "is missing or leaves out pairs");
}

static void read_delta(const struct keys *k, struct params *p)
{
	uint32_t inner = whole(k, "ssm.inner_size", 0, 1, MODEL_WIDTH_MAX);

	p->taps = whole(k, "ssm.conv_kernel", 0, 2, LANES);
	p->state = whole(k, "ssm.state_size", 0, 1, MODEL_HEAD_MAX);
	p->v_heads = whole(k, "ssm.time_step_rank", 0, 1, MODEL_HEADS_MAX);
	p->k_heads = whole(k, "ssm.group_count", 0, 1, p->v_heads);
	need(k, p->state * p->v_heads == inner && p->v_heads % p->k_heads == 0, "ssm.inner_size",
	     "does not fit the heads of linear attention");
	know(k, p->state % LANES == 0, "ssm.state_size", "is not a multiple of 16");
	check_sections(k, p);
}

/* Heads of one block and their dimensions. */
static void read_heads(const struct keys *k, struct params *p, uint32_t i, struct block *b)
{
	uint32_t of = p->layers + p->layers_extra, head;
	bool delta = is(p, ARCH_DELTA);

	b->heads = whole_at(k, "attention.head_count", i, of, 0, 1, MODEL_HEADS_MAX);
	b->kv_heads = whole_at(k, "attention.head_count_kv", i, of, b->heads,
			       is(p, ARCH_CONV | ARCH_DELTA) ? 0 : 1, b->heads);
	if (delta ? is_recurrent(k, of, i) : b->kv_heads == 0) {
		b->mixer = delta ? MIX_DELTA : MIX_CONV;
		b->heads = b->kv_heads = 0;
		return;
	}
	if (!need(k, b->kv_heads > 0, "attention.head_count_kv", "is 0 in a block with attention"))
		return;
	head = p->dim / b->heads;
	if (find(k, "attention.key_length") == NULL && p->dim % b->heads != 0 && !failed(k))
		err_set(k->err, OW_E_FORMAT,
			"%s.attention.head_count is %u, does not divide embedding_length %u",
			k->arch, b->heads, p->dim);
	if (b->heads % b->kv_heads != 0 && !failed(k))
		err_set(k->err, OW_E_FORMAT,
			"%s.attention.head_count_kv is %u, does not divide head_count %u", k->arch,
			b->kv_heads, b->heads);
	b->head = whole(k, "attention.key_length", head, 1, MODEL_HEAD_MAX);
	b->v_head = whole(k, "attention.value_length", head, 1, MODEL_HEAD_MAX);
	if (b->window) {
		b->head = whole(k, "attention.key_length_swa", b->head, 1, MODEL_HEAD_MAX);
		b->v_head = whole(k, "attention.value_length_swa", b->v_head, 1, MODEL_HEAD_MAX);
	}
	/* a gate is as long as a query */
	know(k, !delta || b->head == b->v_head, "attention.value_length",
	     "is not the length of a key");
	read_turn(k, p, b);
	b->scale = (float)(1 / __builtin_sqrt((double)b->head));
}

/* Attention over short vectors. The key-value heads of old files are as many as the others: there each has keys
 * and values of its own, made of the short vector. Newer files have one: the vector itself.
 */
static void read_latent(const struct keys *k, struct params *p, struct block *b)
{
	uint32_t head = whole(k, "attention.key_length_mla", 0, 0, MODEL_HEAD_MAX);
	uint32_t value = whole(k, "attention.value_length_mla", 0, 0, MODEL_HEAD_MAX);

	b->mixer = MIX_LATENT;
	p->q_rank = whole(k, "attention.q_lora_rank", 0, 0, MODEL_WIDTH_MAX);
	p->kv_rank = whole(k, "attention.kv_lora_rank", 0, 1, MODEL_HEAD_MAX - b->rot);
	p->absorbed = head > 0 && value > 0;
	head = p->absorbed ? head : b->head;
	value = p->absorbed ? value : b->v_head;
	need(k, head > b->rot, "rope.dimension_count", "is not less than a key's length");
	know(k, p->nope == 0 || (p->nope == head - b->rot && p->v_latent == value),
	     "attention.head_count",
	     "makes keys or values whose length differs from block to block");
	p->nope = head - b->rot;
	p->v_latent = value;
	b->scale = (float)(1 / __builtin_sqrt((double)head));
	b->kv_heads = p->absorbed ? 1 : b->heads;
	if (p->absorbed) {
		b->head = p->kv_rank + b->rot;
		b->v_head = p->kv_rank;
	}
}

/* The last blocks have no keys and values of their own: they read those of the last block before them that has a
 * window as they have, or none.
 */
static void read_sources(const struct keys *k, struct params *p)
{
	const char *name = "attention.shared_kv_layers";
	uint32_t shared = whole(k, name, 0, 0, p->layers - 1), own = p->layers - shared;

	for (uint32_t i = own; i < p->layers && !failed(k); i++) {
		struct block *b = &p->block[i];
		uint32_t back = b->window ? 2 : 1;
		const struct block *from = &p->block[own < back ? 0 : own - back];

		know(k,
		     own >= 2 && from->window == b->window && from->kv_heads == b->kv_heads &&
			 from->head == b->head && from->v_head == b->v_head,
		     name, "leaves blocks without a like one to share with");
		b->source = own - back;
	}
}

/* What arrays of all blocks must hold. Heads of latent attention are written one by one, in whole tiles. */
static void widen(struct params *p, const struct block *b)
{
	size_t slack = b->mixer == MIX_LATENT ? LANES : 0,
	       ff = size_max(size_max(b->ff, b->ff_expert), p->ff_shared);
	size_t mixed = (size_t)b->heads * b->v_head;

	mixed = size_max(mixed, (size_t)b->heads * (p->nope + b->rot));
	ff = size_max(ff, (size_t)b->heads * (p->nope + p->v_latent) + slack);
	ff = size_max(size_max(ff, p->per_layer), size_max(p->q_rank, (size_t)p->kv_rank + b->rot));
	if (b->mixer == MIX_CONV)
		ff = size_max(ff, 3 * (size_t)p->dim);
	if (is(p, ARCH_DELTA)) { /* queries come with their gates */
		size_t values = (size_t)p->v_heads * p->state;

		ff = size_max(ff, size_max(delta_channels(p), 2 * (size_t)b->heads * b->head));
		mixed = size_max(mixed, values);
		p->wide_q = size_max(p->wide_q, pad_lanes(values));
		p->wide_kv = size_max(p->wide_kv, pad_lanes(p->v_heads));
	}
	p->v_head = b->v_head > p->v_head ? b->v_head : p->v_head;
	p->wide_q = size_max(p->wide_q, pad_lanes((size_t)b->heads * b->head + slack));
	p->wide_kv =
	    size_max(p->wide_kv, pad_lanes((size_t)b->kv_heads * size_max(b->head, b->v_head)));
	p->wide_mixed = size_max(p->wide_mixed, pad_lanes(mixed));
	p->wide_ff = size_max(p->wide_ff, pad_lanes(ff));
}

static void read_mixers(const struct keys *k, struct params *p)
{
	for (uint32_t i = 0; i < p->layers && !failed(k); i++) {
		struct block *b = &p->block[i];

		b->source = i;
		read_heads(k, p, i, b);
		if (is(p, ARCH_LATENT))
			read_latent(k, p, b);
		if (p->layers == p->arch->big_layers)
			b->scale = (float)(1 / __builtin_sqrt((double)p->dim / b->heads));
		if (is(p, ARCH_GEMMA_4))
			b->scale = 1;
	}
	if (is(p, ARCH_DELTA))
		read_delta(k, p);
	if (is(p, ARCH_CONV))
		p->taps = whole(k, "shortconv.l_cache", 0, 2, LANES);
	if (is(p, ARCH_GEMMA_4) && !failed(k)) {
		p->per_layer = whole(k, "embedding_length_per_layer_input", 0, 0, MODEL_HEAD_MAX);
		read_sources(k, p);
	}
}

/* How scores of experts become weights. */
static void read_gating(const struct keys *k, struct params *p)
{
	const char *func = "expert_gating_func", *count = "expert_group_count";
	bool latent = is(p, ARCH_LATENT);
	uint32_t gating;

	p->sum_to_1 = !is(p, ARCH_TOP_SOFTMAX);
	p->weights_scale = (float)factor(k, "expert_weights_scale", 1);
	p->groups = whole(k, count, 0, 0, p->experts);
	if (!is(p, ARCH_GATING)) {
		know(k, p->groups <= 1, count, "is more than 1");
		return;
	}
	gating = whole(k, func, latent ? 1 : 0, 1, UINT32_MAX);
	know(k, !latent || find(k, func) != NULL || (p->layers != 47 && p->layers != 48), func,
	     "is missing, models of this size have either");
	know(k, gating == 1 || gating == 2, func, "is neither softmax nor sigmoid");
	p->sigmoid = gating == 2;
	p->sum_to_1 = !latent || flag(k, "expert_weights_norm", false);
	if (p->groups <= 1)
		return;
	p->groups_used = whole(k, "expert_group_used_count", 0, 1, p->groups);
	need(k,
	     p->experts % p->groups == 0 && p->experts / p->groups >= 2 &&
		 p->experts_used <= p->experts / p->groups * p->groups_used,
	     count, "does not fit the experts");
	/* publisher and reference engine rank such groups differently */
	know(k, p->sigmoid, count, "is more than 1 with softmax");
}

static void read_experts(const struct keys *k, struct params *p)
{
	const char *unknown = "is not 0: not known in this architecture";
	uint32_t width = MODEL_WIDTH_MAX, lead = 0, all = p->layers + p->layers_extra;

	p->experts = whole(k, "expert_count", 0, 0, MODEL_EXPERTS_MAX);
	know(k, p->experts == 0 || is(p, ARCH_EXPERTS), "expert_count", unknown);
	if (p->experts > 0) {
		p->experts_used = whole(k, "expert_used_count", 0, 1, p->experts);
		p->ff_shared = whole(k, "expert_shared_feed_forward_length", 0, 0, width);
		read_gating(k, p);
	}
	if (is(p, ARCH_LEADING))
		lead = whole(k, "leading_dense_block_count", 0, 0, UINT32_MAX);
	for (uint32_t i = 0; i < p->layers && !failed(k); i++) {
		struct block *b = &p->block[i];

		b->experts = p->experts > 0 && i >= lead;
		b->ff = whole_at(k, "feed_forward_length", i, all, 0,
				 !b->experts || is(p, ARCH_GEMMA_4), width);
		if (!b->experts)
			continue;
		b->ff_expert = whole_at(k, "expert_feed_forward_length", i, all, 0, 0, width);
		b->ff_expert = b->ff_expert == 0 ? b->ff : b->ff_expert;
		if (need(k, b->ff_expert > 0, "expert_feed_forward_length", "is missing") &&
		    is(p, ARCH_LATENT))
			p->ff_shared = b->ff_expert *
				       whole(k, "expert_shared_count", 0, 0, width / b->ff_expert);
	}
	know(k, p->ff_shared == 0 || is(p, ARCH_MULTIPLIERS | ARCH_LATENT | ARCH_DELTA),
	     "expert_shared_feed_forward_length", unknown);
}

/* Which blocks have windows, and which positions. */
static void read_window(const struct keys *k, struct params *p)
{
	const char *pattern = "attention.sliding_window_pattern";
	const struct gguf_key *list = find(k, pattern);
	uint32_t period = p->arch->period;
	bool listed = list != NULL && list->type == GGUF_ARRAY;
	uint64_t v = 0;

	if (period == 0 || p->layers < p->arch->window_from)
		return;
	p->window = whole(k, "attention.sliding_window", p->arch->window_from > 0 ? 4096 : 0, 0,
			  UINT32_MAX);
	know(k, !is(p, ARCH_GEMMA_4) || (listed && p->window > 0), pattern,
	     "is no list, or there are no windows");
	if (list != NULL && !listed)
		period = whole(k, pattern, 1, 1, p->layers);
	need(k, !listed || list->n == p->layers, pattern, "does not have one value a block");
	for (uint32_t i = 0; i < p->layers && !failed(k); i++) {
		need(k, !listed || gguf_item_u64(list, i, &v), pattern, "is not a list of numbers");
		p->block[i].window = p->window != 0 && (listed ? v != 0 : i % period < period - 1);
	}
}

/* The gain that YaRN gives sine and cosine. */
static double yarn_gain(double f, double m)
{
	return f <= 1 ? 1 : 0.1 * m * exact_log(f) + 1;
}

/* What YaRN does to the size of sine and cosine, and with short vectors, whose other dimensions it does not
 * reach, to the scores: its multiplier is 0.1·m there.
 */
static void stretch(const struct keys *k, struct params *p)
{
	double m = real(k, "rope.scaling.yarn_log_multiplier", 0, -1e6, 1e6), scale;
	bool latent = is(p, ARCH_LATENT);

	if (!latent || !(m > 0))
		p->rope.gain *=
		    yarn_gain(p->rope.factor, 1) / (m > 0 ? yarn_gain(p->rope.factor, m) : 1);
	if (!latent || p->rope.factor <= 1)
		return;
	scale = p->rope.gain * (1 + m * exact_log(p->rope.factor));
	for (uint32_t i = 0; i < p->layers; i++)
		p->block[i].scale = (float)((double)p->block[i].scale * scale * scale);
}

/* Some models have no positions at all, some not in every block. */
static void drop_positions(const struct keys *k, struct params *p)
{
	bool off = is(p, ARCH_ROPE_FINETUNED) && !flag(k, "rope.scaling.finetuned", true);
	bool windows = is(p, ARCH_ROPE_WINDOW) && p->window != 0;

	for (uint32_t i = 0; i < p->layers; i++)
		if (off || (is(p, ARCH_ROPE_NOT_4TH) && (i + 1) % 4 == 0) ||
		    (windows && !p->block[i].window))
			p->block[i].rot = 0;
}

static void read_rope(const struct keys *k, struct params *p)
{
	const struct gguf_key *type = find(k, "rope.scaling.type");
	struct ow_view name;
	bool none = gguf_says(type, "none");
	double mixed;

	need(k, type == NULL || gguf_text(type, &name), "rope.scaling.type", "is not a text");
	p->rope.yarn = gguf_says(type, "yarn");
	know(k,
	     type == NULL || p->rope.yarn || none || gguf_says(type, "linear") ||
		 gguf_says(type, "longrope"),
	     "rope.scaling.type", "is a kind of scaling not known here");
	p->rope.base = real(k, "rope.freq_base", 10000, 1.0001, 1e15);
	p->rope_base_window = real(k, "rope.freq_base_swa",
				   is(p, ARCH_WINDOW_BASE) ? 10000 : p->rope.base, 1.0001, 1e15);
	p->rope.factor = real(k, "rope.scaling.factor", 0, 0, 1e9);
	if (!(p->rope.factor > 0) || none)
		p->rope.factor = 1;
	p->rope.original = whole(k, "rope.scaling.original_context_length", 0, 0, UINT32_MAX);
	p->rope.original = p->rope.original > 0 ? p->rope.original : p->context;
	p->rope.gain = factor(k, "rope.scaling.attn_factor", 1);
	p->rope.beta_fast = real(k, "rope.scaling.yarn_beta_fast", 32, 1e-6, 1e9);
	p->rope.beta_slow = real(k, "rope.scaling.yarn_beta_slow", 1, 1e-6, 1e9);
	mixed = real(k, "rope.scaling.yarn_ext_factor", -1, -1e6, 1e6);
	know(k, !p->rope.yarn || mixed < 0 || (mixed >= 1 && mixed <= 1),
	     "rope.scaling.yarn_ext_factor", "is not 1");
	if (p->rope.yarn)
		stretch(k, p);
	drop_positions(k, p);
	know(k,
	     !is(p, ARCH_GEMMA_4) || (!(p->rope.factor > 1) && !(p->rope.factor < 1) &&
				      find(k, "rope.freq_base_swa") != NULL),
	     "rope.scaling.factor", "is not 1, or rope.freq_base_swa is missing");
	/* models made for long contexts are run as such, however short the text */
	p->long_factors = (p->context > 4096 ? p->context : 4096) > p->rope.original;
}

static void read_scales(const struct keys *k, struct params *p)
{
	const char *eps = is(p, ARCH_LAYERNORM) ? "attention.layer_norm_epsilon"
						: "attention.layer_norm_rms_epsilon";
	double scale = 0;

	need(k, find(k, eps) != NULL, eps, "is missing");
	p->eps = (float)real(k, eps, 0, 0, 1);
	p->embed_scale = p->residual_scale = p->logit_scale = 1;
	if (is(p, ARCH_EMBED_SQRT))
		p->embed_scale = __builtin_sqrtf((float)p->dim);
	if (is(p, ARCH_MULTIPLIERS)) {
		p->embed_scale = (float)factor(k, "embedding_scale", 1);
		p->residual_scale = (float)factor(k, "residual_scale", 1);
		p->logit_scale = 1 / (float)factor(k, "logit_scale", 1);
	}
	if (is(p, ARCH_MULTIPLIERS | ARCH_TEMPERATURE) && !is(p, ARCH_LATENT))
		scale = factor(k, "attention.scale", 0);
	for (uint32_t i = 0; i < p->layers && (scale > 0 || scale < 0); i++)
		p->block[i].scale = (float)scale;
	if (is(p, ARCH_LOGIT_SCALE))
		p->logit_scale = (float)factor(k, "logit_scale", 1);
	if (is(p, ARCH_SOFTCAP))
		p->attn_cap = (float)real(k, "attn_logit_softcapping", 50, 0, 1e6);
	if (is(p, ARCH_SOFTCAP | ARCH_WINDOW_BASE))
		p->final_cap =
		    (float)real(k, "final_logit_softcapping", is(p, ARCH_SOFTCAP) ? 30 : 0, 0, 1e6);
	if (is(p, ARCH_TEMPERATURE))
		p->temp_scale = (float)real(k, "attention.temperature_scale", 0, -1e3, 1e3);
	p->temp_length = p->rope.original;
	if (is(p, ARCH_LATENT) && (p->temp_scale > 0 || p->temp_scale < 0))
		p->temp_length = whole(k, "attention.temperature_length", 0, 1, UINT32_MAX);
}

int params_read(const struct gguf *g, struct params *p, struct ow_error *err)
{
	struct ow_view name = {0};
	char known[ARCH_NAMES];
	struct keys k = {.g = g, .err = err};
	uint32_t all;

	*p = (struct params){0};
	if (!gguf_text(gguf_find(g, "general.architecture"), &name))
		return err_set(err, OW_E_FORMAT, "general.architecture is missing");
	p->arch = arch_find((const char *)name.p, name.n);
	if (p->arch == NULL)
		return err_set(
		    err, OW_E_UNCHECKED, "architecture %.*s is not known here (known: %s)",
		    (int)(name.n < 64 ? name.n : 64), (const char *)name.p, arch_names(known));
	k.arch = p->arch->name;
	all = whole(&k, "block_count", 0, 1, MODEL_LAYERS_MAX);
	p->layers_extra = whole(&k, "nextn_predict_layers", 0, 0, all - 1);
	p->layers = all - p->layers_extra;
	p->dim = whole(&k, "embedding_length", 0, 1, MODEL_WIDTH_MAX);
	p->context = whole(&k, "context_length", 4096, 1, UINT32_MAX);
	if (failed(&k))
		return err->code;
	read_window(&k, p);
	read_mixers(&k, p);
	if (failed(&k))
		return err->code;
	read_experts(&k, p);
	read_rope(&k, p);
	read_scales(&k, p);
	for (uint32_t i = 0; i < p->layers; i++)
		widen(p, &p->block[i]);
	return err->code;
}
