/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What llama.cpp computes of a model: reference MODEL.gguf OUT.f32. Built and run by tools/reference-logits alone.
 */
#include <llama.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	PROMPT = 24
};

static int fail(const char *what)
{
	(void)fprintf(stderr, "reference: %s\n", what);
	return 1;
}

/* The prompt of tests/unit/infer/test_arch.c in one batch, with logits after every token. */
static struct llama_batch prompt_batch(uint32_t vocab)
{
	struct llama_batch b = llama_batch_init(PROMPT, 0, 1);
	uint32_t seed = 42;

	b.n_tokens = PROMPT;
	for (int i = 0; i < PROMPT; i++) {
		seed = seed * 1664525 + 1013904223;
		b.token[i] = (llama_token)(3 + (seed >> 8) % (vocab - 10));
		b.pos[i] = i;
		b.n_seq_id[i] = 1;
		b.seq_id[i][0] = 0;
		b.logits[i] = 1;
	}
	return b;
}

int main(int argc, char **argv)
{
	struct llama_context_params how = llama_context_default_params();
	struct llama_context *c = NULL;
	struct llama_model *m = NULL;
	size_t vocab;
	FILE *out;

	how.n_ctx = 512;
	how.n_threads = how.n_threads_batch = 1;
	how.type_k = how.type_v = GGML_TYPE_F32;
	how.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
	m = argc == 3 ? llama_model_load_from_file(argv[1], llama_model_default_params()) : NULL;
	c = m == NULL ? NULL : llama_init_from_model(m, how);
	if (c == NULL)
		return fail("usage: reference MODEL.gguf OUT.f32");
	vocab = (size_t)llama_vocab_n_tokens(llama_model_get_vocab(m));
	if (llama_decode(c, prompt_batch((uint32_t)vocab)) != 0)
		return fail("llama_decode");
	out = fopen(argv[2], "wbe");
	if (out == NULL ||
	    fwrite(llama_get_logits(c), sizeof(float), PROMPT * vocab, out) != PROMPT * vocab ||
	    fclose(out) != 0)
		return fail(argv[2]);
	llama_free(c);
	llama_model_free(m);
	return 0;
}
