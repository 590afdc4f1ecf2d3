/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The keys of a model (GGUF specification, "LLM"): <architecture>.<name>. Where writers leave 0 it means "not
 * set".
 */
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/limits.h"
#include "infer/arch.h"

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

static void refuse(const struct keys *k, enum ow_code code, const char *name, const char *why)
{
	if (!failed(k))
		err_set(k->err, code, "%s.%s %s", k->arch, name, why);
}

/* A whole number of min..max, also where it is refused; a key that is an array must hold the same number in every layer. */
static uint32_t whole(const struct keys *k, const char *name, uint32_t fallback, uint32_t min,
		      uint32_t max, uint32_t layers)
{
	const struct gguf_key *key = find(k, name);
	uint64_t v = fallback, other;

	if (key == NULL && fallback < min) {
		refuse(k, OW_E_FORMAT, name, "is missing");
		return min;
	}
	if (key == NULL)
		return fallback;
	if (key->type == GGUF_ARRAY) {
		if (key->n != layers || !gguf_item_u64(key, 0, &v))
			refuse(k, OW_E_FORMAT, name, "is not a list of one whole number a block");
		for (uint64_t i = 1; i < key->n && !failed(k); i++)
			if (!gguf_item_u64(key, i, &other) || other != v)
				refuse(k, OW_E_UNCHECKED, name, "differs from block to block");
	} else if (!gguf_u64(key, &v)) {
		refuse(k, OW_E_FORMAT, name, "is not a whole number");
	}
	if (v < min || v > max) {
		if (!failed(k))
			err_set(k->err, OW_E_FORMAT, "%s.%s is %llu, must be %u to %u", k->arch,
				name, (unsigned long long)v, min, max);
		return min;
	}
	return (uint32_t)v;
}

static double real(const struct keys *k, const char *name, double fallback, double min, double max)
{
	const struct gguf_key *key = find(k, name);
	double v = fallback;

	if (key == NULL)
		return fallback;
	if (!gguf_real(key, &v))
		refuse(k, OW_E_FORMAT, name, "is not a real number");
	else if (!(v >= min && v <= max) && !failed(k))
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

	if (key != NULL && !gguf_bool(key, &v))
		refuse(k, OW_E_FORMAT, name, "is not a truth value");
	return v;
}

static void read_shape(const struct keys *k, struct params *p)
{
	p->layers = whole(k, "block_count", 0, 1, MODEL_LAYERS_MAX, 0);
	p->dim = whole(k, "embedding_length", 0, 1, MODEL_WIDTH_MAX, 0);
	p->context = whole(k, "context_length", 4096, 1, UINT32_MAX, 0);
	p->heads = whole(k, "attention.head_count", 0, 1, MODEL_HEADS_MAX, p->layers);
	if (failed(k))
		return;
	p->kv_heads = whole(k, "attention.head_count_kv", p->heads, 1, p->heads, p->layers);
	if (find(k, "attention.key_length") == NULL && p->dim % p->heads != 0)
		err_set(k->err, OW_E_FORMAT,
			"%s.attention.head_count is %u, does not divide embedding_length %u",
			k->arch, p->heads, p->dim);
	if (!failed(k) && p->heads % p->kv_heads != 0)
		err_set(k->err, OW_E_FORMAT,
			"%s.attention.head_count_kv is %u, does not divide head_count %u", k->arch,
			p->kv_heads, p->heads);
	p->head = whole(k, "attention.key_length", p->dim / p->heads, 1, MODEL_HEAD_MAX, 0);
	p->v_head = whole(k, "attention.value_length", p->dim / p->heads, 1, MODEL_HEAD_MAX, 0);
	p->rot = whole(k, "rope.dimension_count", p->head, 0, p->head, 0);
	p->rot = p->rot == 0 ? p->head : p->rot;
	if (p->rot % 2 != 0)
		refuse(k, OW_E_FORMAT, "rope.dimension_count", "is odd");
}

