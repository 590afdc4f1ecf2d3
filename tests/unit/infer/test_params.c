/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the keys of a model may say, and what is refused: with "could not check" where it may well be a model, only none
 * that is known here, and as malformed where it cannot be one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "infer/arch.h"
#include "support/gguf_maker.h"
#include "support/support.h"

enum {
	VALUES = 8,
	KEYS = 20
};

/* A key of the architecture; several values are a list, a real number has none. */
struct key {
	const char *name;
	uint32_t n;
	uint32_t v[VALUES];
	float real;
};

struct model {
	const char *arch;
	struct key keys[KEYS];
};

#define ONE(value) 1, {value}, 0

static const struct model deepseek = {"deepseek2",
				      {{"block_count", ONE(3)},
				       {"embedding_length", ONE(64)},
				       {"attention.head_count", ONE(4)},
				       {"attention.head_count_kv", ONE(1)},
				       {"attention.key_length", ONE(40)},
				       {"attention.value_length", ONE(32)},
				       {"attention.key_length_mla", ONE(32)},
				       {"attention.value_length_mla", ONE(20)},
				       {"attention.kv_lora_rank", ONE(32)},
				       {"rope.dimension_count", ONE(8)},
				       {"feed_forward_length", ONE(96)},
				       {"expert_count", ONE(8)},
				       {"expert_used_count", ONE(3)},
				       {"expert_feed_forward_length", ONE(16)},
				       {"expert_shared_count", ONE(2)},
				       {"expert_gating_func", ONE(2)},
				       {"expert_group_count", ONE(4)},
				       {"expert_group_used_count", ONE(2)}}};

/* Keys and values are made for every head, which is as long as their number lets it be. */
static const struct model unpacked = {"deepseek2",
				      {{"block_count", ONE(2)},
				       {"embedding_length", ONE(64)},
				       {"attention.head_count", ONE(4)},
				       {"attention.kv_lora_rank", ONE(32)},
				       {"rope.dimension_count", ONE(4)},
				       {"feed_forward_length", ONE(96)}}};

/* Experts in every block, and no net whose width could be theirs. */
static const struct model shareless = {"deepseek2",
				       {{"block_count", ONE(2)},
					{"embedding_length", ONE(64)},
					{"attention.head_count", ONE(4)},
					{"attention.kv_lora_rank", ONE(32)},
					{"rope.dimension_count", ONE(4)},
					{"expert_count", ONE(8)},
					{"expert_used_count", ONE(3)},
					{"expert_feed_forward_length", ONE(16)},
					{"expert_shared_count", ONE(2)},
					{"expert_gating_func", ONE(2)}}};

static const struct model lfm = {"lfm2",
				 {{"block_count", ONE(4)},
				  {"embedding_length", ONE(64)},
				  {"attention.head_count", ONE(4)},
				  {"attention.head_count_kv", 4, {0, 2, 0, 1}, 0},
				  {"feed_forward_length", ONE(96)},
				  {"shortconv.l_cache", ONE(3)}}};

static const struct model gemma = {"gemma4",
				   {{"block_count", ONE(5)},
				    {"embedding_length", ONE(64)},
				    {"attention.head_count", ONE(4)},
				    {"attention.head_count_kv", ONE(2)},
				    {"attention.key_length", ONE(32)},
				    {"attention.value_length", ONE(32)},
				    {"attention.sliding_window", ONE(6)},
				    {"attention.sliding_window_pattern", 5, {1, 1, 0, 1, 0}, 0},
				    {"attention.shared_kv_layers", ONE(2)},
				    {"rope.freq_base_swa", 0, {0}, 10000},
				    {"feed_forward_length", ONE(96)}}};

static const struct model qwen = {"qwen35",
				  {{"block_count", ONE(4)},
				   {"embedding_length", ONE(64)},
				   {"attention.head_count", ONE(4)},
				   {"attention.head_count_kv", ONE(2)},
				   {"feed_forward_length", ONE(96)},
				   {"rope.dimension_count", ONE(8)},
				   {"rope.dimension_sections", 4, {2, 1, 1, 0}, 0},
				   {"ssm.conv_kernel", ONE(4)},
				   {"ssm.state_size", ONE(16)},
				   {"ssm.group_count", ONE(2)},
				   {"ssm.time_step_rank", ONE(4)},
				   {"ssm.inner_size", ONE(64)}}};

