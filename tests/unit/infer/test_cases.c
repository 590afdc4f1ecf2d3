/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The built-in model with one thing of its header changed: what a model may not say of itself.
 */
#include <stdio.h>

#include "infer/model.h"
#include "infer/tiny.h"
#include "infer/tok.h"
#include "support/gguf_maker.h"
#include "support/support.h"

static struct ow_error err;

/* A key in the place of the one of its name, or in addition. */
struct change {
	const char *key;
	struct buf value; /* the whole entry, as it stands in a file */
};

static void copy_key(const struct gguf_key *k, struct buf *out)
{
	gg_bytes(out, k->name.p, k->name.n);
	gg_u32(out, k->type);
	if (k->type == GGUF_ARRAY) {
		gg_u32(out, k->item);
		gg_u64(out, k->n);
	}
	buf_add(out, k->values.p, k->values.n);
}

static void copy_tensor(const struct gguf *g, const struct gguf_tensor *t, struct buf *out)
{
	gg_bytes(out, t->name.p, t->name.n);
	gg_u32(out, t->n_dims);
	for (uint32_t i = 0; i < t->n_dims; i++)
		gg_u64(out, t->dim[i]);
	gg_u32(out, t->type);
	gg_u64(out, t->off - g->data);
}

static bool named(const struct gguf_key *k, const char *name)
{
	return k->name.n == strlen(name) && memcmp(k->name.p, name, k->name.n) == 0;
}

/* The built-in model with these keys. */
static void rebuild(struct change *changes, size_t n, struct buf *out)
{
	struct ow_view view = tiny_model();
	struct inspect_src src = inspect_memory(&view);
	OW_AUTO(gguf_done) struct gguf g = {0};
	uint64_t n_keys = n;

	ck_ok(gguf_read(&src, &g, &err));
	for (size_t i = 0; i < g.n_keys; i++) {
		n_keys++;
		for (size_t c = 0; c < n; c++)
			n_keys -= named(&g.keys[i], changes[c].key);
	}
	gg_head(out, 3, g.n_tensors, n_keys);
	for (size_t i = 0; i < g.n_keys; i++) {
		bool changed = false;

		for (size_t c = 0; c < n; c++)
			changed = changed || named(&g.keys[i], changes[c].key);
		if (!changed)
			copy_key(&g.keys[i], out);
	}
	for (size_t c = 0; c < n; c++)
		buf_add(out, changes[c].value.p, changes[c].value.n);
	for (size_t i = 0; i < g.n_tensors; i++)
		copy_tensor(&g, &g.tensors[i], out);
	gg_pad(out, (size_t)g.alignment);
	buf_add(out, view.p + g.data, view.n - (size_t)g.data);
}

/* Load the model and its tokenizer; releases the changes. */
static int load(struct change *changes, size_t n, struct ow_error *e)
{
	OW_AUTO(buf_done) struct buf file = {0};
	OW_AUTO(model_free) struct model *m = NULL;
	OW_AUTO(tok_free) struct tok *t = NULL;
	struct model_opts opts = {.threads = 1};
	struct inspect_src src;
	struct ow_view view;

	rebuild(changes, n, &file);
	for (size_t i = 0; i < n; i++)
		buf_done(&changes[i].value);
	view = (struct ow_view){file.p, file.n};
	src = inspect_memory(&view);
	return model_load(&src, 1, &opts, &m, e) < 0 ? e->code : tok_new(&m->files[0].head, &t, e);
}

static struct change number(const char *key, uint32_t value)
{
	struct change c = {.key = key};

	gg_key_u32(&c.value, key, value);
	return c;
}

enum {
	VOCAB = 448
};

/* Token texts "t0", "t1", …, but for the last, and types of which the last is given. */
static struct change texts(uint32_t n, const char *last)
{
	struct change c = {.key = "tokenizer.ggml.tokens"};

	gg_array(&c.value, c.key, GGUF_STRING, n);
	for (uint32_t i = 0; i < n; i++) {
		char text[16];

		(void)snprintf(text, sizeof text, "t%u", i);
		gg_text(&c.value, i + 1 < n ? text : last);
	}
	return c;
}

static struct change types(uint32_t n, uint32_t last)
{
	struct change c = {.key = "tokenizer.ggml.token_type"};

	gg_array(&c.value, c.key, GGUF_I32, n);
	for (uint32_t i = 0; i < n; i++)
		gg_u32(&c.value, i + 1 < n ? 1 : last);
	return c;
}

/* The tokenizer of the other kind, in which bytes have tokens of their own. */
static struct change pieces(void)
{
	struct change c = {.key = "tokenizer.ggml.model"};

