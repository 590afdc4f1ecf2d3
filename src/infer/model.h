/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * A model in memory: its weights repacked, its small vectors as floats, its numbers checked.
 */
#ifndef OW_INFER_MODEL_H
#define OW_INFER_MODEL_H

#include <owstore/id.h>

#include "base/auto.h"
#include "infer/arch.h"
#include "infer/mat.h"
#include "infer/team.h"

/* y = scale · (W x) + bias, or scale · (W x + bias), once or for each of `count` experts. */
struct linear {
	struct mat m;    /* of one expert; data of the first */
	uint32_t count;  /* 0: the model has none */
	float *bias;     /* (count, rows padded to 16), or NULL */
	float *scale;    /* (count), or NULL */
	bool scale_last; /* it scales the bias, too */
	uint32_t file;   /* where its rows stand: number of the file, */
	uint64_t off;    /* first byte, */
	uint64_t stride; /* and from expert to expert */
};

/* The matrices of a block, with their names in the file up to the dot: those of attention; MIX_LATENT, to the short
 * vector of queries, to that of keys and values with the part of keys that has positions, and from there all heads'
 * keys and values, or the heads' matrices transposed and those of values; MIX_CONV; MIX_DELTA, queries, keys and values,
 * what gates the result, how much is kept and how much is written; the net, experts, the expert that all tokens share;
 * what a token brings to this block alone.
 */
#define MODEL_LINS(X)                                                                              \
	X(LIN_Q, "attn_q")                                                                         \
	X(LIN_K, "attn_k")                                                                         \
	X(LIN_V, "attn_v")                                                                         \
	X(LIN_O, "attn_output")                                                                    \
	X(LIN_Q_A, "attn_q_a")                                                                     \
	X(LIN_Q_B, "attn_q_b")                                                                     \
	X(LIN_KV_A, "attn_kv_a_mqa")                                                               \
	X(LIN_KV_B, "attn_kv_b")                                                                   \
	X(LIN_K_B, "attn_k_b")                                                                     \
	X(LIN_V_B, "attn_v_b")                                                                     \
	X(LIN_CONV_IN, "shortconv.in_proj")                                                        \
	X(LIN_CONV_OUT, "shortconv.out_proj")                                                      \
	X(LIN_DELTA_IN, "attn_qkv")                                                                \
	X(LIN_DELTA_GATE, "attn_gate")                                                             \
	X(LIN_ALPHA, "ssm_alpha")                                                                  \
	X(LIN_BETA, "ssm_beta")                                                                    \
	X(LIN_DELTA_OUT, "ssm_out")                                                                \
	X(LIN_GATE, "ffn_gate")                                                                    \
	X(LIN_UP, "ffn_up")                                                                        \
	X(LIN_DOWN, "ffn_down")                                                                    \
	X(LIN_ROUTER, "ffn_gate_inp")                                                              \
	X(LIN_GATE_X, "ffn_gate_exps")                                                             \
	X(LIN_UP_X, "ffn_up_exps")                                                                 \
	X(LIN_DOWN_X, "ffn_down_exps")                                                             \
	X(LIN_GATE_S, "ffn_gate_shexp")                                                            \
	X(LIN_UP_S, "ffn_up_shexp")                                                                \
	X(LIN_DOWN_S, "ffn_down_shexp")                                                            \
	X(LIN_SHARED_GATE, "ffn_gate_inp_shexp")                                                   \
	X(LIN_OWN_IN, "inp_gate")                                                                  \
	X(LIN_OWN_OUT, "proj")

/* The vectors of a block: norms and sinks of attention; MIX_LATENT; what is added to experts' scores for choosing them, not
 * to their weights; of experts beside the net the norms of the router's and the experts' input and of the net's result
 * and theirs; a factor (1); MIX_DELTA, (v_heads) the bias of alpha and what the exponent is multiplied by; the kernel of
 * a convolution (channels, 16), its oldest tap first.
 */