static const struct model mixture = {"qwen3moe",
				     {{"block_count", ONE(2)},
				      {"embedding_length", ONE(64)},
				      {"attention.head_count", ONE(4)},
				      {"expert_count", ONE(4)},
				      {"expert_used_count", ONE(2)},
				      {"expert_feed_forward_length", ONE(16)}}};

static void add_key(struct buf *b, const char *arch, const struct key *k)
{
	char name[128];

	(void)snprintf(name, sizeof name, "%s.%s", arch, k->name);
	if (k->n > 1)
		gg_array(b, name, 4, k->n);
	else
		gg_key(b, name, k->n == 1 ? 4 : 6);
	for (uint32_t i = 0; i < k->n; i++)
		gg_u32(b, k->v[i]);
	if (k->n == 0)
		buf_add(b, &k->real, sizeof k->real);
}

/* Read the keys of a model with one of them changed, or left out if it has no value; NULL: as they are. */
static int read_keys(const struct model *m, const struct key *change, struct params *p,
		     struct ow_error *err)
{
	OW_AUTO(buf_done) struct buf keys = {0}, file = {0};
	struct key eps = {"attention.layer_norm_rms_epsilon", 0, {0}, 1e-5F};
	bool out = change != NULL && change->n == 0 && !(change->real > 0);
	uint64_t n = 2;
	struct gguf g;

	gg_key_text(&keys, "general.architecture", m->arch);
	add_key(&keys, m->arch, &eps);
	for (size_t i = 0; i < KEYS && m->keys[i].name != NULL; i++) {
		if (change != NULL && strcmp(m->keys[i].name, change->name) == 0)
			continue;
		add_key(&keys, m->arch, &m->keys[i]);
		n++;
	}
	if (change != NULL && !out) {
		add_key(&keys, m->arch, change);
		n++;
	}
	gg_head(&file, 3, 0, n);
	buf_add(&file, keys.p, keys.n);
	gg_pad(&file, 32);

	struct ow_view view = {file.p, file.n};
	struct inspect_src src = inspect_memory(&view);
	int result;

	ck_assert_int_eq(gguf_read(&src, &g, err), 0);
	result = params_read(&g, p, err);
	gguf_done(&g);
	return result;
}

START_TEST(keys_that_fit_are_read)
{
	const struct model *const all[] = {&deepseek, &unpacked, &lfm, &gemma, &qwen, &mixture};
	static struct params p;
	struct ow_error err = {0};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		ck_ok(read_keys(all[i], NULL, &p, &err));
	ck_ok(read_keys(&lfm, NULL, &p, &err));
	ck_assert_int_eq(p.block[0].mixer, MIX_CONV);
	ck_assert_int_eq(p.block[1].mixer, MIX_ATTEND);
	ck_assert_uint_eq(p.block[3].kv_heads, 1);
	ck_ok(read_keys(&gemma, NULL, &p, &err));
	ck_assert_uint_eq(p.block[3].source, 1);
	ck_assert_uint_eq(p.block[4].source, 2);
	ck_ok(read_keys(&qwen, NULL, &p, &err));
	ck_assert_int_eq(p.block[2].mixer, MIX_DELTA);
	ck_assert_int_eq(p.block[3].mixer, MIX_ATTEND);
	ck_ok(read_keys(&deepseek, &(struct key){"nextn_predict_layers", ONE(1)}, &p, &err));
	ck_assert_uint_eq(p.layers, 2);
}
END_TEST

