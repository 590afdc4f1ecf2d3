/* SPDX-FileCopyrightText: 2026 The owstore authors
 * SPDX-License-Identifier: Apache-2.0
 */
#include "infer/arch.h"

#include <string.h>

/* name, pairing, traits, period of windows, layers of the largest model, least layers for windows */
static const struct arch table[] = {
    {"llama", ROPE_NORM, ARCH_FFN_SCALES | ARCH_EXPERTS, 0, 0, 0},
    {"mistral3", ROPE_NORM, ARCH_FFN_SCALES | ARCH_EXPERTS | ARCH_TEMPERATURE, 0, 0, 0},
    {"qwen2", ROPE_NEOX, 0, 0, 0, 0},
    {"qwen3", ROPE_NEOX, ARCH_QK_NORM | ARCH_FFN_SCALES, 0, 0, 0},
    {"qwen3moe", ROPE_NEOX, ARCH_QK_NORM | ARCH_FFN_SCALES | ARCH_EXPERTS, 0, 0, 0},
    {"gemma", ROPE_NEOX, ARCH_EMBED_SQRT | ARCH_GELU | ARCH_TIED, 0, 0, 0},
    {"gemma2", ROPE_NEOX,
     ARCH_EMBED_SQRT | ARCH_GELU | ARCH_POST_NORM | ARCH_SOFTCAP | ARCH_GEMMA_SCALE, 2, 46, 0},
    {"gemma3", ROPE_NEOX,
     ARCH_EMBED_SQRT | ARCH_GELU | ARCH_POST_NORM | ARCH_QK_NORM | ARCH_WINDOW_BASE |
	 ARCH_GEMMA_SCALE,
     6, 62, 0},
    {"phi3", ROPE_NEOX, ARCH_FUSED_QKV | ARCH_FUSED_GATE | ARCH_LONG_ROPE, 0, 0, 0},
    {"granite", ROPE_NORM, ARCH_MULTIPLIERS | ARCH_ROPE_FINETUNED, 0, 0, 0},
    {"granitemoe", ROPE_NORM, ARCH_MULTIPLIERS | ARCH_EXPERTS, 0, 0, 0},
    {"smollm3", ROPE_NORM, ARCH_ROPE_NOT_4TH, 0, 0, 0},
    {"olmo2", ROPE_NEOX, ARCH_NO_PRE_NORM | ARCH_POST_NORM | ARCH_QK_NORM_ALL | ARCH_WINDOW_PLAIN,
     4, 0, 0},
    {"cohere2", ROPE_NORM,
     ARCH_LAYERNORM | ARCH_PARALLEL | ARCH_LOGIT_SCALE | ARCH_ROPE_WINDOW | ARCH_TIED |
	 ARCH_FFN_SCALES,
     4, 0, 0},
    {"command-r", ROPE_NORM,
     ARCH_LAYERNORM | ARCH_PARALLEL | ARCH_LOGIT_SCALE | ARCH_TIED | ARCH_FFN_SCALES, 0, 0, 0},
    {"exaone4", ROPE_NEOX, ARCH_NO_PRE_NORM | ARCH_POST_NORM | ARCH_QK_NORM | ARCH_ROPE_WINDOW, 4,
     0, 64},
    {"ernie4_5", ROPE_NORM, 0, 0, 0, 0},
    {"glm4", ROPE_NORM, ARCH_POST_NORM | ARCH_FUSED_GATE, 0, 0, 0},
    {"gpt-oss", ROPE_NEOX,
     ARCH_EXPERTS | ARCH_OAI | ARCH_SINKS | ARCH_FFN_POST_NAME | ARCH_TOP_SOFTMAX, 2, 0, 0},
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

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		size_t n = strlen(table[i].name);

		if (i > 0) {
			memcpy(out + at, ", ", 2);
			at += 2;
		}
		memcpy(out + at, table[i].name, n);
		at += n;
	}
	out[at] = '\0';
	return out;
}

bool params_has_window(const struct params *p, uint32_t layer)
{
	if (p->window == 0)
		return false;
	if (p->window_listed)
		return (p->window_layers[layer / 64] >> (layer % 64) & 1) != 0;
	return p->period != 0 && layer % p->period < p->period - 1;
}

bool params_has_rope(const struct params *p, uint32_t layer)
{
	uint32_t traits = p->arch->traits;

	if ((traits & ARCH_ROPE_NOT_4TH) != 0)
		return (layer + 1) % 4 != 0;
	if ((traits & ARCH_ROPE_WINDOW) != 0)
		return p->window == 0 || params_has_window(p, layer);
	return !p->rope_off;
}