#define MODEL_VECS(X)                                                                              \
	X(VEC_ATTN_NORM, "attn_norm.weight")                                                       \
	X(VEC_ATTN_POST, "post_attention_norm.weight")                                             \
	X(VEC_FFN_NORM, "ffn_norm.weight")                                                         \
	X(VEC_FFN_POST, "post_ffw_norm.weight")                                                    \
	X(VEC_Q_NORM, "attn_q_norm.weight")                                                        \
	X(VEC_K_NORM, "attn_k_norm.weight")                                                        \
	X(VEC_SINKS, "attn_sinks.weight")                                                          \
	X(VEC_Q_A_NORM, "attn_q_a_norm.weight")                                                    \
	X(VEC_KV_A_NORM, "attn_kv_a_norm.weight")                                                  \
	X(VEC_ROUTER_BIAS, "exp_probs_b.bias")                                                     \
	X(VEC_ROUTER_SCALE, "ffn_gate_inp.scale")                                                  \
	X(VEC_FFN_NORM_X, "pre_ffw_norm_2.weight")                                                 \
	X(VEC_FFN_POST_1, "post_ffw_norm_1.weight")                                                \
	X(VEC_FFN_POST_2, "post_ffw_norm_2.weight")                                                \
	X(VEC_OWN_POST, "post_norm.weight")                                                        \
	X(VEC_OUT_SCALE, "layer_output_scale.weight")                                              \
	X(VEC_DT, "ssm_dt.bias")                                                                   \
	X(VEC_A, "ssm_a")                                                                          \
	X(VEC_DELTA_NORM, "ssm_norm.weight")                                                       \
	X(VEC_TAPS, "shortconv.conv.weight")

#define MODEL_NUMBER(number, name) number,
#define MODEL_NAME(number, name)   name,
enum lin {
	MODEL_LINS(MODEL_NUMBER) LIN_COUNT
};
enum vec {
	MODEL_VECS(MODEL_NUMBER) VEC_COUNT
};

struct layer {
	struct linear lin[LIN_COUNT];
	float *vec[VEC_COUNT]; /* padded to 16 with zeros; NULL: none */
	struct ow_id digest;   /* streamed: of the matrices as they stood in the files at first */
};

/* One file of a model; most have one. */
struct model_file {
	struct inspect_src src;
	struct gguf head;
	struct ow_id digest;
};

struct model_opts {
	unsigned threads; /* for loading */
	uint64_t memory;  /* more bytes of weights than this are streamed; 0: no limit */
};

struct model {
	struct params p;
	struct model_file *files;
	size_t n_files;
	struct layer *layers;
	struct linear embed, output; /* output.count 0: the embedding is used */
	struct linear own;           /* what a token brings to the blocks: (vocab, all of them), */
	struct linear own_proj;      /* and what is made of its embedding */
	float *output_norm, *own_norm;
	float *rope_factors, *rope_long, *rope_short; /* (rot / 2), or NULL */
	struct rope rope, rope_window;
	bool streamed;    /* layers are loaded one at a time, by model_layer */
	uint8_t *weights; /* of all layers, or of the one at hand */
	size_t weights_size;
	uint8_t *common; /* embedding and output */
	size_t common_size;
	uint8_t *slab[2]; /* reading ahead; while loading, or always if streamed */
	size_t slab_size;
	void **owned; /* vectors */
	size_t n_owned, cap_owned;
	uint64_t file_bytes; /* of all files */
	int64_t at_hand;     /* streamed: the layer in memory, or -1 */
};

/* Read the headers of n files (src[0] the first of a split model, in order), which is enough for its tokenizer.
 *
 * The sources must stay until model_free. OW_E_FORMAT: malformed; OW_E_IO.
 */
OW_MUST_USE int model_open(const struct inspect_src *src, size_t n, struct model **out,
			   struct ow_error *err);

/* See whether keys and tensors of an opened model make one; only vectors are read.
 *
 * OW_E_FORMAT; OW_E_UNCHECKED: an architecture, tensor or type the engine does not know; OW_E_IO. After a
 * failure the model is good for its tokenizer and model_free only.
 */
OW_MUST_USE int model_plan(struct model *m, struct ow_error *err);

/* Read the weights of an opened model (planned here if it was not), once, hashing all bytes on the way. Errors as of
 * model_plan; after a failure the model is good for model_free only.
 */
OW_MUST_USE int model_fill(struct model *m, const struct model_opts *opts, struct ow_error *err);

/* Both. */
OW_MUST_USE int model_load(const struct inspect_src *src, size_t n, const struct model_opts *opts,
			   struct model **out, struct ow_error *err);
void model_free(struct model *m);
OW_DEFINE_AUTO(struct model *, model_free)

/* Make a layer's weights present; nothing to do unless the model is streamed. OW_E_INTEGRITY: they are not what they were
 * when model_fill read them; OW_E_IO.
 */
OW_MUST_USE int model_layer(struct model *m, uint32_t layer, struct team *team,
			    struct ow_error *err);

/* --- between the files of model loading --- */

/* Find the place of every tensor (model_place.c); weights have no memory yet. */
OW_MUST_USE int model_place(struct model *m, struct ow_error *err);

/* Read, hash and repack (model_read.c): everything, or for streaming what is common. */
OW_MUST_USE int model_read(struct model *m, const struct model_opts *opts, struct ow_error *err);

#endif
