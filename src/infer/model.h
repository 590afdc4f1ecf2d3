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

enum lin {
	LIN_Q,
	LIN_K,
	LIN_V,
	LIN_O,
	LIN_Q_A,  /* MIX_LATENT: to the short vector of queries, */
	LIN_Q_B,  /* and from there; */
	LIN_KV_A, /* to the short vector of keys and values, and the part of keys with positions; */
	LIN_KV_B, /* from there, all heads' keys and values, */
	LIN_K_B,  /* or the heads' matrices transposed, */
	LIN_V_B,  /* and those of values */
	LIN_CONV_IN, /* MIX_CONV */
	LIN_CONV_OUT,
	LIN_DELTA_IN,   /* MIX_DELTA: queries, keys and values, */
	LIN_DELTA_GATE, /* what gates the result, */
	LIN_ALPHA,      /* how much is kept, */
	LIN_BETA,       /* and how much is written */
	LIN_DELTA_OUT,
	LIN_GATE,
	LIN_UP,
	LIN_DOWN,
	LIN_ROUTER,
	LIN_GATE_X, /* experts */
	LIN_UP_X,
	LIN_DOWN_X,
	LIN_GATE_S, /* the expert that all tokens share */
	LIN_UP_S,
	LIN_DOWN_S,
	LIN_SHARED_GATE,
	LIN_OWN_IN, /* what a token brings to this block alone */
	LIN_OWN_OUT,
	LIN_COUNT,
};

enum vec {
	VEC_ATTN_NORM,
	VEC_ATTN_POST,
	VEC_FFN_NORM,
	VEC_FFN_POST,
	VEC_Q_NORM,
	VEC_K_NORM,
	VEC_SINKS,
	VEC_Q_A_NORM,
	VEC_KV_A_NORM,
	VEC_ROUTER_BIAS, /* for choosing experts, not in their weights */
	VEC_ROUTER_SCALE, /* of experts beside the net: norms of the router's and the experts' input, */
	VEC_FFN_NORM_X,
	VEC_FFN_POST_1, /* and of the net's result and theirs */
	VEC_FFN_POST_2,
	VEC_OWN_POST,
	VEC_OUT_SCALE, /* (1) */
	VEC_DT, /* MIX_DELTA: (v_heads): the bias of alpha, and what the exponent is multiplied by */
	VEC_A,
	VEC_DELTA_NORM,
	VEC_TAPS, /* (channels, 16): the kernel of a convolution, its oldest tap first */
	VEC_COUNT,
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

/* Read the weights of an opened model, once, hashing all bytes on the way.
 *
 * OW_E_FORMAT; OW_E_UNCHECKED: an architecture, tensor or type the engine does not know; OW_E_IO. After a
 * failure the model is good for model_free only.
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