	gg_key_text(&c.value, c.key, "llama");
	return c;
}

static struct change scores(uint32_t n)
{
	struct change c = {.key = "tokenizer.ggml.scores"};

	gg_array(&c.value, c.key, GGUF_F32, n);
	for (uint32_t i = 0; i < n; i++)
		gg_u32(&c.value, 0);
	return c;
}

START_TEST(the_model_itself_is_taken_and_so_is_a_harmless_change)
{
	struct change c[] = {number("general.file_type", 7)};
	struct change more[] = {pieces(), scores(VOCAB), texts(VOCAB, "<0x0A>"), types(VOCAB, 6)};

	ck_ok(load(NULL, 0, &err));
	ck_ok(load(c, 1, &err));
	ck_ok(load(more, 4, &err));
}
END_TEST

START_TEST(attack_F15_special_ids_and_lists_that_do_not_fit_the_vocabulary)
{
	static const char *const ids[] = {"tokenizer.ggml.bos_token_id",
					  "tokenizer.ggml.eos_token_id",
					  "tokenizer.ggml.unknown_token_id"};
	struct change one[] = {texts(1, "a"), types(1, 1), number(ids[1], 2)};
	struct change bytes = {.key = "tokenizer.ggml.token_type"};
	struct change few[] = {pieces(), scores(VOCAB - 1)};

	ck_fails(load(one, 3, &err), OW_E_FORMAT);
	for (int i = 0; i < 3; i++) {
		struct change at[] = {number(ids[i], VOCAB)}, below[] = {number(ids[i], VOCAB - 1)};

		ck_fails(load(at, 1, &err), OW_E_FORMAT);
		ck_ok(load(below, 1, &err));
	}
	gg_array(&bytes.value, bytes.key, GGUF_U8, VOCAB);
	gg_fill(&bytes.value, VOCAB);
	ck_fails(load(&bytes, 1, &err), OW_E_FORMAT);
	ck_fails(load(few, 2, &err), OW_E_FORMAT);
}
END_TEST

START_TEST(attack_F16_byte_tokens_that_name_no_byte)
{
	static const char *const wrong[] = {"<0x-1>", "<0xZZ>", "<0x1>", "<0x100>", "0x41", ""};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct change c[] = {pieces(), scores(VOCAB), texts(VOCAB, wrong[i]),
				     types(VOCAB, 6)};

		ck_fails(load(c, 4, &err), OW_E_FORMAT);
	}
}
END_TEST

START_TEST(attack_F17_numbers_of_blocks_and_heads)
{
	static const struct {
		const char *key;
		uint32_t value;
	} wrong[] = {{"llama.block_count", 513},        {"llama.block_count", UINT32_MAX},
		     {"llama.block_count", 0},          {"llama.attention.head_count", 0},
		     {"llama.attention.head_count", 3}, {"llama.attention.head_count_kv", 0},
		     {"llama.embedding_length", 0},     {"llama.embedding_length", UINT32_MAX}};

	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct change c[] = {number(wrong[i].key, wrong[i].value)};

		ck_fails(load(c, 1, &err), OW_E_FORMAT);
	}
}
END_TEST

START_TEST(attack_F18_tables_of_characters_that_are_too_short)
{
	for (uint32_t n = 1; n <= 3; n++) {
		struct change c = {.key = "tokenizer.ggml.precompiled_charsmap"};

		gg_array(&c.value, c.key, GGUF_U8, n);
		gg_fill(&c.value, n);
		ck_fails(load(&c, 1, &err), OW_E_FORMAT);
	}
}
END_TEST

START_TEST(kinds_of_tokenizers_that_are_no_text)
{
	static const char *const keys[] = {"tokenizer.ggml.model", "tokenizer.ggml.pre"};

	for (size_t i = 0; i < 2; i++) {
		struct change c = number(keys[i], 7);

		ck_fails(load(&c, 1, &err), OW_E_FORMAT);
		ck_assert_ptr_nonnull(strstr(err.text, keys[i]));
		ck_assert_ptr_nonnull(strstr(err.text, "is not a text"));
	}
}
END_TEST

SUITE_MAIN("infer/cases", the_model_itself_is_taken_and_so_is_a_harmless_change,
	   attack_F15_special_ids_and_lists_that_do_not_fit_the_vocabulary,
	   attack_F16_byte_tokens_that_name_no_byte, attack_F17_numbers_of_blocks_and_heads,
	   attack_F18_tables_of_characters_that_are_too_short, kinds_of_tokenizers_that_are_no_text)