static void read_experts(const struct keys *k, struct params *p)
{
	uint32_t width = MODEL_WIDTH_MAX;

	p->experts = whole(k, "expert_count", 0, 0, MODEL_EXPERTS_MAX, 0);
	if (p->experts > 0 && (p->arch->traits & ARCH_EXPERTS) == 0)
		refuse(k, OW_E_UNCHECKED, "expert_count",
		       "is not 0: not known in this architecture");
	p->ff = whole(k, "feed_forward_length", 0, p->experts == 0, width, p->layers);
	if (p->experts == 0)
		return;
	p->experts_used = whole(k, "expert_used_count", 0, 1, p->experts, 0);
	p->ff_expert = whole(k, "expert_feed_forward_length", 0, 0, width, p->layers);
	p->ff_expert = p->ff_expert == 0 ? p->ff : p->ff_expert;
	p->ff_shared = whole(k, "expert_shared_feed_forward_length", 0, 0, width, 0);
	p->weights_scale = (float)factor(k, "expert_weights_scale", 1);
	if (p->ff_expert == 0)
		refuse(k, OW_E_FORMAT, "expert_feed_forward_length", "is missing");
	if (whole(k, "expert_group_count", 0, 0, UINT32_MAX, 0) > 1)
		refuse(k, OW_E_UNCHECKED, "expert_group_count", "is more than 1");
	if (p->ff_shared > 0 && (p->arch->traits & ARCH_MULTIPLIERS) == 0)
		refuse(k, OW_E_UNCHECKED, "expert_shared_feed_forward_length",
		       "is not 0: not known in this architecture");
}

static void read_window(const struct keys *k, struct params *p)
{
	const struct gguf_key *list = find(k, "attention.sliding_window_pattern");
	uint64_t v;

	if (p->arch->period == 0 || p->layers < p->arch->window_from)
		return;
	p->window = whole(k, "attention.sliding_window", p->arch->window_from > 0 ? 4096 : 0, 0,
			  UINT32_MAX, 0);
	p->period = p->arch->period;
	if (list == NULL)
		return;
	if (list->type != GGUF_ARRAY) {
		p->period = whole(k, "attention.sliding_window_pattern", 1, 1, p->layers, 0);
		return;
	}
	if (list->n != p->layers) {
		refuse(k, OW_E_FORMAT, "attention.sliding_window_pattern",
		       "does not have one value a block");
		return;
	}
	p->window_listed = true;
	for (uint32_t i = 0; i < p->layers; i++) {
		if (!gguf_item_u64(list, i, &v))
			refuse(k, OW_E_FORMAT, "attention.sliding_window_pattern",
			       "is not a list of numbers");
		else if (v != 0)
			p->window_layers[i / 64] |= 1ULL << (i % 64);
	}
}

/* The gain that YaRN gives sine and cosine. */
static double yarn_gain(double f, double m)
{
	return f <= 1 ? 1 : 0.1 * m * exact_log(f) + 1;
}

static void read_rope(const struct keys *k, struct params *p)
{
	const struct gguf_key *type = find(k, "rope.scaling.type");
	struct ow_view name = {.p = (const uint8_t *)"linear", .n = 6};
	double mixed;

	if (type != NULL && !gguf_text(type, &name))
		refuse(k, OW_E_FORMAT, "rope.scaling.type", "is not a text");
	p->yarn = name.n == 4 && memcmp(name.p, "yarn", 4) == 0;
	if (!p->yarn && !(name.n == 6 && memcmp(name.p, "linear", 6) == 0) &&
	    !(name.n == 4 && memcmp(name.p, "none", 4) == 0) &&
	    !(name.n == 8 && memcmp(name.p, "longrope", 8) == 0))
		refuse(k, OW_E_UNCHECKED, "rope.scaling.type",
		       "is a kind of scaling not known here");
	p->rope_base = real(k, "rope.freq_base", 10000, 1.0001, 1e15);
	p->rope_base_window =
	    real(k, "rope.freq_base_swa",
		 (p->arch->traits & ARCH_WINDOW_BASE) != 0 ? 10000 : p->rope_base, 1.0001, 1e15);
	p->rope_factor = real(k, "rope.scaling.factor", 0, 0, 1e9);
	if (!(p->rope_factor > 0) || name.n == 4)
		p->rope_factor = p->yarn && p->rope_factor > 0 ? p->rope_factor : 1;
	p->rope_original = whole(k, "rope.scaling.original_context_length", 0, 0, UINT32_MAX, 0);
	p->rope_original = p->rope_original > 0 ? p->rope_original : p->context;
	p->rope_gain = factor(k, "rope.scaling.attn_factor", 1);
	p->beta_fast = real(k, "rope.scaling.yarn_beta_fast", 32, 1e-6, 1e9);
	p->beta_slow = real(k, "rope.scaling.yarn_beta_slow", 1, 1e-6, 1e9);
	p->log_multiplier = real(k, "rope.scaling.yarn_log_multiplier", 0, -1e6, 1e6);
	mixed = real(k, "rope.scaling.yarn_ext_factor", -1, -1e6, 1e6);
	if (p->yarn && mixed >= 0 && !(mixed >= 1 && mixed <= 1))
		refuse(k, OW_E_UNCHECKED, "rope.scaling.yarn_ext_factor", "is not 1");
	if (p->yarn)
		p->rope_gain *=
		    yarn_gain(p->rope_factor, 1) /
		    (p->log_multiplier > 0 ? yarn_gain(p->rope_factor, p->log_multiplier) : 1);
	if ((p->arch->traits & ARCH_ROPE_FINETUNED) != 0)
		p->rope_off = !flag(k, "rope.scaling.finetuned", true);
	/* models made for long contexts are run as such, however short the text */
	p->long_factors = (p->context > 4096 ? p->context : 4096) > p->rope_original;
}

