/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Architectures as data. Every model here is the same walk, a norm, attention, a norm, a feed-forward net, added
 * to a running sum; a row of the table says where an architecture differs.
 */
#ifndef OW_INFER_ARCH_H
#define OW_INFER_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "infer/rope.h"
#include "inspect/gguf.h"

enum arch_trait {
	ARCH_LAYERNORM = 1U << 0,     /* norms subtract the mean */
	ARCH_NO_PRE_NORM = 1U << 1,   /* attention and net read the sum as it is */
	ARCH_POST_NORM = 1U << 2,     /* their results are normed before they are added */
	ARCH_FFN_POST_NAME = 1U << 3, /* the net's norm is called post_attention_norm */
	ARCH_PARALLEL = 1U << 4,      /* the net reads what attention reads */
	ARCH_QK_NORM = 1U << 5,       /* queries and keys are normed, head by head */
	ARCH_QK_NORM_ALL = 1U << 6,   /* … or all heads together */
	ARCH_EMBED_SQRT = 1U << 7,    /* embeddings are multiplied by √dim */
	ARCH_LEADING = 1U << 8,      /* the first blocks have a net even if the model has experts */
	ARCH_GATING = 1U << 9,       /* keys say how scores become weights of experts */
	ARCH_SOFTCAP = 1U << 10,     /* scores and logits are squeezed by tanh */
	ARCH_MULTIPLIERS = 1U << 11, /* embedding, residual, attention and 1/logit multipliers */
	ARCH_LOGIT_SCALE = 1U << 12, /* logits are multiplied */
	ARCH_SINKS = 1U << 13,       /* a learned score that takes weight and gives nothing */
	ARCH_FUSED_QKV = 1U << 14,   /* one matrix may hold queries, keys and values */
	ARCH_FUSED_GATE = 1U << 15,  /* ffn_up holds the gate's rows, then the others */
	ARCH_LONG_ROPE = 1U << 16,   /* two sets of rope factors, by the length of the context */
	ARCH_ROPE_WINDOW = 1U << 17, /* only layers with a window have positions */
	ARCH_ROPE_NOT_4TH = 1U << 18,   /* every fourth layer has none */
	ARCH_ROPE_FINETUNED = 1U << 19, /* a key says whether any has */
	ARCH_WINDOW_BASE = 1U << 20,    /* layers with a window have an own rope base, unscaled */
	ARCH_WINDOW_PLAIN = 1U << 21,   /* … or the same base, unscaled */
	ARCH_FFN_SCALES = 1U << 22,     /* X.scale counts in the net, not only in attention */
	ARCH_EXPERTS = 1U << 23,        /* may have experts in place of the net */
	ARCH_TOP_SOFTMAX = 1U << 24, /* expert weights are the softmax of the chosen scores alone */
	ARCH_TIED = 1U << 25,        /* logits always come from the embedding matrix */
	ARCH_LATENT = 1U << 26,      /* keys and values are made of one short vector a token */
	ARCH_TEMPERATURE = 1U << 27, /* queries grow with the logarithm of their position */
	ARCH_CONV = 1U << 28,        /* blocks without key-value heads are short convolutions */
	ARCH_DELTA = 1U << 30,       /* most blocks are linear attention, the others have gates */
	ARCH_GEMMA_4 = 1U << 29, /* values are normed, scores not scaled, windows' positions have no
				    factors; experts stand beside the net; what each block adds for a
				    token may be in the file */
};

/* What the net does to its gate. */
enum arch_gate {
	GATE_SILU,
	GATE_GELU, /* tanh form */
	GATE_OAI,  /* the clamped sigmoid of gpt-oss */
};

struct arch {
	const char *name;
	enum rope_pairing pairing;
	uint32_t traits;
	enum arch_gate gate;
	uint32_t period;      /* windows: each layer but every period-th has one; 0: none */
	uint32_t big_layers;  /* models of so many layers scale queries by dim / heads */
	uint32_t window_from; /* windows only in models of at least so many layers */
};

/* The row of an architecture, or NULL. */
const struct arch *arch_find(const char *name, size_t n);

/* All names for people, "llama, qwen2, …", into out. */
enum {
	ARCH_NAMES = 512
};
const char *arch_names(char out[ARCH_NAMES]);

/* How a block lets a token hear the ones before it. */
enum mixer {
	MIX_ATTEND,
	MIX_LATENT, /* attention over short vectors (DeepSeek's MLA) */
	MIX_CONV,   /* a short convolution (LFM2) */
	MIX_DELTA,  /* linear attention by the gated delta rule (Qwen 3.5) */
};

/* What may differ from block to block. */
struct block {
	enum mixer mixer;
	bool window, experts;
	uint32_t source; /* the block whose keys and values it reads: mostly itself */
	uint32_t heads, kv_heads;
	uint32_t head, v_head; /* dimensions of a query and key, and of a value */
	uint32_t rot;          /* how many of a query's dimensions rope turns; 0: no positions */
	uint32_t ff, ff_expert;
	float scale; /* of scores */
};

/* What a model is, from its keys. */
struct params {
	const struct arch *arch;
	uint32_t layers, dim, vocab, context;
	uint32_t layers_extra; /* further blocks of the file that predict later tokens, not run */
	uint32_t v_head;       /* the largest of all blocks */
	uint32_t rot, rot_window; /* of blocks without and with a window */
	uint32_t per_layer; /* floats that a token brings to each block, beside the embedding */
	uint32_t q_rank, kv_rank; /* MIX_LATENT: lengths of the short vectors; q_rank 0: none */
	uint32_t nope, v_latent;  /* … of a head: dimensions without positions, and of a value */
	bool absorbed;            /* … keys are never made: queries are turned towards them */
	uint32_t state, k_heads, v_heads; /* MIX_DELTA: dimensions of a head, and heads */
	uint32_t taps;                    /* MIX_CONV, MIX_DELTA: tokens that a convolution sees */
	uint32_t experts, experts_used, ff_shared, groups, groups_used;
	bool sigmoid;    /* experts' scores become weights by it, else by softmax */
	bool sum_to_1;   /* weights of the chosen do */
	uint32_t window; /* positions a layer with a window sees; 0: no windows */
	float eps;
	float attn_cap, final_cap;
	float embed_scale, residual_scale, logit_scale;
	float weights_scale;      /* of expert weights */
	float temp_scale;         /* ARCH_TEMPERATURE, 0: none */
	double temp_length;       /* … positions per step of the logarithm */
	struct rope_scaling rope; /* without the factors of the file */
	double rope_base_window;
	bool long_factors;
	size_t wide_q, wide_kv, wide_mixed, wide_ff; /* floats of a token, padded to 16 */
	struct block block[MODEL_LAYERS_MAX];
};

/* Read and check the keys of a model. OW_E_UNCHECKED: an architecture or setting the engine does not know.
 * OW_E_FORMAT: a key is missing, of the wrong type or out of range. What is in `p` after a failure is of no
 * use.
 */
OW_MUST_USE int params_read(const struct gguf *g, struct params *p, struct ow_error *err);

/* Queries, keys and values of MIX_DELTA, side by side. */
static inline size_t delta_channels(const struct params *p)
{
	return (2 * (size_t)p->k_heads + p->v_heads) * p->state;
}

#endif