static const struct {
	const struct model *model;
	struct key change;
	enum ow_code code;
	const char *text;
} refused[] = {
    {&deepseek, {"expert_gating_func", ONE(3)}, OW_E_UNCHECKED, "neither softmax nor sigmoid"},
    {&deepseek, {"expert_gating_func", ONE(1)}, OW_E_UNCHECKED, "more than 1 with softmax"},
    {&deepseek, {"expert_group_count", ONE(3)}, OW_E_FORMAT, "does not fit the experts"},
    {&deepseek, {"expert_group_used_count", ONE(1)}, OW_E_FORMAT, "does not fit the experts"},
    {&deepseek, {"attention.kv_lora_rank", 0, {0}, 0}, OW_E_FORMAT, "kv_lora_rank is missing"},
    {&deepseek, {"attention.key_length_mla", ONE(8)}, OW_E_FORMAT, "not less than a key"},
    {&deepseek, {"attention.head_count", 2, {4, 4}, 0}, OW_E_FORMAT, "one whole number a block"},
    {&unpacked, {"attention.head_count", 2, {4, 8}, 0}, OW_E_UNCHECKED, "from block to block"},
    {&shareless, {"expert_feed_forward_length", 0, {0}, 0}, OW_E_FORMAT, "length is missing"},
    {&deepseek, {"nextn_predict_layers", ONE(3)}, OW_E_FORMAT, "must be 0 to 2"},
    {&lfm, {"shortconv.l_cache", 0, {0}, 0}, OW_E_FORMAT, "l_cache is missing"},
    {&lfm, {"shortconv.l_cache", ONE(1)}, OW_E_FORMAT, "must be 2 to 16"},
    {&lfm, {"attention.head_count_kv", 4, {0, 3, 0, 1}, 0}, OW_E_FORMAT, "does not divide"},
    {&lfm, {"expert_count", ONE(2)}, OW_E_UNCHECKED, "not known in this architecture"},
    {&gemma, {"attention.sliding_window_pattern", ONE(6)}, OW_E_UNCHECKED, "is no list"},
    {&gemma, {"attention.sliding_window", 0, {0}, 0}, OW_E_UNCHECKED, "no windows"},
    {&gemma, {"attention.shared_kv_layers", ONE(1)}, OW_E_UNCHECKED, "without a like one"},
    {&gemma, {"attention.head_count_kv", 5, {2, 2, 2, 2, 1}, 0}, OW_E_UNCHECKED, "a like one"},
    {&gemma, {"rope.scaling.factor", 0, {0}, 4}, OW_E_UNCHECKED, "is not 1"},
    {&gemma, {"rope.freq_base_swa", 0, {0}, 0}, OW_E_UNCHECKED, "is missing"},
    {&qwen, {"ssm.inner_size", ONE(48)}, OW_E_FORMAT, "does not fit the heads"},
    {&qwen, {"ssm.group_count", ONE(3)}, OW_E_FORMAT, "does not fit the heads"},
    {&qwen, {"ssm.state_size", 0, {0}, 0}, OW_E_FORMAT, "state_size is missing"},
    {&qwen, {"rope.dimension_sections", 4, {2, 2, 0, 0}, 0}, OW_E_UNCHECKED, "leaves out pairs"},
    {&qwen, {"attention.recurrent_layers", 2, {1, 1}, 0}, OW_E_FORMAT, "one truth value a block"},
    {&qwen, {"attention.key_length", ONE(32)}, OW_E_UNCHECKED, "not the length of a key"},
    {&mixture, {"embedding_length", ONE(8192)}, OW_E_FORMAT, "must be 1 to 1024"},
    {&mixture, {"expert_group_count", ONE(2)}, OW_E_UNCHECKED, "is more than 1"},
};

START_TEST(keys_of_models_not_known_here_are_refused)
{
	static struct params p;

	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
		struct ow_error err = {0};

		ck_assert_msg(read_keys(refused[i].model, &refused[i].change, &p, &err) < 0,
			      "%s %s is accepted", refused[i].model->arch, refused[i].change.name);
		ck_assert_msg(err.code == refused[i].code, "%s: %s", refused[i].change.name,
			      err.text);
		ck_assert_msg(strstr(err.text, refused[i].text) != NULL, "%s", err.text);
	}
}
END_TEST

SUITE_MAIN("infer/params", keys_that_fit_are_read, keys_of_models_not_known_here_are_refused)