static void read_scales(const struct keys *k, struct params *p)
{
	uint32_t traits = p->arch->traits;
	bool layer = (traits & ARCH_LAYERNORM) != 0;
	const char *eps =
	    layer ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon";
	double root = 1 / __builtin_sqrt((double)p->head);

	if (find(k, eps) == NULL)
		refuse(k, OW_E_FORMAT, eps, "is missing");
	p->eps = (float)real(k, eps, 0, 0, 1);
	p->embed_scale = p->residual_scale = p->logit_scale = 1;
	p->attn_scale = (float)root;
	if ((traits & ARCH_EMBED_SQRT) != 0)
		p->embed_scale = __builtin_sqrtf((float)p->dim);
	if ((traits & ARCH_GEMMA_SCALE) != 0 && p->layers == p->arch->big_layers)
		p->attn_scale = (float)(1 / __builtin_sqrt((double)p->dim / p->heads));
	if ((traits & ARCH_MULTIPLIERS) != 0) {
		p->embed_scale = (float)factor(k, "embedding_scale", 1);
		p->residual_scale = (float)factor(k, "residual_scale", 1);
		p->logit_scale = 1 / (float)factor(k, "logit_scale", 1);
	}
	if ((traits & (ARCH_MULTIPLIERS | ARCH_TEMPERATURE)) != 0)
		p->attn_scale = (float)factor(k, "attention.scale", root);
	if ((traits & ARCH_LOGIT_SCALE) != 0)
		p->logit_scale = (float)factor(k, "logit_scale", 1);
	if ((traits & ARCH_SOFTCAP) != 0)
		p->attn_cap = (float)real(k, "attn_logit_softcapping", 50, 0, 1e6);
	if ((traits & (ARCH_SOFTCAP | ARCH_WINDOW_BASE)) != 0)
		p->final_cap = (float)real(k, "final_logit_softcapping",
					   (traits & ARCH_SOFTCAP) != 0 ? 30 : 0, 0, 1e6);
	if ((traits & ARCH_TEMPERATURE) != 0)
		p->temp_scale = (float)real(k, "attention.temperature_scale", 0, -1e3, 1e3);
}

int params_read(const struct gguf *g, struct params *out, struct ow_error *err)
{
	struct ow_view name = {0};
	struct params p = {0};
	char known[ARCH_NAMES];
	struct keys k = {.g = g, .err = err};

	if (!gguf_text(gguf_find(g, "general.architecture"), &name))
		return err_set(err, OW_E_FORMAT, "general.architecture is missing");
	p.arch = arch_find((const char *)name.p, name.n);
	if (p.arch == NULL)
		return err_set(
		    err, OW_E_UNCHECKED, "architecture %.*s is not known here (known: %s)",
		    (int)(name.n < 64 ? name.n : 64), (const char *)name.p, arch_names(known));
	k.arch = p.arch->name;
	read_shape(&k, &p);
	if (failed(&k))
		return err->code;
	read_experts(&k, &p);
	read_window(&k, &p);
	read_rope(&k, &p);
	read_scales(&k, &p);
	if (failed(&k))
		return err->code;
	*out = p;
	return 0;
}
