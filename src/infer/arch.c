/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/arch.h"

#include <stdio.h>
#include <string.h>

static const struct arch table[] = {
    {"llama", ROPE_NORM, .traits = ARCH_FFN_SCALES | ARCH_EXPERTS},
    {"mistral3", ROPE_NORM, .traits = ARCH_FFN_SCALES | ARCH_EXPERTS | ARCH_TEMPERATURE},
    {"qwen2", ROPE_NEOX, .traits = 0},
    {"qwen3", ROPE_NEOX, .traits = ARCH_QK_NORM | ARCH_FFN_SCALES},
    {"qwen3moe", ROPE_NEOX, .traits = ARCH_QK_NORM | ARCH_FFN_SCALES | ARCH_EXPERTS},
    {"qwen35", ROPE_NEOX,
     .traits = ARCH_DELTA | ARCH_QK_NORM | ARCH_FFN_POST_NAME | ARCH_FFN_SCALES},
    {"qwen35moe", ROPE_NEOX,
     .traits = ARCH_DELTA | ARCH_QK_NORM | ARCH_FFN_POST_NAME | ARCH_FFN_SCALES | ARCH_EXPERTS},
    {"gemma", ROPE_NEOX, .traits = ARCH_EMBED_SQRT | ARCH_TIED, .gate = GATE_GELU},
    {"gemma2", ROPE_NEOX, .traits = ARCH_EMBED_SQRT | ARCH_POST_NORM | ARCH_SOFTCAP,
     .gate = GATE_GELU, .period = 2, .big_layers = 46},
    {"gemma3", ROPE_NEOX,
     .traits = ARCH_EMBED_SQRT | ARCH_POST_NORM | ARCH_QK_NORM | ARCH_WINDOW_BASE,
     .gate = GATE_GELU, .period = 6, .big_layers = 62},
    {"gemma4", ROPE_NEOX,
     .traits = ARCH_GEMMA_4 | ARCH_EMBED_SQRT | ARCH_POST_NORM | ARCH_QK_NORM | ARCH_WINDOW_BASE |
	       ARCH_EXPERTS | ARCH_FFN_SCALES,
     .gate = GATE_GELU, .period = 1},
    {"phi3", ROPE_NEOX, .traits = ARCH_FUSED_QKV | ARCH_FUSED_GATE | ARCH_LONG_ROPE},
    {"granite", ROPE_NORM, .traits = ARCH_MULTIPLIERS | ARCH_ROPE_FINETUNED},
    {"granitemoe", ROPE_NORM, .traits = ARCH_MULTIPLIERS | ARCH_EXPERTS},
    {"smollm3", ROPE_NORM, .traits = ARCH_ROPE_NOT_4TH},
    {"olmo2", ROPE_NEOX,
     .traits = ARCH_NO_PRE_NORM | ARCH_POST_NORM | ARCH_QK_NORM_ALL | ARCH_WINDOW_PLAIN,
     .period = 4},
    {"cohere2", ROPE_NORM,
     .traits = ARCH_LAYERNORM | ARCH_PARALLEL | ARCH_LOGIT_SCALE | ARCH_ROPE_WINDOW | ARCH_TIED |
	       ARCH_FFN_SCALES,
     .period = 4},
    {"command-r", ROPE_NORM,
     .traits = ARCH_LAYERNORM | ARCH_PARALLEL | ARCH_LOGIT_SCALE | ARCH_TIED | ARCH_FFN_SCALES},
    {"exaone4", ROPE_NEOX,
     .traits = ARCH_NO_PRE_NORM | ARCH_POST_NORM | ARCH_QK_NORM | ARCH_ROPE_WINDOW, .period = 4,
     .window_from = 64},
    {"ernie4_5", ROPE_NORM, .traits = 0},
    {"glm4", ROPE_NORM, .traits = ARCH_POST_NORM | ARCH_FUSED_GATE},
    {"gpt-oss", ROPE_NEOX,
     .traits = ARCH_EXPERTS | ARCH_SINKS | ARCH_FFN_POST_NAME | ARCH_TOP_SOFTMAX, .gate = GATE_OAI,
     .period = 2},
    {"deepseek2", ROPE_NORM,
     .traits = ARCH_LATENT | ARCH_EXPERTS | ARCH_LEADING | ARCH_GATING | ARCH_TEMPERATURE},
    {"lfm2", ROPE_NEOX, .traits = ARCH_CONV | ARCH_QK_NORM, .period = UINT32_MAX},
    {"lfm2moe", ROPE_NEOX,
     .traits = ARCH_CONV | ARCH_QK_NORM | ARCH_EXPERTS | ARCH_LEADING | ARCH_GATING},
};

const struct arch *arch_find(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (strlen(table[i].name) == n && memcmp(table[i].name, name, n) == 0)
			return &table[i];
	return NULL;
}

const char *arch_names(char out[ARCH_NAMES])
{
	size_t at = 0;

	for (size_t i = 0; i < sizeof table / sizeof table[0] && at < ARCH_NAMES; i++)
		at += (size_t)snprintf(out + at, ARCH_NAMES - at, "%s%s", i > 0 ? ", " : "",
				       table[i].name);
	return out;
}
